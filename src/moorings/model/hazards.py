"""Discrete events: yearly hazards as logistic functions of named features.

A hazard has an intercept, one weight per feature (features are standardised with `mean` and `sd`), and, where an
ally's security gap may move it, what allies add, `ally`, what an ally adds whose gap is wider than that of others,
`standing`, and an elasticity `gap` to how its own gap moves.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from moorings.model.state import Array

DISPUTE = (
    *("rivalry", "distance", "far", "contiguous", "quiet", "stock", "stronger", "ratio", "democracy", "apart", "tie"),
    *("reach", "lull", "feud"),
)
FORCE = ("rivalry", "distance", "democracy")
TIE = ("distance", "apart", "rivalry", "democracy", "stock", "quiet", "stronger", "peace", "far")
TIE_ENDS = ("distance", "apart", "democracy", "quiet", "ratio", "thirds", "overlap")
OBLIGATION = ("american", "thirds")
NUCLEAR = ("size", "late", "stock", "exploring", "rival_armed")
SUPPORT = ("commitment", "remote", "weaker")
LATE = 1990
"""Year from which on the nuclear ladder is climbed as since the end of the Cold War."""
FEATURES = {
    "dispute": DISPUTE,
    "force": FORCE,
    "new_tie": TIE,
    "tie_ends": TIE_ENDS,
    "obligation_ends": OBLIGATION,
    "nuclear_up": NUCLEAR,
    "support": SUPPORT,
}
LEVELS = ("american",)
"""Features that stand for the level of a group of units and not for a cause."""
LIMIT = 4.0
"""Standard deviations beyond which more of a feature counts no further."""
WIDE = {"dispute": 10.0, "tie_ends": 10.0}
"""Where the limit is wider: few pairs ever had a dispute, and one alone lies beyond four deviations of their stock."""


def odds(equation: str, params: dict[str, dict[str, Array]], features: dict[str, Array]) -> Array:
    """Log-odds of an equation's event by its parameters among all, one per unit."""
    return logit(params[equation], features, FEATURES[equation], WIDE.get(equation, LIMIT))


def logit(params: dict[str, Array], features: dict[str, Array], names: tuple[str, ...], limit: float = LIMIT) -> Array:
    """Log-odds of an event, one per unit; `features` are raw, shape [unit] each, and average where missing."""
    mean, precision, weights = params["mean"], 1.0 / params["sd"], params["weights"]
    # term by term: one pass over the units, and no table of units times features in between
    terms = []
    for k, name in enumerate(names):
        z = jnp.clip((features[name] - mean[k]) * precision[k], -limit, limit)
        terms.append(weights[k] * jnp.where(jnp.isnan(z), 0.0, z))
    return params["intercept"] + sum(terms)


def of_gap(params: dict[str, Array], standing: Array, moved: Array) -> Array:
    """What an ally adds to log-odds by where its gap stands among allies, and how it moved, in standard deviations.

    Those who live near adversaries differ in much else: only the second is a response (Mundlak 1978,
    doi:10.2307/1913646). Of two allies both are sums.
    """
    return params["standing"] * standing + params["gap"] * moved


def of_ally(params: dict[str, Array], standing: Array, moved: Array) -> Array:
    """The same where allies have a level of their own."""
    return params["ally"] + of_gap(params, standing, moved)


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


UNLIKE = 20.0
"""No two states of history lay as far apart in log power; one that does has none that is known."""


def contrast_features(power_a: Array, power_b: Array, ideal_a: Array, ideal_b: Array) -> dict[str, Array]:
    """What sets the two states apart, each [pair]; powers in logs; no ratio where only one power is known."""
    ratio = jnp.abs(power_a - power_b)
    return {
        "stronger": jnp.maximum(power_a, power_b),
        "ratio": jnp.where(ratio > UNLIKE, jnp.nan, ratio),
        "apart": jnp.abs(ideal_a - ideal_b),
    }


def product_features(features: dict[str, Array]) -> dict[str, Array]:
    """What two features say together, each [pair].

    `reach`: distance keeps apart the weak, hardly the strong (Boulding's loss of strength gradient); `lull`: quiet
    years say most of neighbours; `feud`: past disputes weigh otherwise between rivals.
    """
    return {
        "reach": features["distance"] * features["stronger"],
        "lull": features["quiet"] * features["distance"],
        "feud": features["rivalry"] * features["stock"],
    }


def common_features(common: Array, first: Array, second: Array) -> dict[str, Array]:
    """What third states tie two states together, of any shape: pacts of defence or consultation.

    Parameters
    ----------
    common
        Third states with which both have such a pact.
    first, second
        States with which either has one, the other of the two among them.

    Returns
    -------
    `thirds`, in logs, and `overlap`, their share among the pacts of the state that has fewer.
    """
    fewer = jnp.minimum(first, second) - 1.0
    return {"thirds": jnp.log1p(common), "overlap": jnp.where(fewer > 0, common / jnp.maximum(fewer, 1.0), 0.0)}


def together(params: dict[str, Array], of_year: Array, of_first: Array, of_second: Array, own: Array) -> Array:
    """Where each pair's year stands, uniform, [pair]: the event comes where it lies below its probability.

    Who leaves a treaty leaves it with everybody: of a pair's events some come of its first state, as many of its
    second, and with them those of that state's other pairs; the rest come of the pair itself (Marshall and Olkin 1967,
    doi:10.1080/01621459.1967.10482885). All pairs share a year's lot (a Gaussian copula). A pair's own probability
    stays as it is.

    Parameters
    ----------
    params
        `shared_state`, the share of events that come of either state; `shared_year`, what years share of the variance.
    of_year
        Standard normal of the year.
    of_first, of_second, own
        Uniforms of each pair's first and second state, and of the pair, [pair].
    """
    share, year = params["shared_state"], params["shared_year"]
    by_state = 2 / share * jnp.minimum(-jnp.log1p(-of_first), -jnp.log1p(-of_second))
    soonest = jnp.minimum(by_state, -jnp.log1p(-own) / (1 - share))
    alone = jax.scipy.special.ndtri(-jnp.expm1(-soonest))
    return jax.scipy.stats.norm.cdf(jnp.sqrt(year) * of_year + jnp.sqrt(1 - year) * alone)


STOCK_KEEP = 0.9
SINCE, CALM = 1950, 20.0
"""First year of the records of disputes, and years without one that a pair is taken to have behind it then."""


def calm_before(year: int) -> float:
    """Years without a dispute behind a pair that had none from the first year of the records up to `year`."""
    return CALM + max(year - SINCE, 0)


def advance_dispute(stock: Array, quiet: Array, onset: Array) -> tuple[Array, Array]:
    """Decayed count of disputes and years without one, after a year with `onset` 0 or 1."""
    return STOCK_KEEP * stock + onset, jnp.where(onset > 0, 0.0, quiet + 1.0)
