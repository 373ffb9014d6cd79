from __future__ import annotations

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.score.history import History

YEARS = np.arange(2000, 2006)


def test_windows_are_changes_over_the_years_after_the_row() -> None:
    history = History.of_levels(YEARS, np.array([[0.0], [1], [3], [6], [10], [15]]), [2])
    np.testing.assert_allclose(history.windows[2][:4, 0], [3, 5, 7, 9])
    assert np.isnan(history.windows[2][4:]).all()
    assert history.outcome(2001, 2) == pytest.approx(5)


def test_until_hides_values_and_windows_that_end_later() -> None:
    history = History.of_levels(YEARS, np.arange(6.0)[:, None], [1, 3]).until(2004)
    assert history.years[-1] == 2004
    assert np.isfinite(history.windows[3][:, 0]).tolist() == [True, True, False, False, False]


def test_an_event_window_is_of_units_at_risk_and_ends_with_the_data() -> None:
    flags = np.array([[0.0, 0], [0, 0], [1, 0], [np.nan, 0], [np.nan, 0], [np.nan, np.nan]])
    windows = History.of_events(YEARS, flags, [2]).windows
    np.testing.assert_array_equal(windows[2][:, 0], [1, 1, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(windows[2][:, 1], [0, 0, 0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(windows[1][:, 1], [0, 0, 0, 0, np.nan, np.nan])


def test_wrong_shapes_gaps_origins_and_horizons_are_refused() -> None:
    values = np.zeros((6, 1))
    history = History.of_levels(YEARS, values, [1])
    with pytest.raises(InputError, match="2000 to 2005"):
        history.until(1999)
    with pytest.raises(InputError, match="horizon"):
        history.window(7)
    with pytest.raises(InputError, match="shape"):
        History.of_levels(YEARS[:5], values, [1])
    with pytest.raises(InputError, match="gaps"):
        History.of_levels(YEARS * 2, values, [1])
