r"""What to watch: events of the next years ranked by what seeing them or not would tell about a question.

The expected information of a signpost :math:`s` about a question :math:`q` is their mutual information in bits,

.. math:: I = \sum_{s, q \in \{0, 1\}} P(s, q) \log_2 \frac{P(s, q)}{P(s) P(q)}.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from moorings.ask.events import evaluate
from moorings.ask.expressions import Comparison, Event, Named, Number, Predicate, Reading, Rung, Time, Timed
from moorings.ask.named import EVENTS, Truth
from moorings.ask.scope import Scope, scope_of
from moorings.core.variables import RUNGS
from moorings.simulate.ensemble import Array, Ensemble

LEVELS = (0.1, 0.25, 0.75, 0.9)
YEARS_AHEAD = 3
OBSERVED = {
    "gdp": "national accounts",
    "burden": "SIPRI military expenditure, each April",
    "troops": "DMDC September report",
    "ideal_point": "UN General Assembly votes (ideal points), each summer",
    "alignment_distance": "UN General Assembly votes (ideal points), each summer",
    "arms_dependence": "SIPRI arms transfers, each March",
    "partners": "the system's table of agreements",
    "obligation": "the system's table of agreements",
    "nuclear_rung": "government decisions and IAEA reports",
}
"""Variables that can be seen from outside, and where; estimated ones (commitment, credence, ...) are no signposts."""
_NAMED_SOURCES = {
    "noticeable_drift": "moorings measure",
    "marked_drift": "moorings measure",
    "troops_leave": "DMDC September reports, two years running",
    "dispute": "the system's table of threat events",
    "supported": "the system's table of patron signals",
    "abandoned": "the system's table of patron signals",
}


@dataclass(frozen=True)
class Signpost:
    """Something to watch.

    Attributes
    ----------
    signpost
        The event.
    by
        The year in which it is known.
    probability
        That it is seen.
    if_seen, if_not
        Probability of the question in either case.
    bits
        Expected information about the question.
    source
        Where one would see it.
    """

    signpost: str
    by: int
    probability: float
    if_seen: float
    if_not: float
    bits: float
    source: str


def signposts(ensemble: Ensemble, about: Event | str, *, limit: int = 15) -> list[Signpost]:
    """The most informative things to watch about a question, best first.

    Each variable or named event of the same states appears once, in its most informative form.

    Parameters
    ----------
    ensemble
        The members, with their weights.
    about
        The question.
    limit
        Rows at most.
    """
    question = evaluate(about, ensemble)
    events = list(candidates(ensemble))
    rows = rank(ensemble, events, question)
    best: dict[tuple[str, tuple[str, ...]], Signpost] = {}
    for event, row in sorted(zip(events, rows, strict=True), key=lambda pair: -pair[1].bits):
        if row.bits > 0:
            best.setdefault(_subject(event.predicate), row)
    return list(best.values())[:limit]


def rank(ensemble: Ensemble, events: Sequence[Timed], question: Truth) -> list[Signpost]:
    """What each of some events would tell about a question, in the order given."""
    seen = np.array([evaluate(event, ensemble) for event in events]).reshape(len(events), ensemble.members)
    weights = ensemble.weights / ensemble.weights.sum()
    p_seen, p_question = seen @ weights, float(weights[question].sum())
    both = seen @ (weights * question)
    bits = information(p_seen, p_question, both)
    with np.errstate(divide="ignore", invalid="ignore"):
        if_seen = np.where(p_seen > 0, both / p_seen, np.nan)
        if_not = np.where(p_seen < 1, (p_question - both) / (1 - p_seen), np.nan)
    p, seen_then, not_then = (np.clip(column, 0, 1).tolist() for column in (p_seen, if_seen, if_not))
    return [
        Signpost(
            str(event),
            _known(event, ensemble),
            p[i],
            seen_then[i],
            not_then[i],
            float(bits[i]),
            _source(event.predicate),
        )
        for i, event in enumerate(events)
    ]


def information(p_seen: Array, p_question: float, both: Array) -> Array:
    """Mutual information in bits of events with probabilities [event] and a question."""
    cells = np.stack([both, p_seen - both, p_question - both, 1 - p_seen - p_question + both])
    apart = np.stack(
        [
            p_seen * p_question,
            p_seen * (1 - p_question),
            (1 - p_seen) * p_question,
            (1 - p_seen) * (1 - p_question),
        ]
    )
    held = (cells > 1e-12) & (apart > 1e-12)
    ratio = np.where(held, cells, 1.0) / np.where(held, apart, 1.0)
    return np.asarray(np.maximum((np.where(held, cells, 0.0) * np.log2(ratio)).sum(axis=0), 0.0))


def candidates(ensemble: Ensemble) -> Iterator[Timed]:
    """What could be watched in the next one to three years: variables that cross a quantile, and named events."""
    scope = scope_of(ensemble)
    for year in range(scope.first + 1, min(scope.first + YEARS_AHEAD, scope.last) + 1):
        for variable in OBSERVED:
            for state in (*scope.allies, *scope.adversaries):
                yield from _crossings(variable, state, year, ensemble, scope)
        for named in _named(scope):
            lasting = named.name in ("noticeable_drift", "marked_drift")
            yield Timed(named, Time("in", year, year) if lasting else Time("by", None, year))


def _crossings(variable: str, state: str, year: int, ensemble: Ensemble, scope: Scope) -> Iterator[Timed]:
    if scope.valued is None or (variable, state) not in scope.valued:
        return
    values = ensemble.of(variable, state)[:, year - scope.first]
    reading, time = Reading(variable, (state,)), Time("in", year, year)
    if variable == "nuclear_rung":
        yield from (Timed(Comparison(reading, ">=", Rung(rung)), time) for rung in RUNGS[1:])
        return
    for level in sorted({_rounded(float(np.nanquantile(values, q))) for q in LEVELS}):
        yield Timed(Comparison(reading, ">=", _number(variable, level)), time)


def _rounded(value: float) -> float:
    """Two significant digits: a threshold that can be remembered."""
    return float(f"{value:.2g}")


def _number(variable: str, value: float) -> Number:
    percent = variable in ("burden", "arms_dependence")
    return Number(_rounded(value * 100), True) if percent else Number(value)


def _named(scope: Scope) -> Iterator[Named]:
    for event in EVENTS.values():
        match event.roles:
            case ("rated" | "host" as role,):
                yield from (Named(event.name, (state,)) for state in scope.choices(role))
            case ("ally",):
                yield from (Named(event.name, (state,)) for state in scope.allies)
            case ("ally", "adversary"):
                yield from (Named(event.name, (a, k)) for a in scope.allies for k in scope.adversaries)
            case _:
                yield from (Named(event.name, pair) for pair in _pairs(event.name, scope))


def _pairs(name: str, scope: Scope) -> Iterator[tuple[str, str]]:
    others = [state for state in scope.states if state not in (*scope.allies, *scope.adversaries, scope.patron)]
    yield from combinations(scope.allies, 2)
    yield from ((ally, other) for ally in scope.allies for other in others)
    if name == "pact_ends":
        yield from ((ally, scope.patron) for ally in scope.allies)


def _subject(predicate: Predicate) -> tuple[str, tuple[str, ...]]:
    if isinstance(predicate, Named):
        return predicate.name, predicate.states
    reading = predicate.left
    return (reading.variable, reading.states) if isinstance(reading, Reading) else (str(predicate), ())


def _source(predicate: Predicate) -> str:
    name, _ = _subject(predicate)
    return OBSERVED.get(name) or _NAMED_SOURCES.get(name, "the system's table of agreements")


def _known(event: Timed, ensemble: Ensemble) -> int:
    end = event.time.end if event.time is not None else None
    return ensemble.years[-1] if end is None else end
