"""SIPRI's trade register: arms imports of five years, each supplier's share, and what is still on order."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.core.errors import InputError
from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_range, joined_rows, to_number, to_tidy
from moorings.data.codes import add_named_state
from moorings.data.formats import read_text

FILE = "sipri_register/trade-register.csv"
FIRST_DELIVERY, WINDOW, OPEN = 1950, 5, 10
"""First year of deliveries; years of a window; years after which nothing of an order is waited for."""
PATRONS = ("USA", "GBR", "FRA", "RUS", "CHN")
_ORDERED, _DELIVERED = "SIPRI TIV for total order", "SIPRI TIV of delivered weapons"
_YEAR, _DOUBT = "Year of order", " "
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
        Trap(
            "more than half of the years of order are estimates (marked by ?), some of them made from the delivery",
            "such an order counts as placed only once its delivery has begun",
        ),
        Trap("orders that were cancelled before any delivery are not listed", "what is on order may be too little"),
        Trap("the window of five years reaches before the register's first year", "no rows before 1954"),
    ),
)


def _mend(path: Path) -> pl.DataFrame:
    """Join the rows that are broken in two: the second half holds the last three figures, in columns two to four."""
    frame = read_text(path, ["Recipient", "Supplier", _YEAR, _DOUBT, _YEARS, _ORDERED, _DELIVERED])
    broken = pl.col(_DELIVERED).is_null() & pl.col("Recipient").is_not_null()
    half = pl.col("Recipient").shift(-1).is_null() & pl.col("Supplier").shift(-1).is_not_null()
    figures = {_ORDERED: _YEAR, _DELIVERED: _DOUBT}
    joined = frame.with_columns(
        pl.when(broken & half).then(pl.col(half_of).shift(-1)).otherwise(name).alias(name)
        for name, half_of in figures.items()
    )
    return joined.filter(pl.col("Recipient").is_not_null())


def _read_orders(path: Path) -> pl.DataFrame:
    """One row per order: its columns, `years` of delivery (a list), and `tiv` of each of them."""
    orders = to_number(_mend(path), _YEAR, _ORDERED, _DELIVERED, place=str(path))
    came = pl.col(_YEARS).fill_null("").str.strip_chars() != ""
    for name, wanted, ends in (
        (_DELIVERED, came, (0.0, 20_000.0)),
        (_ORDERED, pl.lit(True), (0.0, 20_000.0)),
        (_YEAR, pl.lit(True), (1900.0, 2030.0)),
    ):
        rows = orders.filter(wanted)
        missing = rows.filter(pl.col(name).is_null())
        if missing.height:
            raise InputError(f"{path}, row {missing['row'][0]}", f"no {name!r}", "a number in every such order")
        check_range(rows, name, *ends, str(path))
    listed = pl.col(_YEARS).fill_null("").str.split(";").list.eval(pl.element().str.strip_chars())
    years = listed.list.eval(pl.element().filter(pl.element() != "").cast(pl.Int32))
    return orders.with_columns(years=years).with_columns(tiv=pl.col(_DELIVERED) / pl.col("years").list.len())


def _deliveries(orders: pl.DataFrame, place: str) -> pl.DataFrame:
    """One row per order and delivery year: `Recipient, Supplier, year, tiv, row`."""
    spread = orders.filter(pl.col("years").list.len() > 0).explode("years").rename({"years": "year"})
    return check_range(spread, "year", FIRST_DELIVERY, 2030, place)


def _on_order(orders: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """What each order still is to bring at the end of each year: `Recipient, Supplier, year, tiv, row`.

    From the year of the order on, or, where that is an estimate, from the first delivery on.
    """
    placed, first = pl.col(_YEAR).cast(pl.Int32), pl.col("years").list.min()
    certain = ~pl.col(_DOUBT).fill_null("").str.contains("?", literal=True)
    # an estimated year without any delivery does not say when the order was placed
    known = orders.with_columns(since=pl.when(certain).then(placed).otherwise(pl.max_horizontal(placed, first)))
    known = known.filter(certain | first.is_not_null())
    open_ = pl.int_ranges("since", pl.min_horizontal(placed + OPEN, pl.lit(last_year + 1)))
    rows = known.with_columns(year=open_).explode("year").drop_nulls("year")
    # an order's own row number and the year are the key
    came = rows.explode("years").group_by("row", "year").agg(came=(pl.col("years") <= pl.col("year")).sum())
    left = pl.col(_ORDERED) - (pl.col("came") * pl.col("tiv")).fill_nan(0.0).fill_null(0.0)
    return rows.join(came, on=["row", "year"], maintain_order="left").with_columns(tiv=left.clip(lower_bound=0.0))


def _to_windows(deliveries: pl.DataFrame, last_year: int) -> pl.DataFrame:
    """Repeat each delivery in every year whose window (that year and the four before) holds it."""
    reach = pl.int_ranges(pl.col("year"), pl.col("year") + WINDOW)
    first = FIRST_DELIVERY + WINDOW - 1
    return (
        deliveries.with_columns(reach.alias("year")).explode("year").filter(pl.col("year").is_between(first, last_year))
    )


def read_arms(path: Path, last_year: int) -> pl.DataFrame:
    """Arms imports and shares of them, and what was delivered in each year and is on order, tidy.

    Parameters
    ----------
    path
        The trade register.
    last_year
        Last year whose window is whole in this edition.

    Returns
    -------
    Of states `arms_imports`, `arms_delivered` and `arms_on_order` (TIV); of a state and a supplier `arms_dependence`
    (share of the imports), and of the patrons `supplier_delivered` and `supplier_on_order` (TIV). No row in a year
    whose window holds no imports. A patron (USA, GBR, FRA, RUS, CHN) that sent nothing to a state which imported from
    others has the share 0; other suppliers have rows only where they sent something.
    """
    bought = _of_states(_read_orders(path), "Recipient", "state", str(path))
    delivered, on_order = _deliveries(bought, str(path)), _on_order(bought, last_year)
    windows = _to_windows(delivered, last_year)
    totals = windows.group_by("state", "year").agg(pl.col("tiv").sum().alias("value"), joined_rows())
    totals = totals.filter(pl.col("value") > 0)
    return pl.concat(
        [
            to_tidy(totals, FILE, "TIV million, five years", variable="arms_imports"),
            _to_shares(windows, totals, path),
            *_of_years(delivered, totals, "arms_delivered", "supplier_delivered", str(path)),
            *_of_years(on_order, totals, "arms_on_order", "supplier_on_order", str(path)),
        ]
    )


def _of_years(
    sums: pl.DataFrame, totals: pl.DataFrame, of_all: str, of_patron: str, place: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What came in or is on order in each year whose window is known: of all suppliers, and of each patron."""
    known, patrons = totals.select("state", "year"), pl.DataFrame({"other": PATRONS})
    pairs = known.join(patrons, how="cross").filter(pl.col("state") != pl.col("other"))
    found = []
    sold = _of_states(sums, "Supplier", "other", place)
    for keys, base, rows in ((["state", "year"], known, sums), (["state", "other", "year"], pairs, sold)):
        value = rows.group_by(keys).agg(pl.col("tiv").sum().alias("value"), joined_rows())
        found.append(base.join(value, on=keys, how="left").with_columns(pl.col("value").fill_null(0.0)))
    unit = "TIV million"
    return to_tidy(found[0], FILE, unit, variable=of_all), to_tidy(found[1], FILE, unit, variable=of_patron)


def _of_states(rows: pl.DataFrame, column: str, name: str, place: str) -> pl.DataFrame:
    """Rows in which a column names a state, and its code as `name`."""
    no_state = pl.col(column).str.ends_with("*") | pl.col(column).is_in(_PLACES)
    return add_named_state(rows.filter(~no_state), column, name, place)


def _to_shares(bought: pl.DataFrame, totals: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Each supplying state's share of a state's imports."""
    sold = _of_states(bought, "Supplier", "other", str(path))
    parts = sold.group_by("state", "other", "year").agg(pl.col("tiv").sum(), joined_rows())
    base = totals.select("state", "year", pl.col("value").alias("total"))
    patrons = base.join(pl.DataFrame({"other": PATRONS}), how="cross")
    wanted = pl.concat([patrons, parts.join(base, on=["state", "year"]).select(patrons.columns)]).unique()
    shares = wanted.join(parts, on=["state", "other", "year"], how="left").filter(pl.col("state") != pl.col("other"))
    share = (pl.col("tiv").fill_null(0.0) / pl.col("total")).clip(0.0, 1.0)
    return to_tidy(shares.with_columns(value=share), FILE, "share of arms imports", variable="arms_dependence")
