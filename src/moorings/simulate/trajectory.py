"""Paths -> ensembles, rows and quantiles: the one bridge out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.variables import VARIABLES
from moorings.simulate.engine import VALUES, Paths
from moorings.simulate.ensemble import Ensemble
from moorings.simulate.start import Scene

if TYPE_CHECKING:
    import polars as pl

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q95": 0.95}


def to_ensemble(scene: Scene, paths: Paths) -> Ensemble:
    """The ensemble of a simulation: values by state, flags and ties by pair, equal weights."""
    system = scene.system
    members = len(paths.draw)
    return Ensemble(
        system=system.name,
        patron=system.patron,
        allies=system.allies,
        rated=system.rated,
        adversaries=system.adversaries,
        years=paths.years,
        states=system.states,
        draw=paths.draw,
        values=paths.values,
        pairs={name: _by_pair(scene, flags) for name, flags in paths.flags.items()},
        weights=np.full(members, 1 / members),
    )


def _by_pair(scene: Scene, flags: NDArray[np.int8]) -> NDArray[Any]:
    """[member, year, P] -> [member, year, S, S], symmetric."""
    states = scene.system.states
    out = np.zeros((*flags.shape[:2], len(states), len(states)), dtype=np.int8)
    a = [states.index(pair[0]) for pair in scene.pairs]
    b = [states.index(pair[1]) for pair in scene.pairs]
    out[:, :, a, b] = flags
    out[:, :, b, a] = flags
    return out


def quantile_rows(ensemble: Ensemble) -> list[dict[str, Any]]:
    """Rows `state, variable, unit, year, mean, q05 ... q95` of every variable that a state has."""
    rows = []
    for name in VALUES:
        for i, state in enumerate(ensemble.states):
            path = ensemble.values[name][:, :, i]
            if np.isfinite(path).any():
                rows += _state_rows(ensemble, name, state, path)
    return rows


def _state_rows(ensemble: Ensemble, name: str, state: str, path: NDArray[np.float64]) -> list[dict[str, Any]]:
    levels = weighted_quantiles(path, ensemble.weights, list(QUANTILES.values()))
    means = ensemble.weights @ path
    return [
        {"state": state, "variable": name, "unit": VARIABLES[name].unit, "year": year, "mean": float(means[t])}
        | {q: float(levels[k, t]) for k, q in enumerate(QUANTILES)}
        for t, year in enumerate(ensemble.years)
    ]


def weighted_quantiles(
    path: NDArray[np.float64], weights: NDArray[np.float64], levels: list[float]
) -> NDArray[np.float64]:
    """Quantiles over members of [member, year], shape [level, year]."""
    if np.ptp(weights) == 0:
        return np.quantile(path, levels, axis=0)
    return np.quantile(path, levels, axis=0, weights=weights, method="inverted_cdf")


def to_rows(ensemble: Ensemble) -> pl.DataFrame:
    """Tidy members: `member, draw, state, variable, year, value, weight`; missing values are left out."""
    import polars as pl

    frames = []
    for name in VALUES:
        value = ensemble.values[name]
        m, y, s = np.nonzero(np.isfinite(value))
        frames.append(
            pl.DataFrame(
                {
                    "member": m,
                    "draw": ensemble.draw[m],
                    "state": np.array(ensemble.states)[s],
                    "variable": np.full(len(m), name),
                    "year": np.array(ensemble.years)[y],
                    "value": value[m, y, s],
                    "weight": ensemble.weights[m],
                }
            )
        )
    return pl.concat(frames)
