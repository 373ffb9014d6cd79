"""Coverage where probability sits on single values."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.score.coverage import even_hits
from moorings.score.metrics import LEVELS, interval_hits


@pytest.mark.parametrize("mass", [0.5, 0.9])
def test_of_a_perfect_forecast_of_counts_the_mass_is_held(mass: float) -> None:
    random = np.random.default_rng(3)
    stays, cases = 0.7, 200_000
    observed = np.where(random.uniform(size=cases) < stays, 4.0, np.where(random.uniform(size=cases) < 0.5, 3.0, 6.0))
    quantiles = np.where(LEVELS < 0.15, 3.0, np.where(LEVELS < 0.85, 4.0, 6.0))[:, None] * np.ones(cases)
    assert even_hits(quantiles, observed, mass).mean() == pytest.approx(mass, abs=0.005)
    assert interval_hits(quantiles, observed, mass).mean() > mass + 0.09


def test_without_ties_it_is_the_closed_interval() -> None:
    random = np.random.default_rng(4)
    quantiles, observed = np.sort(random.standard_normal((len(LEVELS), 500)), axis=0), random.standard_normal(500)
    observed[3] = np.nan
    np.testing.assert_array_equal(even_hits(quantiles, observed, 0.5), interval_hits(quantiles, observed, 0.5))


def test_a_value_at_the_edge_counts_by_its_part() -> None:
    quantiles = np.where(LEVELS < 0.5, 0.0, LEVELS)[:, None]
    # half of the probability lies on 0, a quarter of all of it within the central half
    assert even_hits(quantiles, np.array([0.0]), 0.5) == pytest.approx(0.5)
    assert even_hits(quantiles, np.array([0.99]), 0.5) == 0
