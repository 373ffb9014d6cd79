"""Partners beyond a system, and how far allies share theirs, from the panel's pacts."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from moorings.jobs.partners import partner_rows
from worlds import tiny_system

COLUMNS = ("state", "other", "year", "variable", "value", "unit", "source", "confidence", "note")


def pacts(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    schema = dict.fromkeys(COLUMNS, pl.String) | {"year": pl.Int64, "value": pl.Float64}
    full = [(a, b, 2010, name, value, "0/1", "s", "high", None) for a, b, name, value in rows]
    return pl.DataFrame(full, schema=schema, orient="row")


@pytest.fixture
def found() -> dict[tuple[str, str | None, str], float]:
    system = replace(tiny_system(), allies=("AAA", "BBB"), partners=("PPP",))
    listed = pacts(
        ("AAA", "BBB", "defence", 1.0),
        ("AAA", "PPP", "consult", 1.0),
        ("AAA", "USA", "defence", 1.0),
        ("AAA", "XXX", "consult", 1.0),
        ("YYY", "AAA", "defence", 1.0),
        ("BBB", "YYY", "defence", 1.0),
        ("BBB", "ZZZ", "defence", 0.0),
    )
    rows = partner_rows(system, listed, {"YYY", "AAA"}, 2010)
    assert rows.schema == listed.schema
    return {(r["state"], r["other"], r["variable"]): r["value"] for r in rows.iter_rows(named=True)}


def test_partners_of_the_system_and_the_patron_are_not_elsewhere(
    found: dict[tuple[str, str | None, str], float],
) -> None:
    assert found["AAA", None, "partners_elsewhere"] == 2
    assert found["BBB", None, "partners_elsewhere"] == 1


def test_those_whom_the_patron_protects_are_no_substitutes(found: dict[tuple[str, str | None, str], float]) -> None:
    assert found["AAA", None, "substitutes_elsewhere"] == 1
    assert found["BBB", None, "substitutes_elsewhere"] == 0


def test_allies_share_what_both_are_bound_to(found: dict[tuple[str, str | None, str], float]) -> None:
    # {A, B, P, X, Y} and {A, B, Y}
    assert found["AAA", "BBB", "shared_partners"] == pytest.approx(3 / 5)


def test_other_years_are_left_out() -> None:
    rows = partner_rows(tiny_system(), pacts(("AAA", "XXX", "defence", 1.0)), set(), 2009)
    assert rows.filter(pl.col("variable") == "partners_elsewhere")["value"].sum() == 0
