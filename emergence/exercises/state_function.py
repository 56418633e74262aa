"""Exercises of the chapter *The state function*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Function, Mistake, Number
from emergence.synthesis import state_function as sf

# -- One limit for all ---------------------------------------------------------------------------------------------

TOLERANCE = 0.3
JOINT = "(−1)ᴾ/N"


def least_size() -> int:
    """The least n₀ with (WEIGHT + 1) n₀^-EXPONENT ≤ TOLERANCE."""
    return math.ceil(((sf.WEIGHT + 1) / TOLERANCE) ** (1 / sf.EXPONENT) - 1e-9)


joint = Exercise(
    "joint",
    which=Choice(
        "the function with a joint limit",
        ("P/(N + P)", JOINT, "e^(−N/P)", "(−1)ᴾ"),
        JOINT,
        mistakes=[
            Mistake("P/(N + P)", "What is it along P = N, and what along P = 2N?"),
            Mistake("e^(−N/P)", "What is it along P = N, and what along P = 2N?"),
            Mistake("(−1)ᴾ", "It jumps between two values however large N and P are."),
        ],
        hints=["A joint limit must be the same along P = N and P = 2N.", "Which of them has a bound that goes to 0?"],
    ),
    size=Number(
        "the least n₀ such that 0.5 + 2P^(−0.3) + N^(−0.3) is at most 0.8 for all N, P ≥ n₀",
        least_size,
        abs=0,
        mistakes=[
            Mistake(lambda: math.floor((3 / TOLERANCE) ** (1 / sf.EXPONENT)), "Is the sum at most 0.8 there?"),
            Mistake(lambda: math.ceil((2 / TOLERANCE) ** (1 / sf.EXPONENT)), "Both terms count, at N = P = n₀."),
        ],
        hints=["The worst place of the tail is its corner.", "Solve 3 n^(−0.3) = 0.3."],
    ),
    solution=lambda: (
        "|(−1)ᴾ/N| ≤ 1/N goes to 0 whatever P does. At the corner the excess is 3 n₀^(−0.3), at most 0.3 from "
        f"n₀ = 10^(1/0.3) on, and so from {least_size()} on."
    ),
)

# -- Three errors by program ---------------------------------------------------------------------------------------


def error(data: float, parameters: int, steps: float) -> float:
    """The error of the sequence model with alpha = 1 and noise 1, without what is left out."""
    found = sf.errors(data, parameters, steps)
    return float(found.estimation + found.optimisation)


def _sizes(rng: np.random.Generator) -> tuple[int, int, int]:
    return int(rng.integers(1, 500)), int(rng.integers(1, 60)), int(rng.integers(0, 400))


def _only_bias(data: float, parameters: int, steps: float) -> float:
    return float(sf.errors(data, parameters, steps).optimisation)


def _not_squared(data: float, parameters: int, steps: float) -> float:
    weights = sf.spectrum(parameters, 1.0)
    left = sf.unfitted(weights, steps)
    return float((1 - left).sum() / data + left @ weights)


def _by_loop(data: float, parameters: int, steps: float) -> float:
    total = 0.0
    for i in range(1, parameters + 1):
        left = (1 - 0.5 / i**2) ** steps
        total += (1 - left) ** 2 / data + left**2 / i**2
    return total


def best_parameters(data: int) -> int:
    """The P with the least error of exact training."""
    counts = np.arange(1, 1000)
    return int(counts[np.argmin([sf.left_out(int(p), 1.0) + p / data for p in counts])])


DATA = 5000

three = Exercise(
    "three",
    error=Function(
        "estimation and optimisation error together, for data N, parameters P and steps K, with α = 1 and σ² = 1",
        error,
        _sizes,
        cases=[(1, 1, 0), (10, 3, 1), (100, 40, 300)],
        mistakes=[
            Mistake(_only_bias, "Where is the noise that has been fitted?"),
            Mistake(_not_squared, "An error of a coefficient is squared."),
        ],
        hints=["Add up over i from 1 to P, with rᵢ = (1 − λᵢ/2)ᴷ.", "(1 − rᵢ)²/N + λᵢ rᵢ²."],
        alternatives=[_by_loop],
    ),
    best=Number(
        "the number of parameters with the least error after exact training on 5,000 data",
        lambda: best_parameters(DATA),
        abs=0,
        mistakes=[
            Mistake(DATA, "Each parameter brings 1/N of noise. What does the next one bring in return?"),
            Mistake(lambda: best_parameters(DATA) + 1, "Parameter P + 1 removes 1/(P + 1)². Is this more than 1/N?"),
        ],
        hints=["What does one more parameter remove from the approximation error?", "Compare 1/(P + 1)² with 1/N."],
    ),
    solution=lambda: (
        "Add up (1 − rᵢ)²/N + λᵢ rᵢ² over i ≤ P. One more parameter pays as long as 1/(P + 1)² > 1/5000, so the best "
        f"number is {best_parameters(DATA)}."
    ),
)

# -- A slow and a fast pace ----------------------------------------------------------------------------------------

ALPHA, SLOW = 0.5, 0.6


def slow_exponent() -> float:
    """With which power of 1/N the bound falls for P = N and K = N^SLOW."""
    return min(ALPHA, 1 - SLOW / (1 + ALPHA), SLOW * ALPHA / (1 + ALPHA))


pace = Exercise(
    "pace",
    edge=Number(
        "the pace above which the error no longer vanishes, for α = 0.5",
        1 + ALPHA,
        rel=1e-3,
        mistakes=[
            Mistake(2, "This is the edge for α = 1."),
            Mistake(1, "This is the pace at which the error falls fastest."),
        ],
        hints=[
            "How many steps does it take to fit coefficient number N?",
            "K λ of the last coefficient is of order 1.",
        ],
    ),
    exponent=Number(
        "with which power of 1/N the bound falls if K = N^0.6 and P = N, for α = 0.5",
        slow_exponent,
        rel=1e-3,
        mistakes=[
            Mistake(
                lambda: 1 - SLOW / (1 + ALPHA), "This is the power of the estimation error. Which term is slowest?"
            ),
            Mistake(ALPHA, "This is the power of the approximation error. Which term is slowest?"),
            Mistake(lambda: ALPHA / (1 + ALPHA), "This is the power for K = N."),
        ],
        hints=["Put K = N^0.6 and P = N into the bound of Theorem 2.", "The slowest of three powers wins."],
    ),
    solution=lambda: (
        "The last coefficient is fitted when N^κ N^(−1.5) is of order 1, so the edge is 1.5. The three terms of the "
        f"bound fall with the powers 0.5, 1 − 0.6/1.5 = 0.6 and 0.6 · 0.5/1.5 = {slow_exponent():.1f}; the last is the "
        "slowest."
    ),
)

# -- How large a gap? ----------------------------------------------------------------------------------------------

LEAST = 0.81
ZERO = "0"


def largest_gap() -> float:
    """The largest training gap for which the proved band ends at LEAST, with P = N and noise 1."""
    return (1 - math.sqrt(LEAST)) ** 2


gap = Exercise(
    "gap",
    largest=Number(
        "the largest training gap for which Theorem 4 still gives ε ≥ 0.81, with P = N and σ² = 1",
        largest_gap,
        rel=1e-3,
        mistakes=[
            Mistake(lambda: 1 - LEAST, "The lower end is (1 − √∂l)², not 1 − ∂l."),
            Mistake(lambda: 1 - math.sqrt(LEAST), "This is the root of the gap."),
        ],
        hints=["Solve (1 − √∂l)² = 0.81."],
    ),
    infimum=Choice(
        "the infimum of ε over all N, P = N, and all training gaps",
        ("1", "0.81", ZERO),
        ZERO,
        mistakes=[
            Mistake("1", "This is the limit. Can a model that is stopped early lie below it?"),
            Mistake("0.81", "This holds for small gaps alone."),
        ],
        hints=["What is the limit along K = N?"],
    ),
    solution=lambda: (
        f"1 − √∂l = 0.9, so ∂l = {largest_gap():.2g}. Along K = N the error tends to 0, and it is never negative: the "
        "infimum over all sizes and gaps is 0."
    ),
)
