"""Allies' paths on the axes drift and autonomy before the shipped tables carry every series alone.

The tables of East Asia begin in 1990, and eight years of each series must lie behind a year that is measured. Here the
panel's rows from before 1990 lie behind them. What is compared, and with what, stays as in `measure`: the tables' own
values of the year, by `tether/1`, against the last year seen.

`python -m moorings.jobs.paths FILE` computes the shipped table anew from the panel.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.core.places import replacing
from moorings.core.script import run_script
from moorings.jobs.measure import FIRST as TAKEOVER
from moorings.jobs.measure import measured_rows

if TYPE_CHECKING:
    import polars as pl

    from moorings.jobs.opening import Opened

SCHEMA = "moorings.paths/1"
SYSTEM = "east-asia"
FIRST = 1990
"""First year of the paths, and of the system's tables."""
BEHIND = 40
"""Years of the panel before that."""
SHOWN = ("drift", "autonomy")
STRANDS_SEEN = ("alignment_distance", "arms_dependence")
"""Variables without which a strand of drift is missing."""
AGREES = 1e-4
"""Largest difference, in standard deviations, at which two measurements of one year are the same."""

Row = dict[str, Any]


def early_paths() -> dict[str, Any]:
    """Drift and autonomy of each ally from 1990 to the year in which `measure` takes over, as they ship.

    Returns
    -------
    `system`, `definition`, `from` (the year that drift is against), `first`, `last` (the overlap with `measure`),
    digests of `panel` and `tables`, and `rows` as those of `measure`.
    """
    place = resources.files("moorings.jobs").joinpath("shipped", f"paths-{SYSTEM}.json")
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf8"))
    return found


def whole_paths(measured: Sequence[Row], system: str) -> list[Row]:
    """Rows of `measure` with those of earlier years before them.

    The earlier ones are left out where they are of another system, or where the two do not say the same of the year
    in which they meet (tables changed since).
    """
    early = early_paths()
    if system != early["system"] or not _meet(early["rows"], measured, early["last"]):
        return list(measured)
    return [row for row in early["rows"] if row["year"] < early["last"]] + list(measured)


def _meet(early: Sequence[Row], later: Sequence[Row], year: int) -> bool:
    first, second = (_values(rows, year) for rows in (early, later))
    return first.keys() == second.keys() and all(abs(first[key] - second[key]) <= AGREES for key in first)


def _values(rows: Sequence[Row], year: int) -> dict[tuple[str, str], float]:
    return {
        (row["state"], row["variable"]): row["mean"] for row in rows if row["year"] == year and row["variable"] in SHOWN
    }


def measure_early_paths() -> dict[str, Any]:
    """The shipped table, computed from the system's tables with the panel's earlier rows behind them.

    Raises
    ------
    InputError
        Without a panel, or a mirror to build it from.
    """
    from moorings.data.panel import panel_status
    from moorings.jobs.opening import open_system, scene_at
    from moorings.model.tether import DEFINITION

    opened = open_system(SYSTEM)
    system, years = opened.system, range(FIRST, TAKEOVER + 1)
    observations = _with_panel(opened)
    scenes = {year: scene_at(system, observations, year) for year in (*years, system.start)}
    rows = measured_rows(opened, scenes, years)
    return {
        "schema": SCHEMA,
        "system": system.name,
        "definition": DEFINITION,
        "from": system.start,
        "first": FIRST,
        "last": TAKEOVER,
        "panel": panel_status().digest,
        "tables": system.digest,
        "rows": [row for row in rows if row["variable"] == "autonomy"] + _complete(rows),
    }


def _with_panel(opened: Opened) -> pl.DataFrame:
    """The tables' rows, and the panel's from before they begin.

    Not the panel's ties: they are coded otherwise than the tables' own, which begin in 2010.
    """
    import polars as pl

    from moorings.data.columns import DYAD_YEARS, PAIR_YEARS, STATE_YEARS
    from moorings.data.panel import panel_observations

    own = opened.observations
    known = {*STATE_YEARS, *PAIR_YEARS, *DYAD_YEARS} - {"tie"}
    shared = sorted(known & set(own["variable"].unique()))
    earlier = panel_observations(opened.system.states, shared, (FIRST - BEHIND, FIRST - 1))
    return pl.concat([earlier.select(own.columns), own], how="vertical_relaxed")


def _complete(rows: Sequence[Row]) -> list[Row]:
    """Rows of drift, of the years in which an ally has every strand that it has in the overlap.

    A year that lacks one (South Korea's votes begin in 1991) would stand beside the others as a jump.
    """
    seen: dict[tuple[str, int], set[str]] = {}
    for row in rows:
        if row["variable"] in STRANDS_SEEN:
            seen.setdefault((row["state"], row["year"]), set()).add(row["variable"])
    drifts = (row for row in rows if row["variable"] == "drift")
    return [row for row in drifts if seen.get((row["state"], row["year"])) == seen.get((row["state"], TAKEOVER))]


def main(path: str) -> None:
    """Write the table."""
    text = json.dumps(measure_early_paths(), indent=1)
    with replacing(Path(path)) as file:
        file.write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    run_script(main)
