from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.data.arrays import Arrays
from moorings.score.outcomes import Outcome
from moorings.score.targets import allies, quantity_outcomes

YEARS, STATES = tuple(range(2000, 2012)), ("IRQ", "JPN", "SWE", "USA")


@pytest.fixture
def arrays() -> Arrays:
    shape = (len(YEARS), len(STATES))
    walk = np.cumsum(np.random.default_rng(1).normal(0, 0.1, shape), axis=0)
    owed = np.repeat([[3.0, 3.0, 0.0, np.nan]], len(YEARS), axis=0)
    owed[8:] = np.nan
    share, imports = np.clip(0.5 + walk, 0, 1), np.full(shape, 50.0)
    imports[3] = 5.0
    state = {"burden": 0.02 * np.exp(walk), "gdp": 1e12 * np.exp(walk), "ideal_point": walk, "arms_imports": imports}
    state["burden"][5, 1] = 0.0
    pair = {"troops": np.round(1000 * np.exp(walk)), "arms_dependence": share, "obligation": owed}
    return Arrays(YEARS, STATES, ("USA",), state, {name: value[:, :, None] for name, value in pair.items()})


def named(arrays: Arrays) -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in quantity_outcomes(arrays, "USA", (1, 5))}


def test_allies_are_owed_defence_and_stay_so_where_the_source_has_ended(arrays: Arrays) -> None:
    np.testing.assert_array_equal(allies(arrays, "USA"), [[True, True, False, False]] * len(YEARS))


def test_only_allies_are_scored_and_all_states_train(arrays: Arrays) -> None:
    burden = named(arrays)["burden"]
    assert burden.units == STATES
    np.testing.assert_array_equal(np.isfinite(burden.observed(2003, 1)), [True, True, False, False])


def test_quantities_stand_on_the_scale_that_is_scored(arrays: Arrays) -> None:
    found = named(arrays)
    np.testing.assert_allclose(found["burden"].history.values[0], np.log(arrays.state_year["burden"][0]))
    np.testing.assert_allclose(found["troops"].history.values, np.log1p(arrays.pair_year["troops"][:, :, 0]))
    ideal = arrays.state_year["ideal_point"]
    np.testing.assert_allclose(found["alignment_distance"].history.values, np.abs(ideal - ideal[:, [3]]))


def test_no_spending_and_too_few_arms_are_missing_and_not_zero(arrays: Arrays) -> None:
    found = named(arrays)
    assert np.isnan(found["burden"].history.values[5, 1])
    assert np.isnan(found["arms_dependence"].history.values[3]).all()


def test_troops_in_the_middle_east_are_not_scored(arrays: Arrays) -> None:
    np.testing.assert_array_equal(np.isfinite(named(arrays)["troops"].observed(2003, 1)), [False, True, False, False])


def test_a_variable_or_patron_that_is_not_there_is_named(arrays: Arrays) -> None:
    with pytest.raises(InputError, match="no ideal_point"):
        named(replace(arrays, state_year={k: v for k, v in arrays.state_year.items() if k != "ideal_point"}))
    with pytest.raises(InputError, match="towards RUS"):
        quantity_outcomes(arrays, "RUS", (1,))


def test_deliveries_and_orders_are_known_beside_the_share(arrays: Arrays) -> None:
    shape = (len(YEARS), len(STATES))
    state = {"arms_delivered": np.full(shape, 10.0), "arms_on_order": np.full(shape, 60.0)}
    pair = {"supplier_delivered": np.full((*shape, 1), 5.0), "supplier_on_order": np.full((*shape, 1), 60.0)}
    state["arms_on_order"][9] = np.nan
    whole = replace(arrays, state_year=arrays.state_year | state, pair_year=arrays.pair_year | pair)
    history = named(whole)["arms_dependence"].history
    share = history.values[6]
    # four years of five are kept, then two; 60 are on order, all of the patron
    expected = [0.5, 0.5, 1.0, 80 / 100, 70 / 80]
    np.testing.assert_allclose(history.features[6, :, :5].T, np.subtract.outer(expected, share))
    volumes = np.log1p([40.0, 20.0, 60.0]) - np.log1p(50.0)
    np.testing.assert_allclose(history.features[6, :, 5:8], np.tile(volumes, (len(STATES), 1)))
    assert np.isnan(history.features[9, :, :8]).all()
    unlisted = named(arrays)["arms_dependence"].history.features
    assert np.isnan(unlisted[..., :8]).all()
    # and how a state stands otherwise
    np.testing.assert_array_equal(unlisted[..., 8:], named(arrays)["burden"].history.features)


def test_what_other_sets_of_votes_say_is_known_beside_positions(arrays: Arrays) -> None:
    ideal = arrays.state_year["ideal_point"]
    state = {"ideal_point_all": ideal + 0.5, "ideal_point_error": np.full_like(ideal, 0.25)}
    state["ideal_point_all"][9] = np.nan
    for name in ("ideal_point", "alignment_distance"):
        plain = named(arrays)[name].history.features
        told = named(replace(arrays, state_year=arrays.state_year | state))[name].history.features
        np.testing.assert_array_equal(told[..., :-5], plain[..., :-5])
        assert np.isnan(plain[..., -5:]).all()
        # this year's, the last one's, the error; the older set of votes is not there
        np.testing.assert_allclose(told[8, :, -5:], [[0.5, np.nan, 0.5, np.nan, 0.25]] * 4)
        np.testing.assert_allclose(told[9, :, -5:], [[np.nan, np.nan, 0.5, np.nan, 0.25]] * 4)
        np.testing.assert_allclose(told[10, :, -5:], [[0.5, np.nan, np.nan, np.nan, 0.25]] * 4)


def test_how_a_state_stands_otherwise_is_known_beside_each_series(arrays: Arrays) -> None:
    told = named(arrays)["burden"].history.features
    assert told is not None
    log_gdp = np.log(arrays.state_year["gdp"])
    np.testing.assert_allclose(told[:, :, 0], log_gdp)
    # the last value stands where a source has ended or has nothing
    np.testing.assert_allclose(told[5, 1, 1], np.log(arrays.state_year["burden"][4, 1]))
    np.testing.assert_array_equal(told[-1, :3, 6], [3.0, 3.0, 0.0])
    changes = told[:, :, -6]
    assert np.isnan(changes[:5]).all()
    np.testing.assert_allclose(changes[5:], log_gdp[5:] - log_gdp[:-5])
    # nothing of later years
    cut = replace(arrays, state_year={name: value.copy() for name, value in arrays.state_year.items()})
    for value in cut.state_year.values():
        value[7:] = 9e9
    np.testing.assert_array_equal(
        named(cut)["troops"].history.features[:7], named(arrays)["troops"].history.features[:7]
    )
