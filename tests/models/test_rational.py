"""How near fractions come to a limit, against mpmath and the lemma."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence.limits import rational, sequences

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("sixty_digits")]


def test_denominator_times_error_tends_to_zero_for_e_and_the_root_of_two():
    """By the lemma the limits are irrational: bounded by (n+2)/(n+1)² for e, equal to 1/(p + q√2) for √2."""
    for n, fraction in enumerate(sequences.terms("exponential series", 30, Fraction(1)), start=1):
        scaled = math.factorial(n) * (mpmath.e - mpmath.mpf(fraction.numerator) / fraction.denominator)
        assert 0 < scaled < mpmath.mpf(n + 2) / (n + 1) ** 2
    for fraction in sequences.terms("mobius", 40, Fraction(1)):
        p, q = fraction.numerator, fraction.denominator
        assert abs(p * p - 2 * q * q) == 1
        with mpmath.workdps(120):
            assert mpmath.almosteq(q * abs(mpmath.sqrt(2) - mpmath.mpf(p) / q), 1 / (p + q * mpmath.sqrt(2)), 1e-60)


def test_denominator_times_error_cannot_decide_for_leibniz_and_is_bounded_below_for_a_third():
    leibniz = rational.approximation(sequences.terms("leibniz", 30, Fraction(1)), "π").log_scaled
    assert leibniz[-1] > 10 and leibniz.min() > -0.1
    thirds = rational.approximation(sequences.terms("thirds", 30, Fraction(1)), "1/3").log_scaled
    assert thirds == pytest.approx(math.log10(1 / 3), rel=1e-12)


@given(a=st.integers(-50, 50), b=st.integers(1, 50), p=st.integers(-500, 500), q=st.integers(1, 500))
def test_a_rational_number_keeps_other_fractions_at_a_distance(a, b, p, q):
    """The lemma's inequality: q |a/b - p/q| >= 1/b unless they are equal."""
    assume(Fraction(a, b) != Fraction(p, q))
    assert q * abs(Fraction(a, b) - Fraction(p, q)) >= Fraction(1, b)


def test_convergents_of_pi_are_the_known_ones():
    found = rational.convergents("π", 5)
    assert found == [Fraction(3), Fraction(22, 7), Fraction(333, 106), Fraction(355, 113), Fraction(103993, 33102)]
    scaled = rational.approximation(rational.convergents("π", 30), "π")
    assert np.all(scaled.log_scaled + scaled.log_q < 0), "|x - p/q| < 1/q² for every convergent"


@pytest.mark.parametrize("limit", ["e", "π", "√2", "π²/6"])
def test_convergents_have_as_many_right_digits_as_needed(limit):
    """Recomputed from mpmath with many more digits."""
    with mpmath.workdps(200):
        x, right = {"e": mpmath.exp(1), "π": +mpmath.pi, "√2": mpmath.sqrt(2), "π²/6": mpmath.zeta(2)}[limit], []
        before, now = (0, 1), (1, 0)
        for _ in range(30):
            whole = int(mpmath.floor(x))
            before, now = now, (whole * now[0] + before[0], whole * now[1] + before[1])
            right.append(Fraction(*now))
            x = 1 / (x - whole)
    assert rational.convergents(limit, 30) == right


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rational.convergents("1/3", 4), "the limit must be irrational"),
        (lambda: rational.approximation([Fraction(1, 3)], "1/3"), "equals the limit"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
