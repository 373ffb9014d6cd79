"""How often allies drifted in the past: base rates of the definition, and where the known cases stand."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import numpy as np

from moorings.core.errors import InputError
from moorings.core.streams import stream
from moorings.score.metrics import Array

DRAWS = 2000
ERAS = {"1950-65": (1950, 1965), "1966-90": (1966, 1990), "1991 on": (1991, 9999)}
"""First and last start of a window."""
RUNNING = 2
"""Years running that a first passage needs, as an event with `by` does."""

Reading = Literal["in", "by"]


@dataclass(frozen=True)
class Windows:
    """Drift over windows of years, for one definition.

    Attributes
    ----------
    pairs
        (patron, ally), one per row.
    starts
        Years at which windows start, in order without gaps.
    drift
        [pair, start, years since the start], the first being after one year; nan where unknown or no ally at the
        start.
    """

    pairs: tuple[tuple[str, str], ...]
    starts: tuple[int, ...]
    drift: Array

    def __post_init__(self) -> None:
        if self.drift.shape[:2] != (len(self.pairs), len(self.starts)):
            raise InputError("drift windows", f"shape {self.drift.shape}", "[pair, start, years since the start]")

    @classmethod
    def from_rows(cls, pairs: Sequence[tuple[str, str]], starts: Sequence[int], path: Array) -> Windows:
        """From one row per window: its pair, the year it starts, drift [window, years since the start]."""
        rows, first = sorted(set(pairs)), min(starts)
        years = tuple(range(first, max(starts) + 1))
        drift = np.full((len(rows), len(years), path.shape[1]), np.nan)
        index = {pair: i for i, pair in enumerate(rows)}
        drift[[index[pair] for pair in pairs], np.asarray(starts) - first] = path
        return cls(tuple(rows), years, drift)

    @property
    def longest(self) -> int:
        """Longest horizon."""
        return int(self.drift.shape[2])

    def of(self, patron: str | None = None, era: str | None = None) -> Windows:
        """Those of one patron's allies and of starts within one era."""
        first, last = ERAS[era] if era else (-9999, 9999)
        rows = [i for i, (p, _) in enumerate(self.pairs) if patron in (None, p)]
        columns = [j for j, start in enumerate(self.starts) if first <= start <= last]
        pairs, starts = tuple(self.pairs[i] for i in rows), tuple(self.starts[j] for j in columns)
        return Windows(pairs, starts, self.drift[np.ix_(rows, columns)])


def reached(windows: Windows, threshold: float, horizon: int, reading: Reading = "in") -> Array:
    """Whether drift is at least `threshold` at the horizon (`in`), or in two years running up to it (`by`).

    Returns
    -------
    [pair, start], 0, 1 or nan. Only windows whose last year was seen count, or else those that moved early would
    count more often.
    """
    if not 1 <= horizon <= windows.longest:
        raise InputError("horizon", str(horizon), f"1 to {windows.longest}")
    above = windows.drift[:, :, :horizon] >= threshold
    if reading == "in":
        happened = above[:, :, -1]
    else:
        runs = [above[:, :, k : k + RUNNING].all(axis=2) for k in range(horizon - RUNNING + 1)]
        happened = np.any(runs, axis=0) if runs else np.zeros(above.shape[:2], dtype=bool)
    return np.where(np.isnan(windows.drift[:, :, horizon - 1]), np.nan, happened)


@dataclass(frozen=True)
class Rate:
    """A base rate with the interval of its uncertainty.

    Attributes
    ----------
    rate, low, high
        Share of windows and 90 % interval: the wider of the bootstraps by pair and by start.
    windows, pairs
        How many it rests on.
    """

    rate: float
    low: float
    high: float
    windows: int
    pairs: int


def base_rate(happened: Array, seed: int = 1) -> Rate:
    """Base rate of what happened in windows [pair, start]; nan without windows.

    Windows of one pair overlap, and those of one start share the world's shocks: the bootstrap draws whole pairs, and
    whole starts.
    """
    there = ~np.isnan(happened)
    if not there.any():
        return Rate(float("nan"), float("nan"), float("nan"), 0, 0)
    filled = np.where(there, happened, 0.0)
    spans = [_interval(filled.sum(axis), there.sum(axis), stream("base rate", axis, seed)) for axis in (0, 1)]
    low, high = max(spans, key=lambda span: span[1] - span[0])
    pairs = int(there.any(axis=1).sum())
    return Rate(float(filled.sum() / there.sum()), low, high, int(there.sum()), pairs)


def _interval(events: Array, cases: Array, seed: int) -> tuple[float, float]:
    """90 % interval of a rate by drawing groups with replacement; half an event is added, as for a rare one."""
    used = cases > 0
    groups = int(used.sum())
    weights = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), size=DRAWS)
    rates = (weights @ events[used] + 0.5) / (weights @ cases[used] + 1.0)
    low, high = np.quantile(rates, [0.05, 0.95])
    return float(low), float(high)


def base_rate_rows(
    windows: Windows, patrons: Sequence[str], thresholds: Sequence[float], horizon: int
) -> list[dict[str, object]]:
    """Rows of base rates by patron (and all together), era (and all), threshold and reading."""
    return [
        {
            "patron": patron or "all",
            "era": era or "all",
            "threshold": threshold,
            "horizon": horizon,
            "reading": reading,
            **vars(base_rate(reached(windows.of(patron, era), threshold, horizon, reading))),
        }
        for patron in (None, *patrons)
        for era in (None, *ERAS)
        for threshold in thresholds
        for reading in ("in", "by")
    ]


@dataclass(frozen=True)
class Case:
    """An ally that is known to have moved away.

    Attributes
    ----------
    patron, ally, first, last
        Who, and the years of it.
    what
        What happened.
    source
        Who tells it.
    """

    patron: str
    ally: str
    first: int
    last: int
    what: str
    source: str


def known_cases() -> tuple[Case, ...]:
    """The cases on which the definition is tried, whether it sees them or not."""
    text = resources.files("moorings.score").joinpath("known_cases.csv").read_text(encoding="utf-8")
    return tuple(
        Case(row["patron"], row["ally"], int(row["first"]), int(row["last"]), row["what"], row["source"])
        for row in csv.DictReader(text.splitlines())
    )


@dataclass(frozen=True)
class Standing:
    """Where a known case stands among all windows.

    Attributes
    ----------
    case
        Which.
    drift
        Its largest drift over windows that start near its first year; nan if there is none.
    windows
        How many it was chosen from.
    percentile
        Share of all windows of the patron with less drift.
    among_largest
        Share of other pairs' largest of as many consecutive windows that are below it: the fair comparison.
    """

    case: Case
    drift: float
    windows: int
    percentile: float
    among_largest: float

    @property
    def missed(self) -> bool:
        """Does not stand out: below the upper quartile of as many windows of other pairs, or not to be seen."""
        return not self.among_largest >= 0.75


def standing(windows: Windows, case: Case, horizon: int, lead: int = 3) -> Standing:
    """Percentile of a known case among the windows of its patron.

    Parameters
    ----------
    windows
        Of all pairs; the patron's are compared.
    case
        Which.
    horizon
        Length of the windows in years.
    lead
        Its windows start at most this many years before or after its first year.
    """
    at_end = windows.of(case.patron).drift[:, :, horizon - 1]
    names = [ally for _, ally in windows.of(case.patron).pairs]
    if case.ally not in names:
        return Standing(case, float("nan"), 0, float("nan"), float("nan"))
    near = [j for j, start in enumerate(windows.starts) if case.first - lead <= start <= case.first + lead]
    row = names.index(case.ally)
    own = at_end[row, near]
    count = int((~np.isnan(own)).sum())
    if not count:
        return Standing(case, float("nan"), 0, float("nan"), float("nan"))
    largest = float(np.nanmax(own))
    others = np.delete(at_end, row, axis=0)
    return Standing(case, largest, count, _below(at_end, largest), _below(_largest_of(others, count), largest))


def _largest_of(drift: Array, count: int) -> Array:
    """Largest of every `count` consecutive windows of a pair, missing where one is."""
    if drift.shape[1] < count or not len(drift):
        return np.empty(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(drift, count, axis=1).max(axis=2))


def _below(values: Array, value: float) -> float:
    known = values[~np.isnan(values)]
    return float((known < value).mean()) if known.size else float("nan")
