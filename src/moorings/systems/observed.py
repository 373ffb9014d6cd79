"""The observed variables that a system's tables may hold: unit, range, and to whom they belong."""

from __future__ import annotations

from collections.abc import Iterable

from moorings.core.variables import POSITION_ASIDE, POSITION_ERROR, VARIABLES, Variable

_FLAG, _ONSETS = "0/1", "onsets"
_HALF_ROUND = 20_040.0  # km, half of the Earth's circumference


def _by_name(variables: Iterable[Variable]) -> dict[str, Variable]:
    return {variable.name: variable for variable in variables}


def _flag(name: str, meaning: str) -> Variable:
    return Variable(name, _FLAG, meaning, 0.0, 1.0, paired=True)


def _count(name: str, unit: str, meaning: str) -> Variable:
    return Variable(name, unit, meaning, 0.0, paired=True)


OF_STATES = _by_name(
    (
        *(VARIABLES[name] for name in ("gdp", "burden", "ideal_point", "nuclear_rung")),
        Variable(POSITION_ERROR, "UN ideal point", "half of the central 90 % interval of the position", 0.0),
        Variable(POSITION_ASIDE, "UN ideal point", "what other sets of UN votes say beyond the position"),
        Variable("population", "persons", "inhabitants", 0.0),
        Variable("polyarchy", "index 0 to 1", "electoral democracy", 0.0, 1.0),
        Variable("warheads", "warheads", "nuclear warheads, estimated", 0.0),
        Variable("latency", "plants operating", "enrichment and reprocessing plants, any scale", 0.0),
        Variable("partners_elsewhere", "states", "partners that the system does not hold", 0.0),
        Variable("substitutes_elsewhere", "states", "those of them whom the patron does not protect", 0.0),
        Variable("disputes_begun", "states", "states, in the system or not, with which a dispute began", 0.0),
        Variable(
            "rivals_elsewhere", "constant 2021 international $", "military power of rivals that the system lacks", 0.0
        ),
        Variable("armed_rivals_elsewhere", _FLAG, "one of these pursues nuclear weapons or has them", 0.0, 1.0),
        Variable("arms_imports", "TIV million", "this year and the four before, all suppliers", 0.0),
        Variable("arms_delivered", "TIV million", "arms delivered in the year, all suppliers", 0.0),
        Variable("arms_on_order", "TIV million", "arms ordered and not yet delivered, all suppliers", 0.0),
    )
)
OF_ALLIES = _by_name(
    (
        *(VARIABLES[name] for name in ("troops", "arms_dependence", "obligation")),
        _count("supplier_delivered", "TIV million", "arms the patron delivered in the year"),
        _count("supplier_on_order", "TIV million", "arms ordered of the patron and not yet delivered"),
        _flag("signal_nukes", "the patron's nuclear weapons stationed"),
        _flag("signal_visits", "visit by the patron's leader"),
        _count("signal_words", "statements", "supportive statements of the patron's leader"),
        _flag("signal_exercises", "joint exercises"),
        _flag("signal_pact", "defence pact"),
        _count("signal_troops", "persons", "the patron's troops stationed"),
        _count("signal_arms", "TIV million", "arms delivered in the year"),
        _count("signal_aid", "US$", "economic aid of the patron"),
    )
)
OF_PAIRS = _by_name(
    (
        VARIABLES["tie"],
        Variable("distance", "km", "smallest distance of two territories", 0.0, _HALF_ROUND, paired=True),
        Variable("contiguity", "0 none, 1 land to 5", "2 to 5: 12, 24, 150, 400 miles of water", 0.0, 5.0, paired=True),
        _flag("rivalry", "strategic rivals"),
        _flag("defence", "either owes the other defence"),
        _flag("consult", "either owes the other consultation"),
        _flag("nonagg", "non-aggression"),
        _flag("neutral", "either owes the other neutrality"),
        Variable("shared_partners", "share", "partners in common, of all that either has", 0.0, 1.0, paired=True),
        _count("disputes", _ONSETS, "militarised disputes that began between the two"),
        _count("force", _ONSETS, "those with use of force, or crises between the two"),
    )
)
NEEDED = ("nuclear_rung", "polyarchy", "arms_imports", "troops", "arms_dependence", "obligation", "distance")
"""Variables without any row of which no system can be opened; of all others, what has no row is missing."""
OBSERVED = OF_STATES | OF_ALLIES | OF_PAIRS
