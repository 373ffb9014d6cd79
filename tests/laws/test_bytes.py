"""Same inputs, same bytes; and what must not matter does not."""

from __future__ import annotations

import jax
import numpy as np
import polars as pl
import pytest

from moorings.simulate import engine
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.levers import compile_levers
from moorings.simulate.start import Scene
from worlds import END, START, Params, made_up_params, tiny_observations, tiny_scene, tiny_system

MEMBERS = 24


def assert_same(one: Paths, two: Paths, members: slice = slice(None), of: slice = slice(None)) -> None:
    """Bit for bit, with missing values at the same places."""
    for name in one.values:
        np.testing.assert_array_equal(one.values[name][members], two.values[name][of], err_msg=name)
    for name in one.flags:
        np.testing.assert_array_equal(one.flags[name][members], two.flags[name][of], err_msg=name)
    np.testing.assert_array_equal(one.strands[:, members], two.strands[:, of])
    np.testing.assert_array_equal(one.draw[members], two.draw[of])


def test_same_seed_same_bytes(scene: Scene, params: Params, baseline: Paths) -> None:
    assert_same(baseline, simulate(scene, params, Run(MEMBERS, 1, END)))


def test_another_seed_differs_in_every_moving_variable(scene: Scene, params: Params, baseline: Paths) -> None:
    other = simulate(scene, params, Run(MEMBERS, 2, END))
    ally = scene.system.states.index("AAA")
    for name in ("gdp", "burden", "troops", "ideal_point", "arms_dependence", "commitment"):
        assert not np.isclose(baseline.values[name][:, -1, ally], other.values[name][:, -1, ally]).any(), name


@pytest.mark.parametrize("members", [1, 7, 16, 17])
def test_fewer_members_are_the_first_ones(scene: Scene, params: Params, baseline: Paths, members: int) -> None:
    assert_same(baseline, simulate(scene, params, Run(members, 1, END)), slice(members))


def test_members_can_be_shared_among_workers(scene: Scene, params: Params, baseline: Paths) -> None:
    late = simulate(scene, params, Run(MEMBERS - 10, 1, END, first_member=10))
    assert_same(baseline, late, slice(10, None))


def test_another_size_of_chunk_changes_rounding_at_most(
    scene: Scene, params: Params, baseline: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHUNK", 5)
    other = simulate(scene, params, Run(MEMBERS, 1, END))
    for name, value in baseline.values.items():
        np.testing.assert_allclose(other.values[name], value, rtol=1e-10, atol=1e-10, err_msg=name)
    for name, flag in baseline.flags.items():
        np.testing.assert_array_equal(other.flags[name], flag, err_msg=name)


def test_no_lever_no_change(scene: Scene, params: Params, baseline: Paths) -> None:
    still = compile_levers([], scene, baseline)
    assert_same(baseline, simulate(scene, params, Run(MEMBERS, 1, END, still)))


def test_levers_keep_to_their_members_when_work_is_shared(scene: Scene, params: Params, baseline: Paths) -> None:
    still = compile_levers([], scene, baseline)
    shrunk = still._replace(troops=np.where(np.asarray(scene.world.ally) > 0, 0.5, 1.0) * np.asarray(still.troops))
    logs = np.log1p(baseline.values["troops"][:, 1:])
    whole = simulate(scene, params, Run(MEMBERS, 1, END, shrunk._replace(troops_before=logs)))
    part = simulate(scene, params, Run(MEMBERS - 6, 1, END, shrunk._replace(troops_before=logs[6:]), first_member=6))
    assert_same(whole, part, slice(6, None))


def test_nothing_after_the_origin_is_used(scene: Scene, params: Params, baseline: Paths) -> None:
    seen = tiny_observations(tiny_system(), until=END)
    later = pl.col("year") > START
    altered = seen.with_columns(pl.when(later).then(pl.col("value") * 3 + 1).otherwise(pl.col("value")).alias("value"))
    assert altered.filter(later).height > 0
    fooled = tiny_scene(observations=altered)
    unseen = tiny_scene(observations=tiny_observations(tiny_system(), until=START))
    for other in (fooled, unseen):
        jax.tree.map(np.testing.assert_array_equal, (scene.world, scene.start), (other.world, other.start))
        assert other.last_seen == scene.last_seen
    assert_same(baseline, simulate(fooled, params, Run(MEMBERS, 1, END)))


def test_an_earlier_end_is_the_beginning_of_a_later_one(scene: Scene, params: Params, baseline: Paths) -> None:
    short = simulate(scene, params, Run(MEMBERS, 1, END - 2))
    for name, value in short.values.items():
        np.testing.assert_allclose(value, baseline.values[name][:, :-2], rtol=1e-12, atol=1e-12, err_msg=name)


def test_an_added_partner_leaves_the_noise_of_others(params: Params, baseline: Paths) -> None:
    system = tiny_system(partners=("PPP", "QQQ"))
    more = tiny_scene(system)
    still = {name: dict(group) for name, group in made_up_params(system.states).items()}
    for name in ("burden", "ideal", "arms"):
        still[name]["gap"] = np.zeros_like(still[name]["gap"])
    fewer = {name: dict(group) for name, group in still.items()}
    for name, value in fewer["commitment"].items():
        fewer["commitment"][name] = value[:, :-1] if value.ndim > 1 else value
    fewer["assumed"]["power"] = fewer["assumed"]["power"][:, :-1]
    run = Run(MEMBERS, 1, END)
    with_it, without = simulate(more, still, run), simulate(tiny_scene(), fewer, run)
    for name in ("gdp", "burden", "ideal_point", "troops", "arms_dependence", "commitment", "obligation"):
        np.testing.assert_allclose(with_it.values[name][:, :, :-1], without.values[name], rtol=1e-12, err_msg=name)


def test_relabelling_permutes(baseline: Paths, scene: Scene) -> None:
    turned = tiny_scene(tiny_system(allies=("BBB", "AAA")))
    states = turned.system.states
    again = simulate(turned, made_up_params(states), Run(MEMBERS, 1, END))
    place = [states.index(state) for state in scene.system.states]
    for name, value in baseline.values.items():
        np.testing.assert_allclose(again.values[name][:, :, place], value, rtol=1e-9, atol=1e-9, err_msg=name)
    pairs = [frozenset(pair) for pair in turned.pairs]
    order = [pairs.index(frozenset(pair)) for pair in scene.pairs]
    for name, flag in baseline.flags.items():
        np.testing.assert_array_equal(again.flags[name][:, :, order], flag, err_msg=name)


def test_an_ally_without_obligation_stands_in_whichever_comes_first() -> None:
    for allies in (("AAA", "BBB"), ("BBB", "AAA")):
        system = tiny_system(allies=allies)
        seen = tiny_observations(system).filter(~((pl.col("state") == "BBB") & (pl.col("variable") == "obligation")))
        tied = seen.with_columns(
            pl.when((pl.col("variable") == "tie") & (pl.col("state") == "AAA") & (pl.col("other") == "BBB"))
            .then(3.0)
            .otherwise(pl.col("value"))
            .alias("value")
        )
        scene = tiny_scene(system, tied)
        found = engine.opening(scene, made_up_params(system.states), 2, 1)["substitutes"]
        assert (found[:, system.states.index("AAA")] == 1).all()
        assert (found[:, system.states.index("BBB")] == 0).all()
