"""Errors that name the place, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MooringsError(Exception):
    """The program cannot go on (exit status 3)."""


class InputError(MooringsError):
    """The input is wrong (exit status 2).

    Parameters
    ----------
    place
        Where: a file with its line or field, an option, a column of an expression.
    found
        What stands there.
    allowed
        What may stand there.
    remedy
        What to do, for instance the nearest valid spelling.
    """

    def __init__(self, place: str, found: str, allowed: str, remedy: str = "") -> None:
        self.place, self.found, self.allowed, self.remedy = place, found, allowed, remedy
        message = f"{place}: found {found}; allowed: {allowed}"
        super().__init__(f"{message}. {remedy}" if remedy else message)

    def with_remedy(self, further: str) -> InputError:
        """The same error with a further remedy."""
        stop = "" if self.remedy[-1:] in ("", "?") else "."
        return InputError(self.place, self.found, self.allowed, f"{self.remedy}{stop} {further}".strip())


def nearest(name: str, options: Iterable[str]) -> str:
    """Offer the nearest valid spelling of `name`, or an empty string where none is near."""
    known = {option.lower(): option for option in options}
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"Did you mean {known[close[0]]!r}?" if close else ""


def check_name(place: str, name: str, options: Iterable[str]) -> str:
    """Return `name` if it is one of `options`; raise `InputError` with the nearest spelling if not."""
    allowed = list(options)
    if name in allowed:
        return name
    shown = ", ".join(allowed[:24]) + (", ..." if len(allowed) > 24 else "")
    raise InputError(place, repr(name), shown, nearest(name, allowed))
