"""A pool of the law with statistical forecasts: does it do better than either?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moorings.score.metrics import Array

POOL = "pool"
STRUCTURAL = "structural"
COUPLED = "coupled"
"""The law's members with the pool's values: what forecasts publish."""
TREES = ("boosted trees", "informed trees")
"""The law is persistence scaled by volatility already; trees are the one other idea that the record found as good: half
of them from the series alone, half from how the state stands otherwise too."""
PERSISTENCE = {"gdp": ("own volatility", "fitted volatility")}
"""Where neither law nor trees beat plain persistence beyond the first year, it is pooled too."""
ORDERED = ("arms_dependence",)
"""Of which a part of the next windows is known: only trees that see it are pooled."""


def parts_of(outcome: str) -> dict[str, int]:
    """Parts of the pool: law, trees together and each form of persistence weigh the same."""
    if outcome in ORDERED:
        return {STRUCTURAL: 1, TREES[-1]: 1}
    halves = dict.fromkeys(TREES, 1)
    return {STRUCTURAL: 2, **halves, **dict.fromkeys(PERSISTENCE.get(outcome, ()), 2)}


def partners_of(outcome: str) -> tuple[str, ...]:
    """What the law is pooled with."""
    return tuple(name for name in parts_of(outcome) if name != STRUCTURAL)


def averaged(outcome: str, members: Mapping[str, Array]) -> Array:
    """Mean of the quantiles of some of a pool's members by their parts, [level, ...case].

    A mixture of forecasts that are each as wide as they should be is too wide; the mean of their quantiles is not
    (Lichtendahl, Grushka-Cockayne and Winkler 2013, doi:10.1287/mnsc.1120.1667).
    """
    parts = parts_of(outcome)
    return np.asarray(np.average(list(members.values()), axis=0, weights=[parts[name] for name in members]))


def pooled(outcome: str, model: Array, others: Mapping[str, Array]) -> Array | None:
    """Quantiles of the pool of a model and its partners among `others`, [level, ...case]; None without any of these."""
    found = {name: others[name] for name in partners_of(outcome) if name in others}
    return averaged(outcome, {STRUCTURAL: model} | found) if found else None
