"""Laplace and Newton on problems whose answer is known."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.core.errors import MooringsError
from moorings.learn import laplace as module
from moorings.learn.hazards import Logistic, newton
from moorings.learn.laplace import laplace
from moorings.learn.priors import Prior

VALUES = jnp.asarray([1.0, 2.0, 4.5])
MEAN = {"mu": Prior("real", 0.5, 2.0, "for this test")}


def normal(params: dict[str, jax.Array], values: jax.Array) -> jax.Array:
    return jnp.sum(-0.5 * ((values - params["mu"]) / 1.5) ** 2)[None]


def test_a_normal_model_is_exact() -> None:
    precision = 1 / 2.0**2 + 3 / 1.5**2
    mean = (0.5 / 2.0**2 + float(VALUES.sum()) / 1.5**2) / precision
    found = laplace(normal, MEAN, VALUES, 4000, 1)
    assert float(found.mode["mu"]) == pytest.approx(mean, rel=1e-8)
    assert found.gradient < 1e-6
    assert found.condition == 1
    sd = precision**-0.5
    assert found.draws["mu"].mean() == pytest.approx(mean, abs=4 * sd / 4000**0.5)
    assert found.draws["mu"].std() == pytest.approx(sd, rel=4 / 8000**0.5)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, two, other = (laplace(normal, MEAN, VALUES, 5, seed).draws["mu"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(("kind", "low", "high"), [("real", -np.inf, np.inf), ("positive", 0, np.inf), ("unit", 0, 1)])
def test_where_nothing_was_seen_the_prior_stands(kind: str, low: float, high: float) -> None:
    prior = Prior(kind, 0.3, 0.5, "for this test", size=2)
    draws = laplace(lambda params, data: 0.0 * params["x"], {"x": prior}, (), 4000, 1).draws["x"]
    assert draws.shape == (4000, 2)
    assert ((draws > low) & (draws < high)).all()
    np.testing.assert_allclose(np.median(draws, axis=0), 0.3, atol=0.04)


def test_a_parameter_without_spread_is_held_and_leaves_the_others_as_they_are() -> None:
    held = {"an offset": Prior("real", 0.7, 0.0, "for this test")}
    alone, both = laplace(normal, MEAN, VALUES, 5, 1), laplace(normal, held | MEAN, VALUES, 5, 1)
    np.testing.assert_array_equal(both.draws["an offset"], 0.7)
    np.testing.assert_allclose(both.draws["mu"], alone.draws["mu"], rtol=1e-12)


def test_clusters_that_repeat_each_other_widen_the_draws() -> None:
    """Every value counted four times over: the sandwich finds the spread that the values really have."""
    random = np.random.default_rng(2)
    values = np.repeat(random.standard_normal((40, 1)), 4, axis=1)
    wide = {"mu": Prior("real", 0.0, 100.0, "for this test")}

    def by_row(params: dict[str, jax.Array], rows: jax.Array) -> jax.Array:
        return jnp.sum(-0.5 * (rows - params["mu"]) ** 2, axis=1)

    naive = laplace(by_row, wide, values, 4000, 1)
    robust = laplace(by_row, wide, values, 4000, 1, sandwich=True)
    assert naive.draws["mu"].std() == pytest.approx(160**-0.5, rel=0.06)
    assert robust.draws["mu"].std() == pytest.approx(values[:, 0].std() / 40**0.5, rel=0.06)
    np.testing.assert_array_equal(naive.mode["mu"], robust.mode["mu"])
    assert naive.effective is None
    assert robust.effective is not None
    assert robust.effective > 2000


def exponential(params: dict[str, jax.Array], data: jax.Array) -> jax.Array:
    """Waiting times at a rate, [cluster]; few of them leave a posterior that leans."""
    return jnp.log(params["rate"]) - params["rate"] * data


def test_draws_by_importance_are_of_the_posterior_and_not_of_a_normal() -> None:
    """A mean of waiting times whose posterior is known: on this scale the logarithm of a Gamma variate."""
    flat = {"rate": Prior("positive", 1.0, 30.0, "for this test")}
    times = np.full(4, 1.0)
    found, normal = (laplace(exponential, flat, times, 20_000, 3, sandwich=exact) for exact in (True, False))
    # four equal times have no spread: it is the shape that counts
    shapes = [scipy.stats.skew(np.log(one.draws["rate"])) for one in (found, normal)]
    assert shapes[0] == pytest.approx(scipy.stats.loggamma(4).stats("s"), abs=0.1)
    assert shapes[1] == pytest.approx(0.0, abs=0.06)


def test_few_clusters_are_not_taken_for_surer_than_they_are() -> None:
    """Scores without their own cluster: of ten clusters, the spread of their mean is not too small on average."""
    random = np.random.default_rng(4)
    wide = {"mu": Prior("real", 0.0, 100.0, "for this test")}
    spread = []
    for _ in range(60):
        rows = random.standard_normal((10, 1)) + 0.1 * random.standard_normal((10, 5))
        found = laplace(by_cluster, wide, rows, 400, 1, sandwich=True)
        spread.append(10 * found.draws["mu"].var() / 1.002)
    assert 1.0 < np.mean(spread) < 1.25


def by_cluster(params: dict[str, jax.Array], rows: jax.Array) -> jax.Array:
    return jnp.sum(-0.5 * (rows - params["mu"]) ** 2, axis=1)


def test_draws_by_importance_that_are_worth_too_few_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 1e9)
    with pytest.raises(MooringsError, match="draws by importance are worth"):
        laplace(by_cluster, MEAN, np.ones((10, 2)), 4, 1, sandwich=True)


def test_a_posterior_without_a_mode_is_refused() -> None:
    def hill(params: dict[str, jax.Array], data: Any) -> jax.Array:
        return 2.0 * params["x"][None] ** 2

    with pytest.raises(MooringsError, match="no proper mode"):
        laplace(hill, {"x": Prior("real", 0.0, 1.0, "for this test")}, (), 10, 1)


def logistic(precision: float) -> Logistic:
    """Three events in ten at one feature's 0, six in ten at its 1; the rows of one outcome are one, by weight."""
    columns = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    weight = np.array([3.0, 7.0, 6.0, 4.0])
    return Logistic(columns, np.array([1.0, 0.0, 1.0, 0.0]), np.full(2, precision), weight=weight)


def test_newton_finds_the_log_odds_of_a_table() -> None:
    mode, curvature, steps = newton(logistic(0.0), np.zeros(2), "toy")
    np.testing.assert_allclose(mode, [np.log(3 / 7), np.log(6 / 4) - np.log(3 / 7)])
    np.testing.assert_allclose(curvature, [[10 * (0.21 + 0.24), 2.4], [2.4, 2.4]])
    assert steps < 10


def test_slopes_and_curvature_are_those_of_the_loss() -> None:
    rows, at, step = logistic(0.5), np.array([0.3, -0.8]), 1e-5
    slope, curvature = rows.bends(at)
    for k, move in enumerate(step * np.eye(2)):
        assert (rows.loss(at + move) - rows.loss(at - move)) / (2 * step) == pytest.approx(slope[k], rel=1e-6)
        bend = (rows.bends(at + move)[0] - rows.bends(at - move)[0]) / (2 * step)
        np.testing.assert_allclose(bend, curvature[k], rtol=1e-6)


def test_newton_says_when_it_fails() -> None:
    """Nothing but events, and no prior: the log-odds rise for ever."""
    rows = Logistic(np.ones((3, 1)), np.ones(3), np.zeros(1))
    with pytest.raises(MooringsError, match="'slope'"):
        newton(rows, np.zeros(1), "slope")
