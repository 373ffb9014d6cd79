"""Readings of "noticeable": the published definition is the forecast's own drift, and others are the reader's."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.jobs.forecast import Forecast
from moorings.jobs.readings import readings
from moorings.model.tether import STRANDS


def test_the_published_definition_is_the_forecasts_drift(baseline: Forecast) -> None:
    found = readings(baseline, "KOR")
    drift = baseline.ensemble.of("drift", "KOR")[:, -1]
    assert found["published"]
    away, noticeable, strands = found["readings"]
    assert away["probability"] == pytest.approx(np.mean(drift > 0))
    assert noticeable["probability"] == pytest.approx(np.mean(drift >= 1))
    assert noticeable["probability"] == pytest.approx(baseline.probability("noticeable_drift(KOR) in 2036"))
    moved = baseline.ensemble.of("strands_moved", "KOR")[:, -1]
    assert strands["probability"] == pytest.approx(np.mean(moved >= 2))
    assert found["certain"] == (away["probability"] >= 0.9)


def test_weights_of_ones_own_move_the_answer(baseline: Forecast) -> None:
    alone = dict.fromkeys(STRANDS, 0.0) | {"nuclear": 1.0}
    found = readings(baseline, "JPN", 1.0, alone)
    assert not found["published"]
    rung = baseline.ensemble.of("nuclear_rung", "JPN")
    climbed = np.mean(rung[:, -1] > rung[:, 0])
    assert found["readings"][0]["probability"] == pytest.approx(climbed)
    assert found["readings"][2] == readings(baseline, "JPN")["readings"][2]


def test_only_ratios_of_weights_matter(baseline: Forecast) -> None:
    once, twice = (readings(baseline, "AUS", 0.5, dict.fromkeys(STRANDS, weight)) for weight in (1.0, 2.0))
    assert once["readings"] == twice["readings"]


def test_a_higher_threshold_is_reached_less_often(baseline: Forecast) -> None:
    for row in readings(baseline, "KOR", 1.2)["grid"]:
        shares = [value for name, value in row.items() if name != "weights"]
        assert shares == sorted(shares, reverse=True)
        assert "1.2" in row


@pytest.mark.parametrize(
    ("threshold", "weights", "told"),
    [
        (0.0, {}, "0.1 to 5"),
        (float("nan"), {}, "0.1 to 5"),
        (1.0, {"nuclear": -1.0}, "weight of nuclear"),
        (1.0, {"wishes": 1.0}, "wishes"),
        (1.0, dict.fromkeys(STRANDS, 0.0), "one strand at least"),
    ],
)
def test_numbers_out_of_range_are_refused(
    baseline: Forecast, threshold: float, weights: dict[str, float], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        readings(baseline, "KOR", threshold, weights)
    with pytest.raises(InputError, match="TWN"):
        readings(baseline, "TWN")
