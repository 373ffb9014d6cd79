"""Allies' own rivals beyond a system's adversaries, from the panel's rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from moorings.jobs.rivals import rival_rows
from worlds import tiny_system

COLUMNS = ("state", "other", "year", "variable", "value", "unit", "source", "confidence", "note")


def seen(*rows: tuple[str, str, int, str, float]) -> pl.DataFrame:
    schema = dict.fromkeys(COLUMNS, pl.String) | {"year": pl.Int64, "value": pl.Float64}
    return pl.DataFrame([(*row, "u", "s", "high", None) for row in rows], schema=schema, orient="row")


@pytest.fixture
def found() -> dict[tuple[str, str], float]:
    system = replace(tiny_system(), allies=("AAA", "BBB"), adversaries=("KKK",), start=2010)
    listed = seen(
        ("AAA", "BBB", 2010, "rivalry", 1.0),
        ("AAA", "KKK", 2010, "rivalry", 1.0),
        ("AAA", "XXX", 2010, "rivalry", 1.0),
        ("AAA", "ZZZ", 2009, "rivalry", 1.0),
        *((*pair, 2009, "distance", 1000.0) for pair in (("AAA", "BBB"), ("AAA", "KKK"), ("AAA", "XXX"))),
        ("AAA", "XXX", 2010, "disputes", 2.0),
        ("AAA", "XXX", 2008, "disputes", 1.0),
    )
    rows = rival_rows(system, listed, {"BBB": 2.0, "XXX": 3.0, "KKK": 9.0, "ZZZ": 9.0}, {"XXX", "KKK"})
    assert rows.schema == listed.schema
    return {(r["state"], r["variable"]): r["value"] for r in rows.iter_rows(named=True)}


def test_a_fellow_ally_may_be_a_rival_and_an_adversary_is_counted_elsewhere(
    found: dict[tuple[str, str], float],
) -> None:
    # half of the power at 1,000 km; hostility 5 of a rival, and of past disputes 1 + 0.81
    assert found["BBB", "rivals_elsewhere"] == pytest.approx(0.0, abs=1e-9)
    assert found["AAA", "rivals_elsewhere"] == pytest.approx(0.5 * 5 * np.exp(2) + 0.5 * (5 + 1.81) * np.exp(3))


def test_only_a_nuclear_rival_is_armed(found: dict[tuple[str, str], float]) -> None:
    assert found["AAA", "armed_rivals_elsewhere"] == 1
    assert found["BBB", "armed_rivals_elsewhere"] == 0


def test_without_rivals_there_are_no_rows() -> None:
    rows = rival_rows(tiny_system(), seen(), {}, set())
    assert rows.is_empty()
    assert rows.schema == seen().schema
