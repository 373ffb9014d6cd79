"""The report: one page, nothing fetched, everything escaped."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from moorings.show.report import report_page


class Fetched(HTMLParser):
    """Gathers scripts, and addresses that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in ("script", "link", "iframe", "img"):
            self.found.append(f"{tag} {named.get('src') or named.get('href')}")


@pytest.fixture
def record() -> dict[str, Any]:
    quantiles = {"mean": 0.5, "q05": -0.5, "q25": 0.1, "q50": 0.5, "q75": 1.0, "q95": 1.5}
    series = [
        {"state": "JPN", "variable": name, "unit": unit, "year": year, **quantiles}
        for name, unit in (
            ("drift", "standard deviations"),
            ("autonomy", "standard deviations"),
            ("burden", "share of GDP"),
        )
        for year in (2025, 2030, 2036)
    ]
    event = {"event": "noticeable_drift(JPN) in 2036", "probability": 0.3, "low": 0.2, "high": 0.4}
    question = {"name": "drift", "title": "Does Japan <drift>?", "event": event["event"], "role": "question"}
    claim = {"text": "It holds.", "stated": [1.0, None], "value": 2.0, "low": 1.0, "high": 3.0, "verdict": "holds"}
    return {
        **{"system": "east-asia", "title": "A system", "from": 2025, "to": 2036, "members": 100, "seed": 1},
        **{"set": {"style": "-1"}, "given": [], "digests": {"code": "0" * 64}, "definitions": "tether/1"},
        **{"series": series, "events": [event | {"words": "unlikely", "base_rate": 0.25}], "headline": [question]},
        **{"rated": ["JPN"], "unrated": [], "baseline": None, "measure": [], "claims": [claim], "scores": []},
        "warnings": [],
    }


def test_the_page_stands_by_itself_and_escapes(record: dict[str, Any]) -> None:
    page = report_page(record)
    parser = Fetched()
    parser.feed(page)
    assert parser.found == []
    assert "Does Japan &lt;drift&gt;?" in page
    assert "<svg" in page


def test_the_page_tells_scenario_answer_and_claims(record: dict[str, Any]) -> None:
    page = report_page(record)
    for text in ("style = -1", "unlikely, 30 %", "20 to 40 %", "<td>at least 1</td>", "No back-test is at hand"):
        assert text in page


def test_the_method_box_tells_the_warnings(record: dict[str, Any]) -> None:
    method = report_page(record | {"warnings": ["fitted on <other> data"]}).partition("<h2>Method</h2>")[2]
    assert "<b>Warning:</b> fitted on &lt;other&gt; data." in method
    assert "Warning" not in report_page(record)
