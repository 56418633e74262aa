"""Every constant against sixty digits, every sequence against its law."""

import math
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.limits import mobius, sequences

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("sixty_digits")]

RATIONAL = [n for n in sequences.SEQUENCES if n not in ("archimedes", "salamin")]


def exact(limit):
    """The limit from mpmath and not from the module, to as many digits as mpmath works with."""
    if limit == "1/3":
        return mpmath.mpf(1) / 3
    return {"e": mpmath.exp(1), "π": +mpmath.pi, "√2": mpmath.sqrt(2), "π²/6": mpmath.zeta(2)}[limit]


def precise(x):
    return mpmath.mpf(str(x))


@pytest.mark.parametrize("limit", sequences.LIMITS)
def test_limits_are_right_to_sixty_digits(limit):
    assert abs(precise(sequences.limit_value(limit)) / exact(limit) - 1) < mpmath.mpf(10) ** -58
    assert len(sequences.limit_value(limit, 200).as_tuple().digits) == 200


@pytest.mark.parametrize("name", sequences.SEQUENCES)
def test_every_sequence_tends_to_its_limit_at_the_predicted_rate(name):
    """Relative to the leading terms, what is left shrinks at least like 1/n: at the last n it is below 1 %."""
    errors = sequences.errors(name, 1000)
    ratio = errors / sequences.leading_error(name, np.arange(1, len(errors) + 1))
    assert abs(ratio[-1] - 1) < 0.01
    assert abs(ratio[-1] - 1) <= abs(ratio[len(ratio) // 2] - 1) + 1e-12


@pytest.mark.parametrize("name", sequences.SEQUENCES)
def test_errors_agree_with_terms_computed_by_other_means(name):
    n = 6
    k = mpmath.mpf
    closed_form = {
        "exponential series": lambda: mpmath.nsum(lambda i: 1 / mpmath.factorial(i), [0, n]),
        "compound": lambda: (1 + k(1) / n) ** n,
        "compound doubled": lambda: (1 + k(2) ** -n) ** (2**n),
        "leibniz": lambda: sum(4 * k(-1) ** i / (2 * i + 1) for i in range(n)),
        "archimedes": lambda: 6 * 2**n * mpmath.sin(mpmath.pi / (6 * 2**n)),
        "salamin": lambda: mpmath.pi,
        "binomial series": lambda: sum(mpmath.binomial(0.5, i) for i in range(n + 1)),
        "mobius": lambda: mpmath.sqrt(2) * (1 + q() ** (n + 1)) / (1 - q() ** (n + 1)),
        "newton": lambda: mpmath.sqrt(2) * (1 + q() ** (2**n)) / (1 - q() ** (2**n)),
        "inverse squares": lambda: sum(1 / k(i) ** 2 for i in range(1, n + 1)),
        "thirds": lambda: k(333333) / 10**6,
    }
    with mpmath.workdps(120):
        value = closed_form[name]()
        limit = exact(sequences.SEQUENCES[name].limit)
        if name == "salamin":  # six iterations are right to 1e-170
            assert abs(sequences.errors(name, n, floor=1e-250)[-1]) < 1e-170
        else:
            assert sequences.errors(name, n, floor=1e-60)[-1] == pytest.approx(float(limit - value), rel=1e-14)


def q():
    return -(3 - 2 * mpmath.sqrt(2))


def test_errors_stop_after_the_first_below_the_floor():
    errors = np.abs(sequences.errors("mobius", 1000, floor=1e-20))
    assert errors[-1] < 1e-20 <= errors[-2]


def test_errors_keep_their_digits_through_many_squarings():
    """n squarings multiply a rounding error by 2^n; at n = 130 the result must still be right to a double."""
    n = np.arange(1, 131)
    found = sequences.errors("compound doubled", 130)
    with mpmath.workdps(200):
        right = mpmath.e - (1 + mpmath.mpf(2) ** -130) ** (mpmath.mpf(2) ** 130)
    assert len(found) == len(n) and found[-1] == pytest.approx(float(right), rel=1e-13)


@given(n=st.integers(1, 60))
def test_the_tail_of_the_exponential_series_lies_between_its_bounds(n):
    error = sequences.errors("exponential series", n, floor=1e-200)[-1]
    first = 1 / math.factorial(n + 1)
    assert first < error < first * (n + 2) / (n + 1)


@pytest.mark.parametrize("n", [100, 1000])
def test_compound_interest_misses_e_by_e_over_2n_with_two_corrections(n):
    with mpmath.workdps(60):
        error = mpmath.e - (1 + mpmath.mpf(1) / n) ** n
        three = mpmath.e / (2 * n) - 11 * mpmath.e / (24 * n**2) + 7 * mpmath.e / (16 * n**3)
        assert abs(error - three) < 2 / mpmath.mpf(n) ** 4
        assert round(float(mpmath.e / 2), 6) == 1.359141


@pytest.mark.parametrize("n", [100, 101])
def test_leibniz_misses_pi_by_one_over_n_with_the_sign_and_four_terms(n):
    with mpmath.workdps(60):
        error = mpmath.pi - sum(4 * mpmath.mpf(-1) ** k / (2 * k + 1) for k in range(n))
        m = mpmath.mpf(n)
        expansion = 1 / m - 1 / (4 * m**3) + 5 / (16 * m**5) - 61 / (64 * m**7)
        assert abs((-1) ** n * error - expansion) < 6 / m**9
        assert error == pytest.approx(float(sequences.errors("leibniz", n)[-1]), rel=1e-14)
    if n == 100:
        assert round(float(n * abs(error)), 6) == 0.999975


def test_the_mean_of_two_leibniz_sums_is_off_by_half_a_square():
    error = sequences.errors("leibniz", 708)
    mean = (error[706] + error[707]) / 2
    assert abs(mean) * 2 * 707**2 == pytest.approx(1, abs=0.003)
    assert abs(mean) < 1e-6 < abs((error[695] + error[696]) / 2)


def test_the_iteration_for_the_root_of_two_has_constant_0_485281():
    ratio = sequences.errors("mobius", 40)[-1] / mobius.Q**40
    assert round(ratio, 6) == 0.485281
    assert round(mobius.Q, 7) == -0.1715729


def test_newtons_error_is_minus_the_square_over_twice_the_iterate():
    with localcontext() as context:
        context.prec = 80
        x = sequences.terms("newton", 5, Decimal(1))
        root = Decimal(2).sqrt()
        for before, after in zip(x, x[1:], strict=False):
            assert abs((root - after) + (root - before) ** 2 / (2 * before)) < Decimal("1e-75")


def test_one_number_has_sequences_of_every_class():
    """Rates belong to sequences: each of e, π and √2 is reached by a power law, exponentially and faster."""
    laws = {limit: {s.law for s in sequences.SEQUENCES.values() if s.limit == limit} for limit in ("e", "π", "√2")}
    assert laws["e"] == {"power law", "exponential", "super-exponential"}
    assert laws["π"] == laws["√2"] == {"power law", "exponential", "doubly exponential"}


@pytest.mark.parametrize("name", [n for n in sequences.SEQUENCES if n not in ("inverse squares", "thirds")])
def test_the_law_named_is_the_law_measured(name):
    """Doubling n: a power law keeps its factor, an exponential squares it, a faster one does more than square it."""
    law = sequences.SEQUENCES[name].law
    last = {"doubly exponential": 4, "super-exponential": 32}.get(law, 40)
    e = np.log(np.abs(sequences.errors(name, last, floor=1e-200)))
    first, second = e[last // 4 - 1] - e[last // 2 - 1], e[last // 2 - 1] - e[last - 1]
    if law == "power law":
        assert second / first == pytest.approx(1, abs=0.05)
    elif law == "exponential":
        assert second / first == pytest.approx(2, abs=0.05)
    else:
        assert second / first > 2.2


def test_in_double_precision_round_off_takes_over():
    """Squaring 1 + 2^-n: from n = 26 on the computed terms stay 2e-8 from e, from 53 on they are 1."""
    errors = np.abs(sequences.double_errors("compound doubled", 60))
    assert errors.argmin() == 25
    assert errors[25:52] == pytest.approx(2.0e-8, abs=0.05e-8)
    assert errors[52:] == pytest.approx(math.e - 1)


@pytest.mark.parametrize("name", ["exponential series", "mobius", "newton", "leibniz"])
def test_double_precision_and_exact_terms_differ_by_round_off_only(name):
    exactly, computed = sequences.errors(name, 30, floor=1e-200), sequences.double_errors(name, 30)
    shared = min(len(exactly), 30)
    assert np.abs(computed[:shared] - exactly[:shared]).max() < 4e-15


def test_one_generator_serves_three_arithmetics():
    for name in RATIONAL:
        fractions = sequences.terms(name, 5, Fraction(1))
        assert all(isinstance(f, Fraction) for f in fractions)
        assert [float(f) for f in fractions] == pytest.approx(sequences.terms(name, 5), rel=1e-14)


@pytest.mark.parametrize("letter", sequences.MYSTERIES)
def test_an_unlabelled_sequence_belongs_to_its_class(letter):
    law = sequences.MYSTERIES[letter].law
    y = np.log(sequences.mystery_errors(letter, 800))
    last = len(y) // 4 * 4
    first, second = y[last // 4 - 1] - y[last // 2 - 1], y[last // 2 - 1] - y[last - 1]
    low, high = {
        "slower than any power": (0.5, 0.95),
        "power law": (0.97, 1.03),
        "between power and exponential": (1.2, 1.8),
        "exponential": (1.95, 2.05),
        "faster than exponential": (2.5, math.inf),
    }[law]
    assert low < second / first < high


def test_sequence_e_looks_exponential_before_it_turns_into_a_power_law():
    y = np.log(sequences.mystery_errors("E", 1000))
    assert (y[9] - y[19]) / (y[4] - y[9]) == pytest.approx(2, abs=0.01)
    assert (y[499] - y[999]) / math.log(2) == pytest.approx(1, abs=1e-6)


def test_the_sum_of_k_over_two_to_the_k_has_the_tail_stated():
    sums = np.cumsum([Fraction(k, 2**k) for k in range(1, 20)])
    assert [float(2 - s) for s in sums] == pytest.approx(sequences.mystery_errors("A", 19), rel=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sequences.terms("leibnitz", 3), "name = 'leibnitz' is not one of 'exponential series'"),
        (lambda: sequences.terms("leibniz", 0), r"n = 0 must be an integer in \[1, inf\)"),
        (lambda: sequences.errors("leibniz", 3, floor=0), r"floor = 0 is outside the allowed range \[1e-290, 1\)"),
        (lambda: sequences.errors("leibniz", 1.5), r"n = 1.5 must be an integer"),
        (lambda: sequences.leading_error("leibniz", [3, 0]), r"n = 0 is outside the allowed range \[1, inf\)"),
        (lambda: sequences.limit_value("γ"), "limit = 'γ' is not one of 'e', 'π'"),
        (lambda: sequences.mystery_errors("Z", 3), "letter = 'Z' is not one of 'A'"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_importing_the_modules_brings_neither_scipy_nor_mpmath_nor_sympy():
    modules = "emergence.limits.acceleration, emergence.limits.rational"  # these bring the others
    code = f"import sys, {modules}; print(sorted({{'scipy', 'sympy', 'mpmath'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
