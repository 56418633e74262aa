"""Fractions that tend to a limit, and how near they come to it for their denominators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from emergence.checks import Floats, one_of
from emergence.limits.sequences import LIMITS, limit_value


def convergents(limit: str, n: int) -> list[Fraction]:
    """The first n (at most 30) continued-fraction convergents of one of LIMITS other than 1/3."""
    if one_of("limit", limit, LIMITS) == "1/3" or not 1 <= n <= 30:
        raise ValueError(f"limit = {limit!r}, n = {n}: the limit must be irrational and n in [1, 30]")
    x, found = Fraction(limit_value(limit, 80)), []
    before, now = (0, 1), (1, 0)  # numerator and denominator
    for _ in range(n):
        whole = math.floor(x)
        before, now = now, (whole * now[0] + before[0], whole * now[1] + before[1])
        found.append(Fraction(*now))
        x = 1 / (x - whole)
    return found


class Approximation(NamedTuple):
    """Fractions p/q and how near they are: log10 of q, of |x - p/q|, and of q |x - p/q|, shape (n,)."""

    fractions: list[Fraction]
    log_q: Floats
    log_error: Floats
    log_scaled: Floats


def approximation(fractions: Sequence[Fraction], limit: str) -> Approximation:
    """How near fractions in lowest terms come to one of LIMITS, compared with their denominators.

    The limit is taken to twice the digits of the largest denominator and 30 more, or 120. Raises ValueError for
    a fraction that equals the limit.
    """
    one_of("limit", limit, LIMITS)
    rows = []
    largest = max(fraction.denominator for fraction in fractions)
    digits = max(120, math.ceil(2 * math.log10(largest)) + 30)
    with localcontext() as context:
        context.prec = digits
        for fraction in fractions:
            p, q = fraction.numerator, fraction.denominator
            scaled = abs(1 - 3 * Decimal(p) / q) * q / 3 if limit == "1/3" else abs(limit_value(limit, digits) * q - p)
            if scaled == 0:
                raise ValueError(f"fractions: {fraction} equals the limit {limit}")
            rows.append((math.log10(q), float((scaled / q).log10()), float(scaled.log10())))
    return Approximation(list(fractions), *np.array(rows).T)
