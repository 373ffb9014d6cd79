"""What an event may speak of, and errors where it speaks of something else."""

from __future__ import annotations

import pytest

from moorings.ask.events import parse
from moorings.ask.language import parse_evidence
from moorings.ask.scope import check, scope_of
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble
from moorings.systems.system import System

WRONG = [
    ("drif(JPN) > 1", 1, "'drift'"),
    ("noticeble_drift(JPN) in 2036", 1, "'noticeable_drift'"),
    ("drift(jpn) > 1", 7, "'JPN'"),
    ("drift(TWN) > 1", 7, "not rated"),
    ("noticeable_drift(TWN)", 18, "not rated"),
    ("drift(USA) > 1", 7, "JPN"),
    ("drift(JPN)", 1, "comparison"),
    ("drift(JPN) > 1 by 2040", 19, "2026 to 2036"),
    ("drift(JPN) > 1 by 2025", 19, "2026 to 2036"),
    ("drift(JPN) > 1 before 2026", 23, "the year before it"),
    ("drift(JPN) > 1 in 2024", 19, "2025 to 2036"),
    ("drift(JPN) > 1 from 2030 to 2028", 21, "not after the last"),
    ("drift(JPN) > 1 always to 2025", 26, "2026 to 2036"),
    ("drift(JPN)@2040 > 1", 1, "2025 to 2036"),
    ("drift(JPN) > pursuing", 14, "Rungs"),
    ("drift(JPN) > burden(JPN)", 1, "same unit"),
    ("burden(JPN) > 2", 15, "'2%'|2%"),
    ("nuclear(KOR) >= 4", 17, "0 to 3"),
    ("troops(KOR) < 50%", 15, "persons"),
    ("dispute(JPN)", 1, "2 states"),
    ("dispute(JPN, KOR)", 14, "CHN"),
    ("dispute(IND, CHN)", 9, "JPN"),
    ("new_pact(JPN, JPN)", 1, "different"),
    ("new_pact(JPN, USA)", 1, "not a party"),
    ("new_pact(IND, CHN)", 1, "one ally"),
    ("new_pact(KOR, PRK) by 2036", 15, "not modelled"),
    ("not pact_ends(CHN, JPN)", 15, "not modelled; a peace with one is: separate_peace"),
    ("tie(KOR, PRK) > 1", 10, "not modelled"),
    ("tie(KOR, USA) > 1", 1, r"obligation\(STATE\)"),
    ("tie(IND, USA) > 1", 1, "one ally"),
    ("tie(JPN) > 1", 1, "2 states"),
    ("abandoned(JPN) > 1", 1, "stands alone"),
    ("1 < 2", 1, "a variable"),
]


@pytest.mark.parametrize(("text", "column", "part"), WRONG)
def test_errors_name_the_column_and_what_is_allowed(system: System, text: str, column: int, part: str) -> None:
    with pytest.raises(InputError, match=part) as caught:
        check(parse(text), system)
    assert caught.value.place == f"event, column {column}"


@pytest.mark.parametrize(
    "text",
    [
        "noticeable_drift(any) in 2025",
        "drift(JPN) > 1 before 2037",
        "pact_ends(USA, KOR)",
        "new_pact(IND, JPN)",
        "burden(JPN) > burden(KOR)@2025 always to 2030",
        "nuclear(KOR) >= 2",
        "credence(KOR) < reliability(KOR)",
        "troops_leave(any)",
    ],
)
def test_what_makes_sense_passes(system: System, world: Ensemble, text: str) -> None:
    check(parse(text), system)
    check(parse(text), world)


def test_a_host_needs_a_thousand_troops_where_they_are_known(system: System, world: Ensemble) -> None:
    check(parse("troops_leave(PHL)"), system)
    with pytest.raises(InputError, match="1,000 or more"):
        check(parse("troops_leave(PHL)"), world)
    assert scope_of(world).hosts == ("JPN", "KOR")


def test_a_state_without_values_is_named(world: Ensemble) -> None:
    with pytest.raises(InputError, match="without values") as caught:
        check(parse("troops(USA) > 1"), world)
    assert "JPN" in caught.value.allowed


def test_evidence_belongs_to_one_state_and_a_year_of_the_window(system: System) -> None:
    check(parse_evidence("burden(JPN) in 2027 ~ 1.9% ± 0.1%"), system)
    for text in (
        "burden(any) in 2027 ~ 1.9% ± 0.1%",
        "burden(JPN) in 2050 ~ 1.9% ± 0.1%",
        "drift(JPN) in 2027 ~ 1% ± 1",
    ):
        with pytest.raises(InputError):
            check(parse_evidence(text), system)
