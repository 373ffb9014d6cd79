"""Laplace and Newton on problems whose answer is known."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest

from moorings.core.errors import MooringsError
from moorings.learn.hazards import newton
from moorings.learn.laplace import laplace

VALUES = jnp.asarray([1.0, 2.0, 4.5])


def normal_model(values: jax.Array) -> None:
    mu = numpyro.sample("mu", dist.Normal(0.5, 2.0))
    numpyro.sample("y", dist.Normal(mu, 1.5), obs=values)


def test_a_normal_model_is_exact() -> None:
    precision = 1 / 2.0**2 + 3 / 1.5**2
    mean = (0.5 / 2.0**2 + float(VALUES.sum()) / 1.5**2) / precision
    found = laplace(normal_model, (VALUES,), 4000, 1)
    assert float(found.mode["mu"]) == pytest.approx(mean, rel=1e-8)
    assert found.gradient < 1e-6
    assert found.condition == 1
    sd = precision**-0.5
    assert found.draws["mu"].mean() == pytest.approx(mean, abs=4 * sd / 4000**0.5)
    assert found.draws["mu"].std() == pytest.approx(sd, rel=4 / 8000**0.5)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, two, other = (laplace(normal_model, (VALUES,), 5, seed).draws["mu"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_constrained_sites_keep_to_their_range() -> None:
    def model(values: jax.Array) -> None:
        sd = numpyro.sample("sd", dist.LogNormal(0.0, 1.0))
        numpyro.sample("y", dist.Normal(0.0, sd), obs=values)

    assert (laplace(model, (VALUES,), 500, 1).draws["sd"] > 0).all()


def test_clusters_that_repeat_each_other_widen_the_draws() -> None:
    """Every value counted four times over: the sandwich finds the spread that the values really have."""
    random = np.random.default_rng(2)
    values = np.repeat(random.standard_normal((40, 1)), 4, axis=1)

    def model(rows: jax.Array) -> None:
        mu = numpyro.sample("mu", dist.Normal(0.0, 100.0))
        numpyro.sample("y", dist.Normal(mu, 1.0), obs=rows)

    def by_row(params: dict[str, jax.Array]) -> jax.Array:
        return jnp.sum(dist.Normal(params["mu"], 1.0).log_prob(jnp.asarray(values)), axis=1)

    naive = laplace(model, (jnp.asarray(values),), 4000, 1)
    robust = laplace(model, (jnp.asarray(values),), 4000, 1, clusters=by_row)
    assert naive.draws["mu"].std() == pytest.approx(160**-0.5, rel=0.06)
    assert robust.draws["mu"].std() == pytest.approx(values[:, 0].std() / 40**0.5, rel=0.06)
    np.testing.assert_array_equal(naive.mode["mu"], robust.mode["mu"])


def test_a_posterior_without_a_mode_is_refused() -> None:
    def model() -> None:
        x = numpyro.sample("x", dist.Normal(0.0, 1.0))
        numpyro.factor("hill", 2.0 * x**2)

    with pytest.raises(MooringsError, match="no proper mode"):
        laplace(model, (), 10, 1)


def test_newton_finds_a_quadratics_mode_at_once() -> None:
    bend, slope = jnp.asarray([[2.0, 0.3], [0.3, 1.0]]), jnp.asarray([1.0, -1.0])
    mode, curvature, steps = newton(lambda x: 0.5 * x @ bend @ x - slope @ x, jnp.zeros(2), (), "toy")
    np.testing.assert_allclose(mode, np.linalg.solve(bend, slope))
    np.testing.assert_allclose(curvature, bend)
    assert steps <= 3


def test_newton_says_when_it_fails() -> None:
    with pytest.raises(MooringsError, match="'slope'"):
        newton(lambda x: -x[0] + 1e-3 * x[0] ** 2 * 0 + jnp.exp(-x[0]), jnp.zeros(1), (), "slope")
