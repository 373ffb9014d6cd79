"""Charts of the pages: one definition for the screen, where a script paints it, and for PNG and SVG.

Every chart is as wide as its place on the page and takes its colours of axes and text from the page's scheme; its data
stand beside it under names, so that a script can put others in their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from moorings.show.result import Result, state_name

Row = Mapping[str, Any]
Spec = dict[str, Any]

BASELINE, SCENARIO, DIFFERENCE = "#6b7683", "#0072b2", "#009e73"
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1")
NOTICEABLE, MARKED = "#b07600", "#d55e00"
HEIGHT = 230
STILL = 620
"""Width of a chart that no page gives its width."""
SMALL = {"standard deviations": 0.25, "share of GDP": 0.005, "share of arms imports": 0.05, "probability": 0.05}
"""Difference that still looks small, by unit."""
QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def _year() -> alt.X:
    axis = alt.Axis(format="d", tickCount=6, tickMinStep=1)
    return alt.X("year:Q", title=None, axis=axis, scale=alt.Scale(zero=False, nice=False))


def _value(unit: str, least: float | None = None) -> alt.Y:
    """The axis of a quantity; with `least`, a difference smaller than that is drawn small."""
    share = unit.startswith("share")
    large = unit in ("persons", "states")
    axis = alt.Axis(format="~%" if share else "~s" if large else "~g", tickCount=5)
    scale = alt.Scale(zero=False) if least is None else alt.Scale(domain={"unionWith": [-least, least]})
    return alt.Y("q50:Q", title=unit, axis=axis, scale=scale)


def _fan(
    name: str, unit: str, colour: str, dash: Sequence[int] = (1, 0), least: float | None = None
) -> list[alt.Chart]:
    base = alt.Chart(alt.NamedData(name)).encode(x=_year())
    wide = base.mark_area(color=colour, opacity=0.18).encode(y="q05:Q", y2="q95:Q")
    narrow = base.mark_area(color=colour, opacity=0.32).encode(y="q25:Q", y2="q75:Q")
    line = base.mark_line(color=colour, strokeWidth=2.4, strokeDash=list(dash)).encode(y=_value(unit, least))
    return [wide, narrow, line]


def _rule(level: float, text: str, colour: str) -> list[alt.Chart]:
    base = alt.Chart(alt.InlineData([{"level": level, "text": text}])).encode(y="level:Q")
    label = base.mark_text(align="left", baseline="bottom", dx=3, dy=-2, fontSize=11, color=colour)
    return [
        base.mark_rule(color=colour, strokeDash=[5, 3]),
        label.encode(x=alt.value(0), text="text:N"),
    ]


def chart_spec(chart: Any, described: str, datasets: Mapping[str, Sequence[Row]], height: int = HEIGHT) -> Spec:
    """A chart as wide as its place, with its data beside it under names; `described` is its text alternative."""
    made = chart.properties(width="container", height=height, description=described)
    spec: Spec = made.to_dict(validate=False)
    spec.pop("config", None)
    spec["datasets"] = spec.get("datasets", {}) | {name: [dict(row) for row in rows] for name, rows in datasets.items()}
    return spec


def quantile_rows(years: Sequence[int], columns: Mapping[str, Sequence[float]]) -> list[Row]:
    """Rows of quantiles by year from their columns."""
    return [{"year": year} | {name: values[t] for name, values in columns.items()} for t, year in enumerate(years)]


def scenario_spec(record: Mapping[str, Any], variable: str) -> Spec:
    """Bands of 50 and 90 % of baseline and scenario."""
    found = record["variables"][variable]
    unit = found["unit"]
    layers = [*_fan("baseline", unit, BASELINE, (5, 3)), *_fan("scenario", unit, SCENARIO)]
    if variable == "drift":
        layers = [*_rule(1.0, "noticeable", NOTICEABLE), *_rule(2.0, "marked", MARKED), *layers]
    described = f"{variable} of {state_name(record['state'])}: baseline and scenario, bands of 50 and 90 per cent"
    rows = {name: quantile_rows(record["years"], found[name]) for name in ("baseline", "scenario")}
    return chart_spec(alt.layer(*layers), described, rows)


def difference_spec(record: Mapping[str, Any], variable: str) -> Spec:
    """The paired difference of scenario and baseline."""
    found = record["variables"][variable]
    layers = [
        *_rule(0.0, "no difference", BASELINE),
        *_fan("difference", found["unit"], DIFFERENCE, least=SMALL.get(found["unit"], 0.0)),
    ]
    described = f"{variable} of {state_name(record['state'])}: scenario less baseline in the same simulated worlds"
    return chart_spec(
        alt.layer(*layers), described, {"difference": quantile_rows(record["years"], found["difference"])}
    )


def fan_spec(result: Result, state: str, variable: str) -> Spec:
    """History and fan of one variable of a state."""
    path = result.path(state, variable)
    unit = str(path[0]["unit"]) if path else ""
    layers = _fan("fan", unit, SCENARIO)
    past = result.history(state, variable)
    history = alt.Chart(alt.NamedData("past")).mark_line(color=BASELINE, strokeWidth=1.8)
    layers.append(history.encode(x=_year(), y="mean:Q"))
    if variable == "drift":
        layers = [*_rule(1.0, "noticeable", NOTICEABLE), *_rule(2.0, "marked", MARKED), *layers]
    described = f"{variable} of {state_name(state)}: measured line, then median with bands of 50 and 90 per cent"
    return chart_spec(alt.layer(*layers), described, {"fan": path, "past": past}, 190)


def axes_spec(result: Result) -> Spec:
    """Every rated ally on the axes drift and autonomy: its measured path; members, median, 50 and 90 % at the end."""
    names = [state_name(state) for state in result.rated]
    colour = alt.Color("ally:N", title=None, scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])))
    place: dict[str, Any] = {
        "x": alt.X("drift:Q", title="drift, away from the patron (sd)", scale=_middle(result, "drift")),
        "y": alt.Y("autonomy:Q", title="autonomy, own military burden (sd)", scale=_middle(result, "autonomy")),
        "color": colour.legend(orient="top", columns=3, symbolOpacity=1),
    }
    # a click on a name in the legend leaves that ally alone
    alone = alt.selection_point(name="alone", fields=["ally"], bind="legend")

    def seen(opacity: float) -> dict[str, Any]:
        return place | {"opacity": alt.condition(alone, alt.value(opacity), alt.value(0.04))}

    cloud = alt.Chart(alt.NamedData("cloud")).mark_circle(size=12, clip=True).encode(**seen(0.3))
    path = alt.Chart(alt.NamedData("path")).mark_line(strokeWidth=1.4).encode(order="year:Q", **seen(0.9))
    begun = alt.Chart(alt.NamedData("begun")).mark_text(fontSize=11, dy=-7, align="left")
    ends = alt.Chart(alt.NamedData("median")).mark_point(filled=True, size=110, stroke="white")
    width = alt.StrokeWidth("held:N", legend=None, scale=alt.Scale(domain=["90 %", "50 %"], range=[1.2, 4.5]))
    spans = alt.Chart(alt.NamedData("spans")).mark_rule(clip=True)
    figures = [alt.Tooltip(f"{name}:Q", format="+.2f") for name in ("drift", "autonomy")]
    layers = [
        *_cross(),
        cloud,
        path,
        begun.encode(text="year:Q", **seen(1)),
        spans.encode(x2="drift2:Q", y2="autonomy2:Q", strokeWidth=width, **seen(0.8)),
        ends.encode(tooltip=["ally:N", *figures], **seen(1)).add_params(alone),
    ]
    described = (
        f"Allies by drift and autonomy: paths up to {result.start}, simulated worlds and medians in {result.end}"
    )
    return chart_spec(alt.layer(*layers), described, _axes_rows(result), 420)


def _middle(result: Result, name: str) -> alt.Scale:
    """Range of an axis: the intervals of all allies and their measured paths, not the last straggler."""
    ends = [result.at(state, name, result.end) for state in result.rated]
    past = [row["mean"] for state in result.rated for row in result.history(state, name)]
    values = [row[key] for row in ends if row for key in ("q05", "q95")] + past
    return alt.Scale(domain=[min(values, default=-1.0), max(values, default=1.0)], nice=True, zero=False)


def _cross() -> list[alt.Chart]:
    base = alt.Chart(alt.InlineData([{}]))
    style: dict[str, Any] = {"color": BASELINE, "strokeDash": [2, 3]}
    return [base.mark_rule(**style).encode(x=alt.datum(0)), base.mark_rule(**style).encode(y=alt.datum(0))]


def path_rows(result: Result, state: str) -> list[Row]:
    """An ally's measured drift and autonomy of each year that has both."""
    autonomy = {row["year"]: row["mean"] for row in result.history(state, "autonomy")}
    drift = (row for row in result.history(state, "drift") if row["year"] in autonomy)
    return [{"year": row["year"], "drift": row["mean"], "autonomy": autonomy[row["year"]]} for row in drift]


def _axes_rows(result: Result) -> dict[str, list[Row]]:
    cloud: list[Row] = [{**row, "ally": state_name(row["state"])} for row in result.record.get("cloud", ())]
    path: list[Row] = []
    median: list[Row] = []
    spans: list[Row] = []
    for state in result.rated:
        spans += _spans(result, state)
        path += [{**row, "ally": state_name(state)} for row in path_rows(result, state)]
        ends = {name: result.at(state, name, result.end).get("q50") for name in ("drift", "autonomy")}
        if None not in ends.values():
            median.append({"ally": state_name(state), **ends})
    begun = [row for row in path if not any(r["ally"] == row["ally"] and r["year"] < row["year"] for r in path)]
    return {"cloud": cloud, "path": path, "begun": begun, "median": median, "spans": spans}


def _spans(result: Result, state: str) -> list[Row]:
    """The middle 90 and 50 % of each axis, as lines that cross in the median; none without a forecast of both."""
    ends = {name: result.at(state, name, result.end) for name in ("drift", "autonomy")}
    if not all(row.get("q50") is not None for row in ends.values()):
        return []
    middle = {f"{name}{side}": row["q50"] for name, row in ends.items() for side in ("", "2")}
    return [
        middle | {name: row[low], f"{name}2": row[high], "held": held, "ally": state_name(state)}
        for held, low, high in (("90 %", "q05", "q95"), ("50 %", "q25", "q75"))
        for name, row in ends.items()
    ]


def pulls_spec(rows: Sequence[Row]) -> Spec:
    """Contributions that add up to the expected drift, as bars."""
    base = alt.Chart(alt.NamedData("pulls")).encode(y=alt.Y("group:N", title=None, sort=None))
    bars = base.mark_bar().encode(
        x=alt.X("mean:Q", title="standard deviations of drift"),
        color=alt.condition("datum.mean > 0", alt.value(MARKED), alt.value(SCENARIO)),
    )
    spans = base.mark_rule(color=BASELINE, strokeWidth=1.6).encode(x="low:Q", x2="high:Q")
    return chart_spec(alt.layer(bars, spans), "What adds to the expected drift", {"pulls": rows}, 190)


NETWORK = {"obligation": "patron's obligation, of 3", "tie": "tie, of 3", "threat": "threat, share"}


def network_spec(rows: Sequence[Row]) -> Spec:
    """Each ally's ties and threats: the larger the mark, the stronger."""
    shown = [
        {
            **{end: state_name(row[end]) for end in ("ally", "other")},
            "kind": NETWORK[row["kind"]],
            "size": row["value"] / (1 if row["kind"] == "threat" else 3),
        }
        for row in rows
    ]
    scale = alt.Scale(domain=list(NETWORK.values()), range=[BASELINE, SCENARIO, MARKED])
    color = alt.Color("kind:N", title=None, scale=scale, legend=alt.Legend(orient="top", columns=1))
    chart = (
        alt.Chart(alt.NamedData("network"))
        .mark_circle(opacity=0.85)
        .encode(
            x=alt.X("other:N", title=None, axis=alt.Axis(labelAngle=-50)),
            y=alt.Y("ally:N", title=None),
            size=alt.Size("size:Q", scale=alt.Scale(domain=[0, 1], range=[0, 260]), legend=None),
            color=color,
            tooltip=["ally:N", "other:N", "kind:N", alt.Tooltip("size:Q", format=".0%")],
        )
    )
    return chart_spec(chart, "Who is tied to whom, and who threatens whom", {"network": shown}, 240)


RELIABILITY_YEARS = 5
FEWEST_CASES = 20
"""Horizon of the reliability curves that are drawn, and cases that a point needs; the record has them all."""


def reliability_spec(rows: Sequence[Row]) -> Spec:
    """What was said of events within five years beside how often they came; the diagonal is perfect."""
    told = (row for row in rows if row["forecast"] == "coupled" and row["horizon"] == RELIABILITY_YEARS)
    drawn = [row for row in told if row["n"] >= FEWEST_CASES]
    named = [{**row, "outcome": str(row["outcome"]).replace("_", " ")} for row in drawn]
    # most probabilities are small: a root scale gives them room
    share = alt.Scale(type="sqrt", domain=[0, 1], clamp=True)
    axis = alt.Axis(format="%", values=[0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("said:Q", title=f"said: probability within {RELIABILITY_YEARS} years", scale=share, axis=axis)
    y = alt.Y("came:Q", title="came true: share of cases, 90 % interval", scale=share, axis=axis)
    diagonal = [{"said": k / 100, "came": k / 100} for k in range(101)]
    perfect = alt.Chart(alt.InlineData(diagonal)).mark_line(color=BASELINE, strokeDash=[4, 3]).encode(x=x, y=y)
    seen = alt.Chart(alt.NamedData("reliability")).encode(
        x=x, color=alt.Color("outcome:N", title="event"), tooltip=["outcome:N", "n:Q", "said:Q", "came:Q"]
    )
    layers = [
        perfect,
        seen.mark_rule(opacity=0.5).encode(y=alt.Y("low:Q", scale=share), y2="high:Q"),
        seen.mark_line(point=True, opacity=0.8).encode(y=y),
    ]
    title = "Reliability of the forecasts: allies of the United States, origins from 1970"
    return chart_spec(alt.layer(*layers), title, {"reliability": named}, 320)


def still(spec: Spec, width: int = STILL) -> Spec:
    """The same chart for print: a width of its own, dark on white."""
    look = {"background": "white", "font": "Liberation Sans, Arial, Helvetica, sans-serif", "view": {"stroke": None}}
    return spec | {"width": width, "config": look}


def to_png(spec: Spec) -> bytes:
    """The chart as PNG, without a browser."""
    from vl_convert import vegalite_to_png

    picture: bytes = vegalite_to_png(still(spec), scale=2)
    return picture


def to_svg(spec: Spec, width: int = STILL) -> str:
    """The chart as SVG, without a browser."""
    from vl_convert import vegalite_to_svg

    picture: str = vegalite_to_svg(still(spec, width))
    return picture
