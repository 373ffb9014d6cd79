"""How often intervals held where probability sits on single values: a count that stays as it is, a share of 0 or 1."""

from __future__ import annotations

import numpy as np

from moorings.score.metrics import LEVELS, ROUNDING, Array, interval_hits


def even_hits(quantiles: Array, observed: Array, mass: float) -> Array:
    """`interval_hits`; of a value on which probability sits, that part of the probability which lies in the interval.

    A closed interval that ends on such a value holds all of its probability: of a perfect forecast, too, it holds more
    than `mass` of the outcomes. Here each case counts by how much of the value's probability lies between the two
    levels, which is `mass` on average for a perfect forecast, and 0 or 1 where values differ.

    Parameters
    ----------
    quantiles, observed
        ``[level, ...case]`` at `LEVELS`, and ``[...case]``.
    mass
        Of the central interval.

    References
    ----------
    Czado, Gneiting and Held (2009), doi:10.1111/j.1541-0420.2009.01191.x.
    """
    tied = np.abs(quantiles - observed) <= ROUNDING
    count, low = tied.sum(axis=0), tied.argmax(axis=0) / len(LEVELS)
    share = count / len(LEVELS)
    inside = np.minimum(low + share, (1 + mass) / 2) - np.maximum(low, (1 - mass) / 2)
    part = np.clip(inside, 0.0, None) / np.maximum(share, 1 / len(LEVELS))
    closed = interval_hits(quantiles, observed, mass)
    return np.where((count > 0) & np.isfinite(closed), part, closed)
