"""Well-formed events about anything at all: each is answered, settled, or refused with a clear error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.ask.events import evaluate, parse
from moorings.ask.evidence import condition
from moorings.ask.named import EVENTS
from moorings.ask.resolution import last_year, reads, settle
from moorings.ask.scope import scope_of
from moorings.core.errors import InputError
from moorings.core.variables import ALIASES, RUNGS, VARIABLES
from moorings.simulate.ensemble import Ensemble

_STATES = st.sampled_from(["JPN", "KOR", "TWN", "PHL", "CHN", "PRK", "USA", "IND", "any", "XXX"])
_PLACES = st.lists(_STATES, min_size=1, max_size=2).map(", ".join)
_YEARS = st.integers(2024, 2038).map(str)
_CALLS = st.builds("{}({})".format, st.sampled_from([*VARIABLES, *ALIASES, "drft"]), _PLACES)
_NUMBERS = st.sampled_from(["0", "1", "2%", "-1", "0.5", "1e4", "250%", *RUNGS])
_QUANTITIES = st.one_of(_CALLS, st.builds("{}@{}".format, _CALLS, _YEARS), _NUMBERS)
_PREDICATES = st.one_of(
    st.builds("{}({})".format, st.sampled_from(list(EVENTS)), _PLACES),
    st.builds("{} {} {}".format, _QUANTITIES, st.sampled_from(["<", "<=", ">", ">=", "=="]), _QUANTITIES),
)
_TIMES = st.one_of(
    st.just(""),
    st.builds("{} {}".format, st.sampled_from(["by", "in", "before", "always from", "always to"]), _YEARS),
    st.builds("{} {} to {}".format, st.sampled_from(["from", "always from"]), _YEARS, _YEARS),
)
_TIMED = st.builds("{} {}".format, _PREDICATES, _TIMES)
_EVENTS = st.recursive(
    _TIMED,
    lambda inner: st.one_of(inner.map("not ({})".format), st.builds("({}) and ({})".format, inner, inner)),
    max_leaves=3,
)


def _tiny(world: Ensemble, members: int) -> Ensemble:
    values = {name: array[:members] for name, array in world.values.items()}
    pairs = {name: array[:members] for name, array in world.pairs.items()}
    return replace(world, draw=world.draw[:members], weights=np.full(members, 1 / members), values=values, pairs=pairs)


def _answered(text: str, world: Ensemble) -> bool:
    try:
        truth = evaluate(text, world)
    except InputError as error:
        assert "column" in error.place  # noqa: PT017  (what is refused must say where)
        return False
    assert truth.shape == (world.members,)
    return True


def _holds_together(text: str, world: Ensemble) -> None:
    tiny, one = _tiny(world, 12), _tiny(world, 1)
    if not _answered(text, tiny):
        return
    event = parse(text)
    assert evaluate(str(event), tiny).tolist() == evaluate(event, tiny).tolist()
    assert reads(event, scope_of(tiny))
    assert tiny.years[0] <= last_year(event, tiny.years) <= tiny.years[-1]
    assert settle(event, one) in (True, False, None)
    if evaluate(event, tiny).any():
        assert condition(tiny, [event]).effective_members >= 1


@given(_EVENTS)
@settings(deadline=None, max_examples=300)
def test_any_event_is_answered_or_refused(world: Ensemble, text: str) -> None:
    _holds_together(text, world)


@pytest.mark.slow
@given(_EVENTS)
@settings(deadline=None, max_examples=20_000)
def test_twenty_thousand_events_are_answered_or_refused(world: Ensemble, text: str) -> None:
    _holds_together(text, world)
