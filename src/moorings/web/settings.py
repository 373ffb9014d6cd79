"""What the web application is started with, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TOKEN = "token"
"""Field of an address that carries the access token."""


@dataclass(frozen=True)
class Settings:
    """How the application serves.

    Attributes
    ----------
    system
        Name of a shipped system, or a folder.
    token
        Access token that every request must carry; empty where only this machine can ask.
    live, rest
        Members while a slider moves, and when it rests.
    body
        Most bytes of a request's body.
    address
        Most characters of a request's address.
    computing, waiting
        Requests that compute at a time, and that may wait for it.
    patience
        Seconds that a request may wait for its turn.
    limit
        Seconds after which a computation is cut off.
    long
        Seconds after which the check of a thesis that ships is cut off: a dozen scenarios.
    soon
        Seconds after which a page that is still being computed says so.
    """

    system: str = "east-asia"
    token: str = ""
    live: int = 1000
    rest: int = 4000
    body: int = 64_000
    address: int = 8_000
    computing: int = 2
    waiting: int = 64
    patience: float = 20.0
    limit: float = 180.0
    long: float = 900.0
    soon: float = 1.5
