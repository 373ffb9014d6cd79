"""What a table or chart shows beside a forecast's JSON: who is in the system, its questions, its sources, its cloud."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from moorings.simulate.ensemble import Ensemble
from moorings.systems.load import load_observations
from moorings.systems.system import System

CLOUD = 150
"""Members drawn as dots, for each ally."""


def extras(system: System, ensemble: Ensemble) -> dict[str, Any]:
    """Keys that `moorings.show.result` shows where they are there.

    Parameters
    ----------
    system
        The system that was simulated.
    ensemble
        Its members.
    """
    return {
        "title": system.title,
        "patron": system.patron,
        "rated": list(system.rated),
        "unrated": [ally for ally in system.allies if ally not in system.rated],
        "headline": [vars(question) for question in system.headline],
        "cut_off": system.facts_until,
        "sources": sources(system),
        "cloud": cloud(ensemble),
    }


def sources(system: System) -> str:
    """Names of the published sources of a system's tables; empty where it has no tables."""
    if system.folder is None:
        return ""
    named = load_observations(system)["source"].unique(maintain_order=True)
    published = (name for name in named if name[:1].isupper() and ":" not in name)  # not treaties, not own tables
    return "; ".join(dict.fromkeys(re.split(r",|;| \(| @", name)[0] for name in published))


def cloud(ensemble: Ensemble) -> list[dict[str, Any]]:
    """Drift and autonomy of some members in the last year, chosen by their weights."""
    steps = (np.arange(CLOUD) + 0.5) / CLOUD
    chosen = np.searchsorted(np.cumsum(ensemble.weights), steps).clip(max=ensemble.members - 1)
    rows = []
    for state in ensemble.rated:
        drift, autonomy = (ensemble.of(name, state)[chosen, -1].tolist() for name in ("drift", "autonomy"))
        points = zip(drift, autonomy, strict=True)
        rows += [{"state": state, "drift": x, "autonomy": y} for x, y in points if math.isfinite(x + y)]
    return rows
