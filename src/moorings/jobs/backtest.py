"""The record: rolling origins against baselines, made anew or read as shipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moorings.core.errors import MooringsError
from moorings.core.places import home
from moorings.data.panel import panel_status, tell
from moorings.score.backtest import Forecaster, Plan, run
from moorings.score.record import JSON_NAME, Record, read_record, write_record

if TYPE_CHECKING:
    from moorings.learn.assemble import Material
    from moorings.score.outcomes import Outcome

PATRON = "USA"
HORIZONS = (1, 3, 5, 10)
FIRST_ORIGIN, STEP = 1970, 3
FEWEST_STATES = 100
"""States whose military burden a year needs to be scored: with fewer, only some region has data."""
NOTES = (
    "Forms were chosen on data to 2014; only later years are clean.",
    "The best baseline of a cell is chosen after the fact, which is hard on the model.",
    "Sources are as they stand today and not as they stood at the origin.",
    "Intervals are the wider of the bootstraps by state and by origin; overlapping windows make them too narrow.",
)


@dataclass(frozen=True)
class Backtest:
    """Answer of `backtest`.

    Attributes
    ----------
    record
        The part that was asked for.
    folder
        Where the whole record stands; None for a run of a part, which is not kept as a record.
    """

    record: Record
    folder: Path | None

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        return self.record.to_json()


def shipped_folder() -> Path:
    """Folder of the record that ships with the code."""
    return Path(str(resources.files("moorings.score").joinpath("shipped")))


def own_folder() -> Path:
    """Folder of the record that one makes oneself."""
    return home() / "backtest"


def backtest(
    outcome: Sequence[str] = (),
    horizon: Sequence[int] = (),
    forecaster: Callable[[Material], Forecaster] | None = None,
    extra: Callable[[Material], Sequence[Outcome]] | None = None,
    progress: Callable[[str], None] = tell,
    anew: bool = False,
) -> Backtest:
    """The record for the panel at hand; without a panel, or with the very one it was made from, as shipped.

    A run that was interrupted goes on where it stopped. With outcomes or horizons named only those are run, and
    nothing is kept as a record.

    Parameters
    ----------
    outcome, horizon
        Those wanted; all if none.
    forecaster
        Makes the model under test from what the equations are fitted on; the law if None.
    extra
        Makes further outcomes; drift if None.
    progress
        Is told what is being done.
    anew
        Run it even where the shipped record would answer, and tell how far the two agree.
    """
    panel = panel_status().digest
    shipped = _whole(shipped_folder())
    same = shipped is not None and panel == _panel_of(shipped)
    if shipped and (panel is None or same) and not anew:
        return Backtest(shipped.select(outcome, horizon), shipped_folder())
    from moorings.jobs.origins import drifts, law_under_test

    plan = create_plan(_material(), forecaster or law_under_test, extra or drifts).only(outcome, horizon)
    record, tallies = run(plan, own_folder() / "origins", progress)
    if shipped and same:
        progress(agreement(record, shipped))
    if outcome or horizon:
        return Backtest(record, None)
    write_record(record, tallies, own_folder())
    return Backtest(read_record(own_folder()), own_folder())


def record_at_hand() -> Backtest | None:
    """One's own record where it is whole and of the panel in use, else the shipped one; nothing is run.

    None where no record ships.

    Raises
    ------
    MooringsError
        Where the shipped record is damaged.
    """
    try:
        own = _whole(own_folder())
    except MooringsError:
        own = None
    panel = panel_status().digest
    if own is not None and panel is not None and _panel_of(own) == panel:
        return Backtest(own, own_folder())
    shipped = _whole(shipped_folder())
    return Backtest(shipped, shipped_folder()) if shipped else None


def _panel_of(record: Record) -> str | None:
    """Digest of the panel that a record was made from."""
    found: str | None = record.digests.get("data", {}).get("panel")
    return found


def agreement(record: Record, other: Record) -> str:
    """How far the scores of two records agree, in a line: forecasts by cell, and the largest relative difference."""
    ours, theirs = (
        {_cell(row): row["model"] for row in one.rows if row["model"] is not None} for one in (record, other)
    )
    pairs = [(ours[cell], theirs[cell]) for cell in ours.keys() & theirs.keys()]
    apart = max((abs(a - b) / max(abs(b), 1e-12) for a, b in pairs), default=0.0)
    return f"{len(pairs)} scores of the shipped record made again; the largest difference is {apart:.2g} of the score"


def _cell(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("outcome", "horizon", "score", "variant"))


def _whole(folder: Path) -> Record | None:
    """The record in a folder; None where there is none, and an error where it is damaged."""
    path = folder / JSON_NAME
    if not path.is_file():
        return None
    try:
        return read_record(folder)
    except (ValueError, KeyError, AttributeError):
        raise MooringsError(f"{path} is damaged: run the back-test again") from None


def _material() -> Material:
    """What the equations are fitted on, up to the last year in which most states have data."""
    from moorings.data.panel import last_year
    from moorings.learn.assemble import assemble

    return assemble(last_year("state_year_rows", "burden", FEWEST_STATES))


def create_plan(
    material: Material,
    forecaster: Callable[[Material], Forecaster] | None = None,
    extra: Callable[[Material], Sequence[Outcome]] | None = None,
) -> Plan:
    """The whole back-test: every outcome, all horizons, origins every third year from `FIRST_ORIGIN`.

    Origins end with the source of pacts: later on it is not known who the allies are.
    """
    from moorings.learn.history import last_pacts
    from moorings.score.events import event_outcomes, partners
    from moorings.score.targets import quantity_outcomes

    outcomes = (
        *quantity_outcomes(material.arrays, PATRON, HORIZONS),
        partners(material, PATRON, HORIZONS),
        *event_outcomes(material, PATRON, HORIZONS),
        *(extra(material) if extra else ()),
    )
    last = min(material.years[-1], last_pacts(material.dyads, material.years) + 1)
    origins = tuple(range(FIRST_ORIGIN, last, STEP))
    model = forecaster(material) if forecaster else None
    return Plan(outcomes, origins, HORIZONS, model, NOTES, _data())


def _data() -> Mapping[str, str]:
    status = panel_status()
    return {"panel": str(status.digest), "edition": str(status.edition)}
