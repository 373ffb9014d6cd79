"""Source files are recognised by their digests."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from moorings.core.digest import file_digest
from moorings.core.errors import InputError
from moorings.data.cards import Card
from moorings.data.shelf import HELD_OUT_AFTER, KEPT, SUMS, open_shelf, read_sums
from moorings.data.sources import CARDS, nmc


@pytest.fixture
def card(written: Path) -> Card:
    """The card of one source, with the made-up file's digest as the training edition's."""
    digest = file_digest(written / nmc.FILE)
    return replace(nmc.CARD, files=(replace(nmc.CARD.files[0], training=digest),))


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of the made-up mirror."""
    return Path(shutil.copytree(written, tmp_path / "mirror"))


def test_the_edition_found_is_recorded(folder: Path, card: Card) -> None:
    shelf = open_shelf(folder, [card])
    assert shelf.is_training(nmc.FILE)
    assert shelf.edition == "training"
    assert shelf.path(nmc.FILE).is_file()
    whole = replace(card, files=(replace(card.files[0], full=card.files[0].training),))
    assert open_shelf(folder, [whole]).edition == "full"
    assert open_shelf(folder, [whole]).digest == shelf.digest


def test_another_file_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match=r"cow_nmc\.rda: found SHA-256 .* \(training\)"):
        open_shelf(folder, [nmc.CARD])


def test_the_mirrors_own_sums_are_checked(folder: Path, card: Card) -> None:
    (folder / SUMS).write_text(f"{card.files[0].training}  ./{nmc.FILE}\n\n")
    assert read_sums(folder) == {nmc.FILE: card.files[0].training}
    open_shelf(folder, [card])
    (folder / SUMS).write_text(f"{'0' * 64} *{nmc.FILE}\n")
    with pytest.raises(InputError, match="The file is damaged"):
        open_shelf(folder, [card])


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        open_shelf(tmp_path / "nowhere", [])


@pytest.mark.mirror
def test_the_mirror_is_recognised(mirror: Path) -> None:
    shelf = open_shelf(mirror, CARDS)
    assert set(shelf.digests) == {file.path for card in CARDS for file in card.files}
    assert (HELD_OUT_AFTER, len(KEPT)) == (2014, 17)
