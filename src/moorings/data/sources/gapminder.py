"""Gapminder: population, and real GDP as income per head times population."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_number, to_tidy
from moorings.data.codes import state_codes
from moorings.data.formats import read_text

INCOME = "gapminder/ddf--datapoints--gdp_pcap--by--country--time.csv"
PEOPLE = "gapminder/ddf--datapoints--pop--by--country--time.csv"
LAST_GDP, LAST_POPULATION, LAST_COUNTED = 2024, 2025, 2023

CARD = Card(
    name="gapminder",
    title="Population and gross domestic product",
    citation="Gapminder. GDP per capita in constant PPP dollars, and Population. Gapminder Foundation, "
    "https://www.gapminder.org/data/",
    terms="CC BY 4.0",
    unit="constant 2021 international $; persons",
    years=(1800, 2025),
    files=known_files(INCOME, PEOPLE),
    traps=(
        Trap(
            "from 2025 on projections, with a step from 2024 to 2025 in every state",
            "GDP ends in 2024, population in 2025",
        ),
        Trap(
            "Taiwan grows like current dollars after 2000",
            "rebuilt by way of American prices and national accounts, confidence medium",
        ),
        Trap("North Korea is a guess", "confidence low"),
        Trap("population from 2024 on is projected", "confidence medium, with a note"),
        Trap(
            "figures are for today's borders: Russia before 1992 is Russia alone",
            "states that fell apart are the sum of their parts (the USSR of fifteen); Viet Nam before 1976 and Yemen "
            "before 1990, halves of today's states, are dropped; West Germany is noted as including the East",
        ),
        Trap("figures reach back before a state existed", "only years in which the state was one are kept (the panel)"),
    ),
)

# A state of the past and the last year in which it was the sum of these states of today.
_SUMS: tuple[tuple[str, int, int, str], ...] = (
    ("RUS", 1800, 1991, "RUS UKR BLR UZB KAZ GEO AZE LTU MDA LVA KGZ TJK ARM TKM EST"),
    ("CSK", 1918, 1992, "CZE SVK"),
    ("SRB", 1918, 1991, "SRB MNE HRV SVN BIH MKD"),
    ("SRB", 1992, 2005, "SRB MNE"),
    ("ETH", 1952, 1992, "ETH ERI"),
    ("SDN", 1956, 2010, "SDN SSD"),
    ("PAK", 1947, 1970, "PAK BGD"),
)
_HALVES = {"VNM": 1975, "YEM": 1989}


def _read(path: Path, column: str, high: float, last: int) -> pl.DataFrame:
    frame = to_number(read_text(path, ["country", "time", column]), "time", column, place=str(path)).drop_nulls(column)
    check_range(check_keys(frame, ["country", "time"], str(path)), column, 0.0, high, str(path))
    known = state_codes().select(pl.col("state").unique())
    named = frame.select(
        pl.col("country").str.to_uppercase().alias("state"), pl.col("time").alias("year"), column, "row"
    )
    return named.join(known, on="state").filter(pl.col("year") <= last)


def _parts() -> pl.DataFrame:
    """Rows `state, part, first, last`: which states of today a state is the sum of, and when."""
    rows = [(state, part, first, last) for state, first, last, parts in _SUMS for part in parts.split()]
    return pl.DataFrame(rows, schema=["whole", "state", "first", "last"], orient="row")


def _add_up(frame: pl.DataFrame, rows: str) -> pl.DataFrame:
    """Replace a state of the past by the sum over its parts; drop halves of states of today."""
    parts = frame.join(_parts(), on="state").filter(pl.col("year").is_between("first", "last"))
    complete = parts.group_by("whole", "first", "year").agg(
        pl.col("value").sum(), pl.len().alias("parts"), pl.col(rows).sort().str.join(",")
    )
    size = _parts().group_by("whole", "first").len("needed")
    sums = complete.join(size, on=["whole", "first"]).filter(pl.col("parts") == pl.col("needed"))
    wholes = sums.select(pl.col("whole").alias("state"), "year", "value", rows, note=pl.lit("sum of today's states"))
    covered = _parts().select(pl.col("whole").alias("state"), "first", "last").unique()
    replaced = frame.join(covered, on="state").filter(pl.col("year").is_between("first", "last"))
    own = frame.join(replaced.select("state", "year"), on=["state", "year"], how="anti")
    last_half = pl.col("state").replace_strict(_HALVES, default=0)
    alone = own.filter(pl.col("year") > last_half).with_columns(note=pl.lit(None, pl.String))
    return pl.concat([alone.select(wholes.columns), wholes])


def _graded(frame: pl.DataFrame) -> pl.DataFrame:
    """Add confidence, and the note on West Germany."""
    west = (pl.col("state") == "DEU") & pl.col("year").is_between(1949, 1990)
    noted = frame.with_columns(note=pl.when(west).then(pl.lit("includes East Germany")).otherwise("note"))
    return noted.with_columns(
        confidence=pl.when(pl.col("note").is_null()).then(pl.lit("high")).otherwise(pl.lit("medium"))
    )


def read_population(people: Path) -> pl.DataFrame:
    """Population of every state and year, tidy (persons)."""
    frame = _read(people, "pop", 2e9, LAST_POPULATION).select(
        "state", "year", value="pop", row_key=pl.col("row").cast(pl.String)
    )
    summed = _add_up(frame, "row_key")
    projected = pl.when(pl.col("year") > LAST_COUNTED).then(pl.lit("projected")).otherwise("note")
    return to_tidy(_graded(summed.with_columns(note=projected)), PEOPLE, "persons", variable="population")


def read_gdp(income: Path, people: Path) -> pl.DataFrame:
    """Real GDP of every state and year, tidy (constant 2021 international $).

    Taiwan's is Gapminder's own, which `taiwan.rebuild_gdp` mends. The product of two files: `file` and `row_key` name
    both, separated by ` ; `.
    """
    heads = _read(people, "pop", 2e9, LAST_POPULATION).rename({"row": "row_people"})
    joined = _read(income, "gdp_pcap", 1e6, LAST_GDP).join(heads, on=["state", "year"])
    rows = pl.format("{};{}", "row", "row_people").alias("row_key")
    summed = _add_up(joined.select("state", "year", rows, value=pl.col("gdp_pcap") * pl.col("pop")), "row_key")
    guess = pl.when(pl.col("state") == "PRK").then(pl.lit("low")).otherwise("confidence").alias("confidence")
    pairs = pl.col("row_key").str.split(",").list.eval(pl.element().str.split(";").list.first()).list.join(",")
    others = pl.col("row_key").str.split(",").list.eval(pl.element().str.split(";").list.last()).list.join(",")
    keyed = _graded(summed).with_columns(guess, row_key=pl.format("{} ; {}", pairs, others))
    return to_tidy(keyed, f"{INCOME} ; {PEOPLE}", "constant 2021 international $", variable="gdp", source="gapminder")
