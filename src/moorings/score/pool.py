"""A pool of the law with statistical forecasts: does it do better than either?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moorings.score.metrics import Array, to_quantiles

POOL = "pool"
STRUCTURAL = "structural"
COUPLED = "coupled"
"""The law's members with the pool's values: what forecasts publish."""
TREES = ("boosted trees",)
"""The law is persistence scaled by volatility already; trees are the one other idea that the record found as good."""
PERSISTENCE = {"gdp": ("own volatility", "fitted volatility")}
"""Where neither law nor trees beat plain persistence beyond the first year, it is pooled too."""

INFORMED = {"arms_dependence": ("informed trees",)}
"""Trees that see what the law sees beside the series: what is delivered of the next windows, and on order."""


def partners_of(outcome: str) -> tuple[str, ...]:
    """What the law is pooled with, each with the weight of the law."""
    return (*PERSISTENCE.get(outcome, ()), *INFORMED.get(outcome, TREES))


def pooled(outcome: str, model: Array, baselines: Mapping[str, Array]) -> Array | None:
    """Quantiles of the equal-weight pool of a model and its partners, [level, ...case]; None without any of these.

    Every forecast enters as its quantiles, which are equally likely members (Stone 1961, doi:10.1214/aoms/1177704873).
    """
    parts = [baselines[name] for name in partners_of(outcome) if name in baselines]
    return to_quantiles(np.concatenate([model, *parts])) if parts else None
