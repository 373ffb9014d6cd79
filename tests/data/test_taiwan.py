"""Taiwan's rebuilt GDP."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from moorings.data.panel import panel_observations
from moorings.data.taiwan import NOTE, rebuild_gdp

YEARS = list(range(1998, 2025))


def rows(state: str, values: list[float]) -> pl.DataFrame:
    """Tidy rows as far as they are needed."""
    years = YEARS[: len(values)]
    facts = {"state": state, "year": years, "value": values, "confidence": "high", "note": None}
    return pl.DataFrame(facts, schema_overrides={"year": pl.Int32, "note": pl.String})


def current(rise: float) -> pl.DataFrame:
    """American GDP at current prices that rise by a factor each year."""
    facts = {"year": YEARS, "current": [rise**number for number in range(len(YEARS))]}
    return pl.DataFrame(facts, schema_overrides={"year": pl.Int32})


def test_growth_loses_the_rise_of_prices_and_keeps_the_level() -> None:
    taiwan = [1.06**number for number in range(len(YEARS))]
    gdp = pl.concat([rows("USA", [1.0] * len(YEARS)), rows("TWN", taiwan)])
    rebuilt = rebuild_gdp(gdp, current(1.02)).filter(pl.col("state") == "TWN")
    value = dict(rebuilt.select("year", "value").iter_rows())
    assert value[2021] == pytest.approx(taiwan[YEARS.index(2021)])
    assert math.log(value[2010] / value[2009]) == pytest.approx(math.log(1.06 / 1.02))
    assert math.log(value[2000] / value[1999]) == pytest.approx(math.log(1.06))
    assert value[2020] / value[2019] == pytest.approx(19_863.88 / 19_213.20)
    assert value[2024] / value[2023] == pytest.approx(1.046)
    assert set(rebuilt["note"]) == {NOTE}


def test_without_the_level_year_there_is_no_series() -> None:
    gdp = pl.concat([rows("USA", [1.0] * 5), rows("TWN", [1.0] * 5)])
    assert set(rebuild_gdp(gdp, current(1.02))["state"]) == {"USA"}


@pytest.mark.mirror
def test_the_series_is_the_one_compiled_beforehand(panel: Path) -> None:
    found = panel_observations(["TWN"], ["gdp"], (1990, 2024))
    value = dict(found.select("year", "value").iter_rows())
    known = {1990: 3.86193e11, 2001: 7.53903e11, 2010: 1.07622e12, 2018: 1.33459e12, 2021: 1.52427e12, 2024: 1.6585e12}
    assert {year: value[year] for year in known} == pytest.approx(known, rel=1e-5)
