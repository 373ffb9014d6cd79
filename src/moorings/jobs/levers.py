"""Every lever of a system: what it is, where it stands, and what a standard step is assumed to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.jobs.belief import open_believed
from moorings.jobs.forecast import headline_events
from moorings.jobs.opening import Opened
from moorings.jobs.scenarios import Scenarios, begin_scenarios, chain, event_effect, thinned
from moorings.simulate.ensemble import Ensemble
from moorings.systems.system import System

if TYPE_CHECKING:
    from moorings.simulate.levers import LeverKind

SCHEMA = "moorings.levers/1"
MEMBERS = 500
STEPS = {
    "troops": "-50%",
    "guarantee": "0",
    "backbone": "-3%",
    "style": "-1",
    "demand": "3.5%",
    "role": "0",
    "capability": "+5%",
    "hostility": "+0.69",
    "crisis": "abandoned",
    "burden": "+50%",
    "trilateral": "2",
}
"""The step whose effect is shown: half of the troops, no guarantee, a doubled hostility, and so on."""


@dataclass(frozen=True)
class Levers:
    """Rows, one for each lever and each state that it may be pulled on."""

    system: System
    event: str
    members: int
    seed: int
    rows: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        head: dict[str, Any] = {"schema": SCHEMA, "system": self.system.name, "event": self.event}
        head |= {"members": self.members, "seed": self.seed, "rows": list(self.rows)}
        return head | {"warnings": list(self.warnings)}


def levers(
    system: str,
    members: int = MEMBERS,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Levers:
    """Every lever: meaning, unit, range, today's value, assumed effect of a standard step on the first headline event.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    members, seed, start, end, belief
        As for the forecast; every scenario has the baseline's draws, so few members do.

    Raises
    ------
    InputError
        For anything in these that is wrong.
    """
    opened = thinned(open_believed(system, start, end, belief), members)
    scenarios = begin_scenarios(opened, members, seed)
    against, event = scenarios.ensemble({}), headline_events(opened.system)[0]
    rows = tuple(_row(scenarios, against, event, case) for case in _cases(opened))
    return Levers(opened.system, event, members, seed, rows, opened.warnings)


def _cases(opened: Opened) -> Iterator[tuple[LeverKind, tuple[str, ...]]]:
    """Every lever with each state that it may be pulled on; a crisis with each ally's most hostile adversary."""
    from moorings.simulate.levers import KINDS

    system = opened.system
    of: dict[str, list[tuple[str, ...]]] = {
        "": [()],
        "ally": [(ally,) for ally in system.allies],
        "adversary": [(adversary,) for adversary in system.adversaries],
        "ally, adversary": [(ally, _foe(opened, ally)) for ally in system.allies if system.adversaries],
    }
    for kind in KINDS.values():
        yield from ((kind, states) for states in of[kind.of])


def _foe(opened: Opened, ally: str) -> str:
    """The adversary that is a rival, and of these the nearest."""
    start, world, pairs = opened.scene.start, opened.scene.world, opened.scene.pairs

    def rank(adversary: str) -> tuple[float, float]:
        k = pairs.index((ally, adversary))
        return float(start.rivalry[k]), -float(world.distance[k])

    return max(opened.system.adversaries, key=rank)


def _row(
    scenarios: Scenarios, against: Ensemble, event: str, case: tuple[LeverKind, tuple[str, ...]]
) -> dict[str, Any]:
    kind, states = case
    lever = f"{kind.name}({', '.join(states)})" if states else kind.name
    pulled = {lever: STEPS[kind.name]}
    found = event_effect(event, scenarios.ensemble(pulled), against)
    about: dict[str, Any] = {
        "lever": lever,
        "name": kind.name,
        "of": kind.of,
        "states": list(states),
        "meaning": kind.meaning,
    }
    about |= {"unit": kind.unit, "low": kind.low, "high": kind.high, "today": _today(scenarios.opened, against, case)}
    about |= {"step": STEPS[kind.name], "effect": found.mean, "effect_low": found.low, "effect_high": found.high}
    links = chain(scenarios.opened, pulled, {})
    about |= {"rests_on": ", ".join(dict.fromkeys(link.source for link in links))}
    about |= {"from_history": min(link.share for link in links)}
    return about | {"contents": _contents(kind.name)}


def _today(opened: Opened, against: Ensemble, case: tuple[LeverKind, tuple[str, ...]]) -> float | None:
    """Where the lever stands in the last year seen; None where it is an event or an addition without a level."""
    kind, states = case
    levels = {"troops": "troops", "guarantee": "obligation", "burden": "burden"}
    if kind.name in levels:
        path = against.of(levels[kind.name], states[0])
        return float(np.median(path[:, 0])) if np.isfinite(path).all() else None
    if kind.name == "trilateral":
        ties = [
            against.of("tie", a, b)[:, 0].min() for a in opened.system.allies for b in opened.system.allies if a != b
        ]
        return float(min(ties, default=0.0))
    return {"role": 1.0, "crisis": None, "demand": None}.get(kind.name, 0.0)


def _contents(name: str) -> dict[str, str]:
    """What a bundle's step stands for; empty for a lever that is no bundle."""
    from moorings.simulate.levers import ROLE_BACKBONE, ROLE_DEMAND, ROLE_TROOPS

    if name == "role":
        return {
            "troops of each ally": f"{-ROLE_TROOPS:.0%}",
            "backbone": f"{ROLE_BACKBONE:.0%} a year",
            "demand": f"{ROLE_DEMAND:.1%}",
        }
    return {"common shock of commitment": "-1 sd each year, for all allies"} if name == "style" else {}
