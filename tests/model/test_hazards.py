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


def test_log_odds_by_hand() -> None:
    features = {"a": jnp.asarray([3.0, 1.0]), "b": jnp.asarray([0.25, 0.0]), "unused": jnp.asarray([9.0, 9.0])}
    np.testing.assert_allclose(hazards.logit(PARAMS, features, ("a", "b")), [-2.0 + 0.5 - 0.5, -2.0])


def test_no_feature_runs_away() -> None:
    far = {"a": jnp.asarray([1e9]), "b": jnp.asarray([-1e9])}
    assert float(hazards.logit(PARAMS, far, ("a", "b"))[0]) == pytest.approx(-2.0 + 4 * 0.5 + 4 * 1.0)


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
    made = hazards.dyad_features(*many).keys() | hazards.contrast_features(*many[:4]).keys()
    made |= {"democracy", "tie", "peace"}
    assert set(hazards.DISPUTE) <= made
    assert set(hazards.TIE) <= made
