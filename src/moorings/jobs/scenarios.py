"""Scenarios of one system that share every draw, so that they differ only by what was set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from moorings.ask.draws import Effect, by_draw, effect
from moorings.ask.events import evaluate
from moorings.ask.expressions import Event
from moorings.jobs.forecast import run_paths
from moorings.jobs.opening import Opened, check_members
from moorings.simulate.ensemble import Ensemble

if TYPE_CHECKING:
    from moorings.learn.attribution import Link
    from moorings.simulate.engine import Paths

LEAST_DRAWS, MEMBERS_A_DRAW = 100, 8


@dataclass(frozen=True)
class Scenarios:
    """A system's baseline, from which scenarios are made.

    Attributes
    ----------
    opened
        The system and its parameters.
    baseline
        Its paths without levers.
    """

    opened: Opened
    members: int
    seed: int
    baseline: Paths

    def paths(self, levers: Mapping[str, str]) -> Paths:
        """Paths under levers, with the baseline's draws."""
        return run_paths(self.opened, levers, self.members, self.seed, self.baseline)

    def ensemble(self, levers: Mapping[str, str]) -> Ensemble:
        """Members under levers."""
        from moorings.simulate.trajectory import to_ensemble

        return to_ensemble(self.opened.scene, self.paths(levers))


def thinned(opened: Opened, members: int) -> Opened:
    """The system with so few draws that each has some members, and at least 100: else draws and noise look alike."""
    draws = max(LEAST_DRAWS, members // MEMBERS_A_DRAW)
    params = {name: {key: value[:draws] for key, value in group.items()} for name, group in opened.params.items()}
    return replace(opened, params=params)


def begin_scenarios(opened: Opened, members: int, seed: int) -> Scenarios:
    """Simulate the baseline of a system."""
    return Scenarios(opened, members, seed, run_paths(opened, {}, check_members(members), seed))


def event_effect(event: Event | str, scenario: Ensemble, against: Ensemble) -> Effect:
    """Difference of an event's probability between two paired scenarios."""
    from moorings.ask.language import parse

    known = parse(event) if isinstance(event, str) else event
    first, second = (evaluate(known, ensemble).astype(float) for ensemble in (scenario, against))
    return effect(by_draw(first - second, against), against.effective_members)


def changed(levers: Mapping[str, str], against: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the levers that two scenarios do not share, without their states."""
    names = [name for name in {**levers, **against} if levers.get(name) != against.get(name)]
    return tuple(dict.fromkeys(name.partition("(")[0].strip() for name in names))


def chain(
    opened: Opened, levers: Mapping[str, str], against: Mapping[str, str], believed: tuple[tuple[str, str], ...] = ()
) -> list[Link]:
    """The links through which the difference of two scenarios passes; none where they are the same."""
    from moorings.learn.attribution import links

    kinds = changed(levers, against)
    return links(kinds, opened.posterior, believed) if kinds else []


def from_history(opened: Opened, levers: Mapping[str, str], against: Mapping[str, str]) -> float | None:
    """Share of the difference of two scenarios that rests on history; None where they are the same."""
    from moorings.learn.attribution import weakest

    found = chain(opened, levers, against)
    return weakest(found) if found else None


def as_rows(links: list[Any]) -> list[dict[str, Any]]:
    """Links as rows of a table."""
    return [{**vars(link), "serves": list(link.serves)} for link in links]
