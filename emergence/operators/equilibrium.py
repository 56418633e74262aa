"""Equilibria z = phi(W z + q) of layers with ReLU units, q = U x + b: how many there are, and what finds them.

z = max(0, W z + q) is a linear complementarity problem. It has exactly one solution for every q if and only if all
principal minors of I - W are positive (a P-matrix). Sources: Cottle, Pang and Stone 2009; Winston and Kolter 2020.

weights: W of shape (n, n), n at most 12; inputs: q of shape (n,). All are pure numbers. A value outside its range
raises ValueError.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, square
from emergence.operators.residual import monotonicity_constant


def _weights(weights: ArrayLike) -> Floats:
    array = square("weights", weights, exactly=True)
    in_range("units of the weights", len(array), 1, 12, closed_low=True, closed_high=True)
    return array


def monotonicity(weights: ArrayLike) -> float:
    """Greatest m with <(I - W) z, z> >= m |z|^2: the least eigenvalue of the symmetric part of I - W."""
    return float(monotonicity_constant(np.eye(len(_weights(weights))) - weights))


def principal_minors(weights: ArrayLike) -> Floats:
    """All principal minors of I - W, shape (2^n - 1,)."""
    difference = np.eye(n := len(_weights(weights))) - weights
    subsets = itertools.chain.from_iterable(itertools.combinations(range(n), k) for k in range(1, n + 1))
    return np.array([np.linalg.det(difference[np.ix_(s, s)]) for s in subsets])


def always_one_equilibrium(weights: ArrayLike) -> bool:
    """Whether z = max(0, W z + q) has exactly one solution for every q: all principal minors of I - W are positive."""
    return bool(principal_minors(weights).min() > 0)


def relu_equilibria(weights: ArrayLike, inputs: ArrayLike) -> Floats:
    """The solutions of z = max(0, W z + q), shape (count, n), found by trying which units are on.

    Where I - W, restricted to the units that are on, is singular, solutions are not isolated and are left out.
    """
    w, q = _weights(weights), np.asarray(inputs, dtype=float)
    if q.shape != (len(w),) or not np.isfinite(q).all():
        raise ValueError(f"inputs = {q} must be {len(w)} finite numbers")
    found: list[Floats] = []
    for pattern in itertools.product((False, True), repeat=len(w)):
        on = np.array(pattern)
        z, block = np.zeros(len(w)), (np.eye(len(w)) - w)[np.ix_(on, on)]
        if on.any():
            if abs(np.linalg.det(block)) < 1e-12:
                continue
            z[on] = np.linalg.solve(block, q[on])
        before = w @ z + q
        slack = 1e-9 * (1 + float(np.abs(z).max()))
        if z.min() >= -slack and (before[~on] <= slack).all() and not any(np.allclose(z, f, atol=1e-8) for f in found):
            found.append(np.maximum(z, 0))
    return np.array(found).reshape(-1, len(w))


def relu_orbit(weights: ArrayLike, inputs: ArrayLike, depth: int, step: float = 1.0) -> Floats:
    """z <- max(0, z - a ((I - W) z - q)) from z = 0 with the step a in (0, inf): shape (depth + 1, n) or shorter.

    a = 1 is the plain stack z <- max(0, W z + q). For a < 2 m / |I - W|^2 each step is a contraction. The orbit ends
    where numbers pass 1e100.
    """
    w, q, step = _weights(weights), np.asarray(inputs, dtype=float), float(in_range("step", step))
    z = np.zeros(len(w))
    orbit = [z]
    for _ in range(at_least("depth", depth, 1)):
        z = np.maximum(0.0, z - step * (z - w @ z - q))
        if z.max() > 1e100:
            break
        orbit.append(z)
    return np.array(orbit)


def splitting_step(weights: ArrayLike) -> tuple[float, float]:
    """The step a = m/L^2 of `relu_orbit` and the factor sqrt(1 - m^2/L^2) by which it contracts; L = |I - W|, m > 0."""
    m = monotonicity(weights)
    in_range("m", m, 0)
    norm = float(np.linalg.norm(np.eye(len(_weights(weights))) - weights, 2))
    return m / norm**2, math.sqrt(max(1 - (m / norm) ** 2, 0.0))
