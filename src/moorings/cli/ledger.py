"""Commands about the ledger of live forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, DEFAULT_SIMULATION, Output, Simulation
from moorings.cli.output import Reply


def ledger_add(
    system: str, event: str, /, *, simulation: Simulation = DEFAULT_SIMULATION, output: Output = DEFAULT_OUTPUT
) -> Reply:
    """Enter the forecast of an event with its rule, the day and the digests of what made it.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    event
        The event, as in "troops_leave(KOR) by 2036".
    """
    from moorings.jobs.ledger import ledger_add as job

    return _reply(job(system, event, **simulation.arguments()), output)


def ledger_list(*, output: Output = DEFAULT_OUTPUT) -> Reply:
    """List every forecast with its status, and its score where it is settled."""
    from moorings.jobs.ledger import ledger_list as job

    return _reply(job(), output)


def ledger_resolve(
    *,
    data: Annotated[Path | None, Parameter(help="Further observations: state, other, year, variable, value.")] = None,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Settle what the observations decide."""
    from moorings.jobs.ledger import ledger_resolve as job

    return _reply(job(data), output)


def ledger_verify(
    *,
    head: Annotated[str | None, Parameter(help="Last hash, as noted elsewhere.")] = None,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Check the chain; status 1 where it is broken."""
    from moorings.jobs.ledger import ledger_verify as job

    return _reply(job(head=head), output)


def _reply(found: Any, output: Output) -> Reply:
    """The ledger's rows and its head; status 1 where the chain is broken."""
    from moorings.show.answers import ledger_view

    return output.reply(found.to_json(), ledger_view, status=0 if found.passes else 1)
