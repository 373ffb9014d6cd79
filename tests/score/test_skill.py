from __future__ import annotations

import numpy as np
import pytest

from moorings.score.skill import Tally, best, skill

RNG = np.random.default_rng(11)


def test_tally_keeps_sums_and_counts_by_cluster_and_leaves_out_missing() -> None:
    tally = Tally.of(np.array([[1.0, 2.0, np.nan], [3.0, 4.0, 5.0]]), ["a", "a", "b"])
    np.testing.assert_allclose(tally.total, [[3, 0], [7, 5]])
    np.testing.assert_allclose(tally.count, [[2, 0], [2, 1]])
    assert tally.mean == pytest.approx(3.0)


def test_a_perfect_model_has_skill_one_and_an_equal_one_zero() -> None:
    scores = RNG.uniform(0.5, 1.5, (8, 20))
    names = [str(i) for i in range(20)]
    baseline = Tally.of(scores, names)
    assert skill(Tally.of(0 * scores, names), baseline).low == pytest.approx(1.0)
    same = skill(baseline, baseline)
    assert (same.value, same.low, same.high) == pytest.approx((0.0, 0.0, 0.0))


@pytest.mark.parametrize("axis", [0, 1])
def test_the_interval_is_the_wider_of_both_bootstraps(axis: int) -> None:
    shared = np.expand_dims(RNG.normal(0, 0.2, 25), 1 - axis)
    baseline = np.ones((25, 25))
    names = [str(i) for i in range(25)]
    result = skill(Tally.of(baseline + shared, names), Tally.of(baseline, names))
    expected = 2 * 1.645 * float(shared.std()) / 5
    assert result.high - result.low == pytest.approx(expected, rel=0.15)


def test_the_interval_covers_the_true_skill_about_as_often_as_it_says() -> None:
    names = [str(i) for i in range(40)]
    inside = 0
    for _ in range(100):
        baseline = RNG.gamma(4, 0.25, (30, 40))
        model = 0.9 * RNG.gamma(4, 0.25, (30, 40))
        result = skill(Tally.of(model, names), Tally.of(baseline, names), draws=200)
        inside += result.low <= 0.1 <= result.high
    assert 84 <= inside <= 100


def test_no_cases_one_group_or_a_perfect_baseline_give_missing_and_not_a_number_that_misleads() -> None:
    one = Tally.of(np.ones((1, 1)), ["a"])
    assert np.isnan(skill(one, one).low)
    assert np.isnan(skill(one, Tally.of(np.zeros((1, 1)), ["a"])).value)
    empty = Tally.of(np.full((2, 2), np.nan), ["a", "b"])
    assert np.isnan(skill(empty, empty).value)


def test_the_best_baseline_has_the_lowest_score_and_a_missing_score_never_wins() -> None:
    tallies = {name: Tally.of(np.full((2, 2), value), ["a", "b"]) for name, value in [("x", 2.0), ("y", 1.0)]}
    assert best({"z": Tally.of(np.full((2, 2), np.nan), ["a", "b"]), **tallies}) == "y"
