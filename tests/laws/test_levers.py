"""What a lever does, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.levers import KINDS, compile_levers, parse_lever
from moorings.simulate.start import Scene
from worlds import END, START, Params

MEMBERS = 24
EVERY = (
    *("troops(AAA)=-50%", "troops(AAA)=1000", "guarantee(AAA)=0", "backbone=-5%", "style=-1", "demand=5%", "role=0"),
    *("capability(KKK)=+5%", "hostility(KKK)=1", "crisis(AAA, KKK)=abandoned", "burden(AAA)=+100%", "burden(AAA)=0.1"),
    *("trilateral=3",),
)


def pulled(scene: Scene, params: Params, baseline: Paths, *texts: str) -> Paths:
    levers = compile_levers([parse_lever(text, scene, END) for text in texts], scene, baseline)
    return simulate(scene, params, Run(MEMBERS, 1, END, levers))


def path(paths: Paths, scene: Scene, name: str, state: str) -> np.ndarray:
    return paths.values[name][:, :, scene.system.states.index(state)]


@pytest.mark.parametrize("text", EVERY)
def test_every_lever_changes_something_later_and_nothing_at_the_start(
    scene: Scene, params: Params, baseline: Paths, text: str
) -> None:
    moved = pulled(scene, params, baseline, text)
    same = [np.array_equal(moved.values[name], baseline.values[name], equal_nan=True) for name in baseline.values]
    same += [np.array_equal(moved.flags[name], baseline.flags[name]) for name in baseline.flags]
    assert not all(same)
    for name, value in baseline.values.items():
        np.testing.assert_array_equal(moved.values[name][:, 0], value[:, 0], err_msg=name)
        assert np.array_equal(np.isfinite(moved.values[name]), np.isfinite(value)), name


def test_every_kind_is_tried() -> None:
    assert {text.split("=")[0].split("(")[0] for text in EVERY} == set(KINDS)


@pytest.mark.parametrize("name", ["troops", "burden"])
def test_a_per_cent_changes_the_members_own_path(scene: Scene, params: Params, baseline: Paths, name: str) -> None:
    moved = pulled(scene, params, baseline, f"{name}(AAA)=-50%@{START + 2}..{START + 3}")
    was, now = path(baseline, scene, name, "AAA"), path(moved, scene, name, "AAA")
    np.testing.assert_array_equal(now[:, :2], was[:, :2])
    np.testing.assert_allclose(now[:, 2:4], was[:, 2:4] / 2, rtol=1e-9)


def test_a_level_is_reached(scene: Scene, params: Params, baseline: Paths) -> None:
    moved = pulled(scene, params, baseline, "troops(AAA)=1000", "burden(BBB)=5%")
    np.testing.assert_allclose(path(moved, scene, "troops", "AAA")[:, 1:], 1000, rtol=1e-9)
    np.testing.assert_allclose(path(moved, scene, "burden", "BBB")[:, 1:], 0.05, rtol=1e-9)


def test_an_unrelated_lever_leaves_the_other_allies_first_year(scene: Scene, params: Params, baseline: Paths) -> None:
    moved = pulled(scene, params, baseline, "troops(AAA)=-90%", "guarantee(AAA)=0")
    for name in ("gdp", "burden", "ideal_point", "troops", "arms_dependence", "commitment", "credence"):
        for state in ("BBB", "KKK", "PPP", "USA"):
            now, was = path(moved, scene, name, state), path(baseline, scene, name, state)
            np.testing.assert_array_equal(now[:, :2], was[:, :2], err_msg=f"{name} {state}")


def test_levers_of_size_nought_change_nothing(scene: Scene, params: Params, baseline: Paths) -> None:
    for text in ("backbone=0", "style=0", "capability(KKK)=0", "hostility(KKK)=0", "trilateral=0", "troops(AAA)=-0%"):
        moved = pulled(scene, params, baseline, text)
        for name, value in baseline.values.items():
            np.testing.assert_array_equal(moved.values[name], value, err_msg=f"{text} {name}")


def test_withdrawal_is_no_drift(scene: Scene, params: Params, baseline: Paths) -> None:
    """With responses that do not answer to the gap, what the patron does changes withdrawal and never drift."""
    deaf = {name: dict(group) for name, group in params.items()}
    for group in deaf.values():
        if "gap" in group:
            group["gap"] = np.zeros_like(group["gap"])
    before = simulate(scene, deaf, Run(MEMBERS, 1, END))
    after = pulled(scene, deaf, before, "troops(AAA)=-100%", "guarantee(AAA)=0", "backbone=-10%", "style=-1")
    ally = scene.system.states.index("AAA")
    np.testing.assert_array_equal(after.strands[:, :, :, ally][:5], before.strands[:, :, :, ally][:5])
    assert (path(after, scene, "drift", "AAA") <= path(before, scene, "drift", "AAA")).all()
    assert (path(after, scene, "withdrawal", "AAA")[:, -1] > path(before, scene, "withdrawal", "AAA")[:, -1]).all()


def test_spending_more_is_autonomy_and_no_drift(scene: Scene, params: Params, baseline: Paths) -> None:
    moved = pulled(scene, params, baseline, "burden(AAA)=+50%")
    change = path(moved, scene, "autonomy", "AAA") - path(baseline, scene, "autonomy", "AAA")
    np.testing.assert_allclose(change[:, 1:], np.log(1.5) / params["tether"]["sd burden"][0], rtol=1e-9)
    np.testing.assert_array_equal(
        path(moved, scene, "drift", "AAA")[:, :2], path(baseline, scene, "drift", "AAA")[:, :2]
    )


def test_a_crisis_is_tested_once_with_the_outcome_named(scene: Scene, params: Params, baseline: Paths) -> None:
    moved = pulled(scene, params, baseline, f"crisis(AAA, KKK)=abandoned@{START + 2}")
    pair = scene.pairs.index(("AAA", "KKK"))
    assert moved.flags["abandoned"][:, 2, pair].all()
    assert not moved.flags["supported"][:, 2, pair].any()
    assert not moved.flags["abandoned"][:, 3, pair].all()
    fall = path(baseline, scene, "credence", "AAA")[:, 2] - path(moved, scene, "credence", "AAA")[:, 2]
    # of a dispute in which the patron was not known to be asked an ally learns less
    assert (fall > 0).all()


def test_troops_cut_lowers_commitment_from_the_next_year_on(scene: Scene, params: Params, baseline: Paths) -> None:
    moved = pulled(scene, params, baseline, "troops(AAA)=-90%")
    change = path(moved, scene, "commitment", "AAA") - path(baseline, scene, "commitment", "AAA")
    np.testing.assert_array_equal(change[:, :2], 0)
    assert (change[:, 2:] < 0).all()
    np.testing.assert_array_equal(path(moved, scene, "commitment", "BBB"), path(baseline, scene, "commitment", "BBB"))


def test_nothing_runs_away_when_everything_is_taken(scene: Scene, params: Params, baseline: Paths) -> None:
    texts = ("troops(AAA)=-100%", f"burden(AAA)=-100%@{START + 1}..{START + 2}", "role=0", "capability(KKK)=50%")
    moved = pulled(scene, params, baseline, *texts)
    for name, value in moved.values.items():
        assert np.array_equal(np.isfinite(value), np.isfinite(baseline.values[name])), name
