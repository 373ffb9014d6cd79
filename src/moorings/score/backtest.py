"""Rolling origins: forecast from each year with what was known then, and score when all origins are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from moorings.core.digest import file_digest, record_digest
from moorings.core.errors import InputError, MooringsError, check_name
from moorings.core.places import replacing
from moorings.score.cells import SCORES, Cell, pit_rows, reliability_rows, rows, tallies
from moorings.score.joint import joint_rows, kept
from moorings.score.metrics import Array, to_quantiles
from moorings.score.outcomes import Outcome
from moorings.score.pool import POOL, STRUCTURAL, pooled
from moorings.score.record import Record, tally_frame

if TYPE_CHECKING:
    import polars as pl

_CODE = ("backtest", "baselines", "boosting", "hazards", "history", "joint", "metrics", "outcomes", "volatility")
SEPARATOR = "|"


@dataclass(frozen=True)
class Prediction:
    """What a model says from one origin.

    Attributes
    ----------
    quantities
        (outcome, horizon) -> members [member, unit] on the outcome's scale, `horizon` years after the origin.
    probabilities
        (outcome, horizon) -> probability of the event [unit] within the horizon.
    weights
        Of the members, sum 1; equal if missing.
    """

    quantities: Mapping[tuple[str, int], Array]
    probabilities: Mapping[tuple[str, int], Array]
    weights: Array | None = None


@dataclass(frozen=True)
class Forecaster:
    """A model under test.

    Attributes
    ----------
    digest
        Origin -> digest of all that its forecast depends on: data up to the origin, code, settings.
    predict
        Origin -> variant (such as `structural`, `pool`, `coupled`) -> prediction.
    """

    digest: Callable[[int], str]
    predict: Callable[[int], Mapping[str, Prediction]]


@dataclass(frozen=True)
class Plan:
    """A back-test.

    Attributes
    ----------
    outcomes, origins, horizons
        What is forecast, from when, how far ahead.
    forecaster
        By whom; by baselines alone if None.
    notes, data
        What a reader has to know; names and digests of the data.
    wanted_outcomes, wanted_horizons
        The part that is scored; all where none is named.
    """

    outcomes: tuple[Outcome, ...]
    origins: tuple[int, ...]
    horizons: tuple[int, ...]
    forecaster: Forecaster | None = None
    notes: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    wanted_outcomes: tuple[str, ...] = ()
    wanted_horizons: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for outcome in self.outcomes:
            for origin in self.origins:
                outcome.history.row(origin)
            for horizon in self.horizons:
                outcome.history.window(horizon)
        if not (self.outcomes and self.origins and self.horizons):
            raise InputError("back-test", "nothing to do", "an outcome, an origin and a horizon at least")

    def only(self, outcomes: Sequence[str], horizons: Sequence[int]) -> Plan:
        """The same plan, of which only these outcomes and horizons are scored; unknown ones raise `InputError`."""
        names = tuple(check_name("--outcome", name, [outcome.name for outcome in self.outcomes]) for name in outcomes)
        steps = tuple(int(check_name("--horizon", str(h), map(str, self.horizons))) for h in horizons)
        return replace(self, wanted_outcomes=names, wanted_horizons=steps)

    @property
    def scored(self) -> tuple[Outcome, ...]:
        """Outcomes that are scored."""
        return tuple(o for o in self.outcomes if not self.wanted_outcomes or o.name in self.wanted_outcomes)

    @property
    def steps(self) -> tuple[int, ...]:
        """Horizons that are scored."""
        return tuple(h for h in self.horizons if not self.wanted_horizons or h in self.wanted_horizons)


Say = Callable[[str], None]


def run(plan: Plan, cache: Path, say: Say = lambda line: None) -> tuple[Record, pl.DataFrame]:
    """Run a back-test, or go on with one that was interrupted.

    Parameters
    ----------
    plan
        What to do.
    cache
        Folder in which each origin's forecasts are kept by the digest of their inputs.
    say
        Called with a line of progress.

    Returns
    -------
    The record and the table of tallies; made only when every origin is done.
    """
    done: dict[int, dict[str, Array]] = {}
    inputs: dict[str, str] = {}
    clock = _Clock(len(plan.origins))
    for origin in plan.origins:
        forecasts, digests, reused = _origin(plan, origin, cache)
        done[origin] = forecasts
        inputs[str(origin)] = record_digest(digests)
        say(f"origin {origin} {'read from the cache' if reused else 'done'}{clock.after(reused)}")
    return _assemble(plan, done, {"data": dict(plan.data), "inputs": inputs, "code": _code()})


class _Clock:
    """Estimates the time left from the origins that had to be computed."""

    def __init__(self, total: int) -> None:
        self.left, self.computed, self.spent, self.last = total, 0, 0.0, time.monotonic()

    def after(self, reused: bool) -> str:
        now = time.monotonic()
        self.left -= 1
        if not reused:
            self.computed += 1
            self.spent += now - self.last
        self.last = now
        if not (self.left and self.computed):
            return f", {self.left} to go"
        return f", {self.left} to go, about {self.left * self.spent / self.computed / 60:.0f} min"


def _code() -> str:
    folder = Path(__file__).parent
    return record_digest([file_digest(folder / f"{name}.py") for name in _CODE])


def _origin(plan: Plan, origin: int, cache: Path) -> tuple[dict[str, Array], list[str], bool]:
    """All forecasts from one origin, the digests of their inputs, and whether all came from the cache."""
    forecasts: dict[str, Array] = {}
    digests, reused = [], True
    for stem, inputs, compute in _jobs(plan, origin):
        digest = record_digest([_code(), origin, list(plan.horizons), inputs])
        path = cache / f"{origin}-{stem}-{digest[:16]}.npz"
        fresh = not path.is_file()
        if fresh:
            _save(path, compute())
        with np.load(path) as file:
            forecasts |= {key: file[key].astype(float) for key in file.files}
        digests.append(digest)
        reused &= not fresh
    return forecasts, digests, reused


def _jobs(plan: Plan, origin: int) -> list[tuple[str, Any, Callable[[], dict[str, Array]]]]:
    """Name, inputs and computation of each file of an origin: one per outcome's baselines, one of the model."""
    jobs: list[tuple[str, Any, Callable[[], dict[str, Array]]]] = [
        (
            f"baselines-{outcome.name.replace(' ', '-')}",
            [outcome.known_at(origin), [repr(baseline) for baseline in (*outcome.rivals, *outcome.partners)]],
            lambda outcome=outcome: _baselines(outcome, origin, plan.horizons),  # type: ignore[misc]
        )
        for outcome in plan.scored
    ]
    if plan.forecaster is None:
        return jobs
    forecaster = plan.forecaster
    inputs = [forecaster.digest(origin), [[outcome.name, outcome.units] for outcome in plan.outcomes]]
    return [*jobs, ("model", inputs, lambda: _model(plan, forecaster.predict(origin), origin))]


def _save(path: Path, arrays: Mapping[str, Array]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        small: dict[str, Any] = {key: array.astype(np.float32) for key, array in arrays.items()}
        np.savez_compressed(file, **small)


def _key(*parts: object) -> str:
    return SEPARATOR.join(str(part) for part in parts)


def _baselines(outcome: Outcome, origin: int, horizons: tuple[int, ...]) -> dict[str, Array]:
    return {
        _key(kind, outcome.name, horizon, baseline.name): forecast
        for kind, found in (("baseline", outcome.rivals), ("partner", outcome.partners))
        for baseline in found
        for horizon, forecast in baseline.fit(outcome.history).predict_all(origin, horizons).items()
    }


def _model(plan: Plan, predictions: Mapping[str, Prediction], origin: int) -> dict[str, Array]:
    """A model's predictions as they are kept: quantiles, members for the joint distribution, probabilities."""
    known = {(outcome.name, h): outcome for outcome in plan.outcomes for h in plan.horizons}
    found: dict[str, Array] = {}
    for variant, said in predictions.items():
        for (name, horizon), members in said.quantities.items():
            _check(known, (name, horizon), "continuous", members.shape[1:], origin)
            found[_key("model", name, horizon, variant)] = to_quantiles(members, said.weights)
            found[_key("joint", name, horizon, variant)] = kept(members, said.weights)
        for (name, horizon), probability in said.probabilities.items():
            _check(known, (name, horizon), "event", probability.shape, origin)
            found[_key("model", name, horizon, variant)] = probability
    return found


def _check(
    known: Mapping[tuple[str, int], Outcome], key: tuple[str, int], kind: str, shape: tuple[int, ...], origin: int
) -> None:
    outcome = known.get(key)
    if outcome is None or outcome.kind != kind or shape != (len(outcome.units),):
        expected = f"{outcome.kind} for {len(outcome.units)} units" if outcome else "none of the plan's outcomes"
        raise MooringsError(f"forecast of {key} from {origin}: {kind} for {shape} units, expected {expected}")


def _assemble(
    plan: Plan, done: Mapping[int, Mapping[str, Array]], digests: Mapping[str, Any]
) -> tuple[Record, pl.DataFrame]:
    found: dict[str, list[dict[str, Any]]] = {part: [] for part in ("rows", "joint", "pit", "reliability")}
    sums = []
    for outcome in plan.scored:
        for horizon in plan.steps:
            cell = _cell(plan, outcome, horizon, done)
            for score in SCORES[outcome.kind] if cell.origins else ():
                scored = tallies(cell, score)
                found["rows"] += rows(cell, score, scored)
                keys = {"outcome": outcome.name, "horizon": horizon, "score": score}
                sums.append((keys, cell.origins, outcome.clusters, scored))
            if cell.origins:
                found["pit"] += pit_rows(cell)
                found["reliability"] += reliability_rows(cell)
                found["joint"] += joint_rows(outcome, horizon, cell.origins, _stacked(cell, done, "joint"))
    parts = {part: tuple(rows_of) for part, rows_of in found.items()}
    record = Record(plan.origins, plan.steps, **parts, digests=digests, notes=plan.notes)
    return record, tally_frame(sums)


def _cell(plan: Plan, outcome: Outcome, horizon: int, done: Mapping[int, Mapping[str, Array]]) -> Cell:
    observed = {origin: outcome.observed(origin, horizon) for origin in plan.origins}
    origins = tuple(origin for origin in plan.origins if not np.isnan(observed[origin]).all())
    stacked = np.stack([observed[o] for o in origins]) if origins else np.empty((0, len(outcome.units)))
    empty = Cell(outcome, horizon, origins, stacked, {}, {})
    models, baselines, partners = (_stacked(empty, done, kind) for kind in ("model", "baseline", "partner"))
    if outcome.kind == "continuous" and STRUCTURAL in models:
        pool = pooled(outcome.name, models[STRUCTURAL], baselines | partners)
        models |= partners | ({} if pool is None else {POOL: pool})
    return Cell(outcome, horizon, origins, stacked, models, baselines)


def _stacked(cell: Cell, done: Mapping[int, Mapping[str, Array]], kind: str) -> dict[str, Array]:
    """Forecasts of one kind by name, origins stacked: [level or member, origin, unit] or [origin, unit]."""
    prefix = _key(kind, cell.outcome.name, cell.horizon, "")
    names = {key.removeprefix(prefix): None for o in cell.origins for key in done[o] if key.startswith(prefix)}
    return {name: np.stack([_of(done, o, prefix + name) for o in cell.origins], axis=-2) for name in names}


def _of(done: Mapping[int, Mapping[str, Array]], origin: int, key: str) -> Array:
    if key not in done[origin]:
        raise MooringsError(f"the forecast from {origin} lacks {key.replace(SEPARATOR, ', ')}, which others have")
    return done[origin][key]
