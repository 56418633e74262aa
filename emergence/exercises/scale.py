"""Exercises of the chapter *Scale makes the transition*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Function, Mistake, Number
from emergence.physics.ising import CRITICAL_TEMPERATURE
from emergence.physics.ising_states import states
from emergence.physics.look_alikes import HIGH, LOW

# -- How wide is the window? ---------------------------------------------------------------------------------------

window = Exercise(
    "window",
    continuous=Number(
        "the width at L = 128 if 1/ν = 1",
        0.4 / 16,
        rel=0.01,
        mistakes=[
            Mistake(0.4 / 256, "This divides by the ratio of the numbers of spins. The law is for L."),
            Mistake(0.4 / 4, "1/ν = 1: the window falls with the first power of L."),
            Mistake(0.4 * 16, "Does it get wider?"),
        ],
        hints=["x is the same at both ends for every L.", "(T/T_c − 1) L^(1/ν) is fixed: by what factor does L grow?"],
        alternatives=["1/40", "0.025"],
    ),
    first_order=Number(
        "the width at L = 128 if it falls like the square of 1/L, as at a first-order transition in d = 2 dimensions",
        0.4 / 256,
        rel=0.01,
        mistakes=[
            Mistake(0.4 / 16, "This is the continuous case. Now the exponent is d = 2."),
            Mistake(0.4 / 16**3, "d = 2, not 3."),
        ],
        hints=["The factor by which L grows is 16. Raise it to the power d."],
        alternatives=["1/640", "0.0015625"],
    ),
    exponent=Number(
        "the exponent 1/ν if the width at L = 128 is 0.1",
        0.5,
        rel=0.01,
        mistakes=[
            Mistake(2, "This is ν. Which power of L is it that falls?"),
            Mistake(-0.5, "The width is proportional to L^(−1/ν); its exponent has the minus already."),
            Mistake(0.25, "This is the ratio of the widths."),
        ],
        hints=["Take logarithms: ln(0.4/0.1) over ln(128/8)."],
        alternatives=["1/2"],
    ),
    solution=(
        "L grows by a factor of 16, so the width is 0.4/16 = 0.025, for a first-order transition 0.4/16² = 0.0016. A "
        "width of 0.1 is a quarter of 0.4, and ln 4/ln 16 = 1/2."
    ),
)

# -- An exponent from two exact lattices ---------------------------------------------------------------------------


def _mean_absolute(size: int) -> float:
    m, law = states(size).magnetisation_law(CRITICAL_TEMPERATURE)
    return float(law @ np.abs(m))


def _from_two(small: int, large: int) -> float:
    return math.log(_mean_absolute(small) / _mean_absolute(large)) / math.log(large / small)


two_sizes = Exercise(
    "two_sizes",
    exponent=Number(
        "β/ν from the mean |m| of 4 × 4 and 8 × 8 spins at T_c",
        lambda: _from_two(4, 8),
        abs=2e-3,
        mistakes=[
            Mistake(lambda: -_from_two(4, 8), "The sign: m is proportional to L^(−β/ν)."),
            Mistake(
                lambda: _from_two(4, 8) / 2, "You have taken the number of spins for the size: L grows by 2, not 4."
            ),
            Mistake(lambda: _mean_absolute(8) / _mean_absolute(4), "This is the ratio. By which power of 2 is it?"),
            Mistake(
                lambda: math.log(_mean_absolute(4) / _mean_absolute(8)),
                "Divide by the logarithm of the ratio of the sizes.",
            ),
        ],
        hints=[
            "`m, law = states(8).magnetisation_law(T_c)` has all values of m and their probabilities.",
            "The mean |m| is `(law * abs(m)).sum()`.",
            "Two points give a slope: ln of the ratio of the means over ln of the ratio of the sizes.",
        ],
        alternatives=[],
    ),
    solution=lambda: (
        f"The means are {_mean_absolute(4):.4f} and {_mean_absolute(8):.4f}, so that β/ν = {_from_two(4, 8):.4f}. "
        f"From 6 to 8 it is {_from_two(6, 8):.4f}: without any simulation, two small lattices come within 4 per cent "
        "of 1/8."
    ),
)

# -- A cumulant by hand --------------------------------------------------------------------------------------------


def three_values(p: float) -> float:
    """U if m is 0 with probability p and ±1 otherwise."""
    return 1 - 1 / (3 * (1 - p))


cumulant = Exercise(
    "cumulant",
    mixture=Function(
        "U if m is 0 with probability p, and 1 or −1 with (1 − p)/2 each",
        three_values,
        lambda rng: (float(rng.uniform(0, 0.95)),),
        cases=[(0.0,), (0.5,)],
        rel=1e-6,
        abs=1e-9,
        mistakes=[
            Mistake(lambda p: 1 - (1 - p) / 3, "Square the second moment in the denominator."),
            Mistake(lambda p: 1 - 1 / (1 - p), "Binder's cumulant has a 3 in the denominator."),
            Mistake(lambda p: 2 / 3, "This is p = 0. What are ⟨m²⟩ and ⟨m⁴⟩ if m may be 0?"),
        ],
        hints=["m² and m⁴ are 0 or 1: both have the mean 1 − p.", "U = 1 − ⟨m⁴⟩/(3⟨m²⟩²)."],
        alternatives=[lambda p: (2 - 3 * p) / (3 - 3 * p)],
    ),
    negative=Number(
        "the p from which on U is negative",
        2 / 3,
        rel=0.005,
        mistakes=[
            Mistake(1 / 3, "This is 1 − p."),
            Mistake(1, "U is negative well before the two outer values are gone."),
        ],
        hints=["When is 3(1 − p) = 1?"],
        alternatives=["2/3"],
    ),
    solution=(
        "Both moments are 1 − p, so U = 1 − 1/(3(1 − p)), which is negative from p = 2/3 on. Such a dip below zero, "
        "deeper with size, is how a first-order transition shows itself: there phases with m = 0 and m = ±m₀ coexist."
    ),
)

# -- Nine coins ----------------------------------------------------------------------------------------------------


def nine(p: float) -> float:
    """P(a block spin is up) if its nine spins are up independently with probability p."""
    return float(sum(math.comb(9, k) * p**k * (1 - p) ** (9 - k) for k in range(5, 10)))


blocks = Exercise(
    "blocks",
    up=Function(
        "the probability that a block spin is up",
        nine,
        lambda rng: (float(rng.uniform(0, 1)),),
        cases=[(0.5,), (0.6,)],
        rel=1e-6,
        abs=1e-9,
        mistakes=[
            Mistake(lambda p: p**9, "Not all nine must be up: five are enough."),
            Mistake(lambda p: p**5, "There are many ways to choose the five, and six to nine are a majority, too."),
            Mistake(
                lambda p: math.comb(9, 5) * p**5 * (1 - p) ** 4,
                "This is exactly five. A majority may be larger.",
            ),
            Mistake(lambda p: 1 - nine(p), "This is the probability of down."),
        ],
        hints=["How many of the nine must be up?", "Sum the binomial probabilities of 5, 6, 7, 8 and 9."],
        alternatives=[lambda p: 1 - sum(math.comb(9, k) * p**k * (1 - p) ** (9 - k) for k in range(5))],
    ),
    slope=Number(
        "its derivative at p = ½",
        9 * math.comb(8, 4) / 2**8,
        rel=0.005,
        mistakes=[
            Mistake(9, "Nine spins have an influence each, but not always: only where the other eight are tied."),
            Mistake(math.comb(8, 4) / 2**8, "This is the influence of one of the nine spins."),
            Mistake(3, "This is the root of nine: the right size, but not for nine spins."),
        ],
        hints=[
            "Differentiate your function numerically, or count how often one spin decides.",
            "One spin decides if the other eight are four to four.",
        ],
        alternatives=["315/128", 2.46],
    ),
    solution=lambda: (
        f"p' = Σ C(9, k) pᵏ (1 − p)⁹⁻ᵏ over k = 5 to 9, with the slope 9 C(8, 4)/2⁸ = {9 * 70 / 256:.4g} at ½: a "
        "small bias grows with every blocking, though the spins know nothing of each other. That is the law of large "
        "numbers, and no transition: correlations stay zero."
    ),
)

# -- One bond in a field -------------------------------------------------------------------------------------------


def bond_zero(temperature: float) -> float:
    """The first φ > 0 with Z = 0 at h = iTφ, for two spins with one bond."""
    return math.acos(-math.exp(-2 / temperature)) / 2


bond = Exercise(
    "bond",
    zero=Function(
        "the first φ > 0 with Z(h = i T φ) = 0, for two spins with one bond",
        bond_zero,
        lambda rng: (float(rng.uniform(0.3, 6)),),
        cases=[(1.0,), (3.0,)],
        rel=1e-6,
        mistakes=[
            Mistake(
                lambda temperature: math.acos(math.exp(-2 / temperature)) / 2,
                "The sign: the two terms must cancel, so the cosine is negative.",
            ),
            Mistake(
                lambda temperature: math.acos(-math.exp(-2 / temperature)),
                "Both spins feel the field: cos 2φ, not cos φ.",
            ),
            Mistake(
                lambda temperature: math.acos(-math.exp(-1 / temperature)) / 2,
                "Like spins have e^(1/T), unlike ones e^(−1/T): their ratio is e^(−2/T).",
            ),
            Mistake(lambda temperature: temperature * bond_zero(temperature), "This is h/i. φ is asked for."),
        ],
        hints=[
            "Sum over the four states: Z = 2 e^(1/T) cosh(2h/T) + 2 e^(−1/T).",
            "With h = i T φ the hyperbolic cosine becomes cos 2φ.",
        ],
        alternatives=[lambda temperature: float(np.arccos(-np.exp(-2 / temperature)) / 2)],
    ),
    cold=Number(
        "its limit as T → 0",
        math.pi / 4,
        rel=0.005,
        mistakes=[
            Mistake(math.pi / 2, "This is the limit as T → ∞, that of free spins."),
            Mistake(0, "Two spins are not many: the zero stays away from the real axis."),
        ],
        hints=["What is e^(−2/T) as T → 0? And the arc cosine of that?"],
        alternatives=["0.785"],
    ),
    solution=(
        "Z = 2 e^(1/T) cosh(2h/T) + 2 e^(−1/T), which vanishes where cos 2φ = −e^(−2/T): φ = ½ arccos(−e^(−2/T)). "
        "Cold, the two spins act as one of size 2 and φ → π/4; hot, they are free and φ → π/2. N spins that act as "
        "one have φ = π/(2N), and this comes to the real axis as N grows."
    ),
)

# -- Answers of many tokens ----------------------------------------------------------------------------------------

TESTS = ("narrowing of the curve", "collapse of the curves", "response of the parts", "none of the three")

tokens = Exercise(
    "tokens",
    width=Number(
        "the width of c^L between y = 3/4 and 0.95 on the axis −ln(1 − c), for large L",
        lambda: math.log(math.log(LOW) / math.log(HIGH)),
        rel=0.005,
        mistakes=[
            Mistake(0, "On the axis c it tends to 0. Take the logarithm of 1 − c at both ends, then the difference."),
            Mistake(lambda: math.log(LOW) / math.log(HIGH), "This is the ratio of the two 1 − c. Take its logarithm."),
            Mistake(lambda: -math.log(math.log(LOW) / math.log(HIGH)), "A width is positive."),
            Mistake(math.log(0.25 / 0.05), "1 − y is not 1 − c: solve c^L = y first."),
        ],
        hints=[
            "c^L = y gives ln c = ln y/L. What is 1 − c for large L?",
            "1 − c is close to −ln y/L. The L drops out of the difference of two logarithms.",
        ],
        alternatives=["1.724"],
    ),
    passes=Choice(
        "which of the tests tells independent voters from the magnet",
        TESTS,
        "response of the parts",
        mistakes=[
            Mistake("narrowing of the curve", "Both narrow like 1/L."),
            Mistake("collapse of the curves", "Both collapse, with a = 1."),
            Mistake(
                "none of the three", "Look at the second panel for both: what grows for one and not for the other?"
            ),
        ],
        hints=["Put both families into the figure, and compare all its lines."],
    ),
    solution=lambda: (
        "For large L, c^L = y at 1 − c = −ln y/L, so that the width is ln(ln 0.75/ln 0.95) = "
        f"{math.log(math.log(LOW) / math.log(HIGH)):.4f} at every L: on this axis nothing sharpens. The voters pass "
        "both tests on the curve and fail the one on the parts."
    ),
)
