"""Roll a scene forward: members in fixed padded chunks, so chunking and workers never change a byte."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import shocks
from moorings.model.state import Array, Levers, Params, World
from moorings.simulate.coupling import COUPLED, PATRON, Coupling, Shift, shift_of, uncoupled
from moorings.simulate.members import (
    FLAGS,
    OF_MEMBER,
    Counts,
    Ready,
    as_assumed,
    begin,
    drawn,
    moved,
    no_levers,
    still,
    unroll,
)
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.outlook import outlook, published
from moorings.simulate.start import CARRIED_YEARS, Scene, Start

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

CHUNK = 250
"""Members simulated in one call; the last chunk is padded."""
THREADS = max(os.cpu_count() or 1, 1)
"""Chunks simulated at a time."""
BEFORE_CHUNK: ContextVar[Callable[[], None]] = ContextVar("before_chunk", default=lambda: None)
"""Called before each chunk: there, work in the background gives way to an answer that somebody waits for."""
_compiled: set[tuple[Any, ...]] = set()
VALUES = (
    *("gdp", "burden", "troops", "ideal_point", "alignment_distance", "arms_dependence", "partners", "nuclear_rung"),
    *("obligation", "commitment", "reliability", "credence", "threat", "gap"),
    *("tether", "drift", "strands_moved", "withdrawal", "autonomy"),
)


@dataclass(frozen=True)
class Run:
    """What to simulate.

    Attributes
    ----------
    members, seed, end, first_member
        How many, with which draws, to which year, beginning with which.
    levers
        Compiled to arrays [year, ...]; None: no lever.
    coupling
        From the law to the published distribution; None: the law as it is.
    shift
        What coupling added to the same members without levers, as in their `Paths`; None: these are without levers.
    """

    members: int
    seed: int
    end: int
    levers: Levers | None = None
    first_member: int = 0
    coupling: Coupling | None = None
    shift: Shift | None = None


@dataclass(frozen=True)
class Paths:
    """Raw outcome: years from the start on, arrays [member, year, S], flags and ties [member, year, P].

    `values` hold what is published; `shift` is the part of it that coupling added, [member, year, S].
    """

    years: tuple[int, ...]
    draw: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    flags: dict[str, NDArray[np.int8]]
    strands: NDArray[np.float64]
    shift: Shift = field(default_factory=dict)


def _opening(params: Params, world: World, start: Start, names: Names, seed: Array, member: Array) -> dict[str, Array]:
    """What is seen and estimated at the start itself, one member."""
    return outlook(params, as_assumed(params, world), begin(params, world, start, yearly_noise(seed, member, names)))


_openings = jax.jit(jax.vmap(_opening, in_axes=(0, None, None, None, None, 0)))


def opening(scene: Scene, params: Params, members: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Where the scene starts: variable -> [member, S], missing where a state does not have it."""
    start = scene.system.start
    counters = name_counters(tuple(range(start - CARRIED_YEARS + 1, start + 1)), scene.system.states, scene.pairs)
    names = Names(*(jnp.asarray(x) for x in (counters.states, counters.pairs, counters.system)))
    ids = np.arange(members)
    own = {k: {name: value[ids % len(value)] for name, value in group.items()} for k, group in params.items()}
    out = _openings(
        own, scene.world, scene.start, names, jnp.asarray(seed_word(seed)), jnp.asarray(ids, dtype=jnp.uint32)
    )
    shown = {name: where_known(scene, name, np.asarray(out[name])) for name in out if name not in (*HIDDEN, PATRON)}
    return shown | {name: np.asarray(out[name]) for name in HIDDEN}


HIDDEN = ("substitutes", "refusals", "accommodation", "backbone")
"""Counts behind the strands, which are not reported by themselves."""


@partial(jax.jit, static_argnums=0)
def _chunk(
    counts: Counts,
    params: Params,
    scene: tuple[World, Start],
    names: Names,
    known: dict[str, Array],
    seed: Array,
    coupling: Coupling,
    cases: tuple[Array, Levers, Shift],
) -> dict[str, Any]:
    (world, start), (ids, levers, given) = scene, cases
    ready = drawn(counts, params, world, start, names, seed, ids)
    seen = unroll(world, ready, jax.tree.map(lambda value: jnp.moveaxis(value, 0, -1), levers))

    def tell(ready: Ready, seen: dict[str, Array], levers: Levers, given: Shift) -> dict[str, Any]:
        own = shift_of(coupling, world, seen, ready.noise[shocks.RANK][0])
        shift = jax.tree.map(lambda given, found: jnp.where(jnp.isnan(given), found, given), given, own)
        return published(ready.params, known, seen, shift, levers) | {"shift": shift}

    told: dict[str, Any] = jax.vmap(tell, in_axes=(OF_MEMBER, -1, 0, 0))(ready, seen, levers, given)
    return told


def simulate(scene: Scene, params: Params, run: Run) -> Paths:
    """Simulate `run.members` members from the scene's start to `run.end`.

    Parameters
    ----------
    scene
        The system made ready.
    params
        Draws of the posterior for this system: equation -> parameter -> [draw, ...].
    run
        Members, seed, end, levers [year, ...] or [member, year, ...] where a lever refers to the member's own baseline.

    Returns
    -------
    Paths
        Years from the start's on. Bytes do not depend on the number of members asked for beside these.
    """
    start = scene.system.start
    carried = tuple(range(start - CARRIED_YEARS + 1, start + 1))
    future = tuple(range(start + 1, run.end + 1))
    counters = name_counters(carried + future, scene.system.states, scene.pairs)
    names = Names(*(jnp.asarray(x) for x in (counters.states, counters.pairs, counters.system)))
    known = {name: jnp.asarray(flag) for name, flag in scene.known.items()}
    draws = len(params["commitment"]["start"])
    members = np.arange(run.first_member, run.first_member + run.members)
    levers = run.levers if run.levers is not None else still(scene.world, len(future))
    counts = moved(scene.world)
    size = (len(future) + 1, len(scene.system.states))
    coupling = run.coupling or uncoupled(*size)
    # missing: to be found from the members themselves
    shift = run.shift or dict.fromkeys(COUPLED, np.full((1, *size), np.nan)) | {PATRON: np.full((1, size[0]), np.nan)}

    give_way = BEFORE_CHUNK.get()

    def piece(low: int) -> dict[str, Any]:
        give_way()
        ids = np.resize(members[low : low + CHUNK], CHUNK)
        own = {k: {name: value[ids % draws] for name, value in group.items()} for k, group in params.items()}
        out = _chunk(
            counts,
            own,
            (scene.world, scene.start),
            names,
            known,
            jnp.asarray(seed_word(run.seed)),
            coupling,
            (
                jnp.asarray(ids, dtype=jnp.uint32),
                _levers_of(levers, scene.world, low, ids),
                {name: _rows(value, low, ids) for name, value in shift.items()},
            ),
        )
        kept = min(CHUNK, run.members - low)
        return jax.tree.map(lambda value: np.asarray(value)[:kept], out)  # type: ignore[no-any-return]

    shape = (CHUNK, len(future), scene.world.first.shape)
    alone = 0 if shape in _compiled else CHUNK  # the first of its shape, or else each thread would compile it
    pieces = [piece(low) for low in range(0, alone, CHUNK)]
    _compiled.add(shape)
    with ThreadPoolExecutor(THREADS) as threads:
        pieces += threads.map(piece, range(alone, run.members, CHUNK))
    joined = jax.tree.map(lambda *parts: np.concatenate(parts), *pieces)
    return _paths(scene, (start, *future), members % draws, joined)


def _levers_of(levers: Levers, world: World, low: int, ids: NDArray[np.int64]) -> Levers:
    """The chunk's part of the levers: fields without a member axis are repeated for every member."""
    plain = no_levers(world)

    def pick(value: Any, single: Array) -> Array:
        if np.ndim(value) == np.ndim(single) + 1:
            return jnp.broadcast_to(jnp.asarray(value), (len(ids), *np.shape(value)))
        return _rows(value, low, ids)

    return Levers(*(pick(value, single) for value, single in zip(levers, plain, strict=True)))


def _rows(value: Any, low: int, ids: NDArray[np.int64]) -> Array:
    """The chunk's members of [member, ...]; of the one there is, if it stands for all."""
    left = min(len(ids), len(value) - low)
    return jnp.asarray(
        np.repeat(value, len(ids), 0) if len(value) == 1 else value[low + np.resize(np.arange(left), len(ids))]
    )


def _paths(scene: Scene, years: tuple[int, ...], draw: NDArray[np.int64], out: dict[str, Any]) -> Paths:
    values = {name: where_known(scene, name, out[name]) for name in VALUES}
    flags = {name: out[name].astype(np.int8) for name in (*FLAGS, "tie")}
    return Paths(years, draw, values, flags, np.moveaxis(out["strands"], 1, 0), out["shift"])


OF_ALLIES = (
    *("troops", "arms_dependence", "partners", "nuclear_rung", "obligation", "commitment", "reliability"),
    *("credence", "threat", "gap", "tether", "drift", "strands_moved", "withdrawal", "autonomy"),
)
NEEDS = {
    "gdp": "gdp",
    "burden": "burden",
    "troops": "troops",
    "ideal_point": "ideal",
    "alignment_distance": "ideal",
    "arms_dependence": "arms",
    "autonomy": "burden",
}


def where_known(scene: Scene, name: str, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Missing where a state does not have the variable."""
    has = np.ones(value.shape[-1], dtype=bool)
    if name in NEEDS:
        has &= scene.known[NEEDS[name]]
    if name in OF_ALLIES:
        has &= np.asarray(scene.world.ally) > 0
    if name in ("drift", "tether", "strands_moved"):
        has &= np.isin(scene.system.states, scene.system.rated)
    return np.where(has, value, np.nan)
