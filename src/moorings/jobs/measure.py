"""Measure where each ally stands, year by year, with all that was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from moorings.core.errors import InputError
from moorings.jobs.opening import Opened, open_system, scene_at
from moorings.systems.system import System

SCHEMA = "moorings.measure/1"
DRAWS = 200
FIRST = 1998
"""First year that the shipped tables can carry every series to."""
MEASURED = (
    *("burden", "troops", "alignment_distance", "arms_dependence", "partners", "nuclear_rung", "obligation"),
    *("commitment", "reliability", "credence", "threat", "gap"),
)
COMPARED = ("tether", "drift", "withdrawal", "autonomy")


@dataclass(frozen=True)
class Measured:
    """Rows `patron, state, year, variable, mean, q05, q95`."""

    system: System
    rows: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {"schema": SCHEMA, "system": self.system.name, "rows": list(self.rows)}


def measure(system: str, start: int | None = None, end: int | None = None) -> Measured:
    """Commitment, threat, credence, strands, tether and drift so far, by ally and year.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    start, end
        Rows to show; the estimates use all that was seen. Drift, withdrawal and autonomy are against `from`: below 0
        in a year in which the ally was closer, or the patron stronger, than in the last year seen.
    """
    opened = open_system(system)
    last = opened.system.start
    first, until = FIRST if start is None else start, last if end is None else end
    if not FIRST <= first <= until <= last:
        raise InputError(
            "--from, --to", f"{first}..{until}", f"years within {FIRST}..{last}, the first not after the last"
        )
    now = _opening(opened, last)
    rows: list[dict[str, Any]] = []
    for year in range(first, until + 1):
        seen = now if year == last else _opening(opened, year)
        shown = {name: seen[name] for name in MEASURED} | _against(opened, now, seen)
        rows += _rows(opened.system, year, shown)
    return Measured(opened.system, tuple(rows))


def _opening(opened: Opened, year: int) -> dict[str, np.ndarray]:
    from moorings.learn.parameters import system_params
    from moorings.simulate.engine import opening

    scene = scene_at(opened.system, opened.observations, year)
    params = system_params(opened.posterior, opened.system.patron, opened.system.states, year)
    params["assumed"] = opened.params["assumed"]
    return opening(scene, params, DRAWS, 1)


def _against(opened: Opened, now: dict[str, np.ndarray], then: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Tether, drift, withdrawal, autonomy of a year against the last one, [member, S], and the strands."""
    from moorings.simulate.outlook import compared

    params = {name: value[:DRAWS] for name, value in opened.params["tether"].items()}
    return compared(params, opened.system, now, then)


def _rows(system: System, year: int, shown: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    rows = []
    for ally in system.allies:
        i = system.states.index(ally)
        for name, values in shown.items():
            if name in ("tether", "drift") and ally not in system.rated:
                continue
            value = values[:, i]
            if np.isfinite(value).all():
                low, high = np.quantile(value, [0.05, 0.95])
                place = {"patron": system.patron, "state": ally, "year": year, "variable": name}
                rows.append(place | {"mean": float(value.mean()), "q05": float(low), "q95": float(high)})
    return rows
