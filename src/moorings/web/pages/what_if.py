"""Levers as sliders: baseline and scenario, and their paired difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from moorings.jobs.serve import SHOWN
from moorings.jobs.texts import pulled
from moorings.show.page import difference_spec, scenario_spec
from moorings.web.pages.asked import Code, Levers, desk_of
from moorings.web.reply import Page, add_page, as_json

router = APIRouter()
Variable = Annotated[str, Query(min_length=1, max_length=40, description="A second variable to look at")]
FIRST = "drift"


def _first_of(variable: str, record: Mapping[str, Any]) -> str:
    known = record["variables"]
    return variable if variable in known else next(iter(known))


def what_if(
    request: Request,
    levers: Levers = None,
    state: Code = "",
    variable: Variable = "burden",
) -> Page:
    """An ally under levers, at rest."""
    desk = desk_of(request)
    ally = desk.ally(state or default_ally(desk.system.allies))
    found = desk.scenario(pulled(levers), ally, SHOWN if variable in SHOWN else (variable,), desk.settings.rest)
    main = _first_of(FIRST, found)
    second = _first_of(variable, found)
    if second != variable:
        found = found | {
            "warnings": [*found["warnings"], f"{variable} of {ally} is not known: {second} is shown instead"]
        }
    charts = {"main": scenario_spec(found, main), "difference": difference_spec(found, main)}
    charts |= {"second": scenario_spec(found, second)}
    context = {
        "title": "What if",
        "sliders": [row for row in desk.sliders() if row["of"] != "ally" or row["state"] == ally],
        "crises": [f"crisis({ally}, {adversary})" for adversary in desk.system.adversaries],
        "main": main,
        "second": second,
        "members": {"live": desk.settings.live, "rest": desk.settings.rest},
    }
    return Page("what_if.html", found, rows(found), charts, context)


def default_ally(allies: tuple[str, ...]) -> str:
    """The ally shown first."""
    return "KOR" if "KOR" in allies else allies[0]


def live(
    request: Request,
    levers: Levers = None,
    state: Code = "",
    variable: Variable = "burden",
) -> Response:
    """What a moving slider needs: quantiles of two variables, with few members."""
    desk = desk_of(request)
    ally = desk.ally(state or default_ally(desk.system.allies))
    # where drift is not rated, autonomy stands in
    first = FIRST if ally in desk.system.rated else "autonomy"
    wanted = tuple(dict.fromkeys((first, variable)))
    return as_json(desk.scenario(pulled(levers), ally, wanted, desk.settings.live))


def rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each variable, scenario and year."""
    return [
        {"state": found["state"], "variable": name, "unit": values["unit"], "of": of, "year": year}
        | {level: column[t] for level, column in values[of].items()}
        for name, values in found["variables"].items()
        for of in ("baseline", "scenario", "difference")
        for t, year in enumerate(found["years"])
    ]


add_page(router, "/what-if", what_if)
router.add_api_route("/live.json", live, operation_id="live", response_class=Response)
