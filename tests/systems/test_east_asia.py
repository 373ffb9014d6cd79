"""The shipped East Asia system."""

from __future__ import annotations

import polars as pl
import pytest

from moorings.ask.language import parse
from moorings.systems.check import check_system
from moorings.systems.load import SHIPPED, load_events, load_observations, load_polls, load_system
from moorings.systems.tables import EVENTS, TABLES

FOLDER = SHIPPED / "east-asia"


@pytest.fixture(scope="module")
def observations() -> pl.DataFrame:
    return load_observations(load_system("east-asia"))


def one(frame: pl.DataFrame, state: str, variable: str, year: int, other: str | None = None) -> dict:
    rows = frame.filter(
        (pl.col("state") == state)
        & (pl.col("variable") == variable)
        & (pl.col("year") == year)
        & (pl.col("other") == other if other else pl.col("other").is_null())
    )
    assert len(rows) == 1
    return rows.to_dicts()[0]


def test_it_passes_its_own_check():
    assert check_system(FOLDER) == []


def test_who_is_in_it():
    system = load_system("east-asia")
    assert system.allies == ("JPN", "KOR", "TWN", "PHL", "AUS", "THA", "NZL")
    assert system.adversaries == ("CHN", "PRK", "RUS")
    assert set(system.allies) - set(system.rated) == {"TWN"} == set(system.not_rated)
    assert (system.start, system.end, system.facts_until) == (2025, 2036, "2026-10")


def test_the_five_questions():
    headline = load_system("east-asia").headline
    questions = [question.event for question in headline if question.role == "question"]
    assert questions == [
        "noticeable_drift(JPN) in 2036 and noticeable_drift(KOR) in 2036",
        "not noticeable_drift(KOR) in 2029 and noticeable_drift(KOR) in 2036",
        "new_pact(JPN, KOR) by 2036",
        "nuclear(JPN) >= pursuing by 2036 or nuclear(KOR) >= pursuing by 2036",
        "separate_peace(KOR, PRK) by 2036",
    ]
    beside = [question.event for question in headline if question.role == "beside"]
    assert "noticeable_drift(JPN) in 2036 or noticeable_drift(KOR) in 2036" in beside
    assert "not noticeable_drift(JPN) in 2029 and noticeable_drift(JPN) in 2036" in beside
    assert [question.event for question in headline if question.role == "driver"] == ["troops_leave(KOR) by 2036"]


def test_the_questions_are_in_the_event_language():
    for question in load_system("east-asia").headline:
        assert parse(question.event) is not None


def test_no_row_is_of_low_confidence(observations):
    system = load_system("east-asia")
    frames = [observations, load_polls(system), *(load_events(system, name) for name in EVENTS)]
    assert {value for frame in frames for value in frame["confidence"]} == {"high", "medium"}
    assert all(frame["source"].null_count() == 0 for frame in frames)


def test_nothing_of_pew():
    assert [path.name for path in FOLDER.glob("*.csv") if "pew" in path.read_text(encoding="utf-8").lower()] == []


def test_keys_are_unique(observations):
    assert not observations.select("state", "other", "year", "variable").is_duplicated().any()


def test_every_table_is_there_and_small():
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(TABLES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 900_000


def test_the_readme_counts_rows_and_credits_sources():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in TABLES:
        with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
            rows = sum(1 for _ in file) - 1
        assert f"| `{name}.csv` | {rows:,} |" in text
    assert "SIPRI" in text
    assert "CC BY" in text


def test_known_figures(observations):
    assert one(observations, "JPN", "burden", 2024)["value"] == pytest.approx(0.0137, abs=5e-5)
    assert one(observations, "KOR", "troops", 2025, "USA")["value"] == 23_642
    assert one(observations, "JPN", "gdp", 2024)["value"] == pytest.approx(5.7e12, rel=0.05)
    assert one(observations, "NZL", "obligation", 2025, "USA")["value"] == 1
    assert one(observations, "TWN", "obligation", 2025, "USA")["value"] == 0


def test_known_pairs(observations):
    assert one(observations, "CHN", "rivalry", 1995, "JPN")["value"] == 0
    assert one(observations, "CHN", "rivalry", 1996, "JPN")["value"] == 1
    assert one(observations, "PRK", "defence", 2023, "RUS")["value"] == 0
    assert one(observations, "PRK", "defence", 2024, "RUS")["value"] == 1
    assert one(observations, "KOR", "force", 2010, "PRK")["value"] >= 2
    assert one(observations, "KOR", "contiguity", 2025, "PRK")["value"] == 1


def test_known_ties(observations):
    assert one(observations, "JPN", "tie", 2024, "PHL")["value"] == 1
    raa = one(observations, "JPN", "tie", 2025, "PHL")
    assert (raa["value"], raa["source"]) == (2, "agreements: jpn-phl-raa")
    gsomia = one(observations, "JPN", "tie", 2025, "KOR")
    assert gsomia["value"] == 1
    assert "kor-jpn-gsomia" in gsomia["source"]
    assert one(observations, "CHN", "tie", 2025, "PRK")["value"] == 3
    assert one(observations, "PRK", "tie", 2023, "RUS")["value"] == 1


def test_breaks_in_troop_reports_are_marked(observations):
    breaks = observations.filter(pl.col("note").str.starts_with("reporting break"))
    assert set(breaks["variable"]) == {"troops"}
    assert set(breaks["confidence"]) == {"medium"}
    assert set(breaks.select("state", "year").rows()) == {
        ("JPN", 2016),
        ("JPN", 2017),
        ("PHL", 2008),
        *((state, year) for state in ("AUS", "NZL", "PHL", "THA") for year in (2024, 2025)),
    }


def test_rebuilt_and_estimated_figures_are_not_of_high_confidence(observations):
    assert one(observations, "TWN", "gdp", 1999)["confidence"] == "high"
    assert one(observations, "TWN", "gdp", 2024)["confidence"] == "medium"


def test_figures_of_sipri_are_a_small_extract(observations):
    arms = observations.filter(pl.col("variable").is_in(["arms_imports", "arms_dependence"]))
    assert set(arms["state"]) <= set(load_system("east-asia").allies)


def test_episodes_tie_nobody():
    agreements = load_events(load_system("east-asia"), "agreements")
    episodes = agreements.filter(pl.col("id").is_in(["phl-usa-vfa-notice-2020", "kor-jpn-gsomia-2019"]))
    assert episodes["strength"].to_list() == [0, 0]
