"""The filter of commitment against the brute-force multivariate normal."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.learn.commitment import SignalData, run_filter, smooth
from moorings.model import commitment
from moorings.model.commitment import SIGNALS, Belief

YEARS, ALLIES = 4, 2


@pytest.fixture(scope="module")
def params() -> dict[str, jax.Array]:
    many = len(SIGNALS)
    return {
        "step": jnp.asarray(0.3),
        "common": jnp.asarray(0.2),
        "loading": jnp.linspace(0.3, 1.0, many),
        "sigma": jnp.linspace(0.6, 1.1, many),
    }


@pytest.fixture(scope="module")
def data() -> SignalData:
    random = np.random.default_rng(8)
    signals = random.standard_normal((YEARS, ALLIES, len(SIGNALS)))
    signals[random.uniform(size=signals.shape) < 0.4] = np.nan
    signals[2] = np.nan  # a year of which nothing is seen
    novelty = np.zeros((YEARS, ALLIES))
    novelty[1, 0] = 0.5
    years = tuple(range(YEARS))
    return SignalData("USA", ("AAA", "BBB"), years, jnp.asarray(signals), jnp.asarray(novelty))


def brute(params: dict[str, jax.Array], data: SignalData) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Prior covariance of commitment [year * ally], and the seen signals' design, noise and values."""
    step, common = float(params["step"]), float(params["common"])
    cov = np.zeros((YEARS, ALLIES, YEARS, ALLIES))
    total = np.eye(ALLIES)
    for t in range(YEARS):
        total = total + np.diag(step**2 * (1 + np.asarray(data.novelty[t]))) + common**2
        for s in range(t, YEARS):
            cov[t, :, s, :] = cov[s, :, t, :] = total
    rows = np.argwhere(np.isfinite(np.asarray(data.signals)))
    design = np.zeros((len(rows), YEARS * ALLIES))
    design[np.arange(len(rows)), rows[:, 0] * ALLIES + rows[:, 1]] = np.asarray(params["loading"])[rows[:, 2]]
    noise = np.diag(np.asarray(params["sigma"])[rows[:, 2]] ** 2)
    values = np.asarray(data.signals)[tuple(rows.T)]
    return cov.reshape(YEARS * ALLIES, -1), design, noise, values


def test_the_filters_likelihood_is_the_joint_normals(params: dict[str, jax.Array], data: SignalData) -> None:
    cov, design, noise, values = brute(params, data)
    exact = scipy.stats.multivariate_normal(np.zeros(len(values)), design @ cov @ design.T + noise).logpdf(values)
    assert float(run_filter(params, data)[1]) == pytest.approx(exact, rel=1e-9)


def test_filter_and_smoother_are_the_conditional_normals(params: dict[str, jax.Array], data: SignalData) -> None:
    cov, design, noise, values = brute(params, data)
    gain = cov @ design.T @ np.linalg.inv(design @ cov @ design.T + noise)
    mean, left = (gain @ values).reshape(YEARS, ALLIES), cov - gain @ design @ cov
    beliefs, _ = run_filter(params, data)
    smoothed = smooth(params, beliefs, data)
    np.testing.assert_allclose(smoothed.mean, mean, atol=1e-10)
    for t in range(YEARS):
        block = left[t * ALLIES : (t + 1) * ALLIES, t * ALLIES : (t + 1) * ALLIES]
        np.testing.assert_allclose(smoothed.cov[t], block, atol=1e-10)
    np.testing.assert_allclose(beliefs.mean[-1], mean[-1], atol=1e-10)


def test_missing_signals_carry_nothing(params: dict[str, jax.Array], data: SignalData) -> None:
    nothing = jnp.full((ALLIES, len(SIGNALS)), jnp.nan)
    precision, weighted, left = commitment.collapse(params["loading"], params["sigma"], nothing)
    assert not np.asarray(precision).any()
    assert not np.asarray(weighted).any()
    assert float(left) == 0
    before = Belief(jnp.asarray([0.3, -0.2]), jnp.asarray([[1.0, 0.2], [0.2, 0.5]]))
    after, density = commitment.update(before, precision, weighted)
    np.testing.assert_allclose(after.mean, before.mean)
    np.testing.assert_allclose(after.cov, before.cov)
    assert float(density) == pytest.approx(0)


def test_a_signal_of_one_ally_moves_the_other_by_what_they_share(params: dict[str, jax.Array]) -> None:
    seen = jnp.full((ALLIES, len(SIGNALS)), jnp.nan).at[0, 0].set(3.0)
    collapsed = commitment.collapse(params["loading"], params["sigma"], seen)[:2]
    apart = Belief(jnp.zeros(2), jnp.eye(2))
    together = Belief(jnp.zeros(2), jnp.eye(2) + 0.5)
    assert float(commitment.update(apart, *collapsed)[0].mean[1]) == pytest.approx(0)
    assert float(commitment.update(together, *collapsed)[0].mean[1]) > 0.05


def test_the_likelihood_has_a_gradient(params: dict[str, jax.Array], data: SignalData) -> None:
    slopes = jax.grad(lambda p: run_filter(p, data)[1])(params)
    assert all(np.isfinite(x).all() for x in jax.tree.leaves(slopes))


def test_belief_follows_and_levers_lift() -> None:
    belief = commitment.learn_from_signal(jnp.asarray(0.0), jnp.asarray(1.0), jnp.asarray(0.3))
    assert float(belief) == pytest.approx(0.3)
    still = commitment.lifted(jnp.asarray(0.0), jnp.asarray(0.2), jnp.asarray(0.5), jnp.asarray(0.0))
    assert float(still) == 0
    lift = jnp.asarray(0.0)
    for _ in range(300):  # a lasting change ends at the level that would explain it
        lift = commitment.lifted(lift, jnp.asarray(0.2), jnp.asarray(0.5), jnp.asarray(-1.0))
    assert float(lift) == pytest.approx(-2.0, rel=1e-3)


def test_walk_adds_own_and_shared_steps() -> None:
    after = commitment.walk(jnp.asarray([1.0, 2.0]), 0.1, 0.5, jnp.asarray([1.0, -1.0]), 2.0)
    np.testing.assert_allclose(after, [2.1, 2.9])
