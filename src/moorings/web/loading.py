"""What computations import, loaded before they can be cut off: a module cut off half-way stays broken to the end."""

from __future__ import annotations

from functools import cache
from importlib import import_module

MODULES = (
    *("polars", "duckdb", "scipy.stats"),
    *(f"moorings.jobs.{name}" for name in ("forecast", "measure", "paths", "network", "answers", "scenarios")),
    *(f"moorings.jobs.{name}" for name in ("ask", "signposts", "check", "explain", "analogues", "backtest")),
    *(f"moorings.jobs.{name}" for name in ("readings", "reach", "base_rates", "trust")),
    *(f"moorings.simulate.{name}" for name in ("start", "assumptions", "engine", "frozen", "levers", "outlook")),
    *("moorings.simulate.trajectory", "moorings.simulate.coupling", "moorings.score.statistical"),
    *(f"moorings.learn.{name}" for name in ("parameters", "posterior", "decades", "attribution", "windows")),
    *("moorings.data.panel", "moorings.data.arrays", "moorings.ask.evidence", "moorings.ask.probability"),
)


@cache
def load() -> None:
    """Import them, once."""
    for name in MODULES:
        import_module(name)
