"""Whom allies have pacts with beyond their own system, and how far they share them: rows from the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

DUTIES = ("defence", "consult")


def partner_rows(system: System, pacts: pl.DataFrame, protected: set[str], year: int) -> pl.DataFrame:
    """Tidy rows of each ally's partners elsewhere and of how far each two share theirs, as they stood in a year.

    Parameters
    ----------
    system
        Whose allies; a partner is elsewhere if it is neither the patron, nor an ally or partner of the system.
    pacts
        Observations of `DUTIES` of all states (see `data.panel.panel_observations`).
    protected
        States to which the patron has an obligation.
    """
    import polars as pl

    from moorings.model.accession import overlap

    held, others = _pacts(system, pacts.filter(pl.col("year") == year))
    inside, shared = len(system.allies) + len(system.partners), overlap(held)
    beyond = held[:, inside:]
    open_ = np.array([state not in protected for state in others[inside:]], dtype=float)
    i, j = np.nonzero(np.triu(shared, 1))
    names = np.array(system.allies)
    counted = {"partners_elsewhere": beyond.sum(axis=1), "substitutes_elsewhere": beyond @ open_}
    common = {"state": names[i], "other": names[j], "value": shared[i, j]}
    parts = [
        *(
            pl.DataFrame({"state": names, "value": value}).with_columns(variable=pl.lit(name), unit=pl.lit("states"))
            for name, value in counted.items()
        ),
        pl.DataFrame(common).with_columns(variable=pl.lit("shared_partners"), unit=pl.lit("share")),
    ]
    source = {"year": pl.lit(year), "source": pl.lit("ATOP 5.1"), "confidence": pl.lit("high"), "note": pl.lit(None)}
    frame = pl.concat(parts, how="diagonal").with_columns(**source)
    return frame.select(pl.col(name).cast(kind) for name, kind in pacts.schema.items())


def _pacts(system: System, pacts: pl.DataFrame) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Whether each ally has a duty with each other state, [ally, other], and these: allies, partners, then the rest."""
    import polars as pl

    duties = pacts.filter((pl.col("value") > 0) & pl.col("variable").is_in(DUTIES)).select("state", "other")
    both = pl.concat([duties, duties.select(state="other", other="state")]).unique()
    both = both.filter(pl.col("state").is_in(system.allies) & (pl.col("other") != system.patron))
    known = (*system.allies, *system.partners)
    others = (*known, *sorted(set(both["other"]) - set(known)))
    held = np.zeros((len(system.allies), len(others)))
    place = {state: k for k, state in enumerate(others)}
    for state, other in both.iter_rows():
        held[place[state], place[other]] = 1.0
    return held, others
