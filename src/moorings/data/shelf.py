"""A folder of source files, every one of them checked against its card before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from moorings.core.digest import file_digest, record_digest
from moorings.core.errors import InputError
from moorings.data.cards import TRAINING, Card, SourceFile

HELD_OUT_AFTER = 2014
# In the training edition, years after `HELD_OUT_AFTER` are there for these states, and for pairs of them.
KEPT = (
    *("USA", "JPN", "KOR", "TWN", "PHL", "AUS", "THA", "CHN", "PRK", "RUS", "IND", "VNM", "IDN", "SGP", "NZL", "PNG"),
    "MYS",
)
SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Shelf:
    """Checked source files.

    Attributes
    ----------
    folder
        Where they stand.
    digests
        Path below the folder -> SHA-256 as found.
    editions
        Path -> `full` or `training`.
    """

    folder: Path
    digests: dict[str, str]
    editions: dict[str, str]

    def path(self, file: str) -> Path:
        """Where a file stands."""
        return self.folder / file

    def is_training(self, file: str) -> bool:
        """Whether years after 2014 are held out of a file."""
        return self.editions[file] == TRAINING

    @property
    def edition(self) -> str:
        """`training` as soon as one file is."""
        return TRAINING if TRAINING in self.editions.values() else "full"

    @property
    def digest(self) -> str:
        """One digest over all files."""
        return record_digest(self.digests)


def open_shelf(folder: Path, cards: Sequence[Card]) -> Shelf:
    """Check every file of `cards` in `folder`: against their cards, and against the folder's own `SHA256SUMS`.

    Raises
    ------
    InputError
        A file is missing, or is neither the original nor the training edition.
    """
    if not folder.is_dir():
        raise InputError(str(folder), "no such folder", "a mirror of the sources", "Try `moorings data fetch`.")
    files = [file for card in cards for file in card.files]
    sums = read_sums(folder)
    digests = {file.path: check_file(folder, file, sums.get(file.path)) for file in files}
    return Shelf(folder, digests, {file.path: file.digests[digests[file.path]] for file in files})


def check_file(folder: Path, file: SourceFile, expected: str | None = None) -> str:
    """Digest of a file, if it is one of its card's (and `expected`, the mirror's own, if given)."""
    path = folder / file.path
    if not path.is_file():
        raise InputError(str(path), "no such file", "a file of the sources", "Fetch the sources again.")
    found = file_digest(path)
    if expected is not None and found != expected:
        raise InputError(str(path), f"SHA-256 {found}", f"{expected} ({SUMS})", "The file is damaged: copy it again.")
    if found not in file.digests:
        allowed = " or ".join(f"{digest} ({edition})" for digest, edition in file.digests.items())
        raise InputError(str(path), f"SHA-256 {found}", allowed, "Fetch this file again.")
    return found


def read_sums(folder: Path) -> dict[str, str]:
    """Path -> SHA-256 from a mirror's `SHA256SUMS`; empty where there is none."""
    place = folder / SUMS
    if not place.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in place.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.strip().lstrip("*").removeprefix("./"): digest for digest, name in lines}
