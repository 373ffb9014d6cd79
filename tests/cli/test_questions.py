"""Commands that answer yes or no, and what they warn of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moorings.cli import run

from .conftest import Answer, Stand

ANSWER = {
    "schema": "moorings.ask/1",
    "event": "troops_leave(KOR) by 2036",
    "probability": 0.24,
    "low": 0.12,
    "high": 0.39,
    "words": "unlikely",
    "base_rate": None,
    "members": 4000,
    "effective_members": 120.0,
}


@pytest.mark.parametrize("form", [[], ["--json"], ["--quiet"]])
def test_a_warning_goes_to_standard_error_in_every_form(
    form: list[str], stand_in: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("ask", lambda *_, **__: Answer(ANSWER | {"warnings": ["too unlikely"]}, grid={}))
    assert run(["ask", "east-asia", "troops_leave(KOR) by 2036", *form]) == 0
    printed = capsys.readouterr()
    assert printed.err == "warning: too unlikely\n"
    assert "troops_leave(KOR)" in printed.out


def test_ask_passes_evidence_and_levers(stand_in: Stand) -> None:
    seen: dict[str, Any] = {}

    def job(system: str, event: str, given: list[str], levers: dict[str, str], **options: Any) -> Answer:
        seen.update(options, event=event, given=given, levers=levers)
        return Answer(ANSWER, grid={})

    stand_in("ask", job)
    words = ["ask", "east-asia", "E", "--given", "A", "--given", "B", "--set", "style=-1", "--members", "50"]
    assert run(words) == 0
    assert (seen["event"], seen["given"], seen["levers"], seen["members"]) == ("E", ["A", "B"], {"style": "-1"}, 50)


@pytest.mark.parametrize(("passes", "status"), [(True, 0), (False, 1)])
def test_check_answers_by_its_status(
    passes: bool, status: int, stand_in: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("check", lambda *_, **__: Answer({"schema": "moorings.check/1", "claims": []}, passes=passes))
    assert run(["check", "thesis.yaml", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["claims"] == []


@pytest.mark.parametrize(("fault", "status"), [("", 0), ("line 2", 1)])
def test_verify_answers_by_its_status(
    fault: str, status: int, stand_in: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = {"schema": "moorings.ledger/1", "rows": [], "lines": 3, "head": "abc", "fault": fault}
    stand_in("ledger", lambda **_: Answer(chain, passes=not fault), "ledger_verify")
    assert run(["ledger", "verify"]) == status
    assert (fault or "holds") in capsys.readouterr().out
