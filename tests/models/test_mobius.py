"""The map x -> 1 + 1/(1 + x): every start, its coordinate, and the way through infinity."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence.limits import mobius, sequences

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("sixty_digits")]


@given(p=st.integers(-(10**6), 10**6), denominator=st.integers(1, 10**6), n=st.integers(0, 20))
def test_one_step_multiplies_the_coordinate_by_q_exactly(p, denominator, n):
    orbit = mobius.orbit(p, denominator, n)
    assert orbit.w == pytest.approx(orbit.w[0] * mobius.Q ** np.arange(n + 1), rel=1e-12)


@given(p=st.integers(-(10**9), 10**9), denominator=st.integers(0, 10**9))
def test_every_start_but_the_repelling_fixed_point_reaches_the_root_of_two(p, denominator):
    """No fraction is -√2, so every fraction, and infinity as 1/0, must arrive. |w_0| <= about 4 · 1e18 here."""
    assume((p, denominator) != (0, 0))
    orbit = mobius.orbit(p, denominator, 60)
    assert abs(orbit.error[-1]) < 1e-25
    assert orbit.x[-1] == pytest.approx(math.sqrt(2), rel=1e-15)


@given(p=st.integers(-1000, 1000), denominator=st.integers(1, 1000))
def test_points_errors_and_coordinates_of_an_orbit_agree(p, denominator):
    orbit = mobius.orbit(p, denominator, 8)
    x, finite = orbit.x, np.isfinite(orbit.x)
    assert orbit.error[finite] == pytest.approx(x[finite] - math.sqrt(2), rel=1e-9, abs=1e-12)
    far = np.abs(x + math.sqrt(2)) > 1e-3
    coordinate = [(y - math.sqrt(2)) / (y + math.sqrt(2)) if np.isfinite(y) else 1 for y in x[far]]
    assert orbit.w[far] == pytest.approx(coordinate, rel=1e-9, abs=1e-12)
    for here, there in zip(x, x[1:], strict=False):
        if np.isfinite(here) and np.isfinite(there) and abs(1 + here) > 1e-9:
            assert there == pytest.approx(1 + 1 / (1 + here), rel=1e-6)


def test_the_pole_goes_to_infinity_and_infinity_to_one():
    assert list(mobius.orbit(-1, 1, 3).x) == [-1, math.inf, 1, 1.5]
    assert list(mobius.orbit(1, 0, 1).x) == [math.inf, 1]


def pole_preimage(k):
    """Numerator and denominator of the start that reaches infinity in exactly k steps, by the inverse of the map."""
    p, q = 1, 0
    for _ in range(k):
        p, q = -p + 2 * q, p - q
    return (p, q) if q > 0 else (-p, -q)


def test_the_first_starts_that_meet_the_pole_are_those_of_the_text():
    assert [pole_preimage(k) for k in range(1, 5)] == [(-1, 1), (-3, 2), (-7, 5), (-17, 12)]


@given(k=st.integers(1, 15))
def test_a_start_reaches_infinity_after_k_steps_exactly_if_its_coordinate_is_q_to_the_minus_k(k):
    orbit = mobius.orbit(*pole_preimage(k), k + 2)
    assert list(np.flatnonzero(np.isinf(orbit.x))) == [k]
    assert orbit.w[0] == pytest.approx(mobius.Q**-k, rel=1e-12)
    assert orbit.w[k] == pytest.approx(1, rel=1e-12)


def test_minus_the_root_of_two_repels_by_five_point_eight_three():
    orbit = mobius.orbit(*(-math.sqrt(2)).as_integer_ratio(), 30)
    away = np.abs(orbit.x + math.sqrt(2))
    assert np.all(away[:19] < 0.01) and away[19] > 0.01
    assert away[12] / away[11] == pytest.approx(1 / abs(mobius.Q), rel=0.001)
    assert round(1 / abs(mobius.Q), 2) == 5.83


def test_newtons_iterate_n_is_iterate_two_to_the_n_minus_one():
    mobius, newton = sequences.terms("mobius", 63, Fraction(1)), sequences.terms("newton", 6, Fraction(1))
    assert newton == [mobius[2**n - 2] for n in range(1, 7)]
    assert newton[:2] == [Fraction(3, 2), Fraction(17, 12)]


def test_the_rule_without_its_index_allows_a_sequence_without_limit():
    """x = 1 + 1/(1 + x) has two solutions, so a sequence that jumps between them satisfies it."""
    for x in (mpmath.sqrt(2), -mpmath.sqrt(2)):
        assert abs(x - (1 + 1 / (1 + x))) < mpmath.mpf(10) ** -57


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mobius.orbit(0, 0, 3), "numerator = 0 and denominator = 0"),
        (lambda: mobius.orbit(1, 1, -1), r"n = -1 must be an integer in \[0, inf\)"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
