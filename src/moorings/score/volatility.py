"""How much a state's own series moves: the scale of the baselines that are hard to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moorings.score.metrics import Array

SPANS = (3, 10)
"""Years of the short and the long memory."""


@dataclass(frozen=True)
class Volatility:
    """Root mean squares of yearly changes, shrunk to the pool.

    Attributes
    ----------
    short, long
        [year, unit], from the changes up to the row's year with a memory of 3 and of 10 years.
    pooled
        The same of all units and years, changes beyond the 99th percentile drawn in to it.
    """

    short: Array
    long: Array
    pooled: float

    @classmethod
    def of(cls, moved: Array) -> Volatility:
        """Volatility from yearly changes [year, unit], of which each row uses those up to its year.

        A mean of n squares counts ``min(n, 2 span)`` against 3 (short) or 5 (long) of the pool.
        """
        squares = moved**2
        pooled = _pooled(squares)
        short = _shrunk(squares, SPANS[0], pooled, 3.0)
        long = _shrunk(squares, SPANS[1], pooled, 5.0)
        return cls(short, long, float(np.sqrt(pooled)))

    @property
    def regressors(self) -> Array:
        """Clipped logarithms of both relative to the pool, [year, unit, 2]; clips keep a quiet series from 0 width."""
        logs = np.log(np.stack([self.short, self.long], axis=-1) / self.pooled)
        return np.clip(logs, -2.0, 1.0)


def _pooled(squares: Array) -> float:
    there = squares[~np.isnan(squares)]
    if not there.size:
        return 1.0
    return float(max(np.minimum(there, np.quantile(there, 0.99)).mean(), 1e-12))


def _shrunk(squares: Array, span: int, pooled: float, weight: float) -> Array:
    decay = np.exp(-1.0 / span)
    total, mass, seen = (np.zeros(squares.shape[1]) for _ in range(3))
    rows = np.empty_like(squares)
    for t, square in enumerate(squares):
        there = ~np.isnan(square)
        total, mass = decay * total + np.where(there, square, 0.0), decay * mass + there
        seen = np.minimum(seen + there, 2 * span)
        rows[t] = (seen * total / np.maximum(mass, 1e-12) + weight * pooled) / (seen + weight)
    return np.sqrt(rows)


def expected_size(regressors: Array, sizes: Array) -> Array:
    """Coefficients of ``log E|change| = a + b x`` by Poisson quasi-likelihood, which zeros do not upset.

    Parameters
    ----------
    regressors, sizes
        [case, feature] and absolute changes [case].

    References
    ----------
    Santos Silva and Tenreyro (2006), doi:10.1162/rest.88.4.641.
    """
    x = np.column_stack([np.ones(len(sizes)), regressors])
    ridge = np.diag([0.0] + [1.0] * regressors.shape[1]) * max(float(sizes.mean()), 1e-12)
    b = np.zeros(x.shape[1])
    b[0] = np.log(max(float(sizes.mean()), 1e-12))
    for _ in range(25):
        mean = np.exp(x @ b)
        gradient = x.T @ (sizes - mean) - ridge @ b
        step = np.linalg.solve((x * mean[:, None]).T @ x + ridge, gradient)
        b = b + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return b
