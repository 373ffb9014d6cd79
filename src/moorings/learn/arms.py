"""Fit the law of the patron's share of arms imports."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import scipy.stats
from numpy.typing import NDArray

from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import ARMS_PRIORS
from moorings.model import arms
from moorings.model.state import Array


class ArmsData(NamedTuple):
    """Rows of state-years: the window before, [15, row]; the others [row].

    Attributes
    ----------
    history
        Shares up to the year, newest first.
    volume, share, gap
        Log of five years' imports, next year's share, standardised gap.
    year, state
        Indices of the share's year and of the state.
    """

    history: Array
    volume: Array
    share: Array
    gap: Array
    year: Array
    state: Array


def arms_rows(shares: NDArray[np.float64], imports: NDArray[np.float64], gap: NDArray[np.float64]) -> ArmsData:
    """Rows from [year, state] arrays, where this year's and next year's shares are known."""
    padded = np.concatenate([np.full((arms.WINDOW - 1, shares.shape[1]), np.nan), shares])
    rows, volumes, nexts, gaps, years, states = [], [], [], [], [], []
    for t in range(len(shares) - 1):
        use = np.isfinite(shares[t]) & np.isfinite(shares[t + 1])
        rows.append(padded[t : t + arms.WINDOW][::-1][:, use])
        volumes.append(np.log(np.maximum(np.nan_to_num(imports[t, use]), 10.0)))
        nexts.append(shares[t + 1, use])
        gaps.append(gap[t, use])
        years.append(np.full(use.sum(), t + 1))
        states.append(np.nonzero(use)[0])
    columns = (volumes, nexts, gaps, years, states)
    return ArmsData(jnp.asarray(np.concatenate(rows, axis=1)), *(jnp.asarray(np.concatenate(x)) for x in columns))


def by_row(params: dict[str, Array], data: ArmsData) -> Array:
    """Log-likelihood of each row by the law's censored logistic density, [row]."""
    return arms.log_density(params, data.history, data.volume, params["gap"] * data.gap, data.share)


def fit_arms(data: ArmsData, draws: int, seed: int) -> tuple[dict[str, np.ndarray], Approximation]:
    """Draws of the parameters of the arms equation."""
    found = laplace(by_row, ARMS_PRIORS, data, draws, seed)
    return dict(found.draws), found


def residuals(params: dict[str, np.ndarray], data: ArmsData, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Innovations of history as standard normals, [year, state]; missing where the share was censored."""
    z = np.asarray(jax.jit(_standard)(params, data))
    inside = np.asarray((data.share >= arms.LOW) & (data.share <= arms.HIGH))
    out = np.full(shape, np.nan)
    uniform = np.clip(scipy.stats.logistic.cdf(z), 1e-6, 1 - 1e-6)
    out[np.asarray(data.year)[inside], np.asarray(data.state)[inside]] = scipy.stats.norm.ppf(uniform)[inside]
    return out


def _standard(params: dict[str, Array], data: ArmsData) -> Array:
    loc = arms.location(params, data.history, params["gap"] * data.gap)
    return (data.share - loc) / arms.scale(params, data.history, data.volume)
