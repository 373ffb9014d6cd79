from __future__ import annotations

from moorings.show.answers import ask_view, check_view, cite_view, measure_view, panel_view, rows_view, signposts_view

from .conftest import printed


def test_measure_shows_the_last_years_and_says_so() -> None:
    rows = [
        {"patron": "USA", "state": "JPN", "year": year, "variable": name, "mean": year - 2000.5, "q05": 0.0, "q95": 1.0}
        for year in range(2000, 2026)
        for name in ("tether", "drift")
    ]
    text = printed(measure_view({"rows": rows}))
    assert "2025" in text
    assert "2017" not in text
    assert "8 of 26 years" in text


def test_rows_are_shown_as_they_are() -> None:
    text = printed(rows_view({"rows": [{"lever": "style", "range": [-1, 1], "effect": None, "share": 0.123456}]}))
    assert "-1, 1" in text
    assert "0.123" in text
    assert "–" in text
    assert "Nothing" in printed(rows_view({"rows": []}))


def test_an_answer_is_a_sentence() -> None:
    answer = {"event": "troops_leave(KOR) by 2036", "probability": 0.24, "low": 0.12, "high": 0.39, "words": "unlikely"}
    text = printed(ask_view(answer | {"base_rate": 0.05, "members": 4000, "effective_members": 812.4}))
    assert (
        "troops_leave(KOR) by 2036: unlikely, 24 % (90 % interval 12 to 39 %); above the historical base rate" in text
    )
    assert "4,000 simulated worlds, worth 812" in text


def test_signposts_keep_their_order() -> None:
    row = {"by": 2028, "probability": 0.2, "if_seen": 0.6, "if_not": 0.2, "bits": 0.05}
    text = printed(signposts_view({"rows": [row | {"signpost": "first"}, row | {"signpost": "second"}]}))
    assert text.index("first") < text.index("second")
    assert "60 %" in text


def test_a_claim_shows_verdict_and_reason() -> None:
    shares = {"p_inside": 0.05, "p_below": 0.95, "p_above": 0.0}
    claim = {
        "id": "drift",
        "stated": "likely",
        "value": 0.24,
        "low": 0.12,
        "high": 0.39,
        "verdict": "fails",
        "why": "too low",
    }
    text = printed(check_view({"claims": [claim | shares]}))
    assert "fails" in text
    assert "drift: too low" in text


def test_fields_within_fields_are_indented_and_empty_ones_left_out() -> None:
    row = {"state": "JPN", "note": None, "files": [{"file": "a.csv", "rows": [{"year": 2024}]}]}
    text = printed(cite_view({"rows": [row]}))
    assert text.rstrip() == "state: JPN\nfiles:\n  file: a.csv\n  rows:\n    year: 2024"


def test_a_panel_that_is_not_there_is_said() -> None:
    assert "There is no panel" in printed(panel_view({"digest": None, "path": "panel.duckdb"}))
