"""Democracy, and the membership of the system of states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_tidy
from moorings.data.codes import FIRST_YEAR, add_state, one_per_state
from moorings.data.formats import read_table

DEMOCRACY = "isard/cw_democracy.rda"
SYSTEM = "isard/cw_system.rda"
PANEL = "isard/cw_gw_panel.rda"
_STILL = date(2016, 12, 31)
_SPELLS_SINCE = 1920  # of states occupied in the war (Japan, Germany, Austria) the years before it count as existence

CARD = Card(
    name="isard",
    title="Electoral democracy; membership of the system of states",
    citation="Coppedge, Michael, et al. 2026. V-Dem Dataset v16. Varieties of Democracy Project; Correlates of War "
    "Project. 2017. State System Membership List, v2016; both as in isard: Miller, Steven V. isard: Overflow Data for "
    "Quantitative Peace Science Research (R package), https://svmiller.com/isard/",
    terms="V-Dem CC BY-SA 4.0; Correlates of War: free with citation; isard GPL-2",
    unit="index 0 to 1",
    years=(1816, 2025),
    files=known_files(DEMOCRACY, SYSTEM, PANEL),
    traps=(
        Trap("2016-12-31 means ongoing in the list of members", "no last year"),
        Trap("210 state-years are Gleditsch and Ward's alone", "not in the spine, which is the Correlates of War's"),
        Trap("Germany is 260 in 1955-90 and 255 from 1990; Yemen 678 and 679", "one state each, the successor's row"),
        Trap("no uncertainty of V-Dem here; polity2 ends in 2018-20", "only v2x_polyarchy is read"),
    ),
)


def read_polyarchy(path: Path) -> pl.DataFrame:
    """V-Dem's electoral democracy index of every state and year, tidy (0 to 1)."""
    frame = read_table(path, ["ccode", "year", "v2x_polyarchy"]).drop_nulls("v2x_polyarchy")
    named = one_per_state(add_state(frame.filter(pl.col("year") >= FIRST_YEAR), "ccode", "state", str(path)))
    checked = check_range(
        check_keys(named, ["state", "year"], str(path)).rename({"v2x_polyarchy": "value"}), "value", 0.0, 1.0, str(path)
    )
    return to_tidy(checked, DEMOCRACY, "index 0 to 1", variable="polyarchy")


def read_members(path: Path) -> pl.DataFrame:
    """Spells of membership since 1920: `state, cow, first_year, last_year` (null: ongoing), `row`."""
    frame = read_table(path, ["ccode", "start", "end"])
    dated = frame.with_columns(pl.col("start", "end").cast(pl.Int32).cast(pl.Date))
    recent = dated.filter(pl.col("end").dt.year() >= _SPELLS_SINCE)
    named = add_state(recent, "ccode", "state", str(path))
    last = pl.when(pl.col("end") < _STILL).then(pl.col("end").dt.year())
    first = pl.col("start").dt.year().alias("first_year")
    return named.select("state", pl.col("ccode").cast(pl.Int32).alias("cow"), first, last.alias("last_year"), "row")


def read_gleditsch_ward(path: Path) -> pl.DataFrame:
    """Gleditsch and Ward's number of each Correlates of War number and year: `cow, gw, year`, since 1946."""
    frame = read_table(path, ["ccode", "gwcode", "year"]).drop_nulls().filter(pl.col("year") >= FIRST_YEAR)
    return frame.select(
        pl.col("ccode").cast(pl.Int32).alias("cow"),
        pl.col("gwcode").cast(pl.Int32).alias("gw"),
        pl.col("year").cast(pl.Int32),
    )
