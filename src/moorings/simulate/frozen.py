"""Frozen members: start and noise drawn once, so that another scenario costs only the years themselves.

The years are the engine's own (`unroll`); in single precision here, for pictures that follow a slider. What no lever
moves (the start, the noise, the innovations made of it) stays ready. Members are kept in chunks, on which a few threads
work at a time; a baseline and a scenario of the same frozen members share every draw.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from moorings.model import shocks
from moorings.model.state import Array, Levers, Params, World
from moorings.simulate.coupling import PATRON, PINS, Coupling, Shift, modelled, shift_of, uncoupled
from moorings.simulate.engine import THREADS, Paths, where_known
from moorings.simulate.levers import Lever, compile_levers
from moorings.simulate.members import FLAGS, Ready, drawn, moved, of_members, still, unroll
from moorings.simulate.noise import Names, name_counters, seed_word
from moorings.simulate.outlook import published
from moorings.simulate.start import CARRIED_YEARS, Scene

CHUNK = 250
"""Members replayed in one call."""
OWN = {"troops_before": "troops", "troops_seen": "troops", "burden_before": "burden", "obligation_seen": "obligation"}
"""Levers that refer to the member's own baseline, and to what of it."""
LATER = ("troops_before", "burden_before")
"""Those that refer to the year itself, and not to the one before."""

Values = dict[str, NDArray[Any]]


class Frozen:
    """Members of a scene made ready to be replayed under levers.

    Parameters
    ----------
    scene, params
        As for `simulate`.
    seed, end
        Which draws, and the last year.
    coupling
        From the law to the published distribution; None: the law as it is.
    """

    def __init__(self, scene: Scene, params: Params, seed: int, end: int, coupling: Coupling | None = None) -> None:
        start = scene.system.start
        self._scene, self._params = scene, params
        self.years = tuple(range(start, end + 1))
        carried = tuple(range(start - CARRIED_YEARS + 1, start + 1))
        counters = name_counters(carried + self.years[1:], scene.system.states, scene.pairs)
        self._names = Names(*(jnp.asarray(x) for x in (counters.states, counters.pairs, counters.system)))
        self._word = jnp.asarray(seed_word(seed))
        known = {name: jnp.asarray(flag) for name, flag in scene.known.items()}
        self._fixed = (_single(scene.world), known)
        self._coupling = _single(coupling or uncoupled(len(self.years), len(scene.system.states)))
        self._chunks: dict[int, Ready] = {}
        self._baselines: dict[int, tuple[dict[str, Array], Shift]] = {}
        self._compiled_for: set[tuple[tuple[str, ...], bool]] = set()
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(THREADS, "members")

    def replay(self, levers: Sequence[Lever], names: Sequence[str], members: int, state: str | None = None) -> Values:
        """What members see under levers: name -> [member, year, ...], for `names` only.

        `names` are variables of the engine, or event flags. With `state`, [member, year] of that state alone.
        """
        place = None if state is None else self._scene.system.states.index(state)
        work = partial(self._piece, tuple(sorted(names)), self._pulled(levers), place)
        chunks = range(-(-members // CHUNK))
        # the first one of its shape alone, or else each thread would compile it
        alone = 0 if (shape := (tuple(names), place is None)) in self._compiled_for else 1
        pieces = [work(chunk) for chunk in chunks[:alone]]
        self._compiled_for.add(shape)
        pieces += self._mapped(work, chunks[alone:])
        joined = {name: np.concatenate([piece[name] for piece in pieces])[:members] for name in pieces[0]}
        return {name: self._shown(name, value, place) for name, value in joined.items()}

    def _mapped(self, work: Callable[[int], Values], chunks: range) -> list[Values]:
        """The pieces of some chunks; few are handed out at a time, so that a shorter request soon has a turn."""
        pieces, out = [], deque[Future[Values]]()
        for chunk in chunks:
            # one more than there are threads, so that no thread waits for a slower one
            if len(out) > THREADS:
                pieces.append(out.popleft().result())
            out.append(self._threads.submit(work, chunk))
        return pieces + [piece.result() for piece in out]

    def _pulled(self, levers: Sequence[Lever]) -> Levers:
        """Levers in single precision."""
        return Levers(*(np.asarray(value, np.float32) for value in self._compiled(levers)))

    def _compiled(self, levers: Sequence[Lever]) -> Levers:
        """Levers [year, ...]; those of `OWN` say by not being missing where they refer to the member's baseline."""
        if not levers:
            return still(self._scene.world, len(self.years) - 1)
        level = np.ones((1, len(self.years), len(self._scene.system.states)))
        standing = Paths(self.years, np.zeros(1, dtype=np.int64), dict.fromkeys(OWN.values(), level), {}, level)
        found = compile_levers(list(levers), self._scene, standing)
        return found._replace(**{name: getattr(found, name)[0] for name in OWN})

    def _piece(self, names: tuple[str, ...], levers: Levers, place: int | None, chunk: int) -> Values:
        ready = self._ready(chunk)
        baseline = self._baseline(chunk)
        # nothing may widen to double precision, which costs twice the time
        with jax.enable_x64(False):
            where = None if place is None else jnp.asarray(place)
            seen = _replayed(names, ready, self._fixed, levers, *baseline, where)
            return {name: np.asarray(value) for name, value in seen.items()}

    def _ready(self, chunk: int) -> Ready:
        with self._lock:
            if chunk not in self._chunks:
                self._chunks[chunk] = self._drawn(chunk)
            return self._chunks[chunk]

    def _drawn(self, chunk: int) -> Ready:
        ids = np.arange(chunk * CHUNK, (chunk + 1) * CHUNK)
        own = {k: {name: v[ids % len(v)] for name, v in group.items()} for k, group in self._params.items()}
        world, start = self._scene.world, self._scene.start
        ready: Ready = _drawn(moved(world), own, world, start, self._names, self._word, ids.astype(np.uint32))
        single: Ready = _single(ready)
        return single

    def _baseline(self, chunk: int) -> tuple[dict[str, Array], Shift]:
        """What levers of `OWN` refer to, [year, S, member]; what coupling adds, [member, year, S]."""
        if chunk not in self._baselines:
            # members are drawn in double precision
            ready, plain = self._ready(chunk), self._pulled([])
            with jax.enable_x64(False):
                self._baselines[chunk] = _referred(ready, self._fixed[0], self._coupling, plain)
        return self._baselines[chunk]

    def _shown(self, name: str, value: NDArray[Any], place: int | None) -> NDArray[Any]:
        if name in FLAGS:
            return value
        if place is None:
            return where_known(self._scene, name, value)
        shown: NDArray[Any] = value + where_known(self._scene, name, np.zeros(len(self._scene.system.states)))[place]
        return shown


def _single(tree: Any) -> Any:
    return jax.tree.map(lambda x: jnp.asarray(x, jnp.float32) if jnp.asarray(x).dtype == jnp.float64 else x, tree)


_drawn = partial(jax.jit, static_argnums=0)(drawn)


@partial(jax.jit, static_argnums=0)
def _replayed(
    names: tuple[str, ...],
    ready: Ready,
    fixed: tuple[World, dict[str, Array]],
    levers: Levers,
    baseline: dict[str, Array],
    shift: Shift,
    place: Array | None,
) -> dict[str, Array]:
    """`names` of a chunk, [member, year, ...]; `baseline` is [year, S, member], `shift` [member, year, S]."""
    world, known = fixed
    own = {}
    for name, of in OWN.items():
        path = baseline[of][1:] if name in LATER else baseline[of][:-1]
        own[name] = jnp.where(jnp.isfinite(getattr(levers, name))[..., None], path, jnp.nan)

    def at(values: dict[str, Array]) -> dict[str, Array]:
        return {name: v if place is None or name == PATRON else v[..., place] for name, v in values.items()}

    def tell(params: Params, seen: dict[str, Array], own: dict[str, Array], shift: Shift) -> dict[str, Array]:
        pulled = levers._replace(**own)
        pins = pulled._replace(**at({name: getattr(pulled, name) for name in PINS}))
        told = published(params, at(known), seen, at(shift), pins)
        return {name: told[name] for name in names}

    seen = unroll(world, ready, of_members(levers, 1)._replace(**own), place)
    each: dict[str, Array] = jax.vmap(tell, in_axes=(-1, -1, -1, 0))(ready.params, seen, own, shift)
    return each


@jax.jit
def _referred(ready: Ready, world: World, coupling: Coupling, levers: Levers) -> tuple[dict[str, Array], Shift]:
    seen = unroll(world, ready, of_members(levers, 1))
    held = modelled(seen) | {"obligation": seen["obligation"]}

    def add(seen: dict[str, Array], rank: Array) -> Shift:
        return shift_of(coupling, world, seen, rank)

    shift: Shift = jax.vmap(add, in_axes=(-1, -1))(seen, ready.noise[shocks.RANK][0])
    return {name: held[name] for name in OWN.values()}, shift
