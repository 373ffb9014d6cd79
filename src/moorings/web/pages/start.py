"""The first page: five questions, the two axes, the network, what happened last and what is to come."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from moorings.show.page import axes_spec, network_spec, path_rows
from moorings.show.result import Result
from moorings.systems.load import load_events
from moorings.systems.system import System
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()
LATEST, COMING = 12, 12


def system(request: Request) -> Page:
    """Questions, axes, ties, dated events."""
    desk = desk_of(request)
    forecast = desk.forecast() | {"measure": desk.measure()["rows"]}
    result = Result(forecast)
    dated = events(desk.system)
    record = {
        "schema": "moorings.page.system/1",
        "system": desk.system.name,
        "cut_off": forecast.get("cut_off"),
        "questions": [dict(question) | dict(row) for question, row in result.headline],
        "events": forecast["events"],
        "standing": standing(result),
        "paths": paths(result),
        "network": desk.network(),
        "ties": ties(desk.system),
        **dated,
        "warnings": forecast["warnings"],
    }
    context = {"title": forecast["title"], "result": result, "forecast": forecast}
    charts = desk.charts("/", lambda: {"axes": axes_spec(result), "network": network_spec(record["network"])})
    return Page("system.html", record, rows(record), charts, context)


def rows(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The table behind the page: its events, and the paths on the axes."""
    return [{"table": table, **row} for table in ("events", "paths") for row in record[table]]


def standing(result: Result) -> list[dict[str, Any]]:
    """Each ally in the last year forecast: drift and autonomy, with the chance of noticeable drift."""
    rows = []
    for state in (*result.rated, *result.unrated):
        ends = {name: result.at(state, name, result.end) for name in ("drift", "autonomy")}
        rows.append(
            {"state": state, "rated": state in result.rated, "likely": dict(result.drift_event(state, "noticeable"))}
            | ends
        )
    return rows


def paths(result: Result) -> list[dict[str, Any]]:
    """Each rated ally's drift and autonomy, year by year, up to the last one seen."""
    return [{"state": state, **row} for state in result.rated for row in path_rows(result, state)]


def ties(system: System) -> list[dict[str, Any]]:
    """Agreements in force that bind members of the system."""
    if system.folder is None:
        return []
    rows = load_events(system, "agreements").iter_rows(named=True)
    named = ("id", "kind", "members", "in_force", "strength", "source")
    return [{name: row[name] for name in named} for row in rows if row["ended"] is None]


def events(system: System) -> dict[str, list[dict[str, Any]]]:
    """The latest dated events, newest first, and the calendar of those to come."""
    if system.folder is None:
        return {"latest": [], "calendar": []}
    latest = []
    for table, who in (("patron_signals", "ally"), ("ally_responses", "ally"), ("threat_events", "target")):
        for row in load_events(system, table).iter_rows(named=True):
            about = {"date": row["date"], "about": row[who], "kind": row["kind"], "what": row["note"]}
            latest.append(about | {"table": table, "source": row["source"], "confidence": row["confidence"]})
    calendar = sorted(load_events(system, "milestones").iter_rows(named=True), key=lambda row: str(row["date"]))
    newest = sorted(latest, key=lambda row: str(row["date"]), reverse=True)
    return {"latest": newest[:LATEST], "calendar": [dict(row) for row in calendar][:COMING]}


add_page(router, "/", system)
add_page(router, "/system", system)
