"""The published distribution: members keep their ranks in the law and take their values from a pool of forecasts.

Where a quantity lies in the law's distribution of a year says where it lies in the pool's (ensemble copula coupling).
The map is made of a reference ensemble without levers. What it adds to a member's baseline it adds to the member's
scenarios too, so that a scenario differs from its baseline by what the law says.

References
----------
Schefzik, Thorarinsdottir and Gneiting (2013), doi:10.1214/13-STS443.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import phases, shocks
from moorings.model.state import Array, Levers, World

COUPLED = (*shocks.MARGINS, "distance", "arms")
"""Quantities with a pool: GDP, burden, UN ideal point, troops, each on the scale on which it is modelled, the distance
between the ideal points of ally and patron, and the patron's share of arms imports."""
PINS = ("troops", "troops_level", "troops_before", "burden_level")
"""Levers that set a coupled quantity."""
PATRON = "patron's ideal point"
Shift = dict[str, Array]
"""What coupling adds to each of `COUPLED`, [year, S] for one member, from the start's year on; to `PATRON`, [year]."""
LEVELS = 40
"""Quantiles of the map."""
SAME = 1e-9
"""Quantiles less apart coincide."""


class Coupling(NamedTuple):
    """The map from the law to the pool.

    Attributes
    ----------
    law
        Quantity -> quantiles of the law, [year, S, level].
    added
        Quantity -> what is added at each of them, [year, S, level].
    """

    law: dict[str, Array]
    added: dict[str, Array]


def uncoupled(years: int, states: int) -> Coupling:
    """The map that leaves the law as it is."""
    at = np.broadcast_to(np.arange(float(LEVELS)), (years, states, LEVELS))
    return Coupling(dict.fromkeys(COUPLED, at), dict.fromkeys(COUPLED, np.zeros_like(at)))


def couple(law: dict[str, NDArray[np.float64]], pool: dict[str, NDArray[np.float64]]) -> Coupling:
    """The map between quantiles of the same levels, [year, S, level]; nothing is added where the pool is missing."""
    return Coupling(law, {name: np.nan_to_num(pool[name] - law[name]) for name in COUPLED})


def shift_of(coupling: Coupling, world: World, seen: dict[str, Array], rank: Array) -> Shift:
    """What coupling adds to one member of a baseline, from what is seen of it.

    Linear between quantiles; beyond the outermost, what is added there, so that tails keep the law's shape. Where
    quantiles of the law coincide, as troops at 0 and shares of 1 do, the member stands among them at its `rank`, a
    uniform in (0, 1), [S], the same in all years.
    """
    at = modelled(seen)
    shift = {name: _of_years(at[name], coupling.law[name], coupling.added[name], rank) for name in COUPLED}
    # within bounds, so that what was added can be taken off again
    shift["troops"] = jnp.maximum(shift["troops"], -at["troops"])
    shift["distance"] = jnp.maximum(shift["distance"], -at["distance"])
    shift["arms"] = jnp.clip(shift["arms"], -at["arms"], 1 - at["arms"])
    least, most = jnp.log(jnp.asarray(phases.BURDENS))
    bounded = jnp.clip(shift["burden"], least - at["burden"], most - at["burden"])
    shift["burden"] = jnp.where(shift["burden"] == 0, 0.0, bounded)
    return shift | {PATRON: shift["ideal"] @ world.patron}


def _added(at: Array, law: Array, added: Array, rank: Array) -> Array:
    """What is added at one value, given the quantiles of its law, [level], and what is added at each."""
    below, upto = jnp.sum(law < at - SAME), jnp.sum(law <= at + SAME)
    place = jnp.clip(below + rank * (upto - below) - 0.5, below, upto - 1)
    among = jnp.interp(place, jnp.arange(law.shape[0]), added)
    return jnp.where(upto - below > 1, among, jnp.interp(at, law, added))


_of_years = jax.vmap(jax.vmap(_added), in_axes=(0, 0, 0, None))


def modelled(seen: dict[str, Array]) -> dict[str, Array]:
    """The coupled quantities of what is seen, on the scale on which they are modelled."""
    return {
        "gdp": jnp.log(seen["gdp"]),
        "burden": jnp.log(seen["burden"]),
        "ideal": seen["ideal_point"],
        "troops": jnp.log1p(seen["troops"]),
        "distance": seen["alignment_distance"],
        "arms": seen["arms_dependence"],
    }


def shifted(seen: dict[str, Array], shift: Shift, levers: Levers) -> dict[str, Array]:
    """What is published of what is seen in a member, [year, ...] from the start's year on; levers begin a year later.

    A level set by a lever stands as it is; a factor acts on the member's own published baseline.
    """
    calm = jnp.zeros((1, *shift["troops"].shape[1:]))
    level = jnp.concatenate([calm, jnp.isfinite(levers.burden_level)])
    burden = jnp.where(level > 0, seen["burden"], seen["burden"] * jnp.exp(shift["burden"]))
    troops = seen["troops"] + (1 + seen["troops"]) * jnp.expm1(shift["troops"])
    before = jnp.clip(levers.troops_before + shift["troops"][1:], *jnp.log1p(jnp.asarray(phases.TROOPS)))
    own = levers._replace(troops_before=before)
    set_troops = phases.troops_overridden(jnp.full_like(levers.troops_before, jnp.nan), own)
    set_troops = jnp.concatenate([calm + jnp.nan, set_troops])
    troops = jnp.where(jnp.isfinite(set_troops), jnp.expm1(set_troops), troops)
    return seen | {
        "gdp": seen["gdp"] * jnp.exp(shift["gdp"]),
        "burden": jnp.clip(burden, *phases.BURDENS),
        "ideal_point": seen["ideal_point"] + shift["ideal"],
        "alignment_distance": jnp.maximum(seen["alignment_distance"] + shift["distance"], 0.0),
        "arms_dependence": jnp.clip(seen["arms_dependence"] + shift["arms"], 0.0, 1.0),
        "troops": jnp.clip(troops, *phases.TROOPS),
    }
