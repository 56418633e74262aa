"""Exercises of the chapter *Order from simple rules*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.physics import kuramoto, percolation, sandpile

# -- A path that is too long ---------------------------------------------------------------------------------------

SIDE, SHARE = 128, 0.3


def bound_on_spanning() -> float:
    """SIDE starts in the first row, and at least SIDE − 1 steps to the last."""
    return SIDE * float(percolation.path_bound(SHARE, SIDE - 1))


UNKNOWN = "nothing: the bound is then above 1"

paths = Exercise(
    "paths",
    bound=Number(
        "the bound on the probability that 128 × 128 sites have a path from the first row to the last at p = 0.3",
        bound_on_spanning,
        rel=0.02,
        mistakes=[
            Mistake(
                lambda: float(percolation.path_bound(SHARE, SIDE - 1)), "A path can begin at each of the 128 sites."
            ),
            Mistake(
                lambda: SIDE * float(percolation.path_bound(SHARE, SIDE)),
                "From the first row to the last it takes 127 steps at least, not 128.",
            ),
            Mistake(
                lambda: SIDE * 4 * 3 ** (SIDE - 2) * SHARE ** (SIDE - 1),
                "A path of 127 steps has 128 sites, and all of them are open.",
            ),
        ],
        hints=["How many steps does a path take at least, and how many sites does it have?", "128 · 4 · 3ⁿ⁻¹ · pⁿ⁺¹."],
    ),
    half=Choice(
        "what the same bound says at p = 0.5",
        (UNKNOWN, "paths are rare", "paths are frequent"),
        UNKNOWN,
        mistakes=[
            Mistake("paths are rare", "They are, but does this bound say so? What is 3p?"),
            Mistake("paths are frequent", "An upper bound that is large says nothing about what happens."),
        ],
        hints=["Is (3p)ⁿ small?"],
    ),
    solution=lambda: (
        f"A path has at least 127 steps and 128 open sites: 128 · 4 · 3¹²⁶ · 0.3¹²⁸ = {bound_on_spanning():.2g}. At "
        "p = 0.5 the bound is above 1 and says nothing, though paths are rare there as well."
    ),
)

# -- Nobody follows ------------------------------------------------------------------------------------------------

chance = Exercise(
    "chance",
    Formula(
        "the root mean square of φ for N independent directions",
        "1/sqrt(N)",
        {"N": range(1, 40)},
        mistakes=[
            Mistake("1/N", "This is the mean of φ². Take its root."),
            Mistake("sqrt(pi/(4*N))", "This is close to the mean of φ for large N. What is the mean of φ²?"),
            Mistake("0", "The mean vector is 0, but its length is not negative and hardly ever 0."),
        ],
        hints=[
            "Write φ² as a double sum over e^{i(θⱼ − θₖ)}.",
            "Which terms of the double sum have a mean that is not 0?",
        ],
        alternatives=["N**(-1/2)", "sqrt(N)/N"],
    ),
    solution="φ² = (1/N²) Σⱼ Σₖ e^{i(θⱼ − θₖ)}. Only j = k has a mean other than 0: N terms of 1. So E φ² = 1/N.",
)

# -- Your own oscillator -------------------------------------------------------------------------------------------

COUPLING = 4.0


def fastest_locked() -> float:
    """The largest frequency that infinitely many Lorentz oscillators at COUPLING hold."""
    return COUPLING * float(kuramoto.steady_order(COUPLING, "Lorentz"))


def share_locked() -> float:
    """The share of Lorentz frequencies between minus and plus that."""
    return 2 / math.pi * math.atan(fastest_locked())


own = Exercise(
    "own",
    fastest=Number(
        "the largest frequency ω at which an oscillator can stay with the others",
        fastest_locked,
        rel=0.005,
        mistakes=[
            Mistake(lambda: math.sqrt(0.5), "This is r. The pull is K r."),
            Mistake(COUPLING, "The pull is K r, and r is below 1."),
            Mistake(2, "This is K_c. How large is r at K = 4?"),
        ],
        hints=["What is r = √(1 − K_c/K)?", "Locked means Kr sin θ = ω. How large can sin θ be?"],
    ),
    share=Number(
        "the share of all oscillators that do",
        share_locked,
        rel=0.01,
        mistakes=[
            Mistake(lambda: math.atan(fastest_locked()) / math.pi, "This counts only the frequencies above 0."),
            Mistake(lambda: math.sqrt(0.5), "This is r. Locked oscillators do not all have the same phase."),
        ],
        hints=["Integrate 1/(π(1 + ω²)) from −Kr to Kr.", "The integral of 1/(1 + ω²) is arctan ω."],
    ),
    solution=lambda: (
        f"K_c = 2, so r = √(1 − 2/4) = {math.sqrt(0.5):.3f} and the pull is Kr = {fastest_locked():.3f}. The share of "
        f"frequencies between −Kr and Kr is (2/π) arctan(Kr) = {share_locked():.3f}."
    ),
)

# -- Topple it -----------------------------------------------------------------------------------------------------


def stable(heights: list[list[int]]) -> list[list[int]]:
    """The stable pile that remains of heights, a table of whole numbers with free edges, as rows."""
    return sandpile.stabilise(heights)[0].tolist()


def _pile(rng: np.random.Generator) -> tuple[np.ndarray]:
    return (rng.integers(0, 9, rng.integers(1, 6, 2)),)


def _once(heights: list[list[int]]) -> list[list[int]]:
    h = np.array(heights)
    often = h // 4
    h -= 4 * often
    h[1:] += often[:-1]
    h[:-1] += often[1:]
    h[:, 1:] += often[:, :-1]
    h[:, :-1] += often[:, 1:]
    return h.tolist()


def _around(heights: list[list[int]]) -> list[list[int]]:
    return (np.array(heights) % 4).tolist()


def _one_by_one(heights: list[list[int]]) -> list[list[int]]:
    return sandpile.topple_in_order(heights, np.random.default_rng(0))[0].tolist()


topple = Exercise(
    "topple",
    stable=Function(
        "the stable pile that remains of a table of heights",
        stable,
        _pile,
        cases=[(np.array([[4]]),), (np.array([[4, 3], [0, 0]]),), (np.full((3, 3), 4),)],
        mistakes=[
            Mistake(_once, "Toppling can make other sites unstable. Go on until no site has four grains."),
            Mistake(_around, "The grains that topple go to the neighbours."),
        ],
        hints=[
            "Repeat as long as some site has four grains or more.",
            "By Theorem 4 you may take the sites in any order.",
        ],
        alternatives=[_one_by_one],
    ),
    count=Number(
        "the number of recurrent piles on two sites side by side",
        lambda: sandpile.recurrent_count(1, 2),
        abs=0,
        mistakes=[
            Mistake(16, "This is the number of stable piles. Which of them never comes back?"),
            Mistake(4, "This is the count for a single site."),
        ],
        hints=["It is the determinant of the matrix with 4 on its diagonal and −1 beside it."],
    ),
    solution=(
        "`while` some `h[i][j] >= 4`: take four grains from it and give one to each neighbour that there is. The count "
        "is 4·4 − 1 = 15: of 16 stable piles only the empty one never comes back."
    ),
)

# -- How soon can it know? -----------------------------------------------------------------------------------------

DISTANCE = 100
CONSERVES = "it keeps the number of ones, which differs from row to row"

cone = Exercise(
    "cone",
    steps=Number(
        "the least number of steps after which two cells 100 apart can be correlated",
        DISTANCE // 2,
        abs=0,
        mistakes=[
            Mistake(DISTANCE, "Both cells hear of what lies between them. How far has each to listen?"),
            Mistake(DISTANCE // 2 - 1, "Then the cells that they depend on are still different ones."),
            Mistake(DISTANCE // 2 + 1, "They can share a first cell one step sooner."),
        ],
        hints=[
            "On which cells of the first row does a cell depend after t steps?",
            "When do two stretches of 2t + 1 cells meet?",
        ],
    ),
    traffic=Choice(
        "why rule 184, in which a one moves right when the cell there is free, cannot make random rows uniform",
        (CONSERVES, "it is too slow", "its table has as many zeros as ones"),
        CONSERVES,
        mistakes=[
            Mistake("it is too slow", "Wait as long as you like. What does the rule never change?"),
            Mistake("its table has as many zeros as ones", "So has rule 170. What does the rule never change?"),
        ],
        hints=["Think of the ones as cars on a ring road. What happens to their number?"],
    ),
    solution=(
        "After t steps a cell depends on first cells up to t away, so cells 100 apart can share one from t = 50 on. "
        "Rule 184 keeps the number of ones; a uniform row has none or only ones, and hardly any random row begins so."
    ),
)
