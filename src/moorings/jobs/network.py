"""Who is tied to whom, and who threatens whom, in the last year seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from moorings.jobs.opening import Opened


def network(opened: Opened) -> list[dict[str, Any]]:
    """Rows `ally, other, kind, value` of a system at its start.

    `kind` is `obligation` (what the patron owes, 0 to 3), `tie` (strength 0 to 3) or `threat` (the adversary's share of
    the threat to the ally, from each state's last values of GDP and burden). What is 0 is left out.
    """
    scene = opened.scene
    system, states = scene.system, scene.system.states
    start = scene.start
    owed = np.asarray(start.obligation)
    rows: list[dict[str, Any]] = [
        {"ally": ally, "other": system.patron, "kind": "obligation", "value": float(owed[states.index(ally)])}
        for ally in system.allies
    ]
    tie, share = np.asarray(start.tie), _shares(opened)
    for k, (ally, other) in enumerate(scene.pairs):
        if other in system.adversaries:
            rows.append({"ally": ally, "other": other, "kind": "threat", "value": float(share[k])})
        else:
            rows.append({"ally": ally, "other": other, "kind": "tie", "value": float(tie[k])})
            if other in system.allies:
                rows.append({"ally": other, "other": ally, "kind": "tie", "value": float(tie[k])})
    return [row for row in rows if row["value"] > 0]


def _shares(opened: Opened) -> np.ndarray:
    """Share of each pair's adversary in the threat to its ally, [P]; 0 for other pairs."""
    from moorings.model.threat import weighed

    scene, assumed = opened.scene, opened.params["assumed"]["power"].mean(axis=0)
    power = _last(scene.start.gdp.observed) + _last(scene.start.burden.observed)
    power = np.nan_to_num(power, nan=-np.inf) + np.asarray(scene.world.power_offset) + assumed
    first = np.asarray(scene.world.first)
    each = np.asarray(weighed(scene.world, power, scene.start.rivalry, scene.start.stock, np.zeros_like(power)))
    total = (each @ first) @ first.T
    return np.asarray(np.divide(each, total, out=np.zeros_like(each), where=total > 0))


def _last(observed: Any) -> np.ndarray:
    """Last value seen of each state, [S]; missing where there is none."""
    found = np.full(np.shape(observed)[1], np.nan)
    for row in np.asarray(observed):
        found = np.where(np.isfinite(row), row, found)
    return found
