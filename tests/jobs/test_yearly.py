"""Alliances year by year: filling up changes no value, and each year has its own allies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.jobs.measure import COMPARED, measure
from moorings.jobs.opening import Opened
from moorings.jobs.yearly import Size, filled_up
from moorings.learn.parameters import system_params
from moorings.simulate.engine import opening


def test_a_scene_filled_up_opens_as_before(opened: Opened) -> None:
    scene = opened.scene
    foes = len(scene.world.foes)
    more = Size(len(scene.system.states) + 3, scene.world.allied + 2, foes + 2, len(scene.pairs) - foes + 3)
    params = system_params(opened.posterior, "USA", (*scene.system.states, *(f"empty {k}" for k in (1, 2, 3))))
    power = np.pad(opened.params["assumed"]["power"], ((0, 0), (0, 3)))
    before = opening(scene, opened.params, 20, 1)
    after = opening(filled_up(scene, more), params | {"assumed": opened.params["assumed"] | {"power": power}}, 20, 1)
    for name, value in before.items():
        np.testing.assert_allclose(after[name][:, :-3], value, rtol=1e-9, err_msg=name)
    assert np.isnan(after["gap"][:, -3:]).all()


@pytest.mark.mirror
def test_each_year_shows_the_allies_that_it_had(panel: Path) -> None:
    rows = measure("us-alliances", 1961, 1963).rows
    found = {year: {row["state"] for row in rows if row["year"] == year} for year in (1961, 1962, 1963)}
    assert found[1963] - found[1962] == {"ESP"}
    assert {"FRA", "IRN", "NZL", "TWN"} <= found[1961]
    assert not {"POL", "ESP", "CUB"} & found[1962]
    # Iran owes and is owed nothing in 2014, against which drift is told
    iran = {row["variable"] for row in rows if row["state"] == "IRN"}
    assert {"burden", "commitment", "gap"} <= iran
    assert not iran & {*COMPARED, "strand_nuclear"}
    assert {*COMPARED} <= {row["variable"] for row in rows if row["state"] == "FRA"}


@pytest.mark.mirror
def test_a_year_does_not_depend_on_the_years_beside_it(panel: Path) -> None:
    alone, among = measure("us-alliances", 2003, 2003).rows, measure("us-alliances", 2001, 2003).rows
    beside = [row for row in among if row["year"] == 2003]
    assert [(r["state"], r["variable"]) for r in beside] == [(r["state"], r["variable"]) for r in alone]
    np.testing.assert_allclose([r["mean"] for r in beside], [r["mean"] for r in alone], rtol=1e-9, atol=1e-12)


@pytest.mark.mirror
@pytest.mark.parametrize(("first", "last"), [(1954, 1960), (2000, 2015)])
def test_years_beyond_the_panel_are_refused(panel: Path, first: int, last: int) -> None:
    with pytest.raises(InputError, match=r"1955(\.\.| to )2014"):
        measure("us-alliances", first, last)
