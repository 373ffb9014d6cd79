"""One ally: where it stands, its strands, readings of "noticeable", fans, what pulls it, its like in history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from moorings.core.errors import InputError
from moorings.core.variables import VARIABLES
from moorings.show.page import Spec, fan_spec, pulls_spec
from moorings.show.result import Result
from moorings.web.desk import Desk, Record
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()
FANS = (
    *("drift", "autonomy", "withdrawal", "burden", "troops", "arms_dependence", "alignment_distance", "partners"),
    *("nuclear_rung", "commitment", "credence", "threat", "gap"),
)
Code = Annotated[str, Path(max_length=40, description="ISO 3 code of an ally")]
Threshold = Annotated[
    float | None,
    Query(
        description="Drift that is called noticeable, standard deviations",
        json_schema_extra={"minimum": 0.1, "maximum": 5},
    ),
]
Weight = Annotated[
    float,
    Query(
        description="Weight of this strand of drift; only ratios matter",
        json_schema_extra={"minimum": 0, "maximum": 10},
    ),
]


def strand_weights(
    orientation: Weight = 1.0,
    suppliers: Weight = 1.0,
    partners: Weight = 1.0,
    nuclear: Weight = 1.0,
    accommodation: Weight = 1.0,
    refusal: Weight = 1.0,
) -> dict[str, float]:
    """Strand -> weight, as the address gives them."""
    first = {"orientation": orientation, "suppliers": suppliers, "partners": partners}
    return first | {"nuclear": nuclear, "accommodation": accommodation, "refusal": refusal}


Weights = Annotated[dict[str, float], Depends(strand_weights)]


def ally(request: Request, code: Code, weights: Weights, threshold: Threshold = None) -> Page:
    """An ally of the system; what is noticeable is the reader's to say."""
    desk = desk_of(request)
    state = desk.ally(code)
    noticeable = _readings(desk, state, threshold, weights)
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
        "noticeable": noticeable,
        "explain": pulls["rows"],
        "analogues": history["rows"],
        "responses": history["responses"],
        "warnings": forecast["warnings"],
    }

    def draw() -> dict[str, Spec]:
        fans = {name: fan_spec(result, state, name) for name in known}
        return fans | (
            {"pulls": pulls_spec([{**row, "group": row["driver"]} for row in pulls["rows"]])} if rated else {}
        )

    charts = desk.charts(f"/allies/{state}", draw)
    context = {"title": state, "state": state, "result": result, "fans": known, "variables": VARIABLES}
    return Page("ally.html", record, record["series"], charts, context)


def _readings(desk: Desk, state: str, threshold: float | None, weights: dict[str, float]) -> Record | None:
    """Readings of "noticeable" drift; none of an ally that is not rated, for which nothing can be set."""
    if state in desk.system.rated:
        return desk.readings(state, threshold, weights)
    if threshold is not None or set(weights.values()) != {1.0}:
        raise InputError("threshold, weights", f"{state}, which is not rated on drift", ", ".join(desk.system.rated))
    return None


add_page(router, "/allies/{code}", ally)
