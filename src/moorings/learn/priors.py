"""Weakly informative priors, each with its reason. None was computed from the years that are fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Prior:
    """A parameter's prior.

    Attributes
    ----------
    kind
        ``real``: normal; ``positive``: log-normal; ``unit``: logistic-normal on (0, 1).
    centre, sd
        Median, and standard deviation on the scale of the normal.
    reason
        Why.
    estimated
        False where no data speak to it and the posterior is the prior.
    size
        Number of values that share the prior, or 0 for a scalar.
    """

    kind: str
    centre: float
    sd: float
    reason: str
    estimated: bool = True
    size: int = 0

    @property
    def normal_centre(self) -> float:
        """Its median on the scale of the normal."""
        if self.kind == "real":
            return self.centre
        return log(self.centre) if self.kind == "positive" else log(self.centre / (1 - self.centre))

    def distribution(self) -> Any:
        """The NumPyro distribution."""
        import numpyro.distributions as dist

        if self.kind == "real":
            return dist.Normal(self.centre, self.sd)
        if self.kind == "positive":
            return dist.LogNormal(self.normal_centre, self.sd)
        normal = dist.Normal(self.normal_centre, self.sd)
        return dist.TransformedDistribution(normal, dist.transforms.SigmoidTransform())


def on_scale(kind: str, normal: Any, exp: Callable[[Any], Any] = np.exp) -> Any:
    """A parameter's value from its value on the scale of the normal; `exp` is that of the arrays' library."""
    if kind == "real":
        return normal
    return exp(normal) if kind == "positive" else 1 / (1 + exp(-normal))


def _margin(scale: float, gain: float, tilt: float, drift: float, tail: float) -> dict[str, Prior]:
    return {
        "drift": Prior("real", 0.0, drift, "a common drift of a few per cent a year at most"),
        "gain": Prior("unit", gain, 0.5, "most of a yearly change lasts; counts and reports carry some noise"),
        "damping": Prior("unit", 0.7, 0.5, "trends fade within a few years"),
        "tilt": Prior("real", tilt, 0.1, "a change tells a little about the next one"),
        "intercept": Prior("real", scale, 1.0, "order of magnitude of a yearly change"),
        "fast": Prior("real", 0.5, 0.4, "scale follows the state's own recent volatility, at most one for one"),
        "slow": Prior("real", 0.4, 0.4, "and its longer one"),
        "young": Prior("real", 0.3, 0.3, "short series are less certain"),
        "ally": Prior("real", 0.0, 0.3, "allies may be steadier or not"),
        "level": Prior("real", 0.0, 0.3, "volatility may depend on the level"),
        "level2": Prior("real", 0.0, 0.2, "also at both ends"),
        "tail": Prior("positive", tail, 0.7, "heavy tails: degrees of freedom above 2.05, times this"),
    }


GAP = "the elasticity may have either sign: theory says up, history within countries shows next to nothing"
GAP_OF_YEAR = Prior("real", 0.0, 0.005, f"{GAP}; a standard deviation of the gap moves a tenth at most in ten years")
FELLOWS = Prior(
    "real", 0.0, 0.03, "allies bound to each other may come together, a quarter of the way in a decade, or draw apart"
)
MARGIN_PRIORS = {
    "gdp": _margin(-3.5, 0.9, 0.3, 0.03, 2.0),
    "burden": _margin(-2.3, 0.9, 0.0, 0.02, 1.0) | {"gap": GAP_OF_YEAR, "fellows": FELLOWS},
    "ideal": _margin(-2.0, 0.8, 0.0, 0.01, 2.0)
    | {
        "gap": GAP_OF_YEAR,
        "fellows": FELLOWS,
        "back": Prior(
            "real", 0.0, 0.03, "states may fall back to the world's middle, a quarter of the way in a decade"
        ),
        "aside": Prior("real", 0.0, 0.3, "where other sets of votes say something else, a part of it may come"),
        "blur": Prior("real", 0.0, 0.5, "what the source is less sure of may move more, at most one for one"),
        "blur_gain": Prior("real", 0.0, 0.7, "and less of it may last"),
    },
    "troops": _margin(-1.0, 0.8, 0.0, 0.03, 0.5)
    | {
        "surge": Prior("real", 0.0, 0.6, "a deployment far above the usual one may be less sure to last"),
        "skew": Prior("real", 0.0, 0.3, "falls may be larger than rises, or smaller"),
        "surge_skew": Prior("real", 0.0, 0.6, "what was sent in haste goes home: then falls are larger"),
    },
}
SCALE_RECENT = Prior(
    "real", 0.0, 0.3, "the last fifteen years may be calmer than those before or not, by a third or so"
)
ARMS_PRIORS = {
    "constant": Prior("real", 0.0, 0.1, "shares stay within 0 and 1"),
    "share": Prior("real", 0.8, 0.3, "a five-year share shifts by a fifth a year"),
    "none": Prior("real", -0.1, 0.2, "buying nothing from the patron persists"),
    "all": Prior("real", 0.1, 0.2, "buying everything from the patron persists"),
    "mean5": Prior("real", 0.1, 0.2, "past shares matter"),
    "mean15": Prior("real", 0.0, 0.2, "as do shares long past"),
    "change": Prior("real", 0.2, 0.2, "a five-year window carries momentum"),
    "gap": GAP_OF_YEAR,
    "log_scale": Prior("real", -3.0, 1.0, "order of magnitude of a yearly change"),
    "scale_volume": Prior("real", -0.3, 0.3, "larger importers have steadier shares"),
    "scale_middle": Prior("real", 1.0, 1.0, "shares in the middle move most"),
    "scale_none": Prior("real", 0.5, 0.7, "the first purchase from the patron is a jump"),
    "scale_all": Prior("real", 0.5, 0.7, "as is the first from elsewhere"),
    "scale_change": Prior("real", 1.0, 2.0, "a share that moved moves on"),
}
ORDERS_PRIORS = {
    "due": Prior("unit", 0.5, 1.0, "of what is on order at most all has come by then", size=5),
    "open": Prior(
        "positive", 5.0, 1.5, "in years of imports: what is still open, and what the last share tells", size=5
    ),
    "surer": Prior("real", -0.2, 0.5, "the scale may shrink where something of the window is known", size=5),
}
"""Of each year ahead; of the fifth, whose window holds no delivery yet, only the ratio of `due` and `open` counts."""
COMMITMENT_PRIORS = {
    "loading": Prior("positive", 0.5, 0.3, "signals and factor are in standard deviations"),
    "noise": Prior("positive", 0.3, 0.5, "above the floor of 0.5, which keeps one smooth series from being the factor"),
    "step": Prior("positive", 0.12, 0.06, "commitment moves by a standard deviation in decades, not in a year"),
    "common": Prior("positive", 0.05, 0.5, "a patron's shared shock is smaller than its allies' own ones"),
}
BELIEF_PRIORS = {
    "rate": Prior("unit", 0.3, 0.5, "beliefs follow within about three years; polls are too few to tell", False),
    "coded": Prior("positive", 2.0, 0.3, "noise of a year's coded events, four times a regular signal's", False),
}
TEST_PRIORS = {
    "supported": Prior("positive", 0.10, 0.5, "help in a test raises belief by a year's step", False),
    "abandoned": Prior("positive", 0.40, 0.5, "failing an ally weighs more than helping it", False),
    "travels": Prior("unit", 0.3, 0.5, "others learn about a third of it (Crescenzi 2007)", False),
}
LEVER_PRIORS = {
    "demand": Prior("unit", 0.15, 0.5, "allies close about a seventh a year of what is asked", False),
    "lift": Prior("positive", 0.05, 0.5, "troops follow lifted commitment weakly", False),
    "ally_share": Prior("unit", 0.5, 0.5, "who ends an obligation is not coded", False),
}
ACCESSION = (
    Prior("real", -2.0, 1.5, "an ally in a few pacts gains or loses partners once in some years"),
    Prior("real", 0.5, 1.0, "pacts of many are entered by more states than pacts of few"),
    Prior(
        "real",
        0.0,
        0.5,
        "allies in company may see more come, and fewer go, than one alone",
    ),
)
"""Log-odds of a jump of the number of partners at a handful of them; slopes in its log, and in that of the company."""
ACCESSION_RHO = Prior(
    "unit", 0.8, 1.0, "members of one pact gain a new member together, and little else each by itself"
)
TIES_OF_YEAR = Prior("unit", 0.2, 1.0, "pacts come and go in waves, though most years' events have little in common")
TIES_OF_STATE = Prior("unit", 0.5, 1.0, "who joins or leaves a treaty does so with all of its members")
HAZARD_SD = 0.5
"""Sd of a weight per standard deviation of a feature: odds change by less than threefold."""
HAZARD_LEVEL_SD = 2.0
"""The same where the feature is no cause but one patron's own level, which data of others should hardly move."""
HAZARD_RECENT = Prior("real", 0.0, 0.5, "the last fifteen years' level of a hazard stays within a factor of two or so")
HAZARD_GAP = Prior("real", 0.0, 0.3, GAP)
EVENT_RATE = {"successes": 0.5, "failures": 0.5}
"""Jeffreys' prior of a yearly rate that nothing is known to move."""
SHARED_RHO = Prior("unit", 0.1, 1.0, "a tenth of a year's variance is shared, give or take a factor of three")
SHARED_CENTRE = Prior("real", 0.0, 0.3, "the patron's allies may lie off the law's median, which is that of all states")
SHARED_SCALE = Prior("positive", 1.0, 0.3, "and may scatter less or more than the law says")
SHARED_PERSISTENCE = Prior("unit", 0.35, 0.5, "shared shocks last a little over a year")
