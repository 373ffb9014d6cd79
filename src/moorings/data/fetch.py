"""Download the sources from their public addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moorings.core import places
from moorings.core.digest import file_digest
from moorings.core.errors import MooringsError
from moorings.data.cards import SourceFile

CHUNK = 1 << 16


@dataclass(frozen=True)
class Fetched:
    """What a download did.

    Attributes
    ----------
    folder
        Where the files stand.
    new, kept
        Paths below it that were downloaded, and that were there already.
    """

    folder: Path
    new: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Patience:
    """How often a file is tried again, and how long a silent server is waited for (seconds)."""

    retries: int = 3
    seconds: float = 60.0


def sources_folder() -> Path:
    """Where downloaded sources stand by default."""
    return places.home() / "sources"


def fetch_sources(
    files: Sequence[SourceFile],
    folder: Path | None = None,
    progress: Callable[[str], None] = print,
    patience: Patience = Patience(),
) -> Fetched:
    """Download `files` and check each against the digest of the original.

    A file that is there and whole is kept; what was downloaded of a broken one is gone on with where the server
    allows it. One that fails does not stop the others.

    Raises
    ------
    MooringsError
        Some files could not be had; names them all.
    """
    place = folder or sources_folder()
    kept = tuple(file.path for file in files if _is_whole(place / file.path, file))
    wanted = [file for file in files if file.path not in kept]
    failed: dict[str, str] = {}
    for number, file in enumerate(wanted, start=1):
        progress(f"{number} of {len(wanted)}: {file.path}")
        try:
            _download(file, place, patience)
        except (OSError, ValueError) as error:  # requests' errors are OSErrors, pooch's digest error a ValueError
            failed[file.path] = (str(error).splitlines() or [type(error).__name__])[0]
            progress(f"failed: {file.path}: {failed[file.path]}")
    if failed:
        names = "; ".join(f"{path} ({reason})" for path, reason in failed.items())
        raise MooringsError(f"{len(failed)} of {len(files)} files could not be fetched: {names}. Call again to go on.")
    return Fetched(place, tuple(file.path for file in wanted), kept)


def _is_whole(path: Path, file: SourceFile) -> bool:
    return path.is_file() and file_digest(path) == file.full


def _download(file: SourceFile, folder: Path, patience: Patience) -> None:
    import pooch

    pooch.get_logger().setLevel("ERROR")
    keeper = pooch.create(
        path=folder,
        base_url="",
        registry={file.path: f"sha256:{file.full}"},
        urls={file.path: file.url},
        retry_if_failed=patience.retries,
    )
    partial = folder / f"{file.path}.part"
    keeper.fetch(file.path, downloader=_Resumed(partial, patience.seconds))
    partial.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Resumed:
    """Downloader for Pooch that goes on where a broken download stopped.

    The part is kept beside the file until it is complete; only a complete one is handed to Pooch, which checks it.
    """

    partial: Path
    seconds: float
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Encoding": "identity"})

    def __call__(self, url: str, output_file: str, _: Any) -> None:
        """Write the file at `url` to `output_file`."""
        import requests

        self.partial.parent.mkdir(parents=True, exist_ok=True)
        have = self.partial.stat().st_size if self.partial.exists() else 0
        headers = {**self.headers, "Range": f"bytes={have}-"} if have else self.headers
        with requests.get(url, headers=headers, stream=True, timeout=self.seconds) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                self.partial.unlink()  # longer than the file: start again at the next try
            answer.raise_for_status()
            resumed = answer.status_code == requests.codes.partial_content
            with self.partial.open("ab" if resumed else "wb") as part:
                for chunk in answer.iter_content(CHUNK):
                    part.write(chunk)
            length = int(answer.headers.get("Content-Length", 0)) + (have if resumed else 0)
        if self.partial.stat().st_size < length:
            raise requests.ConnectionError(f"the connection broke off at {self.partial.stat().st_size} bytes")
        Path(output_file).write_bytes(self.partial.read_bytes())
        self.partial.unlink()
