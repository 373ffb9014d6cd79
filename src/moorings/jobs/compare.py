"""Compare two scenarios: what changes, in the same simulated worlds, and what the difference rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.errors import InputError
from moorings.core.variables import VARIABLES
from moorings.jobs.belief import OPEN, open_believed, read_belief
from moorings.jobs.forecast import headline_events
from moorings.jobs.opening import Opened, open_system
from moorings.jobs.reach import Reach, reaches
from moorings.jobs.scenarios import Scenarios, as_rows, begin_scenarios, chain, changed, event_effect
from moorings.simulate.ensemble import Ensemble

if TYPE_CHECKING:
    from moorings.learn.attribution import Link

SCHEMA = "moorings.compare/1"
ENOUGH = 2
"""Members of a parameter draw from which its noise can be told from the draw."""
LEVELS = {"q05": 0.05, "q50": 0.50, "q95": 0.95}


@dataclass(frozen=True)
class Difference:
    """Two scenarios with the same draws.

    Attributes
    ----------
    scenario, against
        Their members; member by member they differ only by the levers.
    links
        The chain that the difference passes through; empty where the scenarios are the same.
    """

    scenario: Ensemble
    against: Ensemble
    links: tuple[Link, ...]

    @property
    def from_history(self) -> float | None:
        """The smallest share of the chain; None where the scenarios are the same."""
        return min((link.share for link in self.links), default=None)

    def record(self, events: list[str]) -> dict[str, Any]:
        """Series, events and links as JSON."""
        from moorings.learn.attribution import by_variable

        return {
            "series": series_rows(self.scenario, self.against),
            "from_history": self.from_history,
            "events": [_event_row(event, self.scenario, self.against) for event in events],
            "links": as_rows(list(self.links)),
            "by_variable": by_variable(list(self.links)),
        }


@dataclass(frozen=True)
class Compared:
    """The difference of two scenarios.

    Attributes
    ----------
    found
        With the estimated elasticities.
    own
        With the analyst's, and what the file says of them; None without one.
    reach
        How often history saw such a change, for each driver that the scenario changes.
    mechanical
        Variables that the levers set themselves.
    """

    opened: Opened
    set: Mapping[str, str]
    against: Mapping[str, str]
    seed: int
    found: Difference
    reach: tuple[Reach, ...]
    mechanical: tuple[str, ...]
    own: Difference | None = None
    elasticities: Mapping[str, Any] | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Of the system as opened; where the scenario leaves what history has seen; too few members for intervals."""
        members, draws = self.found.against.members, len(np.unique(self.found.against.draw))
        few = f"{members} members of {draws} parameter draws: intervals of differences hold the noise of single worlds"
        outside = (
            f"{row.variable} of {row.state}: {row.as_large} of {row.windows} ally-decades changed as much "
            f"({row.change:+.2g} {row.unit}); the scenario leaves what history has seen"
            for row in self.reach
            if row.outside
        )
        noisy = (f"{few}; take --members {ENOUGH * draws}",) if members < ENOUGH * draws else ()
        return (*self.opened.warnings, *outside, *noisy)

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON, with events, links and reach beside it; under `belief` the analyst's answer."""
        events = headline_events(self.opened.system)
        system = self.opened.system
        head = {"schema": SCHEMA, "system": system.name, "from": system.start, "to": system.end, "seed": self.seed}
        head |= {"members": self.found.against.members, "set": dict(self.set), "against": dict(self.against)}
        found = head | self.found.record(events)
        found |= {"mechanical": list(self.mechanical), "outside": [asdict(row) for row in self.reach]}
        if self.own is not None:
            found["belief"] = {"elasticities": dict(self.elasticities or {})} | self.own.record(events)
        return found | {"warnings": list(self.warnings)}


def compare(
    system: str,
    set: Mapping[str, str] | None = None,  # noqa: A002 - the contract's name
    against: Mapping[str, str] | None = None,
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Compared:
    """The paired difference of two scenarios.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    set, against
        Levers of the scenario and of the one it is compared to; without `against`, the baseline.
    members, seed, start, end
        As for the forecast.
    belief
        A file of one's own elasticities: the answer with these stands beside the default one.

    Raises
    ------
    InputError
        For anything in these that is wrong, or where the scenarios have the same levers.
    """
    from moorings.learn.decades import load_decades

    levers, other = dict(set or {}), dict(against or {})
    if levers == other:
        raise InputError(
            "--set, --against", _said(levers), "two scenarios that differ", "For instance: troops(KOR)=-50%."
        )
    rows = read_belief(belief) if belief is not None else None
    opened = open_system(system, start, end)
    found = _difference(begin_scenarios(opened, members, seed), levers, other)
    reach = tuple(reaches(found.scenario, found.against, load_decades()))
    known = Compared(opened, levers, other, seed, found, reach, _mechanical(levers, other))
    if belief is None or rows is None:
        return known
    analyst = open_believed(system, start, end, belief)
    own = _difference(begin_scenarios(analyst, members, seed), levers, other, tuple(OPEN[name] for name in rows))
    return replace(known, own=own, elasticities=rows)


def _said(levers: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in levers.items()) or "no lever"


def _difference(
    scenarios: Scenarios, levers: Mapping[str, str], against: Mapping[str, str], own: tuple[tuple[str, str], ...] = ()
) -> Difference:
    links = chain(scenarios.opened, levers, against, own)
    return Difference(scenarios.ensemble(levers), scenarios.ensemble(against), tuple(links))


def _mechanical(levers: Mapping[str, str], against: Mapping[str, str]) -> tuple[str, ...]:
    from moorings.learn.attribution import SETS

    return tuple(dict.fromkeys(name for kind in changed(levers, against) for name in SETS.get(kind, ())))


def series_rows(scenario: Ensemble, against: Ensemble) -> list[dict[str, Any]]:
    """The paired difference of every variable that a state has, by year: mean, quantiles, share of members above 0."""
    rows = []
    for name, values in scenario.values.items():
        for i, state in enumerate(scenario.states):
            difference = values[:, :, i] - against.values[name][:, :, i]
            if np.isfinite(difference).any():
                rows += _state_rows(name, state, difference, scenario.years)
    return rows


def _state_rows(name: str, state: str, difference: np.ndarray, years: tuple[int, ...]) -> list[dict[str, Any]]:
    levels = np.quantile(difference, list(LEVELS.values()), axis=0)
    means, above = difference.mean(axis=0), (difference > 0).mean(axis=0)
    place = {"state": state, "variable": name, "unit": VARIABLES[name].unit}
    return [
        place
        | {"year": year, "mean": float(means[t])}
        | {level: float(levels[k, t]) for k, level in enumerate(LEVELS)}
        | {"share_above_0": float(above[t])}
        for t, year in enumerate(years)
    ]


def _event_row(event: str, scenario: Ensemble, against: Ensemble) -> dict[str, Any]:
    from moorings.ask.probability import probability

    first, second = (probability(one, event).probability for one in (scenario, against))
    found = event_effect(event, scenario, against)
    row = {"event": event, "probability": first, "against": second}
    return row | {"difference": found.mean, "low": found.low, "high": found.high}
