"""A fault of a system's folder: where, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from moorings.core.errors import InputError, nearest


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a system's description or tables.

    Attributes
    ----------
    file, line, field
        Where; line 0 means the file as a whole.
    found, allowed, remedy
        What stands there, what may stand there, what to do.
    """

    file: str
    line: int
    field: str
    found: str
    allowed: str
    remedy: str = ""

    @property
    def place(self) -> str:
        """The file with its line and field, in words."""
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{line}, field {self.field}" if self.field else f"{self.file}{line}"

    def to_json(self) -> dict[str, object]:
        """The fault as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Spot:
    """A place in a file, from which faults are made."""

    file: str
    line: int
    field: str

    def fault(self, found: str, allowed: str, remedy: str = "") -> Fault:
        """A fault at this place, with what was found in words."""
        return Fault(self.file, self.line, self.field, found, allowed, remedy)

    def wrong(self, value: object, allowed: str, remedy: str = "") -> Fault:
        """A fault at this place, with the value that was found."""
        return self.fault("nothing" if value is None else repr(value), allowed, remedy)

    def choice(self, value: str, options: Iterable[str]) -> list[Fault]:
        """No fault where `value` is one of `options`, else one with the nearest spelling."""
        allowed = list(options)
        return [] if value in allowed else [self.wrong(value, ", ".join(allowed) or "none", nearest(value, allowed))]


def raise_first(faults: list[Fault]) -> None:
    """Raise the first fault as `InputError`, telling how many there are."""
    if not faults:
        return
    first, several = faults[0], len(faults) > 1
    more = f"There are {len(faults)} faults; `moorings systems check` lists them all." if several else ""
    raise InputError(first.place, first.found, first.allowed, " ".join(part for part in (first.remedy, more) if part))
