"""The forecast's chart: one definition for PNG, SVG, notebook, report and page."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt

from moorings.core.places import replacing
from moorings.show.result import Result, state_name
from moorings.show.words import likelihood, per_cent

# Okabe and Ito's palette, told apart by colour-blind readers too.
INK, MUTED, RULE = "#1f2933", "#66727f", "#d5dbe1"
FAN, NOTICEABLE, MARKED = "#0072b2", "#b07600", "#d55e00"
GREY = "#5b6670"
PANEL, HEIGHT, COLUMNS, GAP = 270, 150, 3, 46
WIDTH = COLUMNS * PANEL + (COLUMNS - 1) * GAP
ACROSS, SQUARE_GAP = 6, 28
SQUARE = (WIDTH - (ACROSS - 1) * SQUARE_GAP) // ACROSS - 14
PIXELS = 1.5

Panel = alt.LayerChart | alt.FacetChart


def forecast_chart(record: Mapping[str, Any]) -> alt.VConcatChart:
    """The chart of a forecast: drift's fan of each rated ally, the two axes, the unrated apart.

    Parameters
    ----------
    record
        The forecast's JSON object (`moorings.show.result` names what else is shown where it is there).
    """
    result = Result(record)
    seen = (state for state in result.unrated if any(result.path(state, name) for name in UNRATED))
    apart = [_unrated(result, state) for state in seen]
    chart = alt.vconcat(*_drift_rows(result), *_axes_rows(result), *apart, _footer(result), spacing=26)
    return _styled(chart.properties(title=_title(result)))


def write_chart(record: Mapping[str, Any], folder: Path) -> Path:
    """Write `forecast.png` and `forecast.svg` into a folder, without a browser; path of the PNG."""
    chart = forecast_chart(record)
    for kind in ("svg", "png"):
        with replacing(folder / f"forecast.{kind}") as path:
            chart.save(path, format=kind, scale_factor=PIXELS if kind == "png" else 1)
    return folder / "forecast.png"


def _title(result: Result) -> alt.TitleParams:
    subtitle = [
        f"Drift of each ally from the patron by its own acts, in standard deviations since {result.start} "
        f"(definition {result.record['definitions']}).",
        "Line: median. Dark band: 50 % of the simulated worlds. Light band: 90 %.",
    ]
    scenario = [f"{name} = {value}" for name, value in result.record.get("set", {}).items()]
    if scenario := scenario + [f"given {event}" for event in result.record.get("given", ())]:
        subtitle.append("Scenario: " + "; ".join(scenario))
    text = f"{result.title}: how far may the allies drift by {result.end}?"
    return alt.TitleParams(text, subtitle=subtitle, anchor="start", frame="group", fontSize=19, offset=18)


def _drift_rows(result: Result) -> list[alt.HConcatChart]:
    """Small multiples, some to a row, all on one scale."""
    domain = _domain([(result.path(state, "drift"), result.history(state, "drift")) for state in result.rated])
    panels = [_drift_panel(result, state, domain) for state in result.rated]
    return [alt.hconcat(*panels[i : i + COLUMNS], spacing=GAP) for i in range(0, len(panels), COLUMNS)]


def _domain(paths: Sequence[tuple[Sequence[Mapping[str, Any]], ...]]) -> tuple[float, float]:
    """Range of the drift axis: every band and both thresholds inside."""
    values = [row[key] for fan, past in paths for rows in (fan, past) for row in rows for key in ("q05", "q95")]
    return min([-1.0, *values]), max([2.4, *values])


def _drift_panel(result: Result, state: str, domain: tuple[float, float]) -> Panel:
    """One ally: history, fan, thresholds; its probabilities in the subtitle."""
    y = alt.Y("q50:Q", title=None, scale=alt.Scale(domain=domain, nice=True))
    noticeable, marked = (result.drift_event(state, size) for size in ("noticeable", "marked"))
    subtitle = f"noticeable: {likelihood(noticeable)} · marked: {per_cent(marked.get('probability'))}"
    return alt.layer(
        *_threshold(1.0, "noticeable", NOTICEABLE),
        *_threshold(2.0, "marked", MARKED),
        *_fan(result.path(state, "drift"), y, FAN),
        *_past(result.history(state, "drift")),
    ).properties(width=PANEL, height=HEIGHT, title=_heading(state_name(state), subtitle))


def _heading(text: str, subtitle: str | list[str]) -> alt.TitleParams:
    return alt.TitleParams(text, subtitle=subtitle, anchor="start", frame="group", fontSize=13, offset=6)


def _caption(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", frame="group", fontSize=11.5, fontWeight="normal", offset=4)


def _data(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def _year(title: str | None = None) -> alt.X:
    return alt.X("year:Q", title=title, axis=alt.Axis(format="d", tickCount=5), scale=alt.Scale(zero=False, nice=False))


def _fan(path: Sequence[Mapping[str, Any]], y: alt.Y, colour: str) -> list[alt.Chart]:
    """Median line over the bands of 50 and 90 %."""
    base = alt.Chart(_data(path)).encode(x=_year())
    wide = base.mark_area(color=colour, opacity=0.16).encode(y="q05:Q", y2="q95:Q")
    narrow = base.mark_area(color=colour, opacity=0.30).encode(y="q25:Q", y2="q75:Q")
    return [wide, narrow, base.mark_line(color=colour, strokeWidth=2.2).encode(y=y)]


def _past(history: Sequence[Mapping[str, Any]]) -> list[alt.Chart]:
    """The measured line before the fan."""
    base = alt.Chart(_data(history)).encode(x=_year(), y="mean:Q")
    return [base.mark_line(color=INK, strokeWidth=1.6)] if history else []


def _threshold(level: float, name: str, colour: str) -> list[alt.Chart]:
    """A dashed line with its name at the left end of the fan."""
    base = alt.Chart(_data([{"level": level, "name": name}])).encode(y="level:Q")
    line = base.mark_rule(color=colour, strokeDash=[5, 3], strokeWidth=1.2)
    label = base.mark_text(align="left", baseline="bottom", dx=3, dy=-1, fontSize=10, color=colour)
    return [line, label.encode(x=alt.value(0), text="name:N")]


def _axes_rows(result: Result) -> list[alt.VConcatChart]:
    """Drift and autonomy in the last year, a small square for each rated ally, all on one scale."""
    points = [point for state in result.rated if (point := _point(result, state))]
    squares = [_square(point, _cloud(result, point["state"]), _limits(points)) for point in points]
    if not squares:
        return []
    rows = [alt.hconcat(*squares[i : i + ACROSS], spacing=SQUARE_GAP) for i in range(0, len(squares), ACROSS)]
    heading = _heading(
        f"Drift and autonomy in {result.end}",
        [
            "To the right: drift, away from the patron. Upwards: autonomy, own military burden. Bars: 50 and 90 %.",
            "The corners, clockwise from the upper left: burden-sharing, decoupling, hedging, reliance.",
        ],
    )
    return [alt.vconcat(*rows, spacing=10).properties(title=heading)]


def _point(result: Result, state: str) -> dict[str, Any] | None:
    """Quantiles of an ally on both axes."""
    found = {axis: result.at(state, name, result.end) for axis, name in (("x", "drift"), ("y", "autonomy"))}
    if not all(found.values()):
        return None
    keys = ("q05", "q25", "q50", "q75", "q95")
    return {"state": state} | {f"{axis}{key}": row[key] for axis, row in found.items() for key in keys}


def _limits(points: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Range of each axis: every 90 % bar and the origin inside."""
    ends = {axis: [point[axis + key] for point in points for key in ("q05", "q95")] for axis in "xy"}
    return {axis: [min(-0.5, *values) - 0.2, max(0.5, *values) + 0.2] for axis, values in ends.items()}


def _square(point: Mapping[str, Any], cloud: list[alt.Chart], limits: Mapping[str, list[float]]) -> Panel:
    """One ally: cross of quantiles over the cloud, lines through the origin."""
    axis = alt.Axis(tickCount=4, title=None)
    x = alt.X("xq50:Q", axis=axis, scale=alt.Scale(domain=limits["x"], nice=False))
    y = alt.Y("yq50:Q", axis=axis, scale=alt.Scale(domain=limits["y"], nice=False))
    base = alt.Chart(_data([point]))
    origin = [base.mark_rule(color=RULE).encode(x=alt.datum(0)), base.mark_rule(color=RULE).encode(y=alt.datum(0))]
    bars = [
        bar
        for low, high, size in (("q05", "q95", 1.2), ("q25", "q75", 3.6))
        for bar in (
            base.mark_rule(color=FAN, strokeWidth=size).encode(x=f"x{low}:Q", x2=f"x{high}:Q", y=y),
            base.mark_rule(color=FAN, strokeWidth=size).encode(x=x, y=f"y{low}:Q", y2=f"y{high}:Q"),
        )
    ]
    dot = base.mark_circle(color="white", stroke=FAN, strokeWidth=2, size=55, opacity=1).encode(x=x, y=y)
    title = _caption(state_name(point["state"]))
    return alt.layer(*origin, *cloud, *bars, dot).properties(width=SQUARE, height=SQUARE, title=title)


def _cloud(result: Result, state: str) -> list[alt.Chart]:
    """Members as faint dots, where they are given."""
    rows = [row for row in result.record.get("cloud", ()) if row["state"] == state]
    dots = alt.Chart(_data(rows)).mark_circle(size=8, opacity=0.22, color=FAN, clip=True)
    return [dots.encode(x="drift:Q", y="autonomy:Q")] if rows else []


UNRATED = {"burden": "military burden", "arms_dependence": "arms from the patron", "threat": "threat"}


def _unrated(result: Result, state: str) -> alt.HConcatChart:
    """An ally that is not rated on drift: its burden, arms and threat."""
    panels = [_small(result, state, name) for name in UNRATED if result.path(state, name)]
    heading = _heading(
        f"{state_name(state)}: not rated on drift", "Drift needs UN votes and a treaty; here is what is seen."
    )
    return alt.hconcat(*panels, spacing=GAP).properties(title=heading)


def _small(result: Result, state: str, name: str) -> Panel:
    """A small fan in the variable's own unit."""
    path = result.path(state, name)
    unit = str(path[0].get("unit", ""))
    axis = alt.Axis(format="%" if unit.startswith("share") else ".3~s", tickCount=4)
    y = alt.Y("q50:Q", title=None, axis=axis, scale=alt.Scale(zero=False))
    layers = [*_fan(path, y, GREY), *_past(result.history(state, name))]
    title = _caption(f"{UNRATED[name]} ({unit})")
    return alt.layer(*layers).properties(width=PANEL, height=90, title=title)


def _footer(result: Result) -> alt.Chart:
    """Sources, data cut-off, members: what a picture must carry when it travels alone."""
    record = result.record
    seen = f"Last year seen: {result.last_seen or result.start}."
    cut_off = f" Data cut-off: {record['cut_off']}." if record.get("cut_off") else ""
    sources = f"Sources: {record['sources']}." if record.get("sources") else ""
    made = f"{record['members']:,} simulated worlds, seed {record['seed']}. moorings, system {record['system']}."
    lines = [*textwrap.wrap(sources, 150), f"{seen}{cut_off} {made}"]
    style: dict[str, Any] = {"align": "left", "baseline": "top", "fontSize": 11, "color": MUTED, "lineHeight": 15}
    text = alt.Chart(_data([{"text": lines}]), width=WIDTH, height=16 * len(lines)).mark_text(**style)
    placed: alt.Chart = text.encode(x=alt.value(0), y=alt.value(0), text="text:N")
    return placed


def _styled(chart: alt.VConcatChart) -> alt.VConcatChart:
    """Quiet axes, dark text on white."""
    look = {
        "font": "Liberation Sans, Arial, Helvetica, sans-serif",
        "view": {"stroke": None},
        "axis": {"gridColor": "#eef1f4", "domainColor": RULE, "tickColor": RULE, "labelColor": MUTED},
        "title": {"color": INK, "subtitleColor": MUTED, "subtitleFontSize": 12},
    }
    styled: alt.VConcatChart = chart.properties(background="white", padding=20, config=look)
    return styled
