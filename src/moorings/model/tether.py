"""Tether, drift, withdrawal and autonomy (definition `tether/1`).

Drift counts the ally's own acts in six strands; the patron's acts are withdrawal and never drift. Every strand is a
change since the start of a window, in standard deviations of ten-year changes of US allies to 2014; drift is the
weighted mean of the strands that the ally has, over `unit`, the standard deviation of that mean.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from moorings.model.state import Array

DEFINITION = "tether/1"
STRANDS = ("orientation", "suppliers", "partners", "nuclear", "accommodation", "refusal")
MEANING = {
    "orientation": "own UN ideal point moves away from where the patron stood at the start",
    "suppliers": "the patron's share of arms imports falls",
    "partners": "new security ties with states that the patron does not protect",
    "nuclear": "a rung up the nuclear ladder",
    "accommodation": "a pact with a rival of the patron, or the end of a rivalry with one",
    "refusal": "the ally ends the obligation; in history any end of it, since no source says whose act it was",
}
CLIP = 3.0


class Acts(NamedTuple):
    """What the strands are made of, at one or more dates; all of one shape.

    Attributes
    ----------
    ideal, share
        The ally's UN ideal point; the patron's share of its arms imports. Missing where the ally has none.
    substitutes
        Number of states not protected by the patron with which the ally has a defence or consultation duty, or a tie
        of strength 2 or more.
    rung
        Nuclear rung.
    accommodation, refusals
        Number of such acts so far.
    """

    ideal: Array
    share: Array
    substitutes: Array
    rung: Array
    accommodation: Array
    refusals: Array


class Constants(NamedTuple):
    """Standard deviations, weights and centres of the strands, [strand]; unit of the weighted mean."""

    sd: Array
    weights: Array
    centre: Array
    unit: Array


def changes(start: Acts, end: Acts, patron_ideal: Array) -> Array:
    """Raw changes of the strands between two dates, [strand, ...]; `patron_ideal` as at the start."""
    before, after = (_levels(acts, patron_ideal) for acts in (start, end))
    return jnp.stack([now - then for then, now in zip(before, after, strict=True)])


def standardised(raw: Array, constants: Constants) -> Array:
    """Strands in standard deviations, clipped, [strand, ...]."""
    shape = (-1,) + (1,) * (raw.ndim - 1)
    return jnp.clip(raw / constants.sd.reshape(shape), -CLIP, CLIP)


def weighted_mean(z: Array, weights: Array) -> Array:
    """Mean over the strands that are not missing, weights renormalised, [...]."""
    known = jnp.isfinite(z)
    w = known * weights.reshape((-1,) + (1,) * (z.ndim - 1))
    return jnp.sum(jnp.where(known, z, 0.0) * w, axis=0) / jnp.sum(w, axis=0)


def levels(acts: Acts, patron_ideal: Array) -> Array:
    """Where the strands stand, [strand, ...], higher being looser."""
    return jnp.stack(_levels(acts, patron_ideal))


def _levels(acts: Acts, patron_ideal: Array) -> tuple[Array, ...]:
    distance = jnp.abs(acts.ideal - patron_ideal)
    return distance, 1 - acts.share, jnp.log1p(acts.substitutes), acts.rung, acts.accommodation, acts.refusals


def level(acts: Acts, patron_ideal: Array, constants: Constants) -> Array:
    """The tether at a date, against the average US ally to 2014, in the unit of drift, [...]."""
    shape = (-1,) + (1,) * acts.ideal.ndim
    z = (levels(acts, patron_ideal) - constants.centre.reshape(shape)) / constants.sd.reshape(shape)
    z = jnp.clip(z, -CLIP, CLIP)
    return -weighted_mean(z, constants.weights) / constants.unit


def drift(raw: Array, constants: Constants) -> Array:
    """Drift over the window, in standard deviations of ten-year drift, [...]."""
    return weighted_mean(standardised(raw, constants), constants.weights) / constants.unit


def contributions(raw: Array, constants: Constants) -> Array:
    """What each strand adds to drift, [strand, ...]; they add up to it, missing strands add nothing."""
    z = standardised(raw, constants)
    w = jnp.isfinite(z) * constants.weights.reshape((-1,) + (1,) * (z.ndim - 1))
    return jnp.where(jnp.isfinite(z), z, 0.0) * w / jnp.sum(w, axis=0) / constants.unit


WITHDRAWAL = ("troops", "obligation", "backbone", "commitment")


def withdrawal(params: dict[str, Array], change: dict[str, Array]) -> Array:
    """Fall of the patron's own contribution since the start: mean of its parts, each in its sd, [...]."""
    parts = [-jnp.nan_to_num(change[name]) / params[f"sd {name}"] for name in WITHDRAWAL]
    return sum(parts[1:], parts[0]) / len(WITHDRAWAL) / params["unit withdrawal"]


def autonomy(params: dict[str, Array], burden: Array) -> Array:
    """Rise of the own military burden since the start, in logs, in its sd.

    Domestic arms supply and latency have no series that goes on, and are not modelled.
    """
    return burden / params["sd burden"]
