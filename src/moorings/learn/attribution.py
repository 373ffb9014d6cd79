"""What the effect of a lever rests on: the chain of links from what is set to what follows, each with its share.

A share is ``1 - posterior variance / prior variance`` on the scale of the prior: 0 where no data speak to a link, near
1 where history settled it. A chain is as strong as its weakest link, so an effect rests on history by the smallest of
the shares along it. History shows what went together; that it would do so again under a lever is part of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from moorings.learn import priors
from moorings.learn.posterior import Posterior
from moorings.model.commitment import NOISE_FLOOR, SIGNALS

HISTORY, PRIOR, ASSUMPTION, BELIEF = "history", "prior", "assumption", "belief"


@dataclass(frozen=True)
class Link:
    """One link of a chain.

    Attributes
    ----------
    link
        What leads to what.
    share
        How far it rests on history, 0 to 1.
    source
        `history`, `prior` (no data speak to it), `assumption` (a fixed number) or `belief` (the analyst's own).
    serves
        Variables whose effect passes through it; empty where every one does that is not set itself.
    why
        What stands behind the share.
    """

    link: str
    share: float
    source: str
    serves: tuple[str, ...]
    why: str


DRIFT = ("drift", "tether")
RESPONSES = {
    "burden": ("military burden", ("burden", "autonomy")),
    "ideal": ("UN position", ("ideal_point", "alignment_distance", *DRIFT)),
    "arms": ("patron's share of arms imports", ("arms_dependence", *DRIFT)),
    "new_tie": ("new ties", ("partners", *DRIFT)),
    "nuclear_up": ("nuclear moves", ("nuclear_rung", *DRIFT)),
    "separate_peace": ("separate peace", DRIFT),
}
"""Equation -> its response to the gap in words, and the variables that it moves."""
DOUBT = ("rate", "trust", "region")
ROUTES = {
    "troops": ("signal troops", *DOUBT, "lift"),
    "guarantee": ("signal pact", *DOUBT, "lift"),
    "backbone": ("region",),
    "style": ("style", *DOUBT),
    "demand": ("demand",),
    "role": ("signal troops", *DOUBT, "lift", "demand"),
    "capability": ("weights",),
    "hostility": ("weights",),
    "crisis": ("test", "trust", "region"),
    "burden": (),
    "trilateral": ("weights",),
}
"""Lever -> the links between what it sets and the allies' security gap."""
SETS = {
    "troops": ("troops", "withdrawal"),
    "guarantee": ("obligation", "withdrawal"),
    "backbone": ("withdrawal",),
    "role": ("troops", "withdrawal"),
    "burden": ("burden", "autonomy"),
    "trilateral": ("partners",),
}
"""Lever -> variables that it sets itself, of an ally or by definition: their effect is mechanical."""


def links(kinds: Iterable[str], posterior: Posterior, believed: Collection[tuple[str, str]] = ()) -> list[Link]:
    """The links of some levers' effects, upstream ones first.

    Parameters
    ----------
    kinds
        Names of levers.
    posterior
        What was learned.
    believed
        Equation and parameter of each elasticity that an analyst put in.
    """
    names = dict.fromkeys(name for kind in kinds for name in ROUTES[kind])
    found = [_replaced(name, UPSTREAM[name](posterior), believed) for name in names]
    return found + [_response(name, posterior, believed) for name in RESPONSES]


def weakest(chain: Iterable[Link]) -> float:
    """The smallest share of a chain."""
    return min(link.share for link in chain)


def by_variable(chain: list[Link]) -> dict[str, float]:
    """Variable -> the smallest share on its way; drift has several strands, and rests on the weakest of them."""
    common = [link for link in chain if not link.serves]
    served = dict.fromkeys(name for link in chain for name in link.serves)
    return {name: weakest([*common, *(link for link in chain if name in link.serves)]) for name in served}


def _share(values: np.ndarray, sd: float) -> float:
    """1 - posterior / prior variance, from draws on the prior's scale."""
    return float(np.clip(1 - np.var(values) / sd**2, 0.0, 1.0))


def _signal(name: str) -> Callable[[Posterior], Link]:
    def link(posterior: Posterior) -> Link:
        p, k, prior = posterior.draws["commitment"], SIGNALS.index(name), priors.COMMITMENT_PRIORS
        shares = [
            _share(np.log(p["loading"][:, k]), prior["loading"].sd),
            _share(np.log(p["sigma"][:, k] - NOISE_FLOOR), prior["noise"].sd),
            _share(np.log(p["step"]), prior["step"].sd),
        ]
        why = "loading and noise of the signal and the yearly step of commitment; the least settled of the three"
        return Link(f"{name}, as a signal, to commitment", min(shares), HISTORY, (), why)

    return link


def _prior(text: str, prior: priors.Prior, serves: tuple[str, ...] = ()) -> Callable[[Posterior], Link]:
    return lambda posterior: Link(text, 0.0, PRIOR, serves, prior.reason)


def _assumed(text: str, why: str) -> Callable[[Posterior], Link]:
    return lambda posterior: Link(text, 0.0, ASSUMPTION, (), why)


_TRUST = "how far an ally counts on the patron's forces at a level of commitment is a judgement, one fixed curve"
_REGION = "the share of his power that a patron devotes to a region is an assumption, drawn with the error it is given"
_WEIGHTS = "weights of distance, rivalry, disputes and ties in the gap are fixed numbers"
_STYLE = "that style moves the shock which all allies share, by one standard deviation a year, is an assumption"
UPSTREAM: dict[str, Callable[[Posterior], Link]] = {
    "signal troops": _signal("troops"),
    "signal pact": _signal("pact"),
    "rate": _prior("commitment to the ally's belief", priors.BELIEF_PRIORS["rate"]),
    "trust": _assumed("belief to the trust that counts in the security gap", _TRUST),
    "region": _assumed("trust to the security gap", _REGION),
    "lift": _prior("commitment to later troops", priors.LEVER_PRIORS["lift"], ("troops", "withdrawal")),
    "style": _assumed("style to commitment", _STYLE),
    "demand": _prior("what is asked to what is spent", priors.LEVER_PRIORS["demand"]),
    "weights": _assumed("power and ties to the security gap", _WEIGHTS),
    "test": _prior("a test's outcome to belief", priors.TEST_PRIORS["abandoned"]),
}
BELIEVED = {"rate": ("commitment", "rate"), "demand": ("burden", "demand")}


def _replaced(name: str, link: Link, believed: Collection[tuple[str, str]]) -> Link:
    if BELIEVED.get(name) not in believed:
        return link
    return Link(link.link, 0.0, BELIEF, link.serves, "the analyst's own")


def _response(name: str, posterior: Posterior, believed: Collection[tuple[str, str]]) -> Link:
    text, serves = RESPONSES[name]
    text = f"security gap to {text}"
    if (name, "gap") in believed:
        return Link(text, 0.0, BELIEF, serves, "the analyst's own")
    row = posterior.meta["equations"][name]
    if "parameters" in row:
        # draws stretched for what depends on each other may be wider than the prior
        share = max(0.0, row["parameters"]["gap"]["history"])
        return Link(text, share, HISTORY, serves, "years of US allies since 1950")
    why = f"{row['events']} events among {row['rows']} cases at risk; fewer involve an ally of the United States"
    return Link(text, row["gap_history"], HISTORY, serves, why)
