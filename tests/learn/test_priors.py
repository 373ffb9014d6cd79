"""Every prior has a reason, a kind that exists, and a distribution that keeps to it."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from moorings.learn import priors
from moorings.learn.fit import _draw, _unconstrained
from moorings.learn.priors import MARGIN_PRIORS, Prior
from moorings.model.shocks import MARGINS

TABLES = {name: table for name, table in vars(priors).items() if name.endswith("_PRIORS") and name != "MARGIN_PRIORS"}
TABLES |= {f"margin {name}": table for name, table in MARGIN_PRIORS.items()}
EVERY = {f"{table}: {name}": prior for table, rows in TABLES.items() for name, prior in rows.items()}
EVERY |= {"gap of hazards": priors.HAZARD_GAP, "persistence": priors.SHARED_PERSISTENCE}


@pytest.mark.parametrize("prior", EVERY.values(), ids=EVERY)
def test_each_is_stated_and_valid(prior: Prior) -> None:
    assert len(prior.reason.split()) >= 3
    assert prior.kind in ("real", "positive", "unit")
    assert prior.sd > 0
    assert prior.kind == "real" or prior.centre > 0
    assert prior.kind != "unit" or prior.centre < 1


@pytest.mark.parametrize("kind", ["real", "positive", "unit"])
def test_both_ways_of_drawing_agree(kind: str) -> None:
    prior = Prior(kind, 0.3, 0.5, "for this test")
    plain = _draw(prior, 20_000, np.random.default_rng(1))
    numpyro = np.asarray(prior.distribution().sample(jax.random.PRNGKey(1), (20_000,)))
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    np.testing.assert_allclose(np.quantile(plain, levels), np.quantile(numpyro, levels), atol=0.03)
    assert np.median(plain) == pytest.approx(0.3, abs=0.02)
    assert _unconstrained(kind, plain).std() == pytest.approx(0.5, rel=0.03)


def test_every_margin_has_its_priors() -> None:
    assert set(MARGIN_PRIORS) == set(MARGINS)


def test_an_elasticity_may_have_either_sign() -> None:
    gaps = [table["gap"] for table in TABLES.values() if "gap" in table]
    assert gaps
    assert all(prior.kind == "real" and prior.centre == 0 for prior in (*gaps, priors.HAZARD_GAP))
