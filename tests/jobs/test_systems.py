"""Jobs on systems."""

from __future__ import annotations

import pytest

from moorings.core.errors import InputError
from moorings.jobs.systems import systems_check, systems_list, systems_new


def test_list():
    found = systems_list().to_json()
    assert found["schema"] == "moorings.systems/1"
    row = next(row for row in found["rows"] if row["name"] == "east-asia")
    assert (row["patron"], row["from"], row["to"]) == ("USA", 2025, 2036)


def test_new_then_check(tmp_path):
    folder = str(tmp_path / "mine")
    assert systems_new(folder, "my-own").to_json()["rows"] == [{"name": "my-own", "folder": folder}]
    assert systems_check(folder).passes
    (tmp_path / "mine" / "system.yaml").write_text("name: my-own\n", encoding="utf-8")
    found = systems_check(folder)
    assert not found.passes
    assert len(found.rows) == 8


def test_check_of_a_shipped_system():
    assert systems_check("east-asia").passes


def test_check_of_nothing(tmp_path):
    with pytest.raises(InputError, match="SYSTEM"):
        systems_check(str(tmp_path / "none"))
