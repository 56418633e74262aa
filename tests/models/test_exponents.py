"""Skills with the frequencies of a power law: sums, bounds, and the exponents that follow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from emergence.scaling import exponents

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(("s", "value"), [(2, math.pi**2 / 6), (4, math.pi**4 / 90)])
def test_zeta_at_even_numbers(s, value):
    assert exponents.zeta(s) == pytest.approx(value, rel=1e-14)


@given(st.floats(1.01, 20))
def test_zeta_agrees_with_scipy(s):
    assert exponents.zeta(s) == pytest.approx(special.zeta(s), rel=1e-12)


@given(n=st.integers(0, 10**6), alpha=st.floats(0.05, 3))
def test_what_is_missing_is_the_sum_of_the_rest(n, alpha):
    rest = special.zeta(1 + alpha, n + 1) / special.zeta(1 + alpha)
    assert exponents.missing(n, alpha) == pytest.approx(rest, rel=1e-10)


def test_frequencies_and_what_is_missing_make_one():
    for n in (1, 63, 64, 1000):
        assert exponents.frequency(np.arange(1, n + 1), 0.4).sum() + exponents.missing(n, 0.4) == pytest.approx(1)


@given(n=st.integers(1, 10**6), alpha=st.floats(0.05, 3))
def test_what_is_missing_lies_between_its_bounds(n, alpha):
    low, high = exponents.missing_bounds(n, alpha)
    assert low * (1 - 1e-10) <= exponents.missing(n, alpha) <= high * (1 + 1e-10)


@pytest.mark.parametrize("alpha", [0.2, 0.5, 1.0])
def test_with_many_examples_the_missing_part_falls_with_alpha_over_one_plus_alpha(alpha):
    examples = np.logspace(8, 16, 9)
    left = exponents.missing(exponents.learned_from(examples, alpha), alpha)
    slope = np.polyfit(np.log(examples), np.log(left), 1)[0]
    assert slope == pytest.approx(-alpha / (1 + alpha), abs=0.01)


def test_the_last_skill_that_is_learned_occurs_once_and_the_next_does_not():
    learned = exponents.learned_from(5000, 0.5)
    assert 5000 * exponents.frequency(learned, 0.5) >= 1 > 5000 * exponents.frequency(learned + 1, 0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: exponents.zeta(1), r"s = 1 .*\(1, inf\)"),
        (lambda: exponents.frequency(0, 0.5), r"k = 0 .*\[1, inf\)"),
        (lambda: exponents.missing(2.5, 0.5), r"n = 2.5 must be a whole number"),
        (lambda: exponents.missing(2, 0), r"alpha = 0 .*\(0, inf\)"),
        (lambda: exponents.learned_from(0, 0.5), r"examples = 0 .*\(0, inf\)"),
    ],
)
def test_bad_arguments_are_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
