"""The error of an average whose terms depend on each other: autocorrelation time, blocks, and a chain with known ones.

n Var(mean) -> 2 τ Var(x) with τ = ½ + Σ ρ(t), if the correlations ρ(t) at distance t are summable.
AR(1): x' = ρ x + sqrt(1 - ρ²) ξ has the variance 1, the correlations ρ^t, and τ = ½ (1 + ρ)/(1 - ρ).
Sources: Sokal 1997 for the window of τ; Flyvbjerg and Petersen 1989 for blocks.

Series have shape (chains, n), or (n,) for one. Times are in steps. A value outside its range raises ValueError with
the parameter, the value and the range.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, finite, in_range


def _series(value: ArrayLike) -> Floats:
    array = np.atleast_2d(finite("series", value))
    if array.ndim != 2 or array.shape[1] < 2:
        raise ValueError(f"series has the shape {array.shape}; allowed are (chains, n) and (n,) with n at least 2")
    return array


def _memory(memory: float) -> float:
    return float(in_range("memory", memory, -1, 1))


def chains(memory: float, noise: ArrayLike) -> Floats:
    """Stationary AR(1) chains of variance 1 from standard normal noise, shape (..., n): x_0 is the first of it."""
    memory, noise = _memory(memory), finite("noise", noise)
    fresh = math.sqrt(1 - memory**2)
    x = np.empty_like(np.moveaxis(noise, -1, 0))  # time first, so that a step is one piece of memory
    x[0] = noise[..., 0]
    scaled = fresh * np.moveaxis(noise, -1, 0)
    for i in range(1, len(x)):
        x[i] = memory * x[i - 1] + scaled[i]
    return np.moveaxis(x, 0, -1)


def chain_time(memory: float) -> float:
    """The integrated autocorrelation time ½ (1 + ρ)/(1 - ρ) of `chains`."""
    memory = _memory(memory)
    return 0.5 * (1 + memory) / (1 - memory)


def chain_error(memory: float, length: int) -> float:
    """The exact standard deviation of the mean of n values of `chains`: root of (1/n) Σ (1 - |t|/n) ρ^|t|."""
    memory, length = _memory(memory), at_least("length", length, 1)
    lag = np.arange(1, length)
    return math.sqrt((1 + 2 * float(np.sum((1 - lag / length) * memory**lag))) / length)


def naive_error(series: ArrayLike) -> Floats:
    """The standard error of each mean as if all values were independent: s/√n. Shape (chains, n) -> (chains,)."""
    return blocked_error(series, 1)


def blocked_error(series: ArrayLike, block: int) -> Floats:
    """The standard error of each mean from the means of blocks, taken as independent. Shape (chains, n) -> (chains,).

    What is left over at the end counts for no block. At least two blocks are needed.
    """
    series, block = _series(series), at_least("block", block, 1)
    count = series.shape[1] // block
    if count < 2:
        raise ValueError(f"block = {block} is outside the allowed range [1, {series.shape[1] // 2}]")
    means = series[:, : count * block].reshape(len(series), count, block).mean(axis=2)
    return means.std(axis=1, ddof=1) / math.sqrt(count)


def autocorrelation_time(series: ArrayLike) -> float:
    """The integrated autocorrelation time ½ + Σ ρ(t) of series of shape (chains, n), in steps.

    The sum ends at the first t ≥ 6 times itself (Sokal's window); ½ for independent values.
    """
    series = _series(series)
    deviation = series - series.mean()
    variance = float((deviation**2).mean())
    if variance == 0:
        return 0.5
    total = 0.5
    for lag in range(1, series.shape[1] // 2):
        total += float((deviation[:, lag:] * deviation[:, :-lag]).mean()) / variance
        if lag >= 6 * total:
            break
    return max(total, 0.5)


def share_within(errors: float) -> float:
    """The probability that a normal variable lies within so many of its standard deviations of its mean."""
    return math.erf(float(in_range("errors", errors, closed_low=True)) / math.sqrt(2))
