"""Blocks of the book's own small transformers along their training: how far from Lip = 1 and m = 0 are they on data?

A residual block x + f(x) has the Jacobian J = I + Df(x) at x, and m(A) of A = -f there is lambda_min of the symmetric
part of I - J. Source: experiments/blocks.py, trained_blocks.csv (data/README.md).

The sign is that of emergence.operators.residual with h = 1, x - A x; all quantities are pure numbers but losses (nats).
A value outside its range raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, in_range
from emergence.operators.products import lipschitz_constant
from emergence.operators.residual import monotonicity_constant


class Local(NamedTuple):
    """What Jacobians say of a residual block at their points; shapes (...)."""

    largest: Floats
    """factor of the difference that is stretched most: the local Lipschitz constant"""
    m: Floats
    """local m(A) of A = -f, with T x = x + f(x)"""
    random: Floats
    """root mean square factor over random directions"""


def local_numbers(jacobians: ArrayLike) -> Local:
    """Largest singular value, m(I - J), and |J|_F / sqrt(n) of Jacobians of x + f(x), shape (..., n, n)."""
    array = in_range("jacobians", jacobians, -np.inf)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2] or array.shape[-1] == 0:
        raise ValueError(f"jacobians have the shape {array.shape}; allowed is (..., n, n) with n in [1, inf)")
    n = array.shape[-1]
    mean_square = (array**2).sum(axis=(-2, -1)) / n
    return Local(lipschitz_constant(array), monotonicity_constant(np.eye(n) - array), np.sqrt(mean_square))
