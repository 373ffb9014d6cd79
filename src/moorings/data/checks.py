"""Checks of tables as they are read: columns, keys, ranges, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from moorings.core.errors import InputError, nearest

TIDY = {
    "state": pl.String,
    "other": pl.String,
    "year": pl.Int32,
    "variable": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "source": pl.String,
    "confidence": pl.String,
    "note": pl.String,
    "file": pl.String,
    "row_key": pl.String,
}


def check_columns(frame: pl.DataFrame, columns: Iterable[str], place: str) -> pl.DataFrame:
    """Keep `columns` (and `row`); a missing one is an `InputError` that names the file."""
    wanted = list(columns)
    for column in wanted:
        if column not in frame.columns:
            shown = ", ".join(map(repr, frame.columns[:20]))
            raise InputError(place, f"no column {column!r}", f"columns {shown}", nearest(column, frame.columns))
    return frame.select(*wanted, "row")


def check_keys(frame: pl.DataFrame, keys: Sequence[str], place: str) -> pl.DataFrame:
    """Refuse missing and doubled keys."""
    if frame.select(pl.any_horizontal(pl.col(keys).is_null().any())).item():
        raise InputError(place, "a missing key", f"{', '.join(keys)} in every row")
    doubled = frame.filter(frame.select(keys).is_duplicated())
    if doubled.height:
        first = dict(zip(keys, doubled.select(keys).row(0), strict=True))
        raise InputError(place, f"{doubled.height} doubled rows, the first {first}", f"one row per {', '.join(keys)}")
    return frame


def check_range(frame: pl.DataFrame, column: str, low: float, high: float, place: str) -> pl.DataFrame:
    """Refuse values outside `low`..`high`: most often a changed unit."""
    outside = frame.filter(~pl.col(column).is_between(low, high))
    if outside.height:
        row = outside.row(0, named=True)
        where = f"{place}, row {row['row']}" if "row" in row else place
        raise InputError(where, f"{column} = {row[column]}", f"{low:g} to {high:g}", "Has the unit changed?")
    return frame


def to_number(frame: pl.DataFrame, *columns: str, place: str, missing: Sequence[str] = ("", "NA")) -> pl.DataFrame:
    """Turn text columns into numbers; `missing` marks become null, any other text is an `InputError`."""
    for column in columns:
        text = pl.col(column).str.strip_chars()
        blank = text.is_in(list(missing)) | text.is_null()
        number = pl.when(~blank).then(text).cast(pl.Float64, strict=False)
        bad = frame.filter(~blank & number.is_null())
        if bad.height:
            row = bad.row(0, named=True)
            raise InputError(f"{place}, row {row['row']}, {column}", repr(row[column]), "a number")
        frame = frame.with_columns(number.alias(column))
    return frame


def to_tidy(frame: pl.DataFrame, file: str, unit: str, **constants: str | None) -> pl.DataFrame:
    """Complete `state, year, value, row` to tidy rows with provenance.

    Parameters
    ----------
    frame
        Columns state, year, value, `row` (a number) or `row_key`, and any other of the tidy ones.
    file, unit
        Path of the file below a mirror (its first part names the source), and the unit.
    constants
        Further columns with one value, for instance `variable="burden"`.
    """
    fixed = {"other": None, "confidence": "high", "note": None, "source": file.split("/")[0], "file": file}
    fixed |= {"unit": unit, **constants}
    added = [pl.lit(value).alias(name) for name, value in fixed.items() if name not in frame.columns]
    if "row_key" not in frame.columns:
        added.append(pl.col("row").cast(pl.String).alias("row_key"))
    return frame.with_columns(added).select(pl.col(name).cast(kind) for name, kind in TIDY.items())


def joined_rows() -> pl.Expr:
    """Row numbers of a group as one key, for instance `12,13,17`."""
    return pl.col("row").unique().sort().cast(pl.String).str.join(",").alias("row_key")


def ordered_pair() -> list[pl.Expr]:
    """Put the alphabetically first of `state` and `other` first: each pair of states is stored once."""
    return [pl.min_horizontal("state", "other").alias("state"), pl.max_horizontal("state", "other").alias("other")]
