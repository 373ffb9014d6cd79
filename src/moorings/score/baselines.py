"""Simple forecasts that a model has to beat, made from the history up to the origin and from nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from moorings.core.errors import MooringsError
from moorings.score.history import History
from moorings.score.metrics import LEVELS, Array
from moorings.score.volatility import Volatility, expected_size

FEWEST = 30
"""Past windows without which a distribution of past errors is not used."""


@dataclass(frozen=True)
class Baseline(ABC):
    """A forecast from a history, remade at each origin with what was known then.

    A final class gives its name and `forecast`; its other fields are its settings, which its `repr` shows and a cache
    can rely on.
    """

    history: History | None = field(default=None, repr=False, compare=False, kw_only=True)

    @property
    @abstractmethod
    def name(self) -> str:
        """Short name for tables."""

    @abstractmethod
    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """Forecasts from the last year of `past` by horizon: quantiles [level, unit], or probabilities [unit]."""

    def fit(self, history: History) -> Self:
        """The baseline over this history; `predict` looks at no more of it than its origin allows."""
        return replace(self, history=history)

    def predict(self, origin: int, horizon: int) -> Array:
        """Forecast for one horizon; see `predict_all`."""
        return self.predict_all(origin, [horizon])[horizon]

    def predict_all(self, origin: int, horizons: Sequence[int]) -> dict[int, Array]:
        """Forecasts of the values that many years after `origin`, at `LEVELS`, or the probabilities of the event.

        Returns horizon -> [level, unit] or [unit]; nan for units without a value at the origin. `InputError` where the
        origin lies outside the data.
        """
        if self.history is None:
            raise MooringsError(f"the baseline {self.name} has no history yet; call fit first")
        past = self.history.until(origin)
        found = self.forecast(past, horizons)
        return {horizon: np.clip(values, past.low, past.high) for horizon, values in found.items()}


@dataclass(frozen=True)
class NoChange(Baseline):
    """The last value, with certainty."""

    name = "no change"

    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """The last value at every level."""
        return {horizon: np.repeat(past.level[None], len(LEVELS), axis=0) for horizon in horizons}


@dataclass(frozen=True)
class PastErrors(Baseline):
    """A centre, plus the errors that this centre has made in the past over windows of the same length.

    Errors are divided by a scale, pooled over all units and years, and multiplied by the scale at the origin.
    """

    @abstractmethod
    def centre(self, past: History, horizon: int) -> Array:
        """Expected change from each year's value, [year, unit]."""

    @abstractmethod
    def scale(self, past: History, horizon: int) -> Array:
        """Scale of the error from each year, [year, unit]."""

    def forecast(self, past: History, horizons: Sequence[int]) -> dict[int, Array]:
        """Centre and pooled quantiles of past errors."""
        return {horizon: self._quantiles(past, horizon) for horizon in horizons}

    def _quantiles(self, past: History, horizon: int) -> Array:
        centre, scale = self.centre(past, horizon), self.scale(past, horizon)
        errors = (past.window(horizon) - centre) / scale
        errors = errors[np.isfinite(errors)]
        if errors.size < FEWEST:
            return np.full((len(LEVELS), past.values.shape[1]), np.nan)
        quantiles = np.quantile(errors, LEVELS)
        return np.asarray(past.level + centre[-1] + quantiles[:, None] * scale[-1])


@dataclass(frozen=True)
class PastChanges(PastErrors):
    """No change, plus the changes of all units in the past."""

    name = "past changes"

    def centre(self, past: History, horizon: int) -> Array:
        """No change."""
        return np.zeros_like(past.values)

    def scale(self, past: History, horizon: int) -> Array:
        """The same for all."""
        return np.ones_like(past.values)


@dataclass(frozen=True)
class OwnVolatility(PastErrors):
    """No change, plus past changes scaled by the unit's own volatility of the last ten years or so."""

    name = "own volatility"

    def centre(self, past: History, horizon: int) -> Array:
        """No change."""
        return np.zeros_like(past.values)

    def scale(self, past: History, horizon: int) -> Array:
        """Long volatility."""
        return Volatility.of(past.moved).long


@dataclass(frozen=True)
class FittedVolatility(PastErrors):
    """The same with a scale fitted to the sizes of past changes, from short and long volatility."""

    name = "fitted volatility"

    def centre(self, past: History, horizon: int) -> Array:
        """No change."""
        return np.zeros_like(past.values)

    def scale(self, past: History, horizon: int) -> Array:
        """Expected size of the change, log-linear in the clipped volatilities."""
        x, sizes = Volatility.of(past.moved).regressors, np.abs(past.window(horizon))
        known = np.isfinite(sizes)
        if known.sum() < FEWEST:
            return np.full_like(past.values, np.nan)
        b = expected_size(x[known], sizes[known])
        return np.asarray(np.exp(b[0] + x @ b[1:]))


@dataclass(frozen=True)
class Theta(PastErrors):
    """Theta method: simple exponential smoothing with half of the unit's mean yearly change.

    Each unit's smoothing constant is the best of a grid on its past one-year errors; dispersion as in `OwnVolatility`.

    References
    ----------
    Assimakopoulos and Nikolopoulos (2000), doi:10.1016/S0169-2070(00)00066-2; Hyndman and Billah (2003),
    doi:10.1016/S0169-2070(01)00143-1.
    """

    name = "theta"

    def centre(self, past: History, horizon: int) -> Array:
        """Smoothed level and half drift, less the last value."""
        return smoothed(past.values) - past.values + horizon * _mean_change(past.moved) / 2

    def scale(self, past: History, horizon: int) -> Array:
        """Long volatility."""
        return Volatility.of(past.moved).long


def smoothed(values: Array, constants: Array | None = None) -> Array:
    """Simple exponential smoothing [year, unit], the constant of each unit chosen on its own one-year errors."""
    grid = np.linspace(0.05, 1.0, 20) if constants is None else constants
    paths = np.stack([_smooth(values, constant) for constant in grid])
    errors = np.nansum((values[1:] - paths[:, :-1]) ** 2, axis=1)
    best = len(grid) - 1 - np.argmin(errors[::-1], axis=0)
    return np.asarray(np.take_along_axis(paths, best[None, None], axis=0)[0])


def _smooth(values: Array, constant: float) -> Array:
    path, level = np.empty_like(values), np.full(values.shape[1], np.nan)
    for t, value in enumerate(values):
        moved = np.where(np.isnan(level), value, level + constant * (value - level))
        level = np.where(np.isnan(value), level, moved)
        path[t] = level
    return path


def _mean_change(moved: Array) -> Array:
    """Mean of the changes up to each year, [year, unit]; 0 before there is one."""
    count = np.cumsum(~np.isnan(moved), axis=0)
    return np.asarray(np.cumsum(np.nan_to_num(moved), axis=0) / np.maximum(count, 1))
