"""Pairwise likelihood: what two events that may come together say of how far they do.

References
----------
Varin, Reid and Firth (2011), Statistica Sinica 21, 5-42.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)


def pair_log(both: Floats, one: Floats, other: Floats, first: Any, second: Any) -> Floats:
    """Log-probability of what two did, from that of an event of both and of either; all of one shape."""
    table = np.where(
        first & second, both, np.where(first, one - both, np.where(second, other - both, 1 - one - other + both))
    )
    return np.asarray(np.log(np.maximum(table, 1e-12)))


def orthant(a: Floats, b: Floats, rho: Floats) -> Floats:
    """Probability that two standard normals of correlation `rho` lie above `a` and `b` (Plackett 1954), [pair]."""
    r = 0.5 * rho[:, None] * (NODES + 1)
    rest = 1 - r**2
    density = np.exp(-0.5 * (a[:, None] ** 2 - 2 * r * a[:, None] * b[:, None] + b[:, None] ** 2) / rest)
    inside = (density / (2 * np.pi * np.sqrt(rest))) @ NODE_WEIGHTS
    return np.asarray(norm.sf(a) * norm.sf(b) + 0.5 * rho * inside)
