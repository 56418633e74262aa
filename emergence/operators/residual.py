"""Residual blocks: explicit, x_k = x_(k-1) - h_k A x_(k-1), and implicit (resolvents), x_k = (I + h_k A)^(-1) x_(k-1).

m(A) = inf <Ax - Ay, x - y>/|x - y|^2, Lip(I - hA)^2 <= 1 - 2hm + h^2 L^2, Lip((I + hA)^(-1)) <= 1/(1 + hm).
Sources: Rockafellar 1976, Brezis and Lions 1978, Crandall and Liggett 1971, Bauschke and Combettes 2017.

Points of the line are real numbers, those of the plane complex ones: then J, the turn by a right angle, is i, and
<z, w> = Re(z conj(w)). Points have any shape (...), matrices (..., n, n). All quantities are pure numbers. A value
outside its range raises ValueError with the parameter, the value and the range; nothing returns NaN.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, finite, in_range, one_of

Points = NDArray[Any]
"""Real or complex numbers of any shape."""

STEPS = ("explicit", "implicit")
"""x - h A x, and the y with y + h A y = x."""


# --- the number m(A) of a linear operator, and what it says of one block --------------------------------------


def monotonicity_constant(matrix: ArrayLike) -> Floats:
    """m(A) of x -> A x + b: the least eigenvalue of (A + A^T)/2, real matrices. Shape (..., n, n) -> (...)."""
    matrix = finite("matrix", matrix)
    return np.linalg.eigvalsh((matrix + np.swapaxes(matrix, -1, -2)) / 2)[..., 0]


def turning_operator(size: float, angle: float) -> complex:
    """a = L e^(i phi) = m + i w: z -> a z stretches by L > 0 and turns by phi (radians). Lip = L, m = L cos phi."""
    return float(in_range("size", size)) * cmath.exp(1j * angle)


def turning_factor(operator: complex, step: ArrayLike, kind: str) -> Points:
    """1 - h a or 1/(1 + h a): what one step makes of z -> a z. step h in [0, inf) of any shape.

    Its size is both Lip and the lower Lipschitz constant of the step. Implicit: Re a in [0, inf).
    """
    h = in_range("step", step, closed_low=True)
    if one_of("kind", kind, STEPS) == "explicit":
        return 1 - h * operator
    in_range("Re(operator)", operator.real, closed_low=True)
    return 1 / (1 + h * operator)


def explicit_bound(monotonicity: float, lipschitz: float, step: ArrayLike) -> Floats:
    """sqrt(1 - 2hm + h^2 L^2) >= Lip(I - hA) for m(A) >= m and Lip(A) <= L. m in [-L, L], step h in [0, inf)."""
    lipschitz = float(in_range("lipschitz", lipschitz))
    m = float(in_range("monotonicity", monotonicity, -lipschitz, lipschitz, closed_low=True, closed_high=True))
    h = in_range("step", step, closed_low=True)
    return np.sqrt(np.maximum((1 - h * m) ** 2 + h**2 * (lipschitz**2 - m**2), 0))


def implicit_bound(monotonicity: float, step: ArrayLike) -> Floats:
    """1/(1 + hm) >= Lip((I + hA)^(-1)) for a maximal monotone A with m(A) >= m. m and h in [0, inf)."""
    m = in_range("monotonicity", monotonicity, closed_low=True)
    return 1 / (1 + in_range("step", step, closed_low=True) * m)


def best_explicit_step(monotonicity: float, lipschitz: float) -> float:
    """m/L^2, where the bound on the explicit step is least, sqrt(1 - m^2/L^2). At 2m/L^2 it is 1 again. 0 < m <= L."""
    lipschitz = float(in_range("lipschitz", lipschitz))
    return float(in_range("monotonicity", monotonicity, high=lipschitz, closed_high=True)) / lipschitz**2


# --- schedules of steps -----------------------------------------------------------------------------------------


def step_sizes(depth: int, size: float, exponent: float) -> Floats:
    """h_k = h/k^s for k = 1 ... depth, shape (depth,). size h in (0, inf), exponent s in [0, inf).

    The sum is infinite for s <= 1, the sum of squares for s <= 1/2.
    """
    k = np.arange(1, at_least("depth", depth, 1) + 1, dtype=float)
    return float(in_range("size", size)) / k ** float(in_range("exponent", exponent, closed_low=True))


def turning_orbit(operator: complex, steps: ArrayLike, kind: str, start: complex = 1.0) -> Points:
    """z_0 = start, z_k = factor(h_k) z_(k-1) for z -> a z. steps: shape (depth,). Shape (depth + 1,), complex."""
    factors = turning_factor(operator, np.asarray(steps, dtype=float), kind)
    return start * np.concatenate([[1.0 + 0j], np.cumprod(factors)])


FATES = ("tends to 0", "settles", "turns for ever", "grows")
"""What becomes of z_k; 'settles': at a limit that depends on z_0; 'turns for ever': |z_k| tends to a positive limit."""


def turning_fate(operator: complex, size: float, exponent: float, kind: str) -> str:
    """One of FATES for z -> a z with the steps h/k^s. Re a in [0, inf), Im a not 0.

    |factor|^2 is 1 - 2 m h_k + |a|^2 h_k^2 or one over 1 + 2 m h_k + |a|^2 h_k^2: for m > 0 the sum of the steps
    decides, for m = 0 that of their squares. The angles add up like the steps.
    """
    first = abs(complex(turning_factor(operator, step_sizes(1, size, exponent)[0], kind)))
    m = float(in_range("Re(operator)", operator.real, closed_low=True))
    if operator.imag == 0:
        raise ValueError(f"operator = {operator!r} does not turn; allowed are those with an imaginary part")
    if exponent > 1:
        return "settles"
    if exponent == 0 and abs(first - 1) < 1e-12:
        return "turns for ever"
    if exponent == 0 or m > 0:
        return "grows" if exponent == 0 and first > 1 else "tends to 0"
    if exponent > 0.5:
        return "turns for ever"
    return "grows" if kind == "explicit" else "tends to 0"


def turn_survives(size: float) -> float:
    """prod over k of (1 + h^2/k^2)^(-1/2) = sqrt(pi h / sinh(pi h)): what the implicit steps h/k of J leave of |z|."""
    x = math.pi * float(in_range("size", size))
    return math.sqrt(2 * x / -math.expm1(-2 * x)) * math.exp(-x / 2)  # no overflow of sinh


# --- operators on the line, and the turn ------------------------------------------------------------------------


class Operator(NamedTuple):
    """An operator with its resolvent and its flow dx/dt = -A x, in closed form."""

    monotonicity: float
    """m(A)"""
    lipschitz: float
    """Lip(A); infinity where there is none"""
    resolvent: Callable[[Points, float], Points]
    """(I + hA)^(-1) x for h > 0"""
    flow: Callable[[Points, float], Points]
    """S(t) x for t >= 0"""
    slowness: Callable[[Points, float], Points]
    """limit of n |(I + (t/n)A)^(-n) x - S(t) x|"""
    value: Callable[[Points], Points] | None = None
    """A x, where it has a single value for all x"""


def _cubic_resolvent(x: Points, h: float) -> Points:
    """y + h y^3 = x: with y = 2s sinh(u), s = (3h)^(-1/2), it reads 2s sinh(3u)/3 = x."""
    s = 1 / math.sqrt(3 * h)
    return 2 * s * np.sinh(np.arcsinh(1.5 * x / s) / 3)


def _threshold(x: Points, h: float) -> Points:
    return np.sign(x) * np.maximum(np.abs(x) - h, 0)


def _nothing(x: Points, t: float) -> Points:
    return np.zeros_like(x, dtype=float)


OPERATORS: dict[str, Operator] = {
    "x": Operator(
        1, 1, lambda x, h: x / (1 + h), lambda x, t: x * math.exp(-t),
        lambda x, t: np.abs(x) * t**2 / 2 * math.exp(-t), lambda x: x,
    ),
    "x³": Operator(
        0, math.inf, _cubic_resolvent, lambda x, t: x / np.sqrt(1 + 2 * t * x**2),
        lambda x, t: 0.75 * t * np.abs(x) ** 3 * np.log1p(2 * t * x**2) / (1 + 2 * t * x**2) ** 1.5, lambda x: x**3,
    ),
    "x |x|": Operator(
        0, math.inf, lambda x, h: 2 * x / (1 + np.sqrt(1 + 4 * h * np.abs(x))), lambda x, t: x / (1 + t * np.abs(x)),
        lambda x, t: t * x**2 * np.log1p(t * np.abs(x)) / (1 + t * np.abs(x)) ** 2, lambda x: x * np.abs(x),
    ),
    "∂|x|": Operator(0, math.inf, _threshold, _threshold, _nothing),
    "1": Operator(0, 0, lambda x, h: x - h, lambda x, t: x - t, _nothing, lambda x: np.ones_like(x, dtype=float)),
    "J": Operator(
        0, 1, lambda x, h: x / (1 + 1j * h), lambda x, t: x * cmath.exp(-1j * t),
        lambda x, t: np.abs(x) * t**2 / 2, lambda x: 1j * x,
    ),
}  # fmt: skip
"""Maximal monotone operators. ∂|x| is sign x, and at 0 all of [-1, 1]; "1" has no zero; J turns the plane."""


def resolvent(operator: str, points: ArrayLike, step: float) -> Points:
    """(I + hA)^(-1) x, the y with x - y in h A y; it exists for all x because A is maximal. step h in (0, inf)."""
    one_of("operator", operator, tuple(OPERATORS))
    return OPERATORS[operator].resolvent(finite("points", points), float(in_range("step", step)))


def residual_orbit(operator: str, start: ArrayLike, steps: ArrayLike, kind: str) -> Points:
    """x_0 ... x_depth with the steps h_k, shape (depth,). start of any shape (...). Shape (depth + 1, ...)."""
    rule = OPERATORS[one_of("operator", operator, tuple(OPERATORS))]
    value, x = rule.value, finite("start", start)
    if one_of("kind", kind, STEPS) == "explicit" and value is None:
        raise ValueError(f"operator = {operator!r} has more than one value at 0; allowed are single-valued ones")
    orbit = [x]
    for h in in_range("steps", steps).tolist():
        x = rule.resolvent(x, h) if kind == "implicit" or value is None else x - h * value(x)
        orbit.append(x)
    return np.array(orbit)


def punctured_sign_resolvent(point: float, step: float) -> float | None:
    """The y with y + h A y = x for A = sign with A 0 = {0}: monotone, not maximal. None where no y exists.

    No y exists for 0 < |x| <= h, where the resolvent of the maximal operator ∂|x| is 0. step h in (0, inf).
    """
    x, h = float(finite("point", point)), float(in_range("step", step))
    return None if 0 < abs(x) <= h else math.copysign(max(abs(x) - h, 0), x)


# --- continuous depth -------------------------------------------------------------------------------------------


def continuous_depth(operator: str, points: ArrayLike, time: float, blocks: int) -> Points:
    """(I + (t/n) A)^(-n) x: n implicit blocks that share the time t in (0, inf). Tends to `flow` as n grows."""
    step = float(in_range("time", time)) / at_least("blocks", blocks, 1)
    return residual_orbit(operator, points, np.full(blocks, step), "implicit")[-1]


def flow(operator: str, points: ArrayLike, time: float) -> Points:
    """S(t) x, where dx/dt = -A x: the residual network of continuous depth t in [0, inf)."""
    one_of("operator", operator, tuple(OPERATORS))
    return OPERATORS[operator].flow(finite("points", points), float(in_range("time", time, closed_low=True)))


def slowness(operator: str, points: ArrayLike, time: float) -> Points:
    """lim n |(I + (t/n) A)^(-n) x - S(t) x| as n grows, by the first term of Euler's error. time t in (0, inf).

    Where A is smooth along the flow, the error e obeys de/dt = -A'(x) e + x''/2 in units of t/n. For ∂|x| and for 1
    the implicit steps are exact.
    """
    one_of("operator", operator, tuple(OPERATORS))
    return OPERATORS[operator].slowness(finite("points", points), float(in_range("time", time)))
