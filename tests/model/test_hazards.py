"""Hazards: log-odds, clipping, the memory of disputes."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from moorings.model import hazards

PARAMS = {
    "intercept": jnp.asarray(-2.0),
    "weights": jnp.asarray([0.5, -1.0]),
    "mean": jnp.asarray([1.0, 0.0]),
    "sd": jnp.asarray([2.0, 0.5]),
}

IDEAL = (jnp.zeros(2), jnp.zeros(2))


def test_log_odds_by_hand() -> None:
    features = {"a": jnp.asarray([3.0, 1.0]), "b": jnp.asarray([0.25, 0.0]), "unused": jnp.asarray([9.0, 9.0])}
    np.testing.assert_allclose(hazards.logit(PARAMS, features, ("a", "b")), [-2.0 + 0.5 - 0.5, -2.0])


def test_no_feature_runs_away() -> None:
    far = {"a": jnp.asarray([1e9]), "b": jnp.asarray([-1e9])}
    assert float(hazards.logit(PARAMS, far, ("a", "b"))[0]) == pytest.approx(-2.0 + 4 * 0.5 + 4 * 1.0)


def test_an_equation_with_rare_features_has_a_wider_limit() -> None:
    names = hazards.FEATURES["tie_ends"]
    plain = {"intercept": jnp.asarray(0.0), "weights": jnp.ones(len(names))}
    plain |= {"mean": jnp.zeros(len(names)), "sd": jnp.ones(len(names))}
    far = {name: jnp.asarray([0.0]) for name in names} | {names[0]: jnp.asarray([1e9])}
    assert float(hazards.odds("tie_ends", {"tie_ends": plain}, far)[0]) == hazards.WIDE["tie_ends"]
    assert float(hazards.logit(plain, far, names)[0]) == hazards.LIMIT


def test_a_missing_feature_counts_as_average() -> None:
    features = {"a": jnp.asarray([jnp.nan]), "b": jnp.asarray([0.25])}
    assert float(hazards.logit(PARAMS, features, ("a", "b"))[0]) == pytest.approx(-2.5)


def test_no_ratio_where_one_power_is_not_known() -> None:
    found = hazards.contrast_features(jnp.asarray([24.0, 24.0]), jnp.asarray([21.0, -26.0]), *IDEAL)
    np.testing.assert_array_equal(found["ratio"], [3.0, np.nan])
    np.testing.assert_array_equal(found["stronger"], [24.0, 24.0])


def test_what_third_states_tie_together() -> None:
    common, first, second = (jnp.asarray(x) for x in ([0.0, 3.0, 0.0], [1.0, 5.0, 9.0], [4.0, 7.0, 3.0]))
    found = hazards.common_features(common, first, second)
    np.testing.assert_allclose(found["thirds"], np.log1p([0.0, 3.0, 0.0]))
    np.testing.assert_allclose(found["overlap"], [0.0, 3 / 4, 0.0])  # a pact alone shares nothing


def test_probability_keeps_to_its_range() -> None:
    odds = jnp.asarray([-800.0, -1.0, 0.0, 1.0, 800.0])
    found = np.asarray(hazards.probability(odds))
    assert found.min() >= 0
    assert found.max() <= 1
    assert (np.diff(found) > 0).all()
    assert found[2] == 0.5


def test_disputes_are_remembered_and_fade() -> None:
    stock, quiet = jnp.asarray([0.0, 2.0]), jnp.asarray([5.0, 0.0])
    stock, quiet = hazards.advance_dispute(stock, quiet, jnp.asarray([1.0, 0.0]))
    np.testing.assert_allclose(stock, [1.0, 1.8])
    np.testing.assert_allclose(quiet, [0.0, 1.0])


def test_a_pairs_features_do_not_depend_on_who_is_named_first() -> None:
    one, two = (jnp.asarray([3.0]), jnp.asarray([-1.0])), (jnp.asarray([24.0]), jnp.asarray([27.0]))
    there = hazards.contrast_features(*two, *one)
    back = hazards.contrast_features(*two[::-1], *one[::-1])
    assert there.keys() == back.keys()
    for name in there:
        np.testing.assert_array_equal(there[name], back[name])


def test_every_feature_named_is_made() -> None:
    many = (jnp.zeros(1),) * 5
    plain = hazards.dyad_features(*many) | hazards.contrast_features(*many[:4])
    made = plain.keys() | hazards.product_features(plain).keys() | hazards.common_features(*many[:3]).keys()
    made |= {"democracy", "tie", "peace"}
    for equation in ("dispute", "force", "new_tie", "tie_ends"):
        assert set(hazards.FEATURES[equation]) <= made


def test_ties_of_one_state_come_together_and_keep_their_probability() -> None:
    random, many = np.random.default_rng(1), 400_000
    shares = {"shared_year": jnp.array(0.3), "shared_state": jnp.array(0.8)}
    lot, common = random.standard_normal(many), random.uniform(size=many)

    def drawn(first: np.ndarray) -> np.ndarray:
        other, own = random.uniform(size=(2, many))
        return np.asarray(hazards.together(shares, lot, first, other, own)) < 0.02

    one, beside, apart = drawn(common), drawn(common), drawn(random.uniform(size=many))
    for came in (one, beside, apart):
        assert came.mean() == pytest.approx(0.02, abs=0.001)
    alone = 0.02**2
    assert (one & beside).mean() > 2 * (one & apart).mean() > 4 * alone
