"""Landau's free energy: minima, the two kinds of transition, and the exponents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.physics import landau

coefficient = st.floats(-3, 3, allow_subnormal=False)


@given(coefficient, coefficient, coefficient)
def test_stationary_points_are_the_sign_changes_of_the_slope(t, h, b):
    """On a fine grid f falls into every minimum and rises out of it, and between two minima lies a maximum."""
    minima, maxima = landau.stationary_points(t, h, b)
    assert len(minima) == len(maxima) + 1
    both = np.sort(np.concatenate([minima, maxima]))
    np.testing.assert_array_equal(both[::2], minima)
    slope = both**5 + b * both**3 + t * both - h
    assert np.abs(slope).max() < 1e-10
    grid = np.linspace(-3, 3, 2001)
    f = landau.free_energy(grid, t, h, b)
    lowest = landau.equilibrium(t, h, b)
    assert landau.free_energy(lowest, t, h, b) <= f.min() + 1e-12


@given(coefficient, coefficient)
def test_without_a_field_the_free_energy_is_symmetric_and_the_positive_side_is_chosen(t, b):
    m = np.linspace(-2, 2, 101)
    np.testing.assert_allclose(landau.free_energy(m, t, 0, b), landau.free_energy(-m, t, 0, b), atol=1e-12)
    assert landau.equilibrium(t, 0.0, b) > -1e-7


@pytest.mark.parametrize("b", [0.3, 1.0, 2.5])
def test_continuous_transition_has_landaus_exponents(b):
    near = np.array([1e-8, 1e-10])
    m = landau.order_parameter(near, b)
    np.testing.assert_allclose(m / np.sqrt(near / b), 1, rtol=1e-6)  # beta = 1/2
    h = 1e-9
    assert landau.equilibrium(0.0, h, b) == pytest.approx((h / b) ** (1 / 3), rel=1e-4)  # delta = 3
    t = 1e-3
    response = (landau.equilibrium(t, 1e-9, b) - landau.equilibrium(t, -1e-9, b)) / 2e-9
    assert response == pytest.approx(float(landau.susceptibility_above(t)), rel=1e-4)  # gamma = 1


def test_tricritical_exponents_are_a_quarter_and_a_fifth():
    distances = np.geomspace(1e-6, 1, 5)
    np.testing.assert_allclose(landau.order_parameter(distances, 0.0), distances**0.25, rtol=1e-12)
    for h in (1e-4, 1e-2, 1.0):
        assert landau.equilibrium(0.0, h, 0.0) == pytest.approx(h**0.2, rel=1e-10)


@given(st.floats(1e-6, 1), st.floats(-2, 2))
def test_exponents_are_the_slopes_of_the_curves(at, b):
    """Central differences over 0.2 %; in a field from the isotherm, whose slope is the inverse."""
    near = at * np.array([0.999, 1.001])
    width = np.log(1.001 / 0.999)
    below = np.log(landau.order_parameter(near, b))
    assert landau.exponent_below(at, b) == pytest.approx(np.diff(below).item() / width, abs=1e-6)
    m = landau.equilibrium(0.0, at, b)
    assert landau.isotherm(m, b) == pytest.approx(at, rel=1e-9)
    fields = landau.isotherm(m * np.array([1 - 1e-6, 1 + 1e-6]), b)
    assert np.diff(fields).item() / (2e-6 * at) == pytest.approx(1 / landau.exponent_in_field(at, b), rel=1e-4)


def test_without_a_field_all_equally_low_minima_are_lowest_and_with_one_only_one():
    for t, b, number in ((-0.6, 1.0, 2), (0.5, 1.0, 1), (3 / 16, -1.0, 3)):
        minima, _ = landau.stationary_points(t, 0.0, b)
        assert len(landau.lowest(minima, t, 0.0, b)) == number
    minima, _ = landau.stationary_points(-0.6, 0.01, 1.0)
    assert len(minima) == 2 and landau.lowest(minima, -0.6, 0.01, 1.0).tolist() == [minima[1]]


@pytest.mark.parametrize("b", [-0.4, -1.0, -2.0])
def test_first_order_transition_jumps_where_three_minima_are_equally_low(b):
    t = landau.transition(b)
    assert t == pytest.approx(3 * b * b / 16)
    minima, _ = landau.stationary_points(t, 0.0, b)
    assert len(minima) == 3
    np.testing.assert_allclose(landau.free_energy(minima, t, 0.0, b), 0, atol=1e-12)
    assert minima[2] ** 2 == pytest.approx(-3 * b / 4)
    assert landau.equilibrium(t - 1e-6, 0.0, b) ** 2 == pytest.approx(-3 * b / 4, rel=1e-4)
    assert landau.equilibrium(t + 1e-6, 0.0, b) == pytest.approx(0, abs=1e-9)
    assert float(landau.order_parameter(1e-12, b)) == pytest.approx(np.sqrt(-3 * b / 4))


def test_ordered_minima_survive_to_a_quarter_of_b_squared():
    for t, number in ((-0.01, 2), (0.01, 3), (0.249, 3), (0.251, 1)):
        assert len(landau.stationary_points(t, 0.0, -1.0)[0]) == number


@given(st.floats(1e-9, 2), st.floats(-2, 2))
def test_order_parameter_is_the_lowest_minimum(below, b):
    expected = landau.order_parameter(below, b)
    if below > 1e-6:
        assert landau.equilibrium(landau.transition(b) - below, 0.0, b) == pytest.approx(float(expected), rel=1e-6)
    assert expected > 0


@given(st.floats(-1, 1), st.floats(-1.5, 1.5), st.floats(-3, 3))
def test_the_fit_finds_the_coefficients_of_a_polynomial(t, b, constant):
    m = np.linspace(-1, 1, 17)
    found_t, found_b, polynomial = landau.fit(m, landau.free_energy(m, t, 0.0, b) + constant)
    assert found_t == pytest.approx(t, abs=1e-9) and found_b == pytest.approx(b, abs=1e-8)
    np.testing.assert_allclose(polynomial, landau.free_energy(m, t, 0.0, b) + constant, atol=1e-9)


def test_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match="m has 2 different squares up to 9/16, fewer than four"):
        landau.fit(np.array([-1, -0.5, 0, 0.5, 1]), np.zeros(5))
    with pytest.raises(ValueError, match="t = nan is outside"):
        landau.stationary_points(float("nan"), 0.0, 1.0)
    with pytest.raises(ValueError, match="b = inf is outside"):
        landau.equilibrium(0.0, 0.0, float("inf"))
    with pytest.raises(ValueError, match=r"below = 0.0 is outside \(0, inf\)"):
        landau.order_parameter(0.0, 1.0)
    with pytest.raises(ValueError, match=r"t = -1.0 is outside \(0, inf\)"):
        landau.susceptibility_above(-1.0)
    with pytest.raises(ValueError, match=r"h = 0.0 is outside \(0, inf\)"):
        landau.exponent_in_field(0.0, 1.0)
