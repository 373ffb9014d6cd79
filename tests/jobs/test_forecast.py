"""The main job on the shipped system: contract, reproducibility, evidence, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.core.variables import VARIABLES
from moorings.jobs.forecast import Forecast, forecast, headline_events

KEYS = ["schema", "system", "from", "to", "members", "seed", "set", "given", "digests", "last_seen", "definitions"]
ROW = ["state", "variable", "unit", "year", "mean", "q05", "q25", "q50", "q75", "q95"]


def test_the_json_is_the_contracts(baseline: Forecast) -> None:
    record = baseline.to_json()
    assert list(record)[: len(KEYS)] == KEYS
    assert (record["schema"], record["from"], record["to"]) == ("moorings.forecast/1", 2025, 2036)
    assert all(list(row) == ROW for row in record["series"])
    assert {row["variable"] for row in record["series"]} == {v.name for v in VARIABLES.values() if not v.paired}
    events = ["event", "probability", "low", "high", "words", "base_rate"]
    assert all(list(row) == events for row in record["events"])
    assert record["last_seen"]["JPN"]["burden"] == 2024


def test_quantiles_are_in_order_and_values_in_range(baseline: Forecast) -> None:
    for row in baseline.to_json()["series"]:
        levels = [row[name] for name in ROW[5:]]
        assert levels == sorted(levels)
        assert VARIABLES[row["variable"]].low <= levels[0]
        assert levels[-1] <= VARIABLES[row["variable"]].high


def test_probabilities_lie_within_their_intervals(baseline: Forecast) -> None:
    rows = baseline.to_json()["events"]
    assert [row["event"] for row in rows] == headline_events(baseline.system)
    for row in rows:
        assert 0 <= row["low"] <= row["probability"] <= row["high"] <= 1
        assert row["base_rate"] is None or 0 <= row["base_rate"] <= 1
    both, either = (row["probability"] for row in rows[:2])
    assert both <= either
    assert baseline.probability(rows[0]["event"]) == both


def test_the_same_inputs_give_the_same_bytes_and_a_larger_run_begins_alike(baseline: Forecast) -> None:
    again = forecast("east-asia", members=baseline.ensemble.members)
    assert json.dumps(again.to_json(), default=str) == json.dumps(baseline.to_json(), default=str)
    more = forecast("east-asia", members=260).ensemble.values["drift"][:200]
    np.testing.assert_array_equal(more, baseline.ensemble.values["drift"])


def test_another_seed_gives_other_members(baseline: Forecast) -> None:
    other = forecast("east-asia", members=200, seed=2)
    assert not np.array_equal(other.ensemble.values["burden"], baseline.ensemble.values["burden"], equal_nan=True)


def test_strands_share_out_the_drift(baseline: Forecast) -> None:
    rows = baseline.to_json()["strands"]
    for state in baseline.system.rated:
        assert sum(row["share"] for row in rows if row["state"] == state) == pytest.approx(1)


def test_drift_begins_at_nothing_and_taiwan_is_not_rated(baseline: Forecast) -> None:
    drift = baseline.ensemble.of("drift", "KOR")
    np.testing.assert_array_equal(drift[:, 0], 0.0)
    assert np.isnan(baseline.ensemble.of("drift", "TWN")).all()


def test_members_become_rows(baseline: Forecast) -> None:
    rows = baseline.to_polars()
    assert rows.columns == ["member", "draw", "state", "variable", "year", "value", "weight"]
    assert rows["value"].is_finite().all()


def test_evidence_weighs_and_never_moves_a_member(baseline: Forecast) -> None:
    given = forecast("east-asia", given=["drift(KOR) > 0 in 2030"], members=200)
    np.testing.assert_array_equal(given.ensemble.values["gdp"], baseline.ensemble.values["gdp"])
    assert given.ensemble.effective_members < 200
    assert given.probability("drift(KOR) > 0 in 2030") == pytest.approx(1)


def test_an_analysts_elasticities_change_the_forecast(baseline: Forecast, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("elasticities:\n  burden: {mean: 0.3, sd: 0.01, reason: threat drives spending}\n")
    own = forecast("east-asia", members=200, belief=file).ensemble.of("burden", "JPN")
    assert own[:, -1].mean() > baseline.ensemble.of("burden", "JPN")[:, -1].mean() * 1.1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"system": "east-asai"}, "east-asia"),
        ({"members": 5}, "100 to"),
        ({"start": 2030}, "last one seen"),
        ({"end": 2024}, "2026 to"),
        ({"set": {"troop(KOR)": "0"}}, "troops"),
        ({"set": {"troops(USA)": "0"}}, "KOR"),
        ({"given": ["drift(KOR) > 1 in 2090"]}, "2025 to 2036"),
    ],
)
def test_wrong_input_is_refused(place: Path, arguments: dict[str, object], part: str) -> None:
    with pytest.raises(InputError, match=part):
        forecast(**({"system": "east-asia", "members": 100} | arguments))  # type: ignore[arg-type]
