"""Mode and curvature of a posterior: draws from the normal approximation at its mode."""

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
    """

    draws: dict[str, Floats]
    mode: dict[str, Floats]
    gradient: float
    condition: float


def laplace(
    likelihood: Likelihood, priors: dict[str, Prior], data: Any, draws: int, seed: int, sandwich: bool = False
) -> Approximation:
    """Laplace approximation of a posterior, in standard deviations of its priors, so that the prior is standard normal.

    A parameter whose prior has no spread is held at its centre.

    With `sandwich` its covariance is the sandwich: the curvature says how sharp the mode is, the spread of the
    clusters' scores how much it can be trusted where observations depend on each other (Mueller 2013,
    doi:10.3982/ECTA9097).

    Raises
    ------
    MooringsError
        If the curvature at the mode is not positive definite: the draws would mean nothing.
    """
    sites, centre, sd = _table(priors)
    given = (jnp.asarray(centre), jnp.asarray(sd), jax.tree.map(jnp.asarray, data))

    def objective(z: Floats) -> tuple[float, Floats]:
        values, scores = _scores(likelihood, sites, z, given)
        return float(0.5 * z @ z - np.sum(values)), z - np.sum(scores, axis=0)

    def bend(z: Floats) -> Floats:
        return np.asarray(np.eye(len(z)) - _bend(likelihood, sites, z, given))

    best = minimize(objective, np.zeros(len(sd)), jac=True, method="L-BFGS-B", options={"maxiter": 2000, "maxcor": 30})
    mode, curvature = _polished(best.x, lambda z: objective(z)[1], bend)
    values = np.linalg.eigvalsh(0.5 * (curvature + curvature.T))
    if not values.min() > 0:
        raise MooringsError(f"the posterior has no proper mode: smallest curvature {values.min():.3g}")
    cov = np.linalg.inv(curvature)
    if sandwich:
        # what the prior adds to the curvature stays as it is
        scores = np.asarray(_scores(likelihood, sites, mode, given)[1])
        cov = cov @ (np.eye(len(mode)) + scores.T @ scores) @ cov
        cov = 0.5 * (cov + cov.T)
    free, flat = np.flatnonzero(sd), np.tile(mode, (draws, 1))
    random = np.random.default_rng(seed)
    flat[:, free] = random.multivariate_normal(mode[free], cov[np.ix_(free, free)], size=draws, method="cholesky")
    return Approximation(
        _named(sites, centre + sd * flat),
        _named(sites, centre + sd * mode),
        float(np.abs(objective(mode)[1]).max()),
        float(values.max() / values.min()),
    )


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
def _bend(likelihood: Likelihood, sites: Sites, z: jax.Array, given: tuple[Any, ...]) -> jax.Array:
    """Second derivatives of the whole log-likelihood, [value, value]."""
    return jnp.asarray(jax.hessian(lambda at: jnp.sum(_clusters(likelihood, sites, at, given)))(z))


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
