"""Systems: list those that are shipped, check a folder, start a new one."""

from __future__ import annotations

from dataclasses import dataclass

from moorings.jobs.alliances import ALLIANCES, FIRST, SPAN, USUAL
from moorings.systems.check import check_system
from moorings.systems.load import find_folder, list_systems, load_system
from moorings.systems.new import new_system

SCHEMA = "moorings.systems/1"
GROUPS = ("allies", "adversaries", "partners", "rated")


@dataclass(frozen=True)
class Systems:
    """Answer of a command on systems.

    Attributes
    ----------
    rows
        Systems, faults, or the folder written; plain values.
    passes
        False where a check found faults.
    """

    rows: tuple[dict[str, object], ...]
    passes: bool = True

    def to_json(self) -> dict[str, object]:
        """The contract's JSON."""
        return {"schema": SCHEMA, "rows": list(self.rows)}


def systems_list() -> Systems:
    """The shipped systems, with states by role and years; then those that are built from the panel of any year."""
    built: tuple[dict[str, object], ...] = tuple(
        {"name": name, "title": f"{title} (needs the panel; --from {FIRST} on)", "patron": patron}
        | {group: [] for group in GROUPS}
        | {"from": USUAL, "to": USUAL + SPAN}
        for name, (patron, title) in ALLIANCES.items()
    )
    return Systems((*(_row(name) for name in list_systems()), *built))


def systems_check(folder: str) -> Systems:
    """All faults of a system's folder, or of a shipped system; a row each, none where it passes."""
    faults = check_system(find_folder(folder))
    return Systems(tuple(fault.to_json() for fault in faults), passes=not faults)


def systems_new(folder: str, name: str) -> Systems:
    """Write the folder of a new system; one row that names it."""
    return Systems(({"name": name, "folder": str(new_system(folder, name))},))


def _row(name: str) -> dict[str, object]:
    system = load_system(name)
    states = {group: list(getattr(system, group)) for group in GROUPS}
    plain = {"name": system.name, "title": system.title, "patron": system.patron}
    return {**plain, **states, "from": system.start, "to": system.end}
