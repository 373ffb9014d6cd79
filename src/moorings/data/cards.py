"""Source cards: what a file is, where it comes from, how it is recognised, what to beware of."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FULL, TRAINING = "full", "training"


@dataclass(frozen=True)
class SourceFile:
    """One file of a source.

    Attributes
    ----------
    path
        Place below a mirror's folder, `source/file`.
    url
        Public address of the full original.
    full, training
        SHA-256 of the original and of the edition that holds out years after 2014.
    """

    path: str
    url: str
    full: str
    training: str

    @property
    def digests(self) -> dict[str, str]:
        """Digest -> edition; a file without held-out years is the full original in both."""
        return {self.training: TRAINING, self.full: FULL}


@dataclass(frozen=True)
class Trap:
    """A known trap of a source, and what its reader does about it."""

    trap: str
    handling: str


@dataclass(frozen=True)
class Card:
    """What is known about a source.

    Attributes
    ----------
    name, title
        Short name (a folder of the mirror) and what it measures.
    citation, terms
        How to cite it, and on what terms it may be used.
    unit
        Units of what is read.
    years
        First and last year that the full original covers.
    files, traps
        Its files; its traps with their handling.
    """

    name: str
    title: str
    citation: str
    terms: str
    unit: str
    years: tuple[int, int]
    files: tuple[SourceFile, ...]
    traps: tuple[Trap, ...]

    def file(self, path: str) -> SourceFile:
        """Find the file that stands at `path` of a mirror."""
        return next(file for file in self.files if file.path == path)


_FILES = Path(__file__).with_name("files.csv")


def known_files(*paths: str) -> tuple[SourceFile, ...]:
    """Addresses and digests of the files at `paths`, from the table that ships with the package."""
    with _FILES.open(encoding="utf-8", newline="") as table:
        rows = {row["path"]: row for row in csv.DictReader(table)}
    found = [rows[path] for path in paths]
    return tuple(SourceFile(row["path"], row["url"], row["sha256_full"], row["sha256_training"]) for row in found)
