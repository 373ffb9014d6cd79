"""Members: what each one draws before any lever is pulled, and its years.

A member is a draw of the posterior with noise of its own. Members stand along the last axis of every array, so that
what the law does to a state or a pair it does to many members side by side in memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from moorings.model import arms, margins, pairs, phases, shocks
from moorings.model.state import Array, Levers, Margin, Params, State, World
from moorings.simulate.noise import Names, yearly_noise
from moorings.simulate.outlook import outlook
from moorings.simulate.start import CARRIED_YEARS, Start

FLAGS = ("new_pact", "pact_ends", "separate_peace", "dispute", "supported", "abandoned")
Counts = tuple[tuple[str, int], ...]
"""Quantity -> how many states there are up to the last one whose quantity something may move."""


class Ready(NamedTuple):
    """Members made ready: parameters and start [..., member]; of each year, what no lever moves [year, ..., member]."""

    params: Params
    state: State
    noise: dict[str, Array]
    innovations: dict[str, Array]
    course: dict[str, Array]


SHARED = ("ahead", "calm_stock", "calm_quiet")
"""What of a state is the same in every member."""
OF_MEMBER: Any = Ready(-1, State(**dict.fromkeys(State._fields, -1) | dict.fromkeys(SHARED)), -1, -1, -1)  # type: ignore[arg-type]
"""Along which axis each part has its members; none where all have the same."""


def begin(params: Params, world: World, start: Start, noise: dict[str, Array]) -> State:
    """One member at the start: each series carried from its own last value; `noise` covers the carried years."""
    world = as_assumed(params, world)
    back = start.gdp.observed.shape[0] - CARRIED_YEARS
    ready = {}
    for name in shocks.MARGINS:
        fresh = jnp.concatenate([jnp.zeros((back, noise[name].shape[1])), noise[name]])
        ready[name] = margins.replay(params[name], getattr(start, name), jnp.zeros_like(fresh), fresh)[0]
    bought = (start.arms_before[:, : world.allied], start.arms_seen[:, : world.allied])
    drawn = noise["arms"][:, : world.allied]
    contracts = arms.Contracts(world.kept, world.ordered, start.ahead)
    share = arms.replay(params, *bought, world.arms_volume[: world.allied], drawn, contracts)
    zero = jnp.zeros_like(world.ally)
    commitment = params["commitment"]["start"]
    state = State(
        **ready,
        arms=share,
        ahead=start.ahead,
        commitment=commitment,
        lift=zero,
        belief=commitment + params["commitment"]["lag"],
        rung=start.rung,
        obligation=start.obligation,
        refusals=zero,
        accommodation=phases.pacts_with_opposed(world),
        settled=jnp.zeros_like(world.foes),
        joined=jnp.zeros((2, world.allied)),
        tie=start.tie,
        rivalry=start.rivalry,
        stock=pairs.of_foes(world, start.stock),
        quiet=pairs.of_foes(world, start.quiet),
        calm_stock=pairs.of_friends(world, start.stock),
        calm_quiet=pairs.of_friends(world, start.quiet),
        backbone=jnp.zeros(()),
        threat=zero,
        gap=zero,
        first_gap=zero,
    )
    state = phases.threaten(params, world, state, phases.Year(no_levers(world), noise))
    return state._replace(first_gap=phases.standard_gap(params, world, state))


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


def moved(world: World) -> Counts:
    """How many states there are up to the last one of those whose quantity something may move, by quantity."""

    def upto(groups: tuple[str, ...]) -> int:
        return max((int(np.flatnonzero(getattr(world, group)).max(initial=-1)) + 1 for group in groups), default=0)

    return tuple((name, upto(groups)) for name, groups in phases.MOVED.items())


def drawn(counts: Counts, params: Params, world: World, start: Start, names: Names, seed: Array, ids: Array) -> Ready:
    """Members `ids` made ready; `params` are [member, ...], `counts` as of `moved`."""

    def one(params: Params, member: Array) -> tuple[State, dict[str, Array]]:
        noise = yearly_noise(seed, member, names)
        past = {name: value[:CARRIED_YEARS] for name, value in noise.items()}
        years = {name: value[CARRIED_YEARS:] for name, value in noise.items()}
        return begin(params, world, start, past), years

    state, noise = jax.vmap(one, out_axes=(OF_MEMBER.state, -1))(params, ids)
    params = jax.tree.map(lambda value: jnp.moveaxis(value, 0, -1), params)
    state = state._replace(**{name: getattr(state, name)[:, None] for name in SHARED})
    fresh, course = _unmoved(params, world, state, noise)
    cut = {name: _cut(getattr(state, name), count) for name, count in counts}
    course = {name: course[name][:, count:] for name, count in counts}
    # what innovations were made of is not looked at again
    left = {name: value for name, value in noise.items() if name not in fresh}
    return Ready(params, state._replace(**cut), left, fresh, course)


def _cut(margin: Margin, count: int) -> Margin:
    """A margin with all of its values, and whatever else of the first states alone."""
    return Margin(margin.y, *(value[:count] for value in margin[1:]))


def _unmoved(
    params: Params, world: World, state: State, noise: dict[str, Array]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Innovations of all years, and each quantity as the law has it where nothing moves it, both [year, S, member]."""
    calm, world = of_members(no_levers(world)), of_members(world)

    def one_year(before: tuple[State, Array], noise: dict[str, Array]) -> tuple[tuple[State, Array], Any]:
        state, shock = before[0], shocks.shared_shock(params, before[1], noise)
        fresh = shocks.innovations(params, world, shock, noise)
        state = phases.move_quantities(params, world, state, phases.Year(calm, noise, fresh))
        return (state, shock), (fresh, {name: getattr(state, name).y for name in shocks.MARGINS})

    found: tuple[dict[str, Array], dict[str, Array]]
    none = jnp.zeros((len(shocks.SHARED), *state.backbone.shape))
    found = jax.lax.scan(one_year, (state, none), noise)[1]
    return found


MATRICES = ("first", "second", "together", "fellows", "foes")
"""What of a world has no axis for members."""


def of_members(shared: Any, before: int = 0) -> Any:
    """World or levers with an axis for members at the end, where each has one of states or pairs after `before`."""
    fields = shared._asdict().items()
    return type(shared)(*(v if name in MATRICES or v.ndim == before else v[..., None] for name, v in fields))


def unroll(world: World, ready: Ready, levers: Levers, place: Array | None = None) -> dict[str, Array]:
    """Members from their start on, under levers [year, ..., member or 1]: what the law sees, [year, ..., member].

    With `place`, what is seen of that state of the system alone, [year, member]; the world goes on as a whole.
    """
    params, state = ready.params, ready.state
    world = as_assumed(params, of_members(world))

    def one_year(state: State, year: phases.Year) -> tuple[State, dict[str, Array]]:
        after = phases.step(params, world, state, year)
        # a step may widen single precision; the next one starts in the precision that this one started in
        kept = jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), after.state, state)
        return kept, outlook(params, world, kept, place) | after.happened | {"tie": kept.tie}

    first = outlook(params, world, state, place)
    calm = {name: jnp.zeros_like(state.tie, dtype=bool) for name in FLAGS}
    first |= calm | {"tie": state.tie}
    _, rest = jax.lax.scan(one_year, state, phases.Year(levers, ready.noise, ready.innovations, ready.course))
    seen: dict[str, Array] = jax.tree.map(lambda a, b: jnp.concatenate([jnp.asarray(a, b.dtype)[None], b]), first, rest)
    return seen


def still(world: World, years: int) -> Levers:
    """Levers of some years that change nothing, [year, ...]."""
    return Levers(*(np.broadcast_to(value, (years, *value.shape)) for value in no_levers(world)))
