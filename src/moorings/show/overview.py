"""Charts that tell a whole page at a glance: verdicts on claims, the answer to a question, how far series reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from moorings.show.page import BASELINE, DIFFERENCE, MARKED, SCENARIO, Row, Spec, chart_spec

ROW, LEAST = 22, 60
"""Height of a bar with its gap, and of the smallest chart."""
SIDES = {"below": SCENARIO, "inside": DIFFERENCE, "above": MARKED}
SHARE = alt.Axis(format="%")


def claims_spec(claims: Sequence[Row]) -> Spec:
    """For each claim the share of parameter draws below, inside and above what it states."""
    rows = [
        {"claim": f"{claim['id']}: {claim['verdict']}", "side": side, "place": k, "share": claim[f"p_{side}"]}
        for claim in claims
        for k, side in enumerate(SIDES)
    ]
    names = list(dict.fromkeys(row["claim"] for row in rows))
    colour = alt.Scale(domain=list(SIDES), range=list(SIDES.values()))
    bars = alt.Chart(alt.NamedData("claims")).mark_bar(opacity=0.85)
    chart = bars.encode(
        y=alt.Y("claim:N", title=None, scale=alt.Scale(domain=names), axis=alt.Axis(labelLimit=170)),
        x=alt.X("share:Q", title="share of the parameter draws", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("side:N", title="what is stated:", scale=colour, legend=alt.Legend(orient="top", columns=1)),
        order="place:Q",
    )
    return chart_spec(chart, "Parameter draws below, inside and above each claim", {"claims": rows}, _height(claims))


def answer_spec(answer: Mapping[str, Any]) -> Spec:
    """An event's probability with its 90 % interval, and the historical base rate where there is one."""
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.NamedData("answer"))
    layers = [
        base.mark_rule(color=SCENARIO, strokeWidth=8, opacity=0.4).encode(
            x=alt.X("low:Q", title="probability", axis=SHARE, scale=scale), x2="high:Q"
        ),
        base.mark_tick(color=SCENARIO, thickness=4, size=26).encode(x="probability:Q"),
        base.mark_tick(color=MARKED, thickness=3, size=18).encode(x="base_rate:Q"),
    ]
    rows = [{name: answer.get(name) for name in ("low", "high", "probability", "base_rate")}]
    return chart_spec(alt.layer(*layers), f"Probability of {answer['event']}", {"answer": rows}, LEAST)


def reach_spec(series: Sequence[Row]) -> Spec:
    """From which year to which each series reaches."""
    bars = alt.Chart(alt.NamedData("series")).mark_bar(color=BASELINE, height=10)
    years = alt.X("first:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(zero=False))
    chart = bars.encode(y=alt.Y("name:N", title=None, sort=None), x=years, x2="last:Q")
    rows = [{**row, "name": str(row["variable"]).replace("_", " ")} for row in series]
    return chart_spec(chart, "First and last year of each series", {"series": rows}, _height(series))


def _height(rows: Sequence[Row]) -> int:
    return max(LEAST, ROW * len(rows))
