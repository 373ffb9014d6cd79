"""Write the shipped record's tables into the page about it."""

from __future__ import annotations

from pathlib import Path

from moorings.core.places import replacing
from moorings.core.script import run_script
from moorings.jobs.backtest import shipped_folder
from moorings.score.record import read_record
from moorings.show.record_tables import renewed


def main(page: str) -> None:
    """Renew the tables of a page."""
    text = renewed(Path(page).read_text(encoding="utf8"), read_record(shipped_folder()).to_json())
    with replacing(Path(page)) as path:
        path.write_text(text, encoding="utf8")


if __name__ == "__main__":
    run_script(main)
