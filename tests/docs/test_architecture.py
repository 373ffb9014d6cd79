"""What the pages say of the code is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import moorings

ROOT = Path(__file__).parents[2]


def rooms_in_code() -> set[str]:
    return {path.parent.name for path in Path(moorings.__file__).parent.glob("*/__init__.py")}


def test_the_table_of_rooms_is_the_code() -> None:
    cells = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {room for cell in cells for room in re.findall(r"\w+", cell)} == rooms_in_code()


def test_every_room_has_its_place_in_the_directions() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    assert {room for layer in layers for room in layer.split(" | ")} == rooms_in_code()
