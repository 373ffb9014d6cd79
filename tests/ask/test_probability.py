"""Probabilities and their intervals against known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta

from moorings.ask.probability import Spread, interval, probability, settled_shares, spread, threshold_grid
from moorings.ask.words import WORDS, band, words
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble

DRAWS, PER_DRAW = 100, 40


@pytest.fixture(scope="module")
def drawn() -> Ensemble:
    """Members with draws and weights and nothing else."""
    members = DRAWS * PER_DRAW
    draw, weights = np.arange(members) % DRAWS, np.full(members, 1 / members)
    return Ensemble("bare", "USA", (), (), (), (2025, 2026), ("USA",), draw, {}, {}, weights)


def _spread(world: Ensemble, rng: np.random.Generator, truths: np.ndarray) -> Spread:
    return spread(rng.random(world.members) < truths[world.draw], world)


@pytest.mark.parametrize(("mean", "size"), [(0.3, 8.0), (0.1, 20.0), (0.6, 60.0)])
def test_the_interval_holds_nine_tenths_of_the_true_distribution(drawn: Ensemble, mean: float, size: float) -> None:
    rng = np.random.default_rng(5)
    a, b = mean * size, (1 - mean) * size
    held = []
    for _ in range(60):
        low, high = interval(_spread(drawn, rng, rng.beta(a, b, DRAWS)))
        held.append(beta.cdf(high, a, b) - beta.cdf(low, a, b))
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_draws_that_agree_leave_only_monte_carlo_error(drawn: Ensemble) -> None:
    rng = np.random.default_rng(6)
    found = [interval(_spread(drawn, rng, np.full(DRAWS, 0.2))) for _ in range(200)]
    assert np.mean([low <= 0.2 <= high for low, high in found]) >= 0.88
    narrowest = min(high - low for low, high in found)
    assert narrowest == pytest.approx(2 * 1.645 * np.sqrt(0.2 * 0.8 / drawn.members), rel=0.05)
    assert np.mean([high - low for low, high in found]) < 3 * narrowest


def test_noise_within_draws_is_taken_out(drawn: Ensemble) -> None:
    rng = np.random.default_rng(7)
    truths = rng.beta(20, 20, DRAWS)
    found = [_spread(drawn, rng, truths) for _ in range(100)]
    error = 0.25 / drawn.members + truths.var() / DRAWS
    assert np.mean([share.variance for share in found]) == pytest.approx(truths.var(ddof=1) + error, rel=0.08)
    assert np.mean([np.var(share.draws.means) for share in found]) > 1.8 * truths.var()


def _first(world: Ensemble, members: int) -> Ensemble:
    return replace(world, draw=world.draw[:members], weights=np.full(members, 1 / members))


@pytest.mark.parametrize("truth", [False, True])
def test_never_and_always_leave_a_bound_that_shrinks_with_members(drawn: Ensemble, truth: bool) -> None:
    widths = []
    for members in (400, 4000):
        low, high = interval(spread(np.full(members, truth), _first(drawn, members)))
        assert (high == 1.0 and 0.98 < low < 1.0) if truth else (low == 0.0 and 0.0 < high < 0.02)
        widths.append(high - low)
    assert widths[1] < widths[0] / 8


def test_weights_count(world: Ensemble) -> None:
    weighted = world.reweighted(np.where(np.arange(world.members) < 100, 1.0, 1e-300))
    answer = probability(weighted, "noticeable_drift(KOR) in 2036")
    plain = np.mean(world.of("drift", "KOR")[:100, -1] >= 1)
    assert answer.probability == pytest.approx(plain)
    assert answer.effective_members == pytest.approx(100)
    first = probability(world, "noticeable_drift(KOR) in 2036")
    assert answer.high - answer.low > first.high - first.low


def test_one_draw_leaves_monte_carlo_error_alone(world: Ensemble) -> None:
    answer = probability(replace(world, draw=np.zeros(world.members, int)), "noticeable_drift(KOR) in 2036")
    assert 0 < answer.low < answer.probability < answer.high < 2 * answer.probability


def test_one_member_a_draw_cannot_tell_noise_from_draws_and_says_so(world: Ensemble) -> None:
    answer = probability(replace(world, draw=np.arange(world.members)), "noticeable_drift(KOR) in 2036")
    assert answer.high - answer.low > 0.9


def test_settled_shares_stand_at_the_quantiles_of_the_interval(drawn: Ensemble) -> None:
    rng = np.random.default_rng(8)
    share = _spread(drawn, rng, rng.beta(3, 7, DRAWS))
    shares, (low, high) = settled_shares(share), interval(share)
    assert np.mean((shares >= low) & (shares <= high)) == pytest.approx(0.9, abs=0.011)
    np.testing.assert_array_equal(np.argsort(shares), np.argsort(share.draws.means, kind="stable"))


def test_the_answer_says_what_was_asked(world: Ensemble) -> None:
    answer = probability(world, "noticeable_drift( KOR )  in 2036")
    assert answer.event == "noticeable_drift(KOR) in 2036"
    assert answer.words == words(answer.probability)
    assert (answer.members, round(answer.effective_members)) == (400, 400)
    assert answer.low <= answer.probability <= answer.high


def test_the_grid_falls_as_the_threshold_rises(world: Ensemble) -> None:
    grid = threshold_grid(world, "noticeable_drift(JPN) in 2036")
    assert list(grid) == [0.5, 1.0, 1.5, 2.0]
    found = [answer.probability for answer in grid.values()]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
    assert grid[2.0].probability == probability(world, "marked_drift(JPN) in 2036").probability


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "below 1 %"),
        (0.0099, "below 1 %"),
        (0.01, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.5, "roughly even chance"),
        (0.55, "likely"),
        (0.8, "very likely"),
        (0.95, "almost certain"),
        (0.99, "almost certain"),
        (0.991, "above 99 %"),
    ],
)
def test_words(value: float, expected: str) -> None:
    assert words(value) == expected


def test_claims_reach_down_to_0_and_up_to_1() -> None:
    assert band("almost no chance") == (0.0, 0.05)
    assert band("almost certain") == (0.95, 1.0)
    assert band("likely") == WORDS["likely"]
    with pytest.raises(InputError, match="very likely"):
        band("very likly")
