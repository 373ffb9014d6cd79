"""Codes and names of states: ISO 3 letters for the Correlates of War's numbers and for the names sources use."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import polars as pl

from moorings.core.errors import InputError, nearest

FIRST_YEAR = 1946
_TABLE = Path(__file__).with_name("states.csv")


@cache
def state_codes() -> pl.DataFrame:
    """Every code of a state: `state` (ISO 3), `cow`, `name`, `aliases` (a list).

    A state whose number changed has several rows: DEU is 255 and, from 1955 to 1990, 260; YEM is 678 and 679.
    """
    table = pl.read_csv(_TABLE).rename({"iso3": "state"})
    return table.with_columns(pl.col("aliases").fill_null("").str.split(";"))


@cache
def names_of_states() -> dict[str, str]:
    """Name or alias -> ISO 3 code."""
    rows = state_codes().iter_rows(named=True)
    return {name: row["state"] for row in rows for name in (row["name"], *row["aliases"]) if name}


def add_state(frame: pl.DataFrame, cow: str, to: str, place: str, ignored: Collection[int] = ()) -> pl.DataFrame:
    """Add column `to` (ISO 3) for the Correlates of War number in column `cow`.

    Rows with a number in `ignored` (territories, codes of no state) are dropped; any other unknown is an `InputError`.
    """
    codes = dict(state_codes().select("cow", "state").iter_rows())
    kept = frame.filter(~pl.col(cow).cast(pl.Int64).is_in(list(ignored)))
    found = kept.with_columns(pl.col(cow).cast(pl.Int64).replace_strict(codes, default=None).alias(to))
    _refuse_unknown(found, cow, to, place, [str(code) for code in codes])
    return found


def add_named_state(frame: pl.DataFrame, name: str, to: str, place: str, ignored: Collection[str] = ()) -> pl.DataFrame:
    """Add column `to` (ISO 3) for the name in column `name`; names in `ignored` are dropped."""
    names = names_of_states()
    kept = frame.filter(~pl.col(name).is_in(list(ignored)))
    found = kept.with_columns(pl.col(name).replace_strict(names, default=None).alias(to))
    _refuse_unknown(found, name, to, place, names)
    return found


def _refuse_unknown(frame: pl.DataFrame, column: str, to: str, place: str, known: Collection[str]) -> None:
    unknown = frame.filter(pl.col(to).is_null())
    if unknown.height:
        row = unknown.row(0, named=True)
        options = list(known)
        where = f"{place}, row {row['row']}, {column}"
        raise InputError(where, repr(row[column]), "a known state", nearest(str(row[column]), options))


_PREDECESSORS = (260, 678)


def one_per_state(frame: pl.DataFrame, cow: str = "ccode", keys: tuple[str, ...] = ("state", "year")) -> pl.DataFrame:
    """Keep the successor's row where a state has two numbers in a year (Germany and Yemen in 1990)."""
    doubled = frame.select(keys).is_duplicated()
    return frame.filter(~(doubled & frame[cow].cast(pl.Int64).is_in(_PREDECESSORS)))


def add_pair(frame: pl.DataFrame, place: str, ignored: Collection[int] = ()) -> pl.DataFrame:
    """Add `state` and `other` for the numbers `ccode1` and `ccode2`; drop pairs of a state with itself."""
    both = add_state(add_state(frame, "ccode1", "state", place, ignored), "ccode2", "other", place, ignored)
    return both.filter(pl.col("state") != pl.col("other"))
