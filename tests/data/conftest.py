"""A made-up mirror: few rows for every source, in the sources' own formats, traps included."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import rdata

from moorings.core.digest import file_digest
from moorings.data import panel as panel_module
from moorings.data import tables
from moorings.data.cards import Card
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

Rows = Sequence[Sequence[object]]
REPUBLICS = ("rus", "ukr", "blr", "uzb", "kaz", "geo", "aze", "ltu", "mda", "lva", "kgz", "tjk", "arm", "tkm", "est")


def write_text(path: Path, header: Sequence[str], rows: Rows, mark: str = "") -> Path:
    """A comma-separated file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(mark)
        csv.writer(file).writerows([header, *rows])
    return path


def write_r(path: Path, header: Sequence[str], rows: Rows) -> Path:
    """An R data file with one table of numbers and text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(list(rows), columns=list(header))
    table = table.astype({name: "float64" for name in header if table[name].dtype.kind in "iuf"})
    rdata.write_rda(path, {path.stem: table})
    return path


def write_book(path: Path, sheets: dict[str, Rows]) -> Path:
    """A spreadsheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def days(year: int, month: int = 1, day: int = 1) -> int:
    """R's number of a date."""
    return (date(year, month, day) - date(1970, 1, 1)).days


def _write_states(root: Path) -> None:
    still = days(2016, 12, 31)
    members = [
        (2, "USA", "United States", days(1816), still),
        (260, "GFR", "German Federal Republic", days(1955), days(1990, 10, 2)),
        (255, "GMY", "Germany", days(1990, 10, 3), still),
        (365, "RUS", "Russia", days(1816), still),
        (713, "TAW", "Taiwan", days(1949), still),
        (731, "PRK", "North Korea", days(1948), still),
        (732, "ROK", "South Korea", days(1949), still),
        (740, "JPN", "Japan", days(1860), days(1945, 8, 14)),
        (740, "JPN", "Japan", days(1952), still),
        (817, "RVN", "Republic of Vietnam", days(1954), days(1975, 4, 30)),
        (240, "HAN", "Hanover", days(1838), days(1866)),
    ]
    write_r(root / isard.SYSTEM, ["ccode", "cw_abb", "cw_name", "start", "end"], members)
    numbers = [(2, 2), (260, 260), (255, 260), (365, 365), (713, 713), (731, 731), (732, 732), (740, 740)]
    write_r(root / isard.PANEL, ["ccode", "gwcode", "year"], [(cow, gw, 1990) for cow, gw in numbers])
    democracy = [(732, 1986, 0.3), (732, 1987, 0.4), (260, 1990, 0.8), (255, 1990, 0.9), (731, 1990, None)]
    write_r(root / isard.DEMOCRACY, ["ccode", "year", "v2x_polyarchy"], democracy)


def _write_wealth(root: Path) -> None:
    years = range(1985, 2027)
    income = [(code, year, 100) for code in (*REPUBLICS, "usa", "kor", "prk", "deu", "twn") for year in years]
    people = [(code, year, 10) for code in (*REPUBLICS, "usa", "kor", "prk", "deu", "twn") for year in years]
    write_text(root / gapminder.INCOME, ["country", "time", "gdp_pcap"], income)
    write_text(root / gapminder.PEOPLE, ["country", "time", "pop"], people)
    heading = ["Country", None, *range(1985, 2025)]
    usa, kor = ([name, None, *([value] * 40)] for name, value in (("United States of America", 1), ("Korea, South", 2)))
    values = (("United States of America", 0.05, "..."), ("Korea, South", 0.04, "xxx"), ("Angola", "...", 1.7e-7))
    share = [[name, None, *([value] * 39), last] for name, value, last in values]
    front = [["Military expenditure"], [None], [None]]
    book = {"Share of GDP": [*front, heading, ["Asia & Oceania"], *share], "Current US$": [*front, heading, usa, kor]}
    write_book(root / sipri_milex.FILE, book)
    capabilities = [(732, 2000, 1.0, 0.02), (260, 1990, 5.0, 0.03), (255, 1990, 6.0, 0.04), (731, 2002, None, 0.01)]
    write_r(root / nmc.FILE, ["ccode", "year", "milex", "cinc"], capabilities)


def _write_troops(root: Path) -> None:
    reports = ["ccode", "year", "month", "Location", "Total Active Duty", "troops_ad", "Total"]
    rows = [
        (732, 2000, "September", "KOREA", "NA", 36000, 36001),
        (732, 2000, "December", "KOREA", "NA", 99, 99),
        (732, 2024, "March", "KOREA", 500, 501, "NA"),
        (740, 1970, "September", "Ryukyu Islands", "NA", 44752, 44752),
        (740, 2016, "September", "JAPAN", 38834, 38834, "NA"),
        (817, 1954, "June", "Indo-China (Vietnam, Laos, Cambodia)", "NA", 300, 300),
        (817, 1968, "September", "South Viet-Nam", "NA", 537000, 537000),
        (817, 2005, "September", "Vietnam", "NA", 13, 13),
        (365, 1992, "September", "Russia", "NA", 59, 59),
        (365, 1992, "September", "Total - Former Soviet Union", "NA", 60, 60),
        (645, 2018, "September", "IRAQ", 5, 5, "NA"),
        (645, 2003, "September", "IRAQ", 0, 0, "NA"),
        (645, 2006, "September", "IRAQ", 0, 0, "NA"),
        (1008, 2000, "September", "Guam", "NA", 3000, 3000),
        (2, 2000, "September", "United States", "NA", 900000, 900000),
    ]
    write_text(root / troopdata.REPORTS, reports, rows)
    yearly = [
        (732, 2003, 41145),
        (732, 2000, 37000),
        (740, 1970, 82264),
        (740, 1951, 172861),
        (1008, 2003, 3000),
        (645, 2003, 136000),
    ]
    yearly += [(713, 2003, 0)]
    write_text(root / troopdata.YEARLY, ["ccode", "year", "troops_ad"], yearly)


def _write_arms(root: Path) -> None:
    header = ["Recipient", "Supplier", "Year of order", " ", "Number ordered", " ", "Weapon designation", "status"]
    header += [
        "Year(s) of delivery",
        "SIPRI TIV per unit",
        "SIPRI TIV for total order",
        "SIPRI TIV of delivered weapons",
    ]
    whole = [
        ("South Korea", "United States", 1999, "", 2, "", "F-16", "New", "2000; 2001", 5, 10, 10),
        ("South Korea", "Soviet Union", 1999, "", 1, "", "T-80", "New", "2001", 10, 10, 10),
        ("South Korea", "unknown supplier(s)", 1999, "", 1, "", "x", "New", "2001", 20, 20, 20),
        ("Viet Cong (South Vietnam)*", "China", 1966, "", 1, "", "x", "New", "1967", 1, 1, 1),
        ("North Korea", "China", 2000, "", 1, "", "x", "New", "", 1, 1, 0),
        ("Taiwan", "United States", 1999, "", 1, "", "F-5", "New", "2000", "", "", ""),
    ]
    file = write_text(root / sipri_register.FILE, header, whole, mark="\ufeff")
    with file.open("a", encoding="utf-8") as text:
        text.write(",0.25,3.5,3.25\r\n")


def _write_politics(root: Path) -> None:
    points = pd.DataFrame(
        {
            "ccode": pd.Series([2, 732, 260, 255, 260], dtype="int16"),
            "year": pd.Series([2000, 2000, 1989, 1990, 1990], dtype="float32"),
            "iso3c": ["USA", "KOR", "DEU", "DEU", ""],
            "idealpointfp": pd.Series([2.5, 0.5, 1.0, 1.1, None], dtype="float32"),
            "idealpointall": pd.Series([2.25, 0.75, None, 1.0, None], dtype="float32"),
            "idealpointlegacy": pd.Series([2.0, 0.25, 1.0, 1.0, 0.5], dtype="float32"),
            "q5fp": pd.Series([2.25, 0.25, 0.5, 1.0, None], dtype="float32"),
            "q95fp": pd.Series([2.75, 0.75, 1.0, 1.5, None], dtype="float32"),
        }
    )
    (root / unga_ideal.FILE).parent.mkdir(parents=True, exist_ok=True)
    points.to_stata(root / unga_ideal.FILE, write_index=False)
    rungs = [("South Korea", year, rung) for year, rung in ((1969, 0), (1970, 1), (1971, 2), (1976, 0))]
    header = ["Entity", "Year", "nuclear_weapons_status"]
    write_text(root / nuclear.RUNGS, header, [*rungs, ("Tibet", 1970, 0), ("South Korea", 1938, 0)])
    warheads = [("United States", "USA", 2000, 10577), ("World", "OWID_WRL", 2000, 20000), ("x", "PRK", 2021, 20)]
    write_text(root / nuclear.WARHEADS, ["Entity", "Code", "Year", "nuclear_weapons_stockpile"], warheads)
    signals = ["nukes", "vis", "words", "ex", "pact", "troops", "arms", "econaid"]
    patrons = {"nukes": ("us", "uk", "rus"), "words": ("us",), "econaid": ("us",)}
    columns = [f"{p}_{s}" for s in signals for p in patrons.get(s, ("us", "uk", "fra", "rus", "chi"))]
    values = [(732, 1985, *([1] * len(columns))), (200, 1985, *([1] * len(columns)))]
    write_text(root / mcmanus_nieman.FILE, ["ccode", "year", *columns], values)


def _write_pairs(root: Path) -> None:
    distances = [(731, 732, 2000, 0.0), (2, 732, 2000, 5000.0), (260, 740, 1990, 8000.0), (255, 740, 1990, 7900.0)]
    write_r(root / geography.DISTANCE, ["ccode1", "ccode2", "year", "mindist"], distances)
    land = [(731, 732, 1, days(1948), days(2016, 12, 1)), (731, 740, 0, days(1948), days(2016, 12, 1))]
    land += [(732, 740, 4, days(1949), days(2016, 12, 1)), (732, 740, 3, days(1960), days(1961, 12, 1))]
    write_r(root / geography.CONTIGUITY, ["ccode1", "ccode2", "conttype", "stdate", "enddate"], land)
    rivals = [(731, 732, 1948, 2020), (2, 365, 1945, 1989), (2, 365, 2007, 2020)]
    write_r(root / rivalry.RIVALRIES, ["ccode1", "ccode2", "start", "end"], rivals)
    duties = ["ccode1", "ccode2", "year", "atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"]
    pacts = [(2, 740, year, 1, 0, 0, 1, 1) for year in (2000, 2016)] + [(740, 2, 2000, 0, 0, 0, 1, 1)]
    pacts += [(732, 740, 2000, 0, 0, 0, 0, 1), (365, 731, 2000, 0, 0, 0, 1, 0)]
    write_r(root / atop.DUTIES, duties, pacts)
    members = ["atopid", "member", "yrent", "yrexit", "bilat", "termmode", "defense", "consul"]
    rows = [(1, 2, 1960, 0, 1, 0, 1, 1), (1, 740, 1960, 0, 1, 0, 0, 1)]
    rows += [(2, 2, 1970, 1980, 0, 3, 1, 0), (2, 732, 1970, 1980, 0, 3, 1, 0), (2, 255, 1975, 1980, 0, 3, 1, 0)]
    rows += [(3, 240, 1838, 1866, 1, 1, 1, 0)]
    write_text(root / atop.MEMBERS, members, rows)
    agreements = [(732, 740, "general", 1999, "", 2010), (732, 731, "sector", 1999, 1999, 2010)]
    agreements += [(2, 732, "general", -99, 2012, 2010), (2, 365, "general", 1990, 1991, -88)]
    write_text(root / dcad.FILE, ["ccode1", "ccode2", "type", "signYear", "EIFYear", "endYearEstimate"], agreements)


def _write_conflict(root: Path) -> None:
    header = ["dispnum", "ccode1", "ccode2", "year", "{}", "sidea1", "sidea2", "hostlev1", "hostlev2", "orig1", "orig2"]
    rows = [
        (1, 731, 732, 2000, 1, 1, 0, 4, 1, 1, 1),
        (1, 732, 731, 2000, 1, 0, 1, 1, 4, 1, 1),
        (1, 731, 732, 2001, 0, 1, 0, 4, 1, 1, 1),
        (1, 732, 731, 2001, 0, 0, 1, 1, 4, 1, 1),
        (1, 731, 2, 2001, 1, 1, 0, -9, 3, 1, 0),
        (1, 2, 731, 2001, 1, 0, 1, 3, -9, 0, 1),
        (2, 731, 732, 2000, 1, 1, 0, -9, -9, 1, 1),
        (2, 732, 731, 2000, 1, 0, 1, -9, -9, 1, 1),
    ]
    write_r(root / disputes.DISPUTES, [name.format("disponset") for name in header], rows)
    crises = [(1, "KOREA", 2001, 2002, 3, 5), (474, "HUTHI", "", "", "", "")]
    write_text(root / icb.CRISES, ["crisno", "crisname", "yrtrig", "yrterm", "viol", "usinv"], crises, mark="\ufeff")
    header = ["crisno", "cracid", "systrgyr", "yrtrig", "southv", "usinv", "usfavr"]
    actors = [(1, 740, 2001, 2001, 731, 5, 1), (1, 731, 2001, 2001, 996, 1, ""), (2, 2, 1918, 1918, 365, 1, 1)]
    write_text(root / icb.ACTORS, header, actors, mark="\ufeff")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the made-up mirror; not to be changed."""
    root = tmp_path_factory.mktemp("mirror")
    writers = (_write_states, _write_wealth, _write_troops, _write_arms, _write_politics, _write_pairs, _write_conflict)
    for write in writers:
        write(root)
    return root


@pytest.fixture(scope="session")
def written_cards(written: Path) -> tuple[Card, ...]:
    """The cards with the digests of the made-up files."""
    return tuple(
        replace(card, files=tuple(replace(file, full=file_digest(written / file.path)) for file in card.files))
        for card in CARDS
    )


@pytest.fixture
def made_up(written: Path, written_cards: tuple[Card, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up mirror, taken for the original, with an empty `MOORINGS_HOME`."""
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)
    monkeypatch.setattr(panel_module, "CARDS", written_cards)
    monkeypatch.setattr(tables, "CARDS", written_cards)
    return written
