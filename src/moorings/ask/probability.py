r"""Probabilities of events with their uncertainty over parameter draws.

With weights :math:`w_i` that sum to 1, draw :math:`d` has weight :math:`W_d`, share :math:`p_d` of its weight in which
the event is true, and effective members :math:`n_d = W_d^2 / \sum_{i \in d} w_i^2`. The estimate is
:math:`\hat p = \sum_d W_d p_d`. The variance between draws is found by the method of moments (beta-binomial), which
takes the noise :math:`v` within a draw out of the variance of the draws' shares:

.. math:: S^2 = \sum_d W_d (p_d - \hat p)^2, \quad
   v = \frac{\hat p (1 - \hat p) - S^2}{1 - \sum_d W_d / n_d}, \quad
   \tau^2 = \max\left(0, \frac{S^2 - v \sum_d W_d (1 - W_d) / n_d}{\sum_d W_d (1 - W_d)}\right).

With :math:`n = 1/\sum w_i^2` effective members, :math:`\tilde p = (n \hat p + 1/2) / (n + 1)` and
:math:`D = 1/\sum_d W_d^2` effective draws, the interval holds the middle 90 % of the Beta distribution with mean
:math:`\tilde p` and variance

.. math:: \tau^2 (1 + 1/D) + \frac{\tilde p (1 - \tilde p) - \tau^2}{n + 2}.

The second term is the Monte Carlo error of the whole; where the draws agree (:math:`\tau^2 = 0`) the interval is the
one of Jeffreys for a binomial share. An event that no member shows has the low bound 0, one that all show the high
bound 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from moorings.ask.draws import Draws, by_draw
from moorings.ask.events import evaluate
from moorings.ask.expressions import Event
from moorings.ask.language import parse
from moorings.ask.named import Truth
from moorings.ask.words import words
from moorings.simulate.ensemble import Array, Ensemble

GRID = (0.5, 1.0, 1.5, 2.0)
"""Levels at which drift may be called noticeable."""


@dataclass(frozen=True)
class Answer:
    """The probability of an event.

    Attributes
    ----------
    event
        As asked.
    probability, low, high
        Estimate and 90 % interval over parameter draws.
    words
        Of ICD 203.
    members, effective_members
        Number of members, and Kish's effective number under their weights.
    """

    event: str
    probability: float
    low: float
    high: float
    words: str
    members: int
    effective_members: float


@dataclass(frozen=True)
class Spread:
    """A share of members over parameter draws.

    Attributes
    ----------
    mean
        The weighted share of all members.
    centre, variance
        Mean and variance of the share's distribution over draws, Monte Carlo error included.
    draws
        The share in each draw.
    """

    mean: float
    centre: float
    variance: float
    draws: Draws


def probability(ensemble: Ensemble, event: Event | str, *, noticeable: float = 1.0) -> Answer:
    """Probability of an event with its 90 % interval over parameter draws.

    The formula stands at the head of this module.
    """
    known = parse(event) if isinstance(event, str) else event
    share = spread(evaluate(known, ensemble, noticeable=noticeable), ensemble)
    low, high = interval(share)
    return Answer(str(known), share.mean, low, high, words(share.mean), ensemble.members, ensemble.effective_members)


def threshold_grid(ensemble: Ensemble, event: Event | str) -> dict[float, Answer]:
    """The same question with drift called noticeable at 0.5, 1, 1.5 and 2 standard deviations."""
    return {level: probability(ensemble, event, noticeable=level) for level in GRID}


def spread(truth: Truth, ensemble: Ensemble) -> Spread:
    """Share of members in which something is true, and how it varies over parameter draws."""
    draws = by_draw(truth.astype(float), ensemble)
    true, false = ensemble.weights[truth].sum(), ensemble.weights[~truth].sum()
    mean, effective = float(true / (true + false)), ensemble.effective_members
    centre = (effective * mean + 0.5) / (effective + 1.0)
    between = min(draws.between, centre * (1 - centre))
    error = (centre * (1 - centre) - between) / (effective + 2.0)
    return Spread(mean, centre, between * (1 + draws.error) + error, draws)


def interval(share: Spread, level: float = 0.9) -> tuple[float, float]:
    """Bounds of the middle `level` of a share's distribution over draws; they always hold the estimate."""
    low, high = beta.ppf([(1 - level) / 2, (1 + level) / 2], *_shape(share))
    low = 0.0 if share.mean == 0.0 else min(float(low), share.mean)
    return low, 1.0 if share.mean == 1.0 else max(float(high), share.mean)


def settled_shares(share: Spread) -> Array:
    """The share in each draw, [draw], without the noise within draws.

    The draws keep their ranks and stand at the quantiles of the share's distribution.
    """
    order = np.argsort(share.draws.means, kind="stable")
    ranks = np.cumsum(share.draws.weights[order]) - share.draws.weights[order] / 2
    shares = np.empty_like(ranks)
    shares[order] = beta.ppf(ranks, *_shape(share))
    return shares


def _shape(share: Spread) -> tuple[float, float]:
    full = share.centre * (1 - share.centre)
    size = max(full / share.variance - 1, 1e-3)
    return share.centre * size, (1 - share.centre) * size
