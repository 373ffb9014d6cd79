"""Check a system's folder: all faults at once."""

from __future__ import annotations

from pathlib import Path

from moorings.systems.description import read_description
from moorings.systems.draft import FILE
from moorings.systems.fault import Fault, Spot
from moorings.systems.rows import read_rows
from moorings.systems.tables import TABLES

ASIDE = (FILE, "README.md")


def check_system(folder: str | Path) -> list[Fault]:
    """All faults of the description and of every table in a folder; an empty list where there are none.

    Tables are checked against what `system.yaml` says of states and years, even where that has faults of its own;
    only where it cannot be read at all do they go unchecked.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return [
            Spot(str(folder), 0, "").fault("no such folder", "a system's folder", "`moorings systems new` writes one.")
        ]
    description = read_description(folder)
    faults = description.faults + _check_files(folder)
    if description.scope is not None:
        faults += [fault for table in TABLES.values() for fault in read_rows(description.scope, table)[1]]
    return faults


def _check_files(folder: Path) -> list[Fault]:
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith((".", "__")))
    allowed = [*ASIDE, *(f"{name}.csv" for name in TABLES)]
    return [fault for name in names for fault in Spot(name, 0, "").choice(name, allowed)]
