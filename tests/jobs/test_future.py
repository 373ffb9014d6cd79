"""Nothing after the origin: absurd values planted in all later years leave forecast and fit as they were."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from moorings.jobs.fit import fit
from moorings.jobs.forecast import forecast

ORIGIN = 1990
TABLES = ("state_year_rows", "pair_year_rows", "dyad_year_rows")


def plant(path: Path, origin: int) -> None:
    """Absurd values in every later year, another digest, and no later event."""
    with duckdb.connect(str(path)) as panel:
        for table in TABLES:
            panel.execute(f"UPDATE {table} SET value = 3 * value + 1 WHERE year > {origin}")
        for table in ("events", "event_states"):
            panel.execute(f"DELETE FROM {table} WHERE year > {origin}")
        panel.execute("UPDATE panel SET digest = 'planted'")


@pytest.fixture(scope="module")
def planted(panel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("planted")
    shutil.copy(panel, home / panel.name)
    plant(home / panel.name, ORIGIN)
    return home


@pytest.mark.mirror
def test_a_planted_future_changes_no_forecast(panel: Path, planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        found = forecast("us-alliances", members=100, start=ORIGIN, end=ORIGIN + 3).to_json()
        assert not any("alone" in warning for warning in found["warnings"])
        return found["series"], found["strands"]

    before = told()
    monkeypatch.setenv("MOORINGS_HOME", str(planted))
    assert told() == before
    assert len(before[0]) > 1000


@pytest.mark.mirror
@pytest.mark.slow
def test_a_planted_future_changes_no_fit(panel: Path, planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fit(ORIGIN, folder=planted / "before", draws=20).path
    monkeypatch.setenv("MOORINGS_HOME", str(planted))
    after = fit(ORIGIN, folder=planted / "after", draws=20).path
    with np.load(before) as old, np.load(after) as new:
        assert set(old.files) == set(new.files)
        for name in old.files:
            np.testing.assert_array_equal(old[name], new[name], err_msg=name)
