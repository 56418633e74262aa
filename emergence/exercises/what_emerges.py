"""Exercises of the chapter *What emerges?*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Function, Mistake, Number

# -- Whom does a bird follow? --------------------------------------------------------------------------------------

DENSITY, SEVEN = 2.0, 7

neighbours = Exercise(
    "neighbours",
    two=Number(
        "how many others a bird has within distance 1 on average, for two birds per unit area at independent places",
        lambda: DENSITY * math.pi,
        rel=0.01,
        mistakes=[
            Mistake(2, "This is the density. How large is the area that a bird sees?"),
            Mistake(lambda: DENSITY * math.pi + 1, "Count the others only, without the bird itself."),
            Mistake(lambda: 4 * DENSITY, "This is for a square of side 2. A bird sees a disc."),
        ],
        hints=["How large is a disc of radius 1?", "The mean number is density times area."],
        alternatives=["6.28"],
    ),
    seven=Number(
        "at which density are they seven",
        lambda: SEVEN / math.pi,
        rel=0.01,
        mistakes=[
            Mistake(lambda: SEVEN * math.pi, "Density times area is seven; divide by the area."),
            Mistake(lambda: SEVEN / 4, "This is for a square of side 2. A bird sees a disc."),
        ],
        hints=["Density times area is seven."],
        alternatives=["2.23"],
    ),
    solution=lambda: (
        f"A disc of radius 1 has the area π. At two birds per unit area it holds 2π = {DENSITY * math.pi:.2f} others, "
        f"and seven at a density of 7/π = {SEVEN / math.pi:.2f}."
    ),
)

# -- More room -----------------------------------------------------------------------------------------------------

AREA = 9

room = Exercise(
    "room",
    Number(
        "by which factor each step must grow",
        lambda: math.sqrt(AREA),
        rel=1e-6,
        mistakes=[
            Mistake(9, "Areas grow by nine. By how much do distances grow?"),
            Mistake(1, "Then a step would be shorter against the distance to the next bird."),
            Mistake(lambda: 1 / math.sqrt(AREA), "This shrinks the step; the distances have grown."),
        ],
        hints=["By which factor do distances grow when areas grow by nine?"],
        alternatives=["3"],
    ),
    solution="Areas grow by nine, so distances grow by three, and so must the step.",
)

# -- What is a right answer worth? ---------------------------------------------------------------------------------

DIGITS, DIGIT = 3, 0.9

guess = Exercise(
    "guess",
    digits=Number(
        "the probability that three guessed digits are all right",
        lambda: 10**-DIGITS,
        rel=0.01,
        mistakes=[
            Mistake(0.1, "This is one digit. All three have to be right."),
            Mistake(0.3, "Probabilities of independent events that must all happen are multiplied."),
        ],
        hints=["How likely is one digit right? All three?"],
        alternatives=["1/1000"],
    ),
    whole=Number(
        "the share of whole answers of three digits that are right, if each digit is right with probability 0.9",
        lambda: DIGIT**DIGITS,
        rel=0.005,
        mistakes=[
            Mistake(0.9, "This is one digit. All three have to be right."),
            Mistake(lambda: 1 - DIGITS * (1 - DIGIT), "Close; but the three errors can fall on the same answer."),
        ],
        hints=["Multiply."],
    ),
    half=Number(
        "which probability of a digit makes half of the answers right",
        lambda: 0.5 ** (1 / DIGITS),
        rel=0.005,
        mistakes=[
            Mistake(0.5, "Then an eighth of the answers would be right."),
            Mistake(0.125, "This is the share of right answers when a digit is right half the time."),
        ],
        hints=["Which number, multiplied by itself twice, gives one half?"],
        alternatives=["0.794"],
    ),
    solution=lambda: (
        f"0.1³ = 0.001; 0.9³ = {DIGIT**DIGITS:.3f}; and p³ = ½ at p = {0.5 ** (1 / DIGITS):.3f}. A guess gets almost "
        "nothing, and most of the rise comes late, though each digit may get better evenly."
    ),
)

# -- How many voters? ----------------------------------------------------------------------------------------------

RIGHT, WRONG = 0.6, 0.01


def voters_needed() -> float:
    """The least number for which Theorem 3 bounds the majority's error by WRONG."""
    return 1 / (4 * WRONG * (RIGHT - 0.5) ** 2)


SHARP = "only “sharp”"

vote = Exercise(
    "vote",
    voters=Number(
        "the number n of voters at which Theorem 3 bounds the probability of a wrong majority by 0.01, for p = 0.6",
        voters_needed,
        rel=0.001,
        mistakes=[
            Mistake(lambda: voters_needed() / 100, "The bound is to be 0.01, not 1."),
            Mistake(lambda: 4 * voters_needed(), "The theorem has a 4 in its denominator."),
            Mistake(lambda: voters_needed() / 10, "The distance from one half enters squared."),
        ],
        hints=["Solve 1/(4 n (p − ½)²) = 0.01 for n.", "(0.6 − 0.5)² = 0.01."],
    ),
    called=Choice(
        "which of the five definitions call this majority emergent",
        (SHARP, "“sharp” and “symmetry”", "all five", "none"),
        SHARP,
        mistakes=[
            Mistake("“sharp” and “symmetry”", "Does anything hold the side that has won, if all vote once more?"),
            Mistake("all five", "Can you tell the result from one voter without letting them vote?"),
            Mistake("none", "How does the range of p in which the result is in doubt change with n?"),
        ],
        hints=["Look along the row of the vote."],
    ),
    solution=lambda: (
        f"n = 1/(4 · 0.01 · 0.1²) = {voters_needed():,.0f}. Only “sharp” says yes: nobody listens to anybody."
    ),
)

# -- Count the disagreement ----------------------------------------------------------------------------------------


def opposed(first, second):
    """On how many examples one of two definitions says yes (1) and the other no (−1); 0 is left open."""
    return sum(a * b == -1 for a, b in zip(first, second, strict=True))


def _unequal(first, second):
    return sum(a != b for a, b in zip(first, second, strict=True))


def _one_way(first, second):
    return sum(a == 1 and b == -1 for a, b in zip(first, second, strict=True))


def _verdicts(rng: np.random.Generator) -> tuple:
    n = int(rng.integers(1, 12))
    return rng.integers(-1, 2, n), rng.integers(-1, 2, n)


disagreement = Exercise(
    "disagreement",
    Function(
        "the number of examples on which two definitions are opposed",
        opposed,
        _verdicts,
        cases=[([1, -1, 0, 1], [-1, -1, 1, 1]), ([-1], [1]), ([0, 0], [1, -1])],
        mistakes=[
            Mistake(_unequal, "This counts what one of them leaves open as well."),
            Mistake(_one_way, "The second may be the one that says yes."),
        ],
        hints=["Which value has the product of two verdicts when they are opposed?"],
    ),
    solution="sum(a * b == -1 for a, b in zip(first, second)): the product is −1 when one is 1, the other −1.",
)
