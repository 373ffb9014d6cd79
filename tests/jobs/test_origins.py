"""The back-test's law: disputes over several years, with the memory of past ones going on; what is scored."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from moorings.jobs import origins
from moorings.jobs.backtest import _material
from moorings.jobs.opening import open_system
from moorings.learn.events import nuclear_features
from moorings.learn.history import historical_gap
from moorings.model import hazards
from moorings.simulate.engine import opening

FEATURES = {
    **{name: np.zeros(3) for name in ("democracy", "apart", "tie", "ratio", "contiguous")},
    "rivalry": np.array([1.0, 0.0, 1.0]),
    "distance": np.array([5.0, 6.0, 7.0]),
    "far": np.array([25.0, 36.0, 49.0]),
    "stronger": np.full(3, 24.0),
    "stock": np.log1p([2.0, 0.0, 0.5]),
    "quiet": np.log1p([0.0, 30.0, 4.0]),
}


def case(memory: float, force: float) -> Any:
    """A made-up posterior of one draw: disputes by past ones and quiet years, force at one level."""

    def equation(name: str, intercept: float, **weights: float) -> dict[str, np.ndarray]:
        names = hazards.FEATURES[name]
        scale = {"mean": np.zeros((1, len(names))), "sd": np.ones((1, len(names)))}
        return {
            "intercept": np.array([intercept]),
            "weights": np.array([[weights.get(feature, 0.0) for feature in names]]),
        } | scale

    disputes = equation("dispute", -2.0, stock=memory, quiet=-memory)
    return SimpleNamespace(opened=SimpleNamespace(params={"dispute": disputes, "force": equation("force", force)}))


FEATURES |= {name: np.asarray(value) for name, value in hazards.product_features(FEATURES).items()}


def test_within_a_year_it_is_the_yearly_hazard() -> None:
    made = case(0.5, 0.3)
    forced, any_ = origins._disputes(made, FEATURES, 1)
    yearly = origins._yearly(made, "dispute", FEATURES)
    np.testing.assert_allclose(any_, yearly)
    np.testing.assert_allclose(forced, yearly / (1 + np.exp(-0.3)))


def test_without_memory_every_year_is_alike() -> None:
    made = case(0.0, 0.3)
    _, any_ = origins._disputes(made, FEATURES, 5)
    np.testing.assert_allclose(any_, 1 - (1 - origins._yearly(made, "dispute", FEATURES)) ** 5)


def test_a_memory_that_fades_makes_later_years_calmer() -> None:
    made = case(0.5, 0.3)
    held = 1 - (1 - origins._yearly(made, "dispute", FEATURES)) ** 5
    forced, any_ = origins._disputes(made, FEATURES, 5)
    assert (any_ < held).all()
    assert (forced < any_).all()
    assert (origins._disputes(made, FEATURES, 10)[0] > forced).all()


@pytest.mark.parametrize("horizon", [1, 5, 10])
def test_if_all_disputes_see_force_there_is_no_difference(horizon: int) -> None:
    forced, any_ = origins._disputes(case(0.5, 40.0), FEATURES, horizon)
    np.testing.assert_allclose(forced, any_)


@pytest.mark.mirror
def test_what_is_scored_is_what_is_simulated(panel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New ties of the first year: as many in the members as the scored probabilities add up to."""
    monkeypatch.setattr(origins, "MEMBERS", 1000)
    monkeypatch.setattr("moorings.jobs.opening.coupling_of", lambda *_: None)  # ties are the law's own
    made = origins.open_case(_material(), 1976, 1)
    scene = made.opened.scene
    pairs, foes = scene.pairs, len(scene.world.foes)
    open_ = [k for k in range(foes, len(pairs)) if float(scene.start.tie[k]) < 2]
    units = {unit: k for k, unit in enumerate(origins._units(made.material)["new_pact"])}
    scored = origins._hazards(made, 1)["new_pact"]
    told = np.array([scored[units["-".join(sorted(pairs[k]))]] for k in open_])
    seen = made.paths.flags["new_pact"][:, 1, open_].mean(axis=0)
    assert told.sum() > 0.05
    assert seen.sum() == pytest.approx(told.sum(), rel=0.3, abs=0.02)


@pytest.mark.mirror
def test_an_allys_disputes_are_remembered_as_they_were_learnt(panel: Path) -> None:
    """On the nuclear ladder those with states outside of the system count too."""
    material, scene = _material(), open_system("us-alliances", 1985).scene
    world, allied = scene.world, scene.world.allied
    remembered = (np.asarray(world.first).T @ np.asarray(scene.start.stock))[:allied] + np.asarray(world.feuds)
    learnt = np.expm1(nuclear_features(material)["stock"][material.years.index(1985)])
    learnt = learnt[[material.states.index(state) for state in scene.system.states[:allied]]]
    assert learnt[1:].sum() > 100
    # it was learnt from states of which the economy is known, and remembers disputes with all
    np.testing.assert_allclose(remembered[1:], learnt[1:], atol=1.5)


@pytest.mark.mirror
def test_an_allys_rivals_are_a_threat_as_they_were_learnt(panel: Path) -> None:
    """Its own too, such as North Korea, Pakistan's India, or a fellow ally: to 1991 they had been left out."""
    material = _material()
    t, us = material.years.index(1991), material.states.index("USA")
    owed = np.nan_to_num(material.obligation[:, :, 0]) >= 3
    learnt, _ = historical_gap(material.power, material.dyads, 0.0 * material.power, us, owed * 1.0)
    opened = open_system("us-alliances", 1991)
    now, allies = opening(opened.scene, opened.params, 50, 1)["threat"].mean(axis=0), opened.system.allies
    place, there = ([states.index(ally) for ally in allies] for states in (material.states, opened.system.states))
    np.testing.assert_allclose(now[there], learnt[t, place], atol=0.2)
    rungs = nuclear_features(material)["rival_armed"][t, place]
    assert rungs.sum() > 0
    world = opened.scene.world
    armed = np.asarray(world.to_first((world.at_second(opened.scene.start.rung) >= 2) * opened.scene.start.rivalry))
    np.testing.assert_array_equal(np.minimum(armed[there] + np.asarray(world.armed_elsewhere)[there], 1), rungs)


def test_what_is_kept_of_an_origin_is_of_one_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "_units", lambda material: {})

    def digest(panel: str) -> str:
        monkeypatch.setattr(origins, "panel_status", lambda: SimpleNamespace(digest=panel))
        return origins.law_under_test(None).digest(1970)  # type: ignore[arg-type]

    assert digest("abc") == digest("abc") != digest("def")


def test_members_that_all_stay_leave_a_doubt() -> None:
    value = np.array([[0.0, np.nan], [1.0, 2.0], [3.0, 2.0]])
    np.testing.assert_allclose(origins._share(value > 5, value), [0.125, np.nan])
    np.testing.assert_allclose(origins._share(value >= 1, value)[0], 2.5 / 4)
