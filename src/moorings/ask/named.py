"""Named events: what each means, word for word, and how members are read for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from moorings.ask.expressions import Time
from moorings.core.variables import DEFENCE, MARKED, NOTICEABLE
from moorings.simulate.ensemble import Ensemble

Truth = NDArray[np.bool_]
Role = Literal["rated", "ally", "host", "adversary", "other"]
HOST_TROOPS = 1000.0


@dataclass(frozen=True)
class Definition:
    """A row of the table of named events: how it is written, and when it is true."""

    written: str
    text: str


DEFINITIONS = (
    Definition(
        "noticeable_drift(A), marked_drift(A)",
        "`drift(A)` at least 1, at least 2 (definition tether/1, see Concepts). The headline is `in 2036`; `by`, which "
        "needs two years running, has its own, higher base rate and stands beside it",
    ),
    Definition(
        "new_pact(A, B)",
        "an instrument between A and B, in force, strength 2 or more (legal basis for forces on each other's "
        "territory, joint war planning, or mutual defence), the patron not a party, not a renewal; a multi-party "
        "instrument is one event",
    ),
    Definition("pact_ends(A, B)", "denounced, expired or suspended for twelve months"),
    Definition(
        "separate_peace(A, K)",
        "governments sign or jointly announce an instrument that ends a state of war or sets binding non-aggression, "
        "neutrality or force limits, in force twelve months, the patron neither party nor public endorser within 90 "
        "days. Summits, hotlines, memoranda: no",
    ),
    Definition(
        "dispute(A, K)",
        "a militarised dispute with use of force, hostility 4 or more, or an ICB crisis with A as actor; "
        "`threat_events` of magnitude 3 of that kind after the sources end",
    ),
    Definition(
        "supported(A), abandoned(A)",
        "in such a dispute, with A asking: the patron gives, or within 60 days gives no, forces, matériel or "
        "intelligence; no request, or a lesser dispute, is no test",
    ),
    Definition(
        "nuclear(A) >= exploring / pursuing / possessing",
        "documented government authorisation of a weapons-option study / authorised weapons work, notice under NPT "
        "Article X, or an IAEA finding of diversion / a device. Debate below that is `nuclear_debate`, an indicator "
        "and not a rung",
    ),
    Definition(
        "troops_leave(A)",
        "September report under half of the value at `from`, two years running; only hosts with 1,000 or more at "
        "`from`",
    ),
)


@dataclass(frozen=True)
class Manner:
    """How an event is read.

    Attributes
    ----------
    lasting
        True where a level of drift must hold for two years running (with `by` and its like, or without a time).
    noticeable
        The level of drift called noticeable.
    """

    lasting: bool = False
    noticeable: float = NOTICEABLE

    @classmethod
    def of(cls, time: Time | None, noticeable: float = NOTICEABLE) -> Manner:
        """How an event with that time is read."""
        return cls(time is None or time.kind in ("by", "before", "from"), noticeable)


@dataclass(frozen=True)
class NamedEvent:
    """A named event.

    Attributes
    ----------
    name
        As written.
    roles
        What may stand in each place; their number is the arity.
    path
        Reads an ensemble for given states: [member, year], the first year being the last one seen.
    symmetric
        True where the order of the two states does not matter.
    """

    name: str
    roles: tuple[Role, ...]
    path: Callable[[Ensemble, tuple[str, ...], Manner], Truth]
    symmetric: bool = False

    @property
    def arity(self) -> int:
        """Number of states."""
        return len(self.roles)

    @property
    def definition(self) -> str:
        """When the event is true, word for word as published."""
        return next(row.text for row in DEFINITIONS if f"{self.name}(" in row.written)


def running(path: Truth, years: int = 2) -> Truth:
    """True in each year that ends a run of so many years in which `path` holds; the first year cannot."""
    lasting = path.copy()
    for shift in range(1, years):
        lasting[:, shift:] &= path[:, :-shift]
        lasting[:, :shift] = False
    return lasting


def _drifts(ensemble: Ensemble, state: str, level: float, manner: Manner) -> Truth:
    path = ensemble.of("drift", state) >= level
    return running(path) if manner.lasting else path


def _noticeable(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
    return _drifts(ensemble, states[0], manner.noticeable, manner)


def _marked(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
    return _drifts(ensemble, states[0], MARKED, manner)


def _troops_leave(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
    troops = ensemble.of("troops", states[0])
    return running(troops < troops[:, :1] / 2)


def _between(flag: str) -> Callable[[Ensemble, tuple[str, ...], Manner], Truth]:
    def path(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
        first, second = states
        either = np.fmax(ensemble.of(flag, first, second), ensemble.of(flag, second, first))
        return either > 0

    return path


def _pact_ends(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
    """The flag of the pair; with the patron, his duty of defence falls, too."""
    ended = _between("pact_ends")(ensemble, states, manner)
    if ensemble.patron not in states or "obligation" not in ensemble.values:
        return ended
    (ally,) = set(states) - {ensemble.patron}
    owed = ensemble.of("obligation", ally)
    fell = (owed[:, :-1] >= DEFENCE) & (owed[:, 1:] < DEFENCE)
    return np.asarray(ended | np.pad(fell, ((0, 0), (1, 0))))


def _in_any_dispute(flag: str) -> Callable[[Ensemble, tuple[str, ...], Manner], Truth]:
    def path(ensemble: Ensemble, states: tuple[str, ...], manner: Manner) -> Truth:
        tests = ensemble.pairs[flag][:, :, ensemble.states.index(states[0])]
        return np.asarray((tests > 0).any(axis=-1))

    return path


EVENTS = {
    event.name: event
    for event in (
        NamedEvent("noticeable_drift", ("rated",), _noticeable),
        NamedEvent("marked_drift", ("rated",), _marked),
        NamedEvent("new_pact", ("ally", "other"), _between("new_pact"), symmetric=True),
        NamedEvent("pact_ends", ("ally", "other"), _pact_ends, symmetric=True),
        NamedEvent("separate_peace", ("ally", "adversary"), _between("separate_peace")),
        NamedEvent("dispute", ("ally", "adversary"), _between("dispute")),
        NamedEvent("supported", ("ally",), _in_any_dispute("supported")),
        NamedEvent("abandoned", ("ally",), _in_any_dispute("abandoned")),
        NamedEvent("troops_leave", ("host",), _troops_leave),
    )
}
