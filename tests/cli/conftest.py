"""Stand-ins for the jobs, so that the faces are tested without a simulation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Protocol

import pytest


class Answer:
    """What a job returns."""

    def __init__(self, record: dict[str, Any], **more: Any) -> None:
        self.record = record
        vars(self).update(more)

    def to_json(self) -> dict[str, Any]:
        return self.record


class Stand(Protocol):
    """Puts a function in the place of a job."""

    def __call__(self, name: str, function: Callable[..., Any], verb: str = "") -> None: ...


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Put a function in the place of a job; `verb` is its name where a module has several."""

    def put(name: str, function: Callable[..., Any], verb: str = "") -> None:
        module = ModuleType(f"moorings.jobs.{name}")
        module.__spec__ = ModuleSpec(module.__name__, None)
        setattr(module, verb or name, function)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return put


@pytest.fixture
def measured() -> dict[str, Any]:
    """A small answer of `measure`, with a value that JSON cannot hold."""
    row = {"patron": "USA", "state": "JPN", "year": 2025, "variable": "tether", "mean": 0.1 + 0.2}
    return {"schema": "moorings.measure/1", "system": "east-asia", "rows": [row | {"q05": float("nan"), "q95": 1.0}]}
