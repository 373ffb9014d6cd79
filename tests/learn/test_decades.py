"""The shipped table of ally-decades."""

from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import MooringsError
from moorings.learn import decades
from moorings.learn.decades import DRIVERS, NAME, STANDINGS, load_decades
from moorings.learn.posterior import shipped_folder
from moorings.model.tether import STRANDS


def test_the_table_is_small_and_whole() -> None:
    assert (shipped_folder() / NAME).stat().st_size < 300_000
    rows = load_decades().rows
    assert rows.columns == ["state", "start", *STANDINGS, *(f"change_{name}" for name in DRIVERS), "drift", *STRANDS]
    assert rows.select("state", "start").is_unique().all()
    assert rows["start"].min() == 1950
    assert rows["start"].max() == 2004


def test_standings_are_in_standard_deviations() -> None:
    rows = load_decades().rows
    for name in STANDINGS:
        values = rows[name].drop_nulls()
        assert values.mean() == pytest.approx(0, abs=0.05)
        assert values.std() == pytest.approx(1, abs=0.05)


def test_known_cases_stand_where_history_puts_them() -> None:
    rows = {(row["state"], row["start"]): row for row in load_decades().rows.iter_rows(named=True)}
    assert rows["FRA", 1960]["change_troops"] < -3
    assert rows["FRA", 1960]["drift"] > 1
    assert rows["KOR", 1970]["orientation"] is None
    assert rows["DEU", 1988]["change_troops"] < -1


def test_an_altered_table_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for suffix in (".parquet", ".json"):
        name = Path(NAME).with_suffix(suffix).name
        (tmp_path / name).write_bytes((shipped_folder() / name).read_bytes())
    (tmp_path / NAME).write_bytes(b"else")
    monkeypatch.setattr(decades, "shipped_folder", lambda: tmp_path)
    with pytest.raises(MooringsError, match="not the table"):
        load_decades.__wrapped__()
