"""Texts that the faces hand on, read in one place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from moorings.core.errors import InputError


def pulled(texts: Sequence[str] | None) -> dict[str, str]:
    """Levers and values from `NAME=VALUE` texts, in the order given.

    Raises
    ------
    InputError
        Where a text has no `=`, or a lever is set twice.
    """
    found: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = (part.strip() for part in text.partition("="))
        name = re.sub(r"\s*([(),])\s*", r"\1", name).replace(",", ", ")
        if not (equals and name and value):
            raise InputError("--set", repr(text), "NAME=VALUE or NAME(STATE)=VALUE", "For instance: troops(KOR)=-50%.")
        if name in found:
            raise InputError("--set", f"{name} twice", "each lever once", "Remove one of them.")
        found[name] = value
    return found
