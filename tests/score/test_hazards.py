from __future__ import annotations

import numpy as np
import pytest

from moorings.score import metrics
from moorings.score.boosting import BoostedHazard
from moorings.score.hazards import BaseRate, Duration, Logit, logit, since_last
from moorings.score.history import History

YEARS = np.arange(1950, 2011)


def test_base_rate_is_the_share_of_known_windows() -> None:
    flags = np.zeros((len(YEARS), 10))
    flags[YEARS == 1980, :5] = 1
    history = History.of_events(YEARS, flags, [5])
    known = (1990 - 1950 - 5 + 1) * 10
    assert BaseRate().fit(history).predict(1990, 5)[0] == pytest.approx((25 + 0.5) / (known + 1))
    assert BaseRate(last=4).fit(history).predict(1990, 5)[0] < 0.02


def test_time_since_the_last_event_is_counted_from_the_first_year_seen() -> None:
    rows = since_last(np.array([[0.0], [1.0], [0.0]]))
    np.testing.assert_allclose(np.expm1(rows[:, 0, 0]), [1, 0, 1])
    np.testing.assert_allclose(rows[:, 0, 1], [1, 0, 0])


def test_a_hazard_that_fades_with_time_adds_less_each_year() -> None:
    rng = np.random.default_rng(6)
    flags = np.zeros((len(YEARS), 200))
    for t in range(1, len(YEARS)):
        flags[t] = rng.uniform(size=200) < np.where(flags[t - 1] == 1, 0.6, 0.03)
    history = History.of_events(YEARS, flags, [1, 2, 5])
    found = Duration().fit(history).predict_all(2009, [1, 2, 5])
    just = flags[YEARS == 2009][0] == 1
    second = 1 - (1 - found[2]) / (1 - found[1])
    assert found[1][just].min() > 3 * np.median(found[1][~just])
    assert (second[just] < found[1][just]).all()
    assert (found[5] > found[2]).all()


def test_logit_recovers_probabilities_and_agrees_with_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(5)
    x = rng.normal(size=(4_000, 2))
    came = (rng.uniform(size=4_000) < 1 / (1 + np.exp(2 - x[:, 0]))).astype(float)
    known = api.Logit(came, api.add_constant(x)).fit(disp=0).predict(api.add_constant(x[:5]))
    np.testing.assert_allclose(logit(x, came, x[:5], prior_sd=100.0), known, rtol=1e-3)


def test_logit_beats_base_rates_where_a_feature_matters_and_is_calibrated_over_years(events: History) -> None:
    origins = range(1975, 2006, 5)
    observed = np.concatenate([events.outcome(o, 5) for o in origins])
    baselines = (BaseRate(), Duration(), Logit(), BoostedHazard(rounds=40))
    forecasts = {b.name: np.concatenate([b.fit(events).predict(o, 5) for o in origins]) for b in baselines}
    scores = {name: metrics.METRICS["log"].mean(p, observed).value for name, p in forecasts.items()}
    assert scores["logit"] < 0.9 * scores["base rate"]
    assert scores["boosted trees"] < scores["base rate"]
    assert forecasts["logit"].mean() == pytest.approx(observed.mean(), abs=0.03)


def test_logit_converges_on_rare_events_that_a_skewed_feature_foretells() -> None:
    rng = np.random.default_rng(8)
    x = np.column_stack([(rng.uniform(size=50_000) < 0.01) * 1.0, rng.normal(size=50_000)])
    hazard = np.where(x[:, 0] == 1, 0.3, 0.001)
    came = (rng.uniform(size=50_000) < hazard).astype(float)
    p = logit(x, came, x)
    assert p.mean() == pytest.approx(came.mean(), rel=0.01)
    assert p[x[:, 0] == 1].mean() == pytest.approx(0.3, abs=0.05)


def test_a_missing_feature_counts_as_average() -> None:
    x, came = np.array([[0.0], [2.0]] * 50), np.array([0.0, 1.0] * 50)
    low, middle, high = logit(x, came, np.array([[0.0], [np.nan], [2.0]]))
    assert low < middle < high
