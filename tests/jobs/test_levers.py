"""The list of levers: every one is there, with a step that parses and an effect that holds its interval."""

from __future__ import annotations

import pytest

from moorings.jobs.levers import STEPS, Levers, levers
from moorings.jobs.opening import Opened
from moorings.simulate.levers import KINDS, parse_lever


@pytest.fixture(scope="module")
def listed(opened: Opened) -> Levers:
    return levers("east-asia", members=200)


def test_every_lever_has_rows_for_each_state(listed: Levers) -> None:
    record = listed.to_json()
    assert record["schema"] == "moorings.levers/1"
    assert {row["name"] for row in record["rows"]} == set(KINDS)
    hosts = [row["states"][0] for row in record["rows"] if row["name"] == "troops"]
    assert tuple(hosts) == listed.system.allies


def test_each_row_says_what_the_lever_is_and_what_it_rests_on(listed: Levers) -> None:
    for row in listed.rows:
        assert row["meaning"]
        assert row["unit"]
        assert row["low"] < row["high"]
        assert row["effect_low"] <= row["effect"] <= row["effect_high"]
        assert 0 <= row["from_history"] <= 1
        assert row["rests_on"]


def test_todays_values_are_the_observed_ones(listed: Levers) -> None:
    today = {row["lever"]: row["today"] for row in listed.rows}
    assert today["troops(KOR)"] == pytest.approx(23_642, rel=0.01)
    assert today["guarantee(JPN)"] == 3
    assert today["guarantee(TWN)"] == 0
    assert 0.01 < today["burden(JPN)"] < 0.02


def test_a_crisis_is_with_the_nearest_rival(listed: Levers) -> None:
    assert "crisis(KOR, PRK)" in {row["lever"] for row in listed.rows}


def test_a_bundle_lists_its_contents(listed: Levers) -> None:
    contents = {row["name"]: row["contents"] for row in listed.rows}
    assert set(contents["role"]) == {"troops of each ally", "backbone", "demand"}
    assert contents["troops"] == {}


def test_standard_steps_are_read(opened: Opened) -> None:
    states = {"": "", "ally": "(KOR)", "adversary": "(PRK)", "ally, adversary": "(KOR, PRK)"}
    for name, step in STEPS.items():
        assert parse_lever(f"{name}{states[KINDS[name].of]}={step}", opened.scene, 2036).kind == name


def test_ties_that_the_patron_endorses_are_hardly_drift(listed: Levers) -> None:
    effects = {row["lever"]: row["effect"] for row in listed.rows}
    assert abs(effects["trilateral"]) < 0.05
