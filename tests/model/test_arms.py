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
def every() -> dict[str, dict[str, jax.Array]]:
    made = made_up_params(tiny_system().states)
    return {name: {key: jnp.asarray(value[0]) for key, value in made[name].items()} for name in ("arms", "orders")}


@pytest.fixture(scope="module")
def params(every: dict[str, dict[str, jax.Array]]) -> dict[str, jax.Array]:
    return every["arms"]


def contracts(ahead: float, states: int = 1) -> arms.Contracts:
    """Of every state 100 delivered of the next window, 80 of it by the patron, falling; 50 on order, all his."""
    left = jnp.asarray([4, 3, 2, 1, 0]) / 4
    kept = jnp.stack([100 * left, 80 * left])[..., None] * jnp.ones(states)
    return arms.Contracts(kept, jnp.full((2, states), 50.0), jnp.full(states, ahead))


def draw(params: dict[str, dict[str, jax.Array]], *given: jax.Array, ahead: float = arms.UNKNOWN) -> jax.Array:
    history, volume, pull, normal = given
    return arms.moved(params, history, volume, pull, arms.innovation(normal), contracts(ahead, history.shape[1]))


def history(share: float, states: int = 1) -> jax.Array:
    return jnp.full((arms.WINDOW, states), share)


@pytest.mark.parametrize("share", WINDOWS.values(), ids=WINDOWS)
def test_density_and_point_masses_add_up_to_one(params: dict[str, jax.Array], share: float) -> None:
    def density(value: np.ndarray) -> np.ndarray:
        count = len(value)
        pull, volume = jnp.zeros(count), jnp.full(count, 6.0)
        before = history(share, count)
        plain = arms.location(params, before, pull), arms.scale(params, before, volume)
        return np.exp(arms.log_density(*plain, jnp.asarray(value)))

    inside = np.linspace(arms.LOW, arms.HIGH, 40_001)
    total = np.trapezoid(density(inside), inside) + density(np.array([0.0, 1.0])).sum()
    assert total == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("share", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("ahead", [arms.UNKNOWN, 1.0, 4.0])
def test_draws_agree_with_the_density(every: dict[str, dict[str, jax.Array]], share: float, ahead: float) -> None:
    many = 20_000
    normal = jnp.asarray(np.random.default_rng(5).standard_normal(many))
    pull, volume = jnp.zeros(many), jnp.full(many, 6.0)
    drawn = np.asarray(draw(every, history(share, many), volume, pull, normal, ahead=ahead))
    params, one = every["arms"], volume[:1]
    plain = arms.location(params, history(share), 0.0), arms.scale(params, history(share), one)
    found = arms.with_contracts(every["orders"], contracts(ahead), one, plain)
    loc, width = (float(value[0]) for value in found)
    assert ((drawn == 0) | (drawn == 1) | ((drawn >= arms.LOW) & (drawn <= arms.HIGH))).all()
    for limit in (0.0, 1.0):
        mass = float(np.exp(arms.log_density(*found, jnp.full(1, limit)))[0])
        assert (drawn == limit).mean() == pytest.approx(mass, abs=4 * np.sqrt(mass * (1 - mass) / many) + 1e-9)
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


def test_replay_takes_what_was_seen_and_draws_the_rest(every: dict[str, dict[str, jax.Array]]) -> None:
    seen = jnp.asarray([[0.4], [np.nan], [0.2]])
    shocks = jnp.asarray([[0.3], [0.7], [-0.2]])
    volume = jnp.full(1, 6.0)
    # at the end of these years three have passed since orders were known: the second is two years ahead
    found = arms.replay(every, history(0.5), seen, volume, shocks, contracts(4.0))
    first = arms.advance(history(0.5), seen[0])
    between = draw(every, first, volume, jnp.zeros(1), shocks[1], ahead=2.0)
    expected = arms.advance(arms.advance(first, between), seen[2])
    np.testing.assert_allclose(found, expected)


def test_larger_importers_are_steadier_and_pull_moves_the_place(params: dict[str, jax.Array]) -> None:
    small, large = (float(arms.scale(params, history(0.5), jnp.full(1, v))[0]) for v in (4.0, 8.0))
    assert large < small
    moved = arms.location(params, history(0.5), jnp.full(1, -0.1)) - arms.location(params, history(0.5), jnp.zeros(1))
    assert float(moved[0]) == pytest.approx(-0.1)


def test_the_share_is_the_mean_of_what_is_known_and_what_is_open(every: dict[str, dict[str, jax.Array]]) -> None:
    volume, plain = jnp.log(jnp.full(1, 500.0)), (jnp.full(1, 0.3), jnp.full(1, 0.1))
    for ahead in (1, 3, 5):
        due, open_ = (float(every["orders"][name][ahead - 1]) for name in ("due", "open"))
        all_of_it, his = (total * (5 - ahead) / 4 + due * 50 for total in (100, 80))
        loc, width = arms.with_contracts(every["orders"], contracts(float(ahead)), volume, plain)
        assert float(loc[0]) == pytest.approx((his + open_ * 100 * 0.3) / (all_of_it + open_ * 100))
        assert float(width[0]) == pytest.approx(0.1 * np.exp(float(every["orders"]["surer"][ahead - 1])))
    for ahead in (0, 6, arms.UNKNOWN):
        assert arms.with_contracts(every["orders"], contracts(float(ahead)), volume, plain) == plain


def test_kept_is_what_later_windows_hold_already() -> None:
    delivered = np.arange(1.0, 9.0)[:, None] * np.array([1.0, 10.0])
    found = arms.kept(delivered)
    assert found.shape == (arms.SPAN, *delivered.shape)
    for year in range(len(delivered)):
        for ahead in range(1, arms.SPAN + 1):
            window = delivered[max(year + ahead - arms.SPAN + 1, 0) : year + 1]
            np.testing.assert_allclose(found[ahead - 1, year], window.sum(axis=0))
