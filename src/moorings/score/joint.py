"""Whether states move together as forecast: joint scores, and how many cut or rise at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from moorings.core.streams import stream
from moorings.score import metrics
from moorings.score.cells import number, spread
from moorings.score.metrics import Array
from moorings.score.outcomes import Outcome
from moorings.score.skill import Tally, skill

MEMBERS = 200
"""Members kept per origin for the joint distribution."""
TAIL = 0.1
"""Share of past changes beyond which a change counts as a fall or a rise."""

Side = Literal["fall", "rise"]


def kept(members: Array, weights: Array | None = None, count: int = MEMBERS) -> Array:
    """`count` members [member, unit] that stand for the whole weighted ensemble (systematic resampling)."""
    w = np.full(len(members), 1.0 / len(members)) if weights is None else weights
    index = np.searchsorted(np.cumsum(w) / np.sum(w), (np.arange(count) + 0.5) / count)
    return members[np.minimum(index, len(members) - 1)]


def independent(members: Array, seed: int = 1) -> Array:
    """The same margins without dependence: every unit's members shuffled on their own, [member, origin, unit]."""
    rng = np.random.default_rng(stream("independent", seed))
    return rng.permuted(members, axis=0)


def joint_rows(
    outcome: Outcome, horizon: int, origins: tuple[int, ...], joint: Mapping[str, Array]
) -> list[dict[str, Any]]:
    """Rows on the joint distribution of a quantity, per model: scores against independence, and tails.

    Parameters
    ----------
    outcome, horizon, origins
        Which.
    joint
        Model -> members [member, origin, unit] on the outcome's scale.
    """
    observed = np.stack([outcome.observed(origin, horizon) for origin in origins])
    shared = {"outcome": outcome.name, "horizon": horizon, "origins": list(origins)}
    found = []
    for name, members in joint.items():
        named = shared | {"variant": name}
        found += [named | row for row in _scores(members, observed)]
        found += [named | _tail(outcome, horizon, origins, members, side) for side in ("fall", "rise")]
    return found


def _scores(members: Array, observed: Array) -> list[dict[str, Any]]:
    found = []
    for name in ("energy", "variogram"):
        score = metrics.METRICS[name].score
        ours, theirs = (Tally.of(score(m, observed)[:, None], ["all"]) for m in (members, independent(members)))
        gain = skill(ours, theirs)
        means = {"model": number(ours.mean), "independent": number(theirs.mean)}
        found.append({"score": name, "n": int(ours.count.sum()), **means, **spread("skill", gain)})
    return found


def _tail(outcome: Outcome, horizon: int, origins: tuple[int, ...], members: Array, side: Side) -> dict[str, Any]:
    """How often the number of units that fall (rise) by more than most past changes lies in its 90 % interval."""
    counts = [counted(outcome, horizon, origin, members[:, o], side) for o, origin in enumerate(origins)]
    forecast, came = np.stack([c for c, _ in counts], axis=1), np.array([c for _, c in counts])
    quantiles = metrics.to_quantiles(forecast)
    return {
        "score": f"number that {side} together",
        "n": int((~np.isnan(came)).sum()),
        "observed": [number(value) for value in came],
        "q05": [number(value) for value in metrics.quantile_at(quantiles, 0.05)],
        "q95": [number(value) for value in metrics.quantile_at(quantiles, 0.95)],
        "coverage90": number(metrics.METRICS["coverage90"].mean(quantiles, came).value),
        "shares": [number(share) for share in metrics.rank_histogram(forecast, came, 5)],
    }


def counted(outcome: Outcome, horizon: int, origin: int, members: Array, side: Side) -> tuple[Array, float]:
    """Number of units beyond the past's tail in each member, and in fact; both over the units that were seen."""
    past = outcome.history.until(origin)
    level, observed = past.level, outcome.observed(origin, horizon)
    seen = ~np.isnan(observed) & ~np.isnan(members).any(axis=0)
    sign = -1.0 if side == "fall" else 1.0
    changes = sign * past.window(horizon)[:, seen]
    if not seen.any() or np.isnan(changes).all():
        return np.full(len(members), np.nan), float("nan")
    # a state that keeps its value has not moved, whatever rounding makes of it
    limit = np.nanquantile(changes, 1 - TAIL) + metrics.ROUNDING
    forecast = (sign * (members - level)[:, seen] > limit).sum(axis=1).astype(float)
    return forecast, float((sign * (observed - level)[seen] > limit).sum())
