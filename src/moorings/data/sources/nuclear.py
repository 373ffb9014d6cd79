"""Nuclear weapons: the ladder of proliferation, and warheads."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_number, to_tidy
from moorings.data.codes import add_named_state
from moorings.data.formats import read_text

RUNGS = "owid_nuclear/Nuclear weapons proliferation – OWID based on Bleek (2017), Nuclear Threat Initiative (2022).csv"
WARHEADS = "fas_warheads/nuclear-warhead-stockpiles.csv"
_NOT_STATES = ("Abkhazia", "South Ossetia", "Tibet")

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
