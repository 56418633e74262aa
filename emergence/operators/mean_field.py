"""Deep random networks at infinite width: what each layer does to a length and to a correlation, and finite networks.

Two inputs have units N(0, q) with correlation c before layer l; then q' = s_w E phi(u)^2 + s_b and
q' c' = s_w E phi(u_1) phi(u_2) + s_b, with s_w = sigma_w^2 and s_b = sigma_b^2.
Sources: Poole et al. 2016; Schoenholz et al. 2017; Yang and Schoenholz 2017.

Weights have the variance s_w/n (n the width), biases s_b. q is a mean square per unit, c a correlation; d = 1 - c is
carried in its place, because it keeps its digits near c = 1. All quantities are pure numbers; depths count layers. A
value outside its range raises ValueError with the parameter, the value and the range; nothing returns NaN, except
`local_exponent` where it is not defined.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.operators.products import ACTIVATIONS

UNITS = ("tanh", "ReLU")

LARGEST_Q, LARGEST_PAIR_Q = 2000.0, 9.0
"""Of tanh units: up to here means over one unit err by less than 1e-9, and over a pair by less than 1e-5."""

_TAU = 0.2 * (np.arange(35) + 0.5)
_SINH, _COSH = np.sinh(_TAU), np.cosh(_TAU)
_PAIR = 24  # of these nodes suffice up to LARGEST_PAIR_Q


def _nodes(deviation: Floats, count: int = 35) -> tuple[Floats, Floats]:
    """Positive nodes and weights for the mean of an even function of N(0, deviation^2): shape (...) -> (..., count).

    The midpoint rule in t, v = a sinh t. It puts nodes where tanh bends, at |v| of order 1, and where the density is.
    Gauss-Hermite nodes know only the latter: with 64 of them E phi'^2 is off by 9e-4 at q = 4.
    """
    deviation = deviation[..., None]
    scale = 0.5 * np.minimum(deviation, 1.0)
    v = scale * _SINH[:count]
    weights = _COSH[:count] * np.exp(-((v / deviation) ** 2) / 2)
    return v, weights / weights.sum(axis=-1, keepdims=True)


def _square(q: Floats, units: str) -> Floats:
    if units == "ReLU":
        return q / 2
    v, weights = _nodes(np.sqrt(q))
    return (np.tanh(v) ** 2 * weights).sum(axis=-1)


def _pair(q: Floats, d: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """tanh u_1 and tanh u_2 at pairs of nodes of (u_1 + u_2)/2 and (u_1 - u_2)/2, tanh(u_1 - u_2), and weights."""
    mean, mean_weights = _nodes(np.sqrt(q * (1 - d / 2)), _PAIR)
    half, half_weights = _nodes(np.sqrt(q * d / 2), _PAIR)
    x, y = mean[..., :, None], half[..., None, :]
    return np.tanh(x + y), np.tanh(x - y), np.tanh(2 * y), mean_weights[..., :, None] * half_weights[..., None, :]


def _half_difference(q: Floats, d: Floats, units: str) -> Floats:
    if units == "ReLU":
        angle = 2 * np.arcsin(np.sqrt(d / 2))
        return q / 2 * (d + (angle * np.cos(angle) - np.sin(angle)) / math.pi)
    first, second, difference, weights = _pair(q, d)
    # tanh a - tanh b = tanh(a - b)(1 - tanh a tanh b): no digits cancel when the two are close
    return ((difference * (1 - first * second)) ** 2 * weights).sum(axis=(-2, -1)) / 2


_T = 0.16 * (np.arange(44) + 0.5)
_V, _V_W = 0.5 * np.sinh(_T), 0.08 * np.cosh(_T) * np.tanh(0.5 * np.sinh(_T))


def _far_half_difference(q: Floats, d: Floats) -> Floats:
    """As `_half_difference` for tanh, for large q and d in [0.1, 1.9]: nodes along u_1 and u_2, where a tanh bends."""
    c = 1 - d
    s = 2 * q * (1 - c * c)
    x, y = _V[:, None], _V
    density = (np.exp(-((x - c * y) ** 2) / s) - np.exp(-((x + c * y) ** 2) / s)) * np.exp(-(y**2) / (2 * q))
    return _square(q, "tanh") - 2 * (_V_W @ density @ _V_W) / (math.pi * np.sqrt(2 * q * s))


def _variance(name: str, value: ArrayLike, *, zero: bool = False) -> Floats:
    return in_range(name, value, 0, math.inf, closed_low=zero)


def _length(q: ArrayLike, units: str, largest: float = LARGEST_Q) -> Floats:
    one_of("units", units, UNITS)
    return in_range("q", q, 0, largest if units == "tanh" else math.inf)


def _gap(d: ArrayLike) -> Floats:
    """d = 1 - c in [0, 2], kept a little inside, so that both halves of a pair have a density."""
    return np.clip(in_range("d", d, 0, 2, closed_low=True, closed_high=True), 1e-300, 2 - 1e-15)


def mean_square(q: ArrayLike, units: str = "tanh") -> Floats:
    """E phi(u)^2 for u ~ N(0, q), q > 0. Any shape."""
    return _square(_length(q, units), units)


def mean_square_slope(q: ArrayLike, units: str = "tanh") -> Floats:
    """E phi'(u)^2 for u ~ N(0, q), q > 0. Any shape."""
    q = _length(q, units)
    if units == "ReLU":
        return np.full_like(q, 0.5)
    v, weights = _nodes(np.sqrt(q))
    return ((1 - np.tanh(v) ** 2) ** 2 * weights).sum(axis=-1)


def half_mean_square_difference(q: ArrayLike, d: ArrayLike, units: str = "tanh") -> Floats:
    """E (phi(u_1) - phi(u_2))^2/2 for u_1, u_2 ~ N(0, q) with correlation 1 - d, d in [0, 2]. Shapes broadcast."""
    return _half_difference(*np.broadcast_arrays(_length(q, units, LARGEST_PAIR_Q), _gap(d)), units)


def mean_slope_product(q: ArrayLike, d: ArrayLike) -> Floats:
    """E phi'(u_1) phi'(u_2) for tanh and u_1, u_2 ~ N(0, q) with correlation 1 - d. Shapes broadcast."""
    first, second, _, weights = _pair(*np.broadcast_arrays(_length(q, "tanh", LARGEST_PAIR_Q), _gap(d)))
    return ((1 - first**2) * (1 - second**2) * weights).sum(axis=(-2, -1))


# --- plain layers -------------------------------------------------------------------------------------------


def next_length(q: ArrayLike, weight: float, bias: float, units: str = "tanh") -> Floats:
    """s_w E phi(u)^2 + s_b, the mean square behind a layer. weight s_w in (0, inf), bias s_b in [0, inf)."""
    return _variance("weight", weight) * mean_square(q, units) + _variance("bias", bias, zero=True)


def next_difference(q: ArrayLike, d: ArrayLike, weight: float, bias: float, units: str = "tanh") -> Floats:
    """d = 1 - c behind a layer, for two inputs of mean square q > 0 and correlation 1 - d before it."""
    return weight * half_mean_square_difference(q, d, units) / next_length(q, weight, bias, units)


class Trajectory(NamedTuple):
    """Mean square q and difference d = 1 - c at depths 0 ... depth, each of shape (depth + 1, ...)."""

    q: Floats
    d: Floats


def plain(weight: float, bias: float, depth: int, *, q: float = 1.0, d: float = 0.5, units: str = "tanh") -> Trajectory:
    """Infinitely wide layers phi(Wx + b) from mean square q and difference d. Shapes (depth + 1,)."""
    weight, bias = float(_variance("weight", weight)), float(_variance("bias", bias, zero=True))
    in_range("weight + bias", weight + bias, 0, LARGEST_PAIR_Q if units == "tanh" else math.inf)
    qs, ds = [_length(q, units, LARGEST_PAIR_Q)], [_gap(d)]
    for _ in range(at_least("depth", depth, 0)):
        q = weight * _square(qs[-1], units) + bias
        ds.append(weight * _half_difference(qs[-1], ds[-1], units) / q)
        qs.append(q)
    return Trajectory(np.array(qs), np.array(ds))


def lengths(weight: float, bias: float, depth: int, *, q: float = 1.0, units: str = "tanh") -> Floats:
    """Mean square alone, for deep networks: shape (depth + 1,)."""
    weight, bias = float(_variance("weight", weight)), float(_variance("bias", bias, zero=True))
    qs = [_length(q, units)]
    for _ in range(at_least("depth", depth, 0)):
        qs.append(weight * _square(qs[-1], units) + bias)
    return np.array(qs)


def fixed_length(weight: ArrayLike, bias: ArrayLike) -> Floats:
    """The mean square q* that tanh layers settle at: the positive fixed point, or 0 if s_b = 0 and s_w <= 1.

    Shapes broadcast. The map is concave and increasing, so bisection finds the fixed point.
    """
    weight, bias = np.broadcast_arrays(_variance("weight", weight), _variance("bias", bias, zero=True))
    low, high = np.zeros_like(weight), weight + bias
    for _ in range(45):
        middle = (low + high) / 2
        above = weight * _square(middle, "tanh") + bias > middle
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where((bias == 0) & (weight <= 1), 0.0, (low + high) / 2)


def chi(weight: ArrayLike, bias: ArrayLike) -> Floats:
    """chi_1 = s_w E phi'(sqrt(q*) z)^2 for tanh: the slope of the map of correlations at c = 1. Shapes broadcast."""
    q = fixed_length(weight, bias)
    return np.asarray(weight) * np.where(q > 0, mean_square_slope(np.where(q > 0, q, 1.0)), 1.0)


def critical_weight(bias: ArrayLike) -> tuple[Floats, Floats]:
    """(s_w, q*) on the line chi_1 = 1 of tanh layers, for each bias variance s_b in [0, 2].

    Along the line s_w = 1/E phi'^2 and s_b = q - s_w E phi^2, both increasing in q; bisection finds q*.
    """
    bias = in_range("bias", bias, 0, 2, closed_low=True, closed_high=True)
    low, high = np.zeros_like(bias), np.full_like(bias, 8.0)
    for _ in range(50):
        middle = (low + high) / 2
        below = middle - mean_square(middle) / mean_square_slope(middle) < bias
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    q = np.where(bias == 0, 0.0, (low + high) / 2)
    return np.where(q > 0, 1 / mean_square_slope(np.where(q > 0, q, 1.0)), 1.0), q


def fixed_difference(weight: ArrayLike, bias: ArrayLike) -> Floats:
    """d* = 1 - c* that two inputs of tanh layers settle at: 0 where chi_1 <= 1, else positive. Shapes broadcast.

    q* must be positive.
    """
    return settled(weight, bias).d


class Settled(NamedTuple):
    """Where tanh layers end: the mean square q*, the difference d* of two inputs, and the slope of the map there."""

    q: Floats
    d: Floats
    slope: Floats


def settled(weight: ArrayLike, bias: ArrayLike) -> Settled:
    """q*, d* and the slope of the map of correlations at its stable fixed point 1 - d*, in (0, 1].

    q* must be positive. Shapes broadcast.
    """
    q = in_range("q*", fixed_length(weight, bias), 0, LARGEST_PAIR_Q)
    weight, bias, q = np.broadcast_arrays(np.asarray(weight, dtype=float), np.asarray(bias, dtype=float), q)
    d, slope = np.zeros(q.shape), np.array(weight * mean_square_slope(q))
    chaotic = slope > 1
    if chaotic.any():
        w, b, length = weight[chaotic], bias[chaotic], q[chaotic]
        d[chaotic] = _chaotic_difference(w, b, length, slope[chaotic])
        slope[chaotic] = w * mean_slope_product(length, d[chaotic])
    return Settled(q, d, slope)


def _chaotic_difference(weight: Floats, bias: Floats, q: Floats, chi: Floats) -> Floats:
    """d* > 0 where chi_1 > 1. Shapes (m,).

    The share by which a layer widens d falls with d, from chi_1 - 1 at 0 to -s_b/q* at 1. Its zero is found with
    chords; the value at an end that stays is halved (the Illinois rule), and seven chords suffice for nine digits.
    """
    low, high, widened, narrowed = np.zeros_like(q), np.ones_like(q), chi - 1, -bias / q
    rose, fell = np.zeros((2, *q.shape), dtype=bool)
    for _ in range(7):
        d = low + (high - low) * widened / (widened - narrowed)
        share = weight * _half_difference(q, d, "tanh") / (q * d) - 1
        wider = share > 0
        low, high = np.where(wider, d, low), np.where(wider, high, d)
        widened = np.where(wider, share, np.where(fell, widened / 2, widened))
        narrowed = np.where(wider, np.where(rose, narrowed / 2, narrowed), share)
        rose, fell = wider, ~wider
    return low + (high - low) * widened / (widened - narrowed)


def map_slope(weight: ArrayLike, bias: ArrayLike) -> Floats:
    """Slope of the map of correlations at its stable fixed point, in (0, 1]: correlations settle like its powers."""
    return settled(weight, bias).slope


def correlation_depth(weight: ArrayLike, bias: ArrayLike) -> Floats:
    """xi_c = -1/ln(map_slope), in layers; inf on the critical line. tanh layers, q* positive. Shapes broadcast."""
    slope = map_slope(weight, bias)
    with np.errstate(divide="ignore"):
        return np.where(slope >= 1, np.inf, -1 / np.log(np.minimum(slope, 1.0)))


# --- residual blocks ----------------------------------------------------------------------------------------


def residual(
    scale_v: float, scale_w: float, depth: int, *, q: float = 1.0, d: float = 0.4, units: str = "tanh"
) -> Trajectory:
    """Infinitely wide blocks x + V phi(W x), entries of variance scale_v/n and scale_w/n, no biases.

    q' = q + scale_v E phi(u)^2 with u ~ N(0, scale_w q), and q' d' = q d + scale_v E (phi(u_1) - phi(u_2))^2/2. Shapes
    (depth + 1,). tanh: d in [0.1, 1.9]. With ReLU units q grows exponentially; a depth where it overflows is refused.
    """
    scale_v, scale_w = float(_variance("scale_v", scale_v)), float(_variance("scale_w", scale_w))
    if units == "tanh":
        in_range("d", d, 0.1, 1.9, closed_low=True, closed_high=True)
    qs, ds = [_length(q, units)], [_gap(d)]
    for k in range(at_least("depth", depth, 0)):
        inner = scale_w * qs[-1]
        if not inner < (LARGEST_Q if units == "tanh" else 1e300):
            raise ValueError(f"depth = {depth} is too deep: q leaves the allowed range after {k} blocks")
        q = qs[-1] + scale_v * _square(inner, units)
        far = units == "tanh" and inner > 2
        half = _far_half_difference(inner, ds[-1]) if far else _half_difference(inner, ds[-1], units)
        ds.append((qs[-1] * ds[-1] + scale_v * half) / q)
        qs.append(q)
    return Trajectory(np.array(qs), np.array(ds))


def local_exponent(values: ArrayLike) -> Floats:
    """d ln(value)/d ln(depth) between depths l/1.25 and 1.25 l, for values at depths 0, 1, ..., shape (depth + 1,).

    Returned for l = 1 ... depth; where the window leaves the range or a value is not positive, NaN stands in its place.
    """
    values = np.asarray(values, dtype=float)
    depth = len(values) - 1
    at = np.arange(1, depth + 1)
    early, late = np.maximum(np.rint(at / 1.25), 1).astype(int), np.rint(1.25 * at).astype(int)
    inside = (late <= depth) & (late > early)
    late = np.minimum(late, depth)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.log(values[late] / values[early]) / np.log(late / early)
    return np.where(inside & np.isfinite(slopes), slopes, np.nan)


# --- finite networks ----------------------------------------------------------------------------------------


def _mean(a: Floats, b: Floats) -> Floats:
    """Mean over the units of a product: (copies, n) twice -> (copies,)."""
    return np.einsum("ij,ij->i", a, b) / a.shape[1]


def _next_units(
    x: Floats, change: Floats, weight: float, bias: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Units W x + b of one input, and their change when the input changes: shapes (copies, n).

    Given the inputs, the pairs of units are independent and normal, with the covariance that this computes; so a pair
    of normal numbers per unit replaces the n weights of its row, and the law is the same.
    """
    first = np.sqrt(weight * _mean(x, x) + bias)
    share = weight * _mean(x, change) / np.maximum(first, 1e-300)
    rest = np.sqrt(np.maximum(weight * _mean(change, change) - share**2, 0))
    z = rng.standard_normal((2, *x.shape))
    return first[:, None] * z[0], share[:, None] * z[0] + rest[:, None] * z[1]


def _units(u: Floats, change: Floats, units: str) -> tuple[Floats, Floats]:
    """phi(u), and phi(u + change) - phi(u), for tanh without cancellation."""
    phi = ACTIVATIONS[units]
    value, other = phi(u), phi(u + change)
    return value, np.tanh(change) * (1 - value * other) if units == "tanh" else other - value


def _measured(x: Floats, change: Floats) -> tuple[Floats, Floats]:
    """Mean square of the first output, and 1 - correlation of both, (copies,) each; d is 0 where an output is 0."""
    q, cross, moved = _mean(x, x), _mean(x, change), _mean(change, change)
    first, second = np.sqrt(q), np.sqrt(np.maximum(q + 2 * cross + moved, 0))
    # |b - a|^2 - (|b| - |a|)^2 = 2 |a||b| (1 - c), and |b|^2 - |a|^2 = 2 a.(b - a) + |b - a|^2
    stretched = (2 * cross + moved) / np.maximum(first + second, 1e-300)
    return q, np.clip((moved - stretched**2) / np.maximum(2 * first * second, 1e-300), 0, 2)


def _start(width: int, copies: int, q: float, d: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    shape = (2, at_least("copies", copies, 1), at_least("width", width, 1))
    z = math.sqrt(_variance("q", q)) * rng.standard_normal(shape)
    d = float(in_range("d", d, 0, 2, closed_low=True, closed_high=True))
    return z[0], -d * z[0] + math.sqrt(d * (2 - d)) * z[1]


def finite_plain(
    width: int,
    weight: float,
    bias: float,
    depth: int,
    copies: int,
    rng: np.random.Generator,
    *,
    q: float = 1.0,
    d: float = 0.5,
    units: str = "tanh",
) -> Trajectory:
    """`copies` random networks of finite width, two inputs each: measured q and d, shapes (depth + 1, copies).

    The units of the first layer are N(0, q) with correlation 1 - d. The law is that of networks with all their weights.
    """
    weight, bias = float(_variance("weight", weight)), float(_variance("bias", bias, zero=True))
    one_of("units", units, UNITS)
    u, change = _start(width, copies, q, d, rng)
    rows = [_measured(u, change)]
    for _ in range(at_least("depth", depth, 0)):
        u, change = _next_units(*_units(u, change, units), weight, bias, rng)
        rows.append(_measured(u, change))
    return Trajectory(*(np.array(values) for values in zip(*rows, strict=True)))


def finite_residual(
    width: int,
    scale_v: float,
    scale_w: float,
    depth: int,
    copies: int,
    rng: np.random.Generator,
    *,
    q: float = 1.0,
    d: float = 0.4,
    units: str = "tanh",
) -> Trajectory:
    """`copies` random stacks of blocks x + V phi(W x) of finite width: measured q and d, shapes (depth + 1, copies)."""
    scale_v, scale_w = float(_variance("scale_v", scale_v)), float(_variance("scale_w", scale_w))
    one_of("units", units, UNITS)
    x, change = _start(width, copies, q, d, rng)
    rows = [_measured(x, change)]
    for _ in range(at_least("depth", depth, 0)):
        u, moved = _next_units(x, change, scale_w, 0.0, rng)
        step, shifted = _next_units(*_units(u, moved, units), scale_v, 0.0, rng)
        x, change = x + step, change + shifted
        rows.append(_measured(x, change))
    return Trajectory(*(np.array(values) for values in zip(*rows, strict=True)))


def finite_lengths(
    width: int, weight: float, bias: float, depth: int, copies: int, rng: np.random.Generator, *, q: float = 1.0
) -> Floats:
    """Mean square of the outputs of `copies` tanh networks of finite width, one input each, (depth + 1, copies)."""
    weight, bias = float(_variance("weight", weight)), float(_variance("bias", bias, zero=True))
    width, copies = at_least("width", width, 1), at_least("copies", copies, 1)
    u = math.sqrt(_variance("q", q)) * rng.standard_normal((copies, width))
    rows = [_mean(u, u)]
    for _ in range(at_least("depth", depth, 0)):
        value = np.tanh(u)
        u = np.sqrt(weight * _mean(value, value) + bias)[:, None] * rng.standard_normal((copies, width))
        rows.append(_mean(u, u))
    return np.array(rows)
