"""The variables that the project speaks of: one name, unit and meaning each."""

from __future__ import annotations

from dataclasses import dataclass

from moorings.core.errors import check_name


@dataclass(frozen=True)
class Variable:
    """A quantity of a state (of an ally: towards its patron) in a year.

    Attributes
    ----------
    name, unit, meaning
        As printed.
    low, high
        Range of possible values.
    paired
        True where the quantity belongs to an ordered pair of states.
    """

    name: str
    unit: str
    meaning: str
    low: float = float("-inf")
    high: float = float("inf")
    paired: bool = False


DEFENCE = 3
"""Obligation or tie of two states of which one at least owes the other defence."""
NOTICEABLE, MARKED = 1.0, 2.0
"""Drift that is called noticeable, and marked, in standard deviations of ten-year drift (`tether/1`)."""
POSITIONS = ("ideal_point_all", "ideal_point_legacy")
"""Positions in other sets of UN votes, of the same year and people as `ideal_point`."""
POSITION_ERROR, POSITION_ASIDE = "ideal_point_error", "ideal_point_aside"
"""How sure the source is of `ideal_point`, and what the other sets of votes say beyond it."""
RUNGS = ("none", "exploring", "pursuing", "possessing")
PURSUING = RUNGS.index("pursuing")
"""Rung from which on a rival is a nuclear one: it works on weapons, or has them."""

_ALL = (
    Variable("gdp", "constant 2021 international $", "real gross domestic product", 0.0),
    Variable("burden", "share of GDP", "military spending", 0.0, 1.0),
    Variable("troops", "persons", "patron's troops stationed (September reports)", 0.0),
    Variable("ideal_point", "UN ideal point", "position in UN foreign-policy votes"),
    Variable("alignment_distance", "UN ideal points", "distance to the patron in UN votes", 0.0),
    Variable("arms_dependence", "share of arms imports", "patron's share, this year and the four before", 0.0, 1.0),
    Variable(
        "partners",
        "states",
        "other states than the patron with a defence or consultation duty, or a tie of 2 or more",
        0.0,
    ),
    Variable("nuclear_rung", "rung 0 to 3", "none, exploring, pursuing, possessing nuclear weapons", 0.0, 3.0),
    Variable("obligation", "level 0 to 3", "what the patron owes by treaty: 3 defence, 1 consultation", 0.0, 3.0),
    Variable("commitment", "standard deviations", "latent commitment of the patron, estimated from signals"),
    Variable(
        "reliability",
        "probability",
        "that the patron takes the ally's side in a dispute with use of force (a lower bound of help)",
        0.0,
        1.0,
    ),
    Variable(
        "credence", "probability", "that the patron takes its side in such a dispute, as the ally believes", 0.0, 1.0
    ),
    Variable(
        "threat", "log constant 2021 international $", "adversaries' spending, weighted by nearness and hostility"
    ),
    Variable("gap", "log ratio", "threat less own, credible patron's and partners' power"),
    Variable("tether", "standard deviations", "how tightly the ally is tied, minus the mean of the strands (tether/1)"),
    Variable("drift", "standard deviations", "fall of the tether since `from`, by the ally's own acts (tether/1)"),
    Variable(
        "strands_moved",
        "strands",
        "strands of drift that moved by one standard deviation or more since `from`",
        0.0,
        6.0,
    ),
    Variable("withdrawal", "standard deviations", "fall of the patron's own contribution since `from`"),
    Variable("autonomy", "standard deviations", "rise of the ally's own military burden since `from`"),
    Variable("tie", "strength 0 to 3", "security tie of two states", 0.0, 3.0, paired=True),
)
VARIABLES = {variable.name: variable for variable in _ALL}
ALIASES = {"nuclear": "nuclear_rung"}


def variable(name: str, place: str = "variable") -> Variable:
    """The variable called `name` (or by an alias); `InputError` names the nearest one if there is none."""
    return VARIABLES[check_name(place, ALIASES.get(name, name), [*VARIABLES, *ALIASES])]
