from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.score import events
from moorings.score.metrics import METRICS

GONE = np.nan


def test_an_event_is_a_turn_of_what_was_known() -> None:
    before, after = np.array([1.0, 1, 0, 1, GONE]), np.array([0.0, 1, 0, GONE, 0])
    known = np.ones(5, dtype=bool)
    np.testing.assert_array_equal(events._turned(before, after, known, 0.0), [1, 0, GONE, GONE, GONE])
    np.testing.assert_array_equal(events._turned(before, after, known, 1.0), [GONE, GONE, 0, GONE, GONE])


def test_troops_have_left_when_they_lie_under_half_for_two_years_running() -> None:
    hosts = {
        "left": [2000.0, 900, 800, 2000],
        "dipped": [2000.0, 900, 1100, 900],
        "few": [500.0, 0, 0, 0],
        "unknown": [2000.0, GONE, 800, 1900],
    }
    troops = np.array(list(hosts.values())).T
    early = np.array([[2000.0], [900], [800]])
    assert np.isnan(events._left(early, 3)).all()  # the window reaches beyond the data
    np.testing.assert_array_equal(events._left(troops, 3)[0], [1, 0, GONE, GONE])
    assert np.isnan(events._left(troops, 3)[1:]).all()
    assert np.isnan(events._left(troops, 1)).all()


def test_support_is_known_only_where_it_was_needed() -> None:
    flags = np.array([[GONE, GONE], [0, GONE], [1, GONE], [0, GONE]])
    np.testing.assert_array_equal(events._highest(flags, 2, 3), [[1, GONE], [1, GONE], [GONE, GONE], [GONE, GONE]])
    # of years that no source reaches it is not known whether there was a dispute
    np.testing.assert_array_equal(events._highest(flags, 2, 2), [[1, GONE], [GONE, GONE], [GONE, GONE], [GONE, GONE]])


def test_drift_starts_at_zero_and_its_windows_are_those_of_the_definition() -> None:
    years, states = tuple(range(2000, 2008)), ("A", "B")
    path = np.array([[0.5, 1.2, 2.5], [0.1, 0.2, GONE]])
    place = np.array([0, 1]), np.array([2000, 2003])
    drift, noticeable, marked = events.drift_outcomes(path, place, (years, states), (2, 3))
    np.testing.assert_array_equal(drift.observed(2000, 2), [1.2, GONE])
    np.testing.assert_array_equal(noticeable.observed(2000, 2), [1, GONE])
    np.testing.assert_array_equal(marked.observed(2000, 2), [0, GONE])
    np.testing.assert_array_equal(marked.observed(2000, 3), [1, GONE])
    assert np.isnan(drift.observed(2003, 3)).all()
    assert np.isnan(drift.history.until(2001).windows[2]).all()


@pytest.mark.mirror
def test_disputes_of_history_can_be_foreseen_and_nothing_after_the_origin_is_used(panel: Path) -> None:
    from moorings.learn.assemble import assemble
    from moorings.score.hazards import BaseRate, Logit

    dispute, short = (
        next(o for o in events.pair_events(assemble(end), (1, 5)) if o.name == "dispute") for end in (2014, 1992)
    )
    rate, logit = (baseline.fit(dispute.history).predict(1990, 5) for baseline in (BaseRate(), Logit()))
    observed = dispute.observed(1990, 5)
    scores = [METRICS["log"].mean(forecast, observed) for forecast in (rate, logit)]
    assert scores[1].value < 0.75 * scores[0].value
    assert scores[0].n > 8_000
    at_risk = np.isfinite(observed)
    short_logit = dict(zip(short.units, Logit().fit(short.history).predict(1990, 5), strict=True))
    same = np.array([short_logit.get(unit, np.nan) for unit in dispute.units])
    np.testing.assert_allclose(same[at_risk], logit[at_risk], rtol=1e-9)
