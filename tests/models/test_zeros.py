"""Zeros of the partition function of small lattices."""

from __future__ import annotations

import cmath
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.physics import zeros
from emergence.physics.ising import CRITICAL_TEMPERATURE
from emergence.physics.ising_states import count_states, states


@pytest.mark.parametrize(("size", "temperature"), [(4, 1.2), (4, 3.0), (6, 2.0), (6, CRITICAL_TEMPERATURE), (6, 4.0)])
def test_all_zeros_in_the_field_lie_on_the_unit_circle(size, temperature):
    """The circle theorem of Lee and Yang, by the roots of the polynomial in e^(2h/T), with 80 digits."""
    lattice = states(size)
    with mpmath.workdps(80):
        coefficients = [mpmath.mpf(0)] * (size**2 + 1)
        for energy, m, count in zip(lattice.energy, lattice.magnetisation, lattice.count, strict=True):
            coefficients[(int(m) + size**2) // 2] += int(count) * mpmath.exp(-int(energy) / mpmath.mpf(temperature))
        roots = mpmath.polyroots(coefficients, maxsteps=500, extraprec=400)
        assert max(abs(abs(root) - 1) for root in roots) < 1e-30
        angles = sorted(float(mpmath.arg(root)) / 2 for root in roots if mpmath.im(root) > 0)
    assert zeros.lee_yang(size, temperature) == pytest.approx(angles, abs=2e-8)


@given(st.sampled_from((4, 6, 8)), st.floats(zeros.COLDEST, zeros.HOTTEST))
@settings(deadline=None)
def test_half_the_zeros_are_found_at_every_temperature_and_none_at_the_real_axis(size, temperature):
    found = zeros.lee_yang(size, temperature)
    assert len(found) == size**2 // 2 and (np.diff(found) > 0).all() and found[0] > 0.02 and found[-1] < math.pi / 2


@given(st.sampled_from((4, 6, 8)), st.floats(0.3, 20), st.floats(-3, 3))
def test_there_is_no_zero_at_a_real_temperature_and_field(size, temperature, field):
    """Z is a sum of positive numbers; so ln Z is analytic there, and no finite lattice has a transition."""
    m, law = states(size).magnetisation_law(temperature, field)
    assert (law >= 0).all() and law.sum() == pytest.approx(1) and np.isfinite(m).all()


def test_far_above_the_critical_temperature_the_first_zero_stays_away():
    """Above T_c there is a gap (at high temperature a theorem of Ruelle); below it closes like 1/N."""
    above = [zeros.leading_field_zero(states(size), 4.0) for size in (4, 6, 8)]
    below = [zeros.leading_field_zero(states(size), 1.8) for size in (4, 6, 8)]
    assert above[-1] > 0.65 and above[0] / above[-1] < 1.5
    sizes = np.array([4, 6, 8])
    m_0 = (1 - math.sinh(2 / 1.8) ** -4) ** 0.125
    # two phases: cos(N m₀ φ) = 0
    assert np.array(below) * sizes**2 * m_0 / 1.8 == pytest.approx(np.full(3, math.pi / 2), rel=0.03)


def test_at_the_critical_temperature_the_first_field_zero_falls_like_l_to_minus_15_over_8():
    first = [zeros.leading_field_zero(count_states(2)), *(zeros.leading_field_zero(states(n)) for n in (4, 6, 8))]
    sizes = [2, 4, 6, 8]
    exponents = [math.log(first[i] / first[i + 1]) / math.log(sizes[i + 1] / sizes[i]) for i in range(3)]
    assert exponents == pytest.approx([1.8948, 1.8818, 1.8778], abs=1e-4)
    assert 0 < exponents[-1] - 15 / 8 < 0.003 and exponents[0] > exponents[1] > exponents[2]


@pytest.mark.parametrize("temperature", [0.9, 2.0, 2.3, 6.0])
@pytest.mark.parametrize("size", [4, 6, 8])
def test_kaufmans_formula_agrees_with_the_counts(size, temperature):
    lattice = states(size)
    counted = np.logaddexp.reduce(np.log(lattice.count.astype(float)) - lattice.energy / temperature)
    formula = zeros.log_partition(size, math.sinh(2 / temperature))
    assert formula.real == pytest.approx(counted, rel=1e-12) and abs(formula.imag) < 1e-9


@pytest.mark.parametrize("size", [4, 6, 8])
def test_fisher_zeros_of_the_counts_are_zeros_of_kaufmans_formula(size):
    found = zeros.fisher(size)
    assert len(found) == size**2 // 2
    for s in found:
        there = zeros.log_partition(size, complex(s)) - zeros.log_partition(size, 1.1 * abs(s))
        assert abs(cmath.exp(there)) < 1e-10
    # they keep near the circle |s| = 1, on which they lie in the limit
    assert np.abs(np.log(np.abs(found))).max() < 0.14


def test_the_first_fisher_zero_closes_in_like_one_over_l():
    sizes = (4, 8, 16, 32, 64, 128)
    first = [zeros.leading_fisher_zero(size) for size in sizes]
    near = zeros.fisher(8)
    assert first[1] == pytest.approx(
        min((2 / cmath.asinh(s) for s in near if s.imag < 0), key=lambda t: t.imag), rel=1e-9
    )
    exponents = [math.log2(a.imag / b.imag) for a, b in zip(first, first[1:], strict=False)]
    assert exponents == pytest.approx([1.0124, 1.0315, 1.0212, 1.0119, 1.0063], abs=1e-4)
    assert all(t.imag > 0 for t in first) and abs(first[-1].real - CRITICAL_TEMPERATURE) < 0.01
    for size, t in zip(sizes, first, strict=True):
        there = zeros.log_partition(size, cmath.sinh(2 / t) * (1 + 1e-9))
        beside = zeros.log_partition(size, cmath.sinh(2 / t) * (1 + 1e-4))
        assert (there - beside).real < -10


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="temperature = 0.1 is outside"):
        zeros.lee_yang(4, 0.1)
    with pytest.raises(ValueError, match="size = 5 must be even"):
        zeros.log_partition(5, 1.2)
    with pytest.raises(ValueError, match="s = 0 is outside"):
        zeros.log_partition(4, 0)
    with pytest.raises(ValueError, match=r"size = 12 must be a power of two in \[4, inf\)"):
        zeros.leading_fisher_zero(12)
