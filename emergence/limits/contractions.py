"""Maps repeated, and the numbers that say whether they converge: Lipschitz constants in several norms, and μ.

d(T^k x, x*) <= c^k d(x, x*) if Lip(T) = c < 1; |e^(tA)| <= e^(μ t) with μ(A) = lim (|I + hA| - 1)/h as h falls to 0.
Sources: Banach 1922; Kim, Papamakarios and Mnih 2021 (attention); Söderlind 2006 (logarithmic norm).

All quantities are pure numbers. Matrices have shape (n, n), points (..., n). A value outside its range raises
ValueError with the parameter, the value and the range; nothing returns NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, finite, in_range, one_of, square
from emergence.operators.products import lipschitz_constant, spectral_radius

NORMS = ("1", "2", "∞")
"""Norms of vectors: the sum of absolute values, the Euclidean length, the greatest absolute value."""
_ORDERS = {"1": 1, "2": 2, "∞": np.inf}


# --- one unit that is fed its own output --------------------------------------------------------------------


def unit(x: ArrayLike, slope: float, offset: float) -> Floats:
    """T(x) = b + a tanh x. On the real line Lip(T) = |a|, the slope at 0. Shape as x."""
    return float(finite("offset", offset)) + float(finite("slope", slope)) * np.tanh(finite("x", x))


def unit_slope(x: ArrayLike, slope: float) -> Floats:
    """T'(x) = a (1 - tanh² x) of the `unit` with slope a. Shape as x."""
    return float(finite("slope", slope)) * (1 - np.tanh(finite("x", x)) ** 2)


def orbit(rule: Callable[[float], float], start: float, steps: int) -> Floats:
    """x_0 = start, x_k = rule(x_(k-1)): shape (steps + 1,)."""
    points = [float(finite("start", start))]
    for _ in range(at_least("steps", steps, 0)):
        points.append(float(rule(points[-1])))
    return finite("rule(x)", points)


def unit_fixed_points(slope: float, offset: float) -> Floats:
    """All x = b + a tanh x in ascending order: one for a <= 1, otherwise one to three. Shape (1 to 3,).

    x - T(x) is monotone between the places where T' = 1, cosh x = √a; each piece is searched by bisection.
    """
    slope, offset = float(finite("slope", slope)), float(finite("offset", offset))
    turn = math.acosh(math.sqrt(slope)) if slope > 1 else 0.0
    reach = abs(slope) + abs(offset) + 1
    ends = [-reach, -turn, turn, reach] if turn else [-reach, reach]
    found: list[float] = []

    def residual(x: float) -> float:
        return x - offset - slope * math.tanh(x)

    for low, high in zip(ends[:-1], ends[1:], strict=True):
        rises = residual(low) < residual(high)
        if residual(low) * residual(high) > 0:
            continue
        for _ in range(60):
            middle = (low + high) / 2
            if (residual(middle) < 0) == rises:
                low = middle
            else:
                high = middle
        found.append((low + high) / 2)
    # Where the line touches the curve, two pieces end in the same fixed point.
    return np.array([x for i, x in enumerate(found) if i == 0 or x - found[i - 1] > 1e-9])


def steps_until(contraction: float, first: float, distance: float) -> int:
    """Least k with c^k/(1 - c) first <= distance; first is d(x_1, x_0), and d(x_k, x*) is then at most `distance`.

    contraction c in (0, 1), both distances positive.
    """
    c = float(in_range("contraction", contraction, 0, 1))
    ratio = float(in_range("distance", distance)) * (1 - c) / float(in_range("first", first))
    return max(0, math.ceil(math.log(ratio) / math.log(c)))


# --- Banach's theorem with one hypothesis taken away --------------------------------------------------------


class Example(NamedTuple):
    """A map of a set of real numbers, an interval from low to high."""

    name: str
    rule: Callable[[float], float]
    set_name: str
    low: float
    high: float
    has_low: bool
    """whether `low` belongs to the set"""

    def holds(self, x: float) -> bool:
        """Whether the point is in the set."""
        return (x > self.low or (self.has_low and x == self.low)) and x <= self.high


EXAMPLES = {
    "nothing": Example("x/2 + 1", lambda x: x / 2 + 1, "[0, ∞)", 0, math.inf, True),
    "completeness": Example("x/2", lambda x: x / 2, "(0, 1]", 0, 1, False),
    "one c for all pairs": Example("x + 1/(1 + x)", lambda x: x + 1 / (1 + x), "[0, ∞)", 0, math.inf, True),
    "the self-map": Example("x/2 + 1", lambda x: x / 2 + 1, "[0, 1]", 0, 1, True),
}
"""What is taken away from the hypotheses, and a map that then goes nowhere."""


def orbit_in_the_set(dropped: str, start: float, steps: int) -> Floats:
    """The orbit of an example, up to `steps` steps; it ends with the first point that is not in the set.

    dropped: a key of EXAMPLES; start: a point of its set. Shape (at most steps + 1,).
    """
    example = EXAMPLES[one_of("dropped", dropped, tuple(EXAMPLES))]
    start = float(finite("start", start))
    if not example.holds(start):
        raise ValueError(f"start = {start:g} is outside the allowed range {example.set_name}")
    points = [start]
    for _ in range(at_least("steps", steps, 0)):
        points.append(example.rule(points[-1]))
        if not example.holds(points[-1]):
            break
    return np.array(points)


# --- Lipschitz constants from samples, and of attention ------------------------------------------------------


def distance_factors(map_: Callable[[Floats], ArrayLike], x: ArrayLike, y: ArrayLike, norm: str = "2") -> Floats:
    """d(Tx, Ty)/d(x, y) for pairs of different points, shape (pairs, n) each -> (pairs,). All are at most Lip(T)."""
    x, y = finite("x", x), finite("y", y)
    order = _ORDERS[one_of("norm", norm, NORMS)]
    before = np.linalg.norm(x - y, order, axis=-1)
    if not before.all():
        raise ValueError("x and y hold an equal pair; allowed are different points")
    return np.linalg.norm(np.subtract(map_(x), map_(y)), order, axis=-1) / before


def growing_factors(matrix: ArrayLike, direction: ArrayLike, steps: int) -> Floats:
    """|M d|/|d| for d, MᵀM d, (MᵀM)² d, …: they never fall, and all are at most |M|. Shape (steps + 1,).

    Power iteration: they tend to |M| unless d is orthogonal to all that M stretches most. M must not send d to 0.
    """
    matrix, d = finite("matrix", matrix), finite("direction", direction)
    factors = []
    for _ in range(at_least("steps", steps, 0) + 1):
        image = matrix @ d
        if not image.any():
            raise ValueError("direction is sent to 0 by the matrix; allowed are others")
        factors.append(np.linalg.norm(image) / np.linalg.norm(d))
        d = matrix.T @ image
        d = d / np.linalg.norm(d)
    return np.array(factors)


def weights_of_norm_one(size: int, rng: np.random.Generator) -> Floats:
    """A matrix of independent normal entries, divided by its largest singular value. size >= 1, shape (size, size)."""
    size = at_least("size", size, 1)
    weights = rng.normal(size=(size, size))
    return weights / lipschitz_constant(weights)


def _attention_shares(tokens: Floats) -> Floats:
    """Shares p_ij, softmax over j of x_i x_j, of tokens that are numbers, (..., n) -> (..., n, n)."""
    scores = tokens[..., :, None] * tokens[..., None, :]
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def attention(tokens: ArrayLike) -> Floats:
    """f_i = Σ_j p_ij x_j with p_ij ∝ e^(x_i x_j): one head of dot-product attention, tokens of one number each.

    Queries, keys and values are the tokens themselves. Shape (..., n) -> (..., n).
    """
    tokens = finite("tokens", tokens)
    return (_attention_shares(tokens) @ tokens[..., None])[..., 0]


def attention_jacobian(tokens: ArrayLike) -> Floats:
    """∂f_i/∂x_k = p_ik (1 + x_i (x_k - f_i)), and for k = i the variance of x under p_i besides. (n,) -> (n, n)."""
    x = finite("tokens", tokens)
    shares = _attention_shares(x)
    mean = shares @ x
    variance = np.maximum(shares @ x**2 - mean**2, 0)
    return shares * (1 + x[:, None] * (x - mean[:, None])) + np.diag(variance)


def attention_slope(radius: ArrayLike, pairs: int = 1) -> Floats:
    """∂f_1/∂x_1 at the tokens 0, and `pairs` times R and -R: (1 + 2 m R²)/(2 m + 1). radius R in [0, inf)."""
    radius = in_range("radius", radius, 0, math.inf, closed_low=True)
    pairs = at_least("pairs", pairs, 1)
    return (1 + 2 * pairs * radius**2) / (2 * pairs + 1)


def attention_bound(radius: ArrayLike) -> Floats:
    """1 + 2 R²: a bound of Lip of `attention` in the ∞-norm on tokens in [-R, R], however many they are.

    A row of the Jacobian has Σ_k p_k (1 + |x_i| |x_k - f|) + variance <= 1 + R · R + R².
    """
    return 1 + 2 * in_range("radius", radius, 0, math.inf, closed_low=True) ** 2


# --- norms of a matrix --------------------------------------------------------------------------------------


def operator_norm(matrix: ArrayLike, norm: str = "2") -> Floats:
    """Lip of x -> M x: greatest sum of |entries| of a column ('1') or a row ('∞'), greatest singular value ('2').

    Shape (..., n, n) -> (...).
    """
    return np.linalg.norm(square("matrix", matrix), _ORDERS[one_of("norm", norm, NORMS)], axis=(-2, -1))


def norm_in_basis(matrix: ArrayLike, basis: ArrayLike) -> float:
    """Lip of x -> M x in the norm |B⁻¹ x|, whose unit ball is the image of the Euclidean one under B (invertible)."""
    matrix, basis = square("matrix", matrix, exactly=True), square("basis", basis, exactly=True)
    if np.linalg.matrix_rank(basis) < len(basis):
        raise ValueError("basis is not invertible; allowed are invertible matrices")
    return float(lipschitz_constant(np.linalg.solve(basis, matrix @ basis)))


def discrete_lyapunov(matrix: ArrayLike, factor: float = 1.0) -> Floats:
    """The P with P - Nᵀ P N = I for N = M/factor: P = Σ (Nᵀ)^k N^k. Needs ρ(M) < factor. Shape (n, n).

    In the norm √(xᵀ P x) the map x -> M x has the Lipschitz constant factor √(1 - 1/λ_max(P)) < factor.
    """
    matrix = square("matrix", matrix, exactly=True)
    factor = float(in_range("factor", factor))
    radius = spectral_radius(matrix)
    if radius >= factor * (1 - 1e-9):
        raise ValueError(f"matrix has the spectral radius {radius:g}, outside the allowed range [0, {factor:g})")
    scaled, n = matrix / factor, len(matrix)
    # Row by row, Nᵀ P N is the product of Nᵀ ⊗ Nᵀ with P.
    p = np.linalg.solve(np.eye(n * n) - np.kron(scaled.T, scaled.T), np.eye(n).ravel()).reshape(n, n)
    return (p + p.T) / 2


def basis_of(form: ArrayLike) -> Floats:
    """An upper triangular B with xᵀ P x = |B⁻¹ x|², for a positive definite P. Shape (n, n)."""
    return np.linalg.inv(np.linalg.cholesky(square("form", form, exactly=True)).T)


# --- the logarithmic norm -----------------------------------------------------------------------------------


def logarithmic_norm(matrix: ArrayLike, norm: str = "2") -> float:
    """μ(A) = lim (|I + hA| - 1)/h as h -> 0 from above.

    '2': the greatest eigenvalue of (A + Aᵀ)/2; '∞': the greatest a_ii + Σ_(j≠i) |a_ij|; '1': the same by columns.
    """
    matrix = square("matrix", matrix, exactly=True)
    if one_of("norm", norm, NORMS) == "2":
        return float(np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1])
    diagonal = np.diag(matrix)
    return float((diagonal + np.abs(matrix - np.diag(diagonal)).sum(axis=1 if norm == "∞" else 0)).max())


def growth_quotient(matrix: ArrayLike, step: ArrayLike, norm: str = "2") -> Floats:
    """(|I + hA| - 1)/h for steps h > 0: it falls to μ(A) as h falls to 0, and tends to |A| for large h.

    Shape as step.
    """
    matrix, step = square("matrix", matrix, exactly=True), in_range("step", step)
    return (operator_norm(np.eye(len(matrix)) + step[..., None, None] * matrix, norm) - 1) / step


def spectral_abscissa(matrix: ArrayLike) -> float:
    """The greatest real part of the eigenvalues."""
    return float(np.linalg.eigvals(square("matrix", matrix, exactly=True)).real.max())


def plane_flow(matrix: ArrayLike, times: ArrayLike) -> Floats:
    """e^(tA) for a matrix with two rows, shape (times, 2, 2): what ẋ = Ax makes of x(0) after the time t.

    With A = τ I + B and B² = δ I it is e^(τ t) (cosh(√δ t) I + sinh(√δ t)/√δ B), cos and sin for δ < 0.
    """
    matrix, t = square("matrix", matrix, exactly=True), np.atleast_1d(finite("times", times))[:, None, None]
    if len(matrix) != 2:
        raise ValueError(f"matrix has {len(matrix)} rows; allowed are 2")
    middle = np.trace(matrix) / 2
    rest = matrix - middle * np.eye(2)
    delta = -(rest[0, 0] * rest[1, 1] - rest[0, 1] * rest[1, 0])
    root = math.sqrt(abs(delta))
    if root < 1e-8:
        even, odd = np.ones_like(t), t
    elif delta > 0:
        even, odd = np.cosh(root * t), np.sinh(root * t) / root
    else:
        even, odd = np.cos(root * t), np.sin(root * t) / root
    return np.exp(middle * t) * (even * np.eye(2) + odd * rest)
