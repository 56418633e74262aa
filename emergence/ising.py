"""The two-dimensional Ising model on a periodic square lattice, J = k_B = 1.

Energy E(s) = −Σ_⟨ij⟩ s_i s_j − h Σ_i s_i with s_i = ±1; heat-bath dynamics on the two colours of a
checkerboard. Exact results for h = 0: Onsager, Phys. Rev. 65, 117 (1944); Yang, Phys. Rev. 85, 808 (1952).
"""

from __future__ import annotations

import math

import numpy as np

CRITICAL_TEMPERATURE = 2 / math.log(1 + math.sqrt(2))
"""T_c = 2/ln(1+√2) ≈ 2.269185 (Onsager 1944)."""


def _check_temperature(temperature: float) -> None:
    if not 0 < temperature < math.inf:
        raise ValueError(f"temperature = {temperature!r} is outside (0, inf)")


def random_lattice(size: int, rng: np.random.Generator) -> np.ndarray:
    """Independent fair spins, the equilibrium at T = ∞: shape (size, size), int8 values ±1.

    Raises ValueError unless size is even and at least 2 (the checkerboard must close on the torus).
    """
    if size < 2 or size % 2:
        raise ValueError(f"size = {size!r} must be an even integer, at least 2")
    return rng.choice(np.array([-1, 1], dtype=np.int8), size=(size, size))


def heat_bath_sweep(spins: np.ndarray, temperature: float, rng: np.random.Generator, field: float = 0.0) -> None:
    """Give every spin, in place, a fresh value drawn from its law given its four neighbours.

    P(s_i = +1 | neighbours) = 1/(1 + exp(−2(Σ_j s_j + h)/T)); first all sites of one colour, whose neighbours
    all have the other colour, then the others.

    spins: (L, L) array of ±1, L even. Raises ValueError for a temperature outside (0, ∞).
    """
    _check_temperature(temperature)
    size = spins.shape[0]
    rows, columns = np.indices(spins.shape)
    up_probability = 1 / (1 + np.exp(-2 * (np.arange(-4, 5) + field) / temperature))
    for colour in (0, 1):
        neighbours = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
        proposal = np.where(rng.random((size, size)) < up_probability[neighbours + 4], 1, -1)
        sites = (rows + columns) % 2 == colour
        spins[sites] = proposal[sites]


def magnetisation(spins: np.ndarray) -> float:
    """m = mean spin, in [−1, 1]."""
    return float(spins.mean())


def energy_per_spin(spins: np.ndarray, field: float = 0.0) -> float:
    """E/N of a configuration; −2 for all spins alike without field."""
    bonds = spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))
    return float(-bonds.mean() - field * spins.mean())


def spontaneous_magnetisation(temperature: np.ndarray | float) -> np.ndarray:
    """Onsager–Yang: (1 − sinh⁻⁴(2/T))^{1/8} below T_c, 0 from T_c on; any shape. ValueError unless T > 0."""
    t = np.asarray(temperature, dtype=float)
    if not np.all(t > 0):
        raise ValueError(f"temperature = {temperature!r} must be positive")
    # at very low T the hyperbolic sine overflows; m is 1 there to double precision
    sinh = np.sinh(np.minimum(2 / t, 300))
    return np.where(t < CRITICAL_TEMPERATURE, np.maximum(1 - sinh**-4.0, 0) ** 0.125, 0.0)


def onsager_energy(temperature: float) -> float:
    """Exact energy per spin of the infinite lattice without field (Onsager 1944).

    u = −coth(2K)[1 + (2/π)(2 tanh²2K − 1) 𝐊(k)], K = 1/T, k = 2 sinh 2K / cosh² 2K; SciPy's ellipk takes k².
    """
    from scipy.special import ellipkm1

    _check_temperature(temperature)
    tanh = math.tanh(2 / temperature)
    factor = 2 * tanh**2 - 1  # also the complementary modulus: 1 − k² = factor², exact where 𝐊 diverges
    if factor == 0:
        return -math.sqrt(2)
    return -(1 + 2 / math.pi * factor * float(ellipkm1(factor**2))) / tanh
