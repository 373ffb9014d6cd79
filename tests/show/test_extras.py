from __future__ import annotations

import numpy as np

from moorings.show.extras import CLOUD, cloud, sources
from moorings.simulate.ensemble import Ensemble
from moorings.systems.load import load_system


def members(drift: np.ndarray, weights: np.ndarray) -> Ensemble:
    values = {name: np.repeat(drift[:, None, None], 2, axis=2) for name in ("drift", "autonomy")}
    who = ("made-up", "USA", ("JPN",), ("JPN",), (), (2036,), ("USA", "JPN"))
    return Ensemble(*who, np.arange(len(drift)), values, {}, weights)


def test_the_cloud_follows_the_weights() -> None:
    rows = cloud(members(np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.0, 0.5])))
    drawn = [row["drift"] for row in rows]
    assert len(drawn) == CLOUD
    assert drawn.count(0.0) == CLOUD / 2
    assert 1.0 not in drawn


def test_missing_members_are_not_drawn() -> None:
    rows = cloud(members(np.array([np.nan, 1.0]), np.array([0.5, 0.5])))
    assert {row["drift"] for row in rows} == {1.0}


def test_sources_are_named_once_without_editions() -> None:
    named = sources(load_system("east-asia")).split("; ")
    assert len(named) == len(set(named))
    assert "SIPRI Military Expenditure Database" in named
    assert not any("agreements" in name or "treaty" in name for name in named)
