"""The nearest ally-decades: distance, exclusions, what they did next."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.jobs.analogues import APART, CASES, Analogues, _usable, analogues, distances, nearest
from moorings.jobs.opening import Opened
from moorings.learn.decades import STANDINGS, load_decades


@pytest.fixture(scope="module")
def korea(opened: Opened) -> Analogues:
    return analogues("east-asia", "KOR")


def test_cases_come_nearest_first_without_overlap(korea: Analogues) -> None:
    record = korea.to_json()
    assert record["schema"] == "moorings.analogues/1"
    assert len(record["rows"]) == CASES
    away = [row["distance"] for row in record["rows"]]
    assert away == sorted(away)
    for row in record["rows"]:
        others = [r for r in record["rows"] if r is not row and r["state"] == row["state"]]
        assert all(abs(r["from"] - row["from"]) >= APART for r in others)


def test_how_often_is_counted_over_the_cases(korea: Analogues) -> None:
    drifted = next(row for row in korea.responses if row["response"] == "noticeable drift")
    assert drifted["did"] == sum(row["drift"] >= 1 for row in korea.rows)
    assert drifted["low"] <= drifted["share"] <= drifted["high"]
    assert 0.2 < drifted["base_rate"] < 0.3


def test_a_standing_of_history_is_nearest_to_itself() -> None:
    rows = load_decades().rows.drop_nulls([*STANDINGS, "change_troops"])
    own = rows.row(100, named=True)
    standing = {name: own[name] for name in STANDINGS}
    away = distances(rows, standing, {})
    assert away[100] == 0
    far = distances(rows, standing, {"troops": own["change_troops"] - 3})
    assert far[100] > 0
    assert distances(rows, dict.fromkeys(STANDINGS, np.nan), {}).min() == np.inf


def test_nearest_leaves_out_what_overlaps_or_is_unknown() -> None:
    rows = pl.DataFrame({"state": ["A", "A", "B", "A"], "start": [1960, 1965, 1960, 1970]})
    assert nearest(rows, np.array([1.0, 0.5, 2.0, np.inf])) == [1, 2]


def test_own_recent_past_and_the_future_are_left_out() -> None:
    rows = _usable(load_decades(), "KOR", 2010)
    assert rows["start"].max() + 10 <= 2010
    assert rows.filter(pl.col("state") == "KOR")["start"].max() + 10 <= 2000


def test_a_scenario_is_matched_by_its_change(korea: Analogues) -> None:
    left = analogues("east-asia", "KOR", {"troops(KOR)": "-95%"}, members=100)
    assert left.moved["troops"] < -2
    mean = {name: np.mean([row["change_troops"] for row in case.rows]) for name, case in (("a", korea), ("b", left))}
    assert mean["b"] < mean["a"] - 0.5


def test_an_ally_without_a_strand_has_cases_all_the_same(opened: Opened) -> None:
    taiwan = analogues("east-asia", "TWN")
    assert taiwan.standing["alignment_distance"] is None
    assert len(taiwan.rows) == CASES


def test_a_state_that_is_no_ally_is_refused() -> None:
    with pytest.raises(InputError):
        analogues("east-asia", "CHN")
