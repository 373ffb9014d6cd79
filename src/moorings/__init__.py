"""How tightly each ally is tied to its patron: measured, forecast, scored.

The jobs of the command line are functions here, loaded when first used::

    import moorings as mo
    forecast = mo.forecast("east-asia", set={"troops(KOR)": "-50%"})
    forecast.probability("noticeable_drift(KOR) in 2036")
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Any

# `ask` is a room of its own; in Python a question is put to a forecast: `forecast.probability(event)`.
JOBS = ("forecast", "measure", "compare", "levers", "explain", "analogues", "fit")

__version__ = version("moorings")
__all__ = ["JOBS", "__version__"]


def __getattr__(name: str) -> Callable[..., Any]:
    """Load a job when it is first asked for (PEP 562)."""
    if name not in JOBS:
        raise AttributeError(f"module 'moorings' has no attribute {name!r}")
    job: Callable[..., Any] = getattr(import_module(f"moorings.jobs.{name}"), name)
    return job


def __dir__() -> list[str]:
    """Names of this module, the jobs among them."""
    return sorted([*globals(), *JOBS])
