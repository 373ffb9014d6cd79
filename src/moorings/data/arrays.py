"""Tidy observations -> arrays: the one bridge in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from moorings.core.errors import InputError
from moorings.core.variables import POSITION_ASIDE, POSITION_ERROR, POSITIONS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Arrays:
    """Observed values at [year, state] and [year, state, other]; missing is NaN, never zero.

    Attributes
    ----------
    years, states, others
        The axes.
    state_year, pair_year
        Variable -> array.
    """

    years: tuple[int, ...]
    states: tuple[str, ...]
    others: tuple[str, ...]
    state_year: Mapping[str, Array]
    pair_year: Mapping[str, Array]

    def contracts(self, patron: str) -> tuple[Array, Array]:
        """Arms delivered in the year and arms on order, TIV, of all suppliers and of the patron, [year, 2, state].

        Missing where any of them is, as everywhere where no table lists them. `InputError` where the patron's part is
        more than the whole.
        """
        towards, empty = self.others.index(patron), np.full((len(self.years), len(self.states)), np.nan)
        found = []
        for of_all, of_patron in (("arms_delivered", "supplier_delivered"), ("arms_on_order", "supplier_on_order")):
            sent = self.pair_year[of_patron][:, :, towards] if of_patron in self.pair_year else empty
            whole = self.state_year.get(of_all, empty)
            # sums of the same figures may differ in the last digits
            for t, i in np.argwhere(sent > whole * (1 + 1e-9) + 1e-9)[:1]:
                place = f"{of_patron} of {self.states[i]} from {patron} in {self.years[t]}"
                raise InputError(place, f"{sent[t, i]:g}", f"at most {of_all}, {whole[t, i]:g} TIV million")
            found.append(np.stack([whole, sent], axis=1))
        unknown = ~np.isfinite(np.concatenate(found, axis=1)).all(axis=1)[:, None]
        return np.where(unknown, np.nan, found[0]), np.where(unknown, np.nan, found[1])

    def other_positions(self) -> Array:
        """Position in each other set of UN votes less `ideal_point`, [year, state, set]; missing where one is."""
        empty = np.full((len(self.years), len(self.states)), np.nan)
        other = np.stack([self.state_year.get(name, empty) for name in POSITIONS], axis=2)
        return np.asarray(other - self.state_year.get("ideal_point", empty)[:, :, None])

    def told_of_positions(self) -> tuple[Array, Array]:
        """What other sets of votes say beyond `ideal_point`, and half of its central 90 % interval, [year, state].

        Missing where they are not told.
        """
        empty = np.full((len(self.years), len(self.states)), np.nan)
        return self.state_year.get(POSITION_ASIDE, empty), self.state_year.get(POSITION_ERROR, empty)

    def last_seen(self, variable: str) -> dict[str, int]:
        """State -> last year in which a state-year variable was seen."""
        return _last(self.state_year[variable], self.years, self.states)

    def last_seen_towards(self, variable: str, other: str) -> dict[str, int]:
        """State -> last year in which a pair variable towards `other` was seen."""
        return _last(self.pair_year[variable][:, :, self.others.index(other)], self.years, self.states)


def _last(values: Array, years: Sequence[int], states: Sequence[str]) -> dict[str, int]:
    known = np.isfinite(values)
    return {
        state: years[len(years) - 1 - int(np.argmax(known[::-1, i]))]
        for i, state in enumerate(states)
        if known[:, i].any()
    }


BREAK = "reporting break"
"""A note that begins so marks a value that cannot be compared with its neighbours: it counts as missing."""
UNDIRECTED = (
    "distance",
    "contiguity",
    "rivalry",
    "tie",
    "defence",
    "consult",
    "nonagg",
    "neutral",
    "disputes",
    "force",
    "shared_partners",
)


def to_arrays(
    observations: pl.DataFrame, states: Sequence[str], years: Sequence[int], others: Sequence[str] | None = None
) -> Arrays:
    """Put tidy rows at their place; rows of other states or years are left out.

    Parameters
    ----------
    observations
        Columns state, other, year, variable, value (see `data.panel.panel_observations`).
    states, years
        The axes.
    others
        States of the second pair axis; `states` by default.
    """
    others = states if others is None else others
    years = tuple(int(year) for year in years)
    broken = pl.col("note").fill_null("").str.starts_with(BREAK) if "note" in observations.columns else pl.lit(False)
    observations = observations.filter(~broken)
    state_year, pair_year = {}, {}
    for (name,), rows in (
        observations.filter(pl.col("year").is_in(years))
        .partition_by("variable", as_dict=True, maintain_order=True)
        .items()
    ):
        if rows["other"].null_count() == len(rows):
            state_year[str(name)] = _placed(rows, years, (states,), ("state",))
        else:
            both = _both_ways(rows) if name in UNDIRECTED else rows
            pair_year[str(name)] = _placed(both, years, (states, others), ("state", "other"))
    return Arrays(years, tuple(states), tuple(others), state_year, pair_year)


def _both_ways(rows: pl.DataFrame) -> pl.DataFrame:
    turned = rows.rename({"state": "other", "other": "state"}).select(rows.columns)
    return pl.concat([rows, turned])


def _placed(rows: pl.DataFrame, years: Sequence[int], axes: Sequence[Sequence[str]], columns: Sequence[str]) -> Array:
    inside = rows.filter(*(pl.col(column).is_in(list(axis)) for column, axis in zip(columns, axes, strict=True)))
    out = np.full((len(years), *(len(axis) for axis in axes)), np.nan)
    index = [inside["year"].to_numpy() - years[0]]
    for column, axis in zip(columns, axes, strict=True):
        place = {state: i for i, state in enumerate(axis)}
        index.append(inside[column].replace_strict(place, return_dtype=pl.Int64).to_numpy())
    out[tuple(index)] = inside["value"].to_numpy()
    return out
