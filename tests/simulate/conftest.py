"""One scene and one small run."""

from __future__ import annotations

import pytest

from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.start import Scene
from worlds import DRAWS, END, made_up_params, small_chunks, tiny_scene


@pytest.fixture(scope="session")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="session")
def paths(scene: Scene) -> Paths:
    with small_chunks():
        return simulate(scene, made_up_params(scene.system.states), Run(4 * DRAWS, 1, END))
