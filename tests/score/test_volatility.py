from __future__ import annotations

import numpy as np

from moorings.score.history import History
from moorings.score.volatility import Volatility, expected_size


def test_volatility_tells_quiet_units_from_wild_ones(walks: History) -> None:
    volatility = Volatility.of(walks.moved)
    last = volatility.long[-1]
    assert last[1::2].min() > last[::2].max()


def test_short_memory_follows_a_burst_faster_than_a_long_one() -> None:
    moved = np.full((30, 2), 0.1)
    moved[25:, 0] = 1.0
    volatility = Volatility.of(moved)
    assert volatility.short[-1, 0] > volatility.long[-1, 0] > volatility.long[-1, 1]


def test_volatility_of_a_row_ignores_later_moves_except_through_the_pool(walks: History) -> None:
    moved = walks.moved
    changed = moved.copy()
    changed[40:] = changed[40:][::-1]
    np.testing.assert_allclose(Volatility.of(moved).short[:40], Volatility.of(changed).short[:40])


def test_a_unit_without_moves_gets_the_pool() -> None:
    moved = np.column_stack([np.full(20, 0.2), np.full(20, np.nan)])
    volatility = Volatility.of(moved)
    np.testing.assert_allclose(volatility.long[-1, 1], volatility.pooled)


def test_expected_size_recovers_its_coefficients_with_zeros_among_the_sizes() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(20_000, 2))
    sizes = np.exp(-1 + 0.5 * x[:, 0]) * rng.exponential(size=20_000) * rng.integers(0, 2, 20_000) * 2
    np.testing.assert_allclose(expected_size(x, sizes), [-1, 0.5, 0], atol=0.06)
