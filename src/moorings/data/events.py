"""Events with those who took part: disputes, crises, pacts, rivalries, nuclear moves.

`events` has one row per event, `event_states` one per event and state.
"""

from __future__ import annotations

import polars as pl

_EVENT = {
    "event": pl.String,
    "kind": pl.String,
    "name": pl.String,
    "year": pl.Int32,
    "end_year": pl.Int32,
    "states": pl.Int32,
    "magnitude": pl.Float64,
    "outcome": pl.String,
    "us_involvement": pl.Float64,
    "file": pl.String,
    "row_key": pl.String,
}
_TAKING_PART = {
    "event": pl.String,
    "state": pl.String,
    "year": pl.Int32,
    "side": pl.String,
    "role": pl.String,
    "against": pl.String,
    "magnitude": pl.Float64,
    "us_involvement": pl.Float64,
}
Events = tuple[pl.DataFrame, pl.DataFrame]


def _shaped(frame: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    columns = (pl.col(name) if name in frame.columns else pl.lit(None).alias(name) for name in schema)
    return frame.select(columns).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _finished(events: pl.DataFrame, states: pl.DataFrame) -> Events:
    counts = states.group_by("event").agg(pl.col("state").n_unique().alias("states"))
    return _shaped(events.join(counts, on="event", how="left"), _EVENT), _shaped(states, _TAKING_PART)


def _keys(*parts: str) -> pl.Expr:
    return pl.format("-".join(["{}"] * len(parts)), *parts).alias("event")


def _rows() -> pl.Expr:
    return pl.col("row").unique().sort().cast(pl.String).str.join(",").alias("row_key")


def create_disputes(disputes: pl.DataFrame, kind: str, file: str) -> Events:
    """Disputes with their sides and who joined.

    `magnitude` is the highest hostility of any pair (of a state: its pairs'); `role` is originator or joiner.
    """
    named = disputes.with_columns(pl.format("{}-{}", pl.lit(kind), pl.col("dispute").cast(pl.Int32)).alias("event"))
    side = pl.when(pl.col("side") == 1).then(pl.lit("a")).otherwise(pl.lit("b")).first().alias("side")
    role = pl.when(pl.col("originator").max() == 1).then(pl.lit("originator")).otherwise(pl.lit("joiner")).alias("role")
    foes = pl.col("other").unique().sort().str.join(";").alias("against")
    magnitude = pl.col("hostility").max().alias("magnitude")
    states = named.sort("year").group_by("event", "state").agg(pl.col("year").min(), side, role, foes, magnitude)
    spans = pl.col("year").min(), pl.col("year").max().alias("end_year")
    events = named.group_by("event").agg(*spans, magnitude, _rows())
    return _finished(events.with_columns(kind=pl.lit(kind), file=pl.lit(file)), states)


def create_crises(crises: pl.DataFrame, actors: pl.DataFrame, file: str) -> Events:
    """Crises with their actors; `magnitude` is violence (1 none to 4 war), `against` the source of threat."""
    key = pl.format("crisis-{}", pl.col("crisis").cast(pl.Int32)).alias("event")
    events = crises.with_columns(
        key, kind=pl.lit("crisis"), file=pl.lit(file), row_key=pl.col("row").cast(pl.String), magnitude="violence"
    )
    states = actors.with_columns(key, role=pl.lit("actor"), against="threat")
    return _finished(events, states)


def create_pacts(memberships: pl.DataFrame, file: str) -> Events:
    """Pacts that begin, gain members or end: one event per pact and year, however many states take part.

    `kind` is pact_begins (founders), pact_joined (later members; those already in stand as `member`) or pact_ends
    (those who leave in that year; `outcome` is the source's number for how). `magnitude` is the strength of the duty.
    """
    founded = memberships.with_columns(founded=pl.col("first_year").min().over("atopid"))
    first = pl.col("first_year") == pl.col("founded")
    entries = founded.with_columns(
        year="first_year",
        kind=pl.when(first).then(pl.lit("pact_begins")).otherwise(pl.lit("pact_joined")),
        role=pl.when(first).then(pl.lit("founder")).otherwise(pl.lit("joiner")),
    )
    exits = founded.drop_nulls("last_year").with_columns(
        year="last_year", kind=pl.lit("pact_ends"), role=pl.lit("leaver")
    )
    columns = ["kind", "atopid", "year", "state", "role", "strength", "termmode", "row"]
    moves = pl.concat([entries.select(columns), exits.select(columns)]).with_columns(_keys("kind", "atopid", "year"))
    ends = pl.col("kind") == "pact_ends"
    modes = pl.col("termmode").drop_nulls().cast(pl.String).unique().sort().str.join(";")
    outcome = pl.when(ends).then(pl.format("termmode {}", modes))
    events = moves.group_by("event", "kind", "year").agg(
        pl.col("strength").max().alias("magnitude"), outcome.first().alias("outcome"), _rows()
    )
    states = pl.concat(
        [moves.select("event", "state", "year", "role", magnitude="strength"), _already_in(moves, founded)]
    )
    return _finished(events.with_columns(file=pl.lit(file)), states)


def _already_in(moves: pl.DataFrame, memberships: pl.DataFrame) -> pl.DataFrame:
    """Members of a pact when others join it."""
    joined = moves.filter(pl.col("kind") == "pact_joined").select("event", "atopid", "year").unique()
    members = joined.join(memberships.select("atopid", "state", "first_year", "last_year", "strength"), on="atopid")
    inside = (pl.col("first_year") < pl.col("year")) & (pl.col("last_year").fill_null(9999) >= pl.col("year"))
    return members.filter(inside).select("event", "state", "year", role=pl.lit("member"), magnitude="strength")


def create_rivalries(spells: pl.DataFrame, file: str) -> Events:
    """Rivalries that begin and end."""
    begins = spells.with_columns(year="start", kind=pl.lit("rivalry_begins"))
    ends = spells.drop_nulls("end").with_columns(year="end", kind=pl.lit("rivalry_ends"))
    moves = pl.concat([begins, ends.select(begins.columns)]).with_columns(_keys("kind", "state", "other", "year"))
    events = moves.with_columns(file=pl.lit(file), row_key=pl.col("row").cast(pl.String))
    both = pl.concat(
        moves.select("event", "year", state=one, against=two) for one, two in (("state", "other"), ("other", "state"))
    )
    return _finished(events, both)


def create_nuclear_moves(rungs: pl.DataFrame, file: str) -> Events:
    """Moves on the nuclear ladder from one year to the next; `magnitude` is the rung moved to."""
    ordered = rungs.sort("state", "year").with_columns(
        before=pl.col("value").shift(1).over("state"), gap=pl.col("year").diff().over("state")
    )
    moved = ordered.filter((pl.col("gap") == 1) & (pl.col("value") != pl.col("before")))
    up = pl.col("value") > pl.col("before")
    kind = pl.when(up).then(pl.lit("rung_up")).otherwise(pl.lit("rung_down")).alias("kind")
    moves = moved.with_columns(kind).with_columns(_keys("kind", "state", "year"), magnitude="value", file=pl.lit(file))
    from_to = pl.format("from {} to {}", pl.col("before").cast(pl.Int32), pl.col("value").cast(pl.Int32))
    return _finished(moves.with_columns(outcome=from_to), moves.with_columns(role=pl.lit("mover")))


def joined_events(*parts: Events) -> Events:
    """All events, sorted by year and key; all who took part."""
    events = pl.concat([events for events, _ in parts]).sort("year", "event")
    return events, pl.concat([states for _, states in parts]).sort("event", "state")
