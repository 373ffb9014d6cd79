"""From a system and its observed arrays to the law's world and to where a simulation starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.core.variables import DEFENCE, POSITION_ASIDE
from moorings.data.arrays import Arrays
from moorings.model.accession import overlap, root
from moorings.model.arms import UNKNOWN, WINDOW, Contracts, kept
from moorings.model.hazards import LATE, advance_dispute, calm_before, common_features
from moorings.model.margins import History, blurred
from moorings.model.state import Array, World
from moorings.model.threat import nearness
from moorings.simulate.assumptions import DEFAULT_SHARE, assumed, assumed_number
from moorings.systems.system import REGION_SHARE, System

Floats = NDArray[np.float64]
CARRIED_YEARS = 8
"""How many years before the start a series may end and still be carried to it."""
NO_POWER = -50.0
PARTNERS, IN_COMMON = ("partners_elsewhere", "substitutes_elsewhere"), "shared_partners"
RIVALS = ("rivals_elsewhere", "armed_rivals_elsewhere")


class Start(NamedTuple):
    """What was seen up to the start; the law carries each series from its own last value.

    Attributes
    ----------
    gdp, burden, ideal, troops
        Histories, [year, S].
    arms_before, arms_seen
        Shares up to `CARRIED_YEARS` before the start, newest first [15, S], and since then [year, S].
    ahead
        Years from the last one in which deliveries and orders are known to the first one that is drawn, [A].
    rung, obligation, tie, rivalry, stock, quiet
        As in the state, [S] or [P].
    """

    gdp: History
    burden: History
    ideal: History
    troops: History
    arms_before: Array
    arms_seen: Array
    ahead: Array
    rung: Array
    obligation: Array
    tie: Array
    rivalry: Array
    stock: Array
    quiet: Array


@dataclass(frozen=True)
class Scene:
    """A system made ready: its pairs, the law's world and start, and what was seen of each variable.

    Attributes
    ----------
    pairs
        (ally, other state), the order of the pair axis.
    known
        Variable -> whether a state has it, [S].
    last_seen
        State -> variable -> last year seen.
    """

    system: System
    pairs: tuple[tuple[str, str], ...]
    world: World
    start: Start
    known: dict[str, NDArray[np.bool_]]
    last_seen: dict[str, dict[str, int]]


LARGE, NEAR = 40, 1000.0
"""In a system of more states than `LARGE`, two allies are a pair only if they are tied or within `NEAR` km."""


def matter(system: System, arrays: Arrays) -> tuple[tuple[str, str], ...]:
    """The pairs that matter: each ally with the adversaries, then the partners, then the other allies; each once."""
    allies = system.allies
    among = [(a, b) for i, a in enumerate(allies) for b in allies[i + 1 :]]
    if len(system.states) > LARGE:
        tie, distance = (_latest(arrays.pair_year[name]) for name in ("tie", "distance"))
        place = {pair: _place(arrays, pair) for pair in among}
        among = [pair for pair in among if tie[place[pair]] > 0 or distance[place[pair]] < NEAR]
    others = (system.adversaries, system.partners)
    return (*((a, b) for group in others for a in allies for b in group), *among)


def set_scene(system: System, arrays: Arrays) -> Scene:
    """World and start of a system from its observations up to `system.start`."""
    pairs = matter(system, arrays)
    seen = _margins(system, arrays)
    known = {name: np.asarray(np.isfinite(values).any(axis=0)) for name, values in seen.items()}
    began, contracts = _began(arrays, pairs), _contracts(system, arrays)
    start = Start(
        **{name: _history(system, arrays, values, name) for name, values in seen.items() if name != "arms"},
        **_arms(seen["arms"]),
        ahead=contracts.ahead,
        **_ladder(system, arrays),
        **_relations(arrays, pairs, began),
    )
    world = _world(system, arrays, pairs, known, began, contracts)
    return Scene(system, pairs, world, start, known, _last_seen(system, arrays))


def _margins(system: System, arrays: Arrays) -> dict[str, Floats]:
    empty = np.full((len(arrays.years), len(arrays.states)), np.nan)
    towards = arrays.others.index(system.patron)
    troops = arrays.pair_year["troops"][:, :, towards]
    arms = arrays.pair_year["arms_dependence"][:, :, towards]
    with np.errstate(divide="ignore"):
        return {
            "gdp": np.log(arrays.state_year.get("gdp", empty)),
            "burden": np.log(arrays.state_year.get("burden", empty)),
            "ideal": arrays.state_year.get("ideal_point", empty),
            "troops": np.log1p(troops),
            "arms": arms,
        }


def _history(system: System, arrays: Arrays, values: Floats, name: str) -> History:
    years, states = values.shape
    values = np.where(np.isfinite(values), values, np.nan)
    # begins at the assumed level where carrying begins, and not before, or else the common drift would move it
    for state, (mean, _) in assumed(system, name).items():
        values[-1 - CARRIED_YEARS, system.states.index(state)] = np.log(mean)
    known = np.isfinite(values)
    first = np.where(known.any(axis=0), known.argmax(axis=0), years)
    value = np.where(first < years, values[np.minimum(first, years - 1), np.arange(states)], 0.0)
    last = np.where(known.any(axis=0), years - 1 - known[::-1].argmax(axis=0), years)
    index = np.arange(years)[:, None]
    carried = (index > last) & (index >= years - CARRIED_YEARS)
    ally = np.broadcast_to(_flag(system, system.allies), values.shape)
    own = _flag(system, (system.patron,))
    aside, error = arrays.told_of_positions() if name == "ideal" else (np.full_like(values, np.nan),) * 2
    # where the world stood in past years is not known to a system of some states: it stands where it does now
    told = (aside, blurred(error), np.full_like(values, np.nan))
    return History(*(jnp.asarray(x, dtype=jnp.float64) for x in (values, ally, first, value, carried, own, *told)))


def _arms(shares: Floats) -> dict[str, Array]:
    before = np.full((WINDOW, shares.shape[1]), np.nan)
    past = shares[:-CARRIED_YEARS][::-1][:WINDOW]
    before[: len(past)] = past
    # where nothing was seen at all, a harmless value stands in; such states never show a share
    before[0] = np.where(np.isfinite(before[0]), before[0], np.nan_to_num(np.nanmean(_padded(shares), axis=0)))
    return {"arms_before": jnp.asarray(before), "arms_seen": jnp.asarray(shares[-CARRIED_YEARS:])}


def _contracts(system: System, arrays: Arrays) -> Contracts:
    """What was delivered and on order in each ally's last year in which both are known."""
    allied = 1 + len(system.allies)
    delivered, ordered = (values[..., :allied] for values in arrays.contracts(system.patron))
    known = np.isfinite(ordered[:, 0])
    last, states = len(known) - 1 - known[::-1].argmax(axis=0), np.arange(allied)
    windows = kept(np.nan_to_num(delivered))[:, last, :, states]
    ahead = np.where(known.any(axis=0), len(known) - last, UNKNOWN)
    then = (windows.transpose(2, 1, 0), np.nan_to_num(ordered)[last, :, states].T, ahead)
    return Contracts(*(jnp.asarray(value, dtype=jnp.float64) for value in then))


def _padded(shares: Floats) -> Floats:
    return np.concatenate([shares, np.where(np.isfinite(shares).any(axis=0), np.nan, 0.0)[None]])


def _flag(system: System, members: tuple[str, ...]) -> Floats:
    return np.array([float(state in members) for state in system.states])


def _latest(values: Floats) -> Floats:
    """Last value seen along the year axis; missing where none was."""
    out = np.full(values.shape[1:], np.nan)
    for row in values:
        out = np.where(np.isfinite(row), row, out)
    return out


def _ladder(system: System, arrays: Arrays) -> dict[str, Array]:
    towards = arrays.others.index(system.patron)
    rung = _latest(arrays.state_year["nuclear_rung"])
    obligation = _latest(arrays.pair_year["obligation"][:, :, towards])
    return {"rung": jnp.nan_to_num(jnp.asarray(rung)), "obligation": jnp.nan_to_num(jnp.asarray(obligation))}


def _of_pairs(arrays: Arrays, pairs: tuple[tuple[str, str], ...], name: str) -> Floats:
    """A variable as [year, P]."""
    if name not in arrays.pair_year:
        return np.full((len(arrays.years), len(pairs)), np.nan)
    return np.stack([arrays.pair_year[name][:, *_place(arrays, pair)] for pair in pairs], axis=-1)


def _began(arrays: Arrays, pairs: tuple[tuple[str, str], ...]) -> Floats:
    """1 where a dispute of a pair began in the year, else 0, [year, P]; missing where no pair is known.

    Where only uses of force and crises are known, these; elsewhere a crisis that is no dispute is not remembered, as it
    was not when the hazards were learnt.
    """
    disputes, force = (_of_pairs(arrays, pairs, name) for name in ("disputes", "force"))
    began = np.where(np.isfinite(disputes), disputes, force)
    known = np.isfinite(began).any(axis=1, keepdims=True)
    return np.where(known, np.nan_to_num(began) > 0, np.nan)


def _relations(arrays: Arrays, pairs: tuple[tuple[str, str], ...], began: Floats) -> dict[str, Array]:
    stock, quiet = _memory(began, arrays.years[0])
    tie, rivalry = (_of_pairs(arrays, pairs, name) for name in ("tie", "rivalry"))
    return {
        "tie": jnp.asarray(np.nan_to_num(_latest(tie))),
        "rivalry": jnp.asarray(np.nan_to_num(_latest(rivalry))),
        "stock": stock,
        "quiet": quiet,
    }


def _memory(onsets: Floats, first: int) -> tuple[Array, Array]:
    """Stock and quiet years after disputes that began in each year from the `first` on, [year, ...].

    A year in which nothing is known, whose row is missing, is not one of peace: everything stays as it was.
    """
    none = jnp.zeros(onsets.shape[1:], dtype=jnp.float64)
    stock, quiet = none, none + calm_before(first)
    for onset in onsets[np.isfinite(onsets).all(axis=tuple(range(1, onsets.ndim)))]:
        stock, quiet = advance_dispute(stock, quiet, onset)
    return stock, quiet


def _feuds(arrays: Arrays, within: Floats) -> Array:
    """Stock of each state's disputes beyond those `within` its pairs [year, S]; none where the tables list none."""
    begun = np.nan_to_num(arrays.state_year.get("disputes_begun", within))
    return _memory(np.maximum(begun - within, 0.0), arrays.years[0])[0]


def _place(arrays: Arrays, pair: tuple[str, str]) -> tuple[int, int]:
    return arrays.states.index(pair[0]), arrays.others.index(pair[1])


def pacts(system: System, arrays: Arrays) -> Floats:
    """Pacts of defence or consultation among the system's states, the patron's included, 0 or 1, [S, S].

    What two states share with third ones outside of the system is not seen; a patron's allies are all in it.
    """
    bound = np.zeros((len(system.states), len(system.states)))
    for name, least in (("tie", 3), ("defence", 1), ("consult", 1), ("obligation", 1)):
        if name in arrays.pair_year:
            seen = np.nan_to_num(_latest(arrays.pair_year[name])) >= least
            bound = np.maximum(bound, np.maximum(seen, seen.T))
    return bound


def _fellows(system: System, arrays: Arrays) -> Floats:
    ally = _flag(system, system.allies)
    return pacts(system, arrays) * ally[:, None] * ally[None] * (1 - np.eye(len(ally)))


def _third_states(system: System, arrays: Arrays, ends: tuple[Floats, Floats]) -> dict[str, Array]:
    """What third states tie together, of pairs and of each state with the patron; it stays as at the start."""
    bound = pacts(system, arrays)
    common, held, patron = bound @ bound, bound.sum(axis=1), system.states.index(system.patron)
    first, second = ends
    both = common_features(np.einsum("pi,ij,pj->p", first, common, second), first @ held, second @ held)
    embedded = common_features(common[:, patron], held, held[patron])["thirds"]
    return both | {"embedded": embedded}


def _world(
    system: System,
    arrays: Arrays,
    pairs: tuple[tuple[str, str], ...],
    known: dict[str, NDArray[np.bool_]],
    began: Floats,
    contracts: Contracts,
) -> World:
    def incidence(end: int) -> Floats:
        return np.array([[float(state == pair[end]) for state in system.states] for pair in pairs])

    def static(name: str) -> Floats:
        return np.asarray(np.nan_to_num(_latest(_of_pairs(arrays, pairs, name))))

    spending = known["burden"] | (_flag(system, tuple(assumed(system, "burden"))) > 0)
    offset = np.where(known["gdp"] & spending, 0.0, NO_POWER)
    democracy = np.nan_to_num(_latest(arrays.state_year["polyarchy"]))
    first, second = incidence(0), incidence(1)
    protected = np.nan_to_num(_latest(arrays.pair_year["obligation"][:, :, arrays.others.index(system.patron)])) >= 1
    volume = np.log(np.maximum(np.nan_to_num(_latest(arrays.state_year["arms_imports"])), 10.0))
    agreed = (static("tie") >= 2) & (static("tie") < 3) & (static("defence") == 0) & (static("consult") == 0)
    agreed &= second @ _flag(system, system.adversaries) == 0
    far = _latest(arrays.pair_year["distance"][:, :, arrays.others.index(system.patron)])
    allied = 1 + len(system.allies)
    fields = {
        "patron": _flag(system, (system.patron,)),
        "ally": _flag(system, system.allies),
        "adversary": _flag(system, system.adversaries),
        "arms_volume": volume,
        "kept": contracts.kept,
        "ordered": contracts.ordered,
        "power_offset": offset,
        "first": first,
        "second": second,
        "hostile": second @ _flag(system, system.adversaries),
        "friendly": second @ (1 - _flag(system, system.adversaries)),
        "distance": np.log1p(static("distance")),
        "nearness": nearness(np.log1p(static("distance"))),
        "contiguous": (static("contiguity") == 1) * 1.0,
        "democracy": (first @ democracy) * (second @ democracy),
        "consults": static("consult"),
        "peace": np.maximum(static("nonagg"), static("neutral")),
        **_third_states(system, arrays, (first, second)),
        "american": np.asarray(float(system.patron == "USA")),
        "late": np.asarray(float(system.start >= LATE)),
        "remoteness": np.log1p(np.nan_to_num(far)),
        "unprotected": 1.0 - protected,
        "lesser": _lesser(agreed, (first, second), protected)[:, :allied],
        "elsewhere": _elsewhere(arrays, PARTNERS)[:, :allied],
        "together": root(_shared(system, arrays)),
        "fellows": _fellows(system, arrays),
        "company": _shared(system, arrays).sum(axis=1)[:allied],
        "feuds": _feuds(arrays, began @ first)[:allied],
        "rivals_elsewhere": _elsewhere(arrays, RIVALS)[0],
        "armed_elsewhere": _elsewhere(arrays, RIVALS)[1, :allied],
        "region_share": np.asarray((assumed_number(system, REGION_SHARE) or (DEFAULT_SHARE, 0.0))[0]),
    }
    fields["foes"] = fields["hostile"][: len(system.allies) * len(system.adversaries)]
    fields["opposed"] = np.tile(_opposed(system, arrays), len(system.allies))
    return World(**{name: jnp.asarray(value, dtype=jnp.float64) for name, value in fields.items()})


def _opposed(system: System, arrays: Arrays) -> Floats:
    """Adversaries whose rival the patron is and with whom no pact binds him, 0 or 1, [adversary]."""
    between = tuple((adversary, system.patron) for adversary in system.adversaries)
    names = ("rivalry", "tie", "consult", "nonagg", "neutral")
    seen = {name: np.nan_to_num(_latest(_of_pairs(arrays, between, name))) for name in names}
    bound = (seen["tie"] >= DEFENCE) | (seen["consult"] + seen["nonagg"] + seen["neutral"] > 0)
    return np.asarray(seen["rivalry"] * ~bound)


def _lesser(agreed: NDArray[np.bool_], ends: tuple[Floats, Floats], protected: NDArray[np.bool_]) -> Floats:
    """Partners by lesser agreements than treaties, [2, S], all and those unprotected; `agreed` are such pairs, [P]."""
    first, second = ends
    return np.stack(
        [
            (agreed * (second @ open_)) @ first + (agreed * (first @ open_)) @ second
            for open_ in (np.ones(first.shape[1]), ~protected * 1.0)
        ]
    )


def _elsewhere(arrays: Arrays, names: tuple[str, ...]) -> Floats:
    """What each state has outside of the system, [name, S]; nothing where the tables list nothing."""
    missing = np.full((1, len(arrays.states)), np.nan)
    seen = [_latest(arrays.state_year.get(name, missing)) for name in names]
    return np.nan_to_num(np.stack(seen))


def _shared(system: System, arrays: Arrays) -> Floats:
    """How far states share their partners, [S, S]: as observed, or else of those within the system."""
    if IN_COMMON in arrays.pair_year:
        shares = np.nan_to_num(_latest(arrays.pair_year[IN_COMMON]))
        np.fill_diagonal(shares, 1.0)
        return np.asarray(shares)
    pacts = np.zeros((len(system.states), len(system.states)))
    for name in ("defence", "consult"):
        if name in arrays.pair_year:
            pacts = np.maximum(pacts, np.nan_to_num(_latest(arrays.pair_year[name])))
    pacts[:, system.states.index(system.patron)] = 0.0
    return overlap(pacts)


def _last_seen(system: System, arrays: Arrays) -> dict[str, dict[str, int]]:
    # what other votes say is of its own year and not carried
    named = {name: arrays.last_seen(name) for name in arrays.state_year if name != POSITION_ASIDE}
    for name in ("troops", "arms_dependence", "obligation"):
        named[name] = arrays.last_seen_towards(name, system.patron)
    return {
        state: {name: years[state] for name, years in sorted(named.items()) if state in years}
        for state in system.states
    }
