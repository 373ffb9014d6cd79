"""Every page, its twin and its table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape, unescape
from typing import Any, NoReturn
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from moorings.ask import theses
from moorings.ask.language import parse
from moorings.ask.scope import check
from moorings.core.errors import MooringsError
from moorings.score.pool import COUPLED
from moorings.systems.load import load_system
from moorings.web.app import create_app
from moorings.web.pages.ask import suggestions
from moorings.web.settings import Settings

PAGES = ("/system", "/what-if", "/ask", "/claims", "/record", "/data", "/allies/KOR", "/allies/TWN")
THESIS = """title: A try
source: {name: Somebody, date: "2026"}
claims:
  - id: drift
    kind: forecast
    text: South Korea drifts.
    event: noticeable_drift(KOR) in 2036
    stated: unlikely
"""


@pytest.mark.parametrize("address", PAGES)
def test_each_page_has_a_twin_with_a_schema(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200, page.text
    assert "<h1>" in page.text
    twin = client.get(f"{address}.json")
    assert twin.status_code == 200
    assert twin.json()["schema"].startswith("moorings.")


def test_the_first_page_answers_the_questions_beside_base_rates(client: TestClient) -> None:
    text = client.get("/").text
    assert "Do Japan and South Korea both drift noticeably?" in text
    assert "base rate" in text


def test_a_question_is_answered_with_words(client: TestClient) -> None:
    found = client.get("/ask.json", params={"event": "noticeable_drift(KOR) in 2036"}).json()
    assert 0 <= found["low"] <= found["probability"] <= found["high"] <= 1
    assert found["words"]


def test_a_question_that_cannot_be_read_points_at_the_column(client: TestClient) -> None:
    answer = client.get("/ask", params={"event": "noticeable_drift(KOR in 2036"})
    assert answer.status_code == 400
    assert "column" in answer.text


def test_what_a_reader_writes_is_escaped(client: TestClient) -> None:
    answer = client.get("/ask", params={"event": "<script>alert(1)</script>{{7*7}}"})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert "49" not in answer.text.split("<dl>")[1]


def test_a_pasted_thesis_is_checked(client: TestClient) -> None:
    found = client.post("/claims.json", content=THESIS)
    assert found.json()["claims"][0]["verdict"] in ("holds", "fails", "unclear")
    page = client.post(
        "/claims", content=f"thesis={quote(THESIS)}", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert page.status_code == 200
    assert "South Korea drifts." in page.text


def test_a_fault_in_a_pasted_thesis_names_its_line_and_no_folder(client: TestClient) -> None:
    answer = client.post("/claims.json", content=THESIS.replace("unlikely", "perhaps"))
    assert answer.status_code == 400
    assert answer.json()["place"].startswith("thesis.yaml, line 8")


def test_a_series_can_be_downloaded(client: TestClient) -> None:
    text = client.get("/data.csv", params={"variable": "burden"}).text
    assert text.splitlines()[0].startswith("state,other,year,variable,value,unit,source")
    assert "JPN" in text


def test_nothing_on_a_page_is_fetched_from_elsewhere(client: TestClient) -> None:
    for address in PAGES:
        text = client.get(address).text
        assert 'src="http' not in text
        assert 'rel="stylesheet" href="http' not in text


def test_an_ally_is_read_by_a_threshold_and_weights_of_ones_own(client: TestClient) -> None:
    published = client.get("/allies/KOR.json").json()["noticeable"]
    assert published["published"]
    own = client.get("/allies/KOR.json?threshold=0.5&nuclear=0").json()["noticeable"]
    assert (own["threshold"], own["weights"]["nuclear"], own["published"]) == (0.5, 0.0, False)
    assert own["readings"][1]["probability"] != published["readings"][1]["probability"]
    page = client.get("/allies/KOR?threshold=0.5&nuclear=0").text
    assert "not the published definition" in page
    assert 'name="nuclear" min="0" max="10" step="0.5" value="0.0"' in page


def test_the_first_page_shows_ties_and_threats(client: TestClient) -> None:
    rows = client.get("/system.json").json()["network"]
    assert {row["kind"] for row in rows} == {"obligation", "tie", "threat"}
    assert "Ties and threat in 2025" in client.get("/").text


def test_every_question_that_is_suggested_can_be_asked(client: TestClient) -> None:
    system = load_system("east-asia")
    events = suggestions(system)
    assert len(events) > 40
    for event in events:
        check(parse(event), system)
    assert f'<option value="{escape(events[-1])}">' in client.get("/ask").text


def test_paths_begin_in_1990_in_the_twin_and_the_table(client: TestClient) -> None:
    rows = client.get("/system.json").json()["paths"]
    first = {state: min(row["year"] for row in rows if row["state"] == state) for state in ("JPN", "KOR", "PHL")}
    # South Korea has votes from 1991 on
    assert first == {"JPN": 1990, "KOR": 1991, "PHL": 1990}
    assert "TWN" not in {row["state"] for row in rows}
    table = list(csv.DictReader(io.StringIO(client.get("/system.csv").text)))
    told = {(row["state"], int(row["year"])): float(row["drift"]) for row in table if row["table"] == "paths"}
    assert told == {(row["state"], row["year"]): row["drift"] for row in rows}
    assert {row["event"] for row in table if row["table"] == "events"} >= {"noticeable_drift(KOR) in 2036"}


def test_the_record_tells_the_published_losses_first(client: TestClient) -> None:
    rows = client.get("/record.json").json()["backtest"]["rows"]
    lost = [row for row in rows if row["variant"] == COUPLED and (row["skill"] or 0) < 0]
    page = client.get("/record").text
    first = page.split("<tbody>")[1].split("</tbody>")[0]
    assert first.count("<tr>") == len(lost) > 0
    assert f"{len(lost)} of " in page


def _damaged() -> NoReturn:
    raise MooringsError("backtest.json is damaged: run the back-test again")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_damaged, "The record of the back-test cannot be read: run the back-test again"),
        (lambda: None, "No record of a back-test is here"),
    ],
)
def test_a_damaged_record_is_not_called_missing(
    found: Callable[[], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moorings.jobs.backtest.record_at_hand", found)
    answer = TestClient(create_app(Settings(), warm=False)).get("/record", headers={"accept": "text/html"})
    assert said in answer.text


def test_the_first_page_leads_to_the_question_about_troops(client: TestClient) -> None:
    link = re.search(r'href="([^"]+)">What if the United States halves its forces in Korea\?', client.get("/").text)
    assert link is not None
    page = client.get(unescape(link[1]))
    assert "troops(KOR) = -50%" in page.text
    assert "What the answer rests on" in page.text


@pytest.mark.parametrize(
    "address", ["/system", "/ask?event=noticeable_drift(KOR)+in+2036", "/claims", "/record", "/data"]
)
def test_each_page_has_a_table_and_a_picture(client: TestClient, address: str) -> None:
    path, _, query = address.partition("?")
    table = client.get(f"{path}.csv?{query}")
    assert len(table.text.splitlines()) > 1
    assert table.headers["content-disposition"] == f'attachment; filename="moorings-{path[1:]}.csv"'
    assert client.get(f"{path}.png?{query}").content.startswith(b"\x89PNG")
    page = unescape(client.get(address).text)
    assert all(f'href="{path}.{kind}' in page for kind in ("json", "csv", "png"))


def test_without_a_question_there_is_nothing_to_download_and_it_says_what_to_do(client: TestClient) -> None:
    footer = client.get("/ask").text.split("<footer>")[1]
    assert re.findall(r'href="/ask\.(\w+)', footer) == ["json"]
    for kind in ("csv", "png"):
        answer = client.get(f"/ask.{kind}", headers={"accept": "application/json"})
        assert (answer.status_code, "Ask a question first" in answer.json()["remedy"]) == (404, True)


def test_no_footer_leads_to_an_error(client: TestClient) -> None:
    pages = [client.get(address).text for address in (*PAGES, "/", "/ask?event=nonsense", "/nowhere")]
    footers = "".join(page.split("<footer>")[1] for page in pages)
    links = {unescape(link) for link in re.findall(r'href="([^"]*)"', footers)}
    assert {"/ask.json", "/claims.png", "/data.csv", "/allies/TWN.png"} <= links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_what_was_pasted_has_no_address_and_no_twins(client: TestClient) -> None:
    assert "This page as" not in client.post("/claims", content=THESIS).text


DOUBT, QUESTION = "the posterior is of another world", "noticeable_drift(KOR) in 2036"


@pytest.fixture
def doubted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of jobs on a system that was opened with a doubt."""
    desk: Any = client.app.state.desk  # type: ignore[attr-defined]
    for name, found in (("forecast", desk.forecast()), ("check", desk.check_pasted(THESIS))):
        monkeypatch.setattr(desk, name, lambda *_, found=found: found | {"warnings": [DOUBT]})
    asked = replace(desk.ask(QUESTION, [], {}), warnings=(DOUBT,))
    monkeypatch.setattr(desk, "ask", lambda *_: asked)
    monkeypatch.setattr(desk._live, "_opened", replace(desk._live.opened, warnings=(DOUBT,)))


@pytest.mark.usefixtures("doubted")
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/system", DOUBT),
        ("/allies/KOR", DOUBT),
        ("/what-if?set=style=0.3", DOUBT),
        ("/what-if?state=TWN&variable=drift", "drift of TWN is not known: autonomy is shown instead"),
        ("/claims", DOUBT),
        (f"/ask?event={quote(QUESTION)}", DOUBT),
    ],
)
def test_what_a_twin_warns_of_is_shown_on_its_page(client: TestClient, address: str, told: str) -> None:
    warnings = client.get(address, headers={"accept": "application/json"}).json()["warnings"]
    assert told in warnings[-1]
    page = unescape(client.get(address).text)
    assert all(page.count(f"<b>Warning:</b> {text}.") == 1 for text in warnings)


def test_a_pasted_thesis_is_read_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read, values = [], theses._values

    def counted(text: str, file: str) -> dict[str, Any]:
        read.append(text)
        return values(text, file)

    monkeypatch.setattr(theses, "_values", counted)
    assert client.post("/claims.json", content=THESIS.replace("A try", "Once")).status_code == 200
    assert len(read) == 1


def test_a_thesis_of_too_many_claims_is_refused(client: TestClient) -> None:
    head, claim = THESIS.split("claims:\n")
    text = f"{head}claims:\n" + "".join(claim.replace("id: drift", f"id: d{i}") for i in range(41))
    answer = client.post("/claims.json", content=text)
    assert (answer.status_code, answer.json()["found"]) == (400, "41 claims")
