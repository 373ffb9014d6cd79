"""A posterior: draws of every equation, with what it was made from and how well it was found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moorings.core.digest import file_digest, record_digest
from moorings.core.errors import InputError
from moorings.core.places import home, replacing
from moorings.learn.layout import differences

LARGEST_RHAT, FEWEST_EFFECTIVE = 1.01, 400.0
"""A posterior whose sampled part misses either is refused (Vehtari et al. 2021, doi:10.1214/20-BA1221)."""
SCHEMA = "moorings.posterior/3"
Floats = NDArray[np.float64]
Draws = dict[str, dict[str, Floats]]


@dataclass(frozen=True)
class Posterior:
    """Draws of the law's parameters and commitment as estimated, up to a last year seen.

    Attributes
    ----------
    draws
        Equation -> parameter -> [draw, ...].
    tracks
        Patron -> `mean`, `sd` [year, ally] (smoothed commitment), `last` [ally], `last_cov` [ally, ally].
    meta
        Last year seen, digests of data and code, diagnostics, shares that rest on history, base rates.
    """

    draws: Draws
    tracks: dict[str, dict[str, Floats]]
    meta: dict[str, Any]

    @property
    def end(self) -> int:
        """Last year seen."""
        return int(self.meta["end"])

    @property
    def size(self) -> int:
        """Number of draws."""
        return int(self.draws["commitment"]["step"].shape[0])

    @property
    def digest(self) -> str:
        """Digest of the draws and of what they were made from."""
        return str(self.meta["digest"])


def save_posterior(posterior: Posterior, path: Path) -> None:
    """Write the draws (`.npz`, single precision) and the description beside them (`.json`)."""
    flat = {f"draws/{eq}/{name}": value for eq, group in posterior.draws.items() for name, value in group.items()}
    flat |= {f"tracks/{who}/{name}": value for who, group in posterior.tracks.items() for name, value in group.items()}
    with replacing(path) as temporary:
        np.savez_compressed(temporary, **{name: value.astype(np.float32) for name, value in flat.items()})  # type: ignore[arg-type]
        meta = posterior.meta | {"schema": SCHEMA, "file": file_digest(temporary)}
        with replacing(path.with_suffix(".json")) as side:
            side.write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf8")


def load_posterior(path: Path) -> Posterior:
    """Read a posterior; one of another schema or other parameters, altered or not converged, is refused."""
    side = path.with_suffix(".json")
    if not side.exists() or not path.exists():
        raise InputError(str(path), "no posterior", "a posterior written by `moorings fit`", "Run `moorings fit`.")
    meta = json.loads(side.read_text(encoding="utf8"))
    if meta.get("schema") != SCHEMA:
        raise InputError(str(side), f"schema {meta.get('schema')!r}", SCHEMA, "Run `moorings fit` again.")
    if meta["file"] != file_digest(path):
        raise InputError(str(path), "another digest than its description's", meta["file"], "Run `moorings fit` again.")
    draws: Draws = {}
    tracks: dict[str, dict[str, Floats]] = {}
    with np.load(path) as stored:
        for name in stored.files:
            kind, group, item = name.split("/", 2)
            (draws if kind == "draws" else tracks).setdefault(group, {})[item] = stored[name].astype(np.float64)
    _refuse_unknown(draws, side)
    _refuse_unless_converged(meta, side)
    return Posterior(draws, tracks, meta | {"digest": record_digest([meta["file"], meta["end"]])})


def _refuse_unknown(draws: Draws, place: Path) -> None:
    missing, unknown = differences({equation: set(group) for equation, group in draws.items()})
    if missing or unknown:
        found = "; ".join(_listed(word, names) for word, names in (("no", missing), ("unknown", unknown)) if names)
        raise InputError(str(place), found, "the parameters of this version's equations", "Run `moorings fit` again.")


def _listed(word: str, names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{word} {', '.join(names[:most])}{more}"


def _refuse_unless_converged(meta: dict[str, Any], place: Path) -> None:
    for name, found in meta["equations"].items():
        rhat, effective = found.get("rhat", 1.0), found.get("effective", np.inf)
        if not (rhat <= LARGEST_RHAT and effective >= FEWEST_EFFECTIVE):
            raise InputError(
                f"{place}, {name}",
                f"R-hat {rhat:.3f}, {effective:.0f} effective draws",
                f"R-hat up to {LARGEST_RHAT} and {FEWEST_EFFECTIVE:.0f} effective draws or more",
                "Run `moorings fit` again.",
            )


def shipped_folder() -> Path:
    """Where the posteriors that ship with the package stand."""
    return Path(str(resources.files("moorings.learn") / "shipped"))


def available() -> dict[int, Path]:
    """Last year seen -> file; a fit of one's own stands before the shipped one of the same year."""
    found: dict[int, Path] = {}
    for folder in (shipped_folder(), home() / "posteriors"):
        for path in sorted(folder.glob("posterior-*.npz")):
            found[int(path.stem.rsplit("-", 1)[1])] = path
    return found


@cache
def posterior_for(start: int) -> Posterior:
    """The posterior that saw most, but nothing after `start`."""
    usable = {end: path for end, path in available().items() if end <= start}
    if not usable:
        years = ", ".join(map(str, sorted(available()))) or "none"
        raise InputError(
            "--from",
            str(start),
            f"a year from which a posterior is there (last years seen: {years})",
            "`moorings fit --to YEAR` fits another one.",
        )
    return load_posterior(usable[max(usable)])


@cache
def published_constants() -> dict[str, Any] | None:
    """The constants of `tether/1` as published with the package; None before they were first computed."""
    path = shipped_folder() / "tether-1.json"
    return json.loads(path.read_text(encoding="utf8"))["constants"] if path.exists() else None
