"""Evidence (`--given`): members weighed by how well they agree with what is supposed to be known.

Conditioning never touches the law of motion: it keeps the members as they are and gives weight to those in which the
evidence came true, so that what is learned runs backwards too (towards causes) and to everything that goes with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from moorings.ask.events import evaluate
from moorings.ask.expressions import Event, Observed
from moorings.ask.language import parse_evidence
from moorings.ask.scope import Scope, canonical, check
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Array, Ensemble
from moorings.systems.system import System

ENOUGH = 200.0
"""Effective members below which evidence is too unlikely to answer."""
MOST_MEMBERS = 40_000


@dataclass(frozen=True)
class Conditioned:
    """An ensemble weighed by evidence.

    Attributes
    ----------
    ensemble
        The same members with their new weights.
    given
        The evidence as printed.
    warning
        What to do where too few effective members are left; empty otherwise.
    """

    ensemble: Ensemble
    given: tuple[str, ...]
    warning: str

    @property
    def effective_members(self) -> float:
        """Kish's effective number of members."""
        return self.ensemble.effective_members

    @property
    def needed_members(self) -> int:
        """Members to simulate so that about 200 effective ones are left."""
        return members_needed(self.ensemble)


def check_given(given: Sequence[str], source: Scope | System) -> None:
    """Check that each piece of evidence makes sense in a system; a fault has the piece's place."""
    for piece in given:
        try:
            check(parse_evidence(piece), source)
        except InputError as error:
            place = error.place.replace("event", f"given {piece!r}", 1)
            raise InputError(place, error.found, error.allowed, error.remedy) from None


def condition(ensemble: Ensemble, given: Sequence[str | Event | Observed]) -> Conditioned:
    """Weigh an ensemble by evidence.

    Parameters
    ----------
    ensemble
        The members.
    given
        Events (weight 1 where true, else 0) or values with a normal error, all of which are known.

    Raises
    ------
    InputError
        If a piece of evidence makes no sense, or if no member agrees with it or with all pieces together.
    """
    pieces = [parse_evidence(piece) if isinstance(piece, str) else piece for piece in given]
    log_weights = np.log(ensemble.weights, where=ensemble.weights > 0, out=np.full(ensemble.members, -np.inf))
    for piece in pieces:
        log_weights = log_weights + log_likelihood(piece, ensemble)
        if not np.isfinite(log_weights).any():
            raise _contradiction(str(piece), pieces, ensemble)
    weighed = ensemble.reweighted(np.exp(log_weights - log_weights.max()))
    return Conditioned(weighed, tuple(map(str, pieces)), _warning(weighed) if pieces else "")


def log_likelihood(evidence: Event | Observed, ensemble: Ensemble) -> Array:
    """Log likelihood of evidence in each member, [member], up to a constant; minus infinity where it is impossible."""
    if isinstance(evidence, Observed):
        check(evidence, ensemble)
        year = ensemble.years.index(evidence.year)
        path = ensemble.of(canonical(evidence.reading.variable), *evidence.reading.states)[:, year]
        away = (path - evidence.value.value) / evidence.error.value
        return np.where(np.isnan(away), -np.inf, -0.5 * away**2)
    return np.where(evaluate(evidence, ensemble), 0.0, -np.inf)


def condition_until_enough(simulate: Callable[[int], Ensemble], given: Sequence[str], members: int) -> Conditioned:
    """Weigh by evidence, once more with more members where too few effective ones are left.

    Parameters
    ----------
    simulate
        Makes an ensemble of so many members.
    given
        The evidence.
    members
        How many to begin with; at most 40,000 are simulated.
    """
    first = condition(simulate(members), given)
    more = min(first.needed_members, MOST_MEMBERS)
    if not first.warning or more <= members:
        return first
    return condition(simulate(more), given)


def members_needed(ensemble: Ensemble) -> int:
    """Members to simulate so that evidence as unlikely as this leaves 200 effective ones, a fifth to spare."""
    share = ensemble.effective_members / ensemble.members
    return max(ensemble.members, math.ceil(1.2 * ENOUGH / share / 1000) * 1000)


def _warning(ensemble: Ensemble) -> str:
    left = ensemble.effective_members
    if left >= ENOUGH:
        return ""
    return (
        f"the evidence leaves {left:.0f} effective members of {ensemble.members:,} ({ENOUGH:.0f} needed): it is too "
        f"unlikely to answer. Suppose less, widen the error of a value, or ask for --members {members_needed(ensemble)}"
    )


def _contradiction(last: str, pieces: Sequence[Event | Observed], ensemble: Ensemble) -> InputError:
    alone = not np.isfinite(log_likelihood(pieces[[str(piece) for piece in pieces].index(last)], ensemble)).any()
    found = "evidence that is true in no member" if alone else "evidence that contradicts what is given before it"
    remedy = "Suppose something likelier, use a value with an error (~ and ±), or take more members"
    return InputError(f"given {last!r}", found, "evidence with a probability above 0", remedy)
