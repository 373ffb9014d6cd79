"""National Material Capabilities: share of the world's capabilities, military spending in current dollars."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from moorings.data.cards import Card, Trap, known_files
from moorings.data.checks import check_keys, check_range, to_tidy
from moorings.data.codes import FIRST_YEAR, add_state, one_per_state
from moorings.data.formats import read_table

FILE = "nmc/cow_nmc.rda"
_UNITS = {"cinc": "share of the world", "milex": "thousand current US$"}

CARD = Card(
    name="nmc",
    title="National material capabilities",
    citation="Singer, J. David, Stuart Bremer, and John Stuckey. 1972. Capability Distribution, Uncertainty, and Major "
    "Power War, 1820-1965. In Bruce Russett (ed.), Peace, War, and Numbers, 19-48. Beverly Hills: Sage; Singer, J. "
    "David. 1987. Reconstructing the Correlates of War Dataset on Material Capabilities of States, 1816-1985. "
    "International Interactions 14: 115-132. National Material Capabilities v7.0",
    terms="Correlates of War: free with citation",
    unit="share of the world; thousand current US$",
    years=(1816, 2022),
    files=known_files(FILE),
    traps=(
        Trap("North Korea's spending is missing after 2001", "left missing"),
        Trap("spending is in current dollars at exchange rates", "never mixed with GDP in international dollars"),
        Trap("Germany in 1990 and Yemen in 1990 have two codes", "the united state's row is kept"),
    ),
)


def read_capabilities(path: Path) -> pl.DataFrame:
    """`cinc` and `milex` of every state and year, tidy."""
    frame = read_table(path, ["ccode", "year", *_UNITS]).filter(pl.col("year") >= FIRST_YEAR)
    named = one_per_state(add_state(frame, "ccode", "state", str(path)))
    check_range(check_keys(named, ["state", "year"], str(path)), "cinc", 0.0, 1.0, str(path))
    check_range(named, "milex", 0.0, 2e9, str(path))
    values = (
        to_tidy(named.drop_nulls(name).rename({name: "value"}), FILE, unit, variable=name)
        for name, unit in _UNITS.items()
    )
    return pl.concat(values)
