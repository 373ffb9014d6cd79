"""Commands about events, what to watch for them, and claims."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, DEFAULT_SIMULATION, Given, Output, Set, Simulation, pulled
from moorings.cli.output import Reply


def ask(
    system: str,
    event: str,
    /,
    *,
    given: Given = None,
    levers: Set = None,
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Give the probability of an event, its interval, words and historical base rate.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    event
        The event, as in "noticeable_drift(JPN) in 2036".
    """
    from moorings.jobs.ask import ask as job
    from moorings.show.answers import ask_view

    found = job(system, event, given or [], pulled(levers), **simulation.arguments())
    return output.reply(found.to_json(), partial(ask_view, grid=found.grid))


def signposts(
    system: str,
    /,
    *,
    about: Annotated[str, Parameter(help='The event asked about, as in "noticeable_drift(KOR) in 2036".')],
    given: Given = None,
    levers: Set = None,
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Rank what to watch by how much it would tell about an event.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    """
    from moorings.jobs.signposts import signposts as job
    from moorings.show.answers import signposts_view

    found = job(system, about, given or [], pulled(levers), **simulation.arguments())
    return output.reply(found.to_json(), signposts_view)


def check(
    thesis: str,
    /,
    *,
    system: Annotated[str, Parameter(help="System that the claims are about; as for `forecast`.")] = "east-asia",
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Hold the claims of a thesis against the model; status 1 where one fails.

    Parameters
    ----------
    thesis
        A YAML file, or the name of a thesis that ships with the package.
    """
    from moorings.jobs.check import check as job
    from moorings.show.answers import check_view

    found = job(thesis, system, **simulation.arguments())
    return output.reply(found.to_json(), check_view, status=0 if found.passes else 1)
