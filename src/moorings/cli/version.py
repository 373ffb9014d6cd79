"""What `moorings --version` says: the code, the shipped posterior, the data cut-off."""

from __future__ import annotations

import json
from typing import Any


def version() -> str:
    """Versions of the code, the shipped posterior and the shipped data, one to a line."""
    import moorings

    return "\n".join([f"moorings {moorings.__version__}", _posterior(), _facts()])


def _posterior() -> str:
    """The shipped posterior that saw most."""
    from moorings.learn.posterior import shipped_folder

    sides = sorted(shipped_folder().glob("posterior-*.json"))
    if not sides:
        return "posterior: none is shipped"
    meta: dict[str, Any] = json.loads(sides[-1].read_text(encoding="utf-8"))
    return f"posterior: {meta['file'][:12]}, last year seen {meta['end']}"


def _facts() -> str:
    """Last year seen and cut-off of each shipped system."""
    from moorings.systems.load import list_systems, load_system

    systems = (load_system(name) for name in list_systems())
    return "\n".join(f"{s.name}: last year seen {s.start}, facts until {s.facts_until}" for s in systems)
