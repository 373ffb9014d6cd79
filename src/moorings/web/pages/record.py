"""The record: losses first, coverage, and the ledger of live forecasts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from moorings.core.errors import MooringsError
from moorings.score.pool import COUPLED
from moorings.web.gate import BusyError, NotYetError, TooLongError
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()


def record(request: Request) -> Page:
    """Back-test and ledger, or a plain word where there is none."""
    from moorings.jobs.ledger import ledger_list
    from moorings.show.page import reliability_spec

    desk = desk_of(request)
    backtest: dict[str, Any] = {"rows": [], "reliability": [], "notes": []}
    try:
        found = desk.backtest()
        missing = "" if found else "No record of a back-test is here: `moorings backtest` makes one."
        backtest |= found
    except (NotYetError, BusyError, TooLongError):
        raise  # it may be there, only not in time
    except MooringsError as error:
        missing = f"The record of the back-test cannot be read: {error.args[0].split(': ', 1)[-1]}"
    losses = sorted(backtest["rows"], key=lambda row: (row["skill"] is None, row["skill"] or 0.0))
    ledger = ledger_list().to_json()
    answer = {"schema": "moorings.page.record/1", "backtest": {**backtest, "rows": losses}, "ledger": ledger}
    charts = {"reliability": reliability_spec(backtest["reliability"])} if backtest["reliability"] else {}
    context = {"title": "Record", "missing": missing, "losses": parted(losses), "ledger": ledger}
    context |= {"notes": backtest["notes"]}
    return Page("record.html", answer, losses or ledger["rows"], charts, context)


def parted(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The scores of what is published, losses apart from the rest, and those of the law alone and of the pool."""
    told: dict[str, list[dict[str, Any]]] = {"lost": [], "held": [], "behind": []}
    for row in rows:
        lost = (row["skill"] or 0.0) < 0
        told["behind" if row["variant"] != COUPLED else "lost" if lost else "held"].append(row)
    return told


add_page(router, "/record", record)
