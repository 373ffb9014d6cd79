"""The table of allies' decades that ships, computed anew.

`python -m moorings.jobs.decades FOLDER` writes it, with its description, from the panel and the posterior.
"""

from __future__ import annotations

from pathlib import Path

from moorings.core.script import run_script


def main(folder: str) -> None:
    """Write the table."""
    from moorings.learn.assemble import assemble
    from moorings.learn.decades import write_decades
    from moorings.learn.posterior import posterior_for
    from moorings.learn.windows import LAST_END

    write_decades(assemble(LAST_END), posterior_for(LAST_END), Path(folder))


if __name__ == "__main__":
    run_script(main)
