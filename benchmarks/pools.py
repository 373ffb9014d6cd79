"""Scores of the shipped pool and of others: `python benchmarks/pools.py`, after `moorings backtest --anew`.

Reads the forecasts that the back-test keeps in `MOORINGS_HOME` and prints, for each quantity, the skill of some pools
over the best baseline that is no tree, in per cent at 1, 3, 5 and 10 years, and their mean (decision 0008).
"""

from __future__ import annotations

import numpy as np

from moorings.core.places import home
from moorings.jobs.backtest import HORIZONS, _material, create_plan
from moorings.score.metrics import crps_quantiles, to_quantiles
from moorings.score.pool import STRUCTURAL, parts_of
from moorings.score.targets import TARGETS

SIMPLE = ("no change", "past changes", "own volatility", "fitted volatility", "theta")
TREES, INFORMED = "boosted trees", "informed trees"
MIXED = "mixture"
"""The parts as shipped, but mixed, where otherwise their quantiles are averaged."""
POOLS = {
    "law and trees": (STRUCTURAL, TREES),
    "and informed": (STRUCTURAL, INFORMED),
    "three parts": (STRUCTURAL, TREES, INFORMED),
    "four parts": (STRUCTURAL, "own volatility", "fitted volatility", TREES),
    "law alone": (STRUCTURAL,),
    "trees alone": (TREES,),
    "informed alone": (INFORMED,),
}


def main() -> None:
    """Print the table."""
    plan = create_plan(_material())
    kept = {origin: _kept(origin) for origin in plan.origins}
    for outcome in plan.outcomes:
        if outcome.name not in {target.name for target in TARGETS}:
            continue
        shipped = tuple(part for part, times in parts_of(outcome.name).items() for _ in range(times))
        pools = {"as shipped": shipped, MIXED: shipped, **POOLS}
        skills: dict[str, list[float]] = {name: [] for name in pools}
        for horizon in HORIZONS:
            scores: dict[str, list[np.ndarray]] = {name: [] for name in (*SIMPLE, *pools)}
            for origin in plan.origins:
                came = outcome.observed(origin, horizon)
                of = {key[3]: value for key, value in kept[origin].items() if key[1:3] == (outcome.name, str(horizon))}
                there = np.isfinite(came) & np.all([np.isfinite(one).all(axis=0) for one in of.values()], axis=0)
                if not there.any():
                    continue
                for name in SIMPLE:
                    scores[name].append(crps_quantiles(of[name][:, there], came[there]))
                for name, parts in pools.items():
                    members = [of[part][:, there] for part in parts]
                    found = to_quantiles(np.concatenate(members)) if name == MIXED else np.mean(members, axis=0)
                    scores[name].append(crps_quantiles(found, came[there]))
            mean = {name: np.concatenate(parts).mean() for name, parts in scores.items()}
            for name in pools:
                skills[name].append(100 * (1 - mean[name] / min(mean[simple] for simple in SIMPLE)))
        for name, found in skills.items():
            told = " ".join(f"{skill:+6.1f}" for skill in found)
            print(f"{outcome.name:20} {name:14} {told}   mean {np.mean(found):+.1f}")


def _kept(origin: int) -> dict[tuple[str, ...], np.ndarray]:
    """(kind, outcome, horizon, forecast) -> quantiles, from the newest files of an origin."""
    found: dict[tuple[str, ...], np.ndarray] = {}
    for path in sorted(
        (home() / "backtest" / "origins").glob(f"{origin}-*.npz"), key=lambda path: path.stat().st_mtime
    ):
        with np.load(path) as stored:
            found |= {tuple(key.split("|")): stored[key].astype(float) for key in stored.files if key[0] in "bmp"}
    return found


if __name__ == "__main__":
    main()
