"""Exercises of the chapter *Mirage or emergence?*."""

from __future__ import annotations

import math

from emergence.exercises import Choice, Exercise, Formula, Mistake, Number
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

# -- Two kinds of question -----------------------------------------------------------------------------------------

EASY, HARD, TOKENS = 0.9, 0.3, 3


def two_kinds() -> float:
    """Exact match when half of the questions are easy and half are hard."""
    return (EASY**TOKENS + HARD**TOKENS) / 2


questions = Exercise(
    "questions",
    exact=Number(
        "the share of whole answers that are right",
        two_kinds,
        abs=0.001,
        mistakes=[
            Mistake(lambda: ((EASY + HARD) / 2) ** TOKENS, "This takes all questions for equally hard."),
            Mistake(lambda: (EASY + HARD) / 2, "This is the share of right tokens."),
        ],
        hints=["Compute the exact match of each half.", "Then take the mean of the two."],
    ),
    tokens=Number(
        "the exact match of two tokens with probabilities 0.9 and 0.3 in every question, independently",
        EASY * HARD,
        abs=0.001,
        mistakes=[
            Mistake(((EASY + HARD) / 2) ** 2, "This is the square of the mean. Is the product larger or smaller?")
        ],
        hints=["Both must be right."],
    ),
    solution=lambda: (
        f"(0.9³ + 0.3³)/2 = {two_kinds():.3f}, above 0.6³ = 0.216. With tokens that differ it is 0.9 · 0.3 = 0.27, "
        "below 0.6² = 0.36."
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

# -- How much data? ------------------------------------------------------------------------------------------------

data = Exercise(
    "data",
    Formula(
        "the exponent of the data, as a formula in alpha",
        "alpha/(1 + alpha)",
        {"alpha": (0.1, 3.0)},
        mistakes=[
            Mistake("alpha", "This is the exponent in the number n of quanta. How does n grow with D?"),
            Mistake("1/(1 + alpha)", "So n grows with D. What does the unknown share do?"),
        ],
        hints=["The last quantum learnt has D pₙ = τ.", "n grows like D^(1/(1 + α))."],
    ),
    solution="n grows like D^(1/(1 + α)), and the unknown share falls like n^(−α).",
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
