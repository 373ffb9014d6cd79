"""Wrong input: a status of 4xx, and where, what was found, what is allowed, on the page and in its twin."""

from __future__ import annotations

from html import unescape

import pytest
from fastapi.testclient import TestClient

from moorings.model.tether import STRANDS

QUESTION = "/ask?event=noticeable_drift(KOR)+in+2036"
WRONG = [
    ("/allies/XXX", 400, "JPN, KOR"),
    ("/allies/%ff", 400, "JPN, KOR"),
    ("/allies/KOR?threshold=99", 400, "0.1 to 5"),
    ("/allies/KOR?threshold=nan", 400, "0.1 to 5"),
    ("/allies/KOR?threshold=lots", 422, "a number"),
    ("/allies/KOR?threshold=", 422, "a number"),
    ("/allies/KOR?threshold=1&threshold=2", 400, "2 of them"),
    ("/allies/KOR?nuclear=-1", 400, "0 to 10"),
    ("/allies/KOR?" + "&".join(f"{strand}=0" for strand in STRANDS), 400, "0 for every strand"),
    ("/allies/KOR?nucular=1", 400, "nuclear"),
    ("/allies/TWN?threshold=2", 400, "not rated"),
    ("/allies/TWN?nuclear=2", 400, "not rated"),
    ("/what-if?state=XXX", 400, "JPN, KOR"),
    ("/what-if?state=", 422, "a text"),
    ("/what-if?state=KOR&state=JPN", 400, "2 of them"),
    ("/what-if?variable=budren", 400, "burden"),
    ("/what-if?set=style=7", 400, "-1 to 1"),
    ("/what-if?set=style=nan", 400, "-1 to 1"),
    ("/what-if?set=stile=1", 400, "Did you mean 'style'?"),
    ("/what-if?set=style", 400, "NAME=VALUE"),
    ("/what-if?set=%ff", 400, "NAME=VALUE"),
    ("/what-if?set=style=1&set=style=0", 400, "style twice"),
    ("/what-if?sets=style=1", 400, "Did you mean 'set'?"),
    ("/what-if?members=100000000", 400, "set, state, variable"),
    ("/what-if?" + "&".join(41 * ["set=style=1"]), 422, "at most 40"),
    ("/live.json?stat=KOR", 400, "Did you mean 'state'?"),
    ("/ask?event=noticeable_drift(KOR", 400, "column 21"),
    ("/ask?event=noticeable_drift(XXX)", 400, "column 18"),
    ("/ask?event=%ff%fe", 400, "column 1"),
    ("/ask?event=", 422, "a text"),
    ("/ask?event=+", 400, "column 1"),
    ("/ask?event=" + 2001 * "x", 422, "at most 2000 characters"),
    ("/ask?given=dispute(KOR,PRK)+by+2028", 400, "event, column 1"),
    ("/ask?watch=true", 400, "event, column 1"),
    (f"{QUESTION}&given=nonsense", 400, "given 'nonsense', column 1"),
    (f"{QUESTION}&given=" + 41 * "dispute(KOR,PRK)+by+2028%0A", 400, "41 lines"),
    (f"{QUESTION}&set=stile=1", 400, "Did you mean 'style'?"),
    (f"{QUESTION}&watch=perhaps", 422, "true or false"),
    (f"{QUESTION}&event=drift(KOR)+>+1", 400, "2 of them"),
    (f"{QUESTION}&members=1e9", 400, "event, given, set, watch"),
    ("/claims?thesis=nobody", 400, "us-allies-stay"),
    ("/claims?thesis=", 422, "a text"),
    ("/claims?thesis=nobody&thesis=us-allies-stay", 400, "2 of them"),
    ("/data?variable=burdens", 400, "Did you mean 'burden'?"),
    ("/data?state=KOR", 400, "variable"),
    ("/record?utm=1", 400, "no fields"),
    ("/record?utm_source=a&x=1", 400, "'x'"),
    ("/record?x=1", 400, "'x'"),
    ("/system?x=1", 400, "'x'"),
    ("/what-ifs", 404, "Did you mean '/what-if'?"),
]


@pytest.mark.parametrize(("address", "status", "said"), WRONG)
def test_wrong_input_is_refused_on_the_page_and_in_its_twin(
    client: TestClient, address: str, status: int, said: str
) -> None:
    page = client.get(address, headers={"accept": "text/html"})
    assert (page.status_code, said in unescape(page.text)) == (status, True)
    twin = client.get(address, headers={"accept": "application/json"})
    assert (twin.status_code, twin.json()["schema"]) == (status, "moorings.fault/1")
    assert said in " ".join(twin.json().values())


@pytest.mark.parametrize(
    ("address", "place", "found", "allowed"),
    [
        ("/allies/KOR?threshold=lots", "threshold", "'lots'", "a number"),
        ("/ask?watch=perhaps", "watch", "'perhaps'", "true or false"),
        ("/claims?thesis=", "thesis", "nothing", "a text"),
        ("/ask?event=" + 2001 * "x", "event", "2001 characters", "at most 2000 characters"),
        ("/what-if?" + "&".join(41 * ["set=style=1"]), "set", "41 of them", "at most 40"),
        (f"/allies/{41 * 'x'}", "code", "41 characters", "at most 40 characters"),
    ],
)
def test_a_field_of_the_wrong_kind_is_told_like_any_other_fault(
    client: TestClient, address: str, place: str, found: str, allowed: str
) -> None:
    told = client.get(address, headers={"accept": "application/json"})
    assert told.status_code == 422
    assert told.json() == {
        "schema": "moorings.fault/1",
        "place": f"address, field {place}",
        "found": found,
        "allowed": allowed,
        "remedy": "",
    }


def test_the_schema_describes_faults_as_they_are(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert all({"200", "4XX", "5XX"} == set(one["responses"]) for one in operations)
    told = document["paths"]["/ask"]["get"]["responses"]["4XX"]["content"]["application/json"]["schema"]
    assert set(told["required"]) == set(client.get("/ask.json?watch=perhaps").json())


def test_the_schema_names_what_a_field_may_hold(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    fields = {field["name"]: field for field in document["paths"]["/ask"]["get"]["parameters"]}
    for path, name in (("/allies/{code}", "code"), ("/what-if", "state")):
        known = {field["name"]: field["schema"] for field in document["paths"][path]["get"]["parameters"]}
        assert "KOR" in known[name]["enum"]
        assert known[name].get("default", "KOR") in known[name]["enum"]
    for example in fields["event"]["examples"].values():
        assert client.get("/ask.json", params={"event": example["value"]}).status_code == 200


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("/claims", "GET, HEAD, POST"), ("/allies/KOR.csv", "GET, HEAD"), ("/static/page.js", "GET, HEAD")],
)
def test_a_wrong_method_is_told_all_that_may_be_done(client: TestClient, address: str, allowed: str) -> None:
    answer = client.put(address)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_the_head_of_a_page_is_that_of_the_page(client: TestClient) -> None:
    for address in ("/data", "/data.csv?variable=burden", "/record?x=1"):
        head, whole = client.head(address), client.get(address)
        assert (head.status_code, head.headers) == (whole.status_code, whole.headers)


def test_what_other_sites_add_to_a_link_is_ignored(client: TestClient) -> None:
    added = "utm_source=a&utm_medium=b&utm_source=c&fbclid=d&gclid=e"
    assert client.get(f"/data.json?{added}").json() == client.get("/data.json").json()


def test_a_page_speaks_of_fields_and_not_of_options(client: TestClient) -> None:
    for address in ("/what-if?set=style=7", "/what-if?set=style", "/what-if?set=style=1&set=style=0"):
        twin = client.get(address, headers={"accept": "application/json"}).json()
        assert twin["place"].split()[0] == "set"
        assert "--" not in unescape(client.get(address).text).split("</header>")[-1]


def test_what_a_page_does_not_take_is_told_with_what_it_takes(client: TestClient) -> None:
    answer = client.post("/record.json")
    assert (answer.status_code, answer.json()["found"], answer.json()["allowed"]) == (
        405,
        "POST /record.json",
        "GET, HEAD /record.json",
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"title: \xff", "text/yaml"), (b"thesis=title%3A%20%ff", "application/x-www-form-urlencoded")],
)
def test_a_thesis_that_is_no_utf8_is_not_read_as_something_else(client: TestClient, body: bytes, kind: str) -> None:
    answer = client.post("/claims.json", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["found"]) == (400, "byte 8 is no UTF-8")


def test_a_thesis_in_the_body_takes_no_fields_of_the_address(client: TestClient) -> None:
    assert client.post("/claims?thesis=us-allies-stay", content=b"title: A").status_code == 400
