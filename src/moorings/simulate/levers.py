"""Levers: interventions on a named quantity, applied inside the step where that quantity is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from moorings.core.errors import InputError, check_name
from moorings.model.phases import BURDENS
from moorings.model.state import Levers
from moorings.simulate.engine import Paths
from moorings.simulate.members import still
from moorings.simulate.start import Scene


@dataclass(frozen=True)
class LeverKind:
    """What a lever is.

    Attributes
    ----------
    name, meaning, unit
        As printed.
    of
        What stands in brackets: ``ally``, ``adversary``, ``ally, adversary`` or nothing.
    low, high
        Allowed values.
    per_cent
        Whether a change in per cent of the member's own baseline path is meant by ``-50%``.
    rests_on
        What its effect rests on besides the estimated gap elasticities.
    """

    name: str
    meaning: str
    unit: str
    of: str
    low: float
    high: float
    per_cent: bool = False
    rests_on: str = "prior"


KINDS = {
    kind.name: kind
    for kind in (
        LeverKind(
            "troops", "patron's troops stationed with the ally", "persons", "ally", 0, 1e6, True, "history, prior"
        ),
        LeverKind("guarantee", "what the patron owes by treaty: 0 nothing to 3 defence", "level", "ally", 0, 3),
        LeverKind("backbone", "growth a year of what the patron devotes to the region", "rate", "", -0.5, 0.5, True),
        LeverKind("style", "patron's style: -1 transactional to +1 multilateral", "common shocks (sd)", "", -1, 1),
        LeverKind("demand", "spending that the patron asks of allies", "share of GDP", "", 0, 0.2, True),
        LeverKind("role", "1 primary provider to 0 convener and supporter: a bundle", "share", "", 0, 1),
        LeverKind(
            "capability", "growth a year of the adversary's spending, added", "rate", "adversary", -0.5, 0.5, True
        ),
        LeverKind("hostility", "added to the log of the adversary's hostility", "log", "adversary", -3, 3),
        LeverKind("crisis", "a test of the guarantee, and its outcome", "outcome", "ally, adversary", -1, 1),
        LeverKind("burden", "the ally's military spending", "share of GDP", "ally", *BURDENS, True),
        LeverKind("trilateral", "least strength of ties among allies that the patron endorses", "strength", "", 0, 3),
    )
}
OUTCOMES = {"supported": 1.0, "abandoned": -1.0}
RATES = ("backbone", "capability")
"""Levers of which a per cent is a rate (3% = 0.03), not a change of a path."""
ROLE_TROOPS, ROLE_BACKBONE, ROLE_DEMAND = 0.5, -0.03, 0.035
"""What a full step from provider to convener takes: half of the troops, backbone -3 % a year, demand 3.5 % of GDP."""


@dataclass(frozen=True)
class Lever:
    """One intervention: kind, states, value (or factor on the baseline path), first and last year."""

    kind: str
    states: tuple[str, ...]
    value: float
    relative: bool
    first: int
    last: int
    text: str


FORM = re.compile(
    r"^\s*(?P<name>\w+)\s*(?:\((?P<states>[^)]*)\))?\s*=\s*(?P<value>[^@]+?)\s*"
    r"(?:@\s*(?P<first>\d{4})\s*(?:\.\.\s*(?P<last>\d{4}))?)?\s*$"
)


def parse_levers(levers: Mapping[str, str], scene: Scene, end: int) -> list[Lever]:
    """Read levers, each ``NAME(STATE)`` with its ``VALUE@Y1..Y2``; `InputError` as of `parse_lever`."""
    return [parse_lever(f"{name}={value}", scene, end) for name, value in levers.items()]


def parse_lever(text: str, scene: Scene, end: int) -> Lever:
    """Read ``NAME(STATE)=VALUE@Y1..Y2``; `InputError` names the part that is wrong and what is allowed."""
    place = f"--set {text!r}"
    match = FORM.match(text)
    if match is None:
        raise InputError(place, repr(text), "NAME=VALUE or NAME(STATE)=VALUE, optionally @YEAR or @YEAR..YEAR")
    kind = KINDS[check_name(place, match["name"], KINDS)]
    first, last = _window(place, match["first"], match["last"], scene.system.start + 1, end)
    if kind.name == "crisis" and match["last"] is None:
        last = first  # one test, unless years are named
    states = _states(place, kind, match["states"], scene)
    value, relative = _value(place, kind, match["value"])
    return Lever(kind.name, states, value, relative, first, last, text)


def _window(place: str, first: str | None, last: str | None, low: int, high: int) -> tuple[int, int]:
    begin = int(first) if first else low
    until = int(last) if last else high
    if not low <= begin <= until <= high:
        raise InputError(
            place,
            f"{first}..{last}" if last else str(first),
            f"years within {low}..{high}, the first not after the last",
        )
    return begin, until


def _states(place: str, kind: LeverKind, given: str | None, scene: Scene) -> tuple[str, ...]:
    roles = [role.strip() for role in kind.of.split(",") if role.strip()]
    names = [name.strip() for name in (given or "").split(",") if name.strip()]
    if len(names) != len(roles):
        raise InputError(place, f"{kind.name}({given or ''})", f"{kind.name}({kind.of})" if roles else kind.name)
    sets = {"ally": scene.system.allies, "adversary": scene.system.adversaries}
    return tuple(check_name(place, name, sets[role]) for name, role in zip(names, roles, strict=True))


def _value(place: str, kind: LeverKind, text: str) -> tuple[float, bool]:
    if kind.name == "crisis":
        return OUTCOMES[check_name(place, text.strip(), OUTCOMES)], False
    number = text.strip()
    per_cent = number.endswith("%")
    try:
        value = float(number.rstrip("%").strip())
    except ValueError:
        raise InputError(place, repr(text), f"a number ({kind.unit})") from None
    relative = per_cent and kind.per_cent and kind.name not in (*RATES, "demand") and number[0] in "+-"
    if per_cent and kind.name == "troops" and not relative:
        raise InputError(place, repr(text), "a number of persons, or a change with its sign such as -50%")
    if per_cent and not kind.per_cent:
        raise InputError(place, repr(text), f"{kind.low} to {kind.high} ({kind.unit}), not per cent")
    if relative:
        if not -100 <= value <= 1000:
            raise InputError(place, repr(text), "-100% to +1000% of the member's own baseline path")
        return 1 + value / 100, True
    value = value / 100 if per_cent else value
    if not kind.low <= value <= kind.high:
        raise InputError(place, repr(text), f"{kind.low} to {kind.high} ({kind.unit})")
    return value, False


def unbundled(levers: list[Lever], scene: Scene) -> list[Lever]:
    """`role` written out as the levers that it stands for."""
    out: list[Lever] = []
    for lever in levers:
        if lever.kind != "role":
            out.append(lever)
            continue
        step = 1 - lever.value
        part: list[tuple[str, tuple[str, ...], float, bool]] = [
            ("troops", (ally,), 1 - ROLE_TROOPS * step, True) for ally in scene.system.allies
        ]
        part.append(("backbone", (), ROLE_BACKBONE * step, False))
        if step > 0:
            part.append(("demand", (), ROLE_DEMAND * step, False))
        out += [Lever(k, s, v, r, lever.first, lever.last, lever.text) for k, s, v, r in part]
    return out


def compile_levers(levers: list[Lever], scene: Scene, baseline: Paths) -> Levers:
    """Levers as arrays [year, ...], or [member, year, ...] where they refer to the member's own baseline."""
    years = baseline.years[1:]
    arrays = {name: value.copy() for name, value in still(scene.world, len(years))._asdict().items()}
    for lever in unbundled(levers, scene):
        rows = [t for t, year in enumerate(years) if lever.first <= year <= lever.last]
        _apply(arrays, lever, rows, scene)
    return Levers(**arrays)._replace(**_references(arrays, scene, baseline))


def _apply(arrays: dict[str, np.ndarray], lever: Lever, rows: list[int], scene: Scene) -> None:
    states = scene.system.states
    if lever.kind in ("troops", "burden"):
        target = lever.kind if lever.relative else f"{lever.kind}_level"
        arrays[target][rows, states.index(lever.states[0])] = lever.value
    elif lever.kind == "guarantee":
        arrays["obligation"][rows, states.index(lever.states[0])] = lever.value
    elif lever.kind == "capability":
        arrays["capability"][rows, states.index(lever.states[0])] = np.log1p(lever.value)
    elif lever.kind == "hostility":
        arrays["hostility"][rows, states.index(lever.states[0])] = lever.value
    elif lever.kind == "crisis":
        arrays["crisis"][rows, scene.pairs.index((lever.states[0], lever.states[1]))] = lever.value
    else:
        arrays[lever.kind][rows] = np.log1p(lever.value) if lever.kind == "backbone" else lever.value


def _references(arrays: dict[str, np.ndarray], scene: Scene, baseline: Paths) -> dict[str, np.ndarray]:
    """The member's own baseline where a lever refers to it, [member, year, S]; missing elsewhere."""
    troops, burden = np.log1p(baseline.values["troops"]), np.log(baseline.values["burden"])
    if baseline.shift:  # the law's own path
        troops, burden = troops - baseline.shift["troops"], burden - baseline.shift["burden"]
    obligation = baseline.values["obligation"]
    pulled = (arrays["troops"] != 1) | np.isfinite(arrays["troops_level"])
    ever = np.cumsum(pulled, axis=0) > 0
    before = np.concatenate([np.zeros_like(ever[:1]), ever[:-1]])
    owed = np.cumsum(np.isfinite(arrays["obligation"]), axis=0) > 0
    owed = np.concatenate([np.zeros_like(owed[:1]), owed[:-1]])
    return {
        "troops_before": np.where(arrays["troops"] != 1, troops[:, 1:], np.nan),
        "troops_seen": np.where(before, troops[:, :-1], np.nan),
        "burden_before": np.where(arrays["burden"] != 1, burden[:, 1:], np.nan),
        "obligation_seen": np.where(owed, obligation[:, :-1], np.nan),
    }
