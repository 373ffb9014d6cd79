"""File formats: row numbers, damage, raw rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.data.formats import read_rows, read_sheet, read_table, read_text
from moorings.data.sources import gapminder, nmc, sipri_milex, unga_ideal

READERS = [(read_text, gapminder.PEOPLE), (read_table, nmc.FILE), (read_table, unga_ideal.FILE)]


@pytest.mark.parametrize(("read", "file"), READERS)
def test_a_missing_column_names_the_file(written: Path, read: type[read_text], file: str) -> None:  # type: ignore[valid-type]
    with pytest.raises(InputError, match=Path(file).name.replace(".", r"\.") + ": found no column 'nothing'"):
        read(written / file, ["nothing"])


@pytest.mark.parametrize("file", [nmc.FILE, unga_ideal.FILE])
def test_a_truncated_file_is_unreadable(written: Path, tmp_path: Path, file: str) -> None:
    broken = tmp_path / Path(file).name
    broken.write_bytes((written / file).read_bytes()[:60])
    with pytest.raises(InputError, match=f"{broken.name}: found unreadable"):
        read_table(broken, ["ccode"])


def test_a_truncated_spreadsheet_is_unreadable(written: Path, tmp_path: Path) -> None:
    broken = tmp_path / "book.xlsx"
    broken.write_bytes((written / sipri_milex.FILE).read_bytes()[:500])
    with pytest.raises(InputError, match="unreadable"):
        read_sheet(broken, "Share of GDP", "Country")


def test_a_missing_file_and_a_sheet_without_its_header(written: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "none.csv", ["x"])
    with pytest.raises(InputError, match="0 rows that begin with 'State'"):
        read_sheet(written / sipri_milex.FILE, "Share of GDP", "State")


def test_rows_are_counted_as_a_reader_of_the_file_counts(written: Path) -> None:
    assert read_text(written / gapminder.PEOPLE, ["country"])["row"][0] == 2
    assert read_table(written / nmc.FILE, ["ccode"])["row"][0] == 1
    assert read_sheet(written / sipri_milex.FILE, "Share of GDP", "Country")["row"][0] == 5


@pytest.mark.parametrize(
    ("file", "key", "expected"),
    [
        (nmc.FILE, "2,1", [{"row": 1, "ccode": 732, "milex": 1}, {"row": 2, "ccode": 260, "milex": 5}]),
        (gapminder.PEOPLE, "2", [{"row": 2, "country": "rus", "time": "1985", "pop": "10"}]),
        (sipri_milex.FILE, "Share of GDP!6:1999", [{"row": 6, "Country": "United States of America", "1999": "0.05"}]),
        (unga_ideal.FILE, "2", [{"row": 2, "ccode": 732, "idealpointfp": 0.5}]),
    ],
)
def test_raw_rows_are_found_again(written: Path, file: str, key: str, expected: list[dict[str, object]]) -> None:
    found = read_rows(written / file, key, 12)
    assert [{name: row[name] for name in wanted} for row, wanted in zip(found, expected, strict=True)] == expected


def test_only_so_many_raw_rows_are_shown(written: Path) -> None:
    assert [row["row"] for row in read_rows(written / gapminder.PEOPLE, "9,8,7", 2)] == [8, 9]
