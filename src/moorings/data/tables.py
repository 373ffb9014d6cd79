"""Source files to the tables of the panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from moorings.data.codes import FIRST_YEAR
from moorings.data.columns import create_columns
from moorings.data.dyads import (
    FIRST_AGREEMENT,
    Coverage,
    add_no_obligation,
    count_force,
    create_dyad_years,
    create_pairs,
)
from moorings.data.events import (
    create_crises,
    create_disputes,
    create_nuclear_moves,
    create_pacts,
    create_rivalries,
    joined_events,
)
from moorings.data.shelf import HELD_OUT_AFTER, Shelf
from moorings.data.sources import (
    CARDS,
    atop,
    dcad,
    disputes,
    gapminder,
    geography,
    icb,
    isard,
    mcmanus_nieman,
    nmc,
    nuclear,
    rivalry,
    sipri_milex,
    sipri_register,
    troopdata,
    unga_ideal,
)
from moorings.data.spine import create_state_years, create_states, keep_existing
from moorings.data.taiwan import rebuild_gdp

LAST_YEAR = 2025
Progress = Callable[[str], None]
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class _Spine:
    states: pl.DataFrame
    years: pl.DataFrame


def create_tables(shelf: Shelf, progress: Progress) -> Tables:
    """All tables of the panel from checked source files.

    Parameters
    ----------
    shelf
        The files.
    progress
        Is told what is being read.
    """
    progress("states")
    spine = _create_spine(shelf)
    progress("states and years")
    singles, arms = _read_state_years(shelf, spine)
    progress("allies and patrons")
    pairs = _read_pair_years(shelf, spine, arms)
    progress("pairs of states")
    dyads, dyad_rows = _read_dyads(shelf, spine)
    progress("events")
    events, event_states = _read_events(shelf, singles)
    return {
        "sources": _create_sources(shelf),
        "states": spine.states,
        "state_year_rows": singles.drop("other").sort("state", "variable", "year"),
        "pair_year_rows": pairs.sort("state", "other", "variable", "year"),
        "dyad_year_rows": dyad_rows,
        "dyad_years": dyads,
        "events": events,
        "event_states": event_states,
        "columns": create_columns(),
    }


def _create_spine(shelf: Shelf) -> _Spine:
    members = isard.read_members(shelf.path(isard.SYSTEM))
    numbers = isard.read_gleditsch_ward(shelf.path(isard.PANEL))
    states = create_states(members, numbers)
    return _Spine(states, create_state_years(states, LAST_YEAR))


def _read_state_years(shelf: Shelf, spine: _Spine) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tidy rows of states, and the rows of the arms register that belong to pairs."""
    path = shelf.path
    whole = HELD_OUT_AFTER if shelf.is_training(sipri_register.FILE) else sipri_register.CARD.years[1]
    arms = sipri_register.read_arms(path(sipri_register.FILE), whole)
    reaching_back = (
        rebuild_gdp(
            gapminder.read_gdp(path(gapminder.INCOME), path(gapminder.PEOPLE)),
            sipri_milex.read_current_gdp(path(sipri_milex.FILE), "USA"),
        ),
        gapminder.read_population(path(gapminder.PEOPLE)),
        nuclear.read_nuclear_rung(path(nuclear.RUNGS)),
    )
    as_listed = (
        sipri_milex.read_burden(path(sipri_milex.FILE)),
        unga_ideal.read_ideal_point(path(unga_ideal.FILE)),
        isard.read_polyarchy(path(isard.DEMOCRACY)),
        nuclear.read_warheads(path(nuclear.WARHEADS)),
        nmc.read_capabilities(path(nmc.FILE)),
        arms.filter(pl.col("other").is_null()),
    )
    existing = keep_existing(pl.concat(reaching_back), spine.states)
    rows = pl.concat([existing, *as_listed]).filter(pl.col("year") >= FIRST_YEAR)
    return rows, arms.filter(pl.col("other").is_not_null())


def _read_pair_years(shelf: Shelf, spine: _Spine, arms: pl.DataFrame) -> pl.DataFrame:
    """Tidy rows of allies (`state`) and patrons or suppliers (`other`)."""
    owed = atop.read_obligation(shelf.path(atop.DUTIES))
    cover = Coverage(atop.CARD.years[1], shelf.is_training(atop.DUTIES))
    troops = troopdata.read_troops(shelf.path(troopdata.REPORTS), shelf.path(troopdata.YEARLY))
    signals = mcmanus_nieman.read_signals(shelf.path(mcmanus_nieman.FILE))
    return pl.concat([troops, arms, add_no_obligation(owed, spine.years, cover), signals])


def _read_dyads(shelf: Shelf, spine: _Spine) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The wide table of pairs of states, and the rows that it was made from."""
    path = shelf.path
    between = disputes.read_disputes(path(disputes.DISPUTES))
    rows = pl.concat(
        [
            geography.read_distance(path(geography.DISTANCE)),
            geography.read_contiguity(path(geography.CONTIGUITY)),
            rivalry.read_rivalry(path(rivalry.RIVALRIES)),
            atop.read_pacts(path(atop.DUTIES)),
            dcad.read_agreements(path(dcad.FILE)),
            disputes.to_dispute_years(between, disputes.DISPUTES),
        ]
    )
    crises = icb.to_crisis_onsets(icb.read_crisis_actors(path(icb.ACTORS)))
    force = count_force(disputes.to_force_onsets(between), crises)
    dyads = create_dyad_years(create_pairs(spine.years, shelf.edition == "training"), rows, _covers(shelf), force)
    listed = rows.filter((pl.col("value") != 0) | (pl.col("variable") == "distance"))
    kept = listed.join(dyads.select("state", "other", "year"), on=["state", "other", "year"], how="semi")
    return dyads, kept.select("state", "other", "year", "variable", "value", "file", "row_key")


def _covers(shelf: Shelf) -> dict[str, Coverage]:
    """Which years and pairs each source lists exhaustively."""
    pacts = Coverage(atop.CARD.years[1], shelf.is_training(atop.DUTIES))
    return {
        "contiguity": Coverage(geography.LAST_CONTIGUITY, shelf.is_training(geography.CONTIGUITY)),
        "rivalry": Coverage(rivalry.LAST_RIVALRY, shelf.is_training(rivalry.RIVALRIES)),
        "agreement": Coverage(dcad.LAST_YEAR, shelf.is_training(dcad.FILE), FIRST_AGREEMENT),
        "disputes": Coverage(disputes.MID.years[1], shelf.is_training(disputes.DISPUTES)),
        **dict.fromkeys(("defence", "consult", "neutral", "nonagg"), pacts),
    }


def _read_events(shelf: Shelf, singles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    path = shelf.path
    rungs = singles.filter(pl.col("variable") == "nuclear_rung")
    crises = icb.read_crises(path(icb.CRISES)), icb.read_crisis_actors(path(icb.ACTORS))
    return joined_events(
        create_disputes(disputes.read_disputes(path(disputes.DISPUTES)), "dispute", disputes.DISPUTES),
        create_crises(*crises, icb.CRISES),
        create_pacts(atop.read_memberships(path(atop.MEMBERS)), atop.MEMBERS),
        create_rivalries(rivalry.read_rivalry_spells(path(rivalry.RIVALRIES)), rivalry.RIVALRIES),
        create_nuclear_moves(rungs, nuclear.RUNGS),
    )


def _create_sources(shelf: Shelf) -> pl.DataFrame:
    rows = [
        {
            "source": card.name,
            "title": card.title,
            "file": file.path,
            "url": file.url,
            "digest": shelf.digests[file.path],
            "edition": shelf.editions[file.path],
            "citation": card.citation,
            "terms": card.terms,
            "unit": card.unit,
            "first_year": card.years[0],
            "last_year": card.years[1],
            "traps": "\n".join(f"{trap.trap}: {trap.handling}" for trap in card.traps),
        }
        for card in CARDS
        for file in card.files
    ]
    return pl.DataFrame(rows)
