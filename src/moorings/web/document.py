"""The OpenAPI document: beside the types of an address's fields, what they may hold in the system that is served."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from moorings.ask.theses import list_theses
from moorings.web.desk import Desk
from moorings.web.pages.what_if import default_ally

Document = dict[str, Any]


def add_document(app: FastAPI, desk: Desk) -> None:
    """Let the application's document name the system's allies, and examples of levers, evidence and questions."""
    plain = app.openapi

    def openapi() -> Document:
        if app.openapi_schema is None:
            known = _known(desk)
            for operation in (one for path in plain()["paths"].values() for one in path.values()):
                for field in operation.get("parameters", []):
                    field |= known.get(field["name"], {}).get("field", {})
                    field["schema"] |= known.get(field["name"], {}).get("schema", {})
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _known(desk: Desk) -> dict[str, Document]:
    """Field -> what is added to its description, and to its schema."""
    ally, last = desk.system.allies[0], desk.system.end
    event = f"noticeable_drift({ally}) in {last}"
    allies = list(desk.system.allies)
    return {
        "code": {"schema": {"enum": allies}},
        "state": {"schema": {"enum": allies, "default": default_ally(desk.system.allies)}},
        "thesis": {"schema": {"enum": list(list_theses())}},
        "event": _examples([event, f"troops({ally}) < 10000 by {last}"]),
        "given": _examples([[f"troops({ally}) < 10000 by {last}"]]),
        "set": _examples([[f"troops({ally})=-50%"], ["style=-1"]]),
        "variable": _examples(["burden"]),
    }


def _examples(values: list[Any]) -> Document:
    return {"field": {"examples": {f"example {k + 1}": {"value": value} for k, value in enumerate(values)}}}
