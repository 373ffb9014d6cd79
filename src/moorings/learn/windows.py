"""The reference windows of `tether/1`: constants, base rates and measured drift of historical allies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moorings.core.variables import DEFENCE
from moorings.learn.history import Dyads
from moorings.model import tether

Floats = NDArray[np.float64]
SPAN, LAST_END = 10, 2014
HORIZONS = tuple(range(1, 16))


@dataclass(frozen=True)
class Dealings:
    """Dealings with whoever was ever the patron's rival: [year, state, rival], 0 or 1; `opposed` is [year, rival].

    Attributes
    ----------
    pact, rivalry
        A state's pacts and rivalries with each of them.
    opposed
        The patron is its rival, and has no such pact with it himself.
    """

    pact: Floats
    rivalry: Floats
    opposed: Floats

    def change(self, start: int, end: int, held: NDArray[np.bool_]) -> Floats:
        """Pacts gained and rivalries given up with those whom the patron opposed at both dates, [state]."""
        both = self.opposed[start] * self.opposed[end]
        warmth = self.pact - self.rivalry
        return np.asarray((warmth[end] - warmth[start])[held] @ both)

    def level(self, t: int, held: NDArray[np.bool_]) -> Floats:
        """Pacts less rivalries with the patron's rivals of a year, [state]."""
        return np.asarray((self.pact - self.rivalry)[t, held] @ self.opposed[t])


def dealings(dyads: Dyads, patron: int) -> Dealings:
    """A patron's rivals, and everyone's dealings with them."""
    opposed = np.nan_to_num(dyads.rivalry[:, patron]) * (1 - np.nan_to_num(dyads.friendly_pact[:, patron]))
    ever = opposed.max(axis=0) > 0
    return Dealings(
        np.nan_to_num(dyads.friendly_pact[:, :, ever]), np.nan_to_num(dyads.rivalry[:, :, ever]), opposed[:, ever]
    )


@dataclass(frozen=True)
class Deeds:
    """One patron's allies in history, [year, state]; `ally` is 1 where the patron owes defence.

    Attributes
    ----------
    ideal, share, substitutes, rung, refusals
        As in `model.tether.Acts`.
    dealings
        What accommodation is made of.
    patron_ideal
        The patron's own ideal point, [year].
    troops, obligation, commitment, burden
        Log(1 + persons), level, sd, log share of GDP: what withdrawal and autonomy are made of.
    """

    years: tuple[int, ...]
    states: tuple[str, ...]
    ally: Floats
    ideal: Floats
    share: Floats
    substitutes: Floats
    rung: Floats
    refusals: Floats
    dealings: Dealings
    patron_ideal: Floats
    troops: Floats
    obligation: Floats
    commitment: Floats
    burden: Floats

    def acts(self, t: int, held: NDArray[np.bool_]) -> tether.Acts:
        """Acts of year index `t` of the states `held`."""
        own = {name: getattr(self, name)[t, held] for name in ("ideal", "share", "substitutes", "rung", "refusals")}
        return tether.Acts(**own, accommodation=self.dealings.level(t, held))


def substitutes(dyads: Dyads, obligation: Floats, patron: int) -> Floats:
    """Number of states without any obligation from the patron with which a state has a pact, [year, state]."""
    unprotected = (np.nan_to_num(obligation) < 1).astype(float)
    unprotected[:, patron] = 0.0
    counted = np.einsum("tij,tj->ti", np.nan_to_num(dyads.pact), unprotected)
    return np.where(np.isfinite(dyads.pact).any(axis=2), counted, np.nan)


def refusals(obligation: Floats) -> Floats:
    """Ends of the defence obligation so far, [year, state]; the source does not say by whose act."""
    held = np.nan_to_num(obligation) >= DEFENCE
    ended = held[:-1] & ~held[1:] & np.isfinite(obligation[1:])
    return np.concatenate([np.zeros((1, held.shape[1])), np.cumsum(ended, axis=0)])


def windows(deeds: Deeds, spans: list[tuple[int, int]]) -> tuple[Floats, list[NDArray[np.int64]]]:
    """Raw strand changes over several windows, by start and span, all in a row [strand, case], and who is in each."""
    known = np.isfinite(deeds.ideal)
    held = [(deeds.ally[start] > 0) & known[start] & known[start + span] for start, span in spans]
    ends = [_ends(deeds, *at, who) for at, who in zip(spans, held, strict=True)]
    begin, end = (tether.Acts(*map(np.concatenate, zip(*(case[k] for case in ends), strict=True))) for k in (0, 1))
    raw = tether.changes(begin, end, np.concatenate([case[2] for case in ends]))
    return np.asarray(raw), [np.flatnonzero(who) for who in held]


def strand_changes(deeds: Deeds, start: int, span: int, held: NDArray[np.bool_]) -> Floats:
    """Raw strand changes of the states `held` over one window, [strand, state]; missing where a strand is."""
    return np.asarray(tether.changes(*_ends(deeds, start, span, held)))


def _ends(deeds: Deeds, start: int, span: int, held: NDArray[np.bool_]) -> tuple[tether.Acts, tether.Acts, Floats]:
    """Acts of the states `held` at both ends of a window, and the patron's ideal point at its start, [state]."""
    begin, end = deeds.acts(start, held), deeds.acts(start + span, held)
    # where the patron makes his own peace in between, an ally's is no drift
    end = end._replace(accommodation=begin.accommodation + deeds.dealings.change(start, start + span, held))
    return begin, end, np.full(held.sum(), deeds.patron_ideal[start])


def constants(deeds: Deeds) -> dict[str, list[float] | float]:
    """Standard deviations of the strands, weights, units: from ten-year windows that end by 2014."""
    starts = [t for t, year in enumerate(deeds.years[:-SPAN]) if year + SPAN <= LAST_END]
    raw, _ = windows(deeds, [(t, SPAN) for t in starts])
    sd = np.nanstd(raw, axis=1)
    weights = np.ones(len(tether.STRANDS))
    plain = tether.Constants(sd, weights, np.zeros_like(sd), np.asarray(1.0))
    unit = float(np.nanstd(np.asarray(tether.drift(raw, plain))))
    found: dict[str, list[float] | float] = {"sd": sd.tolist(), "weights": weights.tolist(), "unit": unit}
    found["centre"] = _centre(deeds)
    return found | _driver_constants(deeds, starts)


def _centre(deeds: Deeds) -> list[float]:
    """Mean level of each strand over ally-years to `LAST_END`."""
    rows = []
    for t, year in enumerate(deeds.years):
        held = (deeds.ally[t] > 0) & np.isfinite(deeds.ideal[t])
        if year <= LAST_END and held.any():
            rows.append(np.asarray(tether.levels(deeds.acts(t, held), deeds.patron_ideal[t])))
    return [float(x) for x in np.nanmean(np.concatenate(rows, axis=1), axis=1)]


def _driver_constants(deeds: Deeds, starts: list[int]) -> dict[str, float]:
    found, parts = {}, []
    for name in ("troops", "obligation", "commitment", "burden"):
        series = getattr(deeds, name)
        change = np.concatenate([(series[t + SPAN] - series[t])[deeds.ally[t] > 0] for t in starts])
        found[f"sd {name}"] = float(np.nanstd(change))
        if name != "burden":
            parts.append(np.nan_to_num(-change / found[f"sd {name}"]))
    found["sd backbone"] = 0.3
    mean = np.sum(parts, axis=0) / len(tether.WITHDRAWAL)
    return found | {"unit withdrawal": float(np.std(mean))}


def as_constants(table: dict[str, list[float] | float]) -> tether.Constants:
    """The published table as the law's constants."""
    return tether.Constants(*(np.asarray(table[name]) for name in tether.Constants._fields))


@dataclass(frozen=True)
class Windows:
    """Drift of all windows: state, start year, and path [window, horizon] with missing beyond the data."""

    state: NDArray[np.int64]
    start: NDArray[np.int64]
    path: Floats


def drift_windows(deeds: Deeds, table: dict[str, list[float] | float], last: int = LAST_END) -> Windows:
    """Drift along every window from each year in which a state is an ally, up to `last`."""
    held = [
        np.flatnonzero((ally > 0) & np.isfinite(ideal)) for ally, ideal in zip(deeds.ally, deeds.ideal, strict=True)
    ]
    ends = sum(year <= last for year in deeds.years)
    spans = [(t, span) for t in range(ends) for span in HORIZONS if t + span < ends]
    raw, inside = windows(deeds, spans)
    drift = np.split(np.asarray(tether.drift(raw, as_constants(table))), np.cumsum([len(who) for who in inside])[:-1])
    paths = [np.full((len(who), len(HORIZONS)), np.nan) for who in held]
    for (t, span), who, values in zip(spans, inside, drift, strict=True):
        paths[t][np.searchsorted(held[t], who), HORIZONS.index(span)] = values
    starts = np.repeat(deeds.years, [len(who) for who in held])
    return Windows(np.concatenate(held), starts, np.concatenate(paths))
