"""Jumps of the number of partners: how often, how many, and by whom together."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from moorings.model import accession

PARAMS = {
    "gain": jnp.array([-1.0, 0.5, 0.2]),
    "loss": jnp.array([-2.0, 0.0, -0.2]),
    "gained": jnp.array([[[9.0, 0.0]] * 4, [[1.0, 0.0], [2.0, 2.0], [3.0, 0.0], [6.0, 6.0]]]),
    "lost": jnp.array([[[1.0, 0.0], [4.0, 4.0]]] * 2),
    "rho": jnp.array(0.8),
}

ALONE = jnp.array(1.0)


def test_company_counts() -> None:
    alone, many = (accession.probability(PARAMS["gain"], jnp.array(9.0), jnp.array(k)) for k in (1.0, 10.0))
    assert many > alone


def test_overlap_is_the_share_of_common_partners() -> None:
    # the first two have a pact with each other and with the fourth state; the third has none
    pacts = np.array([[0.0, 1, 0, 1, 0], [1, 0, 0, 1, 1], [0, 0, 0, 0, 0]])
    found = accession.overlap(pacts)
    # {1, 2, 4} against {1, 2, 4, 5}
    assert found[0, 1] == pytest.approx(3 / 4)
    np.testing.assert_allclose(found[2], [0, 0, 1])


def test_the_root_gives_the_overlaps_back() -> None:
    overlaps = accession.overlap((np.random.default_rng(1).uniform(size=(8, 20)) < 0.4) * 1.0)
    root = accession.root(overlaps)
    np.testing.assert_allclose(root @ root.T, overlaps, atol=1e-9)


def test_jumps_come_as_often_and_as_large_as_the_parameters_say() -> None:
    random = np.random.default_rng(2)
    count = 200_000
    partners = jnp.full((2, count), 9.0)
    drawn = (jnp.asarray(random.normal(size=count)) for _ in range(2))
    moved = accession.jump(PARAMS, partners, ALONE, accession.order(PARAMS, *drawn))
    net, unprotected = np.asarray(moved)
    gain, loss = (float(accession.probability(PARAMS[name], jnp.array(9.0), ALONE)) for name in accession.JUMPS)
    assert (net > 0).mean() == pytest.approx(gain, abs=4 * np.sqrt(gain / count))
    assert (net < 0).mean() == pytest.approx(loss, abs=4 * np.sqrt(loss / count))
    # sizes 1, 2, 3, 6 in equal parts
    assert net[net > 0].mean() == pytest.approx(3.0, abs=4 * 1.9 / np.sqrt(gain * count))
    # and those of 2 and of 6 are with states that the patron does not protect
    np.testing.assert_array_equal(unprotected[net > 0], np.where(np.isin(net, (2, 6)), net, 0.0)[net > 0])


def test_who_has_no_unprotected_partner_jumps_by_sizes_of_its_own() -> None:
    partners = jnp.array([[9.0, 9.0], [0.0, 1.0]])
    net = np.asarray(accession.jump(PARAMS, partners, ALONE, jnp.ones(2)))
    np.testing.assert_array_equal(net, [[9.0, 6.0], [0.0, 6.0]])


def test_members_may_stand_last_each_with_its_own_sizes() -> None:
    partners = jnp.array([[9.0, 9.0], [0.0, 1.0]])
    other = {name: value + 1.0 for name, value in PARAMS.items()} | {"rho": PARAMS["rho"]}
    order = jnp.array([[0.99, 0.02, 0.98], [0.01, 0.97, 0.5]])
    each = [PARAMS, other, PARAMS]
    alone = [accession.jump(p, partners, ALONE, order[:, k]) for k, p in enumerate(each)]
    side_by_side = {name: jnp.stack([p[name] for p in each], axis=-1) for name in PARAMS}
    found = accession.jump(side_by_side, partners[..., None], ALONE, order)
    np.testing.assert_array_equal(found, np.stack(alone, axis=-1))
    assert np.any(found != 0)


def test_no_one_loses_more_partners_than_it_has() -> None:
    partners = jnp.array([[0.0, 2.0], [0.0, 1.0]])
    net = accession.jump(PARAMS, partners, ALONE, jnp.zeros(2))
    np.testing.assert_array_equal(net, -np.asarray(partners))


def test_allies_of_the_same_pacts_jump_together() -> None:
    random = np.random.default_rng(3)
    together, own, other = random.normal(size=(3, 20_000))
    partners = jnp.full((2, 20_000), 9.0)
    orders = (accession.order(PARAMS, jnp.asarray(together), jnp.asarray(each)) for each in (own, other))
    first, second = (np.asarray(accession.jump(PARAMS, partners, ALONE, order))[0] > 0 for order in orders)
    assert (first & second).mean() > 1.5 * first.mean() * second.mean()
