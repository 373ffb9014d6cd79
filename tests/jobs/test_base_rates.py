"""Base rates come from the same evaluator on a world that moves as history did."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.jobs.ask import Run
from moorings.jobs.base_rates import base_rate, historical_world
from moorings.jobs.opening import Opened


def test_drift_comes_as_often_as_in_the_published_windows(opened: Opened) -> None:
    path = opened.posterior.tracks["windows"]["path"]
    for year in (2030, 2035):
        drift = path[:, year - 2026]
        share = (drift[np.isfinite(drift)] >= 1).mean()
        assert base_rate(opened, f"noticeable_drift(JPN) in {year}") == pytest.approx(share, abs=0.03)


def test_the_laws_of_probability_hold(opened: Opened) -> None:
    def rate(event: str) -> float:
        found = base_rate(opened, event)
        assert found is not None
        return found

    one, two = "noticeable_drift(JPN) in 2036", "noticeable_drift(KOR) in 2036"
    both, either = rate(f"{one} and {two}"), rate(f"{one} or {two}")
    assert both + either == pytest.approx(rate(one) + rate(two), abs=0.002)
    assert rate(f"not {one}") == pytest.approx(1 - rate(one))
    assert rate("marked_drift(JPN) in 2036") < rate(one)


def test_allies_of_one_patron_drift_together_more_than_by_chance(opened: Opened) -> None:
    world = historical_world(opened, ("JPN", "KOR"))
    first, second = (world.of("drift", ally)[:, -1] >= 1 for ally in ("JPN", "KOR"))
    assert np.mean(first & second) > first.mean() * second.mean()


def test_ties_and_the_ladder_come_at_yearly_rates(opened: Opened) -> None:
    rates = opened.posterior.meta["equations"]
    yearly = rates["new_tie_of_allies"]["events"] / rates["new_tie_of_allies"]["rows"]
    assert base_rate(opened, "new_pact(JPN, KOR) by 2036") == pytest.approx(1 - (1 - yearly) ** 11, abs=0.005)
    soon, late = (base_rate(opened, f"nuclear(KOR) >= exploring by {year}") for year in (2028, 2036))
    assert soon is not None
    assert late is not None
    assert 0 < soon < late < 0.3


@pytest.mark.parametrize(
    "event",
    [
        "troops_leave(KOR) by 2036",
        "burden(JPN) > 2% in 2036",
        "drift(any) > 1 in 2036",
        "new_pact(JPN, any) by 2036",
        "drift(TWN) > 1 in 2036",
        "noticeable_drift(JPN) in 2036 and noticeable_drift(KOR) in 2036 and noticeable_drift(AUS) in 2036",
    ],
)
def test_what_history_has_no_like_of_has_no_base_rate(opened: Opened, event: str) -> None:
    assert base_rate(opened, event) is None


def test_a_question_is_told_its_base_rate(opened: Opened) -> None:
    event = "noticeable_drift(JPN) in 2036"
    assert Run("east-asia").base_rate(event) == base_rate(opened, event)
