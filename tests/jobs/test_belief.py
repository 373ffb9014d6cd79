"""An analyst's own elasticities: what they replace, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.jobs.belief import OPEN, believed, read_belief
from moorings.jobs.opening import Opened

GOOD = "elasticities:\n  arms_dependence: {mean: -0.02, sd: 0.005, reason: the Nixon years}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD)
    return path


def test_every_name_is_a_parameter_of_the_law(opened: Opened) -> None:
    assert all(parameter in opened.params[equation] for equation, parameter in OPEN.values())


def test_only_what_is_named_is_replaced(opened: Opened, file: Path) -> None:
    own = believed(opened.params, file)
    values = own["arms"]["gap"]
    assert values.mean() == pytest.approx(-0.02, abs=0.001)
    assert values.std() == pytest.approx(0.005, rel=0.15)
    assert own["burden"]["gap"] is opened.params["burden"]["gap"]
    assert opened.params["arms"]["gap"].mean() != pytest.approx(-0.02, abs=0.001)


def test_a_draw_does_not_depend_on_what_else_the_file_holds(opened: Opened, file: Path) -> None:
    alone = believed(opened.params, file)["arms"]["gap"]
    file.write_text(GOOD + "  burden: {mean: 0.1, sd: 0.1, reason: x}\n")
    np.testing.assert_array_equal(believed(opened.params, file)["arms"]["gap"], alone)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("elasticities: 3", "elasticities"),
        ("elasticities:\n  arms: {mean: 0, sd: 1, reason: x}", "arms_dependence"),
        ("elasticities:\n  burden: {mean: 0, sd: 1}", "reason"),
        ("elasticities:\n  burden: {mean: much, sd: 1, reason: x}", "a number from"),
        ("elasticities:\n  burden: {mean: 0, sd: -1, reason: x}", "a number from"),
        ("elasticities: [", "YAML"),
    ],
)
def test_a_faulty_file_is_refused(file: Path, text: str, part: str) -> None:
    file.write_text(text)
    with pytest.raises(InputError, match=part):
        read_belief(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml"):
        read_belief(tmp_path / "none.yaml")
