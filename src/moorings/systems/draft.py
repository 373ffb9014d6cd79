"""`system.yaml` as it stands: its values, and the line of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from moorings.systems.fault import Fault, Spot

FILE = "system.yaml"
GROUPS = ("allies", "adversaries", "partners")

Trail = tuple[str | int, ...]


@dataclass(frozen=True)
class Draft:
    """The values of `system.yaml` as they stand, with the line of each."""

    values: dict[str, Any]
    lines: dict[Trail, int]

    def spot(self, *trail: str | int) -> Spot:
        """The place of a value, or of the nearest thing around it."""
        line = next((self.lines[trail[:n]] for n in range(len(trail), 0, -1) if trail[:n] in self.lines), 0)
        return Spot(FILE, line, dotted(trail))

    def records(self, group: str) -> list[dict[str, Any]]:
        """Entries of a list of mappings; an entry of another kind counts as empty."""
        entries = self.values.get(group)
        return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []

    @property
    def states(self) -> list[tuple[Trail, Any]]:
        """Every state named as patron, ally, adversary or partner, with where it stands."""
        named: list[tuple[Trail, Any]] = [(("patron",), self.values["patron"])] if "patron" in self.values else []
        for group in GROUPS:
            members = self.values.get(group)
            named += [((group, i), code) for i, code in enumerate(members)] if isinstance(members, list) else []
        return named

    @property
    def codes(self) -> list[str]:
        """Codes of the states that are named."""
        return [code for _, code in self.states if isinstance(code, str)]


def dotted(trail: Trail) -> str:
    """A trail in words: `headline[2].event`."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in trail).lstrip(".")


def read_draft(folder: Path) -> tuple[Draft | None, list[Fault]]:
    """The draft of a folder's system, or None with the fault that keeps `system.yaml` from being read."""
    whole, path = Spot(FILE, 0, ""), folder / FILE
    if not path.is_file():
        return None, [whole.fault("no such file", f"a description, {FILE}", "`moorings systems new` writes one.")]
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        loader.yaml_implicit_resolvers = _without_dates(loader.yaml_implicit_resolvers)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
        lines, faults = (dict(_lines(node, ())), _repeated(node, ())) if node else ({}, [])
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return None, [_unread(error)]
    if not isinstance(values, dict):
        return None, [whole.fault("no fields", "fields such as name, patron, allies")]
    return Draft({str(key): value for key, value in values.items()}, lines), faults


def _without_dates(resolvers: dict[str, Any]) -> dict[str, Any]:
    """What YAML recognises, less dates: they stay the text that stands there."""
    return {first: [kind for kind in kinds if not kind[0].endswith(":timestamp")] for first, kinds in resolvers.items()}


def _unread(error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    found = str(getattr(error, "problem", None) or error).splitlines()[0]
    return Spot(FILE, mark.line + 1 if mark else 0, "").fault(found, "YAML in UTF-8")


def _lines(node: yaml.Node, trail: Trail) -> Iterator[tuple[Trail, int]]:
    yield trail, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*trail, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _lines(value, (*trail, i))


def _repeated(node: yaml.Node, trail: Trail) -> list[Fault]:
    """Fields that stand twice in a mapping: YAML would take the last in silence."""
    if isinstance(node, yaml.SequenceNode):
        return [fault for i, entry in enumerate(node.value) for fault in _repeated(entry, (*trail, i))]
    if not isinstance(node, yaml.MappingNode):
        return []
    faults, seen = [], dict[str, int]()
    for key, value in node.value:
        name, line, inner = str(key.value), key.start_mark.line + 1, (*trail, str(key.value))
        if name in seen:
            faults.append(
                Spot(FILE, line, dotted(inner)).fault("the field again", f"once (first in line {seen[name]})")
            )
        seen.setdefault(name, line)
        faults += _repeated(value, inner)
    return faults
