"""The report: one page to hand on, made of a forecast, where allies stand, and a thesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moorings.ask.theses import list_theses
from moorings.core.errors import InputError, MooringsError
from moorings.core.places import check_writable, replacing
from moorings.score.pool import COUPLED

SCHEMA = "moorings.report/1"


@dataclass(frozen=True)
class Report:
    """A report that was written.

    Attributes
    ----------
    path, pdf
        The page, and the same as PDF if that was asked for.
    record
        What it was made of: the forecast with what is shown beside it, the claims, the record's worst rows.
    """

    path: Path
    record: Mapping[str, Any]
    pdf: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Where the page stands, and of how many claims and scores it tells."""
        counts = {name: len(self.record[name]) for name in ("claims", "scores")}
        return {
            "schema": SCHEMA,
            "system": self.record["system"],
            "path": str(self.path),
            "pdf": str(self.pdf) if self.pdf else None,
            **counts,
            "warnings": list(self.record["warnings"]),
        }


def report(
    system: str,
    path: Path,
    set: Mapping[str, str] | None = None,  # noqa: A002 - the contract's name
    given: Sequence[str] | None = None,
    members: int = 4000,
    seed: int = 1,
    start: int | None = None,
    end: int | None = None,
    belief: Path | None = None,
    pdf: bool = False,
) -> Report:
    """Write one self-contained page.

    Parameters
    ----------
    system
        Name of a shipped system, or a folder.
    path
        The page to write, `FILE.html`.
    set, given, members, seed, start, end, belief
        As for the forecast; with levers the page shows the scenario beside the baseline.
    pdf
        Whether Chromium prints it to `FILE.pdf`, too.

    Raises
    ------
    InputError
        For anything in these that is wrong.
    """
    from moorings.show.pdf import browser, print_pdf
    from moorings.show.report import report_page

    if pdf:
        browser()  # before the work, and not after it
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError("-o", repr(str(path)), "a file that ends in .html")
    if path.is_dir():
        raise InputError("-o", repr(str(path)), "a file, not a folder")
    check_writable("-o", path.parent)
    how = {"members": members, "seed": seed, "start": start, "end": end, "belief": belief}
    record = _forecast(system, set, given, how)
    record["baseline"] = _forecast(system, None, None, how) if set or given else None
    claims, unchecked = _claims(system, how)
    # of a past start nothing later may be shown, and what is measured is measured against today
    history = _measured(system) if start is None else []
    record |= {"measure": history, "claims": claims, "scores": _scores()}
    record["warnings"] = [*record["warnings"], *unchecked]
    with replacing(path) as file:
        file.write_text(report_page(record), encoding="utf-8")
    if pdf:
        print_pdf(path, path.with_suffix(".pdf"))
    return Report(path, record, path.with_suffix(".pdf") if pdf else None)


def _forecast(
    system: str, levers: Mapping[str, str] | None, given: Sequence[str] | None, how: Mapping[str, Any]
) -> dict[str, Any]:
    from moorings.jobs.forecast import forecast
    from moorings.show.extras import extras

    found = forecast(system, levers, given, **how)
    return extras(found.system, found.ensemble) | found.to_json()


def _measured(system: str) -> list[dict[str, Any]]:
    """History behind the fans; none for a system that cannot be measured back."""
    from moorings.jobs.measure import measure

    try:
        return list(measure(system).to_json()["rows"])
    except MooringsError:
        return []


def _claims(system: str, how: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Verdicts on the theses that ship, where they are about this system, and which ones could not be checked."""
    from moorings.jobs.check import check

    found: list[dict[str, Any]] = []
    unchecked: list[str] = []
    for thesis in list_theses():
        try:
            checked = check(thesis, system, **how)
        except MooringsError as error:
            unchecked.append(f"the thesis {thesis} was not checked: {error}")
            continue
        found += [{"thesis": checked.thesis.title, **claim} for claim in checked.to_json()["claims"]]
    return found, unchecked


def _scores() -> list[dict[str, Any]]:
    """Rows of the record of what is published, losses first; none where there is no record."""
    from moorings.jobs.backtest import record_at_hand

    found = record_at_hand()
    return [dict(row) for row in found.record.losses_first() if row["variant"] == COUPLED] if found else []
