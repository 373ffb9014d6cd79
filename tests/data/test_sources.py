"""Readers on made-up files: the traps that the cards name are handled."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moorings.core.errors import InputError
from moorings.data.sources import (
    CARDS,
    atop,
    dcad,
    disputes,
    gapminder,
    geography,
    icb,
    isard,
    mcmanus_nieman,
    nmc,
    nuclear,
    rivalry,
    sipri_milex,
    sipri_register,
    troopdata,
    unga_ideal,
)

KEYS = ("state", "other", "variable", "year")


def values(rows: pl.DataFrame) -> dict[tuple[object, ...], float]:
    """Tidy rows as (state, other, variable, year) -> value, without the keys that are the same or null throughout."""
    kept = [name for name in KEYS if rows[name].n_unique() > 1]
    return {tuple(row[name] for name in kept): row["value"] for row in rows.to_dicts()}


def test_cards_are_whole() -> None:
    files = [file for card in CARDS for file in card.files]
    assert len({file.path for file in files}) == len(files) == 23
    for card in CARDS:
        assert card.traps
        assert card.citation
        assert card.terms
        assert card.years[0] < card.years[1]
        assert all(file.path.startswith(f"{card.name}/") for file in card.files)
    for file in files:
        assert re.fullmatch(r"https://\S+", file.url)
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in (file.full, file.training))
        assert "full" in file.digests.values()
    assert CARDS[0].file(CARDS[0].files[1].path) is CARDS[0].files[1]


def test_burden_reads_fractions_and_leaves_marks_out(written: Path) -> None:
    rows = sipri_milex.read_burden(written / sipri_milex.FILE)
    assert rows.filter(pl.col("year") == 2024).is_empty()  # "..." and "xxx"
    assert set(rows["state"]) == {"USA", "KOR"}  # the region is no state, Angola's share not credible
    assert rows.filter((pl.col("state") == "KOR") & (pl.col("year") == 2000))["row_key"].item() == "Share of GDP!7:2000"
    current = sipri_milex.read_current_gdp(written / sipri_milex.FILE, "USA")
    assert current.filter(pl.col("year") == 2000)["current"].item() == pytest.approx(20)


def test_gdp_sums_the_ussr_and_ends_with_what_was_observed(written: Path) -> None:
    gdp = values(gapminder.read_gdp(written / gapminder.INCOME, written / gapminder.PEOPLE))
    assert gdp["RUS", 1991] == 15 * 1000
    assert gdp["RUS", 1992] == 1000
    assert ("KOR", 2025) not in gdp
    people = gapminder.read_population(written / gapminder.PEOPLE)
    assert people["year"].max() == 2025
    assert set(people.filter(pl.col("year") >= 2024)["note"]) == {"projected"}


def test_gdp_names_both_files_and_grades_guesses(written: Path) -> None:
    rows = gapminder.read_gdp(written / gapminder.INCOME, written / gapminder.PEOPLE)
    grade = {(row["state"], row["year"]): (row["confidence"], row["note"]) for row in rows.to_dicts()}
    assert grade["PRK", 2000][0] == "low"
    assert grade["DEU", 1989] == ("medium", "includes East Germany")
    assert grade["DEU", 1991] == ("high", None)
    assert grade["RUS", 1990] == ("medium", "sum of today's states")
    union = rows.filter((pl.col("state") == "RUS") & (pl.col("year") == 1990)).row(0, named=True)
    assert union["file"] == f"{gapminder.INCOME} ; {gapminder.PEOPLE}"
    heads, persons = union["row_key"].split(" ; ")
    assert heads == persons
    assert len(heads.split(",")) == 15


def test_an_incomplete_sum_is_missing_and_halves_are_dropped(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("country,time,pop\ncze,1980,10\nsrb,2000,7\nmne,2000,1\nvnm,1975,50\nvnm,1976,51\nyem,1989,12\n")
    found = values(gapminder.read_population(people))
    whole = {key: value for key, value in found.items() if key[0] not in ("CZE", "MNE")}
    assert whole == {("SRB", 2000): 8, ("VNM", 1976): 51}  # of Czechoslovakia one half is missing


def test_troops_take_september_and_the_best_count(written: Path) -> None:
    rows = troopdata.read_troops(written / troopdata.REPORTS, written / troopdata.YEARLY)
    assert values(rows) == {
        ("KOR", 2000): 36000,  # September, although December is there
        ("KOR", 2003): 41145,  # the yearly file, which is not used for 2000
        ("KOR", 2024): 500,
        ("IRQ", 2003): 136000,  # reported as 0
        ("JPN", 1970): 82264,  # with Okinawa
        ("JPN", 2016): 38834,
        ("RVN", 1968): 537000,  # 817 before 1976
        ("VNM", 2005): 13,  # 817 after
        ("RUS", 1992): 60,  # two rows
    }
    graded = {(row["state"], row["year"]): (row["confidence"], row["note"]) for row in rows.to_dicts()}
    assert graded["KOR", 2000] == ("high", "September")
    assert graded["KOR", 2003] == ("medium", "yearly highest value")
    assert graded["KOR", 2024] == ("medium", "March; small missions and rotations left out")
    assert graded["JPN", 2016] == ("low", "September; a break in reporting")
    assert set(rows["other"]) == {"USA"}


def test_ideal_points_of_one_scale(written: Path) -> None:
    found = values(unga_ideal.read_ideal_point(written / unga_ideal.FILE))
    own = {(state, year): value for (state, name, year), value in found.items() if name == "ideal_point"}
    assert own == {("USA", 2000): 2.5, ("KOR", 2000): 0.5, ("DEU", 1989): 1.0, ("DEU", 1990): pytest.approx(1.1)}
    # the other sets of votes are series of their own, and a row that has nothing but the legacy value is none
    assert found["KOR", "ideal_point_all", 2000] == 0.75
    assert found["KOR", "ideal_point_legacy", 2000] == 0.25
    assert found["KOR", "ideal_point_error", 2000] == 0.25
    assert ("DEU", "ideal_point_all", 1989) not in found
    assert not [name for _, name, _ in found if name == "ideal_point_aside"]  # too few states
    assert len(found) == 4 * 4 - 1


def test_other_sets_of_votes_are_brought_to_one_scale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sets on other scales: what is left is what they say beyond the first, of the states that both have."""
    monkeypatch.setattr(unga_ideal, "FEWEST", 4)
    codes = [2, 20, 70, 732, 740]
    own, beyond = np.array([2.0, 1.0, 0.0, -1.0, -2.0]), np.array([0.1, -0.2, 0.0, 0.2, -0.1])
    beyond -= np.polynomial.Polynomial.fit(own, beyond, 1)(own)
    rows = pd.DataFrame({"ccode": codes, "year": 2000, "idealpointfp": own})
    rows = rows.assign(idealpointall=3 + 0.5 * own + beyond, idealpointlegacy=np.nan, q5fp=own - 0.1, q95fp=own + 0.3)
    later = rows.assign(year=2001, idealpointall=[1.0, 0.5, 0.0, np.nan, np.nan])
    path = tmp_path / "points.dta"
    pd.concat([rows, later]).astype({"ccode": "int16"}).to_stata(path, write_index=False)
    found = unga_ideal.read_ideal_point(path).filter(pl.col("variable") == "ideal_point_aside")
    assert set(found["year"]) == {2000}
    told = dict(zip(found["state"], found["value"], strict=True))
    for state, value in zip(("USA", "CAN", "MEX", "KOR", "JPN"), beyond, strict=True):
        assert told[state] == pytest.approx(value, abs=1e-6)


def test_capabilities_and_democracy_keep_the_united_state(written: Path) -> None:
    found = values(nmc.read_capabilities(written / nmc.FILE))
    assert found["DEU", "cinc", 1990] == 0.04
    assert ("PRK", "milex", 2002) not in found
    assert values(isard.read_polyarchy(written / isard.DEMOCRACY))["DEU", 1990] == 0.9


def test_nuclear_sources(written: Path) -> None:
    rungs = values(nuclear.read_nuclear_rung(written / nuclear.RUNGS))
    assert rungs == {(1938,): 0, (1969,): 0, (1970,): 1, (1971,): 2, (1976,): 0}  # Tibet is no state
    warheads = nuclear.read_warheads(written / nuclear.WARHEADS)
    assert values(warheads) == {("USA", 2000): 10577, ("PRK", 2021): 20}  # no World
    assert warheads.filter(pl.col("state") == "PRK")["note"].item() is not None


def test_arms_windows_spread_deliveries_and_count_all_suppliers(written: Path) -> None:
    rows = sipri_register.read_arms(written / sipri_register.FILE, 2010)
    found = values(rows)
    # 5 in 2000; in 2001 5 from the United States, 10 from the Soviet Union, 20 of unknown origin.
    imports = {year: found["KOR", None, "arms_imports", year] for year in (2000, 2001, 2004, 2005)}
    assert imports == {2000: 5, 2001: 40, 2004: 40, 2005: 35}
    assert ("KOR", None, "arms_imports", 2006) not in found
    assert found["KOR", "USA", "arms_dependence", 2001] == 0.25
    assert found["KOR", "RUS", "arms_dependence", 2001] == 0.25
    assert found["KOR", "CHN", "arms_dependence", 2001] == 0.0
    assert found["TWN", None, "arms_imports", 2000] == 3.25  # the broken row, joined
    assert set(rows["state"]) == {"KOR", "TWN"}  # rebels, and orders without a delivery
    key = rows.filter((pl.col("state") == "KOR") & (pl.col("variable") == "arms_imports") & (pl.col("year") == 2001))
    assert key["row_key"].item() == "2,3,4"


REGISTER = (
    "Recipient,Supplier,Year of order, ,Year(s) of delivery,SIPRI TIV for total order,SIPRI TIV of delivered weapons"
)
orders = st.lists(
    st.tuples(st.lists(st.integers(1990, 2000), min_size=1, max_size=4), st.integers(1, 999)), min_size=1, max_size=6
)


@given(orders, st.integers(1990, 2004))
@settings(max_examples=25, deadline=None)
def test_a_window_is_the_sum_of_what_was_delivered_in_it(made: list[tuple[list[int], int]], year: int) -> None:
    lines = [f"Japan,France,1989,,{'; '.join(map(str, years))},{value},{value}" for years, value in made]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "register.csv"
        file.write_text("\n".join([REGISTER, *lines]))
        rows = sipri_register.read_arms(file, 2004)
    expected = sum(value * sum(year - 4 <= y <= year for y in years) / len(years) for years, value in made)
    by_year = {row["year"]: row["value"] for row in rows.to_dicts() if row["variable"] == "arms_imports"}
    assert by_year.get(year, 0.0) == pytest.approx(expected)
    of_france = (pl.col("other") == "FRA") & (pl.col("variable") == "arms_dependence")
    shares = rows.filter(of_france & (pl.col("year") == year))["value"].to_list()
    assert shares == ([1.0] if expected else [])


def test_on_order_is_what_was_ordered_less_what_came(tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    lines = (
        "Japan,United States,2000,,2002; 2003,40,20",  # cut short: half of it never came
        "Japan,France,2000,?,2002,6,6",  # the year of the order is an estimate: from the first delivery on
        "Japan,United States,2001,?,,9,0",  # nothing says when
        "Japan,France,1990,,2001,7,7",  # long ago
    )
    file.write_text("\n".join([REGISTER, *lines]))
    rows = sipri_register.read_arms(file, 2006)
    found = {(r["variable"], r["other"], r["year"]): r["value"] for r in rows.to_dicts()}
    of_all = [found["arms_on_order", None, year] for year in range(2001, 2007)]
    assert of_all == [40.0, 30.0, 20.0, 20.0, 20.0, 20.0]
    assert [found["supplier_on_order", "USA", year] for year in (2001, 2002, 2003)] == [40.0, 30.0, 20.0]
    assert found["supplier_on_order", "FRA", 2002] == 0.0
    assert found["supplier_on_order", "CHN", 2002] == 0.0
    came = [found["arms_delivered", None, year] for year in range(2001, 2006)]
    assert came == [7.0, 16.0, 10.0, 0.0, 0.0]
    assert found["supplier_delivered", "USA", 2002] == 10.0
    assert ("arms_on_order", None, 2000) not in found  # no imports in the window: nothing is known of the share


def test_what_comes_later_does_not_change_what_was_on_order(tmp_path: Path) -> None:
    file, early = tmp_path / "register.csv", {}
    for later in ("", "Japan,United States,2004,,2005; 2006,500,500", "Japan,France,2003,?,2005,80,80"):
        file.write_text("\n".join([REGISTER, "Japan,United States,2000,,2001; 2002,40,40", later]))
        rows = sipri_register.read_arms(file, 2006).filter(pl.col("year") <= 2003).sort("variable", "other", "year")
        early[later] = rows.select("variable", "other", "year", "value").rows()
    assert early[""]
    assert all(found == early[""] for found in early.values())


def test_windows_end_where_the_edition_does(written: Path) -> None:
    assert sipri_register.read_arms(written / sipri_register.FILE, 2002)["year"].max() == 2002


def test_a_delivered_order_without_a_value_is_an_error(written: Path, tmp_path: Path) -> None:
    text = (written / sipri_register.FILE).read_text(encoding="utf-8").replace(",0.25,3.5,3.25", "")
    broken = tmp_path / "register.csv"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no 'SIPRI TIV of delivered weapons'"):
        sipri_register.read_arms(broken, 2010)


def test_signals_have_no_patron_as_its_own_protege(written: Path) -> None:
    rows = mcmanus_nieman.read_signals(written / mcmanus_nieman.FILE)
    assert set(rows["variable"]) == {f"signal_{name}" for name in (
        "nukes", "visits", "words", "exercises", "pact", "troops", "arms", "aid")}  # fmt: skip
    assert rows.filter(pl.col("state") == pl.col("other")).is_empty()
    assert rows.filter((pl.col("state") == "KOR") & (pl.col("variable") == "signal_words"))["other"].to_list() == [
        "USA"
    ]


def test_distance_takes_the_nearer_of_two_numbers(written: Path) -> None:
    found = values(geography.read_distance(written / geography.DISTANCE))
    assert found == {("KOR", "PRK", 2000): 0, ("KOR", "USA", 2000): 5000, ("DEU", "JPN", 1990): 7900}


def test_contiguity_takes_the_closer_spell_and_no_zero(written: Path) -> None:
    found = values(geography.read_contiguity(written / geography.CONTIGUITY))
    assert {pair[:2] for pair in found} == {("KOR", "PRK"), ("JPN", "KOR")}
    assert [found["JPN", "KOR", year] for year in (1959, 1960, 2016)] == [4, 3, 4]


def test_rivalry_without_an_end_goes_on(written: Path) -> None:
    spells = rivalry.read_rivalry_spells(written / rivalry.RIVALRIES)
    assert sorted(spells.select("state", "other", "start", "end").rows()) == [
        ("KOR", "PRK", 1948, None),
        ("RUS", "USA", 1945, 1989),
        ("RUS", "USA", 2007, None),
    ]
    years = values(rivalry.read_rivalry(written / rivalry.RIVALRIES))
    assert ("RUS", "USA", 1989) in years
    assert ("RUS", "USA", 1990) not in years
    assert ("RUS", "USA", 2020) in years


def test_the_patron_owes_and_the_ally_does_not(written: Path) -> None:
    owed = values(atop.read_obligation(written / atop.DUTIES))
    assert owed == {("JPN", "USA", 2000): 3, ("JPN", "USA", 2016): 3, ("PRK", "RUS", 2000): 0}
    either = values(atop.read_pacts(written / atop.DUTIES))
    assert either["JPN", "USA", "defence", 2000] == 1
    assert either["JPN", "KOR", "consult", 2000] == 1


def test_memberships_in_force_have_no_end(written: Path) -> None:
    found = atop.read_memberships(written / atop.MEMBERS)
    assert set(found["atopid"]) == {1, 2}  # the third ended in 1866
    first = found.filter(pl.col("atopid") == 1)
    assert first["last_year"].to_list() == first["termmode"].to_list() == [None, None]
    assert sorted(first["strength"]) == [1, 3]


def test_general_agreements_begin_in_force_or_signed(written: Path) -> None:
    found = values(dcad.read_agreements(written / dcad.FILE))
    assert {pair[:2] for pair in found} == {("JPN", "KOR"), ("RUS", "USA")}
    assert min(year for state, _, year in found if state == "JPN") == 1999
    assert min(year for state, _, year in found if state == "RUS") == 1991
    assert max(year for *_, year in found) == 2010


def test_disputes_count_each_pair_once(written: Path) -> None:
    rows = disputes.read_disputes(written / disputes.DISPUTES)
    found = values(disputes.to_dispute_years(rows, disputes.DISPUTES))
    assert found["KOR", "PRK", "disputes", 2000] == 2
    assert found["KOR", "PRK", "disputes", 2001] == 0  # goes on, none begins
    assert found["KOR", "PRK", "hostility", 2001] == 4
    assert found["PRK", "USA", "hostility", 2001] == 3  # -9 is missing
    force = disputes.to_force_onsets(rows).select("dispute", "state", "other", "year").rows()
    assert force == [(1, "KOR", "PRK", 2000)]


def test_crises_need_a_year_and_a_state_that_threatens(written: Path) -> None:
    assert icb.read_crises(written / icb.CRISES)["crisis"].to_list() == [1]
    actors = icb.read_crisis_actors(written / icb.ACTORS)
    assert dict(actors.select("state", "threat").iter_rows()) == {"JPN": "PRK", "PRK": None}
    assert icb.to_crisis_onsets(actors).select("state", "other", "year").rows() == [("JPN", "PRK", 2001)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("country,time\nkor,2000\n", "no column 'pop'"),
        ("country,time,pop\nkor,2000,many\n", r"row 2, pop: found 'many'"),
        ("country,time,pop\nkor,2000,5\nkor,2000,6\n", "2 doubled rows"),
        ("country,time,pop\nkor,2000,5e12\n", "Has the unit changed"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=rf"people\.csv.*{message}"):
        gapminder.read_population(file)
