"""The events of the record, and the number of partners, from what the equations are fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moorings.core.variables import DEFENCE, MARKED, NOTICEABLE
from moorings.score.baselines import Baseline
from moorings.score.hazards import BaseRate
from moorings.score.history import History
from moorings.score.metrics import Array
from moorings.score.outcomes import Outcome
from moorings.score.targets import MIDDLE_EAST, allies

if TYPE_CHECKING:
    from moorings.learn.assemble import Material
    from moorings.learn.events import Pairs

RATES: tuple[Baseline, ...] = (BaseRate(), BaseRate(last=15))
"""Baselines of events of which the history holds no yearly hazard."""
FEWEST_TROOPS = 1000.0
"""Troops at the origin without which they cannot leave."""


def event_outcomes(material: Material, patron: str, horizons: Sequence[int]) -> tuple[Outcome, ...]:
    """All events: of pairs of states anywhere, of states anywhere, and of the patron's allies.

    Parameters
    ----------
    material
        What the equations are fitted on, up to the last year that is scored.
    patron, horizons
        Whose allies, and within how many years.
    """
    return (
        *pair_events(material, horizons),
        nuclear_up(material, horizons),
        obligation_ends(material, patron, horizons),
        troops_leave(material, patron, horizons),
        supported(material, patron, horizons),
    )


def pair_events(material: Material, horizons: Sequence[int]) -> tuple[Outcome, ...]:
    """Events of all pairs, with the features of the model's own hazards for the baselines."""
    from moorings.learn.events import Pairs

    pairs = Pairs(material)
    features = _with_last(np.stack(list(pairs.features.values()), axis=-1))
    names = tuple(f"{material.states[i]}-{material.states[j]}" for i, j in zip(pairs.i, pairs.j, strict=True))
    clusters = tuple(material.states[i] for i in pairs.i)
    years = np.asarray(material.years)

    def outcome(name: str, came: Array) -> Outcome:
        flags = np.vstack([np.full_like(came[:1], np.nan), came])
        history = History.of_events(years, flags, horizons, features)
        scored = np.ones(flags.shape, dtype=bool)
        return Outcome(name, "event", "probability", history, names, clusters, scored)

    return tuple(outcome(name, came) for name, came in _pair_flags(pairs).items())


def _pair_flags(pairs: Pairs) -> dict[str, Array]:
    """Event -> whether it came in each year but the first, [year, pair]; missing where it could not."""
    d, known = pairs.dyads, pairs.known
    started, risk = pairs.tie_begins()[1], pairs.tie_begins()[0]
    ended = _turned(pairs.at(d.pact), pairs.later("pact"), known, 0.0)
    rival = known & (pairs.at(d.rivalry) == 1)
    return {
        "dispute": np.where(known, pairs.at(d.force, 1), np.nan),
        "any_dispute": np.where(known, pairs.at(d.onset, 1), np.nan),
        "new_pact": np.where(risk, started, np.nan),
        "new_pact_or_wave": _turned(pairs.at(d.pact), pairs.later("pact"), known, 1.0),
        "pact_ends": ended,
        "rivalry_ends": _turned(pairs.at(d.rivalry), pairs.later("rivalry"), known, 0.0),
        "separate_peace": _turned(pairs.at(d.friendly_pact), pairs.later("friendly_pact"), rival, 1.0),
    }


def _turned(before: Array, after: Array, known: NDArray[np.bool_], into: float) -> Array:
    """Whether a 0 or 1 turned into `into`, where it was the other and both years are known."""
    at_risk = known & (before == 1.0 - into) & np.isfinite(after)
    return np.where(at_risk, after == into, np.nan)


def _with_last(rows: Array) -> Array:
    """Features of one more year, missing: no event after the last year is known."""
    return np.concatenate([rows, np.full_like(rows[:1], np.nan)])


def _of_states(
    name: str,
    material: Material,
    history: History,
    baselines: tuple[Baseline, ...] = (),
    scored: NDArray[np.bool_] | None = None,
) -> Outcome:
    """An event's outcome on the axis of states."""
    everywhere = np.ones(history.values.shape, dtype=bool) if scored is None else scored
    return Outcome(name, "event", "probability", history, material.states, material.states, everywhere, baselines)


def nuclear_up(material: Material, horizons: Sequence[int]) -> Outcome:
    """A state climbs a rung; the features of the model's own hazard are the baselines' too."""
    from moorings.learn.events import nuclear_features

    rung = material.arrays.state_year["nuclear_rung"]
    came = np.where(rung[:-1] < 3, rung[1:] > rung[:-1], np.nan)
    came = np.where(np.isfinite(rung[1:]) & np.isfinite(rung[:-1]), came, np.nan)
    features = np.stack(list(nuclear_features(material).values()), axis=-1)
    flags = np.vstack([np.full_like(came[:1], np.nan), came])
    history = History.of_events(np.asarray(material.years), flags, horizons, features)
    return _of_states("nuclear_up", material, history)


def obligation_ends(material: Material, patron: str, horizons: Sequence[int]) -> Outcome:
    """The patron's obligation to defend ends; third states' pacts with both are the baselines' feature."""
    from moorings.learn.events import obligation_features
    from moorings.learn.history import PATRONS

    owed = material.arrays.pair_year["obligation"][:, :, material.arrays.others.index(patron)]
    held = np.where(np.isfinite(owed), owed >= DEFENCE, np.nan)
    ended = _turned(held[:-1], held[1:], np.isfinite(held[:-1]), 0.0)
    flags = np.vstack([np.full_like(ended[:1], np.nan), ended])
    features = obligation_features(material)["thirds"][:, :, [PATRONS.index(patron)]]
    history = History.of_events(np.asarray(material.years), flags, horizons, features)
    return _of_states("obligation_ends", material, history)


def troops_leave(material: Material, patron: str, horizons: Sequence[int]) -> Outcome:
    """Troops fall under half of the origin's for two years running, from `FEWEST_TROOPS` or more."""
    troops = material.arrays.pair_year["troops"][:, :, material.arrays.others.index(patron)]
    windows = {h: _left(troops, h) for h in {1, *horizons}}
    outside = np.array([state not in MIDDLE_EAST for state in material.states])
    history = History(np.asarray(material.years), np.full_like(troops, np.nan), windows, None, 0.0, 1.0)
    return _of_states("troops_leave", material, history, RATES, allies(material.arrays, patron) & outside)


def _left(troops: Array, horizon: int) -> Array:
    """Whether two years running within the horizon lay under half of the row's; missing where that is unknown.

    Windows that reach beyond the data are left out whatever was seen of them: else early departures alone would count.
    Within one year it cannot come about, and there is nothing to score.
    """
    if horizon < 2:
        return np.full_like(troops, np.nan)
    below = np.full((horizon, *troops.shape), np.nan)
    for step in range(1, horizon + 1):
        later = troops[step:]
        under = np.where(np.isfinite(later), later < troops[:-step] / 2, np.nan)
        below[step - 1, : len(later)] = under
    running = below[1:] + below[:-1] == 2
    known = np.isfinite(below).all(axis=0) | running.any(axis=0)
    known[len(troops) - horizon :] = False
    return np.where(known & (troops >= FEWEST_TROOPS), running.any(axis=0), np.nan)


def supported(material: Material, patron: str, horizons: Sequence[int]) -> Outcome:
    """The patron joins a dispute of his ally; known only where there was a dispute within the horizon."""
    flags = np.full((len(material.years), len(material.states)), np.nan)
    for row in material.joins.iter_rows(named=True):
        if row["patron"] == patron and row["year"] in material.years and row["state"] in material.states:
            place = material.years.index(row["year"]), material.states.index(row["state"])
            flags[place] = np.nanmax([flags[place], float(row["joined"])])
    last = int(np.flatnonzero(np.isfinite(material.dyads.force).any(axis=(1, 2)))[-1])
    windows = {h: _highest(flags, h, last) for h in {1, *horizons}}
    history = History(np.asarray(material.years), flags, windows, None, 0.0, 1.0)
    return _of_states("supported", material, history, RATES)


def _highest(flags: Array, horizon: int, last: int) -> Array:
    """Largest flag of the years after the row's; missing if there is none, or if the data end before, at row `last`."""
    found = np.full_like(flags, np.nan)
    for t in range(last + 1 - horizon):
        span = flags[t + 1 : t + 1 + horizon]
        found[t] = np.where(np.isnan(span).all(axis=0), np.nan, np.max(np.nan_to_num(span), axis=0))
    return found


def partners(material: Material, patron: str, horizons: Sequence[int]) -> Outcome:
    """Number of states other than the patron with a duty of defence or consultation, of the patron's allies."""
    from moorings.learn.history import reached

    pact, place = material.dyads.pact, material.states.index(patron)
    # a pact with a state that is no more is not carried on
    pact = np.where(material.dyads.pact_seen > 0, pact, np.nan)
    count = np.nansum(pact, axis=2) - np.nan_to_num(pact[:, :, place])
    values = np.where(reached(material.dyads.pact_seen), np.log1p(count), np.nan)
    history = History.of_levels(np.asarray(material.years), values, horizons, (0.0, np.inf))
    scored = allies(material.arrays, patron)
    states = material.states
    return Outcome("partners", "continuous", "log (1 + states)", history, states, states, scored)


def drift_outcomes(
    path: Array,
    place: tuple[NDArray[np.int64], NDArray[np.int64]],
    axes: tuple[Sequence[int], Sequence[str]],
    horizons: Sequence[int],
    thresholds: Sequence[tuple[str, float]] = (("noticeable_drift", NOTICEABLE), ("marked_drift", MARKED)),
) -> tuple[Outcome, ...]:
    """Drift, and whether it has reached a threshold at the horizon, from the definition's windows.

    Parameters
    ----------
    path
        Drift [window, years since the start], the first being after one year.
    place
        Index of the state and start year of each window.
    axes
        Years and states.
    horizons, thresholds
        Horizons scored; names and thresholds of the events.
    """  # fmt: skip
    years, states = np.asarray(axes[0]), tuple(axes[1])
    values = np.full((len(years), len(states)), np.nan)
    rows = place[1] - years[0], place[0]
    values[rows] = 0.0
    changes = {}
    for horizon in {1, *horizons}:
        changes[horizon] = np.full_like(values, np.nan)
        changes[horizon][rows] = path[:, horizon - 1]
    began = np.isfinite(values)
    level = History(years, values, changes)
    found = [Outcome("drift", "continuous", "standard deviations", level, states, states, began, _drift_baselines())]
    for name, threshold in thresholds:
        reached = {h: np.where(np.isfinite(c), c >= threshold, np.nan) for h, c in changes.items()}
        history = History(years, np.full_like(values, np.nan), reached, None, 0.0, 1.0)
        found.append(Outcome(name, "event", "probability", history, states, states, began, RATES))
    return tuple(found)


def _drift_baselines() -> tuple[Baseline, ...]:
    from moorings.score.baselines import FittedVolatility, NoChange, OwnVolatility, PastChanges

    return (NoChange(), PastChanges(), OwnVolatility(), FittedVolatility())
