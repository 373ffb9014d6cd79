"""The outcome of a simulation: members by years by states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ensemble:
    """Members of a simulation (parameter draw times noise), with their weights.

    Attributes
    ----------
    system
        Name of the system.
    patron, allies, adversaries
        ISO 3 codes; `rated` are the allies on which drift is defined.
    years
        The last year seen (`from`), then every simulated year up to `to`.
    states
        All states, in the order of the state axis.
    draw
        Parameter draw of each member, shape [member].
    values
        Variable -> array [member, year, state]; missing where a state does not have it.
    pairs
        Paired variable or yearly event flag -> array [member, year, state, other state]:
        `tie` (0 to 3), `new_pact`, `pact_ends`, `separate_peace`, `dispute`, `supported`, `abandoned` (0 or 1;
        for the last two the other state is the adversary). Flags are 0 in the first year.
    weights
        Weight of each member, shape [member], sum 1.
    """

    system: str
    patron: str
    allies: tuple[str, ...]
    rated: tuple[str, ...]
    adversaries: tuple[str, ...]
    years: tuple[int, ...]
    states: tuple[str, ...]
    draw: NDArray[np.int64]
    values: Mapping[str, Array]
    pairs: Mapping[str, Array]
    weights: Array

    @property
    def members(self) -> int:
        """Number of members."""
        return len(self.draw)

    @property
    def effective_members(self) -> float:
        """Kish's effective number of members, 1 / sum of squared weights."""
        return float(1.0 / np.sum(self.weights**2))

    def of(self, name: str, state: str, other: str | None = None) -> Array:
        """Paths of one variable or flag, shape [member, year]."""
        i = self.states.index(state)
        if other is None:
            return self.values[name][:, :, i]
        return self.pairs[name][:, :, i, self.states.index(other)]

    def reweighted(self, weights: Array) -> Ensemble:
        """The same members with other weights (normalised here)."""
        return replace(self, weights=weights / weights.sum())
