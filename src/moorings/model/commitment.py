"""The patron's commitment: a random walk per ally with a patron-wide shock, seen through noisy signals.

One linear-Gaussian filter (Kalman 1960, doi:10.1115/1.3662552), so its marginal likelihood is exact. Signals of one
ally and year are summed into one precision and one weighted mean first, which keeps the filter small.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from moorings.model.state import Array

SIGNALS = ("troops", "arms", "pact", "nukes", "visits", "exercises", "words", "coded")
NOISE_FLOOR = 0.5
"""Least noise of a signal: without it one smooth series becomes the factor (a Heywood case)."""


class Belief(NamedTuple):
    """Mean [ally] and covariance [ally, ally] of commitment."""

    mean: Array
    cov: Array


def collapse(loading: Array, noise: Array, signals: Array) -> tuple[Array, Array, Array]:
    """Signals [ally, signal] -> precision [ally], precision-weighted mean [ally], log-density left over.

    Missing signals carry no information.
    """
    known = jnp.isfinite(signals)
    value = jnp.where(known, signals, 0.0)
    weight = known * loading / noise**2
    left = -0.5 * jnp.sum(known * (jnp.log(2 * jnp.pi * noise**2) + value**2 / noise**2))
    return weight @ loading, jnp.sum(weight * value, axis=-1), left


def predict(belief: Belief, step: Array, common: Array, novelty: Array) -> Belief:
    """A year on: own steps (wider by `novelty` [ally]) and one shock that all allies share."""
    n = belief.mean.shape[0]
    added = jnp.diag(step**2 * (1.0 + novelty)) + common**2 * jnp.ones((n, n))
    return Belief(belief.mean, belief.cov + added)


def update(belief: Belief, precision: Array, weighted: Array) -> tuple[Belief, Array]:
    """Bayes' rule with the collapsed signals; the second value is the log-density they add."""
    # I + cov * precision has the determinant of its symmetric twin, and a gradient where a precision is 0
    inner = jnp.eye(belief.mean.shape[0]) + belief.cov * precision
    cov = jnp.linalg.solve(inner, belief.cov)
    cov = 0.5 * (cov + cov.T)
    mean = belief.mean + cov @ (weighted - precision * belief.mean)
    shift = mean - belief.mean
    # log N(signals; prior predictive), completed square, with the signals' own terms in `left` of `collapse`
    gain = weighted - precision * belief.mean
    quadratic = 0.5 * shift @ gain + belief.mean @ weighted - 0.5 * jnp.sum(precision * belief.mean**2)
    return Belief(mean, cov), quadratic - 0.5 * jnp.linalg.slogdet(inner)[1]


def walk(commitment: Array, step: Array, common: Array, own: Array, shared: Array) -> Array:
    """A year on in one member, from standard normal shocks `own` [ally] and `shared` (scalar)."""
    return commitment + step * own + common * shared


def learn_from_signal(belief: Array, commitment: Array, rate: Array) -> Array:
    """An ally's estimate moves part of the way to what it sees, [S]."""
    return belief + rate * (commitment - belief)


def pact_signal(obligation: Array) -> Array:
    """The signal that the patron's obligation sends, from its level 0 to 3: there is one, or none."""
    return jnp.minimum(obligation, 1.0)


EVEN, PER_SD = -2.2, 0.8


def trust(level: Array) -> Array:
    """How far an ally counts on the patron's forces in need, 0 to 1, as it believes in his commitment.

    One part in ten at the average of all states, odds a little more than doubled by each standard deviation. That is a
    judgement, and not the fitted chance of help in a dispute: an ally's security does not hang on routine disputes, of
    which the patron joined few.
    """
    return jax.nn.sigmoid(EVEN + PER_SD * level)


def lifted(lift: Array, gain: Array, loading: Array, signal_change: Array) -> Array:
    """What a lever on a signal adds to commitment: the filter's gain times the signal's surprise, [S]."""
    return lift + gain * (signal_change - loading * lift)
