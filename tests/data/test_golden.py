"""Cells of the panel against numbers looked up in the raw files by hand (with csv, openpyxl and pandas)."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.data.panel import open_panel, read_query

pytestmark = pytest.mark.mirror

STATE_YEARS = [
    ("JPN", 2024, "burden", 0.01371396895806343),  # Share of GDP, row Japan
    ("KOR", 1990, "burden", 0.04002304289221855),  # Korea, South
    ("DEU", 1985, "burden", 0.02854093553513345),  # Germany
    ("TWN", 2024, "burden", 0.02098114372302196),
    ("JPN", 2010, "gdp", 5240444421703.641),  # 40881.79724 a head times 128185275
    ("JPN", 2010, "population", 128185275),
    ("RUS", 1985, "population", 277862875),  # the fifteen republics added up
    ("RUS", 1985, "gdp", 5371525358781.393),
    ("JPN", 2024, "ideal_point", 0.7955979704856873),
    ("RUS", 1985, "ideal_point", -1.3840240240097046),
    ("DEU", 1980, "ideal_point", 1.818297028541565),  # code 260
    ("KOR", 1986, "polyarchy", 0.312),
    ("KOR", 2025, "polyarchy", 0.819),
    ("SRB", 1955, "nuclear_rung", 2),  # Yugoslavia
    ("KOR", 1975, "nuclear_rung", 2),
    ("PRK", 2022, "nuclear_rung", 3),
    ("USA", 1967, "warheads", 31255),
    ("CHN", 2010, "cinc", 0.20922369),
    ("CHN", 2010, "milex", 76361000),
    ("JPN", 2010, "arms_imports", 3699.482082246761),
    ("THA", 2012, "arms_imports", 672.22),  # with the row that is broken in two
]
PAIR_YEARS = [
    ("JPN", "USA", 2010, "troops", 46313),  # September
    ("JPN", "USA", 2023, "troops", 53246),  # September, not December's 55423
    ("JPN", "USA", 1970, "troops", 82264),  # with Okinawa: the yearly file
    ("KOR", "USA", 1976, "troops", 39133),
    ("KOR", "USA", 2003, "troops", 41145),  # the yearly file
    ("DEU", "USA", 1985, "troops", 246875),  # code 260
    ("RVN", "USA", 1968, "troops", 537377),  # code 817
    ("VNM", "USA", 2005, "troops", 13),  # code 817
    ("RUS", "USA", 1992, "troops", 59),  # two rows
    ("PHL", "USA", 2024, "troops", 45),
    ("JPN", "USA", 2010, "arms_dependence", 0.9477435033626733),
    ("KOR", "USA", 1980, "arms_dependence", 0.9886535534453409),
    ("IND", "RUS", 1993, "arms_dependence", 0.7096366123617884),  # Soviet Union and Russia
    ("THA", "UKR", 2012, "arms_dependence", 0.20610811936568382),
    ("JPN", "USA", 2010, "obligation", 3),
    ("USA", "RUS", 2010, "obligation", 0),
    ("PRK", "RUS", 1985, "obligation", 3),
    ("PRK", "RUS", 2005, "obligation", 1),
    ("POL", "RUS", 2005, "obligation", 1),
    ("KOR", "USA", 1985, "signal_nukes", 1),
    ("KOR", "USA", 1985, "signal_words", 4),
    ("KOR", "USA", 1985, "signal_troops", 40950),
    ("KOR", "USA", 1985, "signal_arms", 638),
]
DYAD_YEARS = [
    ("JPN", "USA", 2010, "distance", 2806.66480238022),
    ("CHN", "JPN", 2010, "distance", 413.896068),
    ("CHN", "RUS", 2000, "contiguity", 1),
    ("CHN", "TWN", 2000, "contiguity", 2),
    ("JPN", "USA", 2010, "contiguity", 0),
    ("KOR", "PRK", 2020, "rivalry", 1),
    ("JPN", "USA", 2010, "rivalry", 0),
    ("JPN", "USA", 2010, "defence", 1),
    ("JPN", "USA", 2010, "tie", 3),
    ("POL", "RUS", 2005, "neutral", 1),
    ("KOR", "PRK", 2014, "disputes", 2),  # disputes 4706 and 4725
    ("KOR", "PRK", 2009, "disputes", 1),
    ("KOR", "PRK", 2010, "disputes", 0),  # 4483 goes on, none begins
    ("KOR", "PRK", 2010, "hostility", 4),
    ("KOR", "PRK", 2012, "force", 0),  # 4721 has hostility 3
]


def cell(table: str, keys: dict[str, object], variable: str) -> float | None:
    """One cell of a wide table."""
    where = " AND ".join(f"{name} = ?" for name in keys)
    with open_panel() as connection:
        value: float | None = read_query(
            connection, f"SELECT {variable} FROM {table} WHERE {where}", keys.values()
        ).item()
    return value


@pytest.mark.parametrize(("state", "year", "variable", "value"), STATE_YEARS)
def test_state_year(panel: Path, state: str, year: int, variable: str, value: float) -> None:
    assert cell("state_years", {"state": state, "year": year}, variable) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(("state", "other", "year", "variable", "value"), PAIR_YEARS)
def test_pair_year(panel: Path, state: str, other: str, year: int, variable: str, value: float) -> None:
    found = cell("pair_years", {"state": state, "other": other, "year": year}, variable)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(("state", "other", "year", "variable", "value"), DYAD_YEARS)
def test_dyad_year(panel: Path, state: str, other: str, year: int, variable: str, value: float) -> None:
    found = cell("dyad_years", {"state": state, "other": other, "year": year}, variable)
    assert found == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Nothing after a source's last year, and nothing held out is taken for zero.
        ("SELECT count(*) FROM dyad_years WHERE year > 2014 AND (disputes IS NOT NULL OR force IS NOT NULL)", 0),
        ("SELECT count(*) FROM dyad_years WHERE year > 2018 AND defence IS NOT NULL", 0),
        ("SELECT count(*) FROM dyad_years WHERE year > 2019 AND distance IS NOT NULL", 0),
        ("SELECT max(year) FROM dyad_years WHERE rivalry IS NOT NULL", 2020),
        ("SELECT count(*) FROM dyad_years WHERE state >= other", 0),
        ("SELECT count(*) - count(DISTINCT (state, other, year)) FROM dyad_years", 0),
        ("SELECT count(*) - count(DISTINCT (state, year, variable)) FROM state_year_rows", 0),
        ("SELECT count(*) - count(DISTINCT (state, other, year, variable)) FROM pair_year_rows", 0),
        ("SELECT count(*) FROM state_year_rows WHERE state = 'VNM' AND year > 2018 AND variable = 'burden'", 0),
        ("SELECT count(*) FROM state_year_rows WHERE state = 'PRK' AND variable = 'burden'", 0),
        ("SELECT count(*) FROM pair_year_rows WHERE other = 'USA' AND year IN (1951, 1952) AND variable = 'troops'", 0),
        ("SELECT count(*) FROM state_year_rows WHERE value IS NULL OR unit IS NULL OR row_key = ''", 0),
        ("SELECT count(*) FROM pair_year_rows WHERE value IS NULL OR unit IS NULL OR row_key = ''", 0),
    ],
)
def test_whole_tables(panel: Path, query: str, expected: int) -> None:
    with open_panel() as connection:
        assert read_query(connection, query).item() == expected


def test_events_of_the_panel(panel: Path) -> None:
    with open_panel() as connection:
        states = read_query(connection, "SELECT * FROM event_states").to_dicts()
        events = {row["event"]: row for row in read_query(connection, "SELECT * FROM events").to_dicts()}
    korean_war = {row["state"]: row["role"] for row in states if row["event"] == "dispute-51"}
    assert korean_war["KOR"] == korean_war["PRK"] == "originator"
    assert korean_war["USA"] == korean_war["CHN"] == "joiner"
    assert events["rung_up-PRK-2006"]["outcome"] == "from 2 to 3"
    assert events["rivalry_ends-RUS-USA-1989"]["states"] == 2
    assert {row["magnitude"] for row in events.values() if row["kind"].startswith("dispute")} <= {1, 2, 3, 4, 5, None}
