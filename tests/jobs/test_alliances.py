"""Questions about a system that is built from the panel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from moorings.ask.expressions import Reading
from moorings.ask.theses import Responses
from moorings.core.errors import InputError
from moorings.jobs.alliances import alliance
from moorings.jobs.ask import ask
from moorings.jobs.check import check, counted, measured
from moorings.jobs.cite import cite
from moorings.jobs.ledger import ledger_add, ledger_resolve
from moorings.jobs.opening import system_at
from moorings.jobs.signposts import signposts

pytestmark = pytest.mark.mirror
NAME, EVENT = "us-alliances", "noticeable_drift(JPN) in 2024"
MEMBERS = 250


@pytest.fixture(autouse=True)
def at_the_panel(panel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(panel.parent))


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be simulated."""
    monkeypatch.setattr("moorings.jobs.ask.forecast_of", lambda *_: pytest.fail("simulated"))
    monkeypatch.setattr("moorings.jobs.check.begin_scenarios", lambda *_: pytest.fail("simulated"))


def _thesis(folder: Path, event: str) -> Path:
    path = folder / "thesis.yaml"
    claims = [
        f"{{id: drift, kind: forecast, text: It drifts., event: {event}, stated: likely}}",
        "{id: burden, kind: measure, text: A burden., quantity: burden(JPN) in 2010, stated: [0.0, 0.1]}",
    ]
    listed = "".join(f"  - {claim}\n" for claim in claims)
    path.write_text(f"title: A thesis\nsource: {{name: Nobody, date: '2026-01-01'}}\nclaims:\n{listed}")
    return path


def test_a_question_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moorings.jobs.opening.coupling_of", lambda *_: None)  # the law alone answers in less time
    found = ask(NAME, EVENT, members=MEMBERS, start=2014)
    assert 0 <= found.answer.low <= found.answer.probability <= found.answer.high <= 1
    claims = {claim["id"]: claim for claim in check(_thesis(tmp_path, EVENT), NAME, MEMBERS).to_json()["claims"]}
    assert claims["drift"]["value"] == pytest.approx(found.answer.probability)
    assert claims["burden"]["verdict"] == "holds"
    ledger = tmp_path / "ledger.jsonl"
    entered = ledger_add(NAME, EVENT, MEMBERS, path=ledger)
    assert entered.rows[0]["system"] == NAME
    assert ledger_resolve(path=ledger).rows == ()


@pytest.mark.usefixtures("still")
def test_an_event_beyond_the_last_year_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    late = "noticeable_drift(JPN) in 2025"
    thesis = _thesis(tmp_path, late)
    for job in (
        lambda: ask(NAME, late, start=2014),
        lambda: signposts(NAME, late, start=2014),
        lambda: ledger_add(NAME, late, start=2014, path=tmp_path / "ledger.jsonl"),
        lambda: check(thesis, NAME, start=2014),
    ):
        with pytest.raises(InputError, match="2014 to 2024"):
            job()


def test_what_was_seen_is_the_panels(tmp_path: Path) -> None:
    system, seen = system_at(NAME, 2003)
    assert (system.start, system.end) == (2003, 2013)
    assert len(measured(system, seen, Reading("burden", ("JPN",)), 2001)) == 1
    assert np.size(measured(system, seen, Reading("burden", ("JPN",)), 2010)) == 0
    assert counted(system, Responses("JPN", "new_partner", 1990, 2003)) is None


def test_a_number_is_cited_from_the_panel() -> None:
    assert {row["origin"] for row in cite(NAME, "JPN", "burden", 2010).rows} == {"panel"}


@pytest.mark.parametrize("year", [1950, 2016])
def test_a_year_without_most_states_obligations_is_refused(panel: Path, year: int) -> None:
    """Of 2015 to 2018 the training edition knows the obligations of East Asia alone."""
    with pytest.raises(InputError, match="1955 to 2014 for us-alliances"):
        alliance(NAME, year)


def test_a_burden_is_of_one_source_where_the_source_goes_on() -> None:
    """The Philippines lack 1975, Costa Rica all years, Trinidad those since 1982."""
    rows = alliance(NAME, 1991)[1].filter(pl.col("variable") == "burden")
    by_state = {state: dict(part.select("year", "source").iter_rows()) for (state,), part in rows.group_by("state")}
    estimated = {
        state: [year for year, source in found.items() if "NMC" in source] for state, found in by_state.items()
    }
    assert 1975 not in by_state["PHL"]
    assert estimated["PHL"] == estimated["JPN"] == []
    assert estimated["CRI"] == list(by_state["CRI"])
    assert {1982, 1991} <= set(estimated["TTO"])
