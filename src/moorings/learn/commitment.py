"""Fit the patron's commitment: the filter's exact marginal likelihood over all patrons and their allies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import COMMITMENT_PRIORS, Prior
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


class OwnParts(NamedTuple):
    """Own parts of the signals [ally, year, signal], extra variance [ally, year], the coded events' assumed noise."""

    signals: Array
    novelty: Array
    coded: float


def by_ally(params: dict[str, Array], data: OwnParts) -> Array:
    """Log-likelihood of each ally's own parts by the filter of one ally alone, [ally]."""
    full = full_params(params | {"common": jnp.zeros(())}, data.coded)

    def one(seen: Array, extra: Array) -> Array:
        alone = SignalData("", ("",), (), seen[:, None], extra[:, None])
        return run_filter(full, alone)[1]

    return jax.vmap(one)(data.signals, data.novelty)


@jax.jit
def _filtered(params: dict[str, Array], signals: Array, novelty: Array) -> tuple[Belief, Array]:
    return run_filter(params, SignalData("", (), (), signals, novelty))


@jax.jit
def _smoothed(params: dict[str, Array], beliefs: Belief, novelty: Array) -> Belief:
    return smooth(params, beliefs, SignalData("", (), (), novelty, novelty))


def _padded(patrons: tuple[SignalData, ...]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Signals and novelty of each patron, with as many allies for all: of those added nothing was ever seen.

    What is compiled for one patron then serves the others.
    """
    most = max(len(data.allies) for data in patrons)
    added = [((0, 0), (0, most - len(data.allies))) for data in patrons]
    return [
        (np.pad(data.signals, (*pad, (0, 0)), constant_values=np.nan), np.pad(data.novelty, pad))
        for data, pad in zip(patrons, added, strict=True)
    ]


def fit_common(mode: dict[str, Array], patrons: tuple[SignalData, ...], coded: float) -> tuple[float, float]:
    """Mode of the log of the shared step, and its sd, given the other parameters: the joint filter's likelihood."""
    prior = COMMITMENT_PRIORS["common"]
    rows = _padded(patrons)

    def loss(log_common: float) -> float:
        params = _with_common(mode, np.exp(log_common), coded)
        total = sum(float(_filtered(params, *row)[1]) for row in rows)
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
    own = OwnParts(jnp.swapaxes(own_parts(reference), 0, 1), reference.novelty.T, coded)
    found = laplace(by_ally, _priors(), own, draws, seed)
    centre, width = fit_common(found.mode, patrons, coded)
    mode = _with_common(found.mode, np.exp(centre), coded)
    sites = found.draws | {"common": np.exp(centre + width * np.random.default_rng(seed + 1).standard_normal(draws))}
    params = jax.tree.map(np.asarray, jax.vmap(partial(full_params, coded=coded))(sites))
    mean, sd, last, cov = {}, {}, {}, {}
    for data, row in zip(patrons, _padded(patrons), strict=True):
        n = len(data.allies)
        beliefs, _ = _filtered(mode, *row)
        smoothed = _smoothed(mode, beliefs, row[1])
        mean[data.patron] = np.asarray(smoothed.mean)[:, :n]
        sd[data.patron] = np.sqrt(np.diagonal(smoothed.cov, axis1=1, axis2=2))[:, :n]
        last[data.patron] = np.asarray(beliefs.mean[-1])[:n]
        cov[data.patron] = np.asarray(beliefs.cov[-1])[:n, :n]
    return CommitmentFit(params, replace(found, draws=sites), mean, sd, last, cov)


def _priors() -> dict[str, Prior]:
    """Priors of what is fitted on the reference: a loading and a noise of each signal, one step."""
    many = {name: replace(COMMITMENT_PRIORS[name], size=len(FITTED)) for name in ("loading", "noise")}
    return many | {"step": COMMITMENT_PRIORS["step"]}
