"""Computations: few at a time, none for ever, each only once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from math import inf
from threading import Event, Thread

import pytest
from fastapi.testclient import TestClient

from moorings.web import caller
from moorings.web.app import create_app
from moorings.web.gate import CALLER, BusyError, Caller, Gate, Kept, NotYetError, TooLongError
from moorings.web.loading import MODULES, load
from moorings.web.settings import Settings


class Endless:
    """Python that comes to its end only when it is let go, and says when it was stopped."""

    def __init__(self) -> None:
        self.begun, self.stopped, self.let_go = Event(), Event(), Event()

    def __call__(self) -> None:
        self.begun.set()
        try:
            while not self.let_go.is_set():
                time.sleep(0.001)
        finally:
            self.stopped.set()


@pytest.fixture
def endless() -> Iterator[Endless]:
    """What never ends while the test runs."""
    one = Endless()
    yield one
    one.let_go.set()
    assert not one.begun.is_set() or one.stopped.wait(5)


@pytest.fixture
def asked() -> Iterator[Callable[[float], Caller]]:
    """Ask as somebody who waits until a time."""
    tokens = []

    def ask(until: float) -> Caller:
        caller = Caller(until, Event())
        tokens.append(CALLER.set(caller))
        return caller

    yield ask
    for token in reversed(tokens):
        CALLER.reset(token)


def gate(computing: int = 1, waiting: int = 8) -> Gate:
    return Gate(computing, waiting, 0.1)


def test_a_computation_beyond_its_time_is_cut_off_and_makes_room() -> None:
    kept, endless = Kept(gate(), 0.1), Endless()
    with pytest.raises(TooLongError, match=r"0\.1 seconds"):
        kept.get("endless", endless)
    assert endless.stopped.wait(5)
    time.sleep(0.05)
    assert kept.get("short", lambda: 7) == 7


def test_what_comes_before_is_never_cut_off() -> None:
    done = []

    def before() -> None:
        time.sleep(0.3)
        done.append(True)

    kept, endless = Kept(gate(), 0.1, before=before), Endless()
    with pytest.raises(TooLongError):
        kept.get("endless", endless)
    assert (done, endless.stopped.wait(5)) == ([True], True)


def test_what_fails_before_is_told() -> None:
    kept = Kept(gate(), 1, before=lambda: [][0])
    with pytest.raises(IndexError):
        kept.get("key", lambda: 1)


def test_what_computations_import_can_be_imported() -> None:
    load.cache_clear()
    load()
    assert set(MODULES) <= sys.modules.keys()


def test_what_is_computed_is_computed_once_and_kept() -> None:
    kept, calls, go = Kept(gate(), 10), [], Event()

    def compute() -> int:
        calls.append(1)
        go.wait(5)
        return len(calls)

    found: list[int] = []
    many = [Thread(target=lambda: found.append(kept.get("same", compute))) for _ in range(4)]
    for thread in many:
        thread.start()
    go.set()
    for thread in many:
        thread.join(5)
    assert found == [1, 1, 1, 1]
    assert kept.get("same", compute) == 1


def test_a_failure_reaches_who_asked_and_is_not_kept() -> None:
    kept = Kept(gate(), 10)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 // 0)
    assert kept.get("key", lambda: 2) == 2


def test_who_cannot_wait_is_told_and_the_work_goes_on(asked: Callable[[float], Caller]) -> None:
    kept, go = Kept(gate(), 10), Event()

    def compute() -> str:
        go.wait(5)
        return "done"

    asked(time.monotonic() + 0.05)
    with pytest.raises(NotYetError):
        kept.get("slow", compute)
    go.set()
    asked(inf)
    assert kept.get("slow", lambda: "again") == "done"


def test_a_scenario_that_nobody_waits_for_is_cut_off(asked: Callable[[float], Caller]) -> None:
    kept, endless = Kept(gate(), 10, droppable=True), Endless()
    caller = asked(inf)
    caller.gone.set()
    with pytest.raises(NotYetError):
        kept.get("overtaken", endless)
    # it may have been dropped before it began
    assert not endless.begun.wait(0.2) or endless.stopped.wait(5)


def test_without_a_turn_one_is_sent_away() -> None:
    kept, go = Kept(gate(waiting=1), 10), Event()
    holder = Thread(target=lambda: kept.get("long", lambda: go.wait(5)))
    holder.start()
    time.sleep(0.05)
    with pytest.raises(BusyError, match="turn"):
        kept.get("other", lambda: 1)
    go.set()
    holder.join(5)


def stuck(settings: Settings, monkeypatch: pytest.MonkeyPatch, endless: Endless) -> TestClient:
    """An application whose forecast never ends."""
    from moorings.web import desk

    monkeypatch.setattr(desk.Desk, "_forecast", lambda self: endless())
    return TestClient(create_app(settings, warm=False), raise_server_exceptions=False)


def test_a_request_beyond_the_limit_is_answered_503_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, endless: Endless
) -> None:
    client = stuck(Settings(limit=0.2), monkeypatch, endless)
    answer = client.get("/system.json")
    assert answer.status_code == 503
    assert "0.2 seconds" in answer.json()["remedy"]
    assert int(answer.headers["retry-after"]) > 0


def test_a_record_that_is_not_read_yet_is_not_called_missing(monkeypatch: pytest.MonkeyPatch, endless: Endless) -> None:
    from moorings.web import desk

    monkeypatch.setattr(desk.Desk, "backtest", lambda self: self._kept.get("backtest", endless))
    client = TestClient(create_app(Settings(limit=2, soon=0.1), warm=False), raise_server_exceptions=False)
    answer = client.get("/record", headers={"accept": "text/html"})
    assert ("being computed" in answer.text, "No record" in answer.text) == (True, False)
    assert client.get("/record.json").status_code == 503


def test_a_page_says_that_it_is_being_computed(monkeypatch: pytest.MonkeyPatch, endless: Endless) -> None:
    limit = 60
    client = stuck(Settings(limit=limit, soon=0.1), monkeypatch, endless)
    begun = time.monotonic()
    answer = client.get("/", headers={"accept": "text/html"})
    assert time.monotonic() - begun < limit / 2, "it waited for the limit"
    assert (answer.status_code, "being computed" in answer.text) == (200, True)
    assert answer.headers["refresh"] == "2"


def test_what_was_sent_with_a_form_waits_for_its_end() -> None:
    """The browser asks again by itself, and then of the address alone: what was pasted would be lost."""
    sent = {"path": "/claims", "headers": [(b"accept", b"text/html")]}
    assert caller._reads({**sent, "method": "GET"})
    assert not caller._reads({**sent, "method": "POST"})
