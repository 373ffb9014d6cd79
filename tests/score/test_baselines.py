from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.core.errors import MooringsError
from moorings.score import metrics
from moorings.score.baselines import (
    Baseline,
    FittedVolatility,
    NoChange,
    OwnVolatility,
    PastChanges,
    Theta,
    smoothed,
)
from moorings.score.boosting import BoostedHazard, BoostedQuantiles
from moorings.score.hazards import BaseRate, Duration, Logit
from moorings.score.history import History

HORIZONS, YEARS = (1, 3, 5), np.arange(1950, 2011)

QUANTITIES: list[Baseline] = [
    NoChange(),
    PastChanges(),
    OwnVolatility(),
    FittedVolatility(),
    Theta(),
    BoostedQuantiles(rounds=10),
    BoostedQuantiles(rounds=10, informed=True),
]
EVENTS: list[Baseline] = [BaseRate(), BaseRate(last=15), Duration(), Logit(), BoostedHazard(rounds=10)]


def planted(history: History, origin: int) -> History:
    """The same history with absurd values in every year after the origin."""
    late = history.years > origin
    values = history.values.copy()
    values[late] = 1.0 if history.high == 1.0 else 1e6
    if history.features is None:
        return History.of_levels(history.years, values, HORIZONS)
    features = history.features.copy()
    features[late] = 1e6
    return History.of_events(history.years, values, HORIZONS, features)


@pytest.mark.parametrize("baseline", QUANTITIES + EVENTS, ids=repr)
@pytest.mark.parametrize("horizon", HORIZONS)
def test_nothing_after_the_origin_is_used(baseline: Baseline, horizon: int, walks: History, events: History) -> None:
    history = events if baseline in EVENTS else walks
    before = baseline.fit(history).predict(1995, horizon)
    after = baseline.fit(planted(history, 1995)).predict(1995, horizon)
    np.testing.assert_array_equal(before, after)
    assert np.isfinite(before).all()


@pytest.mark.parametrize("baseline", QUANTITIES, ids=repr)
def test_quantiles_do_not_cross_and_a_missing_level_stays_missing(baseline: Baseline, walks: History) -> None:
    values = walks.values.copy()
    values[YEARS == 2000, 5] = np.nan
    quantiles = baseline.fit(History.of_levels(YEARS, values, HORIZONS)).predict(2000, 3)
    assert np.isnan(quantiles[:, 5]).all()
    assert (np.diff(np.delete(quantiles, 5, axis=1), axis=0) >= 0).all()


@pytest.mark.parametrize("baseline", QUANTITIES, ids=repr)
def test_quantiles_keep_to_the_bounds(baseline: Baseline, walks: History) -> None:
    values = np.abs(walks.values)
    quantiles = baseline.fit(History.of_levels(YEARS, values, HORIZONS, (0.0, np.inf))).predict(2000, 5)
    assert quantiles.min() >= 0


def test_own_volatility_beats_pooled_changes_on_walks_of_unlike_size_and_covers(walks: History) -> None:
    cases = [(origin, origin + 3) for origin in range(1975, 2007, 4)]
    observed = np.concatenate([walks.values[walks.row(end)] for _, end in cases])
    scores, covers = {}, {}
    for baseline in QUANTITIES[:4]:
        quantiles = np.concatenate([baseline.fit(walks).predict(o, 3) for o, _ in cases], axis=1)
        scores[baseline.name] = metrics.METRICS["crps"].mean(quantiles, observed).value
        covers[baseline.name] = metrics.METRICS["coverage90"].mean(quantiles, observed).value
    assert scores["own volatility"] < scores["past changes"] < scores["no change"]
    assert scores["fitted volatility"] < scores["past changes"]
    assert 0.84 < covers["own volatility"] < 0.96


def test_smoothing_with_one_constant_agrees_with_statsmodels(walks: History) -> None:
    api = pytest.importorskip("statsmodels.tsa.api")
    series = walks.values[:, 1]
    known = api.SimpleExpSmoothing(series, initialization_method="known", initial_level=series[0]).fit(
        smoothing_level=0.3, optimized=False
    )
    ours = smoothed(series[:, None], np.array([0.3]))[-1, 0]
    assert ours == pytest.approx(float(np.asarray(known.forecast(1))[0]))


def test_smoothing_bridges_missing_years() -> None:
    path = smoothed(np.array([[1.0], [np.nan], [3.0]]), np.array([0.5]))
    np.testing.assert_allclose(path[:, 0], [1, 1, 2])


def test_too_short_a_past_gives_missing_and_no_history_an_error(walks: History) -> None:
    short = History.of_levels(YEARS[:4], walks.values[:4], HORIZONS)
    assert np.isnan(PastChanges().fit(short).predict(1952, 3)).all()
    with pytest.raises(MooringsError, match="fit first"):
        NoChange().predict(2000, 1)


def test_trees_predict_with_as_many_threads_as_they_are_trained_with(
    walks: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LightGBM's number of threads is the process's own; changed while another thread trains, it ends the process."""
    import lightgbm

    threads = []
    predict, train = lightgbm.Booster.predict, lightgbm.train

    def predicted(trees: lightgbm.Booster, *args: object, **settings: object) -> object:
        threads.append(settings.get("num_threads"))
        return predict(trees, *args, **settings)

    def trained(settings: dict[str, object], *args: object, **rest: object) -> object:
        threads.append(settings.get("num_threads"))
        return train(settings, *args, **rest)

    monkeypatch.setattr(lightgbm.Booster, "predict", predicted)
    monkeypatch.setattr(lightgbm, "train", trained)
    BoostedQuantiles(rounds=1).fit(walks).predict(1995, 1)
    assert set(threads) == {1}


def test_informed_trees_see_features_where_they_are_known_and_others_never(walks: History) -> None:
    told = np.where(np.isfinite(walks.windows[3]), walks.windows[3], 0.0)[..., None]
    knowing = replace(walks, features=told)
    plain, informed = (BoostedQuantiles(rounds=40, informed=also) for also in (False, True))
    without = plain.fit(walks).predict(1995, 3)
    np.testing.assert_array_equal(plain.fit(knowing).predict(1995, 3), without)
    np.testing.assert_array_equal(informed.fit(walks).predict(1995, 3), without)
    came = walks.values[YEARS == 1995][0] + walks.outcome(1995, 3)
    score = metrics.METRICS["crps"].score
    told_ahead = informed.fit(knowing).predict(1995, 3)
    assert score(told_ahead, came).mean() < 0.7 * score(without, came).mean()
    # of one unit nothing is known at the origin
    told[YEARS == 1995, 7] = np.nan
    partly = informed.fit(replace(walks, features=told)).predict(1995, 3)
    np.testing.assert_array_equal(partly[:, 7], without[:, 7])
    np.testing.assert_array_equal(np.delete(partly, 7, axis=1), np.delete(told_ahead, 7, axis=1))
