"""What all tests share: a mirror of the sources, and the panel built from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The mirror of the sources; skips without one, or fails where MOORINGS_REQUIRE_MIRROR is set."""
    place = os.environ.get("MOORINGS_DATA_DIR", "")
    if Path(place).is_dir() and place:
        return Path(place)
    stop = pytest.fail if os.environ.get("MOORINGS_REQUIRE_MIRROR") else pytest.skip
    stop(f"needs a mirror of the sources: MOORINGS_DATA_DIR is {f'no folder: {place}' if place else 'not set'}")


@pytest.fixture(scope="session")
def panel(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The panel built from the mirror, once; `MOORINGS_HOME` is its folder for the rest of the session."""
    from moorings.data.panel import build_panel

    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOORINGS_HOME", str(home))
        yield build_panel(mirror, lambda _: None)
