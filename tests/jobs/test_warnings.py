"""Doubts about a system as opened reach the answer of every job on it, its JSON and the report's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from moorings.jobs.analogues import analogues
from moorings.jobs.ask import ask
from moorings.jobs.check import check
from moorings.jobs.compare import compare
from moorings.jobs.explain import GROUPS, explain
from moorings.jobs.forecast import forecast
from moorings.jobs.ledger import ledger_add
from moorings.jobs.levers import levers
from moorings.jobs.measure import measure
from moorings.jobs.report import report
from moorings.jobs.signposts import signposts

DOUBT = "the posterior is of another world"
QUESTION = "noticeable_drift(KOR) in 2036"
JOBS: dict[str, Callable[[Path], Any]] = {
    "forecast": lambda _: forecast("east-asia", members=100),
    "measure": lambda _: measure("east-asia", 2025, 2025),
    "ask": lambda _: ask("east-asia", QUESTION, members=100),
    "signposts": lambda _: signposts("east-asia", QUESTION, members=100),
    "compare": lambda _: compare("east-asia", {"style": "-1"}, members=100),
    "levers": lambda _: levers("east-asia", members=100),
    "explain": lambda _: explain("east-asia", "KOR", members=100),
    "analogues": lambda _: analogues("east-asia", "KOR"),
    "check": lambda folder: check(_thesis(folder)),
    "ledger": lambda folder: ledger_add("east-asia", QUESTION, members=100, path=folder / "ledger.jsonl"),
    "report": lambda folder: report("east-asia", folder / "page.html", members=100),
}


def _thesis(folder: Path) -> Path:
    path = folder / "thesis.yaml"
    claim = "{id: burden, kind: measure, text: A burden., quantity: burden(JPN) @ 2024, stated: [0.0, 0.1]}"
    path.write_text(f"title: A thesis\nsource: {{name: Nobody, date: '2026-01-01'}}\nclaims:\n  - {claim}\n")
    return path


@pytest.fixture
def doubted(place: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOORINGS_HOME", str(place))
        patch.setattr("moorings.jobs.opening._warnings", lambda *_: (DOUBT,))
        # what takes long and warns of nothing: each lever, each group of drivers, the theses of a report
        patch.setattr("moorings.jobs.levers._cases", lambda _: ())
        patch.setattr("moorings.jobs.explain.GROUPS", {"gap": GROUPS["gap"]})
        patch.setattr("moorings.jobs.report.list_theses", list)
        yield


@pytest.mark.usefixtures("doubted")
@pytest.mark.parametrize("job", JOBS)
def test_a_doubt_reaches_the_answer(job: str, tmp_path: Path) -> None:
    assert JOBS[job](tmp_path).to_json()["warnings"][0] == DOUBT
    if job == "report":
        assert f"<b>Warning:</b> {DOUBT}." in (tmp_path / "page.html").read_text()
