"""State, world and levers: the arrays that the law of motion works on.

Axes: ``S`` states of a system, ``A`` those of them up to the last ally, which stand first, ``P`` pairs that matter
(ally with adversary, partner or ally), of which the ``F`` with an adversary stand first, ``Y`` years. One axis more, at
the end, may hold members: what all of them share has length 1 there (`of_members`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

Array = Any
"""An array of JAX while the law is traced, of NumPy where it reads a record; no one type names both."""
Params = dict[str, dict[str, Array]]
"""Equation -> parameter -> array; one draw of the posterior."""


class Margin(NamedTuple):
    """A continuous quantity of every state, each shape [S].

    Attributes
    ----------
    y
        The quantity, on the scale on which it is modelled.
    mu, slope
        Its permanent part and the slow drift of that.
    fast, slow
        Exponentially weighted mean squared yearly change, over about 3 and 10 years.
    seen
        Number of yearly changes behind them.
    usual
        Exponentially weighted mean of the quantity itself, over about 10 years.
    home
        Where it falls back to; missing where it goes its own way.
    blur
        Log of how large the source calls the error of `y`, against the usual one; 0 where it does not say.
    aside
        What other measurements of this year say beyond `y`; 0 where they say nothing.
    """

    y: Array
    mu: Array
    slope: Array
    fast: Array
    slow: Array
    seen: Array
    usual: Array
    home: Array
    blur: Array
    aside: Array


class State(NamedTuple):
    """Everything that moves, at the end of a year.

    Attributes
    ----------
    gdp, burden, ideal, troops
        Log constant international $, log share of GDP, UN ideal point, log(1 + persons).
    arms
        Patron's share of arms imports, the last 15 years, newest first, [15, A].
    ahead
        Years from the last one in which deliveries and orders are known to the next one, [A].
    commitment, lift, belief
        Latent commitment, what levers add to it, and the ally's estimate of their sum, [S].
    rung, obligation
        Nuclear rung and the patron's treaty obligation, each 0 to 3, [S].
    refusals, accommodation
        Acts of refusal since the start; pacts with adversaries that the patron opposes, [S].
    settled
        1 for a pair with an adversary that made a separate peace since the start, [F].
    joined
        Partners gained less lost by accessions since the start, beyond the ties of pairs, [2, A]: all; unprotected.
    tie, rivalry
        Tie strength 0 to 3, rivalry 0 or 1, [P].
    stock, quiet
        Decayed count of disputes and years without one, of the pairs with an adversary, [F].
    calm_stock, calm_quiet
        The same of all other pairs, [P - F]: none has a dispute in a simulation, so that every member has the same.
    backbone
        Log of what the patron devotes to the region, against the start, scalar.
    threat, gap
        As of this year, [S].
    first_gap
        Each ally's gap at the start, in standard deviations, [S].
    """

    gdp: Margin
    burden: Margin
    ideal: Margin
    troops: Margin
    arms: Array
    ahead: Array
    commitment: Array
    lift: Array
    belief: Array
    rung: Array
    obligation: Array
    refusals: Array
    accommodation: Array
    settled: Array
    joined: Array
    tie: Array
    rivalry: Array
    stock: Array
    quiet: Array
    calm_stock: Array
    calm_quiet: Array
    backbone: Array
    threat: Array
    gap: Array
    first_gap: Array


class World(NamedTuple):
    """What stays as it is during a simulation.

    Attributes
    ----------
    patron, ally, adversary
        Indicators, 0 or 1, [S].
    arms_volume
        Log of arms imports of five years, million TIV, [S].
    kept, ordered
        Arms delivered and on order when both were last known, [2, 5, A] and [2, A], as in `arms.Contracts`.
    power_offset
        Log of power over GDP times burden, for states whose burden is assumed, [S].
    first, second
        Incidence of a pair's two states, 0 or 1, [P, S]; the first one is an ally.
    foes
        1 for each of the pairs with an adversary, which stand first among all pairs, [F].
    opposed
        1 for those of them whose adversary the patron opposes: he is its rival, and no pact of his own binds him to it;
        as at the start, [F]. Accommodation with another one is no drift.
    hostile, friendly
        Pair with an adversary; pair with a partner or another ally, 0 or 1, [P].
    distance, contiguous, democracy
        Log(1 + km); land contact; product of the two states' polyarchy; each [P].
    nearness
        Weight of the second state's power at that distance, [P].
    consults, peace
        A duty to consult binds the pair, whatever its tie; a pact of non-aggression or neutrality does; 0 or 1, [P].
    thirds, overlap
        Log(1 + third states of the system with which both have a pact); their share among the pacts of the one that
        has fewer; as at the start, [P].
    embedded
        `thirds` of each state and the patron, [S].
    american, late
        1 if the patron is the United States, whose obligations end more seldom; 1 from `hazards.LATE` on. No era is
        foreseen: it stays as at the start.
    remoteness, unprotected
        Log(1 + km) from the patron; 1 for a state to which he has no obligation: a tie with it stands in for him; [S].
    region_share
        Share of its military power that the patron devotes to the region.
    lesser
        Partners at the start by lesser agreements than a treaty of defence or consultation, [2, A] as `joined`.
    elsewhere, together
        Partners outside of the system at the start, [2, A] as `joined`; root of how far allies share theirs, [S, S].
    fellows
        1 for two allies whom a pact of defence or consultation binds, as at the start, [S, S].
    company
        How many allies share an ally's partners, itself among them, each as far as it does, [A].
    feuds
        Stock of past disputes beyond those of the pairs that begin with the state, as at the start, [A].
    rivals_elsewhere
        Power of a state's rivals that are no adversaries of the system, as `threat.weighed`; as at the start, [S].
    armed_elsewhere
        1 if one of these pursues nuclear weapons or has them, [A].
    """

    patron: Array
    ally: Array
    adversary: Array
    arms_volume: Array
    kept: Array
    ordered: Array
    power_offset: Array
    first: Array
    second: Array
    foes: Array
    opposed: Array
    hostile: Array
    friendly: Array
    distance: Array
    nearness: Array
    contiguous: Array
    democracy: Array
    consults: Array
    peace: Array
    thirds: Array
    overlap: Array
    embedded: Array
    american: Array
    late: Array
    remoteness: Array
    unprotected: Array
    region_share: Array
    lesser: Array
    elsewhere: Array
    together: Array
    fellows: Array
    company: Array
    feuds: Array
    rivals_elsewhere: Array
    armed_elsewhere: Array

    @property
    def allied(self) -> int:
        """Number of states up to the last ally."""
        return int(self.company.shape[0])

    def at_first(self, values: Array) -> Array:
        """What each pair's first state has of `values` [S], [P]."""
        return values[self.first.argmax(axis=1)]

    def at_second(self, values: Array) -> Array:
        """What each pair's second state has of `values` [S], [P]."""
        return values[self.second.argmax(axis=1)]

    def to_first(self, values: Array) -> Array:
        """Sum of `values` [P] over the pairs whose first state each one is, [S]."""
        # no pair begins with one of the others
        of_allies = self.first[:, : self.allied].T @ values
        rest = jnp.zeros((self.first.shape[1] - self.allied, *of_allies.shape[1:]), of_allies.dtype)
        return jnp.concatenate([of_allies, rest])

    def to_second(self, values: Array) -> Array:
        """Sum of `values` [P] over the pairs whose second state each one is, [S]."""
        return self.second.T @ values


class Levers(NamedTuple):
    """Interventions of one year; missing values (NaN) and zeros mean: leave it alone.

    Attributes
    ----------
    troops, burden
        Factor on the member's own baseline path, [S]; `troops_level`, `burden_level` set a level instead.
    troops_before, burden_before
        The member's own baseline path of this year, on the scale of the margin, [S].
    troops_seen
        The member's own baseline troops of the year before, which is what its allies saw, [S].
    obligation, obligation_seen
        Level 0 to 3; the member's own baseline of the year before, [S].
    backbone, style, demand
        Growth of what the patron devotes; sd of its common commitment shock; spending asked for (share of GDP).
    capability, hostility
        Growth added to a state's military spending; added to log hostility, [S].
    crisis
        +1 supported, -1 abandoned in a test with this adversary, 0 none, [P].
    trilateral
        Least strength of ties among the allies that are endorsed by the patron.
    """

    troops: Array
    troops_level: Array
    troops_before: Array
    troops_seen: Array
    burden: Array
    burden_level: Array
    burden_before: Array
    obligation: Array
    obligation_seen: Array
    backbone: Array
    style: Array
    demand: Array
    capability: Array
    hostility: Array
    crisis: Array
    trilateral: Array


class Step(NamedTuple):
    """What a year's step hands on: the new state, and what happened in it (flags by pair, [P])."""

    state: State
    happened: dict[str, Any]
