"""Where the exponent of a scaling law may come from: skills that are needed with the frequencies of a power law.

Skill k is needed with probability k^-(1 + alpha) / zeta(1 + alpha). A model that has learned the n most frequent ones
fails in the rest, about n^-alpha / (alpha zeta(1 + alpha)). Source: Michaud et al. 2023, the quantisation model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, in_range

_TERMS = 64


def _tail(s: Floats, first: Floats) -> Floats:
    """The sum of k^-s over k >= first, for a first of 64 or more, by the Euler-Maclaurin formula."""
    body = first ** (1 - s) / (s - 1) + first**-s / 2
    return body + s * first ** (-s - 1) / 12 - s * (s + 1) * (s + 2) * first ** (-s - 3) / 720


def zeta(s: ArrayLike) -> Floats:
    """Riemann's zeta function for real s in (1, inf), to about 14 digits."""
    s = in_range("s", s, 1)
    k = np.arange(1, _TERMS, dtype=float)
    return (k ** -s[..., None]).sum(axis=-1) + _tail(s, np.float64(_TERMS))


def frequency(k: ArrayLike, alpha: float) -> Floats:
    """Probability with which skill k is needed. k: [1, inf). alpha: (0, inf)."""
    alpha = float(in_range("alpha", alpha))
    return in_range("k", k, 1, closed_low=True) ** -(1 + alpha) / zeta(1 + alpha)


def missing(n: ArrayLike, alpha: float) -> Floats:
    """Probability that a skill beyond the first n is needed. n: whole numbers, [0, inf). alpha: (0, inf)."""
    n, alpha = in_range("n", n, closed_low=True), float(in_range("alpha", alpha))
    if not np.all(n == np.floor(n)):
        raise ValueError(f"n = {n[n != np.floor(n)].flat[0]:g} must be a whole number in [0, inf)")
    s = np.float64(1 + alpha)
    k = np.arange(1, _TERMS, dtype=float)
    listed = np.append(np.cumsum((k**-s)[::-1])[::-1], 0.0)  # the sum over k of n + 1 to 63, for n = 0 to 63
    few = listed[np.minimum(n, _TERMS - 1).astype(np.int64)]
    return (few + _tail(s, np.maximum(n + 1, float(_TERMS)))) / zeta(s)


def missing_bounds(n: ArrayLike, alpha: float) -> tuple[Floats, Floats]:
    """Bounds on `missing` from the integral of k^-(1 + alpha): from n + 1 below, from n above it. n: (0, inf)."""
    n, alpha = in_range("n", n), float(in_range("alpha", alpha))
    factor = alpha * zeta(1 + alpha)
    return (n + 1) ** -alpha / factor, n**-alpha / factor


def learned_from(examples: ArrayLike, alpha: float, needed: float = 1.0) -> Floats:
    """Skills that occur at least `needed` times, on average, among so many examples: those with examples p_k >= needed.

    examples, needed, alpha: (0, inf). A whole number, 0 where not even the first one does.
    """
    share = in_range("examples", examples) / (float(in_range("needed", needed)) * zeta(1 + float(alpha)))
    return np.floor(share ** (1 / (1 + float(in_range("alpha", alpha)))) + 1e-9)
