"""Errors of `system.yaml` name the file, the line, the field, what was found and what is allowed."""

from __future__ import annotations

import pytest

from moorings.core.errors import InputError
from moorings.systems.load import load_system

from .conftest import DESCRIPTION


def test_fields(write):
    system = load_system(write())
    assert system.states == ("USA", "JPN", "KOR", "CHN", "IND")
    assert (system.start, system.end, system.rated) == (2020, 2030, ("JPN",))
    assert system.not_rated == {"KOR": "for the sake of the test"}
    assert system.headline[0].role == "question"
    assert system.assumptions[0]["mean"] == 0.3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("patron: USA", "patrn: USA", ["line 3, field patrn", "Did you mean 'patron'?"]),
        ("patron: USA", "patron: usa", ["line 3, field patron", "'usa'", "three capital letters"]),
        ("[JPN, KOR]", "[JPN, KOR, JPN]", ["line 4, field allies[3]", "'JPN'", "also allies[1]"]),
        ("[JPN, KOR]", "Japan", ["line 4, field allies", "'Japan'", "a list of at least one state"]),
        ("[JPN, KOR]", "[]", ["line 4, field allies", "[]", "a list of at least one state"]),
        ("from: 2020", "from: recent", ["line 9, field from", "'recent'", "a year"]),
        ("to: 2030", "to: 2019", ["line 10, field to", "2019", "a year after `from` (2020)"]),
        ("to: 2030\n", "", ["field to", "the field is needed"]),
        ("to: 2030", "to: 2030\nto: 2031", ["line 11, field to", "the field again", "first in line 10"]),
        ("KOR: for the sake", "KOW: for the sake", ["line 8, field not_rated.KOW", "'KOW'", "'KOR'"]),
        ("drift(JPN)", "drift(JAP)", ["line 14, field headline[1].event", "'JAP'", "'JPN'"]),
        ("in 2030", "in 2035", ["line 14", "year 2035", "years to 2030"]),
        ("    title: Does", "    titel: Does", ["headline[1].titel", "'title'"]),
        ("sd: 0.1", "sd: -0.1", ["line 16, field assumptions[1].sd", "-0.1", "at least 0"]),
        ("name: small", "name: Small System", ["line 1, field name", "'Small System'", "hyphens"]),
        ("to: 2030", "to: 2030\nfacts_until: soon", ["line 11, field facts_until", "'soon'", "YYYY-MM"]),
        ("to: 2030", "to: 2030\nfacts_until: 2026-13-45", ["line 11, field facts_until", "2026-13-45"]),
        ("    event:", "    role: boss\n    event:", ["line 14, field headline[1].role", "'boss'", "driver"]),
        ("title: A small system", "title: &a [*a]", ["system.yaml"]),
        ("headline:", "headline: [", ["system.yaml, line", "YAML"]),
    ],
)
def test_a_fault_names_its_place(write, old, new, words):
    folder = write(system=DESCRIPTION.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_system(folder)
    message = str(caught.value)
    assert message.startswith("system.yaml")
    assert [word for word in words if word not in message] == []


def test_empty_description(write):
    with pytest.raises(InputError, match="no fields"):
        load_system(write(system=""))


def test_unknown_system_offers_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'east-asia'"):
        load_system("east-aisa")
