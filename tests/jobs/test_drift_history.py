"""Base rates of drift by patron and era: as the panel gives them, and as the page tells them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.jobs.drift_history import drift_history, measure_drift_history
from moorings.learn.history import PATRONS
from moorings.score.base_rates import ERAS, known_cases
from moorings.show.base_rates import base_rates_page

PAGE = Path(__file__).parents[2] / "docs" / "base-rates.md"


def test_every_patron_era_and_case_is_there() -> None:
    found = drift_history()
    assert {row["patron"] for row in found["rows"]} == {"all", *PATRONS}
    assert {row["era"] for row in found["rows"]} == {"all", *ERAS}
    assert {(row["threshold"], row["reading"]) for row in found["rows"]} == {
        (threshold, reading) for threshold in (1.0, 2.0) for reading in ("in", "by")
    }
    assert [case["ally"] for case in found["cases"]] == [case.ally for case in known_cases()]


def test_the_page_tells_the_record_and_its_misses_first() -> None:
    found = drift_history()
    page = base_rates_page(found)
    assert PAGE.read_text(encoding="utf8") == page
    told = [line for line in page.splitlines() if line.endswith(("| **missed** |", "| yes |"))]
    missed = sum(case["missed"] for case in found["cases"])
    assert all(line.endswith("**missed** |") for line in told[:missed])
    assert all(line.endswith("yes |") for line in told[missed:])


@pytest.mark.mirror
def test_the_panel_gives_the_shipped_numbers(panel: Path) -> None:
    made, shipped = measure_drift_history(), drift_history()
    assert made["panel"] == shipped["panel"]
    for name in ("rows", "cases"):
        assert len(made[name]) == len(shipped[name])
        for new, old in zip(made[name], shipped[name], strict=True):
            for key, value in old.items():
                if isinstance(value, float):
                    np.testing.assert_allclose(new[key], value, rtol=1e-6, atol=1e-9, err_msg=f"{old}")
                else:
                    assert new[key] == value
