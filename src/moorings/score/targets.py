"""What the record is about: quantities of a patron's allies, from the arrays of the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.core.variables import DEFENCE
from moorings.data.arrays import Arrays
from moorings.model.arms import kept
from moorings.score.history import History
from moorings.score.metrics import Array
from moorings.score.outcomes import Outcome

"""Level of obligation from which a state counts as an ally."""
FEWEST_ARMS = 10.0
"""TIV million over five years below which a share of arms imports means little and is missing."""
MIDDLE_EAST = frozenset(
    ("ARE", "BHR", "EGY", "IRN", "IRQ", "ISR", "JOR", "KWT", "LBN", "OMN", "QAT", "SAU", "SYR", "YEM", "YMD")
)
"""Hosts left out of the score of troops: wars, not the alliance, moved them."""


@dataclass(frozen=True)
class Target:
    """How a quantity is read from the arrays and on what scale it is forecast.

    Attributes
    ----------
    name, unit
        Of the outcome.
    read
        Arrays and patron -> values [year, state] on the scale of the score.
    bounds
        Lowest and highest value.
    known
        What else is known at the end of each year, [year, state, feature]; missing where it is not.
    """

    name: str
    unit: str
    read: Callable[[Arrays, str], Array]
    bounds: tuple[float, float] = (-np.inf, np.inf)
    known: Callable[[Arrays, str], Array] | None = None

    def history(self, arrays: Arrays, patron: str, horizons: Iterable[int]) -> History:
        """All that is known of it, of every state."""
        known = None if self.known is None else self.known(arrays, patron)
        return History.of_levels(np.asarray(arrays.years), self.read(arrays, patron), horizons, self.bounds, known)


def _state(arrays: Arrays, name: str) -> Array:
    if name not in arrays.state_year:
        raise InputError("back-test, arrays", f"no {name}", f"{name} of every state", "Build the panel again.")
    return arrays.state_year[name]


def _pair(arrays: Arrays, name: str, patron: str) -> Array:
    if name not in arrays.pair_year or patron not in arrays.others:
        raise InputError("back-test, arrays", f"no {name} towards {patron}", f"{name} of every pair with {patron}")
    return arrays.pair_year[name][:, :, arrays.others.index(patron)]


def _log(name: str) -> Callable[[Arrays, str], Array]:
    """Logarithm; 0 is missing, since no state spends or makes nothing."""
    return lambda arrays, patron: np.log(np.where(_state(arrays, name) > 0, _state(arrays, name), np.nan))


def _troops(arrays: Arrays, patron: str) -> Array:
    return np.log1p(_pair(arrays, "troops", patron))


def _ideal(arrays: Arrays, patron: str) -> Array:
    return _state(arrays, "ideal_point")


def _distance(arrays: Arrays, patron: str) -> Array:
    ideal = _state(arrays, "ideal_point")
    return np.abs(ideal - ideal[:, [arrays.states.index(patron)]])


def _arms(arrays: Arrays, patron: str) -> Array:
    enough = _state(arrays, "arms_imports") >= FEWEST_ARMS
    return np.where(enough, _pair(arrays, "arms_dependence", patron), np.nan)


def _contracts(arrays: Arrays, patron: str) -> Array:
    """How the patron's share of what is delivered and on order differs from today's share, and how much that is."""
    delivered, ordered = arrays.contracts(patron)
    today, window = _pair(arrays, "arms_dependence", patron), _state(arrays, "arms_imports")
    # a window that is known holds nothing of years of which nothing is listed
    next_year, in_three = (kept(np.nan_to_num(delivered))[ahead - 1] for ahead in (1, 3))
    parts = (next_year, in_three, ordered, next_year + ordered, in_three + ordered)
    with np.errstate(divide="ignore", invalid="ignore"):
        # where nothing is known of a part, nothing speaks for another share
        shares = [np.where(part[:, 0] == 0, 0.0, part[:, 1] / part[:, 0] - today) for part in parts]
    volumes = [np.log1p(part[:, 0]) - np.log1p(window) for part in parts[:3]]
    return np.where(np.isfinite(ordered[:, 0, :, None]), np.stack([*shares, *volumes], axis=2), np.nan)


PAST = 5
"""Years over which trees look at changes of what they see beside the series."""


def _standing(arrays: Arrays, patron: str) -> Array:
    """How a state stands otherwise and towards the patron, last values carried, and how that moved in `PAST` years."""
    from moorings.learn.history import filled

    ideal = _state(arrays, "ideal_point")
    moving = [*(_log(name)(arrays, patron) for name in ("gdp", "burden")), _troops(arrays, patron)]
    moving += [ideal, _distance(arrays, patron), arrays.state_year.get("polyarchy", np.full_like(ideal, np.nan))]
    levels = [filled(series) for series in moving]
    still = [filled(_pair(arrays, name, patron)) for name in ("obligation", "arms_dependence")]
    changes = [level - np.vstack([np.full_like(level[:PAST], np.nan), level[:-PAST]]) for level in levels]
    return np.stack([*levels, *still, *changes], axis=2)


def _positions(arrays: Arrays, patron: str) -> Array:
    """How a state stands otherwise, and what other sets of votes say of its UN position, this year and the last."""
    others = arrays.other_positions()
    before = np.concatenate([np.full_like(others[:1], np.nan), others[:-1]])
    error = arrays.told_of_positions()[1]
    return np.concatenate([_standing(arrays, patron), others, before, error[:, :, None]], axis=2)


def _bought(arrays: Arrays, patron: str) -> Array:
    """What is delivered and on order, and how a state stands otherwise."""
    return np.concatenate([_contracts(arrays, patron), _standing(arrays, patron)], axis=2)


TARGETS = (
    Target("burden", "log share of GDP", _log("burden"), known=_standing),
    Target("troops", "log (1 + persons)", _troops, (0.0, np.inf), _standing),
    Target("ideal_point", "UN ideal points", _ideal, known=_positions),
    Target("alignment_distance", "UN ideal points", _distance, (0.0, np.inf), _positions),
    Target("arms_dependence", "share of arms imports", _arms, (0.0, 1.0), _bought),
    Target("gdp", "log constant 2021 international $", _log("gdp"), known=_standing),
)


def allies(arrays: Arrays, patron: str) -> NDArray[np.bool_]:
    """Whether the patron owes the state defence, [year, state]; the last year known stands for later ones."""
    from moorings.learn.history import filled

    return np.asarray(filled(_pair(arrays, "obligation", patron)) >= DEFENCE)


def quantity_outcomes(arrays: Arrays, patron: str, horizons: Iterable[int]) -> tuple[Outcome, ...]:
    """Outcomes of all `TARGETS`: every state trains, the allies of the origin's year are scored.

    Parameters
    ----------
    arrays
        Observations of all states, from years before the first origin on; `patron` among the other states.
    patron, horizons
        Whose allies, and how many years ahead.
    """
    horizons = tuple(horizons)
    others = np.array([state != patron for state in arrays.states])
    scored = allies(arrays, patron) & others
    return tuple(_outcome(target, arrays, patron, horizons, scored) for target in TARGETS)


def _outcome(
    target: Target, arrays: Arrays, patron: str, horizons: tuple[int, ...], scored: NDArray[np.bool_]
) -> Outcome:
    whole = target.history(arrays, patron, horizons)
    used = np.asarray(np.isfinite(whole.values).any(axis=0))
    hosts = np.array([target.name != "troops" or state not in MIDDLE_EAST for state in arrays.states])
    names = tuple(state for state, keep in zip(arrays.states, used, strict=True) if keep)
    history = whole.of_units(used)
    return Outcome(target.name, "continuous", target.unit, history, names, names, (scored & hosts)[:, used])
