"""What is forecast and scored: a quantity or an event of states or pairs, and who it is scored for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from moorings.core.digest import record_digest
from moorings.core.errors import InputError
from moorings.score.baselines import Baseline, FittedVolatility, NoChange, OwnVolatility, PastChanges, Theta
from moorings.score.boosting import BoostedHazard, BoostedQuantiles
from moorings.score.hazards import BaseRate, Duration, Logit
from moorings.score.history import History
from moorings.score.metrics import Array
from moorings.score.pool import partners_of

Kind = Literal["continuous", "event"]

QUANTITY_BASELINES: tuple[Baseline, ...] = (
    NoChange(),
    PastChanges(),
    OwnVolatility(),
    FittedVolatility(),
    Theta(),
    BoostedQuantiles(),
)
PARTNERS: tuple[Baseline, ...] = (*QUANTITY_BASELINES, BoostedQuantiles(informed=True))
"""What the law may be pooled with. Trees that see more than the series are no baseline."""
EVENT_BASELINES: tuple[Baseline, ...] = (BaseRate(), BaseRate(last=15), Duration(), Logit(), BoostedHazard())


@dataclass(frozen=True)
class Outcome:
    """Something that is forecast for many units and compared with what came.

    Attributes
    ----------
    name, kind, unit
        Name, `continuous` or `event`, and the unit of its scale (for instance `log share of GDP`).
    history
        All that is known of it, [year, unit]; each forecast gets it as it stood at its origin.
    units, clusters
        Name of each unit and of the state it counts under in the bootstrap.
    scored
        Whether a unit is scored from a year on as origin, [year, unit]; the rest only trains baselines.
    baselines
        Those it is compared with.
    """

    name: str
    kind: Kind
    unit: str
    history: History
    units: tuple[str, ...]
    clusters: tuple[str, ...]
    scored: NDArray[np.bool_]
    baselines: tuple[Baseline, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.scored.shape != self.history.values.shape or len(self.units) != self.scored.shape[1]:
            raise InputError(f"outcome {self.name}", f"scored {self.scored.shape}", f"{self.history.values.shape}")

    @property
    def rivals(self) -> tuple[Baseline, ...]:
        """Its baselines, or the usual ones of its kind."""
        return self.baselines or (QUANTITY_BASELINES if self.kind == "continuous" else EVENT_BASELINES)

    @property
    def partners(self) -> tuple[Baseline, ...]:
        """What the law is pooled with beside its rivals."""
        rivals = {rival.name for rival in self.rivals}
        wanted = [] if self.kind == "event" else partners_of(self.name)
        return tuple(one for one in PARTNERS if one.name in wanted and one.name not in rivals)

    def known_at(self, origin: int) -> str:
        """Digest of all that a forecast from `origin` may see of it; what came later does not change it."""
        past = self.history.until(origin)
        arrays = {"years": past.years, "values": past.values, "scored": self.scored[: len(past.years)]}
        arrays |= {f"window {h}": window for h, window in past.windows.items()}
        if past.features is not None:
            arrays["features"] = past.features
        shown = {name: [array.shape, _bytes_digest(array)] for name, array in arrays.items()}
        return record_digest([self.name, self.kind, self.units, self.clusters, past.low, past.high, shown])

    def observed(self, origin: int, horizon: int) -> Array:
        """What came `horizon` years after `origin`, [unit]: the value, or 0 and 1; missing where it is not scored."""
        came = self.history.outcome(origin, horizon)
        row = self.history.row(origin)
        value = self.history.values[row] + came if self.kind == "continuous" else came
        return np.where(self.scored[row], value, np.nan)


def _bytes_digest(array: NDArray[np.generic]) -> str:
    import hashlib

    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
