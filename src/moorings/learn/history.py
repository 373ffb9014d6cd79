"""The panel's history as the arrays that the law is fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.data.arrays import Arrays
from moorings.model import margins
from moorings.model.hazards import advance_dispute, calm_before
from moorings.model.margins import History
from moorings.model.state import Array
from moorings.model.threat import hostility, nearness

Floats = NDArray[np.float64]
PATRONS = ("USA", "RUS", "GBR", "FRA", "CHN")
REGION_SHARE = 0.3
RECENT = 15
"""Last years, whose own level of hazards and of scales the law goes on from."""


@dataclass(frozen=True)
class Dyads:
    """All pairs of states, [year, state, state], symmetric; missing where a source does not reach.

    Attributes
    ----------
    distance
        Log(1 + km).
    contiguous, rivalry, pact, consult, tie
        0 or 1; `pact`: defence or consultation; `tie` is 3 for defence, 1 for consultation.
    friendly_pact
        Non-aggression, neutrality, consultation or defence, 0 or 1; `peace_pact`: non-aggression or neutrality.
    onset, force
        A dispute began; one with use of force began, 0 or 1.
    stock, quiet
        Decayed count of disputes and years without one, at the year's start.
    pact_seen, rivalry_seen
        1 where the source of pacts, or of rivalries, reaches the pair and year; elsewhere the last value stands in.
    """

    distance: Floats
    contiguous: Floats
    rivalry: Floats
    pact: Floats
    friendly_pact: Floats
    peace_pact: Floats
    tie: Floats
    onset: Floats
    force: Floats
    stock: Floats
    quiet: Floats
    pact_seen: Floats
    rivalry_seen: Floats


def reached(seen: Floats) -> NDArray[np.bool_]:
    """Whether a source that reaches these pairs, [year, state, state], reaches most of a state's, [year, state].

    Most: half of what it reached in any year before. Where it goes on for a few pairs only, a count over all is not
    known.
    """
    count = seen.sum(axis=2)
    return np.asarray((count > 0) & (2 * count >= np.maximum.accumulate(count)))


def last_pacts(dyads: Dyads, years: Sequence[int]) -> int:
    """Last of the `years` in which the source of pacts reaches most states."""
    return years[int(np.flatnonzero(reached(dyads.pact_seen).any(axis=1))[-1])]


def dispute_memory(onset: Floats, first: int) -> tuple[Floats, Floats]:
    """Stock and quiet years at the start of each year from the `first` on, [year, state, state].

    `onset` holds the disputes that began in each year; missing counts as none, but a year in which nothing is known of
    any pair is not one of peace: everything stays as it was.
    """
    stock, quiet = np.zeros_like(onset), np.zeros_like(onset)
    now, calm = np.zeros(onset.shape[1:]), np.full(onset.shape[1:], calm_before(first))
    for t, row in enumerate(onset):
        stock[t], quiet[t] = now, calm
        if np.isfinite(row).any():
            now, calm = map(np.asarray, advance_dispute(now, calm, np.nan_to_num(row) > 0))
    return stock, quiet


def common_pacts(pact: Floats) -> tuple[Floats, Floats]:
    """Third states with which two both have a pact [year, state, state], and each state's pacts [year, state]."""
    held = np.nan_to_num(pact)
    return held @ held, held.sum(axis=2)


def log_power(arrays: Arrays) -> Floats:
    """Log military power, constant 2021 international $, [year, state].

    GDP times burden where both are known; elsewhere military spending of the capabilities data in current US$, moved
    by that year's median difference between the two.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = np.log(arrays.state_year["gdp"]) + np.log(arrays.state_year["burden"])
        spent = np.log(arrays.state_year["milex"])
    direct, spent = (np.where(np.isfinite(x), x, np.nan) for x in (direct, spent))
    both = direct - spent
    shift = np.array([np.nanmedian(row) if np.isfinite(row).sum() >= 10 else np.nan for row in both])
    shift = np.interp(np.arange(len(shift)), np.flatnonzero(np.isfinite(shift)), shift[np.isfinite(shift)])
    return np.where(np.isfinite(direct), direct, spent + shift[:, None])


def margin_history(
    observed: Floats, ally: Floats, own: Floats | None = None, told: tuple[Array, Array] | None = None
) -> History:
    """A margin's history of all states for fitting: nothing is carried; `own` and `told` (`aside`, `blur`) as there.

    None of them where they are missing. What states fall back to is the `middle` of that time.
    """
    known = np.isfinite(observed)
    own = np.zeros(observed.shape[1]) if own is None else own
    years = len(observed)
    first = np.where(known.any(axis=0), known.argmax(axis=0), years)
    value = np.where(first < years, observed[np.minimum(first, years - 1), np.arange(observed.shape[1])], 0.0)
    told = told or (np.full_like(observed, np.nan),) * 2
    home = np.broadcast_to(middle(observed)[:, None], observed.shape)
    fields = (observed, ally, first, value, np.zeros_like(observed), own, *told, home)
    return History(*(jnp.asarray(field, dtype=jnp.float64) for field in fields))


MIDDLE = 5
"""Years over which the middle of all states is taken: in a single year few of them may have a value."""


def middle(observed: Floats) -> Floats:
    """Median of all states' values of the last `MIDDLE` years, [year]; the last one known where nothing was seen.

    Years in which fewer than half of the states are seen that once were do not count: where a source goes on for a few
    states only, their middle is not that of all.
    """
    found, seen = np.full((len(observed), 1), np.nan), np.isfinite(observed)
    count = seen.sum(axis=1)
    counts = seen & (2 * count >= np.maximum.accumulate(count))[:, None]
    for t in range(len(observed)):
        recent = slice(max(0, t + 1 - MIDDLE), t + 1)
        if counts[recent].any():
            found[t] = np.median(observed[recent][counts[recent]])
    return filled(found)[:, 0]


def filled(values: Floats) -> Floats:
    """Each series with its last value carried forward along the years."""
    out = values.copy()
    for t in range(1, len(out)):
        out[t] = np.where(np.isfinite(out[t]), out[t], out[t - 1])
    return out


def from_fellows(values: Floats, pact: Floats, ally: Floats) -> Floats:
    """How far the mean of the fellow allies with whom an ally has a pact lies from its own value, [year, state].

    Values are the last ones known; 0 for other states, and without such a fellow.
    """
    bound = np.nan_to_num(pact) * ally[:, :, None] * ally[:, None, :] * (1 - np.eye(values.shape[1]))
    of_year = zip(bound, filled(values), strict=True)
    return np.stack([np.asarray(margins.from_fellows(fellows, last)) for fellows, last in of_year])


def before(values: Floats) -> Floats:
    """What was known a year before each row, [year, ...]; 0 before the first one."""
    return np.concatenate([np.zeros_like(values[:1]), values[:-1]])


def historical_gap(
    power: Floats, dyads: Dyads, promised_share: Floats, patron: int, allies: Floats
) -> tuple[Floats, Floats]:
    """Threat and security gap of one patron's allies in history, [year, state]; missing for others.

    An ally's adversaries are its own rivals and the patron's. `promised_share` is the probability of help as the ally
    believes it.
    """
    strength = np.nan_to_num(np.exp(power))
    near = nearness(np.nan_to_num(dyads.distance, nan=12.0))
    rivalry = np.nan_to_num(dyads.rivalry)
    opposed = np.maximum(rivalry, rivalry[:, patron][:, None, :])
    opposed[:, :, patron] = 0.0
    weight = opposed * np.asarray(near) * np.asarray(hostility(rivalry, dyads.stock))
    threat = np.log(np.einsum("tij,tj->ti", weight, strength) + 1.0)
    lent = np.nan_to_num(dyads.tie) / 3.0 * (1 - opposed) * np.asarray(near)
    lent[:, :, patron] = 0.0
    friends = np.einsum("tij,tj->ti", lent, strength)
    promised = promised_share * strength[:, [patron]] * REGION_SHARE
    gap = threat - np.log(np.maximum(strength, 1.0) + promised + friends)
    return np.where(allies > 0, threat, np.nan), np.where(allies > 0, gap, np.nan)
