"""`moorings serve`: where it listens, and what it prints of that."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the web extra is not installed")
pytest.importorskip("uvicorn", reason="the web extra is not installed")

from moorings.cli import run
from moorings.web.listening import address_of


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def test_a_port_in_use_is_refused_and_no_address_is_printed(
    taken: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--port", str(port_of(taken))]) == 2
    assert capsys.readouterr().err == (
        f"moorings: --port: found {port_of(taken)}, which is in use; allowed: a free port. Name another with --port\n"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--port", "0"], "--port: found 0; allowed: 1 to 65535"),
        (["--port", "65536"], "--port: found 65536"),
        (["--host", "nowhere.invalid"], "--host: found 'nowhere.invalid'"),
        (["--host", "203.0.113.7"], "--host: found '203.0.113.7'"),
        (["--host", "x" * 64], "--host: found 'xxx"),
    ],
)
def test_a_place_where_nothing_can_listen_is_refused(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", *options]) == 2
    printed = capsys.readouterr().err
    assert (told in printed, "http" in printed) == (True, False)


def test_the_address_is_printed_once_it_can_be_reached(taken: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    port, told = port_of(taken), []
    taken.close()

    def note(text: str) -> None:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        told.append(text)

    def served(_: Any, sockets: list[socket.socket]) -> None:
        assert [port_of(one) for one in sockets] == [port]
        raise KeyboardInterrupt

    monkeypatch.setattr("moorings.cli.faces.note", note)
    monkeypatch.setattr("uvicorn.Server.run", served)
    assert run(["serve", "--port", str(port)]) == 0
    assert told == [f"http://127.0.0.1:{port}/"]


@pytest.mark.parametrize(
    ("host", "token", "printed"),
    [
        ("::1", "", "http://[::1]:8000/"),
        ("localhost", "", "http://localhost:8000/"),
        ("0.0.0.0", "a b&c=é/+", "http://0.0.0.0:8000/?token=a%20b%26c%3D%C3%A9%2F%2B"),
    ],
)
def test_an_address_is_one_that_can_be_opened(host: str, token: str, printed: str) -> None:
    assert address_of(host, 8000, token) == printed
