"""Norms of the plane: lengths in the p-norms and in that of an ellipse, their unit balls, and norms of matrices.

|x|_p = (Σ |x_i|^p)^(1/p), and |M| = max |Mx| over |x| = 1. The norm of the ellipse B·(disc) is |B⁻¹x|_2.
Source: Horn and Johnson 2013, chapter 5.

All quantities are pure numbers. A value outside its range raises ValueError with the parameter, value and range.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, finite, in_range

_TURN = np.linspace(0, 2 * math.pi, 1441)
"""Directions among which the greatest stretch is looked for, a quarter of a degree apart."""


def p_norm(x: ArrayLike, p: float) -> Floats:
    """|x|_p along the last axis, p in [1, inf]. Shape (..., n) -> (...)."""
    if p != math.inf:
        in_range("p", p, 1, closed_low=True)
    size = np.abs(finite("x", x))
    greatest = size.max(axis=-1, keepdims=True)
    if p == math.inf:
        return greatest[..., 0]
    share = size / np.where(greatest > 0, greatest, 1)  # so that no power overflows
    return greatest[..., 0] * (share**p).sum(axis=-1) ** (1 / p)


def unit_sphere(p: float, angles: ArrayLike) -> Floats:
    """The points with |x|_p = 1 in the directions of the angles (radians). Shape (...) -> (..., 2)."""
    angles = finite("angles", angles)
    way = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return way / p_norm(way, p)[..., None]


def ellipse_norm(x: ArrayLike, basis: ArrayLike) -> Floats:
    """|B⁻¹x|_2, whose unit ball is the image of the disc under the invertible B. Shape (..., n) -> (...)."""
    return p_norm(np.linalg.solve(np.asarray(basis, dtype=float), finite("x", x)[..., None])[..., 0], 2)


def matrix_p_norm(matrix: ArrayLike, p: float) -> float:
    """The greatest |Mx|_p / |x|_p of a matrix of shape (2, 2), over directions a quarter of a degree apart.

    It is too small by less than 1e-4 of itself for well-conditioned matrices: by about the square of half the distance
    of two directions. For p = 1, 2 and inf `emergence.limits.contractions.operator_norm` is exact.
    """
    matrix = finite("matrix", matrix)
    if matrix.shape != (2, 2):
        raise ValueError(f"matrix has the shape {matrix.shape}; allowed is (2, 2)")
    return float(p_norm(unit_sphere(p, _TURN) @ matrix.T, p).max())
