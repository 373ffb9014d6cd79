"""What every request passes: the token, bounds on its size, and security headers on the answer."""

from __future__ import annotations

import hmac
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moorings.web.faults import answer, fault
from moorings.web.headers import HEADERS
from moorings.web.reply import as_json, wants_json
from moorings.web.settings import LOOPBACK, TOKEN, Settings

COOKIE = "moorings_token"


class TooLargeError(Exception):
    """The body is longer than allowed."""


class Guard:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too large or has no token; add the headers to everything."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        app = self._refusal(scope) or self._app
        try:
            await app(scope, self._counted(receive), self._guarded(scope, send))
        except TooLargeError:
            await self._too_large(scope)(scope, receive, self._guarded(scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        # without a token it is the browser's rule of one origin that keeps other sites out, as long as no name of
        # theirs leads here
        if not self._settings.token and not _at_home(headers):
            found = ", ".join(repr(headers[name]) for name in ("host", "origin") if name in headers)
            record = fault("host, origin", found, "those of this machine", "Open http://127.0.0.1.")
            return _closed(scope, record, 403)
        if self._settings.token and not self._known(scope, headers):
            remedy = "Open the address that `moorings serve` printed."
            return _closed(scope, fault("token", "another one, or none", "the access token", remedy), 401)
        if (long := len(scope["path"]) + len(scope["query_string"])) > self._settings.address:
            allowed = f"at most {self._settings.address} characters"
            return answer(
                Request(scope), fault("address", f"{long} characters", allowed, "Ask for less at a time."), 414
            )
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._settings.body:
            return self._too_large(scope)
        return None

    def _too_large(self, scope: Scope) -> Response:
        allowed = f"at most {self._settings.body} bytes"
        return answer(Request(scope), fault("body", "a larger one", allowed, "Check a shorter thesis."), 413)

    def _known(self, scope: Scope, headers: Headers) -> bool:
        given = [headers.get("authorization", "").removeprefix("Bearer "), *_asked(scope)]
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        given.append(unquote(cookie.value) if cookie else "")
        return any(hmac.compare_digest(text.encode(), self._settings.token.encode()) for text in given)

    def _counted(self, receive: Receive) -> Receive:
        """The body's pieces, refused once they add up to too much (where no length was announced)."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._settings.body:
                raise TooLargeError
            return message

        return counted

    def _guarded(self, scope: Scope, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if self._settings.token and self._settings.token in _asked(scope):
                    # from the first address on, so that links need not carry it
                    kept = quote(self._settings.token, safe="")
                    headers.append("Set-Cookie", f"{COOKIE}={kept}; Path=/; HttpOnly; SameSite=Strict")
            await send(message)

        return guarded


def _closed(scope: Scope, record: dict[str, str], status: int) -> Response:
    """Why nothing is served: on no page, which would tell of the system."""
    if wants_json(Request(scope)):
        return as_json(record, status)
    return PlainTextResponse("{place}: found {found}; allowed: {allowed}. {remedy}".format(**record), status)


def _at_home(headers: Headers) -> bool:
    """Whether this machine was addressed by a name of its own, and no foreign page names itself as the sender."""
    # a form of this application's own pages has the origin `null`, since they send no referrer
    addresses = (headers.get("host", ""), headers.get("origin", "").partition("://")[2])
    try:
        names = [urlsplit(f"//{address}").hostname for address in addresses if address]
    except ValueError:
        return False
    return all(name in LOOPBACK for name in names)


def _asked(scope: Scope) -> list[str]:
    """Tokens in the address."""
    return parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [])
