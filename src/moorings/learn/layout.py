"""Which parameters the law's equations need: what a posterior must hold, neither more nor less."""

from __future__ import annotations

from moorings.learn.priors import ARMS_PRIORS, MARGIN_PRIORS, ORDERS_PRIORS, TEST_PRIORS
from moorings.model.hazards import FEATURES

_FIXED = {"pooled", "centre", "spread", "home", "floor", "ceiling"}
_HAZARD = {"intercept", "weights", "mean", "sd"}
_SPREADS = {f"sd {name}" for name in ("backbone", "burden", "commitment", "obligation", "troops")}
_LAYOUT: dict[str, set[str]] = {
    "commitment": {"common", "loading", "rate", "sigma", "step"},
    "gap": {"centre", "sd"},
    **{name: {*priors, *_FIXED} for name, priors in MARGIN_PRIORS.items()},
    "arms": set(ARMS_PRIORS),
    "orders": set(ORDERS_PRIORS),
    "shared": {"persistence", "rho"},
    "accession": {"gain", "gained", "loss", "lost", "rho"},
    **{name: set(_HAZARD) for name in FEATURES},
    **{name: {"rate"} for name in ("nuclear_down", "rivalry_ends")},
    "separate_peace": {"gap", "intercept", "rivalry", "standing"},
    "test": set(TEST_PRIORS),
    "tether": {"centre", "sd", "unit", "unit withdrawal", "weights", *_SPREADS},
}
_FURTHER = {
    "burden": {"demand"},
    "troops": {"lift"},
    "new_tie": {"ally", "gap", "shared_state", "shared_year", "standing"},
    "tie_ends": {"shared_state", "shared_year"},
    "nuclear_up": {"ally", "gap", "standing"},
    "obligation_ends": {"ally_share"},
}
LAYOUT = {name: frozenset(group | _FURTHER.get(name, set())) for name, group in _LAYOUT.items()}
"""Equation -> names of its parameters."""


def differences(groups: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """Parameters that are missing from, and superfluous in, equation -> names; as `equation.name`."""
    wanted = {f"{equation}.{name}" for equation, names in LAYOUT.items() for name in names}
    found = {f"{equation}.{name}" for equation, names in groups.items() for name in names}
    return sorted(wanted - found), sorted(found - wanted)
