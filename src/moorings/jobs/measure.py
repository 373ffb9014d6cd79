"""Measure where each ally stands, year by year, with all that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.jobs.alliances import ALLIANCES, USUAL
from moorings.jobs.alliances import FIRST as EARLIEST
from moorings.jobs.opening import Opened, open_system, scene_at
from moorings.jobs.yearly import alliance_scenes
from moorings.systems.system import System

if TYPE_CHECKING:
    from moorings.simulate.start import Scene

Floats = NDArray[np.float64]
SCHEMA = "moorings.measure/1"
DRAWS = 200
FIRST = 1998
"""First year that the shipped tables can carry every series to; alliances of the panel go back further if asked."""
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
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        head = {"schema": SCHEMA, "system": self.system.name}
        return head | {"rows": list(self.rows), "warnings": list(self.warnings)}


def measure(system: str, start: int | None = None, end: int | None = None) -> Measured:
    """Commitment, threat, credence, strands, tether and drift so far, by ally and year.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder. In a system built from the panel, each year has the allies and the
        adversaries that the patron had in it.
    start, end
        Rows to show; the estimates use all that was seen. Drift, withdrawal and autonomy are against `from`: below 0
        in a year in which the ally was closer, or the patron stronger, than in the last year seen. A state that is no
        ally in `from` has none of these, nor tether.

    Raises
    ------
    InputError
        For years that the system's tables, or the panel, do not reach.
    """
    # an alliance of the panel opens at any year that is known, and usually at that of the shipped posterior
    late = max(USUAL, start or 0, end or 0) if system in ALLIANCES else None
    opened = open_system(system, late)
    years = _years(opened, start, end)
    scenes = _scenes(opened, (*years, opened.system.start))
    return Measured(opened.system, tuple(measured_rows(opened, scenes, years)), opened.warnings)


def measured_rows(opened: Opened, scenes: Mapping[int, Scene], years: Iterable[int]) -> list[dict[str, Any]]:
    """Rows of `measure` for some years, from the scene of each and of the last year seen, against which drift is."""
    last = opened.system.start
    now, dealt = _opening(opened, scenes[last], last), _dealings(scenes[last])
    rows: list[dict[str, Any]] = []
    for year in years:
        scene = scenes[year]
        seen = now if year == last else _opening(opened, scene, year)
        beside = {name: _placed(value, scenes[last].system, scene.system) for name, value in now.items()}
        # where the patron himself made peace with a rival in between, an ally's peace with it is no drift
        seen = seen | {"accommodation": beside["accommodation"] + _warmer(scene, dealt)}
        shown = {name: seen[name] for name in MEASURED} | _against(opened, scene.system, beside, seen)
        rows += _rows(scene.system, opened.system, year, shown)
    return rows


def _dealings(scene: Scene) -> dict[tuple[str, str], float]:
    """Whether a pact binds an ally and an adversary that the patron opposes, less whether they are rivals, by pair."""
    from moorings.model.phases import bound

    warmth = np.asarray(bound(scene.world)) - np.asarray(scene.start.rivalry)
    opposed = np.asarray(scene.world.opposed)
    return {pair: float(warmth[k]) for k, pair in enumerate(scene.pairs[: len(opposed)]) if opposed[k] > 0}


def _warmer(scene: Scene, before: dict[tuple[str, str], float]) -> Floats:
    """Change of each state's `_dealings` with those whom the patron opposes at both dates, [S]."""
    found = np.zeros(len(scene.system.states))
    for pair, warmth in _dealings(scene).items():
        found[scene.system.states.index(pair[0])] += warmth - before.get(pair, warmth)
    return found


def _years(opened: Opened, start: int | None, end: int | None) -> range:
    last = opened.system.start
    earliest = EARLIEST if opened.system.name in ALLIANCES else FIRST
    until = last if end is None else end
    first = min(FIRST, until) if start is None else start
    if not earliest <= first <= until <= last:
        raise InputError(
            "--from, --to", f"{first}..{until}", f"years within {earliest}..{last}, the first not after the last"
        )
    return range(first, until + 1)


def _scenes(opened: Opened, years: Iterable[int]) -> dict[int, Scene]:
    if opened.system.name in ALLIANCES:
        return alliance_scenes(opened.system.name, years)
    return {year: scene_at(opened.system, opened.observations, year) for year in years}


def _opening(opened: Opened, scene: Scene, year: int) -> dict[str, Floats]:
    from moorings.learn.parameters import system_params
    from moorings.simulate.engine import opening

    params = system_params(opened.posterior, opened.system.patron, scene.system.states, year)
    params["assumed"] = opened.params["assumed"]
    if opened.system.name in ALLIANCES:
        # nothing is assumed of states of the panel, whichever they are
        power = np.zeros((opened.posterior.size, len(scene.system.states)))
        params["assumed"] = opened.params["assumed"] | {"power": power}
    return opening(scene, params, DRAWS, 1)


def _placed(value: Floats, system: System, other: System) -> Floats:
    """Values [member, S] of one system's states, at the places of another's; missing where it has no such state."""
    if system.states == other.states:
        return value
    places = {state: i for i, state in enumerate(system.states)}
    found = [value[:, places[state]] if state in places else np.full(len(value), np.nan) for state in other.states]
    return np.stack(found, axis=1)


def _against(opened: Opened, system: System, now: dict[str, Floats], then: dict[str, Floats]) -> dict[str, Floats]:
    """Tether, drift, withdrawal, autonomy of a year against the last one, [member, S], and the strands."""
    from moorings.simulate.outlook import compared

    params = {name: value[:DRAWS] for name, value in opened.params["tether"].items()}
    return compared(params, system, now, then)


def _rows(system: System, reference: System, year: int, shown: dict[str, Floats]) -> list[dict[str, Any]]:
    rated = {*system.rated} & {*reference.rated}
    rows = []
    for ally in system.allies:
        i = system.states.index(ally)
        for name, values in shown.items():
            against = name not in MEASURED
            if (against and ally not in reference.allies) or (name in ("tether", "drift") and ally not in rated):
                continue
            value = values[:, i]
            if np.isfinite(value).all():
                low, high = np.quantile(value, [0.05, 0.95])
                place = {"patron": system.patron, "state": ally, "year": year, "variable": name}
                rows.append(place | {"mean": float(value.mean()), "q05": float(low), "q95": float(high)})
    return rows
