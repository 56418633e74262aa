"""State functions of data N, parameters P and training steps K, and what becomes of them on the way to infinity.

Four small laws eps(N, P) with and without a joint limit; and eps(N, P, K) of gradient descent in a sequence of noisy
coefficients, exactly: tail of the spectrum + noise fitted + signal not yet fitted. Sources: Hastie et al. 2022 for
least squares; what is done with the sequence model is derived in the chapter.

The sequence model: coefficients theta_i = 1 with weights l_i = i^-(1+alpha), i = 1, 2, ...; each of N data measures
each coefficient with independent noise of variance noise/l_i. A model fits the first P by K steps from 0 on
sum l_i (theta_i - mean_i)^2, of which each multiplies the distance to mean_i by 1 - l_i/2. Its error is
E sum l_i (theta_hat_i - theta_i)^2. All quantities are pure numbers. A value outside its range raises ValueError.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.limits import joint_limits

# --- laws of two sizes -----------------------------------------------------------------------------------------------

LAWS = ("least squares", "share", "parabola", "sum of powers")
"""Least squares of least norm, trained exactly (signal 4, noise 1); P/(N + P); N^2 P/(N^4 + P^2); and
0.5 + 2 P^-0.3 + N^-0.3."""
FLOOR, WEIGHT, EXPONENT = 0.5, 2.0, 0.3
SIGNAL = 4.0
"""Squared length of the coefficients of least squares; the noise has the variance 1."""


def law_value(law: str, data: ArrayLike, parameters: ArrayLike) -> Floats:
    """eps(N, P) for data N and parameters P in (0, inf), of any shapes that broadcast.

    Least squares takes numbers between the integers as its formula does, and is inf for |N - P| < 2.
    """
    one_of("law", law, LAWS)
    n, p = np.broadcast_arrays(in_range("data", data), in_range("parameters", parameters))
    if law == "share":
        return p / (n + p)
    if law == "parabola":
        u = p / n**2
        return u / (1 + u * u)
    if law == "sum of powers":
        return FLOOR + WEIGHT * p**-EXPONENT + n**-EXPONENT
    near = np.abs(n - p) < 2
    return np.where(near, np.inf, joint_limits.ridgeless_risk(n, np.where(near, 2 * n + 2, p), SIGNAL))


def limit_along(law: str, exponent: float, factor: float) -> float:
    """lim eps(N, factor * N^exponent) as N -> inf; exponent and factor in (0, inf). inf where it is infinite."""
    one_of("law", law, LAWS)
    s, c = float(in_range("exponent", exponent)), float(in_range("factor", factor))
    if law == "sum of powers":
        return FLOOR
    if law == "parabola":
        return c / (1 + c * c) if s == 2 else 0.0
    if law == "share":
        return c / (1 + c) if s == 1 else float(s > 1)
    if s == 1:
        return math.inf if c == 1 else joint_limits.ridgeless_limit(c, SIGNAL)
    return SIGNAL if s > 1 else 0.0


def iterated_limits(law: str) -> tuple[float, float]:
    """lim_P lim_N eps and lim_N lim_P eps: first the data go to infinity, and first the parameters."""
    one_of("law", law, LAWS)
    return {"least squares": (0.0, SIGNAL), "share": (0.0, 1.0), "parabola": (0.0, 0.0)}.get(law, (FLOOR, FLOOR))


# --- three errors ----------------------------------------------------------------------------------------------------


class Errors(NamedTuple):
    """Approximation, estimation and optimisation error; they add up to the error."""

    approximation: Floats
    estimation: Floats
    optimisation: Floats

    @property
    def total(self) -> Floats:
        """Their sum."""
        return self.approximation + self.estimation + self.optimisation


def spectrum(parameters: int, alpha: float) -> Floats:
    """Weights l_i = i^-(1+alpha) of the first coefficients, shape (parameters,). alpha: (0, inf)."""
    count = at_least("parameters", parameters, 1)
    return np.arange(1.0, count + 1) ** -(1 + float(in_range("alpha", alpha)))


def left_out(parameters: int, alpha: float) -> float:
    """The approximation error, sum of l_i over all i > P: terms up to 64, and then Euler and Maclaurin's series."""
    count, a = at_least("parameters", parameters, 1), float(in_range("alpha", alpha))
    last = max(count, 64)
    terms = np.arange(count + 1.0, last + 1) ** -(1 + a)
    s = 1 + a
    rest = last**-a / a - last**-s / 2 + s * last ** -(s + 1) / 12 - s * (s + 1) * (s + 2) * last ** -(s + 3) / 720
    return float(terms.sum() + rest)


def unfitted(weights: Floats, steps: ArrayLike) -> Floats:
    """(1 - l/2)^K, what K steps leave of the distance to the means: shape (*steps, *weights). steps: [0, inf)."""
    k = in_range("steps", steps, closed_low=True)
    return np.exp(k[..., None] * np.log1p(-weights / 2))


def errors(data: ArrayLike, parameters: int, steps: ArrayLike, alpha: float = 1.0, noise: float = 1.0) -> Errors:
    """The three errors after K steps; data N in (0, inf) and steps K in [0, inf) broadcast and give the shape.

    noise: variance of one datum in units of 1/l_i, [0, inf).
    """
    n, k = np.broadcast_arrays(in_range("data", data), in_range("steps", steps, closed_low=True))
    variance = float(in_range("noise", noise, closed_low=True))
    weights = spectrum(parameters, alpha)
    left = unfitted(weights, k)
    return Errors(
        np.full(n.shape, left_out(parameters, alpha)),
        variance / n * ((1 - left) ** 2).sum(axis=-1),
        (left**2) @ weights,
    )


def training_gap(data: ArrayLike, parameters: int, steps: ArrayLike, alpha: float = 1.0, noise: float = 1.0) -> Floats:
    """The mean excess of the training loss over its least value, sum (l_i + noise/N) (1 - l_i/2)^2K over i <= P."""
    n, k = np.broadcast_arrays(in_range("data", data), in_range("steps", steps, closed_low=True))
    variance = float(in_range("noise", noise, closed_low=True))
    weights = spectrum(parameters, alpha)
    squared = unfitted(weights, k) ** 2
    return squared @ weights + variance / n * squared.sum(axis=-1)


def simulated_error(
    data: int,
    parameters: int,
    steps: int,
    copies: int,
    rng: np.random.Generator,
    alpha: float = 1.0,
    noise: float = 1.0,
) -> tuple[float, float]:
    """Mean error of `copies` models trained step by step on drawn measurements, and its standard error."""
    n, copies = at_least("data", data, 1), at_least("copies", copies, 2)
    weights = spectrum(parameters, alpha)
    measured = 1 + rng.normal(size=(copies, len(weights))) * np.sqrt(noise / (n * weights))
    fitted = np.zeros_like(measured)
    for _ in range(at_least("steps", steps, 0)):
        fitted -= weights / 2 * (fitted - measured)
    found = (fitted - 1) ** 2 @ weights + left_out(parameters, alpha)
    return float(found.mean()), float(found.std(ddof=1) / math.sqrt(copies))


def error_bound(data: float, parameters: float, steps: float, alpha: float = 1.0, noise: float = 1.0) -> float:
    """P^-a/a + 2 noise K^(1/(1+a))/N + (2 + 1/a) K^(-a/(1+a)) with a = alpha: no error exceeds it, for all K >= 1."""
    n, p = float(in_range("data", data)), float(in_range("parameters", parameters, 1, closed_low=True))
    k, a = float(in_range("steps", steps, 1, closed_low=True)), float(in_range("alpha", alpha))
    return p**-a / a + 2 * noise * k ** (1 / (1 + a)) / n + (2 + 1 / a) * k ** (-a / (1 + a))


def band(ratio: float, gap: float, rest: float, noise: float = 1.0) -> tuple[float, float]:
    """Between which two numbers the error lies where P/N = ratio, the training gap is at most gap, and the
    approximation error is at most rest: (sqrt(noise ratio) - sqrt(gap))_+^2 and noise ratio + gap + rest.
    """
    limit = float(in_range("noise", noise, closed_low=True)) * float(in_range("ratio", ratio))
    d = float(in_range("gap", gap, closed_low=True))
    low = max(math.sqrt(limit) - math.sqrt(d), 0.0) ** 2
    return low, limit + d + float(in_range("rest", rest, closed_low=True))


def limit_of_pace(pace: float, alpha: float = 1.0, noise: float = 1.0) -> float:
    """lim eps(N, N, N^pace) as N -> inf: 0 below pace = 1 + alpha, noise above, and in between at it. pace: (0, inf).

    There it is noise times the integral of (1 - exp(-x^-(1+alpha)/2))^2 over x from 0 to 1.
    """
    k, a = float(in_range("pace", pace)), float(in_range("alpha", alpha))
    if k != 1 + a:
        return noise * float(k > 1 + a)
    x = (np.arange(20_000) + 0.5) / 20_000
    return noise * float(((1 - np.exp(-(x ** -(1 + a)) / 2)) ** 2).mean())
