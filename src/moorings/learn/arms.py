"""Fit the law of the patron's share of arms imports, and what deliveries and orders tell of it."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import scipy.stats
from numpy.typing import NDArray

from moorings.learn.laplace import Approximation, laplace
from moorings.learn.priors import ARMS_PRIORS, ORDERS_PRIORS
from moorings.model import arms
from moorings.model.state import Array


class ArmsData(NamedTuple):
    """Rows of state-years: the window before, [15, row]; the others [row].

    Attributes
    ----------
    history
        Shares up to the year, newest first.
    volume, share, gap
        Log of five years' imports, next year's share, standardised gap.
    year, state
        Indices of the share's year and of the state.
    """

    history: Array
    volume: Array
    share: Array
    gap: Array
    year: Array
    state: Array


def arms_rows(shares: NDArray[np.float64], imports: NDArray[np.float64], gap: NDArray[np.float64]) -> ArmsData:
    """Rows from [year, state] arrays, where this year's and next year's shares are known."""
    padded = np.concatenate([np.full((arms.WINDOW - 1, shares.shape[1]), np.nan), shares])
    rows, volumes, nexts, gaps, years, states = [], [], [], [], [], []
    for t in range(len(shares) - 1):
        use = np.isfinite(shares[t]) & np.isfinite(shares[t + 1])
        rows.append(padded[t : t + arms.WINDOW][::-1][:, use])
        volumes.append(np.log(np.maximum(np.nan_to_num(imports[t, use]), 10.0)))
        nexts.append(shares[t + 1, use])
        gaps.append(gap[t, use])
        years.append(np.full(use.sum(), t + 1))
        states.append(np.nonzero(use)[0])
    columns = (volumes, nexts, gaps, years, states)
    return ArmsData(jnp.asarray(np.concatenate(rows, axis=1)), *(jnp.asarray(np.concatenate(x)) for x in columns))


def by_row(params: dict[str, Array], data: ArmsData) -> Array:
    """Log-likelihood of each row by the law's censored logistic density, [row]."""
    return arms.log_density(*_plain(params, data), data.share)


def _plain(params: dict[str, Array], data: ArmsData) -> tuple[Array, Array]:
    """Location and scale of each row, whatever was on order."""
    loc = arms.location(params, data.history, params["gap"] * data.gap)
    return loc, arms.scale(params, data.history, data.volume)


def fit_arms(data: ArmsData, draws: int, seed: int) -> tuple[dict[str, np.ndarray], Approximation]:
    """Draws of the parameters of the arms equation."""
    found = laplace(by_row, ARMS_PRIORS, data, draws, seed)
    return dict(found.draws), found


class OrderData(NamedTuple):
    """Rows of state-years as seen from one to `arms.SPAN` years before.

    Attributes
    ----------
    plain
        Location and scale by the law without contracts, each [row].
    share
        What came, [row].
    contracts
        As known so many years before, [..., row].
    window
        Log of the five years' imports at that time, [row].
    place, states
        Index of each row's state, [row]; all states, [state].
    """

    plain: tuple[Array, Array]
    share: Array
    contracts: arms.Contracts
    window: Array
    place: Array
    states: Array


def order_rows(
    params: dict[str, NDArray[np.float64]],
    data: ArmsData,
    imports: NDArray[np.float64],
    known: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> OrderData:
    """Each row of `data` from every year in which it was foreseen in part.

    Parameters
    ----------
    params
        Of the law without contracts; they stand as they are.
    data
        Rows from one year to the next.
    imports
        Of five years, [year, state].
    known
        Delivered in the year, and on order, of all suppliers and of the patron, [year, 2, state]; all missing where
        any is (`Arrays.contracts`).
    """
    loc, width = (np.asarray(x) for x in _plain({name: jnp.asarray(value) for name, value in params.items()}, data))
    delivered, ordered = known
    seen = np.isfinite(ordered[:, 0]) & np.isfinite(imports)
    kept = arms.kept(np.nan_to_num(delivered))
    year, state = np.asarray(data.year), np.asarray(data.state)
    parts = []
    for ahead in range(1, arms.SPAN + 1):
        then = year - ahead
        use = np.flatnonzero((then >= 0) & seen[then, state])
        t, i = then[use], state[use]
        contracts = (kept[:, t, :, i].transpose(2, 1, 0), ordered[t, :, i].T, np.full(use.size, ahead))
        window = np.log(np.maximum(imports[t, i], 10.0))
        parts.append((loc[use], width[use], np.asarray(data.share)[use], *contracts, window, i))
    rows = [jnp.asarray(np.concatenate(x, axis=-1)) for x in zip(*parts, strict=True)]
    known_then, states = arms.Contracts(*rows[3:6]), jnp.arange(imports.shape[1])
    return OrderData((rows[0], rows[1]), rows[2], known_then, rows[6], rows[7], states)


def by_state(params: dict[str, Array], data: OrderData) -> Array:
    """Log-likelihood of each state's rows by what was delivered and on order before, [state]."""
    loc, width = arms.with_contracts(params, data.contracts, data.window, data.plain)
    each = arms.log_density(loc, width, data.share)
    return jax.ops.segment_sum(each, data.place, data.states.shape[0])


def fit_orders(data: OrderData, draws: int, seed: int) -> Approximation:
    """Draws of what deliveries and orders tell.

    A share is looked at from each of five years, so that rows are not independent: the covariance is the sandwich, with
    states as clusters.
    """
    return laplace(by_state, ORDERS_PRIORS, data, draws, seed, sandwich=True)


def residuals(params: dict[str, np.ndarray], data: ArmsData, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Innovations of history as standard normals, [year, state]; missing where the share was censored."""
    z = np.asarray(jax.jit(_standard)(params, data))
    inside = np.asarray((data.share >= arms.LOW) & (data.share <= arms.HIGH))
    out = np.full(shape, np.nan)
    uniform = np.clip(scipy.stats.logistic.cdf(z), 1e-6, 1 - 1e-6)
    out[np.asarray(data.year)[inside], np.asarray(data.state)[inside]] = scipy.stats.norm.ppf(uniform)[inside]
    return out


def _standard(params: dict[str, Array], data: ArmsData) -> Array:
    loc, width = _plain(params, data)
    return (data.share - loc) / width
