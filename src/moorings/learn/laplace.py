"""Mode and curvature of a NumPyro model: draws from the normal approximation at the posterior's mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from numpyro.infer.util import initialize_model
from scipy.optimize import minimize

from moorings.core.errors import MooringsError

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]


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
        Largest absolute gradient left at the mode, on the unconstrained scale.
    condition
        Condition number of the curvature.
    """

    draws: dict[str, np.ndarray]
    mode: dict[str, np.ndarray]
    gradient: float
    condition: float


Clusters = Callable[[dict[str, jax.Array]], jax.Array]
"""Parameters -> log-likelihood of each cluster of observations that depend on each other."""


def laplace(
    model: Callable[..., None], args: tuple[Any, ...], draws: int, seed: int, clusters: Clusters | None = None
) -> Approximation:
    """Laplace approximation of a model's posterior.

    With `clusters` its covariance is the sandwich: the curvature says how sharp the mode is, the spread of the
    clusters' scores how much it can be trusted where observations depend on each other (Mueller 2013,
    doi:10.3982/ECTA9097).

    Raises
    ------
    MooringsError
        If the curvature at the mode is not positive definite: the draws would mean nothing.
    """
    key = jax.random.PRNGKey(seed)
    info = initialize_model(key, model, model_args=args, dynamic_args=True, validate_grad=False)
    start, unravel = ravel_pytree(info.param_info.z)

    # the data are arguments and not constants of the compiled code: compiling stays fast, and is done once per shape
    def density(flat: jax.Array, data: tuple[Any, ...]) -> jax.Array:
        return jnp.asarray(info.potential_fn(*data)(unravel(flat)))

    potential = jax.jit(jax.value_and_grad(density))

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = potential(jnp.asarray(flat), args)
        return float(value), np.asarray(slope)

    zero = np.zeros_like(np.asarray(start))
    best = minimize(objective, zero, jac=True, method="L-BFGS-B", options={"maxiter": 2000, "maxcor": 30})
    bend = jax.jit(jax.hessian(density))
    mode = _polished(jnp.asarray(best.x), lambda flat: potential(flat, args)[1], lambda flat: bend(flat, args))
    curvature = np.asarray(bend(mode, args))
    values = np.linalg.eigvalsh(0.5 * (curvature + curvature.T))
    if not values.min() > 0:
        raise MooringsError(f"the posterior has no proper mode: smallest curvature {values.min():.3g}")
    cov = np.linalg.inv(curvature)

    def constrained(row: jax.Array) -> dict[str, jax.Array]:
        return dict(info.postprocess_fn(*args)(unravel(row)))

    if clusters is not None:
        cov = _sandwich(cov, curvature, lambda row: clusters(constrained(row)), mode)
    flat = np.random.default_rng(seed).multivariate_normal(np.asarray(mode), cov, size=draws, method="cholesky")
    spread = jax.vmap(constrained)(jnp.asarray(flat))
    gradient = float(np.abs(np.asarray(potential(mode, args)[1])).max())
    return Approximation(
        {name: np.asarray(value) for name, value in spread.items()},
        {name: np.asarray(value) for name, value in constrained(mode).items()},
        gradient,
        float(values.max() / values.min()),
    )


def _polished(
    flat: jax.Array, slope: Callable[[jax.Array], jax.Array], bend: Callable[[jax.Array], jax.Array]
) -> jax.Array:
    """Two of Newton's steps from where the quasi-Newton search stopped, kept only if the gradient falls."""
    for _ in range(2):
        nearer = flat - jnp.linalg.solve(bend(flat), slope(flat))
        if not float(jnp.max(jnp.abs(slope(nearer)))) < float(jnp.max(jnp.abs(slope(flat)))):
            break
        flat = nearer
    return flat


def _sandwich(
    cov: np.ndarray, curvature: np.ndarray, scores_of: Callable[[jax.Array], jax.Array], mode: jax.Array
) -> np.ndarray:
    """Inverse curvature around the clusters' scores; what the prior adds to the curvature stays as it is."""
    scores = np.asarray(jax.jit(jax.jacfwd(scores_of))(mode))
    information = -np.asarray(jax.jit(jax.hessian(lambda row: jnp.sum(scores_of(row))))(mode))
    prior = curvature - information
    meat = prior + scores.T @ scores
    return np.asarray(0.5 * (cov @ meat @ cov + (cov @ meat @ cov).T))
