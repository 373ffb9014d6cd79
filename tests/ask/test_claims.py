"""Verdicts on claims, against grounds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from moorings.ask.claims import Grounds, judge, judge_all, limits
from moorings.ask.evidence import condition
from moorings.ask.expressions import Reading
from moorings.ask.theses import read_thesis
from moorings.core.errors import InputError
from moorings.simulate.ensemble import Ensemble

MEMBERS, DRAWS = 4000, 100
Simulate = Callable[[Mapping[str, str], tuple[str, ...]], Ensemble]


@pytest.fixture(scope="module")
def base(create_world) -> Ensemble:  # type: ignore[no-untyped-def]
    return create_world(members=MEMBERS, draws=DRAWS)


def _claim(kind: str, fields: str) -> str:
    return f"title: T\nclaims:\n  - id: c\n    kind: {kind}\n    text: A claim.\n" + "".join(
        f"    {line}\n" for line in fields.split("; ")
    )


def _drifting(base: Ensemble, shares: np.ndarray | float) -> Ensemble:
    """Japan drifts noticeably in 2036 in that share of the members (of each draw)."""
    values = dict(base.values)
    values["drift"] = base.values["drift"].copy()
    place = np.arange(base.members) // DRAWS / (base.members // DRAWS)
    chance = np.broadcast_to(shares, DRAWS)[base.draw]
    values["drift"][:, -1, base.states.index("JPN")] = np.where(place < chance, 1.5, 0.0)
    return replace(base, values=values)


def _grounds(simulate: Simulate, history: float | None = 1.0) -> Grounds:
    series = {("burden", 2014): np.array([0.010]), ("burden", 2024): np.array([0.014])}

    def measured(reading: Reading, year: int) -> np.ndarray:
        return series.get((reading.variable, year), np.array([]))

    return Grounds(simulate, lambda *_: history, measured, lambda responses: 4 if responses.state == "JPN" else 0)


def _verdict(kind: str, fields: str, simulate: Simulate, history: float | None = 1.0):  # type: ignore[no-untyped-def]
    return judge(read_thesis(_claim(kind, fields)).claims[0], _grounds(simulate, history))


EVENT = "event: noticeable_drift(JPN) in 2036"


@pytest.mark.parametrize(
    ("share", "stated", "expected"),
    [
        (0.65, "likely", "holds"),
        (0.10, "likely", "fails"),
        (0.65, "[0.6, 0.7]", "holds"),
        (0.55, "likely", "unclear"),
        (0.0, "almost no chance", "holds"),
        (1.0, "almost certain", "holds"),
        (0.99, "very likely", "fails"),
    ],
)
def test_forecast_claims(base: Ensemble, share: float, stated: str, expected: str) -> None:
    found = _verdict("forecast", f"{EVENT}; stated: {stated}", lambda *_: _drifting(base, share))
    assert found.verdict == expected
    assert found.value == pytest.approx(share, abs=0.02)
    assert found.p_inside + found.p_below + found.p_above == pytest.approx(1)
    assert found.low <= found.value <= found.high


def test_draws_that_disagree_leave_a_claim_unclear(base: Ensemble) -> None:
    shares = np.where(np.arange(DRAWS) < 50, 0.3, 0.9)
    found = _verdict("forecast", f"{EVENT}; stated: likely", lambda *_: _drifting(base, shares))
    assert found.verdict == "unclear"
    assert found.p_below > 0.3
    assert found.p_above > 0.3


def test_thin_evidence_leaves_a_forecast_unclear(base: Ensemble) -> None:
    def simulate(levers: Mapping[str, str], given: tuple[str, ...]) -> Ensemble:
        return condition(_drifting(base, 0.65), given).ensemble

    fields = f'{EVENT}; stated: [0, 1]; given: ["burden(KOR) in 2030 ~ 50% ± 0.1%"]'
    found = _verdict("forecast", fields, simulate)
    assert found.verdict == "unclear"
    assert "effective members" in found.why


def _scenario(base: Ensemble, with_it: float | np.ndarray, without: float) -> Simulate:
    return lambda levers, given: _drifting(base, with_it if levers.get("style") == "-1" else without)


@pytest.mark.parametrize(
    ("with_it", "without", "stated", "expected"),
    [
        (0.6, 0.4, "higher", "holds"),
        (0.6, 0.4, "higher; by: 0.3", "fails"),
        (0.6, 0.4, "lower", "fails"),
        (0.4, 0.4, "higher", "fails"),
        (0.4, 0.4, "no difference", "holds"),
        (0.6, 0.4, "no difference", "fails"),
        (0.4, 0.6, "lower; by: 0.05", "holds"),
    ],
)
def test_effect_claims(base: Ensemble, with_it: float, without: float, stated: str, expected: str) -> None:
    fields = f"{EVENT}; set: {{style: -1}}; against: {{style: 1}}; stated: {stated}"
    found = _verdict("effect", fields, _scenario(base, with_it, without))
    assert found.verdict == expected
    assert found.value == pytest.approx(with_it - without, abs=0.03)


@pytest.mark.parametrize("history", [None, 0.0, 0.49])
def test_an_effect_without_history_is_unclear_and_assumed(base: Ensemble, history: float | None) -> None:
    fields = f"{EVENT}; set: {{style: -1}}; stated: higher"
    found = _verdict("effect", fields, _scenario(base, 0.9, 0.1), history)
    assert (found.verdict, found.label) == ("unclear", "unclear (assumed)")
    assert "would read: holds" in found.why
    assert _verdict("effect", fields, _scenario(base, 0.9, 0.1), 0.5).verdict == "holds"


def test_an_effect_on_a_mean_is_paired(base: Ensemble) -> None:
    def simulate(levers: Mapping[str, str], given: tuple[str, ...]) -> Ensemble:
        values = base.values | {"burden": base.values["burden"] + (0.001 if levers else 0.0)}
        return replace(base, values=values)

    fields = "quantity: burden(JPN) in 2030; set: {style: -1}; stated: higher; by: 0.0009"
    found = _verdict("effect", fields, simulate)
    assert (found.verdict, found.p_inside) == ("holds", 1.0)
    assert (found.value, found.low, found.high) == pytest.approx((0.001, 0.001, 0.001))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("quantity: burden(JPN) in 2024; since: 2014; stated: higher; by: 0.003", "holds"),
        ("quantity: burden(JPN) in 2024; since: 2014; stated: lower", "fails"),
        ("quantity: burden(JPN) in 2024; stated: [0.01, 0.02]", "holds"),
        ("quantity: burden(JPN) in 2024; since: 2013; stated: higher", "unclear"),
        ("responses: {state: JPN, kind: new_partner, since: 2015, until: 2025}; stated: [4, null]", "holds"),
        ("responses: {state: KOR, kind: new_partner, since: 2015, until: 2025}; stated: [1, null]", "fails"),
    ],
)
def test_measure_claims(base: Ensemble, fields: str, expected: str) -> None:
    found = _verdict("measure", fields, lambda *_: base)
    assert found.verdict == expected


def test_what_cannot_be_tested_says_so_and_why(base: Ensemble) -> None:
    found = _verdict("forecast", "untested: no series; hinges_on: nothing", lambda *_: base)
    assert (found.verdict, found.value, found.p_inside) == ("unclear", None, None)
    assert found.why == "cannot be tested: no series; hinges on: nothing"


def test_a_fault_in_a_claim_names_its_line(base: Ensemble) -> None:
    with pytest.raises(InputError, match="not rated") as caught:
        _verdict("forecast", "event: noticeable_drift(TWN) in 2036; stated: likely", lambda *_: base)
    assert caught.value.place == "thesis, line 3, event, column 18"


def test_all_claims_are_judged_in_order(base: Ensemble) -> None:
    text = _claim("forecast", f"{EVENT}; stated: [0, 1]") + "  - {id: d, kind: forecast, text: x, untested: y}\n"
    assert [v.id for v in judge_all(read_thesis(text), _grounds(lambda *_: base))] == ["c", "d"]


def test_limits() -> None:
    (claim,) = read_thesis(_claim("effect", f"{EVENT}; set: {{style: 1}}; stated: no difference")).claims
    assert limits(claim) == (-0.05, 0.05)
    assert limits(replace(claim, stated="higher"))[0] > 0
    assert limits(replace(claim, stated="lower", by=0.1)) == (-np.inf, -0.1)
    assert limits(replace(claim, stated="almost certain")) == (0.95, 1.0)
