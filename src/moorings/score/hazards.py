"""Baselines for events: base rates, and yearly hazards rolled forward to the horizon."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moorings.score.baselines import Baseline
from moorings.score.history import History
from moorings.score.metrics import Array


@dataclass(frozen=True)
class BaseRate(Baseline):
    """Share of past windows of the same length in which the event came.

    Attributes
    ----------
    last
        Use windows that began in this many years before the last one known; all if 0.
    """

    last: int = 0

    @property
    def name(self) -> str:
        """`base rate`, with the years if limited."""
        return f"base rate, {self.last} years" if self.last else "base rate"

    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """One probability for all, with half an event added so that it is never 0 or 1."""
        return {horizon: self._rate(past, horizon) for horizon in horizons}

    def _rate(self, past: History, horizon: int) -> Array:
        windows = past.window(horizon)
        if self.last:
            windows = windows[max(len(windows) - horizon - self.last, 0) :]
        there = ~np.isnan(windows)
        rate = (np.nansum(windows) + 0.5) / (there.sum() + 1)
        return np.full(windows.shape[1], rate)


@dataclass(frozen=True)
class Hazard(Baseline):
    """A yearly hazard, from which the probability over more years follows by going on without the event.

    Time since the last event goes on; other features stay as they are at the origin.
    """

    @abstractmethod
    def design(self, past: History) -> Array:
        """Regressors [year, unit, feature], the first two being those of `since_last`."""

    @abstractmethod
    def hazards(self, x: Array, came: Array, ahead: Array) -> Array:
        """Hazards for rows `ahead` [row, feature], learned from `x` [case, feature] and `came` [case]."""

    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """One less the probability of no event in any year up to the horizon."""
        came = past.window(1)
        known = ~np.isnan(came)
        x = self.design(past)
        rows = np.stack([_older(x[-1], step) for step in range(max(horizons))])
        yearly = self.hazards(x[known], came[known], rows.reshape(-1, rows.shape[-1]))
        without = np.cumprod(1.0 - yearly.reshape(rows.shape[:2]), axis=0)
        return {horizon: 1.0 - without[horizon - 1] for horizon in horizons}


@dataclass(frozen=True)
class Duration(Hazard):
    """Logit on the time since the last event only."""

    name = "duration"

    def design(self, past: History) -> Array:
        """Years since the last event."""
        return since_last(past.values)

    def hazards(self, x: Array, came: Array, ahead: Array) -> Array:
        """Logit."""
        return logit(x, came, ahead)


@dataclass(frozen=True)
class Logit(Hazard):
    """Logit on the time since the last event and the features of the history."""

    name = "logit"

    def design(self, past: History) -> Array:
        """Years since the last event, and features."""
        return with_features(past)

    def hazards(self, x: Array, came: Array, ahead: Array) -> Array:
        """Logit."""
        return logit(x, came, ahead)


def with_features(past: History) -> Array:
    """Time since the last event beside the features of the history, [year, unit, feature]."""
    duration = since_last(past.values)
    return duration if past.features is None else np.concatenate([duration, past.features], axis=2)


def since_last(flags: Array) -> Array:
    """``log(1 + years)`` since the last event or the first year seen, and 1 if there was none; [year, unit, 2]."""
    years, never = np.zeros(flags.shape[1]), np.ones(flags.shape[1])
    rows = np.empty((*flags.shape, 2))
    for t, flag in enumerate(flags):
        years = np.where(flag == 1, 0.0, years + 1)
        never = np.where(flag == 1, 0.0, never)
        rows[t] = np.column_stack([np.log1p(years), never])
    return rows


def _older(x: Array, ahead: int) -> Array:
    """Regressors of one year [unit, feature] as they are `ahead` years later if nothing happens."""
    later = x.copy()
    later[:, 0] = np.log(np.exp(x[:, 0]) + ahead)
    return later


def logit(x: Array, came: Array, ahead: Array, prior_sd: float = 0.5) -> Array:
    """Probabilities for rows `ahead` of a logistic regression fitted by Newton's method.

    Features are standardised and have the prior ``N(0, prior_sd)`` per standard deviation; the intercept has none. A
    missing feature counts as average.
    """
    centre, spread = np.nanmean(x, axis=0), np.maximum(np.nanstd(x, axis=0), 1e-9)
    design, target = (_standardised(rows, centre, spread) for rows in (x, ahead))
    precision = np.append(1e-4, np.full(x.shape[1], prior_sd**-2))
    b = np.zeros(design.shape[1])
    b[0] = np.log((came.sum() + 0.5) / (len(came) - came.sum() + 0.5))
    loss = _loss(b, design, came, precision)
    for _ in range(50):
        p = _sigmoid(design @ b)
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curvature, design.T @ (came - p) - precision * b)
        size, tried = 1.0, _loss(b + step, design, came, precision)
        while tried > loss and size > 1e-6:
            size, tried = size / 2, _loss(b + size / 2 * step, design, came, precision)
        b, gain, loss = b + size * step, loss - tried, tried
        if gain < 1e-8 * abs(loss):
            break
    return _sigmoid(target @ b)


def _loss(b: Array, design: Array, came: Array, precision: Array) -> float:
    """Minus the log of the posterior density."""
    z = design @ b
    return float(np.logaddexp(0.0, z).sum() - came @ z + precision @ b**2 / 2)


def _standardised(x: Array, centre: Array, spread: Array) -> Array:
    """Intercept and features in standard deviations, drawn in to 5 of them."""
    return np.column_stack([np.ones(len(x)), np.clip(np.nan_to_num((x - centre) / spread), -5.0, 5.0)])


def _sigmoid(z: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -40.0, 40.0))))
