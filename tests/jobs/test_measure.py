"""Where each ally stands: rows, years, and what they are held against."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.jobs.measure import COMPARED, MEASURED, Measured, measure
from moorings.model.tether import STRANDS


@pytest.fixture(scope="module")
def measured(place: Path) -> Measured:
    return measure("east-asia", 2015, 2025)


def test_the_json_is_the_contracts(measured: Measured) -> None:
    record = measured.to_json()
    assert (record["schema"], record["system"]) == ("moorings.measure/1", "east-asia")
    keys = ["patron", "state", "year", "variable", "mean", "q05", "q95"]
    assert all(list(row) == keys and row["patron"] == "USA" for row in record["rows"])
    assert {row["year"] for row in record["rows"]} == set(range(2015, 2026))
    assert {row["state"] for row in record["rows"]} == set(measured.system.allies)


def test_every_variable_and_strand_is_there(measured: Measured) -> None:
    found = {row["variable"] for row in measured.rows if row["state"] == "KOR"}
    assert found >= {*MEASURED, *COMPARED, *(f"strand_{name}" for name in STRANDS)}
    assert not {row["variable"] for row in measured.rows if row["state"] == "TWN"} & {"drift", "tether"}


def test_observed_years_have_no_width_and_estimated_ones_do(measured: Measured) -> None:
    rows = {(row["state"], row["variable"], row["year"]): row for row in measured.rows}
    seen, carried = rows["JPN", "burden", 2020], rows["JPN", "burden", 2025]
    assert seen["q05"] == pytest.approx(seen["q95"])
    assert carried["q05"] < carried["q95"]
    assert rows["KOR", "commitment", 2020]["q05"] < rows["KOR", "commitment", 2020]["q95"]


def test_the_last_year_is_the_one_held_against(measured: Measured) -> None:
    rows = {(row["variable"], row["year"]): row for row in measured.rows if row["state"] == "KOR"}
    assert rows["drift", 2025]["mean"] == pytest.approx(0)
    assert rows["withdrawal", 2025]["mean"] == pytest.approx(0)
    fall = rows["tether", 2025]["mean"] - rows["tether", 2015]["mean"]
    assert rows["drift", 2015]["mean"] == pytest.approx(fall, abs=0.3)


@pytest.mark.parametrize(("first", "last"), [(1980, 2000), (2010, 2030), (2015, 2010)])
def test_years_that_are_not_there_are_refused(place: Path, first: int, last: int) -> None:
    with pytest.raises(InputError, match="years within"):
        measure("east-asia", first, last)
