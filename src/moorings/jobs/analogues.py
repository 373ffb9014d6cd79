"""Analogues: the ally-decades of history nearest to an ally's present, and what they did next.

A second opinion without a model. Standings are in standard deviations of all ally-decades; the distance of two is the
root of the mean squared difference over the standings that both have (at least `LEAST` of them). Under levers, the
change of each driver that they move over ten years counts as one more difference, `CHANGE_WEIGHT` standings' worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError, check_name
from moorings.jobs.belief import open_believed
from moorings.jobs.opening import Opened, check_members
from moorings.jobs.reach import NOTED, change
from moorings.jobs.scenarios import begin_scenarios
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

    from moorings.learn.decades import Decades

SCHEMA = "moorings.analogues/1"
CASES = 12
MEMBERS = 500
LEAST = 5
"""Standings that both sides must have."""
CHANGE_WEIGHT = 4.0
"""A scenario is about its change: each moved driver weighs as much as this many standings."""
APART = 10
"""Years between two windows of one state, and between one's own windows and the present."""
Floats = NDArray[np.float64]
RESPONSES = {
    "noticeable drift": ("drift", 1.0),
    "marked drift": ("drift", 2.0),
    "away in UN votes": ("orientation", 1.0),
    "fewer arms from the patron": ("suppliers", 1.0),
    "new partners": ("partners", 0.01),
    "up the nuclear ladder": ("nuclear", 0.01),
    "peace with a rival of the patron": ("accommodation", 0.01),
    "ended the obligation": ("refusal", 0.01),
    "burden up by a tenth": ("change_burden", 0.1),
    "half of the troops gone": ("change_troops", -0.7),
}
"""Response -> column and the value from which it is counted (a negative one: down to which)."""
SOURCES = (
    "SIPRI military expenditure and arms transfers",
    "DMDC troop counts",
    "United Nations votes (ideal points)",
    "ATOP alliances",
    "nuclear proliferation data",
    "rivalry data",
    "V-Dem polyarchy",
    "signals of commitment (McManus and Nieman)",
)


@dataclass(frozen=True)
class Analogues:
    """The nearest ally-decades.

    Attributes
    ----------
    rows
        One for each case, nearest first: state, years, distance, what it did in each strand and driver.
    responses
        For each response: how often among the cases, how often in all ally-decades, and the numbers behind it.
    standing
        Where the ally stands now, in standard deviations.
    """

    system: System
    state: str
    set: Mapping[str, str]
    rows: tuple[dict[str, Any], ...]
    responses: tuple[dict[str, Any], ...]
    standing: Mapping[str, float | None]
    moved: Mapping[str, float]
    digest: str
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        head = {"schema": SCHEMA, "system": self.system.name, "state": self.state, "from": self.system.start}
        head |= {"set": dict(self.set), "standing": dict(self.standing), "moved": dict(self.moved)}
        found = head | {"rows": list(self.rows), "responses": list(self.responses)}
        return found | {"sources": list(SOURCES), "digest": self.digest, "warnings": list(self.warnings)}


def analogues(
    system: str,
    state: str,
    set: Mapping[str, str] | None = None,  # noqa: A002 - the contract's name
    members: int = MEMBERS,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Analogues:
    """The ally-decades nearest to an ally's present, or to a scenario's change from there.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    state
        An ally.
    set
        Levers, whose change over ten years is to be matched too.
    members, seed
        Size and seed of the simulation that says what the levers change.
    start
        `from`, if other than the system's: only decades that had ended by then are used.
    end, belief
        As for the forecast; only a scenario depends on them.

    Raises
    ------
    InputError
        For anything in these that is wrong, or where no decade can be compared.
    """
    from moorings.learn.decades import load_decades

    opened, decades = open_believed(system, start, end, belief), load_decades()
    check_name("STATE", state, opened.system.allies)
    standing = _standing(opened, state, decades)
    moved = _moved(opened, state, dict(set or {}), check_members(members), seed) if set else {}
    usable = _usable(decades, state, opened.system.start)
    away = distances(usable, standing, moved)
    found = nearest(usable, away)
    cases = usable[found]
    if not found:
        raise InputError("STATE", state, "an ally with standings that history has too", "Choose a later `--from`.")
    rows = tuple(_case(row, float(away[k])) for k, row in zip(found, cases.iter_rows(named=True), strict=True))
    asked = opened.system, state, dict(set or {})
    shown = {name: value if np.isfinite(value) else None for name, value in standing.items()}
    answers = tuple(_response(name, cases, usable) for name in RESPONSES)
    return Analogues(*asked, rows, answers, shown, moved, decades.digest, opened.warnings)


def _standing(opened: Opened, state: str, decades: Decades) -> dict[str, float]:
    """Where the ally stands in the last year seen, in standard deviations of all ally-decades; missing is NaN."""
    from moorings.learn.decades import STANDINGS
    from moorings.simulate.engine import opening

    i = opened.system.states.index(state)
    seen = {name: float(np.mean(value[:, i])) for name, value in opening(opened.scene, opened.params, 200, 1).items()}
    raw = seen | {"burden": np.log(seen["burden"]), "troops": np.log1p(seen["troops"])}
    raw["polyarchy"] = _last(opened, state, "polyarchy")
    return {name: float((raw[name] - decades.mean[name]) / decades.sd[name]) for name in STANDINGS}


def _last(opened: Opened, state: str, name: str) -> float:
    import polars as pl

    rows = opened.observations.filter(
        pl.col("state") == state, pl.col("variable") == name, pl.col("year") <= opened.system.start
    )
    return float(rows.sort("year")["value"][-1]) if rows.height else np.nan


def _moved(opened: Opened, state: str, levers: dict[str, str], members: int, seed: int) -> dict[str, float]:
    """Median change over ten years of each driver that the levers move."""
    from moorings.learn.decades import DRIVERS
    from moorings.learn.windows import SPAN

    scenarios = begin_scenarios(opened, members, seed)
    scenario, against = scenarios.ensemble(levers), scenarios.ensemble({})
    span = min(SPAN, len(scenario.years) - 1)
    found = {}
    for name in DRIVERS:
        there, here = (float(np.median(change(one, name, state, span))) for one in (scenario, against))
        if np.isfinite(there - here) and abs(there - here) >= NOTED:
            found[name] = there
    return found


def _usable(decades: Decades, state: str, year: int) -> pl.DataFrame:
    """Decades that had ended by a year, the state's own last ten years left out."""
    import polars as pl

    known = decades.known_at(year)
    return known.filter((pl.col("state") != state) | (pl.col("start") + APART <= year - APART))


def distances(rows: pl.DataFrame, standing: Mapping[str, float], moved: Mapping[str, float]) -> Floats:
    """Distance of each row from a standing and from a scenario's changes, [row]; infinite where too little is known."""
    there = rows.select(*standing).to_numpy().astype(float)
    apart = there - np.array(list(standing.values()))
    known = np.isfinite(apart)
    total, weight = np.where(known, apart**2, 0.0).sum(axis=1), known.sum(axis=1).astype(float)
    enough = known.sum(axis=1) >= LEAST
    for name, value in moved.items():
        column = rows[f"change_{name}"].to_numpy().astype(float)
        seen, sd = np.isfinite(column), np.nanstd(column)
        total += CHANGE_WEIGHT * np.where(seen, ((column - value) / sd) ** 2, 0.0)
        weight += CHANGE_WEIGHT * seen
        enough &= seen
    return np.where(enough, np.sqrt(total / np.maximum(weight, 1.0)), np.inf)


def nearest(rows: pl.DataFrame, away: Floats) -> list[int]:
    """Indices of the nearest rows, no two windows of one state that overlap."""
    states, starts = rows["state"].to_list(), rows["start"].to_list()
    chosen: list[int] = []
    for k in np.argsort(away, kind="stable"):
        clear = all(states[k] != states[c] or abs(starts[k] - starts[c]) >= APART for c in chosen)
        if np.isfinite(away[k]) and clear:
            chosen.append(int(k))
        if len(chosen) == CASES:
            break
    return chosen


def _case(row: dict[str, Any], distance: float) -> dict[str, Any]:
    from moorings.learn.decades import DRIVERS, STANDINGS
    from moorings.learn.windows import SPAN
    from moorings.model.tether import STRANDS

    head = {"state": row["state"], "from": row["start"], "to": row["start"] + SPAN, "distance": distance}
    did = {name: row[name] for name in ("drift", *STRANDS)} | {f"change_{n}": row[f"change_{n}"] for n in DRIVERS}
    return head | did | {"standing": {name: row[name] for name in STANDINGS}}


def _response(name: str, cases: pl.DataFrame, everyone: pl.DataFrame) -> dict[str, Any]:
    column, level = RESPONSES[name]

    def counted(rows: pl.DataFrame) -> tuple[int, int]:
        values = rows[column].drop_nulls().to_numpy()
        return int((values >= level).sum() if level > 0 else (values <= level).sum()), len(values)

    (did, of), (all_did, all_of) = counted(cases), counted(everyone)
    low, high = _jeffreys(did, of)
    shares = {
        "share": did / of if of else None,
        "low": low,
        "high": high,
        "base_rate": all_did / all_of if all_of else None,
    }
    return {"response": name, "cases": of, "did": did} | shares


def _jeffreys(did: int, of: int) -> tuple[float, float]:
    from scipy.stats import beta

    low, high = beta.ppf([0.05, 0.95], did + 0.5, of - did + 0.5)
    return (0.0 if did == 0 else float(low)), (1.0 if did == of else float(high))
