"""Start a system: a folder with a commented description and empty tables."""

from __future__ import annotations

from pathlib import Path

from moorings.core.errors import InputError
from moorings.core.places import replacing
from moorings.systems.draft import FILE
from moorings.systems.observed import OF_ALLIES, OF_PAIRS, OF_STATES
from moorings.systems.rules import SLUG, SLUG_WORDS
from moorings.systems.tables import TABLES, Column, Table

_DESCRIPTION = """\
# A patron-ally system. Replace what stands here; `moorings systems check FOLDER` lists what is wrong.
name: {name}
title: A patron and his allies   # shown above tables and charts

# States by their ISO 3166 code of three letters; each stands once.
patron: USA
allies: [JPN, KOR]
adversaries: [CHN]
partners: []                     # others with whom an ally has security ties

# Drift is defined on allies with votes in the United Nations and a treaty. Name those that are not rated, and why:
# not_rated:
#   TWN: no votes in the United Nations and no treaty with the patron

from: 2025                       # the last year seen
to: 2036                         # the last year simulated
# facts_until: 2026-10           # cut-off date of the coded events

# The questions, in the event language. role: question (if left out), beside (stands beside a question), or
# driver (an act of the patron, never drift).
headline:
  - name: drift
    title: Does Japan drift noticeably?
    event: noticeable_drift(JPN) in 2036
  - name: troops-leave
    title: Do the patron's troops leave South Korea?
    event: troops_leave(KOR) by 2036
    role: driver

# Numbers that no series gives. `variable` and `state` say what stands in for a missing series.
# assumptions:
#   - name: burden_prk
#     variable: burden
#     state: PRK
#     mean: 0.20
#     sd: 0.05
#     unit: share of GDP
#     reason: where the number comes from
assumptions: []
"""

_README = """\
# {name}: what is here

Say here what the system is, where its tables come from, and on what terms. Each table is a file of comma-separated
values in UTF-8 that begins with the columns given below; a table that is not needed may be deleted. Each row has its
source and its confidence (high, medium or low). A missing value has no row; it is never zero.

{tables}
## Variables

{variables}"""


def new_system(folder: str | Path, name: str) -> Path:
    """Write a description, empty tables and a README into a new folder; nothing is ever overwritten.

    Parameters
    ----------
    folder
        Where; it must not exist yet, or be empty.
    name
        Small letters, figures and hyphens, as in east-asia.

    Returns
    -------
    pathlib.Path
        The folder, which passes `check_system` as it stands.
    """
    folder = Path(folder)
    if not SLUG.fullmatch(name):
        raise InputError("NAME", repr(name), SLUG_WORDS)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("FOLDER", f"{str(folder)!r}, which is not empty", "a new or an empty folder")
    texts = {f"{table.name}.csv": ",".join(table.names) + "\n" for table in TABLES.values()}
    for file, text in {FILE: _DESCRIPTION.format(name=name), "README.md": _readme(name), **texts}.items():
        with replacing(folder / file) as path:
            path.write_text(text, encoding="utf-8")
    return folder


def _readme(name: str) -> str:
    variables = [
        f"- `{variable.name}` ({variable.unit}): {variable.meaning}. {whose}"
        for group, whose in (
            (OF_STATES, "One state; `other` is empty."),
            (OF_ALLIES, "`state` is the ally, `other` the patron."),
            (OF_PAIRS, "Two states, the first in the alphabet as `state`."),
        )
        for variable in group.values()
    ]
    tables = "".join(_section(table) for table in TABLES.values())
    return _README.format(name=name, tables=tables, variables="\n".join(variables) + "\n")


def _section(table: Table) -> str:
    columns = "\n".join(f"- `{column.name}`: {_meaning(column)}" for column in table.columns)
    return f"## `{table.name}.csv`\n\n{columns}\n\n"


def _meaning(column: Column) -> str:
    kinds = {
        "state": "a state of the system",
        "states": "states of the system, joined by `;`",
        "year": "a year, `from` at most",
        "whole": f"a whole number, {column.low} to {column.high}",
        "date": "YYYY, YYYY-MM or YYYY-MM-DD",
        "choice": "one of " + ", ".join(column.options),
    }
    also = f" (or {', '.join(column.options)})" if column.options and column.kind != "choice" else ""
    return kinds.get(column.kind, f"a {column.kind}") + also + ("" if column.needed else "; may be empty")
