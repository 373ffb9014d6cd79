"""Fit the law of the patron's share of arms imports."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import numpyro
from numpy.typing import NDArray

from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import ARMS_PRIORS
from moorings.model import arms
from moorings.model.state import Array


class ArmsData(NamedTuple):
    """Rows of state-years: the window before, [15, row], imports' volume (log), next share, standardised gap, [row]."""

    history: Array
    volume: Array
    share: Array
    gap: Array


def arms_rows(shares: NDArray[np.float64], imports: NDArray[np.float64], gap: NDArray[np.float64]) -> ArmsData:
    """Rows from [year, state] arrays, where this year's and next year's shares are known."""
    padded = np.concatenate([np.full((arms.WINDOW - 1, shares.shape[1]), np.nan), shares])
    rows, volumes, nexts, gaps = [], [], [], []
    for t in range(len(shares) - 1):
        use = np.isfinite(shares[t]) & np.isfinite(shares[t + 1])
        rows.append(padded[t : t + arms.WINDOW][::-1][:, use])
        volumes.append(np.log(np.maximum(np.nan_to_num(imports[t, use]), 10.0)))
        nexts.append(shares[t + 1, use])
        gaps.append(gap[t, use])
    return ArmsData(
        jnp.asarray(np.concatenate(rows, axis=1)), *(jnp.asarray(np.concatenate(x)) for x in (volumes, nexts, gaps))
    )


def model(data: ArmsData) -> None:
    """NumPyro model: priors, and the law's censored logistic density."""
    params = {site: numpyro.sample(site, prior.distribution()) for site, prior in ARMS_PRIORS.items()}
    density = arms.log_density(params, data.history, data.volume, params["gap"] * data.gap, data.share)
    numpyro.factor("history", jnp.sum(density))


def fit_arms(data: ArmsData, draws: int, seed: int) -> tuple[dict[str, np.ndarray], Approximation]:
    """Draws of the parameters of the arms equation."""
    found = laplace(model, (data,), draws, seed)
    return dict(found.draws), found
