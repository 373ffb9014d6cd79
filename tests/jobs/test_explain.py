"""Contributions add up exactly, and each group is what it says."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.jobs.explain import GROUPS, Explained, explain, shapley
from moorings.jobs.forecast import run_paths
from moorings.jobs.opening import Opened
from moorings.jobs.scenarios import thinned
from moorings.model.phases import PHASES
from moorings.show.explained import explain_chart

MEMBERS = 100


@pytest.fixture(scope="module")
def korea(opened: Opened) -> Explained:
    return explain("east-asia", "KOR", members=MEMBERS)


def test_contributions_add_up_to_the_expected_drift(korea: Explained, opened: Opened) -> None:
    rows = {row["driver"]: row for row in korea.to_json()["rows"]}
    assert set(rows) == {*GROUPS, "rest", "all"}
    whole = rows.pop("all")
    assert sum(row["mean"] for row in rows.values()) == pytest.approx(whole["mean"], abs=1e-12)
    for strand, part in whole["strands"].items():
        assert sum(row["strands"][strand] for row in rows.values()) == pytest.approx(part, abs=1e-12)
    paths = run_paths(thinned(opened, MEMBERS), {}, MEMBERS, 1)
    drift = paths.values["drift"][:, -1, opened.system.states.index("KOR")]
    assert whole["mean"] == pytest.approx(drift.mean(), abs=1e-9)


def test_each_group_moves_what_it_may(korea: Explained) -> None:
    rows = {row["driver"]: row for row in korea.rows}
    assert rows["events"]["strands"]["orientation"] == pytest.approx(0, abs=0.05)
    assert rows["events"]["strands"]["nuclear"] > 0
    # pacts bind South Korea to China and Russia already, and no rivalry with either is left to end
    assert rows["events"]["strands"]["accommodation"] == 0
    # what the pool sees beyond the law stays on with all groups off
    assert abs(rows["rest"]["mean"]) < 0.2
    # and lies only where there is a pool
    still = ("partners", "nuclear", "accommodation", "refusal")
    assert all(rows["rest"]["strands"][strand] == 0 for strand in still)
    assert all(row["low"] <= row["mean"] <= row["high"] for row in korea.rows)


def test_the_phases_are_printed_in_order(korea: Explained) -> None:
    assert korea.to_json()["schema"] == "moorings.explain/1"
    assert korea.to_json()["phases"] == list(PHASES)


def test_the_chart_shows_every_driver(korea: Explained) -> None:
    shown = str(explain_chart(korea.to_json()).to_dict())
    assert all(f"'{name}'" in shown for name in GROUPS)


def test_shapley_values_of_a_small_game_are_those_of_the_book() -> None:
    players = ("left", "right", "other")
    groups = [frozenset(group) for size in range(4) for group in combinations(players, size)]
    # a glove on either side makes a pair: the single left one is worth as much as both right ones
    worth = {group: np.array(float("left" in group and len(group) > 1)) for group in groups}
    found = shapley(worth, players)
    assert found["left"] == pytest.approx(2 / 3)
    assert found["right"] == pytest.approx(1 / 6)
    assert found["other"] == pytest.approx(1 / 6)


@pytest.mark.parametrize("state", ["TWN", "KRO"])
def test_a_state_that_is_not_rated_is_refused(state: str) -> None:
    with pytest.raises(InputError):
        explain("east-asia", state)
