"""From paths to ensembles, quantiles and rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from moorings.core.variables import VARIABLES
from moorings.simulate.engine import VALUES, Paths
from moorings.simulate.ensemble import Ensemble
from moorings.simulate.start import Scene
from moorings.simulate.trajectory import quantile_rows, to_ensemble, to_rows, weighted_quantiles


@pytest.fixture(scope="module")
def ensemble(scene: Scene, paths: Paths) -> Ensemble:
    return to_ensemble(scene, paths)


def test_every_variable_has_a_unit() -> None:
    assert set(VALUES) <= set(VARIABLES)


def test_pairs_stand_both_ways(scene: Scene, paths: Paths, ensemble: Ensemble) -> None:
    for name, flags in paths.flags.items():
        for k, (a, b) in enumerate(scene.pairs):
            np.testing.assert_array_equal(ensemble.of(name, a, b), flags[:, :, k])
            np.testing.assert_array_equal(ensemble.of(name, b, a), flags[:, :, k])
    assert ensemble.pairs["tie"].sum() == 2 * paths.flags["tie"].sum()


def test_weights(ensemble: Ensemble) -> None:
    assert ensemble.members == len(ensemble.draw)
    assert ensemble.effective_members == pytest.approx(ensemble.members)
    weights = np.zeros(ensemble.members)
    weights[:3] = 5.0
    few = ensemble.reweighted(weights)
    assert few.effective_members == pytest.approx(3)
    assert few.weights.sum() == pytest.approx(1)


def test_quantiles_are_ordered_and_weighted(ensemble: Ensemble) -> None:
    for row in quantile_rows(ensemble):
        assert row["q05"] <= row["q25"] <= row["q50"] <= row["q75"] <= row["q95"]
        assert row["unit"] == VARIABLES[row["variable"]].unit
    path = ensemble.of("burden", "AAA")
    weights = np.zeros(ensemble.members)
    weights[7] = 1.0
    np.testing.assert_array_equal(weighted_quantiles(path, weights, [0.05, 0.5, 0.95]), np.tile(path[7], (3, 1)))
    even = np.full(ensemble.members, 1 / ensemble.members)
    np.testing.assert_array_equal(weighted_quantiles(path, even, [0.5])[0], np.median(path, axis=0))


def test_what_a_state_lacks_has_no_rows(ensemble: Ensemble) -> None:
    shown = {(row["state"], row["variable"]) for row in quantile_rows(ensemble)}
    assert ("AAA", "drift") in shown
    assert ("PPP", "drift") not in shown
    assert ("USA", "troops") not in shown


def test_rows_of_members_add_up_to_the_ensemble(ensemble: Ensemble) -> None:
    rows = to_rows(ensemble)
    assert rows["value"].is_finite().all()
    assert rows.height == sum(int(np.isfinite(value).sum()) for value in ensemble.values.values())
    one = rows.filter(pl.col("variable") == "burden", pl.col("state") == "AAA", pl.col("year") == ensemble.years[-1])
    np.testing.assert_array_equal(one.sort("member")["value"], ensemble.of("burden", "AAA")[:, -1])
