"""The forecast as tables and sentences for a reader who decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from moorings.show.result import Result, state_name
from moorings.show.words import (
    NOTHING,
    beside_base_rate,
    figure,
    interval,
    likelihood,
    per_cent,
    quantity,
    spread,
    word,
)

UNSCORED = "the law has not yet been scored against history here; read every interval as the model's own."


def grid(title: str, *columns: str) -> Table:
    """An empty table: names to the left, figures beside them."""
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, min_width=40
    )
    for column in columns:
        table.add_column(column, vertical="top", overflow="fold")
    return table


def forecast_view(record: Mapping[str, Any]) -> Iterator[RenderableType]:
    """What `forecast` prints: allies, verdicts, questions, the unrated, and how far to trust it."""
    result = Result(record)
    yield Text(f"{result.title}, {result.start} to {result.end}", style="bold")
    yield from _scenario(result)
    if result.rated:
        yield _allies(result)
        yield Text("\n".join(verdict(result, state) for state in result.rated) + "\n")
    if result.headline:
        yield _questions(result)
    yield from (_not_rated(result, state) for state in result.unrated)
    yield Text("\n".join(_footing(result)))


def _scenario(result: Result) -> Iterator[Text]:
    """What was set and what was supposed, if anything."""
    if pulled := result.record.get("set"):
        yield Text("Assumed: " + "; ".join(f"{name} = {value}" for name, value in pulled.items()))
    if given := result.record.get("given"):
        yield Text("Given: " + "; ".join(str(event) for event in given))


def _allies(result: Result) -> Table:
    """One row per rated ally."""
    year = result.end
    table = grid(
        f"How far each ally drifts by {year} (standard deviations; 90 % interval below; in brackets the base rate)",
        "ally",
        "tether\nnow",
        f"drift\nin {year}",
        "noticeable\n(at least 1)",
        "marked\n(at least 2)",
        "patron's\nwithdrawal",
        "own\nautonomy",
        "strand that\ncarries it",
    )
    for state in result.rated:
        table.add_row(*_ally(result, state))
    return table


def _ally(result: Result, state: str) -> list[str]:
    """Cells of one ally."""
    drift, withdrawal, autonomy = (result.at(state, name, result.end) for name in ("drift", "withdrawal", "autonomy"))
    noticeable, marked = (_chance(result.drift_event(state, size)) for size in ("noticeable", "marked"))
    moves = [_stacked(drift), noticeable, marked, figure(withdrawal.get("q50")), figure(autonomy.get("q50"))]
    return [state_name(state), figure(result.now(state, "tether")), *moves, _strand(result, state)]


def _stacked(row: Mapping[str, Any]) -> str:
    """Median above its 90 % interval."""
    return spread(row).replace(" (", "\n").removesuffix(")")


def _chance(row: Mapping[str, Any]) -> str:
    """Words above per cent and, in brackets, the base rate."""
    if not row:
        return NOTHING
    return f"{word(row)}\n{per_cent(row['probability'])} ({per_cent(row.get('base_rate'))})".strip()


def _strand(result: Result, state: str) -> str:
    row = result.strand(state)
    return f"{row['strand']}\n{per_cent(row['share'])} of it" if row else NOTHING


def verdict(result: Result, state: str) -> str:
    """One sentence on an ally: how likely noticeable drift is, beside the base rate."""
    row = result.drift_event(state, "noticeable")
    if not row:
        return f"{state_name(state)}: noticeable drift in {result.end} was not asked."
    return (
        f"{state_name(state)}: noticeable drift in {result.end} is {likelihood(row)} "
        f"(90 % interval {interval(row)}); {beside_base_rate(row)}."
    )


ROLES = {"driver": " (the patron's act, never drift)"}


def _questions(result: Result) -> Table:
    """The questions of the front page."""
    table = grid("The headline questions", "question", "answer", "90 % interval", "base rate")
    for question, row in result.headline:
        title = question["title"] + ROLES.get(question.get("role", ""), "")
        table.add_row(title, likelihood(row), interval(row), per_cent(row.get("base_rate")))
    return table


def _not_rated(result: Result, state: str) -> Table:
    """An ally without UN votes or a treaty: what can be said of it."""
    table = grid(
        f"{state_name(state)}: not rated on drift", "quantity", f"in {result.start}", f"in {result.end}", "unit"
    )
    for name in ("burden", "arms_dependence", "threat"):
        row = result.at(state, name, result.end)
        unit = str(row.get("unit", ""))
        cells = (quantity(result.now(state, name), unit), _range(row, unit), unit)
        table.add_row(name.replace("_", " "), *cells)
    return table


def _range(row: Mapping[str, Any], unit: str) -> str:
    """Median and 90 % interval of a level."""
    middle, low, high = (quantity(row.get(key), unit) for key in ("q50", "q05", "q95"))
    return f"{middle} ({low} to {high})" if row else NOTHING


def _footing(result: Result) -> Iterator[str]:
    """How far to trust it, what was seen last, with how many members."""
    yield f"How far to trust it: {result.record.get('trust') or UNSCORED}"
    cut_off = f"; data cut-off {result.record['cut_off']}" if result.record.get("cut_off") else ""
    yield f"Last year seen: {result.last_seen or result.start}{cut_off}. {_stale(result)}".rstrip()
    record = result.record
    yield f"{record['members']:,} simulated worlds, seed {record['seed']}, definition {record['definitions']}."


def _stale(result: Result) -> str:
    """Series that end before the last year seen."""
    ends: dict[int, set[str]] = {}
    for seen in result.record.get("last_seen", {}).values():
        for name, year in seen.items():
            ends.setdefault(int(year), set()).add(name.replace("_", " "))
    early = [f"{', '.join(sorted(ends[year]))} to {year}" for year in sorted(ends) if year < result.start]
    return f"Carried forward from their own last values: {'; '.join(early)}." if early else ""
