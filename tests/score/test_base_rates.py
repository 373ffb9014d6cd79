from __future__ import annotations

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.score.base_rates import (
    ERAS,
    Case,
    Windows,
    base_rate,
    base_rate_rows,
    known_cases,
    reached,
    standing,
)

RNG = np.random.default_rng(9)
STARTS = tuple(range(1950, 2005))


def drifting(allies: int = 30) -> Windows:
    """Random walks of drift; the first ally jumps around 1970."""
    drift = np.cumsum(RNG.normal(0, 0.3, (allies, len(STARTS), 10)), axis=2)
    drift[0, 18:23] += 4.0
    return Windows(tuple(("USA" if i < 20 else "RUS", f"A{i:02d}") for i in range(allies)), STARTS, drift)


def test_in_reads_the_end_and_by_needs_two_years_running() -> None:
    path = np.array(
        [[[0.0, 2, 0, 0], [0, 2, 2, 0], [0, 0, 0, 2], [0, 2, np.nan, 2], [2, 2, np.nan, 0], [2, 2, 0, np.nan]]]
    )
    windows = Windows((("USA", "A"),), tuple(range(1950, 1956)), path)
    np.testing.assert_array_equal(reached(windows, 1.0, 4, "in"), [[0, 0, 1, 1, 0, np.nan]])
    np.testing.assert_array_equal(reached(windows, 1.0, 4, "by"), [[0, 1, 0, 0, 1, np.nan]])
    np.testing.assert_array_equal(reached(windows, 1.0, 1, "by"), [[0, 0, 0, 0, 0, 0]])


def test_rows_of_windows_find_their_place() -> None:
    windows = Windows.from_rows(
        [("USA", "B"), ("USA", "A"), ("USA", "B")], [1951, 1950, 1953], np.arange(6.0).reshape(3, 2)
    )
    assert (windows.pairs, windows.starts) == ((("USA", "A"), ("USA", "B")), (1950, 1951, 1952, 1953))
    np.testing.assert_array_equal(windows.drift[1, :, 1], [np.nan, 1, np.nan, 5])
    assert windows.drift[0, 0, 0] == 2.0


def test_base_rate_is_the_share_of_windows_and_its_interval_knows_about_clusters() -> None:
    clustered = np.repeat((RNG.uniform(size=(50, 1)) < 0.3).astype(float), 40, axis=1)
    spread = (RNG.uniform(size=(50, 40)) < 0.3).astype(float)
    wide, narrow = base_rate(clustered), base_rate(spread)
    assert wide.rate == pytest.approx(clustered.mean())
    assert wide.low < wide.rate < wide.high
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    assert (wide.windows, wide.pairs) == (2000, 50)


def test_a_rate_of_nothing_seen_is_not_certain_and_of_no_windows_is_missing() -> None:
    never = base_rate(np.zeros((5, 5)))
    assert never.rate == 0.0
    assert never.high > 0.0
    assert np.isnan(base_rate(np.full((2, 2), np.nan)).rate)


def test_rows_cover_patrons_eras_and_readings_and_add_up() -> None:
    rows = base_rate_rows(drifting(), ["USA", "RUS"], [1.0, 2.0], 10)
    assert len(rows) == 3 * (1 + len(ERAS)) * 2 * 2
    of_all = [r for r in rows if r["era"] == "all" and r["threshold"] == 1.0 and r["reading"] == "in"]
    total, usa, rus = (float(str(r["rate"])) * int(str(r["windows"])) for r in of_all)
    assert total == pytest.approx(usa + rus)


def test_a_case_that_jumped_stands_out_and_an_ordinary_one_does_not() -> None:
    windows = drifting()
    jumped = standing(windows, Case("USA", "A00", 1970, 1980, "", ""), 10)
    assert jumped.percentile > 0.97
    assert jumped.among_largest > 0.95
    assert not jumped.missed
    ordinary = [standing(windows, Case("USA", f"A{i:02d}", 1970, 1980, "", ""), 10) for i in range(1, 20)]
    assert np.mean([s.among_largest for s in ordinary]) == pytest.approx(0.5, abs=0.15)
    assert np.mean([s.percentile for s in ordinary]) > 0.6
    assert standing(windows, Case("USA", "ZZZ", 1970, 1980, "", ""), 10).missed


def test_known_cases_name_who_when_what_and_their_source() -> None:
    assert len({(case.patron, case.ally) for case in known_cases()}) == 11
    assert all(case.first < case.last and case.what and case.source for case in known_cases())


def test_wrong_windows_and_horizons_are_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        Windows((("USA", "A"),), (1950,), np.zeros((2, 1, 10)))
    with pytest.raises(InputError, match="1 to 10"):
        reached(drifting(), 1.0, 11)
