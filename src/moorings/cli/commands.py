"""The commands: where each is found, and which job it needs. None is loaded before it is called."""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

from cyclopts import App, Group

_FUTURE = Group("The next decade", sort_key=1)
_TRUST = Group("Claims, signposts and the record", sort_key=2)
_DATA = Group("Sources, systems, estimates", sort_key=3)


class Command(NamedTuple):
    """A command: its words, its room (a module here), its job (a module of `jobs`), its summary, its group."""

    words: str
    room: str
    job: str
    summary: str
    group: Group

    @property
    def offered(self) -> bool:
        """True where its job exists."""
        return find_spec(f"moorings.jobs.{self.job}") is not None

    @property
    def target(self) -> str:
        """Import path of its function."""
        return f"moorings.cli.{self.room}:{self.words.replace(' ', '_')}"


COMMANDS = (
    Command("forecast", "future", "forecast", "Forecast how far each ally drifts; the main job.", _FUTURE),
    Command("measure", "future", "measure", "Measure each ally's tie to the patron, year by year.", _FUTURE),
    Command("compare", "scenarios", "compare", "Compare two scenarios in the same simulated worlds.", _FUTURE),
    Command("levers", "scenarios", "levers", "List every lever: meaning, unit, range, assumed effect.", _FUTURE),
    Command("explain", "scenarios", "explain", "Explain what pulls an ally: contributions that add up.", _FUTURE),
    Command("analogues", "scenarios", "analogues", "Find the nearest historical cases, and what they did.", _FUTURE),
    Command("ask", "questions", "ask", "Give the probability of an event.", _TRUST),
    Command("signposts", "questions", "signposts", "Rank what to watch for an event.", _TRUST),
    Command("check", "questions", "check", "Hold the claims of a thesis against the model.", _TRUST),
    Command("backtest", "sources", "backtest", "Print the record against baselines.", _TRUST),
    Command("ledger add", "ledger", "ledger", "Enter a forecast in the ledger.", _TRUST),
    Command("ledger list", "ledger", "ledger", "List the ledger's forecasts.", _TRUST),
    Command("ledger resolve", "ledger", "ledger", "Enter what came true.", _TRUST),
    Command("ledger verify", "ledger", "ledger", "Check the ledger's chain.", _TRUST),
    Command("data fetch", "sources", "data", "Download the sources, or read a mirror of them.", _DATA),
    Command("data build", "sources", "data", "Build the panel from the sources.", _DATA),
    Command("data status", "sources", "data", "Show what is there, and how far each series reaches.", _DATA),
    Command("cite", "sources", "cite", "Print the source row and the citation of a number.", _DATA),
    Command("fit", "sources", "fit", "Estimate the law on the panel; writes a posterior.", _DATA),
    Command("report", "faces", "report", "Write one self-contained page to hand on.", _FUTURE),
    Command("serve", "faces", "serve", "Serve the web application, on this machine by default.", _FUTURE),
    Command("systems list", "systems", "systems", "List the systems.", _DATA),
    Command("systems check", "systems", "systems", "List all faults of a system folder.", _DATA),
    Command("systems new", "systems", "systems", "Start a system of your own.", _DATA),
)
GROUPS = {
    "ledger": ("Keep live forecasts, append-only and hash-chained.", _TRUST),
    "data": ("Turn the sources into the panel.", _DATA),
    "systems": ("List, check and start systems.", _DATA),
}


def offered() -> list[Command]:
    """The commands whose job exists."""
    return [command for command in COMMANDS if command.offered]


def register(app: App) -> App:
    """Register every command that is offered, by name only."""
    for command in offered():
        group, _, word = command.words.rpartition(" ")
        parent = _subapp(app, group) if group else app
        parent.command(command.target, name=word, help=command.summary, group=None if group else command.group)
    return app


def _subapp(app: App, name: str) -> App:
    """The app of a group of commands, made when first needed."""
    if name not in app:
        summary, group = GROUPS[name]
        app.command(App(name=name, help=summary, group=group))
    return app[name]
