"""Laws of ties derived from agreements."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.systems.ties import SIGNED_ONLY, ties_by_year

SCHEMA = dict.fromkeys(("id", "members", "signed", "in_force", "ended", "confidence"), pl.String) | {
    "strength": pl.Int64
}
STATES = ("AUS", "JPN", "KOR", "PHL")


def table(*rows: tuple[str, str, str | None, str | None, int]) -> pl.DataFrame:
    full = [
        {"id": f"a{i}", "members": m, "signed": s, "in_force": f, "ended": e, "strength": n, "confidence": "high"}
        for i, (m, s, f, e, n) in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=SCHEMA)


def value(ties: pl.DataFrame, a: str, b: str, year: int) -> float:
    found = ties.filter((pl.col("state") == a) & (pl.col("other") == b) & (pl.col("year") == year))
    assert len(found) == 1
    return float(found["value"][0])


def test_in_force_until_ended():
    ties = ties_by_year(table(("JPN;AUS", "2014", "2015-03", "2018-12-31", 2)), STATES, range(2013, 2020))
    assert [value(ties, "AUS", "JPN", year) for year in range(2013, 2020)] == [0, 0, 2, 2, 2, 0, 0]


def test_signed_counts_where_entry_into_force_is_unknown():
    ties = ties_by_year(table(("JPN;AUS", "2014-05-01", None, None, 2)), STATES, [2013, 2014])
    row = ties.filter(pl.col("value") > 0).to_dicts()[0]
    assert (row["year"], row["confidence"], row["note"]) == (2014, "medium", SIGNED_ONLY)


def test_the_strongest_counts_and_is_named():
    ties = ties_by_year(
        table(("JPN;AUS", "2010", "2010", None, 1), ("AUS;JPN", "2012", "2012", None, 2)), STATES, [2012]
    )
    row = ties.filter(pl.col("value") > 0).to_dicts()[0]
    assert (row["value"], row["source"]) == (2.0, "agreements: a1")


def test_declarations_and_episodes_tie_nobody():
    assert ties_by_year(table(("JPN;AUS", "2010", "2010", None, 0)), STATES, [2012])["value"].sum() == 0


def test_a_shared_agreement_ties_all_members_but_the_patron():
    ties = ties_by_year(table(("USA;JPN;KOR", "2010", "2010", None, 1)), STATES, [2012])
    assert ties.filter(pl.col("value") > 0).select("state", "other").rows() == [("JPN", "KOR")]
    assert "USA" not in {*ties["state"], *ties["other"]}


agreements = st.lists(
    st.tuples(
        st.lists(st.sampled_from([*STATES, "USA"]), min_size=2, max_size=4, unique=True).map(";".join),
        st.sampled_from(["2010", "2012-04", "2015-06-07"]),
        st.sampled_from([None, "2015-07", "2017"]),
        st.sampled_from([None, "2018", "2019-01-01"]),
        st.integers(0, 3),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(agreements, st.permutations(STATES))
def test_laws(rows, order):
    ties = ties_by_year(table(*rows), order, range(2010, 2020))
    assert len(ties) == 6 * 10
    assert (ties["state"] < ties["other"]).all()
    assert ties["value"].is_between(0, 3).all()
    assert ties.equals(ties_by_year(table(*rows), STATES, range(2010, 2020))), "the order of states does not matter"
    more = ties_by_year(table(*rows, ("JPN;KOR", "2010", "2010", None, 2)), STATES, range(2010, 2020))
    assert (more["value"] >= ties["value"]).all(), "another agreement never loosens a tie"


@pytest.mark.parametrize("year", [2010, 2025])
def test_no_agreements_no_ties(year):
    assert ties_by_year(table(), STATES, [year])["value"].to_list() == [0.0] * 6
