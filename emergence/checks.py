"""What the models say to arguments out of range: ValueError with the parameter, the value and the range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
T = TypeVar("T")


def one_of(name: str, value: T, allowed: Sequence[T]) -> T:
    """Return value, or raise ValueError when it is none of the allowed names or numbers."""
    if value not in allowed:
        raise ValueError(f"{name} = {value!r} is not one of {', '.join(map(repr, allowed))}")
    return value


def at_least(name: str, value: float, least: int) -> int:
    """Return value as an integer, or raise ValueError when it is none or below the least."""
    if value != int(value) or value < least:
        raise ValueError(f"{name} = {value!r} must be an integer in [{least}, inf)")
    return int(value)


def finite(name: str, value: ArrayLike) -> NDArray[Any]:
    """Return value as an array of floats, or complex if it is; raise ValueError when an entry is not finite."""
    array = np.asarray(value)
    array = array if np.iscomplexobj(array) else array.astype(float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has the entry {array[~np.isfinite(array)].flat[0]}; allowed are finite numbers")
    return array


def square(name: str, value: ArrayLike, axes: int = 2, *, exactly: bool = False) -> NDArray[Any]:
    """Return finite square matrices, (..., n, n) with so many axes at least or exactly; else raise ValueError."""
    array = finite(name, value)
    if array.ndim < axes or (exactly and array.ndim > axes) or array.shape[-1] != array.shape[-2] or not array.size:
        count = f"{axes} axes" if exactly else f"{axes} axes at least"
        raise ValueError(f"{name} has the shape {array.shape}; allowed are square matrices, {count}")
    return array


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
