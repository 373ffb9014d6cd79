"""What an address may carry, declared once for all pages."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query, Request

from moorings.core.errors import InputError, check_name
from moorings.web.desk import Desk
from moorings.web.settings import TOKEN

MOST = 40
"""Levers, and pieces of evidence, that an address may carry."""
TRACKING = re.compile(r"utm_\w+|fbclid|gclid")
"""Fields that other sites add to a link; they are ignored."""
Levers = Annotated[
    list[str] | None, Query(alias="set", max_length=MOST, description="Levers, each NAME=VALUE or NAME(STATE)=VALUE")
]
Given = Annotated[list[str] | None, Query(max_length=MOST, description="Evidence: events of the event language")]
Code = Annotated[str, Query(min_length=1, max_length=40, description="ISO 3 code of an ally")]


def desk_of(request: Request) -> Desk:
    """The desk of the application that was asked."""
    desk: Desk = request.app.state.desk
    return desk


async def check_address(request: Request) -> None:
    """Refuse an address with a field that the page does not take, or with a field twice that it takes once."""
    taken = _fields(request)
    for name in request.query_params.keys() - {TOKEN}:
        if TRACKING.fullmatch(name):
            continue
        if not taken:
            raise InputError("address", repr(name), "no fields")
        count = len(request.query_params.getlist(name))
        if not taken[check_name("address", name, taken)] and count > 1:
            raise InputError(f"address, field {name}", f"{count} of them", "one")


def _fields(request: Request) -> dict[str, bool]:
    """Field -> whether it may be repeated, of the address that was asked for."""
    operation = request.app.openapi()["paths"][request.scope["route"].path][request.method.lower()]
    fields = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    return {one["name"]: _is_list(one["schema"]) for one in fields}


def _is_list(schema: dict[str, Any]) -> bool:
    return any(kind.get("type") == "array" for kind in schema.get("anyOf", [schema]))
