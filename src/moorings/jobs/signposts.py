"""What to watch about a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from moorings.ask.signposts import Signpost
from moorings.ask.signposts import signposts as ranked
from moorings.jobs.ask import Run

SCHEMA = "moorings.signposts/1"


@dataclass(frozen=True)
class Signposts:
    """Things to watch about a question, the most informative first."""

    about: str
    rows: tuple[Signpost, ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        rows = [asdict(row) for row in self.rows]
        return {"schema": SCHEMA, "about": self.about, "rows": rows, "warnings": list(self.warnings)}


def signposts(
    system: str,
    about: str,
    given: Sequence[str] = (),
    set: Mapping[str, str] | None = None,  # noqa: A002  (the option's name)
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
) -> Signposts:
    """Events of the next one to three years, ranked by their expected information about a question.

    Parameters
    ----------
    system
        Name or folder of a system.
    about
        The question, in the event language.
    given, set, members, seed, start, end, belief
        As for `ask`.
    """
    run = Run(system, members, seed, start, end, belief)
    known = run.parsed(about)
    conditioned = run.conditioned(set, given)
    rows = ranked(conditioned.ensemble, known)
    return Signposts(str(known), tuple(rows), run.warnings(conditioned))
