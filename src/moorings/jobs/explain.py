"""Explain an ally's expected drift: contributions of groups of drivers that add up exactly.

Each group of drivers is a player that can be switched off; the value of a coalition is the expected drift with only
its groups switched on, in the same draws and with the same noise. The Shapley value (Shapley 1953,
doi:10.1515/9781400881970-018) of a group is its mean added value over all orders of switching on; what is there with
all groups off is a row of its own. So the rows add up to the expected drift, member by member and strand by strand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moorings.ask.draws import by_draw, effect
from moorings.core.errors import check_name
from moorings.jobs.belief import open_believed
from moorings.jobs.opening import Opened, check_members
from moorings.jobs.scenarios import thinned
from moorings.model.arms import SPAN
from moorings.simulate.ensemble import Ensemble

SCHEMA = "moorings.explain/1"
MEMBERS = 500
Floats = NDArray[np.float64]
Params = dict[str, dict[str, Any]]
NEVER = -40.0
"""Log-odds of an event that does not happen."""
STILL = -30.0
"""Log scale of a quantity without shocks."""
ALL_OPEN = np.full(SPAN, 1e9)
"""Years of imports beside which what is delivered and on order tells nothing."""
MEANING = {
    "trends": "common drift and momentum, UN positions' way back to the world's middle, allies' way to those of their "
    "fellows, as of burdens, and the arms share's pull to its past and to what is on order",
    "gap": "the pull of the security gap, as it moves, on burden, UN position, arms, ties, nuclear moves and peace",
    "patron": "the patron's commitment as it moves, tests of the guarantee, and what allies learn from both",
    "events": "ties and partners that come and go, peace, rivalries that end, nuclear moves, obligations that end",
    "shocks": "shocks to quantities, an ally's own and shared ones: distance from the patron grows either way",
    "rest": "what remains with all of these off: passing parts of the last values fade, and the pool adds to the law",
}
"""Group of drivers -> what it is."""


def _without_trends(params: Params) -> Params:
    trends = ("drift", "back", "fellows", "damping", "tilt")
    still = {name: params[name] | {trend: 0.0 for trend in trends if trend in params[name]} for name in _MARGINS}
    arms = dict.fromkeys(("constant", "none", "all", "mean5", "mean15", "change"), 0.0) | {"share": 1.0}
    return params | still | {"arms": params["arms"] | arms, "orders": params["orders"] | {"open": ALL_OPEN}}


def _without_gap(params: Params) -> Params:
    moved = ("burden", "ideal", "arms", "new_tie", "nuclear_up", "separate_peace")
    return params | {name: params[name] | {"gap": 0.0} for name in moved}


def _without_patron(params: Params) -> Params:
    fixed = params["commitment"] | dict.fromkeys(("step", "common", "lag"), 0.0)
    return params | {"commitment": fixed, "test": params["test"] | {"supported": 0.0, "abandoned": 0.0}}


def _without_events(params: Params) -> Params:
    rates = {name: params[name] | {"rate": 0.0} for name in ("nuclear_down", "rivalry_ends")}
    hazards = ("new_tie", "tie_ends", "nuclear_up", "separate_peace", "obligation_ends")
    odds = {name: params[name] | {"intercept": NEVER} for name in hazards}
    alone = dict.fromkeys(("gain", "loss"), np.array([NEVER, 0.0, 0.0]))
    return params | rates | odds | {"accession": params["accession"] | alone}


def _without_shocks(params: Params) -> Params:
    still = {name: params[name] | {"floor": STILL, "ceiling": STILL} for name in _MARGINS}
    scales = ("scale_volume", "scale_middle", "scale_none", "scale_all", "scale_change")
    return params | still | {"arms": params["arms"] | dict.fromkeys(scales, 0.0) | {"log_scale": STILL}}


_MARGINS = ("gdp", "burden", "ideal", "troops")
GROUPS: dict[str, Callable[[Params], Params]] = {
    "trends": _without_trends,
    "gap": _without_gap,
    "patron": _without_patron,
    "events": _without_events,
    "shocks": _without_shocks,
}
"""Group of drivers -> parameters with it switched off."""


@dataclass(frozen=True)
class Explained:
    """An ally's expected drift in the last year, taken apart.

    Attributes
    ----------
    rows
        For each group, `rest` and `all`: mean, 90 % interval over parameter draws, and the part in each strand.
    """

    opened: Opened
    state: str
    members: int
    seed: int
    rows: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        from moorings.model.phases import PHASES

        system = self.opened.system
        head = {"schema": SCHEMA, "system": system.name, "state": self.state, "from": system.start, "to": system.end}
        head |= {"members": self.members, "seed": self.seed, "definitions": "tether/1", "phases": list(PHASES)}
        return head | {"rows": list(self.rows), "warnings": list(self.warnings)}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Doubts about the system as opened."""
        return self.opened.warnings

    def chart(self) -> Any:
        """The contributions as a chart (Altair)."""
        from moorings.show.explained import explain_chart

        return explain_chart(self.to_json())


def explain(
    system: str,
    state: str,
    members: int = MEMBERS,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Explained:
    """What pulls an ally: contributions to its expected drift in the last year that add up exactly.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    state
        An ally that is rated on drift.
    members, seed, start, end, belief
        As for the forecast.

    Raises
    ------
    InputError
        For an unknown state, or one that is not rated; for anything else in these that is wrong.
    """
    opened = thinned(open_believed(system, start, end, belief), members)
    check_name("STATE", state, opened.system.rated)
    values, against = _coalitions(opened, state, check_members(members), seed)
    parts = shapley(values, tuple(GROUPS))
    parts |= {"rest": values[frozenset()], "all": values[frozenset(GROUPS)]}
    rows = tuple(_row(name, part, against) for name, part in parts.items())
    return Explained(opened, state, members, seed, rows)


def _coalitions(opened: Opened, state: str, members: int, seed: int) -> tuple[dict[frozenset[str], Floats], Ensemble]:
    """Strands' parts of drift in the last year, [strand, member], with only some groups on; and the whole ensemble."""
    from moorings.jobs.forecast import run_paths
    from moorings.simulate.trajectory import to_ensemble

    i = opened.system.states.index(state)
    found: dict[frozenset[str], Floats] = {}
    for size in range(len(GROUPS) + 1):
        for group in combinations(GROUPS, size):
            params = opened.params
            for name in GROUPS.keys() - set(group):
                params = GROUPS[name](params)
            paths = run_paths(replace(opened, params=_spread(params, opened.params)), {}, members, seed)
            found[frozenset(group)] = np.asarray(paths.strands[:, :, -1, i])
    return found, to_ensemble(opened.scene, paths)


def _spread(params: Params, like: Params) -> Params:
    """Parameters in which a plain number stands for every draw."""
    return {
        name: {key: np.broadcast_to(value, np.shape(like[name][key])) for key, value in group.items()}
        for name, group in params.items()
    }


def shapley(values: dict[frozenset[str], Floats], players: tuple[str, ...]) -> dict[str, Floats]:
    """Shapley value of each player, from the value of every coalition; they add up to all less none."""
    n = len(players)
    found = {}
    for player in players:
        without = [group for group in values if player not in group]
        weigh = {group: factorial(len(group)) * factorial(n - len(group) - 1) / factorial(n) for group in without}
        found[player] = np.sum([w * (values[group | {player}] - values[group]) for group, w in weigh.items()], axis=0)
    return found


def _row(name: str, part: Floats, ensemble: Ensemble) -> dict[str, Any]:
    from moorings.model.tether import STRANDS

    found = effect(by_draw(part.sum(axis=0), ensemble), ensemble.effective_members)
    row = {"driver": name, "meaning": MEANING.get(name, "expected drift"), "mean": found.mean}
    row |= {"low": found.low, "high": found.high}
    return row | {"strands": {strand: float(part[k].mean()) for k, strand in enumerate(STRANDS)}}
