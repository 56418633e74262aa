"""Exercises of the chapter *A real model on the bench*."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import products
from emergence.operators import real_model as rm

# -- What one Jacobian refutes -------------------------------------------------------------------------------------

EXPANDING = np.array([[0.5, 3.0], [0.0, 1.2]])

FOLLOWS = (
    "Lip(T) ≤ 1 holds in some norm, though not in the Euclidean one",
    "Lip(T) > 1 in every norm",
    "nothing, because one input says nothing about all inputs",
)


def spectral_radius(matrix: ArrayLike) -> float:
    """Largest absolute value of the eigenvalues. Shape (n, n)."""
    return float(np.abs(np.linalg.eigvals(np.asarray(matrix, dtype=float))).max())


refuted = Exercise(
    "refuted",
    euclidean=Number(
        "the largest factor by which this J stretches a vector in the Euclidean norm",
        lambda: float(products.lipschitz_constant(EXPANDING)),
        rel=0.005,
        mistakes=[
            Mistake(1.2, "This is the largest eigenvalue. Which vector does J stretch most?"),
            Mistake(3, "This is one entry. The second column has two."),
            Mistake(lambda: math.hypot(3, 1.2), "This is the length of the second column. Another vector does better."),
        ],
        hints=[
            "It is the largest singular value.",
            "`np.linalg.norm(J, 2)` gives it, or the root of an eigenvalue of JᵀJ.",
        ],
    ),
    least=Number(
        "the number below which no norm can bring Lip(T)",
        lambda: spectral_radius(EXPANDING),
        rel=0.005,
        mistakes=[
            Mistake(
                lambda: float(products.lipschitz_constant(EXPANDING)),
                "This is for the Euclidean norm. Weigh the axes.",
            ),
            Mistake(0.5, "This is the smaller eigenvalue. A vector along the other one is stretched by more."),
            Mistake(0.6, "This is the determinant: the factor of areas."),
        ],
        hints=[
            "Let v be an eigenvector. By what factor does every norm see it grow?",
            "J is triangular, so its eigenvalues stand on the diagonal.",
        ],
    ),
    follows=Choice(
        "what follows for T",
        FOLLOWS,
        FOLLOWS[1],
        mistakes=[
            Mistake(FOLLOWS[0], "An eigenvector is stretched by its eigenvalue, whatever the norm. Is it above 1?"),
            Mistake(FOLLOWS[2], "A supremum over all inputs is at least the value at one of them."),
        ],
        hints=["Lip(T) is a supremum. What does one large value say about it, and what would one small value?"],
    ),
    solution=lambda: (
        f"The largest singular value is {float(products.lipschitz_constant(EXPANDING)):.3f}. J is triangular with "
        f"eigenvalues 0.5 and {spectral_radius(EXPANDING):g}. A vector along the second eigenvector grows by "
        f"{spectral_radius(EXPANDING):g} in every norm, so that {FOLLOWS[1]}. A single input can refute "
        "Lip(T) ≤ 1; no number of inputs can prove it."
    ),
)

# -- Two ways to multiply ------------------------------------------------------------------------------------------


def together_and_apart(J: ArrayLike) -> list[float]:
    """Largest singular value of J_K … J_1, and product of those of the factors. Shape (K, n, n), J_1 first."""
    return list(rm.composed_bound(J)[:2])


def _jacobians(rng: np.random.Generator) -> tuple[np.ndarray]:
    return (rng.normal(size=(4, 3, 3)),)


bound = Exercise(
    "bound",
    Function(
        "[largest singular value of the product J_K … J_1, product of the largest singular values], for an array of "
        "shape (K, n, n) whose first matrix acts first",
        together_and_apart,
        _jacobians,
        cases=[(np.array([np.diag([2.0, 0.5]), np.diag([0.5, 2.0])]),), (np.array([[[0, 1.0], [3, 0]]] * 2),)],
        rel=1e-6,
        mistakes=[
            Mistake(
                lambda J: together_and_apart(J[::-1]),
                "The order: the first matrix acts first, on the right.",
            ),
            Mistake(lambda J: together_and_apart(J)[::-1], "Exchanged: the product's own factor comes first."),
            Mistake(
                lambda J: [together_and_apart(J)[1]] * 2,
                "Both are products of factors. Multiply the matrices.",
            ),
        ],
        hints=[
            "Start from the identity and multiply from the left.",
            "The largest singular value of a matrix is `np.linalg.norm(M, 2)`.",
        ],
        alternatives=[
            lambda J: (
                np.linalg.norm(np.linalg.multi_dot([*J[::-1], np.eye(J.shape[1])]), 2),
                np.prod([np.linalg.norm(M, 2) for M in J]),
            )
        ],
    ),
    solution=lambda: (
        "P = np.eye(n), then P = M @ P for each M in J; the first number is np.linalg.norm(P, 2), the second the "
        "product of np.linalg.norm(M, 2). For diag(2, ½) followed by diag(½, 2) they are {:g} and {:g}.".format(
            *together_and_apart([np.diag([2.0, 0.5]), np.diag([0.5, 2.0])])
        )
    ),
)

# -- The end that every sequence has -------------------------------------------------------------------------------


def _share(k: float, n: float) -> float:
    """(H_n - H_k)/(H_n), the distance of the harmonic number H_k from the last one, as a share of it."""
    return sum(1 / j for j in range(int(k) + 1, int(n) + 1)) / sum(1 / j for j in range(1, int(n) + 1))


ENDS = ("the numbers x_k converge", "the list ends at k = 30", "the steps 1/k go to zero fast enough")

own_end = Exercise(
    "own_end",
    share=Number(
        "the distance from x₂₀ to x₃₀ as a share of that from x₀ to x₃₀",
        lambda: _share(20, 30),
        abs=0.002,
        mistakes=[
            Mistake(1 / 3, "This would hold if all steps were equal."),
            Mistake(lambda: 1 - _share(20, 30), "This is the share behind x₂₀. How much is left?"),
            Mistake(lambda: sum(1 / j for j in range(21, 31)), "This is the distance itself. Divide by the whole."),
        ],
        hints=["x₃₀ − x₂₀ is the sum of 1/j from 21 to 30.", "Divide it by the sum from 1 to 30."],
    ),
    why=Choice(
        "why the distance to the end falls to zero",
        ENDS,
        ENDS[1],
        mistakes=[
            Mistake(ENDS[0], "The harmonic numbers grow without bound."),
            Mistake(ENDS[2], "They go to zero, but their sum is infinite."),
        ],
        hints=["What would you see had you stopped at k = 300?"],
    ),
    solution=lambda: (
        f"The sum of 1/j from 21 to 30 is {sum(1 / j for j in range(21, 31)):.4f}, the whole sum "
        f"{sum(1 / j for j in range(1, 31)):.4f}: a share of {_share(20, 30):.4f}. The distance to x₃₀ is zero at "
        f"k = 30 because {ENDS[1]}; the harmonic numbers have no limit."
    ),
)

# -- One block again and again -------------------------------------------------------------------------------------

iterate = Exercise(
    "iterate",
    step=Formula(
        "the relative step after n repetitions, in n, the length r of the start, and the length a of what is added",
        "a/(r + n*a)",
        {"n": range(0, 40), "r": (0.5, 5), "a": (0.1, 3)},
        mistakes=[
            Mistake("a/r", "This is the first one. How long is the state after n repetitions?"),
            Mistake("1/n", "For large n it tends to this. Find it for every n."),
            Mistake("a/(r*n)", "The lengths add: they do not multiply."),
            Mistake("a/(r + (n + 1)*a)", "This divides by the length after the step."),
        ],
        hints=["After n repetitions the state is r + n a long.", "Divide what is added by that length."],
        alternatives=["1/(n + r/a)"],
    ),
    steps=Number(
        "how many repetitions it takes until a relative step of one tenth or less, for r = 2 and a = 1",
        lambda: next(n for n in range(100) if 1 / (2 + n) <= 0.1),
        abs=0.1,
        mistakes=[
            Mistake(10, "The start is two steps long already."),
            Mistake(9, "This counts the state as one step long at the start."),
        ],
        hints=["Solve a/(r + n a) = 1/10."],
    ),
    solution=(
        "The state after n repetitions has length r + n a, so the relative step is a/(r + n*a), close to 1/n for large "
        "n. With r = 2 and a = 1 it is 1/(2 + n), which is 1/10 at n = 8. The state itself goes to infinity."
    ),
)
