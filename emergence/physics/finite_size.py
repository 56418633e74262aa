"""Finite-size scaling of the Ising lattices in data/ising_scaling.csv: collapse of curves, crossing of cumulants.

Near a continuous transition a curve m(T, L) is read as m = L^(−β/ν) F(x) with x = (T/T_c − 1) L^(1/ν) and one
function F for all sizes; Binder's cumulant U = 1 − ⟨m⁴⟩/(3⟨m²⟩²) as U = G(x). Both hold up to corrections that vanish
as L grows.
Source: Fisher & Barber, Phys. Rev. Lett. 28, 1516 (1972); Binder, Z. Phys. B 43, 119 (1981).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.physics.ising_states import states
from emergence.tables import column_of, read_rows

SIZES = (8, 16, 32, 64, 128)
EXACT = (2.269185314213022, 1.0, 0.125)
"""T_c, 1/ν and β/ν of the square lattice (Onsager 1944, Yang 1952)."""
BINDER_LIMIT = 0.61069
"""U of the infinite square torus at T_c (Kamieniarz & Blöte 1993, to the digits given here)."""
WINDOW = (0.5, 0.645)
"""Values of U between which a point takes part: a choice of x near 0 that needs neither T_c nor ν."""
TEMPERATURE, COUPLING = "T/T_c − 1", "1 − T_c/T"
VARIABLES = (TEMPERATURE, COUPLING)
"""Two measures of the distance from T_c, alike near it: linear in the temperature, and in the coupling 1/T."""
DEGREE = 5
"""Of the polynomial that stands for F: the lowest that bends as much as the curves do within the window."""


@dataclass(frozen=True)
class Measured:
    """Means over one size, each of shape (n,), by ascending temperature, with their standard errors."""

    size: int
    temperature: Floats
    absolute: Floats
    absolute_error: Floats
    second: Floats
    second_error: Floats
    binder: Floats
    binder_error: Floats
    energy: Floats
    energy_error: Floats
    tau_energy: Floats
    tau_absolute: Floats
    updates: Floats


@functools.cache
def measured(size: int) -> Measured:
    """The stored means of a size. Raises ValueError for one that is none of SIZES."""
    one_of("size", size, SIZES)
    rows = read_rows("ising_scaling.csv", size=size)
    return Measured(size, *(column_of(rows, name) for name in list(Measured.__dataclass_fields__)[1:]))


class Points(NamedTuple):
    """Points of all sizes that take part in a collapse, each of shape (n,): L, T, m and the error of m."""

    size: Floats
    temperature: Floats
    m: Floats
    error: Floats


def points(smallest: int = 8) -> Points:
    """The points with U in WINDOW of all sizes from the smallest on. Raises ValueError unless that is one of SIZES."""
    one_of("smallest", smallest, SIZES)
    parts = []
    for size in SIZES[SIZES.index(smallest) :]:
        data = measured(size)
        inside = (data.binder > WINDOW[0]) & (data.binder < WINDOW[1])
        count = int(inside.sum())
        parts.append([np.full(count, float(size)), *(a[inside] for a in (data.temperature, data.absolute))])
        parts[-1].append(data.absolute_error[inside])
    return Points(*np.concatenate(parts, axis=1))


def rescaled(
    size: Floats | float,
    temperature: Floats,
    m: Floats,
    t_c: float,
    inverse_nu: float,
    beta_over_nu: float,
    variable: str = TEMPERATURE,
) -> tuple[Floats, Floats]:
    """x = (T/T_c − 1) L^(1/ν), or (1 − T_c/T) L^(1/ν), and y = m L^(β/ν), each of the shape of temperature.

    Raises ValueError unless T_c > 0 and the variable is one of VARIABLES.
    """
    in_range("t_c", t_c)
    length = np.asarray(size, dtype=float)
    distance = (
        temperature / t_c - 1 if one_of("variable", variable, VARIABLES) == TEMPERATURE else 1 - t_c / temperature
    )
    return distance * length**inverse_nu, m * length**beta_over_nu


class Collapse(NamedTuple):
    """One polynomial through the points of all sizes, in x scaled to [−1, 1] by `low` and `high`, and its badness.

    residuals: (y − F(x)) over the error of y, shape (n,). badness: Σ residuals² over n less the number of coefficients.
    """

    coefficients: Floats
    low: float
    high: float
    residuals: Floats
    badness: float

    def curve(self, x: Floats) -> Floats:
        """F at x, shape of x."""
        return _chebyshev(2 * (x - self.low) / (self.high - self.low) - 1) @ self.coefficients


def _chebyshev(u: Floats) -> Floats:
    """Chebyshev polynomials up to DEGREE by their recursion, shape (..., DEGREE + 1)."""
    columns = [np.ones_like(u), u]
    while len(columns) <= DEGREE:
        columns.append(2 * u * columns[-1] - columns[-2])
    return np.stack(columns, axis=-1)


def collapse(data: Points, t_c: float, inverse_nu: float, beta_over_nu: float, variable: str = TEMPERATURE) -> Collapse:
    """Fit F to the rescaled points by least squares, weighted with their errors."""
    x, y = rescaled(data.size, data.temperature, data.m, t_c, inverse_nu, beta_over_nu, variable)
    sigma = data.error * data.size**beta_over_nu
    low, high = float(x.min()), float(x.max())
    basis = _chebyshev(2 * (x - low) / (high - low) - 1) / sigma[:, None]
    coefficients = np.linalg.lstsq(basis, y / sigma, rcond=None)[0]
    residuals = y / sigma - basis @ coefficients
    return Collapse(coefficients, low, high, residuals, float(residuals @ residuals) / (len(x) - DEGREE - 1))


class Fit(NamedTuple):
    """The values of T_c, 1/ν and β/ν of the least badness, the standard errors of a linear fit there, the badness."""

    values: Floats
    errors: Floats
    badness: float


def best_fit(data: Points, variable: str = TEMPERATURE, start: tuple[float, float, float] = (2.27, 1.0, 0.12)) -> Fit:
    """Minimise the badness by damped Gauss–Newton steps from the start; errors assume that the polynomial is right."""
    values, damping = np.array(start), 1e-3
    steps = np.array([1e-5, 1e-4, 1e-4])
    best = collapse(data, *values, variable)
    for _ in range(60):
        columns = [
            (collapse(data, *(values + step), variable).residuals - best.residuals) / step.max()
            for step in np.diag(steps)
        ]
        jacobian = np.transpose(columns)
        normal = jacobian.T @ jacobian
        move = -np.linalg.solve(normal + damping * np.diag(np.diag(normal)), jacobian.T @ best.residuals)
        trial = collapse(data, *(values + move), variable)
        if trial.badness <= best.badness:
            done = best.badness - trial.badness < 1e-9 * best.badness
            values, best, damping = values + move, trial, damping / 10
            if done:
                break
        else:
            damping *= 10
            if damping > 1e8:
                break
    return Fit(values, np.sqrt(np.diag(np.linalg.inv(normal))), best.badness)


def bootstrap(data: Points, draws: int, rng: np.random.Generator, variable: str = TEMPERATURE) -> Floats:
    """Best fits to points drawn anew from Gaussians with the stored errors, shape (draws, 3)."""
    start = tuple(best_fit(data, variable).values)
    return np.array(
        [
            best_fit(data._replace(m=rng.normal(data.m, data.error)), variable, start).values
            for _ in range(at_least("draws", draws, 1))
        ]
    )


class Crossing(NamedTuple):
    """Where the cumulants of two sizes cross, and what they are there, with standard errors."""

    temperature: float
    temperature_error: float
    binder: float
    binder_error: float


def crossing(small: int, large: int) -> Crossing:
    """Fit a cubic in T to U of each size within 0.035 of T = 2.27, and find where they meet.

    Errors are propagated linearly from those of the stored means. Raises ValueError unless small < large, in SIZES.
    """
    if not small < large:
        raise ValueError(f"small = {small} must be less than large = {large}")
    middle, fits = 2.27, []
    for size in (small, large):
        data = measured(size)
        near = np.abs(data.temperature - middle) < 0.0351
        basis = np.vander(data.temperature[near] - middle, 4) / data.binder_error[near, None]
        covariance = np.linalg.inv(basis.T @ basis)
        fits.append((covariance @ basis.T @ (data.binder[near] / data.binder_error[near]), covariance))
    gap = fits[0][0] - fits[1][0]
    roots = np.roots(gap)
    real = roots.real[np.abs(roots.imag) < 1e-9]
    at = float(real[np.argmin(np.abs(real))])
    powers = at ** np.arange(3, -1, -1.0)
    slopes = [np.polyval(np.polyder(c), at) for c, _ in fits]
    spread = [float(powers @ covariance @ powers) for _, covariance in fits]
    change = slopes[0] - slopes[1]
    # dT = −(δ₁ − δ₂)/(slope₁ − slope₂); dU = δ₁ + slope₁ dT = (slope₁ δ₂ − slope₂ δ₁)/(slope₁ − slope₂)
    t_error = np.sqrt(spread[0] + spread[1]) / abs(change)
    u_error = np.sqrt(slopes[1] ** 2 * spread[0] + slopes[0] ** 2 * spread[1]) / abs(change)
    return Crossing(middle + at, float(t_error), float(np.polyval(fits[0][0], at)), float(u_error))


def counted_crossing(small: int, large: int) -> Crossing:
    """The crossing of two sizes whose states are counted, exactly up to rounding; its errors are 0.

    Raises ValueError unless small < large, in ising_states.SIZES.
    """
    if not small < large:
        raise ValueError(f"small = {small} must be less than large = {large}")
    low, high = 2.2, 2.4
    for _ in range(60):
        middle = (low + high) / 2
        if counted_binder(small, middle) < counted_binder(large, middle):
            low = middle
        else:
            high = middle
    return Crossing(low, 0.0, counted_binder(small, low), 0.0)


def counted_binder(size: int, temperature: float) -> float:
    """U of a size whose states are counted. Raises ValueError for another size or a temperature outside (0, ∞)."""
    m, law = states(size).magnetisation_law(temperature)
    return float(1 - (law @ m**4) / (3 * (law @ m**2) ** 2))


EXACT_CROSSINGS = {(4, 6): counted_crossing(4, 6), (6, 8): counted_crossing(6, 8)}
