"""Signposts against a computation by hand."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from moorings.ask.events import evaluate, parse
from moorings.ask.expressions import Timed
from moorings.ask.signposts import Signpost, candidates, rank, signposts
from moorings.simulate.ensemble import Ensemble

QUESTION = "noticeable_drift(KOR) in 2036"


def _by_hand(world: Ensemble, event: str, question: str) -> tuple[float, float, float, float]:
    seen, true = evaluate(event, world).tolist(), evaluate(question, world).tolist()
    table = dict.fromkeys([(s, q) for s in (True, False) for q in (True, False)], 0.0)
    for s, q, weight in zip(seen, true, world.weights.tolist(), strict=True):
        table[s, q] += weight
    p = {s: table[s, True] + table[s, False] for s in (True, False)}
    r = {q: table[True, q] + table[False, q] for q in (True, False)}
    bits = sum(x * math.log2(x / (p[s] * r[q])) for (s, q), x in table.items() if x > 0)
    return p[True], table[True, True] / p[True], table[False, True] / p[False], bits


def test_rows_agree_with_a_computation_by_hand(world: Ensemble) -> None:
    weighted = world.reweighted(np.random.default_rng(3).gamma(1, 1, world.members))
    rows = signposts(weighted, QUESTION, limit=30)
    assert len(rows) == 30
    for row in rows:
        found = (row.probability, row.if_seen, row.if_not, row.bits)
        assert found == pytest.approx(_by_hand(weighted, row.signpost, QUESTION), abs=1e-9)


def test_rows_are_ranked_and_each_subject_stands_once(world: Ensemble) -> None:
    rows = signposts(world, QUESTION, limit=100)
    assert [row.bits for row in rows] == sorted((row.bits for row in rows), reverse=True)
    subjects = [row.signpost.split(")")[0] for row in rows]
    assert len(subjects) == len(set(subjects))
    assert all(row.source and 2026 <= row.by <= 2028 for row in rows)


def test_what_decides_the_question_comes_first(create_world) -> None:  # type: ignore[no-untyped-def]
    world = create_world()
    drifts = evaluate(QUESTION, world)
    i, j = world.states.index("JPN"), world.states.index("CHN")
    world.pairs["dispute"][:, 1:4, [i, j], [j, i]] = 0
    world.pairs["dispute"][:, 2, i, j] = drifts
    first = signposts(world, QUESTION)[0]
    p = drifts.mean()
    entropy = -(p * math.log2(p) + (1 - p) * math.log2(1 - p))
    assert (first.signpost, first.by) == ("dispute(JPN, CHN) by 2027", 2027)
    assert (first.if_seen, first.if_not, first.bits) == pytest.approx((1, 0, entropy))


def test_what_is_certain_tells_nothing(world: Ensemble) -> None:
    event = parse("burden(JPN) >= 0 in 2027")
    assert isinstance(event, Timed)
    (row,) = rank(world, [event], evaluate(QUESTION, world))
    assert (row.probability, row.bits) == (pytest.approx(1), pytest.approx(0, abs=1e-12))


def test_candidates_name_what_can_be_seen_in_the_next_three_years(world: Ensemble) -> None:
    texts = [str(event) for event in candidates(world)]
    assert len(texts) == len(set(texts)) > 200
    assert all(text.split()[-1] in {"2026", "2027", "2028"} for text in texts)
    for part in ("troops(KOR)", "nuclear_rung(JPN) >= exploring", "separate_peace(KOR, PRK) by 2028", "abandoned(TWN)"):
        assert any(part in text for text in texts), part
    assert not any(text.startswith(("credence", "gap", "new_pact(USA")) for text in texts)
    assert not any("drift(TWN" in text for text in texts)


def test_two_hundred_candidates_and_four_thousand_members_take_under_ten_seconds(create_world) -> None:  # type: ignore[no-untyped-def]
    world = create_world(members=4000, draws=100)
    events = list(candidates(world))[:200]
    start = time.perf_counter()
    rows = rank(world, events, evaluate(QUESTION, world))
    assert time.perf_counter() - start < 10
    assert len(rows) == 200
    assert isinstance(rows[0], Signpost)
