"""The panel: tables, idempotence, failures that leave it as it was, observations, status."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.data import panel as panel_module
from moorings.data.columns import DOCUMENTED
from moorings.data.panel import (
    TIDY_COLUMNS,
    build_panel,
    open_panel,
    panel_observations,
    panel_path,
    panel_status,
    read_query,
)


def quiet(_: str) -> None:
    """No progress."""


def cells(query: str) -> list[tuple[object, ...]]:
    """Result of a query on the panel."""
    with open_panel() as connection:
        return read_query(connection, query).rows()


def test_made_up_mirror_gives_every_table(made_up: Path) -> None:
    build_panel(made_up, quiet)
    status = panel_status()
    assert set(status.rows) == set(DOCUMENTED)
    assert all(status.rows[name] > 0 for name in DOCUMENTED), status.rows
    assert status.edition == "full"


def test_every_column_is_documented(made_up: Path) -> None:
    build_panel(made_up, quiet)
    found = cells("SELECT table_name, column_name FROM information_schema.columns")
    documented = {(table, column) for table, columns in DOCUMENTED.items() for column in columns}
    assert {(str(table), str(column)) for table, column in found} == documented
    assert all(unit and meaning for columns in DOCUMENTED.values() for unit, meaning, _ in columns.values())
    assert set(cells('SELECT "table", "column" FROM columns')) == documented


def test_second_build_does_nothing(made_up: Path) -> None:
    told: list[str] = []
    path = build_panel(made_up, quiet)
    before = path.stat().st_mtime_ns
    build_panel(made_up, told.append)
    assert path.stat().st_mtime_ns == before
    assert "nothing to do" in told[-1]


def test_same_sources_give_the_same_rows_and_digest(made_up: Path) -> None:
    build_panel(made_up, quiet)
    first = panel_status().digest, cells("SELECT * FROM state_year_rows"), cells("SELECT * FROM events")
    panel_path().unlink()
    build_panel(made_up, quiet)
    again = panel_status().digest, cells("SELECT * FROM state_year_rows"), cells("SELECT * FROM events")
    assert again == first


def test_a_new_version_of_the_code_builds_again(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_panel(made_up, quiet)
    before = panel_status().digest
    monkeypatch.setattr(panel_module, "VERSION", "another")
    build_panel(made_up, quiet)
    assert panel_status().version == "another"
    assert panel_status().digest != before


def test_a_panel_of_another_version_is_not_read(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_panel(made_up, quiet)
    monkeypatch.setattr(panel_module, "VERSION", "another")
    assert panel_status().digest is None
    with pytest.raises(InputError, match="found a panel of version"):
        open_panel()
    monkeypatch.setenv("MOORINGS_DATA_DIR", str(made_up))
    open_panel().close()
    assert panel_status().version == "another"


@pytest.mark.parametrize("damage", ["changed", "truncated", "missing"])
def test_a_damaged_file_is_named_and_the_panel_stays(made_up: Path, tmp_path: Path, damage: str) -> None:
    build_panel(made_up, quiet)
    before = panel_path().read_bytes()
    copy = Path(shutil.copytree(made_up, tmp_path / "copy"))
    victim = copy / "nmc" / "cow_nmc.rda"
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes() + b"x" if damage == "changed" else victim.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"cow_nmc\.rda"):
        build_panel(copy, quiet)
    assert panel_path().read_bytes() == before


def test_an_interrupted_build_leaves_the_panel_and_no_litter(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_panel(made_up, quiet)
    before = panel_path().read_bytes()
    monkeypatch.setattr(panel_module, "VERSION", "another")
    monkeypatch.setattr(panel_module, "_wide_view", lambda *_: "SELECT nonsense FROM nowhere")
    with pytest.raises(Exception, match="nowhere"):
        build_panel(made_up, quiet)
    assert panel_path().read_bytes() == before
    assert [path.name for path in panel_path().parent.iterdir()] == ["panel.duckdb"]


def test_no_mirror_and_no_panel_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)
    assert panel_status().digest is None
    with pytest.raises(InputError, match="moorings data fetch"):
        open_panel()
    with pytest.raises(InputError, match="no such folder"):
        build_panel(None, quiet)


def test_a_file_that_is_no_panel_is_replaced(made_up: Path) -> None:
    panel_path().parent.mkdir(parents=True)
    panel_path().write_bytes(b"no database")
    assert panel_status().digest is None
    build_panel(made_up, quiet)
    assert panel_status().digest is not None


def test_a_named_mirror_builds_the_missing_panel(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOORINGS_DATA_DIR", str(made_up))
    with open_panel() as connection:
        assert read_query(connection, "SELECT count(*) AS n FROM states").item() > 0


def test_observations_are_tidy_and_chosen(made_up: Path) -> None:
    build_panel(made_up, quiet)
    found = panel_observations(["KOR", "PRK"], ["burden", "distance", "rivalry", "arms_dependence"], (2000, 2001))
    assert tuple(found.columns) == TIDY_COLUMNS
    assert found["year"].dtype == pl.Int64
    assert set(found["state"]) == {"KOR"}
    assert set(found["other"]) == {None, "PRK"}
    rows = {(row["variable"], row["year"]): row["value"] for row in found.to_dicts()}
    assert rows == {
        ("burden", 2000): 0.04,
        ("burden", 2001): 0.04,
        ("distance", 2000): 0.0,
        ("rivalry", 2000): 1.0,
        ("rivalry", 2001): 1.0,
    }


def test_all_observations_and_no_dyads(made_up: Path) -> None:
    build_panel(made_up, quiet)
    assert {"gdp", "troops", "tie"} <= set(panel_observations()["variable"])
    assert set(panel_observations(variables=["gdp"])["variable"]) == {"gdp"}


def test_a_misspelt_variable_is_an_error_with_the_nearest(made_up: Path) -> None:
    build_panel(made_up, quiet)
    with pytest.raises(InputError, match="burden"):
        panel_observations(variables=["burdn"])


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    panel_module.tell("reading")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "reading\n")


@pytest.mark.mirror
def test_the_panel_is_built_in_a_minute_and_two_gigabytes(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path))
    # in a process of its own, which reads its own peak: a parent's counter holds all children so far,
    # and a child's starts at what the parent held when it was made
    code = (
        "import sys, pathlib, moorings.data.panel as panel; panel.build_panel(pathlib.Path(sys.argv[1])); "
        "status = pathlib.Path('/proc/self/status').read_text(); "
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))"
    )
    start = time.monotonic()
    child = subprocess.run([sys.executable, "-c", code, str(mirror)], check=True, capture_output=True, text=True)
    assert time.monotonic() - start < 60
    assert int(child.stdout.split()[-1]) < 2 * 1024 * 1024


def test_a_panel_that_lacks_a_column_is_named(made_up: Path) -> None:
    import duckdb

    build_panel(made_up, quiet)
    with duckdb.connect(str(panel_path())) as connection:
        connection.execute("ALTER TABLE dyad_years DROP COLUMN rivalry")
    with pytest.raises(InputError, match=r"panel\.duckdb.*rivalry"), open_panel() as panel:
        read_query(panel, "SELECT rivalry FROM dyad_years")
