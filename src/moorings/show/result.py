"""A forecast's JSON, with the look-ups that tables and charts share.

Beside the keys of the contract these are shown where they are there:

`title`, `patron`, `rated`, `unrated`
    The system's title, its patron's code, the allies that drift is and is not defined for.
`headline`
    Rows `name, title, event, role`: the questions of the front page.
`measure`
    Rows `state, year, variable, mean, q05, q95` up to `from`: the history behind the fans.
`strands`
    Rows `state, strand, share`: which strand carries how much of the drift in `to`.
`cloud`
    Rows `state, drift, autonomy`: some members in `to`.
`trust`, `sources`, `cut_off`
    A line on how far to trust it, the sources' names, the day or year after which nothing was seen.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

Row = Mapping[str, Any]


@cache
def _names() -> dict[str, str]:
    text = resources.files("moorings.data").joinpath("states.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    # A state that was divided has several rows; today's name is the shortest (Germany, West Germany).
    return {row["iso3"]: row["name"] for row in sorted(rows, key=lambda row: -len(row["name"]))}


def state_name(code: str) -> str:
    """Name of a state in English, or its code where the list of states lacks it."""
    return _names().get(code, code)


def known(value: Any) -> bool:
    """True for a number that is not missing."""
    return isinstance(value, (int, float)) and math.isfinite(value)


@dataclass(frozen=True)
class Result:
    """What `forecast` answered.

    Attributes
    ----------
    record
        The forecast's JSON object.
    """

    record: Mapping[str, Any]

    @property
    def start(self) -> int:
        """Last year seen."""
        return int(self.record["from"])

    @property
    def end(self) -> int:
        """Last year forecast."""
        return int(self.record["to"])

    @property
    def title(self) -> str:
        """Title of the system, or its name."""
        return str(self.record.get("title") or self.record["system"])

    @cached_property
    def rated(self) -> list[str]:
        """Allies that drift is defined for."""
        given = self.record.get("rated")
        found = (row["state"] for row in self.record["series"] if row["variable"] == "drift" and known(row["q50"]))
        return list(given) if given is not None else list(dict.fromkeys(found))

    @property
    def unrated(self) -> list[str]:
        """Allies that drift is not defined for."""
        return list(self.record.get("unrated", ()))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, int], Row]:
        return {(row["state"], row["variable"], row["year"]): row for row in self.record["series"]}

    def at(self, state: str, variable: str, year: int) -> Row:
        """Quantiles of a variable in a year; an empty row where there are none."""
        return self._by_key.get((state, variable, year), {})

    def path(self, state: str, variable: str) -> list[Row]:
        """Quantiles of a variable over the years, in their order, without missing ones."""
        rows = (row for row in self.record["series"] if (row["state"], row["variable"]) == (state, variable))
        return sorted((row for row in rows if known(row["q50"])), key=lambda row: int(row["year"]))

    def history(self, state: str, variable: str) -> list[Row]:
        """Measured values up to `from`, where given."""
        rows = self.record.get("measure", ())
        own = (row for row in rows if (row["state"], row["variable"]) == (state, variable))
        return sorted((row for row in own if known(row["mean"])), key=lambda row: int(row["year"]))

    def now(self, state: str, variable: str) -> float | None:
        """Value in the last year seen: as simulated, else as measured."""
        row = self.at(state, variable, self.start)
        measured = {row["year"]: row["mean"] for row in self.history(state, variable)}
        value = row.get("q50", measured.get(self.start))
        return float(value) if known(value) else None

    def event(self, text: str) -> Row:
        """The row of an event; an empty row where it was not asked."""
        return next((row for row in self.record["events"] if row["event"] == text), {})

    def drift_event(self, state: str, size: str) -> Row:
        """The row of `noticeable_drift` or `marked_drift` in the last year."""
        return self.event(f"{size}_drift({state}) in {self.end}")

    @property
    def headline(self) -> list[tuple[Row, Row]]:
        """Each question of the front page with the row of its event."""
        asked = self.record.get("headline", ())
        return [(question, row) for question in asked if (row := self.event(question["event"]))]

    def strand(self, state: str) -> Row:
        """The strand that carries most of an ally's drift; an empty row where not known."""
        rows = [row for row in self.record.get("strands", ()) if row["state"] == state and known(row["share"])]
        return max(rows, key=lambda row: float(row["share"]), default={})

    @property
    def last_seen(self) -> int | None:
        """The last year that any series of an ally reaches."""
        years = [year for seen in self.record.get("last_seen", {}).values() for year in seen.values() if known(year)]
        return max(years, default=None)
