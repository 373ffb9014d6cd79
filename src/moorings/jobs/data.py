"""Data: fetch the sources, build the panel, say what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from moorings.core.places import check_writable, home
from moorings.data.fetch import Fetched, fetch_sources
from moorings.data.panel import PanelStatus, build_panel, panel_status, tell
from moorings.data.sources import CARDS


@dataclass(frozen=True)
class DataFetched:
    """Answer of `data fetch`."""

    fetched: Fetched

    def to_json(self) -> dict[str, object]:
        """The contract's JSON."""
        done = self.fetched
        found = {"folder": str(done.folder), "new": list(done.new), "kept": list(done.kept)}
        return {"schema": "moorings.data-fetch/1", **found}


@dataclass(frozen=True)
class DataStatus:
    """Answer of `data build` and `data status`."""

    status: PanelStatus

    def to_json(self) -> dict[str, object]:
        """The contract's JSON."""
        panel = self.status
        stamp = {"digest": panel.digest, "version": panel.version, "edition": panel.edition}
        counts = {"tables": dict(panel.rows), "last_seen": dict(panel.last_seen), "sources": list(panel.sources)}
        return {"schema": "moorings.data-status/1", "path": str(panel.path), **stamp, **counts}


def fetch(folder: Path | None = None, progress: Callable[[str], None] = tell) -> DataFetched:
    """Download every source from its public address into `folder` (default: in `MOORINGS_HOME`)."""
    files = [file for card in CARDS for file in card.files]
    return DataFetched(fetch_sources(files, folder, progress))


def build(source: Path | None = None, progress: Callable[[str], None] = tell) -> DataStatus:
    """Build the panel from a mirror (default: `MOORINGS_DATA_DIR`, else what was fetched).

    Raises
    ------
    InputError
        Where there is no mirror, or one of its files is missing or has a fault.
    """
    check_writable("MOORINGS_HOME", home())
    build_panel(source, progress)
    return DataStatus(panel_status())


def status() -> DataStatus:
    """What the panel holds, from which files, and how far each series reaches."""
    return DataStatus(panel_status())
