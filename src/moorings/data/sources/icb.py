"""International crises, their actors, and what the United States did."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import ordered_pair, to_number
from moorings.data.codes import FIRST_YEAR, add_state, state_codes
from moorings.data.formats import read_text

CRISES = "icb/icb1v13.csv"
ACTORS = "icb/icb2v13.csv"
_BLANK = ("", "NA", ".")

CARD = Card(
    name="icb",
    title="International crises and their actors",
    citation="Brecher, Michael, Jonathan Wilkenfeld, Kyle Beardsley, Patrick James, and David Quinn. International "
    "Crisis "
    "Behavior Data Codebook, Version 13. 2018",
    terms="free with citation",
    unit="crises",
    years=(1918, 2016),
    files=known_files(CRISES, ACTORS),
    traps=(
        Trap("starts with a byte-order mark", "dropped"),
        Trap("crisis 474 is empty", "no trigger year, no event"),
        Trap("abbreviations of states differ from the Correlates of War's", "the number (cracid) is read"),
        Trap("the source of threat may be no state (996 and like)", "then no pair of states is in crisis"),
    ),
)


def read_crises(path: Path) -> pl.DataFrame:
    """Crises triggered since 1946: `crisis, name, year, end_year, violence, us_involvement, row`.

    `violence` and `us_involvement` are the source's numbers (viol 1 none to 4 full-scale war; usinv).
    """
    numbers = ("crisno", "yrtrig", "yrterm", "viol", "usinv")
    frame = to_number(read_text(path, [*numbers, "crisname"]), *numbers, place=str(path), missing=_BLANK)
    kept = {"crisno": "crisis", "crisname": "name", "viol": "violence", "usinv": "us_involvement"}
    years = pl.col("yrtrig").cast(pl.Int32).alias("year"), pl.col("yrterm").cast(pl.Int32).alias("end_year")
    recent = frame.filter(pl.col("yrtrig") >= FIRST_YEAR).rename(kept)
    return recent.select("crisis", "name", *years, "violence", "us_involvement", "row")


def read_crisis_actors(path: Path) -> pl.DataFrame:
    """Crisis actors since 1946: `crisis, state, year, threat` (the source of threat, null if no state).

    Also `us_involvement` and `us_favour` (the source's numbers, as seen from this actor), `row`.
    """
    numbers = ("crisno", "cracid", "systrgyr", "yrtrig", "southv", "usinv", "usfavr")
    frame = to_number(read_text(path, numbers), *numbers, place=str(path), missing=_BLANK)
    recent = frame.filter(pl.col("yrtrig") >= FIRST_YEAR)
    codes = dict(state_codes().select("cow", "state").iter_rows())
    threat = pl.col("southv").cast(pl.Int64).replace_strict(codes, default=None).alias("threat")
    named = add_state(recent, "cracid", "state", str(path)).with_columns(threat)
    kept = {"crisno": "crisis", "usinv": "us_involvement", "usfavr": "us_favour"}
    year = pl.col("yrtrig").cast(pl.Int32).alias("year")
    return named.rename(kept).select("crisis", "state", year, "threat", "us_involvement", "us_favour", "row")


def to_crisis_onsets(actors: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a crisis actor and its source of threat: `crisis, state, other, year, row`."""
    between = actors.drop_nulls("threat").filter(pl.col("threat") != pl.col("state"))
    pairs = between.rename({"threat": "other"}).with_columns(ordered_pair())
    return pairs.select("crisis", "state", "other", "year", "row").unique(["crisis", "state", "other"])
