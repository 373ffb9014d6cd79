"""The published distribution keeps the law's ranks and what levers do, and has the pool's quantiles."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.simulate.coupling import COUPLED, LEVELS, Coupling, _added, couple, modelled, uncoupled
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.frozen import Frozen
from moorings.simulate.levers import compile_levers, parse_lever
from moorings.simulate.start import Scene
from worlds import END, START, Params, made_up_params, tiny_scene

MEMBERS = 60
PROBABILITIES = (np.arange(LEVELS) + 0.5) / LEVELS


@pytest.fixture(scope="module")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="module")
def params(scene: Scene) -> Params:
    return made_up_params(scene.system.states)


@pytest.fixture(scope="module")
def law(scene: Scene, params: Params) -> Paths:
    return simulate(scene, params, Run(MEMBERS, 1, END))


def quantiles_of(paths: Paths, name: str) -> np.ndarray:
    """[year, S, level], 0 for states without the quantity."""
    seen = np.asarray(modelled(paths.values)[name])
    return np.nan_to_num(np.moveaxis(np.quantile(seen, PROBABILITIES, axis=0, method="hazen"), 0, -1))


@pytest.fixture(scope="module")
def pool(law: Paths) -> dict[str, np.ndarray]:
    """Half again as wide as the law, and moved."""
    found = {}
    for name in COUPLED:
        own = quantiles_of(law, name)
        middle = own.mean(axis=-1, keepdims=True)
        found[name] = middle + 0.2 + 1.5 * (own - middle)
    return found


@pytest.fixture(scope="module")
def coupling(law: Paths, pool: dict[str, np.ndarray]) -> Coupling:
    return couple({name: quantiles_of(law, name) for name in COUPLED}, pool)


@pytest.fixture(scope="module")
def published(scene: Scene, params: Params, coupling: Coupling) -> Paths:
    return simulate(scene, params, Run(MEMBERS, 1, END, coupling=coupling))


def pulled(scene: Scene, params: Params, text: str, baseline: Paths) -> Paths:
    compiled = compile_levers([parse_lever(text, scene, END)], scene, baseline)
    return simulate(scene, params, Run(MEMBERS, 1, END, compiled, shift=baseline.shift))


def test_members_take_the_quantiles_of_the_pool(published: Paths, pool: dict[str, np.ndarray]) -> None:
    inner = slice(2, -2)  # beyond the outermost quantiles the tails keep the law's shape
    for name in ("gdp", "burden", "ideal"):
        found = quantiles_of(published, name)[..., inner]
        np.testing.assert_allclose(found, np.nan_to_num(pool[name])[..., inner], atol=0.01, err_msg=name)


def test_members_keep_their_ranks(law: Paths, published: Paths) -> None:
    for name in ("burden", "ideal_point"):
        before, after = (np.argsort(paths.values[name][:, -1, 1]) for paths in (law, published))
        np.testing.assert_array_equal(before, after)


def test_without_a_map_the_law_stands(scene: Scene, params: Params, law: Paths) -> None:
    states = len(scene.system.states)
    same = simulate(scene, params, Run(MEMBERS, 1, END, coupling=uncoupled(END - START + 1, states)))
    for name, value in law.values.items():
        np.testing.assert_array_equal(same.values[name], value, err_msg=name)
    assert all(not shift.any() for shift in same.shift.values())


def test_nothing_is_added_where_the_pool_is_missing(law: Paths) -> None:
    own = {name: quantiles_of(law, name) for name in COUPLED}
    found = couple(own, {name: np.full_like(value, np.nan) for name, value in own.items()})
    assert all(not added.any() for added in found.added.values())


def test_members_of_equal_value_spread_over_what_the_pool_has_at_their_ranks() -> None:
    law = np.concatenate([np.zeros(LEVELS // 2), np.linspace(0.5, 1.0, LEVELS // 2)])
    pool = np.linspace(0.0, 1.0, LEVELS)
    ranks = (np.arange(500) + 0.5) / 500
    found = np.array([float(_added(0.0, law, pool - law, rank)) for rank in ranks])
    # half of the pool's quantiles belong to them, lowest to highest
    assert np.all(np.diff(found) >= 0)
    assert found.mean() == pytest.approx(pool[: LEVELS // 2].mean(), abs=0.01)
    assert np.ptp(found) == pytest.approx(0.5, abs=0.05)
    # a value that stands alone looks at its own place
    assert float(_added(law[30], law, pool - law, 0.9)) == pytest.approx(pool[30] - law[30])


def test_distance_has_a_pool_of_its_own(scene: Scene, published: Paths, pool: dict[str, np.ndarray]) -> None:
    ally = scene.system.states.index("AAA")
    found = quantiles_of(published, "distance")[:, ally, 2:-2]
    wanted = pool["distance"][:, ally, 2:-2]
    # no distance is below 0: there, and at the quantile that straddles it, members stand at 0
    above = wanted > 0.05
    assert above.mean() > 0.8
    np.testing.assert_allclose(found[above], wanted[above], atol=0.01)


def test_drift_follows_the_published_positions(scene: Scene, law: Paths, published: Paths) -> None:
    ally = scene.system.states.index("AAA")
    assert not np.allclose(published.values["drift"][:, 1:, ally], law.values["drift"][:, 1:, ally])


@pytest.mark.parametrize(("text", "name"), [("troops(AAA)=-50%", "troops"), ("burden(AAA)=+20%", "burden")])
def test_a_factor_acts_on_the_published_baseline(
    scene: Scene, params: Params, published: Paths, text: str, name: str
) -> None:
    found, ally = pulled(scene, params, text, published), scene.system.states.index("AAA")
    factor = {"troops": 0.5, "burden": 1.2}[name]
    expected = factor * published.values[name][:, 1:, ally]
    np.testing.assert_allclose(found.values[name][:, 1:, ally], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "name", "level"), [("troops(AAA)=0", "troops", 0), ("burden(AAA)=3%", "burden", 0.03)]
)
def test_a_level_stands_as_it_is(
    scene: Scene, params: Params, published: Paths, text: str, name: str, level: float
) -> None:
    found, ally = pulled(scene, params, text, published), scene.system.states.index("AAA")
    np.testing.assert_allclose(found.values[name][:, 1:, ally], level, rtol=1e-12)


def test_a_lever_does_to_others_what_the_law_says(scene: Scene, params: Params, law: Paths, published: Paths) -> None:
    text, ally = "hostility(KKK)=0.9", scene.system.states.index("AAA")
    plain, coupled = pulled(scene, params, text, law), pulled(scene, params, text, published)
    by_law = np.log(plain.values["burden"] / law.values["burden"])[:, :, ally]
    told = np.log(coupled.values["burden"] / published.values["burden"])[:, :, ally]
    assert np.abs(by_law).max() > 1e-4
    np.testing.assert_allclose(told, by_law, atol=1e-12)


def test_frozen_members_are_published_too(scene: Scene, params: Params, coupling: Coupling, published: Paths) -> None:
    frozen = Frozen(scene, params, 1, END, coupling)
    lever = parse_lever("troops(AAA)=-50%", scene, END)
    exact = simulate(
        scene, params, Run(MEMBERS, 1, END, compile_levers([lever], scene, published), shift=published.shift)
    )
    ally, names = scene.system.states.index("AAA"), ("burden", "troops", "alignment_distance", "drift")
    halved, plain = frozen.replay([lever], names, MEMBERS, "AAA"), frozen.replay([], names, MEMBERS)
    for name in names:
        wanted, before = (paths.values[name][:, :, ally] for paths in (exact, published))
        np.testing.assert_allclose(halved[name], wanted, rtol=1e-4, atol=2e-3, err_msg=name)
        np.testing.assert_allclose(plain[name][:, :, ally], before, rtol=1e-4, atol=2e-3, err_msg=name)
