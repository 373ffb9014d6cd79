"""Where things are kept: `MOORINGS_HOME` and the mirror of the sources."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moorings.core.errors import InputError


def home() -> Path:
    """Folder of the panel, posteriors, compiled code, runs and the ledger (`MOORINGS_HOME`)."""
    if place := os.environ.get("MOORINGS_HOME"):
        return Path(place).expanduser()
    from platformdirs import user_data_path

    return user_data_path("moorings")


def mirror() -> Path | None:
    """The mirror of the sources named by `MOORINGS_DATA_DIR`, if any."""
    place = os.environ.get("MOORINGS_DATA_DIR")
    return Path(place).expanduser() if place else None


def check_writable(place: str, folder: Path | None) -> None:
    """Refuse a folder that cannot be made or written to, before any work is done; None is no folder.

    Raises
    ------
    InputError
        With `place`, by which the user named the folder.
    """
    if folder is None:
        return
    near = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    try:
        with tempfile.TemporaryFile(dir=near):
            pass
    except OSError as error:
        found = f"{str(near)!r}: {error.strerror or error}"
        raise InputError(place, found, "a folder, there or to be made, that can be written to") from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it into place only if the block succeeds.

    Nothing is ever half written: on an error the temporary file is removed and `path` is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
