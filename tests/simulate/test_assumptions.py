"""What a system assumes where no series is, draw by draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.data.arrays import Arrays
from moorings.simulate.assumptions import assumed_number, assumption_draws
from moorings.systems.load import load_system
from moorings.systems.system import System
from worlds import tiny_system


def assuming(*rows: dict[str, object]) -> System:
    return replace(tiny_system(), assumptions=rows)


def seen(system: System, **series: float) -> Arrays:
    shape = (2, len(system.states))
    return Arrays((2019, 2020), system.states, (), {name: np.full(shape, v) for name, v in series.items()}, {})


BURDEN = {"name": "burden_kkk", "variable": "burden", "state": "KKK", "mean": 0.2, "sd": 0.05}


def test_draws_have_the_stated_mean_and_sd() -> None:
    system = assuming(BURDEN, {"name": "region_share", "mean": 0.3, "sd": 0.1})
    drawn = assumption_draws(system, seen(system, gdp=100.0), 20_000)
    place = system.states.index("KKK")
    burden = 0.2 * np.exp(drawn["power"][:, place])
    assert burden.mean() == pytest.approx(0.2, rel=0.02)
    assert burden.std() == pytest.approx(0.05, rel=0.05)
    assert drawn["region_share"].mean() == pytest.approx(0.3, rel=0.02)
    assert drawn["region_share"].std() == pytest.approx(0.1, rel=0.05)
    others = np.delete(drawn["power"], place, axis=1)
    assert not others.any()


def test_warheads_add_to_an_assumed_burden_and_missing_ones_add_nothing() -> None:
    worth = {"name": "warhead_worth", "mean": 2.0, "sd": 0.0}
    system = assuming(BURDEN | {"sd": 0.0}, worth)
    place = system.states.index("KKK")
    armed = assumption_draws(system, seen(system, gdp=100.0, warheads=5.0), 3)["power"][:, place]
    assert armed == pytest.approx(np.log(1 + 5 * 2 / (100 * 0.2)))
    assert not assumption_draws(system, seen(system, gdp=100.0), 3)["power"].any()
    assert not assumption_draws(system, seen(system, warheads=5.0), 3)["power"].any()  # no GDP: no power at all


def test_without_assumptions_nothing_varies() -> None:
    drawn = assumption_draws(assuming(), seen(tiny_system()), 4)
    assert not drawn["power"].any()
    assert len(set(drawn["region_share"])) == 1


def test_more_draws_go_on_from_the_same() -> None:
    system = assuming(BURDEN)
    few, many = (assumption_draws(system, seen(system, gdp=100.0), n)["power"] for n in (10, 20))
    assert np.array_equal(few, many[:10])


def test_north_korea_has_power_in_the_shipped_system() -> None:
    from moorings.jobs.opening import open_system
    from moorings.simulate.start import NO_POWER

    opened = open_system("east-asia")
    place = opened.system.states.index("PRK")
    assert float(opened.scene.world.power_offset[place]) > NO_POWER / 2
    assert opened.params["assumed"]["power"][:, place].std() > 0.1
    assert assumed_number(load_system("east-asia"), "warhead_worth") is not None
