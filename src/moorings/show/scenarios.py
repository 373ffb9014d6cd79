"""Comparisons, levers, explanations and analogues as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from moorings.show.result import known, state_name
from moorings.show.tables import grid
from moorings.show.words import NOTHING, figure, per_cent, quantity

Row = Mapping[str, Any]
SHOWN = ("burden", "alignment_distance", "arms_dependence", "partners", "credence", "gap", "drift", "withdrawal")
SLIGHT = 1e-3
"""Difference, in a variable's unit, below which a row is left out of the table."""
ASSUMED = "Effects of levers are assumed effects: what the law says would follow, not what was seen to follow."


def compare_view(record: Row) -> Iterator[RenderableType]:
    """What `compare` prints: events, variables in the last year, what the difference rests on, where history ends."""
    yield Text(f"{_said(record['set'])} against {_said(record['against'])}", style="bold")
    yield from _answer(record)
    if own := record.get("belief"):
        yield Text("\nThe same with the elasticities of the analyst:", style="bold")
        yield Text("\n".join(_elasticity(name, row) for name, row in own["elasticities"].items()))
        yield from _answer(own)
    if record["mechanical"]:
        yield Text(f"Set by the levers themselves, mechanically: {', '.join(map(_spoken, record['mechanical']))}.")
    yield _reach(record["outside"])
    yield Text(ASSUMED)


def _said(levers: Mapping[str, str]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in levers.items()) or "the baseline"


def _elasticity(name: str, row: Row) -> str:
    return f"{_spoken(name)}: {row['mean']:g} (sd {row['sd']:g}), {row['reason']}"


def _answer(record: Row) -> Iterator[RenderableType]:
    yield _events(record["events"])
    yield _differences(record["series"])
    yield _links(record["links"])
    share = record["from_history"]
    yield Text(f"The difference rests on history by {per_cent(share)}: a chain is as strong as its weakest link.")


def _events(events: list[Row]) -> Table:
    table = grid("Events", "event", "scenario", "against", "difference in points (90 %)")
    for row in events:
        shares = (per_cent(row[name]) for name in ("probability", "against"))
        ends = (figure(100 * row[name]) for name in ("difference", "low", "high"))
        table.add_row(row["event"], *shares, "{} ({} to {})".format(*ends))
    return table


def _differences(series: list[Row]) -> Table:
    last = max(row["year"] for row in series)
    table = grid(f"Difference in {last}", "state", "variable", "median", "90 %", "members above 0")
    for row in series:
        told = row["variable"] in (*SHOWN, "troops") and abs(row["q50"]) >= SLIGHT
        if row["year"] == last and told:
            middle, low, high = (_signed(row[name], row["unit"]) for name in ("q50", "q05", "q95"))
            table.add_row(
                state_name(row["state"]),
                _spoken(row["variable"]),
                middle,
                f"{low} to {high}",
                per_cent(row["share_above_0"]),
            )
    return table


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else "") + quantity(value, unit)


def _links(links: list[Row]) -> Table:
    table = grid("What it rests on", "link", "history", "from", "why")
    for row in links:
        table.add_row(row["link"], per_cent(row["share"]), row["source"], row["why"])
    return table


def _reach(rows: list[Row]) -> Table | Text:
    if not rows:
        return Text("No driver that history is known for moves by much.")
    table = grid("What history has seen", "driver", "of", "change", "ally-decades with as much", "")
    for row in rows:
        seen = f"{row['as_large']} of {row['windows']}, {row['states']} states"
        mark = "leaves what history has seen" if row["outside"] else ""
        change = f"{figure(row['change'], 2)} {row['unit']} in {row['years']} years"
        table.add_row(_spoken(row["variable"]), state_name(row["state"]), change, seen, mark)
    return table


def levers_view(record: Row) -> Iterator[RenderableType]:
    """What `levers` prints: one table of the levers, one of what a step of each is assumed to do."""
    meanings = grid("Levers", "lever", "meaning", "unit", "range")
    for row in {row["name"]: row for row in record["rows"]}.values():
        name = f"{row['name']}({row['of']})" if row["of"] else row["name"]
        meanings.add_row(name, row["meaning"], row["unit"], f"{quantity(row['low'])} to {quantity(row['high'])}")
        for part, size in row["contents"].items():
            meanings.add_row("", f"  its step: {part} {size}", "", "")
    yield meanings
    table = grid(
        f"Assumed effect on: {record['event']}", "lever", "today", "step", "points (90 %)", "rests on", "history"
    )
    for row in record["rows"]:
        ends = (figure(100 * row[name]) for name in ("effect", "effect_low", "effect_high"))
        cells = ("{} ({} to {})".format(*ends), row["rests_on"], per_cent(row["from_history"]))
        table.add_row(row["lever"], quantity(row["today"]), row["step"], *cells)
    yield table
    yield Text(ASSUMED)


def explain_view(record: Row) -> Iterator[RenderableType]:
    """What `explain` prints: what each group of drivers adds, in all and by strand."""
    state = state_name(record["state"])
    yield Text(f"{state}: expected drift from {record['from']} to {record['to']}, in standard deviations", style="bold")
    strands = list(record["rows"][0]["strands"])
    table = grid("", "driver", "adds (90 %)", *strands)
    for row in record["rows"]:
        ends = (figure(row[name], 2) for name in ("mean", "low", "high"))
        table.add_row(row["driver"], "{} ({} to {})".format(*ends), *(figure(row["strands"][s], 2) for s in strands))
    yield table
    yield Text("\n".join(f"{row['driver']}: {row['meaning']}" for row in record["rows"]))
    yield Text(f"Within a year: {', then '.join(map(_spoken, record['phases']))}.")


def analogues_view(record: Row) -> Iterator[RenderableType]:
    """What `analogues` prints: the cases, and how often they did what."""
    table = grid(f"Nearest to {state_name(record['state'])} in {record['from']}", *CASES)
    for row in record["rows"]:
        years, moved = f"{row['from']}-{row['to']}", (row[f"change_{name}"] for name in ("troops", "burden"))
        strands = [name for name in STRANDS if known(row[name]) and row[name] >= STRANDS[name]]
        drift, troops, burden = (figure(value, 2) for value in (row["drift"], *moved))
        cells = (f"{row['distance']:.2f}", drift, ", ".join(strands) or NOTHING, troops, burden)
        table.add_row(state_name(row["state"]), years, *cells)
    yield table
    often = grid("How often", "response", "of these", "90 %", "of all ally-decades")
    for row in record["responses"]:
        ends = f"{per_cent(row['low'])} to {per_cent(row['high'])}"
        often.add_row(row["response"], f"{row['did']} of {row['cases']}", ends, per_cent(row["base_rate"]))
    yield often
    yield Text(f"Sources: {'; '.join(record['sources'])}.")


CASES = ("ally", "years", "distance", "drift (sd)", "by", "troops (log)", "burden (log)")
STRANDS = {"orientation": 1, "suppliers": 1, "partners": 0.01, "nuclear": 0.01, "accommodation": 0.01, "refusal": 0.01}
"""Strand -> standard deviations from which it is named."""


def _spoken(name: str) -> str:
    return str(name).replace("_", " ")
