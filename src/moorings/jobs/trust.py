"""How far to trust a forecast, in a sentence: read from the shipped record."""

from __future__ import annotations

from functools import cache

from moorings.jobs.backtest import shipped_folder
from moorings.score.pool import COUPLED
from moorings.score.record import JSON_NAME, Record, read_record

QUANTITIES = ("burden", "troops", "ideal_point", "alignment_distance", "arms_dependence", "gdp", "partners", "drift")
NAMES = {
    "burden": "burden",
    "troops": "troops",
    "ideal_point": "UN ideal point",
    "alignment_distance": "distance to the patron",
    "arms_dependence": "arms share",
    "gdp": "GDP",
    "partners": "number of partners",
    "drift": "drift itself",
}


@cache
def trust() -> str | None:
    """Skill of forecasts over the best baseline, worst first, and how often intervals held; None without a record."""
    if not (shipped_folder() / JSON_NAME).is_file():
        return None
    record = read_record(shipped_folder())
    told = sorted((mean_skill(record, name), name) for name in QUANTITIES if mean_skill(record, name) is not None)
    skills = ", ".join(f"{NAMES[name]} {100 * (skill or 0):+.0f} %" for skill, name in told)
    own = [row for row in record.rows if row["outcome"] in QUANTITIES and row["variant"] == COUPLED]
    held = [row["coverage90"] for row in own if row["coverage90"] is not None]
    first, last = min(record.origins), max(record.origins)
    return (
        f"scored from {len(record.origins)} past origins ({first} to {last}) on allies of the United States against "
        f"the best of several simple forecasts; skill (mean of 1, 3, 5, 10 years): {skills}. Its 90 % intervals "
        f"held {100 * min(held):.0f} to {100 * max(held):.0f} % of the outcomes. A figure below 0 means that a simple "
        "forecast did better there. Levers were not scored: what they do is an assumption."
    )


def mean_skill(record: Record, outcome: str) -> float | None:
    """Mean over horizons of an outcome's skill over the best baseline of each cell; None where nothing was scored."""
    rows = (row for row in record.rows if row["outcome"] == outcome and row["variant"] == COUPLED)
    found = [row["skill"] for row in rows if row["skill"] is not None]
    return sum(found) / len(found) if found else None
