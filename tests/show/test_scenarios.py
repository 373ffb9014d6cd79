"""Comparisons, levers, explanations and analogues as a reader sees them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from moorings.show.explained import write_explain_chart
from moorings.show.scenarios import analogues_view, compare_view, explain_view, levers_view

EVENT = {"event": "E", "probability": 0.2, "against": 0.1, "difference": 0.1, "low": 0.05, "high": 0.15}
SERIES = {"state": "KOR", "variable": "gap", "unit": "log ratio", "year": 2036, "mean": 0.2, "q05": 0.1, "q50": 0.2}
LINK = {"link": "troops to commitment", "share": 0.48, "source": "history", "serves": [], "why": "the signal's loading"}
ANSWER = {
    "events": [EVENT],
    "series": [SERIES | {"q95": 0.3, "share_above_0": 1.0}],
    "links": [LINK],
    "from_history": 0.0,
}
REACH = {
    "state": "KOR",
    "variable": "troops",
    "unit": "log",
    "years": 10,
    "change": -9.0,
    "windows": 700,
    "as_large": 2,
}
COMPARED = ANSWER | {
    "set": {"troops(KOR)": "0"},
    "against": {},
    "mechanical": ["troops"],
    "outside": [REACH | {"states": 2, "outside": True}],
}
STRANDS = {"orientation": 0.1, "suppliers": 0.2}
EXPLAINED = {
    "state": "KOR",
    "from": 2025,
    "to": 2036,
    "phases": ["perceive", "learn_from_it"],
    "rows": [
        {"driver": name, "meaning": "what it is", "mean": 0.3, "low": 0.1, "high": 0.5, "strands": STRANDS}
        for name in ("gap", "all")
    ],
}


def shown(parts: Iterable[RenderableType]) -> str:
    screen = Console(file=io.StringIO(), width=200)
    for part in parts:
        screen.print(part)
    return screen.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_comparison_says_what_differs_and_what_it_rests_on() -> None:
    text = shown(compare_view(COMPARED))
    assert "troops(KOR) = 0 against the baseline" in text
    assert "+10.0 (+5.0 to +15.0)" in text
    assert "rests on history by 0 %" in text
    assert "2 of 700, 2 states" in text
    assert "leaves what history has seen" in text
    assert "mechanically: troops" in text


def test_the_analysts_answer_is_shown_beside_the_default_one() -> None:
    elasticities = {"burden": {"mean": 0.1, "sd": 0.01, "reason": "own judgement"}}
    own = ANSWER | {"elasticities": elasticities, "events": [EVENT | {"difference": 0.3}]}
    text = shown(compare_view(COMPARED | {"belief": own}))
    assert "own judgement" in text
    assert "+10.0" in text
    assert "+30.0" in text


def test_slight_differences_are_left_out() -> None:
    slight = COMPARED | {"series": [SERIES | {"q50": 1e-5, "q95": 0.3, "share_above_0": 1.0}]}
    assert "log ratio" not in shown(compare_view(slight))
    assert "+0.2" not in shown(compare_view(slight))


def test_levers_show_contents_and_effects() -> None:
    row: dict[str, Any] = {
        "lever": "role",
        "name": "role",
        "of": "",
        "meaning": "a bundle",
        "unit": "share",
        "low": 0,
        "high": 1,
    }
    row |= {"today": 1.0, "step": "0", "effect": 0.02, "effect_low": -0.01, "effect_high": 0.05, "rests_on": "prior"}
    text = shown(levers_view({"event": "E", "rows": [row | {"from_history": 0.0, "contents": {"demand": "3.5%"}}]}))
    assert "demand 3.5%" in text
    assert "+2.0 (\N{MINUS SIGN}1.0 to +5.0)" in text


def test_an_explanation_names_drivers_strands_and_phases() -> None:
    text = shown(explain_view(EXPLAINED))
    assert "+0.30 (+0.10 to +0.50)" in text
    assert "orientation" in text
    assert "perceive, then learn from it" in text


def test_the_chart_is_written(tmp_path: Path) -> None:
    assert write_explain_chart(EXPLAINED, tmp_path).read_bytes().startswith(b"\x89PNG")
    assert "orientation" in (tmp_path / "explain.svg").read_text()


def test_analogues_name_the_strands_that_moved() -> None:
    strands = {"orientation": 1.5, "suppliers": None, "partners": 0, "nuclear": 0, "accommodation": 0, "refusal": 0}
    case = {"state": "FRA", "from": 1960, "to": 1970, "distance": 0.5, "drift": 2.0, "change_troops": -6.0}
    often = {"response": "new partners", "cases": 12, "did": 3, "low": 0.1, "high": 0.5, "base_rate": 0.12}
    rows = [case | strands | {"change_burden": None}]
    text = shown(analogues_view({"state": "KOR", "from": 2025, "rows": rows, "responses": [often], "sources": ["S"]}))
    assert "France" in text
    assert "orientation" in text
    assert "3 of 12" in text
