"""A check lists all faults at once."""

from __future__ import annotations

from moorings.systems.check import check_system

from .conftest import AGREEMENTS, DESCRIPTION, STATE_YEAR


def places(folder):
    return {(fault.file, fault.line, fault.field) for fault in check_system(folder)}


def test_a_sound_folder_has_no_faults(write):
    assert check_system(write()) == []


def test_all_faults_at_once(write):
    folder = write(
        system=DESCRIPTION.replace("patron: USA", "patron: USA\ncolour: blue").replace("to: 2030", "to: 2010"),
        state_year=STATE_YEAR
        + "JPN,,2020,burden,0.012,share of GDP,a source,high,\n"
        + "FRA,,2021,burden,2,per cent,,certain,\n"
        + "KOR,,2020,burden,2,per cent,a source,high,\n",
        agreements=AGREEMENTS.replace("raa_vfa", "raa").replace(",,2,", ",,7,"),
        banners="state\n",
    )
    assert places(folder) == {
        ("system.yaml", 4, "colour"),
        ("system.yaml", 11, "to"),
        ("system.yaml", 15, "headline[1].event"),
        ("banners.csv", 0, ""),
        ("state_year.csv", 4, ""),
        ("state_year.csv", 5, "state"),
        ("state_year.csv", 5, "year"),
        ("state_year.csv", 5, "unit"),
        ("state_year.csv", 5, "value"),
        ("state_year.csv", 5, "source"),
        ("state_year.csv", 5, "confidence"),
        ("state_year.csv", 6, "unit"),
        ("state_year.csv", 6, "value"),
        ("agreements.csv", 2, "kind"),
        ("agreements.csv", 2, "strength"),
    }


def test_no_such_folder(tmp_path):
    assert [fault.found for fault in check_system(tmp_path / "none")] == ["no such folder"]


def test_faults_as_plain_values(write):
    row = check_system(write(system=DESCRIPTION.replace("to: 2030", "to: 2010")))[0].to_json()
    assert row == {
        "file": "system.yaml",
        "line": 10,
        "field": "to",
        "found": "2010",
        "allowed": "a year after `from` (2020)",
        "remedy": "",
    }
