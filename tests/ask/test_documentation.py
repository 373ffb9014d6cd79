"""The page on questions is held to the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moorings.ask.language import parse, parse_evidence
from moorings.ask.named import DEFINITIONS, EVENTS
from moorings.ask.scope import check
from moorings.ask.words import WORDS
from moorings.core.variables import VARIABLES
from moorings.systems.system import System

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
ASKED = re.findall(r'moorings (?:ask|ledger add) east-asia "([^"]+)"|--about "([^"]+)"|--given "([^"]+)"', PAGE)


def test_every_named_event_stands_there_with_its_definition_word_for_word() -> None:
    for row in DEFINITIONS:
        assert f"| {row.text} |" in PAGE
    for name in EVENTS:
        assert f"`{name}(" in PAGE


def test_every_variable_stands_there_with_unit_and_meaning() -> None:
    for variable in VARIABLES.values():
        name = f"{variable.name}(A, B)" if variable.paired else variable.name
        assert f"| `{name}` | {variable.unit} | {variable.meaning} |" in PAGE


def test_every_word_stands_there() -> None:
    for word in WORDS:
        assert word in " ".join(PAGE.split())


@pytest.mark.parametrize("text", sorted({part for found in ASKED for part in found if part}))
def test_every_example_makes_sense(system: System, text: str) -> None:
    known = parse_evidence(text) if "~" in text else parse(text)
    check(known, system)
