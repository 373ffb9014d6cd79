"""A new system passes the check, and nothing is ever overwritten."""

from __future__ import annotations

import pytest

from moorings.core.errors import InputError
from moorings.systems.check import check_system
from moorings.systems.load import load_observations, load_system
from moorings.systems.new import new_system
from moorings.systems.observed import OBSERVED
from moorings.systems.tables import TABLES


def test_the_template_passes(tmp_path):
    folder = new_system(tmp_path / "mine", "my-own")
    assert check_system(folder) == []
    assert load_system(folder).name == "my-own"
    assert len(load_observations(load_system(folder))) == 0


def test_the_template_explains_every_table_and_variable(tmp_path):
    text = (new_system(tmp_path / "mine", "my-own") / "README.md").read_text(encoding="utf-8")
    assert [name for name in [*TABLES, *OBSERVED] if name not in text] == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "system.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        new_system(tmp_path, "my-own")
    assert [path.name for path in tmp_path.iterdir()] == ["system.yaml"]
    assert (tmp_path / "system.yaml").read_text(encoding="utf-8") == "mine"


def test_a_name_must_be_plain(tmp_path):
    with pytest.raises(InputError, match="small letters"):
        new_system(tmp_path / "mine", "../Mine")
    assert not (tmp_path / "mine").exists()
