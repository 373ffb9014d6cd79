"""Opening a system at other years."""

from __future__ import annotations

import pytest

from moorings.core.errors import InputError
from moorings.jobs.opening import at_years
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
