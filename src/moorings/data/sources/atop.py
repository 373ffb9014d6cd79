"""Alliance obligations: who owes what to whom; when pacts begin and end."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_range, joined_rows, ordered_pair, to_number, to_tidy
from moorings.data.codes import FIRST_YEAR, add_pair, add_state
from moorings.data.formats import read_table, read_text

DUTIES = "atop/atop_alliance.rda"
MEMBERS = "atop/atop5_1m.csv"
PATRONS = ("USA", "GBR", "FRA", "RUS", "CHN")
_DUTIES = {
    "atop_defense": "defence",
    "atop_consul": "consult",
    "atop_neutral": "neutral",
    "atop_nonagg": "nonagg",
}

CARD = Card(
    name="atop",
    title="Alliance treaty obligations",
    citation="Leeds, Brett Ashley, Jeffrey M. Ritter, Sara McLaughlin Mitchell, and Andrew G. Long. 2002. Alliance "
    "Treaty "
    "Obligations and Provisions, 1815-1944. International Interactions 28: 237-260. ATOP v5.1",
    terms="free for research with citation",
    unit="0/1; level 0 to 3",
    years=(1815, 2018),
    files=known_files(DUTIES, MEMBERS),
    traps=(
        Trap("ends in 2018", "missing after that; a system's own table of agreements goes on"),
        Trap(
            "ccode1 owes the duty to ccode2 (USA owes Japan defence, Japan owes USA consultation only)",
            "an obligation is read with the patron as ccode1; a pair has a duty if either owes it",
        ),
        Trap("exit year 0 means in force at the end of the data", "no end is recorded"),
        Trap("a pact's members leave one by one", "an end per year of leaving, with those who left"),
    ),
)


def _read_duties(path: Path) -> pl.DataFrame:
    frame = read_table(path, ["ccode1", "ccode2", "year", *_DUTIES]).filter(pl.col("year") >= FIRST_YEAR)
    for duty in _DUTIES:
        check_range(frame, duty, 0, 1, str(path))
    return add_pair(frame, str(path)).rename(_DUTIES)


def read_obligation(path: Path) -> pl.DataFrame:
    """What a patron owes a state by treaty, tidy: 3 defence, 1 consultation; `other` is the patron.

    No row where the source lists no pact between the two; a pact that owes neither has the level 0.
    """
    owed = _read_duties(path).filter(pl.col("state").is_in(PATRONS))
    level = pl.when(pl.col("defence") == 1).then(3).when(pl.col("consult") == 1).then(1).otherwise(0)
    turned = owed.select(
        pl.col("other").alias("state"), pl.col("state").alias("other"), "year", level.alias("level"), "row"
    )
    highest = turned.group_by("state", "other", "year").agg(pl.col("level").max().alias("value"), joined_rows())
    return to_tidy(highest, DUTIES, "level 0 to 3", variable="obligation")


def read_pacts(path: Path) -> pl.DataFrame:
    """Duties of each pair of states with a pact and year, in either direction, tidy (0/1)."""
    pairs = _read_duties(path).with_columns(ordered_pair())
    either = pairs.group_by("state", "other", "year").agg(pl.col(list(_DUTIES.values())).max(), joined_rows())
    return pl.concat(to_tidy(either.rename({duty: "value"}), DUTIES, "0/1", variable=duty) for duty in _DUTIES.values())


def read_memberships(path: Path) -> pl.DataFrame:
    """Memberships alive since 1946.

    Columns
    -------
    atopid, state, first_year, last_year (null: in force), strength (3 defence, 1 consultation, 0 less), termmode
    (the source's number for how it ended, null: in force), bilateral, row.
    """
    numbers = ("atopid", "member", "yrent", "yrexit", "bilat", "termmode", "defense", "consul")
    frame = to_number(read_text(path, numbers), *numbers, place=str(path))
    recent = frame.filter((pl.col("yrexit") == 0) | (pl.col("yrexit") >= FIRST_YEAR))
    check_range(recent, "yrent", 1815, 2018, str(path))
    named = add_state(recent, "member", "state", str(path))
    ended = pl.col("yrexit") > 0
    strength = pl.when(pl.col("defense") == 1).then(3).when(pl.col("consul") == 1).then(1).otherwise(0)
    return named.select(
        pl.col("atopid").cast(pl.Int32),
        "state",
        pl.col("yrent").cast(pl.Int32).alias("first_year"),
        pl.when(ended).then(pl.col("yrexit").cast(pl.Int32)).alias("last_year"),
        strength.cast(pl.Float64).alias("strength"),
        pl.when(ended).then(pl.col("termmode").cast(pl.Int32)).alias("termmode"),
        (pl.col("bilat") == 1).alias("bilateral"),
        "row",
    )
