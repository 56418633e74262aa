"""Intervals of means and shares, and tests of many hypotheses, for the few independent runs that the book has.

Intervals hold the truth with probability 0.95. Sources: Abramowitz and Stegun 1964 (Student's t), Clopper and Pearson
1934 and Wilson 1927 (shares), Holm 1979 (many comparisons).
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range

LEVEL = 0.05
"""Chance of a false alarm, unless another one is asked for."""
_NORMAL = 1.96  # the same for normal errors


class Interval(NamedTuple):
    """An estimate with a 95 per cent interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


def student_p(t: float, degrees: int) -> float:
    """Two-sided p value of Student's t: 1 less the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4."""
    at_least("degrees", degrees, 1)
    angle = math.atan(abs(t) / math.sqrt(degrees))
    cosine, odd = math.cos(angle), degrees % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for k in range(degrees // 2):
        total += term
        term *= cosine**2 * (2 * k + 2) / (2 * k + 3) if odd else cosine**2 * (2 * k + 1) / (2 * k + 2)
    inside = 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
    return max(0.0, 1 - inside)


def _root(f, low: float, high: float) -> float:
    """Where a rising f changes sign in [low, high], by bisection."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


@cache
def student_quantile(degrees: int, level: float = LEVEL) -> float:
    """The t whose two-sided p value is level, in (0, 1)."""
    in_range("level", level, 0, 1)
    at_least("degrees", degrees, 1)
    return _root(lambda t: level - student_p(t, degrees), 0.0, 1e6)


def student_interval(values: ArrayLike) -> Interval:
    """Mean of independent values, shape (n,), n ≥ 2, with Student's interval."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"values have the shape {values.shape}; the allowed is (n,), n >= 2")
    half = student_quantile(len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return Interval(float(values.mean()), float(values.mean() - half), float(values.mean() + half))


def holm(p_values: ArrayLike, level: float = LEVEL) -> NDArray[np.bool_]:
    """Which of many hypotheses are rejected when the probability of any false rejection is at most level."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= level / np.arange(len(p), 0, -1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(passed)
    return rejected


def _at_least(k: int, n: int, share: float) -> float:
    """Probability of k or more of n at a share."""
    return sum(math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k, n + 1))


def share_interval(k: int, n: int) -> Interval:
    """k of n as a share, with the exact interval of Clopper and Pearson."""
    if not 0 <= k <= n or n < 1:
        raise ValueError(f"k = {k} of n = {n} is outside the allowed range 0 <= k <= n, n >= 1")
    low = 0.0 if k == 0 else _root(lambda q: _at_least(k, n, q) - LEVEL / 2, 0.0, 1.0)
    high = 1.0 if k == n else _root(lambda q: LEVEL / 2 - 1 + _at_least(k + 1, n, q), 0.0, 1.0)
    return Interval(k / n, low, high)


def wilson(right: ArrayLike, items: int) -> tuple[Floats, Floats]:
    """Wilson's interval for shares, of which `right` of m questions were answered: two arrays of its shape."""
    at_least("items", items, 1)
    share, extra = in_range("right", right, 0, items, closed_low=True, closed_high=True) / items, _NORMAL**2 / items
    centre = (share + extra / 2) / (1 + extra)
    half = _NORMAL * np.sqrt(share * (1 - share) / items + extra / (4 * items)) / (1 + extra)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def sign_test(more: int, less: int) -> float:
    """Two-sided p value of `more` against `less` pairs, each as likely under the hypothesis; ties are left out."""
    n = more + less
    return min(1.0, 2 * _at_least(max(more, less), n, 0.5)) if n else 1.0
