"""Ideal points from votes in the United Nations' General Assembly."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_tidy
from moorings.data.codes import add_state
from moorings.data.formats import read_table

FILE = "unga_ideal/IdealpointsJuly2025.dta"

CARD = Card(
    name="unga_ideal",
    title="Position in UN foreign-policy votes",
    citation="Bailey, Michael A., Anton Strezhnev, and Erik Voeten. 2017. Estimating Dynamic State Preferences from "
    "United Nations Voting Data. Journal of Conflict Resolution 61(2): 430-456. July 2025 release",
    terms="CC0",
    unit="UN ideal point",
    years=(1946, 2024),
    files=known_files(FILE),
    traps=(
        Trap("three variants on different scales", "idealpointfp (foreign-policy votes) only"),
        Trap("17 rows hold only the legacy value", "no value, no row"),
        Trap("Taiwan ends in 1971", "left missing after that"),
        Trap("large single-year moves (China and Russia 2022, North Korea 2015)", "kept as they are"),
    ),
)


def read_ideal_point(path: Path) -> pl.DataFrame:
    """Ideal point of every state and year, tidy."""
    frame = read_table(path, ["ccode", "year", "idealpointfp"]).drop_nulls("idealpointfp")
    named = add_state(frame, "ccode", "state", str(path)).rename({"idealpointfp": "value"})
    checked = check_range(check_keys(named, ["state", "year"], str(path)), "value", -6.0, 6.0, str(path))
    return to_tidy(checked, FILE, "UN ideal point", variable="ideal_point")
