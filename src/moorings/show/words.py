"""Numbers in words and figures, written the same way in every table and chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moorings.show.result import known

NOTHING = "–"  # an en dash for a value that is missing


def per_cent(share: Any) -> str:
    """A probability as whole per cent; below 1 and above 99 said so."""
    if not known(share):
        return NOTHING
    if 0 < share < 0.01:
        return "below 1 %"
    if 0.99 < share < 1:
        return "above 99 %"
    return f"{100 * share:.0f} %"


def figure(value: Any, digits: int = 1) -> str:
    """A number with its sign."""
    if not known(value):
        return NOTHING
    text = f"{value:+.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else text[1:]


def quantity(value: Any, unit: str = "") -> str:
    """A level in its unit: shares as per cent, the rest in three significant figures with thousands marked."""
    if not known(value):
        return NOTHING
    if unit.startswith("share"):
        return f"{100 * value:.3g} %"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def spread(row: Mapping[str, Any], digits: int = 1) -> str:
    """Median and 90 % interval of a row of quantiles."""
    if not known(row.get("q50")):
        return NOTHING
    return f"{figure(row['q50'], digits)} ({figure(row['q05'], digits)} to {figure(row['q95'], digits)})"


def likelihood(row: Mapping[str, Any]) -> str:
    """Words and per cent of an event's row."""
    if not known(row.get("probability")):
        return NOTHING
    return ", ".join(filter(None, (word(row), per_cent(row["probability"]))))


def word(row: Mapping[str, Any]) -> str:
    """The word of an event's row; none where the figure alone is said, below 1 and above 99 %."""
    words = str(row.get("words") or "")
    return "" if "%" in words else words


def interval(row: Mapping[str, Any]) -> str:
    """The 90 % interval of an event's probability."""
    if not (known(row.get("low")) and known(row.get("high"))):
        return NOTHING
    return f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"


def beside_base_rate(row: Mapping[str, Any]) -> str:
    """How a probability stands to the historical base rate, judged by its interval."""
    base = row.get("base_rate")
    if not known(base):
        return "no base rate is known"
    if not (known(row.get("low")) and known(row.get("high"))):
        return f"the historical base rate is {per_cent(base)}"
    side = "above" if base < row["low"] else "below" if base > row["high"] else "no clear difference from"
    return f"{side} the historical base rate of {per_cent(base)}"
