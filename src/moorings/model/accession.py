"""Accessions: states enter and leave pacts of many, and every member gains or loses partners at once.

An ally's number of partners moves by jumps. Whether it gains or loses some in a year has log-odds linear in the log of
their number; how many is drawn from the sizes of past jumps. Allies of the same pacts jump together: their draws are
as correlated as the sets of their partners overlap, less what is each one's own.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model.state import Array

CENTRE = 1.5
"""Log(1 + partners) at which the intercepts stand."""
JUMPS = ("gain", "loss")


def overlap(pacts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of partners that two states have in common, of all that either has, [state, state].

    Parameters
    ----------
    pacts
        1 where a state has a pact with another one, [state, other], the states first among the others. Each counts
        as a member of its own pacts, so that two states alone in a pact overlap wholly.

    References
    ----------
    Jaccard (1912), doi:10.1111/j.1469-8137.1912.tb05611.x.
    """
    members = np.array(pacts, dtype=np.float64)
    own = np.arange(len(members))
    members[own, own] = members.any(axis=1)
    common = members @ members.T
    either = members.sum(axis=1)[:, None] + members.sum(axis=1) - common
    found = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
    found[own, own] = 1.0
    return np.asarray(found)


def root(overlaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Symmetric square root of the overlaps: what turns independent normals into correlated ones, [state, state]."""
    values, vectors = np.linalg.eigh(overlaps)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def probability(weights: Array, partners: Array) -> Array:
    """Probability of a jump within the year; `weights` are intercept and slope, [2], `partners` a number, [S]."""
    return jax.nn.sigmoid(weights[0] + weights[1] * (jnp.log1p(partners) - CENTRE))


def jump(params: dict[str, Array], partners: Array, shared: Array, own: Array) -> Array:
    """Partners gained (or lost, below 0) in a year, [S, 2]: all, and those whom the patron does not protect.

    Parameters
    ----------
    params
        `gain`, `loss` [2]; `gained`, `lost`, jumps at even quantiles of their size, [size, 2] likewise; `rho`, the
        shared part.
    partners
        Number at the year's start, [S, 2] likewise.
    shared, own
        Standard normals, [S]: correlated as allies overlap; each one's own.
    """
    normal = jnp.sqrt(params["rho"]) * shared + jnp.sqrt(1 - params["rho"]) * own
    high = jax.scipy.stats.norm.cdf(normal)
    gain, loss = (probability(params[name], partners[:, 0]) for name in JUMPS)
    up = _size(params["gained"], 1 - (1 - high) / gain)
    down = _size(params["lost"], 1 - high / loss)
    return jnp.maximum(up - down, -partners)


def _size(sizes: Array, at: Array) -> Array:
    """The jump at a place in (0, 1) of their distribution, [S, 2]; none below 0."""
    place = jnp.clip((at * sizes.shape[0]).astype(int), 0, sizes.shape[0] - 1)
    return jnp.where(at[:, None] > 0, sizes[place], 0.0)
