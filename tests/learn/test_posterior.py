"""A posterior goes to a file and back; what was altered is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.learn import posterior as store
from moorings.learn.layout import LAYOUT
from moorings.learn.parameters import system_params
from moorings.learn.posterior import Posterior, load_posterior, save_posterior
from moorings.model.commitment import SIGNALS

ALLIES = ["AAA", "BBB", "CCC"]
DRAWS = 50


@pytest.fixture
def made() -> Posterior:
    random = np.random.default_rng(1)
    many = (DRAWS, len(SIGNALS))
    group = {"step": random.uniform(0.1, 0.2, DRAWS), "rate": random.uniform(0.2, 0.4, DRAWS)}
    group |= {"loading": random.uniform(0.4, 0.6, many), "sigma": random.uniform(0.6, 0.8, many)}
    tail = {"tail": random.uniform(0.5, 2.0, DRAWS)}
    given = {"commitment": group} | dict.fromkeys(("gdp", "burden", "ideal", "troops"), tail)
    draws = {
        equation: {name: given.get(equation, {}).get(name, np.zeros(DRAWS)) for name in names}
        for equation, names in LAYOUT.items()
    }
    root = random.standard_normal((3, 3)) * 0.2
    path = np.cumsum(random.standard_normal((5, 3)) * 0.1, axis=0)
    track = {"mean": path, "sd": np.full((5, 3), 0.3), "last": path[-1], "last_cov": root @ root.T + 0.05 * np.eye(3)}
    meta = {
        "end": 2010,
        "equations": {"shared": {"rhat": 1.002, "effective": 900.0}},
        "tracks": {"USA": {"allies": ALLIES, "years": list(range(2006, 2011))}},
        "signals": {"troops": {"mean": 1.0, "sd": 2.0}, "pact": {"mean": 0.5, "sd": 0.5}},
    }
    return Posterior(draws, {"USA": track}, meta)


def test_round_trip(made: Posterior, tmp_path: Path) -> None:
    file = tmp_path / "posterior-2010.npz"
    save_posterior(made, file)
    found = load_posterior(file)
    assert found.end == 2010
    assert found.size == DRAWS
    assert found.draws.keys() == made.draws.keys()
    for equation, group in made.draws.items():
        for name, value in group.items():
            np.testing.assert_allclose(found.draws[equation][name], value, rtol=1e-6)
            assert found.draws[equation][name].dtype == np.float64
    np.testing.assert_allclose(found.tracks["USA"]["last_cov"], made.tracks["USA"]["last_cov"], rtol=1e-5)
    assert len(found.digest) == 64
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posterior-2010.json", "posterior-2010.npz"]


def test_an_altered_file_is_refused(made: Posterior, tmp_path: Path) -> None:
    file = tmp_path / "posterior-2010.npz"
    save_posterior(made, file)
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(InputError, match="another digest"):
        load_posterior(file)


def test_another_schema_is_refused(made: Posterior, tmp_path: Path) -> None:
    file = tmp_path / "posterior-2010.npz"
    save_posterior(made, file)
    side = file.with_suffix(".json")
    side.write_text(json.dumps(json.loads(side.read_text()) | {"schema": "moorings.posterior/0"}))
    with pytest.raises(InputError, match="posterior/0"):
        load_posterior(file)


def test_other_parameters_are_refused_by_name(made: Posterior, tmp_path: Path) -> None:
    file = tmp_path / "posterior-2010.npz"
    made.draws["burden"]["old"] = made.draws["burden"].pop("drift")
    save_posterior(made, file)
    with pytest.raises(InputError, match=r"no burden\.drift; unknown burden\.old"):
        load_posterior(file)


@pytest.mark.parametrize("missed", [{"rhat": 1.02}, {"effective": 300.0}])
def test_one_that_did_not_converge_is_refused(made: Posterior, tmp_path: Path, missed: dict[str, float]) -> None:
    made.meta["equations"]["shared"] |= missed
    save_posterior(made, tmp_path / "posterior-2010.npz")
    with pytest.raises(InputError, match=r"shared: found .* effective draws"):
        load_posterior(tmp_path / "posterior-2010.npz")


def test_a_margin_drawn_by_importance_that_is_worth_little_is_refused(made: Posterior, tmp_path: Path) -> None:
    made.meta["equations"]["troops"] = {"effective": 120.0}
    save_posterior(made, tmp_path / "posterior-2010.npz")
    with pytest.raises(InputError, match=r"troops: found .* 120 effective draws"):
        load_posterior(tmp_path / "posterior-2010.npz")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="moorings fit"):
        load_posterior(tmp_path / "posterior-1900.npz")


def test_the_one_that_saw_most_but_nothing_later(
    made: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "available", lambda: {y: tmp_path / f"posterior-{y}.npz" for y in (1990, 2010)})
    save_posterior(made, tmp_path / "posterior-2010.npz")
    find = store.posterior_for.__wrapped__
    assert find(2014).end == 2010
    with pytest.raises(InputError, match="1990, 2010"):
        find(1980)


def test_ones_own_fit_stands_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "home" / "posteriors"
    for folder, year in ((shipped, 2000), (shipped, 2014), (own, 2014)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"posterior-{year}.npz").touch()
    monkeypatch.setattr(store, "shipped_folder", lambda: shipped)
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path / "home"))
    assert store.available() == {2000: shipped / "posterior-2000.npz", 2014: own / "posterior-2014.npz"}


def test_start_of_commitment_follows_the_track(made: Posterior) -> None:
    states = ("USA", "BBB", "ZZZ", "AAA")
    found = system_params(made, "USA", states)["commitment"]
    assert found["start"].shape == (DRAWS, 4)
    track = made.tracks["USA"]
    error = 5 * np.sqrt(track["last_cov"][1, 1] / DRAWS)
    assert found["start"][:, 1].mean() == pytest.approx(track["last"][1], abs=error)
    assert found["start"][:, 2].std() == pytest.approx(1, rel=0.5)  # nothing was ever seen of this one
    np.testing.assert_array_equal(found["lag"][:, 2], 0)
    assert (found["gain_troops"] > 0).all()
    assert system_params(made, "USA", states)["burden"]["quantile"].shape[0] == DRAWS


def test_an_earlier_years_commitment_is_the_smoothed_one(made: Posterior) -> None:
    found = system_params(made, "USA", ("AAA",), year=2008)["commitment"]["start"][:, 0]
    assert found.mean() == pytest.approx(made.tracks["USA"]["mean"][2, 0], abs=5 * 0.3 / DRAWS**0.5)


def test_a_states_draws_do_not_depend_on_who_else_is_there(made: Posterior) -> None:
    few = system_params(made, "USA", ("USA", "AAA", "BBB", "ZZZ"))["commitment"]["start"]
    more = system_params(made, "USA", ("USA", "BBB", "CCC", "AAA", "QQQ", "ZZZ"))["commitment"]["start"]
    np.testing.assert_array_equal(few, more[:, [0, 3, 1, 5]])


def test_a_patron_without_track_leaves_commitment_open(made: Posterior) -> None:
    found = system_params(made, "RUS", ("RUS", "AAA"))["commitment"]
    np.testing.assert_array_equal(found["lag"], 0)
    assert found["start"].std() == pytest.approx(1, rel=0.3)
