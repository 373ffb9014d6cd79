"""What a slider is answered with."""

from __future__ import annotations

import numpy as np
import pytest

from moorings.jobs import serve


@pytest.mark.parametrize("members", [1, 2, 7, 1000])
def test_quantiles_are_those_between_the_nearest_members(members: int) -> None:
    values = np.random.default_rng(1).normal(size=(members, 3)).astype(np.float32)
    found = serve._quantiles(values)
    expected = np.quantile(values, list(serve.LEVELS.values()), axis=0)
    np.testing.assert_allclose([found[name] for name in serve.LEVELS], expected, rtol=1e-6)
    np.testing.assert_allclose(found["mean"], values.mean(axis=0))
