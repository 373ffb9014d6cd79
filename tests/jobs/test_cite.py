"""`cite`: the rows behind a number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.jobs.cite import cite


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a panel nor a mirror."""
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)


@pytest.mark.usefixtures("bare")
def test_a_shipped_number_needs_no_panel() -> None:
    answer = cite("east-asia", "JPN", "burden", 2024).to_json()
    assert answer["schema"] == "moorings.cite/1"
    (row,) = json.loads(json.dumps(answer))["rows"]
    assert (row["origin"], row["system"], row["state"], row["year"]) == ("system", "east-asia", "JPN", 2024)
    assert row["value"] == pytest.approx(0.0137, abs=1e-4)
    assert "SIPRI" in row["citation"]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("state", "variable", "year", "message"),
    [
        ("JPX", "burden", 2024, "STATE"),
        ("JPN", "burdn", 2024, "burden"),
        ("JPN", "burden", 1700, "no row for burden.*There is no panel"),
    ],
)
def test_wrong_input_is_told(state: str, variable: str, year: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        cite("east-asia", state, variable, year)


@pytest.mark.mirror
def test_the_panel_is_cited_too(panel: Path) -> None:
    rows = cite("east-asia", "KOR", "troops", 2010).rows
    assert [row["origin"] for row in rows] == ["system", "panel"]
    assert rows[0]["value"] == rows[1]["value"]
