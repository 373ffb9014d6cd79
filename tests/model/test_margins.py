"""Margins: replay, missing values, and a density that agrees with the draws."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.learn.history import margin_history
from moorings.learn.margins import MIN_SEEN, MarginData, log_density, residuals
from moorings.model import margins
from moorings.model.margins import History
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
def drawn(burden: dict[str, jax.Array]) -> np.ndarray:
    """Values of many states, drawn by the law from year to year, [year, state]."""
    step = jax.jit(
        lambda margin, normal: margins.advance(
            burden,
            margin,
            jnp.zeros(STATES),
            margins.location(burden, margin, jnp.zeros(STATES))
            + margins.scale(burden, margin, jnp.zeros(STATES)) * margins.innovation(burden, normal),
        )
    )
    margin = margins.begin(burden, jnp.full(STATES, -3.5))
    rows = [np.asarray(margin.y)]
    for normal in np.random.default_rng(3).standard_normal((YEARS, STATES)):
        margin = step(margin, jnp.asarray(normal))
        rows.append(np.asarray(margin.y))
    return np.stack(rows)


def whole(observed: np.ndarray, ally: float = 0.0) -> History:
    return margin_history(observed, np.full_like(observed, ally))


def run(params: dict[str, jax.Array], history: History) -> tuple[Margin, jax.Array, jax.Array]:
    nothing = jnp.zeros_like(history.observed)
    return margins.replay(params, history, nothing, nothing)


def test_replay_is_advance_year_by_year(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    end, loc, width = run(burden, whole(drawn))
    margin = margins.begin(burden, jnp.asarray(drawn[0]))
    for row, at, wide in zip(drawn[1:], loc[1:], width[1:], strict=True):
        np.testing.assert_allclose(margins.location(burden, margin, 0.0), at)
        np.testing.assert_allclose(margins.scale(burden, margin, 0.0), wide)
        margin = margins.advance(burden, margin, 0.0, jnp.asarray(row))
    for found, expected in zip(end, margin, strict=True):
        np.testing.assert_allclose(found, expected)
    np.testing.assert_array_equal(end.seen, YEARS)


def test_what_the_law_draws_is_what_its_density_says(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    data = MarginData(whole(drawn), jnp.zeros_like(jnp.asarray(drawn)), {})
    normal = residuals(burden, data)
    assert np.isnan(normal[:MIN_SEEN]).all()
    scored = normal[MIN_SEEN:].ravel()
    assert scipy.stats.kstest(scored, "norm").pvalue > 0.01
    assert abs(np.corrcoef(normal[MIN_SEEN:-1].ravel(), normal[MIN_SEEN + 1 :].ravel())[0, 1]) < 4 / len(scored) ** 0.5


def test_the_density_integrates_to_one(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    values = np.linspace(-40, 33, 200_001)
    few = drawn[: MIN_SEEN + 1, :1]
    history = whole(np.concatenate([few, [[0.0]]]))
    loc, width = (float(x[-1, 0]) for x in run(burden, history)[1:])
    each = scipy.stats.t.pdf((values - loc) / width, 2.05 + float(burden["tail"])) / width
    assert np.trapezoid(each, values) == pytest.approx(1, abs=1e-3)
    at = np.argmin(np.abs(values))
    data = MarginData(history, jnp.zeros_like(history.observed), {})
    assert float(log_density(burden, data)[-1, 0]) == pytest.approx(np.log(each[at]), rel=1e-4)


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
    data = MarginData(whole(late), jnp.zeros_like(jnp.asarray(late)), {})
    density = np.asarray(log_density(burden, data))
    np.testing.assert_array_equal(density[: 4 + MIN_SEEN, 0], 0)
    assert (density[4 + MIN_SEEN :, 0] != 0).all()
    never = np.full_like(drawn, np.nan)
    data = MarginData(whole(never), jnp.zeros_like(jnp.asarray(never)), {})
    assert not np.asarray(log_density(burden, data)).any()
    end, loc, width = run(burden, whole(never))
    assert all(np.isfinite(x).all() for x in (*end, loc, width))


def test_only_carried_years_are_drawn(burden: dict[str, jax.Array], drawn: np.ndarray) -> None:
    seen = drawn.copy()
    seen[-3:] = np.nan
    carried = np.zeros_like(seen)
    carried[-3:, ::2] = 1.0
    history = whole(seen)._replace(carried=jnp.asarray(carried))
    shocks = jnp.full_like(history.observed, 1.5)
    moved, _, _ = margins.replay(burden, history, jnp.zeros_like(shocks), shocks)
    still, _, _ = run(burden, whole(seen))
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
