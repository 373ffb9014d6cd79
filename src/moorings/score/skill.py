"""Skill over a baseline, with the uncertainty that comes from few states and few origins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moorings.core.streams import stream
from moorings.score.metrics import Array

DRAWS = 2000
MASS = 0.9
"""Probability of the interval of a skill."""


@dataclass(frozen=True)
class Tally:
    """Sums of a score by origin and cluster, from which every mean and interval follows.

    Attributes
    ----------
    total, count
        Sum of the scores and number of cases, [origin, cluster].
    """

    total: Array
    count: Array

    @classmethod
    def of(cls, scores: Array, clusters: Sequence[str]) -> Tally:
        """Tally scores [origin, unit], nan where there is no case; `clusters` names the cluster of each unit."""
        _, index = np.unique(np.asarray(clusters), return_inverse=True)
        member = np.eye(int(index.max()) + 1 if len(index) else 0)[index]
        there = ~np.isnan(scores)
        return cls(np.where(there, scores, 0.0) @ member, there @ member)

    @property
    def mean(self) -> float:
        """Mean score; nan without cases."""
        n = self.count.sum()
        return float(self.total.sum() / n) if n else float("nan")


@dataclass(frozen=True)
class Skill:
    """``1 - score / baseline`` and its interval: the wider of the bootstraps by cluster and by origin.

    Both leave out a part of the uncertainty: with about nine overlapping windows at ten years, read the interval as
    too narrow.
    """

    value: float
    low: float
    high: float


UNKNOWN = Skill(float("nan"), float("nan"), float("nan"))
"""Skill where there is nothing to compare."""


def skill(model: Tally, baseline: Tally, draws: int = DRAWS, seed: int = 1) -> Skill:
    """Skill of a model over a baseline that was scored on the same cases; nan where the baseline's score is 0."""
    value = _ratio(model.total.sum(), baseline.total.sum())
    rngs = [np.random.default_rng(stream("skill", axis, seed)) for axis in (0, 1)]
    spans = [_interval(model, baseline, axis, rng, draws) for axis, rng in enumerate(rngs)]
    low, high = max(spans, key=lambda span: span[1] - span[0] if np.isfinite(span).all() else -1.0)
    return Skill(float(value), float(low), float(high))


def _ratio(model: Array, baseline: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(baseline != 0, 1.0 - model / baseline, np.nan))


def _interval(model: Tally, baseline: Tally, axis: int, rng: np.random.Generator, draws: int) -> tuple[float, float]:
    """Interval of the skill when the groups that are left after summing over `axis` are drawn with replacement."""
    used = baseline.count.sum(axis) > 0
    groups = int(used.sum())
    if groups < 2:
        return float("nan"), float("nan")
    weights = rng.multinomial(groups, np.full(groups, 1.0 / groups), size=draws)
    ratios = _ratio(weights @ model.total.sum(axis)[used], weights @ baseline.total.sum(axis)[used])
    if not np.isfinite(ratios).any():
        return float("nan"), float("nan")
    low, high = np.nanquantile(ratios, [(1 - MASS) / 2, (1 + MASS) / 2])
    return float(low), float(high)


def best(tallies: Mapping[str, Tally]) -> str:
    """Name of the baseline with the lowest mean score, chosen after the fact, which is hard on the model."""
    return min(tallies, key=lambda name: (np.nan_to_num(tallies[name].mean, nan=np.inf), name))
