"""What is wrong, said on a page and in JSON."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from moorings.core.errors import InputError, nearest
from moorings.web.gate import BusyError, NotYetError, TooLongError
from moorings.web.headers import HEADERS
from moorings.web.pages import MENU
from moorings.web.reply import NothingToShowError, Page, as_json, as_page, wants_json

SCHEMA = "moorings.fault/1"
_FIELDS = ("schema", "place", "found", "allowed", "remedy")
_SAID = {
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in _FIELDS},
            "required": list(_FIELDS),
        }
    },
    "text/html": {},
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What is wrong with the request", "content": _SAID},
    "5XX": {"description": "Why there is no answer", "content": _SAID},
}
"""Answers other than the one that was asked for, as the OpenAPI document describes them."""
_INVALID = {
    "float_parsing": ("{input!r}", "a number"),
    "bool_parsing": ("{input!r}", "true or false"),
    "string_too_short": ("nothing", "a text"),
    "string_too_long": ("{length} characters", "at most {max_length} characters"),
    "too_long": ("{length} of them", "at most {max_length}"),
}
"""What the check of an address's fields finds -> what was found, what is allowed."""
_METHODS = {"get": ("GET", "HEAD"), "post": ("POST",)}
RETRY = "2"
"""Seconds until somebody who was told to wait asks again."""


def add_faults(app: FastAPI) -> None:
    """Answer errors of the input, of the address and of the program, each with its status."""
    app.add_exception_handler(InputError, _wrong)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(TooLongError, _too_long)
    app.add_exception_handler(NotYetError, _not_yet)
    app.add_exception_handler(NothingToShowError, _nothing)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


def fault(place: str, found: str, allowed: str, remedy: str = "") -> dict[str, str]:
    """A fault as a record."""
    return {"schema": SCHEMA, "place": place, "found": found, "allowed": allowed, "remedy": remedy}


def answer(request: Request, record: dict[str, str], status: int) -> Response:
    """A fault on a page, or in JSON where that is asked for."""
    if wants_json(request):
        return as_json(record, status)
    return as_page(request, Page("fault.html", record, context={"title": "That did not work"}, status=status))


def _wrong(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    # an option of the command line is a field of the address
    place = error.place.removeprefix("--")
    return answer(request, fault(place, error.found, error.allowed, error.remedy), 400)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    given, limits = first["input"], first.get("ctx", {})
    found, allowed = _INVALID.get(first["type"], ("{input!r}", "{msg}"))
    told = {"input": str(given)[:200], "length": len(given), "msg": first["msg"], **limits}
    return answer(
        request, fault(f"address, field {first['loc'][-1]}", found.format(**told), allowed.format(**told)), 422
    )


def _busy(request: Request, error: Exception) -> Response:
    response = answer(request, fault("server", "too many requests", "a few at a time", str(error)), 429)
    response.headers["Retry-After"] = "5"
    return response


def _too_long(request: Request, error: Exception) -> Response:
    remedy = f"{error} Ask for less at a time, or try again later."
    response = answer(request, fault("server", "a computation beyond its time", "a shorter one", remedy), 503)
    response.headers["Retry-After"] = "30"
    return response


def _not_yet(request: Request, error: Exception) -> Response:
    if wants_json(request):
        response = as_json(fault("server", "still computing", "an answer", str(error)), 503)
    else:
        record = {"schema": SCHEMA, "waiting": True}
        response = as_page(request, Page("computing.html", record, context={"title": "Computing"}))
        # the browser asks again by itself
        response.headers["Refresh"] = RETRY
    response.headers.update({"Retry-After": RETRY, "Cache-Control": "no-store"})
    return response


def _nothing(request: Request, error: Exception) -> Response:
    allowed = "the table (.csv) or picture (.png) of a page that has one"
    return answer(request, fault("address", request.url.path, allowed, str(error)), 404)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path, headers = request.url.path[:200], error.headers or {}
    pages = [*(address for address, _ in MENU), "/allies/CODE"]
    if error.status_code == 405:
        headers = {**headers, "Allow": _methods(request)}
        record = fault("address", f"{request.method} {path}", f"{headers['Allow']} {path}")
    else:
        record = fault("address", path, ", ".join(pages), nearest(path, pages))
    response = answer(request, record, error.status_code)
    response.headers.update(headers)
    return response


def _methods(request: Request) -> str:
    """What may be done with an address."""
    path = getattr(request.scope.get("route"), "path", "")
    documented = request.app.openapi()["paths"].get(path, {"get": {}})
    return ", ".join(name for method in documented for name in _METHODS[method])


def _failed(request: Request, error: Exception) -> Response:
    logging.getLogger("moorings").error("request failed", exc_info=error)
    response = answer(request, fault("server", type(error).__name__, "an answer", "The server's log says more."), 500)
    # made outside of the guard, which would have added them
    response.headers.update(HEADERS)
    return response
