"""Axe-core finds no violation of the rules of levels A and AA on any page, in light and in dark."""

from __future__ import annotations

import pytest

pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PAGES = {
    "system": "/",
    "ally": "/allies/KOR",
    "what-if": "/what-if?state=KOR",
    "what-if, levers pulled": "/what-if?state=KOR&set=troops(KOR)%3D-50%25",
    "ask, answered": "/ask?event=noticeable_drift(KOR)+in+2036",
    "claims, with verdicts": "/claims?thesis=us-allies-stay",
    "record": "/record",
    "data": "/data?variable=burden",
    "fault": "/allies/XXX",
}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PATIENCE = 240_000
"""Milliseconds: the first answer compiles the law."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_violation_of_level_aa(browser: Browser, address: str, path: str, scheme: str) -> None:
    # axe is evaluated as a script, which the pages' content policy rightly forbids
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address + path)
    # a page that is still being computed comes again by itself
    page.wait_for_function("() => document.querySelector('h1') && !document.querySelector('[role=status].lead')")
    if page.locator("[data-spec]").count():
        page.wait_for_selector(".chart canvas, .chart svg")
    found = Axe().run(page, options=RULES)
    context.close()
    faults = [
        f"{fault['id']} ({fault['help']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]
    assert "color-contrast" in {rule["id"] for rule in found.response["passes"]}
    assert faults == []
