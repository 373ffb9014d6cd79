"""Fit accessions: how often allies gain or lose partners, how many at once, and how far they do so together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from moorings.core.variables import DEFENCE
from moorings.learn.assemble import Material
from moorings.learn.hazards import Logistic, drawn, newton
from moorings.learn.history import PATRONS, reached
from moorings.learn.pairwise import orthant, pair_log
from moorings.learn.priors import ACCESSION, ACCESSION_RHO
from moorings.model import accession

Floats = NDArray[np.float64]
SIZES = 20
"""Quantiles at which the sizes of jumps are kept."""


@dataclass(frozen=True)
class Jumps:
    """One patron's allies and years: what moved in the year, outside of the ties that are modelled one by one.

    Attributes
    ----------
    partners
        Number at the year's start, [row, 2]: all, and those whom the patron does not protect.
    net
        Gained less lost with states that the patron did not protect, [row, 2]: all, and those he still does not.
    weight
        One over the number of allies that a row stands for with others of the same pacts, [row].
    pairs
        Rows of two allies in one year, [pair, 2], and how far they overlap, [pair].
    year
        [row].
    """

    partners: Floats
    net: Floats
    weight: Floats
    pairs: NDArray[np.int64]
    overlap: Floats
    year: NDArray[np.int64]


def jumps(material: Material, patron: str = "USA") -> Jumps:
    """What became of the partners of a patron's allies each year."""
    place = material.states.index(patron)
    pact = material.dyads.pact.copy()
    pact[:, :, place] = np.nan
    obligation = np.nan_to_num(material.obligation[:, :, PATRONS.index(patron)])
    owed, known = obligation >= DEFENCE, reached(material.dyads.pact_seen)
    rows, pairs, overlaps, begun = [], [], [], 0
    for t in range(1, len(pact)):
        held = np.flatnonzero(owed[t - 1] & known[t])
        before, after = (np.nan_to_num(pact[year]) for year in (t - 1, t))
        others = np.concatenate([held, np.setdiff1d(np.arange(len(before)), held)])
        common = accession.overlap(before[np.ix_(held, others)])
        moved = (after - before)[held] * ~owed[t - 1]
        both = moved.sum(axis=1), (moved * (obligation[t] < 1)).sum(axis=1)
        start = before[held].sum(axis=1), (before[held] * (obligation[t - 1] < 1)).sum(axis=1)
        rows.append(np.stack([*start, *both, 1 / common.sum(axis=1), np.full(len(held), t)], axis=1))
        i, j = np.triu_indices(len(held), 1)
        near = common[i, j] > 0
        pairs.append(begun + np.stack([i[near], j[near]], axis=1))
        overlaps.append(common[i, j][near])
        begun += len(held)
    table = np.concatenate(rows)
    partners, net, weight, year = table[:, :2], table[:, 2:4], table[:, 4], table[:, 5]
    return Jumps(partners, net, weight, np.concatenate(pairs), np.concatenate(overlaps), year.astype(np.int64))


def fit_accession(material: Material, draws: int, seed: int) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Draws of the accession equation, and rows and jumps behind them."""
    found, random = jumps(material), np.random.default_rng(seed)
    group: dict[str, Floats] = {}
    modes = {}
    for name, sign, sizes in (("gain", 1, "gained"), ("loss", -1, "lost")):
        came = sign * found.net[:, 0] > 0
        modes[name], group[name] = _odds(found, came, draws, random, name)
        loose = found.partners[:, 1] > 0
        cases = [came & ~loose, came & loose]
        # where one kind of ally never jumped, all of them stand in
        tables = [
            _sizes(
                sign * found.net,
                found.weight,
                case if case.any() else came,
                random.exponential(size=(draws, len(came))),
            )
            for case in cases
        ]
        group[sizes] = np.stack(tables, axis=1)
    group["rho"] = _shared(found, modes["gain"], draws, random)
    counts = {f"{name}_events": int((sign * found.net[:, 0] > 0).sum()) for name, sign in (("gain", 1), ("loss", -1))}
    return group, {"rows": len(found.net), "independent": float(found.weight.sum()), **counts}


def _odds(
    found: Jumps, came: NDArray[np.bool_], draws: int, random: np.random.Generator, name: str
) -> tuple[Floats, Floats]:
    """Mode and draws of intercept and slopes; allies of the same pacts count once a year."""
    partners, weight = found.partners[:, 0], found.weight
    columns = np.stack([np.ones_like(weight), np.log1p(partners) - accession.CENTRE, -np.log(weight)], axis=-1)
    centre = np.array([prior.centre for prior in ACCESSION])
    precision = np.array([1 / prior.sd**2 for prior in ACCESSION])
    rows = Logistic(columns, np.where(came, 1.0, 0.0), precision, centre=centre, weight=weight)
    mode, curvature, _ = newton(rows, centre, f"accession, {name}")
    return mode, drawn(mode, curvature, draws, random)


def _sizes(net: Floats, weight: Floats, use: NDArray[np.bool_], chance: Floats) -> Floats:
    """Past jumps at even quantiles of their size, [draw, size, 2], weighed anew in each draw (Rubin 1981).

    `chance` are standard exponentials, [draw, row].
    """
    size = net[use]
    if not len(size):
        return np.ones((len(chance), SIZES, 2))
    order = np.lexsort(size.T[::-1])
    at = (np.arange(SIZES) + 0.5) / SIZES
    mass = (weight * chance)[:, use][:, order]
    share = np.cumsum(mass, axis=1) / mass.sum(axis=1, keepdims=True)
    return np.stack([size[order][np.minimum(np.searchsorted(row, at), len(size) - 1)] for row in share])


def _shared(found: Jumps, gain: Floats, draws: int, random: np.random.Generator) -> Floats:
    """Draws of the shared part from how often allies gain together; each year counts as one observation.

    A composite likelihood of pairs (Varin, Reid and Firth 2011, Statistica Sinica 21, 5-42): far too sure if each pair
    counted.
    """
    grid = np.linspace(0.02, 0.98, 49)
    odds = (np.log(grid / (1 - grid)) - np.log(ACCESSION_RHO.centre / (1 - ACCESSION_RHO.centre))) / ACCESSION_RHO.sd
    log = -0.5 * odds**2 - np.log(grid * (1 - grid))
    if len(found.pairs):
        chance = np.asarray(accession.probability(gain, found.partners[:, 0], 1 / found.weight))
        bound, came = norm.isf(chance), found.net[:, 0] > 0
        first, second = found.pairs.T
        year = found.year[first]
        each = 1 / np.bincount(year)[year]
        for k, rho in enumerate(grid):
            both = orthant(bound[first], bound[second], rho * found.overlap)
            log[k] += (each * pair_log(both, chance[first], chance[second], came[first], came[second])).sum()
    mass = np.exp(log - log.max())
    return np.asarray(random.choice(grid, size=draws, p=mass / mass.sum()))
