"""Pairs of states: zero where a source would list, missing where it cannot."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.data.dyads import Coverage, count_force, create_dyad_years, create_pairs, tie_strength

ZERO = {name: Coverage(2014) for name in ("contiguity", "rivalry", "agreement", "disputes")}
COVERS = ZERO | dict.fromkeys(("defence", "consult", "neutral", "nonagg"), Coverage(2018))


def pair(year: int, state: str = "JPN", other: str = "KOR") -> dict[str, object]:
    """Keys of a pair and year."""
    return {"state": state, "other": other, "year": year}


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows with the year as the sources give it."""
    return pl.DataFrame(rows).with_columns(pl.col("year").cast(pl.Int32))


def test_pairs_stand_once_in_alphabetical_order() -> None:
    years = frame(
        [{"state": state, "year": year} for state in ("KOR", "JPN", "DEU") for year in (1949, 2014, 2015, 2021)]
    )
    assert create_pairs(years, training=False).rows() == [
        (state, other, year)
        for state, other in (("DEU", "JPN"), ("DEU", "KOR"), ("JPN", "KOR"))
        for year in (2014, 2015)
    ]
    held_out = create_pairs(years, training=True).filter(pl.col("year") == 2015)
    assert held_out.rows() == [("JPN", "KOR", 2015)]


def test_absence_is_zero_only_under_coverage() -> None:
    pairs = frame([pair(2014), pair(2015), pair(2019)])
    rows = frame(
        [{**pair(2014), "variable": "distance", "value": 50.0}, {**pair(2018), "variable": "defence", "value": 1.0}]
    )
    force = frame([{**pair(2014), "force": 1.0}])
    table = create_dyad_years(pairs, rows, COVERS, force).to_dicts()
    assert [row["disputes"] for row in table] == [0, None, None]
    assert [row["force"] for row in table] == [1, None, None]
    assert [row["defence"] for row in table] == [0, 0, None]
    assert [row["distance"] for row in table] == [50, None, None]
    assert [row["hostility"] for row in table] == [None, None, None]


@pytest.mark.parametrize(
    ("year", "defence", "consult", "agreement", "tie"),
    [
        (2000, 1, 1, 0, 3),
        (2000, 0, 1, 0, 1),
        (2000, 0, 0, 1, 1),
        (2000, 0, 0, 0, 0),
        (1970, 0, 0, None, 0),  # before the agreements begin
        (2012, 1, 0, None, 3),
        (2012, 0, 1, None, 1),
        (2012, 0, 0, None, None),  # after they end
        (2019, None, None, None, None),
    ],
)
def test_tie_strength(year: int, defence: float, consult: float, agreement: float, tie: float | None) -> None:
    row = pl.DataFrame(
        {"year": [year], "defence": [defence], "consult": [consult], "agreement": [agreement]},
        schema={"year": pl.Int32, "defence": pl.Float64, "consult": pl.Float64, "agreement": pl.Float64},
    )
    assert row.select(tie_strength().alias("tie")).item() == tie


def test_a_crisis_and_a_dispute_of_one_year_count_once() -> None:
    disputes = frame([pair(2000), pair(2000), pair(2001)])
    crises = frame([pair(2000), pair(2002)])
    found = count_force(disputes, crises).sort("year")
    assert found["force"].to_list() == [2, 1, 1]


@given(st.integers(1946, 2030), st.integers(1946, 2030), st.booleans())
def test_coverage_ends(year: int, last: int, training: bool) -> None:
    outside = frame([pair(year, "DEU", "FRA")]).select(Coverage(last, training).expr()).to_series().item()
    inside = frame([pair(year)]).select(Coverage(last, training).expr()).to_series().item()
    assert inside == (year <= last)
    assert outside == (year <= (min(last, 2014) if training else last))
