"""Limits in two sizes at once, and limits of functions: what the existence of a limit does and does not say.

Risk of least squares of minimal norm, n data and p parameters: its limit depends on p/n. And f_N(t) -> f(t), each f_N
analytic, f analytic or not. Sources: Hastie, Montanari, Rosset and Tibshirani 2022; the mean of an inverse Wishart.

Data x ~ N(0, I_p), y = <beta, x> + noise, |beta|^2 = signal, variance of the noise = noise; the excess risk is
E <beta_hat - beta, x>^2. All quantities are pure numbers. A value outside its range raises ValueError.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.scaling.interpolation import exact_risk, limit_risk

KINDS = ("jump", "kink", "smooth")
"""Limits of `finite_curve`: sign(t), |t|, and a logistic curve."""


def ridgeless_risk(data: ArrayLike, parameters: ArrayLike, signal: float = 4.0, noise: float = 1.0) -> Floats:
    """Mean excess risk at finite sizes, exactly: noise p/(n-p-1) for p <= n-2, and
    signal (1 - n/p) + noise n/(p-n-1) for p >= n+2. In between it is infinite and refused.

    data n, parameters p: positive integers of any shapes that broadcast; the result has their shape.
    """
    n, p = np.broadcast_arrays(in_range("data", data), in_range("parameters", parameters))
    signal = float(in_range("signal", signal, 0, closed_low=True))
    noise = float(in_range("noise", noise, 0, closed_low=True))
    if (abs(n - p) < 2).any():
        raise ValueError(f"|data - parameters| = {abs(n - p).min():g} is outside the allowed range [2, inf)")
    return exact_risk(n, p, math.sqrt(signal), math.sqrt(noise))


def ridgeless_limit(ratio: float, signal: float = 4.0, noise: float = 1.0) -> float:
    """Its limit as n, p -> inf with p/n -> ratio; ratio in (0, inf), not 1."""
    ratio = float(in_range("ratio", ratio))
    if ratio == 1:
        raise ValueError("ratio = 1 is outside the allowed range (0, 1) or (1, inf)")
    return float(limit_risk(ratio, math.sqrt(signal), math.sqrt(noise)))


def simulated_ridgeless_risk(
    data: int, parameters: int, copies: int, rng: np.random.Generator, signal: float = 4.0, noise: float = 1.0
) -> tuple[float, float]:
    """Mean excess risk of `copies` fits to simulated data, and its standard error."""
    n, p, copies = at_least("data", data, 1), at_least("parameters", parameters, 1), at_least("copies", copies, 2)
    beta = np.full(p, math.sqrt(signal / p))
    risks = np.empty(copies)
    for i in range(copies):
        x = rng.normal(size=(n, p))
        y = x @ beta + math.sqrt(noise) * rng.normal(size=n)
        fitted = np.linalg.lstsq(x, y, rcond=None)[0]  # of minimal norm where p > n
        risks[i] = np.sum((fitted - beta) ** 2)
    return float(risks.mean()), float(risks.std(ddof=1) / math.sqrt(copies))


def finite_curve(t: ArrayLike, size: float, kind: str) -> Floats:
    """f_N(t), analytic for each finite N: tanh(N t), sqrt(t^2 + 1/N^2), or tanh(t) + 1/N. size N in (0, inf)."""
    t, n = np.asarray(t, dtype=float), float(in_range("size", size))
    one_of("kind", kind, KINDS)
    if kind == "jump":
        return np.tanh(n * t)
    return np.hypot(t, 1 / n) if kind == "kink" else np.tanh(t) + 1 / n


def limit_curve(t: ArrayLike, kind: str) -> Floats:
    """lim f_N(t) as N -> inf: sign(t), |t| or tanh(t)."""
    t = np.asarray(t, dtype=float)
    one_of("kind", kind, KINDS)
    return {"jump": np.sign, "kink": np.abs, "smooth": np.tanh}[kind](t)


def largest_curvature(size: ArrayLike, kind: str) -> Floats:
    """max |f_N''| over t: 4 N^2/(3 sqrt 3), N, and 4/(3 sqrt 3). size N in (0, inf), of any shape."""
    n = in_range("size", size)
    one_of("kind", kind, KINDS)
    most = 4 / (3 * math.sqrt(3))
    return {"jump": most * n**2, "kink": 1.0 * n, "smooth": most * np.ones_like(n)}[kind]
