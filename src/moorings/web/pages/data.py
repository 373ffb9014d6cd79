"""Each series: how far it reaches, its source; every row to download."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from moorings.core.errors import InputError, check_name
from moorings.show.overview import reach_spec
from moorings.systems.load import load_observations
from moorings.systems.system import System
from moorings.web.pages.asked import desk_of
from moorings.web.reply import Page, add_page

router = APIRouter()
Variable = Annotated[str, Query(min_length=1, max_length=60, description="Rows of this variable only")]
COLUMNS = ("state", "other", "year", "variable", "value", "unit", "source", "confidence", "note")


def data(request: Request, variable: Variable = "") -> Page:
    """The series of the system, or the rows of one of them."""
    desk = desk_of(request)
    if desk.system.folder is None:
        raise InputError("data", f"system {desk.system.name}", "a system with tables of its own")
    found = series(desk.system)
    shown = rows(desk.system, check_name("variable", variable, [one["variable"] for one in found])) if variable else []
    record = {"schema": "moorings.page.data/1", "system": desk.system.name, "series": found, "rows": shown}
    record |= {"last_seen": desk.forecast()["last_seen"]}
    context = {"title": "Data", "variable": variable, "sources": cards()}
    return Page("data.html", record, shown or found, {"reach": reach_spec(found)}, context)


def series(system: System) -> list[dict[str, Any]]:
    """One row for each variable: states, years, rows, unit, sources."""
    import polars as pl

    grouped = load_observations(system).group_by("variable", maintain_order=True)
    counts = (pl.len().alias("rows"), pl.col("state").n_unique().alias("states"))
    years = (pl.col("year").min().alias("first"), pl.col("year").max().alias("last"))
    names = (
        pl.col("unit").first(),
        pl.col("source").unique(maintain_order=True).head(4).str.join("; ").alias("source"),
    )
    return grouped.agg(*counts, *years, *names).sort("variable").to_dicts()


def rows(system: System, variable: str) -> list[dict[str, Any]]:
    """All rows of a variable, as in the tables."""
    import polars as pl

    return load_observations(system).filter(pl.col("variable") == variable).select(COLUMNS).to_dicts()


def cards() -> list[dict[str, Any]]:
    """Name, citation, licence of each source that the panel is built from."""
    from moorings.data.sources import CARDS

    return [{name: getattr(card, name) for name in ("name", "title", "citation", "terms")} for card in CARDS]


add_page(router, "/data", data)
