"""Questions, signposts, theses and the ledger as jobs, on a made-up forecast of the shipped system."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from moorings.ask.theses import load_thesis
from moorings.core.errors import InputError
from moorings.core.variables import VARIABLES
from moorings.jobs import ledger
from moorings.jobs.ask import Run, ask
from moorings.jobs.check import check, counted, measured
from moorings.jobs.ledger import FLAGS, ledger_add, ledger_list, ledger_resolve, ledger_verify, record_of
from moorings.jobs.opening import Opened, system_at
from moorings.jobs.signposts import signposts
from moorings.score.ledger import verify
from moorings.simulate.ensemble import Ensemble
from moorings.systems.load import SHIPPED, load_system

QUESTION = "noticeable_drift(KOR) in 2036"
KEYS = [
    "schema",
    "event",
    "probability",
    "low",
    "high",
    "words",
    "members",
    "effective_members",
    "base_rate",
    "warnings",
]


def _made_up(levers: dict[str, str], members: int) -> Ensemble:
    """Values that move at random; every lever pushes drift up by a tenth."""
    system, rng = load_system("east-asia"), np.random.default_rng(4)
    years, states = tuple(range(2025, 2037)), system.states
    shape = (members, len(years), len(states))
    values = {v.name: 0.1 + 0.4 * rng.random(shape) for v in VARIABLES.values() if not v.paired}
    values["drift"] = rng.normal(0, 0.3, shape).cumsum(axis=1) + 0.1 * len(levers)
    values["troops"] = 30_000 * np.exp(rng.normal(0, 0.1, shape).cumsum(axis=1))
    pairs = {flag: (rng.random((*shape, len(states))) < 0.02).astype(np.int8) for flag in FLAGS}
    pairs["tie"] = np.zeros((*shape, len(states)), np.int8)
    names = (system.name, system.patron, system.allies, system.rated, system.adversaries)
    weights = np.full(members, 1 / members)
    return Ensemble(*names, years, states, np.arange(members) % 50, values, pairs, weights)


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """Numbers of members that were simulated."""
    simulated: list[int] = []

    def forecast(run: Run, levers: dict[str, str] | None, members: int) -> SimpleNamespace:
        simulated.append(members)
        digests = {"system": "a", "posterior": "b", "code": "c"}
        found = _made_up(levers or {}, min(members, 2000))
        return SimpleNamespace(ensemble=found, to_json=lambda: {"digests": digests}, warnings=run.opened.warnings)

    def begin(opened: Opened, members: int, seed: int) -> SimpleNamespace:
        simulated.append(members)
        return SimpleNamespace(ensemble=lambda levers: _made_up(dict(levers), min(members, 2000)))

    monkeypatch.setattr(Run, "forecast", forecast)
    monkeypatch.setattr("moorings.jobs.check.begin_scenarios", begin)
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    return simulated


def test_ask_gives_the_contract_and_the_grid() -> None:
    found = ask("east-asia", QUESTION, members=600)
    assert sorted(found.to_json()) == sorted(KEYS)
    assert found.to_json()["schema"] == "moorings.ask/1"
    assert found.grid[1.0] == found.answer
    assert ask("east-asia", "abandoned(KOR)", members=600).grid == {}


def test_ask_weighs_by_evidence_and_asks_for_more_where_it_is_thin(asked: list[int]) -> None:
    found = ask("east-asia", QUESTION, given=["drift(KOR) > 1.2 in 2030"], members=600)
    assert asked[0] == 600
    assert asked[1] > 600
    assert found.answer.effective_members < found.answer.members == 2000
    assert "effective members" in found.warnings[0]


@pytest.mark.parametrize(
    ("event", "given", "part"),
    [("noticeable_drift(KRO) in 2036", [], "'KOR'"), (QUESTION, ["drift(KOR) > 1 in 2050"], "2025 to 2036")],
)
def test_a_wrong_question_is_refused_before_anything_is_simulated(
    asked: list[int], event: str, given: list[str], part: str
) -> None:
    with pytest.raises(InputError, match=part):
        ask("east-asia", event, given=given)
    assert asked == []


@pytest.mark.parametrize("job", [ask, signposts, ledger_add])
def test_the_horizon_moves_with_the_first_year(asked: list[int], job: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="2014 to 2025"):
        job("east-asia", "noticeable_drift(KOR) in 2030", start=2014)
    assert asked == []


def test_a_claim_beyond_the_last_year_is_refused_before_anything_is_simulated(asked: list[int]) -> None:
    with pytest.raises(
        InputError, match=r"us-allies-drift.yaml, line 8, event, column 26: found 2036; allowed: .* to 2025"
    ):
        check("us-allies-drift", start=2014)
    assert asked == []


def test_a_wrong_lever_in_a_thesis_is_refused_before_anything_is_simulated(asked: list[int], tmp_path: Path) -> None:
    path = tmp_path / "thesis.yaml"
    claim = (
        f"{{id: one, kind: effect, text: It drifts., event: '{QUESTION}', set: {{troops(KRO): -50%}}, stated: higher}}"
    )
    path.write_text(f"title: A thesis\nsource: {{name: Nobody, date: '2026-01-01'}}\nclaims:\n  - {claim}\n")
    with pytest.raises(InputError, match=r"thesis.yaml, line 4, set 'troops\(KRO\)=-50%': .*'KRO'.*'KOR'"):
        check(path)
    assert asked == []


def test_a_wrong_name_is_told_every_system() -> None:
    with pytest.raises(InputError, match=r"allowed: east-asia, us-alliances, or .* Did you mean 'us-alliances'"):
        ask("us-aliances", QUESTION)


def test_signposts_give_the_contract() -> None:
    record = signposts("east-asia", QUESTION, members=600).to_json()
    assert (record["schema"], record["about"]) == ("moorings.signposts/1", QUESTION)
    assert {"signpost", "by", "probability", "if_seen", "if_not", "bits"} <= record["rows"][0].keys()


@pytest.mark.parametrize("name", ["us-allies-drift", "us-allies-stay"])
def test_shipped_theses_are_judged_whole(name: str, asked: list[int]) -> None:
    found = check(name, members=600)
    record = found.to_json()
    assert asked == [600]  # one baseline for all scenarios
    assert record["schema"] == "moorings.check/1"
    assert [claim["id"] for claim in record["claims"]] == [claim.id for claim in load_thesis(name).claims]
    assert {claim["verdict"] for claim in record["claims"]} <= {"holds", "fails", "unclear"}
    assert all(claim["verdict"] == "unclear" for claim in record["claims"] if claim["kind"] == "effect")
    assert found.passes == all(claim["verdict"] != "fails" for claim in record["claims"])
    keys = {"id", "kind", "text", "stated", "value", "low", "high", "p_inside", "p_below", "p_above", "verdict", "why"}
    assert all(claim.keys() == keys for claim in record["claims"])


def test_measures_come_from_the_record() -> None:
    from moorings.ask.expressions import Reading
    from moorings.ask.theses import Responses

    system, seen = system_at("east-asia")
    burden = measured(system, seen, Reading("burden", ("JPN",)), 2024)
    assert burden == pytest.approx([0.0137], abs=0.001)
    assert len(measured(system, seen, Reading("alignment_distance", ("KOR",)), 2020)) == 1
    assert counted(system, Responses("KOR", "adversary_summit", 2018, 2018)) == 1
    with pytest.raises(InputError, match="new_partner"):
        counted(system, Responses("KOR", "new_partners", 2018, 2018))


def test_a_new_ledger_begins_with_the_shipped_forecasts() -> None:
    found = ledger_list()
    assert (found.lines, len(found.rows)) == (10, 10)
    assert ledger_verify().passes
    assert ledger_add("east-asia", "abandoned(KOR) by 2026", members=300).lines == 11


def test_a_forecast_is_entered_settled_and_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "SHIPPED", tmp_path / "none")
    events = ("dispute(KOR, PRK) by 2026", "burden(JPN) < 1% in 2036", "abandoned(KOR) by 2026")
    entered = [ledger_add("east-asia", event, members=300) for event in events]
    assert entered[0].rows[0]["digests"] == {"system": "a", "posterior": "b", "code": "c"}
    data = tmp_path / "new.csv"
    rows = ["KOR,PRK,2026,dispute,1"] + [f"KOR,{k},2026,abandoned,0" for k in ("CHN", "PRK", "RUS")]
    data.write_text("\n".join(["state,other,year,variable,value", *rows]) + "\n")
    settled = ledger_resolve(data).rows
    assert [(row["id"], row["outcome"]) for row in settled] == [(1, True), (3, False)]
    assert [row["status"] for row in ledger_list().rows] == ["resolved", "open", "resolved"]
    assert ledger_verify().passes
    assert ledger_verify().head == verify(tmp_path / "ledger.jsonl").head
    text = (tmp_path / "ledger.jsonl").read_text()
    (tmp_path / "ledger.jsonl").write_text(text.replace('"outcome": true', '"outcome": false'))
    assert not ledger_verify().passes
    assert "line 4" in ledger_verify().fault


def test_a_forecast_on_a_folder_that_is_elsewhere_is_named_with_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SHIPPED", tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    ledger_add("east-asia", "dispute(KOR, PRK) by 2026", members=300)
    monkeypatch.setattr("moorings.systems.load.SHIPPED", tmp_path / "systems")
    with pytest.raises(InputError, match="ledger, forecast 1: found system 'east-asia'") as caught:
        ledger_resolve()
    assert str(tmp_path) in caught.value.remedy
    shutil.copytree(SHIPPED / "east-asia", tmp_path / "east-asia")
    assert ledger_resolve().rows == ()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("KOR,PRK,2026,disput,1", "'dispute'"),
        ("KOR,PRK,soon,dispute,1", "a year"),
        ("KOR,,2026,dispute,1", "the other state"),
        ("KOR,PRK,2026,dispute,2", "1 where it happened"),
        ("KOR,,2026,burden,50", "0 to 1"),
        ("KOR,,2026,burden,nan", "0 to 1"),
        ("KOR,,2026", "5: state"),
    ],
)
def test_faults_in_new_data_name_the_line(tmp_path: Path, line: str, part: str) -> None:
    data = tmp_path / "new.csv"
    data.write_text(f"state,other,year,variable,value\n{line}\n")
    with pytest.raises(InputError, match=part) as caught:
        ledger_resolve(data)
    assert caught.value.place.startswith("new.csv, line 2")


def test_the_record_holds_what_was_observed_and_nothing_else() -> None:
    record = record_of(*system_at("east-asia"), range(2020, 2030), [("JPN", "KOR", 2026, "new_pact", 1.0)])
    assert record.of("burden", "JPN")[0, 4] == pytest.approx(0.0137, abs=0.001)
    assert np.isnan(record.of("burden", "JPN")[0, 7:]).all()
    assert record.of("new_pact", "KOR", "JPN")[0, 6] == 1
    assert np.isnan(record.of("new_pact", "KOR", "JPN")[0, 7])


def test_an_unknown_state_in_new_data_is_no_empty_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    data = tmp_path / "new.csv"
    data.write_text("state,other,year,variable,value\nJPM,,2026,burden,0.02\n")
    with pytest.raises(InputError, match="JPM"):
        ledger_resolve(data)
