"""Write the page of sources from their cards while the pages are built."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from mkdocs.structure.files import File, Files

from moorings.data import sources
from moorings.data.cards import Card

INTRODUCTION = """# Sources

What the law is estimated on. No source file is part of the package: `moorings data fetch` downloads each from its
public address and checks its digest, or reads a mirror. `moorings cite` prints the source row behind a number. Cite a
source whose data you use; terms differ.
"""


def cards() -> Iterator[Card]:
    """The card of every source, by name."""
    for module in sorted(pkgutil.iter_modules(sources.__path__), key=lambda module: module.name):
        card = getattr(import_module(f"{sources.__name__}.{module.name}"), "CARD", None)
        if isinstance(card, Card):
            yield card


def section(card: Card) -> str:
    """One source: what it is, its citation, its terms, its traps."""
    traps = "\n".join(f"| {trap.trap} | {trap.handling} |" for trap in card.traps)
    files = "\n".join(f"- [`{file.path}`]({file.url})" if file.url else f"- `{file.path}`" for file in card.files)
    return f"""
## {card.title} {{ #{card.name} }}

`{card.name}`, {card.years[0]} to {card.years[1]}. Unit: {card.unit}. Terms: {card.terms}.

{card.citation}.

{files}

| known trap | what the reader does |
|---|---|
{traps}
"""


def page() -> str:
    """The whole page in Markdown."""
    return INTRODUCTION + "".join(section(card) for card in cards())


def on_files(files: Files, config: Any) -> Files:
    """Add the generated page to those that are built."""
    files.append(File.generated(config, "sources.md", content=page()))
    return files
