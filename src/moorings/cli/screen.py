"""The terminal, or the pipe."""

from __future__ import annotations

from rich.console import Console


class Screen(Console):
    """A console that tells its caller that the reader of the pipe has gone, where Rich would end the program."""

    def on_broken_pipe(self) -> None:
        """Tell the caller."""
        raise BrokenPipeError
