"""The pages, in the order of the menu."""

from __future__ import annotations

from moorings.web.pages import ally, ask, claims, data, record, start, what_if

ROUTERS = (start.router, what_if.router, ally.router, ask.router, claims.router, record.router, data.router)
MENU = (
    ("/", "System"),
    ("/what-if", "What if"),
    ("/ask", "Ask"),
    ("/claims", "Claims"),
    ("/record", "Record"),
    ("/data", "Data"),
)
