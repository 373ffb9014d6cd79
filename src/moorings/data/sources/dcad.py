"""Defence cooperation agreements of two states."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import joined_rows, ordered_pair, to_number, to_tidy
from moorings.data.codes import add_pair
from moorings.data.formats import read_text

FILE = "dcad/DCAD-v1.0-main.csv"
LAST_YEAR = 2010
_MISSING = ("", "NA", "-66", "-77", "-88", "-99")

CARD = Card(
    name="dcad",
    title="General defence cooperation agreements",
    citation="Kinne, Brandon J. 2020. The Defense Cooperation Agreement Dataset (DCAD). Journal of Conflict Resolution "
    "64(4): 729-755. v1.0",
    terms="free with citation",
    unit="0/1",
    years=(1980, 2010),
    files=known_files(FILE),
    traps=(
        Trap("-66, -77, -88, -99 are missing codes", "missing; without a year in force, the year signed"),
        Trap("endYearEstimate 2010 is the end of the data", "in force to 2010, missing after that"),
        Trap("sector agreements (research, procurement) are no ties", "general ones only"),
        Trap("some entered into force after 2010", "not counted"),
    ),
)


def read_agreements(path: Path) -> pl.DataFrame:
    """General agreements in force of each pair of states and year, tidy (1); no row where there is none."""
    years = ("signYear", "EIFYear", "endYearEstimate")
    frame = to_number(read_text(path, ["ccode1", "ccode2", "type", *years]), "ccode1", "ccode2", place=str(path))
    dated = to_number(frame, *years, place=str(path), missing=_MISSING)
    general = dated.filter(pl.col("type").str.strip_chars() == "general")
    start = pl.coalesce("EIFYear", "signYear").cast(pl.Int32)
    end = pl.min_horizontal(pl.col("endYearEstimate").fill_null(LAST_YEAR), pl.lit(LAST_YEAR)).cast(pl.Int32)
    spells = general.with_columns(start=start, end=end).filter(pl.col("start") <= pl.col("end"))
    yearly = spells.with_columns(year=pl.int_ranges(pl.col("start"), pl.col("end") + 1)).explode("year")
    pairs = add_pair(yearly, str(path)).with_columns(ordered_pair())
    return to_tidy(
        pairs.group_by("state", "other", "year").agg(joined_rows(), value=pl.lit(1.0)),
        FILE,
        "0/1",
        variable="agreement",
    )
