"""Commands about systems."""

from __future__ import annotations

from pathlib import Path

from moorings.cli.options import DEFAULT_OUTPUT, Output
from moorings.cli.output import Reply


def systems_list(*, output: Output = DEFAULT_OUTPUT) -> Reply:
    """List the systems that ship with the package."""
    from moorings.jobs.systems import systems_list as job
    from moorings.show.answers import systems_view

    return output.reply(job().to_json(), systems_view)


def systems_check(folder: str, /, *, output: Output = DEFAULT_OUTPUT) -> Reply:
    """List all faults of a system folder at once; status 1 where there are any.

    Parameters
    ----------
    folder
        Folder of the system, or name of a shipped one.
    """
    from moorings.jobs.systems import systems_check as job
    from moorings.show.answers import faults_view

    found = job(folder)
    return output.reply(found.to_json(), faults_view, status=0 if found.passes else 1)


def systems_new(folder: Path, /, *, name: str | None = None, output: Output = DEFAULT_OUTPUT) -> Reply:
    """Start a system folder with a commented description and empty tables.

    Parameters
    ----------
    folder
        Folder to be made.
    name
        Name of the system (default: the folder's).
    """
    from moorings.jobs.systems import systems_new as job
    from moorings.show.answers import rows_view

    return output.reply(job(str(folder), name or folder.resolve().name).to_json(), rows_view)
