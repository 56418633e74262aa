"""The map x -> 1 + 1/(1 + x), whose orbits tend to √2, on the projective line.

Key equation: with w = (x - √2)/(x + √2) the map is w -> q w, q = -(3 - 2√2).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from emergence.checks import Floats, at_least

Q = -(3 - 2 * math.sqrt(2))
"""Multiplier of the map in the coordinate w, about -0.17157."""


def error_at(w: Floats) -> Floats:
    """√2 - x, for points x that are given by their coordinate w."""
    return -2 * math.sqrt(2) * w / (1 - w)


class Orbit(NamedTuple):
    """x_0 … x_n, shape (n + 1,): the points, x - √2, and their coordinate w.

    x and error are inf at the point at infinity.
    """

    x: Floats
    error: Floats
    w: Floats


def orbit(numerator: int, denominator: int, n: int) -> Orbit:
    """Orbit of x_0 = numerator/denominator under x -> (x + 2)/(x + 1), computed with whole numbers.

    The point at infinity is denominator 0; it is reached from -1 and goes on to 1. x - √2 and
    w = (x - √2)/(x + √2) are formed from p² - 2q², which is exact, so nothing cancels.
    Raises ValueError for 0/0.
    """
    p, q = int(numerator), int(denominator)
    if p == q == 0:
        raise ValueError("numerator = 0 and denominator = 0: at least one must be different from 0")
    root, points = math.sqrt(2), []
    for _ in range(at_least("n", n, 0) + 1):
        if q < 0:
            p, q = -p, -q
        norm = p * p - 2 * q * q  # never 0: no fraction is a root of 2
        if p >= 0:
            near = p + root * q  # a sum of positive numbers
            w = norm / near**2
            error = norm / near / q if q else math.inf
        else:
            far = p - root * q  # of numbers both negative
            w = far**2 / norm
            error = far / q if q else math.inf
        points.append((p / q if q else math.inf, error, w))
        p, q = p + 2 * q, p + q
    return Orbit(*np.array(points).T)
