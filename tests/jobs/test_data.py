"""`data`: fetch, build, status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.data.fetch import Fetched
from moorings.jobs import data


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, no mirror."""
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)
    return tmp_path


def test_status_without_a_panel() -> None:
    answer = json.loads(json.dumps(data.status().to_json()))
    assert (answer["schema"], answer["digest"], answer["tables"]) == ("moorings.data-status/1", None, {})


def test_build_without_sources_is_an_error(home: Path) -> None:
    with pytest.raises(InputError, match="moorings data fetch"):
        data.build(None, lambda _: None)


def test_fetch_asks_for_every_source(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(files: list[object], folder: Path | None, progress: object) -> Fetched:
        return Fetched(folder or home, tuple(str(file) for file in files), ())

    monkeypatch.setattr(data, "fetch_sources", fetched)
    answer = data.fetch(home).to_json()
    assert answer["folder"] == str(home)
    assert len(answer["new"]) == 23  # type: ignore[arg-type]


@pytest.mark.mirror
def test_build_and_status_of_the_mirror(mirror: Path) -> None:
    built = data.build(mirror, lambda _: None)
    assert built == data.status()
    answer = json.loads(json.dumps(built.to_json()))
    assert answer["edition"] in ("training", "full")
    assert answer["last_seen"]["disputes"] == 2014
    assert len(answer["sources"]) == 23
    assert all(count > 0 for count in answer["tables"].values())
