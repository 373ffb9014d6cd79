"""What a system is: a patron, allies, adversaries, partners, a window of years, its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROLES = ("question", "beside", "driver")
REGION_SHARE, WARHEAD_WORTH = "region_share", "warhead_worth"
ASSUMED_NUMBERS = (REGION_SHARE, WARHEAD_WORTH)
"""What a system may assume that is no state's series: the share of its power that the patron devotes to the region, and
what a warhead adds to a year's military spending of a state whose burden is assumed."""


@dataclass(frozen=True)
class Headline:
    """A question of the front page.

    Attributes
    ----------
    name, title
        Short name and wording.
    event
        The question in the event language.
    role
        `question`, `beside` (stands beside a question), or `driver` (an act of the patron, never drift).
    """

    name: str
    title: str
    event: str
    role: str = "question"


@dataclass(frozen=True)
class System:
    """A patron-ally system.

    Attributes
    ----------
    name, title
        As in `system.yaml`.
    patron, allies, adversaries, partners
        ISO 3 codes; `rated` are the allies on which drift is defined (UN votes and a treaty are needed).
    start, end
        `from`, the last year seen, and `to`.
    headline
        The questions of the front page.
    assumptions
        Named numbers that no series gives (for instance a state's assumed burden), each with mean, sd, unit and reason.
    folder
        Where its tables stand; None for a system built from the panel.
    digest
        SHA-256 of the folder.
    facts_until
        Cut-off date of the coded events (YYYY-MM or YYYY-MM-DD); empty where there are none.
    not_rated
        Reason for each ally that is not rated.
    """

    name: str
    title: str
    patron: str
    allies: tuple[str, ...]
    adversaries: tuple[str, ...]
    partners: tuple[str, ...]
    rated: tuple[str, ...]
    start: int
    end: int
    headline: tuple[Headline, ...]
    assumptions: tuple[dict[str, object], ...]
    folder: Path | None
    digest: str
    facts_until: str = ""
    not_rated: Mapping[str, str] = field(default_factory=dict)

    @property
    def states(self) -> tuple[str, ...]:
        """All states: patron, allies, adversaries, partners, in this order."""
        return (self.patron, *self.allies, *self.adversaries, *self.partners)
