"""Fit yearly hazards: penalised logistic regressions by Newton's method on all rows, and rates by Beta posteriors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

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
    params = {"mean": jnp.asarray(mean), "sd": jnp.asarray(sd)}
    features = {feature: jnp.asarray(raw[:, i]) for i, feature in enumerate(names)}
    event = jnp.asarray(data.event)
    recent = jnp.zeros_like(event) if data.recent is None else jnp.asarray(data.recent)
    sds = [HAZARD_LEVEL_SD if feature in hazards.LEVELS else HAZARD_SD for feature in names]
    penalty = jnp.asarray([0.01, 1 / HAZARD_RECENT.sd**2, *(1 / width**2 for width in sds)])

    def loss(theta: jax.Array, features: dict[str, jax.Array], recent: jax.Array, event: jax.Array) -> jax.Array:
        own = params | {"intercept": theta[0], "weights": theta[2:]}
        odds = hazards.odds(name, {name: own}, features) + theta[1] * recent
        return jnp.sum(jax.nn.softplus(odds) - event * odds) + 0.5 * jnp.sum(penalty * theta**2)

    base = float(np.clip(data.event.mean(), 1e-6, 0.5))
    start = jnp.zeros(len(names) + 2).at[0].set(np.log(base / (1 - base)))
    mode, curvature, steps = newton(loss, start, (features, recent, event), name)
    spread = np.random.default_rng(seed).multivariate_normal(mode, np.linalg.inv(curvature), size=draws)
    table = {
        "intercept": spread[:, 0] + (0.0 if data.recent is None else spread[:, 1]),
        "weights": spread[:, 2:],
        "mean": np.broadcast_to(mean, (draws, len(names))),
        "sd": np.broadcast_to(sd, (draws, len(names))),
    }
    return HazardFit(table, int(data.event.sum()), len(data.event), steps)


def newton(
    loss: Callable[..., jax.Array], start: jax.Array, data: tuple[Any, ...], place: str
) -> tuple[Floats, Floats, int]:
    """Mode and curvature of a smooth convex loss."""
    value, slope, bend = jax.jit(loss), jax.jit(jax.grad(loss)), jax.jit(jax.hessian(loss))
    theta, here = start, float(value(start, *data))
    for count in range(1, 51):
        move = jnp.linalg.solve(bend(theta, *data), slope(theta, *data))
        step = min(1.0, 2.0 / float(jnp.max(jnp.abs(move))))
        # a full step may overshoot, and then go to and fro
        while step > 1e-6 and float(value(theta - step * move, *data)) > here + 1e-9 * abs(here):
            step /= 2
        theta = theta - step * move
        here = float(value(theta, *data))
        if float(jnp.max(jnp.abs(move))) < 1e-8:
            return np.asarray(theta), np.asarray(bend(theta, *data)), count
    raise MooringsError(f"the hazard {place!r} did not converge in 50 Newton steps")


def fit_gap(odds: Floats, gap: Floats, event: Floats, draws: int, seed: int) -> tuple[Floats, float]:
    """Elasticity of a hazard to an ally's standardised gap, given the other features' log-odds.

    Returns
    -------
    Draws, and the share of their precision that rests on history, 1 - posterior / prior variance.
    """
    rows = tuple(jnp.asarray(x) for x in (odds, gap, event))

    def loss(theta: jax.Array, odds: jax.Array, gap: jax.Array, event: jax.Array) -> jax.Array:
        total = odds + theta[0] + theta[1] * gap
        fit = jnp.sum(jax.nn.softplus(total) - event * total)
        return fit + 0.5 * theta[0] ** 2 + 0.5 * (theta[1] / HAZARD_GAP.sd) ** 2

    mode, curvature, _ = newton(loss, jnp.zeros(2), rows, "gap")
    variance = float(np.linalg.inv(curvature)[1, 1])
    values = np.random.default_rng(seed).normal(mode[1], np.sqrt(variance), size=draws)
    return values, 1 - variance / HAZARD_GAP.sd**2


def fit_rate(events: float, rows: float, draws: int, seed: int) -> Floats:
    """Draws of a yearly rate that nothing is known to move: Jeffreys' Beta posterior, [draw]."""
    random = np.random.default_rng(seed)
    return random.beta(events + EVENT_RATE["successes"], rows - events + EVENT_RATE["failures"], size=draws)
