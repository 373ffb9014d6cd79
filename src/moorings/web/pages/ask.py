"""Questions in the event language, with evidence, levers and what to watch."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from moorings.core.errors import InputError
from moorings.jobs.texts import pulled
from moorings.show.overview import answer_spec
from moorings.systems.system import System
from moorings.web.pages.asked import MOST, Given, Levers, desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()
Event = Annotated[str, Query(min_length=1, max_length=2_000, description="A question in the event language")]
Watch = Annotated[bool, Query(description="Whether to rank what to watch")]
REMEDY = "Ask a question first: /ask?event=noticeable_drift(KOR) in 2036."


def ask(request: Request, event: Event = "", given: Given = None, levers: Levers = None, watch: Watch = False) -> Page:
    """The answer to a question; where nothing is asked, the language and examples."""
    desk = desk_of(request)
    evidence = _lines("given", given)
    pulls = pulled(_lines("set", levers))
    record: dict[str, Any] = {"schema": "moorings.ask/1", "event": event, "given": evidence, "set": pulls}
    rows: list[dict[str, Any]] = []
    context: dict[str, Any] = {
        "title": "Ask",
        "watch": watch,
        "examples": desk.system.headline,
        "suggestions": suggestions(desk.system),
        "grid": {},
    }
    if event or evidence or pulls or watch:
        found = desk.ask(event, evidence, pulls)
        record |= found.to_json()
        context["grid"] = found.grid
        rows = [dict(record)]
        if watch:
            rows = record["signposts"] = desk.signposts(event, evidence, pulls).to_json()["rows"]
    charts = {"answer": answer_spec(record)} if rows else {}
    return Page("ask.html", record, rows, charts, context, remedy=REMEDY)


def suggestions(system: System) -> list[str]:
    """Events that a browser completes a question with: the headline ones, then the usual ones of each ally."""
    end = system.end
    events = [question.event for question in system.headline]
    for ally in system.allies:
        own = [f"noticeable_drift({ally}) in {end}", f"marked_drift({ally}) in {end}"] if ally in system.rated else []
        own += [
            f"nuclear({ally}) >= pursuing by {end}",
            f"troops_leave({ally}) by {end}",
            f"burden({ally}) >= 2% in {end}",
        ]
        own += [f"separate_peace({ally}, {adversary}) by {end}" for adversary in system.adversaries]
        events += own
    return list(dict.fromkeys(events))


def _lines(field: str, texts: list[str] | None) -> list[str]:
    """Texts of a field with one to a line, and of several fields, without empty ones."""
    lines = [line.strip() for text in texts or [] for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise InputError(f"address, field {field}", f"{len(lines)} lines", f"at most {MOST}")
    return lines


add_page(router, "/ask", ask)
