"""What is new in a year: names of the noise of every equation, shocks that allies share, and what is made of both."""

from __future__ import annotations

import jax.numpy as jnp

from moorings.model import accession, arms, hazards, margins
from moorings.model.pairs import of_friends
from moorings.model.state import Array, Params, World

MARGINS = ("gdp", "burden", "ideal", "troops")
SHARED = (*MARGINS, "arms")
TIES = ("new_tie", "tie_ends")
"""Events of a pair that come to many pairs of a state at once."""
NORMAL_BY_STATE = (*SHARED, "commitment", "accession", "own accession")
NORMAL_SHARED = (*(f"shared {name}" for name in (*SHARED, *TIES)), "shared commitment")
RANK = "rank among equals"
"""Uniform that no equation uses: it orders members of equal value, where an order is needed."""
UNIFORM_BY_STATE = (
    *("nuclear_up", "nuclear_down", "obligation_ends", "whose_act", RANK),
    *(f"{name} by state" for name in TIES),
)
UNIFORM_BY_PAIR = ("dispute", "force", "support", "new_tie", "tie_ends", "separate_peace", "rivalry_ends")


def shared_shock(params: Params, before: Array, noise: dict[str, Array]) -> Array:
    """The shocks that all allies of the patron share, autoregressive, [equation]."""
    fresh = jnp.stack([noise[f"shared {name}"] for name in SHARED])
    keep = params["shared"]["persistence"]
    return keep * before + jnp.sqrt(1 - keep**2) * fresh


def normals(params: Params, shock: Array, noise: dict[str, Array]) -> dict[str, Array]:
    """Own and shared shocks added up to standard normals, each [S]."""
    rho = params["shared"]["rho"]
    return {name: jnp.sqrt(1 - rho[k]) * noise[name] + jnp.sqrt(rho[k]) * shock[k] for k, name in enumerate(SHARED)}


def innovations(params: Params, world: World, shock: Array, noise: dict[str, Array]) -> dict[str, Array]:
    """What each quantity is drawn from, and accessions by their order, each [S]; and what is new in ties."""
    normal = normals(params, shock, noise)
    drawn = {name: margins.fresh(params[name], normal[name]) for name in MARGINS}
    shared = world.together @ noise["accession"]
    order = accession.order(params["accession"], shared, noise["own accession"])
    ties = {name: _together(params, world, name, noise) for name in TIES}
    return drawn | {"arms": arms.innovation(normal["arms"]), "accession": order} | ties


def _together(params: Params, world: World, name: str, noise: dict[str, Array]) -> Array:
    """Uniforms of an event of the pairs without an adversary, which come to many pairs at once, [P - F]."""
    near = world._replace(first=of_friends(world, world.first), second=of_friends(world, world.second))
    by_state = noise[f"{name} by state"]
    sides = near.at_first(by_state), near.at_second(by_state)
    return hazards.together(params[name], noise[f"shared {name}"], *sides, of_friends(world, noise[name]))
