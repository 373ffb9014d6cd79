"""Theses: claims in YAML, read with the line of every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

from moorings.ask.expressions import ANY, Event, Reading, Timed, readings
from moorings.ask.language import parse, parse_evidence
from moorings.ask.words import WORDS
from moorings.core.errors import InputError, check_name, nearest

KINDS = ("measure", "forecast", "effect")
DIRECTIONS = ("higher", "lower", "no difference")
_COMMON = ("id", "kind", "text", "hinges_on")
_FIELDS = {
    "measure": ("quantity", "since", "responses", "stated", "by"),
    "forecast": ("event", "given", "set", "stated"),
    "effect": ("event", "quantity", "set", "against", "stated", "by"),
}
_LINES = "\x00lines"
_QUANTITY = re.compile(r"^\s*(.*?\))\s*(?:@|\bin\b)\s*([0-9]{4})\s*$")

T = TypeVar("T")
Stated = str | tuple[float, float]


@dataclass(frozen=True)
class Responses:
    """Coded responses of an ally, counted over years."""

    state: str
    kind: str
    since: int
    until: int


@dataclass(frozen=True)
class Claim:
    """A claim that can be checked, or that says why it cannot.

    Attributes
    ----------
    id, kind, text
        Name, `measure`, `forecast` or `effect`, and the claim in words.
    stated
        A word of ICD 203, a range, or a direction; None where it cannot be tested.
    by
        How large a difference must be at least.
    event
        What a forecast or an effect is about.
    reading
        A variable with its year, for a measure, or for an effect on its mean.
    since
        The year from which a measure's change counts.
    responses
        Coded responses that a measure counts.
    set, against, given
        Levers, the other scenario's levers, evidence.
    hinges_on
        The assumption that the verdict hinges on, in words.
    untested
        Why it cannot be tested; empty where it can.
    place
        File and line.
    """

    id: str
    kind: Literal["measure", "forecast", "effect"]
    text: str
    stated: Stated | None = None
    by: float | None = None
    event: Event | None = None
    reading: Reading | None = None
    since: int | None = None
    responses: Responses | None = None
    set: Mapping[str, str] = field(default_factory=dict)
    against: Mapping[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    hinges_on: str = ""
    untested: str = ""
    place: str = ""


@dataclass(frozen=True)
class Thesis:
    """An argument as a list of claims, with whose it is."""

    title: str
    source: Mapping[str, str]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class _Entry:
    """A mapping of the file, which names the line and field of its faults."""

    file: str
    values: Mapping[str, Any]
    line: int = 1

    def place(self, name: str = "") -> str:
        line = self.values.get(_LINES, {}).get(name, self.line)
        return f"{self.file}, line {line}" + (f", field {name}" if name else "")

    def fault(self, name: str, found: object, allowed: str, remedy: str = "") -> InputError:
        shown = f"fields {', '.join(map(str, _names(found)))}" if isinstance(found, dict) else found
        return InputError(self.place(name), repr(found) if isinstance(found, str) else str(shown), allowed, remedy)

    def text(self, name: str, *, needed: bool = True) -> str:
        value = self.values.get(name, "" if not needed else None)
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self.fault(name, "nothing" if value is None else value, "text")
        return " ".join(value.split())

    def inner(self, name: str) -> _Entry:
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            raise self.fault(name, value, "fields with values")
        return _Entry(self.file, value, self.values.get(_LINES, {}).get(name, self.line))

    def year(self, name: str) -> int:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1000 <= value <= 9999:
            raise self.fault(name, value, "a year of four digits")
        return value

    def only(self, *allowed: str) -> None:
        for name in _names(self.values):
            if name not in allowed:
                raise self.fault(str(name), str(name), ", ".join(allowed), nearest(str(name), allowed))


def _names(fields: Mapping[Any, Any]) -> list[Any]:
    return [name for name in fields if name != _LINES]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Keeps the line of each field, and refuses a field that stands twice, and aliases, which a few lines make huge."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem=f"an alias, *{self.peek_event().anchor}", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if str(key.value) in lines:
                raise yaml.MarkedYAMLError(problem=f"{key.value} twice", problem_mark=key.start_mark)
            lines[str(key.value)] = key.start_mark.line + 1
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=True)
        return mapping | {_LINES: lines}


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)


def list_theses() -> list[str]:
    """Names of the shipped theses."""
    folder = resources.files("moorings.ask") / "shipped"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def load_thesis(name_or_file: str | Path) -> Thesis:
    """The shipped thesis of that name, or the one in that file.

    Raises
    ------
    InputError
        With file, line and field of the first fault.
    """
    shipped = list_theses()
    if str(name_or_file) in shipped:
        source = resources.files("moorings.ask").joinpath("shipped", f"{name_or_file}.yaml")
        return read_thesis(source.read_text(encoding="utf-8"), f"{name_or_file}.yaml")
    path = Path(name_or_file)
    if not path.is_file():
        allowed = f"{', '.join(shipped)}, or a YAML file"
        raise InputError("THESIS", repr(str(name_or_file)), allowed, nearest(str(name_or_file), shipped))
    try:
        return read_thesis(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise InputError(path.name, "bytes that are no text", "YAML in UTF-8") from None


def read_thesis(text: str, file: str = "thesis") -> Thesis:
    """The thesis that a YAML text holds; `file` names it in errors."""
    top = _Entry(file, _values(text, file))
    top.only("title", "source", "claims")
    claims = top.values.get("claims")
    if not isinstance(claims, list) or not claims:
        raise top.fault("claims", claims, "a list of claims")
    source = top.inner("source")
    source.only("name", "date", "url")
    read = tuple(_claim(_entry(file, top, value)) for value in claims)
    _check_ids(read)
    named = {key: str(value) for key, value in source.values.items() if key != _LINES}
    return Thesis(top.text("title"), named, read)


def _values(text: str, file: str) -> dict[str, Any]:
    try:
        values = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}, line {mark.line + 1}" if mark else file
        raise InputError(place, str(getattr(error, "problem", None) or error).splitlines()[0], "YAML") from None
    if not isinstance(values, dict):
        raise InputError(file, "no fields", "title, source, claims")
    return values


def _entry(file: str, top: _Entry, value: object) -> _Entry:
    if not isinstance(value, dict):
        raise top.fault("claims", value, "claims with fields id, kind, text, ...")
    return _Entry(file, value, min(value[_LINES].values(), default=1))


def _check_ids(claims: tuple[Claim, ...]) -> None:
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise InputError(f"{claim.place}, field id", repr(claim.id), "an id that no other claim has")
        seen.add(claim.id)


def _claim(entry: _Entry) -> Claim:
    kind = entry.text("kind")
    check_name(entry.place("kind"), kind, KINDS)
    common: dict[str, Any] = {"id": entry.text("id"), "kind": kind, "text": entry.text("text"), "place": entry.place()}
    common["hinges_on"] = entry.text("hinges_on", needed=False)
    if "untested" in entry.values:
        entry.only(*_COMMON, "untested")
        return Claim(**common, untested=entry.text("untested"))
    entry.only(*_COMMON, *_FIELDS[kind])
    read = {"measure": _measure, "forecast": _forecast, "effect": _effect}[kind]
    return Claim(**common, **read(entry))


def _forecast(entry: _Entry) -> dict[str, Any]:
    stated = _range(entry) if isinstance(entry.values.get("stated"), list) else _one_of(entry, tuple(WORDS))
    return {"event": _event(entry), "given": _given(entry), "set": _levers(entry, "set"), "stated": stated}


def _effect(entry: _Entry) -> dict[str, Any]:
    target = {"reading": _reading(entry)} if "quantity" in entry.values else {"event": _event(entry)}
    scenarios = {"set": _levers(entry, "set"), "against": _levers(entry, "against")}
    if scenarios["set"] == scenarios["against"]:
        raise entry.fault("set", "the same scenario twice", "two scenarios that differ", "Give levers under set")
    by = _by(entry)
    stated = _one_of(entry, DIRECTIONS)
    if by is None and stated == "no difference" and "quantity" in entry.values:
        raise entry.fault("by", "nothing", "a number above 0, up to which a difference counts as none")
    return {**target, **scenarios, "stated": stated, "by": by}


def _measure(entry: _Entry) -> dict[str, Any]:
    if "responses" in entry.values:
        return {"responses": _responses(entry.inner("responses")), "stated": _range(entry)}
    since = entry.year("since") if "since" in entry.values else None
    directed = isinstance(entry.values.get("stated"), str)
    if directed and since is None:
        raise entry.fault("since", "nothing", "a year from which a change counts")
    stated = _one_of(entry, DIRECTIONS) if directed else _range(entry)
    return {"reading": _reading(entry), "since": since, "stated": stated, "by": _by(entry)}


def _responses(entry: _Entry) -> Responses:
    entry.only("state", "kind", "since", "until")
    return Responses(entry.text("state"), entry.text("kind"), entry.year("since"), entry.year("until"))


def _event(entry: _Entry) -> Event:
    if "event" not in entry.values:
        raise entry.fault("event", "nothing", "an event", "A claim of this kind needs its event written out")
    return _located(entry, "event", partial(parse, entry.text("event")))


def _reading(entry: _Entry) -> Reading:
    text = entry.text("quantity")
    parts = _QUANTITY.match(text)
    if not parts:
        raise entry.fault("quantity", text, "a variable of a state in a year, for instance burden(JPN) in 2024")
    event = _located(entry, "quantity", partial(parse, f"{parts[1]}@{parts[2]} > 0"))
    found = readings(event.predicate) if isinstance(event, Timed) else ()
    if len(found) != 1 or ANY in found[0].states:
        raise entry.fault("quantity", text, "one variable of a state in a year")
    return found[0]


def _located(entry: _Entry, name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except InputError as error:
        place = f"{entry.place(name)}, {error.place}" if error.place.startswith("event") else error.place
        raise InputError(place, error.found, error.allowed, error.remedy) from None


def _given(entry: _Entry) -> tuple[str, ...]:
    given = entry.values.get("given", [])
    if not isinstance(given, list) or not all(isinstance(piece, str) for piece in given):
        raise entry.fault("given", given, "a list of events or values")
    return tuple(str(_located(entry, "given", partial(parse_evidence, piece))) for piece in given)


def _levers(entry: _Entry, name: str) -> dict[str, str]:
    levers = entry.inner(name)
    for lever, value in levers.values.items():
        if lever != _LINES and not isinstance(value, str | int | float):
            raise levers.fault(str(lever), value, "a value of the lever")
    return {str(lever): str(value) for lever, value in levers.values.items() if lever != _LINES}


def _by(entry: _Entry) -> float | None:
    value = entry.values.get("by")
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool) or not value > 0):
        raise entry.fault("by", value, "a number above 0")
    return None if value is None else float(value)


def _one_of(entry: _Entry, options: tuple[str, ...]) -> str:
    value = entry.values.get("stated")
    if not isinstance(value, str):
        raise entry.fault("stated", "nothing" if value is None else value, f"{', '.join(options)}, or a range")
    return check_name(entry.place("stated"), value, options)


def _range(entry: _Entry) -> tuple[float, float]:
    value = entry.values.get("stated")
    if not isinstance(value, list) or len(value) != 2:
        raise entry.fault("stated", "nothing" if value is None else value, "a range [low, high]")
    if not all(end is None or (isinstance(end, int | float) and not isinstance(end, bool)) for end in value):
        raise entry.fault("stated", value, "two numbers; null for an open end")
    low, high = (float(default if end is None else end) for end, default in zip(value, ("-inf", "inf"), strict=True))
    if not low <= high:
        raise entry.fault("stated", value, "a low end that is not above the high end")
    if entry.values["kind"] == "forecast" and not 0 <= low <= high <= 1:
        raise entry.fault("stated", value, "a range of probabilities from 0 to 1")
    return low, high
