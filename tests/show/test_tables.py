from __future__ import annotations

from typing import Any

import pytest

from moorings.show.tables import forecast_view

from .conftest import printed


def test_a_forecast_says_all_that_a_reader_needs(record: dict[str, Any]) -> None:
    text = printed(forecast_view(record))
    row = next(line for line in text.splitlines() if line.strip().startswith("South Korea "))
    assert row.split() == ["South", "Korea", "+0.4", "+0.9", "unlikely", "very", "unlikely", "+0.2", "+0.3", "partners"]
    assert "31 % (22 %)" in text
    assert "South Korea: noticeable drift in 2036 is unlikely, 31 % (90 % interval 21 to 43 %)" in text
    assert "An alternative structure?" in text
    assert "How far to trust it: made-up numbers" in text
    assert "data cut-off 2026-10" in text
    assert "burden, ideal point to 2024" in " ".join(text.split())


def test_the_unrated_stands_apart(record: dict[str, Any]) -> None:
    text = printed(forecast_view(record))
    rated, unrated = text.split("Taiwan: not rated on drift")
    assert "Taiwan" not in rated
    assert "2.1 %" in unrated


def test_a_scenario_is_named(record: dict[str, Any]) -> None:
    text = printed(forecast_view(record | {"set": {"troops(KOR)": "-50%"}, "given": ["dispute(KOR, PRK) by 2028"]}))
    assert "Assumed: troops(KOR) = -50%" in text
    assert "Given: dispute(KOR, PRK) by 2028" in text


def test_the_bare_contract_is_enough(record: dict[str, Any]) -> None:
    extras = {"title", "patron", "rated", "unrated", "headline", "strands", "measure", "cloud", "trust", "cut_off"}
    bare = {key: value for key, value in record.items() if key not in extras} | {"events": [], "last_seen": {}}
    text = printed(forecast_view(bare))
    assert "Japan" in text
    assert "has not yet been scored" in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_width_breaks_the_table(record: dict[str, Any], width: int) -> None:
    assert all(len(line) <= width for line in printed(forecast_view(record), width).splitlines())
