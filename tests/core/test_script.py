"""Modules that are run as scripts."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["moorings.jobs.decades"], "required: FOLDER"),
        (["moorings.jobs.drift_history", "a.json"], "required: PAGE"),
        (["moorings.jobs.paths"], "required: PATH"),
        (["moorings.jobs.record_page"], "required: PAGE"),
        (["moorings.jobs.record_page", "nowhere.md"], "nowhere.md"),
    ],
)
def test_what_is_missing_is_told(arguments: list[str], told: str) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (2, True, False)
