"""What is published is the pool: made of nothing later than the start, shipped as the panel makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from moorings.jobs import pool
from moorings.jobs.forecast import Forecast, run_paths
from moorings.jobs.opening import Opened, open_system
from moorings.score.metrics import LEVELS
from moorings.score.statistical import load_statistical, pool_with_law


def quantiles(paths: object, name: str, i: int) -> np.ndarray:
    return np.quantile(paths.values[name][:, -1, i], LEVELS, method="hazen")  # type: ignore[attr-defined]


def test_a_forecast_has_the_quantiles_of_the_pool(opened: Opened) -> None:
    law = run_paths(replace(opened, couple=lambda: None), {}, 2000, 1)
    told = run_paths(opened, {}, 2000, 1)
    statistical = pool.statistical_for(opened.system.start)
    assert statistical is not None
    i, end = opened.system.states.index("JPN"), opened.system.end
    rows = opened.observations.filter(variable="burden", state="JPN")
    last = rows.sort("year").row(-1, named=True)
    passed = np.array([end - last["year"]])
    simple = statistical.quantiles("burden", "JPN", np.log(last["value"]), passed)[0]
    expected = pool_with_law("burden", np.log(quantiles(law, "burden", i)), simple)
    found = np.log(quantiles(told, "burden", i))
    # both ensembles are drawn anew, so that their quantiles differ by what 2,000 members leave open
    np.testing.assert_allclose(found[2:-2], expected[2:-2], atol=0.06)
    assert np.abs(np.log(quantiles(law, "burden", i)) - expected)[2:-2].max() > 0.06


def test_taiwan_has_the_law_alone_where_it_has_no_seat(opened: Opened, baseline: Forecast) -> None:
    i = opened.system.states.index("TWN")
    assert np.isnan(baseline.ensemble.values["ideal_point"][:, :, i]).all()
    assert np.isfinite(baseline.ensemble.values["burden"][:, :, i]).all()


def test_without_panel_or_shipped_file_the_law_stands_alone_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    early = open_system("east-asia", 2003)
    assert early.couple() is None
    assert any("2003" in warning and "data build" in warning for warning in early.warnings)
    assert not any("statistical" in warning for warning in open_system("east-asia", 2014).warnings)


@pytest.mark.mirror
@pytest.mark.parametrize("end", sorted(pool.shipped_statistical()))
def test_the_shipped_file_is_what_the_panel_makes(panel: Path, end: int, tmp_path: Path) -> None:
    pool.make(end, tmp_path / "made.npz")
    made, shipped = load_statistical(tmp_path / "made.npz"), load_statistical(pool.shipped_statistical()[end])
    assert dict(shipped.digests) == dict(made.digests)
    for name, changes in shipped.changes.items():
        assert shipped.states[name] == made.states[name]
        np.testing.assert_allclose(changes, made.changes[name], atol=1e-2, err_msg=name)
