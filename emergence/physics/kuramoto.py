"""Oscillators that pull at each other's phases: when do they beat together?

dθ_i/dt = ω_i + K r sin(ψ − θ_i) with r e^{iψ} = mean of e^{iθ_j}. For many oscillators whose frequencies have an even
density g, falling on both sides of 0, a steady r > 0 solves r = q ∫ cos²θ g(q sin θ) dθ over [−π/2, π/2], q = K r
(Y. Kuramoto 1975; S. Strogatz, Physica D 143, 1, 2000). Times and frequencies are in matching units: rad and rad/time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import Floats, at_least, in_range, one_of

LAWS = ("Lorentz", "Gauss", "uniform")
"""Densities of the frequencies: half-width at half height 1, standard deviation 1, and even on [−1, 1]."""
_ANGLES = np.linspace(0, math.tau, 512, endpoint=False)


def density_at_zero(law: str) -> float:
    """g(0): 1/π, 1/√(2π), or 1/2. Raises ValueError for another law."""
    return {"Lorentz": 1 / math.pi, "Gauss": 1 / math.sqrt(math.tau), "uniform": 0.5}[one_of("law", law, LAWS)]


def critical_coupling(law: str) -> float:
    """K_c = 2/(π g(0)): below it no r > 0 is steady (for g even, falling from 0 on, and N → ∞)."""
    return 2 / (math.pi * density_at_zero(law))


def spread_frequencies(law: str, oscillators: int) -> Floats:
    """The middles of N equal shares of the law, in rising order: shape (N,). The least random choice there is."""
    one_of("law", law, LAWS)
    share = (np.arange(at_least("oscillators", oscillators, 2)) + 0.5) / oscillators
    if law == "Lorentz":
        return np.tan(math.pi * (share - 0.5))
    if law == "uniform":
        return 2 * share - 1
    return np.array([NormalDist().inv_cdf(s) for s in share])


def order_of_pull(pull: ArrayLike, law: str) -> Floats:
    """r = q ∫ cos²θ g(q sin θ) dθ, what oscillators locked by the pull q = K r sum up to. Shape of pull, in (0, ∞).

    Lorentz: (√(1 + q²) − 1)/q. Uniform: (q/2)(a + sin a cos a), where sin a = 1/q for q > 1 and a = π/2 below.
    """
    q = in_range("pull", pull)
    one_of("law", law, LAWS)
    if law == "Lorentz":
        return q / (np.sqrt(1 + q**2) + 1)
    if law == "uniform":
        a = np.arcsin(1 / np.maximum(q, 1))
        return q / 2 * (a + np.sin(a) * np.cos(a))
    around = np.exp(-((q[..., None] * np.sin(_ANGLES)) ** 2) / 2) * np.cos(_ANGLES) ** 2
    return q * density_at_zero(law) * around.mean(axis=-1) * math.pi  # half of the circle


def steady_order(coupling: ArrayLike, law: str) -> Floats:
    """The largest steady r of infinitely many oscillators, 0 below K_c. Shape of coupling, in [0, ∞).

    For Lorentz it is √(1 − K_c/K); otherwise q/r(q) = K is solved by bisection, as the left side rises with q.
    """
    k = in_range("coupling", coupling, closed_low=True)
    critical = critical_coupling(law)
    if law == "Lorentz":
        return np.sqrt(np.maximum(0, 1 - critical / np.maximum(k, critical)))
    low, high = np.full(k.shape, 1e-9), np.maximum(k, 1e-6)  # r ≤ 1, so q ≤ K
    for _ in range(60):
        middle = (low + high) / 2
        lower = middle <= k * order_of_pull(middle, law)
        low, high = np.where(lower, middle, low), np.where(lower, high, middle)
    return np.where(k >= critical, low / np.maximum(k, critical), 0.0)


@dataclass
class Oscillators:
    """phases: shape (N,), radians. frequencies: shape (N,). mean: r e^{iψ} of the phases."""

    phases: Floats
    frequencies: Floats
    time: float = 0.0

    @property
    def mean(self) -> complex:
        return complex(np.exp(1j * self.phases).mean())

    def order(self) -> float:
        """r, in [0, 1]."""
        return abs(self.mean)

    def advance(self, coupling: float, *, dt: float = 0.05, steps: int = 1) -> Oscillators:
        """Go some steps on, in place: half a free turn, a pull, half a free turn (second order in dt).

        Free turns are exact, so that the fast oscillators of a wide law do no harm. Raises ValueError for a coupling
        outside [0, ∞), dt outside (0, 1] or steps < 0.
        """
        k = float(in_range("coupling", coupling, closed_low=True))
        dt = float(in_range("dt", dt, 0, 1, closed_high=True))
        phases, turn = self.phases, self.frequencies * (dt / 2)
        for _ in range(at_least("steps", steps, 0)):
            phases = phases + turn
            halfway = phases + k * dt / 2 * _pull(phases)
            phases = phases + k * dt * _pull(halfway) + turn
            self.time += dt
        self.phases = phases % math.tau
        return self


def _pull(phases: Floats) -> Floats:
    """r sin(ψ − θ_i), shape of phases."""
    cos, sin = np.cos(phases), np.sin(phases)
    return sin.mean() * cos - cos.mean() * sin
