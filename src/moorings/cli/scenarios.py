"""Commands about what would change, why, and what history did in a like place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, DEFAULT_SIMULATION, Output, Set, Simulation, pulled
from moorings.cli.output import Reply
from moorings.core.places import check_writable

Against = Annotated[
    list[str] | None,
    Parameter("--against", negative=(), help="A lever of the scenario compared to; the baseline without any."),
]


@dataclass(frozen=True)
class Few(Simulation):
    """How the worlds are rolled forward where many scenarios share their draws."""

    members: Annotated[int, Parameter(help="Number of simulated worlds.")] = 500


DEFAULT_FEW = Few()


def compare(
    system: str,
    /,
    *,
    levers: Set = None,
    against: Against = None,
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Compare two scenarios in the same simulated worlds: what changes, and what the difference rests on.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    """
    from moorings.jobs.compare import compare as job
    from moorings.show.scenarios import compare_view

    found = job(system, pulled(levers), pulled(against), **simulation.arguments())
    return output.reply(found.to_json(), compare_view)


def levers(system: str, /, *, simulation: Few = DEFAULT_FEW, output: Output = DEFAULT_OUTPUT) -> Reply:
    """List every lever: meaning, unit, range, today's value, assumed effect on the headline.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    """
    from moorings.jobs.levers import levers as job
    from moorings.show.scenarios import levers_view

    output.note("Each lever is simulated once; this takes up to a minute.")
    return output.reply(job(system, **simulation.arguments()).to_json(), levers_view)


def explain(
    system: str,
    state: str,
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Folder for the chart.")] = None,
    simulation: Few = DEFAULT_FEW,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Explain what pulls an ally: contributions to its expected drift that add up.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    state
        A rated ally, as in KOR.
    """
    from moorings.jobs.explain import explain as job
    from moorings.show.scenarios import explain_view

    check_writable("--out", out)
    output.note("Each group of drivers is switched off in turn; this takes up to a minute.")
    record = job(system, state, **simulation.arguments()).to_json()
    if out is not None:
        from moorings.show.explained import write_explain_chart

        output.note(f"Chart: {write_explain_chart(record, out)}")
    return output.reply(record, explain_view)


def analogues(
    system: str,
    state: str,
    /,
    *,
    levers: Set = None,
    simulation: Few = DEFAULT_FEW,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Find the nearest historical cases of an ally's present, and what they did next.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    state
        An ally, as in KOR.
    """
    from moorings.jobs.analogues import analogues as job
    from moorings.show.scenarios import analogues_view

    found = job(system, state, pulled(levers), **simulation.arguments())
    return output.reply(found.to_json(), analogues_view)
