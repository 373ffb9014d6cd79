"""What effects rest on: shares from the shipped posterior, chains of every lever."""

from __future__ import annotations

import pytest

from moorings.learn.attribution import ROUTES, Link, by_variable, links, weakest
from moorings.learn.posterior import Posterior, load_posterior, shipped_folder
from moorings.simulate.levers import KINDS


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return load_posterior(shipped_folder() / "posterior-2025.npz")


def test_every_lever_has_a_route() -> None:
    assert set(ROUTES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_shares_are_shares_and_what_no_data_speak_to_has_none(posterior: Posterior, kind: str) -> None:
    chain = links([kind], posterior)
    assert all(0 <= link.share <= 1 for link in chain)
    assert all((link.share == 0) == (link.source != "history") for link in chain)


def test_a_chain_is_as_strong_as_its_weakest_link(posterior: Posterior) -> None:
    chain = links(["burden"], posterior)
    assert weakest(chain) == min(link.share for link in chain) > 0.05
    shares = by_variable(chain)
    assert shares["burden"] > shares["drift"] == weakest(chain)


def test_what_serves_all_limits_all() -> None:
    chain = [Link("a", 0.5, "history", (), ""), Link("b", 0.9, "history", ("burden",), "")]
    assert by_variable(chain) == {"burden": 0.5}


def test_an_analysts_elasticity_is_no_history(posterior: Posterior) -> None:
    chain = links(["burden"], posterior, [("ideal", "gap")])
    assert {link.link: link.source for link in chain}["security gap to UN position"] == "belief"
    assert weakest(chain) == 0
