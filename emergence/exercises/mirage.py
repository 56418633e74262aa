"""Exercises of the chapter *Mirage or emergence?*."""

from __future__ import annotations

import math

from emergence.exercises import Choice, Exercise, Mistake, Number
from emergence.scaling import mirage

# -- How narrow is the window? -------------------------------------------------------------------------------------

windows = Exercise(
    "windows",
    width=Number(
        "how far p moves while p²⁰ goes from 0.1 to 0.9",
        lambda: mirage.window(20).in_p,
        rel=0.01,
        mistakes=[
            Mistake(lambda: mirage.window(1).in_p / 20, "The window is not 0.8/K: solve p²⁰ = 0.1 and p²⁰ = 0.9."),
            Mistake(lambda: math.log(9) / 20, "This is the leading term, and a bound. What is the width itself?"),
        ],
        hints=["Where is p²⁰ = 0.1?", "Take twentieth roots of 0.1 and of 0.9."],
    ),
    limit=Number(
        "the limit, as K grows, of the width in ln(1 − p)",
        mirage.WIDEST,
        abs=0.005,
        mistakes=[
            Mistake(math.log(9), "This is the width for K = 1."),
            Mistake(math.log(10) / math.log(10 / 9), "This is the ratio of the two errors. Take its logarithm."),
        ],
        hints=["1 − q^(1/K) is close to ln(1/q)/K.", "K falls out of the ratio of the two errors."],
    ),
    solution=lambda: (
        f"0.9^(1/20) − 0.1^(1/20) = {mirage.window(20).in_p:.4f}. The errors there are close to ln(10/9)/20 and "
        f"ln(10)/20, and the logarithm of their ratio tends to {mirage.WIDEST:.3f}."
    ),
)

# -- Two kinds of question, two kinds of place ---------------------------------------------------------------------

EASY, HARD = (0.9, 0.6), (0.5, 0.2)
MEANS = (sum(EASY) / 2, sum(HARD) / 2)


def two_kinds() -> float:
    """Exact match of answers of two tokens when half of the questions are easy and half are hard."""
    return (math.prod(EASY) + math.prod(HARD)) / 2


def cancelling() -> float:
    """How far the two tokens must lie from the mean of their question so that the exact match is p squared."""
    return abs(MEANS[0] - MEANS[1]) / 2


questions = Exercise(
    "questions",
    exact=Number(
        "the share of whole answers that are right",
        two_kinds,
        abs=0.001,
        mistakes=[
            Mistake(
                lambda: (sum(MEANS) / 2) ** 2, "This is p². It takes all tokens of all questions for equally hard."
            ),
            Mistake(lambda: (MEANS[0] ** 2 + MEANS[1] ** 2) / 2, "This takes the two tokens of a question for equal."),
            Mistake(lambda: sum(MEANS) / 2, "This is the share of right tokens."),
        ],
        hints=["Compute the exact match of each half.", "Then take the mean of the two."],
    ),
    apart=Number(
        "the d for which the exact match is just p²",
        cancelling,
        abs=0.001,
        mistakes=[
            Mistake(lambda: cancelling() ** 2, "This is d²."),
            Mistake(lambda: 2 * cancelling(), "This is how far the two tokens lie from each other."),
        ],
        hints=["(m + d)(m − d) = m² − d².", "By how much does the mean of m² exceed the square of the mean?"],
    ),
    solution=lambda: (
        f"(0.9 · 0.6 + 0.5 · 0.2)/2 = {two_kinds():.2f}, above 0.55² = 0.3025. With m + d and m − d it is "
        f"(0.75² + 0.35²)/2 − d² = 0.3425 − d², which is 0.3025 at d = {cancelling():.1f}."
    ),
)

# -- How many questions? -------------------------------------------------------------------------------------------

RARE = 0.001


def enough() -> int:
    """The least number of questions of which one is answered with a probability of at least 95 %."""
    return math.ceil(math.log(0.05) / math.log(1 - RARE))


resolution = Exercise(
    "resolution",
    items=Number(
        "the least number of questions",
        enough,
        abs=5,
        mistakes=[
            Mistake(1 / RARE, "With 1,000 questions one is right on average, but none is right with probability 0.37."),
        ],
        hints=["With which probability is none of m right?", "(1 − a)ᵐ ≤ 0.05."],
        alternatives=[2995],
    ),
    moves=Number(
        "by which factor p at the apparent threshold falls with ten times as many questions, for K = 5",
        10 ** (-1 / 5),
        abs=0.02,
        mistakes=[Mistake(0.1, "The share that is seen falls so; p is its fifth root.")],
        hints=["The share that is seen is about 3/m.", "p⁵ = 3/m."],
    ),
    solution=lambda: f"ln 0.05/ln 0.999 = 2994.2, so {enough():,}. p = (3/m)^(1/5) falls by 10^(−1/5) = 0.63.",
)

# -- How small is a step? ------------------------------------------------------------------------------------------

ALPHA, QUANTUM, SMALL = 0.5, 10, 0.01


def step(quantum: int) -> float:
    """The share of what was unknown that one quantum takes."""
    unknown = mirage.unlearnt(ALPHA, quantum)
    return float(1 - unknown[-1] / unknown[-2])


steps = Exercise(
    "steps",
    share=Number(
        "the share of what was unknown that quantum 10 takes",
        lambda: step(QUANTUM),
        rel=0.005,
        mistakes=[
            Mistake(ALPHA / QUANTUM, "This is the bound of Theorem 4. The share itself is a little less."),
            Mistake(
                lambda: QUANTUM ** -(1 + ALPHA) / mirage.zeta(1 + ALPHA),
                "This is its share of all questions. Divide by the share that was unknown.",
            ),
        ],
        hints=["`mirage.unlearnt` gives the unknown share after 0, 1, 2, … quanta.", "Take 1 − R₁₀/R₉."],
    ),
    first=Number(
        "the quantum from which on each step takes less than a hundredth",
        lambda: next(n for n in range(2, 200) if step(n) < SMALL),
        abs=0.5,
        mistakes=[Mistake(ALPHA / SMALL**2, "The bound is α/n, not a root of it.")],
        hints=[
            "Where is the bound α/n a hundredth?",
            "The share is a little below the bound. Is it below a hundredth one quantum earlier?",
        ],
        alternatives=[50],
    ),
    solution=lambda: (
        f"1 − R₁₀/R₉ = {step(QUANTUM):.4f}; the bound is 0.05. The bound is 0.01 at n = 50, where the share is "
        f"{step(50):.5f}; at n = 49 it is {step(49):.5f}."
    ),
)

# -- Which ruler? --------------------------------------------------------------------------------------------------

LOSS, BYTES = 2.2, 4.4
ONLY = "nats per token, but not bits per byte"

ruler = Exercise(
    "ruler",
    bits=Number(
        "the loss in bits per byte",
        LOSS / BYTES / math.log(2),
        abs=0.002,
        mistakes=[
            Mistake(LOSS / BYTES, "These are nats per byte."),
            Mistake(LOSS / math.log(2), "These are bits per token."),
        ],
        hints=["A nat is 1/ln 2 bits.", "Divide by the bytes of a token."],
    ),
    breaks=Choice(
        "along which measure of the loss the collapse breaks",
        (ONLY, "both", "neither"),
        ONLY,
        mistakes=[
            Mistake("both", "Does the probability of the text change, or only how it is cut?"),
            Mistake("neither", "Is the loss per token the same with longer tokens?"),
        ],
        hints=["Which of the two measures depends on how a text is cut?"],
    ),
    solution="2.2/(4.4 ln 2) = 0.721 bits per byte. The text keeps its probability; only the loss per token changes.",
)
