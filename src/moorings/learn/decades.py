"""Ally-decades: where each historical ally stood, what moved around it, and what it did in the ten years after.

The table holds results only: standings in standard deviations, rounded to a tenth, and changes, rounded to a
twentieth. It ships with the package, so that analogues and the reach of history are known without the panel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.digest import file_digest
from moorings.core.errors import MooringsError
from moorings.core.places import replacing
from moorings.learn.assemble import Material
from moorings.learn.fit import deeds_of, gap_of
from moorings.learn.history import PATRONS
from moorings.learn.posterior import Posterior, published_constants, shipped_folder
from moorings.learn.windows import LAST_END, SPAN, Deeds, as_constants, strand_changes
from moorings.model import tether

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
SCHEMA = "moorings.ally-decades/1"
NAME = "ally-decades.parquet"
STANDINGS = ("burden", "troops", "arms_dependence", "alignment_distance", "threat", "gap", "commitment", "polyarchy")
"""Where an ally stood: burden in logs, troops in log(1 + persons), the rest as they are."""
DRIVERS = ("troops", "burden", "adversaries", "obligation", "commitment")
"""What moved over the decade: logs, except for obligation (levels) and commitment (sd)."""
ROUND_STANDING, ROUND_CHANGE = 0.1, 0.05


@dataclass(frozen=True)
class Decades:
    """The table of ally-decades.

    Attributes
    ----------
    rows
        `state`, `start`, one column for each of `STANDINGS` (sd), `change_` and each of `DRIVERS`, `drift` and each
        strand (sd) over the ten years.
    mean, sd
        Of each standing, over the table.
    digest
        Of the file.
    """

    rows: pl.DataFrame
    mean: Mapping[str, float]
    sd: Mapping[str, float]
    digest: str

    def known_at(self, year: int) -> pl.DataFrame:
        """The ally-decades that had ended by a year."""
        import polars as pl

        return self.rows.filter(pl.col("start") + SPAN <= year)


def create_decades(material: Material, posterior: Posterior) -> tuple[pl.DataFrame, dict[str, dict[str, float]]]:
    """All ten-year windows of allies to whom the United States owed defence that end by 2014, and their scales.

    An ally that lacks a strand (no seat in the United Nations) has the drift of the strands it has.
    """
    import polars as pl

    level = tracked_level(material, posterior)
    deeds = deeds_of(material, level)
    standing = _standings(material, deeds, level)
    power = _adversaries(material)
    pieces = [_windows(deeds, standing, power, t) for t, year in enumerate(deeds.years) if year + SPAN <= LAST_END]
    table = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    scales = {name: {"mean": float(np.nanmean(table[name])), "sd": float(np.nanstd(table[name]))} for name in STANDINGS}
    for name, scale in scales.items():
        table[name] = _rounded((table[name] - scale["mean"]) / scale["sd"], ROUND_STANDING)
    return pl.DataFrame(table).with_columns(pl.col(pl.Float32).fill_nan(None)), scales


def tracked_level(material: Material, posterior: Posterior) -> Floats:
    """Commitment of the United States as the posterior has it, [year, state, patron]; missing elsewhere."""
    out = np.full((len(material.years), len(material.states), len(PATRONS)), np.nan)
    about = posterior.meta["tracks"]["USA"]
    rows = [about["years"].index(year) for year in material.years]
    columns = [material.states.index(ally) for ally in about["allies"] if ally in material.states]
    there = [i for i, ally in enumerate(about["allies"]) if ally in material.states]
    out[:, columns, PATRONS.index("USA")] = posterior.tracks["USA"]["mean"][np.ix_(rows, there)]
    return out


def _standings(material: Material, deeds: Deeds, level: Floats) -> dict[str, Floats]:
    threat, gap = gap_of(material, level)
    patron = deeds.patron_ideal[:, None]
    found = {"burden": deeds.burden, "troops": deeds.troops, "arms_dependence": deeds.share}
    found |= {"alignment_distance": np.abs(deeds.ideal - patron), "threat": threat, "gap": gap}
    return found | {"commitment": deeds.commitment, "polyarchy": material.democracy}


def _adversaries(material: Material) -> Floats:
    """Log growth over ten years of the summed power of those who oppose an ally or its patron, [year, state]."""
    strength = np.exp(material.power)
    rivalry = np.nan_to_num(material.dyads.rivalry)
    patron = material.states.index("USA")
    opposed = np.maximum(rivalry, rivalry[:, patron][:, None, :])
    opposed[:, :, patron] = 0.0
    both = np.isfinite(strength[:-SPAN]) & np.isfinite(strength[SPAN:])
    then, now = (np.where(both, part, 0.0) for part in (strength[:-SPAN], strength[SPAN:]))
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(np.einsum("tij,tj->ti", opposed[:-SPAN], now) / np.einsum("tij,tj->ti", opposed[:-SPAN], then))
    return np.where(np.isfinite(growth), growth, np.nan)


def _windows(deeds: Deeds, standing: dict[str, Floats], growth: Floats, t: int) -> dict[str, Any]:
    """The windows that begin in year index `t`: column -> [window]."""
    constants = as_constants(published_constants() or {})
    held = deeds.ally[t] > 0
    raw = strand_changes(deeds, t, SPAN, held)
    strands = np.asarray(tether.standardised(raw, constants))
    found: dict[str, Any] = {
        "state": np.array(deeds.states)[held],
        "start": np.full(held.sum(), deeds.years[t], np.int16),
    }
    found |= {name: standing[name][t, held].astype(np.float32) for name in STANDINGS}
    moved = {"adversaries": growth[t, held]}
    for name in ("troops", "burden", "obligation", "commitment"):
        series = getattr(deeds, name)
        moved[name] = (series[t + SPAN] - series[t])[held]
    found |= {f"change_{name}": _rounded(moved[name], ROUND_CHANGE) for name in DRIVERS}
    found["drift"] = _rounded(np.asarray(tether.drift(raw, constants)), ROUND_CHANGE)
    return found | {name: _rounded(strands[k], ROUND_CHANGE) for k, name in enumerate(tether.STRANDS)}


def _rounded(values: Floats, step: float) -> NDArray[np.float32]:
    return (np.round(values / step) * step).astype(np.float32)


def write_decades(material: Material, posterior: Posterior, folder: Path) -> Path:
    """Write the table, and beside it its scales, digest and what it was made from."""
    rows, scales = create_decades(material, posterior)
    path = folder / NAME
    with replacing(path) as temporary:
        rows.write_parquet(temporary, compression="zstd", statistics=False)
    about = {
        "schema": SCHEMA,
        "reference": "ten-year windows of allies to whom the United States owe defence, 1950 to 2014",
        "digest": file_digest(path),
        "windows": rows.height,
        "standings": scales,
        "posterior": posterior.digest,
        "panel": posterior.meta["digests"]["panel"],
    }
    with replacing(path.with_suffix(".json")) as side:
        side.write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf8")
    return path


@cache
def load_decades() -> Decades:
    """The table that ships with the package.

    Raises
    ------
    MooringsError
        If the file is not the one that its description names.
    """
    import polars as pl

    path = shipped_folder() / NAME
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf8"))
    if about["schema"] != SCHEMA or about["digest"] != file_digest(path):
        raise MooringsError(f"{path.name} is not the table that its description names")
    scales = about["standings"]
    mean, sd = ({name: scale[part] for name, scale in scales.items()} for part in ("mean", "sd"))
    rows = pl.read_parquet(path).with_columns(pl.col(pl.Float32).cast(pl.Float64).round(2))
    return Decades(rows, mean, sd, about["digest"])
