"""Few compute at a time; some wait; the rest are told to come back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar

from moorings.core.errors import MooringsError

T = TypeVar("T")


class BusyError(MooringsError):
    """Too many requests compute or wait (status 429)."""


class Gate:
    """Lets `computing` callers in; up to `waiting` others stand for `patience` seconds."""

    def __init__(self, computing: int, waiting: int, patience: float) -> None:
        self._free = BoundedSemaphore(computing)
        self._room = BoundedSemaphore(computing + waiting)
        self._patience = patience

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Compute inside.

        Raises
        ------
        BusyError
            Where too many wait already, or it takes too long.
        """
        if not self._room.acquire(blocking=False):
            raise BusyError("Too many requests are waiting; try again in a moment.")
        try:
            if not self._free.acquire(timeout=self._patience):
                raise BusyError(f"No turn came within {self._patience:g} seconds; try again in a moment.")
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._room.release()


class Kept:
    """Answers kept by what was asked, the least recently used dropped."""

    def __init__(self, gate: Gate, most: int = 128) -> None:
        self._gate, self._most, self._lock = gate, most, Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer kept under `key`, or a new one."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                kept: T = self._found[key]
                return kept
        with self._gate.passed():
            found = compute()
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found
