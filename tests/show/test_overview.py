"""Charts at a glance: they hold the numbers that they are made of, and can be drawn."""

from __future__ import annotations

from typing import Any

import pytest

from moorings.show.overview import answer_spec, claims_spec, reach_spec
from moorings.show.page import to_png

CLAIMS = [
    {"id": "drift", "verdict": "fails", "p_below": 0.9, "p_inside": 0.1, "p_above": 0.0},
    {"id": "count", "verdict": "unclear", "p_below": None, "p_inside": None, "p_above": None},
]
ANSWER = {"event": "drift(KOR) >= 1 in 2036", "low": 0.1, "high": 0.4, "probability": 0.2, "base_rate": None}
SERIES = [
    {"variable": "arms_dependence", "first": 1990, "last": 2024},
    {"variable": "tie", "first": 2010, "last": 2025},
]


def test_each_claim_has_its_three_shares() -> None:
    rows = claims_spec(CLAIMS)["datasets"]["claims"]
    shares = {(row["claim"], row["side"]): row["share"] for row in rows}
    assert shares["drift: fails", "below"] == 0.9
    assert shares["count: unclear", "inside"] is None
    assert len(rows) == 6


def test_an_answer_stands_beside_its_base_rate() -> None:
    (row,) = answer_spec(ANSWER | {"base_rate": 0.26})["datasets"]["answer"]
    assert row == {"low": 0.1, "high": 0.4, "probability": 0.2, "base_rate": 0.26}


def test_every_series_is_drawn_from_first_to_last_year() -> None:
    rows = reach_spec(SERIES)["datasets"]["series"]
    assert [(row["name"], row["first"], row["last"]) for row in rows] == [
        ("arms dependence", 1990, 2024),
        ("tie", 2010, 2025),
    ]


@pytest.mark.parametrize("spec", [claims_spec(CLAIMS), answer_spec(ANSWER), reach_spec(SERIES)])
def test_each_can_be_drawn(spec: dict[str, Any]) -> None:
    assert to_png(spec).startswith(b"\x89PNG")
