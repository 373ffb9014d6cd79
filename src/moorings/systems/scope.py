"""What the tables of a system are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from moorings.systems.system import System


@dataclass(frozen=True)
class Scope:
    """Folder, states and years of a system, as far as they are known.

    Attributes
    ----------
    folder
        Where the tables stand.
    patron, states
        ISO 3 codes.
    start
        The last year seen.
    facts_until
        Cut-off date of the coded events, or an empty text.
    """

    folder: Path
    patron: str
    states: tuple[str, ...]
    start: int
    facts_until: str


def scope_of(system: System, folder: Path) -> Scope:
    """The scope of a system whose description has no fault."""
    return Scope(folder, system.patron, system.states, system.start, system.facts_until)
