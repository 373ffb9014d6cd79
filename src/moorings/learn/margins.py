"""Fit a continuous margin: the density of each year given the year before, over all states."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import scipy.special
import scipy.stats
from numpy.typing import NDArray

from moorings.learn.history import RECENT, middle
from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import MARGIN_PRIORS, SCALE_RECENT, Prior
from moorings.model.margins import Ahead, History, pull, replay
from moorings.model.state import Array

TAIL_FLOOR = 2.05
GRID = np.linspace(-5.0, 5.0, 161)
MIN_SEEN = 5
"""A state's first years only start its series; they are not scored."""
SOME = ("gap", "fellows", "back", "surge", "skew", "surge_skew", "aside", "blur", "blur_gain")
"""What only some margins have."""
NONE = dict.fromkeys(SOME, Prior("real", 0.0, 0.0, "the margin has none"))


class MarginData(NamedTuple):
    """A margin's history of all states, and what is fixed before fitting.

    Attributes
    ----------
    history
        Observed values [year, state] with who was an ally when.
    gap
        How the security gap of allies moved, 0 for others and where unknown, [year, state].
    fellows
        How far the mean of the allies with whom each has a pact lay from its own value, [year, state]; 0 without any.
        As known a year before each row, as `gap` is.
    fixed
        Pooled squared change, centre and spread of the level, limits of the log scale, what states fall back to.
    """

    history: History
    gap: Array
    fellows: Array
    fixed: dict[str, float]


def fixed_numbers(observed: NDArray[np.float64]) -> dict[str, float]:
    """Pooled squared change (robust), centre and spread of the level, limits of the log scale, last `middle`."""
    change = np.diff(observed, axis=0)
    change = change[np.isfinite(change)]
    # of normal changes three quarters lie within 1.1503 standard deviations
    pooled = float((np.quantile(np.abs(change), 0.75) / 1.1503) ** 2)
    level = observed[np.isfinite(observed)]
    usual = 0.5 * np.log(pooled)
    return {
        "pooled": pooled,
        "centre": float(level.mean()),
        "spread": float(level.std()),
        "floor": float(usual - 3.0),
        "ceiling": float(usual + 3.0),
        "home": float(middle(observed)[-1]),
    }


def expected(params: dict[str, Array], data: MarginData) -> Ahead:
    """Each year's value as it was foreseen the year before, [year, state].

    The scale of the last `RECENT` years has a level of its own, which the law goes on from.
    """
    _, foreseen = replay(params, data.history, pull(params, data.gap, data.fellows))
    years, seen = jnp.arange(data.gap.shape[0]), jnp.isfinite(data.history.observed).any(axis=1)
    recent = years > jnp.max(jnp.where(seen, years, 0)) - RECENT
    return foreseen._replace(scale=foreseen.scale * jnp.exp(params.get("recent", 0.0) * recent[:, None]))


def log_density(params: dict[str, Array], data: MarginData) -> Array:
    """Log-density of each value given the years before, [year, state]; 0 where nothing was seen."""
    seen = data.history.observed
    loc, width, lean = expected(params, data)
    years = jnp.arange(seen.shape[0])[:, None]
    scored = jnp.isfinite(seen) & (years >= data.history.first + MIN_SEEN)
    error = jnp.where(scored, seen - loc, 0.0)
    side = width * jnp.exp(jnp.where(error < 0, -lean, lean))
    each = dist.StudentT(TAIL_FLOOR + params["tail"], 0.0, side).log_prob(error)
    # the pieces meet at the mode: their weights are their scales
    each += jnp.where(error < 0, -lean, lean) - jnp.log(jnp.cosh(lean))
    return jnp.where(scored, each, 0.0)


def by_state(params: dict[str, Array], data: MarginData) -> Array:
    """Log-likelihood of each state's history by the law's own replay, [state]."""
    return jnp.sum(log_density(params | data.fixed, data), axis=0)


def fit_margin(name: str, data: MarginData, draws: int, seed: int) -> tuple[dict[str, np.ndarray], Approximation]:
    """Draws of one margin's parameters, with what was fixed before; the scale's intercept is that of the last years."""
    # with the same parameters for all margins, what is compiled for one serves the others
    sites = NONE | {"recent": SCALE_RECENT} | MARGIN_PRIORS[name]
    found = laplace(by_state, sites, data, draws, seed, sandwich=True)
    params = {site: found.draws[site] for site in MARGIN_PRIORS[name]}
    params["intercept"] = params["intercept"] + found.draws["recent"]
    return params | {key: np.full(draws, value) for key, value in data.fixed.items()}, found


def quantiles(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The table of a margin's innovations, [draw, grid]: Student-t quantiles at the grid's normal probabilities."""
    degrees = TAIL_FLOOR + params["tail"]
    table = scipy.stats.t.ppf(scipy.stats.norm.cdf(GRID)[None], degrees[:, None])
    return {"grid": np.broadcast_to(GRID, table.shape), "quantile": table}


def residuals(params: dict[str, np.ndarray], data: MarginData) -> NDArray[np.float64]:
    """Innovations of history as standard normals at given parameters, [year, state]; missing where not scored."""
    seen = data.history.observed
    loc, width, lean = (np.asarray(part) for part in jax.jit(expected)(params, data))
    years = np.arange(seen.shape[0])[:, None]
    scored = np.isfinite(seen) & (years >= np.asarray(data.history.first) + MIN_SEEN)
    error = np.asarray(seen) - loc
    side = np.where(error < 0, -lean, lean)
    share = scipy.special.expit(2 * side)
    beyond = 2 * share * scipy.stats.t.cdf(-np.abs(error) / (width * np.exp(side)), TAIL_FLOOR + float(params["tail"]))
    normal = -scipy.stats.norm.ppf(np.clip(beyond, 1e-6, 1 - 1e-6))
    return np.where(scored, np.where(error < 0, -normal, normal), np.nan)
