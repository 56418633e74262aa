"""Every method on the form of error it is exact for, every theorem over its hypotheses."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence.limits import acceleration, sequences

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("sixty_digits")]


def precise(x):
    return mpmath.mpf(str(x))


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("partial sums", "7.7e-2"), ("Euler", "1.1e-4"), ("Aitken, iterated", "1.4e-12"), ("Wynn ε", "5.7e-10"),
        ("Cohen–Villegas–Zagier", "6.6e-13"), ("Richardson", "5.3e-4"),
    ],
)  # fmt: skip
def test_thirteen_terms_of_leibniz_give_the_digits_stated(method, error):
    with localcontext() as context:
        context.prec = 120
        estimate = acceleration.estimates("leibniz", 13, Decimal(1))[method][-1]
        assert f"{abs(float(precise(estimate) - mpmath.pi)):.1e}" == f"{float(error):.1e}"
    digits = acceleration.correct_digits("leibniz", 13, "sixty digits")[method][-1]
    assert digits == pytest.approx(-math.log10(float(error)), abs=0.05)


def test_more_terms_of_leibniz_give_the_digits_of_the_dossier():
    with localcontext() as context:
        context.prec = 120
        sums = sequences.terms("leibniz", 128, Decimal(1))
        wynn = acceleration.wynn_epsilon(sums[:21])[-1]
        assert f"{abs(float(precise(wynn) - mpmath.pi)):.1e}" == "4.3e-16"
        for first, error in ((1, "1.8e-13"), (2, "2.7e-13")):  # from 2 and from 4 terms, up to 128
            value = acceleration.richardson([sums[2**i - 1] for i in range(first, 8)], range(1, 15, 2))
            assert f"{abs(float(precise(value) - mpmath.pi)):.1e}" == error


def test_eulers_transform_of_leibniz_is_the_series_of_odd_double_factorials():
    magnitudes = [Fraction(4, 2 * k + 1) for k in range(12)]
    known = [2 * Fraction(math.factorial(k), double_factorial(2 * k + 1)) for k in range(12)]
    assert acceleration.euler_transform(magnitudes) == list(np.cumsum(known))


def double_factorial(n):
    return math.prod(range(n, 0, -2))


@given(
    limit=st.fractions(-10, 10), c=st.fractions(-5, 5), r=st.fractions(Fraction(-19, 10), Fraction(19, 10)),
)  # fmt: skip
def test_aitken_is_exact_for_one_exponential(limit, c, r):
    assume(c != 0 and r not in (0, 1))
    assert acceleration.aitken([limit + c * r**n for n in range(6)]) == [limit] * 4


@given(limit=st.fractions(-10, 10), c=st.lists(st.integers(1, 9), min_size=2, max_size=2))
def test_wynn_is_exact_for_two_exponentials(limit, c):
    values = [limit + c[0] * Fraction(1, 2) ** n + c[1] * Fraction(-1, 3) ** n for n in range(5)]
    assert acceleration.wynn_epsilon(values)[-1] == limit


@given(limit=st.fractions(-10, 10), c=st.lists(st.integers(-9, 9), min_size=3, max_size=3), first=st.integers(1, 5))
def test_richardson_is_exact_for_the_powers_it_is_told(limit, c, first):
    sizes = [first * 2**i for i in range(4)]
    values = [limit + sum(a * Fraction(1, n**p) for a, p in zip(c, (1, 2, 3), strict=True)) for n in sizes]
    assert acceleration.richardson(values, (1, 2, 3)) == limit


@given(
    weights=st.lists(st.floats(0.01, 10), min_size=1, max_size=4),
    points=st.lists(st.floats(0, 1), min_size=4, max_size=4),
    n=st.integers(1, 18),
)
def test_cohen_villegas_zagier_keeps_its_bound_for_moments_of_a_positive_measure(weights, points, n):
    with mpmath.workdps(40):
        weights, points = [mpmath.mpf(v) for v in weights], [mpmath.mpf(v) for v in points]
        pairs = list(zip(weights, points, strict=False))
        moments = [sum(w * t**k for w, t in pairs) for k in range(n)]
        total = sum(w / (1 + t) for w, t in pairs)
        d = ((3 + mpmath.sqrt(8)) ** n + (3 - mpmath.sqrt(8)) ** n) / 2
        assert abs(acceleration.cohen_villegas_zagier(moments) - total) <= total / d * (1 + mpmath.mpf(10) ** -20)


def test_leibniz_terms_are_moments_and_the_bound_for_thirteen_is_7e_10():
    for k in range(5):
        assert mpmath.almosteq(
            mpmath.quad(lambda t, k=k: t**k * 2 / mpmath.sqrt(t), [0, 1]), mpmath.mpf(4) / (2 * k + 1), 1e-9
        )
    d = ((3 + mpmath.sqrt(8)) ** 13 + (3 - mpmath.sqrt(8)) ** 13) / 2
    assert f"{float(mpmath.pi / d):.0e}" == "7e-10"
    assert mpmath.almosteq(3 + mpmath.sqrt(8), 1 / (3 - 2 * mpmath.sqrt(2)), 1e-50)


def test_methods_fail_where_their_hypothesis_does():
    """Σ 1/k² has one sign: Euler and Cohen-Villegas-Zagier lose digits, Richardson gains."""
    digits = {m: d[-1] for m, d in acceleration.correct_digits("inverse squares", 30, "sixty digits").items()}
    assert max(digits, key=digits.get) == "Richardson"
    assert digits["Euler"] < digits["partial sums"] and digits["Cohen–Villegas–Zagier"] < digits["partial sums"]


def test_no_method_beats_double_precision_in_double_precision():
    for name in ("leibniz", "mobius"):
        digits = acceleration.correct_digits(name, 30, "double precision")
        assert all(d.max() < 17.5 for d in digits.values())


def test_methods_survive_a_sequence_that_has_stopped():
    for method in (acceleration.aitken, acceleration.iterated_aitken, acceleration.wynn_epsilon):
        assert set(method([1.5] * 7)) == {1.5}


@given(true=st.floats(0.05, 1.5), assumed=st.floats(0.05, 1.5), c=st.floats(-3, 3), first=st.integers(1, 100))
def test_a_wrong_exponent_leaves_the_old_power_law(true, assumed, c, first):
    assume(abs(true - assumed) > 0.02 and abs(c) > 0.01)
    n = first * 2.0 ** np.arange(8)
    found = acceleration.extrapolate(2 + c * n**-true, assumed)
    left = c * n[:-1] ** -true * (2 ** (assumed - true) - 1) / (2**assumed - 1)
    assert found.estimate - 2 == pytest.approx(left, rel=1e-6, abs=1e-12)
    error, move = abs(found.estimate[-1] - 2), abs(found.estimate[-1] - found.estimate[-2])
    assume(move > 1e-9)
    assert error / move == pytest.approx(1 / (2**true - 1), rel=1e-4)


@given(p=st.floats(0.1, 1.5), c=st.floats(0.1, 3))
def test_a_fitted_exponent_is_right_when_there_is_one_power_only(p, c):
    found = acceleration.extrapolate(1 + c * 2.0 ** (-p * np.arange(3, 11)))
    assert found.estimate == pytest.approx(1, abs=1e-7)
    assert found.exponent == pytest.approx(p, abs=1e-6)


def test_an_estimate_settles_while_its_error_is_fourteen_times_the_last_move():
    """Main exponent 1/2 known, a second power n^-0.1 of weight 0.2 left out."""
    for last, limit, error in ((10, "1.0827", "0.083"), (20, "1.0413", "0.041")):
        n = 2.0 ** np.arange(3, last + 1)
        values = 1 + acceleration.contaminated_power(n, 0.5, "a second power", 0.2)
        found = acceleration.extrapolate(values, 0.5).estimate
        assert f"{found[-1]:.4f}" == limit and f"{found[-1] - 1:.3f}" == error
        assert (found[-1] - 1) / (found[-2] - found[-1]) == pytest.approx(1 / (2**0.1 - 1), rel=1e-9)
    assert round(1 / (2**0.1 - 1), 1) == 13.9


def test_fitting_the_exponent_too_gives_one_that_is_in_no_term_of_the_law():
    n = 2.0 ** np.arange(3, 11)
    values = 1 + acceleration.contaminated_power(n, 0.5, "a second power", 0.2)
    found = acceleration.extrapolate(values)
    limit, p = found.estimate[-1], found.exponent[-1]
    assert f"{p:.3f}" == "0.370" and f"{limit:.4f}" == "1.0624"
    through = limit + (values[-1] - limit) * (n[-3:] / n[-1]) ** -p
    assert through == pytest.approx(values[-3:], rel=1e-12)


@given(exponent=st.floats(0.1, 1), weight=st.floats(0, 1), contamination=st.sampled_from(acceleration.CONTAMINATIONS))
def test_contaminated_powers_can_always_be_fitted(exponent, weight, contamination):
    n = 2.0 ** np.arange(3, 21)
    values = acceleration.contaminated_power(n, exponent, contamination, weight)
    assert np.all(np.diff(values) < 0)
    assert np.all(np.isfinite(acceleration.extrapolate(1 + values).estimate))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: acceleration.richardson([], [1]), "values is empty"),
        (lambda: acceleration.richardson([1, 2, 3], [1]), r"exponents = \[1\] must be positive and at least 2"),
        (lambda: acceleration.richardson([1, 2], [0]), r"exponents = \[0\] must be positive"),
        (lambda: acceleration.richardson([1, 2], [1], ratio=1), r"ratio = 1 is outside the allowed range \(1, inf\)"),
        (lambda: acceleration.cohen_villegas_zagier([]), "magnitudes is empty"),
        (lambda: acceleration.correct_digits("leibniz", 61, "sixty digits"), r"n = 61 is outside .* \[1, 60\]"),
        (lambda: acceleration.correct_digits("leibniz", 9, "single"), "arithmetic = 'single' is not one of"),
        (lambda: acceleration.contaminated_power([0.5], 1, "a logarithm", 0), r"n = 0.5 is outside .* \[1, inf\)"),
        (lambda: acceleration.contaminated_power([2], 0, "a logarithm", 0), r"exponent = 0 is outside .* \(0, inf\)"),
        (lambda: acceleration.contaminated_power([2], 1, "a logarithm", -1), r"weight = -1 is outside .* \[0, inf\)"),
        (lambda: acceleration.contaminated_power([2], 1, "noise", 0), "contamination = 'noise' is not one of"),
        (
            lambda: acceleration.extrapolate([1.0]),
            r"values has shape \(1,\), but must be one-dimensional with at least 3",
        ),
        (lambda: acceleration.extrapolate([1.0, 2.0], -1), r"exponent = -1 is outside the allowed range \(0, inf\)"),
        (lambda: acceleration.extrapolate([1.0, 2.0, 1.5]), "must change by steps of one sign that shrink"),
        (lambda: acceleration.extrapolate([1.0, 1.0, 1.0]), "must change by steps of one sign that shrink"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
