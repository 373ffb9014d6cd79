"""Checks of tables as they are read."""

from __future__ import annotations

import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.data.checks import TIDY, check_columns, check_keys, check_range, to_number, to_tidy

FRAME = pl.DataFrame({"row": [2, 3], "state": ["KOR", "KOR"], "year": [2000, 2001], "value": [0.1, 0.2]})


def test_a_missing_column_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"a\.csv: found no column 'stat'.*'state'"):
        check_columns(FRAME, ["stat"], "a.csv")


def test_keys_must_be_there_once() -> None:
    assert check_keys(FRAME, ["state", "year"], "a.csv") is FRAME
    with pytest.raises(InputError, match="2 doubled rows"):
        check_keys(FRAME, ["state"], "a.csv")
    with pytest.raises(InputError, match="a missing key"):
        check_keys(FRAME.with_columns(year=pl.lit(None)), ["state", "year"], "a.csv")


def test_a_value_out_of_range_names_its_row() -> None:
    with pytest.raises(InputError, match=r"a\.csv, row 3: found value = 0\.2; allowed: 0 to 0\.15"):
        check_range(FRAME, "value", 0, 0.15, "a.csv")
    with pytest.raises(InputError, match=r"a\.csv: found value"):
        check_range(FRAME.drop("row"), "value", 0, 0.15, "a.csv")


def test_text_becomes_numbers_and_marks_become_null() -> None:
    frame = pl.DataFrame({"row": [2, 3, 4], "x": [" 1.5", "NA", ""]})
    assert to_number(frame, "x", place="a.csv")["x"].to_list() == [1.5, None, None]
    with pytest.raises(InputError, match=r"a\.csv, row 3, x: found 'NA'"):
        to_number(frame, "x", place="a.csv", missing=("",))


def test_tidy_rows_carry_their_provenance() -> None:
    tidy = to_tidy(FRAME, "nmc/cow_nmc.rda", "share", variable="cinc")
    assert dict(tidy.schema) == TIDY
    assert tidy.row(0, named=True) == {
        "state": "KOR",
        "other": None,
        "year": 2000,
        "variable": "cinc",
        "value": 0.1,
        "unit": "share",
        "source": "nmc",
        "confidence": "high",
        "note": None,
        "file": "nmc/cow_nmc.rda",
        "row_key": "2",
    }
