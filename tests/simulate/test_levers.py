"""What is written behind `--set`, read and refused."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.core.errors import InputError
from moorings.simulate.engine import Paths
from moorings.simulate.levers import KINDS, compile_levers, parse_lever, unbundled
from moorings.simulate.start import Scene
from worlds import END, START


@pytest.mark.parametrize(
    ("text", "value", "relative", "years"),
    [
        ("troops(AAA)=-50%", 0.5, True, (START + 1, END)),
        ("troops(AAA) = 1000 @2012", 1000, False, (2012, END)),
        ("burden(BBB)=+20%@2012..2013", 1.2, True, (2012, 2013)),
        ("burden(BBB)=2%", 0.02, False, (START + 1, END)),
        ("demand=+3.5%", 0.035, False, (START + 1, END)),
        ("backbone=-3%", -0.03, False, (START + 1, END)),
        ("capability(KKK)=0.05", 0.05, False, (START + 1, END)),
        ("crisis(AAA,KKK)=supported", 1.0, False, (START + 1, START + 1)),
        ("crisis(AAA,KKK)=supported@2013", 1.0, False, (2013, 2013)),
        ("guarantee(AAA)=0", 0.0, False, (START + 1, END)),
    ],
)
def test_reading(scene: Scene, text: str, value: float, relative: bool, years: tuple[int, int]) -> None:
    found = parse_lever(text, scene, END)
    assert found.value == pytest.approx(value)
    assert found.relative == relative
    assert (found.first, found.last) == years


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("troop(AAA)=1", "Did you mean 'troops'"),
        ("troops(AAB)=1", "Did you mean 'AAA'"),
        ("troops(KKK)=1", "AAA, BBB"),
        ("troops=1", "troops"),
        ("style(AAA)=1", "style"),
        ("crisis(KKK, AAA)=supported", "AAA, BBB"),
        ("crisis(AAA, KKK)=suported", "Did you mean 'supported'"),
        ("troops(AAA)=many", "a number"),
        ("troops(AAA)=50%", "sign"),
        ("troops(AAA)=-101%", "-100%"),
        ("troops(AAA)=nan", "0 to"),
        ("troops(AAA)=-5", "0 to"),
        ("guarantee(AAA)=-50%", "not per cent"),
        ("guarantee(AAA)=4", "0 to 3"),
        ("style=2", "-1 to 1"),
        ("style=0@2010", "years within 2011..2014"),
        ("style=0@2013..2012", "years within"),
        ("style=0@2012..2019", "years within"),
        ("style", "NAME=VALUE"),
        ("style==1", "number"),
        ("", "NAME=VALUE"),
    ],
)
def test_refusing(scene: Scene, text: str, says: str) -> None:
    with pytest.raises(InputError, match="--set") as caught:
        parse_lever(text, scene, END)
    assert says in str(caught.value)


def test_a_role_is_a_bundle(scene: Scene) -> None:
    half = unbundled([parse_lever("role=0.5", scene, END)], scene)
    assert {lever.kind for lever in half} == {"troops", "backbone", "demand"}
    assert {lever.states for lever in half if lever.kind == "troops"} == {("AAA",), ("BBB",)}
    assert all(lever.value == 0.75 for lever in half if lever.kind == "troops")
    assert not [lever for lever in unbundled([parse_lever("role=1", scene, END)], scene) if lever.kind == "demand"]


def test_compiled_to_years(scene: Scene, paths: Paths) -> None:
    texts = ("troops(AAA)=-50%@2012..2013", "demand=3%@2014", "crisis(BBB, KKK)=abandoned@2012..2013")
    found = compile_levers([parse_lever(text, scene, END) for text in texts], scene, paths)
    ally = scene.system.states.index("AAA")
    np.testing.assert_array_equal(found.troops[:, ally], [1, 0.5, 0.5, 1])
    seen = np.isfinite(np.asarray(found.troops_before)[:, :, ally]).all(axis=0)
    np.testing.assert_array_equal(seen, [False, True, True, False])
    np.testing.assert_array_equal(np.isfinite(np.asarray(found.troops_seen)[0, :, ally]), [False, False, True, True])
    np.testing.assert_array_equal(np.isfinite(found.demand), [False, False, False, True])
    pair = scene.pairs.index(("BBB", "KKK"))
    np.testing.assert_array_equal(np.asarray(found.crisis)[:, pair], [0, -1, -1, 0])


def test_every_kind_is_described() -> None:
    for kind in KINDS.values():
        assert kind.low < kind.high
        assert kind.meaning
        assert kind.unit
