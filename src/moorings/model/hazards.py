"""Discrete events: yearly hazards as logistic functions of named features.

A hazard has an intercept, one weight per feature (features are standardised with `mean` and `sd`), and, where an
ally's security gap may move it, an elasticity `gap`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from moorings.model.state import Array

DISPUTE = ("rivalry", "distance", "contiguous", "quiet", "stock", "stronger", "ratio", "democracy", "apart", "tie")
TIE_ENDS = ("distance", "apart", "rivalry", "democracy", "stock", "quiet", "stronger", "peace")
TIE = (*TIE_ENDS, "far")
NUCLEAR = ("size", "late", "stock", "exploring", "rival_armed")
SUPPORT = ("commitment", "remote", "weaker")
FEATURES = {"dispute": DISPUTE, "new_tie": TIE, "tie_ends": TIE_ENDS, "nuclear_up": NUCLEAR, "support": SUPPORT}


def logit(params: dict[str, Array], features: dict[str, Array], names: tuple[str, ...]) -> Array:
    """Log-odds of an event, one per unit; `features` are raw, shape [unit] each."""
    mean, precision, weights = params["mean"], 1.0 / params["sd"], params["weights"]
    # term by term: one pass over the units, and no table of units times features in between
    terms = [
        weights[k] * jnp.clip((features[name] - mean[k]) * precision[k], -4.0, 4.0) for k, name in enumerate(names)
    ]
    return params["intercept"] + sum(terms)


def probability(log_odds: Array) -> Array:
    """Probability of the event within the year."""
    return jax.nn.sigmoid(log_odds)


def dyad_features(rivalry: Array, distance: Array, contiguous: Array, quiet: Array, stock: Array) -> dict[str, Array]:
    """What a pair's own history and place say, each [pair]: years of peace and past disputes in logs.

    `far` is the square of the log distance: beyond some distance, more of it matters less.
    """
    return {
        "rivalry": rivalry,
        "distance": distance,
        "far": distance**2,
        "contiguous": contiguous,
        "quiet": jnp.log1p(quiet),
        "stock": jnp.log1p(stock),
    }


def contrast_features(power_a: Array, power_b: Array, ideal_a: Array, ideal_b: Array) -> dict[str, Array]:
    """What sets the two states apart, each [pair]; powers in logs."""
    return {
        "stronger": jnp.maximum(power_a, power_b),
        "ratio": jnp.abs(power_a - power_b),
        "apart": jnp.abs(ideal_a - ideal_b),
    }


STOCK_KEEP = 0.9


def advance_dispute(stock: Array, quiet: Array, onset: Array) -> tuple[Array, Array]:
    """Decayed count of disputes and years without one, after a year with `onset` 0 or 1."""
    return STOCK_KEEP * stock + onset, jnp.where(onset > 0, 0.0, quiet + 1.0)
