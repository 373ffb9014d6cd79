"""Time from a slider's move to the repainted bands, in Chromium: `python benchmarks/page/drag.py [MOVES]`.

Starts the application with its own numbers of members, makes it ready as a start does, moves a slider step by step and
prints percentiles of request to repainted picture as the page measures them. Each move asks the same work of the
simulator: how far the processor time of this program (server and simulator) varies from move to move says how even the
machine was.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time

import numpy as np
import uvicorn
from playwright.sync_api import Page, sync_playwright

from moorings.web.app import create_app
from moorings.web.settings import Settings

PATIENCE = 600_000
WARM = 3
SLOWED = 1.5
"""Times the usual processor time, from which on a move is told apart."""
MOVE = """([lever, value]) => {
  const slider = document.querySelector(`[data-lever="${lever}"]`);
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""
TIMES = "() => performance.getEntriesByName('slider').map((entry) => entry.duration)"


def main(moves: int = 60) -> None:
    """Drag and print."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings(), warm=False)
    app.state.desk.make_ready()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{port}/what-if?state=KOR")
        page.wait_for_selector("html[data-ready]", state="attached")
        found, work = drag(page, moves)
        browser.close()
    server.should_exit = True
    tell(found, work)


def drag(page: Page, moves: int) -> tuple[np.ndarray, np.ndarray]:
    """Durations and processor times in milliseconds; the first moves, which compile, are left out.

    No scenario is asked twice, since an answer that was kept would be no measure of the simulator.
    """
    spent = []
    for k in range(moves + WARM):
        steps = [("style", -1 + 0.1 * (k % 20)), *([("backbone", -10 + 0.5 * (k // 20))] if k % 20 == 19 else [])]
        for lever, value in steps:
            before, begun = len(page.evaluate(TIMES)), time.process_time()
            page.evaluate(MOVE, [lever, value])
            page.wait_for_function(f"() => performance.getEntriesByName('slider').length > {before}")
            spent.append(1000 * (time.process_time() - begun))
    return np.array(page.evaluate(TIMES)[WARM:]), np.array(spent[WARM:])


def tell(found: np.ndarray, work: np.ndarray) -> None:
    """Print percentiles, how uneven the same work was, and how busy the machine was."""
    levels = ", ".join(f"p{level} {np.percentile(found, level):.0f} ms" for level in (50, 75, 95, 99))
    print(f"{len(found)} moves, 1,000 members: {levels}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    usual, slow = np.median(work), work > SLOWED * np.median(work)
    print(
        f"processor time of a move: p50 {usual:.0f} ms, p95 {np.percentile(work, 95):.0f} ms; "
        f"{slow.sum()} moves took over {SLOWED:g} times as much as usual; p95 of the others "
        f"{np.percentile(found[~slow], 95):.0f} ms"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
