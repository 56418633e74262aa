"""Curves on logarithmic axes: slopes, and how far a curve leaves the power law through two of its points.

y = c + x^(-a): its slope on log-log axes is -a (1 - c/y), and over a factor r it leaves the straight line through its
ends by at most a² (ln r)² / 32, whatever c >= 0. y = e^(-x/s) is straight where only y is logarithmic.
Source: the bound is the error of linear interpolation, derived in the chapter.

x and y are pure numbers, arrays of any shape. A value outside its range raises ValueError with name, value and range.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, in_range


def shifted_power(x: ArrayLike, exponent: float, offset: float) -> Floats:
    """c + x^(-a) for x > 0, a > 0 and c >= 0; a power law if c = 0. Shape as x."""
    return float(in_range("offset", offset, closed_low=True)) + in_range("x", x) ** -float(
        in_range("exponent", exponent)
    )


def shifted_power_slope(x: ArrayLike, exponent: float, offset: float) -> Floats:
    """The slope d ln y / d ln x of `shifted_power` at x. Shape as x."""
    return -exponent * (1 - offset / shifted_power(x, exponent, offset))


def exponential(x: ArrayLike, scale: float) -> Floats:
    """e^(-x/s) for x > 0 and s > 0. Shape as x."""
    return np.exp(-in_range("x", x) / float(in_range("scale", scale)))


def exponential_slope(x: ArrayLike, scale: float) -> Floats:
    """The slope d ln y / d ln x of `exponential` at x: -x/s. Shape as x."""
    return -in_range("x", x) / float(in_range("scale", scale))


def slope_between(curve: Callable[[Floats], Floats], low: float, high: float) -> float:
    """The slope on log-log axes of the straight line through the points of the curve at low < high."""
    x = in_range("low, high", [low, high])
    if not low < high:
        raise ValueError(f"low = {low:g} must be below high = {high:g}")
    y = in_range("curve(x)", curve(x))
    return float(np.diff(np.log(y))[0] / np.diff(np.log(x))[0])


def distance_from_power_law(curve: Callable[[Floats], Floats], low: float, high: float, points: int = 201) -> float:
    """The greatest |ln y - ln of the power law through both ends| between low and high, among so many points."""
    slope = slope_between(curve, low, high)
    x = np.geomspace(low, high, points)
    y = curve(x)
    return float(np.abs(np.log(y / y[0]) - slope * np.log(x / x[0])).max())


def greatest_distance(exponent: float, factor: float) -> float:
    """The bound a² (ln r)² / 32 on `distance_from_power_law` of any `shifted_power` over a factor r > 1 in x."""
    return (float(in_range("exponent", exponent)) * math.log(float(in_range("factor", factor, 1)))) ** 2 / 32
