"""How far ties begin and end together: what is fitted is what they were drawn with."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from moorings.learn.together import fit_together
from moorings.model import hazards

YEARS, STATES = 200, 24


def drawn(of_year: float, of_state: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Chances, events, years and states of all pairs, drawn as the law draws them."""
    random = np.random.default_rng(7)
    first, second = np.triu_indices(STATES, 1)
    chance = random.uniform(0.005, 0.06, size=(YEARS, len(first)))
    shares = {"shared_year": jnp.array(of_year), "shared_state": jnp.array(of_state)}
    each = random.uniform(size=(YEARS, STATES))
    lot = hazards.together(
        shares,
        jnp.asarray(random.standard_normal((YEARS, 1))),
        jnp.asarray(each[:, first]),
        jnp.asarray(each[:, second]),
        jnp.asarray(random.uniform(size=chance.shape)),
    )
    year = np.repeat(np.arange(YEARS), len(first))
    states = np.tile(np.stack([first, second], axis=1), (YEARS, 1))
    return chance.ravel(), (np.asarray(lot) < chance).ravel() * 1.0, year, states


@pytest.mark.parametrize(("of_year", "of_state"), [(0.1, 0.9), (0.4, 0.6), (0.1, 0.2)])
def test_the_shares_that_events_were_drawn_with_are_found_again(of_year: float, of_state: float) -> None:
    chance, event, year, states = drawn(of_year, of_state)
    draws, mode = fit_together(chance, event, year, states, 500, 1)
    assert mode["shared_year"] == pytest.approx(of_year, abs=0.1)
    assert mode["shared_state"] == pytest.approx(of_state, abs=0.1)
    assert {name: len(value) for name, value in draws.items()} == {"shared_year": 500, "shared_state": 500}
    assert draws["shared_state"].mean() == pytest.approx(mode["shared_state"], abs=0.05)


def test_with_no_event_the_shares_keep_their_priors() -> None:
    chance, _, year, states = drawn(0.3, 0.5)
    draws, _ = fit_together(chance * 1e-4, np.zeros_like(chance), year, states, 4000, 1)
    assert np.median(draws["shared_year"]) == pytest.approx(0.2, abs=0.03)
    assert np.median(draws["shared_state"]) == pytest.approx(0.5, abs=0.04)
