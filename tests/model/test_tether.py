"""Tether and drift, definition tether/1, by hand."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.model import tether
from moorings.model.tether import STRANDS, Acts, Constants

SD = jnp.asarray([0.5, 0.25, 0.5, 0.4, 0.4, 0.3])
CONSTANTS = Constants(SD, jnp.ones(6), jnp.asarray([0.5, 0.4, 0.2, 0.1, 0.0, 0.0]), jnp.asarray(0.5))
AT_START = Acts(*(jnp.asarray(x) for x in (0.8, 0.9, 0.0, 0.0, -1.0, 0.0)))
PATRON = jnp.asarray(2.5)
raws = st.lists(st.one_of(st.just(float("nan")), st.floats(-5, 5)), min_size=6, max_size=6)


def after(**acts: float) -> Acts:
    return AT_START._replace(**{name: jnp.asarray(value) for name, value in acts.items()})


def test_no_act_no_drift() -> None:
    assert not np.asarray(tether.changes(AT_START, AT_START, PATRON)).any()
    assert float(tether.drift(tether.changes(AT_START, AT_START, PATRON), CONSTANTS)) == 0


@pytest.mark.parametrize(
    ("strand", "act", "raw"),
    [
        ("orientation", {"ideal": 0.3}, 0.5),
        ("suppliers", {"share": 0.65}, 0.25),
        ("partners", {"substitutes": 1.0}, np.log(2)),
        ("nuclear", {"rung": 1.0}, 1.0),
        ("accommodation", {"accommodation": 0.0}, 1.0),
        ("refusal", {"refusals": 1.0}, 1.0),
    ],
)
def test_each_act_moves_its_own_strand_and_loosens(strand: str, act: dict[str, float], raw: float) -> None:
    changes = np.asarray(tether.changes(AT_START, after(**act), PATRON))
    expected = np.zeros(6)
    expected[STRANDS.index(strand)] = raw
    np.testing.assert_allclose(changes, expected, atol=1e-12)
    z = min(raw / float(SD[STRANDS.index(strand)]), tether.CLIP)
    assert float(tether.drift(jnp.asarray(changes), CONSTANTS)) == pytest.approx(z / 6 / 0.5)
    level = [float(tether.level(acts, PATRON, CONSTANTS)) for acts in (AT_START, after(**act))]
    assert level[1] < level[0]


def test_the_patrons_own_move_is_no_drift() -> None:
    """Orientation is measured from where the patron stood at the start."""
    toward = tether.changes(AT_START, after(ideal=1.0), PATRON)
    assert float(toward[0]) == pytest.approx(-0.2)
    assert tether.changes.__code__.co_varnames[: tether.changes.__code__.co_argcount] == (
        "start",
        "end",
        "patron_ideal",
    )
    assert set(Acts._fields).isdisjoint(tether.WITHDRAWAL)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(raws)
def test_contributions_add_up(raw: list[float]) -> None:
    values = jnp.asarray(raw)
    total, parts = tether.drift(values, CONSTANTS), tether.contributions(values, CONSTANTS)
    if np.isnan(raw).all():
        assert np.isnan(total)
    else:
        assert float(jnp.sum(parts)) == pytest.approx(float(total), abs=1e-9)
        assert abs(float(total)) <= tether.CLIP / 0.5 + 1e-9
    np.testing.assert_array_equal(np.asarray(parts)[np.isnan(raw) & ~np.isnan(raw).all()], 0)


def test_missing_strands_renormalise() -> None:
    raw = jnp.asarray([0.5, np.nan, 0.0, 0.0, 0.0, np.nan])
    assert float(tether.drift(raw, CONSTANTS)) == pytest.approx(1.0 / 4 / 0.5)


def test_a_strand_is_clipped() -> None:
    raw = jnp.asarray([0.0, 0.0, 0.0, 3.0, 0.0, 0.0])
    assert float(tether.standardised(raw, CONSTANTS)[3]) == tether.CLIP
    assert float(tether.standardised(-raw, CONSTANTS)[3]) == -tether.CLIP


def test_weights_count() -> None:
    raw = jnp.asarray([0.5, 0.25, 0.0, 0.0, 0.0, 0.0])
    heavy = CONSTANTS._replace(weights=jnp.asarray([3.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert float(tether.drift(raw, heavy)) == pytest.approx((3 + 1) / 8 / 0.5)


def test_withdrawal_is_the_mean_fall_of_its_parts() -> None:
    params = {f"sd {name}": jnp.asarray(0.5) for name in tether.WITHDRAWAL} | {"unit withdrawal": jnp.asarray(0.5)}
    change = {"troops": -1.0, "obligation": -0.5, "backbone": 0.5, "commitment": np.nan}
    found = tether.withdrawal(params, {name: jnp.asarray(value) for name, value in change.items()})
    assert float(found) == pytest.approx((2 + 1 - 1 + 0) / 4 / 0.5)


def test_autonomy_is_the_burden_in_its_sd() -> None:
    assert float(tether.autonomy({"sd burden": jnp.asarray(0.4)}, jnp.log(1.5))) == pytest.approx(np.log(1.5) / 0.4)


def test_every_strand_has_a_meaning() -> None:
    assert set(tether.MEANING) == set(STRANDS)
