"""The Ising model against the exact results of Onsager and Yang."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence import ising


def mean_and_error(samples: np.ndarray, batches: int = 16) -> tuple[float, float]:
    """Mean and its standard error from batch means, which carry the autocorrelation of the samples."""
    means = samples[: len(samples) // batches * batches].reshape(batches, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(batches))


def run(
    temperature: float, sweeps: int, seed: int, size: int = 48, warm_up: int = 200
) -> tuple[np.ndarray, np.ndarray]:
    """Magnetisation and energy per spin after each sweep, from a lattice with all spins up."""
    rng = np.random.default_rng(seed)
    spins = np.ones((size, size), dtype=np.int8)
    for _ in range(warm_up):
        ising.heat_bath_sweep(spins, temperature, rng)
    m, u = np.empty(sweeps), np.empty(sweeps)
    for i in range(sweeps):
        ising.heat_bath_sweep(spins, temperature, rng)
        m[i], u[i] = ising.magnetisation(spins), ising.energy_per_spin(spins)
    return m, u


def test_critical_temperature_solves_kramers_wannier_duality():
    assert np.sinh(2 / ising.CRITICAL_TEMPERATURE) == pytest.approx(1, abs=1e-14)


def test_closed_forms_take_their_published_values():
    assert float(ising.spontaneous_magnetisation(2.0)) == pytest.approx(0.9113193779, abs=5e-11)
    assert ising.onsager_energy(2.0) == pytest.approx(-1.745564575, abs=5e-10)
    assert ising.onsager_energy(ising.CRITICAL_TEMPERATURE) == pytest.approx(-np.sqrt(2), abs=1e-12)


def test_onsager_energy_is_the_derivative_of_the_free_energy():
    """−∂(ln Z/N)/∂K from Onsager's double integral, by quadrature and a central difference."""

    def log_partition(coupling: float, points: int = 512) -> float:
        angles = (np.arange(points) + 0.5) * np.pi / points
        cosines = np.cos(angles)[:, None] + np.cos(angles)[None, :]
        return np.log(2) + np.log(np.cosh(2 * coupling) ** 2 - np.sinh(2 * coupling) * cosines).mean() / 2

    for temperature in (1.5, 2.0, 2.6, 3.0):
        k, step = 1 / temperature, 1e-4
        slope = (log_partition(k + step) - log_partition(k - step)) / (2 * step)
        assert -slope == pytest.approx(ising.onsager_energy(temperature), abs=1e-6)


@pytest.mark.parametrize("temperature", [1.5, 2.0])
def test_magnetisation_agrees_with_onsager_yang_below_tc(temperature):
    m, _ = run(temperature, sweeps=1600, seed=3)
    mean, error = mean_and_error(m)
    assert abs(mean - float(ising.spontaneous_magnetisation(temperature))) < 4 * error


@pytest.mark.parametrize("temperature", [1.5, 2.0, 2.6, 3.0])
def test_energy_agrees_with_onsager(temperature):
    _, u = run(temperature, sweeps=1600, seed=5)
    mean, error = mean_and_error(u)
    assert abs(mean - ising.onsager_energy(temperature)) < 4 * error


def test_magnetisation_vanishes_above_tc():
    m, _ = run(3.0, sweeps=1600, seed=7)
    mean, error = mean_and_error(m)
    assert abs(mean) < 4 * error


@pytest.mark.parametrize("field", [0.0, 0.7])
def test_heat_bath_draws_each_spin_from_its_conditional_law(field):
    """Frequencies of 'up' for each sum of neighbours, on the colour updated last, within 4 standard errors."""
    rng, temperature = np.random.default_rng(11), 2.5
    spins = ising.random_lattice(64, rng)
    odd = np.indices(spins.shape).sum(axis=0) % 2 == 1
    ups, counts = np.zeros(9), np.zeros(9)
    for _ in range(60):
        ising.heat_bath_sweep(spins, temperature, rng, field)
        neighbours = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1)) + 4
        np.add.at(ups, neighbours[odd], spins[odd] == 1)
        np.add.at(counts, neighbours[odd], 1)
    for total in (-4, -2, 0, 2, 4):
        p, n = 1 / (1 + np.exp(-2 * (total + field) / temperature)), counts[total + 4]
        assert n > 100
        assert abs(ups[total + 4] / n - p) < 4 * np.sqrt(p * (1 - p) / n)


@settings(deadline=None, derandomize=True)
@given(st.floats(0.05, 50), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_a_sweep_keeps_spins_and_bounds(temperature, half, seed):
    rng = np.random.default_rng(seed)
    spins = ising.random_lattice(2 * half, rng)
    ising.heat_bath_sweep(spins, temperature, rng)
    assert set(np.unique(spins)) <= {-1, 1}
    assert -1 <= ising.magnetisation(spins) <= 1
    assert -2 <= ising.energy_per_spin(spins) <= 2


@settings(derandomize=True)
@given(st.floats(1e-3, 1e3))
def test_exact_curves_stay_in_their_bounds(temperature):
    assert 0 <= float(ising.spontaneous_magnetisation(temperature)) <= 1
    assert -2 <= ising.onsager_energy(temperature) <= 0


def test_all_spins_alike_have_energy_minus_two():
    assert ising.energy_per_spin(np.ones((8, 8), dtype=np.int8)) == -2


@pytest.mark.parametrize("size", [0, 3, -2])
def test_an_odd_or_empty_lattice_is_refused(size):
    with pytest.raises(ValueError, match=f"size = {size} must be an even integer"):
        ising.random_lattice(size, np.random.default_rng(0))


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("inf"), float("nan")])
def test_a_temperature_out_of_range_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        ising.heat_bath_sweep(np.ones((2, 2), dtype=np.int8), temperature, np.random.default_rng(0))
