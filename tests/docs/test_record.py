"""The page about the record holds what the shipped record says."""

from __future__ import annotations

from pathlib import Path

from moorings.jobs.backtest import shipped_folder
from moorings.score.record import read_record
from moorings.show.record_tables import record_tables, renewed

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_shipped_record() -> None:
    assert renewed(PAGE, read_record(shipped_folder()).to_json()) == PAGE


def test_losses_come_first() -> None:
    text = record_tables(read_record(shipped_folder()).to_json())
    rows = text.split("\n\n")[0].strip().splitlines()[2:]
    means = [sum(_skills(line)) / len(_skills(line)) for line in rows]
    assert len(means) == 8
    assert means == sorted(means)


def _skills(line: str) -> list[float]:
    cell = line.split("|")[2]
    return [float(part.split("(")[0]) for part in cell.split("),")]
