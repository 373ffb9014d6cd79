"""How far a scenario lies within what history has seen: ally-decades with a change at least as large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from moorings.simulate.ensemble import Array, Ensemble

if TYPE_CHECKING:
    import polars as pl

    from moorings.learn.decades import Decades

FEW = 0.01
"""Share of ally-decades below which a change leaves what history has seen."""
NOTED = 0.02
"""Difference between two scenarios' changes from which a driver is counted as changed."""
HOSTED = 1000
"""Troops from which an ally counts as a host: a change in a handful of attachés says nothing."""
UNITS = {"troops": "log", "burden": "log", "adversaries": "log", "obligation": "level", "commitment": "sd"}


@dataclass(frozen=True)
class Reach:
    """A change of a driver in a scenario, held against history.

    Attributes
    ----------
    state, variable, unit
        Whose driver; `adversaries` is the summed spending of the ally's adversaries.
    change, against
        Median change over `years` in the scenario, and in the one it is compared to.
    windows, as_large, states
        Ally-decades in which it is known, how many of them changed at least as much in that direction, and how many
        states those were.
    outside
        Fewer than 1 in 100 did.
    """

    state: str
    variable: str
    unit: str
    years: int
    change: float
    against: float
    windows: int
    as_large: int
    states: int
    outside: bool


def reaches(scenario: Ensemble, against: Ensemble, decades: Decades) -> list[Reach]:
    """Every driver of every ally that the scenario changes."""
    from moorings.learn.windows import SPAN

    span = min(SPAN, len(scenario.years) - 1)
    known = decades.known_at(scenario.years[0])
    found = []
    for state in scenario.allies:
        for name in UNITS:
            there, here = (_median(one, name, state, span) for one in (scenario, against))
            if np.isfinite(there - here) and abs(there - here) >= NOTED:
                windows = _hosts(known, decades) if name == "troops" else known
                found.append(_reach((state, name, span), there, here, windows))
    return found


def change(ensemble: Ensemble, name: str, state: str, span: int) -> Array:
    """Change of a driver over the first `span` years, [member]."""
    if name == "adversaries":
        paths = [ensemble.of("gdp", k) * ensemble.of("burden", k) for k in ensemble.adversaries]
        path = np.log(np.sum([p for p in paths if np.isfinite(p).all()], axis=0))
    else:
        path = ensemble.of(name, state)
        path = np.log1p(path) if name == "troops" else np.log(path) if name == "burden" else path
    return np.asarray(path[:, span] - path[:, 0]) if np.ndim(path) == 2 else np.full(ensemble.members, np.nan)


def _median(ensemble: Ensemble, name: str, state: str, span: int) -> float:
    return float(np.median(change(ensemble, name, state, span)))


def _hosts(rows: pl.DataFrame, decades: Decades) -> pl.DataFrame:
    import polars as pl

    least = (np.log1p(HOSTED) - decades.mean["troops"]) / decades.sd["troops"]
    return rows.filter(pl.col("troops") >= least)


def _reach(key: tuple[str, str, int], there: float, here: float, windows: pl.DataFrame) -> Reach:
    import polars as pl

    state, name, span = key
    known = windows.drop_nulls(f"change_{name}")
    side = 1.0 if there >= 0 else -1.0
    large = known.filter(side * pl.col(f"change_{name}") >= abs(there))
    outside = large.height < FEW * known.height
    numbers = (known.height, large.height, large["state"].n_unique())
    return Reach(state, name, UNITS[name], span, there, here, *numbers, outside)
