"""Numbers that no series gives: what a system assumes, with its uncertainty, and how each draw varies it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.stats
from numpy.typing import NDArray

from moorings.core.streams import stream
from moorings.data.arrays import Arrays
from moorings.systems.system import REGION_SHARE, WARHEAD_WORTH, System

Floats = NDArray[np.float64]
DEFAULT_SHARE = 0.3
"""Share of its power that a patron devotes to a region, where the system does not assume another."""


class Assumption(NamedTuple):
    """Mean and standard deviation, in the assumption's unit."""

    mean: float
    sd: float


def assumed(system: System, variable: str) -> dict[str, Assumption]:
    """State -> what the system assumes in place of the state's missing series of `variable`."""
    rows = (row for row in system.assumptions if row.get("variable") == variable)
    return {str(row["state"]): _of(row) for row in rows}


def assumed_number(system: System, name: str) -> Assumption | None:
    """What the system assumes under `name`; None if nothing."""
    return next((_of(row) for row in system.assumptions if row["name"] == name), None)


def _of(row: dict[str, object]) -> Assumption:
    return Assumption(float(str(row["mean"])), float(str(row["sd"])))


def assumption_draws(system: System, arrays: Arrays, draws: int) -> dict[str, Floats]:
    """The group `assumed` of the law's parameters.

    Returns
    -------
    `power`: what each draw adds to a state's log power, [draw, S]. Where a military burden is assumed, it is the draw's
    burden over the assumed mean, with the state's last known warheads at their assumed worth; 0 for all others.
    `region_share`: share of its power that the patron devotes to the region, [draw].
    """
    power = np.zeros((draws, len(system.states)))
    worth = assumed_number(system, WARHEAD_WORTH)
    for state, burden in assumed(system, "burden").items():
        drawn = _drawn(burden, (state, "burden"), draws)
        added = np.ones(draws)
        spent = _last(arrays, "gdp", state) * drawn
        if worth is not None and np.isfinite(spent).all():
            warheads = np.nan_to_num(_last(arrays, "warheads", state))
            added += warheads * _drawn(worth, (state, WARHEAD_WORTH), draws) / spent
        power[:, system.states.index(state)] = np.log(drawn / burden.mean * added)
    share = assumed_number(system, REGION_SHARE) or Assumption(DEFAULT_SHARE, 0.0)
    return {"power": power, REGION_SHARE: np.minimum(_drawn(share, (system.patron, REGION_SHARE), draws), 1.0)}


def _drawn(assumption: Assumption, name: tuple[str, ...], draws: int) -> Floats:
    """Log-normal draws of the assumption's mean and sd, from a stream of their own, [draw]."""
    mean, sd = assumption
    if sd == 0:
        return np.full(draws, mean)
    width = np.sqrt(np.log1p((sd / mean) ** 2))
    random = np.random.default_rng(stream("assumption", *name))
    median = mean / np.sqrt(1 + (sd / mean) ** 2)
    return np.asarray(scipy.stats.lognorm.ppf(random.uniform(size=draws), width, scale=median))


def _last(arrays: Arrays, variable: str, state: str) -> float:
    """Last value seen; missing if there is none."""
    if variable not in arrays.state_year:
        return np.nan
    values = arrays.state_year[variable][:, arrays.states.index(state)]
    seen = values[np.isfinite(values)]
    return float(seen[-1]) if len(seen) else np.nan
