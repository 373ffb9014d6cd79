"""File formats to tables of text or numbers, each with the number of its `row` in the file.

`row` is what a reader of the file would count: the line of a text table whose header is row 1 (a record that spans
lines counts once), the row of a spreadsheet, the row name of an R or Stata table, from 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

import polars as pl

from moorings.core.errors import InputError
from moorings.data.checks import check_columns

Reader = Callable[..., pl.DataFrame]


def _named_errors(read: Reader) -> Reader:
    """Turn a library's complaint into an `InputError` that names the file."""

    @wraps(read)
    def wrapped(path: Path, *arguments: Any, **options: Any) -> pl.DataFrame:
        try:
            return read(path, *arguments, **options)
        except InputError:
            raise
        except FileNotFoundError as error:
            raise InputError(str(path), "no such file", "a file of the mirror", "Fetch the sources again.") from error
        except Exception as error:  # any decoder may fail in its own way on a damaged file
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise InputError(str(path), f"unreadable: {reason}", "a whole file", "Fetch it again.") from error

    return wrapped


def _from_pandas(table: Any) -> pl.DataFrame:
    """Columns of a pandas frame without pyarrow: numbers as floats, everything else as text."""
    columns: dict[str, pl.Series] = {}
    for name in table.columns:
        column = table[name]
        if column.dtype.kind in "fiu":
            numbers = column.to_numpy("float64", na_value=float("nan"))
            columns[str(name)] = pl.Series(numbers, nan_to_null=True)
        else:
            columns[str(name)] = pl.Series(column.astype(object).where(column.notna(), None).tolist(), dtype=pl.String)
    return pl.DataFrame(columns)


@_named_errors
def read_text(path: Path, columns: Iterable[str]) -> pl.DataFrame:
    """Read a comma-separated file: all columns as text, header = row 1."""
    frame = pl.read_csv(path, infer_schema=False)
    return check_columns(frame.with_row_index("row", offset=2), columns, str(path))


@_named_errors
def read_table(path: Path, columns: Iterable[str]) -> pl.DataFrame:
    """Read the one table of an R data file, or a Stata file."""
    return check_columns(_read_binary(path).with_row_index("row", offset=1), columns, str(path))


@_named_errors
def read_sheet(path: Path, sheet: str | None, first_column: str) -> pl.DataFrame:
    """Read a spreadsheet as text; the header is the row whose first cell is `first_column`.

    `row` is the sheet's own row number. Columns without a heading are dropped.
    """
    table = pl.read_excel(
        path,
        sheet_name=sheet,
        has_header=False,
        infer_schema_length=0,
        drop_empty_rows=False,
        drop_empty_cols=False,
    )
    top = table.with_row_index("row", offset=1).filter(pl.col(table.columns[0]) == first_column)
    if top.height != 1:
        raise InputError(f"{path}, sheet {sheet or 1}", f"{top.height} rows that begin with {first_column!r}", "one")
    header = top.row(0)
    names = {old: str(name) for old, name in zip(table.columns, header[1:], strict=True) if name is not None}
    return table.with_row_index("row", offset=1).filter(pl.col("row") > header[0]).select("row", *names).rename(names)


def read_rows(path: Path, key: str, most: int) -> list[dict[str, Any]]:
    """Raw values of the rows that a key names, at most `most` of them.

    A key is a list of row numbers, `12,13`, or for a cell of a named sheet `Share of GDP!73:1949`: the row's name
    and that column alone. Empty fields are left out.
    """
    sheet, _, rest = key.rpartition("!")
    numbers, _, column = rest.partition(":")
    wanted = [int(number) for number in numbers.split(",")][:most]
    table = _read_any(path, sheet or None)
    if column:
        table = table.select("row", table.columns[1], column)
    found = table.filter(pl.col("row").cast(pl.Int64).is_in(wanted)).sort("row").to_dicts()
    return [{name: value for name, value in row.items() if value is not None} for row in found]


def _read_any(path: Path, sheet: str | None) -> pl.DataFrame:
    """All columns of a source file, with `row`."""
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False).with_row_index("row", offset=2)
    if path.suffix == ".xlsx":
        return read_sheet(path, sheet, "Country" if sheet else "country_name")
    return _read_binary(path).with_row_index("row", offset=1)


def _read_binary(path: Path) -> pl.DataFrame:
    """All columns of an R or Stata file."""
    if path.suffix == ".dta":
        import pandas as pd

        return _from_pandas(pd.read_stata(path))
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # rdata has no class for tibbles and takes them as data frames
        (table,) = rdata.read_rda(path).values()
    return _from_pandas(table)
