"""Fit the yearly hazards of history: disputes, force, help, ties, nuclear moves, obligations, peace, rivalries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.variables import DEFENCE, PURSUING
from moorings.learn.assemble import Material
from moorings.learn.hazards import GapFit, HazardData, HazardFit, fit_gap, fit_hazard, fit_rate
from moorings.learn.history import PATRONS, RECENT, common_pacts
from moorings.learn.together import fit_together
from moorings.model import hazards

Floats = NDArray[np.float64]
Group = dict[str, Floats]
Gaps = tuple[Floats, Floats]
"""Where the gaps of the patron's allies stand among theirs, and how they moved about that; 0 for all others."""
WAVE = 3
"""A pact that more than this many pairs enter in one year is an accession of many, not a tie of two."""


def fit_events(
    material: Material, level: Floats, gaps: Gaps, draws: int, seed: int
) -> tuple[dict[str, Group], dict[str, Any]]:
    """Draws of every hazard, and events, rows and shares on history behind each."""
    groups: dict[str, Group] = {}
    report: dict[str, Any] = {}
    pairs = Pairs(material)

    def keep(name: str, fit: HazardFit, extra: Group | None = None, share: float | None = None) -> None:
        groups[name] = dict(fit.draws) | (extra or {})
        report[name] = {"events": fit.events, "rows": fit.rows, "newton": fit.steps, "gap_history": share}

    disputes = pairs.disputes()
    keep("dispute", fit_hazard("dispute", disputes, draws, seed))
    keep("force", fit_hazard("force", pairs.force(), draws, seed))
    ties = pairs.new_ties()
    fit = fit_hazard("new_tie", ties, draws, seed)
    of_allies = fit_gap(*pairs.tie_gap(fit, ties, gaps), draws, seed)
    keep("new_tie", fit, of_allies.draws, of_allies.history)
    ends = pairs.tie_ends()
    keep("tie_ends", fit_hazard("tie_ends", ends, draws, seed))
    for name, data, (use, _) in (("new_tie", ties, pairs.tie_begins()), ("tie_ends", ends, pairs.tie_stops())):
        shared, report[name]["together"] = fit_together(
            np.asarray(hazards.probability(_odds(name, groups[name], data))),
            data.event,
            *pairs.places(use),
            draws,
            seed,
        )
        groups[name] |= shared
    report["new_tie_of_allies"] = pairs.ties_of_allies()
    nuclear, of_allies = _nuclear(material, gaps, draws, seed)
    keep("nuclear_up", nuclear, of_allies.draws, of_allies.history)
    keep("support", fit_hazard("support", _support(material, level), draws, seed))
    keep("obligation_ends", fit_hazard("obligation_ends", _obligation(material), draws, seed))
    for name, (events, rows) in _rates(material, pairs).items():
        groups[name] = {"rate": fit_rate(events, rows, draws, seed)}
        report[name] = {"events": int(events), "rows": int(rows)}
    groups["separate_peace"], report["separate_peace"] = _peace(pairs, gaps, draws, seed)
    return groups, report


def recent(use: NDArray[np.bool_]) -> Floats:
    """Whether each row in use, [year, unit], lies in the last `RECENT` years in which there are any."""
    year = np.nonzero(use)[0]
    return np.where(year > year.max(initial=0) - RECENT, 1.0, 0.0)


class Pairs:
    """Rows of all unordered pairs of states and years, with the hazards' features at the year's start."""

    def __init__(self, material: Material) -> None:
        self.material, self.dyads = material, material.dyads
        n = len(material.states)
        self.i, self.j = np.triu_indices(n, 1)
        d = self.dyads
        strength = material.power
        alive = np.isfinite(strength)[:-1][:, self.i] & np.isfinite(strength)[:-1][:, self.j]
        self.known = alive & np.isfinite(self.at(d.distance)) & np.isfinite(self.at(d.rivalry))
        own = hazards.dyad_features(
            self.at(d.rivalry), self.at(d.distance), self.at(d.contiguous), self.at(d.quiet, 1), self.at(d.stock, 1)
        )
        power_i, power_j = strength[:-1][:, self.i], strength[:-1][:, self.j]
        ideal_i, ideal_j = (np.nan_to_num(material.ideal[:-1][:, k]) for k in (self.i, self.j))
        contrast = hazards.contrast_features(power_i, power_j, ideal_i, ideal_j)
        democracy = np.nan_to_num(material.democracy[:-1][:, self.i] * material.democracy[:-1][:, self.j])
        pacts = {"tie": (self.at(d.tie) >= 2) * 1.0, "peace": np.nan_to_num(self.at(d.peace_pact))}
        thirds, held = common_pacts(d.pact)
        common = hazards.common_features(self.at(thirds), held[:-1][:, self.i], held[:-1][:, self.j])
        features = own | contrast | {"democracy": democracy} | pacts | common
        features |= hazards.product_features(features)
        self.features = {name: np.asarray(value) for name, value in features.items()}

    def at(self, dense: Floats, later: int = 0) -> Floats:
        """A dense array as [year, pair], of the year before the event (or, `later` = 1, of its own start)."""
        stop = len(dense) - 1 + later
        return dense[later:stop][:, self.i, self.j]

    def later(self, name: str) -> Floats:
        """A pact or rivalry at the year's end, [year, pair]; missing where its source does not reach, not unchanged."""
        seen = self.dyads.rivalry_seen if name == "rivalry" else self.dyads.pact_seen
        return np.where(self.at(seen, 1) > 0, self.at(getattr(self.dyads, name), 1), np.nan)

    def rows(self, use: NDArray[np.bool_], event: Floats) -> HazardData:
        """The rows in use."""
        return HazardData({name: value[use] for name, value in self.features.items()}, event[use], recent(use))

    def disputes(self) -> HazardData:
        """Onset of a dispute."""
        onset = self.at(self.dyads.onset, 1)
        return self.rows(self.known & np.isfinite(onset), np.nan_to_num(onset))

    def force(self) -> HazardData:
        """Use of force in a dispute that began."""
        onset, force = self.at(self.dyads.onset, 1), self.at(self.dyads.force, 1)
        return self.rows(self.known & (np.nan_to_num(onset) > 0) & np.isfinite(force), np.nan_to_num(force))

    def tie_begins(self) -> tuple[NDArray[np.bool_], Floats]:
        """Rows at risk of a new defence or consultation pact that is no wave, and whether it came."""
        before, after = self.at(self.dyads.pact), self.later("pact")
        began = (before == 0) & (after == 1)
        return self.known & (before == 0) & np.isfinite(after) & ~self.crowd(began), began * 1.0

    def crowd(self, began: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Pairs of which both states take up more than `WAVE` such pacts in the year, [year, pair]."""
        partners = np.zeros((len(began), len(self.material.states)))
        for end in (self.i, self.j):
            for t in range(len(began)):
                partners[t] += np.bincount(end[began[t]], minlength=partners.shape[1])
        return np.asarray(np.minimum(partners[:, self.i], partners[:, self.j]) > WAVE)

    def new_ties(self) -> HazardData:
        """Onset of a pact of two or few."""
        return self.rows(*self.tie_begins())

    def tie_stops(self) -> tuple[NDArray[np.bool_], Floats]:
        """Rows with a defence or consultation pact, and whether it ended."""
        before, after = self.at(self.dyads.pact), self.later("pact")
        return self.known & (before == 1) & np.isfinite(after), (after == 0) * 1.0

    def tie_ends(self) -> HazardData:
        """End of a defence or consultation pact between two states."""
        return self.rows(*self.tie_stops())

    def places(self, use: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Year [row] and both states [row, 2] of the rows in use."""
        year, pair = np.nonzero(use)
        return year, np.stack([self.i[pair], self.j[pair]], axis=1)

    def gaps(self, gaps: Gaps, use: NDArray[np.bool_]) -> Gaps:
        """Of the US ally in each pair in use (of two: the sums); 0 where there is none, [row]."""
        standing, moved = ((gap[:-1][:, self.i] + gap[:-1][:, self.j])[use] for gap in gaps)
        return standing, moved

    def tie_gap(self, fit: HazardFit, data: HazardData, gaps: Gaps) -> tuple[Floats, Floats, Floats, Floats]:
        """Log-odds, the pair's `gaps`, and the event, where there is a US ally."""
        use, _ = self.tie_begins()
        standing, moved = self.gaps(gaps, use)
        odds = _odds("new_tie", fit.draws, data)
        inside = _of_allies(standing, moved)
        return odds[inside], standing[inside], moved[inside], data.event[inside]

    def of_opposed_ally(self) -> NDArray[np.bool_]:
        """Pairs of a US ally and a rival of the United States who stays one through the year, [year, pair]."""
        us = PATRONS.index("USA")
        owed = (np.nan_to_num(self.material.obligation[:, :, us]) >= DEFENCE)[:-1]
        against = np.nan_to_num(self.dyads.rivalry[:, self.material.states.index("USA")]) > 0
        stays = against[:-1] & against[1:]
        return np.asarray((owed[:, self.i] & stays[:, self.j]) | (owed[:, self.j] & stays[:, self.i]))

    def ties_of_allies(self) -> dict[str, int]:
        """New pacts of two or few between two states to which the United States owe defence, and pairs at risk."""
        use, event = self.tie_begins()
        owed = np.nan_to_num(self.material.obligation[:, :, PATRONS.index("USA")]) >= DEFENCE
        both = use & owed[:-1][:, self.i] & owed[:-1][:, self.j]
        return {"events": int(event[both].sum()), "rows": int(both.sum())}


def nuclear_features(material: Material) -> dict[str, Floats]:
    """Features of a move up the nuclear ladder in the next year, [year, state]."""
    rung = np.nan_to_num(material.arrays.state_year["nuclear_rung"])
    rivalry = np.nan_to_num(material.dyads.rivalry)
    rival = np.minimum(np.einsum("tij,tj->ti", rivalry, (rung >= PURSUING) * 1.0), 1.0)
    stock = hazards.STOCK_KEEP * material.dyads.stock + np.nan_to_num(material.dyads.onset)
    late = (np.array(material.years) >= hazards.LATE)[:, None] * 1.0
    return {
        "size": material.gdp,
        "late": np.broadcast_to(late, rung.shape),
        "stock": np.log1p(stock.sum(axis=2)),
        "exploring": (rung >= 1) * 1.0,
        "rival_armed": rival,
    }


def _of_allies(standing: Floats, moved: Floats) -> NDArray[np.bool_]:
    """Rows with a US ally: the gaps of all others are 0."""
    return np.asarray((standing != 0) | (moved != 0))


def _nuclear(material: Material, gaps: Gaps, draws: int, seed: int) -> tuple[HazardFit, GapFit]:
    rung = material.arrays.state_year["nuclear_rung"]
    features = {name: value[:-1] for name, value in nuclear_features(material).items()}
    use = np.isfinite(rung[:-1]) & np.isfinite(rung[1:]) & (rung[:-1] < 3) & np.isfinite(features["size"])
    event = np.asarray((rung[1:] > rung[:-1])[use], dtype=np.float64)
    data = HazardData({name: value[use] for name, value in features.items()}, event)
    fit = fit_hazard("nuclear_up", data, draws, seed)
    odds = _odds("nuclear_up", fit.draws, data)
    standing, moved = (gap[:-1][use] for gap in gaps)
    inside = _of_allies(standing, moved)
    return fit, fit_gap(odds[inside], standing[inside], moved[inside], event[inside], draws, seed)


def _support(material: Material, level: Floats) -> HazardData:
    rows = []
    place = {state: i for i, state in enumerate(material.states)}
    for row in material.joins.iter_rows(named=True):
        t = row["year"] - material.years[0] - 1
        foes = [place[foe] for foe in row["against"].split(";") if foe in place]
        if row["state"] not in place or t < 0 or t >= len(material.years) or not foes:
            continue
        i, k, p = place[row["state"]], PATRONS.index(row["patron"]), place[row["patron"]]
        owed = np.nan_to_num(material.obligation[t, i, k]) >= DEFENCE
        values = (
            level[t, i, k],
            material.dyads.distance[t, i, p],
            np.nanmax(np.append(material.power[t, foes], -np.inf)) - material.power[t, i],
        )
        if owed and np.isfinite(values).all():
            rows.append((*values, row["joined"]))
    table = np.array(rows)
    names = hazards.SUPPORT
    return HazardData({name: table[:, c] for c, name in enumerate(names)}, table[:, -1])


def obligation_features(material: Material) -> dict[str, Floats]:
    """Features of the end of a patron's obligation in the next year, [year, state, patron]."""
    thirds, held = common_pacts(material.dyads.pact)
    place = [material.states.index(patron) for patron in PATRONS]
    common = hazards.common_features(thirds[:, :, place], held[:, :, None], held[:, None, place])
    american = np.broadcast_to(np.array([patron == "USA" for patron in PATRONS]) * 1.0, thirds[:, :, place].shape)
    return {"american": american, "thirds": np.asarray(common["thirds"])}


def _obligation(material: Material) -> HazardData:
    """End of an obligation of any patron; six of the United States' alone would say little."""
    owed = material.arrays.pair_year["obligation"]
    use = (owed[:-1] >= DEFENCE) & np.isfinite(owed[1:])
    features = {name: value[:-1][use] for name, value in obligation_features(material).items()}
    ended: Floats = np.where(owed[1:] < 3, 1.0, 0.0)
    return HazardData(features, ended[use], recent(use))


def _rates(material: Material, pairs: Pairs) -> dict[str, tuple[float, float]]:
    """Events and rows of the moves that nothing is known to foresee."""
    rung = material.arrays.state_year["nuclear_rung"]
    low = np.isfinite(rung[:-1]) & np.isfinite(rung[1:]) & (rung[:-1] > 0) & (rung[:-1] < 3)
    rival, later = pairs.at(pairs.dyads.rivalry), pairs.later("rivalry")
    rivals = pairs.known & (rival == 1) & np.isfinite(later) & pairs.of_opposed_ally()
    return {
        "nuclear_down": (float((low & (rung[1:] < rung[:-1])).sum()), float(low.sum())),
        "rivalry_ends": (float((rivals & (later == 0)).sum()), float(rivals.sum())),
    }


def _peace(pairs: Pairs, gaps: Gaps, draws: int, seed: int) -> tuple[Group, dict[str, Any]]:
    """A new non-aggression or neutrality pact with a rival, no accession of many: base rate and the ally's gap."""
    before, after = pairs.at(pairs.dyads.peace_pact), pairs.later("peace_pact")
    crowd = pairs.crowd((before == 0) & (after == 1))
    use = pairs.known & (pairs.features["rivalry"] > 0) & (before == 0) & np.isfinite(after) & ~crowd
    event = (after[use] == 1) * 1.0
    odds = _log_odds(fit_rate(event.sum(), use.sum(), draws, seed))
    # an ally that is no rival of its patron's rival has less to settle, and settles at a rate of its own
    calm = pairs.known & (pairs.features["rivalry"] == 0) & pairs.of_opposed_ally() & (before == 0)
    calm &= np.isfinite(after) & ~crowd
    quiet = _log_odds(fit_rate((after[calm] == 1).sum(), calm.sum(), draws, seed + 1))
    standing, moved = pairs.gaps(gaps, use)
    inside = _of_allies(standing, moved)
    known = np.full(inside.sum(), odds.mean())
    fit = fit_gap(known, standing[inside], moved[inside], event[inside], draws, seed)
    # the calm ones' rate is that at their mean gaps
    intercept = quiet - np.asarray(hazards.of_gap(fit.draws, *map(np.mean, pairs.gaps(gaps, calm))))
    report = {"events": int(event.sum()), "rows": int(use.sum()), "gap_history": fit.history}
    report |= {"calm_events": int((after[calm] == 1).sum()), "calm_rows": int(calm.sum())}
    pulled = {name: fit.draws[name] for name in ("standing", "gap")}
    return {"intercept": intercept, "rivalry": odds + fit.level - intercept} | pulled, report


def _odds(name: str, draws: Group, data: HazardData) -> Floats:
    """Log-odds of each row at the mean of the draws."""
    mode = {parameter: np.mean(table, axis=0) for parameter, table in draws.items()}
    return np.asarray(hazards.odds(name, {name: mode}, data.features))


def _log_odds(rate: Floats) -> Floats:
    return np.asarray(np.log(rate) - np.log1p(-rate))
