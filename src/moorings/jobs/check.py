"""Check a thesis: its claims held against the model and the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from moorings.ask.claims import Grounds, Verdict, judge_all
from moorings.ask.evidence import condition
from moorings.ask.expressions import Reading
from moorings.ask.scope import canonical
from moorings.ask.theses import Responses, Thesis, load_thesis
from moorings.core.errors import check_name
from moorings.core.variables import variable
from moorings.jobs.ask import Run
from moorings.jobs.scenarios import Scenarios, begin_scenarios, from_history
from moorings.simulate.ensemble import Array, Ensemble
from moorings.systems.load import load_events, load_observations, load_system
from moorings.systems.system import System

SCHEMA = "moorings.check/1"
MEASURED_DRAWS = 200


@dataclass(frozen=True)
class Checked:
    """A thesis with a verdict on each claim, and doubts about the system as opened."""

    thesis: Thesis
    verdicts: tuple[Verdict, ...]
    warnings: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """True where no claim fails."""
        return all(verdict.verdict != "fails" for verdict in self.verdicts)

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        claims = [{k: v for k, v in asdict(verdict).items() if k != "assumed"} for verdict in self.verdicts]
        return {"schema": SCHEMA, "claims": claims, "warnings": list(self.warnings)}


def check(
    thesis: str | Path,
    system: str = "east-asia",
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Checked:
    """Verdicts on the claims of a thesis.

    Parameters
    ----------
    thesis
        Name of a shipped thesis, or a YAML file.
    system
        Name or folder of the system that the claims are about.
    members, seed, start, end, belief
        As for the forecast.

    Raises
    ------
    InputError
        With file, line and field of the first fault.
    """
    read = load_thesis(thesis)
    run = Run(system, members, seed, start, end, belief)
    return Checked(read, judge_all(read, _grounds(run)), run.opened.warnings)


def _grounds(run: Run) -> Grounds:
    system = load_system(run.system)

    @lru_cache(maxsize=1)
    def scenarios() -> Scenarios:
        # one baseline for all of them: a scenario is simulated beside it, and not with one of its own
        return begin_scenarios(run.opened, run.members, run.seed)

    @lru_cache(maxsize=2)
    def members(levers: tuple[tuple[str, str], ...]) -> Ensemble:
        return scenarios().ensemble(dict(levers))

    def simulate(levers: Mapping[str, str], given: tuple[str, ...]) -> Ensemble:
        found = members(tuple(levers.items()))
        return condition(found, given).ensemble if given else found

    return Grounds(
        simulate,
        lambda levers, against: from_history(run.opened, levers, against),
        lambda reading, year: measured(system, reading, year),
        lambda responses: counted(system, responses),
    )


def measured(system: System, reading: Reading, year: int) -> Array:
    """Values of a variable in a past year: one where it was observed, draws where it is estimated, else none."""
    name = variable(canonical(reading.variable)).name
    state, *other = (check_name("states", code, system.states) for code in reading.states)
    if name == "alignment_distance":
        ally, patron = (_observed(system, "ideal_point", code, None, year) for code in (state, system.patron))
        return np.abs(ally - patron) if len(ally) and len(patron) else np.array([])
    seen = _observed(system, name, state, other[0] if other else None, year)
    return seen if len(seen) else _estimated(system, name, state, year)


def _observed(system: System, name: str, state: str, other: str | None, year: int) -> Array:
    import polars as pl

    pair = {state, other or system.patron}
    rows = load_observations(system).filter(pl.col("variable") == name, pl.col("year") == year)
    fits = pl.col("state").is_in(pair) & pl.col("other").is_in(pair)
    alone = (pl.col("state") == state) & pl.col("other").is_null() if other is None else pl.lit(False)
    return np.asarray(rows.filter(alone | fits)["value"].to_numpy()[:1], float)


def _estimated(system: System, name: str, state: str, year: int) -> Array:
    """Draws with the mean and the 90 % interval that the measurement gives."""
    from scipy.stats import norm

    from moorings.jobs.measure import measure

    for row in measure(str(system.folder or system.name), year, year).to_json()["rows"]:
        if (row["state"], row["variable"], row["year"]) == (state, name, year):
            spread = (row["q95"] - row["q05"]) / (norm.ppf(0.95) - norm.ppf(0.05))
            levels = (np.arange(MEASURED_DRAWS) + 0.5) / MEASURED_DRAWS
            return np.asarray(row["mean"] + spread * norm.ppf(levels))
    return np.array([])


def counted(system: System, responses: Responses) -> int:
    """Number of coded responses of an ally of a kind, first and last year included."""
    import polars as pl

    rows = load_events(system, "ally_responses")
    check_name("responses, field state", responses.state, system.allies)
    check_name("responses, field kind", responses.kind, sorted(set(rows["kind"].to_list())))
    year = pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int64)
    of_kind = (pl.col("ally") == responses.state) & (pl.col("kind") == responses.kind)
    return rows.filter(of_kind & year.is_between(responses.since, responses.until)).height
