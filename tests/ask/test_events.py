"""Events of members: times, named events, comparisons, `any`, and the laws of logic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.ask.events import evaluate, parse
from moorings.ask.named import DEFINITIONS, EVENTS, Manner
from moorings.ask.probability import probability
from moorings.simulate.ensemble import Ensemble


def _at(world: Ensemble, name: str, year: int, *states: str) -> np.ndarray:
    """Where a test writes: the view [member] of a variable or flag in a year."""
    array = (world.pairs if len(states) == 2 else world.values)[name]
    return array[(slice(None), year - world.years[0], *(world.states.index(state) for state in states))]


def _true(event: str, world: Ensemble) -> list[bool]:
    return evaluate(event, world).tolist()


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("in 2030", True),
        ("in 2029", False),
        ("by 2030", True),
        ("by 2029", False),
        ("before 2030", False),
        ("before 2031", True),
        ("from 2030 to 2032", True),
        ("from 2031 to 2032", False),
        ("always", False),
        ("always from 2030 to 2030", True),
        ("always from 2030", False),
        ("", True),
    ],
)
def test_times(quiet: Ensemble, time: str, expected: bool) -> None:
    _at(quiet, "nuclear_rung", 2030, "KOR")[:] = 1
    assert _true(f"nuclear(KOR) >= exploring {time}", quiet) == [expected] * 3


def test_always_without_years_leaves_the_last_year_seen_out(quiet: Ensemble) -> None:
    quiet.values["nuclear_rung"][:, 1:, quiet.states.index("KOR")] = 2
    assert _true("nuclear(KOR) == pursuing always", quiet) == [True] * 3
    assert _true("nuclear(KOR) == pursuing always from 2025", quiet) == [False] * 3


def test_drift_in_a_year_or_two_years_running(quiet: Ensemble) -> None:
    _at(quiet, "drift", 2030, "JPN")[:] = [1.0, 1.0, 0.99]
    _at(quiet, "drift", 2031, "JPN")[:] = [0.0, 2.0, 1.0]
    assert _true("noticeable_drift(JPN) in 2030", quiet) == [True, True, False]
    assert _true("noticeable_drift(JPN) by 2031", quiet) == [False, True, False]
    assert _true("noticeable_drift(JPN)", quiet) == [False, True, False]
    assert _true("noticeable_drift(JPN) from 2031 to 2033", quiet) == [False, True, False]
    assert _true("noticeable_drift(JPN) from 2030 to 2030", quiet) == [False, False, False]
    assert _true("marked_drift(JPN) in 2031", quiet) == [False, True, False]
    assert _true("marked_drift(JPN)", quiet) == [False] * 3


def test_what_is_called_noticeable_may_be_moved(quiet: Ensemble) -> None:
    _at(quiet, "drift", 2036, "JPN")[:] = [0.6, 1.2, 2.1]
    found = [evaluate("noticeable_drift(JPN) in 2036", quiet, noticeable=level).sum() for level in (0.5, 1, 1.5, 2)]
    assert found == [3, 2, 1, 1]


@pytest.mark.parametrize("flag", ["new_pact", "pact_ends"])
def test_flags_of_two_states_do_not_depend_on_their_order(quiet: Ensemble, flag: str) -> None:
    _at(quiet, flag, 2027, "JPN", "KOR")[0] = 1
    _at(quiet, flag, 2028, "KOR", "JPN")[1] = 1
    assert _true(f"{flag}(JPN, KOR)", quiet) == _true(f"{flag}(KOR, JPN)", quiet) == [True, True, False]
    assert _true(f"{flag}(JPN, KOR) in 2028", quiet) == [False, True, False]


def test_a_pact_with_the_patron_ends_with_his_duty_of_defence(quiet: Ensemble) -> None:
    for year, owed in ((2026, [3, 3, 1]), (2027, [3, 1, 1]), (2028, [0, 0, 1])):
        _at(quiet, "obligation", year, "KOR")[:] = owed
    assert _true("pact_ends(KOR, USA) in 2027", quiet) == [False, True, False]
    assert _true("pact_ends(USA, KOR) in 2028", quiet) == [True, False, False]


@pytest.mark.parametrize("flag", ["separate_peace", "dispute"])
def test_flags_with_an_adversary(quiet: Ensemble, flag: str) -> None:
    _at(quiet, flag, 2027, "KOR", "PRK")[2] = 1
    assert _true(f"{flag}(KOR, PRK) by 2027", quiet) == [False, False, True]
    assert _true(f"{flag}(KOR, any)", quiet) == _true(f"{flag}(any, PRK)", quiet) == [False, False, True]
    assert _true(f"{flag}(KOR, CHN)", quiet) == [False] * 3


@pytest.mark.parametrize("flag", ["supported", "abandoned"])
def test_support_counts_against_whichever_adversary(quiet: Ensemble, flag: str) -> None:
    _at(quiet, flag, 2027, "JPN", "CHN")[1] = 1
    assert _true(f"{flag}(JPN) in 2027", quiet) == [False, True, False]
    assert _true(f"{flag}(any)", quiet) == [False, True, False]


def test_troops_leave_when_under_half_two_years_running(quiet: Ensemble) -> None:
    half = _at(quiet, "troops", 2025, "KOR").copy() / 2
    _at(quiet, "troops", 2030, "KOR")[:] = [half[0] - 1, half[1] - 1, half[2]]
    _at(quiet, "troops", 2031, "KOR")[:] = [half[0] - 1, half[1] + 1, half[2]]
    assert _true("troops_leave(KOR) by 2031", quiet) == [True, False, False]
    assert _true("troops_leave(KOR) by 2030", quiet) == [False] * 3
    assert _true("troops_leave(any)", quiet) == [True, False, False]


def test_any_never_stands_for_an_ally_that_is_not_rated(quiet: Ensemble) -> None:
    for flag in ("abandoned", "dispute"):
        _at(quiet, flag, 2027, "TWN", "CHN")[:] = 1
    _at(quiet, "new_pact", 2027, "JPN", "TWN")[:] = 1
    for event in ("abandoned(any)", "dispute(any, CHN)", "new_pact(JPN, any)", "new_pact(any, any)"):
        assert _true(event, quiet) == [False] * 3, event
    assert _true("abandoned(TWN)", quiet) == [True] * 3
    _at(quiet, "new_pact", 2027, "JPN", "IND")[:] = 1
    assert _true("new_pact(JPN, any)", quiet) == [True] * 3


def test_any_is_the_same_state_throughout_a_predicate(quiet: Ensemble) -> None:
    _at(quiet, "nuclear_rung", 2030, "JPN")[:] = 2
    _at(quiet, "nuclear_rung", 2025, "KOR")[:] = -1
    assert _true("nuclear(any) > nuclear(any)@2030 in 2030", quiet) == [False] * 3
    assert _true("nuclear(any) > nuclear(any)@2025 in 2029", quiet) == [True] * 3


def test_comparisons(quiet: Ensemble) -> None:
    _at(quiet, "burden", 2030, "JPN")[:] = [0.01, 0.02, 0.03]
    _at(quiet, "burden", 2030, "KOR")[:] = 0.02
    for operator, expected in {
        "<": [1, 0, 0],
        "<=": [1, 1, 0],
        ">": [0, 0, 1],
        ">=": [0, 1, 1],
        "==": [0, 1, 0],
    }.items():
        assert _true(f"burden(JPN) {operator} 2% in 2030", quiet) == [bool(x) for x in expected]
        assert _true(f"burden(JPN) {operator} burden(KOR) in 2030", quiet) == [bool(x) for x in expected]
    _at(quiet, "tie", 2030, "JPN", "KOR")[:] = [1, 2, 3]
    assert _true("2 <= tie(JPN, KOR) in 2030", quiet) == [False, True, True]
    assert _true("burden(JPN)@2030 > 2% always", quiet) == [False, False, True]


def test_a_comparison_with_a_missing_value_is_false(quiet: Ensemble) -> None:
    _at(quiet, "burden", 2030, "JPN")[:] = [np.nan, 0.02, 0.02]
    assert _true("burden(JPN) >= 0 in 2030", quiet) == [False, True, True]


def test_every_named_event_is_defined_and_reads_an_ensemble(world: Ensemble) -> None:
    states = {"adversary": "CHN", "other": "KOR"}
    for event in EVENTS.values():
        named = tuple(states.get(role, "JPN") for role in event.roles)
        path = event.path(world, named, Manner())
        assert (path.shape, path.dtype) == ((world.members, len(world.years)), bool)
        assert event.definition in {row.text for row in DEFINITIONS}
        assert not path[:, 0].any()


_ATOMS = st.sampled_from(
    [
        "drift(JPN) > 0.5",
        "noticeable_drift(any)",
        "marked_drift(KOR)",
        "nuclear(KOR) >= pursuing",
        "new_pact(JPN, KOR)",
        "separate_peace(any, any)",
        "burden(JPN) > burden(JPN)@2025",
        "troops_leave(KOR)",
        "abandoned(any)",
        "tie(JPN, any) >= 2",
    ]
)
_TIMES = st.sampled_from(["", "by 2030", "in 2030", "before 2029", "from 2027 to 2031", "always from 2034 to 2036"])
_EVENTS = st.recursive(
    st.builds(lambda atom, time: f"{atom} {time}".strip(), _ATOMS, _TIMES),
    lambda inner: st.one_of(
        inner.map(lambda event: f"not ({event})"),
        st.builds(lambda a, op, b: f"({a}) {op} ({b})", inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=4,
)


@given(_EVENTS, _EVENTS)
@settings(deadline=None, max_examples=60)
def test_laws_of_probability(world: Ensemble, a: str, b: str) -> None:
    p = {
        text: probability(world, text).probability
        for text in (a, b, f"not ({a})", f"({a}) and ({b})", f"({a}) or ({b})")
    }
    assert all(0 <= value <= 1 for value in p.values())
    assert p[a] + p[f"not ({a})"] == pytest.approx(1, abs=1e-12)
    assert p[f"({a}) or ({b})"] == pytest.approx(p[a] + p[b] - p[f"({a}) and ({b})"], abs=1e-12)


@given(_EVENTS, _EVENTS)
@settings(deadline=None, max_examples=60)
def test_de_morgan_and_printing_keep_the_truth(world: Ensemble, a: str, b: str) -> None:
    neither = evaluate(f"not (({a}) or ({b}))", world)
    np.testing.assert_array_equal(neither, evaluate(f"not ({a}) and not ({b})", world))
    np.testing.assert_array_equal(evaluate(str(parse(a)), world), evaluate(a, world))


@given(_ATOMS, st.integers(2026, 2036), st.integers(2026, 2036), st.integers(2026, 2036))
@settings(deadline=None, max_examples=60)
def test_a_wider_window_is_never_less_likely(world: Ensemble, atom: str, x: int, y: int, z: int) -> None:
    first, middle, last = sorted((x, y, z))
    by = [evaluate(f"{atom} by {year}", world) for year in (first, middle)]
    assert not (by[0] & ~by[1]).any()
    inner, outer = (evaluate(f"{atom} from {first} to {year}", world) for year in (middle, last))
    assert not (inner & ~outer).any()
    always_long, always_short = (evaluate(f"{atom} always from {first} to {year}", world) for year in (last, middle))
    assert not (always_long & ~always_short).any()
    np.testing.assert_array_equal(evaluate(f"{atom} by 2036", world), evaluate(atom, world))
    np.testing.assert_array_equal(evaluate(f"{atom} from 2026 to {last}", world), evaluate(f"{atom} by {last}", world))
