"""Accessions are learnt: known parameters come back, and years count once however many allies move together."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from moorings.learn import accession as learn
from moorings.model import accession

TRUE = {
    "gain": jnp.array([-1.5, 0.8, 0.3]),
    "loss": jnp.array([-3.0, 0.3, -0.2]),
    "gained": jnp.array([[[1.0, 0.0], [1.0, 1.0], [2.0, 2.0], [4.0, 0.0]]] * 2),
    "lost": jnp.array([[[1.0, 1.0], [3.0, 0.0]]] * 2),
    "rho": jnp.array(0.85),
}


@pytest.fixture(scope="module")
def made() -> learn.Jumps:
    """A history of two blocs of six and four allies that stand alone, over 120 years, by the law itself."""
    random = np.random.default_rng(5)
    size, years = 16, 120
    pacts = np.zeros((size, size + 30))
    pacts[:6, :6], pacts[6:12, 6:12] = 1.0, 1.0
    pacts[:6, 16:28], pacts[6:12, 28:40] = 1.0, 1.0
    common = accession.overlap(pacts)
    root = accession.root(common)
    partners = np.tile([2.0, 5.0, 10.0, 20.0], 4)
    counts = np.stack([partners, partners], axis=1)
    nets = []
    for _ in range(years):
        shared, own = random.normal(size=(2, size))
        order = accession.order(TRUE, jnp.asarray(root @ shared), jnp.asarray(own))
        nets.append(accession.jump(TRUE, jnp.asarray(counts.T), jnp.asarray(common.sum(axis=1)), order).T)
    i, j = np.triu_indices(size, 1)
    near = common[i, j] > 0
    pairs = np.concatenate([t * size + np.stack([i[near], j[near]], axis=1) for t in range(years)])
    return learn.Jumps(
        np.tile(counts, (years, 1)),
        np.concatenate(nets),
        np.tile(1 / common.sum(axis=1), years),
        pairs,
        np.tile(common[i, j][near], years),
        np.repeat(np.arange(years), size),
    )


def test_known_parameters_come_back(made: learn.Jumps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "jumps", lambda material: made)
    group, report = learn.fit_accession(None, 400, 1)  # type: ignore[arg-type]
    for name in accession.JUMPS:
        error = group[name].mean(axis=0) - np.asarray(TRUE[name])
        assert np.all(np.abs(error) < 3 * group[name].std(axis=0)), name
    assert abs(group["rho"].mean() - 0.85) < 3 * group["rho"].std()
    assert group["gained"][:, 1].mean(axis=(0, 1)) == pytest.approx([2.0, 0.75], abs=0.4)
    assert report["gain_events"] == (made.net[:, 0] > 0).sum()


def test_allies_of_one_pact_count_once(made: learn.Jumps) -> None:
    # two blocs that overlap wholly, and four allies alone
    assert made.weight.sum() == pytest.approx(120 * 6)
