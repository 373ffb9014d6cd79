"""Evidence weighs members; contradictions and thin weights are said."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.ask.evidence import condition, condition_until_enough, log_likelihood
from moorings.ask.language import parse_evidence
from moorings.ask.probability import probability
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble

QUESTION = "noticeable_drift(KOR) in 2036"


def test_an_event_as_evidence_is_conditional_probability(world: Ensemble) -> None:
    given = "new_pact(JPN, KOR) by 2030"
    answer = probability(condition(world, [given]).ensemble, QUESTION)
    both, alone = (probability(world, text).probability for text in (f"{QUESTION} and {given}", given))
    assert answer.probability == pytest.approx(both / alone)
    assert answer.effective_members == pytest.approx(alone * world.members)


def test_a_value_with_an_error_follows_bayes(world: Ensemble) -> None:
    path = world.of("drift", "KOR")[:, 3]
    weights = np.exp(-0.5 * ((path - 0.5) / 0.2) ** 2)
    found = condition(world, ["drift(KOR) in 2028 ~ 0.5 ± 0.2"]).ensemble.weights
    np.testing.assert_allclose(found, weights / weights.sum(), rtol=1e-12)


def test_a_normal_value_gives_the_normal_posterior(create_world) -> None:  # type: ignore[no-untyped-def]
    world, rng = create_world(), np.random.default_rng(9)
    world.values["gap"][:, 5, world.states.index("JPN")] = rng.normal(0, 1, world.members)
    ensemble = condition(world, ["gap(JPN) in 2030 ~ 1 ± 1"]).ensemble
    values = ensemble.of("gap", "JPN")[:, 5]
    assert ensemble.weights @ values == pytest.approx(0.5, abs=0.12)
    assert ensemble.weights @ (values - 0.5) ** 2 == pytest.approx(0.5, abs=0.12)


def test_pieces_of_evidence_multiply_in_any_order(world: Ensemble) -> None:
    pieces = ["burden(JPN) in 2027 ~ 50% ± 10%", "abandoned(KOR) by 2034", "drift(PHL) > 0 in 2030"]
    forward, back = (condition(world, order).ensemble.weights for order in (pieces, pieces[::-1]))
    np.testing.assert_allclose(forward, back, rtol=1e-12)
    step = condition(condition(world, pieces[:1]).ensemble, pieces[1:]).ensemble.weights
    np.testing.assert_allclose(forward, step, rtol=1e-12)


def test_contradictory_evidence_is_refused_with_a_remedy(world: Ensemble) -> None:
    with pytest.raises(InputError, match=r"in no member.*likelier"):
        condition(world, ["drift(KOR) > 1e9 in 2030"])
    with pytest.raises(InputError, match="contradicts"):
        condition(world, ["drift(KOR) > 1 in 2030", "drift(KOR) < 1 in 2030"])


def test_a_missing_value_agrees_with_no_evidence(quiet: Ensemble) -> None:
    quiet.values["gap"][0, 2, quiet.states.index("JPN")] = np.nan
    found = log_likelihood(parse_evidence("gap(JPN) in 2027 ~ 0 ± 1"), quiet)
    assert found[0] == -np.inf
    assert np.isfinite(found[1:]).all()


def test_thin_evidence_warns_and_asks_for_more_members(world: Ensemble) -> None:
    thin = condition(world, ["drift(KOR) in 2036 ~ 0.5 ± 0.05"])
    assert "effective members of 400" in thin.warning
    assert str(thin.needed_members) in thin.warning
    assert thin.needed_members > 2_000
    assert condition(world, ["drift(KOR) in 2036 ~ 0.5 ± 9"]).warning == ""


def test_more_members_are_simulated_where_too_few_agree(create_world) -> None:  # type: ignore[no-untyped-def]
    asked: list[int] = []

    def simulate(members: int) -> Ensemble:
        asked.append(members)
        return create_world(members=min(members, 4000), draws=40)

    condition_until_enough(simulate, ["drift(KOR) > 0 in 2030"], 1000)
    assert asked == [1000]
    condition_until_enough(simulate, ["drift(KOR) > 2 in 2036"], 1000)
    assert asked[1:] == [1000, condition(create_world(1000), ["drift(KOR) > 2 in 2036"]).needed_members]


def test_few_members_are_enough_where_there_is_no_evidence(create_world) -> None:  # type: ignore[no-untyped-def]
    found = condition_until_enough(lambda members: create_world(members=members), (), 50)
    assert (found.ensemble.members, found.warning) == (50, "")
