"""Major powers."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.codes import FIRST_YEAR, add_state
from moorings.data.formats import read_table

FILE = "cow_majors/cow_majors.rda"
_STILL = 2016

CARD = Card(
    name="cow_majors",
    title="Major powers",
    citation="Correlates of War Project. 2017. State System Membership List, v2016 (major powers)",
    terms="Correlates of War: free with citation",
    unit="years",
    years=(1816, 2016),
    files=known_files(FILE),
    traps=(Trap("2016-12-31 means ongoing", "no last year"),),
)


def read_majors(path: Path) -> pl.DataFrame:
    """Spells as a major power since 1946: `state, first_year, last_year` (null: ongoing), `row`."""
    frame = read_table(path, ["ccode", "styear", "endyear"]).filter(pl.col("endyear") >= FIRST_YEAR)
    named = add_state(frame, "ccode", "state", str(path))
    ended = pl.when(pl.col("endyear") < _STILL).then(pl.col("endyear").cast(pl.Int32))
    return named.select("state", pl.col("styear").cast(pl.Int32).alias("first_year"), ended.alias("last_year"), "row")
