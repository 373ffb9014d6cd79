"""The panel: all sources in one DuckDB file in `MOORINGS_HOME`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from moorings.core import places
from moorings.core.digest import record_digest
from moorings.core.errors import InputError, check_name
from moorings.data.columns import DOCUMENTED, DYAD_YEARS, PAIR_YEARS, STATE_YEARS
from moorings.data.fetch import sources_folder
from moorings.data.shelf import Shelf, open_shelf
from moorings.data.sources import CARDS
from moorings.data.tables import Progress, Tables, create_tables

if TYPE_CHECKING:
    import duckdb

# Raised whenever the same sources give another panel.
VERSION = "6"
TIDY_COLUMNS = ("state", "other", "year", "variable", "value", "unit", "source", "confidence", "note")


def panel_path() -> Path:
    """Where the panel stands."""
    return places.home() / "panel.duckdb"


def tell(message: str) -> None:
    """Progress on standard error."""
    print(message, file=sys.stderr)


def build_panel(mirror: Path | None = None, progress: Progress = tell) -> Path:
    """Build the panel from a mirror of the sources, unless it is there already.

    Parameters
    ----------
    mirror
        Folder of the sources; by default `MOORINGS_DATA_DIR`, else the files fetched into `MOORINGS_HOME`.
    progress
        Is told what is being done.

    Returns
    -------
    Path of the panel.

    Raises
    ------
    InputError
        A file is missing or damaged, or does not hold what its card says; the panel stays as it was.
    """
    folder = mirror or places.mirror() or sources_folder()
    progress(f"checking the sources in {folder}")
    shelf = open_shelf(folder, CARDS)
    digest = panel_digest(shelf)
    path = panel_path()
    if _stamp_of(path).get("digest") == digest:
        progress("the panel is up to date: nothing to do")
        return path
    tables = create_tables(shelf, progress)
    progress("writing the panel")
    stamp = pl.DataFrame({"digest": [digest], "version": [VERSION], "edition": [shelf.edition]})
    _write(path, {**tables, "panel": stamp})
    progress(f"the panel is ready: {path}")
    return path


def panel_digest(shelf: Shelf) -> str:
    """Identity of the panel that a set of source files gives."""
    return record_digest([VERSION, shelf.digests])


def _write(path: Path, tables: Tables) -> None:
    """Write all tables and views into a new file, then put it in place."""
    import duckdb

    with places.replacing(path) as temporary, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        temporary.unlink()
        with duckdb.connect(str(temporary)) as connection:
            for name, table in tables.items():
                parquet = Path(folder) / f"{name}.parquet"
                table.write_parquet(parquet, compression="uncompressed")
                connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [str(parquet)])
                parquet.unlink()
            connection.execute(_wide_view("state_years", "state_year_rows", ("state", "year"), STATE_YEARS))
            connection.execute(_wide_view("pair_years", "pair_year_rows", ("state", "other", "year"), PAIR_YEARS))


def _wide_view(name: str, rows: str, keys: tuple[str, ...], variables: Iterable[str]) -> str:
    by = ", ".join(keys)
    columns = ", ".join(f"max(value) FILTER (WHERE variable = '{variable}') AS {variable}" for variable in variables)
    return f"CREATE VIEW {name} AS SELECT {by}, {columns} FROM {rows} GROUP BY {by} ORDER BY {by}"


def _stamp_of(path: Path) -> dict[str, str]:
    """Digest, version and edition of the panel at `path`; empty if there is none."""
    import duckdb

    if not path.is_file():
        return {}
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return dict(read_query(connection, "SELECT * FROM panel").row(0, named=True))
    except duckdb.Error:
        return {}


def open_panel() -> duckdb.DuckDBPyConnection:
    """Open the panel for reading; one that is missing or out of date is built first if a mirror is named."""
    import duckdb

    path = panel_path()
    if _stamp_of(path).get("version") != VERSION and places.mirror():
        build_panel()
    stamp = _stamp_of(path)
    if stamp.get("version") != VERSION:
        found = f"a panel of version {stamp['version']}" if stamp else "no panel"
        remedy = "Try `moorings data fetch` and `moorings data build`, or set MOORINGS_DATA_DIR to a mirror."
        raise InputError(str(path), found, f"a panel of version {VERSION}", remedy)
    return duckdb.connect(str(path), read_only=True)


def last_year(table: str, variable: str, fewest: int) -> int:
    """Last year in which a table of the panel has at least `fewest` rows of a variable.

    Raises
    ------
    InputError
        If no year has so many.
    """
    years = f"SELECT year FROM {table} WHERE variable = ? GROUP BY year HAVING count(*) >= ?"
    with open_panel() as panel:
        last = read_query(panel, f"SELECT max(year) FROM ({years})", [variable, fewest]).item()
    if last is None:
        raise InputError("panel", f"no year with {variable} of most states", f"{fewest} rows of it in some year")
    return int(last)


def read_query(connection: duckdb.DuckDBPyConnection, query: str, values: Iterable[object] = ()) -> pl.DataFrame:
    """Result of a query on the panel as a frame."""
    # By way of NumPy: the Arrow stream of DuckDB 2.0 needs pyarrow, or complains of leaks when the program ends.
    columns = _executed(connection, query, list(values)).fetchnumpy()
    return pl.DataFrame([_to_series(name, column) for name, column in columns.items()])


def _executed(connection: duckdb.DuckDBPyConnection, query: str, values: list[object]) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return connection.execute(query, values)
    except (duckdb.BinderException, duckdb.CatalogException) as fault:
        remedy = "Delete the file and build it anew with `moorings data build`."
        raise InputError(
            str(panel_path()), str(fault).splitlines()[0], "the tables and columns of this version", remedy
        ) from fault


def _to_series(name: str, column: Any) -> pl.Series:
    if column.dtype == object:
        return pl.Series(name, column.tolist(), dtype=pl.String)
    known = pl.Series(~np.ma.getmaskarray(column))
    numbers = pl.Series(name, np.ma.getdata(column))
    return pl.select(pl.when(known).then(numbers)).to_series().alias(name)


def panel_observations(
    states: Iterable[str] | None = None,
    variables: Iterable[str] | None = None,
    years: tuple[int, int] | None = None,
) -> pl.DataFrame:
    """Tidy observations of the panel.

    Parameters
    ----------
    states
        Both sides of a pair must be among them; default: all.
    variables
        Names as in the table `columns`; default: all. Pairs of states have 0 where a source covers the pair and
        lists nothing, and no row where it does not cover it.
    years
        First and last; default: all.

    Returns
    -------
    Columns state, other (null for states alone), year, variable, value, unit, source, confidence, note.
    """
    known = (*STATE_YEARS, *PAIR_YEARS, *DYAD_YEARS)
    wanted = [check_name("variables", name, known) for name in variables] if variables is not None else list(known)
    places_wanted = sorted(set(states)) if states is not None else None
    with open_panel() as connection:
        query = _Query(connection, places_wanted, years or (0, 9999))
        parts = [
            query.long("state_year_rows", [name for name in wanted if name in STATE_YEARS]),
            query.long("pair_year_rows", [name for name in wanted if name in PAIR_YEARS]),
            query.wide([name for name in wanted if name in DYAD_YEARS]),
        ]
    return pl.concat(parts).select(TIDY_COLUMNS).with_columns(pl.col("year").cast(pl.Int64))


@dataclass(frozen=True)
class PanelStatus:
    """What the panel is.

    Attributes
    ----------
    path
        Where it stands, or would.
    digest, version, edition
        None without a panel.
    rows
        Number of rows per table.
    sources
        Per file: source, file, edition, digest, last_year of the original.
    last_seen
        Last year with a value, per variable of states and pairs.
    """

    path: Path
    digest: str | None = None
    version: str | None = None
    edition: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    sources: tuple[dict[str, Any], ...] = ()
    last_seen: dict[str, int] = field(default_factory=dict)


def panel_status() -> PanelStatus:
    """State of the panel; it is not built."""
    path = panel_path()
    stamp = _stamp_of(path)
    if stamp.get("version") != VERSION:
        return PanelStatus(path)
    with open_panel() as connection:
        counts = {name: read_query(connection, f'SELECT count(*) AS n FROM "{name}"').item() for name in DOCUMENTED}
        files = read_query(connection, "SELECT source, file, edition, digest, last_year FROM sources ORDER BY file")
        seen = read_query(connection, _LAST_SEEN)
    return PanelStatus(path, **stamp, rows=counts, sources=tuple(files.to_dicts()), last_seen=dict(seen.iter_rows()))


_LAST_SEEN = """SELECT variable, max(year) AS year FROM (
    SELECT variable, year FROM state_year_rows UNION ALL SELECT variable, year FROM pair_year_rows
    UNION ALL SELECT variable, year FROM dyad_year_rows) GROUP BY variable ORDER BY variable"""


class _Query:
    """Selections from the panel's tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, states: list[str] | None, years: tuple[int, int]) -> None:
        self.connection, self.states, self.years = connection, states, years

    def _select(self, table: str, where: str, parameters: list[object], paired: bool) -> pl.DataFrame:
        conditions = ["year BETWEEN ? AND ?", where]
        values: list[object] = [*self.years, *parameters]
        for column in ("state", "other") if paired else ("state",):
            if self.states is not None:
                conditions.append(f"list_contains(?, {column})")
                values.append(self.states)
        statement = f"SELECT * FROM {table} WHERE {' AND '.join(conditions)}"
        return read_query(self.connection, statement, values)

    def long(self, table: str, variables: list[str]) -> pl.DataFrame:
        """Rows of a long table."""
        paired = table == "pair_year_rows"
        rows = self._select(table, "list_contains(?, variable)", [variables], paired)
        other = [] if paired else [pl.lit(None, pl.String).alias("other")]
        return rows.with_columns(other).select(TIDY_COLUMNS)

    def wide(self, variables: list[str]) -> pl.DataFrame:
        """Cells of `dyad_years` as rows."""
        table = self._select("dyad_years", "true" if variables else "false", [], paired=True)
        facts = pl.DataFrame(
            [(name, unit, source) for name, (unit, _, source) in DYAD_YEARS.items()],
            schema=["variable", "unit", "source"],
            orient="row",
        )
        rows = table.unpivot(variables or None, index=["state", "other", "year"]).drop_nulls("value")
        noted = rows.join(facts, on="variable").with_columns(
            confidence=pl.lit("high"), note=pl.lit(None, pl.String), value=pl.col("value").cast(pl.Float64)
        )
        return noted.select(TIDY_COLUMNS)
