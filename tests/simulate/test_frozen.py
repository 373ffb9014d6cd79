"""Frozen members are the engine's members."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from moorings.simulate import frozen as module
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.frozen import Frozen
from moorings.simulate.levers import Lever, compile_levers, parse_lever
from moorings.simulate.start import Scene
from worlds import made_up_params, tiny_scene

NAMES = ("drift", "autonomy", "burden", "troops", "obligation", "credence", "gap", "new_pact")
MEMBERS, YEARS = 60, 4
LEVERS = (
    "troops(AAA)=-50%",
    "burden(AAA)=+20%",
    "guarantee(BBB)=1",
    "hostility(KKK)=0.7",
    "crisis(AAA, KKK)=abandoned",
)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return tiny_scene()


@pytest.fixture(scope="module")
def end(scene: Scene) -> int:
    return scene.system.start + YEARS


@pytest.fixture(scope="module")
def frozen(scene: Scene, end: int) -> Iterator[Frozen]:
    patched = pytest.MonkeyPatch()
    patched.setattr(module, "CHUNK", 32)  # so that the last chunk is not full
    yield Frozen(scene, made_up_params(scene.system.states), 3, end)
    patched.undo()


@pytest.fixture(scope="module")
def baseline(scene: Scene, end: int) -> Paths:
    return simulate(scene, made_up_params(scene.system.states), Run(MEMBERS, 3, end))


def read(scene: Scene, end: int) -> list[Lever]:
    return [parse_lever(text, scene, end) for text in LEVERS]


def of(paths: Paths, name: str) -> np.ndarray:
    return paths.flags[name] if name in paths.flags else paths.values[name]


def assert_close(found: np.ndarray, exact: np.ndarray, name: str) -> None:
    """Single precision; persons are counted in thousands."""
    np.testing.assert_allclose(found, exact, rtol=2e-5, atol=1e-4 if name != "troops" else 1e-2, err_msg=name)


def test_members_without_levers_are_the_engines(frozen: Frozen, baseline: Paths) -> None:
    found = frozen.replay([], NAMES, MEMBERS)
    for name in NAMES:
        assert_close(found[name], of(baseline, name), name)


def test_members_under_levers_are_the_engines(frozen: Frozen, scene: Scene, end: int, baseline: Paths) -> None:
    levers = read(scene, end)
    found = frozen.replay(levers, NAMES, MEMBERS)
    run = Run(MEMBERS, 3, end, compile_levers(levers, scene, baseline))
    exact = simulate(scene, made_up_params(scene.system.states), run)
    for name in NAMES:
        assert_close(found[name], of(exact, name), name)
    assert not np.allclose(found["troops"], baseline.values["troops"], equal_nan=True)


def test_one_ally_alone_is_the_same_ally_among_all(frozen: Frozen, scene: Scene, end: int) -> None:
    names = [name for name in NAMES if name != "new_pact"]
    whole = frozen.replay(read(scene, end), NAMES, MEMBERS)
    for state in ("AAA", "PPP"):
        alone = frozen.replay(read(scene, end), names, MEMBERS, state)
        for name in names:
            assert_close(alone[name], whole[name][:, :, scene.system.states.index(state)], name)


def test_fewer_members_are_the_first_ones(frozen: Frozen) -> None:
    few, many = (frozen.replay([], NAMES, members)["drift"] for members in (5, MEMBERS))
    np.testing.assert_array_equal(few, many[:5])
