"""What each field of `system.yaml` may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeGuard

from moorings.systems.draft import GROUPS, Draft, Trail, dotted
from moorings.systems.fault import Fault, Spot
from moorings.systems.observed import OBSERVED
from moorings.systems.system import ASSUMED_NUMBERS, ROLES
from moorings.systems.tables import DATE_FORM, DATE_WORDS

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_WORDS = "small letters, figures and hyphens, as in east-asia"
FIRST_YEAR, LAST_YEAR = 1816, 2100
_CODE = re.compile(r"[A-Z]{3}")


def is_year(value: Any) -> TypeGuard[int]:
    """Whether a value is a whole number that can be a year."""
    return isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _matches(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


@dataclass(frozen=True)
class Rule:
    """What a field may hold: a test, the same in words, and whether the field is needed."""

    good: Callable[[Any], bool]
    allowed: str
    needed: bool = True


_TEXT = Rule(_is_text, "a text")
_YEAR = Rule(is_year, f"a year, {FIRST_YEAR} to {LAST_YEAR}")
_STATES = Rule(lambda value: isinstance(value, list), "a list of states")
_FIELDS = {
    "name": Rule(_matches(SLUG), SLUG_WORDS),
    "title": _TEXT,
    "patron": Rule(lambda value: True, "a state"),  # told with the other states
    "allies": Rule(lambda value: isinstance(value, list) and bool(value), "a list of at least one state"),
    "adversaries": _STATES,
    "partners": _STATES,
    "not_rated": Rule(lambda value: isinstance(value, dict), "ally: reason", needed=False),
    "from": _YEAR,
    "to": _YEAR,
    "facts_until": Rule(_matches(DATE_FORM), DATE_WORDS, needed=False),
    "headline": Rule(lambda value: isinstance(value, list), "a list of questions"),
    "assumptions": Rule(lambda value: isinstance(value, list), "a list of numbers with their reasons", needed=False),
}
_ENTRIES = {
    "headline": {
        "name": _TEXT,
        "title": _TEXT,
        "event": _TEXT,
        "role": Rule(lambda value: value in ROLES, ", ".join(ROLES), needed=False),
    },
    "assumptions": {
        "name": _TEXT,
        "variable": Rule(_is_text, "a variable", needed=False),
        "state": Rule(_is_text, "a state", needed=False),
        "mean": Rule(_is_number, "a number"),
        "sd": Rule(lambda value: _is_number(value) and value >= 0, "a number of at least 0"),
        "unit": _TEXT,
        "reason": _TEXT,
    },
}


def check_draft(draft: Draft) -> list[Fault]:
    """All faults of the values in `system.yaml`."""
    return list(chain.from_iterable(check(draft) for check in _CHECKS))


def _check_fields(draft: Draft) -> Iterator[Fault]:
    yield from _check_shape(draft, (), draft.values, _FIELDS)


def _check_entries(draft: Draft) -> Iterator[Fault]:
    for group, rules in _ENTRIES.items():
        names: list[Any] = []
        for i, entry in enumerate(draft.records(group)):
            yield from _check_shape(draft, (group, i), entry, rules)
            if (name := entry.get("name")) in names:
                yield draft.spot(group, i, "name").wrong(name, "each name once")
            names += [name] if name is not None else []


def _check_shape(draft: Draft, trail: Trail, values: Mapping[str, Any], rules: Mapping[str, Rule]) -> Iterator[Fault]:
    for key in values:
        yield from draft.spot(*trail, key).choice(str(key), rules)
    for name, rule in rules.items():
        spot = draft.spot(*trail, name)
        if name in values and not rule.good(values[name]) and (rule.needed or values[name] is not None):
            yield spot.wrong(values[name], rule.allowed)
        if name not in values and rule.needed:
            yield spot.fault("no such field", "the field is needed")


def _check_states(draft: Draft) -> Iterator[Fault]:
    seen: dict[str, Trail] = {}
    for trail, code in draft.states:
        if not _matches(_CODE)(code):
            yield draft.spot(*trail).wrong(code, "an ISO 3166 code of three capital letters")
        elif code in seen:
            yield draft.spot(*trail).wrong(code, f"each state once (also {dotted(seen[code])})")
        else:
            seen[code] = trail


def _check_years(draft: Draft) -> Iterator[Fault]:
    start, end = draft.values.get("from"), draft.values.get("to")
    if is_year(start) and is_year(end) and end <= start:
        yield draft.spot("to").wrong(end, f"a year after `from` ({start})")


def _check_not_rated(draft: Draft) -> Iterator[Fault]:
    reasons = draft.values.get("not_rated")
    allies = [code for trail, code in draft.states if trail[0] == GROUPS[0] and isinstance(code, str)]
    for ally, why in reasons.items() if isinstance(reasons, dict) else ():
        yield from draft.spot("not_rated", ally).choice(str(ally), allies)
        if not _is_text(why):
            yield draft.spot("not_rated", ally).wrong(why, "a reason")


def _check_events(draft: Draft) -> Iterator[Fault]:
    for i, question in enumerate(draft.records("headline")):
        if _is_text(question.get("event")):
            yield from _check_event(draft, draft.spot("headline", i, "event"), question["event"])


def _check_event(draft: Draft, spot: Spot, event: str) -> Iterator[Fault]:
    """States and years of an event against the system's; its grammar is checked where events are asked."""
    end = draft.values.get("to")
    for code in re.findall(r"\b[A-Z]{3}\b", event):
        yield from spot.choice(code, draft.codes)
    for year in re.findall(r"\b[12]\d{3}\b", event):
        if is_year(end) and int(year) > end:
            yield spot.fault(f"year {year}", f"years to {end}")


def _check_assumed(draft: Draft) -> Iterator[Fault]:
    for i, entry in enumerate(draft.records("assumptions")):
        for key, options in (("variable", list(OBSERVED)), ("state", draft.codes)):
            if _is_text(entry.get(key)):
                yield from draft.spot("assumptions", i, key).choice(entry[key], options)
        if not _is_text(entry.get("variable")) and _is_text(entry.get("name")):
            yield from draft.spot("assumptions", i, "name").choice(entry["name"], ASSUMED_NUMBERS)


_CHECKS = (_check_fields, _check_entries, _check_states, _check_years, _check_not_rated, _check_events, _check_assumed)
