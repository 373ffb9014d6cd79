"""Every page in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAGES = ("/", "/what-if", "/ask", "/record", "/data", "/allies/KOR")
UNLABELLED = """() => [...document.querySelectorAll('input, select, textarea, button')]
  .filter((node) => !(node.labels && node.labels.length) && !node.textContent.trim() && !node.ariaLabel).length"""
PICTURE = "(name) => document.querySelector(`[data-chart=${name}] canvas`).toDataURL()"
MISLABELLED = """() => [...document.querySelectorAll('table.stacked')].flatMap((table) => {
  const heads = [...table.querySelectorAll('thead th')].map((head) => head.textContent);
  return [...table.querySelectorAll('tbody tr')].flatMap((row) => [...row.cells].slice(1).filter(
    (cell, k) => cell.dataset.label !== heads[k + 1] || cell.scrollWidth > cell.clientWidth
      || cell.getBoundingClientRect().right > window.innerWidth));
}).length"""
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1920, "light")])
def test_each_page_fits_and_has_labels(browser: Browser, address: str, path: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(240_000)
    assert page.goto(address + path).ok
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(UNLABELLED) == 0
    assert page.locator("h1").count() == 1
    page.close()


@pytest.mark.parametrize("path", ["/what-if?state=KOR&set=troops(KOR)=-50%25", "/record", "/data", "/claims"])
def test_on_a_narrow_screen_a_wide_table_is_read_downwards(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.set_default_timeout(240_000)
    assert page.goto(address + path).ok
    assert page.locator("table.stacked tbody tr").count() > 5
    assert page.evaluate(MISLABELLED) == 0
    page.close()


def test_a_slider_moves_the_bands_and_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/what-if?state=KOR")
    page.wait_for_selector("html[data-ready]", state="attached")
    slider = page.get_by_label("troops of South Korea")
    slider.focus()
    slider.press("ArrowLeft")
    page.wait_for_selector("html[data-shown*='troops']", state="attached")
    page.wait_for_function("() => location.search.includes('troops')")
    assert "troops(KOR) = -5%" in page.locator("#pulled").inner_text()
    assert page.locator("[data-chart=main] canvas").count() == 1


def test_a_chart_out_of_sight_follows_once_it_is_seen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.route("**/what-if.json*", lambda _: None)  # the slider never comes to rest
    page.goto(f"{address}/what-if?state=KOR")
    page.wait_for_selector("html[data-ready]", state="attached")
    before = page.evaluate(PICTURE, "second")
    page.get_by_label("troops of South Korea").press("Home")
    page.wait_for_selector("html[data-shown*='troops']", state="attached")
    assert page.evaluate(PICTURE, "second") == before
    page.locator("[data-chart=second]").scroll_into_view_if_needed()
    page.wait_for_function(f"(before) => ({PICTURE})('second') !== before", arg=before)


def test_a_shared_link_shows_the_same_scenario(page: Page, address: str) -> None:
    page.goto(f"{address}/what-if?set=troops(KOR)%3D-50%25&state=KOR")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.get_by_label("troops of South Korea").input_value() == "-50"
    assert page.locator("output[data-of='troops(KOR)']").inner_text() == "-50%"


def test_a_question_is_asked(page: Page, address: str) -> None:
    page.goto(f"{address}/ask")
    page.get_by_label("Question").fill("noticeable_drift(KOR) in 2036")
    page.get_by_role("button", name="Ask").click()
    assert "%" in page.locator(".answer").inner_text()


def test_a_thesis_is_checked(page: Page, address: str) -> None:
    page.goto(f"{address}/claims?thesis=us-allies-stay")
    page.get_by_role("button", name="Check").click()
    page.wait_for_selector("text=My thesis")
    assert page.locator("span[class^=verdict]").count() == 1


def test_the_numbers_can_be_downloaded(page: Page, address: str) -> None:
    page.goto(f"{address}/what-if?state=KOR")
    with page.expect_download() as download:
        page.locator("footer").get_by_role("link", name="CSV").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("state,variable,unit,of,year")
