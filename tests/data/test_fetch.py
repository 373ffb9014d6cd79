"""Downloads, from a local server with a file that breaks off, one that is slow, one that is wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from moorings.core.digest import file_digest
from moorings.core.errors import MooringsError
from moorings.data import fetch
from moorings.data.cards import SourceFile
from moorings.data.fetch import Patience, fetch_sources, sources_folder
from moorings.data.sources import gapminder, nmc, unga_ideal

BRIEF = Patience(retries=2, seconds=5)


class Server(BaseHTTPRequestHandler):
    """Serves a folder; misbehaves for chosen names."""

    root: ClassVar[Path]
    breaking: ClassVar[set[str]]
    slow: ClassVar[set[str]]
    asked: ClassVar[list[tuple[str, str | None]]]

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        wanted = self.headers.get("Range")
        self.asked.append((name, wanted))
        content = (self.root / name).read_bytes() if (self.root / name).is_file() else None
        if content is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self._send(name, content[start:])

    def _send(self, name: str, content: bytes) -> None:
        if name in self.breaking:
            self.breaking.discard(name)
            self.wfile.write(content[: len(content) // 2])
            return
        if name in self.slow:
            for place in range(0, len(content), max(1, len(content) // 5)):
                self.wfile.write(content[place : place + max(1, len(content) // 5)])
                self.wfile.flush()
                time.sleep(0.05)
            return
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def address(written: Path) -> Iterator[str]:
    """Address of a server of the made-up mirror."""
    Server.root, Server.breaking, Server.slow, Server.asked = written, set(), set(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def file_of(address: str, written: Path, path: str, digest: str | None = None) -> SourceFile:
    """Card of a served file."""
    return SourceFile(path, f"{address}/{path}", digest or file_digest(written / path), "0" * 64)


def test_a_broken_and_a_slow_file_arrive(
    address: str, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "CHUNK", 1024)
    paths = [gapminder.PEOPLE, nmc.FILE, unga_ideal.FILE]
    Server.breaking, Server.slow = {gapminder.PEOPLE}, {nmc.FILE}
    files = [file_of(address, written, path) for path in paths]
    told: list[str] = []
    fetched = fetch_sources(files, tmp_path, told.append, BRIEF)
    assert fetched.new == tuple(paths)
    assert all((tmp_path / path).read_bytes() == (written / path).read_bytes() for path in paths)
    assert told[0] == f"1 of 3: {gapminder.PEOPLE}"
    first, second = [wanted for name, wanted in Server.asked if name == gapminder.PEOPLE]
    half = (written / gapminder.PEOPLE).stat().st_size // 2
    assert (first, second) == (None, f"bytes={half // 1024 * 1024}-")
    assert not list(tmp_path.rglob("*.part"))


def test_what_is_there_is_kept(address: str, written: Path, tmp_path: Path) -> None:
    files = [file_of(address, written, path) for path in (gapminder.PEOPLE, nmc.FILE)]
    fetch_sources(files[:1], tmp_path, lambda _: None, BRIEF)
    Server.asked.clear()
    fetched = fetch_sources(files, tmp_path, lambda _: None, BRIEF)
    assert (fetched.kept, fetched.new) == ((gapminder.PEOPLE,), (nmc.FILE,))
    assert [name for name, _ in Server.asked] == [nmc.FILE]


def test_failures_are_named_and_do_not_stop_the_others(address: str, written: Path, tmp_path: Path) -> None:
    wrong = file_of(address, written, nmc.FILE, digest="1" * 64)
    missing = SourceFile("nowhere.csv", f"{address}/nowhere.csv", "2" * 64, "0" * 64)
    good = file_of(address, written, gapminder.PEOPLE)
    with pytest.raises(MooringsError, match=r"2 of 3 files .*cow_nmc\.rda.*nowhere\.csv") as caught:
        fetch_sources([wrong, missing, good], tmp_path, lambda _: None, Patience(retries=0, seconds=5))
    assert "404" in str(caught.value)
    assert not (tmp_path / nmc.FILE).exists()
    assert (tmp_path / gapminder.PEOPLE).is_file()


def test_a_part_that_is_too_long_is_started_again(address: str, written: Path, tmp_path: Path) -> None:
    part = tmp_path / f"{nmc.FILE}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 100_000)
    fetch_sources([file_of(address, written, nmc.FILE)], tmp_path, lambda _: None, BRIEF)
    assert (tmp_path / nmc.FILE).read_bytes() == (written / nmc.FILE).read_bytes()


def test_the_default_folder_is_at_home(
    address: str, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    fetched = fetch_sources([file_of(address, written, nmc.FILE)], None, lambda _: None, BRIEF)
    assert fetched.folder == sources_folder() == tmp_path / "sources"
