"""Digests of files and of records."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_digest(record: Any) -> str:
    """SHA-256 of a record's canonical JSON (sorted keys, no spaces)."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def folder_digest(folder: Path, pattern: str = "*") -> str:
    """SHA-256 over the names and contents of a folder's files, independent of their order on disk."""
    files = sorted(path for path in folder.rglob(pattern) if path.is_file())
    return record_digest([(path.relative_to(folder).as_posix(), file_digest(path)) for path in files])
