"""Roll a scene forward: members in fixed padded chunks, so chunking and workers never change a byte."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import arms, margins, phases
from moorings.model.state import Array, Levers, Params, State, World
from moorings.simulate.coupling import COUPLED, PATRON, Coupling, Shift, shift_of, uncoupled
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.outlook import outlook, published
from moorings.simulate.start import CARRIED_YEARS, Scene, Start

jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]

CHUNK = 250
"""Members simulated in one call; the last chunk is padded."""
THREADS = max(os.cpu_count() or 1, 1)
"""Chunks simulated at a time."""
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


def begin(params: Params, world: World, start: Start, noise: dict[str, Array]) -> State:
    """One member at the start: each series carried from its own last value; `noise` covers the carried years."""
    world = as_assumed(params, world)
    back = start.gdp.observed.shape[0] - CARRIED_YEARS
    ready = {}
    for name in phases.MARGINS:
        shocks = jnp.concatenate([jnp.zeros((back, noise[name].shape[1])), noise[name]])
        ready[name] = margins.replay(params[name], getattr(start, name), jnp.zeros_like(shocks), shocks)[0]
    share = arms.replay(params["arms"], start.arms_before, start.arms_seen, world.arms_volume, noise["arms"])
    zero = jnp.zeros_like(world.ally)
    commitment = params["commitment"]["start"]
    state = State(
        **ready,
        arms=share,
        commitment=commitment,
        lift=zero,
        belief=commitment + params["commitment"]["lag"],
        rung=start.rung,
        obligation=start.obligation,
        refusals=zero,
        accommodation=zero,
        joined=jnp.zeros((zero.shape[0], 2)),
        tie=start.tie,
        rivalry=start.rivalry,
        stock=phases.of_foes(world, start.stock),
        quiet=phases.of_foes(world, start.quiet),
        calm_stock=phases.of_friends(world, start.stock),
        calm_quiet=phases.of_friends(world, start.quiet),
        shock=jnp.zeros(len(phases.SHARED)),
        backbone=jnp.zeros(()),
        threat=zero,
        gap=zero,
    )
    return phases.threaten(params, world, state, phases.Year(no_levers(world), noise))


def as_assumed(params: Params, world: World) -> World:
    """The world with a draw's own version of what the system assumes in place of missing series."""
    drawn = params["assumed"]
    return world._replace(power_offset=world.power_offset + drawn["power"], region_share=drawn["region_share"])


def no_levers(world: World) -> Levers:
    """Levers of one year that change nothing."""
    states, pairs = world.ally.shape[0], world.hostile.shape[0]
    # of the same type as compiled levers, or else the law would be compiled once more for these
    one, none, zero = np.ones(states), np.full(states, np.nan), np.zeros(states)
    return Levers(
        troops=one,
        troops_level=none,
        troops_before=none,
        troops_seen=none,
        burden=one,
        burden_level=none,
        burden_before=none,
        obligation=none,
        obligation_seen=none,
        backbone=np.zeros(()),
        style=np.zeros(()),
        demand=np.full((), np.nan),
        capability=zero,
        hostility=zero,
        crisis=np.zeros(pairs),
        trilateral=np.zeros(()),
    )


def _member(
    params: Params,
    world: World,
    start: Start,
    names: Names,
    known: dict[str, Array],
    seed: Array,
    coupling: Coupling,
    case: tuple[Any, ...],
) -> dict[str, Any]:
    member, levers, shift = case
    noise = yearly_noise(seed, member, names)
    past = {name: values[:CARRIED_YEARS] for name, values in noise.items()}
    future = {name: values[CARRIED_YEARS:] for name, values in noise.items()}
    seen = unroll(params, world, begin(params, world, start, past), phases.Year(levers, future))
    own = shift_of(coupling, world, seen, future[phases.RANK][0])
    shift = jax.tree.map(lambda given, found: jnp.where(jnp.isnan(given), found, given), shift, own)
    return published(params, known, seen, shift, levers) | {"shift": shift}


def unroll(
    params: Params, world: World, state: State, years: phases.Year, place: Array | None = None
) -> dict[str, Array]:
    """One member from a start on, through the levers and the noise of `years`: what the law sees, [year, ...].

    With `place`, what is seen of that state of the system alone, [year]; the world goes on as a whole.
    """
    world = as_assumed(params, world)

    def one_year(state: State, year: phases.Year) -> tuple[State, dict[str, Array]]:
        after = phases.step(params, world, state, year)
        # a step may widen single precision; the next one starts in the precision that this one started in
        kept = jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), after.state, state)
        return kept, outlook(params, world, kept, place) | after.happened | {"tie": kept.tie}

    first = outlook(params, world, state, place)
    calm = {name: jnp.zeros_like(state.tie, dtype=bool) for name in FLAGS}
    first |= calm | {"tie": state.tie}
    _, rest = jax.lax.scan(one_year, state, years)
    seen: dict[str, Array] = jax.tree.map(lambda a, b: jnp.concatenate([jnp.asarray(a, b.dtype)[None], b]), first, rest)
    return seen


def _opening(
    params: Params, world: World, start: Start, names: Names, known: dict[str, Array], seed: Array, member: Array
) -> dict[str, Array]:
    """What is seen and estimated at the start itself, one member."""
    return outlook(params, as_assumed(params, world), begin(params, world, start, yearly_noise(seed, member, names)))


_openings = jax.jit(jax.vmap(_opening, in_axes=(0, None, None, None, None, None, 0)))


def opening(scene: Scene, params: Params, members: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Where the scene starts: variable -> [member, S], missing where a state does not have it."""
    start = scene.system.start
    counters = name_counters(tuple(range(start - CARRIED_YEARS + 1, start + 1)), scene.system.states, scene.pairs)
    names = Names(*(jnp.asarray(x) for x in (counters.states, counters.pairs, counters.system)))
    known = {name: jnp.asarray(flag) for name, flag in scene.known.items()}
    ids = np.arange(members)
    own = {k: {name: value[ids % len(value)] for name, value in group.items()} for k, group in params.items()}
    out = _openings(
        own, scene.world, scene.start, names, known, jnp.asarray(seed_word(seed)), jnp.asarray(ids, dtype=jnp.uint32)
    )
    shown = {name: where_known(scene, name, np.asarray(out[name])) for name in out if name not in (*HIDDEN, PATRON)}
    return shown | {name: np.asarray(out[name]) for name in HIDDEN}


HIDDEN = ("substitutes", "refusals", "accommodation", "backbone")
"""Counts behind the strands, which are not reported by themselves."""
FLAGS = ("new_pact", "pact_ends", "separate_peace", "dispute", "supported", "abandoned")


@jax.jit
def _chunk(
    params: Params,
    world: World,
    start: Start,
    names: Names,
    known: dict[str, Array],
    seed: Array,
    coupling: Coupling,
    cases: tuple[Array, Levers, Shift],
) -> dict[str, Any]:
    one = jax.vmap(_member, in_axes=(0, None, None, None, None, None, None, (0, 0, 0)))
    return one(params, world, start, names, known, seed, coupling, cases)


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
    size = (len(future) + 1, len(scene.system.states))
    coupling = run.coupling or uncoupled(*size)
    # missing: to be found from the members themselves
    shift = run.shift or dict.fromkeys(COUPLED, np.full((1, *size), np.nan)) | {PATRON: np.full((1, size[0]), np.nan)}

    def piece(low: int) -> dict[str, Any]:
        ids = np.resize(members[low : low + CHUNK], CHUNK)
        own = {k: {name: value[ids % draws] for name, value in group.items()} for k, group in params.items()}
        out = _chunk(
            own,
            scene.world,
            scene.start,
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


def still(world: World, years: int) -> Levers:
    """Levers of some years that change nothing, [year, ...]."""
    return Levers(*(np.broadcast_to(value, (years, *value.shape)) for value in no_levers(world)))


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
