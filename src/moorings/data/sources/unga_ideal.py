"""Ideal points from votes in the United Nations' General Assembly."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.core.variables import POSITION_ASIDE, POSITION_ERROR, POSITIONS
from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_tidy
from moorings.data.codes import add_state
from moorings.data.formats import read_table

FILE = "unga_ideal/IdealpointsJuly2025.dta"

CARD = Card(
    name="unga_ideal",
    title="Position in UN foreign-policy votes",
    citation="Bailey, Michael A., Anton Strezhnev, and Erik Voeten. 2017. Estimating Dynamic State Preferences from "
    "United Nations Voting Data. Journal of Conflict Resolution 61(2): 430-456. July 2025 release",
    terms="CC0",
    unit="UN ideal point",
    years=(1946, 2024),
    files=known_files(FILE),
    traps=(
        Trap(
            "three variants on different scales",
            "ideal_point is idealpointfp (foreign-policy votes) throughout; the others are series of their own",
        ),
        Trap("17 rows hold only the legacy value", "no value, no row"),
        Trap("Taiwan ends in 1971", "left missing after that"),
        Trap("large single-year moves (China and Russia 2022, North Korea 2015)", "kept as they are"),
    ),
)


VARIANTS = {"idealpointfp": "ideal_point", "idealpointall": "ideal_point_all", "idealpointlegacy": "ideal_point_legacy"}
INTERVAL = ("q5fp", "q95fp")
"""Ends of the central 90 % of the source's posterior of `ideal_point`."""


FEWEST = 20
"""States of a year from which on another set of votes can be brought to its scale."""


def read_ideal_point(path: Path) -> pl.DataFrame:
    """Ideal points of every state and year, tidy: of foreign-policy votes, their error, of the two other sets.

    And what these two say beyond the first, brought to the scale of that year's by least squares over all states.
    """
    frame = read_table(path, ["ccode", "year", *VARIANTS, *INTERVAL]).drop_nulls("idealpointfp")
    named = check_keys(add_state(frame, "ccode", "state", str(path)), ["state", "year"], str(path)).rename(VARIANTS)
    low, high = map(pl.col, INTERVAL)
    told = {POSITION_ERROR: (high - low) / 2, POSITION_ASIDE: pl.mean_horizontal(*map(_beyond, POSITIONS))}
    columns = [*VARIANTS.values(), *told]
    long = named.with_columns(**told).unpivot(columns, index=["state", "year", "row"]).drop_nulls("value")
    checked = check_range(long, "value", -6.0, 6.0, str(path))
    check_range(checked.filter(pl.col("variable") == POSITION_ERROR), "value", 0.0, 6.0, str(path))
    return to_tidy(checked, FILE, "UN ideal point")


def _beyond(other: str) -> pl.Expr:
    """Residual of another set's positions on the first one's, over the states of a year; null where they are few."""
    both = pl.when(pl.col(other).is_not_null())
    x, y = (value - value.mean().over("year") for value in (both.then(pl.col("ideal_point")), pl.col(other)))
    slope = (x * y).sum().over("year") / (x**2).sum().over("year")
    return pl.when(x.count().over("year") >= FEWEST).then(y - slope * x)
