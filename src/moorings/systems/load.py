"""Load a system, its observations and its coded events."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.core.errors import InputError, check_name, nearest
from moorings.systems.description import read_description
from moorings.systems.draft import FILE
from moorings.systems.fault import raise_first
from moorings.systems.rows import read_rows
from moorings.systems.scope import scope_of
from moorings.systems.system import System
from moorings.systems.tables import EVENTS, NUMBER, TABLES, WHOLE, YEAR, Column, Table
from moorings.systems.ties import ties_by_year

if TYPE_CHECKING:
    import polars as pl

SHIPPED = Path(__file__).parent / "shipped"
TIES_FROM = 2010
"""First year for which the absence of an agreement from a shipped table means that there was none."""


def list_systems() -> list[str]:
    """Names of the shipped systems."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{FILE}"))


def load_system(name_or_folder: str | Path, built: Iterable[str] = ()) -> System:
    """The shipped system of that name, or the system in that folder.

    Parameters
    ----------
    name_or_folder
        Which one.
    built
        Names that the caller takes too: told where the name is wrong.

    Raises
    ------
    InputError
        Where there is no such system, or its `system.yaml` has a fault (the first one, with its line).
    """
    description = read_description(find_folder(name_or_folder, built))
    raise_first(description.faults)
    assert description.system is not None  # since there is no fault
    return description.system


def find_folder(name_or_folder: str | Path, built: Iterable[str] = ()) -> Path:
    """Folder of a shipped system, or the folder named; `InputError` with the nearest name if there is neither."""
    shipped = list_systems()
    if str(name_or_folder) in shipped:
        return SHIPPED / name_or_folder
    if Path(name_or_folder).is_dir():
        return Path(name_or_folder)
    names = [*shipped, *built]
    allowed = f"{', '.join(names)}, or a folder with {FILE}"
    raise InputError("SYSTEM", repr(str(name_or_folder)), allowed, nearest(str(name_or_folder), names))


def load_observations(system: System) -> pl.DataFrame:
    """Tidy observations of a system that has a folder.

    Rows of `state_year.csv`, rows of `pair_year.csv` (one per year from `year` to `until`), and ties derived from
    `agreements.csv` for each pair that holds an ally or an adversary.

    Returns
    -------
    polars.DataFrame
        Columns `state, other, year, variable, value, unit, source, confidence, note`; what is missing has no row.
        A system opened at an earlier year than its own has no row after that year.
    """
    import polars as pl

    rows = pl.concat(
        [_load_frame(system, TABLES["state_year"]), _yearly(_load_frame(system, TABLES["pair_year"])), _ties(system)]
    )
    return rows.filter(pl.col("year") <= system.start)


def load_events(system: System, table: str) -> pl.DataFrame:
    """Coded events: `agreements`, `patron_signals`, `ally_responses`, `threat_events` or `milestones`."""
    return _load_frame(system, TABLES[check_name("table", table, EVENTS)])


def load_polls(system: System) -> pl.DataFrame:
    """Polls that one pollster repeated with one wording; shares of respondents. For the reader: the law uses none."""
    return _load_frame(system, TABLES["polls"])


def load_rows(system: System, table: Table) -> tuple[dict[str, Any], ...]:
    """Rows of a table; the first fault in it is raised as `InputError`."""
    if system.folder is None:
        raise InputError(f"system {system.name}", "no folder", "a system with a folder", "It is built from the panel.")
    # checked against the folder's own years, which a system opened earlier has left behind
    read, faults = read_rows(scope_of(load_system(system.folder), system.folder), table)
    raise_first(faults)
    return read.rows


def _load_frame(system: System, table: Table) -> pl.DataFrame:
    import polars as pl

    schema = {column.name: _type(column) for column in table.columns}
    rows = [[row[name] for name in schema] for row in load_rows(system, table)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _type(column: Column) -> Any:
    import polars as pl

    return {YEAR: pl.Int64, WHOLE: pl.Int64, NUMBER: pl.Float64}.get(column.kind, pl.String)


def _yearly(spells: pl.DataFrame) -> pl.DataFrame:
    """One row for each year from `year` to `until`."""
    import polars as pl

    years = pl.int_ranges(pl.col("year"), pl.coalesce("until", "year") + 1)
    return spells.with_columns(years).explode("year").drop("until")


def _ties(system: System) -> pl.DataFrame:
    import polars as pl

    agreements = load_events(system, "agreements")
    states = [state for state in system.states if state != system.patron] if len(agreements) else []
    ties = ties_by_year(agreements, states, range(min(TIES_FROM, system.start), system.start + 1))
    core = [*system.allies, *system.adversaries]
    return ties.filter(pl.col("state").is_in(core) | pl.col("other").is_in(core))
