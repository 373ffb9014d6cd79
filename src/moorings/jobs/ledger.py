"""The ledger of live forecasts: enter, list, settle, verify."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.ask.probability import probability
from moorings.core.errors import InputError, check_name
from moorings.core.places import home, replacing
from moorings.core.variables import VARIABLES
from moorings.jobs.alliances import ALLIANCES, PAIR_VARIABLES, STATE_VARIABLES
from moorings.jobs.ask import Run
from moorings.jobs.opening import system_at
from moorings.score.ledger import Forecast, Row, add, alone, read, resolve, rows, verify
from moorings.simulate.ensemble import Ensemble
from moorings.systems.load import find_folder
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

SCHEMA = "moorings.ledger/1"
FLAGS = ("new_pact", "pact_ends", "separate_peace", "dispute", "supported", "abandoned")
COLUMNS = ("state", "other", "year", "variable", "value")
_PAIRED = (*FLAGS, *(name for name, kind in VARIABLES.items() if kind.paired))

Observation = tuple[str, str | None, int, str, float]


@dataclass(frozen=True)
class Ledger:
    """Answer of a ledger command.

    Attributes
    ----------
    rows
        Forecasts or outcomes, as plain values.
    lines, head
        Length of the chain and its last hash, which is worth keeping elsewhere.
    fault
        The first line that breaks the chain; empty where it holds.
    warnings
        Doubts about a forecast that was entered.
    """

    rows: tuple[Mapping[str, Any], ...]
    lines: int
    head: str
    fault: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        """True where the chain holds."""
        return not self.fault

    def to_json(self) -> dict[str, Any]:
        """The answer as plain values."""
        return {"schema": SCHEMA, **asdict(self), "rows": [dict(row) for row in self.rows]}


SHIPPED = Path(str(resources.files("moorings.score").joinpath("shipped/ledger-east-asia.jsonl")))
"""Ten forecasts for East Asia, entered when this version was made."""


def place() -> Path:
    """The ledger's file; one's own begins with the forecasts that ship, and goes on from their last line."""
    path = home() / "ledger.jsonl"
    with alone(path):
        if not path.exists() and SHIPPED.is_file():
            with replacing(path) as fresh:
                fresh.write_bytes(SHIPPED.read_bytes())
    return path


def ledger_add(
    system: str,
    event: str,
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
    path: Path | None = None,
) -> Ledger:
    """Enter the forecast of an event, with its rule, today's date and the digests of what made it.

    Parameters
    ----------
    system, event
        As for `ask`.
    members, seed, start, end, belief
        As for the forecast.
    path
        The ledger, if not the one in `MOORINGS_HOME`.
    """
    run = Run(system, members, seed, start, end, belief)
    known = run.parsed(event)
    ledger = path or place()
    read(ledger)  # before the work, and not after it
    found = run.forecast(None, members)
    answer = probability(found.ensemble, known)
    entered = add(ledger, answer, found.ensemble, found.to_json()["digests"], date.today())
    return replace(_answer([asdict(entered)], path), warnings=found.warnings)


def ledger_list(path: Path | None = None) -> Ledger:
    """Every forecast with its status, and its Brier score where it is settled."""
    return _answer([_plain(row) for row in rows(path or place())], path)


def ledger_resolve(data: Path | None = None, path: Path | None = None) -> Ledger:
    """Settle what the systems' observations, and those of a file, decide.

    Parameters
    ----------
    data
        A table (CSV) of further observations: state, other, year, variable, value. Variables are those of the event
        language, or its flags (`new_pact`, `dispute`, ...) with 1 or 0; what has no row is not known.
    path
        The ledger, if not the one in `MOORINGS_HOME`.
    """
    further = list(_read(data)) if data else []
    ledger = path or place()
    open_rows = [row.forecast for row in rows(ledger) if row.status == "open"]
    records = {}
    for name in {forecast.system for forecast in open_rows}:
        own = [forecast for forecast in open_rows if forecast.system == name]
        _check_found(own[0])
        rules = [forecast.rule for forecast in own]
        years = range(min(rule.start for rule in rules), max(rule.end for rule in rules) + 1)
        system, observations = _seen(name, years)
        records[name] = record_of(system, observations, years, further)
    for state, other, *_ in further if records else ():
        for one in (state, other or state):
            check_name("--data, a state", one, sorted({s for record in records.values() for s in record.states}))
    return _answer([asdict(outcome) for outcome in resolve(ledger, records, date.today())], path)


def _seen(name: str, years: range) -> tuple[System, pl.DataFrame]:
    """A system and what was seen of it in some years, as far as the sources reach today."""
    system, observations = system_at(name)
    if name in ALLIANCES:
        from moorings.data.panel import panel_observations

        own = (*STATE_VARIABLES, *PAIR_VARIABLES)
        observations = panel_observations(system.states, own, (years[0], years[-1]))
    return system, observations


def ledger_verify(path: Path | None = None, head: str | None = None) -> Ledger:
    """Check the chain, and that its last hash is `head` where one is given."""
    found = verify(path or place(), head)
    return Ledger((), found.lines, found.head, found.fault)


def record_of(
    system: System, observations: pl.DataFrame, years: Sequence[int], further: Sequence[Observation] = ()
) -> Ensemble:
    """What was observed of a system as one member; later observations replace earlier ones, the rest is missing."""
    states, known = list(system.states), range(years[0], years[-1] + 1)
    values = {name: np.full((1, len(years), len(states)), np.nan) for name, v in VARIABLES.items() if not v.paired}
    pairs = {name: np.full((1, len(years), len(states), len(states)), np.nan) for name in _PAIRED}
    for name in ("supported", "abandoned"):
        pairs[name][:, :, :, [state not in system.adversaries for state in states]] = 0
    for state, other, year, name, value in (*observations.select(COLUMNS).iter_rows(), *further):
        if year not in known or not {state, other or state} <= {*states}:
            continue
        t, i = year - years[0], states.index(state)
        if name in pairs and other is not None:
            pairs[name][0, t, i, states.index(other)] = pairs[name][0, t, states.index(other), i] = value
        elif name in values and other in (None, system.patron):
            values[name][0, t, i] = value
    apart = np.abs(values["ideal_point"] - values["ideal_point"][:, :, :1])  # the patron is the first state
    values["alignment_distance"] = np.where(np.isnan(values["alignment_distance"]), apart, values["alignment_distance"])
    names = (system.name, system.patron, system.allies, system.rated, system.adversaries)
    return Ensemble(*names, tuple(years), system.states, np.zeros(1, int), values, pairs, np.ones(1))


def _check_found(forecast: Forecast) -> None:
    """Refuse a forecast whose system is not found: the ledger keeps a system's name, and not where its folder lies."""
    if (name := forecast.system) in ALLIANCES:
        return
    try:
        find_folder(name, ALLIANCES)
    except InputError as error:
        remedy = f"The ledger keeps names only: run this in the folder that holds {name}, not in {Path.cwd()}"
        raise InputError(f"ledger, forecast {forecast.id}", f"system {name!r}", error.allowed, remedy) from None


def _read(data: Path) -> Iterator[Observation]:
    if not data.is_file():
        raise InputError("--data", repr(str(data)), f"a CSV file with columns {', '.join(COLUMNS)}")
    try:
        text = data.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(str(data), f"byte {error.start + 1} is no UTF-8", "text in UTF-8") from None
    table = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS if name not in (table.fieldnames or ())]:
        raise InputError(f"{data.name}, line 1", f"no column {missing[0]}", ", ".join(COLUMNS))
    for row in table:
        yield _observation(row, f"{data.name}, line {table.line_num}")


def _observation(row: Mapping[str, str], at: str) -> Observation:
    if None in row.values() or None in row:
        raise InputError(
            at, f"{sum(v is not None for v in row.values())} fields", f"{len(COLUMNS)}: {', '.join(COLUMNS)}"
        )
    name = check_name(f"{at}, field variable", row["variable"], [*VARIABLES, *FLAGS])
    try:
        year, value = int(row["year"]), float(row["value"])
    except (TypeError, ValueError):
        raise InputError(at, f"year {row['year']!r}, value {row['value']!r}", "a year and a number") from None
    other = row["other"] or None
    kind = VARIABLES.get(name)
    if kind is not None and not kind.low <= value <= kind.high:
        raise InputError(f"{at}, field value", str(value), f"{kind.low:g} to {kind.high:g} ({kind.unit})")
    if name in FLAGS and value not in (0, 1):
        raise InputError(f"{at}, field value", str(value), "1 where it happened in the year, 0 where it did not")
    if (name in _PAIRED) != (other is not None):
        raise InputError(f"{at}, field other", repr(row["other"]), "the other state for a pair, else nothing")
    return row["state"], other, year, name, value


def _plain(row: Row) -> dict[str, Any]:
    return {**asdict(row.forecast), "status": row.status, "outcome": row.outcome, "brier": row.brier}


def _answer(found: Sequence[Mapping[str, Any]], path: Path | None) -> Ledger:
    chain = verify(path or place())
    return Ledger(tuple(found), chain.lines, chain.head, chain.fault)
