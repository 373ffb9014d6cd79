"""Accessions: states enter and leave pacts of many, and every member gains or loses partners at once.

An ally's number of partners moves by jumps. Whether it gains or loses some in a year has log-odds linear in the logs of
their number and of its company, the allies that share them; how many is drawn from the sizes of past jumps. Allies of
the same pacts jump together: their draws are as correlated as the sets of their partners overlap, less what is each
one's own.
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


def probability(weights: Array, partners: Array, company: Array) -> Array:
    """Probability of a jump within the year, [S].

    `weights` are an intercept and the slopes of partners and company, [3]; `partners` is a number, `company` the sum of
    overlaps with all allies, 1 for one that shares with none; each [S].
    """
    return jax.nn.sigmoid(weights[0] + weights[1] * (jnp.log1p(partners) - CENTRE) + weights[2] * jnp.log(company))


def order(params: dict[str, Array], shared: Array, own: Array) -> Array:
    """Where a year stands between the greatest loss (0) and the greatest gain (1), uniform, [S].

    `shared` and `own` are standard normals, [S]: correlated as allies overlap; each one's own. `params` hold `rho`, the
    shared part.
    """
    return jax.scipy.stats.norm.cdf(jnp.sqrt(params["rho"]) * shared + jnp.sqrt(1 - params["rho"]) * own)


def jump(params: dict[str, Array], partners: Array, company: Array, high: Array) -> Array:
    """Partners gained (or lost, below 0) in a year, [2, S]: all, and those whom the patron does not protect.

    Parameters
    ----------
    params
        `gain`, `loss` [3]; `gained`, `lost`, jumps at even quantiles of their size, [2, size, 2], of allies without and
        with partners whom the patron does not protect.
    partners
        Number at the year's start, [2, S] likewise.
    company
        As for `probability`, [S].
    high
        Uniforms of `order`, [S].
    """
    gain, loss = (probability(params[name], partners[0], company) for name in JUMPS)
    group = (partners[1] > 0).astype(int)
    up = _size(params["gained"], group, 1 - (1 - high) / gain)
    down = _size(params["lost"], group, 1 - high / loss)
    return jnp.maximum(up - down, -partners)


def _size(sizes: Array, group: Array, at: Array) -> Array:
    """The jump at a place in (0, 1) of their distribution, [2, S]; none below 0."""
    groups, size = sizes.shape[:2]
    place = group * size + jnp.clip((at * size).astype(int), 0, size - 1)
    table = sizes.reshape(groups * size, *sizes.shape[2:])
    found = jnp.stack([jnp.take_along_axis(table[:, k], place, axis=0) for k in range(sizes.shape[2])])
    return jnp.where(at > 0, found, 0.0)
