"""Statistical forecasts for the pool: each from its own last value, and of nothing later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.data.arrays import Arrays
from moorings.score import statistical as module
from moorings.score.history import History
from moorings.score.metrics import LEVELS
from moorings.score.pool import averaged, partners_of, pooled
from moorings.score.statistical import HORIZONS, Statistical, load_statistical, make_statistical, pool_with_law
from moorings.score.statistical import save_statistical as save

YEARS = np.arange(1950, 2011)
STATES = ("USA", *(f"A{k:02d}" for k in range(12)))
END = 2000


def made_up(seed: int = 1) -> Arrays:
    rng = np.random.default_rng(seed)
    walks = np.cumsum(rng.normal(0, 0.1, (4, len(YEARS), len(STATES))), axis=1)
    return Arrays(
        years=tuple(YEARS.tolist()),
        states=STATES,
        others=("USA",),
        state_year={
            "gdp": np.exp(25 + walks[0]),
            "burden": np.exp(-3.5 + walks[1]),
            "ideal_point": walks[2],
            "arms_imports": np.full((len(YEARS), len(STATES)), 50.0),
        },
        pair_year={
            "troops": np.expm1(np.abs(5 + walks[3]))[:, :, None],
            "arms_dependence": 1 / (1 + np.exp(-5 * walks[3]))[:, :, None],
            "obligation": np.full((len(YEARS), len(STATES), 1), 3.0),
        },
    )


@pytest.fixture(scope="module")
def made() -> Statistical:
    return make_statistical(made_up(), "USA", END, {"panel": "p"})


def test_quantiles_are_ordered_around_the_last_value(made: Statistical) -> None:
    found = made.quantiles("burden", "A03", -3.0, np.array([0.0, 1.0, 4.0, 10.0, 40.0]))
    assert found.shape == (5, len(LEVELS))
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_allclose(found[0], -3.0)
    np.testing.assert_allclose(found[4] + 3.0, 2 * (found[3] + 3.0))
    exact = made.changes["burden"][HORIZONS.index(10)][:, made.states["burden"].index("A03")]
    np.testing.assert_allclose(found[3], exact - 3.0)


def test_an_unknown_state_has_none(made: Statistical) -> None:
    assert np.isnan(made.quantiles("burden", "ZZZ", 0.0, np.array([1.0]))).all()


def test_nothing_after_the_end_is_used(made: Statistical) -> None:
    arrays = made_up()
    late = YEARS > END
    for values in (*arrays.state_year.values(), *arrays.pair_year.values()):
        values[late] = 1e6
    again = make_statistical(arrays, "USA", END, {})
    for name, changes in made.changes.items():
        np.testing.assert_array_equal(again.changes[name], changes)


def test_a_series_that_ended_is_forecast_from_its_last_value(made: Statistical) -> None:
    arrays = made_up()
    arrays.state_year["burden"][YEARS > END - 3, 1] = np.nan
    arrays.state_year["burden"][YEARS > END - 20, 2] = np.nan
    found = make_statistical(arrays, "USA", END, {})
    assert "A00" in found.states["burden"]
    assert "A01" not in found.states["burden"]
    assert "A01" in made.states["burden"]


def test_aligned_series_end_in_the_last_row() -> None:
    values = np.array([[1.0, 1.0, 1.0], [2.0, 2.0, np.nan], [3.0, np.nan, np.nan], [4.0, np.nan, np.nan]])
    found = History.of_levels(np.arange(4), values, (1,)).aligned(2)
    np.testing.assert_array_equal(found.values[-1], [4.0, 2.0, np.nan])
    np.testing.assert_array_equal(found.values[-2], [3.0, 1.0, np.nan])
    np.testing.assert_array_equal(found.moved[-1], [1.0, 1.0, np.nan])


def test_the_pool_is_the_one_that_is_scored() -> None:
    rng = np.random.default_rng(2)
    law, *others = (np.sort(rng.normal(k, 1 + k, (len(LEVELS), 5)), axis=0) for k in range(5))
    partners = dict(zip(partners_of("gdp"), others, strict=True))
    scored = pooled("gdp", law, partners)
    assert scored is not None
    found = pool_with_law("gdp", law.T, averaged("gdp", partners).T)
    np.testing.assert_allclose(found, scored.T)


def test_a_file_comes_back(made: Statistical, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "statistical-2000.npz"
    save(made, path)
    found = load_statistical(path)
    assert (found.end, found.patron, found.digests) == (END, "USA", {"panel": "p"})
    assert dict(found.states) == dict(made.states)
    np.testing.assert_allclose(found.changes["gdp"], made.changes["gdp"], rtol=1e-3, atol=1e-3)
    monkeypatch.setattr(module, "SCHEMA", "moorings.statistical/9")
    with pytest.raises(InputError, match="statistical/9"):
        load_statistical(path)
