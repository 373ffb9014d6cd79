"""Noise keyed by name: member, year, state or pair, equation; never by the order of calls.

A draw is one block of the counter-based generator Threefry (Salmon et al. 2011, doi:10.1145/2063384.2063405), keyed by
seed and equation, with member and (name, year) as its counter. So two scenarios share every draw, and a state that is
added changes nobody else's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32
from numpy.typing import NDArray

from moorings.core.streams import stream
from moorings.model.shocks import NORMAL_BY_STATE, NORMAL_SHARED, UNIFORM_BY_PAIR, UNIFORM_BY_STATE
from moorings.model.state import Array


class Names(NamedTuple):
    """Counters of the draws: 32-bit keys [year, name] for states, pairs and the whole system."""

    states: Any
    pairs: Any
    system: Any


def name_counters(years: tuple[int, ...], states: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> Names:
    """Counters for all years of a simulation."""

    def keys(names: tuple[object, ...]) -> NDArray[np.uint32]:
        return np.array([[stream(name, year) for name in names] for year in years], dtype=np.uint32)

    # a pair is the same pair whichever of its states a system names first
    return Names(keys(states), keys(tuple(tuple(sorted(pair)) for pair in pairs)), keys(("system",)))


def seed_word(seed: int) -> NDArray[np.uint32]:
    """The 32-bit key of a seed."""
    return np.uint32(stream("seed", seed))  # type: ignore[return-value]


def uniforms(seed: Array, equation: str, member: Array, counters: Array) -> Array:
    """Uniform draws in (0, 1) of one member, of the shape of `counters`."""
    key = jnp.stack([seed, jnp.uint32(stream(equation))])
    flat = counters.reshape(-1)
    words = threefry_2x32(key, jnp.concatenate([jnp.full_like(flat, member), flat]))
    high, low = words[: flat.size].astype(jnp.uint64), words[flat.size :].astype(jnp.uint64)
    bits = ((high << 32) | low) >> 12
    return ((bits.astype(jnp.float64) + 0.5) * 2.0**-52).reshape(counters.shape)


def normals(seed: Array, equation: str, member: Array, counters: Array) -> Array:
    """Standard normal draws of one member, of the shape of `counters`."""
    return jax.scipy.special.ndtri(uniforms(seed, equation, member, counters))


def yearly_noise(seed: Array, member: Array, names: Names) -> dict[str, Array]:
    """All noise of one member: equation -> [year, state], [year, pair] or [year]."""
    states, pairs, system = jnp.asarray(names.states), jnp.asarray(names.pairs), jnp.asarray(names.system)[:, 0]
    noise = {name: normals(seed, name, member, states) for name in NORMAL_BY_STATE}
    noise |= {name: normals(seed, name, member, system) for name in NORMAL_SHARED}
    noise |= {name: uniforms(seed, name, member, states) for name in UNIFORM_BY_STATE}
    return noise | {name: uniforms(seed, name, member, pairs) for name in UNIFORM_BY_PAIR}
