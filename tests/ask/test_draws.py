"""What draws say with the noise of their members taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.ask.draws import by_draw, effect, quantiles, settled
from moorings.simulate.ensemble import Ensemble


def _values(world: Ensemble, between: float, within: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, between, 40)[world.draw] + rng.normal(0, within, world.members)


def test_variances_between_and_within_draws_are_told_apart(world: Ensemble) -> None:
    found = [by_draw(_values(world, 0.5, 2.0, seed), world) for seed in range(200)]
    assert np.mean([draws.within for draws in found]) == pytest.approx(4.0, rel=0.03)
    assert np.mean([draws.between for draws in found]) == pytest.approx(0.25, rel=0.25)


def test_settled_draws_keep_the_mean_and_lose_the_noise(world: Ensemble) -> None:
    draws = by_draw(_values(world, 0.0, 1.0, 3), world)
    calm = settled(draws, world.effective_members)
    assert draws.weights @ calm == pytest.approx(draws.mean)
    assert calm.std() < 0.75 * draws.means.std()
    np.testing.assert_array_equal(settled(by_draw(np.zeros(world.members), world), 400), 0)


def test_draws_without_weight_are_left_out(world: Ensemble) -> None:
    few = replace(world, weights=np.where(world.draw < 5, 1.0, 0.0) / np.sum(world.draw < 5))
    draws = by_draw(world.draw.astype(float), few)
    np.testing.assert_allclose(draws.means, [0, 1, 2, 3, 4], atol=1e-12)
    assert (draws.mean, draws.within) == (pytest.approx(2), pytest.approx(0, abs=1e-20))


def test_a_difference_that_few_members_show_lies_within_its_interval(world: Ensemble) -> None:
    """The draws' own quantiles would lie beside it: all but one or two draws are alike."""
    slight = np.where(world.draw == 3, 0.5, 0.0)
    draws = by_draw(slight, world)
    (high,) = quantiles(settled(draws, world.effective_members), draws.weights, (0.95,))
    assert high < draws.mean
    found = effect(draws, world.effective_members)
    assert found.low < found.mean < found.high
    assert found.mean == pytest.approx(slight.mean())


def test_weighted_quantiles() -> None:
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]) / 4
    assert quantiles(values, weights, (0.0, 0.5, 1.0)) == (1.0, 2.0, 3.0)
