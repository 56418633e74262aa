"""How fast networks reach their limit: one row for each operator, schedule and assembly, with its exact asymptotics.

|x_k - lim x_k| / leading(k) -> 1. Sources: Euler's product for the gamma function and for sinh; de Bruijn,
Asymptotic Methods in Analysis, for iterations x - c x^p; Poole et al. 2016 and Schoenholz et al. 2017 for the maps of
variances and correlations of random networks of infinite width.

Depth k counts from 1. All quantities are pure numbers. A value outside its range raises ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from emergence.checks import Floats, at_least, one_of
from emergence.operators import mean_field, products
from emergence.operators import residual as op

EXPONENTIAL, POWER, LOGARITHM = "exponential", "power law", "power of a logarithm"
FINITE, NEVER = "finitely many blocks", "no limit"
LAWS = (EXPONENTIAL, POWER, LOGARITHM, FINITE, NEVER)
START = 1.0  # x_0, unless a row says otherwise


class Row(NamedTuple):
    """A network with the exact law of its error."""

    assembly: str
    """'stacked' or 'residual'"""
    monotonicity: float | None
    """m(A) of a residual network; None for a stack"""
    law: str
    formula: str
    """the leading term, in words of Unicode"""
    leading: Callable[[Floats], Floats]
    """the leading term at depths k >= 2, shape (n,) -> (n,)"""
    errors: Callable[[int], Floats]
    """distance from the limit after k = 1 ... depth blocks, by running them; where there is none, |x_k|"""


# --- stacks -----------------------------------------------------------------------------------------------------


def _relu_gap(depth: int) -> Floats:
    """1 - c of two inputs that begin at a right angle, in ReLU layers at their critical point."""
    return mean_field.plain(2.0, 0.0, depth, d=1.0, units="ReLU").d[1:]


def _tanh_variance(depth: int) -> Floats:
    """q of one input with q_0 = 1, in tanh layers at their critical point."""
    return mean_field.lengths(1.0, 0.0, depth)[1:]


def _moving(depth: int) -> Floats:
    return np.abs(products.contraction_orbit(0.5, products.moving_fixed_points(depth, 2, 1), START)[1:])


# --- residual networks ------------------------------------------------------------------------------------------


def _turning(operator: complex, exponent: float, kind: str, size: float = 1.0) -> Callable[[int], Floats]:
    """Sizes of z_k for z -> a z with the steps size/k^exponent."""
    return lambda depth: np.abs(op.turning_orbit(operator, op.step_sizes(depth, size, exponent), kind)[1:])


def _line(operator: str, exponent: float, size: float) -> Callable[[int], Floats]:
    """Sizes of x_k under the resolvents of an operator on the line."""

    def errors(depth: int) -> Floats:
        return np.abs(op.residual_orbit(operator, START, op.step_sizes(depth, size, exponent), "implicit")[1:])

    return errors


SPECTRUM = 4000  # eigenvalues of the gapless operator


def gapless_errors(depth: int, step: float = 0.5, count: int = SPECTRUM) -> Floats:
    """|x_k| for a diagonal A with eigenvalues (i - 1/2)/count in (0, 1) and x_0 with equal shares, |x_0| = 1.

    As count grows, spectral mass near 0 is mu[0, l] = l, and |x_k|^2 = (1 - (1 + h)^(1 - 2k))/(h (2k - 1)).
    A finite count has a gap, 1/(2 count), and the law is exponential beyond k about count/h.
    """
    factor = 1 / (1 + step * (np.arange(at_least("count", count, 1)) + 0.5) / count)
    x, sizes = np.full(count, 1 / math.sqrt(count)), np.empty(at_least("depth", depth, 1))
    for k in range(depth):
        x = x * factor
        sizes[k] = math.sqrt(x @ x)
    return sizes


def shrinking_blocks(depth: int, start: float) -> Floats:
    """x_k for the blocks x + sin(x)/k^2, k = 0 ... depth; shape (depth + 1,)."""
    orbit, x = [float(start)], float(start)
    for k in range(1, at_least("depth", depth, 1) + 1):
        x += math.sin(x) / k**2
        orbit.append(x)
    return np.array(orbit)


@lru_cache(maxsize=16)
def shrinking_limit(start: float) -> float:
    """F(x) = lim x_k for the blocks x + sin(x)/k^2, to about 1e-9: 20,000 blocks, and the sum of the rest."""
    last = shrinking_blocks(20_000, start)[-1]
    return float(last + math.sin(last) / 20_000.5)


def _shrinking(depth: int) -> Floats:
    return np.abs(shrinking_blocks(depth, 0.3)[1:] - shrinking_limit(0.3))


def _ones(k: Floats) -> Floats:
    return np.ones_like(k, dtype=float)


# --- the table --------------------------------------------------------------------------------------------------

S, R = "stacked", "residual"
ROWS: dict[str, Row] = {
    "x/2": Row(
        S, None, EXPONENTIAL, "2⁻ᵏ", lambda k: 0.5**k,
        lambda depth: np.abs(products.contraction_orbit(0.5, np.zeros(depth), START)[1:]),
    ),
    "(1 − 1/2k) x": Row(
        S, None, POWER, "k^(−1/2)/Γ(1/2)", lambda k: k**-0.5 / math.gamma(0.5),
        lambda depth: np.cumprod(1 - 1 / (2 * np.arange(1, depth + 1))),
    ),
    "x/2 + 1/k": Row(S, None, POWER, "2/k", lambda k: 2 / k, _moving),
    "random ReLU layers: 1 − c": Row(
        S, None, POWER, "9π²/(2k²)", lambda k: 4.5 * math.pi**2 / k**2, _relu_gap
    ),
    "random tanh layers: variance": Row(S, None, POWER, "1/(2k)", lambda k: 0.5 / k, _tanh_variance),
    "x, step ½, implicit": Row(
        R, 1, EXPONENTIAL, "(3/2)⁻ᵏ", lambda k: 1.5**-k, _turning(1, 0, "implicit", 0.5)
    ),
    "x, step ½, explicit": Row(R, 1, EXPONENTIAL, "2⁻ᵏ", lambda k: 0.5**k, _turning(1, 0, "explicit", 0.5)),
    "x/2, step 1/k, explicit": Row(
        R, 0.5, POWER, "k^(−1/2)/Γ(1/2)", lambda k: k**-0.5 / math.gamma(0.5), _turning(0.5, 1, "explicit")
    ),
    "x/2, step 1/k, implicit": Row(
        R, 0.5, POWER, "Γ(3/2) k^(−1/2)", lambda k: math.gamma(1.5) * k**-0.5, _turning(0.5, 1, "implicit")
    ),
    "x |x|, step ½, implicit": Row(R, 0, POWER, "2/k", lambda k: 2 / k, _line("x |x|", 0, 0.5)),
    "x³, step ½, implicit": Row(R, 0, POWER, "k^(−1/2)", lambda k: k**-0.5, _line("x³", 0, 0.5)),
    "x³, step 1/k, implicit": Row(
        R, 0, LOGARITHM, "(2 ln k)^(−1/2)", lambda k: (2 * np.log(k)) ** -0.5, _line("x³", 1, 1.0)
    ),
    "no gap, step ½, implicit": Row(R, 0, POWER, "k^(−1/2)", lambda k: k**-0.5, gapless_errors),
    "x + sin(x)/k²": Row(
        R, None, POWER, "sin(F)/k", lambda k: math.sin(shrinking_limit(0.3)) / k, _shrinking
    ),
    "(x, 0), step ½, implicit": Row(
        R, 0, EXPONENTIAL, "(3/2)⁻ᵏ", lambda k: 1.5**-k, _turning(1, 0, "implicit", 0.5)
    ),
    "∂|x|, step 1/64, implicit": Row(
        R, 0, FINITE, "1 − k/64, then 0", lambda k: np.maximum(1 - k / 64, 0), _line("∂|x|", 0, 1 / 64)
    ),
    "J, step ½, implicit": Row(
        R, 0, EXPONENTIAL, "(5/4)^(−k/2)", lambda k: 1.25 ** (-k / 2), _turning(1j, 0, "implicit", 0.5)
    ),
    "J, step 1/k, implicit": Row(
        R, 0, NEVER, "√(π/sinh π)", lambda k: op.turn_survives(1) * _ones(k), _turning(1j, 1, "implicit")
    ),
}  # fmt: skip
"""Name of a network -> its row. Stacks are named by their layer, residual networks by operator, step and kind."""

STACKS = tuple(name for name, row in ROWS.items() if row.assembly == S)
RESIDUALS = tuple(name for name, row in ROWS.items() if row.assembly == R)


@lru_cache(maxsize=32)
def _errors(name: str, depth: int) -> Floats:
    errors = ROWS[name].errors(depth)
    errors.flags.writeable = False  # one array for all who ask
    return errors


def errors(name: str, depth: int) -> Floats:
    """Distance from the limit after k = 1 ... depth blocks of a row, shape (depth,), read-only."""
    return _errors(one_of("name", name, tuple(ROWS)), at_least("depth", depth, 1))


def leading(name: str, depths: Floats) -> Floats:
    """The exact leading term of these errors at depths k >= 2, shape (n,) -> (n,)."""
    return np.asarray(ROWS[one_of("name", name, tuple(ROWS))].leading(np.asarray(depths, dtype=float)))
