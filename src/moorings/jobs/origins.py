"""The law under test: from each origin, with a posterior and data that hold nothing later, its simulated paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moorings.core.digest import record_digest
from moorings.core.variables import MARKED, NOTICEABLE
from moorings.data.panel import panel_status
from moorings.jobs.fit import THINNED, fit
from moorings.jobs.forecast import code_digest, run_paths
from moorings.jobs.opening import Opened, open_system
from moorings.learn.assemble import Material
from moorings.learn.events import Pairs, nuclear_features, obligation_features
from moorings.learn.fit import deeds_of
from moorings.learn.history import PATRONS, last_pacts
from moorings.learn.posterior import available, published_constants
from moorings.learn.windows import drift_windows
from moorings.model import hazards, threat
from moorings.score.backtest import Forecaster, Prediction
from moorings.score.events import drift_outcomes
from moorings.score.outcomes import Outcome
from moorings.score.pool import COUPLED, STRUCTURAL
from moorings.simulate.engine import Paths

Floats = NDArray[np.float64]
SYSTEM, MEMBERS, SEED = "us-alliances", 4000, 1
ON_SCALE: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "burden": ("burden", np.log),
    "troops": ("troops", np.log1p),
    "ideal_point": ("ideal_point", np.asarray),
    "alignment_distance": ("alignment_distance", np.asarray),
    "arms_dependence": ("arms_dependence", np.asarray),
    "gdp": ("gdp", np.log),
    "partners": ("partners", np.log1p),
    "drift": ("drift", np.asarray),
}
"""Outcome -> variable of the simulation, and how it comes to the outcome's scale."""


@dataclass(frozen=True)
class Case:
    """One origin: the system opened there, its simulated paths, the material (only its past is used)."""

    opened: Opened
    paths: Paths
    material: Material
    origin: int

    @property
    def row(self) -> int:
        """Index of the origin's year."""
        return self.material.years.index(self.origin)


def law_under_test(material: Material, horizons: Sequence[int] = (1, 3, 5, 10)) -> Forecaster:
    """The law as the back-test's forecaster; of the material only what is known at an origin is used."""
    units, panel = _units(material), panel_status().digest

    def predict(origin: int) -> Mapping[str, Prediction]:
        case = open_case(material, origin, max(horizons))
        law = replace(case, paths=run_paths(replace(case.opened, couple=lambda: None), {}, MEMBERS, SEED))
        return {name: _prediction(one, units, tuple(horizons)) for name, one in ((STRUCTURAL, law), (COUPLED, case))}

    def digest(origin: int) -> str:
        return record_digest([code_digest(), panel, _posterior_of(origin), MEMBERS])

    return Forecaster(digest, predict)


def _posterior_of(origin: int) -> str:
    path = available().get(origin)
    return path.with_suffix(".json").read_text(encoding="utf8") if path else ""


def open_case(material: Material, origin: int, ahead: int) -> Case:
    """Fit up to the origin if that was not done yet, open the alliances there, simulate."""
    if origin not in available():
        fit(origin, draws=THINNED)
    opened = open_system(SYSTEM, origin, origin + ahead)
    return Case(opened, run_paths(opened, {}, MEMBERS, SEED), material, origin)


def _units(material: Material) -> dict[str, tuple[str, ...]]:
    from moorings.score.events import event_outcomes, partners
    from moorings.score.targets import quantity_outcomes

    made = (
        *quantity_outcomes(material.arrays, "USA", (1,)),
        partners(material, "USA", (1,)),
        *event_outcomes(material, "USA", (1,)),
        *drifts(material),
    )
    return {outcome.name: outcome.units for outcome in made}


def drifts(material: Material, horizons: Sequence[int] = (1, 3, 5, 10)) -> Sequence[Outcome]:
    """Drift as it was measured in history, as far as pacts are known: the outcomes of `tether/1`."""
    nothing = np.zeros((len(material.years), len(material.states), len(PATRONS)))
    constants = published_constants()
    last = last_pacts(material.dyads, material.years)
    windows = drift_windows(deeds_of(material, nothing), constants or {}, last)
    return drift_outcomes(windows.path, (windows.state, windows.start), (material.years, material.states), horizons)


def _prediction(case: Case, units: Mapping[str, tuple[str, ...]], horizons: tuple[int, ...]) -> Prediction:
    quantities = {(name, h): _members(case, name, units[name], h) for name in ON_SCALE for h in horizons}
    probabilities = {
        key: value for h in horizons for key, value in _probabilities(case, units, h).items() if key[0] in units
    }
    return Prediction(quantities, probabilities)


def _members(case: Case, name: str, units: tuple[str, ...], horizon: int) -> Floats:
    """Members of one outcome, [member, unit]; missing for units that are no allies."""
    variable, scale = ON_SCALE[name]
    value = case.paths.values[variable][:, horizon]
    return _spread(case.opened.system.states, scale(value), units)


def _spread(states: tuple[str, ...], value: Floats, units: tuple[str, ...]) -> Floats:
    out = np.full((*value.shape[:-1], len(units)), np.nan)
    place = {state: i for i, state in enumerate(states)}
    here = [k for k, unit in enumerate(units) if unit in place]
    out[..., here] = value[..., [place[units[k]] for k in here]]
    return out


def _probabilities(case: Case, units: Mapping[str, tuple[str, ...]], h: int) -> dict[tuple[str, int], Floats]:
    states, values = case.opened.system.states, case.paths.values
    drift = values["drift"][:, h]
    with np.errstate(invalid="ignore"):
        found = {
            "noticeable_drift": _share(drift >= NOTICEABLE, drift),
            "marked_drift": _share(drift >= MARKED, drift),
            "troops_leave": _left(values["troops"][:, : h + 1]),
            "supported": values["reliability"][:, 0].mean(axis=0),
        }
    spread = {name: _spread(states, value[None], units[name])[0] for name, value in found.items()}
    return {(name, h): value for name, value in (spread | _hazards(case, h)).items()}


def _share(happened: NDArray[np.bool_], value: Floats) -> Floats:
    """Probability of what happened in some of the members [member, state], by Jeffreys' prior; missing as the value.

    So many members cannot tell what is rarer than one of them from what never happens.

    References
    ----------
    Katz and Ehrendorfer (2006), doi:10.1175/WAF913.1.
    """
    share = (happened.sum(axis=0) + 0.5) / (len(happened) + 1)
    return np.asarray(np.where(np.isfinite(value).all(axis=0), share, np.nan))


def _left(troops: Floats) -> Floats:
    """Share of members in which troops stood under half of the start two years running, [state]."""
    below = troops[:, 1:] < troops[:, :1] / 2
    running = np.asarray((below[:, 1:] & below[:, :-1]).any(axis=1))
    return _share(running, troops[:, -1])


def _within(yearly: Floats | float, years: int) -> Floats:
    """Probability that a yearly hazard strikes within some years."""
    return np.asarray(1 - (1 - np.asarray(yearly)) ** years)


def _hazards(case: Case, h: int) -> dict[str, Floats]:
    """Hazards of all pairs and states from their features at the origin, held over the horizon but for disputes."""
    pairs = Pairs(case.material)
    features = {name: value[min(case.row, len(value) - 1)] for name, value in pairs.features.items()}
    ladder = {name: value[case.row] for name, value in nuclear_features(case.material).items()}
    us = PATRONS.index("USA")
    owed = {name: value[case.row, :, us] for name, value in obligation_features(case.material).items()}
    forced, any_ = _disputes(case, features, h)
    gap = _gap(case)
    either = np.where(np.isfinite(gap[pairs.i]) | np.isfinite(gap[pairs.j]), 0.0, np.nan)
    either += np.nan_to_num(gap[pairs.i]) + np.nan_to_num(gap[pairs.j])
    return {
        "dispute": forced,
        "any_dispute": any_,
        "new_pact": _within(_yearly(case, "new_tie", features, either), h),
        "pact_ends": _within(_yearly(case, "tie_ends", features), h),
        "nuclear_up": _within(_yearly(case, "nuclear_up", ladder, gap), h),
        "obligation_ends": _within(_yearly(case, "obligation_ends", owed), h),
    }


def _disputes(case: Case, features: Mapping[str, Floats], h: int) -> tuple[Floats, Floats]:
    """Probability of a dispute with force, and of any, within `h` years; the memory of past disputes goes on.

    As long as none came, quiet years grow and the stock fades; before one with force, others may come, at their
    expected number.
    """
    memory = np.expm1(features["stock"]), np.expm1(features["quiet"])
    calm = peaceful = np.ones_like(memory[0])
    quiet, eventful = memory, memory
    for _ in range(h):
        calm = calm * (1 - _yearly(case, "dispute", _remembering(features, *quiet)))
        quiet = hazards.STOCK_KEEP * quiet[0], quiet[1] + 1
        now = _remembering(features, *eventful)
        onset, force = _yearly(case, "dispute", now), _yearly(case, "force", now)
        peaceful = peaceful * (1 - onset * force)
        other = onset * (1 - force) / (1 - onset * force)
        eventful = hazards.STOCK_KEEP * eventful[0] + other, (1 - other) * (eventful[1] + 1)
    return 1 - peaceful, 1 - calm


def _remembering(features: Mapping[str, Floats], stock: Floats, quiet: Floats) -> dict[str, Floats]:
    moved = dict(features) | {"stock": np.log1p(stock), "quiet": np.log1p(quiet)}
    return moved | hazards.product_features(moved)


def _gap(case: Case) -> Floats:
    """Where each ally's gap stands among the allies' at the origin, mean of the members; missing elsewhere, [state]."""
    scale = {name: float(np.mean(value)) for name, value in case.opened.params["gap"].items()}
    seen = np.asarray(threat.standardised(case.paths.values["gap"][:, 0], **scale)).mean(axis=0)
    return _spread(case.opened.system.states, seen - np.nanmean(seen), tuple(case.material.states))


def _yearly(case: Case, name: str, features: Mapping[str, Floats], standing: Floats | None = None) -> Floats:
    """Yearly probability at the mean of the draws, before a gap moves; `standing` is missing where there is no ally."""
    mode = {key: np.mean(value, axis=0) for key, value in case.opened.params[name].items()}
    odds = np.asarray(hazards.odds(name, {name: mode}, dict(features)))
    if standing is not None:
        odds = odds + np.nan_to_num(np.asarray(hazards.of_ally(mode, standing, np.zeros_like(standing))))
    return np.asarray(hazards.probability(odds))
