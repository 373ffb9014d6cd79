"""Names of random streams: a draw is keyed by what it is for, never by when it is made."""

from __future__ import annotations

import hashlib


def stream(*names: object) -> int:
    """A 32-bit key for a name such as ``("JPN", 2027)``; equal names give equal keys on every machine."""
    text = "\x1f".join(str(name) for name in names)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")
