"""What each phase does to a toy state, and the order in which they come."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from moorings.model import margins, pairs, phases, shocks
from moorings.model.phases import Year
from moorings.model.state import Params, State
from moorings.simulate.start import Scene


def with_noise(year: Year, **noise: Any) -> Year:
    return year._replace(noise=year.noise | {name: jnp.asarray(value) for name, value in noise.items()})


def with_ties(scene: Scene, year: Year, **moved: tuple[str, str]) -> Year:
    """A calm year but for ties of these pairs, which form or end."""
    own = {name: pairs.of_friends(scene.world, jnp.asarray(only(scene, pair))) for name, pair in moved.items()}
    return year._replace(innovations=year.innovations | own)


def with_levers(year: Year, **levers: Any) -> Year:
    return year._replace(levers=year.levers._replace(**{name: jnp.asarray(value) for name, value in levers.items()}))


def only(scene: Scene, pair: tuple[str, str]) -> np.ndarray:
    """A uniform that makes an event happen to one pair only."""
    return np.array([1e-12 if other == pair else 1 - 1e-12 for other in scene.pairs])


def only_state(scene: Scene, name: str) -> np.ndarray:
    return np.array([1e-12 if other == name else 1 - 1e-12 for other in scene.system.states])


def clash(params: Params, scene: Scene, state: State, year: Year) -> tuple[State, dict[str, Any]]:
    """In a year in which nothing moved before."""
    return phases.clash(params, scene.world, state, year, state)


def changed(before: State, after: State) -> set[str]:
    """Fields that differ."""

    def differ(one: Any, two: Any) -> bool:
        if isinstance(one, tuple):
            return any(differ(a, b) for a, b in zip(one, two, strict=True))
        return not np.array_equal(one, two, equal_nan=True)

    return {name for name in State._fields if differ(getattr(before, name), getattr(after, name))}


def test_the_tuple_of_phases_is_the_order_in_which_step_takes_them(
    scene: Scene, params: Params, state: State, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def spy(name: str) -> Any:
        phase = getattr(phases, name)

        def spied(*args: Any) -> Any:
            seen.append(name)
            return phase(*args)

        return spied

    for name in phases.PHASES:
        monkeypatch.setattr(phases, name, spy(name))
    phases.step(params, scene.world, state, year)
    assert tuple(seen) == phases.PHASES


def test_a_step_is_its_phases_one_after_the_other(scene: Scene, params: Params, state: State, year: Year) -> None:
    whole = phases.step(params, scene.world, state, year)
    one = phases.threaten(params, scene.world, phases.perceive(params, scene.world, state, year), year)
    two, moves = phases.respond(params, scene.world, one, year)
    three, clashes = phases.clash(params, scene.world, two, year, state)
    last = phases.learn_from_it(params, scene.world, three, year, moves | clashes)
    assert not changed(whole.state, last)
    assert set(whole.happened) == {"new_pact", "pact_ends", "separate_peace", "dispute", "supported", "abandoned"}


def test_events_are_told_from_how_things_stood_when_the_year_began(
    scene: Scene, params: Params, state: State, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were learnt so: what the year itself brings to quantities, ties and rivalries is not seen by its events."""
    told: list[tuple[str, dict[str, Any]]] = []
    odds = phases.hazards.odds

    def spied(equation: str, params: Params, features: dict[str, Any]) -> Any:
        told.append((equation, features))
        return odds(equation, params, features)

    monkeypatch.setattr(phases.hazards, "odds", spied)
    calm = phases.step(params, scene.world, state, year).state
    eventful = with_ties(scene, year, new_tie=("AAA", "BBB"))
    moved = {name: eventful.innovations[name] + 1.0 for name in shocks.MARGINS}
    stirred = with_noise(eventful._replace(innovations=eventful.innovations | moved), rivalry_ends=np.zeros(()))
    assert changed(calm, phases.step(params, scene.world, state, stirred).state) >= {
        "burden",
        "ideal",
        "tie",
        "rivalry",
    }
    events = [name for name, _ in told[: len(told) // 2]]
    assert {"new_tie", "tie_ends", "dispute", "force", "nuclear_up", "obligation_ends"} <= set(events)
    for (name, before), (_, after) in zip(told[: len(events)], told[len(events) :], strict=True):
        for feature in set(before) - ({"weaker"} if name == "support" else set()):
            np.testing.assert_array_equal(before[feature], after[feature], err_msg=f"{name}: {feature}")


def test_perceive_touches_commitment_only(scene: Scene, params: Params, state: State, year: Year) -> None:
    after = phases.perceive(params, scene.world, state, year)
    assert changed(state, after) == {"commitment", "belief"}
    gone = params["commitment"]["rate"] * (after.commitment - state.belief)
    np.testing.assert_allclose(after.belief - state.belief, gone)


def test_style_shifts_the_shared_shock(scene: Scene, params: Params, state: State, year: Year) -> None:
    plain = phases.perceive(params, scene.world, state, year)
    harsh = phases.perceive(params, scene.world, state, with_levers(year, style=-1.0))
    np.testing.assert_allclose(harsh.commitment - plain.commitment, -params["commitment"]["common"], rtol=1e-9)


def test_allies_see_a_troop_cut_the_year_after(scene: Scene, params: Params, state: State, year: Year) -> None:
    seen = np.full(len(scene.system.states), np.nan)
    ally = scene.system.states.index("AAA")
    seen[ally] = float(state.troops.y[ally]) + 1.0  # the baseline has more
    after = phases.perceive(params, scene.world, state, with_levers(year, troops_seen=seen))
    p = params["commitment"]
    assert float(after.lift[ally]) == pytest.approx(-float(p["gain_troops"][ally] / p["troops_sd"]))
    assert np.count_nonzero(after.lift) == 1


def test_a_lost_guarantee_lowers_the_lift(scene: Scene, params: Params, state: State, year: Year) -> None:
    seen = np.full(len(scene.system.states), np.nan)
    ally = scene.system.states.index("BBB")
    seen[ally] = 3.0
    lost = state._replace(obligation=state.obligation.at[ally].set(0.0))
    after = phases.perceive(params, scene.world, lost, with_levers(year, obligation_seen=seen))
    assert float(after.lift[ally]) == pytest.approx(-float(params["commitment"]["gain_pact"][ally]))
    assert np.count_nonzero(after.lift) == 1


def test_the_gap_pulls_allies_only_and_within_limits(scene: Scene, params: Params, state: State, year: Year) -> None:
    ally = np.asarray(scene.world.ally)
    wide = state._replace(gap=jnp.full_like(state.gap, 1e6), first_gap=jnp.asarray(0.5 * ally))
    pull = phases.pulls(params, scene.world, wide, year)
    still = phases.pulls(params, scene.world, state, year)
    expected = (3.0 - 0.5) * float(params["burden"]["gap"]) * ally
    np.testing.assert_allclose(pull["burden"] - still["burden"], expected)
    np.testing.assert_array_equal(pull["gdp"], 0)


def test_a_gap_moves_its_ally_as_far_as_it_moved_since_the_start(
    scene: Scene, params: Params, state: State, year: Year
) -> None:
    ally = np.asarray(scene.world.ally) > 0
    standing, moved = map(np.asarray, phases.gap_since(params, scene.world, state))
    np.testing.assert_array_equal(moved, 0.0)
    assert standing.sum() == pytest.approx(0.0, abs=1e-12)
    assert np.abs(standing[ally]).min() > 0
    pull = np.asarray(phases.pulls(params, scene.world, state, year)["ideal"])
    # a gap that opens later does move them, whoever else's opens
    wider = state._replace(gap=state.gap + 0.1)
    more = np.asarray(phases.pulls(params, scene.world, wider, year)["ideal"]) - pull
    np.testing.assert_allclose(more[ally], 0.1 * float(params["ideal"]["gap"]) / float(params["gap"]["sd"]))
    np.testing.assert_array_equal(more[~ally], 0.0)


def test_allies_with_a_pact_come_nearer_to_each_other(scene: Scene, params: Params, state: State, year: Year) -> None:
    states, world = scene.system.states, scene.world
    values = np.full(len(states), 9.0)
    a, b = states.index("AAA"), states.index("BBB")
    values[[a, b]] = 1.0, 3.0
    none = np.zeros((len(states), len(states)))
    np.testing.assert_array_equal(margins.from_fellows(jnp.asarray(none), jnp.asarray(values)), 0.0)
    none[a, b] = none[b, a] = 1.0
    bound = world._replace(fellows=jnp.asarray(none))
    expected = np.zeros(len(states))
    expected[[a, b]] = 2.0, -2.0
    np.testing.assert_array_equal(margins.from_fellows(bound.fellows, jnp.asarray(values)), expected)
    apart = state._replace(ideal=state.ideal._replace(y=jnp.asarray(values)))
    gained = phases.pulls(params, bound, apart, year)["ideal"] - phases.pulls(params, world, state, year)["ideal"]
    np.testing.assert_allclose(np.asarray(gained)[[a, b]], float(params["ideal"]["fellows"]) * expected[[a, b]])
    # one of whom nothing is known says nothing
    values[b] = np.nan
    np.testing.assert_array_equal(margins.from_fellows(bound.fellows, jnp.asarray(values)), 0.0)


def test_demand_pulls_those_who_spend_less(scene: Scene, params: Params, state: State, year: Year) -> None:
    burden = jnp.log(jnp.asarray([0.03, 0.01, 0.05, 0.02, 0.02]))
    low = state._replace(burden=state.burden._replace(y=burden), gap=jnp.zeros_like(state.gap))
    asked, plain = (
        phases.pulls(params, scene.world, low, year_of)["burden"] for year_of in (with_levers(year, demand=0.03), year)
    )
    pull = asked - plain
    expected = np.zeros(5)
    expected[1] = float(params["burden"]["demand"]) * np.log(3)
    np.testing.assert_allclose(pull, expected, atol=1e-9)


def test_quantities_alone_move_in_a_calm_year(scene: Scene, params: Params, state: State, year: Year) -> None:
    after, happened = phases.respond(params, scene.world, state, year)
    assert changed(state, after) == {"gdp", "burden", "ideal", "troops", "arms", "ahead"}
    assert not any(np.asarray(flag).any() for flag in happened.values())


def test_a_tie_forms_and_ends(scene: Scene, params: Params, state: State, year: Year) -> None:
    pair = ("AAA", "PPP")
    place = scene.pairs.index(pair)
    tied, happened = phases.respond(params, scene.world, state, with_ties(scene, year, new_tie=pair))
    assert float(tied.tie[place]) == 2
    assert np.flatnonzero(happened["new_pact"]).tolist() == [place]
    again, happened = phases.respond(params, scene.world, tied, with_ties(scene, year, new_tie=pair))
    assert not np.asarray(happened["new_pact"]).any()
    over, happened = phases.respond(params, scene.world, again, with_ties(scene, year, tie_ends=pair))
    assert float(over.tie[place]) == 0
    assert np.flatnonzero(happened["pact_ends"]).tolist() == [place]


def test_no_tie_with_an_adversary(scene: Scene, params: Params, state: State, year: Year) -> None:
    certain = jnp.full_like(year.innovations["new_tie"], 1e-12)
    open_year = year._replace(innovations=year.innovations | {"new_tie": certain})
    after, happened = phases.respond(params, scene.world, state, open_year)
    opposed = np.array(["KKK" in pair for pair in scene.pairs])
    formed = np.asarray(happened["new_pact"])
    assert formed.any()
    assert not formed[opposed].any()
    np.testing.assert_array_equal(np.asarray(after.tie)[opposed], np.asarray(state.tie)[opposed])


def test_trilateral_raises_ties_among_allies_only(scene: Scene, params: Params, state: State, year: Year) -> None:
    after, happened = phases.respond(params, scene.world, state, with_levers(year, trilateral=3.0))
    raised = np.flatnonzero(np.asarray(after.tie) != np.asarray(state.tie))
    assert [scene.pairs[i] for i in raised] == [("AAA", "BBB")]
    assert not np.asarray(happened["new_pact"]).any()


def test_peace_counts_as_accommodation_and_does_not_end_a_rivalry(
    scene: Scene, params: Params, state: State, year: Year
) -> None:
    pair = ("BBB", "KKK")
    after, happened = phases.respond(params, scene.world, state, with_noise(year, separate_peace=only(scene, pair)))
    place, ally = scene.pairs.index(pair), scene.system.states.index("BBB")
    assert np.flatnonzero(happened["separate_peace"]).tolist() == [place]
    assert float(after.rivalry[place]) == 1
    assert float(after.accommodation[ally]) == 1
    assert float(jnp.sum(after.accommodation)) == 1


def test_a_rivalry_that_fades_is_no_accommodation_of_its_own(
    scene: Scene, params: Params, state: State, year: Year
) -> None:
    pair = ("BBB", "KKK")
    after, happened = phases.respond(params, scene.world, state, with_noise(year, rivalry_ends=only(scene, pair)))
    assert float(after.rivalry[scene.pairs.index(pair)]) == 0
    assert not np.asarray(happened["separate_peace"]).any()
    np.testing.assert_array_equal(after.accommodation, 0)


def test_the_nuclear_ladder_one_rung_a_year(scene: Scene, params: Params, state: State, year: Year) -> None:
    ally = scene.system.states.index("AAA")
    climbing = with_noise(year, nuclear_up=only_state(scene, "AAA"))
    rungs = []
    for _ in range(5):
        state, _ = phases.respond(params, scene.world, state, climbing)
        rungs.append(float(state.rung[ally]))
    assert rungs == [1, 2, 3, 3, 3]
    down, _ = phases.respond(params, scene.world, state, with_noise(year, nuclear_down=only_state(scene, "AAA")))
    assert float(down.rung[ally]) == 3  # who has a bomb keeps it
    low = state._replace(rung=state.rung.at[ally].set(1.0))
    both = with_noise(climbing, nuclear_down=only_state(scene, "AAA"))
    assert float(phases.respond(params, scene.world, low, both)[0].rung[ally]) == 2
    down, _ = phases.respond(params, scene.world, low, with_noise(year, nuclear_down=only_state(scene, "AAA")))
    assert float(down.rung[ally]) == 0


def test_only_allies_climb(scene: Scene, params: Params, state: State, year: Year) -> None:
    after, _ = phases.respond(params, scene.world, state, with_noise(year, nuclear_up=np.full(5, 1e-12)))
    np.testing.assert_array_equal(after.rung - state.rung, scene.world.ally)


@pytest.mark.parametrize(("whose", "refusals"), [(1e-12, 1.0), (1 - 1e-12, 0.0)])
def test_an_obligation_ends_by_someones_act(
    scene: Scene, params: Params, state: State, year: Year, whose: float, refusals: float
) -> None:
    noise = {"obligation_ends": only_state(scene, "AAA"), "whose_act": np.full(5, whose)}
    after, _ = phases.respond(params, scene.world, state, with_noise(year, **noise))
    ally = scene.system.states.index("AAA")
    assert float(after.obligation[ally]) == 0
    assert float(after.refusals[ally]) == refusals
    assert float(jnp.sum(after.refusals)) == refusals


def test_a_dispute_without_force_is_no_test(scene: Scene, params: Params, state: State, year: Year) -> None:
    pair = ("AAA", "KKK")
    place = scene.pairs.index(pair)
    after, happened = clash(params, scene, state, with_noise(year, dispute=only(scene, pair)))
    assert not any(np.asarray(flag).any() for flag in happened.values())
    assert float(after.quiet[place]) == 0
    assert float(after.stock[place]) == pytest.approx(0.9 * float(state.stock[place]) + 1)
    others = np.arange(len(scene.world.foes)) != place
    np.testing.assert_allclose(after.quiet[others], state.quiet[others] + 1)
    np.testing.assert_allclose(after.calm_quiet, state.calm_quiet + 1)
    np.testing.assert_allclose(after.calm_stock, 0.9 * state.calm_stock)


@pytest.mark.parametrize("helps", [True, False])
def test_force_tests_the_guarantee(scene: Scene, params: Params, state: State, year: Year, helps: bool) -> None:
    pair = ("AAA", "KKK")
    place = scene.pairs.index(pair)
    support = np.full(len(scene.pairs), 1e-12 if helps else 1 - 1e-12)
    tried = with_noise(year, dispute=only(scene, pair), force=only(scene, pair), support=support)
    _, happened = clash(params, scene, state, tried)
    assert np.flatnonzero(happened["dispute"]).tolist() == [place]
    assert bool(happened["supported"][place]) == helps
    assert bool(happened["abandoned"][place]) != helps


@pytest.mark.parametrize(("outcome", "flag"), [(1.0, "supported"), (-1.0, "abandoned")])
def test_a_crisis_lever_names_the_outcome(
    scene: Scene, params: Params, state: State, year: Year, outcome: float, flag: str
) -> None:
    crisis = np.zeros(len(scene.pairs))
    crisis[0] = outcome
    _, happened = clash(params, scene, state, with_levers(year, crisis=crisis))
    assert np.flatnonzero(happened[flag]).tolist() == [0]
    assert np.flatnonzero(happened["dispute"]).tolist() == [0]


def test_others_learn_a_part_of_the_lesson(scene: Scene, params: Params, state: State, year: Year) -> None:
    place = scene.pairs.index(("AAA", "KKK"))
    nothing = jnp.zeros(len(scene.pairs), dtype=bool)
    failed = {"supported": nothing, "abandoned": nothing.at[place].set(True)}
    asked = with_levers(year, crisis=np.where(np.arange(len(nothing)) == place, -1.0, 0.0))
    change = np.asarray(phases.learn_from_it(params, scene.world, state, asked, failed).belief - state.belief)
    blow, travels = float(params["test"]["abandoned"]), float(params["test"]["travels"])
    by_state = dict(zip(scene.system.states, change, strict=True))
    assert by_state["AAA"] == pytest.approx(-blow)
    assert by_state["BBB"] == pytest.approx(-blow * travels)
    assert by_state["KKK"] == by_state["PPP"] == by_state["USA"] == 0
    helped = {"supported": nothing.at[place].set(True), "abandoned": nothing}
    assert (phases.learn_from_it(params, scene.world, state, year, helped).belief >= state.belief).all()


@pytest.mark.parametrize("trust", [-8.0, 0.0, 8.0])
def test_what_was_expected_teaches_little(scene: Scene, params: Params, state: State, year: Year, trust: float) -> None:
    place = scene.pairs.index(("AAA", "KKK"))
    nothing = jnp.zeros(len(scene.pairs), dtype=bool)
    state = state._replace(belief=jnp.full_like(state.belief, trust))
    near, _ = pairs.facing(scene.world, state)
    odds = phases.support_odds(params, near, state, state.belief)[scene.pairs.index(("AAA", "KKK"))]
    expected, ally = 1 / (1 + np.exp(-float(odds))), scene.system.states.index("AAA")
    for name, wanted in (("supported", 1 - expected), ("abandoned", -expected)):
        happened = {"supported": nothing, "abandoned": nothing} | {name: nothing.at[place].set(True)}
        change = phases.learn_from_it(params, scene.world, state, year, happened).belief - state.belief
        assert float(change[ally]) == pytest.approx(float(params["test"][name]) * wanted)


def test_only_peace_with_whom_the_patron_opposes_is_accommodation(
    scene: Scene, params: Params, state: State, year: Year
) -> None:
    ally = scene.system.states.index("AAA")
    year = with_noise(year, separate_peace=only(scene, ("AAA", "KKK")))
    foes = len(scene.world.foes)
    for opposed, standing, acts in ((1.0, 0.0, 1.0), (0.0, 0.0, 0.0), (1.0, 1.0, 0.0)):
        peace = scene.world.peace.at[:foes].set(standing)
        world = scene.world._replace(opposed=jnp.full(foes, opposed), peace=peace)
        after, happened = phases.move_ties(params, world, state, year)
        assert np.asarray(happened["separate_peace"]).sum() == 1
        assert float((after.accommodation - state.accommodation)[ally]) == acts
        again, happened = phases.move_ties(params, world, after, year)
        assert not np.asarray(happened["separate_peace"]).any()
        assert float((again.accommodation - after.accommodation)[ally]) == 0


def test_who_leaves_a_treaty_leaves_it_with_everybody(scene: Scene, params: Params, year: Year) -> None:
    calm = {"shared tie_ends": 0.0, "tie_ends": np.full(len(scene.pairs), 0.5)}
    noise = with_noise(year, **calm, **{"tie_ends by state": only_state(scene, "AAA")}).noise
    shock = jnp.zeros(len(shocks.SHARED))
    lots = shocks.innovations(params, scene.world, shock, noise)["tie_ends"]
    own = [("AAA" in pair) for pair in scene.pairs][len(scene.world.foes) :]
    assert 0 < sum(own) < len(own)
    assert (np.asarray(lots) < 1e-6).tolist() == own
