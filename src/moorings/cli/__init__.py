"""The command line: parse, call one job, print."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from moorings.cli.output import Reply, console, leave_pipe, note, show, warn
from moorings.core.errors import InputError, MooringsError

if TYPE_CHECKING:
    from cyclopts import App, UnusedCliTokensError

WRONG_INPUT, FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """Run the command line on the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without these letters shows others, and no failure
    status = run(sys.argv[1:])
    if threading.active_count() > 1:
        # a thread within compiled code aborts the process where the interpreter ends beneath it
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit status.

    0 done; 1 the answer is "no"; 2 the input is wrong; 3 the program failed; 130 interrupted.
    """
    from cyclopts import CycloptsError, UnusedCliTokensError

    try:
        return _answer(arguments, sys.stdout)
    except UnusedCliTokensError as error:
        return _stop(_too_many(error), WRONG_INPUT)
    except (CycloptsError, InputError) as error:
        return _stop(error, WRONG_INPUT)
    except KeyboardInterrupt:
        return _stop("interrupted", INTERRUPTED)
    except BrokenPipeError:
        leave_pipe(sys.stdout)
        return 0
    except Exception as error:
        return _stop(error, FAILED)


def _answer(arguments: Sequence[str], out: IO[str]) -> int:
    """Call the command with everything that it prints sent to standard error, then print its reply on `out`."""
    screen = console(out)
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
        warnings.showwarning = _told
        reply = build_app()(list(arguments), console=screen)
    if isinstance(reply, Reply):
        show(reply, out)
        return reply.status
    return 0


def _too_many(error: UnusedCliTokensError) -> InputError:
    """Words that a command does not take, told with what it takes."""
    assert error.app is not None
    assert error.command_chain is not None
    taken = [argument.name for argument in error.app.assemble_argument_collection() if argument.name != "*"]
    found = f"more than it takes, {', '.join(map(repr, error.unused_tokens or ()))}"
    return InputError(f"moorings {' '.join(error.command_chain)}", found, ", ".join(taken))


def _told(message: Warning | str, *_: object, **__: object) -> None:
    """Tell a warning of the code in one line, without the place that raised it."""
    warn([message])


def build_app() -> App:
    """The application, with each command known by name only."""
    from cyclopts import App

    from moorings.cli.commands import register
    from moorings.cli.version import version

    return register(
        App(
            name="moorings",
            help="Measure how tightly each ally is tied to its patron, forecast the next decade, keep the score.",
            help_format="plaintext",
            version=version,
            result_action="return_value",
            exit_on_error=False,
            print_error=False,
            suppress_keyboard_interrupt=False,
        )
    )


def _stop(error: BaseException | str, status: int) -> int:
    """Say in one line why the command stopped; with MOORINGS_DEBUG the traceback too."""
    if os.environ.get("MOORINGS_DEBUG") and isinstance(error, BaseException):
        import traceback

        traceback.print_exception(error)
    known = isinstance(error, (str, MooringsError)) or status == WRONG_INPUT
    note(f"moorings: {error}" if known else f"moorings: {type(error).__name__}: {error}")
    return status
