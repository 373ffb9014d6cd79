"""Threat and the security gap: balance of threat (Walt 1985) against arms and allies (Morgan and Palmer 2006)."""

from __future__ import annotations

import jax.numpy as jnp

from moorings.model.state import Array, World

HALF_DISTANCE = 1000.0
"""Kilometres over which a state's power loses half of its weight (loss of strength; Boulding 1962)."""
RIVAL, RECENT = 4.0, 1.0
"""Weight of a rivalry and of one recent dispute in hostility, against 1 for a state that is neither."""


def nearness(log_distance: Array) -> Array:
    """Weight of power at a distance, given log(1 + km)."""
    return 1.0 / (1.0 + jnp.expm1(log_distance) / HALF_DISTANCE)


def hostility(rivalry: Array, stock: Array) -> Array:
    """How hostile an adversary is: rivalry and recent disputes."""
    return 1.0 + RIVAL * rivalry + RECENT * stock


def weighed(world: World, power: Array, rivalry: Array, stock: Array, added: Array) -> Array:
    """Each adversary's power by nearness and hostility, [P]; `power` in logs, `added` to log hostility."""
    near = world.hostile * world.nearness
    return near * world.at_second(jnp.exp(power + added)) * hostility(rivalry, stock)


def threat(world: World, power: Array, rivalry: Array, stock: Array, added: Array) -> Array:
    """Log of the power of the adversaries, as `weighed`, and of a state's own rivals elsewhere, [S]."""
    return jnp.log(world.to_first(weighed(world, power, rivalry, stock, added)) + world.rivals_elsewhere + 1.0)


def gap(world: World, threatened: Array, power: Array, promised: Array, pairs: tuple[Array, Array]) -> Array:
    """Threat less the log of own, promised and partners' power, [S]; `promised` is power, not its log.

    `world` and `pairs`, tie and rivalry, have the pairs without an adversary alone: no adversary lends power, nor does
    a rival.
    """
    tie, rivalry = pairs
    lent = tie / 3.0 * (1.0 - rivalry) * world.nearness
    strength = jnp.exp(power)
    from_second = world.to_first(lent * world.at_second(strength))
    from_first = world.to_second(lent * world.at_first(strength))
    return threatened - jnp.log(strength + promised + from_second + from_first)


FURTHEST = 3.0
"""Standard deviations beyond which more of a gap pulls no further."""


def standardised(gap: Array, centre: Array, sd: Array) -> Array:
    """The gap in standard deviations of all allies' history, of any shape."""
    return jnp.clip((gap - centre) / sd, -FURTHEST, FURTHEST)


def common(standardised: Array, ally: Array) -> Array:
    """Mean of the allies' gaps, over the first axis: what is as much a matter of the time as of any one of them."""
    return jnp.sum(ally * standardised, axis=0) / jnp.maximum(jnp.sum(ally, axis=0), 1.0)
