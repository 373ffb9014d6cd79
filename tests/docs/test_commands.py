"""Every command and public name is documented, and what is documented exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import moorings
from moorings.cli.commands import COMMANDS, GROUPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def examples(path: str) -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", (ROOT / path).read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def command_of(line: str) -> str:
    words = shlex.split(line)[1:]
    return " ".join(words[:2]) if words[0] in GROUPS else words[0]


def test_every_command_has_a_section_with_an_example() -> None:
    for command in COMMANDS:
        assert re.search(rf"^###? {command.words}$", PAGE, re.MULTILINE), command.words
        assert f"\nmoorings {command.words}" in PAGE


def test_every_section_is_a_command() -> None:
    known = {command.words for command in COMMANDS} | set(GROUPS)
    assert set(re.findall(r"^###? (.+)$", PAGE, re.MULTILINE)) == known


def test_examples_name_commands_that_exist() -> None:
    known = {command.words for command in COMMANDS}
    for path in ("README.md", "docs/index.md", "docs/commands.md"):
        used = {command_of(line) for line in examples(path) if line.startswith("moorings ")}
        assert used
        assert used <= known


def test_make_targets_named_by_the_pages_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in ("README.md", "docs/index.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"\bmake ([\w-]+)", (ROOT / path).read_text(encoding="utf-8"))) <= targets


def test_every_public_job_is_on_the_page_for_python() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert all(f"mo.{name}(" in page for name in moorings.JOBS)
