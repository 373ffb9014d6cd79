"""Shocks that one patron's allies share: the intraclass correlation of a year's innovations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def intraclass(normal: Floats) -> float:
    """Share of variance common to all states of a year, from standard normal innovations [year, state].

    One-way analysis of variance with unequal groups (Donner 1986, doi:10.2307/1403259), at least 0.
    """
    rows = [row[np.isfinite(row)] for row in normal]
    rows = [row for row in rows if len(row) >= 3]
    if len(rows) < 3:
        return 0.0
    sizes = np.array([len(row) for row in rows], dtype=float)
    total, groups = sizes.sum(), len(rows)
    overall = np.concatenate(rows).mean()
    between = sum(n * (row.mean() - overall) ** 2 for n, row in zip(sizes, rows, strict=True)) / (groups - 1)
    within = sum(((row - row.mean()) ** 2).sum() for row in rows) / (total - groups)
    size = (total - (sizes**2).sum() / total) / (groups - 1)
    return float(max(0.0, (between - within) / (between + (size - 1) * within)))


def intraclass_draws(normal: Floats, draws: int, seed: int) -> Floats:
    """Bootstrap over years of the intraclass correlation, [draw]."""
    random = np.random.default_rng(seed)
    years = len(normal)
    return np.array([intraclass(normal[random.integers(0, years, years)]) for _ in range(draws)])
