"""Exercises of the chapter *Fixed points and contractions*."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.limits import contractions as con

# -- The cosine key ------------------------------------------------------------------------------------------------

COSINE_LIP = math.sin(1)  # of cos on [0, 1], where |cos'| = sin is greatest at 1
PRECISION = 1e-6


def _cosine_point() -> float:
    return float(con.orbit(math.cos, 1.0, 200)[-1])


def guaranteed_steps() -> int:
    """After how many steps from 0 Banach's second bound says that cos is within PRECISION of its fixed point."""
    return con.steps_until(COSINE_LIP, abs(math.cos(0.0) - 0.0), PRECISION)


def needed_steps() -> int:
    """After how many steps from 0 it is."""
    return int(np.argmax(np.abs(con.orbit(math.cos, 0.0, 200) - _cosine_point()) <= PRECISION))


REACHES = "after one step the orbit is in [−1, 1], after two in [0, 1], which cos maps into itself"

cosine = Exercise(
    "cosine",
    lip=Number(
        "the Lipschitz constant of cos on [0, 1]",
        COSINE_LIP,
        rel=1e-3,
        mistakes=[
            Mistake(1, "This is the constant on all of ℝ. How steep is cos between 0 and 1?"),
            Mistake(lambda: math.cos(1), "This is the least value of cos. What is its steepest slope?"),
            Mistake(lambda: math.sin(math.radians(1)), "Set your calculator to radians."),
        ],
        hints=[
            "Which slope of cos has the greatest absolute value on [0, 1]?",
            "The slope is −sin x. Where is it steepest?",
        ],
        alternatives=[round(COSINE_LIP, 4)],
    ),
    steps=Number(
        "the least k for which the second bound is at most 1e-6, from x₀ = 0",
        guaranteed_steps,
        abs=0,
        mistakes=[
            Mistake(needed_steps, "So many steps are needed. How many does the bound ask for?"),
            Mistake(
                lambda: math.ceil(math.log(PRECISION) / math.log(COSINE_LIP)),
                "This leaves out the factor 1/(1 − c) of the bound.",
            ),
            Mistake(lambda: guaranteed_steps() - 1, "One step too few: a number of steps is rounded up."),
        ],
        hints=[
            "How far is x₁ from x₀ = 0?",
            "Solve cᵏ/(1 − c) ≤ 1e-6 for k, with logarithms.",
        ],
    ),
    why=Choice(
        "why the orbit converges from every real start, although on ℝ the constant is 1",
        (
            "a constant of exactly 1 is enough in Banach's theorem",
            REACHES,
            "cos has only one fixed point, and that is enough",
        ),
        REACHES,
        mistakes=[
            Mistake(
                "a constant of exactly 1 is enough in Banach's theorem",
                "The map x + 1 has the constant 1. Where does its orbit go?",
            ),
            Mistake(
                "cos has only one fixed point, and that is enough",
                "The map −2x has only one fixed point, too. Where does its orbit go?",
            ),
        ],
        hints=["Which values can cos have? And which values can it have there?"],
    ),
    solution=lambda: (
        f"The slope −sin x is steepest at 1: Lip = sin 1 = {COSINE_LIP:.4f}. From x₀ = 0 the first step has the "
        f"length 1, and the bound is below 1e-6 from k = {guaranteed_steps()} on. In fact {needed_steps()} steps are "
        f"enough, because the slope at the fixed point is only −{math.sin(_cosine_point()):.3f}. Whatever the "
        f"start, {REACHES}; there Banach's theorem holds."
    ),
)

# -- When to stop --------------------------------------------------------------------------------------------------

stop = Exercise(
    "stop",
    Formula(
        "a bound of d(x_k, x*) from the last step s = d(x_k, x_{k−1}), as small as Lip(T) = c allows",
        "c*s/(1 - c)",
        {"c": (0.05, 0.95), "s": (0.1, 5)},
        mistakes=[
            Mistake(
                "s",
                "For c = 0.99 the last step can be far shorter than what is left. Add up all steps to come.",
            ),
            Mistake("s/(1 - c)", "This counts the last step again, which is behind you. How long is the next one?"),
            Mistake("c*s", "This is the next step alone. Add up all that follow."),
            Mistake("c**2*s/(1 - c)", "The next step is at most c s long, and counts as well."),
        ],
        hints=[
            "How long is the next step, at most, if the last one was s?",
            "The steps to come are at most cs, c²s, c³s, … What is their sum?",
        ],
        alternatives=["s*c/(1-c)", "s/(1/c - 1)", "s*(1/(1 - c) - 1)"],
    ),
    solution=(
        "The steps to come have at most the lengths cs, c²s, …, and the fixed point is no further away than their sum, "
        "cs/(1 − c). It is attained by T(x) = cx. For c near 1 a short step says little."
    ),
)

# -- Which hypothesis fails? ---------------------------------------------------------------------------------------

HYPOTHESES = ("the set is complete", "T maps the set into itself", "one c < 1 serves all pairs")

which = Exercise(
    "which",
    newton=Choice(
        "the hypothesis that fails for x/2 + 1/x on the rational numbers of [1, 2]",
        HYPOTHESES,
        HYPOTHESES[0],
        mistakes=[
            Mistake(HYPOTHESES[1], "The sum of two rational numbers is one. And between which values is x/2 + 1/x?"),
            Mistake(HYPOTHESES[2], "The slope is 1/2 − 1/x². Between which values is it on [1, 2]?"),
        ],
        hints=["Start at 1 and compute three steps. Which number do they approach?"],
    ),
    root=Choice(
        "the hypothesis that fails for √(x² + 1) on ℝ",
        HYPOTHESES,
        HYPOTHESES[2],
        mistakes=[
            Mistake(HYPOTHESES[0], "Every Cauchy sequence of real numbers converges."),
            Mistake(HYPOTHESES[1], "√(x² + 1) is a real number for each real x."),
        ],
        hints=["What is the slope for large x?"],
    ),
    third=Choice(
        "the hypothesis that fails for x/3 + 1 on [−1, 1]",
        HYPOTHESES,
        HYPOTHESES[1],
        mistakes=[
            Mistake(HYPOTHESES[0], "A closed interval is complete."),
            Mistake(HYPOTHESES[2], "The slope is 1/3 everywhere."),
        ],
        hints=["Where does the point 1 go?"],
    ),
    solution=(
        "x/2 + 1/x has slopes between −1/2 and 1/4 on [1, 2] and maps the rational numbers of [1, 2] into "
        "themselves, but the limit √2 is not rational: the set is not complete. √(x² + 1) brings any two points "
        "closer, but its slope tends to 1, and √(x² + 1) = x has no solution: there is no one c. x/3 + 1 maps 1 to "
        "4/3: it is no self-map of [−1, 1]; its fixed point 3/2 lies outside."
    ),
)

# -- More tokens ---------------------------------------------------------------------------------------------------

tokens = Exercise(
    "tokens",
    slope=Formula(
        "∂f₁/∂x₁ at x₁ = 0 with m further tokens at R and m at −R",
        "(1 + 2*m*R**2)/(2*m + 1)",
        {"m": range(1, 9), "R": (0.1, 5)},
        mistakes=[
            Mistake("1/3 + 2*R**2/3", "This is for m = 1."),
            Mistake("2*m*R**2/(2*m + 1)", "This is the variance. The token also moves the mean directly."),
            Mistake("(1 + m*R**2)/(2*m + 1)", "There are m tokens at R and as many at −R."),
        ],
        hints=[
            "At x₁ = 0 all scores are 0. What are the 2m + 1 weights, and what is the mean f₁?",
            "Put them into the formula of the proof. What is the variance of the tokens?",
        ],
        alternatives=["1/(2m+1) + 2m R^2/(2m+1)", "(1/m + 2*R^2)/(2 + 1/m)"],
    ),
    many=Formula(
        "its limit as m grows",
        "R**2",
        {"R": (0.1, 5)},
        mistakes=[
            Mistake("2*R**2/3", "This is the leading term for m = 1. What happens to 2m/(2m + 1)?"),
            Mistake("1 + R**2", "The share of the token itself tends to 0."),
            Mistake("2*R**2", "There are 2m tokens at ±R, and 2m + 1 in all."),
        ],
        hints=["Divide numerator and denominator by 2m."],
        alternatives=["R^2", "R*R"],
    ),
    solution=(
        "All 2m + 1 weights are equal and f₁ = 0. The slope is the weight 1/(2m + 1) and the variance 2mR²/(2m + 1). "
        "As m grows it tends to R², below the bound 1 + 2R², which holds for any number of tokens."
    ),
)

# -- A norm for your matrix ----------------------------------------------------------------------------------------


def _matrix(rng: np.random.Generator) -> tuple[np.ndarray]:
    matrix = rng.normal(size=(2, 2))
    return (matrix * rng.uniform(0.2, 0.85) / con.spectral_radius(matrix),)


def lyapunov_form(M: ArrayLike) -> list[list[float]]:
    """The P with P - Mᵀ P M = I, as rows. M: shape (2, 2), spectral radius below 1."""
    return con.discrete_lyapunov(M).tolist()


def _series(M: ArrayLike) -> np.ndarray:
    p, power = np.zeros((2, 2)), np.eye(2)
    for _ in range(300):
        p, power = p + power.T @ power, M @ power
    return p


form = Exercise(
    "form",
    Function(
        "P for the matrix M",
        lyapunov_form,
        _matrix,
        cases=[(np.array([[0.5, 10.0], [0.0, 0.5]]),), (np.diag([0.5, 0.25]),), (np.array([[0.0, 2.0], [0.0, 0.0]]),)],
        rel=1e-6,
        abs=1e-9,
        mistakes=[
            Mistake(
                lambda M: con.discrete_lyapunov(np.transpose(M)),
                "This solves P − M P Mᵀ = I. Which factor is transposed?",
            ),
            Mistake(lambda M: np.eye(2) + np.transpose(M) @ M, "These are the first two terms of the sum."),
            Mistake(lambda M: np.eye(2), "P − MᵀPM is then I − MᵀM. Add the terms of the sum."),
        ],
        hints=[
            "The proof writes P as a sum over powers of M.",
            "Start with P = I and repeat P → I + MᵀPM, as often as it takes. Why does that converge?",
        ],
        alternatives=[lambda M: con.discrete_lyapunov(M), _series],
    ),
    solution=(
        "Start with P = I and repeat `P = np.eye(2) + M.T @ P @ M` a few hundred times: each step adds one term of the "
        "sum. P is a fixed point itself, of a map that is a contraction in some norm, since the eigenvalues of "
        "P → MᵀPM are products of two eigenvalues of M."
    ),
)

# -- Any constant you like -----------------------------------------------------------------------------------------

ruler = Exercise(
    "ruler",
    Number(
        "the s for which x/2 has the constant 1/100 in the metric |φ(x) − φ(y)|",
        lambda: math.log2(100),
        rel=0.002,
        mistakes=[
            Mistake(lambda: 2**-0.01, "This is the constant for s = 1/100. Solve for s."),
            Mistake(lambda: -math.log2(100), "The sign: s must be positive."),
            Mistake(lambda: math.log(100), "What is the base of the power in 2^(−s)?"),
            Mistake(7, "Near, but s need not be an integer."),
            Mistake(50, "The constant is a power with the exponent −s, not a fraction."),
        ],
        hints=["By which factor does halving x change φ(x) = |x|^s?", "Take logarithms of 2^(−s) = 1/100."],
        alternatives=["6.644", "6.64"],
    ),
    solution=lambda: f"φ(x/2) = φ(x)/2^s, so 2^(−s) = 1/100, and s = ln 100/ln 2 = {math.log2(100):.3f}.",
)

# -- The sign ------------------------------------------------------------------------------------------------------

TENDS, GROWS = "it tends to 0", "it grows like e^(4t)"

sign = Exercise(
    "sign",
    two=Formula(
        "μ of A in the 2-norm, for b ≥ 0",
        "b/2 - 1",
        {"b": (0, 9)},
        mistakes=[
            Mistake("b - 1", "This is μ in the ∞-norm. Take the greatest eigenvalue of (A + Aᵀ)/2."),
            Mistake("-1", "This is the eigenvalue of A. The 2-norm asks for those of (A + Aᵀ)/2."),
            Mistake("b/2 + 1", "The diagonal keeps its sign: that is the point of μ."),
        ],
        hints=["Write down (A + Aᵀ)/2. What are its eigenvalues?"],
        alternatives=["(b - 2)/2", "-1 + b/2"],
    ),
    sup=Formula(
        "μ of A in the ∞-norm, for b ≥ 0",
        "b - 1",
        {"b": (0, 9)},
        mistakes=[
            Mistake("b + 1", "This is the norm of A. In μ the diagonal keeps its sign."),
            Mistake("b/2 - 1", "This is μ in the 2-norm. What is the norm of I + hA, by rows?"),
            Mistake("-1", "This is the second row. The greatest row counts."),
        ],
        hints=[
            "The ∞-norm of I + hA is its greatest row sum of absolute values, for small h. Subtract 1 and divide by h."
        ],
        alternatives=["-1 + b"],
    ),
    flow=Choice(
        "what the length of x(t) does in the long run, for b = 10",
        (TENDS, GROWS, "it stays between two positive numbers"),
        TENDS,
        mistakes=[
            Mistake(GROWS, "This is the bound from μ. It is sharp at t = 0; what do the eigenvalues say?"),
            Mistake("it stays between two positive numbers", "The solution is e^(−t) times a polynomial in t."),
        ],
        hints=["What are the eigenvalues of A?"],
    ),
    solution=(
        "(A + Aᵀ)/2 has −1 on the diagonal and b/2 beside it: μ₂ = b/2 − 1. By rows μ_∞ = b − 1. For b = 10 both "
        "are positive, and the length of some x(t) grows at first. But both eigenvalues are −1, so x(t) tends to 0, "
        "and some other norm has μ < 0."
    ),
)
