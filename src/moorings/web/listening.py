"""Where the application listens, and the address that leads there."""

from __future__ import annotations

import errno
import socket
from urllib.parse import quote

from moorings.core.errors import InputError
from moorings.web.settings import TOKEN

BACKLOG = 2048
"""Connections that may wait to be accepted."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises
    ------
    InputError
        For a host that is none of this machine, or a port that is not free.
    """
    if not 0 < port < 65536:
        raise InputError("--port", str(port), "1 to 65535")
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place, family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        raise _refused(host, port, error) from None


def _refused(host: str, port: int, error: OSError | UnicodeError) -> InputError:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return InputError("--port", f"{port}, which is in use", "a free port", "Name another with --port")
        case errno.EACCES:
            return InputError("--port", f"{port}, which needs more rights", "a port from 1024 on")
        case _:
            return InputError("--host", repr(host), "a name or an address of this machine")


def address_of(host: str, port: int, token: str) -> str:
    """The address to open, with the access token where there is one."""
    place = f"[{host}]" if ":" in host else host
    return f"http://{place}:{port}/" + (f"?{TOKEN}={quote(token, safe='')}" if token else "")
