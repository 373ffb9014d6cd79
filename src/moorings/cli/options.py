"""Options that commands share, and how their texts are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Group, Parameter

from moorings.cli.output import Reply, note, warn
from moorings.jobs.texts import pulled as pulled

_OUTPUT = Group("Output", sort_key=3)
_SIMULATION = Group("Simulation", sort_key=2)

From = Annotated[int | None, Parameter(name="--from")]
To = Annotated[int | None, Parameter(name="--to")]
Set = Annotated[
    list[str] | None,
    Parameter("--set", negative=(), help="Pull a lever: NAME=VALUE or NAME(STATE)=VALUE; may be repeated."),
]
Given = Annotated[
    list[str] | None,
    Parameter("--given", negative=(), help="Suppose that we learn EVENT; may be repeated."),
]


@Parameter(name="*", group=_OUTPUT)
@dataclass(frozen=True)
class Output:
    """How the answer is printed."""

    as_json: Annotated[bool, Parameter("--json", negative=(), help="Print one JSON object and nothing else.")] = False
    quiet: Annotated[bool, Parameter(negative=(), help="No progress and no notes.")] = False

    def note(self, *texts: object) -> None:
        """Tell about progress on standard error, unless it is to be quiet."""
        if not self.quiet:
            note(" ".join(str(text) for text in texts))

    def reply(self, record: Mapping[str, Any], view: Callable[..., Any], status: int = 0) -> Reply:
        """The reply in the form that was asked for; doubts that the record holds are told at once."""
        warn(record.get("warnings", ()))
        return Reply(record, view, self.as_json, status)


@Parameter(name="*", group=_SIMULATION)
@dataclass(frozen=True)
class Simulation:
    """How the worlds are rolled forward."""

    members: Annotated[int, Parameter(help="Number of simulated worlds.")] = 4000
    seed: Annotated[int, Parameter(help="Seed of the random draws.")] = 1
    start: Annotated[int | None, Parameter(name="--from", help="Last year seen (default: the system's).")] = None
    end: Annotated[int | None, Parameter(name="--to", help="Last year forecast (default: the system's).")] = None
    belief: Annotated[Path | None, Parameter(help="File with your own elasticities.")] = None

    def arguments(self) -> dict[str, Any]:
        """Arguments of a job that simulates."""
        return dict(vars(self))


DEFAULT_OUTPUT, DEFAULT_SIMULATION = Output(), Simulation()
