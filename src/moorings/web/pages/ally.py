"""One ally: where it stands, its strands, readings of "noticeable", fans, what pulls it, its like in history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from moorings.core.variables import VARIABLES
from moorings.show.page import Spec, fan_spec, pulls_spec
from moorings.show.result import Result
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()
FANS = (
    *("drift", "autonomy", "withdrawal", "burden", "troops", "arms_dependence", "alignment_distance", "partners"),
    *("nuclear_rung", "commitment", "credence", "threat", "gap"),
)
THRESHOLDS = (0.5, 1.0, 1.5, 2.0)
Code = Annotated[str, Path(max_length=40, description="ISO 3 code of an ally")]


def ally(request: Request, code: Code) -> Page:
    """An ally of the system."""
    desk = desk_of(request)
    state = desk.ally(code)
    forecast = desk.forecast() | {"measure": desk.measure()["rows"]}
    result = Result(forecast)
    known = [name for name in FANS if result.path(state, name)]
    rated = state in desk.system.rated
    pulls = desk.explain(state) if rated else {"rows": []}
    history = desk.analogues(state) if rated else {"rows": [], "responses": []}
    record = {
        "schema": "moorings.page.ally/1",
        "system": desk.system.name,
        "state": state,
        "series": [row for row in forecast["series"] if row["state"] == state],
        "measured": [row for row in forecast["measure"] if row["state"] == state],
        "strands": [row for row in forecast["strands"] if row["state"] == state],
        "readings": readings(request, state),
        "explain": pulls["rows"],
        "analogues": history["rows"],
        "responses": history["responses"],
    }
    charts: dict[str, Spec] = {name: fan_spec(result, state, name) for name in known}
    if rated:
        charts["pulls"] = pulls_spec([{**row, "group": row["driver"]} for row in pulls["rows"]])
    context = {"title": state, "state": state, "result": result, "fans": known, "variables": VARIABLES}
    return Page("ally.html", record, record["series"], charts, context)


def readings(request: Request, state: str) -> list[dict[str, Any]]:
    """What "noticeable" may mean: further away at all, and at several thresholds."""
    desk = desk_of(request)
    if state not in desk.system.rated:
        return []
    end = desk.system.end
    asked = [(f"above {level:g}", f"drift({state}) > {level:g} in {end}") for level in (0.0, *THRESHOLDS)]
    found = [(name, desk.ask(event, (), {}).to_json()) for name, event in asked]
    return [{"reading": name, **answer} for name, answer in found]


add_page(router, "/allies/{code}", ally)
