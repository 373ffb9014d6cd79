"""The patron's share of arms imports: a two-limit censored logistic law (Rosett and Nelson 1975)."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from moorings.model.state import Array

LOW, HIGH = 0.005, 0.995
WINDOW = 15


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


def innovation(normal: Array) -> Array:
    """Standard logistic innovation from a standard normal one."""
    probability = jnp.clip(jax.scipy.stats.norm.cdf(normal), 1e-9, 1 - 1e-9)
    return jnp.log(probability / (1 - probability))


def moved(params: dict[str, Array], history: Array, volume: Array, pull: Array, logistic: Array) -> Array:
    """Next year's share from a standard logistic innovation, [S]."""
    latent = location(params, history, pull) + scale(params, history, volume) * logistic
    return jnp.where(latent < LOW, 0.0, jnp.where(latent > HIGH, 1.0, latent))


def draw(params: dict[str, Array], history: Array, volume: Array, pull: Array, normal: Array) -> Array:
    """Next year's share from a standard normal innovation, [S]."""
    return moved(params, history, volume, pull, innovation(normal))


def log_density(params: dict[str, Array], history: Array, volume: Array, pull: Array, share: Array) -> Array:
    """Log-likelihood of next year's share, censored at both limits, [S]."""
    loc, width = location(params, history, pull), scale(params, history, volume)
    below = jax.nn.log_sigmoid((LOW - loc) / width)
    above = jax.nn.log_sigmoid((loc - HIGH) / width)
    z = (share - loc) / width
    inside = jax.nn.log_sigmoid(z) + jax.nn.log_sigmoid(-z) - jnp.log(width)
    return jnp.where(share < LOW, below, jnp.where(share > HIGH, above, inside))


def advance(history: Array, share: Array) -> Array:
    """The window with a new year in front, [15, S]."""
    return jnp.concatenate([share[None], history[:-1]])


def replay(params: dict[str, Array], before: Array, observed: Array, volume: Array, normal: Array) -> Array:
    """The window after some more years, [15, S]; years that were not seen are drawn from `normal` [year, S]."""

    def one_year(history: Array, row: tuple[Array, Array]) -> tuple[Array, None]:
        seen, shock = row
        drawn = draw(params, history, volume, jnp.zeros_like(seen), shock)
        return advance(history, jnp.where(jnp.isfinite(seen), seen, drawn)), None

    return jax.lax.scan(one_year, before, (observed, normal))[0]
