"""Systems built from the panel: every ally of one patron in a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from moorings.core.errors import InputError
from moorings.core.variables import DEFENCE, POSITION_ASIDE, POSITION_ERROR, PURSUING
from moorings.jobs.partners import DUTIES, partner_rows
from moorings.jobs.rivals import rival_rows
from moorings.systems.system import Headline, System

if TYPE_CHECKING:
    import polars as pl

ALLIANCES = {"us-alliances": ("USA", "The allies of the United States")}
"""Name -> patron and title."""
FIRST, USUAL, SPAN = 1955, 2014, 10
"""First year from which such a system can be opened, the usual one, and how far it looks by default."""
FEWEST_PAIRS = 500
"""Pairs whose obligation a year needs: with fewer, only some region has data."""
STATE_VARIABLES = (
    *("gdp", "burden", "ideal_point", "polyarchy", "nuclear_rung", "warheads", "milex"),
    *("arms_imports", "arms_delivered", "arms_on_order", POSITION_ASIDE, POSITION_ERROR),
)
PAIR_VARIABLES = ("troops", "arms_dependence", "supplier_delivered", "supplier_on_order", "obligation")
DYAD_VARIABLES = ("distance", "contiguity", "rivalry", "tie", "consult", "nonagg", "neutral", "disputes", "force")
HISTORY = 40


def alliance(name: str, start: int | None = None, end: int | None = None) -> tuple[System, pl.DataFrame]:
    """The system of a patron's allies at the end of `start`, and its observations up to then.

    Adversaries are the patron's rivals in that year. Burdens of states of which the source has none in the last years
    before the start (the Soviet Union, or China, at a start before 1989) are filled from the capabilities data, on the
    scale of the states that have both.

    Raises
    ------
    InputError
        For a year outside of those that the panel covers.
    """
    return next(alliances(name, (USUAL if start is None else start,), end))


def alliances(name: str, years: Sequence[int], end: int | None = None) -> Iterator[tuple[System, pl.DataFrame]]:
    """As `alliance`, for each of several years in turn; the panel is read once.

    Raises
    ------
    InputError
        For a year outside of those that the panel covers.
    """
    import polars as pl

    from moorings.data.panel import last_year, panel_observations, panel_status

    last = last_year("pair_year_rows", "obligation", FEWEST_PAIRS)
    for year in years:
        if not FIRST <= year <= last:
            raise InputError("--from", str(year), f"{FIRST} to {last} for {name}")
    span = (min(years) - HISTORY, max(years))
    everyone = panel_observations(variables=[*STATE_VARIABLES, *PAIR_VARIABLES], years=span)
    rivals = panel_observations(variables=["rivalry"], years=(min(years), max(years))).filter(pl.col("value") == 1)
    digest = str(panel_status().digest)
    systems = [_system(name, (everyone, rivals), year, end, digest) for year in years]
    states = sorted({state for system in systems for state in system.states})
    dyads = panel_observations(states=states, variables=DYAD_VARIABLES, years=span)
    onsets = panel_observations(variables=("disputes",), years=span).filter(pl.col("value") > 0)
    named = sorted({*states, *rivals["state"], *rivals["other"]})
    far = panel_observations(states=named, variables=("distance",), years=(min(years), max(years)))
    met, begun = pl.concat([rivals, onsets, far]), _disputes(onsets)
    pacts = panel_observations(variables=DUTIES, years=(min(years), max(years)))
    for system in systems:
        seen = range(system.start - HISTORY, system.start + 1)
        inside = pl.col("year").is_between(seen[0], seen[-1])
        of_system = pl.col("state").is_in(system.states) & pl.col("other").is_in(system.states)
        past = everyone.filter(inside)
        power, spending = _powers(system, past, seen)
        observed = _observed(system, past, dyads.filter(inside & of_system))
        disputes = begun.filter(inside & pl.col("state").is_in(system.allies))
        partners = partner_rows(system, pacts, _protected(everyone, system), system.start)
        own = rival_rows(system, met.filter(inside), power, _armed(past, system.start))
        yield system, pl.concat([observed, spending, disputes, partners, own])


def _system(name: str, rows: tuple[pl.DataFrame, pl.DataFrame], year: int, end: int | None, digest: str) -> System:
    import polars as pl

    patron, title = ALLIANCES[name]
    everyone, rivals = (frame.filter(pl.col("year") <= year) for frame in rows)
    allies, adversaries = _members(everyone, rivals.filter(pl.col("year") == year), patron, year)
    return System(
        name=name,
        title=title,
        patron=patron,
        allies=allies,
        adversaries=adversaries,
        partners=(),
        rated=tuple(ally for ally in allies if ally in _having(everyone, "ideal_point", year)),
        start=year,
        end=year + SPAN if end is None else end,
        headline=(Headline("any-drift", "Does any ally drift markedly?", f"marked_drift(any) in {year + SPAN}"),),
        assumptions=(),
        folder=None,
        digest=digest,
    )


def _protected(rows: pl.DataFrame, system: System) -> set[str]:
    import polars as pl

    owed = (pl.col("variable") == "obligation") & (pl.col("other") == system.patron) & (pl.col("value") >= 1)
    return set(rows.filter(owed & (pl.col("year") == system.start))["state"])


def _having(rows: pl.DataFrame, variable: str, year: int) -> set[str]:
    import polars as pl

    return set(rows.filter((pl.col("variable") == variable) & (pl.col("year") > year - 3))["state"])


def _members(
    rows: pl.DataFrame, rivals: pl.DataFrame, patron: str, year: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    import polars as pl

    wealth = _having(rows, "gdp", year)
    owed = rows.filter(
        (pl.col("variable") == "obligation")
        & (pl.col("other") == patron)
        & (pl.col("year") == year)
        & (pl.col("value") >= DEFENCE)
    )
    against = rivals.filter((pl.col("state") == patron) | (pl.col("other") == patron))
    foes = (set(against["state"]) | set(against["other"])) - {patron}
    allies = set(owed["state"]) & wealth - foes - {patron}
    return tuple(sorted(allies)), tuple(sorted(foes & wealth))


def _armed(rows: pl.DataFrame, year: int) -> set[str]:
    import polars as pl

    rung = rows.filter((pl.col("variable") == "nuclear_rung") & (pl.col("year") == year))
    return set(rung.filter(pl.col("value") >= PURSUING)["state"])


def _observed(system: System, rows: pl.DataFrame, dyads: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    own = rows.filter(pl.col("state").is_in(system.states))
    towards = pl.col("other").is_null() | (pl.col("other") == system.patron)
    return pl.concat([own.filter(towards), dyads])


def _disputes(began: pl.DataFrame) -> pl.DataFrame:
    """With how many other states a dispute of each state began, by year; `began` are onsets of pairs of all states."""
    import polars as pl

    both = pl.concat([began, began.with_columns(state="other", other="state")])
    counted = both.group_by("state", "year").agg(pl.col("other").n_unique().alias("value"))
    kept = {"variable": "disputes_begun", "unit": "states", "source": "mid5", "confidence": "high"}
    frame = counted.with_columns(**{name: pl.lit(text) for name, text in kept.items()}, other=None, note=None)
    return frame.sort("state", "year").select(pl.col(name).cast(kind) for name, kind in began.schema.items())


def _powers(system: System, rows: pl.DataFrame, years: range) -> tuple[dict[str, float], pl.DataFrame]:
    """Log power of all states that have one in the last year; burdens of the system's that the source lacks.

    Where it had none of a state for some years, those that are missing are taken from military spending in the
    capabilities data, and not elsewhere: where two sources meet in a series, it seems to jump.
    """
    import polars as pl

    from moorings.data.arrays import to_arrays
    from moorings.learn.history import log_power
    from moorings.simulate.start import CARRIED_YEARS

    everyone = sorted(set(rows.filter(pl.col("variable") == "gdp")["state"]))
    arrays = to_arrays(rows, everyone, years, (system.patron,))
    power = log_power(arrays)
    share = np.exp(power) / arrays.state_year["gdp"]
    burden = arrays.state_year["burden"]
    lacking = ~np.isfinite(burden[-1 - CARRIED_YEARS :]).any(axis=0)
    missing = lacking & ~np.isfinite(burden) & np.isfinite(share) & (share < 0.5)
    inside = np.array([state in system.states for state in everyone])
    t, i = np.nonzero(missing & inside)
    frame = pl.DataFrame({"state": np.array(everyone)[i], "year": np.array(list(years))[t], "value": share[t, i]})
    filled = frame.with_columns(
        pl.lit(None, pl.String).alias("other"),
        pl.lit("burden").alias("variable"),
        pl.lit("share of GDP").alias("unit"),
        pl.lit("NMC 7, scaled to SIPRI").alias("source"),
        pl.lit("low").alias("confidence"),
        pl.lit("scaled from spending in current US$").alias("note"),
    )
    last = {state: float(value) for state, value in zip(everyone, power[-1], strict=True) if np.isfinite(value)}
    return last, filled.select(pl.col(name).cast(kind) for name, kind in rows.schema.items())
