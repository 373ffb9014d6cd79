from __future__ import annotations

import pytest

from moorings.show.words import beside_base_rate, figure, interval, likelihood, per_cent, quantity, spread


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.004, "below 1 %"), (0.235, "24 %"), (0.995, "above 99 %"), (1.0, "100 %"), (None, "–")],
)
def test_a_probability_is_whole_per_cent_and_no_false_zero(share: float | None, text: str) -> None:
    assert per_cent(share) == text


@pytest.mark.parametrize(("value", "text"), [(1.04, "+1.0"), (-0.26, "−0.3"), (-0.01, "0.0"), (float("nan"), "–")])
def test_a_figure_has_its_sign(value: float, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.0137, "share of GDP", "1.37 %"), (53246.0, "persons", "53,246"), (-2.5, "", "−2.5"), (None, "", "–")],
)
def test_a_quantity_is_in_its_unit(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


def test_a_spread_holds_median_and_ends() -> None:
    assert spread({"q05": -1.0, "q50": 0.5, "q95": 2.0}) == "+0.5 (−1.0 to +2.0)"
    assert spread({}) == "–"


def test_words_and_figures_of_an_event() -> None:
    row = {"probability": 0.24, "words": "unlikely", "low": 0.12, "high": 0.39}
    assert likelihood(row) == "unlikely, 24 %"
    assert likelihood({"probability": 0.001, "words": "below 1 %"}) == "below 1 %"
    assert likelihood({"probability": 0.0, "words": "below 1 %"}) == "0 %"
    assert interval(row) == "12 to 39 %"
    assert likelihood({}) == interval({}) == "–"


@pytest.mark.parametrize(("base", "side"), [(0.05, "above"), (0.2, "no clear difference"), (0.5, "below")])
def test_a_base_rate_is_judged_by_the_interval(base: float, side: str) -> None:
    assert beside_base_rate({"probability": 0.2, "low": 0.1, "high": 0.3, "base_rate": base}).startswith(side)


def test_no_base_rate_is_said() -> None:
    assert "no base rate" in beside_base_rate({"probability": 0.2, "base_rate": None})
