"""One year of the law: named phases in a visible order, each from state to state.

A phase takes ``(params, world, year)`` and the state, and gives the state back; `Year` carries the year's levers,
noise and a record of what happened. Learning, simulating and scoring all use these functions.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from moorings.core.variables import DEFENCE, PURSUING
from moorings.model import accession, arms, commitment, hazards, margins, threat
from moorings.model.pairs import among_all, befriending, facing, of_foes, padded
from moorings.model.shocks import MARGINS
from moorings.model.state import Array, Levers, Margin, Params, State, Step, World

BURDENS = (0.0001, 0.5)
"""Least and most military burden, share of GDP."""
TROOPS = (0.0, 3_600_000.0)
"""Least and most of the patron's troops in a country: 3.6 million is all that the United States had in 1952."""


class Year(NamedTuple):
    """A year's levers and noise: standard normals and uniforms by equation, [S], [P] or scalar.

    `innovations` and `course`, where they were made beforehand: no lever moves them. `course` has the quantities of
    the states that nothing moves, which stand last; the margins of the state are then those of the first ones alone.
    """

    levers: Levers
    noise: dict[str, Array]
    innovations: dict[str, Array] = {}  # noqa: RUF012 -- a tuple whose fields are never changed
    course: dict[str, Array] = {}  # noqa: RUF012


def power(world: World, state: State) -> Array:
    """Log military power, constant 2021 international $, [S]: GDP times burden, and an offset where assumed."""
    return state.gdp.y + state.burden.y + world.power_offset


def support_odds(params: Params, world: World, state: State, level: Array) -> Array:
    """Log-odds that the patron helps the pair's ally against its other state, at a level of commitment [S], [P]."""
    strength = power(world, state)
    features = {
        "commitment": world.at_first(level),
        "remote": world.at_first(world.remoteness),
        "weaker": world.at_second(strength) - world.at_first(strength),
    }
    return hazards.odds("support", params, features)


def believed_support(params: Params, world: World, state: State, level: Array) -> Array:
    """Probability that the patron helps, over an ally's adversaries by their share of the threat, [S]."""
    world, state = facing(world, state)
    odds = support_odds(params, world, state, level)
    weight = threat.weighed(world, power(world, state), state.rivalry, state.stock, jnp.zeros(()))
    total = world.to_first(weight)
    return (world.to_first(weight * jax.nn.sigmoid(odds)) + 1e-9) / (total + 2e-9)


def perceive(params: Params, world: World, state: State, year: Year) -> State:
    """Commitment walks; levers on signals lift it by the filter's gain; each ally's belief follows."""
    p, levers = params["commitment"], year.levers
    shared = year.noise["shared commitment"] + levers.style
    walked = commitment.walk(state.commitment, p["step"], p["common"], year.noise["commitment"], shared)
    surprise_troops = jnp.nan_to_num((state.troops.y - levers.troops_seen) / p["troops_sd"])
    kept = commitment.pact_signal(state.obligation) - commitment.pact_signal(levers.obligation_seen)
    surprise_pact = jnp.nan_to_num(kept / p["pact_sd"])
    lift = commitment.lifted(state.lift, p["gain_troops"], p["loading_troops"], surprise_troops)
    lift = lift + p["gain_pact"] * jnp.where(surprise_pact == 0, 0.0, surprise_pact - p["loading_pact"] * lift)
    belief = commitment.learn_from_signal(state.belief, walked + lift, p["rate"])
    return state._replace(commitment=walked, lift=lift * world.ally, belief=belief)


def threaten(params: Params, world: World, state: State, year: Year) -> State:
    """Adversaries' power, nearness and hostility make the threat; own, patron's and partners' power answer it."""
    strength = power(world, state)
    near, met = facing(world, state)
    threatened = threat.threat(near, strength, met.rivalry, met.stock, year.levers.hostility)
    backbone = state.backbone + year.levers.backbone
    promised = (
        commitment.trust(state.belief)
        * jnp.exp(jnp.sum(world.patron * strength, axis=0) + backbone)
        * world.region_share
    )
    beside, tied = befriending(world, state)
    gap = threat.gap(beside, threatened, strength, promised, (tied.tie, tied.rivalry))
    return state._replace(threat=threatened, gap=gap, backbone=backbone)


def standard_gap(params: Params, world: World, state: State) -> Array:
    """The gap of each ally in standard deviations of all allies' history, clipped; 0 for other states, [S]."""
    p = params["gap"]
    return world.ally * threat.standardised(state.gap, p["centre"], p["sd"])


def gap_since(params: Params, world: World, state: State) -> tuple[Array, Array]:
    """Where each ally's gap stood among the allies' at the start, and how it moved since then, each [S].

    Its elasticities were learnt from how an ally's gap moved otherwise than that of others: where it is at the start
    is part of what the ally is, and what all share, of the time.
    """
    standing = state.first_gap - world.ally * threat.common(state.first_gap, world.ally)
    return standing, standard_gap(params, world, state) - state.first_gap


def pulls(params: Params, world: World, state: State, year: Year) -> dict[str, Array]:
    """What gap, fellow allies, demand and commitment add to next year's expected quantities, each [S]."""
    _, gap = gap_since(params, world, state)
    asked = jnp.log(year.levers.demand) - state.burden.y
    demand = params["burden"]["demand"] * world.ally * jnp.nan_to_num(jnp.maximum(asked, 0.0))
    # fellows are those of the start: what binds treaty allies was not learnt from ties that a year brings
    burden, ideal = (margins.from_fellows(world.fellows, margin.y) for margin in (state.burden, state.ideal))
    return {
        "gdp": jnp.zeros_like(gap),
        "burden": margins.pull(params["burden"], gap, burden) + demand + year.levers.capability,
        "ideal": margins.pull(params["ideal"], gap, ideal),
        "troops": params["troops"]["lift"] * world.ally * state.lift,
        "arms": params["arms"]["gap"] * gap,
    }


MOVED = {"gdp": (), "burden": ("ally", "adversary"), "ideal": ("ally",), "troops": ("ally",)}
"""Whose quantities a pull or a lever may move; all others run their course."""


def overridden(value: Array, factor: Array, level: Array, before: Array) -> Array:
    """The drawn value, or the lever's: a factor on the member's own baseline (log scale), or a level."""
    value = jnp.where(jnp.isfinite(before), before + jnp.log(factor), value)
    return jnp.where(jnp.isfinite(level), level, value)


def troops_overridden(value: Array, levers: Levers) -> Array:
    """As `overridden`, for log(1 + persons)."""
    scaled = jnp.log1p(jnp.expm1(levers.troops_before) * levers.troops)
    value = jnp.where(jnp.isfinite(levers.troops_before), scaled, value)
    return jnp.where(jnp.isfinite(levers.troops_level), jnp.log1p(levers.troops_level), value)


def _moved(params: Params, name: str, world: World, margin: Margin, pull: Array, year: Year) -> Margin:
    """A margin a year on, of all states or, where the others run their course, of the first ones."""
    count = margin.mu.shape[0]
    margin, pull, levers = margin._replace(y=margin.y[:count]), pull[:count], _first(year.levers, count)
    foreseen = margins.ahead(params[name], margin, world.ally[:count], pull)
    value = margins.drawn(params[name], foreseen, year.innovations[name][:count])
    if name == "burden":
        value = overridden(value, levers.burden, jnp.log(levers.burden_level), levers.burden_before)
        value = jnp.clip(value, *jnp.log(jnp.asarray(BURDENS)))
    if name == "troops":
        value = jnp.clip(troops_overridden(value, levers), *jnp.log1p(jnp.asarray(TROOPS)))
    after = margins.advance(params[name], margin, pull, value)
    return after._replace(y=jnp.concatenate([after.y, year.course[name]])) if year.course else after


def _first(levers: Levers, count: int) -> Levers:
    """Levers on burden and troops of the first states."""
    names = [name for name in Levers._fields if name.startswith(("burden", "troops"))]
    return levers._replace(**{name: getattr(levers, name)[:count] for name in names})


def move_quantities(params: Params, world: World, state: State, year: Year) -> State:
    """GDP, burden, UN position, troops and arms; levers on them act here."""
    pull = pulls(params, world, state, year)
    moved = {name: _moved(params, name, world, getattr(state, name), pull[name], year) for name in MARGINS}
    volume, pulled, drawn = (x[: world.allied] for x in (world.arms_volume, pull["arms"], year.innovations["arms"]))
    contracts = arms.Contracts(world.kept, world.ordered, state.ahead)
    share = arms.moved(params, state.arms, volume, pulled, drawn, contracts)
    return state._replace(**moved, arms=arms.advance(state.arms, share), ahead=state.ahead + 1)


def pair_features(world: World, state: State) -> dict[str, Array]:
    """Features of the hazards of pairs, each [P]."""
    strength = power(world, state)
    ideal = jnp.nan_to_num(state.ideal.y)
    own = hazards.dyad_features(state.rivalry, world.distance, world.contiguous, state.quiet, state.stock)
    contrast = hazards.contrast_features(
        world.at_first(strength), world.at_second(strength), world.at_first(ideal), world.at_second(ideal)
    )
    tie = (state.tie >= 2).astype(strength.dtype)
    still = {name: getattr(world, name) for name in ("democracy", "peace", "thirds", "overlap")}
    made = own | contrast | still | {"tie": tie}
    return made | hazards.product_features(made)


def move_ties(params: Params, world: World, state: State, year: Year) -> tuple[State, dict[str, Array]]:
    """Ties form and end, allies make a separate peace, climb the nuclear ladder, obligations end."""
    gaps = gap_since(params, world, state)
    tie, formed, ended = _tie(params, world, state, gaps, year)
    noise, (near, met) = year.noise, facing(world, state)
    state = _join(params, world, state, year)
    state = _nuclear(params, world, state, year)
    state = _obligation(params, world, state, year)
    p = params["separate_peace"]
    peace_odds = p["intercept"] + p["rivalry"] * met.rivalry + near.at_first(hazards.of_gap(p, *gaps))
    made = of_foes(world, noise["separate_peace"]) < hazards.probability(peace_odds)
    peace = (near.hostile > 0) & (state.settled == 0) & made
    # a pact does not end a rivalry: of 25 that rivals made to 2014, one saw it end within the year
    thawed = (state.rivalry > 0) & (noise["rivalry_ends"] < params["rivalry_ends"]["rate"])
    state = state._replace(
        tie=jnp.concatenate([met.tie, tie]),
        rivalry=jnp.where(thawed, 0.0, state.rivalry),
        accommodation=state.accommodation + near.to_first(world.opposed * (1 - bound(near)) * peace),
        settled=jnp.maximum(state.settled, peace),
    )
    before = world.foes.shape[0]
    happened = {"new_pact": padded(formed, before, 0), "pact_ends": padded(ended, before, 0)}
    return state, happened | {"separate_peace": among_all(world, peace)}


def bound(world: World) -> Array:
    """1 for pairs that a pact of whatever kind binds at the start; one more is no step closer, [P]."""
    return jnp.maximum(world.consults, world.peace)


def pacts_with_opposed(world: World) -> Array:
    """Pacts at the start with adversaries that the patron opposes, [S]."""
    near = world._replace(first=of_foes(world, world.first))
    return near.to_first(world.opposed * of_foes(world, bound(world)))


def _tie(
    params: Params, world: World, state: State, gaps: tuple[Array, Array], year: Year
) -> tuple[Array, Array, Array]:
    """Next year's ties of the pairs without an adversary, and which of them formed and ended, each [P - F]."""
    near, met = befriending(world, state)
    features = pair_features(near, met)
    pulled = hazards.of_ally(params["new_tie"], *(near.at_first(gap) + near.at_second(gap) for gap in gaps))
    tie_odds = hazards.odds("new_tie", params, features) + pulled
    formed = (near.friendly > 0) & (met.tie < 2) & (year.innovations["new_tie"] < hazards.probability(tie_odds))
    end_odds = hazards.odds("tie_ends", params, features)
    ended = (near.friendly > 0) & (met.tie >= 2) & (year.innovations["tie_ends"] < hazards.probability(end_odds))
    tie = jnp.where(formed, 2.0, jnp.where(ended, 0.0, met.tie))
    # a tie that the patron endorses is one of two allies whom he protects, and stands in for no one
    protected = world.ally * (1 - world.unprotected)
    endorsed = near.friendly * near.at_first(protected) * near.at_second(protected)
    return jnp.maximum(tie, endorsed * year.levers.trilateral), formed, ended


def partners(world: World, state: State) -> Array:
    """States other than the patron with which each one has a tie of strength 2, or a duty to consult, [2, A].

    First all of them, then those whom the patron does not protect: they stand in for him.
    """
    world, state = befriending(world, state)
    tied = ((state.tie >= 2) | (world.consults > 0)) * world.friendly
    open_first, open_second = (at(world.unprotected).reshape(-1, 1) for at in (world.at_first, world.at_second))
    first, second = world.first[:, : world.allied], world.second[:, : world.allied]
    counted = jnp.stack([first + second, open_second * first + open_first * second])
    within = jnp.tensordot(counted, tied, axes=(1, 0))
    return jnp.maximum(within + world.elsewhere + state.joined, 0.0)


def _join(params: Params, world: World, state: State, year: Year) -> State:
    # accessions are those to treaties, and learnt from these alone
    bound = jnp.maximum(partners(world, state) - world.lesser, 0.0)
    order = year.innovations["accession"][: world.allied]
    net = accession.jump(params["accession"], bound, world.company, order)
    return state._replace(joined=state.joined + world.ally[: world.allied] * net)


def _nuclear(params: Params, world: World, state: State, year: Year) -> State:
    p, count = params["nuclear_up"], world.allied
    near, met = facing(world, state)
    beside, calm = befriending(world, state)
    armed = world.at_second(1.0 * (state.rung >= PURSUING)) * (state.rivalry > 0)
    rung, ally = state.rung[:count], world.ally[:count] > 0
    features = {
        "size": state.gdp.y[:count],
        "late": world.late,
        "stock": jnp.log1p((near.to_first(met.stock) + beside.to_first(calm.stock))[:count] + world.feuds),
        "exploring": (rung >= 1).astype(rung.dtype),
        "rival_armed": jnp.minimum(world.to_first(armed)[:count] + world.armed_elsewhere, 1.0),
    }
    standing, moved = gap_since(params, world, state)
    odds = hazards.odds("nuclear_up", params, features) + hazards.of_ally(p, standing[:count], moved[:count])
    up = (rung < 3) & (year.noise["nuclear_up"][:count] < hazards.probability(odds)) & ally
    down = (rung > 0) & (rung < 3) & (year.noise["nuclear_down"][:count] < params["nuclear_down"]["rate"]) & ally & ~up
    return state._replace(rung=jnp.concatenate([rung + up - down, state.rung[count:]]))


def _obligation(params: Params, world: World, state: State, year: Year) -> State:
    held = (state.obligation >= DEFENCE) & (world.ally > 0)
    odds = hazards.odds("obligation_ends", params, {"american": world.american, "thirds": world.embedded})
    ends = held & (year.noise["obligation_ends"] < hazards.probability(odds))
    own_act = ends & (year.noise["whose_act"] < params["obligation_ends"]["ally_share"])
    left = jnp.where(ends, 0.0, state.obligation)
    left = jnp.where(jnp.isfinite(year.levers.obligation), year.levers.obligation, left)
    return state._replace(obligation=left, refusals=state.refusals + own_act)


def respond(params: Params, world: World, state: State, year: Year) -> tuple[State, dict[str, Array]]:
    """One gap moves every response: ties, peace, the nuclear ladder, obligations; then quantities.

    Ties come first since they were learnt from how the two states stood when the year began.
    """
    state, moves = move_ties(params, world, state, year)
    return move_quantities(params, world, state, year), moves


def clash(params: Params, world: World, state: State, year: Year, begun: State) -> tuple[State, dict[str, Array]]:
    """Disputes with adversaries; one with use of force tests the guarantee, and the patron helps or does not.

    How likely they are was learnt from how the two states stood when the year began, in the state `begun`.
    """
    near, met = facing(world, begun)
    noise = {name: of_foes(world, year.noise[name]) for name in ("dispute", "force", "support")}
    crisis = of_foes(world, year.levers.crisis)
    features = pair_features(near, met)
    odds = hazards.odds("dispute", params, features)
    onset = noise["dispute"] < hazards.probability(odds + near.at_second(year.levers.hostility))
    forced = onset & (noise["force"] < hazards.probability(hazards.odds("force", params, features)))
    test = forced | (crisis != 0)
    level = state.commitment + state.lift
    helped = noise["support"] < hazards.probability(support_odds(params, near, met, level))
    helped = jnp.where(crisis != 0, crisis > 0, helped)
    stock, quiet = hazards.advance_dispute(state.stock, state.quiet, onset | test)
    none = jnp.zeros_like(state.calm_quiet)
    calm_stock, calm_quiet = hazards.advance_dispute(state.calm_stock, state.calm_quiet, none)
    state = state._replace(stock=stock, quiet=quiet, calm_stock=calm_stock, calm_quiet=calm_quiet)
    happened = {"dispute": test, "supported": test & helped, "abandoned": test & ~helped}
    return state, {name: among_all(world, flag) for name, flag in happened.items()}


def learn_from_it(params: Params, world: World, state: State, year: Year, happened: dict[str, Array]) -> State:
    """Support or abandonment moves the tested ally's belief and, discounted, every other ally's.

    No source says whether an ally asked for help. Where it is not known to have asked, what came teaches as far as the
    ally did not expect it: that the patron stays out of a routine dispute is no news.
    """
    p, (near, _) = params["test"], facing(world, state)
    supported, abandoned = (of_foes(world, happened[name]) for name in ("supported", "abandoned"))
    expected = hazards.probability(support_odds(params, near, state, state.belief))
    asked = of_foes(world, year.levers.crisis) != 0
    news_of_help, news_of_none = (jnp.where(asked, 1.0, news) for news in (1 - expected, expected))
    lesson = p["supported"] * news_of_help * supported - p["abandoned"] * news_of_none * abandoned
    own = jnp.clip(near.to_first(lesson), -p["abandoned"], p["supported"])
    others = jnp.sum(own, axis=0) - own
    return state._replace(belief=state.belief + world.ally * (own + p["travels"] * others))


PHASES = ("perceive", "threaten", "respond", "clash", "learn_from_it")
"""The order of events within a year."""


def step(params: Params, world: World, state: State, year: Year) -> Step:
    """The law: the state at the end of the next year, and what happened in it."""
    begun = state
    state = perceive(params, world, begun, year)
    state = threaten(params, world, state, year)
    state, moves = respond(params, world, state, year)
    state, clashes = clash(params, world, state, year, begun)
    happened = moves | clashes
    return Step(learn_from_it(params, world, state, year, happened), happened)
