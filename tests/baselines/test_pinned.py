"""Results pinned in `pinned.json`: a change here is meant, or it is a fault.

Refresh with ``MOORINGS_REFRESH=1 python -m pytest tests/baselines``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moorings.core.digest import record_digest
from moorings.learn.posterior import published_constants
from moorings.simulate.engine import Paths, Run, simulate
from moorings.simulate.levers import compile_levers, parse_lever
from worlds import END, made_up_params, small_chunks, tiny_scene

FILE = Path(__file__).with_name("pinned.json")
LEVERS = ("troops(AAA)=-50%", "capability(KKK)=+5%", "crisis(BBB, KKK)=abandoned@2012")


def summary(paths: Paths, states: tuple[str, ...]) -> dict[str, Any]:
    """Mean of each variable in the last year by state, and how often each flag was raised."""
    means = {
        f"{name}({state})": float(path.mean())
        for name, value in paths.values.items()
        for state, path in zip(states, value[:, -1].T, strict=True)
        if np.isfinite(path).all()
    }
    return {"means": means, "flags": {name: int(value.sum()) for name, value in paths.flags.items()}}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    scene = tiny_scene()
    params = made_up_params(scene.system.states)
    with small_chunks():
        plain = simulate(scene, params, Run(48, 1, END))
        levers = compile_levers([parse_lever(text, scene, END) for text in LEVERS], scene, plain)
        pulled = simulate(scene, params, Run(48, 1, END, levers))
    constants = record_digest(published_constants())
    results = {"baseline": summary(plain, scene.system.states), "tether/1": constants}
    results["scenario"] = summary(pulled, scene.system.states)
    if os.environ.get("MOORINGS_REFRESH"):
        FILE.write_text(json.dumps(results, indent=1) + "\n", encoding="utf8")
    return results


@pytest.fixture(scope="module")
def pinned(found: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf8")))


@pytest.mark.parametrize("run", ["baseline", "scenario"])
def test_a_small_simulation(found: dict[str, Any], pinned: dict[str, Any], run: str) -> None:
    assert found[run]["flags"] == pinned[run]["flags"]
    assert found[run]["means"].keys() == pinned[run]["means"].keys()
    for name, mean in pinned[run]["means"].items():
        assert found[run]["means"][name] == pytest.approx(mean, rel=1e-6, abs=1e-9), name


def test_the_constants_of_the_tether(found: dict[str, Any], pinned: dict[str, Any]) -> None:
    assert found["tether/1"] == pinned["tether/1"], "tether/1 is published: another table needs another name"
