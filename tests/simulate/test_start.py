"""From observations to the law's world and start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from moorings.data.arrays import Arrays, to_arrays
from moorings.model.arms import SPAN, UNKNOWN
from moorings.model.margins import USUAL_ERROR
from moorings.simulate import engine, start
from moorings.simulate.assumptions import DEFAULT_SHARE, assumed
from moorings.simulate.start import CARRIED_YEARS, NO_POWER, Scene
from worlds import FIRST, START, made_up_params, small_chunks, tiny_observations, tiny_scene, tiny_system


def without(variable: str, state: str, after: int = FIRST - 1) -> Scene:
    """The scene when a state's variable is not seen after a year."""
    gone = (pl.col("variable") == variable) & (pl.col("state") == state) & (pl.col("year") > after)
    return tiny_scene(observations=tiny_observations(tiny_system()).filter(~gone))


def test_each_pair_that_matters_stands_once() -> None:
    system = tiny_system(("AAA", "BBB", "CCC"), ("KKK", "LLL"), ("PPP",))
    scene = tiny_scene(system)
    pairs = scene.pairs
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) == 3 * 3 + 3
    assert all(pair[0] in system.allies for pair in pairs)
    assert not [pair for pair in pairs if system.patron in pair]


def test_in_a_large_system_far_allies_without_a_tie_are_no_pair() -> None:
    allies = tuple(f"A{i:02}" for i in range(start.LARGE))
    system = tiny_system(allies, ("KKK",), ())
    far = np.full((2, 42, 42), 2 * start.NEAR)
    far[:, 1, 2] = far[:, 2, 1] = start.NEAR / 2
    tie = np.zeros_like(far)
    tie[0, 3, 4] = tie[0, 4, 3] = 1.0
    arrays = Arrays((2009, 2010), system.states, system.states, {}, {"tie": tie, "distance": far})
    pairs = start.matter(system, arrays)
    assert set(pairs) == {(ally, "KKK") for ally in allies} | {("A00", "A01")}
    seen = tie.copy()
    seen[1] = np.nan  # the last one known counts
    arrays = Arrays((2009, 2010), system.states, system.states, {}, {"tie": seen, "distance": far})
    assert ("A02", "A03") in start.matter(system, arrays)


def test_world_by_hand(scene: Scene) -> None:
    world, pairs = scene.world, scene.pairs
    np.testing.assert_array_equal(world.hostile, ["KKK" in pair for pair in pairs])
    np.testing.assert_array_equal(world.friendly, ["KKK" not in pair for pair in pairs])
    np.testing.assert_array_equal(world.unprotected, [1, 0, 0, 1, 1])  # USA, AAA, BBB, KKK, PPP
    assert float(world.region_share) == DEFAULT_SHARE
    for k, (a, b) in enumerate(pairs):
        assert scene.system.states[int(np.argmax(world.first[k]))] == a
        assert scene.system.states[int(np.argmax(world.second[k]))] == b


def test_who_has_no_spending_has_no_power() -> None:
    scene = without("burden", "PPP")
    place = scene.system.states.index("PPP")
    assert float(scene.world.power_offset[place]) == NO_POWER
    assert not scene.known["burden"][place]


def test_an_assumption_stands_in_for_a_series() -> None:
    system = replace(
        tiny_system(),
        assumptions=(
            {"name": "burden_kkk", "variable": "burden", "state": "KKK", "mean": 0.2, "sd": 0.1},
            {"name": "region_share", "mean": 0.4, "sd": 0.1},
        ),
    )
    assert assumed(system, "burden") == {"KKK": (0.2, 0.1)}
    seen = tiny_observations(system).filter(~((pl.col("variable") == "burden") & (pl.col("state") == "KKK")))
    scene = tiny_scene(system, seen)
    place = system.states.index("KKK")
    assert float(scene.start.burden.value[place]) == pytest.approx(np.log(0.2))
    years = np.asarray(scene.start.burden.observed).shape[0]
    assert float(scene.start.burden.first[place]) == years - 1 - CARRIED_YEARS
    assert float(scene.world.power_offset[place]) == 0
    assert float(scene.world.region_share) == 0.4


def test_a_series_that_ended_is_carried_from_its_own_end() -> None:
    scene = without("burden", "AAA", START - 3)
    carried = np.asarray(scene.start.burden.carried)[:, scene.system.states.index("AAA")]
    assert carried.sum() == 3
    assert carried[-3:].all()
    assert scene.last_seen["AAA"]["burden"] == START - 3
    found = engine.opening(scene, made_up_params(scene.system.states), 40, 1)["burden"]
    place = scene.system.states.index("AAA")
    assert found[:, place].std() > 0
    assert found[:, scene.system.states.index("BBB")].std() == 0  # seen to the last year


def test_only_the_last_years_are_drawn() -> None:
    scene = without("burden", "AAA", START - CARRIED_YEARS - 4)
    carried = np.asarray(scene.start.burden.carried)[:, scene.system.states.index("AAA")]
    assert carried.sum() == CARRIED_YEARS


def test_what_a_state_lacks_is_missing_and_not_nought() -> None:
    scene = without("ideal_point", "AAA")
    found = engine.opening(scene, made_up_params(scene.system.states), 4, 1)
    place = scene.system.states.index("AAA")
    assert np.isnan(found["ideal_point"][:, place]).all()
    assert np.isnan(found["alignment_distance"][:, place]).all()
    assert np.isfinite(found["burden"][:, place]).all()
    assert "ideal_point" not in scene.last_seen["AAA"]


def test_arms_never_seen_are_missing() -> None:
    scene = without("arms_dependence", "BBB")
    found = engine.opening(scene, made_up_params(scene.system.states), 4, 1)["arms_dependence"]
    assert np.isnan(found[:, scene.system.states.index("BBB")]).all()
    assert np.isfinite(found[:, scene.system.states.index("AAA")]).all()


def test_deliveries_and_orders_stand_as_last_known() -> None:
    whole, cut = tiny_scene(), without("arms_on_order", "BBB", START - 2)
    np.testing.assert_array_equal(whole.start.ahead[1:], 1)
    np.testing.assert_array_equal(cut.start.ahead[1:], [1, 3])
    assert float(whole.start.ahead[0]) == UNKNOWN  # the patron buys of nobody that is counted
    rows = tiny_observations(tiny_system()).filter(pl.col("year") <= START - 2)

    def seen(variable: str, state: str) -> np.ndarray:
        own = rows.filter((pl.col("variable") == variable) & (pl.col("state") == state))
        return own.sort("year")["value"].to_numpy()

    of_all, of_patron = (seen(name, "BBB") for name in ("arms_delivered", "supplier_delivered"))
    for ahead in range(1, SPAN):
        found = np.asarray(cut.world.kept)[:, ahead - 1, 2]
        np.testing.assert_allclose(found, [flow[ahead - SPAN :].sum() for flow in (of_all, of_patron)])
    np.testing.assert_array_equal(cut.world.kept[:, SPAN - 1, 2], 0)
    ordered = [seen(name, "BBB")[-1] for name in ("arms_on_order", "supplier_on_order")]
    np.testing.assert_allclose(cut.world.ordered[:, 2], ordered)
    assert float(without("supplier_on_order", "BBB").start.ahead[2]) == UNKNOWN


def test_what_is_on_order_moves_the_next_shares_and_not_the_later_ones() -> None:
    rows = tiny_observations(tiny_system())
    of_patron = pl.col("variable") == "supplier_on_order"
    more = rows.with_columns(pl.when(of_patron).then(pl.col("value") + 2000.0).otherwise("value").alias("value"))
    of_all = pl.col("variable") == "arms_on_order"
    more = more.with_columns(pl.when(of_all).then(pl.col("value") + 2000.0).otherwise("value").alias("value"))
    run = engine.Run(40, 1, START + 8)
    with small_chunks():
        before, after = (
            engine.simulate(scene, made_up_params(scene.system.states), run).values["arms_dependence"][:, :, 1]
            for scene in (tiny_scene(), tiny_scene(observations=more))
        )
    gained = (after - before).mean(axis=0)
    assert gained[0] == 0
    assert (gained[1:4] > 0.05).all()
    assert gained[8] < gained[3]


def test_what_other_votes_say_of_the_last_year_moves_the_next_one() -> None:
    rows = tiny_observations(tiny_system())
    last = (pl.col("variable") == "ideal_point") & (pl.col("state") == "AAA") & (pl.col("year") == START)
    position = rows.filter(last)
    told = position.with_columns(variable=pl.lit("ideal_point_aside"), value=pl.lit(0.5))
    error = position.with_columns(variable=pl.lit("ideal_point_error"), value=pl.lit(0.6))
    params = made_up_params(tiny_system().states)
    params["ideal"] |= {"aside": np.full_like(params["ideal"]["gain"], 0.2)}
    run, ideal = engine.Run(40, 1, START + 1), []
    with small_chunks():
        for seen in (rows, pl.concat([rows, told])):
            ideal.append(engine.simulate(tiny_scene(observations=seen), params, run).values["ideal_point"])
    place = tiny_system().states.index("AAA")
    moved = ideal[1] - ideal[0]
    np.testing.assert_array_equal(moved[:, 0], 0.0)
    np.testing.assert_allclose(moved[:, 1, place], 0.2 * 0.5, atol=1e-5)
    assert not np.delete(moved, place, axis=-1).any()
    known = np.asarray(tiny_scene(observations=pl.concat([rows, error])).start.ideal.blur)
    assert known[-1, place] == pytest.approx(np.log(0.6 / USUAL_ERROR))
    assert np.isfinite(known).sum() == 1


def test_past_disputes_are_remembered() -> None:
    given = tiny_observations(tiny_system())
    dispute = (pl.col("variable") == "disputes") & (pl.col("state") == "AAA") & (pl.col("other") == "KKK")
    years = pl.when(dispute).then((pl.col("year") == START - 2).cast(pl.Float64)).otherwise(pl.col("value"))
    scene = tiny_scene(observations=given.with_columns(years.alias("value")))
    place = scene.pairs.index(("AAA", "KKK"))
    assert float(scene.start.quiet[place]) == 2
    assert float(scene.start.stock[place]) == pytest.approx(0.9**2)


def test_opening_is_the_first_year_of_a_run(scene: Scene) -> None:
    params = made_up_params(scene.system.states)
    # what a draw assumes holds at the start and in the years alike
    params["assumed"]["power"] = params["assumed"]["power"] + np.linspace(-1.0, 1.0, len(scene.system.states))
    found = engine.opening(scene, params, 12, 1)
    with small_chunks():
        run = engine.simulate(scene, params, engine.Run(12, 1, START + 4))
    for name in ("gdp", "burden", "troops", "reliability", "credence", "threat", "gap", "arms_dependence"):
        np.testing.assert_allclose(found[name], run.values[name][:, 0], rtol=1e-10, err_msg=name)


def test_third_states_with_a_pact_with_both() -> None:
    given = tiny_observations(tiny_system())
    pair = (pl.col("state") == "AAA") & (pl.col("other") == "PPP") & (pl.col("variable") == "tie")
    tied = given.with_columns(pl.when(pair).then(3.0).otherwise(pl.col("value")).alias("value"))
    plain, scene = tiny_scene(observations=given), tiny_scene(observations=tied)
    # the allies share their patron
    place = scene.pairs.index(("AAA", "BBB"))
    assert float(plain.world.thirds[place]) == pytest.approx(np.log(2))
    assert float(plain.world.overlap[place]) == 0.0
    # the patron has no pact with the partner, whom the ally of both ties to it
    assert float(scene.world.embedded[scene.system.states.index("PPP")]) == pytest.approx(np.log(2))
    assert float(scene.world.thirds[scene.pairs.index(("AAA", "PPP"))]) == 0.0


@pytest.mark.parametrize(("other", "strength", "bound"), [("BBB", 3.0, 1), ("BBB", 2.0, 0), ("PPP", 3.0, 0)])
def test_fellows_are_two_allies_with_a_treaty(other: str, strength: float, bound: int) -> None:
    given = tiny_observations(tiny_system())
    pair = (pl.col("state") == "AAA") & (pl.col("other") == other) & (pl.col("variable") == "tie")
    scene = tiny_scene(
        observations=given.with_columns(pl.when(pair).then(strength).otherwise(pl.col("value")).alias("value"))
    )
    expected = np.zeros((len(scene.system.states),) * 2)
    ends = [scene.system.states.index(state) for state in ("AAA", other)]
    expected[ends, ends[::-1]] = bound
    np.testing.assert_array_equal(scene.world.fellows, expected)


def test_whether_the_patron_is_the_united_states() -> None:
    scene = tiny_scene()
    assert float(scene.world.american) == (scene.system.patron == "USA")


@pytest.mark.parametrize(("year", "late"), [(1985, 0.0), (1989, 0.0), (1990, 1.0), (2025, 1.0)])
def test_the_era_is_that_of_the_start(year: int, late: float) -> None:
    system = tiny_system()
    arrays = to_arrays(tiny_observations(system), system.states, range(FIRST, START + 1))
    scene = start.set_scene(replace(system, start=year, end=year + 12), arrays)
    assert float(scene.world.late) == late


def test_lesser_agreements_are_no_treaties() -> None:
    agreed = np.array([True, False, True])
    first = np.array([[1.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    second = np.array([[0.0, 1, 0], [0, 0, 1], [0, 0, 1]])
    found = start._lesser(agreed, (first, second), np.array([True, True, False]))
    # the second state has one with the first, who is protected, and one with the third, who is not
    np.testing.assert_array_equal(found, [[1, 2, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("rivalry", "pact", "opposed"), [(1.0, "", 1), (0.0, "", 0), (1.0, "nonagg", 0), (1.0, "consult", 0)]
)
def test_the_patron_opposes_a_rival_with_whom_he_has_no_pact(rivalry: float, pact: str, opposed: int) -> None:
    rows = tiny_observations(tiny_system())
    patrons = (pl.col("state") == "KKK") & (pl.col("other") == "USA") & (pl.col("variable") == "rivalry")
    assert rows.filter(patrons).height == 1
    rows = rows.with_columns(value=pl.when(patrons).then(rivalry).otherwise("value"))
    if pact:
        rows = pl.concat([rows, rows.filter(patrons).with_columns(variable=pl.lit(pact), value=pl.lit(1.0))])
    world = tiny_scene(observations=rows).world
    assert np.asarray(world.opposed).tolist() == [opposed] * len(world.foes)


def test_years_that_no_source_of_disputes_reaches_are_no_years_of_peace() -> None:
    disputes = pl.col("variable").is_in(["disputes", "force"])
    rows = tiny_observations(tiny_system())
    whole = tiny_scene(observations=rows.filter(~disputes | (pl.col("year") <= START)))
    cut = tiny_scene(observations=rows.filter(~disputes | (pl.col("year") <= START - 4)))
    shorter = tiny_scene(replace(tiny_system(), start=START - 4), rows)
    for name in ("stock", "quiet"):
        np.testing.assert_array_equal(getattr(cut.start, name), getattr(shorter.start, name))
    assert (np.asarray(whole.start.quiet) != np.asarray(cut.start.quiet)).any()
