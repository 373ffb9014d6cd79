"""The record's tables in Markdown, losses first, as they stand on the page about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

Row = Mapping[str, Any]
BEGIN, END = "<!-- made by `make record-tables` -->", "<!-- end -->"
NAMES = {
    "burden": "burden",
    "troops": "troops",
    "ideal_point": "own ideal point",
    "alignment_distance": "alignment distance",
    "arms_dependence": "arms dependence",
    "gdp": "GDP",
    "partners": "partners",
    "drift": "drift (tether/1)",
}
EVENTS = {
    "noticeable_drift": "noticeable drift",
    "marked_drift": "marked drift",
    "dispute": "dispute",
    "any_dispute": "any dispute",
    "new_pact": "new pact",
    "pact_ends": "pact ends",
    "nuclear_up": "nuclear move up",
    "obligation_ends": "obligation ends",
    "troops_leave": "troops leave",
    "supported": "support in a dispute",
}
TREES = "boosted trees"
PLAIN = {"crps": "own volatility", "log": "base rate"}
QUANTITY_HEAD = (
    "quantity",
    "published over the best baseline",
    "over the best without trees",
    "over own volatility",
    "law over the best",
    "pool over the best",
    "50 % interval held",
    "90 %",
    "ties spread evenly: 50 %",
    "90 %",
)
EVENT_HEAD = ("event", "published over the best baseline", "over the base rate", "events")
JOINT_HEAD = ("quantity", "fell together: inside", "rose together: inside")


def record_tables(record: Mapping[str, Any]) -> str:
    """Tables of quantities, of events, and of how many moved together; per cent at each horizon in turn."""
    crps = [row for row in record["rows"] if row["score"] == "crps"]
    log = [row for row in record["rows"] if row["score"] == "log" and row["variant"] == "coupled"]
    parts = [_head(QUANTITY_HEAD), *_worst_first(crps, NAMES, _quantity)]
    parts += [_head(EVENT_HEAD), *_worst_first(log, EVENTS, partial(_event, horizons=record["horizons"]))]
    parts += [_head(JOINT_HEAD), *_together(record["joint"])]
    return "".join(parts)


def _worst_first(rows: Sequence[Row], names: Mapping[str, str], line: Any) -> list[str]:
    found = []
    for outcome, name in names.items():
        own = [row for row in rows if row["outcome"] == outcome]
        told = [row for row in own if row["variant"] == "coupled" and row["skill"] is not None]
        if told:
            found.append((sum(row["skill"] for row in told) / len(told), line(name, own)))
    return [text for _, text in sorted(found)]


def _quantity(name: str, rows: Sequence[Row]) -> str:
    by = {variant: [row for row in rows if row["variant"] == variant] for variant in ("coupled", "structural", "pool")}
    told = by["coupled"]
    cells = [
        ", ".join(_with_interval(row) for row in told),
        _signed(_over(row, [rival for rival in row["baselines"] if rival != TREES]) for row in told),
        _signed(row["skills"].get(PLAIN["crps"]) for row in told),
        _signed(row["skill"] for row in by["structural"]),
        _signed(row["skill"] for row in by["pool"]) or "-",
        ", ".join(_percent(row["coverage50"]) for row in told),
        ", ".join(_percent(row["coverage90"]) for row in told),
        ", ".join(_percent(row["even50"]) for row in told),
        ", ".join(_percent(row["even90"]) for row in told),
    ]
    return _line([name, *cells])


def _event(name: str, rows: Sequence[Row], horizons: Sequence[int]) -> str:
    told = {row["horizon"]: row for row in rows if row["skill"] is not None}

    def each(tell: Callable[[Row], str]) -> str:
        # a horizon without a score keeps its place
        return ", ".join(tell(told[horizon]) if horizon in told else "-" for horizon in horizons)

    plain = each(lambda row: _sign(row["skills"].get(PLAIN["log"])))
    return _line([name, each(_with_interval), plain, each(lambda row: f"{row['events']}")])


def _together(rows: Sequence[Row]) -> list[str]:
    lines = []
    for outcome, name in NAMES.items():
        held = [
            ", ".join(
                _percent(row["coverage90"])
                for row in rows
                if (row["outcome"], row["variant"], row["score"])
                == (outcome, "coupled", f"number that {side} together")
            )
            for side in ("fall", "rise")
        ]
        lines.append(_line([name, *held]))
    return lines


def _over(row: Row, rivals: Sequence[str]) -> float | None:
    """Skill over the best of some baselines."""
    scores = [row["baselines"][rival] for rival in rivals if row["baselines"][rival] is not None]
    return 1 - row["model"] / min(scores) if scores else None


def _with_interval(row: Row) -> str:
    if row["skill_low"] is None:
        return _sign(row["skill"])
    return f"{_sign(row['skill'])} ({_sign(row['skill_low'])} to {_sign(row['skill_high'])})"


def _signed(values: Any) -> str:
    return ", ".join(_sign(value) for value in values)


def _sign(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.0f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f}"


def _head(names: Sequence[str]) -> str:
    return f"\n{_line(names)}|{'---|' * len(names)}\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def renewed(page: str, record: Mapping[str, Any]) -> str:
    """A page whose tables, between `BEGIN` and `END`, are those of the record."""
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{record_tables(record)}\n{END}{rest.split(END, 1)[1]}"
