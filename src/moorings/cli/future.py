"""Commands about where the allies stand and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from moorings.cli.options import DEFAULT_OUTPUT, DEFAULT_SIMULATION, From, Given, Output, Set, Simulation, To, pulled
from moorings.cli.output import Reply
from moorings.core.digest import record_digest
from moorings.core.places import check_writable, home, replacing
from moorings.core.strict import to_json


def forecast(
    system: str,
    /,
    *,
    levers: Set = None,
    given: Given = None,
    out: Annotated[Path | None, Parameter(help="Folder for the chart and the JSON.")] = None,
    simulation: Simulation = DEFAULT_SIMULATION,
    output: Output = DEFAULT_OUTPUT,
) -> Reply:
    """Forecast how far each ally drifts: a table, a verdict for each ally, a chart.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    """
    from moorings.jobs.forecast import forecast as job
    from moorings.show.extras import extras
    from moorings.show.tables import forecast_view

    check_writable("--out", out)
    found = job(system, pulled(levers), given or [], **simulation.arguments())
    record = found.to_json()
    if output.as_json and out is None:
        return output.reply(record, forecast_view)
    shown = extras(found.system, found.ensemble) | record
    output.note(f"Chart: {_write(record, shown, out or _run_folder(record))}")
    return output.reply(record, lambda _: forecast_view(shown))


def _run_folder(record: Mapping[str, Any]) -> Path:
    """Folder of a run, named after what was asked, so that the same question has the same folder."""
    asked = {key: value for key, value in record.items() if key not in ("series", "events")}
    return home() / "runs" / f"{record['system']}-{record['to']}-{record_digest(asked)[:8]}"


def _write(record: Mapping[str, Any], shown: Mapping[str, Any], folder: Path) -> Path:
    """Write the JSON, and what is shown of it as PNG and SVG; path of the PNG."""
    from moorings.show.charts import write_chart

    with replacing(folder / "forecast.json") as path:
        path.write_text(to_json(record) + "\n", encoding="utf-8")
    return write_chart(shown, folder)


def measure(system: str, /, *, start: From = None, end: To = None, output: Output = DEFAULT_OUTPUT) -> Reply:
    """Measure commitment, threat, credence, strands, tether and drift so far, for each ally and year.

    Parameters
    ----------
    system
        east-asia, us-alliances (needs the panel), or a system folder.
    start
        First year shown (default: 1998); the estimates use all that was seen.
    end
        Last year shown (default: the last one seen).
    """
    from moorings.jobs.measure import measure as job
    from moorings.show.answers import measure_view

    return output.reply(job(system, start, end).to_json(), measure_view)
