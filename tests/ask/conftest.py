"""Small made-up worlds: random but seeded paths for a patron, allies, adversaries and a partner."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from moorings.core.variables import VARIABLES
from moorings.simulate.ensemble import Ensemble
from moorings.systems.system import Headline, System

STATES = ("USA", "JPN", "KOR", "TWN", "PHL", "CHN", "PRK", "IND")
ALLIES, RATED, ADVERSARIES = ("JPN", "KOR", "TWN", "PHL"), ("JPN", "KOR", "PHL"), ("CHN", "PRK")
YEARS = tuple(range(2025, 2037))
FLAGS = ("new_pact", "pact_ends", "separate_peace", "dispute", "supported", "abandoned")

World = Callable[..., Ensemble]


def _paths(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    walk = rng.normal(0, 0.4, shape).cumsum(axis=1)
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) / (1 + np.exp(-walk))
    return np.exp(walk) * 1000 if low == 0 else walk


def _values(rng: np.random.Generator, members: int) -> dict[str, np.ndarray]:
    shape = (members, len(YEARS), len(STATES))
    values = {v.name: _paths(rng, shape, v.low, v.high) for v in VARIABLES.values() if not v.paired}
    values["nuclear_rung"] = np.floor(values["nuclear_rung"])
    values["drift"] -= values["drift"][:, :1]
    values["troops"][:, 0] = [np.nan, 50_000, 24_000, 30, 250, np.nan, np.nan, np.nan]
    values["troops"][:, 1:] = values["troops"][:, :1] * np.exp(
        rng.normal(-0.3, 0.5, (members, len(YEARS) - 1, len(STATES)))
    )
    for name in ("drift", "tether"):
        values[name][:, :, [STATES.index(s) for s in STATES if s not in RATED]] = np.nan
    return values


def _pairs(rng: np.random.Generator, members: int) -> dict[str, np.ndarray]:
    shape = (members, len(YEARS), len(STATES), len(STATES))
    pairs = {flag: (rng.random(shape) < 0.03).astype(float) for flag in FLAGS}
    for flags in pairs.values():
        flags[:, 0] = 0
    return pairs | {"tie": rng.integers(0, 4, shape).astype(float)}


def _create(members: int = 400, draws: int = 40, seed: int = 1) -> Ensemble:
    rng = np.random.default_rng(seed)
    return Ensemble(
        "toy", "USA", ALLIES, RATED, ADVERSARIES, YEARS, STATES, np.arange(members) % draws,
        _values(rng, members), _pairs(rng, members), np.full(members, 1 / members),
    )  # fmt: skip


@pytest.fixture(scope="session")
def create_world() -> World:
    return _create


@pytest.fixture(scope="session")
def world() -> Ensemble:
    return _create()


@pytest.fixture(scope="session")
def system() -> System:
    headline = (Headline("both", "Do both drift?", "noticeable_drift(JPN) in 2036 and noticeable_drift(KOR) in 2036"),)
    return System(
        "toy", "A toy", "USA", ALLIES, ADVERSARIES, ("IND",), RATED, 2025, 2036, headline, (), None, "0" * 64
    )  # fmt: skip


@pytest.fixture
def quiet() -> Ensemble:
    """Three members in which nothing happens; a test writes into its arrays what is to happen."""
    world = _create(members=3, draws=3)
    for flags in world.pairs.values():
        flags[:] = 0
    for name in ("drift", "nuclear_rung"):
        world.values[name][~np.isnan(world.values[name])] = 0
    world.values["troops"][:, 1:] = world.values["troops"][:, :1]
    return world
