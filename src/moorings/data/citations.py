"""Where a number comes from: the source's row, its file and digest, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from moorings.core import places
from moorings.core.digest import file_digest
from moorings.core.errors import check_name
from moorings.data.columns import DYAD_YEARS, PAIR_YEARS, STATE_YEARS
from moorings.data.fetch import sources_folder
from moorings.data.formats import read_rows
from moorings.data.panel import open_panel, panel_observations, read_query

Row = dict[str, Any]
# What is computed, and from which variables of the panel.
DERIVED = {
    "alignment_distance": ("ideal_point",),
    "partners": ("defence", "consult", "tie"),
    "nuclear": ("nuclear_rung",),
    "tie": ("defence", "consult", "agreement"),
    "force": ("disputes", "hostility"),
}
_SEPARATOR = " ; "
_MANY = 12
"""Source rows that are shown of a value made from more (a five-year window of arms orders)."""


def variables_behind(variable: str) -> tuple[str, ...]:
    """The panel's variables that a variable is, or is computed from."""
    known = (*STATE_YEARS, *PAIR_YEARS, *DYAD_YEARS)
    name = check_name("VARIABLE", variable, [*known, *DERIVED])
    return (*((name,) if name in known else ()), *DERIVED.get(name, ()))


def cite_panel(states: Iterable[str], state: str, variable: str, year: int) -> list[Row]:
    """Rows of the panel behind one number, each with its provenance.

    Parameters
    ----------
    states
        States that may be the other side of a pair.
    state, variable, year
        The number.

    Returns
    -------
    Rows with state, other, variable, year, value, unit, confidence, note, source, citation, terms, and `files`: per
    file its path, address, digest, edition and, where the file is at hand, the source's rows with their raw values.
    """
    names = variables_behind(variable)
    found = panel_observations({*states, state}, names, (year, year))
    about = found.filter((pl.col("state") == state) | (pl.col("other") == state)).sort("variable", "other", "state")
    with open_panel() as connection:
        sources = read_query(connection, "SELECT * FROM sources").to_dicts()
        provenance = _provenance(connection, state, names, year)
    cards = {card["file"]: card for card in sources}
    return [_row(observation, provenance, cards) for observation in about.to_dicts()]


def _provenance(connection: Any, state: str, names: tuple[str, ...], year: int) -> dict[tuple[Any, ...], Row]:
    """(state, other, variable) -> file and row_key."""
    tables = ("state_year_rows", "pair_year_rows", "dyad_year_rows")
    parts = (
        f"SELECT state, {'NULL' if table == tables[0] else 'other'} AS other, variable, file, row_key FROM {table} "
        "WHERE list_contains(?, variable) AND year = ?"
        for table in tables
    )
    rows = read_query(connection, " UNION ALL ".join(parts), [list(names), year] * len(tables))
    mine = rows.filter((pl.col("state") == state) | (pl.col("other") == state))
    return {(row["state"], row["other"], row["variable"]): row for row in mine.to_dicts()}


def _row(observation: Row, provenance: dict[tuple[Any, ...], Row], cards: dict[str, Row]) -> Row:
    key = observation["state"], observation["other"], observation["variable"]
    traced = provenance.get(key)
    names = [name.strip() for name in observation["source"].split(",")]
    mine = [card for card in cards.values() if card["source"] in names]
    citations = list(dict.fromkeys(card["citation"] for card in mine))
    terms = list(dict.fromkeys(card["terms"] for card in mine))
    files = _traced_files(traced, cards) if traced else []
    told = {} if files else {"none_listed": "the source covers this and lists nothing, or the value is derived"}
    return {**observation, "citation": " | ".join(citations), "terms": " | ".join(terms), "files": files, **told}


def _traced_files(traced: Row, cards: dict[str, Row]) -> list[Row]:
    """Files behind a value; `file` and `row_key` of the panel are parallel lists."""
    if traced["row_key"] is None:
        return []
    pairs = zip(traced["file"].split(_SEPARATOR), traced["row_key"].split(_SEPARATOR), strict=True)
    return [_file(cards[file], key) for file, key in pairs]


def _file(card: Row, key: str) -> Row:
    facts = {name: card[name] for name in ("file", "url", "digest", "edition")}
    return {**facts, "row_key": key, "rows": _raw_rows(card, key)}


def _raw_rows(card: Row, key: str) -> list[Row] | None:
    """The source's rows as they stand in the file; None where the file is not at hand."""
    path = (places.mirror() or sources_folder()) / Path(card["file"])
    if not path.is_file() or file_digest(path) != card["digest"]:
        return None
    return read_rows(path, key, _MANY)
