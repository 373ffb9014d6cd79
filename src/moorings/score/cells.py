"""From the forecasts of all origins to the rows of the record: one cell per outcome and horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from moorings.score import metrics
from moorings.score.coverage import even_hits
from moorings.score.metrics import METRICS, Array
from moorings.score.outcomes import Outcome
from moorings.score.skill import UNKNOWN, Skill, Tally, best, skill

SCORES = {"continuous": ("crps",), "event": ("brier", "log")}
EDGES: Array = np.array([0.0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Edges of the classes of a reliability curve; fine near 0, where most events are."""


@dataclass(frozen=True)
class Cell:
    """All forecasts of one outcome at one horizon, beside what came.

    Attributes
    ----------
    outcome, horizon, origins
        Which; `origins` are those of which the outcome is known.
    observed
        [origin, unit].
    models, baselines
        Name -> quantiles [level, origin, unit] or probabilities [origin, unit].
    """

    outcome: Outcome
    horizon: int
    origins: tuple[int, ...]
    observed: Array
    models: Mapping[str, Array]
    baselines: Mapping[str, Array]

    @property
    def forecasts(self) -> dict[str, Array]:
        """Models and baselines together."""
        return {**self.models, **self.baselines}

    @property
    def fair(self) -> Array:
        """What came, missing where any of the forecasts is: every forecast is scored on the same cases."""
        there = ~np.isnan(self.observed)
        for forecast in self.forecasts.values():
            there &= ~np.isnan(forecast if forecast.ndim == 2 else forecast.sum(axis=0))
        return np.where(there, self.observed, np.nan)

    @property
    def dropped(self) -> int:
        """Cases whose outcome is known and that some forecast lacks."""
        return int((~np.isnan(self.observed)).sum() - (~np.isnan(self.fair)).sum())


def tallies(cell: Cell, score: str) -> dict[str, Tally]:
    """Forecast -> its tally of one score."""
    fair = cell.fair
    return {
        name: Tally.of(METRICS[score].score(forecast, fair), cell.outcome.clusters)
        for name, forecast in cell.forecasts.items()
    }


def rows(cell: Cell, score: str, sums: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """Rows of the record for one score: one per model, or one with baselines only if there is no model."""
    rivals = {name: sums[name] for name in cell.baselines}
    first = best(rivals)
    shared = {
        "outcome": cell.outcome.name,
        "kind": cell.outcome.kind,
        "unit": cell.outcome.unit,
        "horizon": cell.horizon,
        "origins": list(cell.origins),
        "n": int(rivals[first].count.sum()),
        "dropped": cell.dropped,
        "events": int(np.nansum(cell.fair)) if cell.outcome.kind == "event" else None,
        "score": score,
        "baselines": {name: number(tally.mean) for name, tally in rivals.items()},
        "best_baseline": first,
    }
    if not cell.models:
        nothing: dict[str, Any] = {"variant": None, "model": None} | spread("skill", UNKNOWN) | {"skills": {}}
        return [shared | nothing | _covers(cell, cell.baselines[first])]
    return [
        shared | _verdict(name, sums[name], rivals, first) | _covers(cell, forecast)
        for name, forecast in cell.models.items()
    ]


def _verdict(name: str, tally: Tally, rivals: Mapping[str, Tally], first: str) -> dict[str, Any]:
    """Skill over the best baseline, and the plain skill over each."""
    skills = {
        rival: number(1.0 - tally.mean / theirs.mean) if theirs.mean else None for rival, theirs in rivals.items()
    }
    found = spread("skill", skill(tally, rivals[first]))
    return {"variant": name, "model": number(tally.mean), **found, "skills": skills}


def spread(name: str, found: Skill) -> dict[str, float | None]:
    """A skill and its interval as fields of a row."""
    return {name: number(found.value), f"{name}_low": number(found.low), f"{name}_high": number(found.high)}


def _covers(cell: Cell, forecast: Array) -> dict[str, Any]:
    """Coverage of a model's intervals (of the best baseline's where there is no model); missing for events.

    `even50` and `even90` are the same with ties spread evenly (see `score.coverage`).
    """
    closed = ("coverage50", "coverage90")
    even = {"even50": 0.5, "even90": 0.9}
    if cell.outcome.kind == "event":
        return dict.fromkeys((*closed, *even))
    found = {key: METRICS[key].mean(forecast, cell.fair) for key in closed}
    found |= {key: metrics.mean(even_hits(forecast, cell.fair, mass)) for key, mass in even.items()}
    return {key: number(share.value) for key, share in found.items()}


def number(value: float) -> float | None:
    """A number for JSON: missing is null."""
    return float(value) if np.isfinite(value) else None


def pit_rows(cell: Cell, bins: int = 10) -> list[dict[str, Any]]:
    """Rank histograms of a quantity's forecasts."""
    if cell.outcome.kind == "event":
        return []
    fair = cell.fair
    return [
        {
            "outcome": cell.outcome.name,
            "horizon": cell.horizon,
            "forecast": name,
            "shares": _shares(forecast, fair, bins),
        }
        for name, forecast in cell.forecasts.items()
    ]


def _shares(forecast: Array, observed: Array, bins: int) -> list[float | None]:
    return [number(share) for share in metrics.rank_histogram(forecast, observed, bins)]


def reliability_rows(cell: Cell) -> list[dict[str, Any]]:
    """Reliability curves of an event's forecasts: how often it came where so much was said."""
    if cell.outcome.kind == "continuous":
        return []
    fair = cell.fair
    return [
        {"outcome": cell.outcome.name, "horizon": cell.horizon, "forecast": name, **point}
        for name, forecast in cell.forecasts.items()
        for point in reliability(forecast[~np.isnan(fair)], fair[~np.isnan(fair)])
    ]


def reliability(probability: Array, observed: Array) -> list[dict[str, Any]]:
    """Points of a reliability curve; the interval of the frequency is Jeffreys', 90 %, as if cases were independent.

    References
    ----------
    Bröcker and Smith (2007), doi:10.1175/WAF993.1; Brown, Cai and DasGupta (2001), doi:10.1214/ss/1009213286.
    """
    from scipy.stats import beta

    place = np.clip(np.searchsorted(EDGES, probability, side="right") - 1, 0, len(EDGES) - 2)
    points = []
    for k in np.unique(place):
        p, came = probability[place == k], observed[place == k]
        low, high = beta.ppf([0.05, 0.95], came.sum() + 0.5, len(came) - came.sum() + 0.5)
        points.append(
            {
                "n": len(p),
                "said": float(p.mean()),
                "came": float(came.mean()),
                "low": float(low),
                "high": float(high),
            }
        )
    return points
