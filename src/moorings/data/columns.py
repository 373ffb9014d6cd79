"""What every column of the panel is: unit, meaning, source."""

from __future__ import annotations

import polars as pl

_KEYS = {
    "state": ("ISO 3 code", "the state; of a pair the ally, or the alphabetically first", ""),
    "other": ("ISO 3 code", "the other state of the pair; of an ally its patron", ""),
    "year": ("year", "calendar year", ""),
}
_ROW = {
    "variable": ("name", "what is measured", ""),
    "value": ("see unit", "the value", ""),
    "unit": ("text", "unit of the value", ""),
    "source": ("name", "source card, as in the table sources", ""),
    "confidence": ("high, medium, low", "how far the value can be trusted", ""),
    "note": ("text", "what is known about this value", ""),
    "file": ("path", "file or files (joined by ' ; ') below the mirror, as in the table sources", ""),
    "row_key": ("row numbers", "rows of the file that the value was made from; null: none is listed", ""),
}
STATE_YEARS = {
    "gdp": ("constant 2021 international $", "real gross domestic product", "gapminder"),
    "population": ("persons", "population", "gapminder"),
    "burden": ("share of GDP", "military spending", "sipri_milex"),
    "ideal_point": ("UN ideal point", "position in UN foreign-policy votes", "unga_ideal"),
    "ideal_point_error": ("UN ideal point", "half of its central 90 % interval", "unga_ideal"),
    "ideal_point_aside": (
        "UN ideal point",
        "what the two other sets of votes say beyond it, on its scale",
        "unga_ideal",
    ),
    "ideal_point_all": ("UN ideal point", "the same in all UN votes, on a scale of its own", "unga_ideal"),
    "ideal_point_legacy": ("UN ideal point", "the same in the source's older set of votes", "unga_ideal"),
    "polyarchy": ("index 0 to 1", "electoral democracy", "isard"),
    "nuclear_rung": ("rung 0 to 3", "none, exploring, pursuing, possessing nuclear weapons", "owid_nuclear"),
    "warheads": ("warheads", "military stockpile, estimated", "fas_warheads"),
    "arms_imports": ("TIV million", "this year and the four before, all suppliers", "sipri_register"),
    "arms_delivered": ("TIV million", "arms delivered in the year, all suppliers", "sipri_register"),
    "arms_on_order": ("TIV million", "arms ordered and not yet delivered, all suppliers", "sipri_register"),
    "cinc": ("share of the world", "composite index of national capability", "nmc"),
    "milex": ("thousand current US$", "military spending at exchange rates", "nmc"),
}
PAIR_YEARS = {
    "troops": ("persons", "the patron's troops stationed with the ally (September reports)", "troopdata"),
    "arms_dependence": (
        "share of arms imports",
        "the supplier's share, this year and the four before",
        "sipri_register",
    ),
    "supplier_delivered": ("TIV million", "arms the supplier delivered in the year", "sipri_register"),
    "supplier_on_order": ("TIV million", "arms ordered of the supplier, not yet delivered", "sipri_register"),
    "obligation": ("level 0 to 3", "what the patron owes by treaty: 3 defence, 1 consultation", "atop"),
    "signal_nukes": ("0/1", "the patron's nuclear weapons stationed", "mcmanus_nieman"),
    "signal_visits": ("0/1", "visit by the patron's leader", "mcmanus_nieman"),
    "signal_words": ("statements", "the US president's supportive statements", "mcmanus_nieman"),
    "signal_exercises": ("0/1", "joint military exercises", "mcmanus_nieman"),
    "signal_pact": ("0/1", "defence pact", "mcmanus_nieman"),
    "signal_troops": ("persons", "the patron's troops stationed", "mcmanus_nieman"),
    "signal_arms": ("TIV million", "arms delivered in the year", "mcmanus_nieman"),
    "signal_aid": ("US$", "economic aid of the United States", "mcmanus_nieman"),
}
DYAD_YEARS = {
    "distance": ("km", "least distance between the two territories; to 2019", "geography"),
    "contiguity": ("0 none, 1 land to 5", "contiguity, up to 400 miles of water; to 2016", "geography"),
    "rivalry": ("0/1", "strategic rivals; to 2020", "tss_rivalries"),
    "defence": ("0/1", "either owes the other defence; to 2018", "atop"),
    "consult": ("0/1", "either owes the other consultation; to 2018", "atop"),
    "neutral": ("0/1", "either owes the other neutrality; to 2018", "atop"),
    "nonagg": ("0/1", "non-aggression; to 2018", "atop"),
    "agreement": ("0/1", "general defence cooperation agreement; 1980 to 2010", "dcad"),
    "tie": ("strength 0 to 3", "3 defence, 1 consultation or agreement; without a duty to 2010 only", "atop, dcad"),
    "disputes": ("onsets", "militarised disputes that begin between the two; to 2014", "mid5"),
    "hostility": ("1 to 5", "highest hostility of any dispute between the two; null without one", "mid5"),
    "force": ("onsets", "disputes of hostility 4 or more, or a crisis between the two; to 2014", "mid5, icb"),
}
_KINDS = "dispute, crisis, pact_begins, pact_joined, pact_ends, rivalry_begins, rivalry_ends, rung_up, rung_down"
_EVENTS = {
    "event": ("key", "the event", ""),
    "kind": ("name", _KINDS, ""),
    "name": ("text", "the source's name of a crisis", "icb"),
    "year": ("year", "of the event (of a state: when it came in)", ""),
    "end_year": ("year", "last year of a dispute or crisis", ""),
    "states": ("states", "how many took part: above two, a pact is a wave", ""),
    "magnitude": ("see meaning", "hostility of a dispute, violence of a crisis (1 to 4), strength of a pact, rung", ""),
    "outcome": ("text", "how a pact ended (the source's termmode), from which rung to which", ""),
    "us_involvement": ("source's number", "what the United States did in a crisis", "icb"),
    "file": _ROW["file"],
    "row_key": _ROW["row_key"],
}
_TOOK_PART = {
    "event": _EVENTS["event"],
    "state": _KEYS["state"],
    "year": _EVENTS["year"],
    "side": ("a or b", "side in a dispute", "mid5"),
    "role": ("name", "originator or joiner; actor; founder, joiner, member or leaver; mover", ""),
    "against": ("ISO 3 codes", "adversaries in a dispute; source of threat in a crisis; rival", ""),
    "magnitude": ("see events", "this state's own", ""),
    "us_involvement": ("source's number", "as seen from this actor of a crisis", "icb"),
}
_STATES = {
    "state": _KEYS["state"],
    "name": ("text", "name under this number", ""),
    "cow": ("number", "Correlates of War", "isard"),
    "gw": ("number", "Gleditsch and Ward, the latest", "isard"),
    "first_year": ("year", "first of this spell of membership", "isard"),
    "last_year": ("year", "last of this spell; null: ongoing", "isard"),
    "row_key": _ROW["row_key"],
}
_SOURCES = {
    "source": ("name", "source card", ""),
    "title": ("text", "what it measures", ""),
    "file": ("path", "file below the mirror", ""),
    "url": ("address", "public address of the full original", ""),
    "digest": ("SHA-256", "of the file that was read", ""),
    "edition": ("full or training", "which edition was read", ""),
    "citation": ("text", "how to cite it", ""),
    "terms": ("text", "on what terms it may be used", ""),
    "unit": ("text", "units of what is read", ""),
    "first_year": ("year", "first that the full original covers", ""),
    "last_year": ("year", "last that the full original covers", ""),
    "traps": ("text", "known traps, each with what is done about it, one a line", ""),
}
_DYAD_ROWS = {
    name: {**_KEYS, **_ROW}[name] for name in ("state", "other", "year", "variable", "value", "file", "row_key")
}
DOCUMENTED: dict[str, dict[str, tuple[str, str, str]]] = {
    "sources": _SOURCES,
    "states": _STATES,
    "state_year_rows": {"state": _KEYS["state"], "year": _KEYS["year"], **_ROW},
    "pair_year_rows": {**_KEYS, **_ROW},
    "dyad_year_rows": _DYAD_ROWS,
    "state_years": {"state": _KEYS["state"], "year": _KEYS["year"], **STATE_YEARS},
    "pair_years": {**_KEYS, **PAIR_YEARS},
    "dyad_years": {**_KEYS, **DYAD_YEARS},
    "events": _EVENTS,
    "event_states": _TOOK_PART,
    "columns": {
        "table": ("name", "table or view", ""),
        "column": ("name", "column", ""),
        "unit": ("text", "unit", ""),
        "meaning": ("text", "meaning", ""),
        "source": ("name", "source card or cards, where one column has its own", ""),
    },
    "panel": {
        "digest": ("SHA-256", "of the sources and the version: the panel's identity", ""),
        "version": ("text", "of the code that makes the panel", ""),
        "edition": ("full or training", "training as soon as one file is", ""),
    },
}


def create_columns() -> pl.DataFrame:
    """The table `columns`: every column of every table and view."""
    rows = [
        {"table": table, "column": column, "unit": unit, "meaning": meaning, "source": source}
        for table, columns in DOCUMENTED.items()
        for column, (unit, meaning, source) in columns.items()
    ]
    return pl.DataFrame(rows)
