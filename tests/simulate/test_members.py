"""Members side by side: the same law as one by one, and the same course where nothing moves a quantity."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from moorings.model import phases
from moorings.model.state import Params, State
from moorings.simulate import members
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.outlook import outlook
from moorings.simulate.start import CARRIED_YEARS, Scene
from worlds import START, made_up_params, tiny_scene

YEARS, MEMBERS = 6, 3


@pytest.fixture(scope="module")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="module")
def ready(scene: Scene) -> members.Ready:
    carried = tuple(range(START - CARRIED_YEARS + 1, START + YEARS + 1))
    names = Names(*(jnp.asarray(x) for x in name_counters(carried, scene.system.states, scene.pairs)))
    table = made_up_params(scene.system.states)
    params = {k: {name: jnp.asarray(value[:MEMBERS]) for name, value in group.items()} for k, group in table.items()}
    ids = jnp.arange(MEMBERS, dtype=jnp.uint32)
    counts = members.moved(scene.world)
    draw = jax.jit(members.drawn, static_argnums=0)
    made: members.Ready = draw(counts, params, scene.world, scene.start, names, jnp.asarray(seed_word(1)), ids)
    return made


step = jax.jit(phases.step)


def pulled(scene: Scene) -> Any:
    """Levers of every year that change much."""
    levers = members.still(scene.world, YEARS)
    ally, adversary = (np.asarray(getattr(scene.world, name)) > 0 for name in ("ally", "adversary"))
    return levers._replace(
        burden_level=np.tile(np.where(ally, 0.04, np.nan), (YEARS, 1)),
        troops_level=np.tile(np.where(ally, 10.0, np.nan), (YEARS, 1)),
        capability=np.tile(np.where(adversary, 0.2, 0.0), (YEARS, 1)),
        hostility=np.tile(np.where(adversary, 1.0, 0.0), (YEARS, 1)),
        style=np.full(YEARS, -1.0),
        demand=np.full(YEARS, 0.05),
        trilateral=np.full(YEARS, 2.0),
    )


def alone(scene: Scene, ready: members.Ready, k: int) -> tuple[Params, State, list[phases.Year]]:
    """One member without the axis, its margins of all states again, and its years under levers."""
    drawn = ready._replace(state=ready.state._replace(**dict.fromkeys(members.SHARED)))
    own = jax.tree.map(lambda value: value[..., k], drawn)
    shared = {name: getattr(ready.state, name)[:, 0] for name in members.SHARED}
    levers = pulled(scene)
    years = [
        phases.Year(*(jax.tree.map(lambda value, t=t: jnp.asarray(value[t]), part) for part in (levers, *own[2:])))
        for t in range(YEARS)
    ]
    return own.params, own.state._replace(**shared), years


def test_side_by_side_members_go_as_they_go_alone(scene: Scene, ready: members.Ready) -> None:
    levers = members.of_members(jax.tree.map(jnp.asarray, pulled(scene)), 1)
    seen = members.unroll(scene.world, ready, levers)
    for k in range(MEMBERS):
        params, state, years = alone(scene, ready, k)
        world = members.as_assumed(params, scene.world)
        for t, year in enumerate(years):
            state, happened = step(params, world, state, year)
            for name, value in (outlook(params, world, state) | happened).items():
                found = seen[name][t + 1][..., k]
                np.testing.assert_allclose(found, value, rtol=1e-9, atol=1e-9, err_msg=f"{name}, year {t}")


def test_what_runs_its_course_is_moved_by_nothing(scene: Scene, ready: members.Ready) -> None:
    """The law with margins of all states comes to the same values under levers that change much."""
    world = scene.world
    for k in range(MEMBERS):
        params, state, years = alone(scene, ready, k)
        whole = begun(scene, params, k)
        here = members.as_assumed(params, world)
        for t, year in enumerate(years):
            whole = step(params, here, whole, year._replace(course={})).state
            state = step(params, here, state, year).state
            for name, count in members.moved(world):
                np.testing.assert_allclose(
                    getattr(whole, name).y[count:], year.course[name], err_msg=f"{name}, year {t}"
                )
                np.testing.assert_allclose(getattr(whole, name).y, getattr(state, name).y, err_msg=f"{name}, year {t}")
    burden = np.asarray(whole.burden.y)
    assert np.any(np.abs(burden[: dict(members.moved(world))["burden"]] - np.log(0.04)) < 1e-9)  # levers were pulled


def begun(scene: Scene, params: Params, member: int) -> State:
    """The member's start with margins of all states."""
    years = tuple(range(START - CARRIED_YEARS + 1, START + 1))
    names = Names(*(jnp.asarray(x) for x in name_counters(years, scene.system.states, scene.pairs)))
    noise = yearly_noise(jnp.asarray(seed_word(1)), jnp.uint32(member), names)
    return members.begin(params, scene.world, scene.start, noise)
