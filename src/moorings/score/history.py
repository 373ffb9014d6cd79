"""What a baseline may see: yearly values of units, and what became of them over windows of years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.score.metrics import Array


@dataclass(frozen=True)
class History:
    """Yearly values of states (or pairs), nan where missing.

    Attributes
    ----------
    years
        Years in order without gaps, shape [year].
    values
        [year, unit]: levels on the scale that is forecast (for instance a logarithm), or for an event 1 in a year in
        which it came, 0 in which it did not, nan in which it could not.
    windows
        Horizon -> [year, unit]: change over the `horizon` years after the row's year, or 1 if the event came in them.
        Horizon 1 is always there.
    features
        [year, unit, feature], known at the end of the row's year.
    low, high
        Bounds of the values.
    """

    years: NDArray[np.int64]
    values: Array
    windows: Mapping[int, Array]
    features: Array | None = None
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        shape = (len(self.years), *self.values.shape[1:])
        parts = {"values": self.values, **{f"windows of {h}": w for h, w in self.windows.items()}}
        for name, array in parts.items():
            if array.shape != shape:
                raise InputError(f"history, {name}", f"shape {array.shape}", f"shape {shape}")
        if np.any(np.diff(self.years) != 1) or 1 not in self.windows:
            raise InputError("history", "years with gaps, or no windows of 1 year", "every year, and horizon 1")

    @classmethod
    def of_levels(
        cls,
        years: NDArray[np.int64],
        values: Array,
        horizons: Iterable[int],
        bounds: tuple[float, float] | None = None,
        features: Array | None = None,
    ) -> History:
        """History of a quantity, windows being its changes; `bounds` are its lowest and highest value."""
        windows = {h: _ahead(values, h) - values for h in {1, *horizons}}
        low, high = bounds or (-np.inf, np.inf)
        return cls(years, values, windows, features, low, high)

    @classmethod
    def of_events(
        cls, years: NDArray[np.int64], flags: Array, horizons: Iterable[int], features: Array | None = None
    ) -> History:
        """History of an event; a window is 1 if the event came, 0 if not, missing if it could not in its first year.

        A unit that stops being at risk on the way (its rivalry ends otherwise, it is no more) has not had the event.
        Windows beyond the last year in which anything is known are missing.
        """
        windows = {h: _came(flags, h) for h in {1, *horizons}}
        return cls(years, flags, windows, features, 0.0, 1.0)

    @property
    def level(self) -> Array:
        """Values of the last year, [unit]."""
        return np.asarray(self.values[-1])

    @property
    def moved(self) -> Array:
        """Change from the year before, [year, unit]."""
        return np.vstack([np.full_like(self.values[:1], np.nan), self.windows[1][:-1]])

    def row(self, year: int) -> int:
        """Index of a year; `InputError` if it is not there."""
        if not self.years[0] <= year <= self.years[-1]:
            raise InputError("origin", str(year), f"a year of the data, {self.years[0]} to {self.years[-1]}")
        return int(year - self.years[0])

    def until(self, origin: int) -> History:
        """The history as it stood at the end of `origin`: no later value, no window that ends later."""
        count = self.row(origin) + 1
        windows = {h: _known(window[:count], h) for h, window in self.windows.items()}
        features = None if self.features is None else self.features[:count]
        return replace(self, years=self.years[:count], values=self.values[:count], windows=windows, features=features)

    def of_units(self, use: NDArray[np.bool_]) -> History:
        """The history of some units."""
        windows = {horizon: window[:, use] for horizon, window in self.windows.items()}
        features = None if self.features is None else self.features[:, use]
        return replace(self, values=self.values[:, use], windows=windows, features=features)

    def aligned(self, most: int) -> History:
        """Each unit's series moved down, by at most that many years, so that its last value stands in the last row."""
        known = np.isfinite(self.values)
        late = np.where(known.any(axis=0), known[::-1].argmax(axis=0), len(self.values))
        late = np.where(late <= most, late, 0)

        def down(rows: Array) -> Array:
            moved = [np.roll(column, by, axis=0) for column, by in zip(np.moveaxis(rows, 1, 0), late, strict=True)]
            return np.stack(moved, axis=1)

        windows = {horizon: down(window) for horizon, window in self.windows.items()}
        features = None if self.features is None else down(self.features)
        return replace(self, values=down(self.values), windows=windows, features=features)

    def window(self, horizon: int) -> Array:
        """Windows of one horizon, [year, unit]; `InputError` if there are none."""
        if horizon not in self.windows:
            raise InputError("horizon", str(horizon), ", ".join(map(str, sorted(self.windows))))
        return self.windows[horizon]

    def outcome(self, origin: int, horizon: int) -> Array:
        """What came of every unit over the window after `origin`, [unit], as a change or 0 and 1."""
        return np.asarray(self.window(horizon)[self.row(origin)])


def _ahead(values: Array, horizon: int) -> Array:
    """Values `horizon` years later, missing where the data end."""
    later = np.full_like(values, np.nan)
    later[: max(len(values) - horizon, 0)] = values[horizon:]
    return later


def _came(flags: Array, horizon: int) -> Array:
    """Whether the event came in the years after each row, for units that could have it in the first of them."""
    last = np.flatnonzero(np.isfinite(flags).any(axis=1))
    count = max((int(last[-1]) if last.size else 0) + 1 - horizon, 0)
    came = np.full_like(flags, np.nan)
    for t in range(count):
        span = flags[t + 1 : t + 1 + horizon]
        came[t] = np.where(np.isnan(span[0]), np.nan, (span == 1).any(axis=0))
    return came


def _known(window: Array, horizon: int) -> Array:
    """The window with those that end after its last row removed."""
    known = window.copy()
    known[max(len(window) - horizon, 0) :] = np.nan
    return known
