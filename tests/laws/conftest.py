"""One small chunk and one scene for all laws, so that the simulator is compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moorings.simulate import engine
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.start import Scene
from worlds import DRAWS, END, Params, made_up_params, tiny_scene

MEMBERS = 4 * DRAWS


@pytest.fixture(scope="session", autouse=True)
def small_chunk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CHUNK", 16)
        yield


@pytest.fixture(scope="session")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="session")
def params(scene: Scene) -> Params:
    return made_up_params(scene.system.states)


@pytest.fixture(scope="session")
def baseline(scene: Scene, params: Params, small_chunk: None) -> Paths:
    return simulate(scene, params, Run(MEMBERS, 1, END))
