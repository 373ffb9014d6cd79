"""What a command hands back, and how it reaches the terminal, a pipe or a script."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from moorings.core.strict import to_json

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH_OF_A_PIPE = 110


@dataclass(frozen=True)
class Reply:
    """The answer of a command.

    Attributes
    ----------
    record
        The JSON object of the answer.
    view
        What a reader sees of it, as Rich renderables.
    as_json
        True where the JSON is wanted and nothing else.
    status
        Exit status: 0 done, 1 the answer is "no".
    """

    record: Mapping[str, Any]
    view: Callable[[Mapping[str, Any]], Iterable[RenderableType]]
    as_json: bool = False
    status: int = 0


def console(file: IO[str] | None = None) -> Console:
    """A console on `file` (standard output): colours only on a terminal, and none where NO_COLOR is set."""
    from moorings.cli.screen import Screen

    target = file or sys.stdout
    width = None if target.isatty() or "COLUMNS" in os.environ else WIDTH_OF_A_PIPE
    return Screen(file=target, width=width, highlight=False)


def show(reply: Reply, file: IO[str]) -> None:
    """Print a reply on `file`: its JSON, or its view."""
    if reply.as_json:
        print(to_json(reply.record), file=file, flush=True)
        return
    screen = console(file)
    for part in reply.view(reply.record):
        screen.print(part)


def note(text: object) -> None:
    """Print a note, warning or error on standard error; where nobody reads it, the work goes on."""
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        leave_pipe(sys.stderr)


def leave_pipe(stream: IO[str]) -> None:
    """Write nowhere from now on, since the reader of the pipe has gone (as with `| head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def warn(doubts: Iterable[object]) -> None:
    """Tell doubts about an answer, even where progress is not told."""
    for doubt in doubts:
        note(f"warning: {doubt}")
