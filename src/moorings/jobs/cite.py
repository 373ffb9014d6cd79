"""Cite: the rows behind a number, with their sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moorings.core import places
from moorings.core.errors import InputError, check_name
from moorings.data.citations import cite_panel, variables_behind
from moorings.data.panel import panel_status
from moorings.jobs.opening import system_at

if TYPE_CHECKING:
    import polars as pl

    from moorings.systems.system import System

SCHEMA = "moorings.cite/1"


@dataclass(frozen=True)
class Citations:
    """Rows behind a number; plain values."""

    rows: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, object]:
        """The contract's JSON."""
        return {"schema": SCHEMA, "rows": list(self.rows)}


def cite(system: str, state: str, variable: str, year: int) -> Citations:
    """Find where a number comes from: in the system's own tables, and in the panel.

    Parameters
    ----------
    system
        A system's name or folder; of one built from the panel, the rows of the panel are given.
    state, variable, year
        The number; of a pair, either state, and all pairs with states of the system are given.

    Raises
    ------
    InputError
        No such system, state or variable, or no row at all.
    """
    described, seen = system_at(system)
    check_name("STATE", state, described.states)
    names = variables_behind(variable)
    own = _cite_system(described, seen, state, names, year)
    panel = cite_panel(described.states, state, variable, year) if _has_panel() else []
    rows = (*own, *({"origin": "panel", **row} for row in panel))
    if not rows:
        raise InputError("YEAR", f"no row for {variable}({state}) in {year}", "a year with a value", _hint())
    return Citations(rows)


def _has_panel() -> bool:
    return panel_status().digest is not None or places.mirror() is not None


def _hint() -> str:
    """What to do where nothing was found."""
    return "" if _has_panel() else "There is no panel: set MOORINGS_DATA_DIR or try `moorings data fetch`."


def _cite_system(
    system: System, seen: pl.DataFrame, state: str, names: tuple[str, ...], year: int
) -> list[dict[str, Any]]:
    """Rows of the system's own tables."""
    import polars as pl

    if system.folder is None:
        return []
    rows = seen.filter(pl.col("variable").is_in(names) & (pl.col("year") == year))
    mine = rows.filter((pl.col("state") == state) | (pl.col("other") == state)).sort("variable", "state", "other")
    known = {"origin": "system", "system": system.name, "digest": system.digest}
    return [{**known, **row, "citation": row["source"]} for row in mine.to_dicts()]
