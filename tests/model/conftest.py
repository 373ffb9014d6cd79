"""A toy state of a made-up system, before any year of the law."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from moorings.model import shocks
from moorings.model.phases import Year
from moorings.model.state import Params, State
from moorings.simulate import members
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise
from moorings.simulate.start import CARRIED_YEARS, Scene
from worlds import START, made_up_params, tiny_scene


@pytest.fixture(scope="session")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="session")
def params(scene: Scene) -> Params:
    """One draw."""
    table = made_up_params(scene.system.states)
    return {
        equation: {name: jnp.asarray(value[0]) for name, value in group.items()} for equation, group in table.items()
    }


@pytest.fixture(scope="session")
def noises(scene: Scene) -> dict[str, jax.Array]:
    years = tuple(range(START - CARRIED_YEARS + 1, START + 2))
    counters = name_counters(years, scene.system.states, scene.pairs)
    names = Names(*(jnp.asarray(x) for x in counters))
    drawn: dict[str, jax.Array] = jax.jit(yearly_noise)(jnp.asarray(seed_word(1)), jnp.uint32(3), names)
    return drawn


@pytest.fixture(scope="session")
def state(scene: Scene, params: Params, noises: dict[str, jax.Array]) -> State:
    past = {name: value[:CARRIED_YEARS] for name, value in noises.items()}
    begun: State = jax.jit(members.begin)(params, scene.world, scene.start, past)
    return begun


@pytest.fixture(scope="session")
def year(scene: Scene, params: Params, noises: dict[str, jax.Array]) -> Year:
    """A year without levers in which no event happens: every uniform is almost 1."""
    noise = {name: value[CARRIED_YEARS] for name, value in noises.items()}
    events = (*shocks.UNIFORM_BY_STATE, *shocks.UNIFORM_BY_PAIR)
    calm = {name: jnp.full_like(noise[name], 1 - 1e-12) for name in events}
    fresh = shocks.innovations(params, scene.world, jnp.zeros(len(shocks.SHARED)), noise | calm)
    return Year(members.no_levers(scene.world), noise | calm, fresh)
