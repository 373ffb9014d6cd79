"""Threat and gap move the way the theory says."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from moorings.model import phases, threat
from moorings.model.phases import Year
from moorings.model.state import Params, State
from moorings.simulate.start import Scene


def threatened(scene: Scene, params: Params, state: State, year: Year) -> State:
    return phases.threaten(params, scene.world, state, year)


def stronger(state: State, index: int, by: float = 0.5) -> State:
    return state._replace(gdp=state.gdp._replace(y=state.gdp.y.at[index].add(by)))


def test_weight_falls_with_distance() -> None:
    assert float(threat.nearness(jnp.asarray(0.0))) == 1
    assert float(threat.nearness(jnp.log1p(jnp.asarray(1000.0)))) == pytest.approx(0.5)


def test_an_adversarys_power_is_a_threat_to_allies_only(scene: Scene, params: Params, state: State, year: Year) -> None:
    foe = scene.system.states.index("KKK")
    before, after = (threatened(scene, params, s, year) for s in (state, stronger(state, foe)))
    ally = np.asarray(scene.world.ally) > 0
    np.testing.assert_allclose((after.threat - before.threat)[ally], 0.5, rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(after.threat)[~ally], 0)
    assert (np.asarray(after.gap - before.gap)[ally] > 0).all()


@pytest.mark.parametrize("who", ["AAA", "USA"])
def test_own_and_the_patrons_power_narrow_the_gap(
    scene: Scene, params: Params, state: State, year: Year, who: str
) -> None:
    before = threatened(scene, params, state, year)
    after = threatened(scene, params, stronger(state, scene.system.states.index(who)), year)
    ally = scene.system.states.index("AAA")
    assert float(after.gap[ally]) < float(before.gap[ally])
    assert float(after.threat[ally]) == float(before.threat[ally])


def test_belief_in_the_patron_narrows_the_gap(scene: Scene, params: Params, state: State, year: Year) -> None:
    before = threatened(scene, params, state, year)
    after = threatened(scene, params, state._replace(belief=state.belief + 1), year)
    ally = np.asarray(scene.world.ally) > 0
    assert (np.asarray(after.gap - before.gap)[ally] < 0).all()


def test_rivalry_disputes_and_the_lever_make_hostility(scene: Scene, params: Params, state: State, year: Year) -> None:
    before = np.asarray(threatened(scene, params, state, year).threat)
    ally = np.asarray(scene.world.ally) > 0
    foe = scene.system.states.index("KKK")
    lever = year.levers._replace(hostility=jnp.asarray(year.levers.hostility).at[foe].set(1.0))
    changes = {
        "calm": threatened(scene, params, state._replace(rivalry=0 * state.rivalry), year),
        "dispute": threatened(scene, params, state._replace(stock=state.stock + 1), year),
        "lever": threatened(scene, params, state, year._replace(levers=lever)),
    }
    found = {name: np.asarray(after.threat)[ally] - before[ally] for name, after in changes.items()}
    assert (found["calm"] < 0).all()
    assert (found["dispute"] > 0).all()
    np.testing.assert_allclose(found["lever"], 1.0, rtol=1e-6)


def test_a_tie_lends_power_both_ways(scene: Scene, params: Params, state: State, year: Year) -> None:
    alone = threatened(scene, params, state._replace(tie=0 * state.tie), year)
    pair = scene.pairs.index(("AAA", "BBB"))
    tied = threatened(scene, params, state._replace(tie=jnp.zeros_like(state.tie).at[pair].set(3.0)), year)
    change = np.asarray(tied.gap - alone.gap)
    for name in ("AAA", "BBB"):
        assert change[scene.system.states.index(name)] < 0
    assert change[scene.system.states.index("PPP")] == 0


def test_a_rival_lends_no_power(scene: Scene, params: Params, state: State, year: Year) -> None:
    pair = scene.pairs.index(("AAA", "BBB"))
    tied = state._replace(tie=jnp.zeros_like(state.tie).at[pair].set(3.0))
    quarrel = tied._replace(rivalry=tied.rivalry.at[pair].set(1.0))
    alone = threatened(scene, params, state._replace(tie=0 * state.tie), year)
    np.testing.assert_array_equal(threatened(scene, params, quarrel, year).gap, alone.gap)


def test_an_own_rival_elsewhere_is_a_threat(scene: Scene, params: Params, state: State, year: Year) -> None:
    ally = scene.system.states.index("AAA")
    before = threatened(scene, params, state, year).threat
    met = scene.world._replace(rivals_elsewhere=scene.world.rivals_elsewhere.at[ally].set(jnp.exp(before[ally])))
    change = np.asarray(phases.threaten(params, met, state, year).threat - before)
    assert change[ally] == pytest.approx(np.log(2), rel=1e-6)
    assert np.count_nonzero(change) == 1


def test_backbone_adds_up(scene: Scene, params: Params, state: State, year: Year) -> None:
    growing = year._replace(levers=year.levers._replace(backbone=jnp.asarray(0.1)))
    once = threatened(scene, params, state, growing)
    twice = threatened(scene, params, once, growing)
    assert float(twice.backbone) == pytest.approx(0.2)
    ally = scene.system.states.index("AAA")
    assert float(twice.gap[ally]) < float(once.gap[ally]) < float(threatened(scene, params, state, year).gap[ally])


def test_credence_is_a_probability(scene: Scene, params: Params, state: State) -> None:
    for level in (-50.0, 0.0, 50.0):
        found = phases.believed_support(params, scene.world, state, jnp.full_like(state.belief, level))
        assert isinstance(found, jax.Array)
        assert ((found >= 0) & (found <= 1)).all()
