"""Opening a system at other years."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.jobs.opening import Opened, at_years, open_system
from moorings.systems.load import load_observations, load_system


def test_headline_events_move_with_the_window() -> None:
    moved = at_years(load_system("east-asia"), 2014, 2024)
    events = {question.name: question.event for question in moved.headline}
    assert events["both-drift"] == "noticeable_drift(JPN) in 2024 and noticeable_drift(KOR) in 2024"
    assert events["later-drift-korea"] == "not noticeable_drift(KOR) in 2018 and noticeable_drift(KOR) in 2024"


def test_another_start_keeps_the_horizon() -> None:
    moved = at_years(load_system("east-asia"), 2014, None)
    assert (moved.start, moved.end) == (2014, 2025)


@pytest.mark.parametrize(("start", "end"), [(2026, 2036), (2025, 2025), (2025, 2099)])
def test_years_out_of_order_are_refused(start: int, end: int) -> None:
    with pytest.raises(InputError, match=r"--from|--to"):
        at_years(load_system("east-asia"), start, end)


def test_an_earlier_start_sees_nothing_later() -> None:
    rows = load_observations(at_years(load_system("east-asia"), 2014, 2024))
    assert rows["year"].max() == 2014


def test_the_shipped_system_is_opened_without_a_warning(opened: Opened) -> None:
    assert opened.warnings == ()


@pytest.mark.mirror
def test_nor_is_there_one_beside_the_panel_that_the_posterior_was_fitted_on(
    panel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(panel.parent))
    assert open_system("east-asia").warnings == ()


@pytest.mark.parametrize(
    ("start", "part"),
    [(2020, "nothing seen from 2015 to 2020 moved a parameter"), (2003, "quantities are the law's alone")],
)
def test_without_a_panel_an_earlier_posterior_and_a_law_alone_are_told(
    start: int, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    assert [text for text in open_system("east-asia", start).warnings if part in text]
