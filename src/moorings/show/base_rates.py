"""Base rates of drift and the known cases as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
NAMES = {
    "USA": "United States",
    "RUS": "Soviet Union, Russia",
    "GBR": "United Kingdom",
    "FRA": "France",
    "CHN": "China",
    "all": "all five",
}
HEAD = """# Base rates

How often allies drifted within ten years by the definition [`tether/1`](concepts.md), with windows that end by
{last}, and how the cases that historians tell stand in it. An ally is a state to which the patron owes defence.
The constants are those of the allies of the United States; for other patrons the same scale is used, not one of
their own.
"""
CASES = """
## The known cases, misses first

**{missed} of {cases} known cases are missed**: they do not stand out, or there is no window for them. A case's
largest drift over the windows that begin within three years of its first year is held against the largest of as
many consecutive windows of the patron's other allies; it is missed below the upper quartile of these. The
percentile is that among all of the patron's windows; it flatters, since the case is the best of several
windows.

| patron | ally | years | what | drift | percentile | less drift among others | found |
|---|---|---|---|---|---|---|---|
"""
RATES = """
## Rates

Share of windows in per cent, 90 % interval in brackets (the wider of the bootstraps by ally and by year of
start): drift at least 1 or 2 in the tenth year, and at some time two years running. Overlapping windows are few
independent cases; a dash is no window. Where a patron has one or two allies, as China, the interval knows the
years of start alone.

| patron | windows from | windows | allies | ≥ 1 in year ten | ≥ 1 two years running | \
≥ 2 in year ten | ≥ 2 two years running |
|---|---|---|---|---|---|---|---|
"""
FOOT = """
Made by `make base-rates` from the panel; unrounded, the numbers are in `moorings.jobs.drift_history.drift_history()`.
"""


def base_rates_page(record: Mapping[str, Any]) -> str:
    """The page in Markdown: known cases with the misses first, then base rates by patron and era."""
    cases = sorted(record["cases"], key=lambda case: (not case["missed"], case["first"]))
    missed = sum(case["missed"] for case in cases)
    parts = [HEAD.format(last=record["last"]), CASES.format(missed=missed, cases=len(cases))]
    parts += [_case(case) for case in cases]
    return "".join([*parts, RATES, *_rates(record["rows"]), FOOT])


def _case(case: Row) -> str:
    years = f"{case['first']}-{case['last']}"
    if case["drift"] is None:
        numbers = ["no window", "-", "-"]
    else:
        numbers = [f"{case['drift']:+.1f}", f"{100 * case['percentile']:.0f}", f"{100 * case['among_largest']:.0f} %"]
    found = "**missed**" if case["missed"] else "yes"
    return _line([NAMES[case["patron"]], case["ally"], years, case["what"], *numbers, found])


def _rates(rows: Sequence[Row]) -> list[str]:
    places = dict.fromkeys((row["patron"], row["era"]) for row in rows)
    return [_place([row for row in rows if (row["patron"], row["era"]) == place]) for place in places]


def _place(rows: Sequence[Row]) -> str:
    one = rows[0]
    found = {(row["threshold"], row["reading"]): row for row in rows}
    cells = [_cell(found[threshold, reading]) for threshold in (1.0, 2.0) for reading in ("in", "by")]
    return _line([NAMES[one["patron"]], one["era"], str(one["windows"]), str(one["pairs"]), *cells])


def _cell(row: Row) -> str:
    if row["rate"] is None:
        return "-"
    return f"{100 * row['rate']:.0f} ({100 * row['low']:.0f}-{100 * row['high']:.0f})"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
