"""Frozen members are the engine's members."""

from __future__ import annotations

import numpy as np

from moorings.simulate.engine import Run, simulate
from moorings.simulate.frozen import Frozen, as_paths
from moorings.simulate.levers import compile_levers, parse_lever
from worlds import made_up_params, tiny_scene

NAMES = ("drift", "burden", "troops", "obligation", "credence")


def test_frozen_members_follow_the_engine_with_and_without_levers() -> None:
    scene = tiny_scene()
    params, end, ally = made_up_params(scene.system.states), scene.system.start + 4, scene.system.allies[0]
    frozen = Frozen(scene, params, 60, 3, end)
    baseline = simulate(scene, params, Run(60, 3, end))
    still = frozen.replay(None, NAMES)
    lever = [parse_lever(f"troops({ally})=-50%", scene, end)]
    pulled = frozen.replay(compile_levers(lever, scene, as_paths(frozen, still)), NAMES)
    exact = simulate(scene, params, Run(60, 3, end, compile_levers(lever, scene, baseline)))
    for name in NAMES:
        np.testing.assert_allclose(still[name], baseline.values[name], rtol=2e-3, atol=2e-3, err_msg=name)
        np.testing.assert_allclose(pulled[name], exact.values[name], rtol=2e-3, atol=2e-3, err_msg=name)
    assert not np.array_equal(still["troops"], pulled["troops"], equal_nan=True)
