"""Roll a scene forward: members in fixed padded chunks, so chunking and workers never change a byte."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import arms, margins, phases, tether
from moorings.model.state import Array, Levers, Params, State, World
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.start import CARRIED_YEARS, Scene, Start
from moorings.systems.system import System

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
    """What to simulate: members, seed, the last year, and levers compiled to arrays [year, ...] (None: no lever)."""

    members: int
    seed: int
    end: int
    levers: Levers | None = None
    first_member: int = 0


@dataclass(frozen=True)
class Paths:
    """Raw outcome: years from the start on, arrays [member, year, S], flags and ties [member, year, P]."""

    years: tuple[int, ...]
    draw: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    flags: dict[str, NDArray[np.int8]]
    strands: NDArray[np.float64]


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
        tie=start.tie,
        rivalry=start.rivalry,
        stock=start.stock,
        quiet=start.quiet,
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
    one, none, zero = jnp.ones(states), jnp.full(states, jnp.nan, dtype=float), jnp.zeros(states)
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
        backbone=jnp.zeros(()),
        style=jnp.zeros(()),
        demand=jnp.full((), jnp.nan, dtype=float),
        capability=zero,
        hostility=zero,
        crisis=jnp.zeros(pairs),
        trilateral=jnp.zeros(()),
    )


def outlook(params: Params, world: World, state: State, place: Array | None = None) -> dict[str, Array]:
    """What is reported of a state of the world, [S] each; with `place`, of that state of the system alone, scalars."""

    def of(value: Array) -> Array:
        return value if place is None else value[place]

    first, second = (ends if place is None else ends[:, place] for ends in (world.first, world.second))
    tied = ((state.tie >= 2) | (world.consults > 0)) * world.friendly
    open_first, open_second = world.first @ world.unprotected, world.second @ world.unprotected
    substitutes = (tied * open_second) @ first + (tied * open_first) @ second
    level = state.commitment + state.lift
    burden = jnp.exp(of(state.burden.y))
    return {
        "gdp": jnp.exp(of(state.gdp.y)),
        "burden": burden,
        "troops": jnp.expm1(of(state.troops.y)),
        "ideal_point": of(state.ideal.y),
        "alignment_distance": jnp.abs(of(state.ideal.y) - world.patron @ state.ideal.y),
        "arms_dependence": of(state.arms[0]),
        "partners": tied @ first + tied @ second,
        "substitutes": substitutes,
        "nuclear_rung": of(state.rung),
        "obligation": of(state.obligation),
        "commitment": of(level),
        "reliability": of(phases.believed_support(params, world, state, level)),
        "credence": of(phases.believed_support(params, world, state, state.belief)),
        "threat": of(state.threat),
        "gap": of(state.gap),
        "refusals": of(state.refusals),
        "accommodation": of(state.accommodation) - (state.rivalry * world.hostile) @ first,
        "backbone": state.backbone + jnp.zeros_like(burden),
    }


ACTS = ("ideal_point", "arms_dependence", "substitutes", "nuclear_rung", "accommodation", "refusals")
"""What is seen of the acts that make the strands, in the order of `tether.Acts`."""


def _acts(seen: dict[str, Array], known: dict[str, Array]) -> tether.Acts:
    has = {"ideal_point": known["ideal"], "arms_dependence": known["arms"]}
    return tether.Acts(*(jnp.where(has[name], seen[name], jnp.nan) if name in has else seen[name] for name in ACTS))


def _drifts(params: Params, patron: Array, seen: dict[str, Array], known: dict[str, Array]) -> dict[str, Array]:
    """Tether, drift, withdrawal and autonomy against the first year, [year, S], and the strands [strand, year, S].

    `patron` is its ideal point in the first year.
    """
    acts = _acts(seen, known)
    first = tether.Acts(*(field[0] for field in acts))
    constants = tether.Constants(*(params["tether"][name] for name in tether.Constants._fields))
    raw = tether.changes(first, acts, patron)
    drift = tether.drift(raw, constants)
    held = seen | {"troops": jnp.log1p(seen["troops"])}
    left = tether.withdrawal(params["tether"], {name: held[name] - held[name][0] for name in tether.WITHDRAWAL})
    own = tether.autonomy(params["tether"], jnp.log(seen["burden"] / seen["burden"][0]))
    return {
        "drift": drift,
        "tether": tether.level(first, patron, constants) - drift,
        "strands_moved": jnp.sum(tether.standardised(raw, constants) >= 1.0, axis=0) * 1.0,
        "withdrawal": left,
        "autonomy": own,
        "strands": tether.contributions(raw, constants),
    }


def _member(
    params: Params,
    world: World,
    start: Start,
    names: Names,
    known: dict[str, Array],
    seed: Array,
    case: tuple[Any, ...],
) -> dict[str, Array]:
    member, levers = case
    noise = yearly_noise(seed, member, names)
    past = {name: values[:CARRIED_YEARS] for name, values in noise.items()}
    future = {name: values[CARRIED_YEARS:] for name, values in noise.items()}
    return unroll(params, world, known, begin(params, world, start, past), phases.Year(levers, future))


def unroll(
    params: Params,
    world: World,
    known: dict[str, Array],
    state: State,
    years: phases.Year,
    place: Array | None = None,
) -> dict[str, Array]:
    """One member from a start on, through the levers and the noise of `years`: what is seen, [year, ...].

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
    has = known if place is None else {name: flag[place] for name, flag in known.items()}
    return seen | _drifts(params, world.patron @ state.ideal.y, seen, has)


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
    shown = {name: where_known(scene, name, np.asarray(out[name])) for name in out if name not in HIDDEN}
    return shown | {name: np.asarray(out[name]) for name in HIDDEN}


def compared(
    params: dict[str, Any], system: System, now: dict[str, Any], then: dict[str, Any]
) -> dict[str, NDArray[np.float64]]:
    """Tether, drift, withdrawal and autonomy of one date against another, [member, S], with the strands' parts.

    `params` are the tether's, [draw, ...]; the constants are the same in every draw.
    """
    one = {name: value[0] for name, value in params.items()}
    constants = tether.Constants(*(one[name] for name in tether.Constants._fields))
    begin, end = (tether.Acts(*(seen[name] for name in ACTS)) for seen in (now, then))
    patron = now["ideal_point"][:, [system.states.index(system.patron)]]
    raw = tether.changes(begin, end, patron)
    drift = np.asarray(tether.drift(raw, constants))
    parts = np.asarray(tether.contributions(raw, constants))
    old, new = ({**seen, "troops": np.log1p(seen["troops"])} for seen in (now, then))
    left = tether.withdrawal(one, {name: new[name] - old[name] for name in tether.WITHDRAWAL})
    own = tether.autonomy(one, np.log(then["burden"] / now["burden"]))
    found = {"tether": np.asarray(tether.level(begin, patron, constants)) - drift, "drift": drift}
    found |= {"withdrawal": np.asarray(left), "autonomy": np.asarray(own)}
    return found | {f"strand_{name}": parts[k] for k, name in enumerate(tether.STRANDS)}


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
    member: Array,
    levers: Levers,
) -> dict[str, Array]:
    one = jax.vmap(_member, in_axes=(0, None, None, None, None, None, (0, 0)))
    return one(params, world, start, names, known, seed, (member, levers))


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
    levers = run.levers if run.levers is not None else _still(scene.world, len(future))

    def piece(low: int) -> dict[str, NDArray[Any]]:
        ids = np.resize(members[low : low + CHUNK], CHUNK)
        own = {k: {name: value[ids % draws] for name, value in group.items()} for k, group in params.items()}
        out = _chunk(
            own,
            scene.world,
            scene.start,
            names,
            known,
            jnp.asarray(seed_word(run.seed)),
            jnp.asarray(ids, dtype=jnp.uint32),
            _levers_of(levers, scene.world, low, ids),
        )
        kept = min(CHUNK, run.members - low)
        return {name: np.asarray(value)[:kept] for name, value in out.items()}

    shape = (CHUNK, len(future), scene.world.first.shape)
    alone = 0 if shape in _compiled else CHUNK  # the first of its shape, or else each thread would compile it
    pieces = [piece(low) for low in range(0, alone, CHUNK)]
    _compiled.add(shape)
    with ThreadPoolExecutor(THREADS) as threads:
        pieces += threads.map(piece, range(alone, run.members, CHUNK))
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return _paths(scene, (start, *future), members % draws, joined)


def _still(world: World, years: int) -> Levers:
    levers: Levers = jax.tree.map(lambda x: jnp.broadcast_to(x, (years, *x.shape)), no_levers(world))
    return levers


def _levers_of(levers: Levers, world: World, low: int, ids: NDArray[np.int64]) -> Levers:
    """The chunk's part of the levers: fields without a member axis are repeated for every member."""
    plain = no_levers(world)

    def pick(value: Any, single: Array) -> Array:
        if np.ndim(value) == np.ndim(single) + 1:
            return jnp.broadcast_to(jnp.asarray(value), (len(ids), *np.shape(value)))
        rows = low + np.resize(np.arange(min(len(ids), len(value) - low)), len(ids))
        return jnp.asarray(value[rows])

    return Levers(*(pick(value, single) for value, single in zip(levers, plain, strict=True)))


def _paths(scene: Scene, years: tuple[int, ...], draw: NDArray[np.int64], out: dict[str, Any]) -> Paths:
    values = {name: where_known(scene, name, out[name]) for name in VALUES}
    flags = {name: out[name].astype(np.int8) for name in (*FLAGS, "tie")}
    return Paths(years, draw, values, flags, np.moveaxis(out["strands"], 1, 0))


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
