"""From the panel's arrays to what the law is fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.data.arrays import Arrays
from moorings.learn.history import (
    Dyads,
    before,
    common_pacts,
    dispute_memory,
    filled,
    from_fellows,
    historical_gap,
    log_power,
    margin_history,
    reached,
)
from moorings.model.hazards import advance_dispute

NAN = np.nan


def test_filled_carries_forward_and_never_back() -> None:
    values = np.array([[NAN, 1.0], [2.0, NAN], [NAN, NAN]])
    np.testing.assert_array_equal(filled(values), [[NAN, 1.0], [2.0, 1.0], [2.0, 1.0]])


def test_memory_of_disputes_is_the_laws_own_at_the_years_start() -> None:
    onset = np.array([[0.0, 1.0, NAN, NAN, 0.0], [0.0, 0.0, 1.0, NAN, 0.0]]).T.reshape(5, 2, 1)
    stock, quiet = dispute_memory(onset, 1960)
    now, calm = 0.0, 30.0
    # of the third year nothing is known of the first pair, of the fourth nothing at all
    for t, began in enumerate([0.0, 1.0, 0.0, None, 0.0]):
        assert stock[t, 0, 0] == pytest.approx(float(now))
        assert quiet[t, 0, 0] == float(calm)
        if began is not None:
            now, calm = (np.asarray(x) for x in advance_dispute(np.asarray(now), np.asarray(calm), np.asarray(began)))


def test_pacts_in_common_are_with_third_states() -> None:
    pact = np.zeros((1, 4, 4))
    for a, b in ((0, 1), (0, 2), (1, 2), (2, 3)):
        pact[0, a, b] = pact[0, b, a] = 1.0
    pact[0, range(4), range(4)] = NAN
    thirds, held = common_pacts(pact)
    np.testing.assert_array_equal(held[0], [2, 2, 3, 1])
    assert thirds[0, 0, 1] == 1  # the third one is state 2
    assert thirds[0, 0, 3] == 1
    assert thirds[0, 2, 3] == 0


def test_power_is_spending_and_elsewhere_the_rescaled_count() -> None:
    states = tuple(f"S{i:02}" for i in range(12))
    gdp, burden = np.full((3, 12), 1000.0), np.full((3, 12), 0.02)
    burden[:, -1] = NAN
    milex = np.full((3, 12), 10.0)  # in other money: half of 20
    milex[:, -1] = 30.0
    arrays = Arrays((2000, 2001, 2002), states, (), {"gdp": gdp, "burden": burden, "milex": milex}, {})
    found = log_power(arrays)
    np.testing.assert_allclose(found[:, 0], np.log(20.0))
    np.testing.assert_allclose(found[:, -1], np.log(60.0))


def test_no_spending_is_no_power() -> None:
    states = tuple(f"S{i:02}" for i in range(12))
    milex = np.full((1, 12), 10.0)
    milex[0, 0] = NAN
    burden = np.full((1, 12), 0.02)
    burden[0, 0] = 0.0
    arrays = Arrays((2000,), states, (), {"gdp": np.full((1, 12), 1.0), "burden": burden, "milex": milex}, {})
    assert np.isnan(log_power(arrays)[0, 0])


def test_a_margins_history_begins_at_its_first_value() -> None:
    observed = np.array([[NAN, 1.0, NAN], [2.0, NAN, NAN]])
    found = margin_history(observed, np.zeros_like(observed))
    np.testing.assert_array_equal(found.first, [1, 0, 2])
    np.testing.assert_array_equal(found.value, [2.0, 1.0, 0.0])
    assert not np.asarray(found.carried).any()


def test_fellows_are_allies_with_a_pact() -> None:
    values = np.array([[1.0, 3.0, 5.0, 9.0, NAN], [2.0, NAN, 7.0, 9.0, NAN]])
    ally = np.array([[1.0, 1.0, 1.0, 0.0, 1.0]] * 2)
    pact = np.zeros((2, 5, 5))
    for a, b in ((0, 1), (0, 2), (0, 3), (0, 4)):
        pact[:, a, b] = pact[:, b, a] = 1.0
    found = from_fellows(values, pact, ally)
    # neither a partner that is no ally counts, nor a fellow of whom nothing is known; last values are carried
    np.testing.assert_allclose(found, [[3.0, -2.0, -4.0, 0.0, 0.0], [3.0, -1.0, -5.0, 0.0, 0.0]])
    np.testing.assert_array_equal(before(found), [np.zeros(5), found[0]])
    np.testing.assert_array_equal(from_fellows(values, np.zeros_like(pact), ally), np.zeros_like(values))


def test_the_gap_widens_with_the_rivals_power_and_narrows_with_help() -> None:
    shape = (1, 3, 3)
    rivalry = np.zeros(shape)
    rivalry[0, 1, 2] = rivalry[0, 2, 1] = 1.0  # ally 1 against 2; 0 is the patron
    fields = dict.fromkeys(Dyads.__dataclass_fields__, np.zeros(shape))
    made = Dyads(**fields | {"rivalry": rivalry})
    ally = np.array([[0.0, 1.0, 0.0]])
    power = np.log(np.array([[100.0, 10.0, 50.0]]))
    share = np.full((1, 3), 0.5)
    threat, gap = historical_gap(power, made, share, 0, ally)
    assert np.isnan(threat[0, [0, 2]]).all()
    assert threat[0, 1] == pytest.approx(np.log(50 * 5 + 1))
    assert gap[0, 1] == pytest.approx(np.log(251) - np.log(10 + 0.5 * 100 * 0.3))
    stronger = power + np.array([[0.0, 0.0, 1.0]])
    assert historical_gap(stronger, made, share, 0, ally)[1][0, 1] > gap[0, 1]
    assert historical_gap(power, made, share + 0.4, 0, ally)[1][0, 1] < gap[0, 1]


def test_a_source_that_goes_on_for_a_few_pairs_does_not_reach_a_states_count() -> None:
    seen = np.zeros((4, 6, 6))
    seen[:2] = 1.0
    seen[2, :2, :2] = 1.0
    found = reached(seen)
    assert found[:2].all()
    assert not found[2:].any()
