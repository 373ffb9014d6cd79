"""The spine: which states there are, under which numbers, in which years."""

from __future__ import annotations

import polars as pl

from moorings.data.codes import FIRST_YEAR, state_codes

_STATES = {
    "state": pl.String,
    "name": pl.String,
    "cow": pl.Int32,
    "gw": pl.Int32,
    "first_year": pl.Int32,
    "last_year": pl.Int32,
    "row_key": pl.String,
}


def create_states(members: pl.DataFrame, gleditsch_ward: pl.DataFrame) -> pl.DataFrame:
    """One row per state, Correlates of War number and spell of membership.

    Parameters
    ----------
    members, gleditsch_ward
        From `sources.isard`.
    """
    names = state_codes().select(pl.col("cow").cast(pl.Int32), "name")
    # A state that kept its number may have changed Gleditsch and Ward's (Serbia 345, 340): the last one is shown.
    numbers = gleditsch_ward.sort("year").group_by("cow", maintain_order=True).agg(pl.col("gw").last())
    joined = members.join(names, on="cow", how="left").join(numbers, on="cow", how="left")
    keyed = joined.with_columns(row_key=pl.col("row").cast(pl.String))
    return keyed.select(pl.col(name).cast(kind) for name, kind in _STATES.items()).sort("state", "first_year", "cow")


def create_state_years(states: pl.DataFrame, last: int) -> pl.DataFrame:
    """Every `state, year` of membership from 1946 to `last`."""
    start = pl.max_horizontal("first_year", pl.lit(FIRST_YEAR))
    end = pl.min_horizontal(pl.col("last_year").fill_null(last), pl.lit(last))
    spells = states.select("state", start.alias("start"), end.alias("end")).filter(pl.col("start") <= pl.col("end"))
    years = spells.with_columns(year=pl.int_ranges("start", pl.col("end") + 1, dtype=pl.Int32)).explode("year")
    return years.select("state", "year").unique().sort("state", "year")


def keep_existing(rows: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Drop years before a state's first and after its last year of membership.

    Occupations between two spells stay: Japan's figures of 1946-51 are Japan's.
    """
    forever = pl.col("last_year").fill_null(9999).max()
    life = states.group_by("state").agg(pl.col("first_year").min().alias("born"), forever.alias("died"))
    alive = rows.join(life, on="state").filter(pl.col("year").is_between("born", "died"))
    return alive.select(rows.columns)
