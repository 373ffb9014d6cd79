"""How often allies of every patron drifted, by era, and where the known cases stand: `tether/1` on history.

`python -m moorings.jobs.drift_history RECORD PAGE` makes the shipped record and its page anew from the panel.
"""

from __future__ import annotations

import json
import math
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.script import run_script
from moorings.core.variables import DEFENCE
from moorings.score.base_rates import Standing, Windows, base_rate_rows, known_cases, standing

if TYPE_CHECKING:
    from moorings.learn.assemble import Material
    from moorings.learn.windows import Deeds

SCHEMA = "moorings.base-rates/1"
HORIZON, THRESHOLDS = 10, (1.0, 2.0)


def drift_history() -> dict[str, Any]:
    """Base rates and known cases as they ship with the code."""
    place = resources.files("moorings.score").joinpath("shipped", "base-rates.json")
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf8"))
    return found


def measure_drift_history() -> dict[str, Any]:
    """Base rates and known cases, computed from the panel.

    Returns
    -------
    `rows`: patron, era, threshold, horizon, reading (`in` the last year, or `by` it two years running), rate, low and
    high (90 %), windows, pairs; a rate without windows is null. `cases`: who, years, drift, percentile among all of the
    patron's windows, share of other allies' as many windows that drifted less, missed.
    """
    from moorings.data.panel import panel_status
    from moorings.learn.assemble import assemble
    from moorings.learn.history import PATRONS
    from moorings.learn.windows import LAST_END
    from moorings.model.tether import DEFINITION

    windows = _windows(assemble(LAST_END))
    rates = base_rate_rows(windows, PATRONS, THRESHOLDS, HORIZON)
    cases = [_told(standing(windows, case, HORIZON)) for case in known_cases()]
    return {
        "schema": SCHEMA,
        "definition": DEFINITION,
        "last": LAST_END,
        "panel": panel_status().digest,
        "rows": [_known(row) for row in rates],
        "cases": [_known(row) for row in cases],
    }


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(x, float) and math.isnan(x) else x for name, x in row.items()}


def _told(found: Standing) -> dict[str, Any]:
    case = {name: getattr(found.case, name) for name in ("patron", "ally", "first", "last", "what", "source")}
    numbers = {name: getattr(found, name) for name in ("drift", "windows", "percentile", "among_largest")}
    return case | numbers | {"missed": found.missed}


def _windows(material: Material) -> Windows:
    """Drift of every patron's allies along all windows, by the published constants."""
    from moorings.learn.history import PATRONS
    from moorings.learn.posterior import published_constants
    from moorings.learn.windows import drift_windows

    pairs: list[tuple[str, str]] = []
    starts: list[int] = []
    paths = []
    for patron in PATRONS:
        found = drift_windows(deeds_towards(material, patron), published_constants() or {})
        pairs += [(patron, material.states[i]) for i in found.state]
        starts += [int(year) for year in found.start]
        paths.append(found.path)
    return Windows.from_rows(pairs, starts, np.concatenate(paths))


def deeds_towards(material: Material, patron: str) -> Deeds:
    """What a patron's allies did, as drift reads it; the patron's own acts are left out but for troops and treaty."""
    from moorings.learn.fit import margin_values
    from moorings.learn.history import PATRONS
    from moorings.learn.windows import Deeds, dealings, refusals, substitutes

    k, own = PATRONS.index(patron), material.states.index(patron)
    obligation = material.obligation[:, :, k]
    state, pair = material.arrays.state_year, material.arrays.pair_year
    return Deeds(
        years=material.years,
        states=material.states,
        ally=np.asarray((np.nan_to_num(obligation) >= DEFENCE) * 1.0),
        ideal=state["ideal_point"],
        share=pair["arms_dependence"][:, :, k],
        substitutes=substitutes(material.dyads, obligation, own),
        rung=np.nan_to_num(state["nuclear_rung"]),
        refusals=refusals(obligation),
        dealings=dealings(material.dyads, own),
        patron_ideal=state["ideal_point"][:, own],
        troops=np.log1p(pair["troops"][:, :, k]),
        obligation=obligation,
        commitment=np.zeros_like(obligation),
        burden=margin_values(material)["burden"],
    )


def main(record: str, page: str) -> None:
    """Write the record and its page."""
    from moorings.show.base_rates import base_rates_page

    found = measure_drift_history()
    Path(record).write_text(json.dumps(found, indent=1) + "\n", encoding="utf8")
    Path(page).write_text(base_rates_page(found), encoding="utf8")


if __name__ == "__main__":
    run_script(main)
