"""The spine: spells of membership, and years of states."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from moorings.data.panel import open_panel, read_query
from moorings.data.sources import isard
from moorings.data.spine import create_state_years, create_states, keep_existing


@pytest.fixture
def states(written: Path) -> pl.DataFrame:
    """The made-up spine."""
    members = isard.read_members(written / isard.SYSTEM)
    numbers = isard.read_gleditsch_ward(written / isard.PANEL)
    return create_states(members, numbers)


def test_spells_have_numbers_and_an_open_end(states: pl.DataFrame) -> None:
    germany = states.filter(pl.col("state") == "DEU").select("cow", "gw", "first_year", "last_year").rows()
    assert germany == [(260, 260, 1955, 1990), (255, 260, 1990, None)]
    america = states.filter(pl.col("state") == "USA").row(0, named=True)
    assert america["last_year"] is None
    assert states.filter(pl.col("name") == "Hanover").is_empty()


def test_years_leave_out_an_occupation(states: pl.DataFrame) -> None:
    years = create_state_years(states, 2000)
    japan = years.filter(pl.col("state") == "JPN")["year"]
    assert (japan.min(), japan.max(), japan.len()) == (1952, 2000, 49)
    assert years.filter(pl.col("state") == "RVN")["year"].max() == 1975


def test_figures_of_an_occupied_state_stay(states: pl.DataFrame) -> None:
    rows = pl.DataFrame({"state": ["JPN", "RVN", "RVN", "UKR"], "year": [1950, 1953, 1976, 1990]})
    assert keep_existing(rows, states).rows() == [("JPN", 1950)]


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("state", "spells"),
    [
        ("DEU", [(255, 1816, 1945), (260, 1955, 1990), (255, 1990, None)]),
        ("DDR", [(265, 1954, 1990)]),
        ("RUS", [(365, 1816, None)]),
        ("VNM", [(816, 1954, None)]),
        ("RVN", [(817, 1954, 1975)]),
        ("YEM", [(678, 1926, 1990), (679, 1990, None)]),
        ("YMD", [(680, 1967, 1990)]),
        ("SRB", [(345, 1878, 1941), (345, 1944, None)]),
        ("TWN", [(713, 1949, None)]),
        ("CSK", [(315, 1918, 1939), (315, 1945, 1992)]),
        ("CZE", [(316, 1993, None)]),
    ],
)
def test_historic_spells(panel: Path, state: str, spells: list[tuple[int, int, int | None]]) -> None:
    query = "SELECT cow, first_year, last_year FROM states WHERE state = ? ORDER BY first_year"
    with open_panel() as connection:
        assert read_query(connection, query, [state]).rows() == spells
