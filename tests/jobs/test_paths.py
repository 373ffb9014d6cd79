"""Allies' paths from 1990: they meet the measured ones without a jump, and come from the panel as they ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moorings.jobs.measure import measure
from moorings.jobs.opening import Opened
from moorings.jobs.paths import AGREES, FIRST, TAKEOVER, early_paths, measure_early_paths, whole_paths
from moorings.model.tether import DEFINITION


def means(rows: Any, variable: str, year: int) -> dict[str, float]:
    return {row["state"]: row["mean"] for row in rows if (row["variable"], row["year"]) == (variable, year)}


@pytest.fixture(scope="module")
def measured(place: Path) -> list[dict[str, Any]]:
    return list(measure("east-asia", TAKEOVER, TAKEOVER + 1).rows)


def test_the_table_names_what_it_rests_on(opened: Opened) -> None:
    found = early_paths()
    assert (found["definition"], found["from"]) == (DEFINITION, opened.system.start)
    assert len(found["panel"]) == len(found["tables"]) == 64
    years = {row["year"] for row in found["rows"]}
    assert years == set(range(FIRST, TAKEOVER + 1))


def test_the_two_measurements_of_the_year_in_which_they_meet_agree(measured: list[dict[str, Any]]) -> None:
    for variable in ("drift", "autonomy"):
        early, later = (means(rows, variable, TAKEOVER) for rows in (early_paths()["rows"], measured))
        assert early.keys() == later.keys()
        assert max(abs(early[state] - later[state]) for state in early) < AGREES


def test_only_rated_allies_with_every_strand_have_drift(opened: Opened) -> None:
    rows = early_paths()["rows"]
    assert means(rows, "drift", 1991).keys() == set(opened.system.rated)
    # South Korea joined the United Nations in 1991
    assert means(rows, "drift", 1990).keys() == set(opened.system.rated) - {"KOR"}
    assert "TWN" in means(rows, "autonomy", 1990)


def test_earlier_years_stand_before_the_measured_ones(measured: list[dict[str, Any]]) -> None:
    whole = whole_paths(measured, "east-asia")
    assert whole[-len(measured) :] == measured
    assert {row["year"] for row in whole[: -len(measured)]} == set(range(FIRST, TAKEOVER))


def test_years_that_do_not_meet_are_left_out(measured: list[dict[str, Any]]) -> None:
    moved = [{**row, "mean": row["mean"] + 0.01} for row in measured]
    assert whole_paths(moved, "east-asia") == moved
    assert whole_paths(measured, "another") == measured


@pytest.mark.mirror
def test_the_panel_gives_the_shipped_paths(panel: Path) -> None:
    made, shipped = measure_early_paths(), early_paths()
    assert {name: made[name] for name in made if name not in ("rows", "tables")} == {
        name: shipped[name] for name in shipped if name not in ("rows", "tables")
    }
    assert [(r["state"], r["year"], r["variable"]) for r in made["rows"]] == [
        (r["state"], r["year"], r["variable"]) for r in shipped["rows"]
    ]
    for name in ("mean", "q05", "q95"):
        np.testing.assert_allclose([r[name] for r in made["rows"]], [r[name] for r in shipped["rows"]], atol=1e-5)
