"""The event language as frozen records that print themselves; equality ignores where they stood in a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from moorings.core.variables import RUNGS

TimeKind = Literal["by", "in", "before", "from", "always"]
Operator = Literal["<", "<=", ">", ">=", "=="]
ANY = "any"


def _column() -> int:
    unplaced: int = field(default=0, compare=False)
    return unplaced


@dataclass(frozen=True)
class Number:
    """A number as written; `percent` where it was followed by a per cent sign."""

    written: float
    percent: bool = False
    column: int = _column()

    @property
    def value(self) -> float:
        """The number meant: 1.9 % is 0.019."""
        return self.written / 100 if self.percent else self.written

    def __str__(self) -> str:
        return repr(self.written).removesuffix(".0") + ("%" if self.percent else "")


@dataclass(frozen=True)
class Rung:
    """A rung of the nuclear ladder."""

    name: str
    column: int = _column()

    @property
    def value(self) -> float:
        """Height of the rung, 0 to 3."""
        return float(RUNGS.index(self.name))

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Reading:
    """A variable of one state or of two, in the year asked for or always in `year` (`@Y`)."""

    variable: str
    states: tuple[str, ...]
    year: int | None = None
    columns: tuple[int, ...] = field(default=(0, 0, 0), compare=False)

    @property
    def column(self) -> int:
        """Where the name stands in the text; `columns` has the states' places too."""
        return self.columns[0]

    def __str__(self) -> str:
        return f"{self.variable}({', '.join(self.states)})" + ("" if self.year is None else f"@{self.year}")


Quantity = Number | Rung | Reading


@dataclass(frozen=True)
class Comparison:
    """Two quantities compared, year by year."""

    left: Quantity
    operator: Operator
    right: Quantity
    column: int = _column()

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True)
class Named:
    """A named event of one state or of two."""

    name: str
    states: tuple[str, ...]
    columns: tuple[int, ...] = field(default=(0, 0, 0), compare=False)

    @property
    def column(self) -> int:
        """Where the name stands in the text; `columns` has the states' places too."""
        return self.columns[0]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.states)})"


Predicate = Comparison | Named


@dataclass(frozen=True)
class Time:
    """When a predicate is to hold, as written (`before Y` keeps its Y as `end`)."""

    kind: TimeKind
    start: int | None = None
    end: int | None = None
    column: int = _column()

    def __str__(self) -> str:
        if self.kind in ("by", "in", "before"):
            return f"{self.kind} {self.end}"
        parts = ["always"] if self.kind == "always" else []
        parts += [] if self.start is None else [f"from {self.start}"]
        return " ".join(parts + ([] if self.end is None else [f"to {self.end}"]))


@dataclass(frozen=True)
class Timed:
    """A predicate with its time; without one, at some time up to the horizon's end."""

    predicate: Predicate
    time: Time | None = None

    def __str__(self) -> str:
        return str(self.predicate) if self.time is None else f"{self.predicate} {self.time}"


@dataclass(frozen=True)
class Not:
    """Negation."""

    event: Event

    def __str__(self) -> str:
        return f"not {_bracketed(self.event, And | Or)}"


@dataclass(frozen=True)
class And:
    """Conjunction; nested ones are flattened."""

    events: tuple[Event, ...]

    def __str__(self) -> str:
        return " and ".join(_bracketed(event, Or) for event in self.events)


@dataclass(frozen=True)
class Or:
    """Disjunction; nested ones are flattened."""

    events: tuple[Event, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.events))


Event = Timed | Not | And | Or


@dataclass(frozen=True)
class Observed:
    """Noisy evidence: a variable's value in a year with its standard error."""

    reading: Reading
    year: int
    value: Number
    error: Number

    def __str__(self) -> str:
        return f"{self.reading} in {self.year} ~ {self.value} ± {self.error}"


def _bracketed(event: Event, kind: object) -> str:
    return f"({event})" if isinstance(event, kind) else str(event)  # type: ignore[arg-type]


def conjunction(*events: Event) -> Event:
    """All of the events; a conjunction within is flattened."""
    return _joined(And, events)


def disjunction(*events: Event) -> Event:
    """One of the events at least; a disjunction within is flattened."""
    return _joined(Or, events)


def _joined(kind: type[And] | type[Or], events: tuple[Event, ...]) -> Event:
    flat = [part for event in events for part in (event.events if isinstance(event, kind) else (event,))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def walk(event: Event) -> Iterator[tuple[Event, int]]:
    """Every part of an event with its depth, without recursion."""
    stack: list[tuple[Event, int]] = [(event, 0)]
    while stack:
        part, depth = stack.pop()
        yield part, depth
        match part:
            case Not(event=inner):
                stack.append((inner, depth + 1))
            case And(events=inner_events) | Or(events=inner_events):
                stack.extend((inner, depth + 1) for inner in reversed(inner_events))


def predicates(event: Event) -> Iterator[Timed]:
    """The timed predicates of an event, from left to right."""
    return (part for part, _ in walk(event) if isinstance(part, Timed))


def quantities(predicate: Predicate) -> tuple[Quantity, ...]:
    """The quantities that a predicate compares (none for a named event)."""
    return (predicate.left, predicate.right) if isinstance(predicate, Comparison) else ()


def readings(predicate: Predicate) -> tuple[Reading, ...]:
    """The variables that a predicate reads."""
    return tuple(quantity for quantity in quantities(predicate) if isinstance(quantity, Reading))
