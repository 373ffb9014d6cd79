"""How long a simulation takes: ``python -m benchmarks.simulate``.

East Asia with the shipped posterior, to 2036. Compiling is apart, without the cache of compiled code; seconds are the
best of three runs of one process, and only their ratios may be compared between machines.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import jax

from moorings.jobs.opening import open_system
from moorings.simulate.engine import CHUNK, Run, simulate
from moorings.simulate.levers import compile_levers, parse_lever

SYSTEM, END, LEVER = "east-asia", 2036, "troops(KOR)=-50%"
MEMBERS = (1000, 4000)
REPEATS = 3


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    # before anything is compiled, since only then is it heeded
    jax.config.update("jax_enable_compilation_cache", False)
    opened = open_system(SYSTEM)

    def run(members: int) -> object:
        return simulate(opened.scene, opened.params, Run(members, 1, END))

    first = seconds(lambda: run(CHUNK))
    again = min(seconds(lambda: run(CHUNK)) for _ in range(REPEATS))
    times = {
        f"{members} members": min(seconds(lambda m=members: run(m)) for _ in range(REPEATS)) for members in MEMBERS
    }
    baseline = simulate(opened.scene, opened.params, Run(MEMBERS[0], 1, END))
    levers = compile_levers([parse_lever(LEVER, opened.scene, END)], opened.scene, baseline)
    scenario = Run(MEMBERS[0], 1, END, levers)
    simulate(opened.scene, opened.params, scenario)
    times[f"{MEMBERS[0]} members, {LEVER}"] = min(
        seconds(lambda: simulate(opened.scene, opened.params, scenario)) for _ in range(REPEATS)
    )
    unit = times[f"{MEMBERS[0]} members"]
    print(f"{'':36}{'seconds':>10}{'ratio':>10}")
    for name, value in ({"compile": first - again} | times).items():
        print(f"{name:36}{value:>10.3f}{value / unit:>10.2f}")


if __name__ == "__main__":
    main()
