"""Proper scores and checks of calibration.

Shapes: members stand first (`[member, ...case]`), or quantiles (`[level, ...case]`), or nothing (probabilities,
`[...case]`); observed values are `[...case]`. A case of which any part is missing scores nan, and a mean says how
many cases it dropped. Members have to be weighed equally unless `weights` are given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEVELS: Array = (np.arange(40) + 0.5) / 40
"""Levels of every quantile forecast: midpoints, so that 40 quantiles are 40 equally likely members."""

LOG_FLOOR = 1e-6
"""Probabilities nearer to 0 or 1 than this are moved here before a logarithm is taken."""


def crps_members(members: Array, observed: Array, weights: Array | None = None, *, fair: bool = False) -> Array:
    """Continuous ranked probability score of an ensemble.

    ``CRPS = sum_i w_i |x_i - y| - 1/2 sum_ij w_i w_j |x_i - x_j|``; the fair form divides the second term by
    ``1 - sum_i w_i^2``, which makes it unbiased for an ensemble drawn at random.

    Parameters
    ----------
    members, observed
        ``[member, ...case]`` and ``[...case]``, in the outcome's unit.
    weights
        ``[member]``, sum 1; equal if not given.
    fair
        Score the distribution behind the members and not the members themselves.

    References
    ----------
    Gneiting and Raftery (2007), doi:10.1198/016214506000001437; fair form Ferro (2014), doi:10.1002/qj.2270.
    """
    w = _column(weights, members)
    error = np.sum(w * np.abs(members - observed), axis=0)
    same = float(np.sum(w**2)) if fair else 0.0
    return np.asarray(error - _half_spread(members, w) / (1.0 - same))


def _column(weights: Array | None, members: Array) -> Array:
    """Weights that broadcast against members; equal ones if there are none."""
    count = len(members)
    w = np.full(count, 1.0 / count) if weights is None else np.asarray(weights, dtype=float)
    return w.reshape((count,) + (1,) * (members.ndim - 1))


def _half_spread(members: Array, w: Array) -> Array:
    """Half the expected distance of two members, by sorting: ``sum_i w_i x_i (2 W_i - w_i - 1)``."""
    order = np.argsort(members, axis=0)
    x = np.take_along_axis(members, order, axis=0)
    sorted_w = np.take_along_axis(np.broadcast_to(w, members.shape), order, axis=0)
    return np.asarray(np.sum(sorted_w * x * (2 * np.cumsum(sorted_w, axis=0) - sorted_w - 1), axis=0))


def crps_quantiles(quantiles: Array, observed: Array, levels: Array = LEVELS) -> Array:
    """Continuous ranked probability score of a forecast given by quantiles.

    ``CRPS = 2 sum_k v_k max(a_k (y - q_k), (a_k - 1)(y - q_k))`` with ``v_k`` the width of the cell around level
    ``a_k``. For midpoint levels this is exactly the score of the quantiles taken as an unfair ensemble.

    References
    ----------
    Laio and Tamea (2007), doi:10.5194/hess-11-1267-2007; Bröcker (2012), doi:10.1002/qj.1891.
    """
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [1.0]])
    shape = (len(levels),) + (1,) * np.ndim(observed)
    a, width = levels.reshape(shape), np.diff(edges).reshape(shape)
    error = observed - quantiles
    return np.asarray(2 * np.sum(width * np.maximum(a * error, (a - 1) * error), axis=0))


def brier(probability: Array, observed: Array) -> Array:
    """Brier score ``(p - o)^2`` of an event's probability, ``o`` 0 or 1.

    References
    ----------
    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    return np.asarray((probability - observed) ** 2)


def log_score(probability: Array, observed: Array, floor: float = LOG_FLOOR) -> Array:
    """Logarithmic score ``-o ln p - (1 - o) ln(1 - p)``, `p` kept within ``[floor, 1 - floor]``.

    References
    ----------
    Good (1952), doi:10.1111/j.2517-6161.1952.tb00104.x.
    """
    p = np.clip(probability, floor, 1 - floor)
    return np.asarray(-observed * np.log(p) - (1 - observed) * np.log1p(-p))


ROUNDING = 1e-6
"""Forecasts are kept in single precision; scales are logarithms and shares."""


def interval_hits(quantiles: Array, observed: Array, mass: float, levels: Array = LEVELS) -> Array:
    """1 where the observed value lies in the central interval of probability `mass`, ends included, else 0.

    Where much probability sits on one value (a share of 0 or 1) the interval holds more than `mass`. Ends are included
    up to rounding: a count that stays the same is a bound and the outcome at once.
    """
    low = quantile_at(quantiles, (1 - mass) / 2, levels) - ROUNDING
    high = quantile_at(quantiles, (1 + mass) / 2, levels) + ROUNDING
    hit = (observed >= low) & (observed <= high)
    return np.where(np.isnan(observed) | np.isnan(quantiles).any(axis=0), np.nan, hit)


def quantile_at(quantiles: Array, level: float, levels: Array = LEVELS) -> Array:
    """The quantile at one level ``[...case]``, linear between those given."""
    k = int(np.clip(np.searchsorted(levels, level), 1, len(levels) - 1))
    share = np.clip((level - levels[k - 1]) / (levels[k] - levels[k - 1]), 0.0, 1.0)
    return np.asarray(quantiles[k - 1] + share * (quantiles[k] - quantiles[k - 1]))


def to_quantiles(members: Array, weights: Array | None = None, levels: Array = LEVELS) -> Array:
    """Quantiles ``[level, ...case]`` of weighted members ``[member, ...case]``; nan where a member is missing."""
    if weights is None:
        return np.asarray(np.quantile(members, levels, axis=0, method="hazen"))
    order = np.argsort(members, axis=0)
    x = np.take_along_axis(members, order, axis=0)
    w = np.take_along_axis(np.broadcast_to(_column(weights, members), members.shape), order, axis=0)
    middle = np.cumsum(w, axis=0) - w / 2
    cases = [np.interp(levels, m, v) for m, v in zip(_cases(middle), _cases(x), strict=True)]
    return np.stack(cases, axis=1).reshape(len(levels), *members.shape[1:])


def _cases(array: Array) -> Array:
    """Cases first, one row each."""
    return array.reshape(len(array), -1).T


def pit(members: Array, observed: Array) -> tuple[Array, Array]:
    """Bounds of the probability integral transform: ranks of the observed value among members (or quantiles).

    Returns ``#{x < y} / (m + 1)`` and ``(#{x <= y} + 1) / (m + 1)``; the transform is spread evenly between them,
    which treats ties without drawing random numbers. Values that differ by rounding alone are tied.

    References
    ----------
    Czado, Gneiting and Held (2009), doi:10.1111/j.1541-0420.2009.01191.x.
    """
    missing = np.isnan(observed) | np.isnan(members).any(axis=0)
    size = len(members) + 1
    low, high = (
        np.sum(members < observed - ROUNDING, axis=0) / size,
        (np.sum(members <= observed + ROUNDING, axis=0) + 1) / size,
    )
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def rank_histogram(members: Array, observed: Array, bins: int = 10) -> Array:
    """Share of cases in each of `bins` equal parts of the probability integral transform; flat if calibrated.

    References
    ----------
    Hamill (2001), doi:10.1175/1520-0493(2001)129<0550:IORHFV>2.0.CO;2.
    """
    low, high = (bound[~np.isnan(bound)] for bound in pit(members, observed))
    edges = np.linspace(0, 1, bins + 1)[:, None]
    below = np.clip((edges - low) / (high - low), 0.0, 1.0)
    return np.asarray(np.diff(below, axis=0).mean(axis=1)) if low.size else np.full(bins, np.nan)


def flatness(members: Array, observed: Array, bins: int = 10) -> Array:
    """Sum of absolute deviations of the rank histogram from flat, one number.

    References
    ----------
    Delle Monache and others (2006), doi:10.1029/2005JD006917.
    """
    return np.asarray(np.abs(rank_histogram(members, observed, bins) - 1 / bins).sum())


def energy_score(members: Array, observed: Array) -> Array:
    """Energy score of a joint forecast: ``E|X - y| - 1/2 E|X - X'|`` with Euclidean distance.

    Parameters
    ----------
    members, observed
        ``[member, case, state]`` and ``[case, state]``; a missing state is left out of its case, and a case of
        fewer than two states is missing.

    References
    ----------
    Gneiting and others (2008), doi:10.1007/s11749-008-0114-x.
    """
    return _jointly(_energy_of_case, members, observed)


def _energy_of_case(members: Array, observed: Array) -> float:
    from scipy.spatial.distance import pdist

    error = np.linalg.norm(members - observed, axis=1).mean()
    return float(error - pdist(members).sum() / len(members) ** 2)


def variogram_score(members: Array, observed: Array, order: float = 0.5) -> Array:
    """Variogram score: ``mean_ij (|y_i - y_j|^p - E|X_i - X_j|^p)^2``, which sees wrong dependence.

    Shapes as for `energy_score`; the mean over pairs of states makes cases with many states and few comparable.

    References
    ----------
    Scheuerer and Hamill (2015), doi:10.1175/MWR-D-14-00269.1.
    """
    return _jointly(lambda x, y: _variogram_of_case(x, y, order), members, observed)


def _variogram_of_case(members: Array, observed: Array, order: float) -> float:
    i, j = np.triu_indices(len(observed), 1)
    expected = np.mean(np.abs(members[:, i] - members[:, j]) ** order, axis=0)
    return float(np.mean((np.abs(observed[i] - observed[j]) ** order - expected) ** 2))


def _jointly(score: Callable[[Array, Array], float], members: Array, observed: Array) -> Array:
    """Score each case on the states that are there."""
    there = ~(np.isnan(observed) | np.isnan(members).any(axis=0))
    cases = range(len(observed))
    return np.array([score(members[:, c, k], observed[c, k]) if (k := there[c]).sum() > 1 else np.nan for c in cases])


def coverage50(quantiles: Array, observed: Array) -> Array:
    """`interval_hits` of the central half."""
    return interval_hits(quantiles, observed, 0.5)


def coverage90(quantiles: Array, observed: Array) -> Array:
    """`interval_hits` of the central nine tenths."""
    return interval_hits(quantiles, observed, 0.9)


@dataclass(frozen=True)
class Mean:
    """A mean score: its value, the number of cases it rests on and the number dropped because a part is missing."""

    value: float
    n: int
    dropped: int


def mean(scores: Array) -> Mean:
    """Mean over the cases that have a score."""
    there = ~np.isnan(scores)
    n = int(there.sum())
    return Mean(float(scores[there].mean()) if n else float("nan"), n, scores.size - n)


@dataclass(frozen=True)
class Metric:
    """A score or a check, as a record.

    Attributes
    ----------
    name, title, unit
        As printed; an empty unit means that of the outcome.
    orientation
        `lower` or `higher` is better, or the value should be `target`, the perfect one.
    perfect
        Value of a perfect forecast (the log score reaches it to within `LOG_FLOOR`).
    score
        Function of forecast and observed values.
    """

    name: str
    title: str
    unit: str
    orientation: Literal["lower", "higher", "target"]
    perfect: float
    score: Callable[[Array, Array], Array]

    def mean(self, forecast: Array, observed: Array) -> Mean:
        """Mean score over cases, missing ones dropped and counted."""
        return mean(self.score(forecast, observed))


_ALL = (
    Metric("crps", "continuous ranked probability score", "", "lower", 0.0, crps_quantiles),
    Metric("crps_members", "the same of members", "", "lower", 0.0, crps_members),
    Metric("brier", "Brier score", "probability squared", "lower", 0.0, brier),
    Metric("log", "logarithmic score", "nats", "lower", 0.0, log_score),
    Metric("coverage50", "share inside the 50 % interval", "share", "target", 0.5, coverage50),
    Metric("coverage90", "share inside the 90 % interval", "share", "target", 0.9, coverage90),
    Metric("flatness", "deviation of the rank histogram from flat", "share", "lower", 0.0, flatness),
    Metric("energy", "energy score", "", "lower", 0.0, energy_score),
    Metric("variogram", "variogram score", "", "lower", 0.0, variogram_score),
)
METRICS = {metric.name: metric for metric in _ALL}
