"""Strategic rivalries."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_range, joined_rows, ordered_pair, to_tidy
from moorings.data.codes import FIRST_YEAR, add_pair
from moorings.data.formats import read_table

RIVALRIES = "tss_rivalries/tss_rivalries.rda"
LAST_RIVALRY = 2020

TSS = Card(
    name="tss_rivalries",
    title="Strategic rivalries",
    citation="Thompson, William R., Kentaro Sakuwa, and Prashant Hosur Suhas. 2021. Analyzing Strategic Rivalries in "
    "World Politics: Types of Rivalry, Regional Variation, and Escalation/De-escalation. Springer",
    terms="unknown",
    unit="0/1",
    years=(1494, 2020),
    files=known_files(RIVALRIES),
    traps=(
        Trap("end = 2020 means ongoing, not ended", "no end is recorded; rivals to 2020, missing after that"),
        Trap("type flags are 1 or missing", "not read"),
        Trap("two pairs have several spells", "joined year by year; each spell begins and ends on its own"),
    ),
)


def read_rivalry_spells(path: Path) -> pl.DataFrame:
    """Spells of rivalry alive since 1946: `state, other, start, end` (null: ongoing), `row`."""
    frame = read_table(path, ["ccode1", "ccode2", "start", "end"]).filter(pl.col("end") >= FIRST_YEAR)
    check_range(frame, "end", FIRST_YEAR, LAST_RIVALRY, str(path))
    pairs = add_pair(frame, str(path)).with_columns(ordered_pair())
    ended = pl.when(pl.col("end") < LAST_RIVALRY).then(pl.col("end").cast(pl.Int32))
    return pairs.select("state", "other", pl.col("start").cast(pl.Int32), ended.alias("end"), "row")


def read_rivalry(path: Path) -> pl.DataFrame:
    """Rivals in every year of their spells, tidy (1); no row for pairs that are no rivals."""
    spells = read_rivalry_spells(path)
    start, end = pl.max_horizontal("start", pl.lit(FIRST_YEAR)), pl.col("end").fill_null(LAST_RIVALRY)
    years = spells.with_columns(year=pl.int_ranges(start, end + 1)).explode("year")
    rivals = years.group_by("state", "other", "year").agg(joined_rows(), value=pl.lit(1.0))
    return to_tidy(rivals, RIVALRIES, "0/1", variable="rivalry")
