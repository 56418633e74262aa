"""Infinite products of maps: stacked blocks x_k = T_k x_(k-1), and what their limit keeps of the input.

prod l(T_k) d(x, y) <= d(F_K x, F_K y) <= prod Lip(T_k) d(x, y), with F_K = T_K o ... o T_1 (forward order).
Sources: Diaconis and Freedman 1999; Bauschke and Combettes 2017; Bai, Kolter and Koltun 2019.

Layers are affine, T_k x = A_k x + b_k, unless a function says otherwise, and k counts from 1. Matrices have shape
(..., n, n), offsets (..., n), points (..., n). All quantities are pure numbers. A value outside its range raises
ValueError with the parameter, the value and the range; nothing returns NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, finite, in_range, one_of

PATTERNS = ("one side", "alternating", "slow swing")
"""How fixed points move: a/k^s, (-1)^(k+1) a/k^s, a sin(ln k)/k^s."""

SWITCHES = ("similarities", "projections in turn", "squeeze and undo")
"""Linear parts of the layers of `remembering_layers`."""


def _number(name: str, value: float, low: float, high: float, *, open_high: bool = False) -> float:
    """Return value as a float, or raise ValueError when it is outside the range (or NaN)."""
    return float(in_range(name, value, low, high, closed_low=True, closed_high=not open_high))


# --- Lipschitz constants of linear and affine maps ----------------------------------------------------------


def lipschitz_constant(matrix: ArrayLike) -> Floats:
    """Lip of x -> A x + b in the Euclidean norm, the largest singular value of A. Shape (..., n, n) -> (...)."""
    return np.linalg.svd(finite("matrix", matrix), compute_uv=False)[..., 0]


def lower_lipschitz_constant(matrix: ArrayLike) -> Floats:
    """Largest l with |Tx - Ty| >= l |x - y|: the smallest singular value. Shape (..., n, n) -> (...)."""
    return np.linalg.svd(finite("matrix", matrix), compute_uv=False)[..., -1]


def spectral_radius(matrix: ArrayLike) -> Floats:
    """The largest absolute value of the eigenvalues. Shape (..., n, n) -> (...)."""
    array = finite("matrix", matrix)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"matrix has the shape {array.shape}; allowed are square matrices")
    return np.abs(np.linalg.eigvals(array)).max(axis=-1)


ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "ReLU": lambda u: np.maximum(u, 0.0),
    "tanh": np.tanh,
    "none": lambda u: u,
}
"""What the units of `dense_layer` do to their argument."""


def dense_layer(points: ArrayLike, matrix: ArrayLike, bias: ArrayLike, activation: str) -> Floats:
    """phi(W x + b), one layer of a network, with phi from ACTIVATIONS. Shapes (..., n), (m, n), (m,) -> (..., m)."""
    one_of("activation", activation, tuple(ACTIVATIONS))
    affine = finite("points", points) @ finite("matrix", matrix).T + finite("bias", bias)
    return ACTIVATIONS[activation](affine)


def dense_layer_constants(matrix: ArrayLike, activation: str) -> tuple[float, float]:
    """Lower Lipschitz constant and Lip of x -> phi(W x + b) on the whole space, W invertible, whatever b.

    W x + b then takes every value. Where all units of ReLU are on, or those of tanh near 0, the layer acts like W;
    where all are off, or saturated, it (nearly) merges its inputs.
    """
    one_of("activation", activation, tuple(ACTIVATIONS))
    low, high = float(lower_lipschitz_constant(matrix)), float(lipschitz_constant(matrix))
    if low == 0:
        raise ValueError("matrix has the singular value 0; allowed are invertible matrices")
    return (low if activation == "none" else 0.0), high


def rotation(angle: float) -> Floats:
    """Rotation of the plane by `angle` (radians), shape (2, 2): Lip 1, lower constant 1."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s], [s, c]])


def reflection(angle: float) -> Floats:
    """Reflection in the line through 0 at angle/2 (radians), shape (2, 2); its fixed points are that line."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, s], [s, -c]])


def projection(angle: float) -> Floats:
    """Orthogonal projection onto the line through 0 at `angle` (radians), shape (2, 2): Lip 1, lower constant 0."""
    u = np.array([math.cos(angle), math.sin(angle)])
    return np.outer(u, u)


def averaged(matrix: ArrayLike, weight: float) -> Floats:
    """(1 - w) I + w A, the averaged map of Krasnosel'skii and Mann. w in [0, 1]; shape (n, n)."""
    matrix = finite("matrix", matrix)
    weight = _number("weight", weight, 0, 1)
    return (1 - weight) * np.eye(matrix.shape[-1]) + weight * matrix


def turning_projections(depth: int, exponent: float) -> tuple[Floats, Floats]:
    """Where (1, 0) is after k projections onto lines through 0, of which line k lies at 1 + 2^-s + ... + k^-s radians.

    Returns the angle, which is that of the line, and the distance from 0: cos(1) cos(2^-s) ... cos(k^-s), since a
    projection multiplies it by the cosine of the angle to the line before. Shapes (depth + 1,); s in [0, inf).
    """
    k = np.arange(1, at_least("depth", depth, 1) + 1, dtype=float)
    turn = k ** -_number("exponent", exponent, 0, math.inf, open_high=True)
    return np.concatenate([[0.0], np.cumsum(turn)]), np.concatenate([[1.0], np.cumprod(np.cos(turn))])


def averaged_rotation_factor(angle: float, weight: float) -> float:
    """|1 - w + w e^(i angle)| = sqrt(1 - 4 w (1 - w) sin^2(angle/2)): each averaged step multiplies the norm by it.

    w = 1/2 gives |cos(angle/2)|. angle in radians, w in [0, 1].
    """
    weight = _number("weight", weight, 0, 1)
    return math.hypot(1 - weight + weight * math.cos(angle), weight * math.sin(angle))


# --- products of affine maps in both orders -----------------------------------------------------------------


class Affine(NamedTuple):
    """Affine maps x -> A x + b: matrices of shape (..., n, n) and offsets of shape (..., n)."""

    matrix: Floats
    offset: Floats

    def __call__(self, points: ArrayLike) -> Floats:
        """Image of points of shape (..., n), broadcasting against the maps."""
        return (self.matrix @ np.asarray(points, dtype=float)[..., None])[..., 0] + self.offset

    def after(self, inner: Affine) -> Affine:
        """The composition: first `inner`, then this map."""
        return Affine(self.matrix @ inner.matrix, self(inner.offset))


def _layers(layers: Affine) -> Affine:
    matrix, offset = finite("matrix", layers.matrix), finite("offset", layers.offset)
    if matrix.ndim < 3 or matrix.shape[-1] != matrix.shape[-2] or offset.shape != matrix.shape[:-1]:
        raise ValueError(
            f"layers have matrices of shape {matrix.shape} and offsets of shape {offset.shape}; "
            "allowed are (depth, ..., n, n) and (depth, ..., n)"
        )
    return Affine(matrix, offset)


def forward_products(layers: Affine) -> Affine:
    """F_k = T_k o ... o T_1 for k = 1 ... depth: new layers are put at the output.

    layers: matrices (depth, ..., n, n), offsets (depth, ..., n). Same shapes come back.
    """
    layers = _layers(layers)
    matrices, offsets = np.empty_like(layers.matrix), np.empty_like(layers.offset)
    product = Affine(np.eye(layers.matrix.shape[-1]), np.zeros(layers.matrix.shape[-1]))
    for k in range(len(layers.matrix)):
        product = Affine(layers.matrix[k], layers.offset[k]).after(product)
        matrices[k], offsets[k] = product
    return Affine(matrices, offsets)


def backward_products(layers: Affine) -> Affine:
    """B_k = T_1 o ... o T_k for k = 1 ... depth: new layers are put at the input. Shapes as in forward_products."""
    layers = _layers(layers)
    matrices, offsets = np.empty_like(layers.matrix), np.empty_like(layers.offset)
    product = Affine(np.eye(layers.matrix.shape[-1]), np.zeros(layers.matrix.shape[-1]))
    for k in range(len(layers.matrix)):
        product = product.after(Affine(layers.matrix[k], layers.offset[k]))
        matrices[k], offsets[k] = product
    return Affine(matrices, offsets)


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(3) / 2]])


def corner_maps(ratio: float, angle: float = 0.0) -> Affine:
    """Three contractions towards the corners v_i of a triangle: x -> v_i + ratio R(angle)(x - v_i).

    ratio in [0, 1), angle in radians. Shapes (3, 2, 2) and (3, 2). Each has Lip = lower constant = ratio and the
    fixed point v_i. ratio 1/2 and angle 0, chosen at random again and again, draw Sierpinski's triangle.
    """
    ratio = _number("ratio", ratio, 0, 1, open_high=True)
    matrix = ratio * rotation(angle)
    return Affine(np.broadcast_to(matrix, (3, 2, 2)), CORNERS - CORNERS @ matrix.T)


def invariant_set(maps: Affine, start: ArrayLike, spacing: float) -> Floats:
    """Points of the one compact set that is the union of its images under the contractions, shape (points, n).

    `start`, shape (n,), must lie in the set, as the fixed points of the maps do; then all images do. They are followed
    into every cell of a grid with this spacing that they reach, and one point is kept of each (Hutchinson 1981).
    """
    fresh = finite("start", start)[None]
    spacing = float(in_range("spacing", spacing, 0))
    keys = 1 << 20 * np.arange(fresh.shape[-1])  # one number for each cell
    kept, seen = [fresh], np.floor(fresh / spacing).astype(np.int64) @ keys
    while len(fresh):
        fresh = maps(fresh[:, None]).reshape(-1, fresh.shape[-1])
        cells, first = np.unique(np.floor(fresh / spacing).astype(np.int64) @ keys, return_index=True)
        new = ~np.isin(cells, seen)
        fresh, seen = fresh[first[new]], np.concatenate([seen, cells[new]])
        kept.append(fresh)
    return np.concatenate(kept)


def random_layers(
    depth: int, ratio: float, angle: float, rng: np.random.Generator, copies: int | None = None
) -> Affine:
    """`depth` independent layers, each one of the `corner_maps` with probability 1/3.

    Shapes (depth, 2, 2) and (depth, 2); with `copies`, that many independent sequences: (depth, copies, 2, 2).
    """
    maps = corner_maps(ratio, angle)
    depth = at_least("depth", depth, 1)
    choice = rng.integers(3, size=depth if copies is None else (depth, copies))
    return Affine(maps.matrix[choice], maps.offset[choice])


def largest_cdf_difference(first: ArrayLike, second: ArrayLike) -> float:
    """Kolmogorov-Smirnov distance between two samples of numbers, each of shape (n,), in [0, 1]."""
    first, second = np.sort(finite("first", first)), np.sort(finite("second", second))
    places = np.concatenate([first, second])
    difference = np.searchsorted(first, places, "right") / len(first) - np.searchsorted(second, places, "right") / len(
        second
    )
    return float(np.abs(difference).max())


# --- uniform contractions with moving fixed points ----------------------------------------------------------


def moving_fixed_points(depth: int, amplitude: float, exponent: float, pattern: str = "one side") -> Floats:
    """Fixed points p_k on the line for k = 1 ... depth, shape (depth,).

    'one side': a/k^s; 'alternating': (-1)^(k+1) a/k^s; 'slow swing': a sin(ln k)/k^s. s in [0, inf). They converge
    for s > 0, and for s = 0 on one side; with s = 0 the slow swing never settles although its steps go to 0.
    """
    k = np.arange(1, at_least("depth", depth, 1) + 1, dtype=float)
    exponent = _number("exponent", exponent, 0, math.inf, open_high=True)
    one_of("pattern", pattern, PATTERNS)
    shape = {
        "one side": np.ones_like(k),
        "alternating": np.where(k % 2 == 1, 1.0, -1.0),
        "slow swing": np.sin(np.log(k)),
    }
    return float(finite("amplitude", amplitude)) * shape[pattern] / k**exponent


def limit_of_fixed_points(amplitude: float, exponent: float, pattern: str = "one side") -> float | None:
    """Limit of `moving_fixed_points`, or None where there is none."""
    exponent = _number("exponent", exponent, 0, math.inf, open_high=True)
    one_of("pattern", pattern, PATTERNS)
    if exponent > 0 or amplitude == 0:
        return 0.0
    return float(amplitude) if pattern == "one side" else None


def contraction_orbit(contraction: float, fixed_points: ArrayLike, start: ArrayLike) -> Floats:
    """F_k x for T_k x = p_k + c (x - p_k): shape (depth + 1, ...) with the input first.

    contraction: c in [0, 1). fixed_points: shape (depth,). start: numbers of any shape (...).
    """
    contraction = _number("contraction", contraction, 0, 1, open_high=True)
    fixed_points, x = finite("fixed_points", fixed_points), finite("start", start)
    orbit = np.empty((len(fixed_points) + 1, *x.shape))
    orbit[0] = x
    for k, p in enumerate(fixed_points):
        x = p + contraction * (x - p)
        orbit[k + 1] = x
    return orbit


def two_cycle(amplitude: float, contraction: float) -> float:
    """The orbit of T_k x = p_k + c (x - p_k) with p_k = +-a in turn ends in +-a (1 - c)/(1 + c). c in [0, 1)."""
    contraction = _number("contraction", contraction, 0, 1, open_high=True)
    return float(amplitude) * (1 - contraction) / (1 + contraction)


# --- what is remembered -------------------------------------------------------------------------------------


def remembering_factors(product: float, depth: int) -> Floats:
    """Factors l_k, k = 1 ... depth, whose infinite product is `product` in [0, 1]. Shape (depth,).

    product > 0: l_k = product^(1/(k (k+1))), so the first K multiply to product^(K/(K+1)). product = 0: l_k = 1/2.
    """
    product = _number("product", product, 0, 1)
    k = np.arange(1, at_least("depth", depth, 1) + 1, dtype=float)
    return product ** (1 / (k * (k + 1))) if product > 0 else np.full_like(k, 0.5)


def drifting_centre(depth: int, exponent: float, stride: float = 1.0) -> Floats:
    """Centres c_0 ... c_depth on the unit circle, step k turning by stride/k^exponent. Shape (depth + 1, 2).

    They converge exactly for exponent > 1, where the angles have a finite sum; up to 1 they circle for ever although
    the steps go to zero for every exponent > 0. exponent in [0, inf); stride in radians.
    """
    exponent = _number("exponent", exponent, 0, math.inf, open_high=True)
    k = np.arange(1, at_least("depth", depth, 1) + 1, dtype=float)
    angle = np.concatenate([[0.0], np.cumsum(float(finite("stride", stride)) / k**exponent)])
    return np.column_stack([np.cos(angle), np.sin(angle)])


def remembering_layers(depth: int, drift: float, product: float, linear: str = "similarities") -> Affine:
    """Layers T_k x = c_k + A_k (x - c_(k-1)) in the plane: the centre is carried along, distances from it change.

    c_k is `drifting_centre` with exponent `drift`; A_k = l_k D_k with l_k from `remembering_factors` and D_k by
    `linear`: 'similarities' D_k = I; 'projections in turn' onto the first axis, the second, the first ...;
    'squeeze and undo' D_(2j-1) = diag(1 + 1/j, 1/(1 + 1/j)) and D_(2j) its inverse.
    Then F_K x = c_K + A_K ... A_1 (x - c_0). Shapes (depth, 2, 2) and (depth, 2).
    """
    centre = drifting_centre(depth, drift)
    one_of("linear", linear, SWITCHES)
    k = np.arange(1, depth + 1)
    if linear == "similarities":
        diagonal = np.ones((depth, 2))
    elif linear == "projections in turn":
        diagonal = np.column_stack([k % 2 == 1, k % 2 == 0]).astype(float)
    else:
        stretch = (1 + 1 / ((k + 1) // 2)) ** np.where(k % 2 == 1, 1.0, -1.0)
        diagonal = np.column_stack([stretch, 1 / stretch])
    matrix = remembering_factors(product, depth)[:, None, None] * diagonal[:, :, None] * np.eye(2)
    return Affine(matrix, centre[1:] - np.einsum("kij,kj->ki", matrix, centre[:-1]))


# --- norms --------------------------------------------------------------------------------------------------


def _powers(power: ArrayLike) -> NDArray[np.int_]:
    k = np.asarray(power)
    if not ((k >= 0) & (k == np.floor(k))).all():
        raise ValueError(f"power = {power!r} has an entry that is not an integer in [0, inf)")
    return k.astype(int)


def jordan_power_norm(diagonal: float, coupling: float, power: ArrayLike, weight: float = 1.0) -> Floats:
    """|M^k| for M = [[q, b], [0, q]] in the norm |(x, w y)|, w = weight > 0; w = 1 is the Euclidean norm.

    M^k = [[q^k, k q^(k-1) b], [0, q^k]]; weighting divides the corner by w; and [[a, t], [0, a]] has the norm
    (|t| + sqrt(t^2 + 4 a^2))/2. diagonal q in [0, inf), coupling b real, power: integers k >= 0 of any shape.
    """
    diagonal = _number("diagonal", diagonal, 0, math.inf, open_high=True)
    weight = float(in_range("weight", weight))
    k = _powers(power).astype(float)
    a = diagonal**k
    t = np.abs(k * diagonal ** np.maximum(k - 1, 0) * float(finite("coupling", coupling)) / weight)
    return (t + np.hypot(t, 2 * a)) / 2


def contracting_weight(diagonal: float, coupling: float) -> float:
    """Least weight w for which [[q, b], [0, q]] is nonexpansive in |(x, w y)|: |b|/(1 - q^2). q in [0, 1)."""
    diagonal = _number("diagonal", diagonal, 0, 1, open_high=True)
    return abs(float(finite("coupling", coupling))) / (1 - diagonal**2)


def alternating_power_norm(diagonal: float, coupling: float, power: ArrayLike, weight: float = 1.0) -> Floats:
    """Norm of ... M^T M M^T M (k factors) for M = [[q, b], [0, q]], with the parameters of `jordan_power_norm`.

    With w = 1 it is |M|^k, for M^T M has the norm |M|^2: the spectral radius q of the single layers says nothing
    about this product.
    """
    single, k = jordan_power_norm(diagonal, coupling, 1, weight), _powers(power)
    if weight == 1:
        return single**k
    layer, products = np.array([[diagonal, coupling], [0, diagonal]]), [np.eye(2)]
    for i in range(k.max(initial=0)):
        products.append((layer.T if i % 2 else layer) @ products[-1])
    scale = np.array([[1, 1 / weight], [weight, 1]])  # entry (i, j) of D A D^-1 over that of A, D = diag(1, w)
    return lipschitz_constant(products * scale)[k]


# --- input injection ----------------------------------------------------------------------------------------


def injected_orbit(inputs: ArrayLike, feedback: float, gain: float, depth: int) -> Floats:
    """z_k = tanh(a z_(k-1) + g x) from z_0 = x, for k = 0 ... depth: the input x enters every layer.

    feedback a in [-2, 2], gain g in [0, inf); gain 0 is a plain stack. Shape (depth + 1, ...).
    """
    x = finite("inputs", inputs)
    feedback = _number("feedback", feedback, -2, 2)
    gain = _number("gain", gain, 0, math.inf, open_high=True)
    orbit = np.empty((at_least("depth", depth, 0) + 1, *x.shape))
    orbit[0] = x
    for k in range(depth):
        orbit[k + 1] = np.tanh(feedback * orbit[k] + gain * x)
    return orbit


def equilibrium(inputs: ArrayLike, feedback: float, gain: float, tolerance: float = 1e-12) -> Floats:
    """The fixed point z = tanh(a z + g x) for each input x, to `tolerance`. Shape as inputs.

    Needs Lip in z below one: |feedback| in [0, 1). Then z is unique, and x -> z has Lip at most g/(1 - |a|).
    Newton's method on z - tanh(a z + g x), whose derivative is at least 1 - |a|, kept inside [-1, 1].
    """
    x = finite("inputs", inputs)
    _number("|feedback|", abs(feedback), 0, 1, open_high=True)
    gain = _number("gain", gain, 0, math.inf, open_high=True)
    low, high = np.full_like(x, -1.0), np.full_like(x, 1.0)
    z = np.zeros_like(x)
    for _ in range(200):
        image = np.tanh(feedback * z + gain * x)
        residual = z - image
        # The residual rises in z, so its sign says on which side the fixed point lies.
        low, high = np.where(residual < 0, z, low), np.where(residual > 0, z, high)
        if np.all(np.abs(residual) <= tolerance * (1 - abs(feedback))):
            return z
        step = z - residual / (1 - feedback * (1 - image**2))
        z = np.where((step > low) & (step < high), step, (low + high) / 2)
    raise RuntimeError("the fixed point was not found in 200 steps")
