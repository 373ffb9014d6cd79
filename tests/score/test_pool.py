"""The pool of the law with statistical forecasts."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.score.metrics import LEVELS, crps_quantiles
from moorings.score.pool import TREES, partners_of, pooled


def test_a_forecast_pooled_with_itself_stays_as_it_is() -> None:
    own = np.linspace(-1.0, 1.0, len(LEVELS))[:, None]
    found = pooled("gdp", own, dict.fromkeys(partners_of("gdp"), own))
    assert found is not None
    assert found[:, 0] == pytest.approx(own[:, 0], abs=0.05)


def test_the_pool_holds_both_opinions() -> None:
    low, high = (np.full((len(LEVELS), 1), value) for value in (0.0, 1.0))
    found = pooled("burden", low, {TREES[0]: high, "theta": np.full_like(low, 99.0)})
    assert found is not None
    assert set(np.unique(found)) <= {0.0, 1.0}
    assert found.mean() == pytest.approx(0.5)
    # the score of a pool is at most the mean of its parts' scores
    came = np.array([0.3])
    assert crps_quantiles(found, came) <= (crps_quantiles(low, came) + crps_quantiles(high, came)) / 2


def test_without_partners_there_is_no_pool() -> None:
    assert pooled("burden", np.zeros((len(LEVELS), 1)), {"theta": np.zeros((len(LEVELS), 1))}) is None
