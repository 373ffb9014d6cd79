"""Commands about the sources, the panel, and what is estimated on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, Output, To
from moorings.cli.output import Reply


def data_fetch(
    *,
    out: Annotated[Path | None, Parameter(help="Folder to download into (default: in MOORINGS_HOME).")] = None,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Download every source from its public address, go on where it stopped, check digests."""
    from moorings.jobs.data import fetch
    from moorings.show.answers import fields_view

    return output.reply(fetch(out, output.note).to_json(), fields_view)


def data_build(
    *,
    source: Annotated[Path | None, Parameter(name="--from", help="Folder of a mirror of the sources.")] = None,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Build the panel from a mirror, from MOORINGS_DATA_DIR, or from what was fetched."""
    from moorings.jobs.data import build
    from moorings.show.answers import panel_view

    return output.reply(build(source, output.note).to_json(), panel_view)


def data_status(*, output: Output = DEFAULT_OUTPUT) -> Reply:
    """Show what is there, how far each series reaches, and what is missing."""
    from moorings.jobs.data import status
    from moorings.show.answers import panel_view

    return output.reply(status().to_json(), panel_view)


def cite(system: str, state: str, variable: str, year: int, /, *, output: Output = DEFAULT_OUTPUT) -> Reply:
    """Print the citation and the source row behind a number.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    state
        Code of three letters, as in JPN.
    variable
        Name of the quantity, as in burden.
    year
        The year.
    """
    from moorings.jobs.cite import cite as job
    from moorings.show.answers import cite_view

    return output.reply(job(system, state, variable, year).to_json(), cite_view)


def fit(*, end: To = None, output: Output = DEFAULT_OUTPUT) -> Reply:
    """Estimate the law on the panel, and write a posterior into MOORINGS_HOME.

    Parameters
    ----------
    end
        Last year seen (default: 2025): nothing after it is used.
    """
    from moorings.jobs.fit import fit as job
    from moorings.show.answers import rows_view

    found = job(end, output.note)
    output.note(f"Posterior: {found.path} ({found.seconds:.0f} s)")
    return output.reply(found.to_json(), rows_view)


def backtest(
    *,
    outcome: Annotated[list[str] | None, Parameter(negative=(), help="Only this outcome; may be repeated.")] = None,
    horizon: Annotated[list[int] | None, Parameter(negative=(), help="Only this many years; may be repeated.")] = None,
    anew: Annotated[bool, Parameter(negative=(), help="Run it again, even where the shipped record answers.")] = False,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Print the record against baselines: rolling origins, proper scores, where it loses too."""
    from moorings.jobs.backtest import backtest as job
    from moorings.show.answers import record_view

    found = job(outcome or [], horizon or [], progress=output.note, anew=anew)
    return output.reply(found.to_json(), record_view)
