"""The desk behind the pages: calls the jobs, keeps their answers, and keeps a simulator warm."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from math import inf
from threading import Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from moorings.ask.theses import Thesis, list_theses, read_thesis
from moorings.core.errors import InputError, MooringsError, check_name
from moorings.core.variables import NOTICEABLE
from moorings.jobs.serve import SHOWN, Live, slider_rows
from moorings.systems.load import load_system
from moorings.systems.system import System
from moorings.web.gate import Gate, Kept
from moorings.web.loading import load
from moorings.web.settings import Settings

if TYPE_CHECKING:
    from moorings.jobs.ask import Asked
    from moorings.jobs.forecast import Forecast
    from moorings.jobs.signposts import Signposts
    from moorings.show.page import Spec

LONGEST_TEXT, MOST_CLAIMS = 2_000, 40
REST = 15.0
"""Seconds without a slider's move after which what is not asked yet is made in advance."""
PAUSE, LONGEST_PAUSE = 2.0, 5.0
"""Seconds since a slider's move for which a thesis that ships gives way; at most at a time, so that it ends."""
Record = dict[str, Any]
Levers = Mapping[str, str]


class Desk:
    """Answers of the jobs for one system.

    Parameters
    ----------
    settings
        What the application is started with.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._kept = Kept(Gate(settings.computing, settings.waiting, settings.patience), settings.limit, before=load)
        # theses take long: they neither wait for the pages' turns nor take them
        self._theses = Kept(Gate(1, settings.waiting, settings.long), settings.long, before=load)
        self._live = Live(settings.system)
        self._moved = 0.0
        self._making = Lock()
        # a slider waits neither for the pages nor for the scenarios at rest
        self._scenarios = {
            members: Kept(Gate(1, settings.waiting, settings.patience), settings.limit, droppable=True, before=load)
            for members in (settings.live, settings.rest)
        }

    @cached_property
    def system(self) -> System:
        """The system that is served."""
        return load_system(self.settings.system)

    def warm_up(self) -> None:
        """Make ready in the background what the first pages show, and the sliders' members."""
        Thread(target=self._warm, name="warm-up", daemon=True).start()

    def make_ready(self) -> None:
        """Make what the first pages show, and the sliders' members."""
        self.forecast()
        self.measure()
        self._live.warm(self.settings.live)
        self.sliders()
        self._live.warm(self.settings.rest)
        # compiled code and members stay: a full pass of the collector would look through them for 0.1 s and more,
        # while a slider waits
        gc.collect()
        gc.freeze()

    def _warm(self) -> None:
        try:
            self.make_ready()
            for thesis in list_theses():
                self._wait_for_rest(REST)
                self.check(thesis)
        except MooringsError as error:
            logging.getLogger("moorings").warning("warm-up: %s", error)

    def _wait_for_rest(self, rest: float, longest: float = inf) -> None:
        """Wait until nobody has moved a slider for `rest` seconds: what is in no hurry must not slow it."""
        until = monotonic() + longest
        while (left := min(self._moved + rest, until) - monotonic()) > 0:
            sleep(left)

    def _stored(self, name: str, asked: Sequence[Any], compute: Callable[[], Record]) -> Record:
        """An answer that later starts find again."""
        return self._kept.get((name, *asked), lambda: self._kept_answer(name, asked, compute))

    def _kept_answer(self, name: str, asked: Sequence[Any], compute: Callable[[], Record]) -> Record:
        from moorings.jobs.answers import kept_answer

        return kept_answer(name, self.system, [self.settings.rest, *asked], compute)

    def ally(self, code: str) -> str:
        """The code of an ally, checked."""
        return check_name("ally", code, self.system.allies)

    def forecast(self) -> Record:
        """The forecast's JSON, with what a page shows beside it."""
        return self._stored("forecast", (), self._forecast)

    def _forecast(self) -> Record:
        from moorings.show.extras import extras

        found = self._found()
        return extras(found.system, found.ensemble) | found.to_json()

    def _found(self) -> Forecast:
        """The forecast itself; made within another answer, and never beside it."""
        with self._making:
            return self._made

    @cached_property
    def _made(self) -> Forecast:
        from moorings.jobs.forecast import forecast

        return forecast(self.settings.system, members=self.settings.rest)

    def readings(self, ally: str, threshold: float | None, weights: Mapping[str, float]) -> Record:
        """Readings of "noticeable" drift of a rated ally."""
        from moorings.jobs.readings import checked, readings

        level = NOTICEABLE if threshold is None else threshold
        full = checked(level, weights)
        key = (ally, level, tuple(sorted(full.items())))
        if level == NOTICEABLE and set(full.values()) == {1.0}:
            return self._stored("readings", key, lambda: readings(self._found(), ally))
        return self._kept.get(("readings", *key), lambda: readings(self._found(), ally, level, weights))

    def charts(self, page: str, draw: Callable[[], Mapping[str, Spec]]) -> Mapping[str, Spec]:
        """The charts of a page that shows the forecast, which stays the same; drawn once."""
        return self._kept.get(("charts", page), draw)

    def network(self) -> list[Record]:
        """Ties and threat in the last year seen."""
        from moorings.jobs.network import network
        from moorings.jobs.opening import open_system

        found = self._stored("network", (), lambda: {"rows": network(open_system(self.settings.system))})
        rows: list[Record] = found["rows"]
        return rows

    def measure(self) -> Record:
        """Where each ally stood, year by year; drift and autonomy from before the shipped tables carry every series."""
        return self._stored("measure", (), self._measured)

    def _measured(self) -> Record:
        from moorings.jobs.measure import measure
        from moorings.jobs.paths import whole_paths

        found = measure(self.settings.system).to_json()
        return found | {"rows": whole_paths(found["rows"], found["system"])}

    def sliders(self) -> list[Record]:
        """The levers as sliders."""
        return self._kept.get("sliders", lambda: slider_rows(self._live, self.settings.live))

    def scenario(self, levers: Levers, state: str, variables: Sequence[str], members: int) -> Record:
        """Quantiles of an ally under levers, and where these leave history."""
        kept = self._scenarios[int(check_name("members", str(members), map(str, sorted(self._scenarios))))]
        key = (state, tuple(levers.items()), tuple(variables))
        self._moved = monotonic()
        return kept.get(key, lambda: self._scenario(levers, state, tuple(variables or SHOWN), members))

    def _scenario(self, levers: Levers, state: str, variables: tuple[str, ...], members: int) -> Record:
        found = self._live.scenario(levers, state, variables, members)
        found["warnings"] = list(self._live.opened.warnings)
        if members != self.settings.rest or not levers:
            return found | {"outside": [], "rests_on": None}
        return found | {"outside": self._live.outside(levers, members), "rests_on": self._live.rests_on(levers)}

    def ask(self, event: str, given: Sequence[str], levers: Levers) -> Asked:
        """The answer to a question."""
        from moorings.jobs.ask import ask

        _bounded(event, *given)
        key = ("ask", event, tuple(given), tuple(levers.items()))
        return self._kept.get(key, lambda: ask(self.settings.system, event, given, levers, self.settings.rest))

    def signposts(self, event: str, given: Sequence[str], levers: Levers) -> Signposts:
        """What to watch about a question."""
        from moorings.jobs.signposts import signposts

        _bounded(event, *given)
        key = ("signposts", event, tuple(given), tuple(levers.items()))
        return self._kept.get(key, lambda: signposts(self.settings.system, event, given, levers, self.settings.rest))

    def explain(self, ally: str) -> Record:
        """What pulls an ally."""
        from moorings.jobs.explain import explain

        return self._stored("explain", (ally,), lambda: explain(self.settings.system, ally).to_json())

    def analogues(self, ally: str) -> Record:
        """The nearest historical cases of an ally."""
        from moorings.jobs.analogues import analogues

        return self._stored("analogues", (ally,), lambda: analogues(self.settings.system, ally).to_json())

    def check(self, thesis: str) -> Record:
        """Verdicts on a thesis that ships."""
        return self._theses.get(thesis, lambda: self._kept_answer("check", (thesis,), lambda: self._unhurried(thesis)))

    def _unhurried(self, thesis: str) -> Record:
        from moorings.simulate.engine import BEFORE_CHUNK

        BEFORE_CHUNK.set(partial(self._wait_for_rest, PAUSE, LONGEST_PAUSE))
        return self._check(thesis)

    def check_pasted(self, text: str) -> Record:
        """Verdicts on a thesis that was pasted."""
        thesis = read_thesis(text, "thesis.yaml")
        if (count := len(thesis.claims)) > MOST_CLAIMS:
            raise InputError("thesis", f"{count} claims", f"at most {MOST_CLAIMS}")
        return self._kept.get(("pasted", text), lambda: self._check(thesis))

    def _check(self, thesis: str | Thesis) -> Record:
        from moorings.jobs.check import check

        found = check(thesis, self.settings.system, members=self.settings.rest)
        return {"title": found.thesis.title, **found.to_json()}

    def backtest(self) -> Record:
        """The record against baselines; empty where there is none."""
        return self._kept.get("backtest", _record)


def _record() -> Record:
    from moorings.jobs.backtest import record_at_hand

    found = record_at_hand()
    return found.to_json() if found else {}


def _bounded(*texts: str) -> None:
    for text in texts:
        if len(text) > LONGEST_TEXT:
            raise InputError("question", f"{len(text)} characters", f"at most {LONGEST_TEXT} characters")
