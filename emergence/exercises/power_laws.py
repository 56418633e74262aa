"""Exercises of the chapter *Scaling laws*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.scaling import fits, laws

# -- Two constants of three ----------------------------------------------------------------------------------------


def floor_given(sizes: list[float], losses: list[float], alpha: float) -> float:
    """The floor of least squares when the exponent is alpha."""
    return float(fits.fit_exponent(sizes, losses, alpha).floor)


def _seen(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    sizes = np.sort(10 ** rng.uniform(6, 10, rng.integers(3, 9)))
    losses = rng.uniform(1, 2) + (1e8 / sizes) ** rng.uniform(0.1, 0.5) + 0.01 * rng.standard_normal(len(sizes))
    return sizes, losses, float(rng.uniform(0.1, 0.6))


def _last(sizes: list[float], losses: list[float], alpha: float) -> float:
    return float(losses[-1])


def _through_the_ends(sizes: list[float], losses: list[float], alpha: float) -> float:
    first, last = sizes[0] ** -alpha, sizes[-1] ** -alpha
    return float((losses[-1] * first - losses[0] * last) / (first - last))


def _sum_of_both(sizes: list[float], losses: list[float], alpha: float) -> float:
    law = fits.fit_exponent(sizes, losses, alpha)
    return float(law.floor + law.amplitude)


def _by_polyfit(sizes: list[float], losses: list[float], alpha: float) -> float:
    v = np.asarray(sizes, dtype=float) ** -alpha
    return float(np.polyfit(v / v.max(), losses, 1)[1])


two_of_three = Exercise(
    "two_of_three",
    Function(
        "the floor of least squares for given sizes, losses and exponent",
        floor_given,
        _seen,
        cases=[(np.array([1e8, 1e9, 1e10]), np.array([2.5, 2.0, 1.8]), 0.3)],
        mistakes=[
            Mistake(_last, "The largest model lies above the floor."),
            Mistake(_through_the_ends, "This goes through two models exactly. Least squares looks at all."),
            Mistake(_sum_of_both, "This is where the law stands at one size. What remains when N grows?"),
        ],
        hints=[
            "Put v = N^(−α). Then the loss is a straight line in v.",
            "The slope is the covariance of v and L over the variance of v. What is the line at v = 0?",
        ],
        alternatives=[_by_polyfit],
    ),
    solution=(
        "With `v = sizes ** -alpha`, the slope is A = cov(v, L) / var(v), and the floor is what the line says at "
        "v = 0: mean(L) − A mean(v)."
    ),
)

# -- The floor from a bend -----------------------------------------------------------------------------------------

floor_from_bend = Exercise(
    "floor_from_bend",
    Formula(
        "the floor of the law whose loss begins as a − b t + c t²",
        "a - b**2/(2*c)",
        {"a": (2.0, 4.0), "b": (0.2, 0.6), "c": (0.05, 0.2)},
        mistakes=[
            Mistake("a - b**2/(4*c)", "This is the least value of the parabola. The law has no least value."),
            Mistake("b**2/(2*c)", "This is the excess at t = 0. How much of the loss a remains?"),
            Mistake("a - b**2/c", "In the series of the exponential the square has the factor ½."),
        ],
        hints=["Expand L∞ + A e^(−αt) to second order in t.", "b = Aα and c = Aα²/2. Which quotient is A?"],
        alternatives=["(2*a*c - b**2)/(2*c)"],
    ),
    solution="L∞ + A − Aα t + (Aα²/2) t². So b²/(2c) = A, and L∞ = a − A = a − b²/(2c).",
)

# -- As far as it goes ---------------------------------------------------------------------------------------------

ERROR, EXCESS, ALPHA = 0.05, 0.4, 0.35


def reach() -> float:
    """The ratio at which an excess falling with ALPHA from EXCESS has come down to ERROR."""
    return (EXCESS / ERROR) ** (1 / ALPHA)


as_far = Exercise(
    "as_far",
    Number(
        "the ratio of sizes at which the excess loss is as small as the error",
        reach,
        rel=0.02,
        mistakes=[
            Mistake(lambda: EXCESS / ERROR, "The excess falls like r to the power −α, not like 1/r."),
            Mistake(lambda: (EXCESS / ERROR) ** ALPHA, "Solve 0.4 r^(−α) = 0.05 for r."),
            Mistake(lambda: math.log(EXCESS / ERROR) / ALPHA, "This is ln r."),
        ],
        hints=["What is the excess at r times the size?", "Take logarithms of 0.4 r^(−0.35) = 0.05."],
    ),
    solution=lambda: f"The excess is 0.4 r^(−0.35). Setting it equal to 0.05 gives r = 8^(1/0.35) = {reach():.0f}.",
)

# -- Two digits ----------------------------------------------------------------------------------------------------

GOPHER = 5.76e23


def ratio(name: str) -> float:
    """Tokens per parameter of the optimum at the compute of Gopher."""
    n, d = fits.compute_optimal(GOPHER, 1.0, laws.chinchilla_constants(name))
    return float(d / n)


FLAT = "hardly: the minimum is flat"

two_digits = Exercise(
    "two_digits",
    tokens=Number(
        "tokens per parameter at 5.76e23 FLOP with the printed constants",
        lambda: ratio("hoffmann_rounded"),
        rel=0.01,
        mistakes=[
            Mistake(
                lambda: ratio("hoffmann_tex"), "These are the constants with four digits. Take α = 0.34, β = 0.28."
            ),
            Mistake(lambda: 1 / ratio("hoffmann_rounded"), "This is parameters per token."),
            Mistake(20, "This is the rule of thumb. Compute N from Theorem 4 with q = 1, then D = C/(6N)."),
        ],
        hints=["N = G (C/6)^(β/(α+β)) with G = (αA/(βB))^(1/(α+β)).", "D/N is C/(6N²)."],
    ),
    loss=Choice(
        "whether the loss suffers as much from the two missing digits as the ratio does",
        (FLAT, "yes, by half as well", "it cannot be said without more data"),
        FLAT,
        mistakes=[
            Mistake("yes, by half as well", "What is the slope of a smooth curve at its minimum?"),
            Mistake("it cannot be said without more data", "Put both sizes into the one law, at the same compute."),
        ],
        hints=["Look at the loss on the left of the figure, near the mark."],
    ),
    solution=lambda: (
        f"N = {1e-9 * float(laws.compute_optimal_size(GOPHER, laws.chinchilla_constants('hoffmann_rounded'))):.1f} "
        f"billion, and C/(6N²) = {ratio('hoffmann_rounded'):.1f}, where four digits give {ratio('hoffmann_tex'):.1f}. "
        "The loss hardly notices: at a minimum a change of size acts only to second order."
    ),
)

# -- Better data ---------------------------------------------------------------------------------------------------

better_data = Exercise(
    "better_data",
    tokens=Formula(
        "the factor by which the best number of tokens D changes",
        "q**(-beta/(alpha+beta))",
        {"q": (0.3, 4.0), "alpha": (0.2, 0.4), "beta": (0.25, 0.5)},
        mistakes=[
            Mistake("q**(beta/(alpha+beta))", "This is the factor of N. The compute 6ND stays."),
            Mistake("1/q", "So it would be if the size stayed the same. Does the best size stay?"),
            Mistake("q**(alpha/(alpha+beta))", "This is the factor of qD, of the tokens with their weight."),
        ],
        hints=["By which factor does the best N change?", "D is C/(6N) at the same compute C."],
        alternatives=["q**(alpha/(alpha+beta) - 1)"],
    ),
    solution="N grows by q^(β/(α+β)) and 6ND is fixed, so D changes by q^(−β/(α+β)): fewer tokens for q > 1.",
)

# -- Rare examples -------------------------------------------------------------------------------------------------

rare = Exercise(
    "rare",
    Formula(
        "the exponent with which the excess loss falls with the number of examples",
        "alpha/(1+alpha)",
        {"alpha": (0.1, 2.0)},
        mistakes=[
            Mistake("alpha", "This is the exponent in the number of skills n. How does n grow with D?"),
            Mistake("1/(1+alpha)", "This is the exponent of n in D. The excess loss falls like a power of n."),
            Mistake("1+alpha", "This is the exponent of the frequencies."),
        ],
        hints=["Up to which k is D p_k at least 1?", "n is proportional to D to the power 1/(1 + α)."],
        alternatives=["1 - 1/(1+alpha)"],
    ),
    solution="D n^(−(1+α)) ∼ 1 gives n ∼ D^(1/(1+α)), so n^(−α) ∼ D^(−α/(1+α)).",
)
