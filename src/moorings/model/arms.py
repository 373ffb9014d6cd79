"""The patron's share of arms imports: a two-limit censored logistic law (Rosett and Nelson 1975).

Arms are ordered years before they come, and the share is one of five years: of the next windows a part is delivered
already, and a part on order. Where both are known, the share is the mean of these parts and of the law's own
expectation, which stands for what is still open.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from moorings.model.state import Array, Params

LOW, HIGH = 0.005, 0.995
WINDOW = 15
SPAN = 5
"""Years of a window: after so many, nothing of today's is left."""


class Contracts(NamedTuple):
    """What was delivered and what was on order at the end of the last year in which both are known.

    Attributes
    ----------
    kept
        TIV million already delivered of the window `1..SPAN` years later: of all suppliers and of the patron,
        [2, SPAN, S].
    ordered
        TIV million on order, likewise, [2, S].
    ahead
        Years from then to the year that is drawn; beyond `SPAN` nothing is foreseen, [S].
    """

    kept: Array
    ordered: Array
    ahead: Array


UNKNOWN = 1000.0
"""Years since orders were known, where they never were."""


def kept(delivered: Array) -> Array:
    """Of the window `1..SPAN` years after each year what is delivered already, [SPAN, year, ...]."""
    padded = np.concatenate([np.zeros((SPAN - 1, *delivered.shape[1:])), delivered])
    back = np.stack([padded[SPAN - 1 - lag : len(padded) - lag] for lag in range(SPAN)])
    return np.stack([back[: SPAN - ahead].sum(axis=0) for ahead in range(1, SPAN + 1)])


def features(history: Array) -> dict[str, Array]:
    """Regressors of next year's share from the last 15 shares, newest first, [15, S] -> each [S].

    Missing years are left out of the means; a missing change counts as none.
    """
    now = history[0]
    change = jnp.where(jnp.isfinite(history[1]), now - history[1], 0.0)
    return {
        "share": now,
        "none": (now < LOW).astype(now.dtype),
        "all": (now > HIGH).astype(now.dtype),
        "mean5": _mean(history[:5]),
        "mean15": _mean(history),
        "change": change,
    }


def _mean(history: Array) -> Array:
    """Mean over the years that are known, [S]."""
    known = [jnp.isfinite(share) for share in history]
    total = sum(jnp.where(seen, share, 0.0) for seen, share in zip(known, history, strict=True))
    return total / sum(seen.astype(history.dtype) for seen in known)


def location(params: dict[str, Array], history: Array, pull: Array) -> Array:
    """Location of the latent share, [S]."""
    x = features(history)
    return params["constant"] + pull + sum(params[name] * x[name] for name in x)


def scale(params: dict[str, Array], history: Array, volume: Array) -> Array:
    """Scale of the latent share, [S]; `volume` is log million TIV of five years' imports."""
    x = features(history)
    middle = jnp.sqrt(jnp.clip(x["share"] * (1 - x["share"]), 0.0, 0.25))
    size = jnp.clip((volume - 6.0) / 2.0, -2.0, 2.0)
    log_scale = (
        params["log_scale"]
        + params["scale_volume"] * size
        + params["scale_middle"] * middle
        + params["scale_none"] * x["none"]
        + params["scale_all"] * x["all"]
        + params["scale_change"] * jnp.minimum(jnp.abs(x["change"]), 0.3)
    )
    return jnp.exp(jnp.clip(log_scale, -6.0, 0.0))


def with_contracts(
    params: dict[str, Array], contracts: Contracts, volume: Array, plain: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Location and scale of the latent share where something of its window is known, [S]; else as they are.

    `params` are those of the equation `orders`, `plain` the location and scale of `location` and `scale`.
    """

    def at(values: Array) -> Array:
        """Of values by year ahead that of the state's year; 0 where nothing is foreseen."""
        return sum(jnp.where(contracts.ahead == k + 1, values[k], 0.0) for k in range(SPAN))

    known = at(jnp.moveaxis(contracts.kept, 1, 0)) + at(params["due"]) * contracts.ordered
    # years of imports as large as those of the last window
    free = at(params["open"]) * jnp.exp(volume) / SPAN
    foreseen = free > 0
    share = (known[1] + free * plain[0]) / (known[0] + jnp.where(foreseen, free, 1.0))
    return jnp.where(foreseen, share, plain[0]), plain[1] * jnp.exp(at(params["surer"]))


def innovation(normal: Array) -> Array:
    """Standard logistic innovation from a standard normal one."""
    probability = jnp.clip(jax.scipy.stats.norm.cdf(normal), 1e-9, 1 - 1e-9)
    return jnp.log(probability / (1 - probability))


def moved(params: Params, history: Array, volume: Array, pull: Array, logistic: Array, contracts: Contracts) -> Array:
    """Next year's share from a standard logistic innovation, [S]; `params` are all equations'."""
    p = params["arms"]
    plain = location(p, history, pull), scale(p, history, volume)
    loc, width = with_contracts(params["orders"], contracts, volume, plain)
    latent = loc + width * logistic
    return jnp.where(latent < LOW, 0.0, jnp.where(latent > HIGH, 1.0, latent))


def log_density(loc: Array, width: Array, share: Array) -> Array:
    """Log-likelihood of a share, censored at both limits, by location and scale of the latent one, [S]."""
    below = jax.nn.log_sigmoid((LOW - loc) / width)
    above = jax.nn.log_sigmoid((loc - HIGH) / width)
    z = (share - loc) / width
    inside = jax.nn.log_sigmoid(z) + jax.nn.log_sigmoid(-z) - jnp.log(width)
    return jnp.where(share < LOW, below, jnp.where(share > HIGH, above, inside))


def advance(history: Array, share: Array) -> Array:
    """The window with a new year in front, [15, S]."""
    return jnp.concatenate([share[None], history[:-1]])


def replay(params: Params, before: Array, observed: Array, volume: Array, normal: Array, contracts: Contracts) -> Array:
    """The window after some more years, [15, S]; years that were not seen are drawn from `normal` [year, S].

    `contracts` are as of the end of these years, `ahead` being counted to the year after.
    """
    left = len(observed)

    def one_year(history: Array, row: tuple[Array, Array, Array]) -> tuple[Array, None]:
        seen, shock, back = row
        then = contracts._replace(ahead=contracts.ahead - back)
        drawn = moved(params, history, volume, jnp.zeros_like(seen), innovation(shock), then)
        return advance(history, jnp.where(jnp.isfinite(seen), seen, drawn)), None

    return jax.lax.scan(one_year, before, (observed, normal, jnp.arange(left, 0, -1.0)))[0]
