"""Provenance leads back to the source's row."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.data.citations import cite_panel, variables_behind
from moorings.data.panel import build_panel
from moorings.data.sources import gapminder, sipri_milex


@pytest.fixture
def built(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up panel, with its mirror at hand."""
    build_panel(made_up, lambda _: None)
    monkeypatch.setenv("MOORINGS_DATA_DIR", str(made_up))
    return made_up


def test_a_cell_of_a_sheet(built: Path) -> None:
    (row,) = cite_panel(["KOR"], "KOR", "burden", 2000)
    (file,) = row["files"]
    assert file["file"] == sipri_milex.FILE
    assert file["rows"] == [{"row": 7, "Country": "Korea, South", "2000": "0.04"}]
    assert row["citation"] == sipri_milex.CARD.citation
    assert (row["value"], row["terms"], file["edition"]) == (0.04, sipri_milex.CARD.terms, "full")


def test_a_product_of_two_files(built: Path) -> None:
    (row,) = cite_panel(["KOR"], "KOR", "gdp", 2000)
    income, people = row["files"]
    assert (income["file"], people["file"]) == (gapminder.INCOME, gapminder.PEOPLE)
    product = float(income["rows"][0]["gdp_pcap"]) * float(people["rows"][0]["pop"])
    assert product == row["value"]
    assert len(row["citation"].split(" | ")) == 1


def test_a_pair_from_either_side(built: Path) -> None:
    for state in ("KOR", "PRK"):
        rows = {row["variable"]: row for row in cite_panel(["KOR", "PRK"], state, "disputes", 2000)}
        assert [raw["dispnum"] for raw in rows["disputes"]["files"][0]["rows"]] == [1, 1, 2, 2]


def test_what_is_derived_cites_what_it_is_derived_from(built: Path) -> None:
    rows = {row["variable"]: row for row in cite_panel(["JPN", "USA"], "JPN", "tie", 2000)}
    assert rows["tie"]["value"] == 3
    assert "none_listed" in rows["tie"]
    assert rows["defence"]["files"][0]["rows"][0]["atop_defense"] == 1
    assert rows["agreement"]["files"] == []


def test_without_the_file_at_hand_the_row_is_still_named(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOORINGS_DATA_DIR")
    (row,) = cite_panel(["KOR"], "KOR", "burden", 2000)
    assert row["files"][0]["rows"] is None
    assert row["files"][0]["row_key"] == "Share of GDP!7:2000"


def test_names_behind_a_variable() -> None:
    assert variables_behind("alignment_distance") == ("ideal_point",)
    assert variables_behind("troops") == ("troops",)
    assert variables_behind("force") == ("force", "disputes", "hostility")
    with pytest.raises(InputError, match="'troops'"):
        variables_behind("trops")


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("state", "variable", "year", "column", "value"),
    [
        ("JPN", "burden", 2024, "2024", 0.01371396895806343),
        ("JPN", "ideal_point", 2024, "idealpointfp", 0.7955979704856873),
        ("KOR", "polyarchy", 1986, "v2x_polyarchy", 0.312),
        ("USA", "warheads", 1967, "nuclear_weapons_stockpile", 31255),
        ("CHN", "milex", 2010, "milex", 76361000),
    ],
)
def test_the_mirrors_rows(
    panel: Path, mirror: Path, state: str, variable: str, year: int, column: str, value: float
) -> None:
    (row,) = cite_panel([state], state, variable, year)
    (raw,) = row["files"][0]["rows"]
    assert float(raw[column]) == pytest.approx(value, rel=1e-6)
