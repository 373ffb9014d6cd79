"""Text to events: a Lark parser whose errors point at the column."""

from __future__ import annotations

import math
import re
import string
from functools import lru_cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from moorings.ask.expressions import (
    Comparison,
    Event,
    Named,
    Not,
    Number,
    Observed,
    Predicate,
    Quantity,
    Reading,
    Rung,
    Time,
    Timed,
    conjunction,
    disjunction,
    predicates,
    quantities,
    walk,
)
from moorings.core.errors import InputError, nearest
from moorings.core.variables import ALIASES, RUNGS, VARIABLES

MAX_LENGTH, MAX_DEPTH = 20_000, 60
_LETTERS = string.ascii_letters + string.digits + "_"
_KEYWORDS = ("or", "and", "not", "by", "in", "before", "from", "to", "always")
_SPOKEN = {
    "NAME": "a name",
    "NUMBER": "a number",
    "YEAR": "a year of four digits",
    "OP": "one of < <= > >= ==",
    "RUNG": ", ".join(RUNGS),
    "PERCENT": "%",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "AT": "@",
    "TILDE": "~",
    "_PLUSMINUS": "±",
    "$END": "the end",
}


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Makes records while the text is parsed, so that no tree is walked afterwards."""

    def either(self, *events: Event) -> Event:
        return disjunction(*events)

    def both(self, *events: Event) -> Event:
        return conjunction(*events)

    def negation(self, event: Event) -> Event:
        return Not(event)

    def timed(self, predicate: Predicate, time: Time | None) -> Event:
        return Timed(predicate, time)

    def by(self, year: Token) -> Time:
        return Time("by", None, int(year), _at(year))

    def in_year(self, year: Token) -> Time:
        return Time("in", int(year), int(year), _at(year))

    def before(self, year: Token) -> Time:
        return Time("before", None, int(year), _at(year))

    def from_to(self, start: Token, end: Token) -> Time:
        return Time("from", int(start), int(end), _at(start))

    def always(self, start: Token | None, end: Token | None) -> Time:
        return Time("always", _year(start), _year(end), _at(start or end))

    def comparison(self, left: Quantity, operator: Token, right: Quantity) -> Predicate:
        return Comparison(left, operator.value, right, left.column)

    def named(self, call: Named) -> Predicate:
        return call

    def number(self, number: Token, percent: Token | None) -> Number:
        return Number(float(number), percent is not None, _at(number))

    def rung(self, name: Token) -> Rung:
        return Rung(str(name), _at(name))

    def reading(self, call: Named, year: Token | None) -> Reading:
        return Reading(call.name, call.states, _year(year), call.columns)

    def call(self, name: Token, first: Token, second: Token | None) -> Named:
        states = [first] if second is None else [first, second]
        return Named(str(name), tuple(map(str, states)), tuple(map(_at, (name, *states))))

    def observed(self, call: Named, year: Token, value: Number, error: Number) -> Observed:
        return Observed(Reading(call.name, call.states, None, call.columns), int(year), value, error)


def _at(token: Token | None) -> int:
    return 0 if token is None else token.column or 0


def _year(token: Token | None) -> int | None:
    return None if token is None else int(token)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = resources.files("moorings.ask").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=["event", "observed"], transformer=_Builder(), maybe_placeholders=True)


def parse(text: str) -> Event:
    """The event that a text in the event language states.

    Raises
    ------
    InputError
        With the column, what stands there, what may stand there, and the nearest valid word.
    """
    event: Event = _parsed(text, "event")
    if max(depth for _, depth in walk(event)) > MAX_DEPTH:
        raise InputError("event", f"{MAX_DEPTH} levels of brackets or more", "fewer")
    for timed in predicates(event):
        _check_finite(*quantities(timed.predicate))
    return event


def parse_evidence(text: str) -> Event | Observed:
    """An event, or a value with its error: `burden(JPN) in 2027 ~ 1.9% ± 0.1%`."""
    if "~" not in text:
        return parse(text)
    evidence: Observed = _parsed(text, "observed")
    _check_finite(evidence.value, evidence.error)
    if evidence.error.value <= 0:
        raise InputError(place(evidence.error.column), str(evidence.error), "an error above 0")
    return evidence


def place(column: int) -> str:
    """Where in an event something stands, as errors print it (columns count from 1)."""
    return f"event, column {column}"


def _check_finite(*numbers: Quantity) -> None:
    for number in numbers:
        if isinstance(number, Number) and not math.isfinite(number.written):
            raise InputError(place(number.column), "a number too large to be held", "a finite number")


def _parsed(text: str, start: str) -> Any:
    if len(text) > MAX_LENGTH:
        raise InputError("event", f"{len(text):,} characters", f"at most {MAX_LENGTH:,}")
    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise _input_error(text, error) from None


def _input_error(text: str, error: UnexpectedInput) -> InputError:
    match error:
        case UnexpectedToken():
            expected, found, at_end = set(error.accepts), str(error.token), error.token.type == "$END"
        case UnexpectedCharacters():
            expected, found, at_end = set(error.allowed or ()), _word_at(text, error.pos_in_stream or 0), False
        case _:
            raise error
    offset = len(text.rstrip()) if at_end else error.pos_in_stream or 0
    if expected == {"LPAR"}:
        return _bare(text[:offset].rstrip())
    if not text.strip():
        return InputError(place(1), "nothing", "an event")
    allowed = sorted(_SPOKEN.get(terminal, terminal.lower().strip("_")) for terminal in expected)
    said = "the end" if at_end else repr(found[:40])
    return InputError(place(offset + 1), said, ", ".join(allowed), _remedy(text[:offset], found, expected))


def _bare(before: str) -> InputError:
    """A word that no bracket follows, with which the text begins or goes on."""
    from moorings.ask.named import EVENTS

    word = before[len(before.rstrip(_LETTERS)) :]
    names = [*EVENTS, *VARIABLES, *ALIASES]
    remedy = f"Write its state after it: {word}(STATE)" if word in names else nearest(word, [*RUNGS, *names])
    start = before.removesuffix(word)
    first = "a number, a rung" if start.rstrip().endswith(("<", ">", "=")) else "an event"
    allowed = f"{first}, or a variable, with its states in brackets"
    return InputError(place(len(start) + 1), f"{word!r} without a bracket", allowed, remedy)


def _word_at(text: str, offset: int) -> str:
    word = re.match(r"\w+|.", text[offset:], re.DOTALL)
    return word.group() if word else ""


def _remedy(before: str, found: str, expected: set[str]) -> str:
    if found in ("by", "in", "before", "from", "to", "always") and before.rstrip().endswith(")"):
        return "A time belongs to one predicate: write one after each, within the brackets"
    if found == "=":
        return "Did you mean '=='?"
    if "COMMA" in expected:
        return "A state is written as its code of three letters"
    if "_IN" in expected and re.fullmatch(r"[0-9]{4}", found):
        return f"Did you mean 'in {found}'?"
    return nearest(found, [word for word in _KEYWORDS if f"_{word.upper()}" in expected])
