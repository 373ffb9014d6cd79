"""Pairs of states and years: distance, contiguity, rivalry, ties, disputes.

Where a source lists a pair, the value stands; where it lists none although it covers that year and pair, 0;
where it does not cover them, null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from moorings.data.columns import DYAD_YEARS
from moorings.data.shelf import HELD_OUT_AFTER, KEPT

FIRST_DYAD_YEAR, LAST_DYAD_YEAR = 1950, 2020
FIRST_AGREEMENT = 1980
KEYS = ("state", "other", "year")


@dataclass(frozen=True)
class Coverage:
    """Years and pairs that a source covers exhaustively.

    Attributes
    ----------
    last_year
        Of the original.
    training
        Whether years after 2014 are held out, but for pairs of the East Asia set.
    first_year
        Of the original.
    """

    last_year: int
    training: bool = False
    first_year: int = 0

    def expr(self) -> pl.Expr:
        """True where the source would list a pair if there were anything to list."""
        within = pl.col("year").is_between(self.first_year, self.last_year)
        kept = pl.col("state").is_in(KEPT) & pl.col("other").is_in(KEPT)
        return within & ((pl.col("year") <= HELD_OUT_AFTER) | kept) if self.training else within


# Variable -> the one whose coverage it shares; distance lists what it knows, the rest is missing.
ZERO_FILLED = ("contiguity", "rivalry", "defence", "consult", "neutral", "nonagg", "agreement", "disputes")
LISTED = ("distance", "hostility")
COLUMNS = tuple(DYAD_YEARS)


def create_pairs(state_years: pl.DataFrame, training: bool) -> pl.DataFrame:
    """Every pair of states and year from 1950, the alphabetically first state first."""
    years = state_years.filter(pl.col("year").is_between(FIRST_DYAD_YEAR, LAST_DYAD_YEAR))
    others = years.rename({"state": "other"})
    pairs = years.join(others, on="year").filter(pl.col("state") < pl.col("other")).select(KEYS)
    return pairs.filter(Coverage(LAST_DYAD_YEAR, training).expr()).sort(KEYS)


def create_dyad_years(
    pairs: pl.DataFrame, rows: pl.DataFrame, covers: Mapping[str, Coverage], force: pl.DataFrame
) -> pl.DataFrame:
    """The wide table of pairs and years.

    Parameters
    ----------
    pairs
        From `create_pairs`.
    rows
        Tidy rows of all dyadic variables.
    covers
        Coverage of each variable that is zero where nothing is listed.
    force
        Onsets with use of force or a crisis, `state, other, year, force`.
    """
    wide = pairs
    for name in (*ZERO_FILLED, *LISTED):
        column = rows.filter(pl.col("variable") == name).select(*KEYS, pl.col("value").alias(name))
        wide = wide.join(column, on=KEYS, how="left")
    filled = wide.with_columns(
        pl.when(covers[name].expr()).then(pl.col(name).fill_null(0.0)).alias(name) for name in ZERO_FILLED
    )
    forceful = filled.join(force, on=KEYS, how="left").with_columns(
        pl.when(covers["disputes"].expr()).then(pl.col("force").fill_null(0.0)).alias("force")
    )
    return forceful.with_columns(tie=tie_strength()).select(*KEYS, *COLUMNS)


def tie_strength() -> pl.Expr:
    """Strength of a security tie: 3 defence, 1 consultation or a general agreement, 0 none.

    Strength 2 (access, one-sided promises) is in no source of the panel. A duty fixes the strength by itself; without
    one it is unknown after 2010, where the agreements end. Before 1980, where they begin, duties alone are counted.
    """
    agreed = pl.when(pl.col("year") < FIRST_AGREEMENT).then(0.0).otherwise("agreement")
    lesser = pl.when(pl.col("consult") == 1).then(1.0).when(pl.col("consult") == 0).then(agreed)
    return pl.when(pl.col("defence") == 1).then(3.0).otherwise(lesser)


def count_force(disputes: pl.DataFrame, crises: pl.DataFrame) -> pl.DataFrame:
    """Onsets in a year with use of force, or one where a crisis alone stands between two states."""
    counted = disputes.group_by(KEYS).agg(pl.len().cast(pl.Float64).alias("force"))
    crisis = crises.select(KEYS).unique().with_columns(force=pl.lit(1.0))
    return pl.concat([counted, crisis]).group_by(KEYS).agg(pl.col("force").max())


def add_no_obligation(rows: pl.DataFrame, state_years: pl.DataFrame, cover: Coverage) -> pl.DataFrame:
    """Add the level 0 of `obligation` for every state, patron and year that the source covers and lists no pact for."""
    patrons = rows.select("other").unique()
    every = state_years.join(patrons, how="cross").filter(cover.expr() & (pl.col("state") != pl.col("other")))
    absent = every.join(rows, on=KEYS, how="anti")
    same = {name: rows[name][0] for name in ("variable", "unit", "source", "confidence", "file")}
    filled = absent.with_columns(
        value=pl.lit(0.0),
        note=pl.lit("no pact listed"),
        row_key=pl.lit(None, pl.String),
        **{k: pl.lit(v) for k, v in same.items()},
    )
    return pl.concat([rows, filled.select(pl.col(name).cast(kind) for name, kind in rows.schema.items())])
