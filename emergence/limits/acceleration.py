"""Limits estimated from a few terms: methods that speed a sequence up, and how extrapolation is fooled.

Sources: Richardson 1911, Aitken 1926, Shanks 1955, Wynn 1956, Cohen, Rodriguez Villegas & Zagier 2000.
Bad arguments raise ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.limits.sequences import SEQUENCES, Number, limit_value, terms


def richardson(values: Sequence[Number], exponents: Sequence[float], ratio: int = 2) -> Number:
    """Limit of values at sizes n, n·ratio, n·ratio², … when the error is c_1 n^-p_1 + c_2 n^-p_2 + ….

    Removes the powers p_1, p_2, … in turn (Richardson 1911). exponents: positive, at least len(values) - 1.
    """
    row = list(values)
    if not row:
        raise ValueError("values is empty: at least one value is needed")
    in_range("ratio", ratio, 1)
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
    one_of("arithmetic", arithmetic, ("sixty digits", "double precision"))
    if at_least("n", n, 1) > 60:
        raise ValueError(f"n = {n} is outside the allowed range [1, 60]")
    limit = limit_value(SEQUENCES[one_of("name", name, tuple(SEQUENCES))].limit, 120)
    with localcontext() as context:
        # Nonlinear methods lose digits on the way, so sixty correct ones need more to start with.
        context.prec = 120
        one = Decimal(1) if arithmetic == "sixty digits" else 1.0
        table = {
            method: [abs(float(limit - Decimal(value))) for value in column]
            for method, column in estimates(name, n, one).items()
        }
    return {method: -np.log10(np.maximum(column, 1e-45)) for method, column in table.items()}


CONTAMINATIONS = ("a second power", "a logarithm")


def contaminated_power(n: ArrayLike, exponent: float, contamination: str, weight: float, second: float = 0.1) -> Floats:
    """Excess over the limit that is a power law but for a contamination of the given weight.

    'a second power': n^-exponent + weight n^-second. 'a logarithm': n^-exponent / (1 + weight ln n).
    Either falls with n, and in ever smaller steps.
    n: sizes >= 1. exponent, second: (0, inf). weight: [0, inf).
    """
    one_of("contamination", contamination, CONTAMINATIONS)
    n = in_range("n", n, 1, closed_low=True)
    in_range("exponent", exponent)
    in_range("second", second)
    in_range("weight", weight, closed_low=True)
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
        in_range("exponent", exponent)
        return Extrapolation(values[1:] + steps / (2**exponent - 1), np.full(len(steps), exponent))
    sizes = steps * np.sign(steps[0])
    if not (sizes > 0).all() or not (np.diff(sizes) < 0).all():
        raise ValueError("values must change by steps of one sign that shrink; no power law fits these")
    shrink = steps[1:] / steps[:-1]
    return Extrapolation(values[2:] + steps[1:] * shrink / (1 - shrink), -np.log2(shrink))
