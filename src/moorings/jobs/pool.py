"""The published distribution of a system: statistical forecasts at its start, and the map from the law to the pool."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.digest import file_digest, record_digest
from moorings.core.places import home, replacing
from moorings.systems.load import load_observations, load_system
from moorings.systems.system import System

if TYPE_CHECKING:
    from moorings.learn.posterior import Posterior
    from moorings.score.statistical import Statistical
    from moorings.simulate.coupling import Coupling
    from moorings.simulate.start import Scene

PATRON = "USA"
"""Whose troops and arms, and the distance from whom, are pooled; for another patron's the law stands alone."""
OF_PATRON = ("troops", "distance", "arms")
FRESH = "east-asia"
"""The shipped system whose tables go on where the panel's sources end."""
REFERENCE, SEED = 4000, 0
"""Members of the ensemble from which the map is made, and its seed."""

_CODE = ("baselines", "boosting", "history", "metrics", "pool", "statistical", "targets", "volatility")


def shipped_statistical() -> dict[int, Path]:
    """Last year seen -> statistical forecasts that ship with the package."""
    folder = Path(str(resources.files("moorings.score").joinpath("shipped")))
    return {int(path.stem.rsplit("-", 1)[1]): path for path in sorted(folder.glob("statistical-*.npz"))}


def statistical_for(start: int, progress: Callable[[str], None] = lambda line: None) -> Statistical | None:
    """Statistical forecasts of what was seen up to `start`; made of the panel, or without one as shipped.

    None where there is neither a panel nor a shipped file that saw nothing after `start`.
    """
    from moorings.score.statistical import load_statistical

    path = _found(start)
    if path is None:
        digests = _digests()
        if digests is None:
            return None
        path = home() / "statistical" / f"statistical-{start}-{record_digest(digests)[:16]}.npz"
        if not path.exists():
            progress(f"statistical forecasts of {start}")
            make(start, path)
    return load_statistical(path)


def is_there(start: int) -> bool:
    """Whether a forecast from `start` can be pooled."""
    return _found(start) is not None or _digests() is not None


def make(end: int, path: Path) -> None:
    """Make the statistical forecasts of what was seen up to `end`, of the panel at hand."""
    from moorings.learn.assemble import assemble
    from moorings.score.statistical import make_statistical, save_statistical

    material = assemble(end, load_observations(load_system(FRESH)))
    save_statistical(make_statistical(material.arrays, PATRON, end, _digests() or {}), path)


def _found(start: int) -> Path | None:
    """The shipped file to use: made of the data at hand, or of whatever data where there is no panel."""
    from moorings.score.statistical import load_statistical

    shipped, digests = shipped_statistical(), _digests()
    if digests is None:
        usable = [end for end in shipped if end <= start]
        return shipped[max(usable)] if usable else None
    same = start in shipped and load_statistical(shipped[start]).digests == digests
    return shipped[start] if same else None


def _digests() -> dict[str, str] | None:
    """Of the data and of the code that the forecasts are made with; None without a panel."""
    from moorings.data.panel import panel_path

    path = panel_path()
    return _digests_with(path, path.stat().st_mtime_ns) if path.exists() else None


@cache
def _digests_with(panel: Path, changed: int) -> dict[str, str] | None:
    """The same, looked up once for a panel that did not change."""
    from moorings.data.panel import panel_status

    found = panel_status().digest
    if found is None:
        return None
    folder = Path(str(resources.files("moorings.score")))
    code = record_digest([file_digest(folder / f"{name}.py") for name in _CODE])
    return {"panel": str(found), "system": load_system(FRESH).digest, "code": code}


def coupling_of(scene: Scene, params: dict[str, dict[str, Any]], posterior: Posterior) -> Coupling | None:
    """The map from the law to the pool for a system without levers; None where there is nothing to pool with.

    Made once, and kept in `MOORINGS_HOME` by the digest of all that it rests on.
    """
    from moorings.jobs.forecast import code_digest

    system, statistical = scene.system, statistical_for(scene.system.start)
    if statistical is None:
        return None
    inputs = [system.name, system.digest, system.start, system.end, posterior.digest, code_digest()]
    key = record_digest([*inputs, REFERENCE, dict(statistical.digests)])
    path = home() / "coupling" / f"{system.name}-{key[:16]}.npz"
    if not path.exists():
        _save(_made(scene, params, statistical), path)
    return _load(path)


def _save(coupling: Coupling, path: Path) -> None:
    parts: dict[str, Any] = {
        f"{part}/{name}": np.asarray(v) for part, group in coupling._asdict().items() for name, v in group.items()
    }
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **parts)


def _load(path: Path) -> Coupling:
    from moorings.simulate.coupling import COUPLED, Coupling

    with np.load(path) as stored:
        return Coupling(*({name: stored[f"{part}/{name}"] for name in COUPLED} for part in Coupling._fields))


def _made(scene: Scene, params: dict[str, dict[str, Any]], statistical: Statistical) -> Coupling:
    from moorings.score.metrics import LEVELS
    from moorings.score.statistical import pool_with_law
    from moorings.simulate.coupling import COUPLED, couple, modelled
    from moorings.simulate.engine import Run, simulate

    system = scene.system
    reference = simulate(scene, params, Run(REFERENCE, SEED, system.end))
    seen = {name: np.asarray(value) for name, value in modelled(reference.values).items()}
    law, pool = {}, {}
    for name in COUPLED:
        law[name] = np.moveaxis(np.quantile(seen[name], LEVELS, axis=0, method="hazen"), 0, -1)
        with_it = name not in OF_PATRON or system.patron == statistical.patron
        simple = (
            _simple(statistical, system, scene, name, law[name].shape) if with_it else np.full(law[name].shape, np.nan)
        )
        pool[name] = pool_with_law(name, law[name], simple)
    return couple({name: np.nan_to_num(value) for name, value in law.items()}, pool)


def _simple(
    statistical: Statistical, system: System, scene: Scene, name: str, shape: tuple[int, ...]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Quantiles of the statistical forecasts from each state's last value on, [year, state, level]."""
    observed = _observed(scene, name)
    found = np.full(shape, np.nan)
    for i, state in enumerate(system.states):
        seen = np.flatnonzero(np.isfinite(observed[:, i]))
        if seen.size:
            passed = len(observed) - 1 - seen[-1]
            found[:, i] = statistical.quantiles(name, state, observed[seen[-1], i], passed + np.arange(shape[0]))
    return found


def _observed(scene: Scene, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What was seen of a quantity, [year, state]; the distance is that of the ideal points of one year."""
    if name == "arms":
        return np.asarray(scene.start.arms_seen)
    if name != "distance":
        return np.asarray(getattr(scene.start, name).observed)
    ideal, patron = np.asarray(scene.start.ideal.observed), scene.system.states.index(scene.system.patron)
    return np.asarray(np.abs(ideal - ideal[:, [patron]]))
