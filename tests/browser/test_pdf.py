"""A page printed by Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moorings.core.errors import InputError, MooringsError
from moorings.show import pdf


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.html"
    path.write_text("<!doctype html><title>A sheet</title><h1>One</h1><h1 style='break-before: page'>Two</h1>")
    return path


@pytest.mark.browser
def test_a_page_is_printed(sheet: Path) -> None:
    if not any(map(shutil.which, pdf.BROWSERS)):
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    path = sheet.with_suffix(".pdf")
    pdf.print_pdf(sheet, path)
    printed = path.read_bytes()
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") == 2
    assert sorted(found.name for found in sheet.parent.iterdir()) == ["sheet.html", "sheet.pdf"]


def test_without_chromium_it_says_how_to_get_it(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "BROWSERS", ("no-such-browser",))
    with pytest.raises(InputError, match="apt-get install chromium"):
        pdf.print_pdf(sheet, sheet.with_suffix(".pdf"))
    assert not sheet.with_suffix(".pdf").exists()


def test_a_browser_that_fails_leaves_nothing(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "BROWSERS", ("false",))
    with pytest.raises(MooringsError, match="did not print"):
        pdf.print_pdf(sheet, sheet.with_suffix(".pdf"))
    assert not sheet.with_suffix(".pdf").exists()


def test_a_browser_that_hangs_is_ended(sheet: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(pdf, "browser", lambda: str(slow))
    monkeypatch.setattr(pdf, "PATIENCE", 0.2)
    with pytest.raises(MooringsError, match=r"within 0 s"):
        pdf.print_pdf(sheet, sheet.with_suffix(".pdf"))
    assert not sheet.with_suffix(".pdf").exists()
