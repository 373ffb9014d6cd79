"""The pool of the law with statistical forecasts."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.score.metrics import LEVELS, crps_quantiles
from moorings.score.pool import PERSISTENCE, STRUCTURAL, TREES, partners_of, pooled


def test_a_forecast_pooled_with_itself_stays_as_it_is() -> None:
    own = np.linspace(-1.0, 1.0, len(LEVELS))[:, None]
    found = pooled("gdp", own, dict.fromkeys(partners_of("gdp"), own))
    assert found is not None
    assert found[:, 0] == pytest.approx(own[:, 0], abs=0.05)


def test_the_pool_holds_both_opinions() -> None:
    low, high = (np.full((len(LEVELS), 1), value) for value in (0.0, 1.0))
    others = {"theta": np.full_like(low, 99.0)}
    found = pooled("burden", low, dict.fromkeys(TREES, high) | others)
    assert found is not None
    assert set(np.unique(found)) <= {0.0, 1.0}
    assert found.mean() == pytest.approx(0.5)
    # the score of a pool is at most the mean of its parts' scores
    came = np.array([0.3])
    assert crps_quantiles(found, came) <= (crps_quantiles(low, came) + crps_quantiles(high, came)) / 2


def test_law_trees_and_each_form_of_persistence_weigh_the_same() -> None:
    value = dict(zip((STRUCTURAL, *partners_of("gdp")), range(5), strict=True))
    members = {name: np.full((len(LEVELS), 1), float(at)) for name, at in value.items()}
    found = pooled("gdp", members.pop(STRUCTURAL), members)
    assert found is not None
    share = {name: float((found == at).mean()) for name, at in value.items()}
    assert share == pytest.approx(
        {STRUCTURAL: 1 / 4, **dict.fromkeys(TREES, 1 / 8), **dict.fromkeys(PERSISTENCE["gdp"], 1 / 4)}, abs=0.03
    )
    assert partners_of("arms_dependence") == TREES[1:]


def test_without_partners_there_is_no_pool() -> None:
    assert pooled("burden", np.zeros((len(LEVELS), 1)), {"theta": np.zeros((len(LEVELS), 1))}) is None
