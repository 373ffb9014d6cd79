"""Where a source ends there is no event and no absence of one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from moorings.learn.assemble import Material
from moorings.learn.events import RECENT, Pairs, recent
from moorings.learn.history import Dyads

YEARS, STATES = 8, 4


@pytest.fixture
def material() -> Material:
    """Four states without any event; the source of pacts and rivalries ends after five years."""
    shape = (YEARS, STATES, STATES)
    fields: dict[str, Any] = dict.fromkeys(Dyads.__dataclass_fields__, np.zeros(shape))
    seen = np.ones(shape)
    seen[5:] = 0.0
    dyads = Dyads(**fields | {"pact_seen": seen, "rivalry_seen": seen})
    flat = np.zeros((YEARS, STATES))
    states = tuple("ABCD")
    found = SimpleNamespace(dyads=dyads, states=states, power=flat, ideal=flat, democracy=flat)
    return cast(Material, found)


def test_recent_years_are_the_last_that_are_known() -> None:
    use = np.ones((40, 3), dtype=bool)
    use[30:] = False
    found = recent(use).reshape(30, 3)
    np.testing.assert_array_equal(found[:, 0], np.arange(30) >= 30 - RECENT)


def test_without_rows_there_are_no_recent_ones() -> None:
    assert recent(np.zeros((5, 2), dtype=bool)).size == 0


def test_years_beyond_the_source_are_no_rows(material: Material) -> None:
    pairs = Pairs(material)
    use, _ = pairs.tie_begins()
    assert use[:4].all()
    assert not use[4:].any()
    assert np.isnan(pairs.later("rivalry")[4:]).all()


def test_a_pact_that_stands_when_the_source_ends_does_not_live_on_as_unbroken(material: Material) -> None:
    pact = np.zeros((YEARS, STATES, STATES))
    pact[:, 0, 1] = pact[:, 1, 0] = 1.0
    held = SimpleNamespace(**vars(material) | {"dyads": replace(material.dyads, pact=pact)})
    assert len(Pairs(cast(Material, held)).tie_ends().event) == 4
