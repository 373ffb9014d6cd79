"""Signals of support that major powers send to a protégé."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_number, to_tidy
from moorings.data.codes import add_state, one_per_state
from moorings.data.formats import read_text

FILE = "mcmanus_nieman/Individual Signals Dataset.csv"
_PATRONS = {"us": "USA", "uk": "GBR", "fra": "FRA", "rus": "RUS", "chi": "CHN"}
_SIGNALS = {
    "nukes": ("signal_nukes", "0/1"),
    "vis": ("signal_visits", "0/1"),
    "words": ("signal_words", "statements"),
    "ex": ("signal_exercises", "0/1"),
    "pact": ("signal_pact", "0/1"),
    "troops": ("signal_troops", "persons"),
    "arms": ("signal_arms", "TIV million"),
    "econaid": ("signal_aid", "US$"),
}
# Nuclear forces are given for three patrons, statements and aid for the United States only.
_GIVEN = {"nukes": ("us", "uk", "rus"), "words": ("us",), "econaid": ("us",)}

CARD = Card(
    name="mcmanus_nieman",
    title="Signals of support from major powers to protégés",
    citation="McManus, Roseanne W., and Mark David Nieman. 2019. Identifying the Level of Major Power Support Signaled "
    "for Proteges: A Latent Measure Approach. Journal of Peace Research 56(3): 364-378",
    terms="journal replication data; terms unknown",
    unit="0/1, persons, TIV million, US$, statements",
    years=(1950, 2012),
    files=known_files(FILE),
    traps=(
        Trap("inputs only, not the latent measure", "read as signals"),
        Trap("year dummies and logs fill the right half", "not read"),
        Trap("arms are TIV, troops are counts", "units in every row"),
    ),
)


def read_signals(path: Path) -> pl.DataFrame:
    """Signals of five patrons to every state and year, tidy; `other` is the patron."""
    columns = {
        f"{patron}_{signal}": (patron, signal) for signal in _SIGNALS for patron in _GIVEN.get(signal, tuple(_PATRONS))
    }
    frame = to_number(read_text(path, ["ccode", "year", *columns]), "ccode", "year", *columns, place=str(path))
    named = one_per_state(add_state(frame, "ccode", "state", str(path)))
    check_keys(named, ["state", "year"], str(path))
    return pl.concat(
        _one_signal(named.select("state", "year", "row", value=column), patron, signal, path)
        for column, (patron, signal) in columns.items()
    )


def _one_signal(frame: pl.DataFrame, patron: str, signal: str, path: Path) -> pl.DataFrame:
    variable, unit = _SIGNALS[signal]
    other = _PATRONS[patron]
    rows = check_range(frame.drop_nulls("value").filter(pl.col("state") != other), "value", 0, 1e11, str(path))
    return to_tidy(rows, FILE, unit, variable=variable, other=other)
