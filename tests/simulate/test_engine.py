"""Two dates of a system, measured against each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.model.tether import STRANDS
from moorings.simulate import engine
from moorings.simulate.engine import BEFORE_CHUNK, Run, opening, simulate
from moorings.simulate.outlook import compared
from worlds import END, START, made_up_params, small_chunks, tiny_scene, tiny_system

MEMBERS = 6


@pytest.fixture(scope="module")
def dates() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The opening at two dates."""
    system = tiny_system()
    params = made_up_params(system.states)
    found = [opening(tiny_scene(replace(system, start=year)), params, MEMBERS, 1) for year in (START - 4, START)]
    return found[0], found[1]


def test_strands_add_up_to_drift(dates: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    system = tiny_system()
    tether = made_up_params(system.states)["tether"]
    found = compared(tether, system, *dates)
    allies = [system.states.index(ally) for ally in system.allies]
    parts = sum(found[f"strand_{name}"] for name in STRANDS)
    np.testing.assert_allclose(parts[:, allies], found["drift"][:, allies])
    assert (found["drift"][:, allies] != 0).all()
    spent = np.log(dates[1]["burden"] / dates[0]["burden"]) / tether["sd burden"][0]
    np.testing.assert_allclose(found["autonomy"], spent)


def test_a_date_against_itself(dates: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]) -> None:
    system = tiny_system()
    tether = made_up_params(system.states)["tether"]
    same, later = compared(tether, system, dates[0], dates[0]), compared(tether, system, *dates)
    allies = [system.states.index(ally) for ally in system.allies]
    for name in ("drift", "withdrawal", "autonomy"):
        np.testing.assert_array_equal(same[name][:, allies], 0)
    np.testing.assert_allclose((same["tether"] - later["tether"])[:, allies], later["drift"][:, allies])


def test_what_is_in_no_hurry_gives_way_before_each_chunk() -> None:
    scene, params = tiny_scene(), made_up_params(tiny_system().states)
    seen: list[None] = []
    with small_chunks():
        run = Run(2 * engine.CHUNK + 1, 1, END)
        plain = simulate(scene, params, run)
        token = BEFORE_CHUNK.set(lambda: seen.append(None))
        try:
            slow = simulate(scene, params, run)
        finally:
            BEFORE_CHUNK.reset(token)
    assert len(seen) == 3
    np.testing.assert_array_equal(slow.values["drift"], plain.values["drift"])
