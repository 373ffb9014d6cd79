"""Codes and names of states."""

from __future__ import annotations

import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.data.codes import add_named_state, add_pair, add_state, names_of_states, one_per_state, state_codes


def test_every_number_has_one_state_and_every_name_is_clear() -> None:
    codes = state_codes()
    assert not codes["cow"].is_duplicated().any()
    assert codes["state"].str.len_chars().unique().to_list() == [3]
    assert set(codes.filter(codes["state"].is_duplicated())["state"]) == {"DEU", "YEM"}
    names = [name for row in codes.to_dicts() for name in (row["name"], *row["aliases"]) if name]
    assert len(names) == len(set(names)) == len(names_of_states())


@pytest.mark.parametrize(
    ("cow", "state"),
    [
        *((255, "DEU"), (260, "DEU"), (265, "DDR"), (365, "RUS"), (816, "VNM"), (817, "RVN"), (678, "YEM")),
        *((679, "YEM"), (680, "YMD"), (345, "SRB"), (713, "TWN"), (315, "CSK"), (316, "CZE")),
    ],
)
def test_historic_states(cow: int, state: str) -> None:
    frame = pl.DataFrame({"row": [1], "ccode": [float(cow)]})
    assert add_state(frame, "ccode", "state", "x.rda")["state"].item() == state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        *(("Soviet Union", "RUS"), ("USSR", "RUS"), ("Korea, South", "KOR"), ("Viet Nam", "VNM")),
        *(("South Vietnam", "RVN"), ("Yugoslavia", "SRB"), ("Türkiye", "TUR"), ("Congo, DR", "COD")),
    ],
)
def test_names_of_the_sources(name: str, state: str) -> None:
    frame = pl.DataFrame({"row": [1], "name": [name]})
    assert add_named_state(frame, "name", "state", "x.csv")["state"].item() == state


def test_unknown_states_are_errors_and_ignored_ones_are_dropped() -> None:
    with pytest.raises(InputError, match=r"x\.rda, row 7, ccode: found 999\.0"):
        add_state(pl.DataFrame({"row": [7], "ccode": [999.0]}), "ccode", "state", "x.rda")
    with pytest.raises(InputError, match="Did you mean 'Japan'"):
        add_named_state(pl.DataFrame({"row": [7], "name": ["Japn"]}), "name", "state", "x.csv")
    assert add_state(pl.DataFrame({"row": [7], "ccode": [999.0]}), "ccode", "state", "x.rda", (999,)).is_empty()


def test_a_state_is_no_pair_with_itself() -> None:
    frame = pl.DataFrame({"row": [1, 2], "ccode1": [255, 2], "ccode2": [260, 260]})
    assert add_pair(frame, "x.rda").select("state", "other").rows() == [("USA", "DEU")]


def test_the_successor_is_kept_where_a_state_has_two_numbers() -> None:
    frame = pl.DataFrame({"ccode": [255, 260, 260], "state": ["DEU"] * 3, "year": [1990, 1990, 1989]})
    assert one_per_state(frame)["ccode"].to_list() == [255, 260]
