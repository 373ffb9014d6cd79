"""Two scenarios in the same worlds: contract, pairing, what the difference rests on, where history ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.ask.draws import by_draw, effect
from moorings.core.errors import InputError
from moorings.jobs.belief import open_believed
from moorings.jobs.compare import Compared, compare, series_rows
from moorings.jobs.forecast import Forecast, forecast
from moorings.jobs.opening import Opened
from moorings.jobs.scenarios import begin_scenarios, changed, event_effect, from_history

ROW = ["state", "variable", "unit", "year", "mean", "q05", "q50", "q95", "share_above_0"]


def test_the_json_is_the_contracts(halved: Compared) -> None:
    record = halved.to_json()
    assert record["schema"] == "moorings.compare/1"
    assert (record["set"], record["against"]) == ({"troops(KOR)": "-50%"}, {})
    assert all(list(row) == ROW for row in record["series"])
    assert record["from_history"] == 0.0


def test_the_other_scenario_is_the_forecasts_own_baseline(halved: Compared, baseline: Forecast) -> None:
    for name, values in baseline.ensemble.values.items():
        np.testing.assert_array_equal(halved.found.against.values[name], values, err_msg=name)


def test_nothing_differs_in_the_year_seen_and_an_unrelated_quantity_never_does(halved: Compared) -> None:
    rows = halved.to_json()["series"]
    assert all(row["mean"] == row["share_above_0"] == 0 for row in rows if row["year"] == 2025)
    assert all(row["q05"] == row["q95"] == 0 for row in rows if row["variable"] == "gdp")


def test_what_the_lever_sets_is_mechanical_and_what_follows_is_small(halved: Compared) -> None:
    record = halved.to_json()
    last = {(row["state"], row["variable"]): row for row in record["series"] if row["year"] == 2036}
    assert set(record["mechanical"]) == {"troops", "withdrawal"}
    assert last["KOR", "withdrawal"]["share_above_0"] == 1
    assert last["KOR", "credence"]["share_above_0"] == 0
    assert abs(last["KOR", "drift"]["mean"]) < 0.1
    assert last["JPN", "troops"]["mean"] == 0


def test_events_are_paired(halved: Compared) -> None:
    for row in halved.to_json()["events"]:
        assert row["difference"] == pytest.approx(row["probability"] - row["against"], abs=1e-9)
        assert row["low"] <= row["difference"] <= row["high"]


def test_turning_the_comparison_round_turns_the_sign(halved: Compared) -> None:
    there = series_rows(halved.found.scenario, halved.found.against)
    back = series_rows(halved.found.against, halved.found.scenario)
    assert [row["mean"] for row in there] == pytest.approx([-row["mean"] for row in back])
    assert [row["q05"] for row in there] == pytest.approx([-row["q95"] for row in back])


def test_a_difference_of_nothing_has_no_width(baseline: Forecast) -> None:
    same = event_effect("noticeable_drift(KOR) in 2036", baseline.ensemble, baseline.ensemble)
    assert tuple(same) == (0.0, 0.0, 0.0)
    noise = np.random.default_rng(1).normal(1.0, 1.0, baseline.ensemble.members)
    found = effect(by_draw(noise, baseline.ensemble), baseline.ensemble.effective_members)
    assert found.low < found.mean < found.high
    assert abs(found.mean - 1.0) < 0.3


@pytest.mark.parametrize("levers", [{}, {"style": "-1"}])
def test_the_same_scenario_twice_is_refused(levers: dict[str, str]) -> None:
    with pytest.raises(InputError, match="differ"):
        compare("east-asia", levers, levers)


def test_only_levers_that_differ_count() -> None:
    assert changed({"style": "-1", "troops(KOR)": "0"}, {"style": "-1"}) == ("troops",)
    assert changed({"style": "-1"}, {"style": "1"}) == ("style",)


def test_an_effect_rests_on_its_weakest_link(opened: Opened) -> None:
    assert from_history(opened, {"style": "-1"}, {"style": "1"}) == 0.0
    assert from_history(opened, {"style": "1"}, {"style": "1"}) is None
    share = from_history(opened, {"burden(KOR)": "+50%"}, {})
    assert share is not None
    assert 0.05 < share < 0.9


def test_half_of_the_troops_is_within_history_and_a_fortyfold_rise_is_not(halved: Compared) -> None:
    seen = {(row.state, row.variable): row for row in halved.reach}
    troops = seen["KOR", "troops"]
    assert troops.change == pytest.approx(troops.against + np.log(0.5), abs=0.1)
    assert 0.1 < troops.as_large / troops.windows < 0.4
    assert not troops.outside
    assert [warning for warning in halved.warnings if "members" not in warning] == []
    assert all(state == "KOR" for state, _ in seen)
    more = compare("east-asia", {"troops(KOR)": "1000000"}, members=100)
    assert any("leaves what history has seen" in warning for warning in more.warnings)


def test_the_analysts_answer_stands_beside_the_default_one(halved: Compared, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text('elasticities:\n  ideal_point: {mean: -0.1, sd: 0.0, reason: "a strong pull"}\n')
    record = compare("east-asia", {"troops(KOR)": "-50%"}, members=200, belief=file).to_json()
    assert record["series"] == halved.to_json()["series"]
    own, plain = (
        next(
            row["mean"] for row in rows if (row["state"], row["variable"], row["year"]) == ("KOR", "ideal_point", 2036)
        )
        for rows in (record["belief"]["series"], record["series"])
    )
    assert own < 0 < plain
    assert abs(own) > 3 * abs(plain)
    links = {link["link"]: link["source"] for link in record["belief"]["links"]}
    assert links["security gap to UN position"] == "belief"
    assert record["belief"]["elasticities"]["ideal_point"]["reason"] == "a strong pull"


def test_too_few_members_are_told(halved: Compared) -> None:
    assert "take --members 400" in halved.warnings[-1]


def test_a_scenario_beside_a_shared_baseline_is_that_of_the_forecast(opened: Opened, baseline: Forecast) -> None:
    alone = forecast("east-asia", {"style": "-1"}, members=baseline.ensemble.members).ensemble
    shared = begin_scenarios(open_believed("east-asia", None, None, None), baseline.ensemble.members, 1)
    beside = shared.ensemble({"style": "-1"})
    for name, value in alone.values.items():
        np.testing.assert_array_equal(beside.values[name], value, err_msg=name)
    np.testing.assert_array_equal(shared.ensemble({}).values["drift"], baseline.ensemble.values["drift"])
