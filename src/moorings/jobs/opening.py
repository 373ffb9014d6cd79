"""Open a system at a year: its observations, the posterior that saw nothing later, parameters, world."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from moorings.core.errors import InputError
from moorings.core.places import check_writable, home
from moorings.jobs.alliances import ALLIANCES, alliance
from moorings.jobs.pool import FRESH, coupling_of, is_there
from moorings.systems.load import load_observations, load_system
from moorings.systems.observed import NEEDED
from moorings.systems.system import System

if TYPE_CHECKING:
    import polars as pl

    from moorings.data.arrays import Arrays
    from moorings.learn.posterior import Posterior
    from moorings.simulate.coupling import Coupling
    from moorings.simulate.start import Scene

HISTORY = 36
"""Years of history that a simulation replays; earlier ones no longer matter to volatility or shares."""
LONGEST = 30
"""Most years ahead that are simulated."""
EARLIER = (
    "the law was estimated on what was seen to {end}; nothing seen from {next} to {start} moved a parameter: "
    "`moorings fit --to {start}` fits it to {start}"
)
ALONE = (
    "no statistical forecasts of {year} ship and there is no panel to make them of: quantities are the law's alone; "
    "`moorings data build` makes the panel"
)


@dataclass(frozen=True)
class Opened:
    """A system ready to simulate.

    Attributes
    ----------
    params
        Equation -> parameter -> [draw, ...], for this system's states.
    couple
        Makes the map from the law to the published distribution, once; None where there is nothing to pool with.
    warnings
        Where the data are others than the posterior's, the posterior is of an earlier year, or nothing is there to
        pool with.
    """

    system: System
    observations: pl.DataFrame
    posterior: Posterior
    scene: Scene
    params: dict[str, dict[str, Any]]
    couple: Callable[[], Coupling | None]
    warnings: tuple[str, ...] = ()


def open_system(name: str, start: int | None = None, end: int | None = None) -> Opened:
    """Open a system at `start` (its own `from` by default), to simulate to `end`.

    Raises
    ------
    InputError
        For an unknown system, or years before the posterior's, before the data or out of order.
    """
    keep_compiled_code()
    from moorings.learn.parameters import system_params
    from moorings.learn.posterior import posterior_for
    from moorings.simulate.assumptions import assumption_draws
    from moorings.simulate.start import set_scene

    system, observations = system_at(name, start, end)
    posterior = posterior_for(system.start)
    params = system_params(posterior, system.patron, system.states)
    arrays = arrays_until(system, observations, system.start)
    _check_observed(system, arrays)
    params["assumed"] = assumption_draws(system, arrays, posterior.size)
    scene = set_scene(system, arrays)
    couple = cache(lambda: coupling_of(scene, params, posterior))
    return Opened(system, observations, posterior, scene, params, couple, _warnings(system, posterior))


def system_at(name: str, start: int | None = None, end: int | None = None) -> tuple[System, pl.DataFrame]:
    """A system at the years asked for, and what was seen of it by its first one; nothing is estimated or simulated.

    Parameters
    ----------
    name
        Of a shipped system or of one built from the panel, or a folder.
    start, end
        As for `open_system`.
    """
    if name in ALLIANCES:
        system, observations = alliance(name, start, end)
        return at_years(system, None, end), observations
    system = at_years(load_system(name, ALLIANCES), start, end)
    return system, load_observations(system)


def _warnings(system: System, posterior: Posterior) -> tuple[str, ...]:
    """Warnings where the posterior is of other data, or of an earlier year, and where the law stands alone."""
    start, end = system.start, posterior.end
    earlier = (EARLIER.format(end=end, next=end + 1, start=start),) if end < start else ()
    alone = () if is_there(start) else (ALONE.format(year=start),)
    return (*_other_data(system, posterior), *earlier, *alone)


def _other_data(system: System, posterior: Posterior) -> tuple[str, ...]:
    """A warning if the posterior was fitted on another panel, or on other tables of the system, than those in use."""
    if system.folder is None:
        from moorings.data.panel import panel_status

        found, place = str(panel_status().digest), "panel"
    elif system.name == FRESH:
        found, place = system.digest, "system"
    else:
        return ()
    fitted = str(posterior.meta["digests"].get(place))
    if found == fitted:
        return ()
    what = "the panel" if place == "panel" else f"the tables of {system.name}"
    return (
        f"the posterior of {posterior.end} was fitted on other data ({fitted[:12]}) than {what} in use ({found[:12]}): "
        f"`moorings fit --to {posterior.end}` fits it anew",
    )


def _check_observed(system: System, arrays: Arrays) -> None:
    """Refuse a system of which nothing at all was seen by its first year of a variable that is needed."""
    missing = [name for name in NEEDED if name not in {*arrays.state_year, *arrays.pair_year}]
    if not missing or system.folder is None:
        return
    rows = load_observations(load_system(system.folder))
    begins = {name: rows.filter(rows["variable"] == name)["year"].to_list() for name in NEEDED}
    if all(begins.values()):
        first = max(min(years) for years in begins.values())
        raise InputError(
            "--from", str(system.start), f"{first} or later, from when {system.name} has rows of all it needs"
        )
    place = f"{system.folder}, state_year.csv and pair_year.csv"
    raise InputError(place, f"no row of {missing[0]} up to {system.start}", f"some of each of {', '.join(NEEDED)}")


def scene_at(system: System, observations: pl.DataFrame, year: int) -> Scene:
    """The scene of a system at the end of `year`; nothing later is read."""
    from moorings.simulate.start import set_scene

    return set_scene(replace(system, start=year), arrays_until(system, observations, year))


def arrays_until(system: System, observations: pl.DataFrame, year: int) -> Arrays:
    """What was seen of a system in the `HISTORY` years that end with `year`."""
    from moorings.data.arrays import to_arrays

    return to_arrays(observations, system.states, range(year - HISTORY + 1, year + 1))


def at_years(system: System, start: int | None, end: int | None) -> System:
    """The system with another first and last year of the forecast; its headline events move with them."""
    begin = system.start if start is None else start
    # with another start and no end, the horizon stays as long as the system's own
    until = end if end is not None else begin + system.end - system.start
    if begin > system.start:
        raise InputError("--from", str(begin), f"a year up to {system.start}, the last one seen")
    if not begin < until <= begin + LONGEST:
        raise InputError("--to", str(until), f"{begin + 1} to {begin + LONGEST}")
    moved = (replace(asked, event=_moved(asked.event, system, begin, until)) for asked in system.headline)
    return replace(system, start=begin, end=until, headline=tuple(moved))


def _moved(event: str, system: System, begin: int, until: int) -> str:
    """An event in another window: the last year stays the last, other years keep their distance from the first."""

    def year(found: re.Match[str]) -> str:
        old = int(found[0])
        return str(until if old == system.end else min(max(old - system.start + begin, begin + 1), until))

    return re.sub(r"\b[12]\d{3}\b", year, event)


def keep_compiled_code() -> None:
    """Let JAX keep what it compiles in `MOORINGS_HOME`, so that the next run starts at once.

    Raises
    ------
    InputError
        If nothing can be written there.
    """
    check_writable("MOORINGS_HOME", home())
    import jax

    if not os.environ.get("JAX_COMPILATION_CACHE_DIR"):
        jax.config.update("jax_compilation_cache_dir", str(home() / "compiled"))  # type: ignore[no-untyped-call]
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)  # type: ignore[no-untyped-call]


def check_members(members: int) -> int:
    """Members of an ensemble: at least 100, at most a million."""
    if not 100 <= members <= 1_000_000:
        raise InputError("--members", str(members), "100 to 1000000")
    return members
