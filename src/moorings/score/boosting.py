"""Baselines by gradient-boosted trees (LightGBM): quantiles of changes, hazards of events."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from moorings.score.baselines import FEWEST, Baseline, smoothed
from moorings.score.hazards import Hazard, with_features
from moorings.score.history import History
from moorings.score.metrics import LEVELS, Array
from moorings.score.volatility import Volatility

_KNOTS = np.array([0.0125, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.9875])
_COMMON: dict[str, Any] = {
    "num_leaves": 7,
    "learning_rate": 0.06,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.7,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class BoostedQuantiles(Baseline):
    """Quantile regression trees on changes divided by the unit's long volatility.

    Features: both volatilities, last moves over 1, 3 and 5 years, the level, its distance from its own smoothed past
    and from the median of all, how much is known. With `informed` those of the history too; of units of which none of
    these is known at the origin the forecast is made without.

    References
    ----------
    Ke and others (2017), "LightGBM", Advances in Neural Information Processing Systems 30.
    """

    rounds: int = 120
    informed: bool = False

    @property
    def name(self) -> str:
        """Short name for tables."""
        return "informed trees" if self.informed else "boosted trees"

    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """Level plus predicted quantiles of the scaled change, rid of crossings."""
        x, anywhere = change_features(past), np.ones(past.values.shape, dtype=bool)
        if not self.informed or past.features is None:
            return {horizon: self._quantiles(past, x, horizon, anywhere) for horizon in horizons}
        seen = np.asarray(np.isfinite(past.features).any(axis=2))
        more = np.concatenate([x, past.features], axis=2)
        found = {horizon: self._quantiles(past, more, horizon, seen) for horizon in horizons}
        if not (np.isfinite(past.level) & ~seen[-1]).any():
            return found
        return {h: np.where(seen[-1], told, self._quantiles(past, x, h, anywhere)) for h, told in found.items()}

    def _quantiles(self, past: History, x: Array, horizon: int, use: NDArray[np.bool_]) -> Array:
        scale = Volatility.of(past.moved).long
        target = past.window(horizon) / scale
        known = np.isfinite(target) & use
        if known.sum() < FEWEST:
            return np.full((len(LEVELS), past.values.shape[1]), np.nan)
        settings = [{**_COMMON, "objective": "quantile", "alpha": alpha} for alpha in _KNOTS]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            knots = list(threads.map(lambda s: boosted(s, self.rounds, x[known], target[known], x[-1]), settings))
        return np.asarray(past.level + between_knots(np.sort(knots, axis=0)) * scale[-1])


@dataclass(frozen=True)
class BoostedHazard(Hazard):
    """Boosted trees on the time since the last event and the features of the history."""

    rounds: int = 80

    name = "boosted trees"

    def design(self, past: History) -> Array:
        """Years since the last event, and features."""
        return with_features(past)

    def hazards(self, x: Array, came: Array, ahead: Array) -> Array:
        """Trees of a logistic loss."""
        return boosted({**_COMMON, "objective": "binary"}, self.rounds, x, came, ahead)


def boosted(settings: dict[str, Any], rounds: int, x: Array, y: Array, ahead: Array) -> Array:
    """Predictions for rows `ahead` by trees trained on `x` and `y`."""
    import lightgbm

    trees = lightgbm.train(settings, lightgbm.Dataset(x, y), num_boost_round=rounds)
    # LightGBM keeps one number of threads for the whole process: were it another one here than in training, a thread
    # that trains beside this one would find its buffers too small, and the process would die
    return np.asarray(trees.predict(ahead, num_threads=settings["num_threads"]))


def between_knots(knots: Array) -> Array:
    """Quantiles at `LEVELS` from those at the knots, linear in normal scores; [level, unit]."""
    z, known = norm.ppf(LEVELS), norm.ppf(_KNOTS)
    return np.stack([np.interp(z, known, column) for column in knots.T], axis=1)


def change_features(past: History) -> Array:
    """What the trees see at each year, [year, unit, feature]; missing where it is not known."""
    volatility = Volatility.of(past.moved)
    level, scale = past.values, volatility.long
    moves = [(level - _behind(level, lag)) / scale for lag in (1, 3, 5)]
    middle = np.array([np.nanmedian(row) if np.isfinite(row).any() else np.nan for row in level])[:, None]
    anchor = (level - smoothed(level, np.array([0.1]))) / scale
    seen = np.cumsum(np.isfinite(level), axis=0).astype(float)
    own = np.stack([*moves, level, level - middle, anchor, seen], axis=2)
    return np.concatenate([volatility.regressors, own], axis=2)


def _behind(values: Array, lag: int) -> Array:
    earlier = np.full_like(values, np.nan)
    earlier[lag:] = values[:-lag] if lag < len(values) else values[:0]
    return earlier
