"""Reference windows of drift on a case worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.learn import windows
from moorings.learn.history import Dyads
from moorings.learn.windows import Dealings, Deeds, dealings, drift_windows, refusals, substitutes

YEARS = tuple(range(1960, 1990))
T = len(YEARS)
TABLE = {
    "sd": [1.0] * 6,
    "weights": [1.0] * 6,
    "centre": [0.0] * 6,
    "unit": 0.5,
}


def deeds() -> Deeds:
    """Two allies: one moves away by 0.1 a year from 1970 on, the other stays; a third state is no ally."""
    flat = np.zeros((T, 3))
    ideal = flat.copy()
    ideal[:, 0] -= 0.1 * np.maximum(np.array(YEARS) - 1970, 0)
    ally = np.array([[1.0, 1.0, 0.0]] * T)
    none = Dealings(np.zeros((T, 3, 1)), np.zeros((T, 3, 1)), np.ones((T, 1)))
    series = dict.fromkeys(("share", "substitutes", "rung", "refusals", "troops", "obligation", "commitment"), flat)
    return Deeds(
        YEARS, ("AAA", "BBB", "CCC"), ally, ideal, dealings=none, patron_ideal=np.full(T, 2.0), burden=flat, **series
    )


def test_drift_by_hand() -> None:
    found = drift_windows(deeds(), TABLE, last=1989)
    assert set(found.state) == {0, 1}
    row = (found.state == 0) & (found.start == 1970)
    # after k years 0.1 k of one strand in six, over the unit 0.5
    np.testing.assert_allclose(found.path[row][0], 0.1 * np.arange(1, 16) / 6 / 0.5)
    assert not found.path[(found.state == 1) & (found.start == 1970)].any()


def test_nothing_beyond_the_last_year() -> None:
    found = drift_windows(deeds(), TABLE, last=1980)
    row = found.path[(found.state == 0) & (found.start == 1976)][0]
    assert np.isfinite(row[:4]).all()
    assert np.isnan(row[4:]).all()


def test_the_patrons_own_peace_is_no_drift() -> None:
    pact = np.zeros((T, 3, 1))
    pact[10:, 0] = 1.0
    opposed = np.ones((T, 1))
    alone = deeds()
    object.__setattr__(alone, "dealings", Dealings(pact, np.zeros((T, 3, 1)), opposed))
    later = opposed.copy()
    later[12:] = 0.0
    together = deeds()
    object.__setattr__(together, "dealings", Dealings(pact, np.zeros((T, 3, 1)), later))
    strand = windows.tether.STRANDS.index("accommodation")
    assert windows.windows(alone, [(5, 10)])[0][strand, 0] == 1
    assert windows.windows(together, [(5, 10)])[0][strand, 0] == 0


def dyads() -> Dyads:
    """Four states: patron 0, ally 1, protected 2, rival 3; ally and rival make a pact in the second year."""
    shape = (2, 4, 4)
    zero = np.zeros(shape)
    pact, rivalry = zero.copy(), zero.copy()
    pact[:, 1, 2] = pact[:, 2, 1] = 1.0
    pact[:, 1, 0] = pact[:, 0, 1] = 1.0
    pact[1, 1, 3] = pact[1, 3, 1] = 1.0
    rivalry[:, 0, 3] = rivalry[:, 3, 0] = 1.0
    fields = dict.fromkeys(Dyads.__dataclass_fields__, zero)
    return Dyads(**fields | {"pact": pact, "friendly_pact": pact, "rivalry": rivalry})


def test_substitutes_are_ties_with_the_unprotected() -> None:
    obligation = np.array([[0, 3, 3, 0], [0, 3, 3, 0]], dtype=float)
    np.testing.assert_array_equal(substitutes(dyads(), obligation, 0)[:, 1], [0, 1])


def test_dealings_with_the_patrons_rivals() -> None:
    found = dealings(dyads(), 0)
    assert found.opposed.shape == (2, 1)
    everyone = np.ones(4, dtype=bool)
    np.testing.assert_array_equal(found.change(0, 1, everyone), [0, 1, 0, 0])
    np.testing.assert_array_equal(found.level(0, everyone), [-1, 0, 0, 0])


def test_refusals_count_ends_that_are_known() -> None:
    owed = np.array([[3.0, 3.0], [0.0, np.nan], [3.0, 3.0], [0.0, 3.0]])
    np.testing.assert_array_equal(refusals(owed), [[0, 0], [1, 0], [1, 0], [2, 0]])


def test_constants_make_ten_year_drift_of_unit_spread() -> None:
    random = np.random.default_rng(6)
    many = 40
    walk = {name: np.cumsum(random.standard_normal((T, many)) * 0.1, axis=0) for name in ("ideal", "share", "rung")}
    walk |= {name: np.cumsum(random.standard_normal((T, many)), axis=0) for name in ("troops", "commitment", "burden")}
    walk |= {"substitutes": random.poisson(1.0, (T, many)) * 1.0, "refusals": random.poisson(1.0, (T, many)) * 1.0}
    pact = random.integers(0, 2, (T, many, 2)) * 1.0
    made = Deeds(
        YEARS,
        tuple(f"S{i:02}" for i in range(many)),
        np.ones((T, many)),
        dealings=Dealings(pact, 0 * pact, np.ones((T, 2))),
        patron_ideal=np.full(T, 2.0),
        obligation=random.integers(0, 4, (T, many)) * 1.0,
        **walk,
    )
    found = windows.constants(made)
    assert all(value > 0 for value in found["sd"])
    ten = drift_windows(made, found, last=1989).path[:, 9]
    assert np.nanstd(ten) == pytest.approx(1, rel=1e-6)
    assert found["unit withdrawal"] > 0
