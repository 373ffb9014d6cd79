from __future__ import annotations

import numpy as np
import pytest

from moorings.score import metrics
from moorings.score.metrics import LEVELS, METRICS, interval_hits

RNG = np.random.default_rng(7)
OBSERVED = RNG.normal(size=30)
MEMBERS = RNG.normal(size=(25, 30))


def perfect_forecast(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A forecast and outcomes that deserve the metric's perfect score."""
    if name in ("brier", "log"):
        happened = np.array([0.0, 1.0, 1.0])
        return happened, happened
    if name in ("energy", "variogram"):
        observed = RNG.normal(size=(3, 4))
        return np.repeat(observed[None], 10, axis=0), observed
    if name.startswith("crps"):
        return np.repeat(OBSERVED[None], len(LEVELS), axis=0), OBSERVED
    observed = np.arange(40) + 0.5 if name != "flatness" else np.arange(41) - 0.5
    return np.repeat(np.arange(40.0)[:, None], len(observed), axis=1), observed - 0.5 * (name != "flatness")


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_reaches_its_perfect_score(name: str) -> None:
    forecast, observed = perfect_forecast(name)
    result = METRICS[name].mean(forecast, observed)
    assert result.value == pytest.approx(METRICS[name].perfect, abs=2 * metrics.LOG_FLOOR)
    assert result.dropped == 0


@pytest.mark.parametrize("fair", [False, True])
def test_crps_of_members_agrees_with_scoringrules(fair: bool) -> None:
    scoringrules = pytest.importorskip("scoringrules")
    known = scoringrules.crps_ensemble(OBSERVED, MEMBERS, m_axis=0, estimator="fair" if fair else "nrg")
    np.testing.assert_allclose(metrics.crps_members(MEMBERS, OBSERVED, fair=fair), known)


def test_weighted_crps_agrees_with_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    weights = RNG.dirichlet(np.ones(25))
    columns = np.repeat(weights[:, None], 30, axis=1)
    known = scoringrules.crps_ensemble(OBSERVED, MEMBERS, m_axis=0, ens_w=columns, estimator="nrg")
    np.testing.assert_allclose(metrics.crps_members(MEMBERS, OBSERVED, weights), known)


def test_fair_weighted_crps_ignores_splitting_the_spread_by_weight() -> None:
    pair = np.array([[0.0], [1.0]])
    assert metrics.crps_members(pair, np.array([0.0]), np.array([0.5, 0.5]), fair=True) == pytest.approx(0.0)


def test_crps_of_quantiles_is_that_of_equal_members_and_agrees_with_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    quantiles = metrics.to_quantiles(MEMBERS)
    ours = metrics.crps_quantiles(quantiles, OBSERVED)
    np.testing.assert_allclose(ours, metrics.crps_members(quantiles, OBSERVED))
    np.testing.assert_allclose(ours, scoringrules.crps_quantile(OBSERVED, quantiles, LEVELS, m_axis=0))


def test_event_scores_agree_with_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    p, happened = RNG.uniform(0.01, 0.99, 50), RNG.integers(0, 2, 50).astype(float)
    np.testing.assert_allclose(metrics.brier(p, happened), scoringrules.brier_score(happened, p))
    np.testing.assert_allclose(metrics.log_score(p, happened), scoringrules.log_score(happened, p))


def test_joint_scores_agree_with_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    members, observed = RNG.normal(size=(20, 5, 4)), RNG.normal(size=(5, 4))
    known = scoringrules.es_ensemble(observed, members, m_axis=0)
    np.testing.assert_allclose(metrics.energy_score(members, observed), known)
    known = scoringrules.vs_ensemble(observed, members, m_axis=0, p=0.5)
    np.testing.assert_allclose(metrics.variogram_score(members, observed), known / (4 * 3))


def test_variogram_score_prefers_the_right_dependence() -> None:
    shared = RNG.normal(size=(400, 60, 1))
    members = np.repeat(shared, 3, axis=2) + 0.1 * RNG.normal(size=(400, 60, 3))
    observed = np.repeat(RNG.normal(size=(60, 1)), 3, axis=1)
    shuffled = np.stack([RNG.permutation(members[:, :, k]) for k in range(3)], axis=2)
    right, wrong = (metrics.variogram_score(m, observed).mean() for m in (members, shuffled))
    assert right < 0.2 * wrong


def test_missing_cases_are_dropped_and_counted() -> None:
    observed, quantiles = OBSERVED.copy(), metrics.to_quantiles(MEMBERS)
    observed[0], quantiles[3, 1] = np.nan, np.nan
    for name in ("crps", "coverage90"):
        result = METRICS[name].mean(quantiles, observed)
        assert (result.n, result.dropped) == (28, 2)
    joint = metrics.energy_score(MEMBERS.reshape(25, 10, 3), observed.reshape(10, 3))
    assert not np.isnan(joint).any()
    assert np.isnan(metrics.energy_score(MEMBERS[:, :2].reshape(25, 1, 2), observed[:2].reshape(1, 2))).all()


def test_log_score_is_finite_for_the_impossible_that_happened() -> None:
    assert metrics.log_score(np.array(0.0), np.array(1.0)) == pytest.approx(-np.log(metrics.LOG_FLOOR))


def test_rank_histogram_is_flat_for_exchangeable_members_and_spreads_ties() -> None:
    members, observed = RNG.normal(size=(19, 20_000)), RNG.normal(size=20_000)
    np.testing.assert_allclose(metrics.rank_histogram(members, observed), 0.1, atol=4 * np.sqrt(0.09 / 20_000))
    np.testing.assert_allclose(metrics.rank_histogram(np.zeros((9, 1)), np.zeros(1)), 0.1)


def test_rank_histogram_shows_a_forecast_that_is_too_narrow() -> None:
    histogram = metrics.rank_histogram(0.3 * RNG.normal(size=(50, 2_000)), RNG.normal(size=2_000))
    assert histogram[0] > 0.25
    assert histogram[-1] > 0.25


def test_weighted_quantiles_follow_the_weights() -> None:
    members = np.repeat(np.arange(100.0)[:, None], 2, axis=1)
    weights = np.where(np.arange(100) < 50, 0.0, 0.02)
    np.testing.assert_allclose(metrics.to_quantiles(members, np.full(100, 0.01)), metrics.to_quantiles(members))
    assert metrics.quantile_at(metrics.to_quantiles(members, weights), 0.5)[0] == pytest.approx(74.5)


def test_a_bound_missed_by_rounding_is_inside() -> None:
    quantiles = np.full((len(LEVELS), 1), np.float32(np.log1p(7.0)))
    assert interval_hits(quantiles, np.array([np.log1p(7.0)]), 0.9) == 1
    assert interval_hits(quantiles, np.array([np.log1p(8.0)]), 0.9) == 0
