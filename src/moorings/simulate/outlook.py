"""What is told of a state of the world, and of a member's years: quantities, strands, drift."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import pairs, phases, tether
from moorings.model.state import Array, Levers, Params, State, World
from moorings.simulate.coupling import PATRON, Shift, shifted
from moorings.systems.system import System


def outlook(params: Params, world: World, state: State, place: Array | None = None) -> dict[str, Array]:
    """What is reported of a state of the world, [S] each; with `place`, of that state of the system alone, scalars."""

    def of(value: Array) -> Array:
        return value if place is None else value[place]

    def of_allied(value: Array) -> Array:
        rest = jnp.zeros((len(world.ally) - world.allied, *value.shape[1:]))
        return of(value if place is not None else jnp.concatenate([value, rest]))

    facing = pairs.of_foes(world, world.first)
    first = facing if place is None else facing[:, place]
    hostile = world.opposed * pairs.of_foes(world, state.rivalry)
    partners = phases.partners(world, state)
    level = state.commitment + state.lift
    burden, patron = jnp.exp(of(state.burden.y)), jnp.sum(world.patron * state.ideal.y, axis=0)
    return {
        "gdp": jnp.exp(of(state.gdp.y)),
        "burden": burden,
        "troops": jnp.expm1(of(state.troops.y)),
        "ideal_point": of(state.ideal.y),
        "alignment_distance": jnp.abs(of(state.ideal.y) - patron),
        "arms_dependence": of_allied(state.arms[0]),
        "partners": of_allied(partners[0]),
        "substitutes": of_allied(partners[1]),
        "nuclear_rung": of(state.rung),
        "obligation": of(state.obligation),
        "commitment": of(level),
        "reliability": of(phases.believed_support(params, world, state, level)),
        "credence": of(phases.believed_support(params, world, state, state.belief)),
        "threat": of(state.threat),
        "gap": of(state.gap),
        "refusals": of(state.refusals),
        "accommodation": of(state.accommodation) - first.T @ hostile,
        "backbone": state.backbone + jnp.zeros_like(burden),
        PATRON: patron,
    }


ACTS = ("ideal_point", "arms_dependence", "substitutes", "nuclear_rung", "accommodation", "refusals")
"""What is seen of the acts that make the strands, in the order of `tether.Acts`."""


def _acts(seen: dict[str, Array], known: dict[str, Array]) -> tether.Acts:
    has = {"ideal_point": known["ideal"], "arms_dependence": known["arms"]}
    return tether.Acts(*(jnp.where(has[name], seen[name], jnp.nan) if name in has else seen[name] for name in ACTS))


def published(
    params: Params, known: dict[str, Array], seen: dict[str, Array], shift: Shift, levers: Levers
) -> dict[str, Array]:
    """What is told of a member: quantities with what coupling adds, and its drift of them.

    `seen` and `shift` are [year, S], or [year] for one state alone, as `levers` are from the second year on.
    """
    told = shifted(seen, shift, levers)
    patron = seen[PATRON][0] + shift[PATRON][0]
    return told | _drifts(params, patron, told, known)


def _drifts(params: Params, patron: Array, seen: dict[str, Array], known: dict[str, Array]) -> dict[str, Array]:
    """Tether, drift, withdrawal and autonomy against the first year, [year, S], and the strands [strand, year, S].

    `patron` is its ideal point in the first year.
    """
    acts = _acts(seen, known)
    first = tether.Acts(*(field[0] for field in acts))
    constants = tether.Constants(*(params["tether"][name] for name in tether.Constants._fields))
    raw = tether.changes(first, acts, patron)
    drift = tether.drift(raw, constants)
    held = seen | {"troops": jnp.log1p(seen["troops"])}
    left = tether.withdrawal(params["tether"], {name: held[name] - held[name][0] for name in tether.WITHDRAWAL})
    own = tether.autonomy(params["tether"], jnp.log(seen["burden"] / seen["burden"][0]))
    return {
        "drift": drift,
        "tether": tether.level(first, patron, constants) - drift,
        "strands_moved": jnp.sum(tether.standardised(raw, constants) >= 1.0, axis=0) * 1.0,
        "withdrawal": left,
        "autonomy": own,
        "strands": tether.contributions(raw, constants),
    }


def compared(
    params: dict[str, Any], system: System, now: dict[str, Any], then: dict[str, Any]
) -> dict[str, NDArray[np.float64]]:
    """Tether, drift, withdrawal and autonomy of one date against another, [member, S], with the strands' parts.

    `params` are the tether's, [draw, ...]; the constants are the same in every draw.
    """
    one = {name: value[0] for name, value in params.items()}
    constants = tether.Constants(*(one[name] for name in tether.Constants._fields))
    begin, end = (tether.Acts(*(seen[name] for name in ACTS)) for seen in (now, then))
    patron = now["ideal_point"][:, [system.states.index(system.patron)]]
    raw = tether.changes(begin, end, patron)
    drift = np.asarray(tether.drift(raw, constants))
    parts = np.asarray(tether.contributions(raw, constants))
    old, new = ({**seen, "troops": np.log1p(seen["troops"])} for seen in (now, then))
    left = tether.withdrawal(one, {name: new[name] - old[name] for name in tether.WITHDRAWAL})
    own = tether.autonomy(one, np.log(then["burden"] / now["burden"]))
    found = {"tether": np.asarray(tether.level(begin, patron, constants)) - drift, "drift": drift}
    found |= {"withdrawal": np.asarray(left), "autonomy": np.asarray(own)}
    return found | {f"strand_{name}": parts[k] for k, name in enumerate(tether.STRANDS)}
