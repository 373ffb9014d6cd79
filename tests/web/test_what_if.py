"""The sliders' page and its twins."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
from fastapi.testclient import TestClient

from moorings.show.words import figure
from moorings.web import desk
from moorings.web.settings import Settings

HALVED = {"set": "troops(KOR)=-50%", "state": "KOR"}


def test_the_page_carries_scenario_and_levers(client: TestClient) -> None:
    page = client.get("/what-if", params=HALVED)
    assert page.status_code == 200
    assert "troops(KOR) = -50%" in page.text
    assert page.text.count('type="range"') >= 10


def test_the_twin_pairs_scenario_and_baseline(client: TestClient) -> None:
    found = client.get("/what-if.json", params=HALVED).json()
    troops = found["variables"]["troops"]
    assert found["set"] == {"troops(KOR)": "-50%"}
    assert abs(troops["scenario"]["q50"][-1] / troops["baseline"]["q50"][-1] - 0.5) < 0.01
    assert troops["difference"]["share_above_0"][-1] == 0.0
    assert found["years"] == list(range(2025, 2037))


def test_no_lever_no_difference(client: TestClient) -> None:
    found = client.get("/live.json", params={"state": "JPN"}).json()
    assert set(found["variables"]["drift"]["difference"]["q95"]) == {0.0}


def test_the_accept_header_asks_for_the_twin(client: TestClient) -> None:
    found = client.get("/what-if", params=HALVED, headers={"accept": "application/json"})
    assert found.json() == client.get("/what-if.json", params=HALVED).json()


def test_the_table_holds_every_variable_and_year(client: TestClient) -> None:
    text = client.get("/what-if.csv", params=HALVED).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["of"] for row in rows} == {"baseline", "scenario", "difference"}
    assert {"drift", "troops", "burden"} <= {row["variable"] for row in rows}


def test_the_picture_is_a_png(client: TestClient) -> None:
    assert client.get("/what-if.png", params=HALVED).content.startswith(b"\x89PNG")


def test_an_ally_that_is_not_rated_is_shown_in_other_variables(client: TestClient) -> None:
    found = client.get("/what-if.json", params={"state": "TWN"}).json()
    assert found["noticeable"] is None
    assert "drift" not in found["variables"]
    assert client.get("/what-if", params={"state": "TWN"}).status_code == 200


def test_a_lever_out_of_range_says_what_is_allowed(client: TestClient) -> None:
    answer = client.get("/what-if.json", params={"set": "style=7"})
    assert answer.status_code == 400
    assert "-1 to 1" in answer.json()["allowed"]
    page = client.get("/what-if", params={"set": "style=7"})
    assert page.status_code == 400
    assert "-1 to 1" in page.text


def test_a_misspelt_lever_names_the_nearest(client: TestClient) -> None:
    answer = client.get("/live.json", params={"set": "troop(KOR)=-50%"})
    assert (answer.status_code, "troops" in answer.json()["remedy"]) == (400, True)


def test_it_says_what_the_answer_rests_on(client: TestClient) -> None:
    found = client.get("/what-if.json", params=HALVED).json()["rests_on"]
    assert {"troops", "withdrawal"} == set(found["mechanical"])
    assert found["by_variable"]["drift"] == min(
        row["share"] for row in found["links"] if not row["serves"] or "drift" in row["serves"]
    )
    page = unescape(client.get("/what-if", params=HALVED).text)
    assert "What the answer rests on" in page
    assert all(row["link"] in page and row["why"] in page for row in found["links"])
    assert client.get("/what-if.json").json()["rests_on"] is None


def test_it_says_by_how_much_drift_moves(client: TestClient) -> None:
    moved = client.get("/what-if.json", params=HALVED).json()["variables"]["drift"]["difference"]
    told = client.get("/what-if", params=HALVED).text.split('id="effect"')[1].split("</p>")[0]
    assert figure(moved["q50"][-1], 2) in told
    assert figure(moved["q95"][-1], 2) in told


@pytest.mark.parametrize(("moves_end", "waited"), [(-10.0, 0.0), (0.0, 2.0), (1.5, 3.5), (60.0, 5.0)])
def test_a_thesis_gives_way_to_a_slider_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, moves_end: float, waited: float
) -> None:
    """A clock of its own: a slider that was moved last at `moves_end`, in seconds from now."""
    one, now = desk.Desk(Settings()), 100.0

    def moved(seconds: float = 0.0) -> float:
        nonlocal now
        now += seconds
        one._moved = min(now, 100.0 + moves_end)
        return now

    moved()
    monkeypatch.setattr(desk, "monotonic", moved)
    monkeypatch.setattr(desk, "sleep", moved)
    one._wait_for_rest(desk.PAUSE, desk.LONGEST_PAUSE)
    assert now - 100.0 == pytest.approx(waited)
