"""A patron's alliances year by year: each year's own allies and adversaries, all scenes of one shape.

The law is compiled once for a shape. A year with fewer states or pairs than the largest is filled up with states that
have nothing and pairs that join nobody, so every year takes the same code and no value changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from moorings.jobs.alliances import alliances
from moorings.jobs.opening import scene_at

if TYPE_CHECKING:
    from moorings.model.state import World
    from moorings.simulate.start import Scene, Start


class Size(NamedTuple):
    """Number of states, of those up to the last ally, of pairs with an adversary, and of other pairs."""

    states: int
    allied: int
    foes: int
    others: int


def alliance_scenes(name: str, years: Iterable[int]) -> dict[int, Scene]:
    """Year -> the scene of the alliances that stood in it, filled up to one size; nothing later than the year is read.

    Raises
    ------
    InputError
        For a year outside of those that the panel covers.
    """
    opened = alliances(name, sorted(set(years)))
    scenes = {system.start: scene_at(system, observations, system.start) for system, observations in opened}
    size = Size(*np.max([_axes(scene) for scene in scenes.values()], axis=0).tolist())
    return {year: filled_up(scene, size) for year, scene in scenes.items()}


def filled_up(scene: Scene, size: Size) -> Scene:
    """The scene with empty states at the end, and empty pairs at the end of either kind.

    The empty states are named `empty 1` and so on, and stand among the system's partners.
    """
    more = Size(*(wanted - there for wanted, there in zip(size, _axes(scene), strict=True)))
    empty = tuple(f"empty {k + 1}" for k in range(more.states))
    none = np.zeros(more.states, dtype=bool)
    return replace(
        scene,
        system=replace(scene.system, partners=(*scene.system.partners, *empty)),
        pairs=_named(scene, more),
        world=_world(scene.world, more),
        start=_start(scene.start, more, len(scene.world.foes)),
        known={name: np.concatenate([has, none]) for name, has in scene.known.items()},
    )


def _axes(scene: Scene) -> Size:
    foes = len(scene.world.foes)
    return Size(len(scene.system.states), scene.world.allied, foes, len(scene.pairs) - foes)


def _named(scene: Scene, more: Size) -> tuple[tuple[str, str], ...]:
    foes = len(scene.world.foes)
    empty = [(f"empty {k + 1}", "") for k in range(more.foes + more.others)]
    return (*scene.pairs[:foes], *empty[: more.foes], *scene.pairs[foes:], *empty[more.foes :])


def _more(value: Any, count: int, fill: float, axis: int = -1) -> Any:
    """`count` places more along an axis."""
    import jax.numpy as jnp

    before = np.asarray(value)
    shape = list(before.shape)
    shape[axis] = count
    return jnp.asarray(np.concatenate([before, np.full(shape, fill, dtype=before.dtype)], axis=axis))


def _more_pairs(value: Any, more: Size, foes: int) -> Any:
    """Zeros for empty pairs, after the `foes` that there are and at the end, along the first axis."""
    import jax.numpy as jnp

    before = np.asarray(value)
    return jnp.asarray(np.insert(before, [foes] * more.foes + [len(before)] * more.others, 0, axis=0))


def _world(world: World, more: Size) -> World:
    import jax.numpy as jnp

    from moorings.model.pairs import OF_PAIRS
    from moorings.simulate.start import NO_POWER

    fills = {
        "patron": 0,
        "ally": 0,
        "adversary": 0,
        "arms_volume": 0,
        "remoteness": 0,
        "embedded": 0,
        "rivals_elsewhere": 0,
    }
    by_state = fills | {"power_offset": NO_POWER, "unprotected": 1}
    foes = len(world.foes)
    ends = {end: _more(getattr(world, end), more.states, 0) for end in ("first", "second")}
    of_pairs = {name: getattr(world, name) for name in OF_PAIRS} | ends
    # an empty state shares its partners with no one but itself
    together = np.array(_more(_more(world.together, more.states, 0), more.states, 0, 0))
    alone = np.arange(len(together))[len(together) - more.states :]
    together[alone, alone] = 1.0
    return world._replace(
        together=jnp.asarray(together),
        fellows=_more(_more(world.fellows, more.states, 0), more.states, 0, 0),
        **{name: _more(getattr(world, name), more.allied, 0) for name in ("elsewhere", "lesser")},
        company=_more(world.company, more.allied, 1),
        **{
            name: _more(getattr(world, name), more.allied, 0)
            for name in ("kept", "ordered", "feuds", "armed_elsewhere")
        },
        **{name: _more(getattr(world, name), more.foes, 0) for name in ("foes", "opposed")},
        **{name: _more(getattr(world, name), more.states, fill) for name, fill in by_state.items()},
        **{name: _more_pairs(value, more, foes) for name, value in of_pairs.items()},
    )


def _start(start: Start, more: Size, foes: int) -> Start:
    from moorings.model.arms import UNKNOWN
    from moorings.model.shocks import MARGINS

    years = start.gdp.observed.shape[0]
    # as of a state of which nothing was seen
    never = {
        "observed": np.nan,
        "ally": 0,
        "first": years,
        "value": 0,
        "carried": 0,
        "own": 0,
        "aside": np.nan,
        "blur": np.nan,
        "home": np.nan,
    }
    histories = {
        name: (past := getattr(start, name))._replace(
            **{field: _more(getattr(past, field), more.states, fill) for field, fill in never.items()}
        )
        for name in MARGINS
    }
    before = np.asarray(_more(start.arms_before, more.states, np.nan)).copy()
    before[0] = np.nan_to_num(before[0])
    return start._replace(
        **histories,
        arms_before=before,
        arms_seen=_more(start.arms_seen, more.states, np.nan),
        ahead=_more(start.ahead, more.allied, UNKNOWN),
        **{name: _more(getattr(start, name), more.states, 0) for name in ("rung", "obligation")},
        **{name: _more_pairs(getattr(start, name), more, foes) for name in ("tie", "rivalry", "stock", "quiet")},
    )
