"""Events and who took part."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from moorings.data.events import (
    create_crises,
    create_disputes,
    create_nuclear_moves,
    create_pacts,
    create_rivalries,
    joined_events,
)
from moorings.data.sources import atop, disputes, icb, nuclear, rivalry


def people(states: pl.DataFrame, event: str) -> dict[str, dict[str, object]]:
    """State -> its row in an event."""
    return {row["state"]: row for row in states.filter(pl.col("event") == event).to_dicts()}


def test_disputes_have_sides_and_joiners(written: Path) -> None:
    events, states = create_disputes(disputes.read_disputes(written / disputes.DISPUTES), "dispute", "file")
    first = events.filter(pl.col("event") == "dispute-1").row(0, named=True)
    assert (first["year"], first["end_year"], first["states"], first["magnitude"]) == (2000, 2001, 3, 4)
    taking_part = people(states, "dispute-1")
    assert {state: row["side"] for state, row in taking_part.items()} == {"PRK": "a", "KOR": "b", "USA": "b"}
    assert {state: row["role"] for state, row in taking_part.items()}["USA"] == "joiner"
    assert taking_part["USA"]["year"] == 2001
    assert taking_part["PRK"]["against"] == "KOR;USA"
    assert events.filter(pl.col("event") == "dispute-2")["magnitude"].item() is None


def test_crises_tell_what_the_patron_did(written: Path) -> None:
    crises, actors = icb.read_crises(written / icb.CRISES), icb.read_crisis_actors(written / icb.ACTORS)
    events, states = create_crises(crises, actors, "file")
    assert events.select("event", "name", "us_involvement", "magnitude").row(0) == ("crisis-1", "KOREA", 5, 3)
    assert people(states, "crisis-1")["JPN"]["against"] == "PRK"


def test_pacts_begin_grow_and_end(written: Path) -> None:
    events, states = create_pacts(atop.read_memberships(written / atop.MEMBERS), "file")
    found = {row["event"]: row for row in events.to_dicts()}
    assert set(found) == {"pact_begins-1-1960", "pact_begins-2-1970", "pact_joined-2-1975", "pact_ends-2-1980"}
    assert found["pact_begins-1-1960"]["states"] == 2
    assert found["pact_begins-1-1960"]["outcome"] is None
    assert (found["pact_ends-2-1980"]["states"], found["pact_ends-2-1980"]["outcome"]) == (3, "termmode 3")
    joined = {state: row["role"] for state, row in people(states, "pact_joined-2-1975").items()}
    assert joined == {"DEU": "joiner", "USA": "member", "KOR": "member"}


def test_rivalries_that_go_on_have_no_end(written: Path) -> None:
    events, states = create_rivalries(rivalry.read_rivalry_spells(written / rivalry.RIVALRIES), "file")
    assert sorted(events["event"]) == [
        "rivalry_begins-KOR-PRK-1948",
        "rivalry_begins-RUS-USA-1945",
        "rivalry_begins-RUS-USA-2007",
        "rivalry_ends-RUS-USA-1989",
    ]
    assert people(states, "rivalry_begins-KOR-PRK-1948")["PRK"]["against"] == "KOR"


def test_nuclear_moves_need_neighbouring_years(written: Path) -> None:
    events, _ = create_nuclear_moves(nuclear.read_nuclear_rung(written / nuclear.RUNGS), "file")
    assert events.select("event", "outcome").rows() == [
        ("rung_up-KOR-1970", "from 0 to 1"),
        ("rung_up-KOR-1971", "from 1 to 2"),
    ]  # the fall by 1976 has no year: four are missing


def test_events_are_joined_in_order(written: Path) -> None:
    spells = rivalry.read_rivalry_spells(written / rivalry.RIVALRIES)
    events, states = joined_events(create_rivalries(spells, "a"), create_rivalries(spells.head(1), "b"))
    assert events["year"].is_sorted()
    assert states.height == 2 * events.height


@pytest.mark.parametrize("column", ["event", "kind", "year", "states", "file", "row_key"])
def test_no_event_lacks_its_facts(written: Path, column: str) -> None:
    events, _ = create_pacts(atop.read_memberships(written / atop.MEMBERS), "file")
    assert not events[column].has_nulls()
