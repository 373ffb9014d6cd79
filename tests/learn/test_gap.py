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
    found = _apart(material, gap)
    np.testing.assert_array_equal(found[~ally], 0.0)
    np.testing.assert_allclose(found.sum(axis=1), 0.0, atol=1e-12)
    # a shock that comes to all allies of a year tells nothing, one to a single ally does
    shared = np.where(ally, gap + random.standard_normal((years, 1)), 0.0)
    np.testing.assert_allclose(_apart(material, shared), found)
    gap[3, 2] += 1.0
    np.testing.assert_allclose(_apart(material, gap)[3, :5] - found[3, :5], [-0.2, -0.2, 0.8, -0.2, -0.2])
