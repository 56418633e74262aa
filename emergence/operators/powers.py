"""Powers of a matrix: do they converge? Decided exactly for rational entries, with a certificate for rounded ones.

A^k converges <=> every eigenvalue has |lambda| < 1, or is 1 and semisimple (as many eigenvectors as its multiplicity).
Sources: Horn and Johnson 2013, chapters 3 and 5; Schur 1917 and Cohn 1922 for roots in the unit disc.

Exact matrices are square tuples of rows of Fractions; everything is a pure number. What cannot be decided within the
tolerance is returned as None, never guessed. Bad input raises ValueError.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, in_range, square

Rows = tuple[tuple[Fraction, ...], ...]

ROUNDING = 1e-12
"""How exactly rounded entries are taken to be known, relative to the Frobenius norm of the matrix."""

_UNDECIDED = "within rounding no power has a norm below 1 or a trace above n; give the entries exactly"


class Powers(NamedTuple):
    """What is known of A^k: each of the two is True, False or None (not decided)."""

    converge: bool | None
    vanish: bool | None
    """whether A^k tends to 0"""
    reason: str
    """the certificate, or what is missing"""
    radius: float
    """spectral radius, computed with rounding: a description, no certificate"""


def exact(matrix: ArrayLike) -> Rows | None:
    """The rows as Fractions if all entries are integers or Fractions; None if any is rounded. Shape (m, n)."""
    rows = [list(row) for row in (matrix.tolist() if isinstance(matrix, np.ndarray) else matrix)]
    if any(isinstance(x, bool) or not isinstance(x, (int, np.integer, Fraction)) for row in rows for x in row):
        return None
    return tuple(tuple(Fraction(int(x)) if isinstance(x, np.integer) else Fraction(x) for x in row) for row in rows)


def rounded(matrix: ArrayLike) -> Floats:
    """The matrix in floating point, shape (n, n); ValueError if it is not square or not finite."""
    return square("matrix", [[float(x) for x in row] for row in matrix], exactly=True)


# --- exact arithmetic ---------------------------------------------------------------------------------------


def identity(n: int) -> Rows:
    """The exact identity matrix."""
    return tuple(tuple(Fraction(i == j) for j in range(n)) for i in range(n))


def times(a: Rows, b: Rows) -> Rows:
    """The product of two exact matrices, shapes (l, m) and (m, n)."""
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(sum((x * y for x, y in zip(r, c, strict=True)), Fraction()) for c in columns) for r in a)


def plus(a: Rows, b: Rows, factor: int = 1) -> Rows:
    """a + factor * b."""
    return tuple(tuple(x + factor * y for x, y in zip(r, s, strict=True)) for r, s in zip(a, b, strict=True))


def rank(matrix: Rows) -> int:
    """Rank of an exact matrix, by elimination."""
    rows, found = [list(row) for row in matrix], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            share = rows[i][column] / rows[found][column]
            rows[i] = [x - share * y for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
        if found == len(rows):
            break
    return found


def characteristic_polynomial(matrix: Rows) -> list[Fraction]:
    """Coefficients of det(x I - A), that of x^0 first and 1 last (Faddeev and LeVerrier)."""
    n = len(matrix)
    coefficients, term = [Fraction(1)], identity(n)
    for k in range(1, n + 1):
        product = times(matrix, term)
        coefficients.append(-sum((product[i][i] for i in range(n)), Fraction()) / k)
        shift = tuple(tuple(coefficients[-1] * (i == j) for j in range(n)) for i in range(n))
        term = plus(product, shift)
    return coefficients[::-1]


def all_roots_inside(polynomial: list[Fraction]) -> bool:
    """Whether all roots lie in |z| < 1 (Schur and Cohn): |a_0| < |a_n|, and the same for a polynomial of lower degree.

    polynomial: a_0 ... a_n with a_n != 0.
    """
    p = list(polynomial)
    while len(p) > 1:
        low, high = p[0], p[-1]
        if abs(low) >= abs(high):
            return False
        p = [high * p[i] - low * p[-1 - i] for i in range(1, len(p))]
    return True


def without_root_one(polynomial: list[Fraction]) -> tuple[int, list[Fraction]]:
    """The multiplicity of the root 1, and the polynomial divided by that power of (x - 1)."""
    p, multiplicity = list(polynomial), 0
    while len(p) > 1 and sum(p) == 0:
        quotient, carry = [], Fraction()
        for a in reversed(p):
            carry += a
            quotient.append(carry)
        p, multiplicity = quotient[-2::-1], multiplicity + 1
    return multiplicity, p


def _decide_exactly(matrix: Rows) -> tuple[bool, bool, str]:
    n = len(matrix)
    ones, rest = without_root_one(characteristic_polynomial(matrix))
    vectors = n - rank(plus(matrix, identity(n), -1))
    if not all_roots_inside(rest):
        return False, False, "an eigenvalue other than 1 lies on or outside the unit circle"
    if ones > vectors:
        return False, False, f"the eigenvalue 1 is {ones}-fold and has {vectors} eigenvectors: not semisimple"
    if ones:
        return True, False, "1 is the only eigenvalue on the unit circle, and semisimple; the others lie inside"
    return True, True, "all eigenvalues lie inside the unit circle"


# --- rounded entries ----------------------------------------------------------------------------------------


def _decide_by_powers(matrix: Floats, error: float) -> tuple[bool | None, bool | None, str]:
    """A power of norm below 1 proves that A^k -> 0; one with |trace| above n proves that A^k is unbounded.

    Both hold for every matrix within `error` in the Frobenius norm: the error of each power is bounded along with it.
    """
    n = len(matrix)
    unit = n * np.finfo(float).eps * 2
    products = {1: (matrix, error)}

    def multiply(first: int, second: int) -> None:
        (a, ea), (b, eb) = products[first], products[second]
        size_a, size_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        products[first + second] = a @ b, ea * size_b + eb * size_a + ea * eb + unit * size_a * size_b

    for j in range(40):
        k = 2**j
        for power in (k, 3 * k // 2) if j else (k,):
            if power not in products:
                multiply(power // 3 * 2, power // 3)
            a, error = products[power]
            size = float(np.linalg.norm(a, 2)) + error
            if size < 1:
                name = "the norm of A" if power == 1 else f"the norm of its power {power}"
                return True, True, f"{name} is at most {size:.3g} < 1"
            trace = abs(float(np.trace(a)))
            if trace - n * error > n:
                name = "trace of A" if power == 1 else f"trace of its power {power}"
                return (
                    False,
                    False,
                    f"|{name}| is {trace:.3g} > {n}: an eigenvalue lies outside the circle",
                )
        if error > 1e3 or size > 1e60:
            break
        multiply(k, k)
    return None, None, _UNDECIDED


def matrix_powers(matrix: ArrayLike, tolerance: float = ROUNDING, error: float | None = None) -> Powers:
    """Whether A^k converges, and whether to 0.

    matrix: shape (n, n). Integers and Fractions are taken exactly and always decided. Other entries are taken to be
    known within `tolerance` (in [0, 1), relative to the Frobenius norm) or within `error` (absolute, in that norm), and
    the answer holds for all such matrices.
    """
    array = rounded(matrix)
    in_range("tolerance", tolerance, 0, 1, closed_low=True)
    if error is None:
        error = tolerance * float(np.linalg.norm(array))
    in_range("error", error, 0, closed_low=True)
    rows = exact(matrix)
    radius = float(np.abs(np.linalg.eigvals(array)).max())
    found = _decide_exactly(rows) if rows is not None else _decide_by_powers(array, error)
    return Powers(*found, radius)
