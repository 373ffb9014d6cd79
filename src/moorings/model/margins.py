"""Continuous quantities: a permanent part, a slow drift, heavy tails, a scale that follows past volatility.

In innovations form (Hyndman et al. 2008, doi:10.1007/978-3-540-71918-2) the density of next year is exact:
``y' = mu + drift + back * (home - mu) + damping * slope + pull + e``, ``mu' = (y' - e) + gain * e``,
``slope' = damping * slope + tilt * e``, with ``e / scale`` Student-t, of two pieces where a margin is skewed: falls of
scale ``exp(-lean)`` and rises of scale ``exp(lean)`` (Fernandez and Steel 1998, doi:10.1080/01621459.1998.10474117).
Where other measurements of this year say something else, a part of it is added for the next year and does not last.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from moorings.model.state import Array, Margin

FAST, SLOW = 1 - 1 / 3, 1 - 1 / 10
TRUST_FAST, TRUST_SLOW = (6.0, 3.0), (20.0, 5.0)
HIGH = 8.0
"""Pooled yearly changes above its usual level from which on a quantity stands as high as any."""


LEAST_ERROR, USUAL_ERROR = 0.01, 0.3
"""Half of a position's 90 % interval: less is taken for this; an error as large changes nothing."""


class Ahead(NamedTuple):
    """Next year's value as it is foreseen, each [S]: a two-piece Student-t.

    Attributes
    ----------
    location
        Its mode, which is the median where nothing leans.
    scale
        Geometric mean of the scales of falls and rises.
    lean
        Half the log-ratio of the scale of rises to that of falls.
    """

    location: Array
    scale: Array
    lean: Array


def pull(params: dict[str, Array], gap: Array, fellows: Array) -> Array:
    """What the responses add to next year's mode, [S].

    Parameters
    ----------
    gap
        How an ally's security gap moved, in standard deviations.
    fellows
        How far the mean of those allies with whom it has a pact lies from its own value.
    """
    return params.get("gap", 0.0) * gap + params.get("fellows", 0.0) * fellows


def from_fellows(fellows: Array, values: Array) -> Array:
    """How far the mean of each state's fellows, 1 in [S, S], lies from its own value, [S]; 0 without any."""
    known = jnp.isfinite(values)
    total, count = fellows @ jnp.where(known, values, 0.0), fellows @ (1.0 * known)
    return jnp.where(known & (count > 0), total / jnp.maximum(count, 1.0) - values, 0.0)


def shrunk(squared: Array, seen: Array, pooled: Array, trust: tuple[float, float]) -> Array:
    """A state's mean squared change, shrunk to the pooled one by how many changes were seen."""
    most, prior = trust
    weight = jnp.minimum(seen, most)
    return (weight * squared + prior * pooled) / (weight + prior)


def scale(params: dict[str, Array], margin: Margin, ally: Array) -> Array:
    """Scale of next year's innovation, [S]; every regressor is clipped so that no path runs away."""
    pooled = params["pooled"]
    fast = 0.5 * jnp.log(shrunk(margin.fast, margin.seen, pooled, TRUST_FAST) / pooled)
    slow = 0.5 * jnp.log(shrunk(margin.slow, margin.seen, pooled, TRUST_SLOW) / pooled)
    level = jnp.clip((margin.y - params["centre"]) / params["spread"], -2.0, 2.0)
    log_scale = (
        params["intercept"]
        + params["fast"] * jnp.clip(fast, -2.0, 1.0)
        + params["slow"] * jnp.clip(slow, -2.0, 1.0)
        + params["young"] / jnp.sqrt(margin.seen + 1.0)
        + params["ally"] * ally
        + params["level"] * level
        + params["level2"] * level**2
        + params.get("surge", 0.0) * surge(params, margin)
        + params.get("blur", 0.0) * margin.blur
    )
    return jnp.exp(jnp.clip(log_scale, params["floor"], params["ceiling"]))


def surge(params: dict[str, Array], margin: Margin) -> Array:
    """How far the quantity stands above its usual level, 0 to 1, [S]."""
    return jnp.clip((margin.y - margin.usual) / (HIGH * jnp.sqrt(params["pooled"])), 0.0, 1.0)


def location(params: dict[str, Array], margin: Margin, pull: Array) -> Array:
    """Mode of next year's value, [S]; `pull` is what the responses add."""
    return _lasting(params, margin, pull) + params.get("aside", 0.0) * margin.aside


def _lasting(params: dict[str, Array], margin: Margin, pull: Array) -> Array:
    """The mode less what is of the next year alone."""
    back = params.get("back", 0.0) * jnp.nan_to_num(margin.home - margin.mu)
    return margin.mu + params["drift"] + back + params["damping"] * margin.slope + pull


def gain(params: dict[str, Array], margin: Margin) -> Array:
    """How much of next year's error lasts: the less, the less sure the source is of values, [S] or a scalar."""
    if "blur_gain" not in params:
        return params["gain"]
    return jax.nn.sigmoid(jax.scipy.special.logit(params["gain"]) - params["blur_gain"] * margin.blur)


def ahead(params: dict[str, Array], margin: Margin, ally: Array, pull: Array) -> Ahead:
    """Next year's value as it is foreseen; what stands above its usual level falls further than it rises."""
    lean = params.get("skew", 0.0) + params.get("surge_skew", 0.0) * surge(params, margin)
    return Ahead(location(params, margin, pull), scale(params, margin, ally), lean)


def advance(params: dict[str, Array], margin: Margin, pull: Array, y: Array) -> Margin:
    """The margin after next year's value `y` was seen; a missing value leaves the expectation standing."""
    lasting, expected = _lasting(params, margin, pull), location(params, margin, pull)
    known = jnp.isfinite(y)
    error = jnp.where(known, y - expected, 0.0)
    value = expected + error
    change = jnp.where(known, (value - margin.y) ** 2, 0.0)
    keep_fast, keep_slow = jnp.where(known, FAST, 1.0), jnp.where(known, SLOW, 1.0)
    return Margin(
        y=value,
        mu=lasting + gain(params, margin) * error,
        slope=params["damping"] * margin.slope + params["tilt"] * error,
        fast=keep_fast * margin.fast + (1 - keep_fast) * change,
        slow=keep_slow * margin.slow + (1 - keep_slow) * change,
        seen=margin.seen + known,
        usual=keep_slow * margin.usual + (1 - keep_slow) * value,
        home=margin.home,
        blur=margin.blur,
        aside=jnp.zeros_like(value),
    )


def begin(params: dict[str, Array], y: Array, own: Array | float = 0.0) -> Margin:
    """A margin of which only one value is known, [S]; `own` is 1 for states that set their own course."""
    zero = jnp.zeros_like(y)
    pooled = zero + params["pooled"]
    home = jnp.where(own > 0, jnp.nan, zero + params["home"])
    return Margin(y=y, mu=y, slope=zero, fast=pooled, slow=pooled, seen=zero, usual=y, home=home, blur=zero, aside=zero)


def told(margin: Margin, aside: Array, blur: Array, home: Array) -> Margin:
    """The margin once all was told of a year: what other measurements say beyond `y`, its error, where home was.

    Each [S]; missing where it is not told. Who sets an own course has no home.
    """
    blur = jnp.where(jnp.isnan(blur), margin.blur, blur)
    home = jnp.where(jnp.isnan(home) | jnp.isnan(margin.home), margin.home, home)
    return margin._replace(aside=jnp.nan_to_num(aside), blur=blur, home=home)


def innovation(params: dict[str, Array], normal: Array) -> Array:
    """Heavy-tailed innovation of scale 1 from a standard normal one, by the tabulated Student-t quantiles.

    The table (`grid` of evenly spaced normal quantiles, `quantile` of the same probabilities) keeps shocks that are
    correlated as normals correlated after the transformation.
    """
    grid, table = params["grid"], params["quantile"]
    last = grid.shape[0] - 1
    # the grid is even, so that a place in it needs no search
    place = jnp.clip((normal - grid[0]) / (grid[last] - grid[0]) * last, 0.0, last)
    below = jnp.minimum(place.astype(jnp.int32), last - 1)
    low, high = (jnp.take_along_axis(table, at, axis=0, mode="clip") for at in (below, below + 1))
    return low + (place - below) * (high - low)


def fresh(params: dict[str, Array], normal: Array) -> Array:
    """What a value is drawn from, of any shape: the innovation; the normal where a margin leans by its level."""
    return normal if "skew" in params else innovation(params, normal)


def drawn(params: dict[str, Array], ahead: Ahead, normal: Array) -> Array:
    """A value of next year from what is `fresh`, [S]: the greater the one, the greater the other."""
    if "skew" not in params:
        return ahead.location + ahead.scale * normal
    falls = jax.nn.sigmoid(-2 * ahead.lean)
    below, above = (jax.scipy.special.ndtr(side) for side in (normal, -normal))
    # each half of the Student-t is stretched to the probability of falls, or of rises
    half = jnp.minimum(jnp.where(below < falls, below / (2 * falls), above / (2 * (1 - falls))), 0.5)
    size = innovation(params, jax.scipy.special.ndtri(half))
    error = jnp.where(below < falls, size * jnp.exp(-ahead.lean), -size * jnp.exp(ahead.lean))
    return ahead.location + ahead.scale * error


def blurred(error: Array) -> Array:
    """`blur` of an error: its log against the usual one."""
    return jnp.log(jnp.maximum(error, LEAST_ERROR) / USUAL_ERROR)


class History(NamedTuple):
    """What was seen of a margin: [year, state], with the index of each state's first value, [state].

    Attributes
    ----------
    observed
        On the margin's scale; missing where nothing was seen.
    ally
        1 where the state was the patron's ally in that year.
    first, value
        Index of the first year seen and the value then (0 where there is none).
    carried
        1 for years that are to be drawn where nothing was seen (after a series' end).
    own
        1 for states that set their own course, [state].
    aside, blur
        What other measurements of the year say beyond `observed`, and the log of its error, as in `Margin`, [year,
        state]; missing where they are not told.
    home
        What states fell back to in each year, [year, state]; where it is missing, what they fall back to now.
    """

    observed: Array
    ally: Array
    first: Array
    value: Array
    carried: Array
    own: Array
    aside: Array
    blur: Array
    home: Array


def replay(
    params: dict[str, Array], history: History, pull: Array, normal: Array | None = None
) -> tuple[Margin, Ahead]:
    """Run the margin over its history; where `carried`, draw what was not seen, from `normal` [year, state] if given.

    `pull` is what the responses added, [year, state].

    Returns
    -------
    The margin at the end, and each year as it was foreseen the year before, [year, state].
    """

    def one_year(margin: Margin, row: tuple[Any, ...]) -> tuple[Margin, Ahead]:
        index, seen, ally, carried, pulled, aside, blur, home, shock = row
        foreseen = ahead(params, margin, ally, pulled)
        if shock is not None:
            seen = jnp.where(jnp.isnan(seen) & (carried > 0), drawn(params, foreseen, fresh(params, shock)), seen)
        moved = advance(params, margin, pulled, seen)
        begun = index > history.first
        after = jax.tree.map(lambda new, old: jnp.where(begun, new, old), moved, margin)
        return told(after, aside, blur, home), foreseen

    years = jnp.arange(history.observed.shape[0])
    named = (history.aside, history.blur, history.home)
    rows = (years, history.observed, history.ally, history.carried, pull, *named, normal)
    return jax.lax.scan(one_year, begin(params, history.value, history.own), rows)
