"""Fit every equation of the law on history up to a year; the order is the order in which one needs another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from moorings.core.variables import DEFENCE
from moorings.learn import priors
from moorings.learn.accession import fit_accession
from moorings.learn.arms import arms_rows, fit_arms, fit_orders, order_rows
from moorings.learn.arms import residuals as arms_residuals
from moorings.learn.assemble import Material, signals
from moorings.learn.commitment import CommitmentFit, fit_commitment
from moorings.learn.events import fit_events
from moorings.learn.history import PATRONS, before, from_fellows, historical_gap, margin_history
from moorings.learn.laplace import Approximation
from moorings.learn.margins import MarginData, fit_margin, fixed_numbers, residuals
from moorings.learn.posterior import Posterior
from moorings.learn.shared import fit_shared
from moorings.learn.windows import Deeds, constants, dealings, drift_windows, refusals, substitutes
from moorings.model import threat
from moorings.model.commitment import trust
from moorings.model.margins import blurred

Floats = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Task:
    """What to fit: last year seen, number of draws, seed, coded events of the patron's acts, published constants."""

    end: int
    draws: int = 400
    seed: int = 20260101
    coded: pl.DataFrame | None = None
    constants: dict[str, Any] | None = None


def fit_all(material: Material, task: Task, progress: Progress) -> Posterior:
    """Fit every equation by its mode and curvature; gather draws, diagnostics and what rests on history."""
    random = np.random.default_rng(task.seed)
    draws: dict[str, dict[str, Floats]] = {}
    report: dict[str, Any] = {}
    progress("commitment")
    data, reference, scales = signals(material, task.coded)
    found = fit_commitment(data, reference, priors.BELIEF_PRIORS["coded"].centre, task.draws, task.seed)
    report["commitment"] = _quality(found.approximation, priors.COMMITMENT_PRIORS)
    draws["commitment"] = found.draws | {"rate": _draw(priors.BELIEF_PRIORS["rate"], task.draws, random)}
    gap, numbers = _gap(material, found, data)
    draws["gap"] = {name: np.full(task.draws, value) for name, value in numbers.items()}
    gaps = _apart(material, gap)
    residual = _fit_margins(material, gaps[1], task, draws, report, progress)
    progress("arms")
    residual["arms"] = _fit_arms(material, gaps[1], task, draws, report)
    progress("shared shocks")
    shared = fit_shared(residual, task.draws, task.seed)
    draws["shared"] = shared.draws
    report["shared"] = {"rhat": shared.rhat, "effective": shared.effective, "history": shared.history}
    progress("events")
    level = _levels(material, found, data)
    events, summary = fit_events(material, level, gaps, task.draws, task.seed)
    draws |= events
    report |= summary
    draws["accession"], report["accession"] = fit_accession(material, task.draws, task.seed)
    draws["test"] = {name: _draw(prior, task.draws, random) for name, prior in priors.TEST_PRIORS.items()}
    levers = {name: _draw(prior, task.draws, random) for name, prior in priors.LEVER_PRIORS.items()}
    draws["burden"]["demand"] = levers["demand"]
    draws["troops"]["lift"] = levers["lift"]
    draws["obligation_ends"]["ally_share"] = levers["ally_share"]
    progress("reference windows")
    deeds = deeds_of(material, level)
    table = task.constants or constants(deeds)
    windows = drift_windows(deeds, table)
    draws["tether"] = {
        name: np.broadcast_to(np.asarray(value, float), (task.draws, *np.shape(value))).copy()
        for name, value in table.items()
    }
    meta = {
        "end": task.end,
        "draws": task.draws,
        "seed": task.seed,
        "signals": scales,
        "equations": report,
        "tether": table,
        "tracks": {d.patron: {"allies": list(d.allies), "years": list(d.years)} for d in data if d.patron == "USA"},
    }
    tracks = {
        "USA": {
            "mean": found.mean["USA"],
            "sd": found.sd["USA"],
            "last": found.last["USA"],
            "last_cov": found.last_cov["USA"],
        },
        "windows": {"state": windows.state.astype(float), "start": windows.start.astype(float), "path": windows.path},
    }
    return Posterior(draws, tracks, meta)


def _draw(prior: priors.Prior, draws: int, random: np.random.Generator) -> Floats:
    normal = prior.normal_centre + prior.sd * random.standard_normal(draws)
    return np.asarray(priors.on_scale(prior.kind, normal))


def _quality(found: Approximation, table: dict[str, priors.Prior]) -> dict[str, Any]:
    """Gradient and condition at the mode; mean, sd and the share that rests on history, by parameter.

    Of draws by importance also what they are worth.
    """
    rows = {}
    for name, prior in table.items():
        value = found.draws[name]
        scale = _unconstrained(prior.kind, value)
        share = 1 - float(np.var(scale)) / prior.sd**2 if scale.ndim == 1 else None
        rows[name] = {"mean": np.mean(value, axis=0).tolist(), "sd": np.std(value, axis=0).tolist(), "history": share}
    quality = {"gradient": found.gradient, "condition": found.condition, "parameters": rows}
    return quality if found.effective is None else quality | {"effective": found.effective}


def _unconstrained(kind: str, value: Floats) -> Floats:
    if kind == "real":
        return value
    return np.log(value) if kind == "positive" else np.log(value) - np.log1p(-value)


def _patron(material: Material, name: str, patron: str = "USA") -> Floats:
    return material.arrays.pair_year[name][:, :, PATRONS.index(patron)]


def _levels(material: Material, found: CommitmentFit, data: tuple[Any, ...]) -> Floats:
    """Smoothed commitment, [year, state, patron]; missing where a patron never signalled anything."""
    out = np.full((len(material.years), len(material.states), len(PATRONS)), np.nan)
    for one in data:
        columns = [material.states.index(ally) for ally in one.allies]
        out[:, columns, PATRONS.index(one.patron)] = found.mean[one.patron]
    return out


def _gap(material: Material, found: CommitmentFit, data: tuple[Any, ...]) -> tuple[Floats, dict[str, float]]:
    """Standardised gap of US allies, 0 for others, [year, state], with its centre and sd."""
    _, gap = gap_of(material, _levels(material, found, data))
    centre, sd = float(np.nanmean(gap)), float(np.nanstd(gap))
    return np.nan_to_num(np.asarray(threat.standardised(gap, centre, sd))), {"centre": centre, "sd": sd}


def _apart(material: Material, gap: Floats) -> tuple[Floats, Floats]:
    """Where each ally's gap stands among that year's allies', on average, and how it moved about that, [year, state].

    Allies of one year share much else in it, and one ally's years much else in its place (Mundlak 1978,
    doi:10.2307/1913646).
    """
    ally = (_filled_obligation(material) >= DEFENCE) * 1.0
    apart = np.asarray(ally * (gap - np.asarray(threat.common(gap.T, ally.T))[:, None]))
    standing = ally * np.asarray(threat.common(apart, ally))
    return standing, apart - standing


def gap_of(material: Material, level: Floats) -> tuple[Floats, Floats]:
    """Threat and gap of US allies, [year, state]; `level` is commitment, [year, state, patron]."""
    ally = np.asarray(_filled_obligation(material) >= DEFENCE, dtype=np.float64)
    believed = np.asarray(trust(np.nan_to_num(level[:, :, PATRONS.index("USA")])))
    return historical_gap(material.power, material.dyads, believed, material.states.index("USA"), ally)


def _filled_obligation(material: Material) -> Floats:
    return np.nan_to_num(material.obligation[:, :, PATRONS.index("USA")])


def margin_values(material: Material) -> dict[str, Floats]:
    """Observed values of every margin on its scale, [year, state]."""
    state = material.arrays.state_year
    with np.errstate(divide="ignore"):
        logs = {name: np.log(state[name]) for name in ("gdp", "burden")}
    troops = np.log1p(_patron(material, "troops"))
    found = logs | {"ideal": state["ideal_point"], "troops": troops}
    return {name: np.where(np.isfinite(value), value, np.nan) for name, value in found.items()}


def _fit_arms(
    material: Material, gap: Floats, task: Task, draws: dict[str, dict[str, Floats]], report: dict[str, Any]
) -> Floats:
    """Fit the arms share in place; return its residuals as normals, of allies, [year, state]."""
    shares, imports = _patron(material, "arms_dependence"), material.arrays.state_year["arms_imports"]
    rows = arms_rows(shares, imports, gap)
    draws["arms"], quality = fit_arms(rows, task.draws, task.seed)
    report["arms"] = _quality(quality, priors.ARMS_PRIORS)
    ordered = order_rows(quality.mode, rows, imports, material.arrays.contracts("USA"))
    orders = fit_orders(ordered, task.draws, task.seed)
    draws["orders"], report["orders"] = dict(orders.draws), _quality(orders, priors.ORDERS_PRIORS)
    ally = _filled_obligation(material) >= DEFENCE
    return np.where(ally, arms_residuals(dict(quality.mode), rows, ally.shape), np.nan)


def _fit_margins(
    material: Material,
    gap: Floats,
    task: Task,
    draws: dict[str, dict[str, Floats]],
    report: dict[str, Any],
    progress: Progress,
) -> dict[str, Floats]:
    """Fit the four margins in place; return each one's residuals as normals, [year, state]."""
    import jax.numpy as jnp

    ally = np.asarray(_filled_obligation(material) >= DEFENCE, dtype=np.float64)
    own = (np.array(material.states) == "USA") * 1.0
    found = {}
    aside, error = material.arrays.told_of_positions()
    told = {"ideal": (aside, blurred(error))}
    for name, observed in margin_values(material).items():
        progress(name)
        history = margin_history(observed, ally, own, told.get(name))
        # what is known at the end of one year pulls the next
        moved, apart = (jnp.asarray(before(x)) for x in (gap, from_fellows(observed, material.dyads.pact, ally)))
        data = MarginData(history, moved, apart, fixed_numbers(observed))
        draws[name], quality = fit_margin(name, data, task.draws, task.seed)
        report[name] = _quality(quality, priors.MARGIN_PRIORS[name] | {"recent": priors.SCALE_RECENT})
        mode: dict[str, Any] = dict(quality.mode) | data.fixed
        found[name] = np.where(ally > 0, residuals(mode, data), np.nan)
    return found


def deeds_of(material: Material, level: Floats) -> Deeds:
    """What the United States and their allies did; `level` is commitment, [year, state, patron]."""
    us = material.states.index("USA")
    obligation = material.obligation[:, :, PATRONS.index("USA")]
    values = margin_values(material)
    return Deeds(
        years=material.years,
        states=material.states,
        ally=np.asarray((np.nan_to_num(obligation) >= DEFENCE) * 1.0),
        ideal=material.arrays.state_year["ideal_point"],
        share=_patron(material, "arms_dependence"),
        substitutes=substitutes(material.dyads, obligation, us),
        rung=np.nan_to_num(material.arrays.state_year["nuclear_rung"]),
        refusals=refusals(obligation),
        dealings=dealings(material.dyads, us),
        patron_ideal=material.arrays.state_year["ideal_point"][:, us],
        troops=values["troops"],
        obligation=obligation,
        commitment=level[:, :, PATRONS.index("USA")],
        burden=values["burden"],
    )
