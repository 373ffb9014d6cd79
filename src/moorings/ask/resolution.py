"""Whether an event has come true, as far as the record reaches: yes, no, or not yet known."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np

from moorings.ask.events import path_of, values_of, window
from moorings.ask.expressions import (
    And,
    Event,
    Named,
    Not,
    Or,
    Predicate,
    Reading,
    Time,
    Timed,
    predicates,
    readings,
)
from moorings.ask.named import Manner, Truth
from moorings.ask.scope import Scope, canonical, check, instances, scope_of
from moorings.simulate.ensemble import Ensemble

_FAR = 1e12

Bounds = tuple[Truth, Truth]


def settle(event: Event, record: Ensemble) -> bool | None:
    """Outcome of an event in a record of what was observed.

    Parameters
    ----------
    event
        The event.
    record
        One member; values and flags that are not (yet) known are missing.

    Returns
    -------
    bool or None
        None where what is missing could still decide it.
    """
    seen = scope_of(record)
    scope = replace(seen, hosts=seen.hosts or None, valued=None)  # what has no value yet may still get one
    check(event, scope)
    certain, possible = _bounds(event, record, scope)
    return True if certain[0] else None if possible[0] else False


def reads(event: Event, scope: Scope) -> tuple[str, ...]:
    """What must be known to settle an event: its variables and named events of each state."""
    found: dict[str, None] = {}
    for timed in predicates(event):
        for ground in instances(timed.predicate, scope):
            named = [str(ground)] if isinstance(ground, Named) else [_plain(reading) for reading in readings(ground)]
            found |= dict.fromkeys(named)
    return tuple(found)


def _plain(reading: Reading) -> str:
    return str(replace(reading, variable=canonical(reading.variable), year=None))


def last_year(event: Event, years: tuple[int, ...]) -> int:
    """The year by whose end an event is settled at the latest."""
    ends = [years[window(timed.time, years)][-1] for timed in predicates(event)]
    fixed = [reading.year for timed in predicates(event) for reading in readings(timed.predicate) if reading.year]
    return max(ends + fixed)


def _bounds(event: Event, record: Ensemble, scope: Scope) -> Bounds:
    match event:
        case Not(event=inner):
            certain, possible = _bounds(inner, record, scope)
            return ~possible, ~certain
        case And(events=parts):
            return _joined([_bounds(part, record, scope) for part in parts], every=True)
        case Or(events=parts):
            return _joined([_bounds(part, record, scope) for part in parts], every=False)
        case Timed(predicate=predicate, time=time):
            ground = [_timed(one, time, record) for one in instances(predicate, scope)]
            never: Bounds = (np.zeros(record.members, bool), np.zeros(record.members, bool))
            return _joined([never, *ground], every=False)


def _joined(bounds: list[Bounds], *, every: bool) -> Bounds:
    join = np.logical_and if every else np.logical_or
    certain, possible = (reduce(join, side) for side in zip(*bounds, strict=True))
    return certain, possible


def _timed(predicate: Predicate, time: Time | None, record: Ensemble) -> Bounds:
    certain, possible = (path[:, window(time, record.years)] for path in _paths(predicate, time, record))
    if time is not None and time.kind == "always":
        return np.asarray(certain.all(axis=1)), np.asarray(possible.all(axis=1))
    return np.asarray(certain.any(axis=1)), np.asarray(possible.any(axis=1))


def _paths(predicate: Predicate, time: Time | None, record: Ensemble) -> Bounds:
    if isinstance(predicate, Named):
        ends = [
            path_of(predicate, filled, Manner.of(time))
            for filled in (_filled(record, -_FAR, 0), _filled(record, _FAR, 1))
        ]
        return ends[0] & ends[1], ends[0] | ends[1]
    path = path_of(predicate, record, Manner.of(time))
    missing = np.zeros(path.shape, bool)
    for reading in readings(predicate):
        missing |= np.isnan(values_of(reading, record))
    return path & ~missing, path | missing


def _filled(record: Ensemble, value: float, flag: float) -> Ensemble:
    """The record as if everything missing were very low or very high."""
    values = {name: np.where(np.isnan(array), value, array) for name, array in record.values.items()}
    pairs = {name: np.where(np.isnan(array), flag, array) for name, array in record.pairs.items()}
    return replace(record, values=values, pairs=pairs)
