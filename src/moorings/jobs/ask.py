"""Ask a question: the probability of an event, given evidence, under levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.ask.evidence import Conditioned, check_given, condition_until_enough
from moorings.ask.expressions import ANY, Event
from moorings.ask.language import parse
from moorings.ask.probability import Answer, probability, threshold_grid
from moorings.ask.scope import Scope, check, scope_of
from moorings.core.errors import InputError
from moorings.jobs.belief import open_believed
from moorings.jobs.forecast import Forecast, forecast_of
from moorings.jobs.opening import Opened, system_at
from moorings.simulate.ensemble import Ensemble
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

SCHEMA = "moorings.ask/1"


@dataclass(frozen=True)
class Run:
    """What is simulated: a system, and how; as for the forecast."""

    system: str
    members: int = 4000
    seed: int = 1
    start: int | None = None
    end: int | None = None
    belief: Path | None = None

    @cached_property
    def seen(self) -> tuple[System, pl.DataFrame]:
        """The system at its years, and what was seen of it by then."""
        return system_at(self.system, self.start, self.end)

    @cached_property
    def opened(self) -> Opened:
        """The system made ready, once."""
        return open_believed(self.system, self.start, self.end, self.belief)

    def scope(self) -> Scope:
        """What an event may speak of, known before anything is simulated."""
        return scope_of(self.seen[0])

    def parsed(self, event: str) -> Event:
        """The event, checked against the system."""
        try:
            known = parse(event)
            check(known, self.scope())
        except InputError as error:
            raise error.with_remedy(f"An event is written like this: {self._example()}") from None
        return known

    def _example(self) -> str:
        scope = self.scope()
        return f"noticeable_drift({next(iter(scope.rated), ANY)}) in {scope.last}"

    def forecast(self, levers: Mapping[str, str] | None, members: int) -> Forecast:
        """The forecast of so many members under levers, without evidence."""
        return forecast_of(self.opened, levers, (), members, self.seed)

    def base_rate(self, event: str) -> float | None:
        """How often an event like this came true in history; None where history has no like of it."""
        from moorings.jobs.base_rates import base_rate

        return base_rate(self.opened, event)

    def ensemble(self, levers: Mapping[str, str] | None, members: int) -> Ensemble:
        """The members of that forecast."""
        return self.forecast(levers, members).ensemble

    def warnings(self, conditioned: Conditioned) -> tuple[str, ...]:
        """Doubts about the system as opened, and about evidence that is too unlikely."""
        return (*self.opened.warnings, *((conditioned.warning,) if conditioned.warning else ()))

    def conditioned(self, levers: Mapping[str, str] | None, given: Sequence[str]) -> Conditioned:
        """The members weighed by evidence; more of them are simulated where too few agree with it."""
        check_given(given, self.scope())
        return condition_until_enough(lambda members: self.ensemble(levers, members), given, self.members)


@dataclass(frozen=True)
class Asked:
    """The answer to a question.

    Attributes
    ----------
    answer
        Probability, interval and words.
    grid
        The same with drift called noticeable at 0.5, 1, 1.5 and 2; empty where the question is not about it.
    base_rate
        How often it happened in history, where that is known.
    warnings
        Of the system as opened, and that the evidence is too unlikely.
    """

    answer: Answer
    grid: Mapping[float, Answer]
    base_rate: float | None = None
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        return {
            "schema": SCHEMA,
            **asdict(self.answer),
            "base_rate": self.base_rate,
            "warnings": list(self.warnings),
        }


def ask(
    system: str,
    event: str,
    given: Sequence[str] = (),
    set: Mapping[str, str] | None = None,  # noqa: A002  (the option's name)
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Asked:
    """Probability of an event.

    Parameters
    ----------
    system
        Name or folder of a system.
    event
        In the event language.
    given
        Evidence: events, or values with an error.
    set
        Levers and their values.
    members, seed, start, end, belief
        As for the forecast.

    Raises
    ------
    InputError
        If a part of the question makes no sense, or no member agrees with the evidence.
    """
    run = Run(system, members, seed, start, end, belief)
    known = run.parsed(event)
    conditioned = run.conditioned(set, given)
    grid = threshold_grid(conditioned.ensemble, known) if "noticeable_drift" in event else {}
    return Asked(probability(conditioned.ensemble, known), grid, run.base_rate(event), run.warnings(conditioned))
