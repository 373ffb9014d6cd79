"""A page as PDF, printed by Chromium where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from moorings.core.errors import InputError, MooringsError
from moorings.core.places import replacing

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 120.0
"""Seconds that printing may take."""


def browser() -> str:
    """Chromium's command; `InputError` says how to get it."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise InputError("--pdf", "no Chromium", ", ".join(BROWSERS), "Debian: apt-get install chromium")


def print_pdf(page: Path, path: Path) -> None:
    """Print a page that stands by itself to `path`.

    Raises
    ------
    InputError
        Without Chromium.
    MooringsError
        Where it fails or takes more than two minutes; nothing is written then.
    """
    command = browser()
    with tempfile.TemporaryDirectory() as profile, replacing(path) as temporary:
        asked = [
            *(command, "--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-dev-shm-usage"),
            *(f"--user-data-dir={profile}", f"--print-to-pdf={temporary}"),
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(asked, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise MooringsError(f"{command} did not print {page} within {PATIENCE:.0f} s") from None
        if done.returncode or not temporary.stat().st_size:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise MooringsError(f"{command} did not print {page}: {said[-1] if said else done.returncode}")
