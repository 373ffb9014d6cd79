"""What an address may carry, declared once for all pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request

from moorings.web.desk import Desk

Levers = Annotated[
    list[str] | None, Query(alias="set", max_length=40, description="Levers, each NAME=VALUE or NAME(STATE)=VALUE")
]
Given = Annotated[list[str] | None, Query(max_length=20, description="Evidence: events of the event language")]
Code = Annotated[str, Query(max_length=40, description="ISO 3 code of an ally")]


def desk_of(request: Request) -> Desk:
    """The desk of the application that was asked."""
    desk: Desk = request.app.state.desk
    return desk
