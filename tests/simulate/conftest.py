"""One scene and one small run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moorings.simulate import engine
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.start import Scene
from worlds import DRAWS, END, made_up_params, tiny_scene


@pytest.fixture(scope="session")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="session")
def paths(scene: Scene) -> Iterator[Paths]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CHUNK", 16)
        yield simulate(scene, made_up_params(scene.system.states), Run(4 * DRAWS, 1, END))
