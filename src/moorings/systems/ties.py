"""Security ties of pairs of states by year, from a table of agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from moorings.systems.observed import OF_PAIRS

if TYPE_CHECKING:
    import polars as pl

SIGNED_ONLY = "entry into force not found: counted from the year of signature"
TIDY = ("state", "other", "year", "variable", "value", "unit", "source", "confidence", "note")


def ties_by_year(agreements: pl.DataFrame, states: Iterable[str], years: Iterable[int]) -> pl.DataFrame:
    """Strength of the tie of every pair of `states` at the end of each of `years`.

    A tie is the strongest agreement of strength 1 or more of which both are members and that is in force on
    31 December. An agreement whose entry into force is not known counts from the year of its signature, with confidence
    `medium`. Leave the patron out of `states`: his ties are obligations; an agreement that he shares ties the others.

    Parameters
    ----------
    agreements
        Columns `id, members, signed, in_force, ended, strength, confidence`; members joined by `;`.
    states, years
        Which pairs and years; every pair and year gets a row, of value 0 where nothing is in force.

    Returns
    -------
    polars.DataFrame
        Tidy observations of `tie` (strength 0 to 3), `state` before `other` in the alphabet.
    """
    import polars as pl

    pairs, span = list(combinations(sorted(set(states)), 2)), sorted(set(years))
    strongest = _strongest(agreements.filter(pl.col("strength") >= 1).iter_rows(named=True), set(pairs), span)
    rows = [_row(pair, year, strongest.get((pair, year), [])) for pair in pairs for year in span]
    return pl.DataFrame(rows, schema=tidy_schema(), orient="row")


def tidy_schema() -> dict[str, Any]:
    """Columns and types of tidy observations."""
    import polars as pl

    return {name: {"year": pl.Int64, "value": pl.Float64}.get(name, pl.String) for name in TIDY}


Key = tuple[tuple[str, str], int]


def _strongest(
    agreements: Iterator[dict[str, Any]], pairs: set[tuple[str, str]], years: Sequence[int]
) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = {}
    for agreement in agreements:
        alive = [year for year in years if _in_force(agreement, year)]
        for pair in pairs & set(combinations(sorted(agreement["members"].split(";")), 2)):
            for year in alive:
                found.setdefault((pair, year), []).append(agreement)
    return {key: _only_strongest(several) for key, several in found.items()}


def _in_force(agreement: dict[str, Any], year: int) -> bool:
    begun, ended = agreement["in_force"] or agreement["signed"], agreement["ended"]
    return int(begun[:4]) <= year and (ended is None or int(ended[:4]) > year)


def _only_strongest(several: list[dict[str, Any]]) -> list[dict[str, Any]]:
    top = max(agreement["strength"] for agreement in several)
    best = [agreement for agreement in several if agreement["strength"] == top]
    # Where one of the strongest is known to be in force, those that are only signed add nothing.
    return [agreement for agreement in best if agreement["in_force"]] or best


def _row(pair: tuple[str, str], year: int, best: list[dict[str, Any]]) -> tuple[object, ...]:
    strength = float(best[0]["strength"]) if best else 0.0
    known = not best or best[0]["in_force"] is not None
    high = known and bool(best) and any(agreement["confidence"] == "high" for agreement in best)
    source = "agreements: " + (", ".join(sorted(agreement["id"] for agreement in best)) or "none in force")
    note = None if known else SIGNED_ONLY
    return (*pair, year, "tie", strength, OF_PAIRS["tie"].unit, source, "high" if high else "medium", note)
