"""Fit yearly hazards: penalised logistic regressions by Newton's method on all rows, and rates by Beta posteriors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from moorings.core.errors import MooringsError
from moorings.learn.priors import EVENT_RATE, HAZARD_GAP, HAZARD_LEVEL_SD, HAZARD_RECENT, HAZARD_SD
from moorings.model import hazards

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HazardData:
    """Rows at risk.

    Attributes
    ----------
    features
        Raw features, [row] each.
    event
        Whether the event came within the year, [row].
    recent
        Whether the row lies in the last years, whose own level the forecast goes on from, [row]; None for one level
        over all years.
    """

    features: dict[str, Floats]
    event: Floats
    recent: Floats | None = None


@dataclass(frozen=True)
class HazardFit:
    """Draws of intercept and weights with the standardisation used; events and rows behind them."""

    draws: dict[str, Floats]
    events: int
    rows: int
    steps: int


def fit_hazard(name: str, data: HazardData, draws: int, seed: int) -> HazardFit:
    """Logistic hazard by Newton on all rows; the intercept is free, weights have a normal prior.

    Where the data say which rows are recent, these have an intercept of their own, drawn to that of all years.

    Raises
    ------
    MooringsError
        If Newton's method does not converge.
    """
    names = hazards.FEATURES[name]
    raw = np.stack([data.features[feature] for feature in names], axis=-1)
    mean, sd = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-6)
    recent = np.zeros(len(raw)) if data.recent is None else data.recent
    columns = _columns(name, data.features, mean, sd)
    sds = [HAZARD_LEVEL_SD if feature in hazards.LEVELS else HAZARD_SD for feature in names]
    penalty = np.array([0.01, 1 / HAZARD_RECENT.sd**2, *(1 / width**2 for width in sds)])
    base = float(np.clip(data.event.mean(), 1e-6, 0.5))
    start = np.zeros(len(names) + 2)
    start[0] = np.log(base / (1 - base))
    rows = Logistic(np.stack([np.ones(len(raw)), recent, *columns], axis=-1), data.event, penalty)
    mode, curvature, steps = newton(rows, start, name)
    spread = drawn(mode, curvature, draws, seed)
    table = {
        "intercept": spread[:, 0] + (0.0 if data.recent is None else spread[:, 1]),
        "weights": spread[:, 2:],
        "mean": np.broadcast_to(mean, (draws, len(names))),
        "sd": np.broadcast_to(sd, (draws, len(names))),
    }
    return HazardFit(table, int(data.event.sum()), len(data.event), steps)


def _columns(name: str, features: dict[str, Floats], mean: Floats, sd: Floats) -> list[Floats]:
    """What each weight of a hazard is multiplied by, [row]: the law's log-odds where that weight alone is 1."""
    limit, one = hazards.WIDE.get(name, hazards.LIMIT), np.ones(1)
    return [
        np.asarray(
            hazards.logit(
                {"mean": mean[k : k + 1], "sd": sd[k : k + 1], "weights": one, "intercept": 0.0},
                features,
                (feature,),
                limit,
            )
        )
        for k, feature in enumerate(hazards.FEATURES[name])
    ]


@dataclass(frozen=True)
class Logistic:
    """Log-odds linear in parameters with normal priors.

    Attributes
    ----------
    columns
        What the parameters are multiplied by, [row, parameter].
    event
        0 or 1, [row].
    precision, centre
        Of the priors, [parameter].
    known
        Log-odds that are given, [row].
    weight
        How much a row counts, [row].
    """

    columns: Floats
    event: Floats
    precision: Floats
    centre: Floats | float = 0.0
    known: Floats | float = 0.0
    weight: Floats | float = 1.0

    def loss(self, theta: Floats) -> float:
        """Log-posterior, negative, up to a constant."""
        odds = self.known + self.columns @ theta
        fit = np.sum(self.weight * (np.logaddexp(0.0, odds) - self.event * odds))
        return float(fit + 0.5 * np.sum(self.precision * (theta - self.centre) ** 2))

    def bends(self, theta: Floats) -> tuple[Floats, Floats]:
        """Slopes of the loss [parameter], and its curvature."""
        odds = self.known + self.columns @ theta
        yes, no = expit(odds), expit(-odds)
        # either is exact where it is small
        surprise = self.weight * np.where(self.event > 0, -no, yes)
        curvature = self.columns.T @ ((self.weight * yes * no)[:, None] * self.columns)
        slope = self.columns.T @ surprise + self.precision * (theta - self.centre)
        return slope, curvature + np.diag(self.precision)


def newton(rows: Logistic, start: Floats, place: str) -> tuple[Floats, Floats, int]:
    """Mode, curvature there, and number of steps.

    Raises
    ------
    MooringsError
        If 50 steps do not reach the mode.
    """
    theta, here = start, rows.loss(start)
    for count in range(1, 51):
        slope, curvature = rows.bends(theta)
        move = np.linalg.solve(curvature, slope)
        furthest = float(np.abs(move).max())
        # a full step may overshoot, and then go to and fro
        step = 2.0 / max(furthest, 2.0)
        while step > 1e-6 and rows.loss(theta - step * move) > here + 1e-9 * abs(here):
            step /= 2
        theta = theta - step * move
        here = rows.loss(theta)
        if furthest < 1e-8:
            return theta, rows.bends(theta)[1], count
    raise MooringsError(f"the hazard {place!r} did not converge in 50 Newton steps")


@dataclass(frozen=True)
class GapFit:
    """What the patron's allies add to a hazard's log-odds.

    Attributes
    ----------
    level, standing, elasticity
        Draws of what is added by all, by those whose gap is wider than others', and as an ally's own gap moves, the two
        per standard deviation, [draw].
    history
        Share of the elasticity's precision that rests on history, 1 - posterior / prior variance.
    """

    level: Floats
    standing: Floats
    elasticity: Floats
    history: float

    @property
    def draws(self) -> dict[str, Floats]:
        """Parameters of the law."""
        return {"ally": self.level, "standing": self.standing, "gap": self.elasticity}


def fit_gap(odds: Floats, standing: Floats, moved: Floats, event: Floats, draws: int, seed: int) -> GapFit:
    """What allies add to a hazard by their gaps (see `model.hazards.of_gap`), given the other log-odds, [row] each."""
    columns = np.stack([np.ones_like(moved), standing, moved], axis=-1)
    precision = 1 / np.array([1.0, HAZARD_GAP.sd, HAZARD_GAP.sd]) ** 2
    mode, curvature, _ = newton(Logistic(columns, event, precision, known=odds), np.zeros(3), "gap")
    history = 1 - float(np.linalg.inv(curvature)[2, 2]) / HAZARD_GAP.sd**2
    level, stands, elasticity = drawn(mode, curvature, draws, seed).T
    return GapFit(level, stands, elasticity, history)


def drawn(mode: Floats, curvature: Floats, draws: int, seed: int | np.random.Generator) -> Floats:
    """Draws of a normal by its mode and curvature, [draw, parameter]; by Cholesky, so that machines agree on them."""
    random = np.random.default_rng(seed)
    return random.multivariate_normal(mode, np.linalg.inv(curvature), size=draws, method="cholesky")


def fit_rate(events: float, rows: float, draws: int, seed: int) -> Floats:
    """Draws of a yearly rate that nothing is known to move: Jeffreys' Beta posterior, [draw]."""
    random = np.random.default_rng(seed)
    return random.beta(events + EVENT_RATE["successes"], rows - events + EVENT_RATE["failures"], size=draws)
