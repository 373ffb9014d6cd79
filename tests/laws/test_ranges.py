"""Every reported number keeps to the range that its variable has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moorings.core.variables import VARIABLES
from moorings.simulate.engine import FLAGS, Paths, Run, simulate
from moorings.simulate.levers import compile_levers, parse_lever
from moorings.simulate.start import Scene
from worlds import END, Params

RANGED = [name for name, variable in VARIABLES.items() if variable.low > -np.inf and not variable.paired]
TEXTS = {
    "troops(AAA)": (-100, 300, "%"),
    "guarantee(BBB)": (0, 3, ""),
    "style": (-1, 1, ""),
    "capability(KKK)": (-50, 50, "%"),
    "hostility(KKK)": (-3, 3, ""),
    "role": (0, 1, ""),
    "trilateral": (0, 3, ""),
}


def within(paths: Paths) -> None:
    for name in RANGED:
        known = paths.values[name][np.isfinite(paths.values[name])]
        assert known.min() >= VARIABLES[name].low, name
        assert known.max() <= VARIABLES[name].high, name
    for name in FLAGS:
        assert set(np.unique(paths.flags[name])) <= {0, 1}, name
    assert paths.flags["tie"].min() >= 0
    assert paths.flags["tie"].max() <= 3
    assert (paths.flags["supported"] + paths.flags["abandoned"] == paths.flags["dispute"]).all()


def test_a_plain_run_keeps_to_its_ranges(baseline: Paths) -> None:
    within(baseline)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    chosen=st.dictionaries(st.sampled_from(sorted(TEXTS)), st.floats(0, 1), min_size=1, max_size=4),
    seed=st.integers(0, 2**40),
)
def test_so_does_any_scenario(
    scene: Scene, params: Params, baseline: Paths, chosen: dict[str, float], seed: int
) -> None:
    texts = []
    for name, part in chosen.items():
        low, high, unit = TEXTS[name]
        texts.append(f"{name}={low + part * (high - low):+.6f}{unit}")
    own = simulate(scene, params, Run(16, seed, END))
    levers = compile_levers([parse_lever(text, scene, END) for text in texts], scene, own)
    within(simulate(scene, params, Run(16, seed, END, levers)))


@pytest.mark.parametrize("name", ["drift", "withdrawal", "autonomy"])
def test_changes_begin_at_nought(baseline: Paths, name: str) -> None:
    first = baseline.values[name][:, 0]
    np.testing.assert_allclose(first[np.isfinite(first)], 0, atol=1e-12)
