"""The gap that elasticities are learnt from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from moorings.learn.fit import _apart
from moorings.learn.history import PATRONS


def test_elasticities_are_learnt_from_what_allies_of_one_year_do_not_share() -> None:
    years, states = 12, 9
    random = np.random.default_rng(4)
    obligation = np.zeros((years, states, len(PATRONS)))
    obligation[:, :5, PATRONS.index("USA")] = 3.0
    obligation[6:, 5, PATRONS.index("USA")] = 3.0
    obligation[:, 6, PATRONS.index("GBR")] = 3.0
    ally = obligation[:, :, PATRONS.index("USA")] > 0
    gap = np.where(ally, random.standard_normal((years, states)), 0.0)
    material: Any = SimpleNamespace(obligation=obligation)
    standing, moved = _apart(material, gap)
    for found in (standing, moved):
        np.testing.assert_array_equal(found[~ally], 0.0)
    np.testing.assert_allclose((standing + moved).sum(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose(moved.sum(axis=0), 0.0, atol=1e-12)
    assert np.ptp(standing[:, 2]) == 0
    # a shock that comes to all allies of a year tells nothing, one to a single ally does
    shared = np.where(ally, gap + random.standard_normal((years, 1)), 0.0)
    np.testing.assert_allclose(_apart(material, shared), (standing, moved))
    gap[3, 2] += 1.0
    after = _apart(material, gap)
    apart = np.array([-0.2, -0.2, 0.8, -0.2, -0.2])
    np.testing.assert_allclose(after[0][3, :5] - standing[3, :5], apart / years)
    np.testing.assert_allclose(after[1][3, :5] - moved[3, :5], apart * (1 - 1 / years))
    # where an ally stands for good is no move
    gap[:, 1] += 3.0
    np.testing.assert_allclose(_apart(material, gap)[1][:6], after[1][:6], atol=0.1)
