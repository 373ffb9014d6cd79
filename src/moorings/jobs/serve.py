"""A system kept warm for somebody who moves sliders: frozen members, a baseline, and scenarios as quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError, check_name
from moorings.core.variables import NOTICEABLE, VARIABLES
from moorings.jobs.opening import Opened, open_system
from moorings.systems.system import System

if TYPE_CHECKING:
    from moorings.simulate.ensemble import Ensemble
    from moorings.simulate.frozen import Frozen
    from moorings.simulate.levers import Lever

SCHEMA = "moorings.scenario/1"
LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q95": 0.95}
SHOWN = ("drift", "autonomy", "withdrawal", "burden", "troops", "arms_dependence", "credence", "threat", "gap")
"""Variables that a scenario can be looked at in."""
OF_ALLY = (*SHOWN, "obligation")
"""What is kept of the ally that is looked at."""
BEHIND = ("troops", "burden", "obligation", "gdp", "commitment")
"""Variables of all states that are held against history."""
MOST_LEVERS = 40

Values = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Guide:
    """What a slider may do: its ends, step and resting place, how its value is written, and a sentence."""

    low: float
    high: float
    step: float
    rest: float
    suffix: str
    sentence: str


GUIDES = {
    "troops": Guide(-100, 100, 5, 0, "%", "Change of the troops that would be there otherwise; -50 % halves them."),
    "guarantee": Guide(0, 3, 1, 3, "", "3 is a defence pact, 1 a duty to consult, 0 nothing."),
    "backbone": Guide(-10, 10, 0.5, 0, "%", "Growth a year of the forces that the patron keeps for the region."),
    "style": Guide(
        -1, 1, 0.1, 0, "", "Transactional to the left, multilateral to the right; shifts every ally's signal."
    ),
    "demand": Guide(0, 8, 0.25, 0, "%", "Spending that the patron asks of every ally; 0 asks nothing."),
    "role": Guide(0, 1, 0.1, 1, "", "1 primary provider, 0 convener: fewer troops and forces, more asked of allies."),
    "capability": Guide(-10, 20, 0.5, 0, "%", "Growth a year of the adversary's spending, on top of its own course."),
    "hostility": Guide(-2, 2, 0.1, 0, "", "Added to the log of hostility: +0.7 doubles it."),
    "burden": Guide(-50, 150, 5, 0, "%", "Change of the ally's own military spending; it feeds back on the gap."),
    "trilateral": Guide(0, 3, 1, 0, "", "Least strength of the ties among allies that the patron endorses."),
}


class Live:
    """Frozen members of a system, with their baselines.

    Parameters
    ----------
    name
        Name of a shipped system, or a folder.
    seed
        Which draws.
    """

    def __init__(self, name: str, seed: int = 1) -> None:
        self.name, self.seed = name, seed
        self._lock = RLock()
        self._kept: dict[tuple[int, str], Values] = {}
        self._bands: dict[tuple[int, str, str], dict[str, list[float]]] = {}

    @property
    def opened(self) -> Opened:
        """The system made ready."""
        with self._lock:
            return self._opened

    @cached_property
    def _opened(self) -> Opened:
        return open_system(self.name)

    @property
    def system(self) -> System:
        """The system."""
        return self.opened.system

    @property
    def _frozen(self) -> Frozen:
        with self._lock:
            return self._members

    @cached_property
    def _members(self) -> Frozen:
        from moorings.simulate.frozen import Frozen

        return Frozen(self.opened.scene, self.opened.params, self.seed, self.system.end, self.opened.couple())

    def warm(self, members: int) -> None:
        """Draw the members, compile, and keep a baseline; the next scenario is quick."""
        self.baseline_of("drift", self.system.allies[0], members)

    def parsed(self, levers: Mapping[str, str]) -> list[Lever]:
        """Levers as the command line reads them.

        Raises
        ------
        InputError
            With the lever that is wrong.
        """
        from moorings.simulate.levers import parse_levers

        if len(levers) > MOST_LEVERS:
            raise InputError("--set", f"{len(levers)} levers", f"at most {MOST_LEVERS}")
        return parse_levers(levers, self.opened.scene, self.system.end)

    def _baseline(self, state: str, members: int) -> Values:
        """The baseline of an ally, or with no state of all and of what stands behind, kept."""
        if (members, state) not in self._kept:
            self._kept[members, state] = self._replayed([], state, members)
        return self._kept[members, state]

    def _replayed(self, levers: list[Lever], state: str, members: int) -> Values:
        if not state:
            return self._frozen.replay(levers, BEHIND, members)
        return self._frozen.replay(levers, OF_ALLY, members, state)

    def _bands_of(self, variable: str, state: str, members: int) -> dict[str, list[float]]:
        """Quantiles of the baseline of an ally, kept."""
        key = (members, state, variable)
        if key not in self._bands:
            self._bands[key] = _quantiles(self._baseline(state, members)[variable])
        return self._bands[key]

    def baseline_of(self, variable: str, state: str, members: int) -> NDArray[Any]:
        """The baseline of a state, [member, year]."""
        return self._baseline(state, members)[variable]

    def scenario(
        self, levers: Mapping[str, str], state: str, variables: tuple[str, ...], members: int
    ) -> dict[str, Any]:
        """Baseline, scenario and paired difference of an ally, as quantiles by year.

        Parameters
        ----------
        levers
            Name and value, as for `--set`.
        state
            An ally.
        variables
            Some of `SHOWN`.
        members
            How many; fewer ones are the first of more.

        Raises
        ------
        InputError
            For a lever, ally or variable that is wrong.
        """
        check_name("state", state, self.system.allies)
        for name in variables:
            check_name("variable", name, SHOWN)
        read = self.parsed(levers)
        before = self._baseline(state, members)
        after = self._replayed(read, state, members) if read else before
        known = [name for name in variables if np.isfinite(before[name]).all()]
        head = {"schema": SCHEMA, "system": self.system.name, "from": self.system.start, "to": self.system.end}
        return head | {
            "members": members,
            "seed": self.seed,
            "set": dict(levers),
            "state": state,
            "years": list(self._frozen.years),
            "variables": {
                name: _compared(name, before[name], after[name], self._bands_of(name, state, members)) for name in known
            },
            "noticeable": _noticeable(before, after) if state in self.system.rated else None,
        }

    def outside(self, levers: Mapping[str, str], members: int) -> list[dict[str, Any]]:
        """Drivers whose change under levers fewer than one in a hundred windows of history have seen."""
        from moorings.jobs.reach import reaches
        from moorings.learn.decades import load_decades

        found = self._replayed(self.parsed(levers), "", members), self._baseline("", members)
        after, before = (self._ensemble(values) for values in found)
        return [asdict(row) for row in reaches(after, before, load_decades()) if row.outside]

    def rests_on(self, levers: Mapping[str, str]) -> dict[str, Any]:
        """What the effect of some levers rests on.

        Returns
        -------
        `links` of the chain from levers to responses, each with its share that rests on history and why; `by_variable`,
        the smallest share on the way to each variable; `mechanical`, variables that the levers set themselves.
        """
        from moorings.jobs.scenarios import as_rows, chain, changed
        from moorings.learn.attribution import SETS, by_variable

        links = chain(self.opened, levers, {})
        own = dict.fromkeys(name for kind in changed(levers, {}) for name in SETS.get(kind, ()))
        return {"links": as_rows(links), "by_variable": by_variable(links), "mechanical": list(own)}

    def _ensemble(self, values: Values) -> Ensemble:
        from moorings.simulate.ensemble import Ensemble

        system, members = self.system, len(next(iter(values.values())))
        who = (system.name, system.patron, system.allies, system.rated, system.adversaries)
        draws, each = np.arange(members, dtype=np.int64), np.full(members, 1 / members)
        return Ensemble(*who, self._frozen.years, system.states, draws, values, {}, each)


def _compared(
    name: str, before: NDArray[Any], after: NDArray[Any], baseline: Mapping[str, list[float]]
) -> dict[str, Any]:
    difference = after - before
    return {
        "unit": VARIABLES[name].unit,
        "meaning": VARIABLES[name].meaning,
        "baseline": baseline,
        "scenario": _quantiles(after),
        "difference": _quantiles(difference) | {"share_above_0": (difference > 0).mean(axis=0).tolist()},
    }


def _noticeable(before: Values, after: Values) -> dict[str, float]:
    """Share of members in which drift is noticeable in the last year, without and with the levers."""
    last = {"baseline": before["drift"][:, -1], "scenario": after["drift"][:, -1]}
    return {name: float(np.mean(value >= NOTICEABLE)) for name, value in last.items()}


def _quantiles(values: NDArray[Any]) -> dict[str, list[float]]:
    """Mean and quantiles over members of [member, year]."""
    # between the two nearest of the sorted members, as `np.quantile` has it, which takes five times as long
    ordered = np.sort(values, axis=0)
    place = np.array(list(LEVELS.values())) * (len(values) - 1)
    low = place.astype(int)
    step = ordered[np.minimum(low + 1, len(values) - 1)] - ordered[low]
    levels = ordered[low] + (place - low)[:, None] * step
    return {"mean": values.mean(axis=0).tolist()} | dict(zip(LEVELS, levels.tolist(), strict=True))


def slider_rows(live: Live, members: int) -> list[dict[str, Any]]:
    """Every slider: lever, group, ends, step, rest, unit, today's value, guide, and what its effect rests on."""
    return [row for kind in GUIDES for row in _sliders(live, kind, members)]


def _sliders(live: Live, name: str, members: int) -> list[dict[str, Any]]:
    from moorings.simulate.levers import KINDS

    kind, guide = KINDS[name], GUIDES[name]
    of = {"ally": live.system.allies, "adversary": live.system.adversaries}
    about: dict[str, Any] = {
        "kind": name,
        "of": kind.of,
        "meaning": kind.meaning,
        "unit": kind.unit,
        "rests_on": kind.rests_on,
    }
    about |= {"low": guide.low, "high": guide.high, "step": guide.step, "suffix": guide.suffix, "guide": guide.sentence}
    return [
        about | {"lever": f"{name}({state})" if state else name, "state": state} | _today(live, name, state, members)
        for state in of.get(kind.of, ("",))
    ]


def _today(live: Live, name: str, state: str, members: int) -> dict[str, Any]:
    """Where the slider rests, and today's value of what it moves where that has a level."""
    level = {"troops": "troops", "burden": "burden", "guarantee": "obligation"}.get(name)
    if level is None:
        return {"rest": GUIDES[name].rest, "today": None}
    value = float(np.median(live.baseline_of(level, state, members)[:, 0]))
    rest = round(value) if name == "guarantee" else GUIDES[name].rest
    return {"rest": rest, "today": value if np.isfinite(value) else None}
