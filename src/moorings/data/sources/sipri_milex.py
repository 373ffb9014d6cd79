"""SIPRI military expenditure: the burden, as a share of GDP."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_number, to_tidy
from moorings.data.codes import add_named_state
from moorings.data.formats import read_sheet

FILE = "sipri_milex/SIPRI-Milex-data-1949-2024_2.xlsx"
SHEET, CURRENT = "Share of GDP", "Current US$"
CREDIBLE = 1e-4
_REGIONS = (
    *("Africa", "North Africa", "sub-Saharan Africa", "Americas", "Central America and the Caribbean", "North America"),
    *("South America", "Asia & Oceania", "Oceania", "South Asia", "East Asia", "South East Asia", "Central Asia"),
    *("Europe", "Central Europe", "Eastern Europe", "Western Europe", "European Union", "Middle East"),
)

CARD = Card(
    name="sipri_milex",
    title="Military expenditure as a share of GDP",
    citation="SIPRI Military Expenditure Database, 1949-2024, April 2025 edition, "
    "Stockholm International Peace Research Institute",
    terms="free for non-commercial use with credit; republishing the database needs SIPRI's permission",
    unit="share of GDP (fraction)",
    years=(1949, 2024),
    files=known_files(FILE),
    traps=(
        Trap('the sheet "Share of govt. spending cleaned" was added by others', "only the sheet Share of GDP is read"),
        Trap('"..." and "xxx" mean no figure', "no row is made: missing is never zero"),
        Trap("estimates are marked by font colour only", "not read: all figures are taken as they stand"),
        Trap("USSR, Yugoslavia, both Germanies and both Yemens have rows of their own", "joined to the state's code"),
        Trap(
            "shares below 0.01 % (Zaire 1964-79, Angola 1985-86, Tajikistan 1992-94) mix old and new currency",
            "no row",
        ),
        Trap("China from 1989, Taiwan from 1976, Viet Nam to 2018, no North Korea", "left missing"),
    ),
)


def read_burden(path: Path) -> pl.DataFrame:
    """Military burden of every state and year, tidy; `row_key` is the sheet's row and the year's column."""
    numbers = _read_sheet(path, SHEET).filter((pl.col("value") == 0) | (pl.col("value") >= CREDIBLE))
    checked = check_range(check_keys(numbers, ["state", "year"], str(path)), "value", 0.0, 1.5, str(path))
    keyed = checked.with_columns(row_key=pl.format("{}!{}:{}", pl.lit(SHEET), "row", "year"))
    return to_tidy(keyed, FILE, "share of GDP", variable="burden")


def read_current_gdp(path: Path, state: str) -> pl.DataFrame:
    """A state's GDP at current prices (million US$), as its spending over its burden: `year, current`."""
    spending, burden = (_read_sheet(path, sheet).filter(pl.col("state") == state) for sheet in (CURRENT, SHEET))
    both = spending.join(burden, on="year", suffix="_share")
    return both.select(pl.col("year").cast(pl.Int32), current=pl.col("value") / pl.col("value_share"))


def _read_sheet(path: Path, name: str) -> pl.DataFrame:
    """Cells of a sheet that hold a figure: `state, row, year, value`."""
    place = f"{path}, {name}"
    sheet = read_sheet(path, name, "Country").filter(pl.col("Country").is_not_null())
    named = add_named_state(sheet, "Country", "state", place, _REGIONS)
    years = [column for column in named.columns if column.isdigit()]
    cells = named.unpivot(years, index=["state", "row"], variable_name="year", value_name="value")
    return to_number(cells, "value", place=place, missing=("", "...", ". .", "xxx")).drop_nulls("value")
