"""Events settled by what was observed: yes, no, or not yet known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.ask.events import evaluate, parse
from moorings.ask.resolution import last_year, reads, settle
from moorings.ask.scope import scope_of
from moorings.simulate.ensemble import Ensemble


def _one(world: Ensemble, member: int, known: int | None = None) -> Ensemble:
    """One member as a record; years after `known` are missing."""
    last = world.years[-1] if known is None else known
    seen = np.array(world.years) <= last

    def cut(array: np.ndarray) -> np.ndarray:
        row = array[member : member + 1].copy()
        row[:, ~seen] = np.nan
        return row

    values = {name: cut(array) for name, array in world.values.items()}
    pairs = {name: cut(array) for name, array in world.pairs.items()}
    return replace(world, draw=np.zeros(1, int), weights=np.ones(1), values=values, pairs=pairs)


EVENTS = [
    "noticeable_drift(JPN) in 2036 and noticeable_drift(KOR) in 2036",
    "not noticeable_drift(KOR) in 2029 and noticeable_drift(KOR) by 2033",
    "new_pact(JPN, any) by 2029 or separate_peace(any, any)",
    "troops_leave(KOR) by 2032",
    "burden(JPN) > burden(KOR) always from 2028 to 2031",
    "burden(JPN) > burden(JPN)@2025 in 2030",
    "abandoned(any)",
]


@pytest.mark.parametrize("event", EVENTS)
def test_a_full_record_agrees_with_the_evaluator(world: Ensemble, event: str) -> None:
    truth = evaluate(event, world)
    assert [settle(parse(event), _one(world, i)) for i in range(40)] == truth[:40].tolist()


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_settled_early_stays_settled(world: Ensemble, event: str) -> None:
    for member in range(15):
        outcomes = [settle(parse(event), _one(world, member, year)) for year in world.years]
        final = outcomes[-1]
        assert final is not None
        assert all(outcome in (None, final) for outcome in outcomes)


def test_by_is_settled_when_it_happens_and_in_a_year_when_it_is_past(quiet: Ensemble) -> None:
    quiet.pairs["new_pact"][:, 3, quiet.states.index("JPN"), quiet.states.index("KOR")] = 1
    record = _one(quiet, 0, 2028)
    assert settle(parse("new_pact(JPN, KOR) by 2036"), record) is True
    assert settle(parse("new_pact(JPN, KOR) by 2027"), record) is False
    assert settle(parse("new_pact(JPN, PHL) by 2036"), record) is None
    assert settle(parse("not new_pact(JPN, PHL) by 2036"), record) is None
    assert settle(parse("new_pact(JPN, KOR) always"), record) is False
    assert settle(parse("new_pact(JPN, KOR) by 2036 or abandoned(JPN) by 2036"), record) is True


def test_what_must_be_known_and_until_when(world: Ensemble) -> None:
    event = parse("burden(JPN) > nuclear(KOR)@2033 in 2030 or dispute(KOR, any) by 2028")
    assert reads(event, scope_of(world)) == (
        "burden(JPN)",
        "nuclear_rung(KOR)",
        "dispute(KOR, CHN)",
        "dispute(KOR, PRK)",
    )
    assert last_year(event, world.years) == 2033
    assert last_year(parse("abandoned(KOR)"), world.years) == 2036
    assert last_year(parse("abandoned(KOR) before 2030"), world.years) == 2029
