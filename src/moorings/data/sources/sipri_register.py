"""SIPRI's trade register: arms imports of this year and the four before, and each supplier's share."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.core.errors import InputError
from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_range, joined_rows, to_number, to_tidy
from moorings.data.codes import add_named_state
from moorings.data.formats import read_text

FILE = "sipri_register/trade-register.csv"
FIRST_DELIVERY, WINDOW = 1950, 5
PATRONS = ("USA", "GBR", "FRA", "RUS", "CHN")
_DELIVERED = "SIPRI TIV of delivered weapons"
_YEARS = "Year(s) of delivery"
_PLACES = (
    *("Aruba", "Biafra", "Katanga", "Northern Cyprus", "Palestine", "Western Sahara"),
    *("unknown recipient(s)", "unknown supplier(s)"),
)

CARD = Card(
    name="sipri_register",
    title="Arms imports, and the share of each supplier",
    citation="SIPRI Arms Transfers Database, trade register, 2025 release, "
    "Stockholm International Peace Research Institute",
    terms="free for non-commercial use with credit; republishing the database needs SIPRI's permission",
    unit="trend indicator value, million; share of arms imports",
    years=(1954, 2024),
    files=known_files(FILE),
    traps=(
        Trap("starts with a byte-order mark", "dropped"),
        Trap("rows broken in two: the last three figures stand on a line of their own", "joined again"),
        Trap("delivery years are listed without a split", "the value is spread evenly over them"),
        Trap("names differ from the milex file (Soviet Union, Viet Nam)", "a table of names for all sources"),
        Trap(
            "rebels (*), organisations (**), unknown recipients", "no states: no rows; as suppliers in the total only"
        ),
        Trap("suppliers outside the set are cut after 2014 in the training edition", "its windows end in 2014"),
        Trap("the window of five years reaches before the register's first year", "no rows before 1954"),
    ),
)


def _mend(path: Path) -> pl.DataFrame:
    """Join the rows that are broken in two: the second half holds the last three figures, in columns two to four."""
    frame = read_text(path, ["Recipient", "Supplier", "Year of order", " ", _YEARS, _DELIVERED])
    broken = pl.col(_DELIVERED).is_null() & pl.col("Recipient").is_not_null()
    half = pl.col("Recipient").shift(-1).is_null() & pl.col("Supplier").shift(-1).is_not_null()
    joined = frame.with_columns(
        pl.when(broken & half).then(pl.col(" ").shift(-1)).otherwise(_DELIVERED).alias(_DELIVERED)
    )
    return joined.filter(pl.col("Recipient").is_not_null())


def _read_deliveries(path: Path) -> pl.DataFrame:
    """One row per order and delivery year: `Recipient, Supplier, year, tiv, row`."""
    orders = to_number(_mend(path), _DELIVERED, place=str(path))
    delivered = orders.filter(pl.col(_YEARS).fill_null("").str.strip_chars() != "")
    missing = delivered.filter(pl.col(_DELIVERED).is_null())
    if missing.height:
        raise InputError(f"{path}, row {missing['row'][0]}", f"no {_DELIVERED!r}", "a number in every delivered order")
    check_range(delivered, _DELIVERED, 0.0, 20_000.0, str(path))
    years = pl.col(_YEARS).str.split(";").list.eval(pl.element().str.strip_chars().cast(pl.Int32))
    spread = delivered.with_columns(years.alias("year"), tiv=pl.col(_DELIVERED) / years.list.len())
    return check_range(spread.explode("year"), "year", FIRST_DELIVERY, 2030, str(path))


def _to_windows(deliveries: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """Repeat each delivery in every year whose window (that year and the four before) holds it."""
    reach = pl.int_ranges(pl.col("year"), pl.col("year") + WINDOW)
    first = FIRST_DELIVERY + WINDOW - 1
    return (
        deliveries.with_columns(reach.alias("year")).explode("year").filter(pl.col("year").is_between(first, last_year))
    )


def read_arms(path: Path, last_year: int) -> pl.DataFrame:
    """Arms imports (`arms_imports`, TIV) and shares of them (`arms_dependence`), tidy.

    Parameters
    ----------
    path
        The trade register.
    last_year
        Last year whose window is whole in this edition.

    Returns
    -------
    No row where a state imported nothing. A patron (USA, GBR, FRA, RUS, CHN) that sent nothing to a state which
    imported from others has the share 0; other suppliers have rows only where they sent something.
    """
    deliveries = _to_windows(_read_deliveries(path), last_year)
    no_state = pl.col("Recipient").str.ends_with("*") | pl.col("Recipient").is_in(_PLACES)
    bought = add_named_state(deliveries.filter(~no_state), "Recipient", "state", str(path))
    totals = bought.group_by("state", "year").agg(pl.col("tiv").sum().alias("value"), joined_rows())
    totals = totals.filter(pl.col("value") > 0)
    imports = to_tidy(totals, FILE, "TIV million, five years", variable="arms_imports")
    return pl.concat([imports, _to_shares(bought, totals, path)])


def _to_shares(bought: pl.DataFrame, totals: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Each supplying state's share of a state's imports."""
    no_state = pl.col("Supplier").str.ends_with("*") | pl.col("Supplier").is_in(_PLACES)
    sold = add_named_state(bought.filter(~no_state), "Supplier", "other", str(path))
    parts = sold.group_by("state", "other", "year").agg(pl.col("tiv").sum(), joined_rows())
    base = totals.select("state", "year", pl.col("value").alias("total"))
    patrons = base.join(pl.DataFrame({"other": PATRONS}), how="cross")
    wanted = pl.concat([patrons, parts.join(base, on=["state", "year"]).select(patrons.columns)]).unique()
    shares = wanted.join(parts, on=["state", "other", "year"], how="left").filter(pl.col("state") != pl.col("other"))
    share = (pl.col("tiv").fill_null(0.0) / pl.col("total")).clip(0.0, 1.0)
    return to_tidy(shares.with_columns(value=share), FILE, "share of arms imports", variable="arms_dependence")
