"""Errors of tables name the file, the line, the field, what was found and what is allowed."""

from __future__ import annotations

import pytest

from moorings.core.errors import InputError
from moorings.systems.load import load_events, load_observations, load_system

from .conftest import AGREEMENTS, PAIR_YEAR, STATE_YEAR

CASES = [
    ("state_year", "JPN,,2020", "JPM,,2020", ["line 3, field state", "'JPM'", "'JPN'"]),
    ("state_year", "JPN,,2020", "JPN,,2021", ["line 3, field year", "'2021'", "up to 2020"]),
    ("state_year", "JPN,,2020", "JPN,,2019", ["line 3", "JPN, 2019, burden again", "first in line 2"]),
    ("state_year", "JPN,,2020", "JPN,CHN,2020", ["line 3, field other", "'CHN'", "belongs to one state"]),
    ("state_year", "2020,burden", "2020,burdn", ["line 3, field variable", "'burdn'", "'burden'"]),
    ("state_year", "0.011,share of GDP", "1.1,share of GDP", ["line 3, field value", "1.1", "0 to 1"]),
    ("state_year", "0.011,share of GDP", "n/a,share of GDP", ["line 3, field value", "'n/a'", "leave the row out"]),
    ("state_year", "0.011,share of GDP", "nan,share of GDP", ["line 3, field value", "'nan'"]),
    ("state_year", "0.011,share of GDP", "0.011,per cent", ["line 3, field unit", "'per cent'", "share of GDP"]),
    ("state_year", "a source,medium", ",medium", ["line 3, field source", "nothing", "a value"]),
    ("state_year", "a source,medium", "a source,midium", ["line 3, field confidence", "'midium'", "'medium'"]),
    ("state_year", "unit,source", "unit,sauce", ["line 1, field sauce", "'source'"]),
    ("state_year", ",estimate", "", ["line 3", "8 cells", "9 cells"]),
    ("pair_year", "CHN,JPN,2018", "JPN,CHN,2018", ["line 2, field other", "'CHN'", "each pair stands once"]),
    ("pair_year", "JPN,USA,2020", "JPN,CHN,2020", ["line 3, field other", "'CHN'", "the patron, USA"]),
    ("pair_year", "2018,2020", "2018,2017", ["line 2, field until", "2017", "from 2018 on"]),
    ("agreements", "raa_vfa", "raa", ["line 2, field kind", "'raa'", "raa_vfa"]),
    ("agreements", "JPN;KOR", "JPN;KRO", ["line 2, field members", "'KRO'", "'KOR'"]),
    ("agreements", ",,2,a", ",,4,a", ["line 2, field strength", "'4'", "0 to 3"]),
    ("agreements", "2018-05-01", "1 May 2018", ["line 2, field signed", "'1 May 2018'", "YYYY"]),
    ("agreements", "2019-06-01,,", "2019-06-01,2018-01,", ["line 2, field ended", "from 2019-06-01 on"]),
]
TEXTS = {"state_year": STATE_YEAR, "pair_year": PAIR_YEAR, "agreements": AGREEMENTS}


@pytest.mark.parametrize(("table", "old", "new", "words"), CASES)
def test_a_fault_names_its_place(write, table, old, new, words):
    system = load_system(write(**{table: TEXTS[table].replace(old, new, 1)}))
    with pytest.raises(InputError) as caught:
        load_observations(system)
    message = str(caught.value)
    assert message.startswith(f"{table}.csv")
    assert [word for word in words if word not in message] == []


def test_spells_may_not_overlap(write):
    again = "CHN,JPN,2020,,rivalry,0,0/1,a source,high,\n"
    with pytest.raises(InputError, match=r"line 4, field year: found 2020; allowed: a year after 2020 \(line 2\)"):
        load_observations(load_system(write(pair_year=PAIR_YEAR + again)))


def test_events_end_with_the_facts(write):
    from .conftest import DESCRIPTION

    signals = "date,ally,kind,direction,magnitude,source,confidence,note\n2020-07,ALL,visit,1,1,a source,high,\n"
    system = load_system(write(system=DESCRIPTION + "facts_until: 2020-06\n", patron_signals=signals))
    with pytest.raises(InputError, match="up to 2020-06, where the facts end"):
        load_events(system, "patron_signals")


def test_not_utf8(write):
    folder = write()
    (folder / "state_year.csv").write_bytes(b"state,other\n\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        load_observations(load_system(folder))
