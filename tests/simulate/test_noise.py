"""Noise keyed by name: standard, independent, and the same whoever else is there."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from moorings.model import shocks
from moorings.simulate.noise import Names, name_counters, seed_word, yearly_noise

YEARS, STATES, PAIRS = (2011, 2012, 2013), ("AAA", "BBB", "KKK"), (("AAA", "KKK"), ("AAA", "BBB"))


def noise(
    seed: int, members: int, states: tuple[str, ...] = STATES, pairs: tuple[tuple[str, str], ...] = PAIRS
) -> dict[str, np.ndarray]:
    names = Names(*(jnp.asarray(x) for x in name_counters(YEARS, states, pairs)))
    many = jax.vmap(lambda member: yearly_noise(jnp.asarray(seed_word(seed)), member, names))
    return {name: np.asarray(x) for name, x in jax.jit(many)(jnp.arange(members, dtype=jnp.uint32)).items()}


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    return noise(1, 3000)


def test_shapes(made: dict[str, np.ndarray]) -> None:
    for name, value in made.items():
        width = {"s": (3,), "p": (2,), "": ()}
        kind = "" if name in shocks.NORMAL_SHARED else "p" if name in shocks.UNIFORM_BY_PAIR else "s"
        assert value.shape == (3000, 3, *width[kind]), name
    count = sum(
        len(names)
        for names in (shocks.NORMAL_BY_STATE, shocks.NORMAL_SHARED, shocks.UNIFORM_BY_STATE, shocks.UNIFORM_BY_PAIR)
    )
    assert len(made) == count


def test_distributions(made: dict[str, np.ndarray]) -> None:
    for name, value in made.items():
        law = "norm" if name in (*shocks.NORMAL_BY_STATE, *shocks.NORMAL_SHARED) else "uniform"
        assert scipy.stats.kstest(value.ravel(), law).pvalue > 1e-4, name
    uniforms = made["dispute"]
    assert uniforms.min() > 0
    assert uniforms.max() < 1


def test_independence(made: dict[str, np.ndarray]) -> None:
    """Across equations, states, years and neighbouring members."""
    flat = np.concatenate([made[name].reshape(3000, -1) for name in shocks.NORMAL_BY_STATE], axis=1)
    shifted = np.concatenate([flat[:-1], flat[1:]], axis=1)
    found = np.corrcoef(shifted.T)
    np.fill_diagonal(found, 0)
    assert np.abs(found).max() < 5.5 / 3000**0.5


def test_others_do_not_matter(made: dict[str, np.ndarray]) -> None:
    more = noise(1, 5, ("ZZZ", "BBB", "AAA", "KKK"), (("ZZZ", "KKK"), ("BBB", "AAA"), ("AAA", "KKK")))
    np.testing.assert_array_equal(more["gdp"][:, :, [2, 1, 3]], made["gdp"][:5])
    np.testing.assert_array_equal(more["nuclear_up"][:, :, [2, 1, 3]], made["nuclear_up"][:5])
    np.testing.assert_array_equal(more["dispute"][:, :, [2, 1]], made["dispute"][:5])
    np.testing.assert_array_equal(more["shared gdp"], made["shared gdp"][:5])


def test_another_seed_is_another_world(made: dict[str, np.ndarray]) -> None:
    other = noise(2, 5)
    assert all(not np.isclose(other[name], made[name][:5]).any() for name in made)
