"""Small made-up histories."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.score.history import History

YEARS = np.arange(1950, 2011)
HORIZONS = (1, 3, 5)


@pytest.fixture
def walks() -> History:
    """Random walks, half of them quiet and half of them wild."""
    units, rng = 40, np.random.default_rng(3)
    size = np.where(np.arange(units) % 2, 0.5, 0.05)
    return History.of_levels(YEARS, np.cumsum(rng.standard_t(4, (len(YEARS), units)) * size, axis=0), HORIZONS)


@pytest.fixture
def events() -> History:
    """Yearly events whose hazard follows one feature of two."""
    units, rng = 300, np.random.default_rng(4)
    feature = np.repeat(rng.normal(size=(1, units, 2)), len(YEARS), axis=0)
    hazard = 1 / (1 + np.exp(3.5 - 1.2 * feature[..., 0]))
    return History.of_events(YEARS, (rng.uniform(size=hazard.shape) < hazard).astype(float), HORIZONS, feature)
