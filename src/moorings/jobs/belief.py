"""An analyst's own elasticities (`--belief FILE`), in place of the estimated ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from moorings.core.errors import InputError, check_name
from moorings.jobs.opening import Opened, open_system

OPEN = {
    "burden": ("burden", "gap"),
    "ideal_point": ("ideal", "gap"),
    "arms_dependence": ("arms", "gap"),
    "new_pact": ("new_tie", "gap"),
    "nuclear": ("nuclear_up", "gap"),
    "separate_peace": ("separate_peace", "gap"),
    "demand": ("burden", "demand"),
    "belief_rate": ("commitment", "rate"),
}
"""Name in the file -> equation and parameter: a year's response to one sd of the security gap, and two rates."""
FIELDS = ("mean", "sd", "reason")
LARGEST = 10.0
"""Largest elasticity that is taken for one: a standard deviation of the gap then moves a log by ten."""


def open_believed(system: str, start: int | None, end: int | None, belief: Path | None) -> Opened:
    """A system opened with the analyst's own elasticities, where there are any."""
    opened = open_system(system, start, end)
    return opened if belief is None else replace(opened, params=believed(opened.params, belief))


def believed(params: dict[str, dict[str, Any]], path: Path) -> dict[str, dict[str, Any]]:
    """Parameters with the file's elasticities in the place of the posterior's.

    Parameters
    ----------
    params
        Equation -> parameter -> [draw, ...].
    path
        YAML: ``elasticities:`` with, for each name, ``mean``, ``sd`` and ``reason``.

    Raises
    ------
    InputError
        For a file that cannot be read, an unknown name, a missing field or a number out of range.
    """
    found = {name: dict(group) for name, group in params.items()}
    for name, row in read_belief(path).items():
        equation, parameter = OPEN[name]
        draws = len(found[equation][parameter])
        # one normal for each draw, the same whatever else the file holds
        normal = np.random.default_rng(sum(map(ord, name))).standard_normal(draws)
        found[equation][parameter] = row["mean"] + row["sd"] * normal
    return found


def read_belief(path: Path) -> dict[str, dict[str, Any]]:
    """Name -> mean, sd, reason."""
    try:
        table = yaml.safe_load(path.read_text(encoding="utf8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(str(path), str(error).splitlines()[0], "a YAML file with `elasticities:`") from None
    if not isinstance(table, dict) or not isinstance(table.get("elasticities"), dict):
        raise InputError(str(path), "no `elasticities:`", f"`elasticities:` with any of {', '.join(OPEN)}")
    for name, row in table["elasticities"].items():
        check_name(f"{path}, elasticities", str(name), OPEN)
        _check_row(f"{path}, elasticities.{name}", row)
    return dict(table["elasticities"])


def _check_row(place: str, row: Any) -> None:
    if not isinstance(row, dict) or set(row) != set(FIELDS):
        raise InputError(place, repr(row), f"the fields {', '.join(FIELDS)}")
    for name in ("mean", "sd"):
        number = isinstance(row[name], int | float) and not isinstance(row[name], bool)
        if not number or not abs(row[name]) <= LARGEST or (name == "sd" and row[name] < 0):
            raise InputError(
                f"{place}.{name}", repr(row[name]), f"a number from -{LARGEST:g} to {LARGEST:g}, sd not below 0"
            )
    if not isinstance(row["reason"], str):
        raise InputError(f"{place}.reason", repr(row["reason"]), "a text")
