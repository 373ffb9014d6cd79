"""Nuclear weapons: the ladder of proliferation, warheads, and plants for enrichment or reprocessing."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, joined_rows, to_number, to_tidy
from moorings.data.codes import FIRST_YEAR, add_named_state, add_state, state_codes
from moorings.data.formats import read_sheet, read_text

RUNGS = "owid_nuclear/Nuclear weapons proliferation – OWID based on Bleek (2017), Nuclear Threat Initiative (2022).csv"
WARHEADS = "fas_warheads/nuclear-warhead-stockpiles.csv"
PLANTS = "nuclear_latency/nl_dataset_v.1.2.xlsx"
_NOT_STATES = ("Abkhazia", "South Ossetia", "Tibet")
_LAST_PLANTS = 2012
_RUNNING = 7777

OWID = Card(
    name="owid_nuclear",
    title="Status on the way to nuclear weapons",
    citation="Our World in Data (Herre, Bastian). 2022. Nuclear weapons proliferation, based on Bleek, Philipp C. "
    "2017. "
    "When Did (and Didn't) States Proliferate? Belfer Center; and Nuclear Threat Initiative 2022",
    terms="CC BY 4.0",
    unit="rung 0 to 3",
    years=(1938, 2022),
    files=known_files(RUNGS),
    traps=(
        Trap("hedging is not coded: Japan 0 after 1972, South Korea 0 after 1981", "kept; the debate is an indicator"),
        Trap("the file's name holds an en dash", "written as such"),
        Trap("entities have rows for years before they were states", "only years of statehood are kept (the panel)"),
        Trap("Abkhazia, South Ossetia, Tibet", "no states of the system: dropped"),
    ),
)
FAS = Card(
    name="fas_warheads",
    title="Military stockpile of nuclear warheads",
    citation="Kristensen, Hans M., Matt Korda, and Robert Norris. Status of World Nuclear Forces. Federation of "
    "American "
    "Scientists, 2023; as in Our World in Data",
    terms="CC BY 4.0",
    unit="warheads",
    years=(1945, 2023),
    files=known_files(WARHEADS),
    traps=(
        Trap("estimates, revised each year: North Korea falls from 35 to 20 in 2021", "noted, confidence medium"),
        Trap("a World row", "dropped"),
    ),
)
LATENCY = Card(
    name="nuclear_latency",
    title="Plants for enrichment or reprocessing",
    citation="Fuhrmann, Matthew, and Benjamin Tkach. 2015. Almost Nuclear: Introducing the Nuclear Latency Dataset. "
    "Conflict Management and Peace Science 32(4): 443-461. v1.2",
    terms="free with citation",
    unit="plants operating",
    years=(1939, 2012),
    files=known_files(PLANTS),
    traps=(
        Trap(
            "-99 and 9999 are missing", "a plant without a known start is not counted; without a known end, its start"
        ),
        Trap("7777 means still running", "to the end of the data, 2012"),
        Trap("laboratories count like plants unless size is used", "any scale is counted, as the unit says"),
        Trap("some plants ran twice", "both spells are counted"),
    ),
)


def read_nuclear_rung(path: Path) -> pl.DataFrame:
    """Rung (0 none, 1 exploring, 2 pursuing, 3 possessing) of every state and year, tidy."""
    frame = to_number(
        read_text(path, ["Entity", "Year", "nuclear_weapons_status"]),
        "Year",
        "nuclear_weapons_status",
        place=str(path),
    ).rename({"nuclear_weapons_status": "value", "Year": "year"})
    named = add_named_state(frame.drop_nulls("value"), "Entity", "state", str(path), _NOT_STATES)
    checked = check_range(check_keys(named, ["state", "year"], str(path)), "value", 0, 3, str(path))
    return to_tidy(checked, RUNGS, "rung 0 to 3", variable="nuclear_rung")


def read_warheads(path: Path) -> pl.DataFrame:
    """Warheads of every state and year in the list, tidy."""
    columns = {"Code": "state", "Year": "year", "nuclear_weapons_stockpile": "value"}
    frame = read_text(path, columns).rename(columns).filter(pl.col("state") != "OWID_WRL")
    numbers = to_number(frame, "year", "value", place=str(path)).drop_nulls("value")
    checked = check_range(check_keys(numbers, ["state", "year"], str(path)), "value", 0, 60_000, str(path))
    revised = (pl.col("state") == "PRK") & (pl.col("year") >= 2021)
    note = pl.when(revised).then(pl.lit("the makers lowered their estimate in 2021"))
    return to_tidy(
        checked.with_columns(note=note, confidence=pl.lit("medium")), WARHEADS, "warheads", variable="warheads"
    )


def read_latency(path: Path) -> pl.DataFrame:
    """Plants operating in every state and year to 2012, tidy; 0 where none is listed."""
    spells = ("operation_start", "operation_end", "operation2_start", "operation2_end")
    sheet = read_sheet(path, None, "country_name")
    frame = to_number(sheet.select("row", "ccode", *spells), "ccode", *spells, place=str(path)).drop_nulls("ccode")
    named = add_state(frame, "ccode", "state", str(path))
    runs = pl.concat(
        named.select("state", "row", start=pl.col(first), end=pl.col(last)) for first, last in (spells[:2], spells[2:])
    )
    known = runs.filter(pl.col("start").is_between(1900, _LAST_PLANTS))
    still = pl.when(pl.col("end") == _RUNNING).then(_LAST_PLANTS)
    end = still.when(pl.col("end").is_between(1900, _LAST_PLANTS)).then("end").otherwise("start").cast(pl.Int32)
    years = known.with_columns(year=pl.int_ranges(pl.col("start").cast(pl.Int32), end + 1)).explode("year")
    counted = years.group_by("state", "year").agg(pl.col("row").n_unique().alias("value"), joined_rows())
    every = (
        state_codes()
        .select(pl.col("state").unique())
        .join(pl.DataFrame({"year": range(FIRST_YEAR, _LAST_PLANTS + 1)}), how="cross")
    )
    filled = every.join(counted.with_columns(pl.col("year").cast(pl.Int64)), on=["state", "year"], how="left")
    return to_tidy(filled.with_columns(pl.col("value").fill_null(0)), PLANTS, "plants operating", variable="latency")
