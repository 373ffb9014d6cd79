"""Made-up systems, observations and parameters: each number is drawn from a stream named after what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from moorings.core.streams import stream
from moorings.data.arrays import to_arrays
from moorings.learn.margins import quantiles
from moorings.learn.priors import ARMS_PRIORS, MARGIN_PRIORS, Prior
from moorings.model.hazards import FEATURES
from moorings.model.shocks import TIES
from moorings.simulate import engine
from moorings.simulate.assumptions import DEFAULT_SHARE
from moorings.simulate.start import Scene, set_scene
from moorings.systems.system import System

Params = dict[str, dict[str, NDArray[np.float64]]]
FIRST, START, END = 1990, 2010, 2014
DRAWS = 6


def named(*names: object) -> np.random.Generator:
    """A generator for one name."""
    return np.random.default_rng(stream(*names))


def tiny_system(
    allies: tuple[str, ...] = ("AAA", "BBB"),
    adversaries: tuple[str, ...] = ("KKK",),
    partners: tuple[str, ...] = ("PPP",),
) -> System:
    """A patron with a few allies, one adversary, one partner."""
    return System(
        name="tiny",
        title="A made-up system",
        patron="USA",
        allies=allies,
        adversaries=adversaries,
        partners=partners,
        rated=allies,
        start=START,
        end=END,
        headline=(),
        assumptions=(),
        folder=None,
        digest="",
    )


LEVELS = {"gdp": (27.0, 0.02), "burden": (-3.8, 0.08), "ideal_point": (0.5, 0.1), "arms_imports": (6.0, 0.1)}
LEVELS |= {"arms_delivered": (5.0, 0.05), "arms_on_order": (5.2, 0.05)}
LOGS = ("gdp", "burden", "arms_imports", "arms_delivered", "arms_on_order")


def tiny_observations(system: System, until: int = END) -> pl.DataFrame:
    """Tidy observations of a made-up system: random walks, each from a stream of its own."""
    rows = [row for state in system.states for row in _state_rows(state, until)]
    rows += [row for ally in system.allies for row in _ally_rows(ally, system.patron, until)]
    rows += [row for pair in _pairs(system.states) for row in _pair_rows(pair, system.adversaries, until)]
    columns = ("state", "other", "year", "variable", "value", "note")
    schema = dict.fromkeys(columns, pl.String) | {"year": pl.Int64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _years(until: int) -> range:
    return range(FIRST, until + 1)


def _state_rows(state: str, until: int) -> Iterable[tuple[object, ...]]:
    for name, (level, step) in LEVELS.items():
        walk = level + np.cumsum(step * named(state, name).standard_normal(END - FIRST + 1))
        values = np.exp(walk) if name in LOGS else walk
        yield from (
            (state, None, year, name, float(value), None) for year, value in zip(_years(until), values, strict=False)
        )
    yield state, None, FIRST, "polyarchy", float(named(state, "polyarchy").uniform()), None
    yield state, None, FIRST, "nuclear_rung", 0.0, None


def _ally_rows(ally: str, patron: str, until: int) -> Iterable[tuple[object, ...]]:
    random = named(ally, patron)
    troops = np.expm1(8.0 + np.cumsum(0.2 * random.standard_normal(END - FIRST + 1)))
    shares = np.clip(0.6 + np.cumsum(0.03 * random.standard_normal(END - FIRST + 1)), 0.0, 1.0)
    for year, men, share in zip(_years(until), troops, shares, strict=False):
        yield ally, patron, year, "troops", float(men), None
        yield ally, patron, year, "arms_dependence", float(share), None
    sent = named(ally, patron, "orders").uniform(10.0, 60.0, (END - FIRST + 1, 2))
    for year, (delivered, ordered) in zip(_years(until), sent, strict=False):
        yield ally, patron, year, "supplier_delivered", float(delivered), None
        yield ally, patron, year, "supplier_on_order", float(ordered), None
    yield ally, patron, FIRST, "obligation", 3.0, None


def _pairs(states: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(a, b) for a in sorted(states) for b in sorted(states) if a < b]


def _pair_rows(pair: tuple[str, str], adversaries: tuple[str, ...], until: int) -> Iterable[tuple[object, ...]]:
    a, b = pair
    rivals = any(state in adversaries for state in pair)
    values = {"distance": 500 + 3000 * named(a, b).uniform(), "contiguity": 0.0, "rivalry": float(rivals), "tie": 0.0}
    for name, value in values.items():
        yield a, b, FIRST, name, value, None
    for year in _years(until):
        yield a, b, year, "disputes", float(named(a, b, year).uniform() < 0.1 * rivals), None


def tiny_scene(system: System | None = None, observations: pl.DataFrame | None = None) -> Scene:
    """A made-up system at its start; nothing later is read."""
    system = tiny_system() if system is None else system
    rows = tiny_observations(system) if observations is None else observations
    return set_scene(system, to_arrays(rows, system.states, range(FIRST, system.start + 1)))


@contextmanager
def small_chunks() -> Iterator[None]:
    """Chunks of few members, so that a tiny run does not pay for hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CHUNK", 16)
        yield


def made_up_params(states: tuple[str, ...], draws: int = DRAWS) -> Params:
    """Parameters with every part of the law at work and events that are not rare."""
    params = {name: _margin(name, draws) for name in MARGIN_PRIORS}
    params["arms"] = _centres(ARMS_PRIORS, draws) | {"gap": _about("arms gap", -0.02, 0.01, draws)}
    params["orders"] = {
        "due": np.tile([0.2, 0.4, 0.6, 0.6, 0.2], (draws, 1)),
        "open": np.tile([2.0, 8.0, 15.0, 25.0, 10.0], (draws, 1)),
        "surer": np.tile([-0.5, -0.3, -0.1, -0.1, 0.0], (draws, 1)),
    }
    params |= {name: _hazard(name, draws) for name in FEATURES}
    params |= {name: {"rate": np.full(draws, 0.05)} for name in ("nuclear_down", "rivalry_ends")}
    for name in TIES:
        params[name] |= {"shared_year": np.full(draws, 0.3), "shared_state": np.full(draws, 0.7)}
    params["obligation_ends"] |= {"intercept": np.full(draws, -4.0), "ally_share": np.full(draws, 0.5)}
    peace = {"intercept": -4.0, "rivalry": 1.0, "gap": 0.2, "standing": 0.1}
    params["separate_peace"] = {name: np.full(draws, value) for name, value in peace.items()}
    params["accession"] = {
        "gain": np.tile([-1.0, 0.3, 0.1], (draws, 1)),
        "loss": np.tile([-2.0, 0.0, -0.1], (draws, 1)),
        "gained": np.tile([[1.0, 0.0], [1.0, 1.0], [2.0, 2.0], [5.0, 0.0]], (draws, 2, 1, 1)),
        "lost": np.tile([[1.0, 1.0], [2.0, 1.0]], (draws, 2, 1, 1)),
        "rho": np.full(draws, 0.8),
    }
    params["gap"] = {"centre": np.zeros(draws), "sd": np.ones(draws)}
    params["shared"] = {"rho": np.full((draws, 5), 0.08), "persistence": np.full(draws, 0.35)}
    params["test"] = {
        "supported": np.full(draws, 0.1),
        "abandoned": np.full(draws, 0.4),
        "travels": np.full(draws, 0.3),
    }
    params["commitment"] = _commitment(states, draws)
    params["tether"] = made_up_tether(draws)
    params["assumed"] = {"power": np.zeros((draws, len(states))), "region_share": np.full(draws, DEFAULT_SHARE)}
    return params


def _about(name: str, centre: float, sd: float, draws: int) -> NDArray[np.float64]:
    return centre + sd * named(name).standard_normal(draws)


def _centres(table: dict[str, Prior], draws: int) -> dict[str, NDArray[np.float64]]:
    return {name: np.full(draws, prior.centre) for name, prior in table.items()}


def _margin(name: str, draws: int) -> dict[str, NDArray[np.float64]]:
    fixed = {"pooled": 0.01, "centre": 0.0, "spread": 1.0, "floor": -6.0, "ceiling": 0.0, "home": 0.0}
    params = _centres(MARGIN_PRIORS[name], draws) | {key: np.full(draws, value) for key, value in fixed.items()}
    params["drift"] = _about(f"{name} drift", 0.0, 0.01, draws)
    extra = {
        "troops": {"lift": 0.05, "surge": 0.5, "surge_skew": -0.3},
        "burden": {"demand": 0.15, "gap": 0.02, "fellows": 0.03},
        "ideal": {"gap": -0.02, "back": 0.01, "fellows": 0.03},
    }
    params |= {key: np.full(draws, value) for key, value in extra.get(name, {}).items()}
    return params | quantiles(params)


def _hazard(name: str, draws: int) -> dict[str, NDArray[np.float64]]:
    many = len(FEATURES[name])
    # positive, so that more commitment means more support
    weights = np.broadcast_to(0.2 * np.abs(named(name).standard_normal(many)), (draws, many))
    scale = {"mean": np.zeros((draws, many)), "sd": np.ones((draws, many))}
    of_allies = {"ally": np.zeros(draws), "standing": np.full(draws, 0.1), "gap": np.full(draws, 0.2)}
    return {"intercept": np.full(draws, -2.0), "weights": weights} | of_allies | scale


def _commitment(states: tuple[str, ...], draws: int) -> dict[str, NDArray[np.float64]]:
    def by_state(what: str, scale: float) -> NDArray[np.float64]:
        return np.stack([scale * named(state, what).standard_normal(draws) for state in states], axis=1)

    plain = {"step": 0.12, "common": 0.05, "rate": 0.3, "troops_sd": 2.0, "pact_sd": 1.0}
    plain |= {"loading_troops": 0.5, "loading_pact": 0.5}
    gains = {f"gain_{signal}": np.full((draws, len(states)), 0.1) for signal in ("troops", "pact")}
    start = {"start": by_state("start", 1.0), "lag": by_state("lag", 0.2)}
    return {name: np.full(draws, value) for name, value in plain.items()} | gains | start


def made_up_tether(draws: int) -> dict[str, NDArray[np.float64]]:
    """Constants of the strands, and the sds of withdrawal and autonomy."""
    names = ("sd troops", "sd obligation", "sd backbone", "sd commitment", "unit withdrawal", "sd burden")
    strands = {
        "sd": [0.49, 0.28, 0.56, 0.36, 0.42, 0.27],
        "weights": [1.0] * 6,
        "centre": [0.5, 0.4, 0.2, 0.1, 0.0, 0.0],
    }
    table = {name: np.tile(value, (draws, 1)) for name, value in strands.items()}
    return table | {"unit": np.full(draws, 0.41)} | {name: np.full(draws, 0.5) for name in names}
