"""What an event may speak of in a system: its states, years, variables; the check of an event against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from moorings.ask.expressions import (
    ANY,
    Comparison,
    Event,
    Named,
    Number,
    Observed,
    Predicate,
    Quantity,
    Reading,
    Rung,
    Time,
    predicates,
    quantities,
    readings,
)
from moorings.ask.language import place
from moorings.ask.named import EVENTS, HOST_TROOPS, Role
from moorings.core.errors import InputError, check_name, nearest
from moorings.core.variables import ALIASES, VARIABLES, Variable, variable
from moorings.simulate.ensemble import Ensemble
from moorings.systems.system import System

RATED_ONLY = ("drift", "tether", "strands_moved")


@dataclass(frozen=True)
class Scope:
    """The states and years that an event may name.

    Attributes
    ----------
    patron, allies, rated, adversaries, states
        ISO 3 codes.
    first, last
        The last year seen, and the horizon's end.
    hosts
        Allies in which the patron had 1,000 troops or more at `first`; None where that is not known.
    valued
        (variable, state) pairs that have values; None where that is not known.
    """

    patron: str
    allies: tuple[str, ...]
    rated: tuple[str, ...]
    adversaries: tuple[str, ...]
    states: tuple[str, ...]
    first: int
    last: int
    hosts: tuple[str, ...] | None = None
    valued: frozenset[tuple[str, str]] | None = None

    def choices(self, role: Role) -> tuple[str, ...]:
        """The states that `any` stands for in a place of an event; allies that are not rated never."""
        match role:
            case "adversary":
                return self.adversaries
            case "host":
                return tuple(state for state in self.rated if self.hosts is None or state in self.hosts)
            case "other":
                never = {self.patron, *self.allies, *self.adversaries} - set(self.rated)
                return tuple(state for state in self.states if state not in never)
            case _:
                return self.rated


def scope_of(source: Scope | System | Ensemble) -> Scope:
    """The scope of a system (its own window) or of an ensemble (its years and what has values)."""
    if isinstance(source, Scope):
        return source
    names = (source.patron, source.allies, source.rated, source.adversaries, source.states)
    if isinstance(source, System):
        return Scope(*names, source.start, source.end)
    return Scope(*names, source.years[0], source.years[-1], _hosts(source), _valued(source))


def _hosts(ensemble: Ensemble) -> tuple[str, ...] | None:
    if "troops" not in ensemble.values:
        return None
    at_start = {state: ensemble.of("troops", state)[:, 0] for state in ensemble.allies}
    known = {state: troops[np.isfinite(troops)] for state, troops in at_start.items()}
    return tuple(state for state, troops in known.items() if troops.size and troops.mean() >= HOST_TROOPS)


def _valued(ensemble: Ensemble) -> frozenset[tuple[str, str]]:
    seen = {name: np.asarray(~np.isnan(array[:8]).all(axis=(0, 1))) for name, array in ensemble.values.items()}
    return frozenset(
        (name, state) for name, row in seen.items() for state, has in zip(ensemble.states, row, strict=True) if has
    )


def check(event: Event | Observed, source: Scope | System | Ensemble) -> None:
    """Check that an event makes sense in a system.

    Raises
    ------
    InputError
        For a name, state, number of states, rung, number or year that does not, with its column.
    """
    scope = scope_of(source)
    if isinstance(event, Observed):
        return _check_observed(event, scope)
    for timed in predicates(event):
        if timed.time is not None:
            _check_time(timed.time, scope)
        if isinstance(timed.predicate, Named):
            _check_named(timed.predicate, scope)
        else:
            _check_comparison(timed.predicate, scope)


def canonical(name: str) -> str:
    """A variable's own name, where `name` may be an alias."""
    return ALIASES.get(name, name)


def _check_observed(evidence: Observed, scope: Scope) -> None:
    kind = _check_reading(evidence.reading, scope)
    if ANY in evidence.reading.states:
        raise InputError(place(evidence.reading.column), repr(ANY), "a state, since a value belongs to one")
    _check_year(evidence.year, scope.first, scope, evidence.reading.column)
    _check_number(evidence.value, kind)
    if evidence.error.percent:
        _check_number(evidence.error, kind)


def _check_time(time: Time, scope: Scope) -> None:
    simulated = scope.first + 1
    match time.kind:
        case "by":
            _check_year(time.end, simulated, scope, time.column)
        case "before":
            _check_year(None if time.end is None else time.end - 1, simulated, scope, time.column, "the year before it")
        case _:
            _check_year(time.start, scope.first, scope, time.column)
            _check_year(time.end, simulated if time.start is None else scope.first, scope, time.column)
    start, end = time.start, time.end
    if start is not None and end is not None and start > end:
        raise InputError(place(time.column), f"from {start} to {end}", "a first year that is not after the last")


def _check_year(year: int | None, first: int, scope: Scope, column: int, what: str = "a year") -> None:
    if year is not None and not first <= year <= scope.last:
        raise InputError(
            place(column), str(year), f"{what} from {first} to {scope.last}", "Widen the window with --from or --to"
        )


def _check_named(named: Named, scope: Scope) -> None:
    at = place(named.column)
    if named.name not in EVENTS:
        if canonical(named.name) in VARIABLES:
            raise InputError(at, f"{named} alone", "a comparison", f"Compare it with a value: {named} >= 1")
        check_name(at, named.name, [*EVENTS, *VARIABLES, *ALIASES])
    event = EVENTS[named.name]
    _check_arity(named.name, named.states, event.arity, at)
    for state, role, column in zip(named.states, event.roles, named.columns[1:], strict=False):
        _check_role(state, role, scope, place(column), symmetric=event.symmetric)
    if event.symmetric:
        _check_tie(named, scope)
    if named.name == "new_pact" and scope.patron in named.states:
        raise InputError(at, scope.patron, "a pact to which the patron is not a party")


def _check_tie(call: Named | Reading, scope: Scope) -> None:
    """Ties are modelled of an ally with a partner or another ally."""
    if not set(call.states) & {*scope.allies, ANY}:
        raise InputError(place(call.column), str(call), f"one ally at least: {', '.join(scope.allies)}")
    for state, column in zip(call.states, call.columns[1:], strict=False):
        if state in scope.adversaries:
            remedy = f"A tie with an adversary is not modelled; a peace with one is: separate_peace(STATE, {state})"
            raise InputError(place(column), repr(state), "an ally or a partner", remedy)


def _check_arity(name: str, states: tuple[str, ...], arity: int, at: str) -> None:
    if len(states) != arity:
        raise InputError(at, f"{name} of {len(states)} states", f"{arity} state{'s' if arity > 1 else ''}")
    if arity > 1 and states[0] == states[1] != ANY:
        raise InputError(at, f"{states[0]} twice", "two different states")


def _check_role(state: str, role: Role, scope: Scope, at: str, *, symmetric: bool = False) -> None:
    if state == ANY:
        return
    if role == "rated":
        _check_rated(state, scope, at)
    elif role == "adversary":
        check_name(at, state, [*scope.adversaries, ANY])
    else:
        check_name(at, state, [*(scope.states if symmetric else scope.allies), ANY])
    if role == "host" and scope.hosts is not None:
        remedy = f"Only hosts with {HOST_TROOPS:,.0f} or more of the patron's troops in {scope.first} are asked about"
        if state not in scope.hosts:
            raise InputError(at, state, ", ".join(scope.hosts) or "no state", remedy)


def _check_rated(state: str, scope: Scope, at: str) -> None:
    if state not in scope.rated:
        remedy = f"{state} is not rated on drift" if state in scope.allies else nearest(state, scope.rated)
        raise InputError(at, repr(state), ", ".join((*scope.rated, ANY)), remedy)


def _check_comparison(comparison: Comparison, scope: Scope) -> None:
    kinds = [_check_reading(reading, scope) for reading in readings(comparison)]
    at = place(comparison.column)
    if not kinds:
        raise InputError(at, str(comparison), "a variable of a state on one side at least")
    if len(kinds) == 2 and kinds[0].unit != kinds[1].unit:
        raise InputError(at, f"{kinds[0].unit} beside {kinds[1].unit}", "two variables of the same unit")
    for quantity in quantities(comparison):
        if not isinstance(quantity, Reading):
            _check_number(quantity, kinds[0])


def _check_reading(reading: Reading, scope: Scope) -> Variable:
    at = place(reading.column)
    if reading.variable in EVENTS:
        raise InputError(
            at, f"the event {reading.variable}", "a variable", "An event stands alone, without a comparison"
        )
    kind = variable(reading.variable, at)
    _check_arity(reading.variable, reading.states, 2 if kind.paired else 1, at)
    for state, column in zip(reading.states, reading.columns[1:], strict=False):
        if kind.name in RATED_ONLY and state != ANY:
            _check_rated(state, scope, place(column))
        check_name(place(column), state, [*scope.states, ANY])
    if kind.paired:
        _check_tie(reading, scope)
    if kind.paired and scope.patron in reading.states:
        remedy = "What the patron owes an ally is obligation(STATE)"
        raise InputError(at, str(reading), "a tie to which the patron is not a party", remedy)
    if reading.year is not None:
        _check_year(reading.year, scope.first, scope, reading.column)
    _check_valued(reading, kind, scope)
    return kind


def _check_valued(reading: Reading, kind: Variable, scope: Scope) -> None:
    if kind.paired or scope.valued is None:
        return
    having = [state for state in scope.states if (kind.name, state) in scope.valued]
    if not set(having) & (set(scope.rated) if reading.states[0] == ANY else {reading.states[0]}):
        raise InputError(place(reading.column), f"{reading} without values", ", ".join(having) or "no state")


def _check_number(quantity: Quantity, kind: Variable) -> None:
    at = place(quantity.column)
    if isinstance(quantity, Rung):
        if kind.name != "nuclear_rung":
            raise InputError(at, f"the rung {quantity}", f"a number ({kind.unit})", "Rungs go with nuclear(STATE)")
    elif isinstance(quantity, Number):
        share = kind.high == 1.0
        if quantity.percent and not share:
            raise InputError(
                at, str(quantity), f"a number ({kind.unit})", "Per cent goes with shares and probabilities"
            )
        if not kind.low <= quantity.value <= kind.high:
            percent = str(replace(quantity, percent=True))
            remedy = f"Did you mean {percent}?" if share and 1 < quantity.written <= 100 else ""
            raise InputError(at, str(quantity), f"{kind.low:g} to {kind.high:g} ({kind.unit})", remedy)


def instances(predicate: Predicate, scope: Scope) -> Iterator[Predicate]:
    """The predicates that `any` stands for: one for each state, or each pair of two different states.

    All `any` in the first place of a predicate mean the same state, and so do all in the second place.
    """
    subjects = _roles(predicate)
    firsts = _filled(predicate, 0, subjects[0], scope)
    for first in firsts:
        for second in _filled(predicate, 1, subjects[-1], scope):
            ground = _put(_put(predicate, 0, first), 1, second)
            if all(len(set(states)) == len(states) for states in _places(ground)):
                yield ground


def _roles(predicate: Predicate) -> tuple[Role, ...]:
    if isinstance(predicate, Named):
        return EVENTS[predicate.name].roles
    return ("rated", "other")


def _places(predicate: Predicate) -> tuple[tuple[str, ...], ...]:
    if isinstance(predicate, Named):
        return (predicate.states,)
    return tuple(reading.states for reading in readings(predicate))


def _filled(predicate: Predicate, index: int, role: Role, scope: Scope) -> tuple[str | None, ...]:
    asked = any(len(states) > index and states[index] == ANY for states in _places(predicate))
    return scope.choices("rated" if role == "ally" else role) if asked else (None,)


def _put(predicate: Predicate, index: int, state: str | None) -> Predicate:
    if state is None:
        return predicate
    if isinstance(predicate, Named):
        return replace(predicate, states=_substituted(predicate.states, index, state))
    left, right = (
        replace(quantity, states=_substituted(quantity.states, index, state))
        if isinstance(quantity, Reading)
        else quantity
        for quantity in quantities(predicate)
    )
    return replace(predicate, left=left, right=right)


def _substituted(states: tuple[str, ...], index: int, state: str) -> tuple[str, ...]:
    return tuple(state if i == index and old == ANY else old for i, old in enumerate(states))
