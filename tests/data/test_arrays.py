"""Tidy rows at their place in arrays; missing stays missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.data.arrays import BREAK, UNDIRECTED, Arrays, to_arrays

STATES = ("AAA", "BBB", "CCC")
YEARS = range(2000, 2004)


def rows(*given: tuple[str, str | None, int, str, float, str | None]) -> pl.DataFrame:
    columns = ["state", "other", "year", "variable", "value", "note"]
    return pl.DataFrame(
        list(given), schema=columns, orient="row", schema_overrides={"other": pl.String, "note": pl.String}
    )


def test_a_value_stands_at_its_year_and_state_and_nowhere_else() -> None:
    found = to_arrays(rows(("BBB", None, 2002, "gdp", 5.0, None)), STATES, YEARS)
    gdp = found.state_year["gdp"]
    assert gdp.shape == (4, 3)
    assert gdp[2, 1] == 5.0
    assert np.isfinite(gdp).sum() == 1
    assert found.years == tuple(YEARS)


@pytest.mark.parametrize("name", UNDIRECTED)
def test_what_has_no_direction_stands_both_ways(name: str) -> None:
    found = to_arrays(rows(("AAA", "CCC", 2001, name, 2.0, None)), STATES, YEARS).pair_year[name]
    assert found[1, 0, 2] == found[1, 2, 0] == 2.0
    assert np.isfinite(found).sum() == 2


def test_what_one_state_gives_another_stands_one_way() -> None:
    found = to_arrays(rows(("AAA", "CCC", 2001, "troops", 9.0, None)), STATES, YEARS, ("CCC", "ZZZ"))
    assert found.pair_year["troops"].shape == (4, 3, 2)
    assert found.pair_year["troops"][1, 0, 0] == 9.0
    assert np.isfinite(found.pair_year["troops"]).sum() == 1


def test_strangers_and_other_years_are_left_out() -> None:
    given = rows(
        ("AAA", None, 2000, "gdp", 1.0, None),
        ("ZZZ", None, 2000, "gdp", 2.0, None),
        ("AAA", None, 1999, "gdp", 3.0, None),
        ("AAA", None, 2004, "gdp", 4.0, None),
        ("AAA", "ZZZ", 2000, "tie", 2.0, None),
    )
    found = to_arrays(given, STATES, YEARS)
    assert np.nansum(found.state_year["gdp"]) == 1.0
    assert not np.isfinite(found.pair_year["tie"]).any()


def test_zero_is_a_value_and_missing_is_none() -> None:
    given = rows(("AAA", None, 2000, "gdp", 0.0, None), ("AAA", None, 2001, "gdp", float("nan"), None))
    gdp = to_arrays(given, STATES, YEARS).state_year["gdp"]
    assert gdp[0, 0] == 0.0
    assert np.isnan(gdp[1:]).all()


def test_a_reporting_break_counts_as_missing() -> None:
    given = rows(
        ("AAA", "BBB", 2000, "troops", 5.0, None), ("AAA", "BBB", 2001, "troops", 900.0, f"{BREAK}: counted otherwise")
    )
    troops = to_arrays(given, STATES, YEARS).pair_year["troops"]
    assert np.isfinite(troops).sum() == 1


def test_last_seen() -> None:
    given = rows(
        ("AAA", None, 2000, "gdp", 1.0, None),
        ("AAA", None, 2002, "gdp", 1.0, None),
        ("BBB", None, 2001, "gdp", 1.0, None),
        ("AAA", "BBB", 2001, "troops", 1.0, None),
        ("CCC", "AAA", 2003, "troops", 1.0, None),
    )
    found = to_arrays(given, STATES, YEARS)
    assert found.last_seen("gdp") == {"AAA": 2002, "BBB": 2001}
    assert found.last_seen_towards("troops", "BBB") == {"AAA": 2001}
    assert found.last_seen_towards("troops", "AAA") == {"CCC": 2003}


def test_the_order_of_rows_does_not_matter() -> None:
    given = [(s, None, y, "gdp", float(i + 10 * y), None) for i, s in enumerate(STATES) for y in YEARS]
    one, two = (to_arrays(rows(*x), STATES, YEARS).state_year["gdp"] for x in (given, given[::-1]))
    np.testing.assert_array_equal(one, two)


def test_a_part_that_is_more_than_the_whole_is_refused() -> None:
    state = {"arms_delivered": np.full((2, 1), 5.0), "arms_on_order": np.full((2, 1), 50.0)}
    pair = {"supplier_delivered": np.full((2, 1, 1), 5.0), "supplier_on_order": np.array([[[50.0]], [[60.0]]])}
    arrays = Arrays((2000, 2001), ("KOR",), ("USA",), state, pair)
    with pytest.raises(InputError, match=r"supplier_on_order of KOR from USA in 2001.*60.*at most arms_on_order, 50"):
        arrays.contracts("USA")
    pair["supplier_on_order"][1] = np.nan
    delivered, ordered = arrays.contracts("USA")
    np.testing.assert_array_equal(ordered[:, :, 0], [[50.0, 50.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(delivered[:, :, 0], [[5.0, 5.0], [np.nan, np.nan]])
