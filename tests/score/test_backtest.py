from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError, MooringsError
from moorings.score.backtest import Forecaster, Plan, Prediction, run
from moorings.score.baselines import NoChange, OwnVolatility, PastChanges
from moorings.score.hazards import BaseRate
from moorings.score.history import History
from moorings.score.outcomes import Outcome
from moorings.score.pool import POOL, STRUCTURAL
from moorings.score.record import JSON_NAME, TALLIES_NAME, read_record, write_record

ORIGINS, HORIZONS = tuple(range(1976, 2006, 3)), (1, 5)

CONTRACT = {
    *("outcome", "kind", "horizon", "origins", "n", "score", "model", "baselines", "best_baseline"),
    *("skill", "skill_low", "skill_high", "coverage50", "coverage90"),
}


def outcome(name: str, history: History) -> Outcome:
    units = tuple(f"u{i}" for i in range(history.values.shape[1]))
    baselines = (BaseRate(),) if name == "strife" else (NoChange(), PastChanges())
    kind = "event" if name == "strife" else "continuous"
    return Outcome(name, kind, "units", history, units, units, np.isfinite(history.values), baselines)


def toy(walks: History, events: History, calls: list[int] | None = None) -> Forecaster:
    """Knows the units' own volatility and the feature that drives the event."""

    def predict(origin: int) -> Mapping[str, Prediction]:
        if calls is not None:
            calls.append(origin)
        quantities = {("walk", h): OwnVolatility().fit(walks).predict(origin, h) for h in HORIZONS}
        hazard = 1 / (1 + np.exp(3.5 - 1.2 * events.features[0, :, 0]))
        return {"toy": Prediction(quantities, {("strife", h): 1 - (1 - hazard) ** h for h in HORIZONS})}

    return Forecaster(lambda origin: f"toy {origin}", predict)


@pytest.fixture
def make(walks: History, events: History) -> Callable[..., Plan]:
    def plan(forecaster: Forecaster | None) -> Plan:
        outcomes = (outcome("walk", walks), outcome("strife", events))
        return Plan(outcomes, ORIGINS, HORIZONS, forecaster, ("made up",))

    return plan


def test_the_record_has_the_contracts_rows_and_finds_the_skill_that_is_there(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    record, tallies = run(make(toy(walks, events)), tmp_path)
    assert len(record.rows) == 2 + 4
    for row in record.rows:
        assert set(row) >= CONTRACT
        assert row["skill"] > 0
        assert row["skill_low"] < row["skill"] < row["skill_high"]
        assert row["n"] == len(row["origins"]) * (40 if row["outcome"] == "walk" else 300)
    walk = record.select(["walk"], [5]).rows[0]
    assert walk["best_baseline"] == "past changes"
    assert 0.8 < walk["coverage90"] < 0.97
    sums = tallies.filter(outcome="walk", horizon=5, forecast="toy")
    assert sums["total"].sum() / sums["n"].sum() == pytest.approx(walk["model"], rel=1e-5)


def test_the_joint_rows_score_dependence_and_the_reliability_curve_is_near_the_diagonal(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    record, _ = run(make(toy(walks, events)), tmp_path)
    assert {row["score"] for row in record.joint} == {
        "energy",
        "variogram",
        "number that fall together",
        "number that rise together",
    }
    assert all(sum(row["shares"]) == pytest.approx(1.0) for row in record.pit)
    curve = [p for p in record.reliability if p["forecast"] == "toy" and p["horizon"] == 5 and p["n"] > 100]
    assert len(curve) > 3
    assert all(abs(point["said"] - point["came"]) < 0.12 for point in curve)


def test_an_interrupted_run_goes_on_where_it_stopped_and_leaves_no_record(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    calls: list[int] = []
    working = toy(walks, events, calls)

    def broken(origin: int) -> Mapping[str, Prediction]:
        if origin == ORIGINS[4]:
            raise KeyboardInterrupt
        return working.predict(origin)

    with pytest.raises(KeyboardInterrupt):
        run(make(Forecaster(working.digest, broken)), tmp_path)
    assert not list(tmp_path.glob(JSON_NAME))
    assert calls == list(ORIGINS[:4])
    lines: list[str] = []
    resumed, _ = run(make(working), tmp_path, lines.append)
    assert calls == list(ORIGINS)
    assert "cache" in lines[0]
    assert "min" in lines[5]
    assert run(make(working), tmp_path)[0] == resumed
    assert calls == list(ORIGINS)


def test_a_part_is_scored_from_the_same_cache_as_the_whole(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    calls: list[int] = []
    plan = make(toy(walks, events, calls))
    part, _ = run(plan.only(["walk"], [5]), tmp_path)
    whole, _ = run(plan, tmp_path)
    assert calls == list(ORIGINS)
    assert part.rows == whole.select(["walk"], [5]).rows
    with pytest.raises(InputError, match="Did you mean 'walk'"):
        plan.only(["wlak"], [])
    with pytest.raises(InputError, match="horizon"):
        plan.only([], [2])


def test_later_data_do_not_change_an_origins_digest_and_earlier_data_do(walks: History) -> None:
    values = walks.values.copy()
    values[walks.years > 1990] += 5.0
    later = outcome("walk", History.of_levels(walks.years, values, walks.windows))
    assert later.known_at(1990) == outcome("walk", walks).known_at(1990)
    assert later.known_at(1991) != outcome("walk", walks).known_at(1991)


def test_without_a_model_the_record_holds_the_baselines(make: Callable[..., Plan], tmp_path: Path) -> None:
    record, _ = run(make(None), tmp_path)
    assert {row["model"] for row in record.rows} == {None}
    assert {row["score"] for row in record.rows} == {"crps", "brier", "log"}
    assert not record.joint


def test_cases_that_a_forecast_lacks_are_dropped_for_all_and_counted(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    whole = toy(walks, events)

    def holed(origin: int) -> Mapping[str, Prediction]:
        said = whole.predict(origin)["toy"]
        quantities = {key: np.where(np.arange(40) == 7, np.nan, q) for key, q in said.quantities.items()}
        return {"toy": Prediction(quantities, said.probabilities)}

    record, _ = run(make(Forecaster(whole.digest, holed)), tmp_path)
    row = record.select(["walk"], [1]).rows[0]
    assert (row["n"], row["dropped"]) == (39 * len(ORIGINS), len(ORIGINS))


@pytest.mark.parametrize(
    ("key", "units"), [(("wolk", 1), 40), (("walk", 2), 40), (("walk", 1), 3), (("strife", 1), 300)]
)
def test_a_forecast_of_something_else_is_an_error(
    make: Callable[..., Plan], tmp_path: Path, key: tuple[str, int], units: int
) -> None:
    wrong = Forecaster(lambda origin: "wrong", lambda origin: {"x": Prediction({key: np.zeros((9, units))}, {})})
    with pytest.raises(MooringsError, match="expected"):
        run(make(wrong), tmp_path)


def test_origins_before_the_data_and_unknown_horizons_are_refused(walks: History) -> None:
    with pytest.raises(InputError, match="1950 to 2010"):
        Plan((outcome("walk", walks),), (1940,), (1,))
    with pytest.raises(InputError, match="horizon"):
        Plan((outcome("walk", walks),), (1990,), (2,))
    with pytest.raises(InputError, match="nothing"):
        Plan((), (1990,), (1,))


def test_a_record_is_read_as_it_was_written_and_not_if_a_part_differs(
    make: Callable[..., Plan], walks: History, events: History, tmp_path: Path
) -> None:
    record, tallies = run(make(toy(walks, events)), tmp_path / "cache")
    write_record(record, tallies, tmp_path)
    read = read_record(tmp_path)
    assert read.rows == record.rows
    assert read.losses_first()[0]["skill"] == min(row["skill"] for row in record.rows)
    with pytest.raises(InputError, match="Did you mean 'walk'"):
        read.select(["wolk"])
    with pytest.raises(InputError, match="horizon"):
        read.select([], [4])
    (tmp_path / TALLIES_NAME).write_bytes(b"other")
    with pytest.raises(MooringsError, match="not whole"):
        read_record(tmp_path)
    (tmp_path / JSON_NAME).write_text('{"schema": "moorings.backtest/9"}')
    with pytest.raises(InputError, match="backtest/9"):
        read_record(tmp_path)
    with pytest.raises(InputError, match="no record"):
        read_record(tmp_path / "nowhere")


def test_what_the_law_is_pooled_with_is_scored_and_is_no_rival(walks: History, tmp_path: Path) -> None:
    told = walks.windows[5][..., None]
    history = replace(walks, features=np.where(np.isfinite(told), told, 0.0))
    arms = replace(outcome("walk", history), name="arms_dependence")

    def predict(origin: int) -> Mapping[str, Prediction]:
        own = {("arms_dependence", h): OwnVolatility().fit(walks).predict(origin, h) for h in HORIZONS}
        return {STRUCTURAL: Prediction(own, {})}

    plan = Plan((arms,), ORIGINS[:4], HORIZONS, Forecaster(str, predict))
    rows = {row["variant"]: row for row in run(plan, tmp_path)[0].select([], [5]).rows}
    assert set(rows) == {STRUCTURAL, "informed trees", POOL}
    assert set(rows[POOL]["baselines"]) == {"no change", "past changes"}
    assert rows["informed trees"]["skill"] > rows[POOL]["skill"] > rows[STRUCTURAL]["skill"]
    alone = run(replace(plan, forecaster=None), tmp_path)[0].select([], [5]).rows
    assert [row["variant"] for row in alone] == [None]
