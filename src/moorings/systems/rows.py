"""Read a table of a system's folder: its rows, and every fault with its line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moorings.systems.fault import Fault, Spot
from moorings.systems.observed import OBSERVED, OF_ALLIES, OF_PAIRS, OF_STATES
from moorings.systems.scope import Scope
from moorings.systems.tables import (
    CHOICE,
    DATE,
    DATE_FORM,
    DATE_WORDS,
    NUMBER,
    STATE,
    STATES,
    WHOLE,
    YEAR,
    Column,
    Table,
)

Value = str | int | float | None


@dataclass(frozen=True)
class Rows:
    """Rows of a table: column name -> value, in the order of the file; `lines` tells where each row stands."""

    table: Table
    rows: tuple[dict[str, Value], ...]
    lines: tuple[int, ...]


def read_rows(scope: Scope, table: Table) -> tuple[Rows, list[Fault]]:
    """Rows of a table of the system's folder (none if there is no such file), and all faults in it."""
    header, records, faults = _read_cells(scope.folder / f"{table.name}.csv")
    faults += _check_header(table, header) if header else []
    if faults or not header:
        return Rows(table, (), ()), faults
    rows = []
    for line, record in records:
        row, found = _read_row(scope, table, dict(zip(header, record, strict=False)), line)
        faults += found + _check_width(table, header, record, line)
        rows.append(row)
    lines = tuple(line for line, _ in records)
    return Rows(table, tuple(rows), lines), faults + _check_key(table, rows, lines) + _check_spells(table, rows, lines)


def _read_cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]], list[Fault]]:
    """Header, cells with the line each row ends on, and the fault that keeps a file from being read."""
    if not path.is_file():
        return [], [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            return header, [(reader.line_num, record) for record in reader if record], []
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [], [Spot(path.name, 0, "").fault(str(error), "comma-separated values in UTF-8")]


def _check_header(table: Table, header: list[str]) -> list[Fault]:
    spot = Spot(f"{table.name}.csv", 1, "")
    unknown = [fault for name in header for fault in Spot(spot.file, 1, name).choice(name, table.names)]
    missing = [column.name for column in table.columns if column.needed and column.name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    faults = unknown + [Spot(spot.file, 1, name).fault("no such column", "the column is needed") for name in missing]
    return faults + [Spot(spot.file, 1, name).fault("the column again", "each column once") for name in twice]


def _check_width(table: Table, header: list[str], record: list[str], line: int) -> list[Fault]:
    spot = Spot(f"{table.name}.csv", line, "")
    return (
        [] if len(record) == len(header) else [spot.fault(f"{len(record)} cells", f"{len(header)} cells, as in line 1")]
    )


def _read_row(scope: Scope, table: Table, cells: dict[str, str], line: int) -> tuple[dict[str, Value], list[Fault]]:
    row: dict[str, Value] = {}
    faults: list[Fault] = []
    for column in table.columns:
        spot = Spot(f"{table.name}.csv", line, column.name)
        row[column.name], found = _read_cell(scope, column, cells.get(column.name, "").strip(), spot)
        faults += found
    whole_row = _check_observation if table.tidy else _check_event
    told = {fault.field for fault in faults}
    return row, faults + [fault for fault in whole_row(scope, table, row, line) if fault.field not in told]


def _read_cell(scope: Scope, column: Column, text: str, spot: Spot) -> tuple[Value, list[Fault]]:
    if not text:
        return None, [spot.fault("nothing", "a value")] if column.needed else []
    if column.kind in (STATE, STATES):
        codes = text.split(";") if column.kind == STATES else [text]
        options = [*scope.states, *column.options]
        return text, [fault for code in codes for fault in spot.choice(code, options)]
    if column.kind == CHOICE:
        return text, spot.choice(text, column.options)
    if column.kind == DATE:
        return text, [] if DATE_FORM.fullmatch(text) else [spot.wrong(text, DATE_WORDS)]
    if column.kind in (YEAR, WHOLE):
        return _read_whole(scope, column, text, spot)
    if column.kind == NUMBER:
        return _read_number(text, spot)
    return text, []


def _read_whole(scope: Scope, column: Column, text: str, spot: Spot) -> tuple[Value, list[Fault]]:
    low, high = (1816, scope.start) if column.kind == YEAR else (column.low, column.high)
    allowed = f"a year up to {high}, the last year seen" if column.kind == YEAR else f"a whole number, {low} to {high}"
    try:
        number = int(text)
    except ValueError:
        return None, [spot.wrong(text, allowed)]
    return number, [] if low <= number <= high else [spot.wrong(text, allowed)]


def _read_number(text: str, spot: Spot) -> tuple[Value, list[Fault]]:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    return (
        (number, []) if math.isfinite(number) else (None, [spot.wrong(text, "a number; leave the row out if missing")])
    )


def _check_observation(scope: Scope, table: Table, row: dict[str, Value], line: int) -> list[Fault]:
    """Faults against the variable's unit and range, and against whose it is."""
    file, name = f"{table.name}.csv", str(row["variable"])
    if name not in OBSERVED:
        return Spot(file, line, "variable").choice(name, OBSERVED)
    variable, value = OBSERVED[name], row["value"]
    faults = Spot(file, line, "unit").choice(str(row["unit"]), [variable.unit])
    if isinstance(value, float) and not variable.low <= value <= variable.high:
        allowed = f"{variable.low:g} to {variable.high:g} ({variable.unit})"
        faults.append(Spot(file, line, "value").wrong(value, allowed))
    return faults + _check_whose(scope, row, Spot(file, line, "other")) + _check_until(row, Spot(file, line, "until"))


def _check_whose(scope: Scope, row: dict[str, Value], spot: Spot) -> list[Fault]:
    state, other, name = str(row["state"]), row["other"], str(row["variable"])
    if name in OF_STATES and other is not None:
        return [spot.wrong(other, f"nothing, since {name} belongs to one state")]
    if name in OF_ALLIES and other != scope.patron:
        return [spot.wrong(other, f"the patron, {scope.patron}")]
    if name in OF_PAIRS and not (other and state < str(other)):
        return [spot.wrong(other, f"a state after {state} in the alphabet, so that each pair stands once")]
    return []


def _check_until(row: dict[str, Value], spot: Spot) -> list[Fault]:
    year, until = row["year"], row.get("until")
    if isinstance(year, int) and isinstance(until, int) and until < year:
        return [spot.wrong(until, f"a year from {year} on")]
    return []


def _check_event(scope: Scope, table: Table, row: dict[str, Value], line: int) -> list[Fault]:
    """Faults in the order of dates: coded events end with the facts, an agreement ends after it begins."""
    file = f"{table.name}.csv"
    date, ended, cutoff = row.get("date"), row.get("ended"), scope.facts_until
    begun = row.get("in_force") or row.get("signed")
    faults = []
    if date and cutoff and table.name != "milestones" and str(date)[: len(cutoff)] > cutoff:
        faults.append(Spot(file, line, "date").wrong(date, f"up to {cutoff}, where the facts end"))
    if begun and ended and str(ended) < str(begun)[: len(str(ended))]:
        faults.append(Spot(file, line, "ended").wrong(ended, f"from {begun} on"))
    return faults


def _check_key(table: Table, rows: Iterable[dict[str, Value]], lines: Iterable[int]) -> list[Fault]:
    first: dict[tuple[Value, ...], int] = {}
    faults = []
    for row, line in zip(rows, lines, strict=True):
        key = tuple(row.get(name) for name in table.key)
        if key in first:
            shown = ", ".join(str(part) for part in key if part is not None)
            faults.append(
                Spot(f"{table.name}.csv", line, "").fault(f"{shown[:80]} again", f"once (first in line {first[key]})")
            )
        first.setdefault(key, line)
    return faults


def _check_spells(table: Table, rows: Iterable[dict[str, Value]], lines: Iterable[int]) -> list[Fault]:
    """Faults of spells (`year` to `until`) of one series that overlap; the same year twice is a matter of the key."""
    if "until" not in table.names:
        return []
    faults, ends = [], dict[tuple[Value, ...], tuple[int, int]]()
    spells = [(*spell, line, row) for row, line in zip(rows, lines, strict=True) if (spell := _spell(row))]
    for year, until, line, row in sorted(spells, key=lambda spell: spell[:3]):
        series = (row["state"], row["other"], row["variable"])
        end, first = ends.get(series, (year - 1, 0))
        if year <= end:
            faults.append(Spot(f"{table.name}.csv", line, "year").wrong(year, f"a year after {end} (line {first})"))
        ends[series] = max((end, first), (until, line))
    return faults


def _spell(row: dict[str, Value]) -> tuple[int, int] | None:
    year, until = row["year"], row["until"] or row["year"]
    return (year, until) if isinstance(year, int) and isinstance(until, int) else None
