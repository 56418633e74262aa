"""Formulas that the exercises of the chapters on physics declare, against the book's models."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from declared import EXERCISES

from emergence.exercises.two_limits import HALF_FIELD
from emergence.physics import ising, landau
from emergence.physics.ising_states import states


def declared(exercise: str, part: str, **values: float) -> float:
    return float(sympy.sympify(EXERCISES[exercise].questions[part].reference).subs(values))


def test_the_exponent_of_the_first_term_is_landaus_at_both_signs_of_b():
    for k, b in ((2, 1.0), (3, 0.0)):
        assert declared("symmetry_breaking.tricritical", "general", k=k) == pytest.approx(
            landau.exponent_below(1e-8, b), rel=1e-6
        )


def test_the_mean_of_an_absolute_value_is_that_of_the_counts_when_it_is_hot():
    temperature, size = 50.0, 8
    m, law = states(size).magnetisation_law(temperature)
    chi = size**2 * (m**2 * law).sum() / temperature
    mean = declared("symmetry_breaking.absolute", "mean", chi=chi, T=temperature, L=size)
    assert mean == pytest.approx((np.abs(m) * law).sum(), rel=0.01)


@pytest.mark.parametrize("size", [4, 6, 10])
def test_stripes_cost_what_the_energy_of_the_lattice_says(size):
    def energy(spins: np.ndarray) -> int:
        return -sum((spins * np.roll(spins, 1, axis)).sum() for axis in (0, 1))

    up = np.ones((size, size), int)
    stripes = up.copy()
    stripes[: size // 2] = -1
    cost = energy(stripes) - energy(up)
    assert declared("symmetry_breaking.wall", "energy", L=size) == cost
    assert declared("symmetry_breaking.wall", "per_spin", L=size) == pytest.approx(cost / size**2)


@pytest.mark.parametrize(("temperature", "spins"), [(1.0, 64.0), (2.0, 64.0), (2.0, 1e20), (2.2, 1e6)])
def test_in_the_declared_field_the_two_states_give_half_of_what_they_can(temperature, spins):
    half = ising.two_state_magnetisation(temperature, HALF_FIELD(temperature, spins), spins)
    assert half == pytest.approx(ising.spontaneous_magnetisation(temperature) / 2)
    assert declared("two_limits.smallest_field", "spins") == pytest.approx(HALF_FIELD(2.0, 1) / 1e-6)


@pytest.mark.parametrize("temperature", [0.3, 0.5, 1.0, 4.0])
def test_the_range_of_a_chain_is_that_of_its_magnetisation(temperature):
    """With a = e^(−n/ξ) the middle of a chain with fixed ends has 2a/(1 + a²) = 1/cosh(n/ξ)."""
    xi = declared("two_limits.chain", "xi", T=temperature)
    for distance in (1, 3, 20):
        middle = ising.chain_magnetisation(temperature, distance)
        assert middle == pytest.approx(1 / np.cosh(distance / xi))
    assert declared("two_limits.chain", "xi", T=declared("two_limits.chain", "temperature")) == pytest.approx(1e8)
