"""What the models say to arguments out of range: ValueError with the parameter, the value and the range."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return value, or raise ValueError when it is none of the allowed names."""
    if value not in allowed:
        raise ValueError(f"{name} = {value!r} is not one of {', '.join(map(repr, allowed))}")
    return value


def at_least(name: str, value: float, least: int) -> int:
    """Return value as an integer, or raise ValueError when it is none or below the least."""
    if value != int(value) or value < least:
        raise ValueError(f"{name} = {value!r} must be an integer in [{least}, inf)")
    return int(value)


def in_range(
    name: str,
    value: ArrayLike,
    low: float = 0.0,
    high: float = math.inf,
    *,
    closed_low: bool = False,
    closed_high: bool = False,
) -> Floats:
    """Return value as a float array, or raise ValueError when an entry lies outside the range (or is NaN)."""
    array = np.asarray(value, dtype=float)
    above = array >= low if closed_low else array > low
    below = array <= high if closed_high else array < high
    inside = above & below
    if not inside.all():
        bad = array[~inside].flat[0]
        opening, closing = "[" if closed_low else "(", "]" if closed_high else ")"
        raise ValueError(f"{name} = {bad:g} is outside the allowed range {opening}{low:g}, {high:g}{closing}")
    return array
