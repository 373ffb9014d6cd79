"""Frozen members: start and noise drawn once, so that another scenario costs only the years themselves.

The years are the engine's own (`unroll`); in single precision here, for pictures that follow a slider. A baseline and a
scenario of the same frozen members share every draw.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import phases
from moorings.model.state import Array, Levers, Params, State, World
from moorings.simulate.engine import FLAGS, Paths, begin, no_levers, unroll, where_known
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.start import CARRIED_YEARS, Scene

THREADS = min(4, os.cpu_count() or 1)
"""Parts of the members that are replayed side by side: the code runs outside of Python's lock."""
FRESH = ("troops_before", "troops_seen", "burden_before", "obligation_seen")
"""Levers that refer to the member's own baseline, [member, year, S]."""


class Frozen:
    """Members of a scene made ready to be replayed under levers.

    Parameters
    ----------
    scene, params
        As for `simulate`.
    members, seed, end
        Which members, and the last year.
    """

    def __init__(self, scene: Scene, params: Params, members: int, seed: int, end: int) -> None:
        start = scene.system.start
        self._scene = scene
        self.years = tuple(range(start, end + 1))
        carried = tuple(range(start - CARRIED_YEARS + 1, start + 1))
        counters = name_counters(carried + self.years[1:], scene.system.states, scene.pairs)
        names = Names(*(jnp.asarray(x) for x in (counters.states, counters.pairs, counters.system)))
        ids = np.arange(members)
        own = {k: {name: jnp.asarray(v[ids % len(v)]) for name, v in group.items()} for k, group in params.items()}
        known = {name: jnp.asarray(flag) for name, flag in scene.known.items()}
        word = jnp.asarray(seed_word(seed))
        state, noise = _begun(own, scene.world, scene.start, names, word, jnp.asarray(ids, dtype=jnp.uint32))
        self._plain = no_levers(scene.world)
        self._world, self._known = _single(scene.world), known
        whole, many = _single((own, state, noise)), min(THREADS, members)
        self._parts = [_cut(whole, part) for part in np.array_split(ids, many)]

    def replay(self, levers: Levers | None, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """What members see under levers (None: none): name -> [member, year, ...], for `names` only.

        `names` are variables of the engine, or event flags.
        """
        still = jax.tree.map(lambda x: jnp.broadcast_to(x, (len(self.years) - 1, *x.shape)), self._plain)
        each = self._each(levers or still)
        wanted, at = tuple(sorted(names)), np.cumsum([0, *(_size(part) for part in self._parts)])

        def one(k: int) -> dict[str, NDArray[Any]]:
            own, state, noise = self._parts[k]
            mine = each._replace(**{name: getattr(each, name)[at[k] : at[k + 1]] for name in FRESH})
            seen = _replayed(wanted, own, self._world, self._known, state, noise, mine)
            return {name: np.asarray(value) for name, value in seen.items()}

        with ThreadPoolExecutor(len(self._parts)) as pool:
            found = list(pool.map(one, range(len(self._parts))))
        return {name: self._shown(name, np.concatenate([part[name] for part in found])) for name in wanted}

    def _shown(self, name: str, value: NDArray[Any]) -> NDArray[Any]:
        return value if name in FLAGS else where_known(self._scene, name, value)

    def _each(self, levers: Levers) -> Levers:
        """Levers in single precision, those that may differ between members spread over all of them."""
        members, years = sum(_size(part) for part in self._parts), len(self.years) - 1
        wide = {
            name: jnp.broadcast_to(getattr(levers, name), (members, years, *np.shape(getattr(self._plain, name))))
            for name in FRESH
        }
        each: Levers = _single(levers._replace(**wide))
        return each


def _cut(tree: Any, ids: NDArray[np.int64]) -> Any:
    return jax.tree.map(lambda x: x[ids[0] : ids[-1] + 1], tree)


def _size(part: tuple[Any, State, Any]) -> int:
    return len(part[1].threat)


def _single(tree: Any) -> Any:
    return jax.tree.map(lambda x: jnp.asarray(x, jnp.float32) if jnp.asarray(x).dtype == jnp.float64 else x, tree)


@jax.jit
def _begun(params: Params, world: World, start: Any, names: Names, seed: Array, ids: Array) -> tuple[State, Any]:
    def one(params: Params, member: Array) -> tuple[State, dict[str, Array]]:
        noise = yearly_noise(seed, member, names)
        past = {name: value[:CARRIED_YEARS] for name, value in noise.items()}
        return begin(params, world, start, past), {name: value[CARRIED_YEARS:] for name, value in noise.items()}

    both: tuple[State, Any] = jax.vmap(one)(params, ids)
    return both


@partial(jax.jit, static_argnums=0)
def _replayed(
    wanted: tuple[str, ...],
    params: Params,
    world: World,
    known: dict[str, Array],
    state: State,
    noise: dict[str, Array],
    levers: Levers,
) -> dict[str, Array]:
    axes = Levers(**{name: 0 if name in FRESH else None for name in Levers._fields})

    def one(params: Params, state: State, noise: dict[str, Array], levers: Levers) -> dict[str, Array]:
        seen = unroll(params, world, known, state, phases.Year(levers, noise))
        return {name: seen[name] for name in wanted}

    seen: dict[str, Array] = jax.vmap(one, in_axes=(0, 0, 0, axes))(params, state, noise, levers)
    return seen


def as_paths(frozen: Frozen, seen: dict[str, NDArray[Any]]) -> Paths:
    """Replayed variables as the baseline that levers refer to."""
    flags = {name: value for name, value in seen.items() if name in FLAGS}
    values = {name: np.asarray(value, np.float64) for name, value in seen.items() if name not in flags}
    members = len(next(iter(seen.values())))
    return Paths(frozen.years, np.zeros(members, dtype=np.int64), values, flags, np.empty((0,)))
