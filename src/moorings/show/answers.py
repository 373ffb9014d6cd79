"""Answers of the other commands as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from moorings.core.variables import VARIABLES
from moorings.show.result import state_name
from moorings.show.tables import grid
from moorings.show.words import NOTHING, beside_base_rate, interval, likelihood, per_cent, quantity


def rows_view(record: Mapping[str, Any], columns: Sequence[str] = ()) -> Iterator[RenderableType]:
    """A table of a record's rows as they are, or of some of their columns."""
    rows = record["rows"]
    if not rows:
        yield Text("Nothing to show.")
        return
    names = columns or list(rows[0])
    table = grid("", *(_spoken(name) for name in names))
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in names))
    yield table


def systems_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The systems: who is in them, and their years."""
    return rows_view(record, ("name", "title", "patron", "allies", "from", "to"))


def faults_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The faults of a system folder, or a word that there are none."""
    if record["rows"]:
        yield from rows_view(record)
    else:
        yield Text("No faults found.")


def _cell(value: Any) -> str:
    """One cell: years and counts as they are, numbers short, lists joined."""
    if isinstance(value, float):
        return quantity(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_cell, value))
    return NOTHING if value is None else str(value)


MEASURED_YEARS = 8


def measure_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """For each ally the last years, one row for each variable."""
    years = sorted({row["year"] for row in record["rows"]})
    for state in dict.fromkeys(row["state"] for row in record["rows"]):
        yield _measured(state, [row for row in record["rows"] if row["state"] == state], years[-MEASURED_YEARS:])
    if len(years) > MEASURED_YEARS:
        yield Text(f"Shown: the last {MEASURED_YEARS} of {len(years)} years; choose others with --from and --to.")


def _measured(state: str, rows: list[Mapping[str, Any]], years: list[int]) -> Table:
    """One ally: a column for each year."""
    values = {(row["variable"], row["year"]): row["mean"] for row in rows}
    table = grid(state_name(state), "", *map(str, years))
    for name in dict.fromkeys(row["variable"] for row in rows):
        unit = VARIABLES[name].unit if name in VARIABLES else ""
        table.add_row(_spoken(name), *(quantity(values.get((name, year)), unit) for year in years))
    return table


def ask_view(record: Mapping[str, Any], grid: Mapping[float, Any] | None = None) -> Iterator[RenderableType]:
    """The probability of an event in one sentence, other readings of "noticeable", how many members answer it."""
    yield Text(
        f"{record['event']}: {likelihood(record)} (90 % interval {interval(record)}); {beside_base_rate(record)}."
    )
    if grid:
        readings = (f"{per_cent(answer.probability)} from {level:g} sd" for level, answer in grid.items())
        yield Text(f"With drift called noticeable at other levels: {', '.join(readings)}.")
    left = round(record["effective_members"])
    worth = f", worth {left:,} after the evidence" if left < record["members"] else ""
    yield Text(f"{record['members']:,} simulated worlds{worth}.")


def signposts_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """What to watch, most telling first."""
    table = grid("What to watch", "signpost", "by", "probability", "if seen", "if not", "bits", "where one sees it")
    for row in record["rows"]:
        shares = (per_cent(row[name]) for name in ("probability", "if_seen", "if_not"))
        table.add_row(row["signpost"], str(row["by"]), *shares, f"{row['bits']:.3f}", row.get("source", ""))
    yield table


def check_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Each claim with its verdict and the three shares behind it."""
    table = grid("Claims", "claim", "stated", "value (90 %)", "below", "inside", "above", "verdict")
    for claim in record["claims"]:
        ends = (quantity(claim[name]) for name in ("value", "low", "high"))
        shares = (per_cent(claim[name]) for name in ("p_below", "p_inside", "p_above"))
        table.add_row(claim["id"], _cell(claim["stated"]), "{} ({} to {})".format(*ends), *shares, claim["verdict"])
    yield table
    yield Text("\n".join(f"{claim['id']}: {claim['why']}" for claim in record["claims"]))


RECORD = ("outcome", "variant", "horizon", "n", "score", "model", "best_baseline", "skill", "skill_low", "skill_high")


def record_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The record against baselines, one row for each outcome and horizon."""
    return rows_view(record, RECORD)


LEDGER = ("id", "date", "system", "event", "probability", "low", "high", "status", "outcome", "brier")


def ledger_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Forecasts of the ledger, and whether its chain holds."""
    if rows := record["rows"]:
        yield from rows_view(record, [name for name in LEDGER if name in rows[0]])
    chain = f"broken: {record['fault']}" if record["fault"] else f"holds, last hash {record['head'] or 'none yet'}"
    yield Text(f"{record['lines']} lines; the chain {chain}.")


def fields_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The fields of a record, one to a line; what a field holds stands indented below it."""
    yield Text("\n".join(_lines({name: value for name, value in record.items() if name != "schema"})))


def _lines(record: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Lines of a record's fields; fields without a value are left out."""
    for name, value in record.items():
        parts = value if isinstance(value, (list, tuple)) else [value]
        if any(isinstance(part, Mapping) for part in parts):
            yield f"{indent}{_spoken(name)}:"
            for part in parts:
                yield from _lines(part, indent + "  ")
        elif value not in (None, "", []):
            yield f"{indent}{_spoken(name)}: {_cell(value)}"


def panel_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The panel: where it stands, its tables, how far each series reaches."""
    if record["digest"] is None:
        yield Text(f"There is no panel at {record['path']}. `moorings data build --from DIR` makes one from a mirror.")
        return
    yield Text(f"Panel {record['path']}, digest {record['digest'][:12]}, {record['edition']} edition of the sources")
    tables = grid("Tables", "table", "rows")
    for name, count in record["tables"].items():
        tables.add_row(name, f"{count:,}")
    yield tables
    yield from rows_view({"rows": record["sources"]}, ("source", "file", "edition", "last_year"))
    seen = grid("Last year with a value", "variable", "year")
    for name, year in sorted(record["last_seen"].items()):
        seen.add_row(name, str(year))
    yield seen


def cite_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Each row behind a number, field by field."""
    for row in record["rows"]:
        yield from fields_view(row)
        yield Text("")


def _spoken(name: Any) -> str:
    return str(name).replace("_", " ")
