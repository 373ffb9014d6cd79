"""One answer, in the form that was asked for: page, JSON, table (CSV), picture (PNG)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from moorings.core.errors import MooringsError
from moorings.core.strict import plain, to_json
from moorings.show import words
from moorings.show.page import Spec, to_png
from moorings.show.result import state_name

HERE = Path(__file__).parent


class NothingToShowError(MooringsError):
    """The page has no table, or no picture (status 404)."""


@dataclass(frozen=True)
class Page:
    """What a page says.

    Attributes
    ----------
    template
        File in `templates`.
    record
        The JSON twin.
    rows
        The table behind it (CSV).
    charts
        Name -> chart; the first one is the picture (PNG).
    context
        What the template needs beside these.
    status
        HTTP status.
    remedy
        What to do where it has no table, or no picture.
    """

    template: str
    record: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]] = ()
    charts: Mapping[str, Spec] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    remedy: str = ""


@cache
def environment() -> Environment:
    """The templates; everything is escaped, and a misspelt name is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    named = ("per_cent", "figure", "quantity", "likelihood", "interval", "beside_base_rate", "spread")
    made.filters.update({name: getattr(words, name) for name in named}, state_name=state_name)
    made.filters["spoken"] = lambda name: str(name).replace("_", " ")
    return made


def as_json(record: Mapping[str, Any], status: int = 200) -> Response:
    """Strict JSON."""
    return Response(to_json(record), status, media_type="application/json")


def as_csv(request: Request, page: Page) -> Response:
    """The page's table, with a line of names; nothing in it is run as a formula by a spreadsheet."""
    if not page.rows:
        raise NothingToShowError(page.remedy)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = list(dict.fromkeys(name for row in page.rows for name in row))
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in page.rows)
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"moorings{request.url.path.removesuffix('.csv')}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"
    return value


def as_page(request: Request, page: Page) -> Response:
    """The page, with links to its twins."""
    template = environment().get_template(page.template)
    known = {"path": request.url.path, "links": _twins(request, page)}
    known |= {"record": page.record, "charts": plain(page.charts)}
    from moorings.web.pages import MENU

    return Response(
        template.render(system=request.app.state.desk.system, menu=MENU, **known, **page.context),
        page.status,
        media_type="text/html; charset=utf-8",
    )


def _twins(request: Request, page: Page) -> dict[str, str]:
    """Kind -> address of each twin that answers; a fault has none, nor has what was sent in a body."""
    if request.method != "GET" or page.status != 200:
        return {}
    kinds = {"json": True, "csv": bool(page.rows), "png": bool(page.charts)}
    path = "/system" if request.url.path == "/" else request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    return {kind: f"{path}.{kind}{query}" for kind, there in kinds.items() if there}


def wants_json(request: Request) -> bool:
    """Whether the address or the Accept header asks for JSON."""
    accepted = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or ("application/json" in accepted and "text/html" not in accepted)


def as_picture(page: Page) -> Response:
    """The page's first chart."""
    if not page.charts:
        raise NothingToShowError(page.remedy)
    return Response(to_png(next(iter(page.charts.values()))), media_type="image/png")


def add_page(router: APIRouter, path: str, handler: Callable[..., Page]) -> None:
    """Serve what `handler` says at `path`, and its twins at `path.json`, `path.csv` and `path.png`."""
    need = Depends(handler)
    name = path.strip("/").replace("/", "_").replace("{", "").replace("}", "") or "start"

    def shown(request: Request, page: Page = need) -> Response:
        return as_json(page.record, page.status) if wants_json(request) else as_page(request, page)

    def table(request: Request, page: Page = need) -> Response:
        return as_csv(request, page)

    def drawn(page: Page = need) -> Response:
        return as_picture(page)

    # the plain address last: one that ends in a part of its own would take the twins' endings into that part
    kinds: dict[str, Callable[..., Response]] = {".json": shown, ".csv": table, ".png": drawn, "": shown}
    for suffix, endpoint in kinds.items():
        if path == "/" and suffix:
            continue
        operation = f"{name}{suffix.replace('.', '_')}"
        router.add_api_route(f"{path}{suffix}", endpoint, operation_id=operation, response_class=Response)
