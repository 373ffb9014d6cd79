"""Pairs of states by what they are to each other: an ally faces adversaries, and befriends partners and allies."""

from __future__ import annotations

import jax.numpy as jnp

from moorings.model.state import Array, State, World

OF_PAIRS = (
    *("first", "second", "hostile", "friendly", "distance", "nearness", "contiguous", "democracy", "consults", "peace"),
    *("thirds", "overlap"),
)


def facing(world: World, state: State) -> tuple[World, State]:
    """World and state with the pairs of an ally and an adversary alone, which is all that threat and clash look at."""
    still = {name: of_foes(world, getattr(world, name)) for name in OF_PAIRS}
    return world._replace(**still), state._replace(tie=of_foes(world, state.tie), rivalry=of_foes(world, state.rivalry))


def befriending(world: World, state: State) -> tuple[World, State]:
    """World and state with the pairs of an ally and a partner or another ally alone, among whom ties form and end."""
    still = {name: of_friends(world, getattr(world, name)) for name in OF_PAIRS}
    return world._replace(**still), state._replace(
        tie=of_friends(world, state.tie),
        rivalry=of_friends(world, state.rivalry),
        stock=state.calm_stock,
        quiet=state.calm_quiet,
    )


def of_foes(world: World, values: Array) -> Array:
    """Of values of all pairs [P], those of the pairs with an adversary, [F]."""
    return values[: world.foes.shape[0]]


def of_friends(world: World, values: Array) -> Array:
    """Of values of all pairs [P], those of the pairs without an adversary, [P - F]."""
    return values[world.foes.shape[0] :]


def among_all(world: World, values: Array) -> Array:
    """Values of the pairs with an adversary [F] among all pairs, [P]; 0 elsewhere."""
    return padded(values, 0, world.hostile.shape[0] - world.foes.shape[0])


def padded(values: Array, before: int, after: int) -> Array:
    """With zeros for pairs before and after."""
    return jnp.pad(values, ((before, after), *(((0, 0),) * (values.ndim - 1))))
