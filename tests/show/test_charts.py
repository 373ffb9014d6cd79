from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moorings.show.charts import forecast_chart, write_chart
from moorings.show.page import axes_spec
from moorings.show.result import Result, state_name

from .conftest import example


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The chart of the made-up forecast."""
    return forecast_chart(example() | {"sources": "SIPRI; ATOP"}).to_dict()


def texts(spec: Any) -> str:
    return json.dumps(spec, ensure_ascii=False)


def test_a_chart_names_its_subject_units_and_sources(spec: dict[str, Any]) -> None:
    assert "2036" in spec["title"]["text"]
    assert "standard deviations" in spec["title"]["subtitle"][0]
    shown = texts(spec)
    for part in ("Sources: SIPRI; ATOP.", "Data cut-off: 2026-10", "noticeable", "marked", "South Korea"):
        assert part in shown


def test_each_rated_ally_has_a_panel_and_the_unrated_its_own(spec: dict[str, Any]) -> None:
    rows = spec["vconcat"]
    titles = [panel["title"]["text"] for row in rows[:2] for panel in row["hconcat"]]
    assert titles == ["Japan", "South Korea", "Australia", "Philippines", "Thailand", "New Zealand"]
    assert rows[-2]["title"]["text"] == "Taiwan: not rated on drift"


def test_all_panels_share_one_scale_that_holds_every_band(record: dict[str, Any]) -> None:
    record["series"].append(record["series"][0] | {"state": "JPN", "variable": "drift", "year": 2037, "q95": 9.0})
    rows = forecast_chart(record).to_dict()["vconcat"][:2]
    domains = {
        tuple(layer["encoding"]["y"]["scale"]["domain"])
        for row in rows
        for panel in row["hconcat"]
        for layer in panel["layer"]
        if "scale" in layer["encoding"].get("y", {})
    }
    assert len(domains) == 1
    assert domains.pop()[1] == 9.0


def test_the_chart_does_without_extras(record: dict[str, Any]) -> None:
    extras = ("title", "patron", "rated", "unrated", "headline", "strands", "measure", "cloud", "trust", "cut_off")
    bare = {key: value for key, value in record.items() if key not in extras}
    assert "Thailand" in texts(forecast_chart(bare).to_dict())


def test_missing_numbers_do_not_reach_the_chart(record: dict[str, Any]) -> None:
    missing = dict.fromkeys(("mean", "q05", "q25", "q50", "q75", "q95"))
    series = [
        row | missing if row["state"] == "NZL" else row for row in record["series"] if row["state"] in ("JPN", "NZL")
    ]
    bare = record | {"series": series, "rated": ["JPN"], "unrated": ["NZL"], "measure": [], "cloud": []}
    shown = texts(forecast_chart(bare).to_dict())
    assert "Japan" in shown
    assert "New Zealand" not in shown
    assert "null" not in shown.replace('"stroke": null', "").replace('"title": null', "")


def test_a_chart_is_drawn_without_a_browser(record: dict[str, Any], tmp_path: Path) -> None:
    assert write_chart(record, tmp_path) == tmp_path / "forecast.png"
    assert (tmp_path / "forecast.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "forecast.svg").read_bytes().startswith(b"<svg")
    assert len(list(tmp_path.iterdir())) == 2


def test_the_axes_hold_half_and_nine_tenths_of_the_worlds() -> None:
    result = Result(example() | {"measure": []})
    spans = axes_spec(result)["datasets"]["spans"]
    state = result.rated[0]
    drift = result.at(state, "drift", result.end)
    held = {(row["drift"], row["drift2"]) for row in spans if row["ally"] == state_name(state)}
    assert (drift["q05"], drift["q95"]) in held
    assert (drift["q25"], drift["q75"]) in held
