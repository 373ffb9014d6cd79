"""One small chunk and one scene for all laws, so that the simulator is compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.start import Scene
from worlds import DRAWS, END, Params, made_up_params, small_chunks, tiny_scene

MEMBERS = 4 * DRAWS


@pytest.fixture(scope="module", autouse=True)
def small_chunk() -> Iterator[None]:
    with small_chunks():
        yield


@pytest.fixture(scope="session")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="session")
def params(scene: Scene) -> Params:
    return made_up_params(scene.system.states)


@pytest.fixture(scope="session")
def baseline(scene: Scene, params: Params) -> Paths:
    with small_chunks():
        return simulate(scene, params, Run(MEMBERS, 1, END))
