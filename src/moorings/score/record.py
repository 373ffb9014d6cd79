"""The record of a back-test: versioned JSON, with the tallies that it rests on in Parquet beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.core.digest import file_digest
from moorings.core.errors import InputError, MooringsError, check_name
from moorings.core.places import replacing
from moorings.score.skill import Tally

if TYPE_CHECKING:
    import polars as pl

SCHEMA = "moorings.backtest/1"
JSON_NAME, TALLIES_NAME = "backtest.json", "backtest.parquet"


@dataclass(frozen=True)
class Record:
    """What a back-test found.

    Attributes
    ----------
    origins, horizons
        Those asked for; each row names the origins of which its outcome is known.
    rows
        One per outcome, horizon, score and variant of the model, as printed.
    joint, pit, reliability
        Joint scores and tails, rank histograms, reliability curves.
    digests
        Of the inputs of each origin, of the code and of the tallies' file.
    notes
        What a reader has to know.
    """

    origins: tuple[int, ...]
    horizons: tuple[int, ...]
    rows: tuple[dict[str, Any], ...]
    joint: tuple[dict[str, Any], ...]
    pit: tuple[dict[str, Any], ...]
    reliability: tuple[dict[str, Any], ...]
    digests: Mapping[str, Any]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The contract's object."""
        parts = ("origins", "horizons", "rows", "joint", "pit", "reliability", "digests", "notes")
        return {"schema": SCHEMA} | {part: _plain(getattr(self, part)) for part in parts}

    def select(self, outcomes: Sequence[str] = (), horizons: Sequence[int] = ()) -> Record:
        """The part on these outcomes and horizons; all where none is named. Unknown ones raise `InputError`."""
        names = sorted({row["outcome"] for row in self.rows})
        wanted = {check_name("--outcome", name, names) for name in outcomes} or set(names)
        steps = {int(check_name("--horizon", str(h), map(str, self.horizons))) for h in horizons} or set(self.horizons)

        def inside(part: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
            return tuple(row for row in part if row["outcome"] in wanted and row["horizon"] in steps)

        return replace(
            self,
            horizons=tuple(sorted(steps)),
            rows=inside(self.rows),
            joint=inside(self.joint),
            pit=inside(self.pit),
            reliability=inside(self.reliability),
        )

    def losses_first(self) -> tuple[dict[str, Any], ...]:
        """Rows with the lowest skill first; rows without a skill last."""
        return tuple(sorted(self.rows, key=lambda row: (row["skill"] is None, row["skill"] or 0.0)))


def _plain(part: Any) -> Any:
    return dict(part) if isinstance(part, Mapping) else list(part)


def tally_frame(
    named: Iterable[tuple[dict[str, Any], Sequence[int], Sequence[str], Mapping[str, Tally]]],
) -> pl.DataFrame:
    """Long table of tallies: `outcome, horizon, score, forecast, origin, cluster, n, total`.

    Parameters
    ----------
    named
        Outcome, horizon and score; origins; names of clusters in order; forecast -> tally.
    """
    import numpy as np
    import polars as pl

    frames = []
    for keys, origins, clusters, tallies in named:
        names = sorted(set(clusters))
        for forecast, tally in tallies.items():
            o, c = np.nonzero(tally.count)
            columns = {
                "origin": np.asarray(origins, dtype=np.int32)[o],
                "cluster": np.asarray(names)[c],
                "n": tally.count[o, c].astype(np.int32),
                "total": tally.total[o, c].astype(np.float32),
            }
            constants = [pl.lit(value).alias(key) for key, value in {**keys, "forecast": forecast}.items()]
            frames.append(pl.DataFrame(columns).select(*constants, pl.all()))
    return pl.concat(frames) if frames else pl.DataFrame()


def write_record(record: Record, tallies: pl.DataFrame, folder: Path) -> Path:
    """Write Parquet, then JSON that holds its digest; return the JSON's path. Neither is ever half written."""
    with replacing(folder / TALLIES_NAME) as path:
        tallies.write_parquet(path, compression="zstd")
    digests = {**record.digests, "tallies": file_digest(folder / TALLIES_NAME)}
    with replacing(folder / JSON_NAME) as path:
        text = json.dumps(replace(record, digests=digests).to_json(), indent=1, allow_nan=False, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
    return folder / JSON_NAME


def read_record(folder: Path) -> Record:
    """Read a record that is whole; another schema, a missing part or a digest that differs is an error."""
    path = folder / JSON_NAME
    if not path.is_file():
        raise InputError(str(path), "no record", "a record written by `moorings backtest`")
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.get("schema") != SCHEMA:
        raise InputError(f"{path}, schema", repr(content.get("schema")), SCHEMA, "Run the back-test again.")
    tallies = folder / TALLIES_NAME
    if not tallies.is_file() or file_digest(tallies) != content["digests"].get("tallies"):
        raise MooringsError(
            f"{tallies} does not belong to {path.name}: the record is not whole; run the back-test again"
        )
    parts = {
        part: tuple(content[part]) for part in ("origins", "horizons", "rows", "joint", "pit", "reliability", "notes")
    }
    return Record(**parts, digests=content["digests"])
