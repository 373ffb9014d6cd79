"""A pool of the law with simple statistical forecasts: does it do better than either?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moorings.score.metrics import Array, to_quantiles

POOL = "pool"
STRUCTURAL = "structural"
COUPLED = "coupled"
"""The law's members with the pool's values: what forecasts publish."""
PARTNERS = ("own volatility", "fitted volatility", "boosted trees")
"""What the law is pooled with, in equal parts: persistence scaled in two ways, and quantiles of boosted trees."""


def pooled(model: Array, baselines: Mapping[str, Array]) -> Array | None:
    """Quantiles of the equal-weight pool of a model and `PARTNERS`, [level, ...case]; None without any of these.

    Every forecast enters as its quantiles, which are equally likely members (Stone 1961, doi:10.1214/aoms/1177704873).
    """
    parts = [baselines[name] for name in PARTNERS if name in baselines]
    return to_quantiles(np.concatenate([model, *parts])) if parts else None
