"""Check a thesis: its claims held against the model and the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.ask.claims import Grounds, Verdict, check_claims, judge_all
from moorings.ask.evidence import condition
from moorings.ask.expressions import Reading
from moorings.ask.scope import canonical
from moorings.ask.theses import Responses, Thesis, load_thesis
from moorings.core.errors import check_name
from moorings.core.variables import variable
from moorings.jobs.ask import Run
from moorings.jobs.scenarios import Scenarios, begin_scenarios, from_history
from moorings.simulate.ensemble import Array, Ensemble
from moorings.systems.load import load_events
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

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
    thesis: str | Path | Thesis,
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
        Name of a shipped thesis, a YAML file, or a thesis that is read already.
    system
        Name or folder of the system that the claims are about.
    members, seed, start, end, belief
        As for the forecast.

    Raises
    ------
    InputError
        With file, line and field of the first fault.
    """
    from moorings.simulate.levers import parse_levers

    read = thesis if isinstance(thesis, Thesis) else load_thesis(thesis)
    run = Run(system, members, seed, start, end, belief)
    check_claims(read, run.scope(), lambda levers: parse_levers(levers, run.opened.scene, run.opened.system.end))
    return Checked(read, judge_all(read, _grounds(run)), run.opened.warnings)


def _grounds(run: Run) -> Grounds:
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
        lambda reading, year: measured(*run.seen, reading, year),
        lambda responses: counted(run.seen[0], responses),
    )


def measured(system: System, observations: pl.DataFrame, reading: Reading, year: int) -> Array:
    """Values of a variable in a past year: one where it was observed, draws where it is estimated, else none."""
    import polars as pl

    name, rows = variable(canonical(reading.variable)).name, observations.filter(pl.col("year") == year)
    state, *other = (check_name("states", code, system.states) for code in reading.states)
    if name == "alignment_distance":
        ally, patron = (_observed(system, rows, "ideal_point", code) for code in (state, system.patron))
        return np.abs(ally - patron) if len(ally) and len(patron) else np.array([])
    seen = _observed(system, rows, name, state, *other)
    return seen if len(seen) or year > system.start else _estimated(system, name, state, year)


def _observed(system: System, rows: pl.DataFrame, name: str, state: str, other: str = "") -> Array:
    import polars as pl

    pair = {state, other or system.patron}
    fits = pl.col("state").is_in(pair) & pl.col("other").is_in(pair)
    alone = (pl.col("state") == state) & pl.col("other").is_null() if not other else pl.lit(False)
    return np.asarray(rows.filter(pl.col("variable") == name, alone | fits)["value"].to_numpy()[:1], float)


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


def counted(system: System, responses: Responses) -> int | None:
    """Number of coded responses of an ally of a kind, first and last year included; None where none are coded."""
    import polars as pl

    if system.folder is None:
        return None
    rows = load_events(system, "ally_responses")
    check_name("responses, field state", responses.state, system.allies)
    check_name("responses, field kind", responses.kind, sorted(set(rows["kind"].to_list())))
    year = pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int64)
    of_kind = (pl.col("ally") == responses.state) & (pl.col("kind") == responses.kind)
    return rows.filter(of_kind & year.is_between(responses.since, responses.until)).height
