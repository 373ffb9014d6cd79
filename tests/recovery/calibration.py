"""Simulation-based calibration: truths drawn from the prior, data drawn by the law, fits, ranks of the truths.

`python tests/recovery/calibration.py --runs 100` checks the headline parameters at length: with right inference the
ranks are uniform. It prints, for each parameter, the smallest probability of such ranks and how often the middle 50 and
90 % of the draws held the truth.

References
----------
Talts and others (2018), "Validating Bayesian inference algorithms with simulation-based calibration",
doi:10.48550/arXiv.1804.06788.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import scipy.stats
from numpy.typing import NDArray

from moorings.core.errors import MooringsError
from moorings.learn.hazards import HazardData, fit_gap, fit_hazard, fit_rate
from moorings.learn.history import RECENT, before, from_fellows, margin_history
from moorings.learn.margins import MarginData, fit_margin, quantiles
from moorings.learn.priors import (
    EVENT_RATE,
    HAZARD_GAP,
    HAZARD_SD,
    MARGIN_PRIORS,
    SCALE_RECENT,
    SHARED_CENTRE,
    SHARED_PERSISTENCE,
    SHARED_RHO,
    SHARED_SCALE,
    on_scale,
)
from moorings.learn.shared import fit_shared
from moorings.model import hazards, margins
from moorings.model.shocks import SHARED

Floats = NDArray[np.float64]
Ranks = dict[str, list[float]]
TRUE = {
    "drift": 0.01,
    "gain": 0.8,
    "damping": 0.7,
    "tilt": 0.05,
    "intercept": -2.3,
    "fast": 0.4,
    "slow": 0.4,
    "young": 0.2,
    "ally": -0.2,
    "level": 0.05,
    "level2": 0.0,
    "tail": 2.0,
    "gap": 0.03,
    "fellows": 0.05,
}
FIXED = {"pooled": 0.01, "centre": -3.5, "spread": 1.0, "floor": -6.0, "ceiling": 0.5, "home": -3.5}
AROUND = (SHARED_SCALE, SHARED_CENTRE)
DRAWS = 99
LEAST, REFUSED = 0.001, 0.05
"""Probability of ranks as uneven as these under which a parameter is called wrong; share of fits that may fail."""


def drawn_margin(true: dict[str, float], years: int, states: int, seed: int) -> MarginData:
    """A history drawn by the law: half of the states are allies with pacts, a gap pulls them, other votes tell more."""
    random = np.random.default_rng(seed)
    params = {name: jnp.asarray(value) for name, value in (true | FIXED).items()}
    table = quantiles({"tail": np.array([true["tail"]])})
    params |= {name: jnp.asarray(value[0]) for name, value in table.items()}
    gap = jnp.asarray(random.standard_normal((years, states)))
    ally = jnp.asarray(np.broadcast_to(np.arange(states) % 2, (years, states)) * 1.0)
    pact = np.ones((years, states, states))
    empty = jnp.full((years, states), jnp.nan).at[0].set(-3.5 + random.standard_normal(states))
    history = margin_history(np.asarray(empty), np.asarray(ally))
    normal = jnp.asarray(random.standard_normal((years, states)))
    aside, blur = (jnp.asarray(sd * random.standard_normal((years, states))) for sd in (0.2, 0.5))
    nowhere = jnp.full(states, jnp.nan)
    last = jnp.asarray(np.where(np.arange(years) < years - RECENT, 0.0, true.get("recent", 0.0)))

    def one_year(margin: margins.Margin, row: tuple[jax.Array, ...]) -> tuple[margins.Margin, jax.Array]:
        moved, who, shock, recent, *more = row
        others = (jnp.sum(who * margin.y) - margin.y) / (jnp.sum(who) - 1)
        pull = margins.pull(true, moved, who * (others - margin.y))
        foreseen = margins.ahead(params, margin, who, pull)
        foreseen = foreseen._replace(scale=foreseen.scale * jnp.exp(recent))
        value = margins.drawn(params, foreseen, margins.fresh(params, shock))
        return margins.told(margins.advance(params, margin, pull, value), *more, nowhere), value

    start = margins.told(margins.begin(params, history.value), aside[0], blur[0], nowhere)
    rows = (gap[1:], ally[1:], normal[1:], last[1:], aside[1:], blur[1:])
    _, values = jax.lax.scan(one_year, start, rows)
    observed = np.concatenate([np.asarray(history.value)[None], np.asarray(values)])
    history = margin_history(observed, np.asarray(ally), told=(aside, blur))
    # where states fall back to stays as it is
    history = history._replace(home=jnp.full_like(history.home, jnp.nan))
    fellows = before(from_fellows(observed, pact, np.asarray(ally)))
    return MarginData(history, gap, jnp.asarray(fellows), FIXED)


def drawn_normals(rho: float, keep: float, seed: int, years: int = 60, allies: int = 20) -> Floats:
    """Innovations of allies that share a part, [year, state], a fifth of them missing."""
    random = np.random.default_rng(seed)
    fresh, own = random.standard_normal(years), random.standard_normal((years, allies))
    common = np.zeros(years)
    for t in range(years):
        common[t] = keep * common[t - 1] + np.sqrt(1 - keep**2) * fresh[t] if t else fresh[t]
    normal = np.sqrt(rho) * common[:, None] + np.sqrt(1 - rho) * own
    normal[random.uniform(size=normal.shape) < 0.2] = np.nan
    return normal


def margin(runs: int) -> Ranks:
    """Burden: every parameter, all of them drawn anew in each run; of troops and UN position what burden has not."""
    random = np.random.default_rng(21)
    looked_at = {
        "burden": tuple(MARGIN_PRIORS["burden"]),
        "troops": ("surge", "skew", "surge_skew"),
        "ideal": ("back", "aside", "blur", "blur_gain"),
    }
    found: Ranks = {f"{margin}, {name}": [] for margin, names in looked_at.items() for name in names}
    for margin, names in looked_at.items():
        priors = MARGIN_PRIORS[margin] | {"recent": SCALE_RECENT}
        for run in range(runs):
            true = {name: float(on_scale(p.kind, random.normal(p.normal_centre, p.sd))) for name, p in priors.items()}
            try:
                draws, _ = fit_margin(margin, drawn_margin(true, 30, 40, 1000 + run), DRAWS, run)
            except MooringsError:
                # a fit that is refused has no ranks; the table tells how many runs are left
                continue
            # the law's intercept is that of the last years
            true["intercept"] += true["recent"]
            for name in names:
                found[f"{margin}, {name}"].append(float((draws[name] < true[name]).mean()))
    return found


def hazard(runs: int, rows: int = 4000) -> Ranks:
    """New ties: two weights, allies' level and the elasticity to the gap."""
    random, names = np.random.default_rng(22), hazards.TIE
    found: Ranks = {f"new tie, {name}": [] for name in (*names[:2], "standing", "gap", "level")}
    for run in range(runs):
        weights, pulls = random.normal(0, HAZARD_SD, len(names)), random.normal(HAZARD_GAP.centre, HAZARD_GAP.sd, 2)
        features = {name: random.standard_normal(rows) for name in names}
        odds = -3.0 + sum(w * features[name] for w, name in zip(weights, names, strict=True))
        event = (random.uniform(size=rows) < 1 / (1 + np.exp(-odds))) * 1.0
        fit = fit_hazard("new_tie", HazardData(features, event), DRAWS, run)
        for k, name in enumerate(names[:2]):
            # weights are of the sample's standard deviations
            found[f"new tie, {name}"].append(
                float((fit.draws["weights"][:, k] < weights[k] * fit.draws["sd"][:, k]).mean())
            )
        standing, moved = random.standard_normal((2, rows))
        # its prior is standard normal
        level = random.standard_normal()
        pulled = odds + level + pulls[0] * standing + pulls[1] * moved
        event = (random.uniform(size=rows) < 1 / (1 + np.exp(-pulled))) * 1.0
        of_allies = fit_gap(odds, standing, moved, event, DRAWS, run)
        found["new tie, standing"].append(float((of_allies.standing < pulls[0]).mean()))
        found["new tie, gap"].append(float((of_allies.elasticity < pulls[1]).mean()))
        found["new tie, level"].append(float((of_allies.level < level).mean()))
    return found


def rate(runs: int) -> Ranks:
    """A rate that nothing is known to move."""
    random = np.random.default_rng(13)
    true = random.beta(EVENT_RATE["successes"], EVENT_RATE["failures"], runs)
    seen = random.binomial(50, true)
    pairs = enumerate(zip(seen, true, strict=True))
    return {"yearly rate": [float((fit_rate(k, 50, DRAWS, run) < value).mean()) for run, (k, value) in pairs]}


def shared(runs: int) -> Ranks:
    """What allies share of a year's innovations, and how long it lasts."""
    key, random = jax.random.split(jax.random.PRNGKey(23), (runs, 2)), np.random.default_rng(23)
    found: Ranks = {"shared shock, share": [], "shared shock, persistence": []}
    for run in range(runs):
        rho = float(SHARED_RHO.distribution().sample(key[run, 0]))
        keep = float(SHARED_PERSISTENCE.distribution().sample(key[run, 1]))
        # centre and scale are drawn from their priors, too
        scale, centre = (float(on_scale(of.kind, random.normal(of.normal_centre, of.sd))) for of in AROUND)
        drawn = centre + scale * drawn_normals(rho, keep, run)
        draws = fit_shared({"burden": drawn}, DRAWS, run).draws
        found["shared shock, share"].append(float((draws["rho"][:, SHARED.index("burden")] < rho).mean()))
        found["shared shock, persistence"].append(float((draws["persistence"] < keep).mean()))
    return found


PARTS: dict[str, Callable[[int], Ranks]] = {"margin": margin, "hazard": hazard, "rate": rate, "shared": shared}


def evenness(ranks: list[float]) -> float:
    """Probability of ranks at least as uneven as these, if they are uniform (chi-square, five or more in a bin)."""
    bins = int(np.clip(len(ranks) // 5, 2, 10))
    counts = np.histogram(ranks, bins=bins, range=(0, 1))[0]
    return float(scipy.stats.chisquare(counts).pvalue)


def held(ranks: list[float], mass: float) -> float:
    """Share of truths within the middle `mass` of the draws."""
    return float(np.mean(np.abs(np.array(ranks) - 0.5) <= mass / 2))


def main() -> int:
    """Print the table; 1 if some parameter's ranks are not uniform, or many fits were refused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100, help="fits of each part")
    parser.add_argument("--part", choices=PARTS, action="append", help="only these parts")
    asked = parser.parse_args()
    wrong = 0
    print(f"{'parameter':28} {'runs':>5} {'uniform':>8} {'50 %':>6} {'90 %':>6}")
    for part in asked.part or PARTS:
        for name, ranks in PARTS[part](asked.runs).items():
            even = evenness(ranks)
            wrong += even < LEAST or len(ranks) < (1 - REFUSED) * asked.runs
            shares = f"{100 * held(ranks, 0.5):6.0f} {100 * held(ranks, 0.9):6.0f}"
            print(f"{name:28} {len(ranks):5} {even:8.3f} {shares}", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
