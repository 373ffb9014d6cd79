"""Statistical forecasts that the law is pooled with, for every state, each from its own last value.

They are made once with each posterior, of what it saw and nothing later, and kept beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from moorings.core.errors import InputError
from moorings.core.places import replacing
from moorings.data.arrays import Arrays
from moorings.score.history import History
from moorings.score.metrics import LEVELS, Array
from moorings.score.outcomes import PARTNERS
from moorings.score.pool import STRUCTURAL, averaged, partners_of, parts_of
from moorings.score.targets import TARGETS

SCHEMA = "moorings.statistical/1"
HORIZONS = (1, 3, 5, 10)
POOLED = {
    "gdp": "gdp",
    "burden": "burden",
    "ideal_point": "ideal",
    "troops": "troops",
    "alignment_distance": "distance",
    "arms_dependence": "arms",
}
"""Outcome of the record -> the law's name of the quantity."""
STALE = 8
"""Years before the last one at which a series may end and still be forecast."""


@dataclass(frozen=True)
class Statistical:
    """Means of the statistical forecasts' quantiles, each by its part of the pool.

    Attributes
    ----------
    end
        Last year seen.
    patron
        Whose troops and arms, and from whom the distance is.
    states
        Quantity -> states.
    changes
        Quantity -> quantiles at `LEVELS` of the change over each of `HORIZONS` from the state's last value,
        [horizon, level, state], on the scale on which the law models it.
    digests
        Of the data and the code.
    """

    end: int
    patron: str
    states: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, Array]
    digests: Mapping[str, str]

    def quantiles(self, name: str, state: str, value: float, years: Array) -> Array:
        """Quantiles of one quantity `years` after its last `value`, [year, level]; missing for an unknown state.

        Between horizons they are linear in the root of the time, as a random walk's are, and so they go on.
        """
        if state not in self.states.get(name, ()):
            return np.full((len(years), len(LEVELS)), np.nan)
        known = np.vstack([np.zeros((1, len(LEVELS))), self.changes[name][:, :, self.states[name].index(state)]])
        root, at = np.sqrt([0, *HORIZONS]), np.sqrt(np.clip(years, 0, None))
        grown = np.maximum(at / root[-1], 1.0)
        between = np.stack([np.interp(at, root, column) for column in known.T], axis=1)
        return np.asarray(value + grown[:, None] * between)


def make_statistical(arrays: Arrays, patron: str, end: int, digests: Mapping[str, str]) -> Statistical:
    """Fit and average the statistical forecasts of every quantity on what was seen up to `end`."""
    states, changes = {}, {}
    for target in TARGETS:
        if target.name not in POOLED:
            continue
        history = target.history(arrays, patron, HORIZONS).until(end).aligned(STALE)
        there = np.isfinite(history.level)
        name = POOLED[target.name]
        states[name] = tuple(np.asarray(arrays.states)[there].tolist())
        changes[name] = np.stack(_partners(target.name, history, end))[:, :, there] - history.level[there]
    return Statistical(end, patron, states, changes, digests)


def _partners(outcome: str, history: History, end: int) -> Sequence[Array]:
    """Mean quantiles at each of `HORIZONS`, [level, state]."""
    partners = {baseline.name: baseline for baseline in PARTNERS if baseline.name in partners_of(outcome)}
    found = {name: baseline.fit(history).predict_all(end, HORIZONS) for name, baseline in partners.items()}
    return [averaged(outcome, {name: ahead[horizon] for name, ahead in found.items()}) for horizon in HORIZONS]


def pool_with_law(name: str, law: Array, statistical: Array) -> Array:
    """Quantiles of the pool of a quantity, [..., level], of the law and its partners' mean."""
    parts = parts_of(next(outcome for outcome, known in POOLED.items() if known == name))
    share = parts[STRUCTURAL] / sum(parts.values())
    return share * law + (1 - share) * statistical


def save_statistical(made: Statistical, path: Path) -> None:
    """Write to `.npz`, half precision."""
    arrays: dict[str, Any] = {name: value.astype(np.float16) for name, value in made.changes.items()}
    meta: dict[str, Any] = {"schema": SCHEMA, "end": made.end, "patron": made.patron, "states": dict(made.states)}
    meta["digests"] = dict(made.digests)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, meta=np.asarray(json.dumps(meta)), **arrays)


def load_statistical(path: Path) -> Statistical:
    """Read what `save_statistical` wrote; another schema is refused."""
    with np.load(path) as stored:
        meta = json.loads(str(stored["meta"]))
        if meta.get("schema") != SCHEMA:
            raise InputError(str(path), f"schema {meta.get('schema')!r}", SCHEMA, "Run `moorings fit` again.")
        changes = {name: stored[name].astype(float) for name in stored.files if name != "meta"}
    states = {name: tuple(found) for name, found in meta["states"].items()}
    return Statistical(meta["end"], meta["patron"], states, changes, meta["digests"])
