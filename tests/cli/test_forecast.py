"""The main command: what is passed on, what is written, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moorings.cli import run
from moorings.cli.options import pulled
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble
from moorings.systems.load import load_system

from .conftest import Answer, Stand

RECORD = {
    "schema": "moorings.forecast/1",
    "system": "east-asia",
    "from": 2025,
    "to": 2036,
    "members": 100,
    "seed": 1,
    "set": {},
    "given": [],
    "digests": {},
    "last_seen": {},
    "definitions": "tether/1",
    "series": [],
    "events": [],
}
NOTHING = {name: np.zeros((100, 2, 2)) for name in ("drift", "autonomy")}
ENSEMBLE = Ensemble(
    "east-asia",
    "USA",
    ("JPN",),
    ("JPN",),
    (),
    (2025, 2036),
    ("USA", "JPN"),
    np.arange(100),
    NOTHING,
    {},
    np.full(100, 0.01),
)


@pytest.fixture
def calls(stand_in: Stand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Any, ...]]:
    """What the job was called with; `MOORINGS_HOME` is empty."""
    seen: list[tuple[Any, ...]] = []

    def job(*arguments: Any, **options: Any) -> Answer:
        seen.append((*arguments, options))
        return Answer(RECORD, system=load_system("east-asia"), ensemble=ENSEMBLE, warnings=())

    stand_in("forecast", job)
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path / "home"))
    return seen


def test_options_reach_the_job(calls: list[tuple[Any, ...]]) -> None:
    levers = ["--set", "troops(KOR)=-50%", "--set", "style=-1@2027..2030"]
    evidence = ["--given", "dispute(KOR, PRK) by 2028", "--given", "burden(JPN) in 2027 ~ 1.9% ± 0.1%"]
    simulation = ["--members", "200", "--seed", "7", "--from", "2014", "--to", "2024", "--belief", "own.yaml"]
    assert run(["forecast", "east-asia", *levers, *evidence, *simulation, "--json"]) == 0
    system, pulls, given, options = calls[0]
    assert system == "east-asia"
    assert pulls == {"troops(KOR)": "-50%", "style": "-1@2027..2030"}
    assert given == evidence[1::2]
    assert options == {"members": 200, "seed": 7, "start": 2014, "end": 2024, "belief": Path("own.yaml")}


def test_json_writes_no_file(calls: list[tuple[Any, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forecast", "east-asia", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == RECORD
    assert list(tmp_path.iterdir()) == []


def test_the_chart_goes_to_the_folder_named(
    calls: list[tuple[Any, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forecast", "east-asia", "--out", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "forecast.json",
        "forecast.png",
        "forecast.svg",
    ]
    printed = capsys.readouterr()
    assert str(tmp_path / "out" / "forecast.png") in printed.err
    assert "2036" in printed.out


def test_the_same_question_has_one_folder_among_the_runs(calls: list[tuple[Any, ...]], tmp_path: Path) -> None:
    for _ in range(2):
        assert run(["forecast", "east-asia", "--quiet"]) == 0
    assert len(list((tmp_path / "home" / "runs").iterdir())) == 1


def test_a_file_in_the_way_is_refused_before_the_work(
    calls: list[tuple[Any, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("")
    assert run(["forecast", "east-asia", "--out", str(tmp_path / "taken")]) == 2
    assert calls == []
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["troops(KOR)", "=1", "style=", ""])
def test_a_lever_without_name_or_value_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="NAME=VALUE"):
        pulled([text])


def test_a_lever_set_twice_is_refused() -> None:
    with pytest.raises(InputError, match="each lever once"):
        pulled(["style=1", "style = -1"])
