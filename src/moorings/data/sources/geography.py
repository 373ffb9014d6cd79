"""Distance and contiguity of states."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, joined_rows, ordered_pair, to_tidy
from moorings.data.codes import FIRST_YEAR, add_pair
from moorings.data.formats import read_table

DISTANCE = "geography/cow_mindist.rda"
CONTIGUITY = "geography/cow_contdir.rda"
LAST_CONTIGUITY = 2016

CARD = Card(
    name="geography",
    title="Least distance between states; contiguity",
    citation="Schvitz, Guy, Luc Girardin, Seraina Ruegger, Nils B. Weidmann, Lars-Erik Cederman, and Kristian Skrede "
    "Gleditsch. 2022. Mapping the International System, 1886-2019: The CShapes 2.0 Dataset. Journal of Conflict "
    "Resolution 66(1): 144-161; computed in peacesciencer (Miller, Steven V. 2022. Conflict Management and Peace "
    "Science "
    "39(6): 755-779); Stinnett, Douglas M., Jaroslav Tir, Philip Schafer, Paul F. Diehl, and Charles Gochman. 2002. "
    "The "
    "Correlates of War Project Direct Contiguity Data, Version 3. Conflict Management and Peace Science 19(2): 58-66",
    terms="CShapes 2.0: CC BY-NC-SA 4.0; Correlates of War: free with citation; peacesciencer GPL-2",
    unit="km; 1 land to 5 up to 400 miles of water",
    years=(1886, 2019),
    files=known_files(DISTANCE, CONTIGUITY),
    traps=(
        Trap("each pair once, the lower Correlates of War number first", "turned to alphabetical order"),
        Trap("distance ends in 2019", "missing after that"),
        Trap("2016-12-01 means ongoing", "contiguity to 2016, the data's last year; missing after that"),
        Trap("type 0 marks a spell without contiguity", "no row"),
        Trap("Germany and Yemen have two numbers in 1990", "the smaller distance, the closer contiguity"),
    ),
)


def read_distance(path: Path) -> pl.DataFrame:
    """Least distance (km) of every pair of states and year since 1946, tidy."""
    frame = read_table(path, ["ccode1", "ccode2", "year", "mindist"]).filter(pl.col("year") >= FIRST_YEAR)
    check_keys(frame, ["ccode1", "ccode2", "year"], str(path))
    check_range(frame.drop_nulls("mindist"), "mindist", 0.0, 20_100.0, str(path))
    pairs = add_pair(frame.drop_nulls("mindist"), str(path)).with_columns(ordered_pair()).sort("mindist")
    nearest = pairs.unique(["state", "other", "year"], keep="first", maintain_order=True)
    return to_tidy(nearest.rename({"mindist": "value"}), DISTANCE, "km", variable="distance")


def read_contiguity(path: Path) -> pl.DataFrame:
    """Contiguity (1 land .. 5) of contiguous pairs and years, tidy; no row for pairs that are not contiguous."""
    frame = read_table(path, ["ccode1", "ccode2", "conttype", "stdate", "enddate"])
    check_range(frame, "conttype", 0, 5, str(path))
    dates = frame.with_columns(pl.from_epoch(pl.col("stdate", "enddate").cast(pl.Int32), "d").dt.year())
    recent = dates.filter((pl.col("enddate") >= FIRST_YEAR) & (pl.col("conttype") > 0))
    start = pl.max_horizontal("stdate", pl.lit(FIRST_YEAR))
    years = recent.with_columns(year=pl.int_ranges(start, pl.col("enddate") + 1)).explode("year")
    pairs = add_pair(years, str(path)).with_columns(ordered_pair())
    closest = pairs.group_by("state", "other", "year").agg(pl.col("conttype").min().alias("value"), joined_rows())
    return to_tidy(closest, CONTIGUITY, "1 land to 5 up to 400 miles of water", variable="contiguity")
