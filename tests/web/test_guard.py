"""Headers, limits, the token."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from moorings.web.app import create_app
from moorings.web.gate import BusyError, Gate
from moorings.web.listening import address_of
from moorings.web.settings import Settings


def test_every_answer_has_a_strict_policy(client: TestClient) -> None:
    for address in ("/static/moorings.css", "/nowhere", "/live.json?set=x"):
        policy = client.get(address).headers["content-security-policy"]
        assert "unsafe-eval" not in policy
        assert "script-src 'self';" in policy


def test_a_huge_body_is_refused_with_a_reason(client: TestClient, settings: Settings) -> None:
    for address in ("/claims", "/claims.json"):
        answer = client.post(address, content=b"x" * (settings.body + 1))
        assert (answer.status_code, f"at most {settings.body} bytes" in answer.text) == (413, True)


def test_a_long_address_is_refused(client: TestClient, settings: Settings) -> None:
    for address in ("/what-if", "/what-if.json"):
        answer = client.get(address, params={"set": "x" * settings.address})
        assert (answer.status_code, f"at most {settings.address} characters" in answer.text) == (414, True)


@pytest.fixture
def closed() -> TestClient:
    return TestClient(create_app(Settings(token="open sesame"), warm=False))


def test_without_the_token_nothing_is_served(closed: TestClient) -> None:
    assert closed.get("/static/moorings.css").status_code == 401
    assert closed.get("/static/moorings.css", headers={"authorization": "Bearer wrong"}).status_code == 401


def test_who_is_not_served_is_told_why_in_the_form_asked_for(client: TestClient, closed: TestClient) -> None:
    foreign = client.get("/record.json", headers={"host": "evil.example"})
    unknown = closed.get("/record.json")
    assert (foreign.status_code, foreign.json()["found"]) == (403, "'evil.example'")
    assert (unknown.status_code, unknown.json()["place"]) == (401, "token")
    assert "moorings serve" in closed.get("/record").text


def test_the_token_opens_and_stays_in_a_cookie(closed: TestClient) -> None:
    assert closed.get("/static/moorings.css", headers={"authorization": "Bearer open sesame"}).status_code == 200
    first = closed.get("/static/moorings.css", params={"token": "open sesame"})
    assert first.status_code == 200
    assert "HttpOnly" in first.headers["set-cookie"]


def test_a_token_of_any_letters_opens_by_its_address_and_then_by_its_cookie() -> None:
    client = TestClient(create_app(Settings(token="größer; als & 1"), warm=False))
    with client:
        page = address_of("localhost", 80, "größer; als & 1").replace("/?", "/static/moorings.css?")
        assert client.get(page.removeprefix("http://localhost:80")).status_code == 200
        assert client.get("/static/moorings.css").status_code == 200


def test_a_full_gate_sends_away() -> None:
    gate = Gate(computing=1, waiting=0, patience=0.01)
    with gate.passed(), pytest.raises(BusyError), gate.passed():
        pass


def test_no_path_leads_out_of_the_static_folder(client: TestClient) -> None:
    assert client.get("/static/..%2fapp.py").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/app.py").status_code == 404


def test_a_huge_body_of_unknown_length_is_refused_too(client: TestClient, settings: Settings) -> None:
    answer = client.post("/claims", content=(b"x" * 1000 for _ in range(settings.body // 1000 + 2)))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"host": "[::1"}, {"host": "localhost:80", "origin": "https://evil.example"}]
)
def test_without_a_token_no_foreign_name_or_page_is_served(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/static/moorings.css", headers=headers).status_code == 403
    assert client.get("/static/moorings.css", headers={"host": "[::1]:8000"}).status_code == 200


def test_an_error_of_the_program_carries_the_headers_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moorings.web.desk.Desk.check", lambda self, name: 1 / 0)
    answer = client.get("/claims")
    assert answer.status_code == 500
    assert "script-src 'self';" in answer.headers["content-security-policy"]
