"""Parsing, printing, and errors that point at the column."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.ask.expressions import (
    And,
    Comparison,
    Event,
    Named,
    Not,
    Number,
    Or,
    Reading,
    Rung,
    Time,
    Timed,
    conjunction,
    disjunction,
)
from moorings.ask.language import parse, parse_evidence
from moorings.core.errors import InputError
from moorings.core.variables import RUNGS

A, B, C = (Timed(Named("abandoned", (state,))) for state in ("JPN", "KOR", "PHL"))

names = st.from_regex(r"[a-z_]{3,9}", fullmatch=True).filter(
    lambda name: name not in {"or", "and", "not", "by", "in", "before", "from", "to", "always", *RUNGS}
)
states = st.lists(st.sampled_from(["JPN", "KOR", "any"]), min_size=1, max_size=2).map(tuple)
years = st.integers(1000, 9999)
numbers = st.builds(Number, st.floats(allow_nan=False, allow_infinity=False), st.booleans())
quantities = st.one_of(
    numbers, st.builds(Rung, st.sampled_from(RUNGS)), st.builds(Reading, names, states, st.none() | years)
)
times = st.one_of(
    st.builds(lambda year: Time("by", None, year), years),
    st.builds(lambda year: Time("in", year, year), years),
    st.builds(lambda year: Time("before", None, year), years),
    st.builds(lambda first, last: Time("from", first, last), years, years),
    st.builds(lambda first, last: Time("always", first, last), st.none() | years, st.none() | years),
)
predicates = st.one_of(
    st.builds(Named, names, states),
    st.builds(Comparison, quantities, st.sampled_from(["<", "<=", ">", ">=", "=="]), quantities),
)
events = st.recursive(
    st.builds(Timed, predicates, st.none() | times),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(conjunction, inner, inner), st.builds(disjunction, inner, inner)
    ),
    max_leaves=8,
)


@given(events)
@settings(deadline=None, max_examples=200)
def test_what_is_printed_is_parsed_to_the_same_event(event: Event) -> None:
    assert parse(str(event)) == event


def test_not_binds_before_and_and_before_or() -> None:
    text = "not abandoned(JPN) and abandoned(KOR) or abandoned(PHL)"
    assert parse(text) == Or((And((Not(A), B)), C))
    assert parse("abandoned(JPN) or abandoned(KOR) and abandoned(PHL)") == Or((A, And((B, C))))
    assert parse("not (abandoned(JPN) and abandoned(KOR))") == Not(And((A, B)))


def test_a_time_binds_to_its_own_predicate() -> None:
    event = parse("abandoned(JPN) and abandoned(KOR) by 2030")
    assert event == And((A, Timed(Named("abandoned", ("KOR",)), Time("by", None, 2030))))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("by 2030", Time("by", None, 2030)),
        ("in 2030", Time("in", 2030, 2030)),
        ("before 2030", Time("before", None, 2030)),
        ("from 2028 to 2030", Time("from", 2028, 2030)),
        ("always", Time("always")),
        ("always from 2028", Time("always", 2028)),
        ("always to 2030", Time("always", None, 2030)),
        ("always from 2028 to 2030", Time("always", 2028, 2030)),
    ],
)
def test_every_form_of_time(text: str, time: Time) -> None:
    assert parse(f"abandoned(JPN) {text}") == Timed(Named("abandoned", ("JPN",)), time)


def test_quantities() -> None:
    event = parse("burden(JPN)@2030 >= 1.9%")
    assert event == Timed(Comparison(Reading("burden", ("JPN",), 2030), ">=", Number(1.9, True)))
    assert Number(1.9, True).value == pytest.approx(0.019)
    assert parse("nuclear(KOR) >= pursuing") == Timed(Comparison(Reading("nuclear", ("KOR",)), ">=", Rung("pursuing")))
    assert Rung("possessing").value == 3
    assert parse("tie(JPN, KOR) > -1e3") == Timed(Comparison(Reading("tie", ("JPN", "KOR")), ">", Number(-1000.0)))


def test_evidence_with_an_error() -> None:
    evidence = parse_evidence("burden(JPN) in 2027 ~ 1.9% ± 0.1%")
    assert str(evidence) == "burden(JPN) in 2027 ~ 1.9% ± 0.1%"
    assert parse_evidence("abandoned(JPN)") == A
    with pytest.raises(InputError, match="error above 0"):
        parse_evidence("burden(JPN) in 2027 ~ 1.9% ± 0")


@pytest.mark.parametrize(
    ("text", "column", "remedy"),
    [
        ("drift(JPN) > 1 bye 2036", 16, "'by'"),
        ("drift(JPN) = 1", 12, "'=='"),
        ("(drift(JPN) > 1 or drift(KOR) > 1) by 2030", 36, "one after each"),
        ("nuclear(JPN) >= pursing", 17, "'pursuing'"),
        ("abandoned(JPN) adn abandoned(KOR)", 16, "'and'"),
        ("abandoned(JPN) by 20366", 19, "four digits"),
        ("drift(JPN) > 1e999", 14, "finite"),
        ("drift(JPN) > 1 &", 16, ""),
        ("", 1, "found nothing; allowed: an event"),
        (" \n", 1, "found nothing"),
        ("xyz", 1, "'xyz' without a bracket; allowed: an event, or a variable, with its states in brackets"),
        ("will Japan drift?", 1, "'will' without a bracket"),
        ("noticeable_drift KOR", 1, "Write its state after it: noticeable_drift(STATE)"),
        ("noticeable_drit", 1, "'noticeable_drift'"),
        ("not drift(KOR) > high", 18, "'high' without a bracket; allowed: a number, a rung, or a variable"),
        ("drift(South Korea) > 1", 13, "code of three letters"),
        (
            "abandoned(JPN) 2036",
            16,
            "or, the end. Did you mean 'in 2036'?",
        ),
        ("abandoned(JPN", 14, ""),
        ("not", 4, ""),
    ],
)
def test_errors_point_at_the_column_and_offer_the_nearest_word(text: str, column: int, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert caught.value.place == f"event, column {column}"
    assert remedy in str(caught.value)


def test_deep_and_long_texts_are_refused() -> None:
    with pytest.raises(InputError, match="levels"):
        parse("not " * 200 + "abandoned(JPN)")
    with pytest.raises(InputError, match="characters"):
        parse("not " * 20_000 + "abandoned(JPN)")


_WORDS = """drift burden nuclear tie abandoned new_pact troops_leave JPN KOR CHN any or and not by in before from to
always none pursuing 2025 2030 2036 99999 1 -1.5 1e999 ( ) , @ % < <= > >= == = ~ ± é"""
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\x00"])
_SOUP = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join))


def _place_of_error(text: str, read: Callable[[str], object]) -> str:
    try:
        read(text)
    except InputError as error:
        return error.place
    return "event"


def _never_crashes(text: str) -> None:
    assert all(_place_of_error(text, read).startswith("event") for read in (parse, parse_evidence))


@given(_SOUP)
@settings(deadline=None, max_examples=300)
def test_any_text_is_an_event_or_a_clear_error(text: str) -> None:
    _never_crashes(text)


@pytest.mark.slow
@given(_SOUP)
@settings(deadline=None, max_examples=100_000)
def test_a_hundred_thousand_texts_are_events_or_clear_errors(text: str) -> None:
    _never_crashes(text)
