"""Models that fit every noisy label: what that costs, exactly where it is known and simulated where it is not.

With n examples of p independent normal features, least squares of least norm has the expected excess risk
sigma^2 p/(n-p-1) for p < n-1, and r^2 (1-n/p) + sigma^2 n/(p-n-1) for p > n+1. Sources: Hastie et al., Ann. Statist.
2022; Belkin, Hsu and Xu, SIAM J. Math. Data Sci. 2020; Bartlett et al., PNAS 2020; Mallinar et al., NeurIPS 2022.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, finite, in_range, one_of

# --- least squares with independent normal features -------------------------------------------------------------


def noise_factor(examples: ArrayLike, weights: ArrayLike) -> Floats:
    """Mean of the sum of squares of X⁺ e for unit noise e: min(n, p)/(|n - p| - 1), infinite for |n - p| <= 1.

    X: n x p, independent standard normal entries. Shape: that of the two, broadcast. It is the same for (p, n).
    Between the integers, which alone have a meaning, the formula is continued. Raises ValueError for numbers outside
    of (0, inf).
    """
    n, p = np.broadcast_arrays(in_range("examples", examples), in_range("weights", weights))
    apart = np.abs(n - p) - 1
    return np.where(apart > 0, np.minimum(n, p) / np.where(apart > 0, apart, 1), np.inf)


def lost_share(examples: ArrayLike, weights: ArrayLike) -> Floats:
    """Mean share of the square of fixed weights that n normal examples do not see: max(0, 1 - n/p)."""
    return np.maximum(0.0, 1 - in_range("examples", examples) / in_range("weights", weights))


def exact_risk(
    examples: ArrayLike,
    weights: ArrayLike,
    signal: float = 1.0,
    noise: float = 1.0,
    features: int | None = None,
) -> Floats:
    """Expected excess risk of least squares of least norm, for any finite n and p. Shape: that of the two, broadcast.

    signal: length r of the true weights; noise: standard deviation of the labels' noise, both in [0, inf).
    features: None when the p features carry all of the signal. Otherwise the true weights have a random
    direction in so many features, of which the model sees the first p; the others act as noise.
    Raises ValueError for arguments out of range, and for more weights than features.
    """
    r2 = float(in_range("signal", signal, closed_low=True)) ** 2
    s2 = float(in_range("noise", noise, closed_low=True)) ** 2
    seen = _seen(weights, features)
    hidden = r2 * (1 - seen)
    factor = noise_factor(examples, weights)
    power = s2 + hidden
    spread = np.where(power > 0, power * np.where(power > 0, factor, 1), 0.0)
    return r2 * seen * lost_share(examples, weights) + spread + hidden


def _seen(weights: ArrayLike, features: int | None) -> Floats:
    """The share of the signal's square in the features that are seen."""
    p = in_range("weights", weights)
    if features is None:
        return np.ones_like(p)
    if (p > at_least("features", features, 1)).any():
        raise ValueError(f"weights = {p.max():g} is outside the allowed range [1, {features}], the features")
    return p / features


def fitted_square(examples: ArrayLike, weights: ArrayLike, signal: float = 1.0, noise: float = 1.0) -> Floats:
    """Mean of the square length of the fitted weights: r^2 min(1, n/p) + sigma^2 noise_factor."""
    r2 = float(in_range("signal", signal, closed_low=True)) ** 2
    s2 = float(in_range("noise", noise, closed_low=True)) ** 2
    kept = 1 - lost_share(examples, weights)
    return r2 * kept + (s2 * noise_factor(examples, weights) if s2 else 0.0)


def limit_risk(ratio: ArrayLike, signal: float = 1.0, noise: float = 1.0) -> Floats:
    """The limit of exact_risk as n, p → inf with p/n → ratio in (0, inf); infinite at 1 unless noise is 0."""
    g = in_range("ratio", ratio)
    r2, s2 = (
        float(in_range("signal", signal, closed_low=True)) ** 2,
        float(in_range("noise", noise, closed_low=True)) ** 2,
    )
    lost = r2 * np.maximum(0, 1 - 1 / g)
    if not s2:
        return lost
    apart = np.abs(1 - g)
    return lost + s2 * np.where(apart > 0, np.minimum(1, g) / np.where(apart > 0, apart, 1), np.inf)


def second_minimum(signal: float, noise: float) -> tuple[float, float] | None:
    """The ratio r/(r - sigma) at which limit_risk is least beyond 1, and its value sigma (2r - sigma) there.

    None for r <= sigma: then the risk falls for all ratios above 1, towards r^2, and has no least value there.
    """
    r, s = float(in_range("signal", signal)), float(in_range("noise", noise))
    return (r / (r - s), s * (2 * r - s)) if r > s else None


def tuned_ridge_limit(ratio: ArrayLike, signal: ArrayLike = 1.0, noise: ArrayLike = 1.0) -> Floats:
    """Limit of the excess risk of ridge regression with the best penalty, p/n → ratio in (0, inf).

    The penalty on the mean square is sigma^2 ratio/r^2, and the risk sigma^2 ratio m, where m is the Stieltjes
    transform of the Marchenko–Pastur law there (Hastie et al. 2022). signal: (0, inf), noise: [0, inf).
    """
    g, r, s = in_range("ratio", ratio), in_range("signal", signal), in_range("noise", noise, closed_low=True)
    penalty = (s / r) ** 2 * g
    b = 1 - g + penalty
    return r**2 * (np.sqrt(b**2 + 4 * g * penalty) - b) / (2 * g)


class Fits(NamedTuple):
    """Errors of simulated fits, (draws, weights) each: excess risk = r² signal + 2 r sigma both + sigma² noise."""

    signal: Floats
    both: Floats
    noise: Floats

    def risk(self, signal: float, noise: float) -> Floats:
        """The excess risk of each fit: shape (draws, weights)."""
        return signal**2 * self.signal + 2 * signal * noise * self.both + noise**2 * self.noise


def least_norm(design: Floats, labels: Floats) -> Floats:
    """Least squares weights, shape (..., p, k), of least norm where several fit.

    design: (..., n, p), of full rank; labels: (..., n, k).
    """
    n, p = design.shape[-2:]
    turned = np.swapaxes(design, -1, -2)
    if p <= n:
        return np.linalg.solve(turned @ design, turned @ labels)
    return turned @ np.linalg.solve(design @ turned, labels)


def simulate(
    examples: int,
    weights: tuple[int, ...],
    draws: int,
    rng: np.random.Generator,
    features: int | None = None,
) -> Fits:
    """Fit fresh examples, with each of several numbers of weights; features as in exact_risk.

    The draws share their examples among the numbers of weights, as a model does that is made larger.
    """
    n, most = at_least("examples", examples, 1), max(weights)
    _seen(list(weights), features)
    total = most if features is None else features
    x = rng.standard_normal((at_least("draws", draws, 1), n, total))
    noise = rng.standard_normal((draws, n, 1))
    truth = rng.standard_normal((draws, total, 1))
    parts: list[list[Floats]] = [[], [], []]
    for p in weights:
        used = truth[:, :p] if features is None else truth
        used = used / np.linalg.norm(used, axis=1, keepdims=True)
        fit = least_norm(x[..., :p], np.concatenate([x[..., : used.shape[1]] @ used, noise], axis=-1))
        missed, astray = fit[..., 0] - used[:, :p, 0], fit[..., 1]
        parts[0].append((missed**2).sum(axis=1) + (used[:, p:, 0] ** 2).sum(axis=1))
        parts[1].append((missed * astray).sum(axis=1))
        parts[2].append((astray**2).sum(axis=1))
    return Fits(*(np.stack(part, axis=1) for part in parts))


# --- interpolants of noisy labels on a circle ------------------------------------------------------------------

DEGREE = 3
"""The target has frequencies up to this one, and so has the smooth part of the spiked interpolant."""
TARGET = np.array([0.0, 0.4, 0.6, 0.0, 0.0, -0.3, 0.2])
"""Its coefficients of 1, √2 cos x, √2 sin x, √2 cos 2x, ..., which have mean square 1 and are orthogonal."""
METHODS = ("as many waves as points", "straight lines", "a smooth curve with spikes")


def waves(x: ArrayLike, degree: int) -> Floats:
    """1, √2 cos x, √2 sin x, ... √2 sin(degree x): shape of x, then 2 degree + 1."""
    angle = finite("x", x)[..., None] * np.arange(1, at_least("degree", degree, 0) + 1)
    pairs = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * math.sqrt(2)
    return np.concatenate([np.ones((*np.shape(x), 1)), pairs.reshape(*np.shape(x), -1)], axis=-1)


def target(x: ArrayLike) -> Floats:
    """The true function on the circle."""
    return waves(x, DEGREE) @ TARGET


def spike_width(points: int, sharpness: float) -> float:
    """Half the base of a spike, 2π n^-sharpness, radians. sharpness: [1, 3]; n: at least 3."""
    sharp = float(in_range("sharpness", sharpness, 1, 3, closed_low=True, closed_high=True))
    return math.tau * at_least("points", points, 3) ** -sharp


def _gaps(x: Floats, y: Floats) -> Floats:
    """Distances round the circle of angles from 0 to 2π, (..., x) and (..., y): shape (..., x, y)."""
    straight_on = np.abs(x[..., :, None] - y[..., None, :])
    return np.minimum(straight_on, math.tau - straight_on)


class Spiked(NamedTuple):
    """A smooth curve, coefficients (..., 2 DEGREE + 1, k), plus at each of points (..., n) a hat of half base width.

    heights: of the hats, (..., n, k); gaps: distances between the points in units of width, (..., n, n).
    """

    smooth: Floats
    heights: Floats
    points: Floats
    width: float
    gaps: Floats

    def at(self, x: Floats) -> Floats:
        hats = np.maximum(0, 1 - _gaps(x, self.points) / self.width)
        return waves(x, DEGREE) @ self.smooth + hats @ self.heights

    def errors(self, truth: Floats) -> Floats:
        """Mean over the circle of products of the errors, (..., k, k), when the coefficients should be truth, (·, k).

        Exact but for the product of the smooth error and a hat, where the smooth error is taken at the hat's top.
        """
        off, u = self.smooth - truth, self.gaps
        overlap = (np.maximum(0, 2 - u) ** 3 - 4 * np.maximum(0, 1 - u) ** 3) / 6  # of two hats, in widths
        density = self.width / math.tau
        heights = np.swapaxes(self.heights, -1, -2)
        cross = density * heights @ (waves(self.points, DEGREE) @ off)
        both = cross + np.swapaxes(cross, -1, -2)
        return np.swapaxes(off, -1, -2) @ off + both + density * heights @ overlap @ self.heights


def spiked(points: Floats, labels: Floats, sharpness: float) -> Spiked:
    """The smooth curve with spikes through all points that has the least sum of squares of its weights.

    points: (..., n), from 0 to 2π; labels: (..., n, k). Where hats meet, the square of a height is replaced by its
    product with what the hats add at the point: this is the least norm for prior variance 1 of each wave and of the
    hats' part, with the hat as covariance. While no hat reaches another point, the smooth part is ridge regression with
    penalty 1.
    """
    width = spike_width(points.shape[-1], sharpness)
    features, gaps = waves(points, DEGREE), _gaps(points, points) / width
    across = np.swapaxes(features, -1, -2)
    share = np.linalg.solve(features @ across + np.maximum(0, 1 - gaps), labels)
    return Spiked(across @ share, share, points, width, gaps)


def straight(points: Floats, labels: Floats, at: Floats) -> Floats:
    """Straight lines from point to point round the circle. points: (n,) sorted; labels: (n, k); result: (at, k)."""
    n = len(points)
    after = np.searchsorted(points, at)
    right, left = after % n, (after - 1) % n
    gap = (points[right] - points[left]) % math.tau
    part = (((at - points[left]) % math.tau) / gap)[:, None]
    return (1 - part) * labels[left] + part * labels[right]


def all_waves(points: Floats, labels: Floats) -> Floats:
    """Coefficients (..., n, k) of the first n waves through n points, as many weights as examples.

    points: (..., n), different in each row; labels: (..., n, k).
    """
    n = points.shape[-1]
    return np.linalg.solve(waves(points, n // 2)[..., :n], labels)


def wave_errors(points: Floats, noise: Floats) -> Floats:
    """circle_errors of as many waves as points, for data sets (..., n) at once: shape (..., 2, 2)."""
    off = all_waves(points, np.stack([target(points), noise], axis=-1))
    off[..., : len(TARGET), 0] -= TARGET
    return np.swapaxes(off, -1, -2) @ off


_GRID = np.linspace(0, math.tau, 2048, endpoint=False)


def circle_errors(method: str, points: Floats, noise: Floats, sharpness: float = 2.0) -> Floats:
    """Products of errors, (..., 2, 2), of the two parts of the interpolant: from the target, and from unit noise.

    With labels target + sigma noise the excess risk is (1, sigma) errors (1, sigma)ᵀ. points: (n,) sorted; noise: (n,).
    Other methods than straight lines also take many data sets at once, (..., n).
    """
    one_of("method", method, METHODS)
    if method == METHODS[0]:
        return wave_errors(points, noise)
    labels = np.stack([target(points), noise], axis=-1)
    if method == METHODS[2]:
        truth = np.column_stack([TARGET, np.zeros(len(TARGET))])
        return spiked(points, labels, sharpness).errors(truth)
    off = straight(points, labels, _GRID) - np.column_stack([target(_GRID), np.zeros(len(_GRID))])
    return off.T @ off / len(_GRID)


def draw_points(points: int, rng: np.random.Generator, draws: int | None = None) -> tuple[Floats, Floats]:
    """Sorted uniform places on the circle, and standard normal noise: shapes (n,), or (draws, n) for many data sets."""
    n = at_least("points", points, 2 * DEGREE + 1)
    shape = n if draws is None else (at_least("draws", draws, 1), n)
    return np.sort(rng.uniform(0, math.tau, shape)), rng.standard_normal(shape)


# --- effective ranks ---------------------------------------------------------------------------------------------


def effective_ranks(variances: ArrayLike, first: int) -> tuple[float, float]:
    """r_k and R_k of the variances after the first k, in falling order: sum/largest and sum²/sum of squares."""
    values = in_range("variances", variances, closed_low=True)
    if (np.diff(values) > 0).any():
        raise ValueError(f"variances = {variances!r} must be in falling order")
    tail = values[at_least("first", first, 0) :]
    if not len(tail) or not tail[0] > 0:
        raise ValueError(f"first = {first} leaves no positive variance of {len(values)}")
    return float(tail.sum() / tail[0]), float(tail.sum() ** 2 / (tail**2).sum())


# --- the price of smoothness ---------------------------------------------------------------------------------------


def steepest_pair(points: ArrayLike, labels: ArrayLike) -> float:
    """The largest |y_i - y_j|/|x_i - x_j|: the least Lipschitz constant of all functions through the points.

    points: (n, d), all different; labels: (n,). Raises ValueError when two points coincide.
    """
    x, y = finite("points", points), finite("labels", labels)
    square = (x**2).sum(axis=1)
    first, second = np.triu_indices(len(x), 1)
    gap = np.sqrt(np.maximum(0, square[first] + square[second] - 2 * (x @ x.T)[first, second]))
    if not (gap > 0).all():
        raise ValueError("points has two equal rows; allowed are different points")
    return float((np.abs(y[first] - y[second]) / gap).max())


def on_sphere(points: int, dimension: int, rng: np.random.Generator) -> Floats:
    """Uniform points on the unit sphere: shape (points, dimension)."""
    x = rng.standard_normal((at_least("points", points, 1), at_least("dimension", dimension, 2)))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def relu_slope(points: Floats, labels: Floats, features: Floats, at: Floats) -> tuple[float, float]:
    """The steepest gradient seen, and the largest misfit, of the interpolant of least norm of random ReLU features.

    f(x) = sum_j a_j max(0, w_j·x)/√p; points (n, d), features w (p, d), at (m, d). Gradients are taken at the points
    and at `at`, so that their greatest length is a lower bound of the Lipschitz constant.
    """
    p = len(features)
    hidden = np.maximum(0, points @ features.T) / math.sqrt(p)
    a = least_norm(hidden, labels[:, None])[:, 0]
    where = np.concatenate([points, at])
    gradients = ((where @ features.T > 0) * (a / math.sqrt(p))) @ features
    return float(np.linalg.norm(gradients, axis=1).max()), float(np.abs(hidden @ a - labels).max())
