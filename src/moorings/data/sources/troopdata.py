"""American troops abroad: the reports of September, and a yearly file where the reports have gaps."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_number, to_tidy
from moorings.data.codes import add_state
from moorings.data.formats import read_text

REPORTS = "troopdata/troopdata-rebuild-reports.csv"
YEARLY = "troopdata/troopdata-rebuild-country-year.csv"
PATRON = "USA"
_MONTHS = ("September", "June", "December", "March")
_COUNTS = ("Total Active Duty", "troops_ad", "Total")

# Codes that the source adds to the Correlates of War's: dependencies, seas, the Vatican; 6 is Puerto Rico.
_TERRITORIES = (6, 327, *range(1001, 1043), 10000, 10100, 10101)
_WARS = {"AFG": (2002, 2005), "IRQ": (2003, 2007), "KWT": (2003, 2007)}
_RECODED = {340: 345, 260: 255}

CARD = Card(
    name="troopdata",
    title="American active-duty troops stationed in a state",
    citation="Allen, Michael A., Michael E. Flynn, and Carla Martinez Machain. 2022. US Global Military Deployments, "
    "1950-2020. Conflict Management and Peace Science 39(3): 351-370; Defense Manpower Data Center; Kane, Tim. 2005. "
    "Global U.S. Troop Deployment, 1950-2003",
    terms="US government figures: public domain; troopdata GPL (>= 3)",
    unit="persons",
    years=(1950, 2025),
    files=known_files(REPORTS, YEARLY),
    traps=(
        Trap("several reports a year", "September's, else June's, December's, March's"),
        Trap("the best count changes its column", "Total Active Duty, else troops_ad, else Total"),
        Trap("no rows for 1951-52; the yearly file fills them in", "left missing"),
        Trap("none for the largest hosts in 2003-04", "the yearly highest value, confidence medium"),
        Trap("Japan before 1974 leaves out Okinawa, or is Okinawa alone", "the yearly highest value, 1951-52 missing"),
        Trap("Vietnam is 817 to this day", "South Vietnam (RVN) to 1975, Viet Nam (VNM) after"),
        Trap("Germany is 260 to this day, Serbia 340 since 2006", "recoded"),
        Trap("Indo-China of 1950-55 is three states, once with China's code", "dropped"),
        Trap("Russia 1992-93 and a few others doubled, once with all of the former USSR", "counted once"),
        Trap("Japan 2016-17, Philippines 2008: breaks in reporting", "kept, confidence low, with a note"),
        Trap("from September 2024 small missions and rotations are left out", "noted, confidence medium"),
        Trap("Iraq, Afghanistan, Syria withheld since December 2017", "missing from then on"),
        Trap("Afghanistan 2002-05, Iraq and Kuwait 2003-07 are reported as 0", "missing, or the yearly file's"),
        Trap("the yearly file is a yearly highest value, and 0 for hosts it knows nothing of", "gaps only; no 0"),
    ),
)


def _read(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    frame = to_number(read_text(path, ["ccode", "year", *columns]), "ccode", "year", place=str(path))
    recoded = frame.with_columns(pl.col("ccode").cast(pl.Int64).replace(_RECODED), pl.col("year").cast(pl.Int32))
    south = (pl.col("ccode") == 817) & (pl.col("year") > 1975)
    placed = recoded.with_columns(ccode=pl.when(south).then(816).otherwise("ccode"))
    return add_state(placed, "ccode", "state", str(path), _TERRITORIES).filter(pl.col("state") != PATRON)


def _read_reports(path: Path) -> pl.DataFrame:
    """One row per host and year: the best month's best count."""
    frame = to_number(_read(path, ("month", "Location", *_COUNTS)), *_COUNTS, place=str(path))
    indochina = pl.col("Location").fill_null("").str.starts_with("Indo-China")
    withheld = pl.col("state").is_in(["IRQ", "AFG", "SYR"]) & (pl.col("year") > 2017)
    okinawa = (pl.col("state") == "JPN") & (pl.col("year") < 1974)
    counted = frame.filter(~indochina & ~withheld & ~okinawa).with_columns(value=pl.coalesce(_COUNTS))
    order = pl.col("month").replace_strict({month: rank for rank, month in enumerate(_MONTHS)}, default=None)
    ranked = counted.filter(~_at_war()).drop_nulls("value").with_columns(order.alias("order")).drop_nulls("order")
    best = ranked.sort("order", "value", descending=[False, True]).unique(["state", "year"], keep="first")
    return best.select("state", "year", "value", "row", "month", file=pl.lit(REPORTS))


def _read_yearly(path: Path) -> pl.DataFrame:
    """Rows of the yearly file that may fill gaps: Japan with Okinawa, and 2003-04."""
    frame = to_number(_read(path, ("troops_ad",)), "troops_ad", place=str(path))
    okinawa = (pl.col("state") == "JPN") & (pl.col("year") < 1974) & ~pl.col("year").is_in([1951, 1952])
    gap = pl.col("year").is_in([2003, 2004])
    chosen = (
        frame.filter((okinawa | gap) & (pl.col("troops_ad") > 0))
        .sort("troops_ad", descending=True)
        .unique(["state", "year"], keep="first")
    )
    named = chosen.rename({"troops_ad": "value"}).select("state", "year", "value", "row")
    return named.with_columns(month=pl.lit("yearly highest value"), file=pl.lit(YEARLY))


def _at_war() -> pl.Expr:
    """A reported 0 where there was a war: those troops are counted elsewhere."""
    spells = (
        (pl.col("state") == state) & pl.col("year").is_between(first, last) & (pl.col("value") == 0)
        for state, (first, last) in _WARS.items()
    )
    return pl.any_horizontal(spells)


def _noted(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `note` and `confidence` for what is known of breaks."""
    year, state = pl.col("year"), pl.col("state")
    broken = ((state == "JPN") & year.is_in([2016, 2017])) | ((state == "PHL") & (year == 2008))
    partial = (year >= 2024) & (pl.col("value") < 1000)
    usual = pl.col("month").is_in(_MONTHS)
    note = (
        pl.when(broken)
        .then(pl.format("{}; a break in reporting", "month"))
        .when(partial)
        .then(pl.format("{}; small missions and rotations left out", "month"))
        .otherwise("month")
    )
    grade = pl.when(broken).then(pl.lit("low")).when(partial | ~usual).then(pl.lit("medium")).otherwise(pl.lit("high"))
    return frame.with_columns(note=note, confidence=grade)


def read_troops(reports: Path, yearly: Path) -> pl.DataFrame:
    """American troops in every state and year, tidy (persons); `other` is the patron."""
    reported = _read_reports(reports)
    filling = _read_yearly(yearly).join(reported, on=["state", "year"], how="anti")
    both = pl.concat([reported, filling])
    checked = check_range(check_keys(both, ["state", "year"], str(reports)), "value", 0, 1e6, str(reports))
    return to_tidy(_noted(checked), REPORTS, "persons", variable="troops", other=PATRON)
