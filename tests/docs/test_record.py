"""The page about the record holds what the shipped record says."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.jobs.backtest import shipped_folder
from moorings.jobs.trust import mean_skill
from moorings.score.record import read_record
from moorings.show.record_tables import NAMES, record_tables, renewed

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_shipped_record() -> None:
    assert renewed(PAGE, read_record(shipped_folder()).to_json()) == PAGE


def test_losses_come_first() -> None:
    record = read_record(shipped_folder())
    rows = record_tables(record.to_json()).split("\n\n")[0].strip().splitlines()[2:]
    names = {name: outcome for outcome, name in NAMES.items()}
    means = [mean_skill(record, names[line.split("|")[1].strip()]) or 0.0 for line in rows]
    assert len(means) == 8
    assert means == sorted(means)
    # the table shows the record's skill, rounded
    assert [sum(_skills(line)) / len(_skills(line)) for line in rows] == pytest.approx(
        [100 * m for m in means], abs=0.5
    )


def _skills(line: str) -> list[float]:
    cell = line.split("|")[2]
    return [float(part.split("(")[0]) for part in cell.split("),")]
