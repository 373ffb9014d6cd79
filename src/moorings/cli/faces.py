"""Commands that hand the answers on: the web application, the report."""

from __future__ import annotations

import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, DEFAULT_SIMULATION, Given, Output, Set, Simulation, pulled
from moorings.cli.output import Reply, note
from moorings.core.errors import InputError

NEEDED = ("fastapi", "jinja2", "uvicorn")


def serve(
    system: str = "east-asia",
    /,
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on.")] = 8000,
    token: Annotated[
        str, Parameter(help="Access token, needed where the host is not this machine; made where none is given.")
    ] = "",
) -> None:
    """Serve the web application, on this machine only unless another host is named.

    Parameters
    ----------
    system
        east-asia, or a system folder.
    """
    check_extra()
    import uvicorn

    from moorings.web.app import create_app
    from moorings.web.listening import address_of, listen
    from moorings.web.settings import LOOPBACK, Settings

    _check_served(system)
    if host not in LOOPBACK and not token:
        token = secrets.token_urlsafe(24)
    with listen(host, port) as listener, suppress(KeyboardInterrupt):
        app = create_app(Settings(system, token))
        note(address_of(host, port, token))
        config = uvicorn.Config(app, log_level="warning", limit_concurrency=200, timeout_keep_alive=15)
        uvicorn.Server(config).run([listener])


def _check_served(system: str) -> None:
    """Refuse a system that cannot be served: the pages are made of a system's own tables."""
    from moorings.jobs.alliances import ALLIANCES
    from moorings.systems.load import load_system

    if system in ALLIANCES:
        remedy = f"{system} is built from the panel and has no tables to serve: try `moorings report {system}`."
        raise InputError("SYSTEM", repr(system), "a shipped system, or a system folder", remedy)
    load_system(system)


def check_extra() -> None:
    """Refuse where the web extra is not installed."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise InputError(
            "moorings serve", f"no {', '.join(missing)}", "the web extra", 'In the clone: pip install -e ".[web]"'
        )


def report(
    system: str,
    /,
    *,
    page: Annotated[Path, Parameter(name=["--output", "-o"], help="The page to write, FILE.html.")],
    levers: Set = None,
    given: Given = None,
    pdf: Annotated[bool, Parameter(help="Print FILE.pdf beside it too; needs Chromium.", negative="")] = False,
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Write one self-contained page: summary, questions, charts, claims, record, method, sources.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    """
    from moorings.jobs.report import report as job

    output.note("A forecast, where allies stand, and two theses, claim by claim: this takes some minutes.")
    found = job(system, page, pulled(levers), given or [], pdf=pdf, **simulation.arguments())
    return output.reply(
        found.to_json(), lambda record: [f"Report: {record[name]}" for name in ("path", "pdf") if record[name]]
    )
