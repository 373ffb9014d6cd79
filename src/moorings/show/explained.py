"""The chart of what pulls an ally: a bar for each group of drivers, by strand, and their sum."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt

from moorings.core.places import replacing
from moorings.show.charts import INK, PIXELS
from moorings.show.result import state_name

WIDTH, STEP = 560, 34
COLOURS = ("#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7")
"""Okabe and Ito's palette, one for each strand."""


def explain_chart(record: Mapping[str, Any]) -> alt.LayerChart | alt.FacetChart:
    """Contributions of groups of drivers to an ally's expected drift, with their 90 % intervals."""
    drivers = [row["driver"] for row in record["rows"]]
    strands = list(record["rows"][0]["strands"])
    parts = [{"driver": r["driver"], "strand": s, "part": r["strands"][s]} for r in record["rows"] for s in strands]
    ends = [{name: row[name] for name in ("driver", "mean", "low", "high")} for row in record["rows"]]
    place = alt.Y("driver:N", sort=drivers, title=None)
    colour = alt.Color("strand:N", scale=alt.Scale(domain=strands, range=list(COLOURS)), title="strand")
    axis = alt.X("part:Q", title=f"standard deviations of drift, {record['from']} to {record['to']}")
    bars = alt.Chart(alt.InlineData(values=parts)).mark_bar(size=STEP * 0.5).encode(axis, place, colour)
    known = alt.Chart(alt.InlineData(values=ends))
    whiskers = known.mark_rule(color=INK).encode(alt.X("low:Q"), place, x2="high:Q")
    dots = known.mark_point(color=INK, filled=True, size=40).encode(alt.X("mean:Q"), place)
    title = alt.TitleParams(
        f"What pulls {state_name(record['state'])}",
        subtitle="Bars: strands. Dot and line: their sum and its 90 % interval over parameter draws. `all` is the sum.",
        anchor="start",
    )
    return alt.layer(bars, whiskers, dots).properties(width=WIDTH, height=alt.Step(STEP), title=title)


def write_explain_chart(record: Mapping[str, Any], folder: Path) -> Path:
    """Write `explain.png` and `explain.svg` into a folder; path of the PNG."""
    chart = explain_chart(record)
    for kind in ("svg", "png"):
        with replacing(folder / f"explain.{kind}") as path:
            chart.save(path, format=kind, scale_factor=PIXELS if kind == "png" else 1)
    return folder / "explain.png"
