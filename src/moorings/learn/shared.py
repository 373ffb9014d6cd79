"""Shocks that one patron's allies share: their share of a year's variance, and how long they last, by NUTS.

A year's innovation of an ally is ``centre + scale (sqrt(rho) f + sqrt(1 - rho) e)``, with the shared ``f`` a stationary
AR(1) of variance 1. Centre and scale are of no further use, but must not be taken from the sample: few years of lasting
shocks have a mean and a spread of their own. The shared shocks are integrated out by a Kalman filter on each year's
mean, so that the sampler (Hoffman and Gelman 2014, https://jmlr.org/papers/v15/hoffman14a.html) sees these, the
variance shares and the persistence only. An approximation at the mode is wrong for such scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.infer
from numpy.typing import NDArray
from numpyro.diagnostics import effective_sample_size, gelman_rubin

from moorings.core.errors import MooringsError
from moorings.learn.posterior import FEWEST_EFFECTIVE, LARGEST_RHAT
from moorings.learn.priors import SHARED_CENTRE, SHARED_PERSISTENCE, SHARED_RHO, SHARED_SCALE
from moorings.model.shocks import SHARED

Floats = NDArray[np.float64]
CHAINS, WARM_UP, KEPT = 2, 500, 1000
PARAMETERS = ("rho", "persistence")
"""Those that the law uses."""


class Years(NamedTuple):
    """What a margin's innovations say of each year, [year]: number of allies, their mean, squares around it."""

    allies: jax.Array
    mean: jax.Array
    within: jax.Array


@dataclass(frozen=True)
class SharedFit:
    """Draws of `rho` [draw, equation] and `persistence` [draw]; the worst of the diagnostics; the share on history."""

    draws: dict[str, Floats]
    rhat: float
    effective: float
    history: dict[str, float]


def summarise(normal: Floats) -> Years:
    """A margin's innovations [year, state], missing where none, by year."""
    seen = np.isfinite(normal)
    count = seen.sum(axis=1)
    mean = np.where(seen, normal, 0.0).sum(axis=1) / np.maximum(count, 1)
    within = (np.where(seen, normal - mean[:, None], 0.0) ** 2).sum(axis=1)
    return Years(*(jnp.asarray(x, dtype=float) for x in (count, mean, within)))


def standardised(years: Years, centre: jax.Array, scale: jax.Array) -> tuple[Years, jax.Array]:
    """The same less a centre and by a scale, and the log of the volume that this adds to a density."""
    moved = Years(years.allies, (years.mean - centre) / scale, years.within / scale**2)
    return moved, -jnp.sum(years.allies) * jnp.log(scale)


def log_likelihood(rho: jax.Array, keep: jax.Array, years: Years) -> jax.Array:
    """Exact log-likelihood of one margin's standardised innovations, shared shocks integrated out; scalar."""

    def one_year(belief: tuple[jax.Array, jax.Array], row: Years) -> tuple[tuple[jax.Array, jax.Array], jax.Array]:
        level, variance = belief
        seen = row.allies > 0
        noise = (1 - rho) / jnp.maximum(row.allies, 1.0)
        spread = rho * variance + noise
        surprise = row.mean - jnp.sqrt(rho) * level
        gain = jnp.where(seen, variance * jnp.sqrt(rho) / spread, 0.0)
        level, variance = level + gain * surprise, variance * (1 - gain * jnp.sqrt(rho))
        others = jnp.maximum(row.allies - 1, 0.0)
        fit = -0.5 * (surprise**2 / spread + jnp.log(spread * jnp.maximum(row.allies, 1.0)))
        fit = fit - 0.5 * (row.within / (1 - rho) + others * jnp.log(1 - rho))
        return (keep * level, keep**2 * variance + 1 - keep**2), jnp.where(seen, fit, 0.0)

    start = (jnp.zeros_like(rho), jnp.ones_like(rho))
    return jnp.sum(jax.lax.scan(one_year, start, years)[1])


def model(years: Years) -> None:
    """NumPyro model of all margins, stacked [equation, year]; those without innovations keep their prior."""
    with numpyro.plate("equation", len(SHARED)):
        rho = numpyro.sample("rho", SHARED_RHO.distribution())
        centre = numpyro.sample("centre", SHARED_CENTRE.distribution())
        scale = numpyro.sample("scale", SHARED_SCALE.distribution())
    keep = numpyro.sample("persistence", SHARED_PERSISTENCE.distribution())
    moved, volume = jax.vmap(standardised)(years, centre, scale)
    fit = jax.vmap(log_likelihood, in_axes=(0, None, 0))(rho, keep, moved)
    numpyro.factor("history", jnp.sum(fit + volume))


def fit_shared(normal: dict[str, Floats], draws: int, seed: int) -> SharedFit:
    """Sample variance shares and persistence, given each equation's innovations of the allies, [year, state].

    Raises
    ------
    MooringsError
        If the chains do not agree or hold too few effective draws.
    """
    shape = next(iter(normal.values())).shape
    rows = [summarise(normal[name]) if name in normal else Years(*np.zeros((3, shape[0]))) for name in SHARED]
    years: Years = jax.tree.map(lambda *parts: jnp.stack([jnp.asarray(part) for part in parts]), *rows)
    chains = {name: np.asarray(value) for name, value in _sampled(jax.random.PRNGKey(seed), years).items()}
    rhat = max(float(np.max(gelman_rubin(value))) for value in chains.values())
    effective = min(float(np.min(effective_sample_size(value))) for value in chains.values())
    refuse_unless_converged(rhat, effective)
    flat = {name: value.reshape(-1, *value.shape[2:]) for name, value in chains.items() if name in PARAMETERS}
    take = np.random.default_rng(seed).permutation(CHAINS * KEPT)[np.arange(draws) % (CHAINS * KEPT)]
    return SharedFit({name: value[take] for name, value in flat.items()}, rhat, effective, _history(flat, normal))


@jax.jit
def _sampled(key: jax.Array, years: Years) -> dict[str, jax.Array]:
    """Both chains, [chain, draw, ...]; compiled as a whole, since step by step its start takes longer than its run."""
    sampler = numpyro.infer.MCMC(
        numpyro.infer.NUTS(model, target_accept_prob=0.9),
        num_warmup=WARM_UP,
        num_samples=KEPT,
        num_chains=CHAINS,
        chain_method="vectorized",
        progress_bar=False,
    )
    sampler.run(key, years)
    return dict(sampler.get_samples(group_by_chain=True))


def refuse_unless_converged(rhat: float, effective: float) -> None:
    """The gate of what is sampled.

    Raises
    ------
    MooringsError
        If the sampler's diagnostics miss it.
    """
    if rhat > LARGEST_RHAT or effective < FEWEST_EFFECTIVE:
        raise MooringsError(
            f"shared shocks did not converge: R-hat {rhat:.3f} (at most {LARGEST_RHAT}), "
            f"{effective:.0f} effective draws (at least {FEWEST_EFFECTIVE:.0f})"
        )


def _history(flat: dict[str, Floats], normal: dict[str, Floats]) -> dict[str, float]:
    """Share of each parameter that rests on history, 1 - posterior / prior variance, on the logit scale."""
    logits = {name: np.log(value) - np.log1p(-value) for name, value in flat.items()}
    found = {
        name: 1 - float(logits["rho"][:, k].var()) / SHARED_RHO.sd**2 for k, name in enumerate(SHARED) if name in normal
    }
    return found | {"persistence": 1 - float(logits["persistence"].var()) / SHARED_PERSISTENCE.sd**2}
