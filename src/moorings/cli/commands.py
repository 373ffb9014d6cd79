"""The commands, and where each is found. None is loaded before it is called."""

from __future__ import annotations

from typing import NamedTuple

from cyclopts import App, Group

_FUTURE = Group("The next decade", sort_key=1)
_TRUST = Group("Claims, signposts and the record", sort_key=2)
_DATA = Group("Sources, systems, estimates", sort_key=3)


class Command(NamedTuple):
    """A command: its words, its room (a module here), its summary, its group."""

    words: str
    room: str
    summary: str
    group: Group

    @property
    def target(self) -> str:
        """Import path of its function."""
        return f"moorings.cli.{self.room}:{self.words.replace(' ', '_')}"


COMMANDS = (
    Command("forecast", "future", "Forecast how far each ally drifts; the main job.", _FUTURE),
    Command("measure", "future", "Measure each ally's tie to the patron, year by year.", _FUTURE),
    Command("compare", "scenarios", "Compare two scenarios in the same simulated worlds.", _FUTURE),
    Command("levers", "scenarios", "List every lever: meaning, unit, range, assumed effect.", _FUTURE),
    Command("explain", "scenarios", "Explain what pulls an ally: contributions that add up.", _FUTURE),
    Command("analogues", "scenarios", "Find the nearest historical cases, and what they did.", _FUTURE),
    Command("ask", "questions", "Give the probability of an event.", _TRUST),
    Command("signposts", "questions", "Rank what to watch for an event.", _TRUST),
    Command("check", "questions", "Hold the claims of a thesis against the model.", _TRUST),
    Command("backtest", "sources", "Print the record against baselines.", _TRUST),
    Command("ledger add", "ledger", "Enter a forecast in the ledger.", _TRUST),
    Command("ledger list", "ledger", "List the ledger's forecasts.", _TRUST),
    Command("ledger resolve", "ledger", "Enter what came true.", _TRUST),
    Command("ledger verify", "ledger", "Check the ledger's chain.", _TRUST),
    Command("data fetch", "sources", "Download the sources from their public addresses.", _DATA),
    Command("data build", "sources", "Build the panel from the sources.", _DATA),
    Command("data status", "sources", "Show what is there, and how far each series reaches.", _DATA),
    Command("cite", "sources", "Print the source row and the citation of a number.", _DATA),
    Command("fit", "sources", "Estimate the law on the panel; writes a posterior.", _DATA),
    Command("report", "faces", "Write one self-contained page to hand on.", _FUTURE),
    Command("serve", "faces", "Serve the web application, on this machine by default.", _FUTURE),
    Command("systems list", "systems", "List the systems.", _DATA),
    Command("systems check", "systems", "List all faults of a system folder.", _DATA),
    Command("systems new", "systems", "Start a system of your own.", _DATA),
)
GROUPS = {
    "ledger": ("Keep live forecasts, append-only and hash-chained.", _TRUST),
    "data": ("Turn the sources into the panel.", _DATA),
    "systems": ("List, check and start systems.", _DATA),
}


def register(app: App) -> App:
    """Register every command, by name only."""
    for command in COMMANDS:
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
