"""Ties and threats of the shipped system, as the law sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from moorings.jobs.network import network
from moorings.jobs.opening import Opened


def test_shares_of_a_threat_add_up(opened: Opened) -> None:
    rows = network(opened)
    for ally in opened.system.allies:
        shares = {row["other"]: row["value"] for row in rows if row["ally"] == ally and row["kind"] == "threat"}
        assert set(shares) <= set(opened.system.adversaries)
        assert sum(shares.values()) == pytest.approx(1)


def test_obligations_and_ties_are_those_of_the_start(opened: Opened) -> None:
    rows = network(opened)
    owed = {row["ally"]: row["value"] for row in rows if row["kind"] == "obligation"}
    assert (owed["JPN"], owed["NZL"], owed.get("TWN")) == (3, 1, None)
    tied = {(row["ally"], row["other"]): row["value"] for row in rows if row["kind"] == "tie"}
    assert tied["JPN", "AUS"] == tied["AUS", "JPN"] == 2
    assert all(value in (1, 2, 3) for value in tied.values())


def test_a_rival_weighs_more_than_a_state_that_is_none(opened: Opened) -> None:
    scene = opened.scene
    k = scene.pairs.index(("KOR", "PRK"))
    calm = scene.start._replace(rivalry=np.asarray(scene.start.rivalry) * (np.arange(len(scene.pairs)) != k))

    def share(of: Opened) -> float:
        return next(r["value"] for r in network(of) if (r["ally"], r["other"], r["kind"]) == ("KOR", "PRK", "threat"))

    assert share(opened) > share(replace(opened, scene=replace(scene, start=calm)))
