"""Events of an ensemble: for each member, whether the event comes true."""

from __future__ import annotations

import operator
from functools import reduce

import numpy as np

from moorings.ask.expressions import And, Comparison, Event, Named, Not, Or, Predicate, Quantity, Reading, Time, Timed
from moorings.ask.language import parse
from moorings.ask.named import EVENTS, Manner, Truth
from moorings.ask.scope import Scope, canonical, check, instances, scope_of
from moorings.simulate.ensemble import Array, Ensemble

__all__ = ["check", "evaluate", "parse"]

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


def evaluate(event: Event | str, ensemble: Ensemble, *, noticeable: float = 1.0) -> Truth:
    """Whether an event comes true in each member.

    A comparison with a missing value is false.

    Parameters
    ----------
    event
        An event or its text.
    ensemble
        The members.
    noticeable
        The level of drift (in standard deviations) that `noticeable_drift` stands for.

    Returns
    -------
    array of bool [member]

    Raises
    ------
    InputError
        If the event makes no sense in the ensemble's system.
    """
    known = parse(event) if isinstance(event, str) else event
    scope = scope_of(ensemble)
    check(known, scope)
    return _truth(known, ensemble, scope, noticeable)


def _truth(event: Event, ensemble: Ensemble, scope: Scope, noticeable: float) -> Truth:
    match event:
        case Not(event=inner):
            return ~_truth(inner, ensemble, scope, noticeable)
        case And(events=parts):
            return reduce(np.logical_and, (_truth(part, ensemble, scope, noticeable) for part in parts))
        case Or(events=parts):
            return reduce(np.logical_or, (_truth(part, ensemble, scope, noticeable) for part in parts))
        case Timed(predicate=predicate, time=time):
            manner = Manner.of(time, noticeable)
            paths = (path_of(ground, ensemble, manner) for ground in instances(predicate, scope))
            never: Truth = np.zeros(ensemble.members, bool)
            return reduce(np.logical_or, (_in_time(path, time, ensemble) for path in paths), never)


def path_of(predicate: Predicate, ensemble: Ensemble, manner: Manner) -> Truth:
    """In which years a predicate without `any` holds, [member, year]."""
    if isinstance(predicate, Named):
        return EVENTS[predicate.name].path(ensemble, predicate.states, manner)
    return _compared(predicate, ensemble)


def _compared(comparison: Comparison, ensemble: Ensemble) -> Truth:
    left, right = (values_of(quantity, ensemble) for quantity in (comparison.left, comparison.right))
    path: Truth = _COMPARE[comparison.operator](left, right)
    return np.broadcast_to(path, (ensemble.members, len(ensemble.years)))


def values_of(quantity: Quantity, ensemble: Ensemble) -> Array:
    """Values of a quantity, [member, year], of which either may be 1 where it does not vary."""
    if not isinstance(quantity, Reading):
        return np.array([[quantity.value]])
    path = ensemble.of(canonical(quantity.variable), *quantity.states)
    if quantity.year is None:
        return path
    at = ensemble.years.index(quantity.year)
    return path[:, at : at + 1]


def _in_time(path: Truth, time: Time | None, ensemble: Ensemble) -> Truth:
    asked = path[:, window(time, ensemble.years)]
    return np.asarray(asked.all(axis=1) if time is not None and time.kind == "always" else asked.any(axis=1))


def window(time: Time | None, years: tuple[int, ...]) -> slice:
    """The years that a time speaks of, as a slice of the year axis; by default all simulated years."""
    start, end = (time.start, time.end) if time is not None else (None, None)
    if time is not None and time.kind == "before" and end is not None:
        end -= 1
    first = years[1] if start is None else start
    last = years[-1] if end is None else end
    return slice(first - years[0], last - years[0] + 1)
