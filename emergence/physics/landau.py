"""Landau's free energy of one order parameter, with a field and a sixth-order term.

f(m) = t m²/2 + b m⁴/4 + m⁶/6 − h m. For b > 0 the minimum leaves m = 0 continuously at t = 0; for b < 0 it jumps
at t* = 3b²/16. Source of the idea: L. Landau, Nature 138, 840 (1936). m, t, b and h are in units that make the
last coefficient 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike


def free_energy(m: ArrayLike, t: float, h: float, b: float) -> np.ndarray:
    """f(m), same shape as m."""
    x = np.asarray(m, dtype=float)
    return x**2 * (t / 2 + x**2 * (b / 4 + x**2 / 6)) - h * x


def transition(b: float) -> float:
    """The t at which, for h = 0, m = 0 stops being the lowest minimum: 0 for b ≥ 0, else 3b²/16."""
    return 3 * min(b, 0.0) ** 2 / 16


def stationary_points(t: float, h: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Minima and maxima of f, each ascending: the real roots of m⁵ + b m³ + t m = h by the sign of f″.

    Raises ValueError when a coefficient is not finite.
    """
    for name, value in (("t", t), ("h", h), ("b", b)):
        if not math.isfinite(value):
            raise ValueError(f"{name} = {value!r} is outside (-inf, inf)")
    # Between the turning points of f′ it is monotone, so bisection finds every root, even nearly double ones.
    edge = 2 + abs(b) + abs(t) + abs(h)  # all roots lie inside (Cauchy's bound)
    discriminant = 9 * b * b - 20 * t
    squares = [] if discriminant < 0 else [(-3 * b + s * math.sqrt(discriminant)) / 10 for s in (-1, 1)]
    turning = sorted({s * math.sqrt(x) for x in squares if x > 0 for s in (-1, 1)})
    ends = [-edge, *turning, edge]
    minima, maxima = [], []
    for low, high in zip(ends, ends[1:], strict=False):
        rises = _slope(high, t, h, b) > 0
        if rises != (_slope(low, t, h, b) > 0):
            (minima if rises else maxima).append(_bisect(low, high, rises, t, h, b))
    return np.array(minima), np.array(maxima)


def _slope(m: float, t: float, h: float, b: float) -> float:
    return m * (t + m * m * (b + m * m)) - h


def _bisect(low: float, high: float, rises: bool, t: float, h: float, b: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        if (_slope(middle, t, h, b) > 0) == rises:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def lowest(minima: np.ndarray, t: float, h: float, b: float) -> np.ndarray:
    """Those of the minima where f is lowest; without a field two or more can be equally low."""
    depths = free_energy(minima, t, h, b)
    return minima[depths <= depths.min() + 1e-14]


def equilibrium(t: float, h: float, b: float) -> float:
    """The m of the lowest minimum; of equally low ones (h = 0) the greatest."""
    minima, _ = stationary_points(t, h, b)
    return float(lowest(minima, t, h, b).max())


def order_parameter(below: ArrayLike, b: float) -> np.ndarray:
    """m at h = 0 a distance `below` = t* − t > 0 below the transition: m² = (−b + √(b² − 4t))/2.

    Raises ValueError unless below > 0.
    """
    distance = np.asarray(below, dtype=float)
    if not np.all(distance > 0):
        raise ValueError(f"below = {below!r} is outside (0, inf)")
    t = transition(b) - distance
    root = np.sqrt(b * b - 4 * t)
    # for b > 0 the difference −b + root would lose its digits near the transition
    square = -2 * t / (b + root) if b > 0 else (root - b) / 2
    return np.sqrt(square)


def isotherm(m: ArrayLike, b: float) -> np.ndarray:
    """The field h = m⁵ + b m³ that makes f stationary at m when t = 0; shape of m."""
    x = np.asarray(m, dtype=float)
    return x**5 + b * x**3


def exponent_below(below: float, b: float) -> float:
    """The slope of ln m against ln(t* − t) a distance `below` > 0 below the transition: β, seen from there."""
    x = float(order_parameter(below, b)) ** 2
    return below / (2 * x * (b + 2 * x))  # the derivative of t + b x + x² = 0, x = m²


def exponent_in_field(h: float, b: float) -> float:
    """The slope of ln m against ln h at t = 0 in a field h > 0: 1/δ, seen from there."""
    if not h > 0:
        raise ValueError(f"h = {h!r} is outside (0, inf)")
    x = equilibrium(0.0, h, b) ** 2
    return (x + b) / (5 * x + 3 * b)  # the derivative of h = m⁵ + b m³, x = m²


def susceptibility_above(t: ArrayLike) -> np.ndarray:
    """χ = ∂m/∂h = 1/t at h = 0 in the disordered phase. Raises ValueError unless t > 0."""
    distance = np.asarray(t, dtype=float)
    if not np.all(distance > 0):
        raise ValueError(f"t = {t!r} is outside (0, inf)")
    return 1 / distance


def fit(m: np.ndarray, energy: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Landau's polynomial c + t m²/2 + b m⁴/4 + a m⁶/6 through a free energy, by least squares over |m| ≤ 3/4.

    Returns t, b and the polynomial at every m. Nearer to |m| = 1, where the entropy of a lattice ends with a
    vertical tangent, no polynomial follows. Raises ValueError for fewer than four different m² in that range.
    """
    terms = np.stack([np.ones_like(m), m**2 / 2, m**4 / 4, m**6 / 6], axis=1)
    inside = np.abs(m) <= 0.75
    coefficients, _, rank, _ = np.linalg.lstsq(terms[inside], energy[inside])
    if rank < 4:
        raise ValueError(f"m has {rank} different squares up to 9/16, fewer than four")
    return float(coefficients[1]), float(coefficients[2]), terms @ coefficients
