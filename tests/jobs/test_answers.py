"""Answers kept on disk: found again while nothing changed, made anew when something did."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moorings.jobs import answers
from moorings.systems.load import load_system


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    return tmp_path


class Counted:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Any]:
        self.times += 1
        return {"times": self.times, "pair": (1, 2), "missing": float("nan")}


def test_what_was_computed_is_found_again_and_the_same(home: Path) -> None:
    system, compute = load_system("east-asia"), Counted()
    first = answers.kept_answer("count", system, [100], compute)
    second = answers.kept_answer("count", system, [100], compute)
    assert (compute.times, first["pair"]) == (1, [1, 2])
    assert str(first) == str(second)


def test_another_question_table_or_code_is_computed_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, compute = load_system("east-asia"), Counted()
    answers.kept_answer("count", system, [100], compute)
    answers.kept_answer("count", system, [200], compute)
    answers.kept_answer("count", replace(system, digest="another"), [100], compute)
    monkeypatch.setattr("moorings.jobs.forecast.code_digest", lambda: "another")
    answers.kept_answer("count", system, [100], compute)
    assert compute.times == 4


def test_a_damaged_file_is_made_again(home: Path) -> None:
    system, compute = load_system("east-asia"), Counted()
    answers.kept_answer("count", system, [], compute)
    next((home / "answers").iterdir()).write_text('{"times": 1', encoding="utf-8")
    assert answers.kept_answer("count", system, [], compute)["times"] == 2


def test_a_failure_is_not_kept(home: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        answers.kept_answer("count", load_system("east-asia"), [], lambda: {"x": 1 // 0})
    assert not list(home.glob("answers/*"))


def test_the_oldest_give_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST", 2)
    system = load_system("east-asia")
    for k in range(3):
        answers.kept_answer("count", system, [k], Counted())
        for age, path in enumerate(sorted((home / "answers").iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, (age, age))
    assert len(list((home / "answers").iterdir())) == 2
    again = Counted()
    answers.kept_answer("count", system, [2], again)
    assert again.times == 0
