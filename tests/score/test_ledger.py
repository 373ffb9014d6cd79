"""The ledger: what is entered stays, and whatever is altered shows at its line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from moorings.ask.probability import Answer
from moorings.core.errors import InputError
from moorings.score.ledger import add, resolve, rows, rule_for, verify
from moorings.simulate.ensemble import Ensemble

DAY = date(2026, 11, 22)
DIGESTS = {"system": "a" * 64, "posterior": "b" * 64, "code": "c" * 64}
YEARS = tuple(range(2025, 2031))


@pytest.fixture
def record() -> Ensemble:
    """What was observed up to 2028: one member, missing afterwards."""
    states = ("USA", "JPN", "KOR", "CHN")
    flags = np.zeros((1, len(YEARS), 4, 4))
    flags[:, 4:] = np.nan
    drift = np.full((1, len(YEARS), 4), np.nan)
    drift[:, :4, 1:3] = 0
    return Ensemble(
        "toy", "USA", ("JPN", "KOR"), ("JPN", "KOR"), ("CHN",), YEARS, states, np.zeros(1, int),
        {"drift": drift}, {"new_pact": flags}, np.ones(1),
    )  # fmt: skip


def _answer(event: str, probability: float = 0.3) -> Answer:
    return Answer(event, probability, 0.2, 0.4, "unlikely", 4000, 4000.0)


@pytest.fixture
def ledger(tmp_path: Path, record: Ensemble) -> Path:
    path = tmp_path / "home" / "ledger.jsonl"
    for event in ("new_pact(JPN, KOR) by 2027", "new_pact(JPN, KOR) by 2030", "drift(KOR) < 1 in 2028"):
        add(path, _answer(event), record, DIGESTS, DAY)
    return path


def test_forecasts_carry_event_rule_date_and_digests(ledger: Path) -> None:
    first = rows(ledger)[0].forecast
    assert (first.id, first.date, first.system, first.probability) == (1, "2026-11-22", "toy", 0.3)
    assert first.digests == DIGESTS
    assert first.rule.reads == ("new_pact(JPN, KOR)",)
    assert (first.rule.start, first.rule.end, first.rule.void_after) == (2025, 2027, 2029)


def test_the_record_settles_what_it_can_and_scores_it(ledger: Path, record: Ensemble) -> None:
    settled = resolve(ledger, {"toy": record}, date(2028, 6, 1))
    assert [(outcome.id, outcome.outcome) for outcome in settled] == [(1, False), (3, True)]
    found = rows(ledger)
    assert [row.status for row in found] == ["resolved", "open", "resolved"]
    assert [row.brier for row in found] == [pytest.approx(0.09), None, pytest.approx(0.49)]
    assert resolve(ledger, {"toy": record}, date(2028, 6, 2)) == []
    assert verify(ledger).sound
    assert verify(ledger).lines == 5


def test_what_is_not_settled_in_time_is_void(ledger: Path, record: Ensemble) -> None:
    resolve(ledger, {"toy": record}, date(2032, 12, 31))
    assert rows(ledger)[1].status == "open"
    resolve(ledger, {"toy": record}, date(2033, 1, 1))
    assert rows(ledger)[1].status == "void"


def test_other_systems_and_short_records_settle_nothing(ledger: Path, record: Ensemble) -> None:
    assert resolve(ledger, {"other": record}, DAY) == []
    short = replace(record, years=(2026, 2027))
    with pytest.raises(InputError, match="2025 to 2027"):
        resolve(ledger, {"toy": short}, DAY)


def test_an_event_that_makes_no_sense_is_not_entered(ledger: Path, record: Ensemble) -> None:
    with pytest.raises(InputError, match="column"):
        add(ledger, _answer("new_pact(JPN, XXX) by 2030"), record, DIGESTS, DAY)
    with pytest.raises(InputError, match="a day"):
        add(ledger, _answer("new_pact(JPN, KOR) by 2027", 0.9), record, DIGESTS, DAY)
    assert verify(ledger).lines == 3
    assert rule_for("new_pact(JPN, KOR) before 2029", record).end == 2028


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [(1, '"probability": 0.3', '"probability": 0.1'), (2, "by 2030", "by 2029"), (3, "2026-11-22", "2025-11-22")],
)
def test_an_altered_line_is_found(ledger: Path, record: Ensemble, line: int, old: str, new: str) -> None:
    text = ledger.read_text().split("\n")
    assert old in text[line - 1]
    text[line - 1] = text[line - 1].replace(old, new)
    ledger.write_text("\n".join(text))
    found = verify(ledger)
    assert not found.sound
    assert found.fault == f"ledger.jsonl, line {line}: it was altered (its hash does not fit)"
    with pytest.raises(InputError, match=f"line {line}"):
        add(ledger, _answer("new_pact(JPN, KOR) by 2029"), record, DIGESTS, DAY)


def test_lines_left_out_swapped_or_broken_are_found(ledger: Path) -> None:
    lines = ledger.read_text().splitlines()
    for altered, place in (([lines[0], lines[2]], 2), ([lines[1], lines[0], lines[2]], 1), ([*lines, "{"], 4)):
        ledger.write_text("\n".join(altered) + "\n")
        assert f"line {place}:" in verify(ledger).fault


def test_a_line_hashed_anew_breaks_the_next(ledger: Path) -> None:
    from moorings.core.digest import record_digest

    lines = ledger.read_text().splitlines()
    entry = json.loads(lines[0]) | {"probability": 0.99}
    entry["hash"] = record_digest({key: value for key, value in entry.items() if key != "hash"})
    ledger.write_text("\n".join([json.dumps(entry), *lines[1:]]) + "\n")
    assert "line 2: it does not follow" in verify(ledger).fault


def test_lines_cut_off_the_end_show_by_the_last_hash(ledger: Path) -> None:
    head = verify(ledger).head
    assert verify(ledger, head).sound
    ledger.write_text("\n".join(ledger.read_text().splitlines()[:2]) + "\n")
    assert verify(ledger).sound
    assert not verify(ledger, head).sound


def test_an_empty_ledger_is_sound(tmp_path: Path) -> None:
    assert verify(tmp_path / "none.jsonl").lines == 0
    assert rows(tmp_path / "none.jsonl") == []


def test_who_write_at_once_do_not_break_the_chain(tmp_path: Path, record: Ensemble) -> None:
    path = tmp_path / "ledger.jsonl"
    events = [
        f"drift({ally}) < {level} in {year}" for ally in ("JPN", "KOR") for level in (1, 2, 3) for year in YEARS[1:]
    ]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda event: add(path, _answer(event), record, DIGESTS, DAY), events))
    assert verify(path).sound
    assert sorted(row.forecast.id for row in rows(path)) == list(range(1, len(events) + 1))


def test_a_ledger_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"\xff\n")
    with pytest.raises(InputError, match=r"ledger\.jsonl"):
        verify(path)
