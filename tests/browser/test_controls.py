"""What a reader sets on a page: it changes the answer, stands in the address, and can be handed on and downloaded."""

from __future__ import annotations

import csv
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def likelihood(page: Page) -> str:
    """The probability at the threshold, on an ally's page."""
    return page.locator("#readings + .scroll tbody tr").nth(1).inner_text()


def test_threshold_and_weights_of_ones_own(page: Page, address: str) -> None:
    page.goto(f"{address}/allies/KOR")
    published = likelihood(page)
    page.get_by_text("Set the threshold and the weights yourself").click()
    page.get_by_label("Noticeable from").fill("0.3")
    page.get_by_label("accommodation").fill("0")
    page.get_by_role("button", name="Show").click()
    page.wait_for_selector("text=not the published definition")
    assert (query(page)["threshold"], query(page)["accommodation"]) == (["0.3"], ["0"])
    assert likelihood(page) != published
    assert "+0.30 sd" in likelihood(page)
    assert page.get_by_label("accommodation").input_value() == "0.0"
    page.get_by_role("link", name="go back to it").click()
    page.wait_for_selector("text=by the published definition")
    assert likelihood(page) == published


def test_a_form_holds_back_what_is_out_of_range(page: Page, address: str) -> None:
    page.goto(f"{address}/allies/KOR")
    page.get_by_text("Set the threshold and the weights yourself").click()
    threshold = page.get_by_label("Noticeable from")
    threshold.fill("99")
    page.get_by_role("button", name="Show").click()
    assert not threshold.evaluate("(node) => node.checkValidity()")
    assert "threshold" not in query(page)


@pytest.mark.parametrize("link", ["threshold=99", "nuclear=-1", "threshold=lots"])
def test_a_link_out_of_range_says_what_is_allowed(browser: Browser, address: str, link: str) -> None:
    opened = browser.new_page()
    answer = opened.goto(f"{address}/allies/KOR?{link}")
    assert answer is not None
    assert 400 <= answer.status < 500
    assert opened.get_by_role("alert").locator("dt").all_inner_texts()[:3] == ["Where", "Found", "Allowed"]
    twin = opened.request.get(f"{address}/allies/KOR.json?{link}")
    assert (twin.status, twin.json()["schema"]) == (answer.status, "moorings.fault/1")
    opened.close()


def test_ties_and_threats_are_drawn_and_told(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[data-chart=network] canvas")
    found = page.request.get(f"{address}/system.json").json()["network"]
    page.locator("#ties ~ details").first.locator("summary").click()
    row = page.get_by_role("row", name="South Korea 3 of 3").inner_text()
    threats = [one for one in found if one["ally"] == "KOR" and one["kind"] == "threat"]
    assert {one["other"] for one in threats} >= {"PRK", "CHN"}
    largest = max(threats, key=lambda one: one["value"])
    assert f"{100 * largest['value']:.0f} %" in row


def test_a_question_is_completed_and_answered(page: Page, address: str) -> None:
    page.goto(f"{address}/ask")
    offered = page.get_by_label("Question").evaluate("(node) => [...node.list.options].map((one) => one.value)")
    wish = "troops_leave(KOR) by 2036"
    assert wish in offered
    page.get_by_label("Question").fill(wish)
    page.get_by_label("Question").press("Enter")
    page.wait_for_selector(".answer")
    assert query(page)["event"] == [wish]
    assert page.get_by_label("Question").input_value() == wish


def test_evidence_and_levers_travel_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/ask")
    page.get_by_label("Question").fill("noticeable_drift(KOR) in 2036")
    page.get_by_label("Levers pulled").fill("troops(KOR)=-50%")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector(".answer")
    answer, link = page.locator(".answer").inner_text(), page.url
    page.goto(f"{address}/data")
    page.goto(link)
    assert page.locator(".answer").inner_text() == answer
    assert page.get_by_label("Levers pulled").input_value().strip() == "troops(KOR)=-50%"


def test_words_tables_and_links_follow_the_slider(page: Page, address: str) -> None:
    page.goto(f"{address}/what-if?state=KOR")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("#effect").inner_text() == ""
    page.get_by_text("The numbers in 2036").click()
    slider = page.get_by_label("troops of South Korea")
    slider.focus()
    slider.press("Home")
    page.wait_for_selector("html[data-told*='troops']", state="attached")
    assert "scenario less baseline" in page.locator("#effect").inner_text()
    assert page.locator("#rests tbody tr").count() > 3
    assert page.locator("#figures tr", has_text="troops").locator("td").nth(1).inner_text().startswith("0 (")
    assert page.locator(".stale").count() == 0
    for link in page.locator("footer a[href^='/what-if.']").all():
        assert "troops" in (link.get_attribute("href") or "")


def test_the_first_page_leads_to_the_troops_in_korea(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="What if the United States halves its forces in Korea?").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert query(page)["set"] == ["troops(KOR)=-50%"]
    assert page.locator("#headline").inner_text().startswith("Noticeable drift in 2036")
    page.locator("#effect").get_by_role("link", name="What this rests on").click()
    assert "rests on history by" in page.locator("#rests").inner_text()


@pytest.mark.parametrize(("kind", "begins"), [("CSV", b"table,"), ("PNG", b"\x89PNG")])
def test_the_first_page_can_be_downloaded(page: Page, address: str, kind: str, begins: bytes) -> None:
    page.goto(address)
    with page.expect_download() as download:
        page.locator("footer").get_by_role("link", name=kind).click()
    assert download.value.path().read_bytes().startswith(begins)


def test_a_series_can_be_downloaded(page: Page, address: str) -> None:
    page.goto(f"{address}/data")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of burden").click()
    with download.value.path().open(encoding="utf-8") as file:
        assert {row["variable"] for row in csv.DictReader(file)} == {"burden"}


def test_levers_that_no_slider_can_show_stay_as_they_were_written(page: Page, address: str) -> None:
    kept = ("troops(KOR)=50", "burden(KOR)=0.05", "style=-0.55", "crisis(KOR, PRK)=abandoned@2030")
    page.goto(f"{address}/what-if?state=KOR&" + urlencode([("set", lever) for lever in kept]))
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator("output[data-of='troops(KOR)']").inner_text() == "50"
    page.get_by_label("backbone").press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('backbone')")
    asked = parse_qs(urlsplit(page.url).query)["set"]
    assert set(asked) == {*kept, "backbone=-0.5%"}
