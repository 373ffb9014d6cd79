"""Fit the patron's commitment: the filter's exact marginal likelihood over all patrons and their allies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import COMMITMENT_PRIORS
from moorings.model import commitment
from moorings.model.commitment import NOISE_FLOOR, SIGNALS, Belief
from moorings.model.state import Array

FITTED = tuple(name for name in SIGNALS if name != "coded")


@dataclass(frozen=True)
class SignalData:
    """Signals of one patron, standardised, [year, ally, signal]; missing where a source does not reach.

    Attributes
    ----------
    novelty
        Extra variance of a year's step, in steps, from single coded events, [year, ally].
    """

    patron: str
    allies: tuple[str, ...]
    years: tuple[int, ...]
    signals: Array
    novelty: Array


def run_filter(params: dict[str, Array], data: SignalData) -> tuple[Belief, Array]:
    """Beliefs after each year, and the log-likelihood of the signals."""
    n = data.signals.shape[1]

    def one_year(belief: Belief, row: tuple[Array, Array]) -> tuple[Belief, tuple[Belief, Array]]:
        seen, novelty = row
        ahead = commitment.predict(belief, params["step"], params["common"], novelty)
        precision, weighted, left = commitment.collapse(params["loading"], params["sigma"], seen)
        after, density = commitment.update(ahead, precision, weighted)
        return after, (after, density + left)

    first = Belief(jnp.zeros(n), jnp.eye(n))
    _, (beliefs, densities) = jax.lax.scan(one_year, first, (data.signals, data.novelty))
    return beliefs, jnp.sum(densities)


def smooth(params: dict[str, Array], beliefs: Belief, data: SignalData) -> Belief:
    """Rauch-Tung-Striebel smoother over the filtered beliefs, [year, ...]."""

    def back(later: Belief, row: tuple[Belief, Array]) -> tuple[Belief, Belief]:
        now, novelty = row
        ahead = commitment.predict(now, params["step"], params["common"], novelty)
        gain = jnp.linalg.solve(ahead.cov, now.cov).T
        mean = now.mean + gain @ (later.mean - ahead.mean)
        cov = now.cov + gain @ (later.cov - ahead.cov) @ gain.T
        smoothed = Belief(mean, cov)
        return smoothed, smoothed

    last = jax.tree.map(lambda x: x[-1], beliefs)
    earlier = jax.tree.map(lambda x: x[:-1], beliefs)
    _, rest = jax.lax.scan(back, last, (earlier, data.novelty[1:]), reverse=True)
    joined: Belief = jax.tree.map(lambda a, b: jnp.concatenate([a, b[None]]), rest, last)
    return joined


def full_params(sites: dict[str, Array], coded: float) -> dict[str, Array]:
    """Loadings and noises of all signals: the fitted ones and the coded events' assumed noise."""
    return {
        "step": sites["step"],
        "common": sites["common"],
        "loading": jnp.append(sites["loading"], 1.0),
        "sigma": jnp.append(NOISE_FLOOR + sites["noise"], coded),
    }


def own_parts(data: SignalData) -> Array:
    """Signals less their mean over the patron's allies of that year, so that what is shared drops out."""
    return data.signals - jnp.nanmean(data.signals, axis=1, keepdims=True)


def model(signals: Array, novelty: Array, coded: float) -> None:
    """NumPyro model of the allies' own parts, [ally, year, signal]: loadings, noises, step."""
    sites = {}
    for name in ("loading", "noise", "step"):
        many = name != "step"
        d = COMMITMENT_PRIORS[name].distribution()
        sites[name] = numpyro.sample(name, d.expand([len(FITTED)]).to_event(1) if many else d)
    params = full_params(sites | {"common": jnp.zeros(())}, coded)

    def one(seen: Array, extra: Array) -> Array:
        alone = SignalData("", ("",), (), seen[:, None], extra[:, None])
        return run_filter(params, alone)[1]

    numpyro.factor("history", jnp.sum(jax.vmap(one)(signals, novelty)))


def fit_common(mode: dict[str, Array], patrons: tuple[SignalData, ...], coded: float) -> tuple[float, float]:
    """Mode of the log of the shared step, and its sd, given the other parameters: the joint filter's likelihood."""
    prior = COMMITMENT_PRIORS["common"]
    runs = [
        jax.jit(lambda common, data=data: run_filter(_with_common(mode, common, coded), data)[1]) for data in patrons
    ]

    def loss(log_common: float) -> float:
        total = sum(float(run(jnp.exp(log_common))) for run in runs)
        return float(-total + 0.5 * ((log_common - np.log(prior.centre)) / prior.sd) ** 2)

    best = minimize_scalar(loss, bounds=(np.log(0.002), np.log(0.5)), method="bounded", options={"xatol": 1e-3})
    step = 0.05
    bend = (loss(best.x + step) - 2 * best.fun + loss(best.x - step)) / step**2
    return float(best.x), float(1 / np.sqrt(max(bend, 1 / prior.sd**2)))


def _with_common(mode: dict[str, Array], common: Array, coded: float) -> dict[str, Array]:
    return full_params({**mode, "common": common}, coded)


@dataclass(frozen=True)
class CommitmentFit:
    """Draws of the filter's parameters, and commitment itself at the mode, for every patron's allies.

    Attributes
    ----------
    draws
        Parameter -> draws; `loading` and `sigma` by signal.
    mean, sd
        Patron -> smoothed commitment, [year, ally].
    last, last_cov
        Patron -> commitment after the last year: mean [ally], covariance [ally, ally].
    """

    draws: dict[str, np.ndarray]
    approximation: Approximation
    mean: dict[str, NDArray[np.float64]]
    sd: dict[str, NDArray[np.float64]]
    last: dict[str, NDArray[np.float64]]
    last_cov: dict[str, NDArray[np.float64]]


def fit_commitment(
    patrons: tuple[SignalData, ...], reference: SignalData, coded: float, draws: int, seed: int
) -> CommitmentFit:
    """Fit loadings, noises and steps on the reference, the shared step on all patrons; smooth everyone at the mode."""
    own = jnp.swapaxes(own_parts(reference), 0, 1)
    found = laplace(model, (own, reference.novelty.T, coded), draws, seed)
    best = {name: jnp.asarray(value) for name, value in found.mode.items()}
    centre, width = fit_common(best, patrons, coded)
    mode = _with_common(best, jnp.exp(centre), coded)
    sites = found.draws | {"common": np.exp(centre + width * np.random.default_rng(seed + 1).standard_normal(draws))}
    found = replace(found, draws=sites)
    spread = [full_params({k: jnp.asarray(v[i]) for k, v in sites.items()}, coded) for i in range(draws)]
    params = {name: np.stack([np.asarray(row[name]) for row in spread]) for name in mode}
    mean, sd, last, cov = {}, {}, {}, {}
    for data in patrons:
        beliefs, _ = run_filter(mode, data)
        smoothed = smooth(mode, beliefs, data)
        mean[data.patron] = np.asarray(smoothed.mean)
        sd[data.patron] = np.sqrt(np.asarray(jnp.diagonal(smoothed.cov, axis1=1, axis2=2)))
        last[data.patron] = np.asarray(beliefs.mean[-1])
        cov[data.patron] = np.asarray(beliefs.cov[-1])
    return CommitmentFit(params, found, mean, sd, last, cov)
