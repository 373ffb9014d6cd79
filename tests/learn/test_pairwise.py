"""Pairwise likelihood: the probability of two events together."""

from __future__ import annotations

import numpy as np

from moorings.learn import pairwise


def test_the_orthant_is_that_of_correlated_normals() -> None:
    both = pairwise.orthant(np.array([0.3, 0.0]), np.array([-0.2, 0.0]), np.array([0.0, 0.95]))
    # independent: a product; at the middle: Sheppard's formula
    np.testing.assert_allclose(both, [0.38209 * 0.57926, 0.25 + np.arcsin(0.95) / (2 * np.pi)], atol=1e-4)
