"""The panel, up to a last year, as the arrays of every equation's fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
import polars as pl
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.core.variables import POSITION_ASIDE, POSITION_ERROR, POSITIONS
from moorings.data.arrays import BREAK, Arrays, to_arrays
from moorings.data.panel import open_panel, panel_observations, read_query
from moorings.learn.commitment import SignalData
from moorings.learn.history import PATRONS, Dyads, dispute_memory, filled, log_power
from moorings.model.commitment import SIGNALS, pact_signal

if TYPE_CHECKING:
    import duckdb

Floats = NDArray[np.float64]
FIRST_YEAR = 1950
STATE_VARIABLES = (
    *("gdp", "burden", "ideal_point", "polyarchy", "nuclear_rung", "milex", "arms_imports"),
    *("arms_delivered", "arms_on_order", *POSITIONS, POSITION_ASIDE, POSITION_ERROR),
)
PATRON_VARIABLES = (
    *("troops", "arms_dependence", "obligation", "supplier_delivered", "supplier_on_order"),
    *(
        "signal_nukes",
        "signal_visits",
        "signal_words",
        "signal_exercises",
        "signal_troops",
        "signal_arms",
        "signal_pact",
    ),
)
DYAD_COLUMNS = ("distance", "contiguity", "rivalry", "defence", "consult", "nonagg", "neutral", "disputes", "force")


@dataclass(frozen=True)
class Material:
    """Everything that the fits read.

    Attributes
    ----------
    arrays
        State-years, and pair-years towards the patrons.
    dyads
        All pairs.
    power
        Log military power, last values carried forward, [year, state].
    ideal, democracy, gdp
        Carried forward likewise; log of GDP.
    obligation
        What each patron owes, [year, state, patron].
    joins
        Disputes in which a patron's ally was an originator: year, ally, patron, opponent, joined (0/1).
    """

    arrays: Arrays
    dyads: Dyads
    power: Floats
    ideal: Floats
    democracy: Floats
    gdp: Floats
    obligation: Floats
    joins: pl.DataFrame

    @property
    def years(self) -> tuple[int, ...]:
        """The year axis."""
        return self.arrays.years

    @property
    def states(self) -> tuple[str, ...]:
        """The state axis."""
        return self.arrays.states


def assemble(end: int, extra: pl.DataFrame | None = None) -> Material:
    """Read the panel up to `end`.

    Parameters
    ----------
    end
        Last year seen; nothing later is read.
    extra
        Tidy observations that the panel lacks (a shipped system's newer rows); the panel's own come first.
    """
    years = range(FIRST_YEAR, end + 1)
    rows = panel_observations(variables=[*STATE_VARIABLES, *PATRON_VARIABLES], years=(years[0], years[-1]))
    # a count that cannot be compared with its neighbours (a reporting break) is missing
    rows = rows.filter((pl.col("variable") != "troops") | (pl.col("confidence") != "low"))
    if extra is not None:
        rows = _with_extra(rows, extra.filter(pl.col("year") <= end))
    if rows.is_empty():
        raise InputError("panel", "no rows", "a panel built by `moorings data build`", "Build it first.")
    states = sorted(rows.filter(pl.col("variable") == "gdp")["state"].unique())
    arrays = to_arrays(rows, states, years, PATRONS)
    with open_panel() as panel:
        dyads = _dyads(panel, states, years)
        joins = _joins(panel, end)
    return Material(
        arrays,
        dyads,
        filled(log_power(arrays)),
        filled(arrays.state_year["ideal_point"]),
        filled(arrays.state_year["polyarchy"]),
        np.log(filled(arrays.state_year["gdp"])),
        filled(arrays.pair_year["obligation"]),
        joins,
    )


KEY = ["state", "other", "year", "variable"]


def _with_extra(rows: pl.DataFrame, extra: pl.DataFrame) -> pl.DataFrame:
    wanted = extra.filter(pl.col("variable").is_in([*STATE_VARIABLES, *PATRON_VARIABLES]))
    broken = pl.col("note").fill_null("").str.starts_with(BREAK)
    new = (
        wanted.filter(~broken)
        .with_columns(pl.col("year").cast(rows.schema["year"]))
        .join(rows, on=KEY, how="anti", nulls_equal=True)
    )
    return pl.concat([rows.select(*KEY, "value"), new.select(*KEY, "value")])


def _dyads(panel: duckdb.DuckDBPyConnection, states: list[str], years: range) -> Dyads:
    columns = ", ".join(DYAD_COLUMNS)
    frame = read_query(
        panel, f"SELECT state, other, year, {columns} FROM dyad_years WHERE year BETWEEN ? AND ?", (years[0], years[-1])
    )
    place = {state: i for i, state in enumerate(states)}
    frame = frame.filter(pl.col("state").is_in(states), pl.col("other").is_in(states))
    t = frame["year"].to_numpy() - years[0]
    i, j = (frame[c].replace_strict(place, return_dtype=pl.Int64).to_numpy() for c in ("state", "other"))
    dense = {}
    for name in DYAD_COLUMNS:
        value = frame[name].cast(pl.Float64).to_numpy()
        out = np.full((len(years), len(states), len(states)), np.nan)
        out[t, i, j] = value
        out[t, j, i] = value
        dense[name] = out
    stock, quiet = dispute_memory(dense["disputes"], years[0])
    pact = np.fmax(dense["defence"], dense["consult"])
    peace = np.fmax(dense["nonagg"], dense["neutral"])
    return Dyads(
        distance=np.log1p(filled(dense["distance"])),
        contiguous=filled((dense["contiguity"] == 1) * 1.0),
        rivalry=filled(dense["rivalry"]),
        pact=filled(pact),
        friendly_pact=filled(np.fmax(pact, peace)),
        peace_pact=filled(peace),
        tie=filled(np.fmax(3 * dense["defence"], dense["consult"])),
        onset=np.minimum(dense["disputes"], 1.0),
        force=np.minimum(dense["force"], 1.0),
        stock=stock,
        quiet=quiet,
        pact_seen=np.isfinite(pact) * 1.0,
        rivalry_seen=np.isfinite(dense["rivalry"]) * 1.0,
    )


def _joins(panel: duckdb.DuckDBPyConnection, end: int) -> pl.DataFrame:
    """Allies' disputes with use of force, and whether their patron took their side."""
    sides = read_query(
        panel,
        "SELECT s.event, s.state, s.year, s.side, s.role, s.against, s.magnitude FROM event_states s "
        "JOIN events e USING (event) WHERE e.kind = 'dispute' AND e.year <= ?",
        (end,),
    )
    allies = sides.filter((pl.col("role") == "originator") & (pl.col("magnitude") >= 4))
    helpers = sides.filter(pl.col("state").is_in(PATRONS)).select(
        "event",
        pl.col("state").alias("patron"),
        pl.col("side").alias("patron_side"),
        pl.col("role").alias("patron_role"),
    )
    patrons = pl.DataFrame({"patron": PATRONS})
    every = allies.filter(~pl.col("state").is_in(PATRONS)).join(patrons, how="cross")
    joined = every.join(helpers, on=["event", "patron"], how="left")
    # where the patron was in the dispute from its first day there was nothing to wait for
    open_ = joined.filter(pl.col("patron_role").is_null() | (pl.col("patron_role") == "joiner"))
    against = ~pl.col("against").str.split(";").list.contains(pl.col("patron"))
    helped = (pl.col("patron_side") == pl.col("side")).fill_null(False)
    return open_.filter(against).select("year", "state", "patron", "against", helped.cast(pl.Float64).alias("joined"))


REFERENCE = ("USA", 2012)
"""The patron and the last year of the full set of signals, on which loadings and scales rest."""


def signals(
    material: Material, coded: pl.DataFrame | None
) -> tuple[tuple[SignalData, ...], SignalData, dict[str, dict[str, float]]]:
    """Each patron's signals, on one scale from 1950 on: that of the United States' signals to all states to 2012.

    Parameters
    ----------
    coded
        Coded events of the patron's acts, columns date, ally, kind, direction, magnitude (the United States only).

    Returns
    -------
    Signals of every patron to the states that ever had any; the reference (all states, full set of signals); and each
    signal's mean and sd.
    """
    raw = {name: _raw_signal(material, name) for name in SIGNALS if name != "coded"}
    us, last = PATRONS.index(REFERENCE[0]), sum(year <= REFERENCE[1] for year in material.years)
    scales = {}
    for name, value in raw.items():
        known = value[:last, :, us]
        mean, sd = float(np.nanmean(known)), float(np.nanstd(known))
        # a signal that never varied says nothing yet
        scales[name] = {"mean": mean, "sd": sd or 1.0}
        raw[name] = (value - mean) / sd if sd else np.full_like(value, np.nan)
    found = []
    for k, patron in enumerate(PATRONS):
        coded_here = coded if patron == REFERENCE[0] else None
        found.append(_signal_data(material, raw, patron, _ever_signalled(material, k), coded_here))
    everyone = np.asarray(np.isfinite(raw["words"][:, :, us]).any(axis=0))
    return tuple(found), _cut(_signal_data(material, raw, REFERENCE[0], everyone, None), last), scales


def _signal_data(
    material: Material, raw: dict[str, Floats], patron: str, use: NDArray[np.bool_], coded: pl.DataFrame | None
) -> SignalData:
    events, novelty = _coded(material, coded)
    stack = [value[:, :, PATRONS.index(patron)] for value in raw.values()]
    full = np.stack([*stack, events], axis=-1)[:, use]
    allies = tuple(np.array(material.states)[use])
    return SignalData(patron, allies, material.years, jnp.asarray(full), jnp.asarray(novelty[:, use]))


def _cut(data: SignalData, last: int) -> SignalData:
    return SignalData(data.patron, data.allies, data.years[:last], data.signals[:last], data.novelty[:last])


def _raw_signal(material: Material, name: str) -> Floats:
    """A signal [year, state, patron]: as published to 2012, and what goes on after that in its place."""
    pair = material.arrays.pair_year
    later: dict[str, Callable[[], Floats]] = {
        "troops": lambda: pair["troops"],
        "arms": lambda: pair["arms_dependence"] * material.arrays.state_year["arms_imports"][:, :, None] / 5.0,
        "pact": lambda: np.where(np.isfinite(pair["obligation"]), np.asarray(pact_signal(pair["obligation"])), np.nan),
    }
    value = pair[f"signal_{name}"]
    if name in later:
        value = np.where(np.isfinite(value), value, later[name]())
    return np.log1p(value) if name in ("troops", "arms", "words") else value


def _ever_signalled(material: Material, patron: int) -> NDArray[np.bool_]:
    pair = material.arrays.pair_year
    owed = np.nan_to_num(pair["obligation"][:, :, patron]).max(axis=0) > 0
    hosts = np.fmax(np.nan_to_num(pair["troops"]), np.nan_to_num(pair["signal_troops"]))[:, :, patron].max(axis=0)
    return np.asarray(owed | (hosts > 100))


CODED_FULL = 6.0
"""Sum of direction times magnitude in a year at which coded events say as much as they can, in either direction."""


def _coded(material: Material, coded: pl.DataFrame | None) -> tuple[Floats, Floats]:
    """Yearly balance of coded events in (-1, 1), and the extra variance that single events bring, [year, state].

    Recurring items inform the level; one-off acts only widen the step. Events aimed at all count for each ally.
    """
    shape = (len(material.years), len(material.states))
    balance, novelty = np.full(shape, np.nan), np.zeros(shape)
    if coded is None:
        return balance, novelty
    allies = [a for a in coded["ally"].unique() if a in material.states]
    for row in coded.iter_rows(named=True):
        year = int(str(row["date"])[:4])
        if year not in material.years:
            continue
        t = material.years.index(year)
        for ally in allies if row["ally"] == "ALL" else [row["ally"]]:
            if ally not in material.states:
                continue
            i = material.states.index(ally)
            if row["kind"] in RECURRING:
                start = 0.0 if np.isnan(balance[t, i]) else balance[t, i]
                balance[t, i] = start + row["direction"] * row["magnitude"] / CODED_FULL
            else:
                novelty[t, i] += 0.25 * row["magnitude"]
    return np.clip(balance, -1, 1), novelty


RECURRING = (
    *("treaty_reaffirmed", "extended_deterrence_statement", "exercise_cancelled", "exercise_resumed"),
    *("leader_visit", "cost_sharing_demand", "strategy_document"),
)
"""Kinds of coded events that come back every year: they speak of the level, the others only of change."""
