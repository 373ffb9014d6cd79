"""What "noticeable" may mean: three readings of an ally's drift, over thresholds and weights of the reader's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.errors import InputError, check_name
from moorings.core.variables import NOTICEABLE
from moorings.model.tether import MEANING, STRANDS

if TYPE_CHECKING:
    from moorings.jobs.forecast import Forecast

LOWEST, HIGHEST = 0.1, 5.0
"""Thresholds that can be asked for, standard deviations of drift."""
HEAVIEST = 10.0
"""Largest weight of a strand."""
GRID = (0.5, 1.0, 1.5, 2.0)
CERTAIN = 0.9
"""Probability from which drift above 0 counts as seen, in the first reading."""


def checked(threshold: float, weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of all strands, 1 where none is given.

    Raises
    ------
    InputError
        For numbers out of range, weights that are all 0, or an unknown strand.
    """
    if not LOWEST <= threshold <= HIGHEST:
        raise InputError("threshold", f"{threshold:g}", f"{LOWEST:g} to {HIGHEST:g} standard deviations")
    for name, weight in weights.items():
        check_name("weight", name, STRANDS)
        if not 0 <= weight <= HEAVIEST:
            raise InputError(f"weight of {name}", f"{weight:g}", f"0 to {HEAVIEST:g}")
    full = dict.fromkeys(STRANDS, 1.0) | dict(weights)
    if not any(full.values()):
        raise InputError("weights", "0 for every strand", "more than 0 for one strand at least")
    return full


def readings(
    found: Forecast, state: str, threshold: float = NOTICEABLE, weights: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Three readings of "noticeable drift" of a rated ally in the last year, and a grid over thresholds and weights.

    Parameters
    ----------
    found
        The forecast.
    state
        A rated ally.
    threshold
        From which drift is called noticeable, in standard deviations.
    weights
        Strand -> weight; 1 where none is given. Only their ratios matter. Drift stays in the unit of the published
        definition.

    Returns
    -------
    `threshold`, `weights`, what strands mean, whether all is as `published`, the three `readings`, and the `grid`: for
    the definition asked for and for each strand counted double, the probability at each threshold.

    Raises
    ------
    InputError
        For a state that is no rated ally, and as `checked`.
    """
    check_name("ally", state, found.system.rated)
    full = checked(threshold, weights or {})
    z, unit = _standardised(found, state)
    drift = _drift(z, full, unit)
    moved = np.sum(z >= 1, axis=0) >= 2
    rows = (
        {"reading": "away from the patron at all", "allowed": 0.0, **_answer(found, drift > 0)},
        {"reading": "at least the threshold", "allowed": threshold, **_answer(found, drift >= threshold)},
        {"reading": "two strands, each by one standard deviation", "allowed": None, **_answer(found, moved)},
    )
    kinds = {"as asked": full} | {f"{name} counted double": {**full, name: 2 * full[name]} for name in STRANDS}
    return {
        "threshold": threshold,
        "weights": full,
        "meaning": MEANING,
        "published": threshold == NOTICEABLE and len(set(full.values())) == 1,
        "certain": rows[0]["probability"] >= CERTAIN,
        "readings": rows,
        "grid": [
            {"weights": kind, **_at(found, _drift(z, own, unit), sorted({*GRID, threshold}))}
            for kind, own in kinds.items()
        ],
    }


def _standardised(found: Forecast, state: str) -> tuple[np.ndarray, float]:
    """The strands in standard deviations, [strand, member], missing where the ally has none; the unit of drift."""
    i = found.system.states.index(state)
    constants = {name: np.asarray(value[0]) for name, value in found.opened.params["tether"].items()}
    parts = found.strands[:, :, -1, i]
    values = found.ensemble.values
    missing = {"orientation": values["ideal_point"], "suppliers": values["arms_dependence"]}
    known = np.array([name not in missing or bool(np.isfinite(missing[name][:, -1, i]).all()) for name in STRANDS])
    weights = np.where(known, constants["weights"], 0.0)
    share = weights / weights.sum() / constants["unit"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known[:, None], parts / share[:, None], np.nan), float(constants["unit"])


def _drift(z: np.ndarray, weights: Mapping[str, float], unit: float) -> np.ndarray:
    from moorings.model.tether import weighted_mean

    return np.asarray(weighted_mean(z, np.array([weights[name] for name in STRANDS]))) / unit


def _answer(found: Forecast, truth: np.ndarray) -> dict[str, Any]:
    from moorings.ask.probability import interval, spread
    from moorings.ask.words import words

    share = spread(truth, found.ensemble)
    low, high = interval(share)
    return {"probability": share.mean, "low": low, "high": high, "words": words(share.mean)}


def _at(found: Forecast, drift: np.ndarray, thresholds: Sequence[float]) -> dict[str, float]:
    return {f"{level:g}": float(found.ensemble.weights @ (drift >= level)) for level in thresholds}
