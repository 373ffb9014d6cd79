"""The censored law of arms shares: density, point masses, draws, windows."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.model import arms
from worlds import made_up_params, tiny_system

WINDOWS = {"middle": 0.5, "none": 0.0, "all": 1.0, "low": 0.02, "high": 0.97}


@pytest.fixture(scope="module")
def params() -> dict[str, jax.Array]:
    return {key: jnp.asarray(value[0]) for key, value in made_up_params(tiny_system().states)["arms"].items()}


def history(share: float, states: int = 1) -> jax.Array:
    return jnp.full((arms.WINDOW, states), share)


@pytest.mark.parametrize("share", WINDOWS.values(), ids=WINDOWS)
def test_density_and_point_masses_add_up_to_one(params: dict[str, jax.Array], share: float) -> None:
    def density(value: np.ndarray) -> np.ndarray:
        count = len(value)
        pull, volume = jnp.zeros(count), jnp.full(count, 6.0)
        return np.exp(arms.log_density(params, history(share, count), volume, pull, jnp.asarray(value)))

    inside = np.linspace(arms.LOW, arms.HIGH, 40_001)
    total = np.trapezoid(density(inside), inside) + density(np.array([0.0, 1.0])).sum()
    assert total == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("share", WINDOWS.values(), ids=WINDOWS)
def test_draws_agree_with_the_density(params: dict[str, jax.Array], share: float) -> None:
    many = 20_000
    normal = jnp.asarray(np.random.default_rng(5).standard_normal(many))
    pull, volume = jnp.zeros(many), jnp.full(many, 6.0)
    drawn = np.asarray(arms.draw(params, history(share, many), volume, pull, normal))
    assert ((drawn == 0) | (drawn == 1) | ((drawn >= arms.LOW) & (drawn <= arms.HIGH))).all()
    for limit in (0.0, 1.0):
        mass = float(np.exp(arms.log_density(params, history(share), volume[:1], pull[:1], jnp.full(1, limit)))[0])
        assert (drawn == limit).mean() == pytest.approx(mass, abs=4 * np.sqrt(mass * (1 - mass) / many) + 1e-9)
    loc = float(arms.location(params, history(share), 0.0)[0])
    width = float(arms.scale(params, history(share), volume[:1])[0])
    middle = drawn[(drawn > arms.LOW) & (drawn < arms.HIGH)]
    low, high = (scipy.stats.logistic.cdf(x, loc, width) for x in (arms.LOW, arms.HIGH))
    uniform = (scipy.stats.logistic.cdf(middle, loc, width) - low) / (high - low)
    assert scipy.stats.kstest(uniform, "uniform").pvalue > 0.001


def test_features_leave_missing_years_out() -> None:
    shares = np.full(arms.WINDOW, np.nan)
    shares[[0, 2, 3]] = [0.6, 0.3, 0.0]
    found = arms.features(jnp.asarray(shares[:, None]))
    assert float(found["mean5"][0]) == pytest.approx(0.3)
    assert float(found["mean15"][0]) == pytest.approx(0.3)
    assert float(found["change"][0]) == 0
    shares[1] = 0.5
    assert float(arms.features(jnp.asarray(shares[:, None]))["change"][0]) == pytest.approx(0.1)


def test_a_new_year_stands_in_front() -> None:
    before = jnp.arange(float(arms.WINDOW))[:, None]
    after = arms.advance(before, jnp.full(1, 99.0))
    np.testing.assert_array_equal(after[:, 0], [99, *range(arms.WINDOW - 1)])


def test_replay_takes_what_was_seen_and_draws_the_rest(params: dict[str, jax.Array]) -> None:
    seen = jnp.asarray([[0.4], [np.nan], [0.2]])
    shocks = jnp.asarray([[0.3], [0.7], [-0.2]])
    volume = jnp.full(1, 6.0)
    found = arms.replay(params, history(0.5), seen, volume, shocks)
    first = arms.advance(history(0.5), seen[0])
    between = arms.draw(params, first, volume, jnp.zeros(1), shocks[1])
    expected = arms.advance(arms.advance(first, between), seen[2])
    np.testing.assert_allclose(found, expected)


def test_larger_importers_are_steadier_and_pull_moves_the_place(params: dict[str, jax.Array]) -> None:
    small, large = (float(arms.scale(params, history(0.5), jnp.full(1, v))[0]) for v in (4.0, 8.0))
    assert large < small
    moved = arms.location(params, history(0.5), jnp.full(1, -0.1)) - arms.location(params, history(0.5), jnp.zeros(1))
    assert float(moved[0]) == pytest.approx(-0.1)
