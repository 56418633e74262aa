"""Exercises of the toolbox."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Function, Mistake, Number
from emergence.limits.contractions import operator_norm
from emergence.toolbox import averages, information, norms

# -- A matrix by hand ----------------------------------------------------------------------------------------------

MATRIX = np.array([[1.0, -2.0], [1.0, 3.0]])

norm = Exercise(
    "norm",
    sup=Number(
        "the ∞-norm of M",
        lambda: operator_norm(MATRIX, "∞"),
        abs=0,
        mistakes=[
            Mistake(3, "This is the largest entry. How long can Mx become when both |x₁| and |x₂| are 1?"),
            Mistake(lambda: operator_norm(MATRIX, "1"), "This is the 1-norm: a sum over a column."),
            Mistake(1, "The signs of x are free: add absolute values."),
        ],
        hints=["The ∞-norm looks at one row of M at a time.", "Choose the signs of x₁ and x₂ for the second row."],
    ),
    one=Number(
        "the 1-norm of M",
        lambda: operator_norm(MATRIX, "1"),
        abs=0,
        mistakes=[
            Mistake(lambda: operator_norm(MATRIX, "∞"), "This is the ∞-norm: a sum over a row."),
            Mistake(7, "This adds up all entries, but x with |x|₁ = 1 cannot have two coordinates of size 1."),
        ],
        hints=["The tips of the 1-norm's ball are (±1, 0) and (0, ±1). Where does M take them?"],
    ),
    most=Choice(
        "which of these vectors M stretches most in the ∞-norm",
        ("(1, 1)", "(1, −1)", "(0, 1)", "(1, 0)"),
        "(1, 1)",
        mistakes=[
            Mistake("(1, −1)", "M takes it to (3, −2), which has length 3. Another one reaches the norm of M."),
            Mistake("(0, 1)", "M takes it to (−2, 3), which has length 3. Another one reaches the norm of M."),
            Mistake("(1, 0)", "M takes it to (1, 1), which is no longer than the vector was."),
        ],
        hints=["All four have length 1. Compute the four images."],
    ),
    solution=lambda: (
        "∞-norm: the rows have the sums |1| + |−2| = 3 and |1| + |3| = "
        f"{operator_norm(MATRIX, '∞'):.0f}, and (1, 1) goes to (−1, 4). 1-norm: the columns have the sums 2 and "
        f"{operator_norm(MATRIX, '1'):.0f}, and (0, 1) goes to (−2, 3), of length "
        f"{float(norms.p_norm(MATRIX @ [0, 1], 1)):.0f}."
    ),
)

# -- Two exponents from one curve ----------------------------------------------------------------------------------

FIRST, LAST, FLOOR, DECADES = 3.0, 1.8, 1.5, 3


def plain_exponent() -> float:
    """The exponent of the power law through both losses."""
    return math.log10(FIRST / LAST) / DECADES


def exponent_above_floor() -> float:
    """The exponent of the power law through both losses after the floor was taken off."""
    return math.log10((FIRST - FLOOR) / (LAST - FLOOR)) / DECADES


exponent = Exercise(
    "exponent",
    plain=Number(
        "the exponent α if the loss is A/N^α",
        plain_exponent,
        rel=0.01,
        mistakes=[
            Mistake(lambda: math.log(FIRST / LAST) / DECADES, "One logarithm is natural and the other one to base 10."),
            Mistake(lambda: (FIRST - LAST) / DECADES, "A slope on log–log axes is a difference of logarithms."),
            Mistake(lambda: -plain_exponent(), "The slope is −α."),
        ],
        hints=["By which factor does the loss fall, and over how many decades?"],
    ),
    above=Number(
        "the exponent α if the loss is 1.5 + A/N^α",
        exponent_above_floor,
        rel=0.01,
        mistakes=[
            Mistake(plain_exponent, "This is as before. What falls like a power law is the loss less its floor."),
            Mistake(
                lambda: math.log((FIRST - FLOOR) / (LAST - FLOOR)) / DECADES,
                "One logarithm is natural and the other one to base 10.",
            ),
        ],
        hints=["Subtract the floor from both losses first."],
    ),
    solution=lambda: (
        f"log₁₀(3.0/1.8)/3 = {plain_exponent():.4f}, and log₁₀(1.5/0.3)/3 = {exponent_above_floor():.3f}: with the "
        f"floor taken off the exponent is {exponent_above_floor() / plain_exponent():.1f} times as large."
    ),
)

# -- Your own divergence -------------------------------------------------------------------------------------------


def divergence_in_bits(p: list[float], q: list[float]) -> float:
    """KL(P‖Q) in bits; all q positive."""
    return float(information.relative_entropy(p, q))


def _pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    count = int(rng.integers(2, 6))
    p, q = rng.dirichlet(np.ones(count), 2)
    if count > 2:
        p[int(rng.integers(count))] = 0
        p /= p.sum()
    return p, (q + 0.02) / (q + 0.02).sum()


def _by_hand(p: list[float], q: list[float]) -> float:
    return sum(a * math.log2(a / b) for a, b in zip(p, q, strict=True) if a > 0)


divergence = Exercise(
    "divergence",
    kl=Function(
        "KL(P‖Q) in bits, of two lists p and q; q has no zeros, p may have some",
        divergence_in_bits,
        _pair,
        cases=[(np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])), (np.array([1.0, 0.0]), np.array([0.5, 0.5]))],
        mistakes=[
            Mistake(
                lambda p, q: float(information.cross_entropy(p, q)),
                "This is the cross-entropy. KL is what remains when the entropy of P is taken off.",
            ),
            Mistake(lambda p, q: _by_hand(p, q) / information.NAT, "This is in nats: use `math.log2` or `np.log2`."),
            Mistake(lambda p, q: -_by_hand(p, q), "The sign is wrong: KL is never negative."),
        ],
        hints=["Sum p · log₂(p/q) over the symbols.", "A symbol with p = 0 adds nothing: leave it out."],
        alternatives=[_by_hand],
    ),
    bits=Number(
        "KL(P‖Q) in bits for P = (½, ½, 0) and Q = (¼, ¼, ½)",
        lambda: divergence_in_bits([0.5, 0.5, 0], [0.25, 0.25, 0.5]),
        rel=0.005,
        mistakes=[
            Mistake(lambda: math.log(2), "This is in nats."),
            Mistake(2, "This is the cross-entropy. Take the entropy of P off."),
        ],
        hints=["For both symbols that occur p/q is the same number."],
    ),
    solution=(
        "`sum(a * math.log2(a / b) for a, b in zip(p, q) if a > 0)`. In the example p/q = 2 for both symbols that "
        "occur, so KL(P‖Q) = 1 bit. The other way round it is infinite: P excludes the third symbol, and Q does not."
    ),
)

# -- Two papers ----------------------------------------------------------------------------------------------------

PERPLEXITY, BYTES, OTHER = 9.0, 4.0, 0.80
THE_FIRST = "the first"


def bits_of_the_first() -> float:
    """The loss of the first model, of perplexity PERPLEXITY per token of BYTES bytes, in bits per byte."""
    return float(information.bits_per_byte(math.log(PERPLEXITY), BYTES))


papers = Exercise(
    "papers",
    bits=Number(
        "the loss of the first model in bits per byte",
        bits_of_the_first,
        rel=0.005,
        mistakes=[
            Mistake(lambda: math.log2(PERPLEXITY), "This is in bits per token. How many bytes does a token have?"),
            Mistake(lambda: math.log(PERPLEXITY) / BYTES, "This is in nats per byte."),
            Mistake(
                lambda: PERPLEXITY / BYTES / math.log(2), "A perplexity is e to the loss: take its logarithm first."
            ),
        ],
        hints=["The loss in nats per token is the logarithm of the perplexity.", "Then change nats to bits."],
    ),
    better=Choice(
        "which of the two predicts the text better",
        (THE_FIRST, "the second", "one cannot say, because the tokenizers differ"),
        THE_FIRST,
        mistakes=[
            Mistake("the second", "The lower number of bits per byte is the better prediction."),
            Mistake("one cannot say, because the tokenizers differ", "Both read the same bytes: compare per byte."),
        ],
        hints=["Which of them gives the whole text the higher probability?"],
    ),
    solution=lambda: (
        f"ln 9 = {math.log(PERPLEXITY):.3f} nats per token, and {bits_of_the_first():.3f} bits per byte: a little "
        "below 0.80, so the first model is the better one on this text."
    ),
)

# -- How long must it run? -----------------------------------------------------------------------------------------

VALUES, SPREAD, TIME, WANTED = 10_000, 2.0, 25.0, 0.05


def error_of_the_mean() -> float:
    """The standard error of the mean of VALUES values of standard deviation SPREAD and autocorrelation time TIME."""
    return SPREAD * math.sqrt(2 * TIME / VALUES)


def values_needed() -> float:
    """How many values bring that error to WANTED."""
    return 2 * TIME * (SPREAD / WANTED) ** 2


error = Exercise(
    "error",
    error=Number(
        "the standard error of the mean of the 10,000 values",
        error_of_the_mean,
        rel=0.01,
        mistakes=[
            Mistake(lambda: SPREAD / math.sqrt(VALUES), "This is right for independent values only."),
            Mistake(lambda: SPREAD * math.sqrt(TIME / VALUES), "The variance grows by 2τ, not by τ."),
            Mistake(lambda: SPREAD * 2 * TIME / math.sqrt(VALUES), "The variance grows by 2τ; the error by its root."),
        ],
        hints=["How many independent values are these 10,000 worth?"],
    ),
    values=Number(
        "the number of values for a standard error of 0.05",
        values_needed,
        rel=0.01,
        mistakes=[
            Mistake(lambda: (SPREAD / WANTED) ** 2, "This is the number of independent values."),
            Mistake(lambda: VALUES * error_of_the_mean() / WANTED, "The error falls like the root of the number."),
        ],
        hints=["Solve s √(2τ/n) = 0.05 for n."],
    ),
    solution=lambda: (
        f"2τ = 50, so the values are worth {VALUES / (2 * TIME):.0f} independent ones: the error is 2/√200 = "
        f"{error_of_the_mean():.4f}, not the 0.02 of independent values. For 0.05 it takes "
        f"{values_needed():,.0f} values. A chain with ρ = 0.96 has about this τ: it is {averages.chain_time(0.96):.1f}."
    ),
)
