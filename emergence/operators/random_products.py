"""Products of random matrices: what K layers drawn at random do to a length, to an angle, and in the worst case.

With entries N(0, sigma^2/n), ln|A_K ... A_1 u| is a sum of K independent terms ln(sigma chi_n/sqrt(n)).
Sources: Furstenberg and Kesten 1960; Newman 1986; Rota and Strang 1960 and Jungers 2009 (joint spectral radius).

Logarithms are natural, lengths are Euclidean, and every quantity is a pure number. Layers have shape
(depth, copies, n, n), one network for each copy. A value outside its range raises ValueError with the parameter, the
value and the range; nothing returns NaN, and a network whose output is exactly 0 has the log length -inf.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of, square
from emergence.operators.products import lipschitz_constant, rotation, spectral_radius

UNITS = ("none", "ReLU")
"""What stands between the matrices: nothing (entries N(0, sigma^2/n)), or ReLU (entries N(0, 2 sigma^2/n))."""

SOURCES = ("independent", "sticky", "chosen once", "heavy tails")
"""How the layers of `switched_layers` are drawn."""

EULER = 0.57721566490153286
"""Euler's constant, -psi(1)."""

MOST_PRODUCTS = 5000
"""How many products `radius_bounds` multiplies out at most."""

_REACH = 6.0  # of the log weight of a ruler, and of its shear


# --- one matrix, and a family of matrices --------------------------------------------------------------------


def _norm_2x2(matrix: Floats) -> Floats:
    """Largest singular value of 2 x 2 matrices without iteration: half the sum of the lengths of two vectors."""
    a, b, c, d = (matrix[..., i, j] for i in (0, 1) for j in (0, 1))
    return (np.hypot(a + d, b - c) + np.hypot(a - d, b + c)) / 2


def _radius_2x2(matrix: Floats) -> Floats:
    """Largest absolute eigenvalue of 2 x 2 matrices, from the quadratic equation."""
    a, b, c, d = (matrix[..., i, j] for i in (0, 1) for j in (0, 1))
    root = ((a - d) / 2) ** 2 + b * c  # negative for a complex pair, whose absolute value is the root of ad - bc
    real = np.abs(a + d) / 2 + np.sqrt(np.maximum(root, 0))
    return np.where(root >= 0, real, np.sqrt(np.maximum(((a + d) / 2) ** 2 - root, 0)))


def radius_bounds(family: ArrayLike, length: int) -> tuple[Floats, Floats]:
    """Bounds of the joint spectral radius from all products of at most k = 1 ... length matrices of the family.

    max rho(P)^(1/k) <= joint spectral radius <= max |P|^(1/k), over the products P of k factors, for every k. Returned
    are the best bound from below and the best from above up to each k: family (..., m, n, n) -> two of (length, ...).
    m^length may be at most 5000.
    """
    family = square("family", family, 3)
    length, count = at_least("length", length, 1), family.shape[-3]
    if count**length > MOST_PRODUCTS:
        raise ValueError(f"length = {length} gives {count}^{length} products; allowed are at most {MOST_PRODUCTS}")
    plane = family.shape[-1] == 2  # where formulas are many times faster
    radius, norm = (_radius_2x2, _norm_2x2) if plane else (spectral_radius, lipschitz_constant)
    products, lower, upper = family, [], []
    for k in range(1, length + 1):
        if k > 1:
            products = products[..., :, None, :, :] @ family[..., None, :, :, :]
            products = products.reshape(*family.shape[:-3], -1, *family.shape[-2:])
        lower.append(radius(products).max(axis=-1) ** (1 / k))
        upper.append(norm(products).max(axis=-1) ** (1 / k))
    return np.maximum.accumulate(lower), np.minimum.accumulate(upper)


def in_ruler(family: Floats, weight: ArrayLike, shear: ArrayLike) -> Floats:
    """L A L^-1 with L = [[1, s], [0, w]]: A as it acts on lengths measured as |L x|. Shapes broadcast.

    The norm of one such matrix is `contractions.norm_in_basis` of A in the basis L^-1. Here the inverse is written out,
    because the search in `best_ruler` goes through thousands.
    """
    weight, shear = np.broadcast_arrays(np.asarray(weight, dtype=float), np.asarray(shear, dtype=float))
    ruler, inverse = np.zeros((*weight.shape, 2, 2)), np.zeros((*weight.shape, 2, 2))
    ruler[..., 0, 0], ruler[..., 0, 1], ruler[..., 1, 1] = 1, shear, weight
    inverse[..., 0, 0], inverse[..., 0, 1], inverse[..., 1, 1] = 1, -shear / weight, 1 / weight
    return ruler @ family @ inverse


def best_ruler(family: ArrayLike) -> tuple[float, float, float]:
    """A norm |L x|, L = [[1, s], [0, w]], in which the largest norm of the family is small: (that norm, w, s).

    The largest norm bounds the joint spectral radius from above whatever L is. It is quasiconvex in L^T L, so a search
    in ln w within a search in s finds the least one with both in [-6, 6]. family: shape (m, 2, 2).
    """
    family = square("family", family, 3)
    grid, shear, reach = np.linspace(-1, 1, 11), 0.0, _REACH
    while reach > 1e-4:
        shears = np.clip(shear + reach * grid, -_REACH, _REACH)
        log_weights, width = np.zeros(len(grid)), _REACH
        while width > 1e-4:
            tried = np.clip(log_weights[:, None] + width * grid, -_REACH, _REACH)
            largest = _norm_2x2(in_ruler(family, np.exp(tried)[..., None], shears[:, None, None])).max(axis=-1)
            best = largest.argmin(axis=1)
            log_weights = tried[np.arange(len(grid)), best]
            width *= 0.2
        bounds = largest[np.arange(len(grid)), best]
        chosen = int(bounds.argmin())
        shear, reach = float(shears[chosen]), reach * 0.2
    return float(bounds[chosen]), math.exp(log_weights[chosen]), shear


def turned_pair(angle: ArrayLike, diagonal: float, coupling: float = 2.0) -> Floats:
    """A = [[q, b], [0, q]], and A turned: B = R A R^-1 with the rotation R by `angle` (radians).

    Shape (...) -> (..., 2, 2, 2). A quarter turn of [[0, 2], [0, 0]] is minus its transpose.
    """
    angle = in_range("angle", angle, -math.inf)
    diagonal = float(in_range("diagonal", diagonal, closed_low=True))
    coupling = float(in_range("coupling", coupling, closed_low=True))
    c, s = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
    layer = np.array([[diagonal, coupling], [0.0, diagonal]])
    turned = turn @ layer @ np.swapaxes(turn, -1, -2)
    return np.stack([np.broadcast_to(layer, turned.shape), turned], axis=-3)


# --- Gaussian layers: exact values --------------------------------------------------------------------------


@cache
def digamma_half(n: int) -> float:
    """psi(n/2), n = 1, 2, ...: from psi(1/2) = -gamma - 2 ln 2, psi(1) = -gamma and psi(x + 1) = psi(x) + 1/x."""
    n = at_least("n", n, 1)
    first = -EULER if n % 2 == 0 else -EULER - 2 * math.log(2)
    return first + math.fsum(2 / j for j in range(2 - n % 2, n, 2))


@cache
def trigamma_half(n: int) -> float:
    """psi'(n/2), n = 1, 2, ...: from psi'(1/2) = pi^2/2, psi'(1) = pi^2/6 and psi'(x + 1) = psi'(x) - 1/x^2."""
    n = at_least("n", n, 1)
    return math.pi**2 / (6 if n % 2 == 0 else 2) - math.fsum(4 / j**2 for j in range(2 - n % 2, n, 2))


def gaussian_exponent(width: int, sigma: float = 1.0, index: int = 1) -> float:
    """Lyapunov exponent number `index` of n x n layers with entries N(0, sigma^2/n) (Newman 1986).

    ln sigma + (ln(2/n) + psi((n - index + 1)/2))/2, in nats per layer; index 1 is the largest. n = width.
    """
    width = at_least("width", width, 1)
    index = int(in_range("index", at_least("index", index, 1), 1, width, closed_low=True, closed_high=True))
    return math.log(in_range("sigma", sigma)) + (math.log(2 / width) + digamma_half(width - index + 1)) / 2


def gaussian_variance(width: int) -> float:
    """Variance of ln|A u| for one Gaussian layer and a unit vector u, psi'(n/2)/4, about 1/(2n)."""
    return trigamma_half(width) / 4


def relu_moments(width: int, sigma: float = 1.0) -> tuple[float, float, float]:
    """Mean and variance of ln|max(0, A u)| given that it is not 0, and the probability 2^-n that it is 0.

    One ReLU layer with entries N(0, 2 sigma^2/n) and no bias; about ln sigma - 5/(4n) and 5/(4n) if it is wide.

    m units are on with probability binom(n, m)/2^n, and then |max(0, A u)|^2 = (2 sigma^2/n) chi^2_m.
    """
    width = at_least("width", width, 1)
    log_sigma = math.log(in_range("sigma", sigma))
    on = range(1, width + 1)
    weights = np.array([math.exp(math.log(math.comb(width, m)) - width * math.log(2)) for m in on])
    weights /= weights.sum()
    means = np.array([(math.log(4 / width) + digamma_half(m)) / 2 for m in on])
    mean = float(weights @ means)
    variance = float(weights @ [trigamma_half(m) / 4 for m in on] + weights @ (means - mean) ** 2)
    return log_sigma + mean, variance, 2.0**-width


def units_moments(width: int, sigma: float = 1.0, units: str = "none") -> tuple[float, float]:
    """Mean and variance of the log factor by which one layer changes a length (for ReLU: given that it is not 0)."""
    if one_of("units", units, UNITS) == "ReLU":
        return relu_moments(width, sigma)[:2]
    return gaussian_exponent(width, sigma), gaussian_variance(width)


# --- simulation ---------------------------------------------------------------------------------------------


def log_lengths(
    width: int, depth: int, copies: int, rng: np.random.Generator, *, sigma: float = 1.0, units: str = "none"
) -> Floats:
    """ln(|x_k|/|x_0|) for k = 0 ... depth in `copies` random networks, shape (depth + 1, copies).

    The direction of an output is independent of the next matrix, and a Gaussian matrix treats all directions alike. So
    the factors of the layers are independent, each with the law of sigma chi_n/sqrt(n) (for ReLU: of
    sigma sqrt(2/n) chi_m with m of n fair coins heads), and no matrix need be drawn.
    """
    width, depth, copies = at_least("width", width, 1), at_least("depth", depth, 0), at_least("copies", copies, 1)
    scale = 2 * math.log(in_range("sigma", sigma)) - math.log(width)
    if one_of("units", units, UNITS) == "ReLU":
        on = rng.binomial(width, 0.5, size=(depth, copies))
        squares, scale = 2 * rng.standard_gamma(on / 2), scale + math.log(2)
    else:
        squares = rng.chisquare(width, size=(depth, copies))
    with np.errstate(divide="ignore"):
        steps = (scale + np.log(squares)) / 2
    return np.concatenate([np.zeros((1, copies)), np.cumsum(steps, axis=0)])


def gaussian_layers(depth: int, width: int, rng: np.random.Generator, *, sigma: float = 1.0, copies: int = 1) -> Floats:
    """Matrices with independent entries N(0, sigma^2/n), shape (depth, copies, n, n)."""
    width, scale = at_least("width", width, 1), float(in_range("sigma", sigma))
    return rng.normal(
        0, scale / math.sqrt(width), (at_least("depth", depth, 1), at_least("copies", copies, 1), width, width)
    )


def finite_exponents(layers: ArrayLike) -> Floats:
    """ln of the growth of nested volumes under the first k layers, per layer, which tends to the Lyapunov exponents.

    An orthogonal frame goes through the layers and is made orthogonal again after each (QR); column j collects by how
    much the j-th direction, across those before it, was stretched. The matrices must be
    invertible. Shape (depth, copies, n, n) -> (depth, copies, n).
    """
    layers = square("layers", layers, 4)
    frame, total, rows = np.eye(layers.shape[-1]), 0.0, np.empty(layers.shape[:-1])
    for k, layer in enumerate(layers):
        frame, triangle = np.linalg.qr(layer @ frame)
        stretched = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
        if not (stretched > 0).all():
            raise ValueError(f"layers has a singular matrix at index {k}; allowed are invertible ones")
        total = total + np.log(stretched)
        rows[k] = total / (k + 1)
    return rows


def angles_of_two(layers: ArrayLike) -> Floats:
    """Angle (radians, in [0, pi/2]) between the lines through A_k ... A_1 e_1 and A_k ... A_1 e_2, for k = 0 ... depth.

    The second vector is kept as p u + s w, with u along the first and w across it, so that an angle of 1e-100 has all
    its digits. Shape (depth, copies, n, n) -> (depth + 1, copies), n at least 2; the matrices must be invertible.
    """
    layers = square("layers", layers, 4)
    copies, width = layers.shape[1], int(in_range("width", layers.shape[-1], 2, closed_low=True))
    u, w = np.zeros((2, copies, width))
    u[:, 0], w[:, 1] = 1, 1
    along, across = np.zeros(copies), np.ones(copies)
    rows = np.full((len(layers) + 1, copies), math.pi / 2)
    for k, layer in enumerate(layers):
        a, b = (layer @ u[..., None])[..., 0], (layer @ w[..., None])[..., 0]
        length = np.linalg.norm(a, axis=-1)
        if not length.all():
            raise ValueError(f"layers has a singular matrix at index {k}; allowed are invertible ones")
        u = a / length[:, None]
        overlap = (u * b).sum(axis=-1)
        b = b - overlap[:, None] * u
        height = np.linalg.norm(b, axis=-1)
        w = b / height[:, None]
        along, across = along * length + across * overlap, across * height
        size = np.hypot(along, across)
        along, across = along / size, across / size
        rows[k + 1] = np.arctan2(across, np.abs(along))
    return rows


def switched_layers(
    source: str, depth: int, angle: float, rng: np.random.Generator, copies: int = 1
) -> tuple[Floats, Floats]:
    """Layers that stretch, diag(2, 1/2), or turn by `angle` (radians), and log factors by which they are multiplied.

    'independent': a fair coin for each layer. 'sticky': as the layer before with probability 9/10 (stationary and
    ergodic). 'chosen once': one coin for each network (stationary, not ergodic). 'heavy tails': independent, and each
    layer is also multiplied by the exponential of a Cauchy variable, so that E log+|A| is infinite; the log factors are
    0 otherwise.
    Shapes (depth, copies, 2, 2) and (depth, copies).
    """
    depth, copies = at_least("depth", depth, 1), at_least("copies", copies, 1)
    pair = np.array([np.diag([2.0, 0.5]), rotation(float(in_range("angle", angle, -math.inf)))])
    coins = rng.integers(2, size=(depth, copies))
    factors = np.zeros((depth, copies))
    if one_of("source", source, SOURCES) == "sticky":
        changes = rng.random((depth, copies)) < 0.1
        changes[0] = coins[0] == 1
        coins = np.cumsum(changes, axis=0) % 2
    elif source == "chosen once":
        coins = np.broadcast_to(coins[0], coins.shape)
    elif source == "heavy tails":
        factors = rng.standard_cauchy((depth, copies))
    return pair[coins], factors


def log_norms(layers: ArrayLike, factors: ArrayLike = 0.0) -> Floats:
    """ln|A_k ... A_1| for k = 1 ... depth, |.| the largest singular value. (depth, copies, 2, 2) -> (depth, copies).

    factors: logarithms by which the layers are multiplied, shape (depth, copies).
    """
    layers = square("layers", layers, 4)
    if layers.shape[-1] != 2:
        raise ValueError(f"layers has the shape {layers.shape}; allowed are 2 x 2 matrices")
    product, products, sizes = np.eye(2), np.empty_like(layers), np.empty(layers.shape[:2])
    for k, layer in enumerate(layers):
        product = layer @ product
        sizes[k] = np.abs(product).max(axis=(-2, -1))
        if not sizes[k].all():
            raise ValueError(f"layers multiply to 0 at index {k}; allowed are products that do not vanish")
        product = product / sizes[k, :, None, None]
        products[k] = product
    return np.cumsum(np.log(sizes) + factors, axis=0) + np.log(_norm_2x2(products))
