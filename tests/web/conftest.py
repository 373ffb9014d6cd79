"""The application with few members, made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("fastapi", reason="the web extra is not installed")
pytest.importorskip("httpx", reason="httpx is not installed")

from fastapi.testclient import TestClient

from moorings.web import guard
from moorings.web.app import create_app
from moorings.web.settings import Settings

FEW = 100


# the test client calls the server by a name of its own
guard.LOOPBACK = (*guard.LOOPBACK, "testserver")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(live=FEW, rest=FEW, limit=600, soon=600)


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, warm=False), raise_server_exceptions=False) as made:
        yield made
