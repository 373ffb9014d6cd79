"""How often an event like this came true in history: the same evaluator on a world that moves at historical rates.

Its members are pairs of windows that began in the same year, drawn from all of the patron's allies to 2014: their
drift is what happened. Nuclear moves, ties and separate peace come at their yearly rates, one state like
another. An event about anything else has no base rate.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble

if TYPE_CHECKING:
    from moorings.jobs.opening import Opened
    from moorings.learn.posterior import Posterior

MEMBERS = 20_000
SEED = 2014
Floats = NDArray[np.float64]
RATED = frozenset(
    {"noticeable_drift", "marked_drift", "new_pact", "separate_peace", "drift", "nuclear_rung", "nuclear"}
)


def base_rate(opened: Opened, event: str) -> float | None:
    """Share of historical cases in which the event came true; None where history has no like of it.

    An event is spoken of at most two rated allies; a third one has no window of its own. Of any state there is none
    either: the rates are those of one state, or of one pair.
    """
    from moorings.ask.events import evaluate
    from moorings.ask.expressions import ANY, Named, predicates, readings
    from moorings.ask.language import parse

    parsed = parse(event)
    names, states = set(), []
    for timed in predicates(parsed):
        predicate = timed.predicate
        if isinstance(predicate, Named):
            names.add(predicate.name)
            states += [state for state in predicate.states if state in (*opened.system.rated, ANY)]
        else:
            names |= {reading.variable for reading in readings(predicate)}
            states += [reading.states[0] for reading in readings(predicate)]
    allies = tuple(dict.fromkeys(states))
    if not names <= RATED or not 1 <= len(allies) <= 2 or not {*allies} <= {*opened.system.states}:
        return None
    try:
        world = historical_world(opened, allies)
        return float(np.mean(evaluate(parsed, world))) if world.members else None
    except InputError:
        return None


def historical_world(opened: Opened, allies: tuple[str, ...]) -> Ensemble:
    """Members that move as history did, over the forecast's years."""
    system = opened.system
    years = tuple(range(system.start, system.end + 1))
    drift = _window_pairs(opened.posterior, len(years) - 1)
    members = len(drift)
    states = system.states
    values = {name: np.full((members, len(years), len(states)), np.nan) for name in ("drift", "nuclear_rung")}
    random = np.random.default_rng(SEED)
    rates = opened.posterior.meta["equations"]
    for k, ally in enumerate(allies):
        i = states.index(ally)
        values["drift"][:, 1:, i] = drift[:, k]
        values["drift"][:, 0, i] = 0.0
        rung = float(np.asarray(opened.scene.start.rung)[i])
        values["nuclear_rung"][:, :, i] = _climb(random, members, len(years), rung, _rate(rates["nuclear_up"]))
    flags: dict[str, Any] = _flags(random, opened, members, len(years))
    return Ensemble(
        system.name,
        system.patron,
        system.allies,
        system.rated,
        system.adversaries,
        years,
        states,
        np.zeros(members, dtype=np.int64),
        values,
        flags,
        np.full(members, 1 / max(members, 1)),
    )


def _rate(row: dict[str, float]) -> float:
    return row["events"] / row["rows"]


def _climb(random: np.random.Generator, members: int, years: int, start: float, rate: float) -> Floats:
    moves = random.random((members, years)) < rate
    moves[:, 0] = False
    return np.asarray(np.minimum(start + np.cumsum(moves, axis=1), 3.0))


def _flags(random: np.random.Generator, opened: Opened, members: int, years: int) -> dict[str, NDArray[np.int8]]:
    rates, states = opened.posterior.meta["equations"], opened.system.states
    found = {}
    for name, row in (("new_pact", "new_tie_of_allies"), ("separate_peace", "separate_peace")):
        drawn = (random.random((members, years)) < _rate(rates[row])).astype(np.int8)
        drawn[:, 0] = 0
        # one state is like another: every pair shows the same draw, and an event is asked about one pair
        found[name] = np.broadcast_to(drawn[:, :, None, None], (members, years, len(states), len(states)))
    return found


@lru_cache(maxsize=8)
def _pairs_of(digest: str, horizon: int, start: tuple[int, ...], path: bytes, width: int) -> Floats:
    windows = np.frombuffer(path).reshape(len(start), width)
    begun = np.array(start)
    known = np.isfinite(windows[:, min(horizon, width) - 1])
    random = np.random.default_rng(SEED)
    pairs = []
    for year in np.unique(begun[known]):
        rows = np.flatnonzero(known & (begun == year))
        count = max(1, round(MEMBERS * len(rows) / known.sum()))
        first = random.choice(rows, count)
        shift = random.integers(1, max(2, len(rows)), count)
        second = rows[(np.searchsorted(rows, first) + shift) % len(rows)]
        pairs.append(np.stack([windows[first], windows[second]], axis=1))
    joined = np.concatenate(pairs)[:, :, :horizon] if pairs else np.zeros((0, 2, horizon))
    return np.asarray(joined)


def _window_pairs(posterior: Posterior, horizon: int) -> Floats:
    """Drift of two windows of the same start, [member, 2, year]; none where history is shorter than the horizon."""
    table = posterior.tracks["windows"]
    if horizon > table["path"].shape[1]:
        return np.zeros((0, 2, horizon))
    starts = tuple(int(year) for year in table["start"])
    return _pairs_of(posterior.digest, horizon, starts, table["path"].tobytes(), table["path"].shape[1])
