"""Mode and curvature of a posterior: draws from the normal approximation at its mode, or of itself by importance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from moorings.core.errors import MooringsError
from moorings.learn.priors import Prior, on_scale

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

Floats = NDArray[np.float64]
Likelihood = Callable[[dict[str, jax.Array], Any], jax.Array]
"""Parameters and data -> log-likelihood of each cluster of observations that depend on each other.

A function of a module, and not one made anew for each fit: it is compiled once for all data of one shape.
"""
Sites = tuple[tuple[str, str, int], ...]
"""Name, kind of prior and number of values of each parameter (0: a scalar), by name."""


@dataclass(frozen=True)
class Approximation:
    """Draws of every site, [draw, ...], and how well the mode was found.

    Attributes
    ----------
    draws
        Site -> draws.
    mode
        Site -> value at the mode.
    gradient
        Largest absolute gradient left at the mode, by the priors' standard deviations.
    condition
        Condition number of the curvature on that scale.
    effective
        What draws by importance are worth; missing where they are of the normal approximation.
    """

    draws: dict[str, Floats]
    mode: dict[str, Floats]
    gradient: float
    condition: float
    effective: float | None = None


def laplace(
    likelihood: Likelihood, priors: dict[str, Prior], data: Any, draws: int, seed: int, sandwich: bool = False
) -> Approximation:
    """Laplace approximation of a posterior, in standard deviations of its priors, so that the prior is standard normal.

    A parameter whose prior has no spread is held at its centre.

    With `sandwich` draws are of the posterior itself, by importance, and then stretched around the mode from the
    covariance that the curvature gives to the sandwich (Shaby 2014, doi:10.1080/10618600.2013.842174): the curvature
    says how sharp the mode is, the spread of the clusters' scores how much it can be trusted where observations depend
    on each other (Mueller 2013, doi:10.3982/ECTA9097). Scores are those of the mode without their cluster (Bell and
    McCaffrey 2002), since a fit lies too near to its own data.

    Raises
    ------
    MooringsError
        If the curvature at the mode is not positive definite, or draws by importance are worth too few: they would mean
        nothing.
    """
    sites, centre, sd = _table(priors)
    given = (jnp.asarray(centre), jnp.asarray(sd), jax.tree.map(jnp.asarray, data))

    def objective(z: Floats) -> tuple[float, Floats]:
        values, scores = _scores(likelihood, sites, z, given)
        return float(0.5 * z @ z - np.sum(values)), z - np.sum(scores, axis=0)

    def bend(z: Floats) -> Floats:
        return np.asarray(np.eye(len(z)) - _bends(likelihood, sites, z, given).sum(axis=0))

    def density(z: Floats) -> Floats:
        flat = np.tile(mode, (len(z), 1))
        flat[:, free] = z
        return np.asarray(np.asarray(_totals(likelihood, sites, flat, given)) - 0.5 * np.sum(z**2, axis=1))

    best = minimize(objective, np.zeros(len(sd)), jac=True, method="L-BFGS-B", options={"maxiter": 2000, "maxcor": 30})
    mode, curvature = _polished(best.x, lambda z: objective(z)[1], bend)
    values = np.linalg.eigvalsh(0.5 * (curvature + curvature.T))
    if not values.min() > 0:
        raise MooringsError(f"the posterior has no proper mode: smallest curvature {values.min():.3g}")
    cov: Floats = np.linalg.inv(curvature).astype(np.float64)
    free, flat = np.flatnonzero(sd), np.tile(mode, (draws, 1))
    random, near, effective = np.random.default_rng(seed), cov[np.ix_(free, free)], None
    if sandwich:
        # what the prior adds to the curvature stays as it is
        scores = _left_out(likelihood, sites, mode, given, cov)
        wide = (cov @ (np.eye(len(mode)) + scores.T @ scores) @ cov)[np.ix_(free, free)]
        drawn, effective = _by_importance(density, mode[free], near, draws, random)
        root, stretched = np.linalg.cholesky(near), np.linalg.cholesky(wide)
        flat[:, free] = mode[free] + np.linalg.solve(root, (drawn - mode[free]).T).T @ stretched.T
    else:
        flat[:, free] = random.multivariate_normal(mode[free], near, size=draws, method="cholesky")
    return Approximation(
        _named(sites, centre + sd * flat),
        _named(sites, centre + sd * mode),
        float(np.abs(objective(mode)[1]).max()),
        float(values.max() / values.min()),
        effective,
    )


ROUNDS, MORE = (1000, 1000, 4000), 6
"""Draws by importance: two rounds that find where the posterior stands, and the last, of which draws are taken.

It is taken up to as many times more where it is worth too little.
"""
TAILS = 5
"""Degrees of freedom of what is drawn from, which has to reach farther than the posterior."""
FEWEST, ENOUGH = 50.0, 200.0
"""Draws by importance that are worth fewer mean nothing; rounds end when they are worth as many as this."""


def _by_importance(
    density: Callable[[Floats], Floats], mode: Floats, cov: Floats, draws: int, random: np.random.Generator
) -> tuple[Floats, float]:
    """Draws [draw, value] of a log-`density`, and what the last round is worth (Kish's number).

    Student-t draws are weighed, the weights cut off (Ionides 2008, doi:10.1198/106186008X320456) and the next round
    drawn around what they say (Cappe and others 2008, doi:10.1007/s11222-008-9059-x).
    """
    centre, root, size = mode, np.linalg.cholesky(cov), len(mode)
    for count in (*ROUNDS, *ROUNDS[-1:] * MORE):
        t = random.standard_normal((count, size)) * np.sqrt(TAILS / random.chisquare(TAILS, (count, 1)))
        z = centre + t @ root.T
        weight = density(z) + 0.5 * (TAILS + size) * np.log1p(np.sum(t**2, axis=1) / TAILS)
        weight = np.exp(weight - np.nanmax(weight))
        weight = np.minimum(np.nan_to_num(weight), np.nanmean(weight) * count**0.5)
        weight /= weight.sum()
        effective = float(1 / np.sum(weight**2))
        if count == ROUNDS[-1] and effective >= ENOUGH:
            break
        # few draws that count say little of the covariance
        centre, trust = weight @ z, min(1.0, effective / (10 * size))
        found = (weight[:, None] * (z - centre)).T @ (z - centre)
        root = np.linalg.cholesky(trust * found + (1 - trust) * root @ root.T)
    if effective < FEWEST:
        raise MooringsError(f"draws by importance are worth {effective:.0f}, fewer than {FEWEST:.0f}")
    return z[random.choice(len(z), draws, p=weight)], effective


def _table(priors: dict[str, Prior]) -> tuple[Sites, Floats, Floats]:
    """The sites by name, and centre and sd of each of their values on the unconstrained scale, [value]."""
    rows = [(name, priors[name]) for name in sorted(priors)]
    each = [prior for _, prior in rows for _ in range(prior.size or 1)]
    sites = tuple((name, prior.kind, prior.size) for name, prior in rows)
    return sites, np.array([prior.normal_centre for prior in each]), np.array([prior.sd for prior in each])


def _named(sites: Sites, flat: Any, exp: Callable[[Any], Any] = np.exp) -> dict[str, Any]:
    """Parameters from their values on the unconstrained scale, [..., value]."""
    found, begin = {}, 0
    for name, kind, size in sites:
        part = flat[..., begin : begin + size] if size else flat[..., begin]
        found[name] = on_scale(kind, part, exp)
        begin += size or 1
    return found


def _clusters(likelihood: Likelihood, sites: Sites, z: jax.Array, given: tuple[Any, ...]) -> jax.Array:
    centre, sd, data = given
    return likelihood(_named(sites, centre + sd * z, jnp.exp), data)


@partial(jax.jit, static_argnums=(0, 1))
def _scores(likelihood: Likelihood, sites: Sites, z: jax.Array, given: tuple[Any, ...]) -> tuple[jax.Array, jax.Array]:
    """Log-likelihood of each cluster, [cluster], and its slopes, [cluster, value]."""

    def along(direction: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jax.jvp(lambda at: _clusters(likelihood, sites, at, given), (z,), (direction,))

    values, slopes = jax.vmap(along, out_axes=(None, 1))(jnp.eye(len(z)))
    return values, slopes


@partial(jax.jit, static_argnums=(0, 1))
def _bends(likelihood: Likelihood, sites: Sites, z: jax.Array, given: tuple[Any, ...]) -> jax.Array:
    """Second derivatives of the log-likelihood of each cluster, [cluster, value, value]."""
    return jnp.asarray(jax.jacfwd(jax.jacfwd(lambda at: _clusters(likelihood, sites, at, given)))(z))


@partial(jax.jit, static_argnums=(0, 1))
def _totals(likelihood: Likelihood, sites: Sites, z: jax.Array, given: tuple[Any, ...]) -> jax.Array:
    """Log-likelihood of each of many values, [draw]."""
    return jnp.asarray(jax.lax.map(lambda at: jnp.sum(_clusters(likelihood, sites, at, given)), z, batch_size=50))


def _left_out(likelihood: Likelihood, sites: Sites, mode: Floats, given: tuple[Any, ...], cov: Floats) -> Floats:
    """Slopes of each cluster's log-likelihood as if the mode had been found without it, [cluster, value]."""
    scores, bends = _scores(likelihood, sites, mode, given)[1], _bends(likelihood, sites, mode, given)
    without = np.eye(len(mode)) + np.asarray(bends) @ cov
    return np.linalg.solve(without, np.asarray(scores)[..., None])[..., 0]


def _polished(z: Floats, slope: Callable[[Floats], Floats], bend: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """Two of Newton's steps from where the quasi-Newton search stopped, kept only if the gradient falls; curvature."""
    curvature, left = bend(z), slope(z)
    for _ in range(2):
        nearer = z - np.linalg.solve(curvature, left)
        after = slope(nearer)
        if not np.abs(after).max() < np.abs(left).max():
            break
        z, left, curvature = nearer, after, bend(nearer)
    return z, curvature
