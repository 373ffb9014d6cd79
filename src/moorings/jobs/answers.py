"""Answers kept in `MOORINGS_HOME`, by the digest of all that they rest on: code, tables, posterior, panel, question."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from moorings.core.digest import folder_digest, record_digest
from moorings.core.places import home, replacing
from moorings.systems.system import System

MOST = 200
"""Answers that are kept; the oldest give way."""
Answer = dict[str, Any]


def kept_answer(name: str, system: System, asked: Sequence[Any], compute: Callable[[], Answer]) -> Answer:
    """The answer that is kept, or else the one computed now, which is kept from then on.

    Parameters
    ----------
    name
        What is answered; part of the file's name.
    system
        The system that the answer is about.
    asked
        Everything else that the answer depends on and that its grounds do not hold (members, state, text).
    compute
        Makes the answer, which must be JSON; both ways lead through its text, so that they give the same.
    """
    path = _folder() / f"{name}-{record_digest([name, *grounds(system), *asked])[:24]}.json"
    text = _read(path)
    if text is None:
        text = json.dumps(compute(), default=str)
        with replacing(path) as file:
            file.write_text(text, encoding="utf-8")
        _make_room()
    found: Answer = json.loads(text)
    return found


def grounds(system: System) -> list[Any]:
    """What every answer about a system rests on: digests of code, shipped results, tables, posterior and panel."""
    from moorings.data.panel import panel_status
    from moorings.jobs.forecast import code_digest
    from moorings.learn.posterior import posterior_for

    posterior = posterior_for(system.start).digest
    return [code_digest(), shipped_digest(), system.digest, posterior, panel_status().digest]


@cache
def shipped_digest() -> str:
    """Digest of what ships with the package and is no code: theses, forecasts, the record, paths."""
    return folder_digest(type(Path())(str(resources.files("moorings"))), "shipped/*")


def _folder() -> Path:
    return home() / "answers"


def _read(path: Path) -> str | None:
    """The text of a file, whole and in JSON; None where there is none, or it was damaged."""
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
    except (OSError, ValueError):
        return None
    return text


def _make_room() -> None:
    """Remove the oldest answers beyond `MOST`."""
    files = sorted(_folder().glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST:]:
        path.unlink(missing_ok=True)
