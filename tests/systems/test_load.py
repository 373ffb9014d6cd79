"""Observations and events of a folder."""

from __future__ import annotations

import polars as pl
import pytest

from moorings.core.errors import InputError
from moorings.systems.load import list_systems, load_events, load_observations, load_system
from moorings.systems.ties import TIDY


def test_observations_are_tidy(write):
    frame = load_observations(load_system(write()))
    assert tuple(frame.columns) == TIDY
    assert frame["value"].null_count() == 0
    burden = frame.filter(pl.col("variable") == "burden")
    assert burden.select("state", "other", "year", "value").rows() == [
        ("JPN", None, 2019, 0.01),
        ("JPN", None, 2020, 0.011),
    ]


def test_spells_become_years(write):
    frame = load_observations(load_system(write())).filter(pl.col("variable") == "rivalry")
    assert frame["year"].to_list() == [2018, 2019, 2020]


def test_ties_are_derived_for_pairs_with_an_ally_or_adversary(write):
    ties = load_observations(load_system(write())).filter(pl.col("variable") == "tie")
    pairs = set(ties.select("state", "other").rows())
    assert ("JPN", "KOR") in pairs
    assert not any("USA" in pair for pair in pairs)
    assert (
        ties.filter((pl.col("state") == "JPN") & (pl.col("other") == "KOR") & (pl.col("year") == 2018))["value"][0] == 0
    )
    assert (
        ties.filter((pl.col("state") == "JPN") & (pl.col("other") == "KOR") & (pl.col("year") == 2019))["value"][0] == 2
    )


def test_a_system_without_tables_has_no_observations(write):
    folder = write()
    for path in folder.glob("*.csv"):
        path.unlink()
    assert len(load_observations(load_system(folder))) == 0


def test_unknown_table_offers_the_nearest(write):
    with pytest.raises(InputError, match="Did you mean 'agreements'"):
        load_events(load_system(write()), "agreement")


def test_a_changed_table_changes_the_digest(write):
    first = load_system(write()).digest
    assert (
        load_system(write(state_year="state,other,year,variable,value,unit,source,confidence,note\n")).digest != first
    )


def test_shipped_systems():
    assert "east-asia" in list_systems()
