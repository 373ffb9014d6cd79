"""A made-up forecast in the contract's form: numbers are invented, shapes are not."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from rich.console import Console

ALLIES = {"JPN": 0.2, "KOR": 0.9, "AUS": 0.1, "PHL": 1.1, "THA": 0.7, "NZL": 0.3}
SIZES = {"noticeable": 1.0, "marked": 2.0}
LEVELS = {"mean": 0.0, "q05": -1.645, "q25": -0.674, "q50": 0.0, "q75": 0.674, "q95": 1.645}


def fan(state: str, variable: str, unit: str, centre: float, spread: float) -> list[dict[str, Any]]:
    """Quantiles that move to `centre` and open to `spread` by 2036."""
    rows = []
    for year in range(2025, 2037):
        share = (year - 2025) / 11
        levels = {name: centre * share + z * spread * share**0.5 for name, z in LEVELS.items()}
        rows.append({"state": state, "variable": variable, "unit": unit, "year": year, **levels})
    return rows


def raised(rows: list[dict[str, Any]], level: float) -> list[dict[str, Any]]:
    return [row | {name: row[name] + level for name in LEVELS} for row in rows]


def event(text: str, probability: float, base_rate: float | None) -> dict[str, Any]:
    words = "unlikely" if 0.2 <= probability < 0.45 else "likely" if probability >= 0.55 else "very unlikely"
    low, high = max(0.0, probability - 0.1), probability + 0.12
    return {"event": text, "probability": probability, "low": low, "high": high, "words": words, "base_rate": base_rate}


def printed(parts: Iterable[Any], width: int = 110) -> str:
    """What a reader sees on a console of some width."""
    console = Console(width=width, file=io.StringIO())
    for part in parts:
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def record() -> dict[str, Any]:
    """The JSON of a forecast of East Asia, made up."""
    return example()


def example() -> dict[str, Any]:
    """The same, as a function."""
    sd = "standard deviations"
    series = [row for state, move in ALLIES.items() for row in fan(state, "drift", sd, move, 0.9)]
    for state, move in ALLIES.items():
        series += raised(fan(state, "tether", sd, -move, 0.9), 0.4)
        series += fan(state, "withdrawal", sd, 0.2, 0.5) + fan(state, "autonomy", sd, 0.6 - move / 3, 0.6)
    series += raised(fan("TWN", "burden", "share of GDP", 0.012, 0.004), 0.021)
    series += raised(fan("TWN", "arms_dependence", "share of arms imports", -0.05, 0.04), 0.9)
    series += raised(fan("TWN", "threat", "log constant 2021 international $", 0.5, 0.3), 27.1)
    chances = {"JPN": 0.11, "KOR": 0.31, "AUS": 0.12, "PHL": 0.58, "THA": 0.3, "NZL": 0.14}
    events = [
        event(f"{size}_drift({state}) in 2036", chance / threshold**2, 0.22 / threshold**2)
        for state, chance in chances.items()
        for size, threshold in SIZES.items()
    ]
    events.append(event("new_pact(JPN, KOR) by 2036", 0.06, 0.03))
    noise = np.random.default_rng(1)
    return {
        "schema": "moorings.forecast/1",
        "system": "east-asia",
        "from": 2025,
        "to": 2036,
        "members": 4000,
        "seed": 1,
        "set": {},
        "given": [],
        "digests": {"system": "a" * 64, "posterior": "b" * 64, "code": "c" * 64},
        "last_seen": {state: {"burden": 2024, "troops": 2025, "ideal_point": 2024} for state in ALLIES},
        "definitions": "tether/1",
        "series": series,
        "events": events,
        "title": "East Asia and the United States",
        "patron": "USA",
        "rated": list(ALLIES),
        "unrated": ["TWN"],
        "headline": [{"name": "pact", "title": "An alternative structure?", "event": "new_pact(JPN, KOR) by 2036"}],
        "strands": [{"state": state, "strand": "suppliers", "share": 0.4} for state in ALLIES]
        + [{"state": "KOR", "strand": "partners", "share": 0.5}],
        "measure": [
            {
                "patron": "USA",
                "state": state,
                "year": year,
                "variable": "drift",
                "mean": value,
                "q05": value,
                "q95": value,
            }
            for state in ALLIES
            for year, value in zip(range(2010, 2026), np.append(0.2 * noise.normal(size=15).cumsum(), 0.0), strict=True)
        ],
        "cloud": [
            {"state": state, "drift": move + 0.9 * noise.normal(), "autonomy": 0.6 - move / 3 + 0.6 * noise.normal()}
            for state, move in ALLIES.items()
            for _ in range(40)
        ],
        "trust": "made-up numbers, to be believed by no one.",
        "cut_off": "2026-10",
    }
