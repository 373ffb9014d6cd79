"""From a posterior to the law's parameters for the states of one system."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moorings.core.streams import stream
from moorings.learn.margins import quantiles
from moorings.learn.posterior import Posterior
from moorings.model.commitment import SIGNALS
from moorings.model.shocks import MARGINS

Floats = NDArray[np.float64]
UNKNOWN_SD = 1.0
"""Sd of commitment towards a state of which no signal was ever seen: the factor's own."""


def system_params(
    posterior: Posterior, patron: str, states: tuple[str, ...], year: int | None = None
) -> dict[str, dict[str, Floats]]:
    """Equation -> parameter -> [draw, ...], with commitment at the start and the filter's gains by state.

    With `year`, commitment is the smoothed one of that year, which all that was seen informs.
    """
    params = {name: dict(group) for name, group in posterior.draws.items()}
    for name in MARGINS:
        params[name] |= quantiles(params[name])
    params["commitment"] |= _commitment(posterior, patron, states, year)
    return params


def _commitment(posterior: Posterior, patron: str, states: tuple[str, ...], year: int | None) -> dict[str, Floats]:
    draws, p = posterior.size, posterior.draws["commitment"]
    start, lag, variance = _starts(posterior, patron, states, year)
    found = {"start": start, "lag": lag}
    for name, short in (("troops", "troops"), ("pact", "pact")):
        k = SIGNALS.index(name)
        loading, sigma = p["loading"][:, k], p["sigma"][:, k]
        found[f"loading_{short}"] = loading
        found[f"gain_{short}"] = variance[None] * (loading / sigma**2)[:, None]
        found[f"{short}_sd"] = np.full(draws, posterior.meta["signals"][name]["sd"])
    return found


def _starts(
    posterior: Posterior, patron: str, states: tuple[str, ...], year: int | None
) -> tuple[Floats, Floats, Floats]:
    """Commitment at the start [draw, S], belief less commitment then [draw, S], variance [S]."""
    rate = posterior.draws["commitment"]["rate"]
    start = UNKNOWN_SD * _normals(posterior, states)
    lag, variance = np.zeros_like(start), np.full(len(states), UNKNOWN_SD**2)
    track = posterior.tracks.get(patron)
    if track is None:
        return start, lag, variance
    allies = posterior.meta["tracks"][patron]["allies"]
    here = [allies.index(state) for state in states if state in allies]
    there = [i for i, state in enumerate(states) if state in allies]
    years = posterior.meta["tracks"][patron]["years"]
    until = len(years) if year is None else years.index(min(year, years[-1])) + 1
    # of all the patron's allies, so that a state's draws do not depend on who else is in the system
    cov = track["last_cov"] if year is None else np.diag(track["sd"][until - 1] ** 2)
    root = np.linalg.cholesky(cov + 1e-9 * np.eye(len(allies)))
    mean = track["last"] if year is None else track["mean"][until - 1]
    start[:, there] = (mean + _normals(posterior, tuple(allies)) @ root.T)[:, here]
    lag[:, there] = _belief_lag(track["mean"][:until, here], rate)
    variance[there] = np.diag(track["last_cov"])[here]
    return start, lag, variance


def _normals(posterior: Posterior, states: tuple[str, ...]) -> Floats:
    """Standard normals of each state, from a stream of its own, [draw, state]."""
    each = [np.random.default_rng([posterior.end, stream(state)]).standard_normal(posterior.size) for state in states]
    return np.stack(each, axis=1)


def _belief_lag(path: Floats, rate: Floats) -> Floats:
    """How far a belief that follows at `rate` [draw] stands from the path's end, [draw, ally]."""
    belief: Floats = np.broadcast_to(path[0], (len(rate), path.shape[1])).copy()
    for now in path[1:]:
        belief += rate[:, None] * (now - belief)
    return np.asarray(belief - path[-1])
