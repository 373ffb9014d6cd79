"""An ally's rivals that are no adversaries of its system, and what threat they are: rows from the panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl


def rival_rows(system: System, pairs: pl.DataFrame, power: Mapping[str, float], armed: set[str]) -> pl.DataFrame:
    """Tidy rows of the power of each ally's own rivals, as the law weighs it, and whether one is nuclear.

    Parameters
    ----------
    system
        Whose allies, at its start.
    pairs
        Observations of `rivalry`, `distance` and `disputes` of all states up to the start.
    power
        Log military power of the states, constant 2021 international $; one that is not in it counts for nothing.
    armed
        States that pursue nuclear weapons, or have them.
    """
    import polars as pl

    from moorings.model.threat import hostility, nearness

    both = pl.concat([pairs, pairs.with_columns(state="other", other="state")])
    met = both.filter(
        pl.col("state").is_in(system.allies) & ~pl.col("other").is_in((*system.adversaries, system.patron))
    )
    rivals = met.filter((pl.col("variable") == "rivalry") & (pl.col("year") == system.start) & (pl.col("value") == 1))
    known = rivals.select("state", "other").join(_distances(met), on=("state", "other"))
    known = known.join(_stocks(met, system.start), on=("state", "other"), how="left").fill_null(0.0)
    # always in the same order, or else the last digit of a sum may differ from one reading to the next
    known = known.sort("state", "other")
    strength = np.exp([power.get(other, -np.inf) for other in known["other"]])
    near = np.asarray(nearness(np.log1p(known["distance"].to_numpy())))
    weight = near * np.asarray(hostility(np.ones(len(known)), known["stock"].to_numpy()))
    counted = known.select(
        "state",
        rivals_elsewhere=pl.Series(weight * strength),
        armed_rivals_elsewhere=pl.col("other").is_in(list(armed)).cast(pl.Float64),
    )
    summed = counted.group_by("state", maintain_order=True).agg(
        pl.col("rivals_elsewhere").sum(), pl.col("armed_rivals_elsewhere").max()
    )
    rows = summed.sort("state").unpivot(index="state")
    source = {
        "year": pl.lit(system.start),
        "source": pl.lit("TSS rivalries, SIPRI, NMC 7"),
        "confidence": pl.lit("medium"),
    }
    unit = pl.when(pl.col("variable") == "rivals_elsewhere").then(pl.lit("constant 2021 international $"))
    frame = rows.with_columns(**source, unit=unit.otherwise(pl.lit("0/1")), other=pl.lit(None), note=pl.lit(None))
    return frame.select(pl.col(name).cast(kind) for name, kind in pairs.schema.items())


def _distances(pairs: pl.DataFrame) -> pl.DataFrame:
    """The last distance known of each pair, km."""
    import polars as pl

    far = pairs.filter(pl.col("variable") == "distance").sort("year")
    return far.group_by("state", "other").agg(pl.col("value").last().alias("distance"))


def _stocks(pairs: pl.DataFrame, year: int) -> pl.DataFrame:
    """Stock of past disputes of each pair that had one, at the end of a year."""
    import polars as pl

    from moorings.model.hazards import STOCK_KEEP

    began = pairs.filter((pl.col("variable") == "disputes") & (pl.col("value") > 0)).sort("state", "other", "year")
    faded = pl.lit(STOCK_KEEP).pow(year - pl.col("year"))
    return began.group_by("state", "other").agg(faded.sum().alias("stock"))
