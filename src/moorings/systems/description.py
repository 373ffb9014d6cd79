"""Read `system.yaml`: all its faults, each with its line, or the `System`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moorings.core.digest import folder_digest
from moorings.systems.draft import Draft, read_draft
from moorings.systems.fault import Fault
from moorings.systems.rules import LAST_YEAR, check_draft, is_year
from moorings.systems.scope import Scope
from moorings.systems.system import Headline, System
from moorings.systems.tables import DATE_FORM


@dataclass(frozen=True)
class Description:
    """What was read of a folder's `system.yaml`.

    Attributes
    ----------
    system
        None where there is a fault.
    faults
        All faults of the file.
    scope
        What the tables can be checked against; None where the file cannot be read.
    """

    system: System | None
    faults: list[Fault]
    scope: Scope | None


def read_description(folder: Path) -> Description:
    """Read a folder's `system.yaml` and check every field."""
    draft, faults = read_draft(folder)
    if draft is None:
        return Description(None, faults, None)
    faults = faults + check_draft(draft)
    return Description(None if faults else _to_system(draft.values, folder), faults, _to_scope(draft, folder))


def _to_scope(draft: Draft, folder: Path) -> Scope:
    start, until = draft.values.get("from"), str(draft.values.get("facts_until") or "")
    return Scope(
        folder=folder,
        patron=str(draft.values.get("patron")),
        states=tuple(dict.fromkeys(draft.codes)),
        start=start if is_year(start) else LAST_YEAR,
        facts_until=until if DATE_FORM.fullmatch(until) else "",
    )


def _to_system(values: dict[str, Any], folder: Path) -> System:
    not_rated = values.get("not_rated") or {}
    return System(
        name=values["name"],
        title=values["title"],
        patron=values["patron"],
        allies=tuple(values["allies"]),
        adversaries=tuple(values["adversaries"]),
        partners=tuple(values["partners"]),
        rated=tuple(ally for ally in values["allies"] if ally not in not_rated),
        start=values["from"],
        end=values["to"],
        headline=tuple(Headline(**question) for question in values["headline"]),
        assumptions=tuple(values.get("assumptions") or ()),
        folder=folder,
        digest=folder_digest(folder),
        facts_until=values.get("facts_until") or "",
        not_rated=not_rated,
    )
