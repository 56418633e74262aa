"""Three limits: every constant against sixty digits, every theorem over its hypotheses, every method on its form."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emergence import limits

pytestmark = pytest.mark.filterwarnings("error")

VALUES = {"e": mpmath.e, "π": mpmath.pi, "√2": lambda: mpmath.sqrt(2), "π²/6": lambda: mpmath.zeta(2)}
RATIONAL = [n for n in limits.SEQUENCES if n not in ("archimedes", "salamin")]


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(60):
        yield


def exact(limit):
    """The limit to 60 digits, from mpmath and not from the module."""
    value = mpmath.mpf(1) / 3 if limit == "1/3" else VALUES[limit]
    return value() if callable(value) and limit in ("√2", "π²/6") else +value


def precise(x):
    return mpmath.mpf(str(x))


# --- the sequences and their rates ---------------------------------------------------------------------------


@pytest.mark.parametrize("limit", limits.LIMITS)
def test_limits_are_right_to_sixty_digits(limit):
    assert abs(precise(limits.limit_value(limit)) / exact(limit) - 1) < mpmath.mpf(10) ** -58
    assert len(limits.limit_value(limit, 200).as_tuple().digits) == 200


@pytest.mark.parametrize("name", limits.SEQUENCES)
def test_every_sequence_tends_to_its_limit_at_the_predicted_rate(name):
    """Relative to the leading terms, what is left shrinks at least like 1/n: at the last n it is below 1 %."""
    errors = limits.errors(name, 1000)
    ratio = errors / limits.leading_error(name, np.arange(1, len(errors) + 1))
    assert abs(ratio[-1] - 1) < 0.01
    assert abs(ratio[-1] - 1) <= abs(ratio[len(ratio) // 2] - 1) + 1e-12


@pytest.mark.parametrize("name", limits.SEQUENCES)
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
        limit = exact(limits.SEQUENCES[name].limit)
        if name == "salamin":  # six iterations are right to 1e-170
            assert abs(limits.errors(name, n, floor=1e-250)[-1]) < 1e-170
        else:
            assert limits.errors(name, n, floor=1e-60)[-1] == pytest.approx(float(limit - value), rel=1e-14)


def q():
    return -(3 - 2 * mpmath.sqrt(2))


def test_errors_stop_after_the_first_below_the_floor():
    errors = np.abs(limits.errors("mobius", 1000, floor=1e-20))
    assert errors[-1] < 1e-20 <= errors[-2]


def test_errors_keep_their_digits_through_many_squarings():
    """n squarings multiply a rounding error by 2^n; at n = 130 the result must still be right to a double."""
    n = np.arange(1, 131)
    found = limits.errors("compound doubled", 130)
    with mpmath.workdps(200):
        right = mpmath.e - (1 + mpmath.mpf(2) ** -130) ** (mpmath.mpf(2) ** 130)
    assert len(found) == len(n) and found[-1] == pytest.approx(float(right), rel=1e-13)


@given(n=st.integers(1, 60))
def test_the_tail_of_the_exponential_series_lies_between_its_bounds(n):
    error = limits.errors("exponential series", n, floor=1e-200)[-1]
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
        assert error == pytest.approx(float(limits.errors("leibniz", n)[-1]), rel=1e-14)
    if n == 100:
        assert round(float(n * abs(error)), 6) == 0.999975


def test_the_mean_of_two_leibniz_sums_is_off_by_half_a_square():
    error = limits.errors("leibniz", 708)
    mean = (error[706] + error[707]) / 2
    assert abs(mean) * 2 * 707**2 == pytest.approx(1, abs=0.003)
    assert abs(mean) < 1e-6 < abs((error[695] + error[696]) / 2)


def test_the_iteration_for_the_root_of_two_has_constant_0_485281():
    ratio = limits.errors("mobius", 40)[-1] / limits.Q**40
    assert round(ratio, 6) == 0.485281
    assert round(limits.Q, 7) == -0.1715729


def test_newtons_error_is_minus_the_square_over_twice_the_iterate():
    with localcontext() as context:
        context.prec = 80
        x = limits.terms("newton", 5, Decimal(1))
        root = Decimal(2).sqrt()
        for before, after in zip(x, x[1:], strict=False):
            assert abs((root - after) + (root - before) ** 2 / (2 * before)) < Decimal("1e-75")


def test_one_number_has_sequences_of_every_class():
    """Rates belong to sequences: each of e, π and √2 is reached by a power law, exponentially and faster."""
    laws = {limit: {s.law for s in limits.SEQUENCES.values() if s.limit == limit} for limit in ("e", "π", "√2")}
    assert laws["e"] == {"power law", "exponential", "super-exponential"}
    assert laws["π"] == laws["√2"] == {"power law", "exponential", "doubly exponential"}


@pytest.mark.parametrize("name", [n for n in limits.SEQUENCES if n not in ("inverse squares", "thirds")])
def test_the_law_named_is_the_law_measured(name):
    """Doubling n: a power law keeps its factor, an exponential squares it, a faster one does more than square it."""
    law = limits.SEQUENCES[name].law
    last = {"doubly exponential": 4, "super-exponential": 32}.get(law, 40)
    e = np.log(np.abs(limits.errors(name, last, floor=1e-200)))
    first, second = e[last // 4 - 1] - e[last // 2 - 1], e[last // 2 - 1] - e[last - 1]
    if law == "power law":
        assert second / first == pytest.approx(1, abs=0.05)
    elif law == "exponential":
        assert second / first == pytest.approx(2, abs=0.05)
    else:
        assert second / first > 2.2


def test_in_double_precision_round_off_takes_over():
    """Squaring 1 + 2^-n: from n = 26 on the computed terms stay 2e-8 from e, from 53 on they are 1."""
    errors = np.abs(limits.double_errors("compound doubled", 60))
    assert errors.argmin() == 25
    assert errors[25:52] == pytest.approx(2.0e-8, abs=0.05e-8)
    assert errors[52:] == pytest.approx(math.e - 1)


@pytest.mark.parametrize("name", ["exponential series", "mobius", "newton", "leibniz"])
def test_double_precision_and_exact_terms_differ_by_round_off_only(name):
    exactly, computed = limits.errors(name, 30, floor=1e-200), limits.double_errors(name, 30)
    shared = min(len(exactly), 30)
    assert np.abs(computed[:shared] - exactly[:shared]).max() < 4e-15


def test_one_generator_serves_three_arithmetics():
    for name in RATIONAL:
        fractions = limits.terms(name, 5, Fraction(1))
        assert all(isinstance(f, Fraction) for f in fractions)
        assert [float(f) for f in fractions] == pytest.approx(limits.terms(name, 5), rel=1e-14)


# --- sequences without a label -------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", limits.MYSTERIES)
def test_an_unlabelled_sequence_belongs_to_its_class(letter):
    law = limits.MYSTERIES[letter].law
    y = np.log(limits.mystery_errors(letter, 800))
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
    y = np.log(limits.mystery_errors("E", 1000))
    assert (y[9] - y[19]) / (y[4] - y[9]) == pytest.approx(2, abs=0.01)
    assert (y[499] - y[999]) / math.log(2) == pytest.approx(1, abs=1e-6)


def test_the_sum_of_k_over_two_to_the_k_has_the_tail_stated():
    sums = np.cumsum([Fraction(k, 2**k) for k in range(1, 20)])
    assert [float(2 - s) for s in sums] == pytest.approx(limits.mystery_errors("A", 19), rel=1e-15)


# --- x -> 1 + 1/(1 + x) --------------------------------------------------------------------------------------


@given(p=st.integers(-(10**6), 10**6), denominator=st.integers(1, 10**6), n=st.integers(0, 20))
def test_one_step_multiplies_the_coordinate_by_q_exactly(p, denominator, n):
    orbit = limits.mobius_orbit(p, denominator, n)
    assert orbit.w == pytest.approx(orbit.w[0] * limits.Q ** np.arange(n + 1), rel=1e-12)


@given(p=st.integers(-(10**9), 10**9), denominator=st.integers(0, 10**9))
def test_every_start_but_the_repelling_fixed_point_reaches_the_root_of_two(p, denominator):
    """No fraction is -√2, so every fraction, and infinity as 1/0, must arrive. |w_0| <= about 4 · 1e18 here."""
    assume((p, denominator) != (0, 0))
    orbit = limits.mobius_orbit(p, denominator, 60)
    assert abs(orbit.error[-1]) < 1e-25
    assert orbit.x[-1] == pytest.approx(math.sqrt(2), rel=1e-15)


@given(p=st.integers(-1000, 1000), denominator=st.integers(1, 1000))
def test_points_errors_and_coordinates_of_an_orbit_agree(p, denominator):
    orbit = limits.mobius_orbit(p, denominator, 8)
    x, finite = orbit.x, np.isfinite(orbit.x)
    assert orbit.error[finite] == pytest.approx(x[finite] - math.sqrt(2), rel=1e-9, abs=1e-12)
    far = np.abs(x + math.sqrt(2)) > 1e-3
    assert orbit.w[far] == pytest.approx(limits.mobius_coordinate(x[far]), rel=1e-9, abs=1e-12)
    for here, there in zip(x, x[1:], strict=False):
        if np.isfinite(here) and np.isfinite(there) and abs(1 + here) > 1e-9:
            assert there == pytest.approx(1 + 1 / (1 + here), rel=1e-6)


def test_the_pole_goes_to_infinity_and_infinity_to_one():
    assert list(limits.mobius_orbit(-1, 1, 3).x) == [-1, math.inf, 1, 1.5]
    assert list(limits.mobius_orbit(1, 0, 1).x) == [math.inf, 1]
    assert limits.mobius_coordinate(math.inf) == 1


def test_the_first_starts_that_meet_the_pole_are_those_of_the_text():
    assert [limits.pole_preimage(k) for k in range(1, 5)] == [(-1, 1), (-3, 2), (-7, 5), (-17, 12)]


@given(k=st.integers(1, 15))
def test_a_start_reaches_infinity_after_k_steps_exactly_if_its_coordinate_is_q_to_the_minus_k(k):
    orbit = limits.mobius_orbit(*limits.pole_preimage(k), k + 2)
    assert list(np.flatnonzero(np.isinf(orbit.x))) == [k]
    assert orbit.w[0] == pytest.approx(limits.Q**-k, rel=1e-12)
    assert orbit.w[k] == pytest.approx(1, rel=1e-12)


def test_minus_the_root_of_two_repels_by_five_point_eight_three():
    orbit = limits.mobius_orbit(*(-math.sqrt(2)).as_integer_ratio(), 30)
    away = np.abs(orbit.x + math.sqrt(2))
    assert np.all(away[:19] < 0.01) and away[19] > 0.01
    assert away[12] / away[11] == pytest.approx(1 / abs(limits.Q), rel=0.001)
    assert round(1 / abs(limits.Q), 2) == 5.83


def test_newtons_iterate_n_is_iterate_two_to_the_n_minus_one():
    mobius, newton = limits.terms("mobius", 63, Fraction(1)), limits.terms("newton", 6, Fraction(1))
    assert newton == [mobius[2**n - 2] for n in range(1, 7)]
    assert newton[:2] == [Fraction(3, 2), Fraction(17, 12)]


def test_the_rule_without_its_index_allows_a_sequence_without_limit():
    """x = 1 + 1/(1 + x) has two solutions, so a sequence that jumps between them satisfies it."""
    for x in (mpmath.sqrt(2), -mpmath.sqrt(2)):
        assert abs(x - (1 + 1 / (1 + x))) < mpmath.mpf(10) ** -57


# --- acceleration --------------------------------------------------------------------------------------------


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
        estimate = limits.estimates("leibniz", 13, Decimal(1))[method][-1]
        assert f"{abs(float(precise(estimate) - mpmath.pi)):.1e}" == f"{float(error):.1e}"
    digits = limits.correct_digits("leibniz", 13, "sixty digits")[method][-1]
    assert digits == pytest.approx(-math.log10(float(error)), abs=0.05)


def test_more_terms_of_leibniz_give_the_digits_of_the_dossier():
    with localcontext() as context:
        context.prec = 120
        sums = limits.terms("leibniz", 128, Decimal(1))
        wynn = limits.wynn_epsilon(sums[:21])[-1]
        assert f"{abs(float(precise(wynn) - mpmath.pi)):.1e}" == "4.3e-16"
        for first, error in ((1, "1.8e-13"), (2, "2.7e-13")):  # from 2 and from 4 terms, up to 128
            value = limits.richardson([sums[2**i - 1] for i in range(first, 8)], range(1, 15, 2))
            assert f"{abs(float(precise(value) - mpmath.pi)):.1e}" == error


def test_eulers_transform_of_leibniz_is_the_series_of_odd_double_factorials():
    magnitudes = [Fraction(4, 2 * k + 1) for k in range(12)]
    known = [2 * Fraction(math.factorial(k), double_factorial(2 * k + 1)) for k in range(12)]
    assert limits.euler_transform(magnitudes) == list(np.cumsum(known))


def double_factorial(n):
    return math.prod(range(n, 0, -2))


@given(
    limit=st.fractions(-10, 10), c=st.fractions(-5, 5), r=st.fractions(Fraction(-19, 10), Fraction(19, 10)),
)  # fmt: skip
def test_aitken_is_exact_for_one_exponential(limit, c, r):
    assume(c != 0 and r not in (0, 1))
    assert limits.aitken([limit + c * r**n for n in range(6)]) == [limit] * 4


@given(limit=st.fractions(-10, 10), c=st.lists(st.integers(1, 9), min_size=2, max_size=2))
def test_wynn_is_exact_for_two_exponentials(limit, c):
    values = [limit + c[0] * Fraction(1, 2) ** n + c[1] * Fraction(-1, 3) ** n for n in range(5)]
    assert limits.wynn_epsilon(values)[-1] == limit


@given(limit=st.fractions(-10, 10), c=st.lists(st.integers(-9, 9), min_size=3, max_size=3), first=st.integers(1, 5))
def test_richardson_is_exact_for_the_powers_it_is_told(limit, c, first):
    sizes = [first * 2**i for i in range(4)]
    values = [limit + sum(a * Fraction(1, n**p) for a, p in zip(c, (1, 2, 3), strict=True)) for n in sizes]
    assert limits.richardson(values, (1, 2, 3)) == limit


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
        assert abs(limits.cohen_villegas_zagier(moments) - total) <= total / d * (1 + mpmath.mpf(10) ** -20)


def test_leibniz_terms_are_moments_and_the_bound_for_thirteen_is_7e_10():
    for k in range(5):
        assert mpmath.almosteq(
            mpmath.quad(lambda t, k=k: t**k * 2 / mpmath.sqrt(t), [0, 1]), mpmath.mpf(4) / (2 * k + 1), 1e-9
        )
    d = ((3 + mpmath.sqrt(8)) ** 13 + (3 - mpmath.sqrt(8)) ** 13) / 2
    assert f"{float(mpmath.pi / d):.0e}" == "7e-10"
    assert mpmath.almosteq(3 + mpmath.sqrt(8), 1 / abs(q()), 1e-50)


def test_methods_fail_where_their_hypothesis_does():
    """Σ 1/k² has one sign: Euler and Cohen-Villegas-Zagier lose digits, Richardson gains."""
    digits = {m: d[-1] for m, d in limits.correct_digits("inverse squares", 30, "sixty digits").items()}
    assert max(digits, key=digits.get) == "Richardson"
    assert digits["Euler"] < digits["partial sums"] and digits["Cohen–Villegas–Zagier"] < digits["partial sums"]


def test_no_method_beats_double_precision_in_double_precision():
    for name in ("leibniz", "mobius"):
        digits = limits.correct_digits(name, 30, "double precision")
        assert all(d.max() < 17.5 for d in digits.values())


def test_methods_survive_a_sequence_that_has_stopped():
    for method in (limits.aitken, limits.iterated_aitken, limits.wynn_epsilon):
        assert set(method([1.5] * 7)) == {1.5}


# --- when extrapolation is fooled ----------------------------------------------------------------------------


@given(true=st.floats(0.05, 1.5), assumed=st.floats(0.05, 1.5), c=st.floats(-3, 3), first=st.integers(1, 100))
def test_a_wrong_exponent_leaves_the_old_power_law(true, assumed, c, first):
    assume(abs(true - assumed) > 0.02 and abs(c) > 0.01)
    n = first * 2.0 ** np.arange(8)
    found = limits.extrapolate(2 + c * n**-true, assumed)
    left = c * n[:-1] ** -true * (2 ** (assumed - true) - 1) / (2**assumed - 1)
    assert found.estimate - 2 == pytest.approx(left, rel=1e-6, abs=1e-12)
    error, move = abs(found.estimate[-1] - 2), abs(found.estimate[-1] - found.estimate[-2])
    assume(move > 1e-9)
    assert error / move == pytest.approx(1 / (2**true - 1), rel=1e-4)


@given(p=st.floats(0.1, 1.5), c=st.floats(0.1, 3))
def test_a_fitted_exponent_is_right_when_there_is_one_power_only(p, c):
    found = limits.extrapolate(1 + c * 2.0 ** (-p * np.arange(3, 11)))
    assert found.estimate == pytest.approx(1, abs=1e-7)
    assert found.exponent == pytest.approx(p, abs=1e-6)


def test_an_estimate_settles_while_its_error_is_fourteen_times_the_last_move():
    """Main exponent 1/2 known, a second power n^-0.1 of weight 0.2 left out."""
    for last, limit, error in ((10, "1.0827", "0.083"), (20, "1.0413", "0.041")):
        n = 2.0 ** np.arange(3, last + 1)
        found = limits.extrapolate(1 + limits.contaminated_power(n, 0.5, "a second power", 0.2), 0.5).estimate
        assert f"{found[-1]:.4f}" == limit and f"{found[-1] - 1:.3f}" == error
        assert (found[-1] - 1) / (found[-2] - found[-1]) == pytest.approx(1 / (2**0.1 - 1), rel=1e-9)
    assert round(1 / (2**0.1 - 1), 1) == 13.9


def test_fitting_the_exponent_too_gives_one_that_is_in_no_term_of_the_law():
    n = 2.0 ** np.arange(3, 11)
    values = 1 + limits.contaminated_power(n, 0.5, "a second power", 0.2)
    found = limits.extrapolate(values)
    limit, p = found.estimate[-1], found.exponent[-1]
    assert f"{p:.3f}" == "0.370" and f"{limit:.4f}" == "1.0624"
    through = limit + (values[-1] - limit) * (n[-3:] / n[-1]) ** -p
    assert through == pytest.approx(values[-3:], rel=1e-12)


@given(exponent=st.floats(0.1, 1), weight=st.floats(0, 1), contamination=st.sampled_from(limits.CONTAMINATIONS))
def test_contaminated_powers_can_always_be_fitted(exponent, weight, contamination):
    n = 2.0 ** np.arange(3, 21)
    values = limits.contaminated_power(n, exponent, contamination, weight)
    assert np.all(np.diff(values) < 0)
    assert np.all(np.isfinite(limits.extrapolate(1 + values).estimate))


# --- fractions -----------------------------------------------------------------------------------------------


def test_denominator_times_error_tends_to_zero_for_e_and_the_root_of_two():
    """By the lemma the limits are irrational: bounded by (n+2)/(n+1)² for e, equal to 1/(p + q√2) for √2."""
    for n, fraction in enumerate(limits.terms("exponential series", 30, Fraction(1)), start=1):
        scaled = math.factorial(n) * (mpmath.e - mpmath.mpf(fraction.numerator) / fraction.denominator)
        assert 0 < scaled < mpmath.mpf(n + 2) / (n + 1) ** 2
    for fraction in limits.terms("mobius", 40, Fraction(1)):
        p, q = fraction.numerator, fraction.denominator
        assert abs(p * p - 2 * q * q) == 1
        with mpmath.workdps(120):
            assert mpmath.almosteq(q * abs(mpmath.sqrt(2) - mpmath.mpf(p) / q), 1 / (p + q * mpmath.sqrt(2)), 1e-60)


def test_denominator_times_error_cannot_decide_for_leibniz_and_is_bounded_below_for_a_third():
    leibniz = limits.approximation(limits.terms("leibniz", 30, Fraction(1)), "π").log_scaled
    assert leibniz[-1] > 10 and leibniz.min() > -0.1
    thirds = limits.approximation(limits.terms("thirds", 30, Fraction(1)), "1/3").log_scaled
    assert thirds == pytest.approx(math.log10(1 / 3), rel=1e-12)


@given(a=st.integers(-50, 50), b=st.integers(1, 50), p=st.integers(-500, 500), q=st.integers(1, 500))
def test_a_rational_number_keeps_other_fractions_at_a_distance(a, b, p, q):
    """The lemma's inequality: q |a/b - p/q| >= 1/b unless they are equal."""
    assume(Fraction(a, b) != Fraction(p, q))
    assert q * abs(Fraction(a, b) - Fraction(p, q)) >= Fraction(1, b)


def test_convergents_of_pi_are_the_known_ones():
    found = limits.convergents("π", 5)
    assert found == [Fraction(3), Fraction(22, 7), Fraction(333, 106), Fraction(355, 113), Fraction(103993, 33102)]
    scaled = limits.approximation(limits.convergents("π", 30), "π")
    assert np.all(scaled.log_scaled + scaled.log_q < 0), "|x - p/q| < 1/q² for every convergent"


@pytest.mark.parametrize("limit", ["e", "π", "√2", "π²/6"])
def test_convergents_have_as_many_right_digits_as_needed(limit):
    """Recomputed from mpmath with many more digits."""
    with mpmath.workdps(200):
        x, right = exact(limit), []
        before, now = (0, 1), (1, 0)
        for _ in range(30):
            whole = int(mpmath.floor(x))
            before, now = now, (whole * now[0] + before[0], whole * now[1] + before[1])
            right.append(Fraction(*now))
            x = 1 / (x - whole)
    assert limits.convergents(limit, 30) == right


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: limits.terms("leibnitz", 3), "name = 'leibnitz' is not one of 'exponential series'"),
        (lambda: limits.terms("leibniz", 0), r"n = 0 must be an integer in \[1, inf\)"),
        (lambda: limits.errors("leibniz", 3, floor=0), r"floor = 0 is outside the allowed range \[1e-290, 1\)"),
        (lambda: limits.errors("leibniz", 1.5), r"n = 1.5 must be an integer"),
        (lambda: limits.leading_error("leibniz", [3, 0]), r"n = 0 is outside the allowed range \[1, inf\)"),
        (lambda: limits.limit_value("γ"), "limit = 'γ' is not one of 'e', 'π'"),
        (lambda: limits.mystery_errors("Z", 3), "letter = 'Z' is not one of 'A'"),
        (lambda: limits.mobius_orbit(0, 0, 3), "numerator = 0 and denominator = 0"),
        (lambda: limits.mobius_orbit(1, 1, -1), r"n = -1 must be an integer in \[0, inf\)"),
        (lambda: limits.mobius_coordinate(-math.sqrt(2)), "must be a number other than -√2"),
        (lambda: limits.mobius_coordinate(math.nan), "must be a number other than -√2"),
        (lambda: limits.pole_preimage(0), r"k = 0 must be an integer in \[1, inf\)"),
        (lambda: limits.richardson([], [1]), "values is empty"),
        (lambda: limits.richardson([1, 2, 3], [1]), r"exponents = \[1\] must be positive and at least 2"),
        (lambda: limits.richardson([1, 2], [0]), r"exponents = \[0\] must be positive"),
        (lambda: limits.richardson([1, 2], [1], ratio=1), r"ratio = 1 is outside the allowed range \(1, inf\)"),
        (lambda: limits.cohen_villegas_zagier([]), "magnitudes is empty"),
        (lambda: limits.correct_digits("leibniz", 61, "sixty digits"), r"n = 61 is outside .* \[1, 60\]"),
        (lambda: limits.correct_digits("leibniz", 9, "single"), "arithmetic = 'single' is not one of"),
        (lambda: limits.contaminated_power([0.5], 1, "a logarithm", 0), r"n = 0.5 is outside .* \[1, inf\)"),
        (lambda: limits.contaminated_power([2], 0, "a logarithm", 0), r"exponent = 0 is outside .* \(0, inf\)"),
        (lambda: limits.contaminated_power([2], 1, "a logarithm", -1), r"weight = -1 is outside .* \[0, inf\)"),
        (lambda: limits.contaminated_power([2], 1, "noise", 0), "contamination = 'noise' is not one of"),
        (lambda: limits.extrapolate([1.0]), r"values has shape \(1,\), but must be one-dimensional with at least 3"),
        (lambda: limits.extrapolate([1.0, 2.0], -1), r"exponent = -1 is outside the allowed range \(0, inf\)"),
        (lambda: limits.extrapolate([1.0, 2.0, 1.5]), "must change by steps of one sign that shrink"),
        (lambda: limits.extrapolate([1.0, 1.0, 1.0]), "must change by steps of one sign that shrink"),
        (lambda: limits.convergents("1/3", 4), "the limit must be irrational"),
        (lambda: limits.approximation([Fraction(1, 3)], "1/3"), "equals the limit"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_importing_the_module_brings_neither_scipy_nor_mpmath_nor_sympy():
    import subprocess
    import sys

    code = "import sys, emergence.limits; print(sorted({'scipy', 'sympy', 'mpmath'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
