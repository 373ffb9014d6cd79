"""Many readers at once: `python benchmarks/page/load.py [CLIENTS [SECONDS]]`.

Starts `moorings serve` as a process of its own on this machine, warms it, lets clients ask for pages, JSON twins and
scenarios of moving sliders, and prints requests a second, statuses, latency and the server's resident memory. A refusal
(429: too many wait; 503: beyond its time) is counted apart, with its reason. It ends with status 1 after an error.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np

PATIENCE = 180.0
"""Seconds that a warm-up, or one request, may take."""
REFUSED = (429, 503)
SAMPLED = (1 / 6, 1 / 2, 1)
"""Shares of the time at which memory is read: 10, 30 and 60 s of a minute."""
PAGES = ("/", "/what-if?state=KOR", "/allies/KOR", "/claims?thesis=us-allies-stay", "/record", "/data", "/ask")
TWINS = ("/system.json", "/allies/KOR.json", "/record.json", "/data.json", "/what-if.json?state=KOR")
WEIGHTS = (0.4, 0.3, 0.3)
"""Of pages, twins and scenarios."""


def main(clients: int = 50, seconds: float = 60) -> int:
    """Serve, ask, print; whether anything went wrong."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from moorings.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        warm(base)
        started = resident(server.pid)
        seen = asyncio.run(load(base, clients, seconds, server.pid))
    finally:
        server.terminate()
        server.wait(20)
    return tell(seen, clients, seconds, started)


def resident(process: int) -> float:
    """Resident memory of a process, in MiB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def warm(base: str) -> None:
    """Ask for everything once, until it is computed."""
    with httpx.Client(base_url=base, timeout=PATIENCE) as client:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                client.get("/data.json")
                break
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        for address in (*PAGES, *TWINS, scenario(random.Random(0))):
            # a page says that it is being computed, with a Refresh, until it is there
            while "Refresh" in client.get(address, headers={"accept": "text/html"}).raise_for_status().headers:
                time.sleep(0.5)


def scenario(chance: random.Random) -> str:
    """What a slider asks while it moves; most are new to the server."""
    value, style = chance.randint(-100, 100), chance.randint(-10, 10) / 10
    state = chance.choice(("KOR", "JPN"))
    change = quote(f"troops({state})={value:+d}%")
    return f"/live.json?state={state}&variable=burden&set={change}&set=style%3D{style}"


class Seen:
    """What came back."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.times: dict[str, list[float]] = {"page": [], "twin": [], "scenario": []}
        self.memory: list[tuple[float, float]] = []

    def add(self, kind: str, answer: httpx.Response, seconds: float) -> None:
        """One answer and how long it took; a refusal does not count as fast."""
        self.statuses[str(answer.status_code)] += 1
        if answer.status_code in REFUSED:
            # JSON tells the reason in `remedy`; anything else is shown as it came
            told = answer.json().get("remedy") if "json" in answer.headers.get("content-type", "") else None
            self.reasons[f"{answer.status_code} {told or 'page of a refusal'}"] += 1
        else:
            self.times[kind].append(seconds)


async def load(base: str, clients: int, seconds: float, process: int) -> Seen:
    """Every client asks, and asks again as soon as it is answered."""
    seen = Seen()
    begun = time.monotonic()
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, limits=limits) as session:
        asking = [ask(session, seen, begun + seconds, random.Random(k)) for k in range(clients)]
        await asyncio.gather(watch(seen, begun, seconds, process), *asking)
    return seen


async def watch(seen: Seen, begun: float, seconds: float, process: int) -> None:
    """Read the server's memory at the times named."""
    for share in SAMPLED:
        await asyncio.sleep(max(begun + share * seconds - time.monotonic(), 0))
        seen.memory.append((share * seconds, resident(process)))


async def ask(session: httpx.AsyncClient, seen: Seen, end: float, chance: random.Random) -> None:
    """One client until `end`."""
    while time.monotonic() < end:
        (kind,) = chance.choices(tuple(seen.times), WEIGHTS)
        listed = {"page": PAGES, "twin": TWINS}
        address = scenario(chance) if kind == "scenario" else chance.choice(listed[kind])
        accept = "text/html" if kind == "page" else "application/json"
        begun = time.monotonic()
        try:
            seen.add(kind, await session.get(address, headers={"accept": accept}), time.monotonic() - begun)
        except httpx.TransportError as error:
            seen.statuses[f"transport: {type(error).__name__}"] += 1


def tell(seen: Seen, clients: int, seconds: float, started: float) -> int:
    """Print what was seen; 1 after an error of the server or of the transport."""
    total = seen.statuses.total()
    print(f"{clients} clients, {seconds:g} s: {total} requests, {total / seconds:.0f} a second")
    print("Statuses: " + ", ".join(f"{status} {n}" for status, n in sorted(seen.statuses.items())))
    for reason, count in seen.reasons.items():
        print(f"  refused {count}: {reason}")
    for kind, times in seen.times.items():
        levels = ", ".join(f"p{q} {1000 * np.percentile(times, q):.0f} ms" for q in (50, 95, 99)) if times else "none"
        print(f"{kind}: {len(times)} answered, {levels}")
    memory = ", ".join(f"{size:.0f} MiB at {when:g} s" for when, size in seen.memory)
    first, last = seen.memory[0][1], seen.memory[-1][1]
    print(f"Resident: {started:.0f} MiB warm, {memory}; {100 * (last / first - 1):+.1f} % from first to last")
    print(f"Load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    wrong = sum(n for status, n in seen.statuses.items() if not status.isdigit() or _failed(int(status)))
    print(f"Errors: {wrong}")
    return int(wrong > 0)


def _failed(status: int) -> bool:
    """Whether it is an error: neither an answer nor a refusal with a reason."""
    return status >= 400 and status not in REFUSED


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*given))
