"""The forecast: members of a system's future, what they say of each variable and of the headline events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.digest import folder_digest
from moorings.jobs.belief import open_believed
from moorings.jobs.opening import Opened, check_members
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

    from moorings.simulate.engine import Paths
    from moorings.simulate.ensemble import Ensemble

SCHEMA = "moorings.forecast/1"


@dataclass(frozen=True)
class Forecast:
    """A system's forecast.

    Attributes
    ----------
    opened
        System, posterior, parameters and scene it was made from.
    ensemble
        The members, weighed by evidence where there is any.
    strands
        What each strand adds to drift, [strand, member, year, state].
    set, given
        Levers and evidence.
    warnings
        For instance that the evidence is too unlikely.
    """

    opened: Opened
    ensemble: Ensemble
    strands: np.ndarray
    seed: int
    set: Mapping[str, str]
    given: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def system(self) -> System:
        """The system, with the years of this forecast."""
        return self.opened.system

    def probability(self, event: str) -> float:
        """Probability of an event of the event language."""
        from moorings.ask.probability import probability

        return probability(self.ensemble, event).probability

    def to_polars(self) -> pl.DataFrame:
        """Tidy members: `member, draw, state, variable, year, value, weight`."""
        from moorings.simulate.trajectory import to_rows

        return to_rows(self.ensemble)

    def chart(self) -> Any:
        """The forecast's chart (Altair)."""
        from moorings.show.charts import forecast_chart
        from moorings.show.extras import extras

        return forecast_chart(extras(self.system, self.ensemble) | self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON, with the history and the strands that a table or chart shows beside it."""
        from moorings.jobs.trust import trust
        from moorings.model.tether import DEFINITION
        from moorings.simulate.trajectory import quantile_rows

        posterior, system = self.opened.posterior, self.system
        return {
            "schema": SCHEMA,
            "system": system.name,
            "from": system.start,
            "to": system.end,
            "members": self.ensemble.members,
            "seed": self.seed,
            "set": dict(self.set),
            "given": list(self.given),
            "digests": {"system": system.digest, "posterior": posterior.digest, "code": code_digest()},
            "last_seen": self.opened.scene.last_seen,
            "definitions": DEFINITION,
            "series": quantile_rows(self.ensemble),
            "events": self.event_rows(),
            "strands": self.strand_rows(),
            "posterior_end": posterior.end,
            "trust": trust(),
            "warnings": list(self.warnings),
        }

    def event_rows(self) -> list[dict[str, Any]]:
        """Headline events, and each rated ally's noticeable and marked drift, with their base rates."""
        from moorings.ask.probability import probability
        from moorings.jobs.base_rates import base_rate

        names = ("event", "probability", "low", "high", "words")
        rows = []
        for event in headline_events(self.system):
            answer = probability(self.ensemble, event)
            row = {name: getattr(answer, name) for name in names}
            rows.append(row | {"base_rate": base_rate(self.opened, event)})
        return rows

    def strand_rows(self) -> list[dict[str, Any]]:
        """Which strand carries how much of the expected positive drift in the last year, by rated ally."""
        from moorings.model.tether import STRANDS

        rows = []
        for state in self.system.rated:
            i = self.system.states.index(state)
            parts = np.maximum(self.strands[:, :, -1, i], 0.0) @ self.ensemble.weights
            total = parts.sum()
            rows += [
                {"state": state, "strand": strand, "share": float(part / total) if total > 0 else None}
                for strand, part in zip(STRANDS, parts, strict=True)
            ]
        return rows


def forecast(
    system: str,
    set: Mapping[str, str] | None = None,  # noqa: A002 - the contract's name
    given: Sequence[str] | None = None,
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Forecast:
    """Forecast a system.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    set
        Levers: ``{"troops(KOR)": "-50%"}``; the value may name years, ``-50%@2028..2030``.
    given
        Evidence, in the event language.
    members, seed
        Size of the ensemble and its seed: same inputs and seed, same bytes on one machine.
    start, end
        `from` and `to`, if other than the system's. A past `start` uses a posterior and data that hold nothing later.
    belief
        A file of one's own elasticities.

    Raises
    ------
    InputError
        For anything in these that is wrong.
    """
    return forecast_of(open_believed(system, start, end, belief), set, given, members, seed)


def forecast_of(
    opened: Opened, levers: Mapping[str, str] | None, given: Sequence[str] | None, members: int, seed: int
) -> Forecast:
    """The forecast of a system that is open; the rest as for `forecast`."""
    from moorings.ask.evidence import check_given

    pulled, evidence = dict(levers or {}), tuple(given or ())
    check_given(evidence, opened.system)
    paths = run_paths(opened, pulled, check_members(members), seed)
    ensemble, warnings = _weighed(opened, paths, evidence)
    return Forecast(opened, ensemble, paths.strands, seed, pulled, evidence, (*opened.warnings, *warnings))


def run_paths(
    opened: Opened, levers: Mapping[str, str], members: int, seed: int, baseline: Paths | None = None
) -> Paths:
    """Simulate the baseline, if not given, and, where there are levers, the scenario with the same draws.

    Both are of the published distribution.
    """
    from moorings.simulate.engine import Run, simulate
    from moorings.simulate.levers import compile_levers, parse_levers

    end = opened.system.end
    read = parse_levers(levers, opened.scene, end)
    baseline = baseline or simulate(opened.scene, opened.params, Run(members, seed, end, coupling=opened.couple()))
    if not read:
        return baseline
    compiled = compile_levers(read, opened.scene, baseline)
    return simulate(opened.scene, opened.params, Run(members, seed, end, compiled, shift=baseline.shift))


def _weighed(opened: Opened, paths: Paths, given: tuple[str, ...]) -> tuple[Ensemble, tuple[str, ...]]:
    from moorings.ask.evidence import condition
    from moorings.simulate.trajectory import to_ensemble

    ensemble = to_ensemble(opened.scene, paths)
    if not given:
        return ensemble, ()
    found = condition(ensemble, given)
    return found.ensemble, (found.warning,) if found.warning else ()


def headline_events(system: System) -> list[str]:
    """The system's headline events, then noticeable and marked drift of each rated ally in the last year."""
    asked = [question.event for question in system.headline]
    drifts = [
        f"{name}({ally}) in {system.end}" for ally in system.rated for name in ("noticeable_drift", "marked_drift")
    ]
    return list(dict.fromkeys(asked + drifts))


@cache
def code_digest() -> str:
    """Digest of the package's code."""
    from importlib.resources import files

    return folder_digest(type(Path())(str(files("moorings"))), "*.py")
