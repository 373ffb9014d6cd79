"""What each parameter draw says, with the noise of its members taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from moorings.simulate.ensemble import Array, Ensemble

WIDE = 1.6449
"""Standard deviations to either end of the middle 90 % of a normal."""


@dataclass(frozen=True)
class Draws:
    """Means over the members of each parameter draw.

    Attributes
    ----------
    weights, means
        Weight (sum 1) and weighted mean of each draw that has any weight, [draw].
    between
        Variance between draws, the noise within draws taken out (method of moments).
    within
        Variance within a draw, per member.
    error
        One over the effective number of draws.
    """

    weights: Array
    means: Array
    between: float
    within: float
    error: float

    @property
    def mean(self) -> float:
        """Mean over all members."""
        return float(self.weights @ self.means)


def by_draw(values: Array, ensemble: Ensemble) -> Draws:
    """What each draw of an ensemble says about a value of each member, [member].

    The formula stands at the head of `moorings.ask.probability`; for values other than 0 and 1 the variance within
    draws takes the place of the binomial one.
    """
    _, index = np.unique(ensemble.draw, return_inverse=True)
    weights: Array = np.bincount(index, ensemble.weights).astype(float)
    squares = np.bincount(index, ensemble.weights**2)
    held = squares > 0
    means: Array = np.bincount(index, ensemble.weights * values) / np.where(held, weights, 1.0)
    residual = ensemble.weights @ (values - means[index]) ** 2
    weights, means, sizes = weights[held], means[held], weights[held] ** 2 / squares[held]
    room = 1.0 - float(np.sum(weights / sizes))
    within = float(residual) / room if room > 1e-6 else float(residual)
    return Draws(weights, means, _between(weights, sizes, means, within), within, float(np.sum(weights**2)))


def _between(weights: Array, sizes: Array, means: Array, within: float) -> float:
    apart = weights * (1 - weights)
    if apart.sum() < 1e-9:
        return 0.0
    seen = float(weights @ (means - weights @ means) ** 2)
    return max(0.0, (seen - within * float(np.sum(apart / sizes))) / float(apart.sum()))


class Effect(NamedTuple):
    """A mean difference of two scenarios, with its 90 % interval over parameter draws."""

    mean: float
    low: float
    high: float


def effect(difference: Draws, effective_members: float) -> Effect:
    """Mean of a paired difference, with its interval over parameter draws.

    The noise within draws is taken out and the Monte Carlo error of the whole put in; both are taken as normal.
    """
    mean, spread = difference.mean, float(np.sqrt(_meant(difference, effective_members)))
    return Effect(mean, mean - WIDE * spread, mean + WIDE * spread)


def _meant(draws: Draws, effective_members: float) -> float:
    """Variance of the draws' means without the noise of their members, and with the error of the whole."""
    return draws.between * (1 + draws.error) + draws.within / effective_members


def settled(draws: Draws, effective_members: float) -> Array:
    """Each draw's mean, [draw], drawn in towards the whole so that only real differences and Monte Carlo error stay."""
    apart = draws.means - draws.mean
    seen = float(draws.weights @ apart**2)
    scale = np.sqrt(min(_meant(draws, effective_members) / seen, 1.0)) if seen > 0 else 0.0
    return np.asarray(draws.mean + scale * apart)


def quantiles(values: Array, weights: Array, levels: tuple[float, ...]) -> tuple[float, ...]:
    """Weighted quantiles, interpolated between the middles of the values' weights."""
    order = np.argsort(values, kind="stable")
    ranks = np.cumsum(weights[order]) - weights[order] / 2
    return tuple(float(level) for level in np.interp(levels, ranks / weights.sum(), values[order]))
