"""Few compute at a time, none for ever; some wait; the rest are told to come back.

A computation runs in a thread of its own. Requests that ask for the same thing wait for the same computation, each as
long as it can: a page says after a moment that it is being computed, a twin waits for the answer.
"""

from __future__ import annotations

import ctypes
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import BoundedSemaphore, Event, Lock, Thread, Timer, get_ident
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from moorings.core.errors import MooringsError

T = TypeVar("T")
SOON = 0.05
"""Seconds between two looks whether somebody still waits."""


class BusyError(MooringsError):
    """Too many requests compute or wait (status 429)."""


class TooLongError(MooringsError):
    """A computation went beyond its time and was cut off (status 503)."""


class NotYetError(MooringsError):
    """The answer is still being computed; ask again."""


class CutOff(BaseException):
    """Ends a computation from outside, at the next line of Python that it comes to."""


class Caller(NamedTuple):
    """Who waits: until what time (of `monotonic`) before it is told to ask again; `gone` once it hung up."""

    until: float
    gone: Event


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""Nobody where the program itself asks, which waits for the end."""


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


class Work:
    """A computation in a thread of its own, cut off after `limit` seconds.

    Parameters
    ----------
    compute
        What to do.
    gate
        Where it waits for its turn; only then its time runs.
    limit
        Seconds.
    before
        Done first, outside of the limit, and never cut off.
    """

    def __init__(self, compute: Callable[[], Any], gate: Gate, limit: float, before: Callable[[], None]) -> None:
        self._compute, self._gate, self._limit, self._before = compute, gate, limit, before
        self._lock, self._thread = Lock(), 0
        self.done = Event()
        self.found: Any = None
        self.error: BaseException | None = None
        Thread(target=self._run, name="computation", daemon=True).start()

    def _run(self) -> None:
        try:
            self._before()
            with self._gate.passed():
                self._timed()
        except CutOff:
            pass
        except Exception as error:
            self._end(None, error)

    def _timed(self) -> None:
        clock = Timer(self._limit, self.cut, [TooLongError(f"It took longer than {self._limit:g} seconds.")])
        clock.daemon = True
        with self._lock:
            if self.done.is_set():
                return
            self._thread = get_ident()
        clock.start()
        try:
            self._end(self._compute(), None)
        except Exception as error:
            self._end(None, error)
        finally:
            clock.cancel()

    def _end(self, found: Any, error: BaseException | None) -> None:
        with self._lock:
            if not self.done.is_set():
                self.found, self.error = found, error
                self.done.set()

    def cut(self, reason: BaseException) -> None:
        """End it now: those who wait are told why, the thread stops at its next line of Python."""
        with self._lock:
            if self.done.is_set():
                return
            self.error = reason
            self.done.set()
            if self._thread:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(CutOff))


class Kept:
    """Answers kept by what was asked, the least recently used dropped; what is being computed is computed once.

    Parameters
    ----------
    gate, limit
        As for `Work`.
    droppable
        Whether a computation is cut off when everybody who waits for it has hung up.
    before
        Done before each computation, and never cut off.
    """

    def __init__(
        self,
        gate: Gate,
        limit: float,
        *,
        droppable: bool = False,
        most: int = 128,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._gate, self._limit, self._droppable, self._most, self._before = gate, limit, droppable, most, before
        self._lock = Lock()
        self._found: OrderedDict[Hashable, Work] = OrderedDict()
        self._waiting: dict[Work, int] = {}

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer kept under `key`, or a new one.

        Raises
        ------
        NotYetError
            Where the caller's patience ends first; the computation goes on.
        TooLongError, BusyError
            Where it was cut off, or got no turn.
        """
        with self._lock:
            work = self._begun(key, compute)
            self._waiting[work] = self._waiting.get(work, 0) + 1
        try:
            self._wait(work)
        finally:
            self._leave(work)
        if work.error is not None:
            self._forget(key, work)
            raise work.error
        found: T = work.found
        return found

    def _begun(self, key: Hashable, compute: Callable[[], Any]) -> Work:
        work = self._found.get(key)
        # one that failed is tried again
        if work is None or (work.done.is_set() and work.error is not None):
            work = self._found[key] = Work(compute, self._gate, self._limit, self._before)
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return work

    def _wait(self, work: Work) -> None:
        caller = CALLER.get()
        if caller is None:
            work.done.wait()
            return
        while not work.done.wait(min(SOON, max(caller.until - monotonic(), 0.0))):
            if caller.gone.is_set() or monotonic() >= caller.until:
                raise NotYetError("It is still being computed; ask again in a moment.")

    def _leave(self, work: Work) -> None:
        with self._lock:
            left = self._waiting[work] - 1
            if left:
                self._waiting[work] = left
                return
            del self._waiting[work]
        caller = CALLER.get()
        if self._droppable and caller is not None and caller.gone.is_set():
            work.cut(NotYetError("Nobody waited for it any more; ask again."))

    def _forget(self, key: Hashable, work: Work) -> None:
        with self._lock:
            if self._found.get(key) is work:
                del self._found[key]
