"""The pool of the law with statistical forecasts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from moorings.score.metrics import LEVELS, crps_quantiles
from moorings.score.pool import PERSISTENCE, STRUCTURAL, TREES, partners_of, pooled


def test_a_forecast_pooled_with_itself_stays_as_it_is() -> None:
    own = np.linspace(-1.0, 1.0, len(LEVELS))[:, None]
    found = pooled("gdp", own, dict.fromkeys(partners_of("gdp"), own))
    assert found is not None
    assert found[:, 0] == pytest.approx(own[:, 0])


def test_the_pool_stands_between_two_opinions_and_is_no_wider_than_they_are() -> None:
    low = norm.ppf(LEVELS)[:, None]
    high = 3 + 2 * low
    others = {"theta": np.full_like(low, 99.0)}
    found = pooled("burden", low, dict.fromkeys(TREES, high) | others)
    assert found is not None
    np.testing.assert_allclose(found, 1.5 + 1.5 * low)
    # the score of a pool is at most the mean of its parts' scores
    for came in ([-2.0], [1.0], [5.0]):
        parts = (crps_quantiles(low, np.array(came)) + crps_quantiles(high, np.array(came))) / 2
        assert crps_quantiles(found, np.array(came)) <= parts


def test_law_trees_and_each_form_of_persistence_weigh_the_same() -> None:
    expected = {STRUCTURAL: 1 / 4, **dict.fromkeys(TREES, 1 / 8), **dict.fromkeys(PERSISTENCE["gdp"], 1 / 4)}
    assert set(expected) == {STRUCTURAL, *partners_of("gdp")}
    for name, share in expected.items():
        members = {other: np.full((len(LEVELS), 1), float(other == name)) for other in expected}
        found = pooled("gdp", members.pop(STRUCTURAL), members)
        assert found is not None
        np.testing.assert_allclose(found, share)
    assert partners_of("arms_dependence") == TREES[1:]


def test_without_partners_there_is_no_pool() -> None:
    assert pooled("burden", np.zeros((len(LEVELS), 1)), {"theta": np.zeros((len(LEVELS), 1))}) is None
