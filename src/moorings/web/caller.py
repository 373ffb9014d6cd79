"""Who asks: how long it waits for an answer, and whether it has hung up."""

from __future__ import annotations

import asyncio
from math import inf
from threading import Event
from time import monotonic

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moorings.web.gate import CALLER, Caller
from moorings.web.settings import Settings

TWINS = (".json", ".csv", ".png")


class Callers:
    """ASGI middleware: somebody who reads a page is told soon that it is being computed; all others wait for its end.

    The browser asks for that page again by itself, which it can do of an address, and not of what was sent with a form.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the gate who asks, and once it has hung up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # the server leaves the body out
            scope = {**scope, "method": "GET"}
        gone = Event()
        until = monotonic() + self._settings.soon if _reads(scope) else inf
        CALLER.set(Caller(until, gone))
        if scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        watch = asyncio.create_task(_watch(receive, gone))
        try:
            await self._app(scope, _without_body(watch), send)
        finally:
            watch.cancel()


def _reads(scope: Scope) -> bool:
    """Whether the page of an address is asked for, to be read."""
    return (
        scope["method"] == "GET"
        and not scope["path"].endswith(TWINS)
        and "text/html" in Headers(scope=scope).get("accept", "")
    )


async def _watch(receive: Receive, gone: Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _without_body(watch: asyncio.Task[None]) -> Receive:
    """What the application receives instead: an empty body, and then the end."""
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            await watch
            return {"type": "http.disconnect"}
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive
