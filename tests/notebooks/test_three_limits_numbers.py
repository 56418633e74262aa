"""Numbers that the text and the solutions of the chapter on e, π and √2 state, recomputed with sixty digits."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
from stated import Stated, numbers_of, text_of

from emergence.figures.three_limits import fractions
from emergence.limits import acceleration, mobius, sequences

CHAPTER = "chapters/limits/three_limits.ipynb"

with mpmath.workdps(60):
    E_TAIL = {n: float(mpmath.e - sum(1 / mpmath.factorial(k) for k in range(n + 1))) for n in (10, 12)}
    Q = -(3 - 2 * mpmath.sqrt(2))
    LEIBNIZ = {
        n: float(abs(mpmath.pi - sum(4 * mpmath.mpf(-1) ** k / (2 * k + 1) for k in range(n)))) for n in (10, 13, 128)
    }


def root_error(n: int) -> float:
    """|√2 - x_n| from x_0 = 1, by plain iteration in mpmath."""
    with mpmath.workdps(60):
        x = mpmath.mpf(1)
        for _ in range(n):
            x = 1 + 1 / (1 + x)
        return float(abs(x - mpmath.sqrt(2)))


def fooled(last: int, exponent: float | None) -> acceleration.Extrapolation:
    n = 2.0 ** np.arange(3, last + 1)
    return acceleration.extrapolate(1 + acceleration.contaminated_power(n, 0.5, "a second power", 0.2), exponent)


def over_move(s: float) -> float:
    """True error over last move once a term n^-s is what remains."""
    return 1 / (2**s - 1)


def power_misses(k: int) -> float:
    """How far (1 + 1/n)**n is from e in double precision, n = 2^k."""
    n = 2.0**k
    with mpmath.workdps(60):
        return float(abs(mpmath.e - mpmath.mpf((1 + 1 / n) ** n)))


def doubling(letter: str, n: int) -> float:
    """The factor by which a sequence without a label falls from n to 2n."""
    errors = sequences.mystery_errors(letter, 2 * n)
    return float(errors[n - 1] / errors[2 * n - 1])


def expanded(last: int) -> float:
    """Error of the sum of 13 terms of Leibniz with its expansion up to E_last."""
    with mpmath.workdps(60):
        rest = sum(mpmath.eulernum(k, exact=True) / mpmath.mpf(2 * 13) ** k / 13 for k in range(0, last + 1, 2))
        return float(abs(mpmath.pi - sum(mpmath.mpf(4) * (-1) ** k / (2 * k + 1) for k in range(13)) + rest))


def best_digits() -> np.ndarray:
    """The most digits that any method finds in the first 1 … 30 sums of Leibniz."""
    return np.max(list(acceleration.correct_digits("leibniz", 30, "sixty digits").values()), axis=0)


def scaled(sequence: str) -> np.ndarray:
    """q times the error, for all fractions of the figure."""
    return 10.0 ** fractions.start(sequence).log_scaled


def bound_and_error() -> tuple[float, float]:
    """Of thirteen alternating terms of Leibniz: the bound that is proved, and the error."""
    with mpmath.workdps(60):
        d = ((3 + mpmath.sqrt(8)) ** 13 + (3 - mpmath.sqrt(8)) ** 13) / 2
        terms = [mpmath.mpf(4) / (2 * k + 1) for k in range(13)]
        return float(mpmath.pi / d), float(abs(acceleration.cohen_villegas_zagier(terms) - mpmath.pi))


U = 2.0**-53
BEST = 1 / math.sqrt(2 * U)
COMPUTED = sequences.double_errors("compound doubled", 60)
PLATEAU = [n for n, error in enumerate(COMPUTED, 1) if error == COMPUTED[39]]
FACTORIALS = [Fraction(x) for x in sequences.terms("exponential series", 7, Fraction(1))]

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    # rates
    Stated("In the long run each of its steps divides the error by {}.", float(1 / abs(Q))),
    Stated("{} against {}. The series for $\\pi$", root_error(10), E_TAIL[10]),
    Stated("which is Leibniz's, has {} digit", math.floor(-math.log10(LEIBNIZ[10]))),
    Stated("\\approx {}\\,\\lambda^n", root_error(40) / float(abs(Q)) ** 40),
    Stated("\\lambda=-(3-2\\sqrt2)\\approx{}", float(Q)),
    Stated("From $n = {}$ to {} the computed terms stay {} away", PLATEAU[0], PLATEAU[-1], abs(COMPUTED[39])),
    Stated("from {} on the computer rounds", PLATEAU[-1] + 1),
    Stated("its factors are {} and {}, and the square of the first is {}", doubling("A", 25), doubling("A", 50),
           doubling("A", 25) ** 2),
    Stated("X has the factors {} and {}. It is a power law", 0.125 / 0.0442, 0.0442 / 0.0156),
    Stated("power law with $2^p = 2.83$, $p = {}$", math.log2(0.125 / 0.0442)),
    Stated("Y has the factors {} and {} $= 50^2$", 2e-2 / 4e-4, 4e-4 / 1.6e-7),
    Stated("50^{-1/8} = {}", 50 ** (-1 / 8)),
    Stated("Z has the factors {} and {}, which shrink", 0.48 / 0.36, 0.36 / 0.29),
    Stated("$1/\\ln n$ gives {}, {}, {}.", *(1 / math.log(n) for n in (8, 16, 32))),
    Stated("off by up to $u = {}$", U),
    Stated("1/\\sqrt{2u} = {}$", BEST),
    Stated("2\\times e/(2n) = {}$", math.e / BEST),
    Stated("is off by {} at $n = 2^{30}$, and by {} at $2^{52}$", power_misses(30), power_misses(52)),
    Stated("where the truncation, {}, is less than the spacing", math.e / 2**53),
    Stated("below the bound at the same $n$, which is ${}$", math.e / 2**31 + 2**30 * 2**-53 * math.e),
    Stated("so its floor is at {}.", abs(sequences.double_errors("compound doubled", 40)[-1])),
    # the right coordinate
    Stated("growing by $1/|\\lambda| = {}$ each time", float(1 / abs(Q))),
    Stated("For $a = 2$ that is ${}$, and a digit takes", (1 - math.sqrt(2)) / (1 + math.sqrt(2))),
    Stated("1/\\log_{10} 5.83 = {}$ steps", 1 / math.log10(1 / abs(Q))),
    Stated("a digit takes {} steps. The recipe", 1 / math.log10(11 / 9)),
    # acceleration
    Stated("The first 13 partial sums of Leibniz give {} correct digit", math.floor(-math.log10(LEIBNIZ[13]))),
    Stated("a straight line: {} digits at $n = {}$, and about {} more with every {} further sums",
           lambda: math.floor(best_digits()[12]), 13, lambda: 5 * np.polyfit(range(2, 31), best_digits()[1:], 1)[0], 5),
    Stated("we shall come to {}.", lambda: math.floor(-math.log10(expanded(40)))),
    Stated("the last bound, times $\\pi$, is {}; the true error is {}.",
           *(lambda i=i: bound_and_error()[i] for i in (0, 1))),
    Stated("For Leibniz the best ones stop at {}: doubles near $\\pi$ are {} apart",
           lambda: max(d.max() for d in acceleration.correct_digits("leibniz", 30, "double precision").values()),
           math.ulp(math.pi)),
    Stated("128 terms alone have {} digits", math.floor(-math.log10(LEIBNIZ[128]))),
    Stated("The error falls to {}, so that one", lambda: expanded(40)),
    Stated("one partial sum with {} right digit holds {}.", math.floor(-math.log10(LEIBNIZ[13])),
           lambda: math.floor(-math.log10(expanded(40)))),
    Stated("takes about {:2} terms, against a million", math.sqrt(1e6 / 2)),
    # fooled
    Stated("Here the limit is 1, and the estimate is off by {}.", fooled(10, 0.5).estimate[-1] - 1),
    Stated("extrapolation gives {}, and the last doubling moved this by only {}.",
           fooled(10, 0.5).estimate[-1], -np.diff(fooled(10, 0.5).estimate)[-1]),
    Stated("The error is {} times the last move, and at a million, where it is {}, still {} times.",
           over_move(0.1), fooled(20, 0.5).estimate[-1] - 1, over_move(0.1)),
    Stated("For $s = 0.1$ this is {}", over_move(0.1)),
    Stated("it finds $p = {}$ and the limit {}, and", fooled(10, None).exponent[-1], fooled(10, None).estimate[-1]),
    Stated("the true error is {} or {} times the last move", over_move(0.34), over_move(0.076)),
    Stated("it is up to ${}$: neither the third", 1e-3 * over_move(0.25)),
    # fractions
    Stated("$q$ times the error grows from {} to {} in the figure",
           lambda: scaled("π: 4 Σ (−1)ᵏ/(2k+1)")[0], lambda: scaled("π: 4 Σ (−1)ᵏ/(2k+1)")[-1]),
    Stated("where $q = 6! = {}$; at $n = 7$ the denominator falls to {}.",
           FACTORIALS[5].denominator, FACTORIALS[6].denominator),
    Stated("from {} digit to {} in {} terms of Leibniz", math.floor(-math.log10(LEIBNIZ[13])),
           lambda: math.floor(-math.log10(expanded(40))), 13),
)  # fmt: skip


def says(phrase: str) -> None:
    """A statement without a number of its own, or with numbers that only a tolerance can recompute."""
    assert " ".join(phrase.split()) in text_of(CHAPTER), phrase


def test_the_series_for_e_overtakes_the_iteration_at_twelve_for_good():
    says("Up to $n = 11$ the iteration leads, and never again")
    root, series = (np.abs(sequences.errors(name, 30)) for name in ("mobius", "exponential series"))
    assert np.all(root[:11] < series[:11]) and np.all(root[11:] > series[11:30])


def test_each_term_of_the_series_for_e_gains_more_than_the_one_before():
    says("the step from $n$ to $n + 1$ divides it by more than $n + 2$")
    errors = sequences.errors("exponential series", 30)
    assert np.all(errors[:-1] / errors[1:] > np.arange(1, 30) + 2)


def test_the_best_method_finds_digits_along_a_straight_line():
    says("Nearly everywhere the best method is that of Cohen, Rodriguez Villegas and Zagier")
    digits = acceleration.correct_digits("leibniz", 30, "sixty digits")
    says("From $n = 2$ on the curve stays within a digit of a straight line")
    n, best = np.arange(2, 31), best_digits()[1:]
    assert np.count_nonzero(digits["Cohen–Villegas–Zagier"][1:] == best) >= 25
    assert np.abs(best - np.polyval(np.polyfit(n, best, 1), n)).max() < 1


def test_the_root_of_the_error_tells_the_classes():
    says("A curve that becomes straight in the first panel, with a slope that settles, belongs to the class")
    says("and $|e_n|^{1/n} \\to \\tfrac12$")
    roots = {letter: sequences.mystery_errors(letter, 1000) for letter in "ABF"}
    roots = {letter: errors ** (1 / np.arange(1, len(errors) + 1)) for letter, errors in roots.items()}
    assert abs(roots["A"][400] - 0.5) < 0.01 and roots["B"][-1] > 0.99 and roots["F"][-1] > 0.99
    series = np.abs(sequences.errors("exponential series", 30)) ** (1 / np.arange(1, 31))
    assert np.all(np.diff(series) < 0) and series[-1] < 0.1


def test_the_unlabelled_sequences_are_what_the_text_calls_them():
    says("B is a power law, and D, Newton's method, is faster than exponential")
    says("C and F fit no class of the table: the error of C, $e^{-2\\sqrt n}$")
    says("$1/\\ln(n+1)$, falls more slowly than every power")
    laws = {letter: mystery.law for letter, mystery in sequences.MYSTERIES.items()}
    assert laws["B"] == laws["E"] == "power law" and laws["D"] == "faster than exponential"
    assert laws["C"] == "between power and exponential" and laws["F"] == "slower than any power"
    n = np.arange(1, 6)
    np.testing.assert_allclose(sequences.mystery_errors("C", 5), np.exp(-2 * np.sqrt(n)))
    np.testing.assert_allclose(sequences.mystery_errors("F", 5), 1 / np.log(n + 1))


def test_where_a_hypothesis_fails_the_method_fails():
    says("no method of the figure passes three digits")
    says("Aitken and Wynn find more than 30 digits, and the other methods make the terms worse")
    says("In double precision no method gets past the ceiling at 16 digits")
    for name in ("inverse squares", "compound"):
        digits = {method: d[12] for method, d in acceleration.correct_digits(name, 13, "sixty digits").items()}
        assert max(digits.values()) < 3
        assert max(digits["Euler"], digits["Cohen–Villegas–Zagier"]) < digits["partial sums"]
    digits = {method: d[12] for method, d in acceleration.correct_digits("mobius", 13, "sixty digits").items()}
    better = {method for method, found in digits.items() if found > digits["partial sums"]}
    assert better == {"Aitken, iterated", "Wynn ε"} and min(digits[method] for method in better) > 40
    for name in ("leibniz", "inverse squares", "compound", "mobius"):
        assert all(d.max() < 16.05 for d in acceleration.correct_digits(name, 30, "double precision").values())


def test_eulers_method_keeps_its_bound():
    says("and leave a relative error of at most $2^{-n}$")
    with mpmath.workdps(60):
        estimates = acceleration.euler_transform([mpmath.mpf(4) / (2 * k + 1) for k in range(30)])
        for n, estimate in enumerate(estimates, 1):
            assert abs(estimate / mpmath.pi - 1) <= mpmath.mpf(2) ** -n


def test_the_expansion_of_leibniz_misses_by_less_than_its_next_term():
    says("it diverges, but wherever it is stopped, its error is smaller than the next term")
    with mpmath.workdps(60):
        for n in range(1, 30):
            missing = abs(mpmath.pi - sum(4 * mpmath.mpf(-1) ** k / (2 * k + 1) for k in range(n)))
            for k in range(0, 62, 2):
                term = mpmath.eulernum(k, exact=True) / mpmath.mpf(2) ** k / mpmath.mpf(n) ** (k + 1)
                assert abs(missing) < abs(term)
                missing -= term


def test_the_expansion_of_leibniz_is_best_where_its_terms_are_least():
    says("its least term, near $k = \\pi n$, is the best place to stop")
    errors = {last: expanded(last) for last in range(0, 62, 2)}
    assert abs(min(errors, key=errors.get) - math.pi * 13) < 3 and errors[60] > 10 * errors[40]


def test_the_repelling_point_holds_an_orbit_for_eighteen_steps():
    says("stays within 0.01 for eighteen steps")
    away = np.abs(mobius.orbit(*(-math.sqrt(2)).as_integer_ratio(), 20).x + math.sqrt(2))
    assert away[18] < 0.01 < away[19]


def test_the_starts_of_the_question_reach_the_root_of_two():
    says("From all three. The start $-1.4$ leads to")
    says("the $-1.4$ of the question is the third of them")
    for numerator, denominator in ((-5, 1), (-1, 1), (-7, 5)):
        assert abs(mobius.orbit(numerator, denominator, 30).error[-1]) < 1e-15
    says("The start $-1.4$ leads to $-\\frac32$, then to $-1$, and through $\\infty$ to 1")
    assert mobius.orbit(-7, 5, 4).x.tolist() == [-1.4, -1.5, -1, math.inf, 1]


def test_sequence_e_passes_for_an_exponential_up_to_forty():
    says("It passes for an exponential up to $n \\approx 40$, but it is a power law")
    ratios = sequences.mystery_errors("E", 80)
    ratios = ratios[1:] / ratios[:-1]
    assert np.all(np.abs(ratios[:38] / 0.7 - 1) < 0.02) and ratios[59] > 0.9


def test_the_curves_of_the_fractions_rise_and_fall_as_told():
    says("For Leibniz $q$ times the error falls twice, at $n = 8$ and $n = 11$")
    says("The curve of $(1+1/n)^n$ goes up")
    assert (np.flatnonzero(np.diff(scaled("π: 4 Σ (−1)ᵏ/(2k+1)")) < 0) + 2).tolist() == [8, 11]
    assert np.any(np.diff(scaled("e: Σ 1/k!")) > 0)
    assert np.all(np.diff(scaled("e: (1 + 1/n)ⁿ")) > 0)


def test_a_number_of_ones_own_has_the_tail_the_solution_says():
    with mpmath.workdps(300):
        for n in range(1, 12):
            tail = sum(mpmath.mpf(2) ** (-k * k) for k in range(n + 1, n + 12))
            assert 0 < 2 ** (n * n) * tail < mpmath.mpf(4) ** -n


def test_round_off_stays_near_1e_15_for_most_sequences():
    says("For most sequences it stays near 1e-15")
    for name in ("exponential series", "leibniz", "archimedes", "salamin", "binomial series", "mobius", "newton"):
        exactly, computed = sequences.errors(name, 60), sequences.double_errors(name, 60)
        exactly = np.concatenate([exactly, np.zeros(60 - len(exactly))])
        assert np.abs(computed - exactly).max() < 2e-15
