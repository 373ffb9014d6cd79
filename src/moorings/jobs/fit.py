"""Estimate the law on the panel, and write the posterior."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from moorings.core.digest import folder_digest, record_digest
from moorings.core.errors import InputError
from moorings.core.places import home
from moorings.jobs.opening import keep_compiled_code
from moorings.jobs.pool import FRESH
from moorings.systems.load import load_events, load_observations, load_system

FIRST_END, LAST_END = 1969, 2025
DRAWS, THINNED = 400, 100


@dataclass(frozen=True)
class Fitted:
    """A posterior that was written.

    Attributes
    ----------
    path
        The file; its description stands beside it.
    meta
        Last year seen, digests, diagnostics by equation.
    seconds
        What it took.
    """

    path: Path
    meta: dict[str, Any]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        rows = [{"equation": name, **row} for name, row in self.meta["equations"].items()]
        return {"schema": "moorings.fit/1", "end": self.meta["end"], "seconds": self.seconds, "rows": rows}


def law_digest() -> str:
    """Digest of the code that the fit rests on: the law's equations, and how they are learnt."""
    rooms = (Path(str(files(f"moorings.{room}"))) for room in ("model", "learn"))
    return record_digest([folder_digest(room, "*.py") for room in rooms])


def fit(
    end: int | None = None,
    progress: Callable[[str], None] = lambda line: None,
    folder: Path | None = None,
    draws: int = DRAWS,
) -> Fitted:
    """Fit every equation on all that was seen up to `end`, and write the posterior to `MOORINGS_HOME`.

    Parameters
    ----------
    end
        Last year seen; the newest one by default.
    progress
        Told the name of each equation as its fit begins.
    folder
        Where to write instead.
    draws
        Number of draws.

    Raises
    ------
    InputError
        For an `end` out of range, or without a panel, or a mirror to build it from.
    MooringsError
        Where the fit of the shared shocks has not converged.
    """
    end = LAST_END if end is None else end
    if not FIRST_END <= end <= LAST_END:
        raise InputError("--to", str(end), f"{FIRST_END} to {LAST_END}")
    keep_compiled_code()
    from moorings.data.panel import panel_status
    from moorings.learn.assemble import assemble
    from moorings.learn.fit import Task, fit_all
    from moorings.learn.posterior import published_constants, save_posterior

    begun = time.monotonic()
    system = load_system(FRESH)
    material = assemble(end, load_observations(system))
    coded = load_events(system, "patron_signals")
    task = Task(end, draws=draws, coded=coded, constants=published_constants())
    posterior = fit_all(material, task, progress)
    status = panel_status()
    digests = {
        "panel": str(status.digest),
        "system": system.digest,
        "code": law_digest(),
    }
    posterior.meta["digests"] = digests
    posterior.meta["version"] = version("moorings")
    path = (folder or home() / "posteriors") / f"posterior-{end}.npz"
    save_posterior(posterior, path)
    return Fitted(path, posterior.meta, time.monotonic() - begun)
