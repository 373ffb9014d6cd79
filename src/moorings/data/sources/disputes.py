"""Militarised disputes: between whom, how hostile, and who joined whom."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_range, joined_rows, ordered_pair, to_tidy
from moorings.data.codes import FIRST_YEAR, add_pair
from moorings.data.formats import read_table

DISPUTES = "mid5/cow_mid_dirdisps.rda"
FORCE = 4

MID = Card(
    name="mid5",
    title="Militarised interstate disputes",
    citation="Palmer, Glenn, Roseanne W. McManus, Vito D'Orazio, Michael R. Kenwick, Mikaela Karstens, Chase Bloch, "
    "Nick "
    "Dietrich, Kayla Kahn, Kellan Ritter, and Michael J. Soules. 2022. The MID5 Dataset, 2011-2014: Procedures, Coding "
    "Rules, and Description. Conflict Management and Peace Science 39(4): 470-482",
    terms="Correlates of War: free with citation",
    unit="onsets; hostility 1 to 5",
    years=(1816, 2014),
    files=known_files(DISPUTES),
    traps=(
        Trap("-9 is missing", "missing: no hostility"),
        Trap("each pair stands twice, once in each direction", "counted once"),
        Trap("nothing after 2014", "missing, not zero, after that"),
        Trap("a dispute's hostility is not a pair's", "the higher of the two sides' own hostility"),
    ),
)


def read_disputes(path: Path) -> pl.DataFrame:
    """Rows per dispute, ordered pair and year of MID5: `dispute, state, other, year, onset, hostility`.

    Also `side` (1: side A), `other_side`, `originator`, `other_originator`, `row`. Hostility is the higher of the two.
    """
    columns = ("hostlev", "sidea", "orig")
    wanted = [f"{name}{number}" for name in columns for number in (1, 2)]
    frame = read_table(path, ["dispnum", "ccode1", "ccode2", "year", "disponset", *wanted])
    return _to_pairs(frame.rename({"disponset": "onset"}), path)


def _to_pairs(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    recent = frame.filter(pl.col("year") >= FIRST_YEAR)
    known = recent.with_columns(
        pl.when(pl.col(name) != -9).then(pl.col(name)).alias(name) for name in ("hostlev1", "hostlev2")
    )
    named = add_pair(known, str(path))
    rows = named.with_columns(pl.max_horizontal("hostlev1", "hostlev2").alias("hostility"))
    check_range(rows.drop_nulls("hostility"), "hostility", 1, 5, str(path))
    kept = {"dispnum": "dispute", "sidea1": "side", "sidea2": "other_side", "orig1": "originator"}
    kept |= {"orig2": "other_originator"}
    columns = ["state", "other", "onset", "hostility", *kept.values(), "row"]
    return rows.rename(kept).with_columns(pl.col("year").cast(pl.Int32)).select("year", *columns)


def to_dispute_years(disputes: pl.DataFrame, file: str) -> pl.DataFrame:
    """Pairs and years with a dispute, tidy: `disputes` (onsets) and `hostility` (highest, of any ongoing)."""
    pairs = disputes.with_columns(ordered_pair())
    years = pairs.group_by("state", "other", "year").agg(
        pl.col("dispute").filter(pl.col("onset") == 1).n_unique().cast(pl.Float64).alias("disputes"),
        pl.col("hostility").max(),
        joined_rows(),
    )
    counted = to_tidy(years.rename({"disputes": "value"}), file, "onsets", variable="disputes")
    hostile = years.drop_nulls("hostility").rename({"hostility": "value", "disputes": "onsets"})
    return pl.concat([counted, to_tidy(hostile, file, "1 to 5", variable="hostility")])


def to_force_onsets(disputes: pl.DataFrame) -> pl.DataFrame:
    """Onsets of disputes with use of force (hostility 4 or more): `dispute, state, other, year, row`."""
    forceful = disputes.filter((pl.col("onset") == 1) & (pl.col("hostility") >= FORCE)).with_columns(ordered_pair())
    return forceful.select("dispute", "state", "other", "year", "row").unique(["dispute", "state", "other", "year"])
