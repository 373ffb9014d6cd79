"""Margins: replay, missing values, and a density that agrees with the draws."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.learn.history import RECENT, margin_history, middle
from moorings.learn.margins import MIN_SEEN, MarginData, expected, log_density, residuals
from moorings.model import margins
from moorings.model.margins import Ahead, History
from moorings.model.state import Margin
from worlds import Params, made_up_params, tiny_system

YEARS, STATES = 24, 60


def one_draw(params: Params, name: str) -> dict[str, jax.Array]:
    return {key: jnp.asarray(value[0]) for key, value in params[name].items()}


@pytest.fixture(scope="module")
def burden() -> dict[str, jax.Array]:
    found = one_draw(made_up_params(tiny_system().states), "burden")
    return found | {"gain": jnp.asarray(0.7), "tilt": jnp.asarray(0.1), "ally": jnp.asarray(0.2)}


@pytest.fixture(scope="module")
def troops(burden: dict[str, jax.Array]) -> dict[str, jax.Array]:
    """A margin that is skewed, the more so the higher it stands."""
    leaning = {"surge": 0.8, "skew": 0.3, "surge_skew": -1.2, "pooled": 0.001}
    return burden | {name: jnp.asarray(value) for name, value in leaning.items()}


def drawn_by(params: dict[str, jax.Array]) -> np.ndarray:
    """Values of many states, drawn by the law from year to year, [year, state]."""
    nothing = jnp.zeros(STATES)

    @jax.jit
    def step(margin: Margin, normal: jax.Array) -> Margin:
        value = margins.drawn(params, margins.ahead(params, margin, nothing, nothing), margins.fresh(params, normal))
        return margins.advance(params, margin, nothing, value)

    margin = margins.begin(params, jnp.full(STATES, -3.5))
    rows = [np.asarray(margin.y)]
    for normal in np.random.default_rng(3).standard_normal((YEARS, STATES)):
        margin = step(margin, jnp.asarray(normal))
        rows.append(np.asarray(margin.y))
    return np.stack(rows)


@pytest.fixture(scope="module")
def drawn(burden: dict[str, jax.Array]) -> np.ndarray:
    return drawn_by(burden)


def whole(observed: np.ndarray, ally: float = 0.0) -> History:
    return margin_history(observed, np.full_like(observed, ally))


def alone(observed: np.ndarray) -> MarginData:
    """States whom neither gap nor fellows pull."""
    still = jnp.zeros_like(jnp.asarray(observed))
    return MarginData(whole(observed), still, still, {})


def run(params: dict[str, jax.Array], history: History) -> tuple[Margin, Ahead]:
    return margins.replay(params, history, jnp.zeros_like(history.observed))


def test_replay_is_advance_year_by_year(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    history = whole(drawn)
    end, foreseen = run(burden, history)
    nothing = jnp.full(STATES, jnp.nan)
    margin = margins.told(margins.begin(burden, jnp.asarray(drawn[0])), nothing, nothing, history.home[0])
    rows = zip(drawn[1:], foreseen.location[1:], foreseen.scale[1:], history.home[1:], strict=True)
    for row, at, wide, home in rows:
        np.testing.assert_allclose(margins.location(burden, margin, 0.0), at)
        np.testing.assert_allclose(margins.scale(burden, margin, 0.0), wide)
        margin = margins.told(margins.advance(burden, margin, 0.0, jnp.asarray(row)), nothing, nothing, home)
    for found, last in zip(end, margin, strict=True):
        np.testing.assert_allclose(found, last)
    np.testing.assert_array_equal(end.seen, YEARS)


@pytest.mark.parametrize("name", ["burden", "troops"])
def test_what_the_law_draws_is_what_its_density_says(name: str, request: pytest.FixtureRequest) -> None:
    params = request.getfixturevalue(name)
    drawn = drawn_by(params)
    data = alone(drawn)
    normal = residuals(params, data)
    assert np.isnan(normal[:MIN_SEEN]).all()
    scored = normal[MIN_SEEN:].ravel()
    assert scipy.stats.kstest(scored, "norm").pvalue > 0.01
    assert abs(np.corrcoef(normal[MIN_SEEN:-1].ravel(), normal[MIN_SEEN + 1 :].ravel())[0, 1]) < 4 / len(scored) ** 0.5


@pytest.mark.parametrize("name", ["burden", "troops"])
def test_the_density_integrates_to_one(name: str, request: pytest.FixtureRequest) -> None:
    """And its parts on both sides of the mode are what is drawn there."""
    params = request.getfixturevalue(name)
    # a few years, the last of them high above the others
    few = np.array([-3.5, -3.4, -3.5, -3.45, -3.5, -3.3])[:, None]
    states = 20_001
    values = np.linspace(-40, 33, states)
    data = alone(np.concatenate([np.repeat(few, states, axis=1), values[None]]))
    density = np.exp(np.asarray(log_density(params, data)[-1]))
    assert np.trapezoid(density, values) == pytest.approx(1, abs=2e-3)
    foreseen = jax.tree.map(lambda part: part[-1, :1], run(params, data.history)[1])
    low = values <= float(foreseen.location[0])
    normal = jnp.asarray(np.random.default_rng(8).standard_normal(40_000))
    some = np.asarray(margins.drawn(params, foreseen, margins.fresh(params, normal)))
    assert (some < float(foreseen.location[0])).mean() == pytest.approx(
        np.trapezoid(density[low], values[low]), abs=0.01
    )
    assert scipy.stats.spearmanr(normal, some).statistic == pytest.approx(1)


def test_what_stands_high_falls_further_than_it_rises(troops: dict[str, jax.Array]) -> None:
    usual = margins.begin(troops, jnp.zeros(1))
    high = usual._replace(y=usual.y + 0.1, mu=usual.mu + 0.1)
    highest, beyond = (usual._replace(y=usual.y + above, mu=usual.mu + above) for above in (0.3, 5.0))
    low = usual._replace(y=usual.y - 5.0, mu=usual.mu - 5.0)
    leans = [float(margins.ahead(troops, m, jnp.zeros(1), 0.0).lean[0]) for m in (low, usual, high, highest, beyond)]
    assert leans[0] == leans[1] == pytest.approx(0.3)
    assert leans[1] > leans[2] > leans[3] == pytest.approx(0.3 - 1.2)
    assert leans[3] == leans[4]
    assert float(margins.surge(troops, low)[0]) == 0.0
    # year by year what is high becomes usual
    for _ in range(80):
        beyond = margins.advance(troops, beyond, 0.0, beyond.y)
    assert float(margins.surge(troops, beyond)[0]) == pytest.approx(0.0, abs=0.01)


def test_states_fall_back_home_but_for_those_that_set_their_own_course(burden: dict[str, jax.Array]) -> None:
    falling = burden | {"back": jnp.asarray(0.1), "home": jnp.asarray(-1.0), "drift": jnp.asarray(0.0)}
    margin = margins.begin(falling, jnp.asarray([1.0, -3.0, 1.0]), jnp.asarray([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(margins.location(falling, margin, 0.0), [0.8, -2.8, 1.0])
    for _ in range(3):
        margin = margins.advance(falling, margin, 0.0, margins.location(falling, margin, 0.0))
    np.testing.assert_allclose(margin.y, [-1 + 2 * 0.9**3, -1 - 2 * 0.9**3, 1.0])


def test_home_is_where_the_middle_of_all_states_stood_then(burden: dict[str, jax.Array]) -> None:
    """Of the last five years, and of nothing later: the law alone goes on from the last one."""
    seen = np.array([[np.nan] * 3, [0.0, 1.0, np.nan], [0.0, 1.0, 5.0], *([[9.0, 9.0, 9.0]] * 6), [np.nan] * 3])
    found = middle(seen)
    np.testing.assert_array_equal(found[[0, 1, 2, 3, -2, -1]], [np.nan, 0.5, 1.0, 3.0, 9.0, 9.0])
    falling = burden | {name: jnp.asarray(value) for name, value in {"back": 0.1, "home": 9.0, "drift": 0.0}.items()}
    own = margin_history(seen, np.zeros_like(seen), np.array([0.0, 1.0, 0.0]))
    end, foreseen = run(falling, own)
    assert np.isnan(end.home[1])
    assert end.home[0] == 9.0
    # the first state falls from 0 to where the middle of the first two years stands, and not of later ones
    assert foreseen.location[3, 0] == pytest.approx(0.1 * found[2], abs=0.02)
    late = np.concatenate([seen[:3], seen[3:] + 1.0])
    np.testing.assert_array_equal(
        run(falling, margin_history(late, np.zeros_like(late)))[1].location[:4, 0], foreseen.location[:4, 0]
    )


def test_the_middle_is_not_that_of_the_few_of_which_a_source_goes_on() -> None:
    seen = np.tile(np.arange(8.0), (12, 1))
    seen[4:, 3:] = np.nan
    np.testing.assert_array_equal(middle(seen), 3.5)


def test_the_last_years_have_a_scale_of_their_own(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    late = np.concatenate([drawn, np.full((4, STATES), np.nan)])
    data = alone(late)
    plain, calmer = (expected(burden | {"recent": jnp.asarray(by)}, data) for by in (0.0, -0.5))
    ratio = np.asarray(calmer.scale / plain.scale)
    # the last fifteen of those in which anything was seen, and what comes after them
    np.testing.assert_allclose(ratio[: len(drawn) - RECENT], 1.0)
    np.testing.assert_allclose(ratio[len(drawn) - RECENT :], np.exp(-0.5))
    np.testing.assert_array_equal(calmer.location, plain.location)


LISTENS = {name: jnp.asarray(value) for name, value in {"aside": 0.2, "blur": 0.5, "blur_gain": 1.0}.items()}


def test_what_other_measurements_say_moves_the_next_year_alone(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    told, aside = burden | LISTENS, np.full_like(drawn, np.nan)
    aside[-1, 0], aside[-3, 1] = 0.5, 0.5
    history = margin_history(drawn, np.zeros_like(drawn), told=(aside, np.full_like(aside, np.nan)))
    (plain, foreseen), (found, moved) = run(told, whole(drawn)), run(told, history)
    ahead = margins.location(told, found, 0.0) - margins.location(told, plain, 0.0)
    np.testing.assert_allclose(np.asarray(ahead)[[0, 2]], [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose((moved.location - foreseen.location)[-2, :3], [0.0, 0.1, 0.0], atol=1e-12)
    # what was foreseen and came was no news, and does not last
    came = margins.location(told, found, 0.0)
    after = margins.advance(told, found, 0.0, came)
    np.testing.assert_allclose(after.mu[0], margins.advance(told, plain, 0.0, came - ahead).mu[0])
    assert not np.asarray(after.aside).any()


def test_what_the_source_is_less_sure_of_moves_more_and_lasts_less(
    burden: dict[str, jax.Array], drawn: np.ndarray
) -> None:
    told, error = burden | LISTENS, np.full_like(drawn, np.nan)
    error[-2, 0], error[-1, 1], error[-1, 2] = margins.USUAL_ERROR * np.e, margins.USUAL_ERROR, 0.0
    history = margin_history(drawn, np.zeros_like(drawn), told=(np.full_like(error, np.nan), margins.blurred(error)))
    plain, found = run(told, whole(drawn))[0], run(told, history)[0]
    # an error stands until the next one is told; none is smaller than the least
    least = np.log(margins.LEAST_ERROR / margins.USUAL_ERROR)
    np.testing.assert_allclose(found.blur[:4], [1.0, 0.0, least, 0.0], atol=1e-12)
    ratio = margins.scale(told, found, 0.0) / margins.scale(told, plain, 0.0)
    np.testing.assert_allclose(ratio[1:4], [1.0, np.exp(0.5 * least), 1.0])
    lasts = np.asarray(margins.gain(told, found))
    assert lasts[1] == pytest.approx(0.7)
    assert lasts[0] < lasts[1] < lasts[2] < 1
    shock = margins.location(told, found, 0.0) + 1.0
    lasting = margins.advance(told, found, 0.0, shock).mu - margins.location(told, found, 0.0)
    np.testing.assert_allclose(lasting, lasts)


def test_a_margin_that_listens_to_neither_stays_as_it_is(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    history = margin_history(drawn, np.zeros_like(drawn), told=(np.ones_like(drawn), np.ones_like(drawn)))
    found, plain = run(burden, history), run(burden, whole(drawn))
    for part, same in zip(found[0]._replace(blur=0, aside=0), plain[0]._replace(blur=0, aside=0), strict=True):
        np.testing.assert_array_equal(part, same)
    np.testing.assert_array_equal(found[1].location, plain[1].location)


def test_what_was_told_after_a_year_is_not_known_when_it_is_foreseen(
    burden: dict[str, jax.Array], drawn: np.ndarray
) -> None:
    aside, blur = np.full_like(drawn, np.nan), np.full_like(drawn, np.nan)
    aside[10], blur[10] = 0.5, 1.0
    found = run(burden | LISTENS, margin_history(drawn, np.zeros_like(drawn), told=(aside, blur)))[1]
    plain = run(burden | LISTENS, whole(drawn))[1]
    for part, same in zip(found[:2], plain[:2], strict=True):
        np.testing.assert_array_equal(part[:11], same[:11])
        assert (part[11] != same[11]).all()


def test_a_missing_year_leaves_the_expectation_standing(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    gap = drawn.copy()
    gap[-1] = np.nan
    before, after = run(burden, whole(drawn[:-1]))[0], run(burden, whole(gap))[0]
    expected = margins.location(burden, before, 0.0)
    np.testing.assert_allclose(after.y, expected)
    np.testing.assert_allclose(after.mu, expected)
    np.testing.assert_array_equal(after.fast, before.fast)
    np.testing.assert_array_equal(after.slow, before.slow)
    np.testing.assert_array_equal(after.seen, before.seen)


def test_nothing_is_scored_before_a_series_begins(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    late = drawn.copy()
    late[:4, 0] = np.nan
    data = alone(late)
    density = np.asarray(log_density(burden, data))
    np.testing.assert_array_equal(density[: 4 + MIN_SEEN, 0], 0)
    assert (density[4 + MIN_SEEN :, 0] != 0).all()
    never = np.full_like(drawn, np.nan)
    data = alone(never)
    assert not np.asarray(log_density(burden, data)).any()
    end, foreseen = run(burden, whole(never))
    assert all(np.isfinite(x).all() for x in (*end, *foreseen))


def test_only_carried_years_are_drawn(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    seen = drawn.copy()
    seen[-3:] = np.nan
    carried = np.zeros_like(seen)
    carried[-3:, ::2] = 1.0
    history = whole(seen)._replace(carried=jnp.asarray(carried))
    shocks = jnp.full_like(history.observed, 1.5)
    moved, _ = margins.replay(burden, history, jnp.zeros_like(shocks), shocks)
    still, _ = run(burden, whole(seen))
    np.testing.assert_array_equal(moved.y[1::2], still.y[1::2])
    assert (moved.y[::2] > still.y[::2]).all()


def test_a_louder_past_means_a_wider_year(burden: dict[str, jax.Array]) -> None:
    calm = margins.begin(burden, jnp.zeros(1))._replace(seen=jnp.full(1, 20.0))
    loud = calm._replace(fast=4 * calm.fast, slow=4 * calm.slow)
    wild = calm._replace(fast=1e12 * calm.fast, slow=1e12 * calm.slow)
    widths = [float(margins.scale(burden, margin, 0.0)[0]) for margin in (calm, loud, wild)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[2] <= float(jnp.exp(burden["ceiling"]))


def test_shrinkage_goes_from_the_pooled_change_to_ones_own(burden: dict[str, jax.Array]) -> None:
    own, pooled = jnp.asarray(0.09), jnp.asarray(0.01)
    found = [float(margins.shrunk(own, jnp.asarray(float(n)), pooled, margins.TRUST_FAST)) for n in (0, 1, 6, 50)]
    assert found[0] == pytest.approx(0.01)
    assert found[1] == pytest.approx((0.09 + 3 * 0.01) / 4)
    assert found[2] == found[3] == pytest.approx((6 * 0.09 + 3 * 0.01) / 9)


def test_innovations_are_students(burden: dict[str, jax.Array]) -> None:
    normal = np.random.default_rng(1).standard_normal(4000)
    student = scipy.stats.t(2.05 + float(burden["tail"]))
    exact = student.ppf(scipy.stats.norm.cdf(normal))
    np.testing.assert_allclose(margins.innovation(burden, jnp.asarray(normal)), exact, rtol=0.01, atol=0.002)
