"""What the README shows runs as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import moorings
from moorings.cli import run

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", README, re.DOTALL)
LINES = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMMAND_LINES = [line for line in LINES if line.startswith("moorings ")]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One `MOORINGS_HOME` for all lines, as a reader has who runs them one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOORINGS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def test_the_python_block_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert names["mo"] is moorings


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_each_command_line_runs(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line)[1:]
    assert run(words) == 0
    assert capsys.readouterr().out


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)
    assert len(pictures) == 2
    for picture in pictures:
        path = Path(__file__).parents[2] / picture
        assert path.read_bytes().startswith(b"\x89PNG")
