"""Sequences that tend to e, π and √2, with their exact errors, and sequences whose class is to be found.

One generator serves three arithmetics: its argument `one` is 1.0 for double precision, Decimal(1) for as many
digits as the decimal context has, and Fraction(1) for exact fractions. Errors are limit minus term, in the
limit's own unit. A value outside its range raises ValueError with the parameter, the value and the range.
Sources: Borwein, Borwein & Dilcher 1989 (Leibniz), Salamin 1976.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from itertools import count, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.limits import mobius

Number = Any
"""float, Decimal, Fraction or any other type with the four operations."""

LAWS = ("power law", "exponential", "super-exponential", "doubly exponential")


def _sqrt(x: Number) -> Number:
    return x.sqrt() if isinstance(x, Decimal) else math.sqrt(x)


def exponential_series(one: Number) -> Iterator[Number]:
    """1 + 1/1! + … + 1/n! -> e."""
    term, total = one, one
    for n in count(1):
        term = term / n
        total = total + term
        yield total


def compound(one: Number) -> Iterator[Number]:
    """(1 + 1/n)^n -> e."""
    for n in count(1):
        yield (one + one / n) ** n


def compound_doubled(one: Number) -> Iterator[Number]:
    """(1 + 2^-n)^(2^n) -> e, by n squarings."""
    for n in count(1):
        value = one + one / 2**n
        for _ in range(n):
            value = value * value
        yield value


def leibniz(one: Number) -> Iterator[Number]:
    """4 (1 - 1/3 + 1/5 - …), n terms -> π."""
    total = 0 * one
    for k in count():
        total = total + (-1) ** k * 4 * one / (2 * k + 1)
        yield total


def archimedes(one: Number) -> Iterator[Number]:
    """Perimeter of the 6·2^n-gon in a circle of diameter 1 -> π."""
    outer, inner = 2 * _sqrt(3 * one), 3 * one
    while True:
        outer = 2 * outer * inner / (outer + inner)
        inner = _sqrt(outer * inner)
        yield inner


def salamin(one: Number) -> Iterator[Number]:
    """Arithmetic-geometric mean iteration of Salamin and Brent -> π."""
    a, b, t, p = one, 1 / _sqrt(2 * one), one / 4, 1
    while True:
        mean = (a + b) / 2
        b = _sqrt(a * b)
        t = t - p * (a - mean) * (a - mean)
        a, p = mean, 2 * p
        yield (a + b) * (a + b) / (4 * t)


def binomial_series(one: Number) -> Iterator[Number]:
    """The series of (1 + x)^(1/2) at x = 1, up to x^n -> √2."""
    coefficient, total = one, one
    for n in count(1):
        coefficient = coefficient * (3 - 2 * n) / (2 * n)
        total = total + coefficient
        yield total


def mobius_iteration(one: Number) -> Iterator[Number]:
    """x_n = 1 + 1/(1 + x_{n-1}) from x_0 = 1 -> √2."""
    x = one
    while True:
        x = 1 + 1 / (1 + x)
        yield x


def newton(one: Number) -> Iterator[Number]:
    """x_n = (x_{n-1} + 2/x_{n-1})/2 from x_0 = 1 -> √2."""
    x = one
    while True:
        x = (x + 2 / x) / 2
        yield x


def inverse_squares(one: Number) -> Iterator[Number]:
    """1 + 1/4 + 1/9 + …, n terms -> π²/6."""
    total = 0 * one
    for k in count(1):
        total = total + one / k**2
        yield total


def thirds(one: Number) -> Iterator[Number]:
    """0.3, 0.33, 0.333, … -> 1/3: a rational limit, for comparison."""
    for n in count(1):
        yield (10**n // 3) * one / 10**n


@dataclass(frozen=True)
class LimitSequence:
    """x_1, x_2, … with a known limit.

    formula: for labels. limit: one of LIMITS. law: how the error falls with n, one of LAWS. terms: generator,
    called with the number 1 in the arithmetic wanted. error: leading behaviour of limit - x_n for large n, as
    a function of n with float values; for x -> 1 + 1/(1 + x) and Newton it is exact.
    """

    formula: str
    limit: str
    law: str
    terms: Callable[[Number], Iterator[Number]]
    error: Callable[[Floats], Floats]

    @property
    def title(self) -> str:
        """Limit and formula, for lists of sequences with several limits."""
        return f"{self.limit}: {self.formula}"


def _factorial_tail(n: Floats) -> Floats:
    factorial = np.array([float(math.factorial(int(k) + 1)) for k in np.ravel(n)]).reshape(np.shape(n))
    return (1 + 1 / (n + 2) + 1 / ((n + 2) * (n + 3))) / factorial


SEQUENCES: dict[str, LimitSequence] = {
    "exponential series": LimitSequence(
        "Σ 1/k!", "e", "super-exponential", exponential_series, _factorial_tail
    ),
    "compound": LimitSequence(
        "(1 + 1/n)ⁿ", "e", "power law", compound, lambda n: math.e / (2 * n) - 11 * math.e / (24 * n**2)
    ),
    "compound doubled": LimitSequence(
        "(1 + 1/m)ᵐ, m = 2ⁿ", "e", "exponential", compound_doubled, lambda n: math.e / 2 * 2.0**-n
    ),
    "leibniz": LimitSequence(
        "4 Σ (−1)ᵏ/(2k+1)", "π", "power law", leibniz,
        lambda n: (-1.0) ** n * (1 / n - 1 / (4 * n**3) + 5 / (16 * n**5)),
    ),
    "archimedes": LimitSequence(
        "6·2ⁿ-gon", "π", "exponential", archimedes, lambda n: math.pi**3 / 216 * 4.0**-n
    ),
    "salamin": LimitSequence(
        "Salamin–Brent", "π", "doubly exponential", salamin,
        lambda n: math.pi**2 * 2.0 ** (n + 4) * np.exp(-math.pi * 2.0 ** (n + 1)),
    ),
    "binomial series": LimitSequence(
        "Σ binom(½, k)", "√2", "power law", binomial_series,
        lambda n: (-1.0) ** n / (4 * math.sqrt(math.pi) * n**1.5),
    ),
    "mobius": LimitSequence(
        "1 + 1/(1 + x)", "√2", "exponential", mobius_iteration, lambda n: mobius.error_at(mobius.Q ** (n + 1))
    ),
    "newton": LimitSequence(
        "Newton", "√2", "doubly exponential", newton, lambda n: mobius.error_at(mobius.Q ** (2.0**n))
    ),
    "inverse squares": LimitSequence(
        "Σ 1/k²", "π²/6", "power law", inverse_squares, lambda n: 1 / n - 1 / (2 * n**2)
    ),
    "thirds": LimitSequence("0.333…", "1/3", "exponential", thirds, lambda n: 10.0**-n / 3),
}  # fmt: skip
LIMITS = ("e", "π", "√2", "π²/6", "1/3")


def terms(name: str, n: int, one: Number = 1.0) -> list[Number]:
    """The first n terms of one of SEQUENCES in the arithmetic of `one`; Decimals use the current context.

    Fractions do for all but archimedes and salamin, which need square roots.
    """
    return list(islice(SEQUENCES[one_of("name", name, tuple(SEQUENCES))].terms(one), at_least("n", n, 1)))


@cache
def limit_value(limit: str, digits: int = 60) -> Decimal:
    """One of LIMITS to the given number of significant digits.

    π is Machin's 16 arctan(1/5) - 4 arctan(1/239), so that no sequence of this module is tested on itself.
    """
    one_of("limit", limit, LIMITS)
    at_least("digits", digits, 1)
    with localcontext() as context:
        context.prec = digits + 10
        if limit == "e":
            value = Decimal(1).exp()
        elif limit == "√2":
            value = Decimal(2).sqrt()
        elif limit == "1/3":
            value = 1 / Decimal(3)
        else:
            unit = 10 ** (digits + 20)
            pi = Decimal(16 * _arctan_inverse(5, unit) - 4 * _arctan_inverse(239, unit)) / unit
            value = pi if limit == "π" else pi * pi / 6
        context.prec = digits
        return +value


def _arctan_inverse(m: int, unit: int) -> int:
    """unit · arctan(1/m) in integers; off by less than the number of terms."""
    power, total = unit // m, unit // m
    for k in count(1):
        power //= -m * m
        if power in (0, -1):
            return total
        total += power // (2 * k + 1)
    raise AssertionError("unreachable")


def errors(name: str, n: int, floor: float = 1e-40) -> Floats:
    """limit - x_k for k = 1 … n, each correct to about 20 digits before it is rounded to a double.

    Ends early, after the first error smaller in size than `floor` (in [1e-290, 1)).
    """
    sequence = SEQUENCES[one_of("name", name, tuple(SEQUENCES))]
    at_least("n", n, 1)
    in_range("floor", floor, 1e-290, 1, closed_low=True)
    # Twice the digits of the floor: n squarings of 1 + 2^-n multiply the relative rounding error by 2^n.
    digits = 30 - 2 * math.floor(math.log10(floor))
    limit, found = limit_value(sequence.limit, digits), []
    with localcontext() as context:
        context.prec = digits
        for term in islice(sequence.terms(Decimal(1)), n):
            found.append(float(limit - term))
            if abs(found[-1]) < floor:
                break
    return np.array(found)


def double_errors(name: str, n: int) -> Floats:
    """limit - x_k for k = 1 … n, where x_k is computed in double precision and the difference exactly."""
    sequence = SEQUENCES[one_of("name", name, tuple(SEQUENCES))]
    limit = limit_value(sequence.limit)
    with localcontext() as context:
        context.prec = 60
        return np.array([float(limit - Decimal(x)) for x in terms(name, n)])


def leading_error(name: str, n: ArrayLike) -> Floats:
    """Leading terms of limit - x_n for large n (exact for 'mobius' and 'newton'). n: integers >= 1."""
    index = in_range("n", n, 1, closed_low=True)
    with np.errstate(under="ignore"):
        return SEQUENCES[one_of("name", name, tuple(SEQUENCES))].error(index)


CLASSES = (
    "slower than any power",
    "power law",
    "between power and exponential",
    "exponential",
    "faster than exponential",
)


class Mystery(NamedTuple):
    """A sequence whose class the reader is to find from its errors."""

    formula: str
    law: str
    error: Callable[[int], list[float]]


def _sine_orbit(n: int) -> list[float]:
    x, orbit = 1.0, []
    for _ in range(n):
        x = math.sin(x)
        orbit.append(x)
    return orbit


def _cube_root_newton(n: int) -> list[float]:
    with localcontext() as context:
        context.prec = 200
        root = Decimal(2) ** (Decimal(1) / 3)
        x, found = Decimal(1), []
        for _ in range(min(n, 8)):
            x = (2 * x + 2 / (x * x)) / 3
            if abs(x - root) < Decimal("1e-150"):
                break
            found.append(abs(float(x - root)))
    return found


MYSTERIES: dict[str, Mystery] = {
    "A": Mystery(
        "the sum of k/2ᵏ, limit 2", "exponential", lambda n: [(k + 2) * 0.5**k for k in range(1, n + 1)]
    ),
    "B": Mystery("sin applied n times to 1, limit 0", "power law", _sine_orbit),
    "C": Mystery(
        "1 + exp(−2√n), limit 1", "between power and exponential",
        lambda n: [math.exp(-2 * math.sqrt(k)) for k in range(1, n + 1)],
    ),
    "D": Mystery("Newton's method for the cube root of 2", "faster than exponential", _cube_root_newton),
    "E": Mystery(
        "0.7ⁿ + 10⁻⁶/n, limit 0", "power law", lambda n: [0.7**k + 1e-6 / k for k in range(1, n + 1)]
    ),
    "F": Mystery(
        "1/ln(n + 1), limit 0", "slower than any power",
        lambda n: [1 / math.log(k + 1) for k in range(1, n + 1)],
    ),
}  # fmt: skip


def mystery_errors(letter: str, n: int) -> Floats:
    """|limit - x_k| for k = 1 … n of one of MYSTERIES; fewer when the error falls below 1e-150."""
    return np.array(MYSTERIES[one_of("letter", letter, tuple(MYSTERIES))].error(at_least("n", n, 1)))
