"""The tables of a system's folder: their columns, and what a cell may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

STATE, STATES, YEAR, NUMBER, WHOLE, TEXT, DATE, CHOICE = (
    "state",
    "states",
    "year",
    "number",
    "whole",
    "text",
    "date",
    "choice",
)
DATE_FORM = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
DATE_WORDS = "a date: YYYY, YYYY-MM or YYYY-MM-DD"
CONFIDENCE = ("high", "medium", "low")
ANY = "ALL"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name, kind
        Kind is `state`, `states` (joined by `;`), `year`, `number`, `whole`, `text`, `date` or `choice`.
    needed
        Whether a cell may not be empty.
    options
        What a `choice` allows; for states, what is allowed beside the system's own.
    low, high
        Range of a `whole`.
    """

    name: str
    kind: str
    needed: bool = True
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 3


@dataclass(frozen=True)
class Table:
    """A table of a system's folder: file `NAME.csv`.

    Attributes
    ----------
    name, columns
        As in the file's first line; columns that are not `needed` may be absent.
    key
        Columns that together tell rows apart.
    tidy
        Whether it holds tidy observations (else coded events).
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    tidy: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)


_SOURCE = Column("source", TEXT)
_CONFIDENCE = Column("confidence", CHOICE, options=CONFIDENCE)
_NOTE = Column("note", TEXT, needed=False)
_VALUE = (Column("variable", TEXT), Column("value", NUMBER), Column("unit", TEXT), _SOURCE, _CONFIDENCE, _NOTE)
_CODED = (_SOURCE, _CONFIDENCE, _NOTE)

AGREEMENT_KINDS = (
    "defence_pact",
    "nonaggression_neutrality",
    "raa_vfa",
    "acsa",
    "gsoma_gsomia",
    "consultation",
    "nuclear_consultation",
    "arms_coproduction",
    "strategic_partnership",
    "trilateral",
    "confidence_building",
)


def _events(name: str, *columns: Column, key: tuple[str, ...]) -> Table:
    return Table(name, (Column("date", DATE), *columns, *_CODED), ("date", *key))


_ACT = (Column("kind", TEXT), Column("direction", WHOLE, low=-1, high=1), Column("magnitude", WHOLE, low=1, high=3))

_ALL = (
    Table(
        "state_year",
        (Column("state", STATE), Column("other", STATE, needed=False), Column("year", YEAR), *_VALUE),
        ("state", "other", "year", "variable"),
        tidy=True,
    ),
    Table(
        "pair_year",
        (
            Column("state", STATE),
            Column("other", STATE),
            Column("year", YEAR),
            Column("until", YEAR, needed=False),
            *_VALUE,
        ),
        ("state", "other", "year", "variable"),
        tidy=True,
    ),
    Table(
        "agreements",
        (
            Column("id", TEXT),
            Column("kind", CHOICE, options=AGREEMENT_KINDS),
            Column("members", STATES),
            Column("signed", DATE),
            Column("in_force", DATE, needed=False),
            Column("ended", DATE, needed=False),
            Column("strength", WHOLE),
            *_CODED,
        ),
        ("id",),
    ),
    _events("patron_signals", Column("ally", STATE, options=(ANY,)), *_ACT, key=("ally", "kind", "note")),
    _events("ally_responses", Column("ally", STATE), *_ACT, key=("ally", "kind", "note")),
    _events(
        "threat_events",
        Column("actor", STATES),
        Column("target", STATE, options=(ANY,)),
        Column("kind", TEXT),
        Column("magnitude", WHOLE, low=1, high=3),
        key=("actor", "target", "kind", "note"),
    ),
    _events(
        "milestones",
        Column("date_precision", CHOICE, options=("day", "month", "quarter", "year", "latest")),
        Column("actor", STATES, options=(ANY,)),
        Column("kind", TEXT),
        Column("event", TEXT),
        Column("recurring", TEXT, needed=False),
        key=("actor", "event"),
    ),
    Table(
        "polls",
        (
            Column("state", STATE),
            Column("year", YEAR),
            Column("pollster", TEXT),
            Column("series", TEXT),
            Column("question", TEXT),
            *_VALUE[1:],
        ),
        ("state", "year", "pollster", "series"),
    ),
)
TABLES = {table.name: table for table in _ALL}
EVENTS = ("agreements", "patron_signals", "ally_responses", "threat_events", "milestones")
