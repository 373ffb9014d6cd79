"""How far the ties of a year, and those of one state, begin and end together.

The probability of each is given. A pairwise likelihood of two ties of one state in a year, and of two that have no
state in common, says how far their events come together; each tie counts once in either, however many others it stands
beside. Ties are gathered in classes of equal probability, so that millions of pairs of them cost no more than a few.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from moorings.learn.pairwise import orthant, pair_log
from moorings.learn.priors import TIES_OF_STATE, TIES_OF_YEAR, Prior

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CLASSES = 24
"""Classes of equal probability."""
GRID: Floats = np.linspace(0.02, 0.98, 49)
"""Shares that are tried."""
LEAST = 1e-9
NODES, NODE_WEIGHTS = np.polynomial.hermite.hermgauss(24)


def fit_together(
    chance: Floats, event: Floats, year: Ints, states: Ints, draws: int, seed: int
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Draws of `shared_year` and `shared_state` of the law (`hazards.together`), and what they are at the mode.

    Parameters
    ----------
    chance, event, year
        Probability of each row, whether the event came, and in which year, [row].
    states
        The two states, [row, 2].
    """
    kind = np.searchsorted(np.quantile(chance, np.linspace(0, 1, CLASSES + 1)[1:-1]), chance)
    middle = np.bincount(kind, chance, CLASSES) / np.maximum(np.bincount(kind, minlength=CLASSES), 1)
    middle = np.maximum(middle, LEAST)
    side, twice = states.T.ravel(), np.tile(year, 2)
    one_state = np.unique(twice * (side.max() + 1) + side, return_inverse=True)[1]
    rows, sides = (kind, event), (np.tile(kind, 2), np.tile(event, 2))
    each_year, each_state = _each(year), _each(one_state)
    # of two states each: half as much for either
    beside = _met(*sides, one_state, each_state / 2)
    apart = _met(*rows, year, each_year) - _met(*sides, one_state, np.tile(each_year, 2))
    i, j = (index.ravel() for index in np.indices((CLASSES, CLASSES)))
    log = np.empty((len(GRID), len(GRID)))
    for k, of_year in enumerate(GRID):
        log[k] = _log(apart, middle, orthant(norm.isf(middle[i]), norm.isf(middle[j]), np.full(len(i), of_year)))
        lots = _lots(middle, of_year)
        log[k] += [_log(beside, middle, _beside(lots[i], lots[j], share)) for share in GRID]
    log += _prior(GRID, TIES_OF_YEAR)[:, None] + _prior(GRID, TIES_OF_STATE)
    mass = np.exp(log - log.max()).ravel()
    drawn = np.random.default_rng(seed).choice(mass.size, size=draws, p=mass / mass.sum())
    year_at, state_at = np.unravel_index(drawn, log.shape)
    mode = np.unravel_index(log.argmax(), log.shape)
    names = ("shared_year", "shared_state")
    values = dict(zip(names, (GRID[year_at], GRID[state_at]), strict=True))
    return values, dict(zip(names, (float(GRID[at]) for at in mode), strict=True))


def _each(group: Ints) -> Floats:
    """Weight of a pair of rows of one group, [row]: a group counts as often as it has rows."""
    return np.asarray(1.0 / np.maximum(np.bincount(group)[group] - 1, 1))


def _met(kind: Ints, event: Floats, group: Ints, weight: Floats) -> Floats:
    """Pairs of rows of one group by their classes and by what came, [both, one or none, class, class].

    `weight` of a pair is that of its group, [row].
    """
    met = np.zeros((3, CLASSES, CLASSES))
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        came, stayed = (np.bincount(kind[rows][event[rows] == flag], minlength=CLASSES) * 1.0 for flag in (1, 0))
        met[0] += weight[rows[0]] * (np.outer(came, came) - np.diag(came)) / 2
        met[1] += weight[rows[0]] * np.outer(came, stayed)
        met[2] += weight[rows[0]] * (np.outer(stayed, stayed) - np.diag(stayed)) / 2
    return met


def _log(met: Floats, chance: Floats, both: Floats) -> float:
    """Pairwise log-likelihood, given the probability that the events of two classes come together."""
    i, j = (index.ravel() for index in np.indices((CLASSES, CLASSES)))
    came, one, none = met.reshape(3, -1)
    log = [pair_log(both, chance[i], chance[j], *case) for case in ((True, True), (True, False), (False, False))]
    return float(came @ log[0] + one @ log[1] + none @ log[2])


def _lots(chance: Floats, of_year: float) -> Floats:
    """Cumulative hazard of a chance in each lot that a year may have, [class, lot]."""
    normal = NODES * np.sqrt(2)
    given = norm.cdf((norm.ppf(chance)[:, None] - np.sqrt(of_year) * normal) / np.sqrt(1 - of_year))
    return np.asarray(-np.log1p(-np.minimum(given, 1 - 1e-12)))


def _beside(first: Floats, second: Floats, share: float) -> Floats:
    """Probability that the events of two ties of one state both come, [pair], over all lots of the year."""
    neither = np.exp(share / 2 * np.minimum(first, second) - first - second)
    return np.asarray((neither + 1 - np.exp(-first) - np.exp(-second)) @ NODE_WEIGHTS / np.sqrt(np.pi))


def _prior(share: Floats, prior: Prior) -> Floats:
    """Log-density of a share on the grid, up to a constant."""
    odds = (np.log(share / (1 - share)) - prior.normal_centre) / prior.sd
    return np.asarray(-0.5 * odds**2 - np.log(share * (1 - share)))
