"""Numbers that the text and the solutions of the chapter on e, π and √2 state, recomputed with sixty digits."""

from __future__ import annotations

import math
from pathlib import Path

import mpmath
import nbformat
import numpy as np
import pytest

from emergence import limits

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/limits/three_limits.ipynb"
TEXT = "\n".join(c.source for c in nbformat.read(CHAPTER, as_version=4).cells if c.cell_type == "markdown")

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


def fooled(last: int, exponent: float | None) -> limits.Extrapolation:
    n = 2.0 ** np.arange(3, last + 1)
    return limits.extrapolate(1 + limits.contaminated_power(n, 0.5, "a second power", 0.2), exponent)


U = 2.0**-53
BEST = 1 / math.sqrt(2 * U)

# what the text says, the value behind it, the number printed, and half a unit of its last digit
STATED = [
    ("1.07e-8 against", root_error(10), 1.07e-8, 0.005e-8),
    ("against 2.73e-8", E_TAIL[10], 2.73e-8, 0.005e-8),
    ("\\approx 0.485281\\,q^n", root_error(40) / float(abs(Q)) ** 40, 0.485281, 5e-7),
    ("q=-(3-2\\sqrt2)\\approx-0.171573", float(Q), -0.171573, 5e-7),
    ("terms stay 2e-8 away", abs(limits.double_errors("compound doubled", 40)[-1]), 2e-8, 0.5e-8),
    ("Factors 2.83 and 2.83", 0.125 / 0.0442, 2.83, 0.005),
    ("Factors 2.83 and 2.83", 0.0442 / 0.0156, 2.83, 0.005),
    ("$p = 1.5$", math.log2(2.83), 1.5, 0.05),
    ("Factors 50 and 2500", 2e-2 / 4e-4, 50, 0.5),
    ("Factors 50 and 2500", 4e-4 / 1.6e-7, 2500, 0.5),
    ("50^{-1/8} = 0.61", 50 ** (-1 / 8), 0.61, 0.005),
    ("Factors 1.33 and 1.24", 0.48 / 0.36, 1.33, 0.005),
    ("Factors 1.33 and 1.24", 0.36 / 0.29, 1.24, 0.005),
    ("$1/\\ln n$ gives 0.481", 1 / math.log(8), 0.481, 0.0005),
    ("0.361, 0.289", 1 / math.log(16), 0.361, 0.0005),
    ("0.361, 0.289", 1 / math.log(32), 0.289, 0.0005),
    ("$u = 1.1\\times10^{-16}$", U, 1.1e-16, 0.05e-16),
    ("1/\\sqrt{2u} = 6.7\\times10^7", BEST, 6.7e7, 0.05e7),
    ("2\\times e/(2n) = 4\\times10^{-8}", math.e / BEST, 4e-8, 0.5e-8),
    ("only the first half remains, 2e-8", math.e - (1 + 2.0**-26) ** (2**26), 2e-8, 0.5e-8),
    ("1/|q| = 5.83$", float(1 / abs(Q)), 5.83, 0.005),
    ("1/\\log_{10} 5.83 = 1.31$ steps", 1 / math.log10(5.83), 1.31, 0.005),
    ("that is $-0.1716$", (1 - math.sqrt(2)) / (1 + math.sqrt(2)), -0.1716, 0.00005),
    ("a digit takes 11.5 steps", 1 / math.log10(11 / 9), 11.5, 0.05),
    ("give one correct digit", -math.log10(LEIBNIZ[13]), 1, 0.5),
    ("Leibniz has one digit", -math.log10(LEIBNIZ[10]), 1, 0.5),
    ("Twelve digits.", max(d[12] for d in limits.correct_digits("leibniz", 13, "sixty digits").values()), 12, 0.5),
    ("128 terms alone have two digits", -math.log10(LEIBNIZ[128]), 2, 0.5),
    ("about 710 terms", math.sqrt(1e6 / 2), 710, 5),
    ("extrapolation gives 1.0827", fooled(10, 0.5).estimate[-1], 1.0827, 0.00005),
    ("moved this by only 0.006", -np.diff(fooled(10, 0.5).estimate)[-1], 0.006, 0.0005),
    ("The error is 0.083", fooled(10, 0.5).estimate[-1] - 1, 0.083, 0.0005),
    ("at a million it is 0.041", fooled(20, 0.5).estimate[-1] - 1, 0.041, 0.0005),
    ("this is 13.9", 1 / (2**0.1 - 1), 13.9, 0.05),
    ("$p = 0.370$", fooled(10, None).exponent[-1], 0.370, 0.0005),
    ("the limit 1.0624", fooled(10, None).estimate[-1], 1.0624, 0.00005),
    ("is 3.8 times the last move", 1 / (2**0.34 - 1), 3.8, 0.05),
    ("18.5 times", 1 / (2**0.076 - 1), 18.5, 0.05),
    ("up to $5.3\\times10^{-3}$", 1e-3 / (2**0.25 - 1), 5.3e-3, 0.05e-3),
]


@pytest.mark.parametrize(("phrase", "value", "printed", "half_unit"), STATED)
def test_a_number_of_the_text_is_right(phrase, value, printed, half_unit):
    assert phrase in TEXT
    assert abs(value - printed) <= half_unit * (1 + 1e-9)


def test_the_series_for_e_overtakes_the_iteration_at_twelve_for_good():
    assert "At $n = 12$ it is behind, and it never leads again" in TEXT
    root, series = (np.abs(limits.errors(name, 30)) for name in ("mobius", "exponential series"))
    assert root[9] < series[9] and np.all(root[11:] > series[11:30])


def test_the_quoted_bound_and_error_of_thirteen_alternating_terms():
    assert "the bound is 7e-10; the true error is 6.6e-13" in TEXT
    with mpmath.workdps(60):
        d = ((3 + mpmath.sqrt(8)) ** 13 + (3 - mpmath.sqrt(8)) ** 13) / 2
        terms = [mpmath.mpf(4) / (2 * k + 1) for k in range(13)]
        error = abs(limits.cohen_villegas_zagier(terms) - mpmath.pi)
        assert f"{float(mpmath.pi / d):.0e}" == "7e-10" and f"{float(error):.1e}" == "6.6e-13"


def test_the_repelling_point_holds_an_orbit_for_eighteen_steps():
    assert "stays within 0.01 for eighteen steps" in TEXT
    away = np.abs(limits.mobius_orbit(*(-math.sqrt(2)).as_integer_ratio(), 20).x + math.sqrt(2))
    assert away[18] < 0.01 < away[19]


def test_sequence_e_passes_for_an_exponential_up_to_forty():
    assert "Sequence E passes for an exponential up to $n \\approx 40$" in TEXT
    ratios = limits.mystery_errors("E", 80)
    ratios = ratios[1:] / ratios[:-1]
    assert np.all(np.abs(ratios[:38] / 0.7 - 1) < 0.02) and ratios[59] > 0.9


def test_a_number_of_ones_own_has_the_tail_the_solution_says():
    with mpmath.workdps(300):
        for n in range(1, 12):
            tail = sum(mpmath.mpf(2) ** (-k * k) for k in range(n + 1, n + 12))
            assert 0 < 2 ** (n * n) * tail < mpmath.mpf(4) ** -n


def test_round_off_stays_near_1e_15_for_most_sequences():
    assert "For most sequences it stays near 1e-15" in TEXT
    for name in ("exponential series", "leibniz", "archimedes", "salamin", "binomial series", "mobius", "newton"):
        exactly, computed = limits.errors(name, 60), limits.double_errors(name, 60)
        exactly = np.concatenate([exactly, np.zeros(60 - len(exactly))])
        assert np.abs(computed - exactly).max() < 2e-15
