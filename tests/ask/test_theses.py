"""Theses in YAML: what is read, and faults with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.ask.language import parse_evidence
from moorings.ask.scope import check
from moorings.ask.theses import Thesis, list_theses, load_thesis, read_thesis
from moorings.core.errors import InputError
from moorings.systems.load import load_system

TEXT = """\
title: A toy
source: {name: Nobody, date: 2026}
claims:
  - id: drift
    kind: forecast
    text: Both drift.
    event: noticeable_drift(JPN) in 2036
    given: ["burden(JPN) in 2027 ~ 1.9% ± 0.1%"]
    stated: likely
  - id: style
    kind: effect
    text: Style matters.
    event: noticeable_drift(KOR) in 2036
    set: {style: -1, "troops(KOR)": "-50%"}
    against: {style: 1}
    stated: higher
    by: 0.05
  - id: spending
    kind: measure
    text: Spending rose.
    quantity: burden(JPN) in 2024
    since: 2014
    stated: higher
  - id: partners
    kind: measure
    text: New partners were found.
    responses: {state: JPN, kind: new_partner, since: 2015, until: 2025}
    stated: [1, null]
  - id: roads
    kind: forecast
    text: Roads are built.
    untested: no series
"""


def test_every_kind_of_claim_is_read() -> None:
    thesis = read_thesis(TEXT)
    drift, style, spending, partners, roads = thesis.claims
    assert thesis.source == {"name": "Nobody", "date": "2026"}
    assert (drift.stated, str(drift.event), drift.given) == (
        "likely",
        "noticeable_drift(JPN) in 2036",
        ("burden(JPN) in 2027 ~ 1.9% ± 0.1%",),
    )
    assert (style.set, style.against, style.by) == ({"style": "-1", "troops(KOR)": "-50%"}, {"style": "1"}, 0.05)
    assert (str(spending.reading), spending.since) == ("burden(JPN)@2024", 2014)
    assert partners.responses is not None
    assert partners.stated == (1.0, float("inf"))
    assert roads.untested == "no series"


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("event: noticeable_drift(JPN) in 2036\n    given", "given", 4, "an event"),
        ("event: noticeable_drift(JPN) in 2036", "event: noticeable_drift(JPN) inn 2036", 7, "'in'"),
        ("stated: likely", "stated: likly", 9, "'likely'"),
        ("stated: likely", "stated: [0.8, 0.2]", 9, "low end"),
        ("stated: likely", "stated: [0.8, 1.2]", 9, "probabilities"),
        ("stated: likely", "stated: [a, b]", 9, "two numbers"),
        ("kind: effect", "kind: efect", 11, "'effect'"),
        ("by: 0.05", "by: -1", 17, "above 0"),
        ("by: 0.05", "buy: 0.05", 17, "'by'"),
        ("against: {style: 1}", 'against: {style: -1, "troops(KOR)": "-50%"}', 14, "differ"),
        ("stated: higher\n    by", "stated: up\n    by", 16, "higher"),
        ("quantity: burden(JPN) in 2024", "quantity: burden(JPN)", 21, "burden"),
        ("quantity: burden(JPN) in 2024", "quantity: burden(any) in 2024", 21, "one variable"),
        ("    since: 2014\n", "", 18, "a year"),
        ("since: 2014", "since: soon", 22, "four digits"),
        ("id: style", "id: drift", 10, "no other claim"),
        ("text: Roads are built.", "text: [1]", 31, "text"),
        ("  - id: roads", "  - 3\n  - id: roads", 3, "claims with"),
        ("kind: forecast\n    text: Roads", "kind: forecast\n    kind: effect\n    text: Roads", 31, "twice"),
        ("title: A toy", "title: [A toy", 2, "YAML"),
        ("title: A toy", "heading: A toy", 1, "title"),
    ],
)
def test_faults_name_file_line_and_field(old: str, new: str, line: int, part: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError, match=part) as caught:
        read_thesis(TEXT.replace(old, new, 1), "toy.yaml")
    assert caught.value.place.startswith(f"toy.yaml, line {line}")


@pytest.mark.parametrize("text", ["", "3", "claims: []\ntitle: x", "claims: 3\ntitle: x", "\x00", "a: &a [*a]"])
def test_what_is_no_thesis_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_thesis(text)


def test_files_and_shipped_theses_are_found_by_name(tmp_path: Path) -> None:
    path = tmp_path / "toy.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert load_thesis(path).title == "A toy"
    with pytest.raises(InputError, match="us-allies-drift"):
        load_thesis("us-alies-drift")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        load_thesis(path)


@pytest.mark.parametrize("name", ["us-allies-drift", "us-allies-stay"])
def test_shipped_theses_make_sense_in_the_shipped_system(name: str) -> None:
    assert name in list_theses()
    thesis: Thesis = load_thesis(name)
    system = load_system("east-asia")
    for claim in thesis.claims:
        if claim.event is not None:
            check(claim.event, system)
        for piece in claim.given:
            check(parse_evidence(piece), system)
    assert {claim.kind for claim in thesis.claims} == {"measure", "forecast", "effect"}


def test_an_alias_is_refused_before_it_grows() -> None:
    rows = "".join(f"  - &a{i} [{', '.join([f'*a{i - 1}'] * 10) if i else 'x'}]\n" for i in range(9))
    with pytest.raises(InputError, match=r"thesis, line 3: found an alias, \*a0"):
        read_thesis(f"title:\n{rows}claims: []\n")


def test_fields_in_the_wrong_place_are_named() -> None:
    with pytest.raises(InputError, match="line 2, field claims: found fields a, b; allowed: a list of claims"):
        read_thesis("title: A\nclaims: {a: 1, b: 2}\n")
