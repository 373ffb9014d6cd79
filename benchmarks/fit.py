"""How long a fit takes: ``python -m benchmarks.fit``.

All equations on the panel up to 2014, part by part. The first run compiles everything, without the cache of compiled
code; the second finds it compiled. Only ratios may be compared between machines.
"""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import jax

from moorings.jobs.fit import fit

END = 2014


def parts(end: int) -> dict[str, float]:
    """Seconds of each part of one fit."""
    names, marks = ["panel"], [time.perf_counter()]

    def begun(name: str) -> None:
        names.append(name)
        marks.append(time.perf_counter())

    with TemporaryDirectory() as folder:
        fit(end, begun, Path(folder))
    marks.append(time.perf_counter())
    return {name: after - before for name, (before, after) in zip(names, pairwise(marks), strict=True)}


def main() -> None:
    """Measure and print."""
    # before anything is compiled, since only then is it heeded
    jax.config.update("jax_enable_compilation_cache", False)
    first, again = parts(END), parts(END)
    print(f"{'':20}{'first':>10}{'again':>10}")
    for name in first:
        print(f"{name:20}{first[name]:>10.2f}{again[name]:>10.2f}")
    print(f"{'all':20}{sum(first.values()):>10.2f}{sum(again.values()):>10.2f}")


if __name__ == "__main__":
    main()
