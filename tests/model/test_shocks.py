"""Own and shared shocks keep a variance of one."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from moorings.model import shocks
from moorings.model.state import Params


def test_shared_and_own_shocks_stay_standard_normal(params: Params) -> None:
    rho = np.asarray(params["shared"]["rho"])
    none, one = ({name: jnp.full(5, value) for name in shocks.SHARED} for value in (0.0, 1.0))
    shared = shocks.normals(params, jnp.ones(5), none)
    own = shocks.normals(params, jnp.zeros(5), one)
    for k, name in enumerate(shocks.SHARED):
        np.testing.assert_allclose(shared[name], np.sqrt(rho[k]))
        np.testing.assert_allclose(own[name] ** 2 + shared[name] ** 2, 1)


def test_a_shared_shock_lasts_and_stays_standard_normal(params: Params) -> None:
    keep = float(params["shared"]["persistence"])
    none, one = ({f"shared {name}": jnp.asarray(value) for name in shocks.SHARED} for value in (0.0, 1.0))
    lasting = shocks.shared_shock(params, jnp.ones(5), none)
    fresh = shocks.shared_shock(params, jnp.zeros(5), one)
    np.testing.assert_allclose(lasting, keep)
    np.testing.assert_allclose(lasting**2 + fresh**2, 1)
