"""Zeros of the partition function of the L × L Ising torus, where a singularity would have to come from.

At temperature T the zeros in the field are imaginary, h = i T φ (Lee & Yang): Z(h)/Z(0) = ⟨cos Mφ⟩ for M the sum of the
spins. In the complex plane of s = sinh(2/T) the zeros without field (Fisher) are those of Kaufman's formula, with
cosh γ_r = cosh 2K coth 2K − cos(πr/L), K = 1/T:
Z = ½ (2 sinh 2K)^(N/2) [Π 2cosh(Lγ_r/2) + Π 2sinh(Lγ_r/2) over odd r, and the same over even r].
Source: Lee & Yang, Phys. Rev. 87, 410 (1952); Fisher, Lectures in Theoretical Physics 7c (1965); Kaufman, Phys. Rev.
76, 1232 (1949).
"""

from __future__ import annotations

import cmath
import functools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range
from emergence.physics.ising import CRITICAL_TEMPERATURE
from emergence.physics.ising_states import States, states

Complex = NDArray[np.complex128]

HOTTEST = 4.5
"""Up to this temperature double precision separates all Lee–Yang zeros of 8 × 8 spins."""
COLDEST = 0.5
_GRID = 512


def field_ratio(lattice: States, temperature: float) -> Callable[[ArrayLike], Floats]:
    """The function φ ↦ Z(i T φ)/Z(0) = ⟨cos Mφ⟩. Raises ValueError for a temperature outside (0, ∞)."""
    m, law = lattice.magnetisation_law(temperature)
    total = np.rint(np.abs(m[m <= 0]) * lattice.size**2)  # the law is even: half of the values do
    weight = np.where(total == 0, 1.0, 2.0) * law[m <= 0]
    return lambda phi: np.cos(np.multiply.outer(np.asarray(phi, dtype=float), total)) @ weight


def lee_yang(size: int, temperature: float) -> Floats:
    """All zeros φ of ⟨cos Mφ⟩ in (0, π/2), ascending, N/2 of them; −φ and π ± φ are the others. Size: 4, 6 or 8.

    e^(2iφ) is the zero in the variable e^(2h/T). Raises ValueError for a temperature outside [COLDEST, HOTTEST].
    """
    in_range("temperature", temperature, COLDEST, HOTTEST, closed_low=True, closed_high=True)
    ratio = field_ratio(states(size), temperature)
    grid = (np.arange(_GRID + 1) / _GRID) * (math.pi / 2)
    values = ratio(grid)
    turns = np.flatnonzero(values[:-1] * values[1:] < 0)
    low, high, sign = grid[turns], grid[turns + 1], np.sign(values[turns])
    for _ in range(20):  # to 3e-9, far below a pixel, and cheap: the brackets of all zeros at once
        middle = (low + high) / 2
        left = np.sign(ratio(middle)) == sign
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return (low + high) / 2


def leading_field_zero(lattice: States, temperature: float = CRITICAL_TEMPERATURE) -> float:
    """The first zero h₁/i = T φ₁ in an imaginary field, to twelve digits or more."""
    ratio, step = field_ratio(lattice, temperature), 1 / lattice.size**2
    low, high = 0.0, step
    while ratio(high) > 0:
        low, high = high, high + step
    for _ in range(45):
        middle = (low + high) / 2
        if ratio(middle) > 0:
            low = middle
        else:
            high = middle
    return temperature * high


@functools.cache
def fisher(size: int) -> Complex:
    """The zeros s = sinh(2/T) in the open right half plane or on its edge, N/2 of them, from the counts; 4, 6 or 8.

    E ↔ −E makes Z a polynomial of degree N/2 in s², with positive integer coefficients; −s are the other N/2 zeros.
    """
    lattice = states(size)
    counts: dict[int, int] = {}
    for energy, count in zip(lattice.energy, lattice.count, strict=True):
        counts[int(energy) // 4] = counts.get(int(energy) // 4, 0) + int(count)
    # Z = g₀ + Σ 2 g_j cosh 4jK, and cosh 4jK = T_j(1 + 2s²): coefficients of s², exact integers
    before, now = [1], [1, 2]
    total = [counts.get(0, 0)] + [0] * (size**2 // 2)
    for j in range(1, size**2 // 2 + 1):
        for power, coefficient in enumerate(now):
            total[power] += 2 * counts.get(j, 0) * coefficient
        after = [0] * (j + 2)
        for power, coefficient in enumerate(now):
            after[power] += 2 * coefficient
            after[power + 1] += 4 * coefficient
        for power, coefficient in enumerate(before):
            after[power] -= coefficient
        before, now = now, after
    return np.sqrt(np.roots(np.array(total[::-1], dtype=float)).astype(complex))


def _log_products(size: int, s: complex) -> list[complex]:
    """Logarithms of Kaufman's four products, those of cosh and sinh over odd r, then over even r."""
    if at_least("size", size, 2) % 2:
        raise ValueError(f"size = {size!r} must be even")
    if s == 0:
        raise ValueError("s = 0 is outside the allowed range: s must not be 0")
    cosh = cmath.sqrt(1 + s * s)
    twice_k, log_tanh = cmath.log(s + cosh), cmath.log((cosh - 1) / s)
    products = []
    for r, ends in (
        (np.arange(1, size, 2), ()),
        (np.arange(2, size, 2), (twice_k + log_tanh, twice_k - log_tanh)),  # r = 0 and r = L
    ):
        # r and 2L − r have the same γ: their factors are squares, in which the sign of γ does not matter
        gamma = np.arccosh(cosh * cosh / s - np.cos(np.pi * r / size) + 0j)
        for sign in (1, -1):
            # 2cosh x and 2sinh x are e^x (1 ± e^(−2x))
            log = complex(np.sum(size * gamma + 2 * np.log(1 + sign * np.exp(-size * gamma))))
            for end in ends:
                x = size * end / 2
                away, turned = (x, 1) if x.real > 0 else (-x, sign)
                log += away + cmath.log(turned * (1 + sign * cmath.exp(-2 * away)))
            products.append(log)
    return products


def log_partition(size: int, s: complex) -> complex:
    """ln Z of the torus at complex s = sinh 2K ≠ 0, up to a multiple of 2πi; the size must be even, else ValueError.

    At a zero of Z, or at the real s = 1 where one of the four products vanishes, it is not defined.
    """
    products = _log_products(size, s)
    largest = max(product.real for product in products)
    total = sum(cmath.exp(product - largest) for product in products)
    return largest + cmath.log(total) - math.log(2) + size**2 / 2 * cmath.log(2 * s)


def _bracket(size: int, s: complex) -> complex:
    """The sum of the four products over the first: the same zeros near s = 1, and no factor that grows like e^N."""
    first, *others = _log_products(size, s)
    return 1 + sum(cmath.exp(product - first) for product in others)


@functools.cache
def leading_fisher_zero(size: int) -> complex:
    """The complex temperature with Z = 0 that is nearest to the real axis near T_c, above it; size 4, 8, 16, …

    Newton's method in s = sinh(2/T) with Kaufman's formula, from where half the size leads to expect the zero.
    Raises ValueError for a size that is not 4 times a power of two.
    """
    if size < 4 or size & (size - 1):
        raise ValueError(f"size = {size!r} must be a power of two in [4, inf)")
    if size == 4:
        zeros = fisher(4)
        s = complex(zeros[np.argmin(np.abs(np.angle(zeros)) + 9 * (zeros.imag > 0))])
    else:
        half = cmath.sinh(2 / leading_fisher_zero(size // 2))
        s = 1 + (half - 1) / 2
    for _ in range(60):
        step = 1e-5 * (s - 1)
        move = 2 * step * _bracket(size, s) / (_bracket(size, s + step) - _bracket(size, s - step))
        s -= move
        if abs(move) < 1e-10 * abs(s - 1):
            break
    return 2 / cmath.log(s + cmath.sqrt(1 + s * s))
