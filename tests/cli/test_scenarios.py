"""The commands on scenarios pass what was asked to their jobs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moorings.cli import run

from .conftest import Answer, Stand


def test_compare_passes_both_scenarios_and_warns(stand_in: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    seen: dict[str, Any] = {}

    def job(system: str, levers: dict[str, str], against: dict[str, str], **options: Any) -> Answer:
        seen.update(options, levers=levers, against=against)
        return Answer({"schema": "moorings.compare/1", "warnings": ["far from history"]})

    stand_in("compare", job)
    asked = ["compare", "east-asia", "--set", "style=-1", "--against", "style=1", "--against", "demand=3%", "--json"]
    assert run(asked) == 0
    assert (seen["levers"], seen["against"]) == ({"style": "-1"}, {"style": "1", "demand": "3%"})
    assert seen["members"] == 4000
    printed = capsys.readouterr()
    assert json.loads(printed.out)["schema"] == "moorings.compare/1"
    assert "warning: far from history" in printed.err


@pytest.mark.parametrize(
    "words", [["levers", "east-asia"], ["explain", "east-asia", "KOR"], ["analogues", "east-asia", "KOR"]]
)
def test_where_many_scenarios_share_draws_few_members_do(
    stand_in: Stand, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    seen: dict[str, Any] = {}

    def job(*places: Any, **options: Any) -> Answer:
        seen.update(options, places=places)
        return Answer({"rows": []})

    stand_in(words[0], job)
    assert run([*words, "--json", "--seed", "3"]) == 0
    assert (seen["members"], seen["seed"]) == (500, 3)
    assert list(seen["places"][: len(words) - 1]) == words[1:]
    assert run([*words, "--json", "--members", "200"]) == 0
    assert seen["members"] == 200
    assert json.loads(capsys.readouterr().out.splitlines()[0]) == {"rows": []}


def test_a_lever_without_a_value_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "east-asia", "--set", "style"]) == 2
    assert "NAME=VALUE" in capsys.readouterr().err
