"""Theses held against the model: those that ship, and one that is pasted."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response

from moorings.ask.theses import list_theses
from moorings.core.errors import InputError, check_name
from moorings.show.overview import claims_spec
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page, as_json, as_page, wants_json

router = APIRouter()
Name = Annotated[str, Query(min_length=1, max_length=200, description="Name of a thesis that ships")]


def claims(request: Request, thesis: Name = "") -> Page:
    """Verdicts on a thesis that ships."""
    names = list_theses()
    name = check_name("thesis", thesis or names[0], names)
    return _page(desk_of(request).check(name), name, "")


def _page(record: dict[str, object], name: str, pasted: str) -> Page:
    context = {"title": "Claims", "names": list_theses(), "name": name, "pasted": pasted}
    found = record["claims"]
    assert isinstance(found, list)
    return Page("claims.html", record, found, {"claims": claims_spec(found)}, context)


async def pasted(request: Request) -> Response:
    """Verdicts on a thesis in the body: the field `thesis` of a form, or YAML as it is."""
    from starlette.concurrency import run_in_threadpool

    text = _text(await request.body(), request.headers.get("content-type", ""))
    if not text.strip():
        raise InputError("thesis", "nothing", "a thesis in YAML: title, source, claims")
    text = text.replace("\r\n", "\n")
    record = await run_in_threadpool(desk_of(request).check_pasted, text)
    page = _page(record, "", text)
    return as_json(page.record) if wants_json(request) else as_page(request, page)


def _text(body: bytes, kind: str) -> str:
    """The thesis in a body."""
    try:
        text = body.decode()
        return parse_qs(text, errors="strict").get("thesis", [""])[0] if "x-www-form-urlencoded" in kind else text
    except UnicodeDecodeError as error:
        raise InputError(
            "thesis", f"byte {error.start + 1} is no UTF-8", "text in UTF-8", "Save it as UTF-8."
        ) from None


add_page(router, "/claims", claims)
BODY = {"requestBody": {"content": {"text/yaml": {"schema": {"type": "string"}}}}}
for suffix in ("", ".json"):
    address, operation = f"/claims{suffix}", f"claims_pasted{suffix.replace('.', '_')}"
    router.add_api_route(
        address, pasted, methods=["POST"], operation_id=operation, response_class=Response, openapi_extra=BODY
    )
