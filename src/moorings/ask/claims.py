"""Claims held against the model and the record: what is found, and the verdict.

A claim *holds* when at least 90 % of the parameter draws put the value inside what is stated, *fails* when at most
10 % do, and is else *unclear*. The noise within a draw is taken out first, as for the interval of a probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from moorings.ask.draws import by_draw, effect, quantiles, settled
from moorings.ask.events import evaluate
from moorings.ask.evidence import ENOUGH
from moorings.ask.expressions import Comparison, Reading, Timed
from moorings.ask.language import parse_evidence
from moorings.ask.probability import interval, settled_shares, spread
from moorings.ask.scope import Scope, canonical, check
from moorings.ask.theses import Claim, Responses, Thesis
from moorings.ask.words import band, words
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Array, Ensemble

HOLDS, FAILS = 0.9, 0.1
NO_DIFFERENCE = 0.05
"""Difference of probabilities up to which there is none, where a claim does not say."""
ASSUMED = "unclear (assumed)"


@dataclass(frozen=True)
class Grounds:
    """What claims are held against.

    Attributes
    ----------
    simulate
        Levers and evidence -> members; two calls give paired members.
    from_history
        Levers of two scenarios -> share of their effect that rests on history, None where it is not known.
    measured
        Variable of a state, year -> its value in each of some equally likely draws; empty where there is none.
    counted
        Number of coded responses; None where none are coded of the system.
    """

    simulate: Callable[[Mapping[str, str], tuple[str, ...]], Ensemble]
    from_history: Callable[[Mapping[str, str], Mapping[str, str]], float | None]
    measured: Callable[[Reading, int], Array]
    counted: Callable[[Responses], int | None]


@dataclass(frozen=True)
class Verdict:
    """A claim with what was found.

    Attributes
    ----------
    id, kind, text, stated
        As claimed.
    value, low, high
        Found, with its 90 % interval; None where it cannot be found.
    p_inside, p_below, p_above
        Shares of the parameter draws inside, below and above what is stated.
    verdict
        `holds`, `fails` or `unclear`.
    why
        The reason in words, with the assumption on which it hinges.
    assumed
        True for an effect of which less than half rests on history.
    """

    id: str
    kind: str
    text: str
    stated: str | list[float | None] | None
    value: float | None
    low: float | None
    high: float | None
    p_inside: float | None
    p_below: float | None
    p_above: float | None
    verdict: str
    why: str
    assumed: bool = False

    @property
    def label(self) -> str:
        """The verdict as printed."""
        return ASSUMED if self.assumed else self.verdict


@dataclass(frozen=True)
class _Found:
    """A value with its values over draws, and what they mean in words."""

    value: float
    low: float
    high: float
    values: Array
    weights: Array
    words: str
    doubt: str = ""
    assumed: bool = False


def check_claims(thesis: Thesis, scope: Scope, pull: Callable[[Mapping[str, str]], object]) -> None:
    """Check what claims ask and suppose against a system before anything is simulated; faults have a claim's place.

    `pull` reads levers, and raises `InputError` for one that the system does not know.
    """
    for claim in thesis.claims:
        asked = [] if claim.untested or claim.event is None else [claim.event]
        with _at(claim):
            for piece in (*asked, *map(parse_evidence, claim.given)):
                check(piece, scope)
            for levers in filter(None, (claim.set, claim.against)):
                pull(levers)


@contextmanager
def _at(claim: Claim) -> Iterator[None]:
    """Raise a fault in a claim with the claim's place."""
    try:
        yield
    except InputError as error:
        raise InputError(
            f"{claim.place}, {error.place.removeprefix('--')}", error.found, error.allowed, error.remedy
        ) from None


def judge_all(thesis: Thesis, grounds: Grounds) -> tuple[Verdict, ...]:
    """Verdicts on all claims of a thesis."""
    return tuple(judge(claim, grounds) for claim in thesis.claims)


def judge(claim: Claim, grounds: Grounds) -> Verdict:
    """The verdict on one claim; a fault in it is raised with the claim's place."""
    if claim.untested:
        return _untestable(claim, f"cannot be tested: {claim.untested}")
    find = {"measure": _measured, "forecast": _forecast, "effect": _effect}[claim.kind]
    with _at(claim):
        found = find(claim, grounds)
    return _untestable(claim, found) if isinstance(found, str) else _verdict(claim, found)


def limits(claim: Claim) -> tuple[float, float]:
    """What a claim allows its value to be, from the least to the most."""
    if isinstance(claim.stated, tuple):
        return claim.stated
    least = float(np.nextafter(0.0, 1.0)) if claim.by is None else claim.by
    match claim.stated:
        case "higher":
            return least, np.inf
        case "lower":
            return -np.inf, -least
        case "no difference":
            margin = NO_DIFFERENCE if claim.by is None else claim.by
            return -margin, margin
        case _:
            return band(str(claim.stated), claim.place)


def _verdict(claim: Claim, found: _Found) -> Verdict:
    low, high = limits(claim)
    sides = found.values < low, found.values > high, (found.values >= low) & (found.values <= high)
    below, above, inside = (float(np.average(side, weights=found.weights)) for side in sides)
    plain = "holds" if inside >= HOLDS else "fails" if inside <= FAILS else "unclear"
    doubtful = bool(found.doubt) or found.assumed
    why = _why(claim, found, inside, plain)
    figures = (found.value, found.low, found.high, inside, below, above)
    verdict = "unclear" if doubtful else plain
    return Verdict(claim.id, claim.kind, claim.text, _stated(claim), *figures, verdict, why, found.assumed)


def _why(claim: Claim, found: _Found, inside: float, plain: str) -> str:
    parts = (
        [f"assumed: less than half of this effect rests on history (by itself it {_reads(plain)})"]
        if found.assumed
        else []
    )
    parts += [part for part in (found.doubt, found.words) if part]
    parts.append(f"{inside:.0%} of the parameter draws lie inside what is stated")
    return "; ".join(parts) + _hinge(claim)


def _reads(plain: str) -> str:
    return "would be unclear" if plain == "unclear" else f"would read: {plain}"


def _hinge(claim: Claim) -> str:
    return f"; hinges on: {claim.hinges_on}" if claim.hinges_on else ""


def _untestable(claim: Claim, why: str) -> Verdict:
    nothing = (None,) * 6
    return Verdict(claim.id, claim.kind, claim.text, _stated(claim), *nothing, "unclear", why + _hinge(claim))


def _stated(claim: Claim) -> str | list[float | None] | None:
    if isinstance(claim.stated, tuple):
        return [end if np.isfinite(end) else None for end in claim.stated]
    return f"{claim.stated} by {claim.by:g}" if claim.by is not None else claim.stated


def _forecast(claim: Claim, grounds: Grounds) -> _Found:
    assert claim.event is not None  # a forecast without one is refused when the thesis is read
    ensemble = grounds.simulate(claim.set, claim.given)
    share = spread(evaluate(claim.event, ensemble), ensemble)
    left = ensemble.effective_members
    doubt = "" if left >= ENOUGH else f"only {left:.0f} effective members agree with what is given"
    said = f"found: {words(share.mean)} ({share.mean:.0%})"
    return _Found(share.mean, *interval(share), settled_shares(share), share.draws.weights, said, doubt)


def _effect(claim: Claim, grounds: Grounds) -> _Found:
    with_it, without = (grounds.simulate(levers, ()) for levers in (claim.set, claim.against))
    difference = _outcome(claim, with_it) - _outcome(claim, without)
    draws = by_draw(difference, without)
    values = settled(draws, without.effective_members)
    found = effect(draws, without.effective_members)
    history = grounds.from_history(claim.set, claim.against)
    said = f"found: {found.mean:+.3g} between the scenarios"
    return _Found(*found, values, draws.weights, said, assumed=history is None or history < 0.5)


def _outcome(claim: Claim, ensemble: Ensemble) -> Array:
    if claim.event is not None:
        return evaluate(claim.event, ensemble).astype(float)
    reading = _checked(claim.reading, ensemble)
    year = ensemble.years.index(reading.year or ensemble.years[-1])
    return ensemble.of(canonical(reading.variable), *reading.states)[:, year]


def _checked(reading: Reading | None, ensemble: Ensemble) -> Reading:
    assert reading is not None  # an effect has an event or a quantity
    check(Timed(Comparison(reading, "<", reading)), ensemble)
    return reading


def _measured(claim: Claim, grounds: Grounds) -> _Found | str:
    if claim.responses is not None:
        count = grounds.counted(claim.responses)
        if count is None:
            return "cannot be tested: no responses are coded of this system"
        return _known(np.array([float(count)]), f"found: {count} coded, a selection from the press and no census")
    reading = claim.reading
    assert reading is not None and reading.year is not None  # noqa: PT018  (a measure has a quantity with its year)
    now = grounds.measured(reading, reading.year)
    then = np.zeros(1) if claim.since is None else grounds.measured(reading, claim.since)
    for year, values in ((reading.year, now), (claim.since, then)):
        if not len(values):
            return f"cannot be tested: there is no value of {reading.variable}({', '.join(reading.states)}) in {year}"
    return _known(now - then, f"found: {float(np.mean(now - then)):.3g}")


def _known(values: Array, said: str) -> _Found:
    weights = np.full(len(values), 1 / len(values))
    low, high = quantiles(values, weights, (0.05, 0.95))
    return _Found(float(values.mean()), low, high, values, weights, said)
