"""The ledger: live forecasts and their outcomes in an append-only file, each line chained to the one before.

A line is a JSON object whose `hash` is the SHA-256 of the rest of it, `previous` (the hash of the line before)
included: no line can be changed, left out or put in without breaking the chain at that line. Lines cut off the end
leave a sound chain; the last hash, kept elsewhere, shows them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from moorings.ask.events import parse
from moorings.ask.probability import Answer
from moorings.ask.resolution import last_year, reads, settle
from moorings.ask.scope import check, scope_of
from moorings.core.digest import record_digest
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble

START = "0" * 64
RULE = "events/1"
VOID_AFTER = 2
"""Years after its last one in which a forecast may still be settled; then it is void."""


@dataclass(frozen=True)
class Rule:
    """How a program settles a forecast.

    Attributes
    ----------
    language
        Version of the event language and its definitions.
    reads
        The series that must be known.
    start, end
        The years that the event speaks of.
    void_after
        The last year in which it may be settled.
    """

    language: str
    reads: tuple[str, ...]
    start: int
    end: int
    void_after: int


@dataclass(frozen=True)
class Forecast:
    """A forecast in the ledger.

    Attributes
    ----------
    id
        Its number in the ledger.
    date
        Day on which it was made.
    system, event
        What it is about.
    probability, low, high
        As forecast.
    rule
        How it is settled.
    digests
        Of the system, the posterior and the code.
    conditions
        Levers and evidence under which it was made.
    """

    id: int
    date: str
    system: str
    event: str
    probability: float
    low: float
    high: float
    rule: Rule
    digests: Mapping[str, str]
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a forecast: `outcome` is None where it is void."""

    id: int
    date: str
    outcome: bool | None
    note: str


@dataclass(frozen=True)
class Row:
    """A forecast with its outcome and its Brier score, where it has them; `status` is open, resolved or void."""

    forecast: Forecast
    status: str
    outcome: bool | None
    brier: float | None


@dataclass(frozen=True)
class Verification:
    """Number of sound lines, the last one's hash, and the first fault (empty where there is none)."""

    lines: int
    head: str
    fault: str

    @property
    def sound(self) -> bool:
        """True where the whole chain holds."""
        return not self.fault


def rule_for(event: str, world: Ensemble) -> Rule:
    """The rule by which a program settles an event asked of an ensemble; `InputError` if the event makes no sense."""
    known, scope = parse(event), scope_of(world)
    check(known, scope)
    end = last_year(known, world.years)
    return Rule(RULE, reads(known, scope), world.years[0], end, end + VOID_AFTER)


def add(
    path: Path,
    answer: Answer,
    world: Ensemble,
    digests: Mapping[str, str],
    today: date,
    conditions: Mapping[str, Any] | None = None,
) -> Forecast:
    """Enter a forecast.

    Parameters
    ----------
    path
        The ledger; made where there is none.
    answer
        The probability of an event.
    world
        The ensemble that gave it.
    digests
        Of the system, the posterior and the code.
    today
        The date of the forecast.
    conditions
        Levers and evidence, if any.

    Raises
    ------
    InputError
        If the ledger's chain is broken, or the same forecast was entered on the same day.
    """
    made = (today.isoformat(), world.system, answer.event, dict(conditions or {}))
    figures = (answer.probability, answer.low, answer.high)
    rule = rule_for(answer.event, world)
    with alone(path):
        known = _forecasts(read(path))
        if any((old.date, old.system, old.event, dict(old.conditions)) == made for old in known):
            raise InputError(str(path.name), f"{answer.event!r} entered today", "one forecast of an event a day")
        forecast = Forecast(len(known) + 1, *made[:3], *figures, rule, dict(digests), made[3])
        _append(path, "forecast", asdict(forecast))
    return forecast


def alone(path: Path) -> FileLock:
    """A lock on a ledger: two who write at once would each follow the same line, and break the chain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path.with_name(f"{path.name}.lock"))


def resolve(path: Path, records: Mapping[str, Ensemble], today: date) -> list[Outcome]:
    """Settle every open forecast that the record of its system decides, and void those that are overdue.

    Parameters
    ----------
    path
        The ledger.
    records
        System -> what was observed: one member, missing where it is not known.
    today
        The date of the resolution.
    """
    settled = []
    with alone(path):
        for row in rows(path):
            if row.status != "open" or row.forecast.system not in records:
                continue
            outcome = _settled(row.forecast, records[row.forecast.system], today)
            if outcome is not None:
                _append(path, "outcome", asdict(outcome))
                settled.append(outcome)
    return settled


def _settled(forecast: Forecast, record: Ensemble, today: date) -> Outcome | None:
    came = settle(parse(forecast.event), _cut(record, forecast.rule))
    if came is None and today.year <= forecast.rule.void_after:
        return None
    note = "void: not settled in time" if came is None else f"by rule {forecast.rule.language}"
    return Outcome(forecast.id, today.isoformat(), came, note)


def _cut(record: Ensemble, rule: Rule) -> Ensemble:
    """The record with the first year that the forecast had seen as its first one."""
    if not record.years[0] <= rule.start <= rule.end <= record.years[-1]:
        place, found = "record", f"years {record.years[0]} to {record.years[-1]}"
        raise InputError(place, found, f"years that hold {rule.start} to {rule.end}; what is not known is missing")
    first = rule.start - record.years[0]
    values = {name: array[:, first:] for name, array in record.values.items()}
    pairs = {name: array[:, first:] for name, array in record.pairs.items()}
    return replace(record, years=record.years[first:], values=values, pairs=pairs)


def rows(path: Path) -> list[Row]:
    """Every forecast with what came of it."""
    lines = read(path)
    outcomes = {line["id"]: line for line in lines if line["kind"] == "outcome"}
    return [_row(forecast, outcomes.get(forecast.id)) for forecast in _forecasts(lines)]


def _row(forecast: Forecast, outcome: Mapping[str, Any] | None) -> Row:
    if outcome is None:
        return Row(forecast, "open", None, None)
    if outcome["outcome"] is None:
        return Row(forecast, "void", None, None)
    return Row(forecast, "resolved", outcome["outcome"], (forecast.probability - outcome["outcome"]) ** 2)


def verify(path: Path, head: str | None = None) -> Verification:
    """Check the chain of a ledger, line by line, and its last hash where one is given."""
    previous, lines = START, _lines(path)
    for number, line in enumerate(lines, start=1):
        fault = _fault(line, previous)
        if fault:
            return Verification(number - 1, previous, f"{path.name}, line {number}: {fault}")
        previous = json.loads(line)["hash"]
    if head is not None and head != previous:
        return Verification(
            len(lines), previous, f"{path.name}: the last hash is not {head}; lines are missing or added"
        )
    return Verification(len(lines), previous, "")


def _fault(line: str, previous: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return "no JSON"
    if not isinstance(entry, dict) or not {"hash", "previous", "kind"} <= entry.keys():
        return "no ledger line"
    if entry["previous"] != previous:
        return "it does not follow the line before (a line was changed, left out or put in)"
    stated = entry.pop("hash")
    return "" if stated == record_digest(entry) else "it was altered (its hash does not fit)"


def read(path: Path) -> Sequence[dict[str, Any]]:
    """The ledger's lines; `InputError` names the first one that breaks the chain."""
    checked = verify(path)
    if not checked.sound:
        place, _, found = checked.fault.partition(": ")
        raise InputError(
            place, found, "lines as they were entered", "Restore the file; nothing is added to a broken chain"
        )
    return [json.loads(line) for line in _lines(path)]


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), str(error), "a ledger in UTF-8", "Restore the file.") from None
    return text.removesuffix("\n").split("\n") if text else []


def _forecasts(lines: Sequence[Mapping[str, Any]]) -> list[Forecast]:
    chosen = [{k: v for k, v in line.items() if k not in _CHAIN} for line in lines if line["kind"] == "forecast"]
    return [
        Forecast(**{**line, "rule": Rule(**{**line["rule"], "reads": tuple(line["rule"]["reads"])})}) for line in chosen
    ]


_CHAIN = ("hash", "previous", "kind")


def _append(path: Path, kind: str, record: Mapping[str, Any]) -> None:
    entry = json.loads(json.dumps({"kind": kind, **record}))
    entry["previous"] = verify(path).head
    entry["hash"] = record_digest(entry)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
