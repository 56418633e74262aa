"""Sequences that tend to e, π and √2, their exact errors, and methods that speed them up or are fooled.

Key equation: with w = (x - √2)/(x + √2), the map x -> 1 + 1/(1 + x) is w -> q w, q = -(3 - 2√2).
Sources: Borwein, Borwein & Dilcher 1989 (Leibniz), Salamin 1976, Richardson 1911, Aitken 1926, Shanks 1955,
Wynn 1956, Cohen, Rodriguez Villegas & Zagier 2000.

One generator serves three arithmetics: its argument `one` is 1.0 for double precision, Decimal(1) for as many
digits as the decimal context has, and Fraction(1) for exact fractions. Errors are limit minus term, in the
limit's own unit. A value outside its range raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from itertools import count, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fractions import Fraction

Floats = NDArray[np.float64]
Number = Any
"""float, Decimal, Fraction or any other type with the four operations."""

Q = -(3 - 2 * math.sqrt(2))
"""Multiplier of x -> 1 + 1/(1 + x) in the Möbius coordinate, about -0.17157."""

LAWS = ("power law", "exponential", "super-exponential", "doubly exponential")


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} = {value!r} is not one of {', '.join(map(repr, allowed))}")
    return value


def _at_least(name: str, value: int, least: int) -> int:
    if value != int(value) or value < least:
        raise ValueError(f"{name} = {value!r} must be an integer in [{least}, inf)")
    return int(value)


# --- sequences ---------------------------------------------------------------------------------------------


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


def _w_error(w: Floats) -> Floats:
    """√2 - x as a function of the Möbius coordinate of x."""
    return -2 * math.sqrt(2) * w / (1 - w)


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
        "1 + 1/(1 + x)", "√2", "exponential", mobius_iteration, lambda n: _w_error(Q ** (n + 1))
    ),
    "newton": LimitSequence("Newton", "√2", "doubly exponential", newton, lambda n: _w_error(Q ** (2.0**n))),
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
    return list(islice(SEQUENCES[_one_of("name", name, tuple(SEQUENCES))].terms(one), _at_least("n", n, 1)))


@cache
def limit_value(limit: str, digits: int = 60) -> Decimal:
    """One of LIMITS to the given number of significant digits.

    π is Machin's 16 arctan(1/5) - 4 arctan(1/239), so that no sequence of this module is tested on itself.
    """
    _one_of("limit", limit, LIMITS)
    _at_least("digits", digits, 1)
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
    sequence = SEQUENCES[_one_of("name", name, tuple(SEQUENCES))]
    _at_least("n", n, 1)
    if not 1e-290 <= floor < 1:
        raise ValueError(f"floor = {floor:g} is outside the allowed range [1e-290, 1)")
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
    sequence = SEQUENCES[_one_of("name", name, tuple(SEQUENCES))]
    limit = limit_value(sequence.limit)
    with localcontext() as context:
        context.prec = 60
        return np.array([float(limit - Decimal(x)) for x in terms(name, n)])


def leading_error(name: str, n: NDArray | Sequence[int] | int) -> Floats:
    """Leading terms of limit - x_n for large n (exact for 'mobius' and 'newton'). n: integers >= 1."""
    index = np.asarray(n, dtype=float)
    if not (index >= 1).all():
        raise ValueError(f"n = {index.min():g} is outside the allowed range [1, inf)")
    with np.errstate(under="ignore"):
        return SEQUENCES[_one_of("name", name, tuple(SEQUENCES))].error(index)


# --- sequences without a label -----------------------------------------------------------------------------

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
    return np.array(MYSTERIES[_one_of("letter", letter, tuple(MYSTERIES))].error(_at_least("n", n, 1)))


# --- x -> 1 + 1/(1 + x) on the projective line -------------------------------------------------------------


class MobiusOrbit(NamedTuple):
    """x_0 … x_n of x -> 1 + 1/(1 + x), shape (n + 1,): the points, their distance to √2, their coordinate w.

    x and error are inf at the point at infinity.
    """

    x: Floats
    error: Floats
    w: Floats


def mobius_orbit(numerator: int, denominator: int, n: int) -> MobiusOrbit:
    """Orbit of x_0 = numerator/denominator under x -> (x + 2)/(x + 1), computed with whole numbers.

    The point at infinity is denominator 0; it is reached from -1 and goes on to 1. x - √2 and
    w = (x - √2)/(x + √2) are formed from p² - 2q², which is exact, so nothing cancels.
    Raises ValueError for 0/0.
    """
    p, q = int(numerator), int(denominator)
    if p == q == 0:
        raise ValueError("numerator = 0 and denominator = 0: at least one must be different from 0")
    root, points = math.sqrt(2), []
    for _ in range(_at_least("n", n, 0) + 1):
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
    return MobiusOrbit(*np.array(points).T)


def pole_preimage(k: int) -> tuple[int, int]:
    """Numerator and denominator of the start that reaches infinity in exactly k >= 1 steps.

    k = 1, 2, 3: -1, -3/2, -7/5. The w coordinate of the start is q^-k; these starts tend to -√2.
    """
    p, q = 1, 0
    for _ in range(_at_least("k", k, 1)):
        p, q = -p + 2 * q, p - q  # inverse of the map, up to a common sign
    return (p, q) if q > 0 else (-p, -q)


def mobius_coordinate(x: Floats | float) -> Floats:
    """w = (x - √2)/(x + √2): the attracting fixed point √2 becomes 0, infinity becomes 1. x: not -√2."""
    x = np.asarray(x, dtype=float)
    if np.isnan(x).any() or (x == -math.sqrt(2)).any():
        raise ValueError(f"x = {x} must be a number other than -√2, where w is infinite")
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(x), 1.0, (x - math.sqrt(2)) / (x + math.sqrt(2)))[()]


# --- acceleration ------------------------------------------------------------------------------------------


def richardson(values: Sequence[Number], exponents: Sequence[float], ratio: int = 2) -> Number:
    """Limit of values at sizes n, n·ratio, n·ratio², … when the error is c_1 n^-p_1 + c_2 n^-p_2 + ….

    Removes the powers p_1, p_2, … in turn (Richardson 1911). exponents: positive, at least len(values) - 1.
    """
    row = list(values)
    if not row:
        raise ValueError("values is empty: at least one value is needed")
    if ratio <= 1:
        raise ValueError(f"ratio = {ratio} is outside the allowed range (1, inf)")
    if len(exponents) < len(row) - 1 or not all(p > 0 for p in exponents):
        raise ValueError(f"exponents = {list(exponents)} must be positive and at least {len(row) - 1} in number")
    for p in exponents[: len(row) - 1]:
        factor = ratio**p
        row = [(factor * fine - coarse) / (factor - 1) for coarse, fine in zip(row, row[1:], strict=False)]
    return row[0]


def aitken(values: Sequence[Number]) -> list[Number]:
    """Aitken's Δ² transform: two values fewer; exact for limit + c·r^n, r not 1 (Aitken 1926).

    Where the second difference vanishes the values no longer change or change in equal steps; the latest of the
    three is passed on.
    """
    out = []
    for x, y, z in zip(values, values[1:], values[2:], strict=False):
        second = (z - y) - (y - x)
        out.append(z - (z - y) * (z - y) / second if second != 0 else z)
    return out


def iterated_aitken(values: Sequence[Number]) -> list[Number]:
    """Estimates of the limit from the first 1, 2, … values by Aitken's transform, repeated (Shanks 1955).

    The k-th is the last entry of the shortest column that k values fill.
    """
    columns, best = [list(values)], []
    while len(columns[-1]) > 2:
        columns.append(aitken(columns[-1]))
    for k in range(len(columns[0])):
        best.append(columns[k // 2][k - 2 * (k // 2)])
    return best


def wynn_epsilon(values: Sequence[Number]) -> list[Number]:
    """Estimates of the limit from the first 1, 2, … values by Shanks' transform of highest order (Wynn 1956).

    Where two neighbours of a column agree in all digits the ε algorithm cannot go on; from there on the estimate is
    the entry it had reached.
    """
    sums, corner, best = list(values), [], []
    for value in sums:  # the corner holds ε_0, ε_1, … on the rising diagonal that ends in the newest value
        diagonal = [value]
        for j, left in enumerate(corner):
            step = diagonal[j] - left
            if step == 0:
                break
            diagonal.append((corner[j - 1] if j else 0 * value) + 1 / step)
        corner = diagonal
        best.append(diagonal[(len(diagonal) - 1) // 2 * 2])
    return best


def euler_transform(magnitudes: Sequence[Number]) -> list[Number]:
    """Estimates of Σ (-1)^k a_k from a_0, from a_0 and a_1, …: partial sums of Σ (-1)^j Δ^j a_0 / 2^(j+1)."""
    row, partial = list(magnitudes), []
    for j in range(len(row)):
        term = (-1) ** j * row[0] / 2 ** (j + 1)
        partial.append(partial[-1] + term if partial else term)
        row = [b - a for a, b in zip(row, row[1:], strict=False)]
    return partial


def cohen_villegas_zagier(magnitudes: Sequence[Number]) -> Number:
    """Σ (-1)^k a_k from a_0 … a_{n-1} by algorithm 1 of Cohen, Rodriguez Villegas & Zagier 2000.

    If a_k are the moments of a positive measure on [0, 1], the error is at most |sum| / d_n with
    d_n = ((3 + √8)^n + (3 - √8)^n)/2. All weights are whole numbers.
    """
    n = len(magnitudes)
    if n == 0:
        raise ValueError("magnitudes is empty: at least one term is needed")
    d, following = 1, 3
    for _ in range(n):
        d, following = following, 6 * following - d
    b, c, total = -1, -d, 0 * magnitudes[0]
    for k, magnitude in enumerate(magnitudes):
        c = b - c
        total = total + c * magnitude
        b = 2 * (k + n) * (k - n) * b // ((2 * k + 1) * (k + 1))
    return total / d


METHODS = ("partial sums", "Euler", "Richardson", "Aitken, iterated", "Wynn ε", "Cohen–Villegas–Zagier")
_EXPONENTS = {"leibniz": tuple(range(1, 60, 2))}
"""Powers in the error at even n, as far as the book derives them; 1, 2, 3, … for every other sequence."""


def estimates(name: str, n: int, one: Number = 1.0) -> dict[str, list[Number]]:
    """For each of METHODS its estimate of the limit from the first 1, 2, … n terms of one of SEQUENCES.

    Euler and Cohen-Villegas-Zagier are given the differences of the terms as if their signs alternated.
    Richardson uses sizes 2, 4, 8, … up to the number of terms (the first term alone before that), with the
    powers 1, 3, 5, … for leibniz and 1, 2, 3, … otherwise.
    """
    sums = terms(name, n, one)
    steps = [sums[0], *(b - a for a, b in zip(sums, sums[1:], strict=False))]
    magnitudes = [(-1) ** k * step for k, step in enumerate(steps)]
    powers = _EXPONENTS.get(name, tuple(range(1, 60)))
    sizes = [[2**i for i in range(1, k.bit_length())] or [1] for k in range(1, n + 1)]
    return {
        "partial sums": sums,
        "Euler": euler_transform(magnitudes),
        "Richardson": [richardson([sums[m - 1] for m in used], powers) for used in sizes],
        "Aitken, iterated": iterated_aitken(sums),
        "Wynn ε": wynn_epsilon(sums),
        "Cohen–Villegas–Zagier": [cohen_villegas_zagier(magnitudes[:k]) for k in range(1, n + 1)],
    }


@cache
def correct_digits(name: str, n: int, arithmetic: str) -> dict[str, Floats]:
    """For each of METHODS, -log10 |limit - estimate| from 1 … n terms, arrays of shape (n,).

    arithmetic: 'sixty digits' or 'double precision'. n is at most 60. Capped at 45 digits.
    """
    _one_of("arithmetic", arithmetic, ("sixty digits", "double precision"))
    if _at_least("n", n, 1) > 60:
        raise ValueError(f"n = {n} is outside the allowed range [1, 60]")
    limit = limit_value(SEQUENCES[_one_of("name", name, tuple(SEQUENCES))].limit, 120)
    with localcontext() as context:
        # Nonlinear methods lose digits on the way, so sixty correct ones need more to start with.
        context.prec = 120
        one = Decimal(1) if arithmetic == "sixty digits" else 1.0
        table = {
            method: [abs(float(limit - Decimal(value))) for value in column]
            for method, column in estimates(name, n, one).items()
        }
    return {method: -np.log10(np.maximum(column, 1e-45)) for method, column in table.items()}


# --- when extrapolation is fooled --------------------------------------------------------------------------

CONTAMINATIONS = ("a second power", "a logarithm")


def contaminated_power(n: NDArray, exponent: float, contamination: str, weight: float, second: float = 0.1) -> Floats:
    """Excess over the limit that is a power law but for a contamination of the given weight.

    'a second power': n^-exponent + weight n^-second. 'a logarithm': n^-exponent / (1 + weight ln n).
    Either falls with n, and in ever smaller steps.
    n: sizes >= 1. exponent, second: (0, inf). weight: [0, inf).
    """
    _one_of("contamination", contamination, CONTAMINATIONS)
    n = np.asarray(n, dtype=float)
    if not (n >= 1).all():
        raise ValueError(f"n = {n.min():g} is outside the allowed range [1, inf)")
    for name, value in (("exponent", exponent), ("second", second)):
        if not 0 < value < math.inf:
            raise ValueError(f"{name} = {value:g} is outside the allowed range (0, inf)")
    if not 0 <= weight < math.inf:
        raise ValueError(f"weight = {weight:g} is outside the allowed range [0, inf)")
    if contamination == "a logarithm":
        return n**-exponent / (1 + weight * np.log(n))
    return n**-exponent + weight * n**-second


class Extrapolation(NamedTuple):
    """Estimates of a limit from values at doubling sizes, one for each window of sizes.

    estimate: shape (m,). exponent: the power law exponent assumed or fitted in each window, shape (m,).
    """

    estimate: Floats
    exponent: Floats


def extrapolate(values: Floats, exponent: float | None = None) -> Extrapolation:
    """Fit limit + c n^-p to values at sizes n, 2n, 4n, … window by window.

    With an exponent (> 0) each window has two values (Richardson). With None the exponent is fitted too, to three
    values: on doubling sizes a power law is geometric, so this is Aitken's transform. It needs values whose
    steps keep their sign and shrink; otherwise no power law fits and ValueError says so.
    """
    values = np.asarray(values, dtype=float)
    least = 2 if exponent is not None else 3
    if values.ndim != 1 or len(values) < least:
        raise ValueError(f"values has shape {values.shape}, but must be one-dimensional with at least {least} entries")
    steps = np.diff(values)
    if exponent is not None:
        if not 0 < exponent < math.inf:
            raise ValueError(f"exponent = {exponent:g} is outside the allowed range (0, inf)")
        return Extrapolation(values[1:] + steps / (2**exponent - 1), np.full(len(steps), exponent))
    if (steps == 0).any() or not (steps[1:] / steps[:-1] > 0).all() or not (steps[1:] / steps[:-1] < 1).all():
        raise ValueError("values must change by steps of one sign that shrink; no power law fits these")
    shrink = steps[1:] / steps[:-1]
    return Extrapolation(values[2:] + steps[1:] * shrink / (1 - shrink), -np.log2(shrink))


# --- fractions ---------------------------------------------------------------------------------------------


def convergents(limit: str, n: int) -> list[Fraction]:
    """The first n (at most 30) continued-fraction convergents of one of LIMITS other than 1/3."""
    from fractions import Fraction

    if _one_of("limit", limit, LIMITS) == "1/3" or not 1 <= n <= 30:
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
    _one_of("limit", limit, LIMITS)
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
