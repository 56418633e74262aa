"""Exercises of the chapter *Is there a limit architecture?*"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import equilibrium, powers

# -- How high is the rise? -------------------------------------------------------------------------------------------


def greatest_rise(m: float, lip: float, h: float) -> float:
    """The greatest product of the bounds of Lip(I - hA/k) up to some depth, with m(A) >= m > 0 and Lip(A) <= lip."""
    k = np.arange(1, math.floor(h * lip**2 / (2 * m)) + 1)
    return float(np.sqrt(np.prod(1 - 2 * m * h / k + (h * lip / k) ** 2)))


step = Exercise(
    "step",
    last=Formula(
        "the k above which every block is sure to contract",
        "h*L**2/(2*m)",
        {"m": (0.1, 1), "L": (1, 5), "h": (0.1, 2)},
        mistakes=[
            Mistake("2*m/L**2", "Below this length a step is sure to contract. Which blocks have such a step?"),
            Mistake("L**2/(2*m)", "This is right for h = 1."),
            Mistake("h*L**2/m", "From here on the step is at most the best one. It contracts well before."),
            Mistake("h*L/2", "This is enough for gradients. A rotation part of A is not seen by it."),
        ],
        hints=[
            "Below which length is a step sure to contract, by Theorem 1?",
            "Put the step h/k there, and solve for k.",
        ],
        alternatives=["h L^2/(2m)", "0.5*h*L*L/m"],
    ),
    rise=Number(
        "the greatest factor by which the blocks up to there can stretch a distance, for m = 0.1, L = 2, h = 1",
        lambda: greatest_rise(0.1, 2, 1),
        rel=0.01,
        mistakes=[
            Mistake(lambda: greatest_rise(0.1, 2, 1) ** 2, "This is its square."),
            Mistake(lambda: math.sqrt(1 - 2 * 0.1 + 2**2), "This is the factor of the first block alone."),
        ],
        hints=[
            "Up to which k is the bound of a block at least 1?",
            "Multiply the square roots of 1 − 2m/k + L²/k² over these k.",
        ],
        alternatives=["4.68"],
    ),
    solution=(
        "The step h/k is below 2m/L² exactly for k > hL²/(2m), here for k > 20. Block k stretches distances by at most "
        "√(1 − 2m/k + L²/k²); for k ≤ 20 these factors multiply to 4.68. A = mI + ωJ attains all of them at once."
    ),
)

# -- Decide the powers ---------------------------------------------------------------------------------------------


def powers_converge(A: ArrayLike) -> bool:
    """Whether A^k converges. A: entries that are multiples of 1/4, shape (2, 2)."""
    rows = [[Fraction(round(4 * x), 4) for x in row] for row in np.asarray(A).tolist()]
    return bool(powers.matrix_powers(rows).converge)


def _radius(A: ArrayLike) -> float:
    return float(np.abs(np.linalg.eigvals(A)).max())


def _with_numpy(A: ArrayLike) -> bool:
    """The same decision by eigenvalues and a rank, with a tolerance that quarters allow."""
    A = np.asarray(A, dtype=float)
    values, close = np.linalg.eigvals(A), 1e-6
    one = np.abs(values - 1) < close
    if np.any(np.abs(values[~one]) > 1 - close):
        return False
    return int(one.sum()) == 2 - np.linalg.matrix_rank(A - np.eye(2), tol=close)


_CASES = ([[1, 0], [0, 1]], [[1, 1], [0, 1]], [[-1, 0], [0, 0.5]], [[1, 2], [0, 0.5]], [[0, -1], [1, 0]],
          [[0.5, 10], [0, 0.5]], [[2, -1], [2, -1]], [[1.25, 0], [0, 0]])  # fmt: skip


def _quarters(rng: np.random.Generator) -> tuple[np.ndarray]:
    if rng.integers(2):
        return (rng.integers(-4, 5, size=(2, 2)) / 4,)
    d = float(rng.integers(-4, 5)) / 4
    return (np.array([[1, float(rng.integers(-8, 9)) / 4], [0, d]]),)


decide = Exercise(
    "decide",
    Function(
        "True if the powers of A converge, else False",
        powers_converge,
        _quarters,
        cases=[(np.array(case, dtype=float),) for case in _CASES],
        trials=60,
        mistakes=[
            Mistake(
                lambda A: _radius(A) < 1 - 1e-6,
                "A projection has the spectral radius 1, and its powers converge at once.",
            ),
            Mistake(
                lambda A: _radius(A) < 1 + 1e-6,
                "−1 has absolute value 1 and its powers do not converge; nor do those of [[1, 1], [0, 1]].",
            ),
            Mistake(
                lambda A: bool(np.linalg.norm(A, 2) < 1),
                "A norm below 1 suffices, but a matrix can stretch at first and have powers that vanish.",
            ),
            Mistake(
                lambda A: all(abs(v - 1) < 1e-6 or abs(v) < 1 - 1e-6 for v in np.linalg.eigvals(A)),
                "Nearly: what if 1 is a double eigenvalue with one eigenvector only?",
            ),
        ],
        hints=[
            "Which eigenvalues may lie on the unit circle? Compute them with `np.linalg.eigvals`.",
            "Compare with a tolerance: the entries are quarters and not large, so eigenvalues come near the circle "
            "only if they are on it.",
            "An eigenvalue 1 must have as many eigenvectors as its multiplicity. How does the rank of A − I tell?",
        ],
        alternatives=[_with_numpy],
    ),
    solution=(
        "All eigenvalues must lie inside the unit circle, except that 1 is allowed if it is semisimple: its "
        "multiplicity equals 2 − rank(A − I). With rounded entries a tolerance is a decision of yours; here it is safe "
        "because the entries are quarters between −10 and 10."
    ),
)

# -- What is missing -----------------------------------------------------------------------------------------------

_WAYS = (
    "it converges",
    "it need not converge",
    "it cannot be decided from this",
)

missing = Exercise(
    "missing",
    resolvent=Choice(
        "the resolvents of a maximal monotone A in ℝⁿ without a zero, with the steps 1/k²",
        _WAYS,
        "it converges",
        mistakes=[
            Mistake("it need not converge", "Do the blocks have the time to run off? Add up their moves."),
            Mistake("it cannot be decided from this", "Use the theorem on summable steps. Does it ask for a zero?"),
        ],
        hints=["What do the moves of the blocks add up to?", "Read the hypotheses of the theorem on summable steps."],
    ),
    mixed=Choice(
        "blocks with Lip(T_k) ≤ 0.9 on ℝⁿ, new ones at the output, each with a fixed point in the unit ball",
        _WAYS,
        "it need not converge",
        mistakes=[
            Mistake("it converges", "The output follows the fixed points. Do they settle?"),
            Mistake(
                "it cannot be decided from this",
                "The statement is about all such blocks. Can you find some that have no limit?",
            ),
        ],
        hints=["Where do two blocks in turn pull the output?", "Try ±0.1 + 0.9x in turn."],
    ),
    table=Choice(
        "a network of 48 blocks; on a million pairs of inputs each block multiplied distances by at most 0.9",
        _WAYS,
        "it cannot be decided from this",
        mistakes=[
            Mistake("it converges", "The theorem needs a bound for all inputs, and for all blocks to come."),
            Mistake(
                "it need not converge",
                "This would be right for the set of all networks with this table; it says nothing on the one "
                "that was measured. What is missing?",
            ),
        ],
        hints=["What does a sample say of a supremum?", "Which blocks come after number 48?"],
    ),
    solution=(
        "Summable steps need no zero: each move is at most h_k times the size of the first value of A. Blocks "
        "0.9x ± 0.1 in turn have a cycle. A table of measurements bounds a supremum from below, and says nothing of "
        "later blocks."
    ),
)

# -- Two equilibria ------------------------------------------------------------------------------------------------

_W, _Q = np.array([[1.5, 1.3], [-1.3, -1.5]]), np.array([-1.0, -1.0])


def _radius_of_w() -> float:
    return _radius(_W)


def _other() -> float:
    return float(equilibrium.relu_equilibria(_W, _Q)[:, 0].max())


two_equilibria = Exercise(
    "two_equilibria",
    radius=Number(
        "ρ(W)",
        _radius_of_w,
        rel=1e-3,
        mistakes=[
            Mistake(lambda: _radius_of_w() ** 2, "This is its square."),
            Mistake(lambda: float(np.linalg.norm(_W, 2)), "This is the norm, the largest singular value."),
            Mistake(1.5, "The diagonal holds the eigenvalues only of a triangular matrix."),
        ],
        hints=["The trace is 0. What is the determinant?", "λ² = −det W."],
        alternatives=["0.748"],
    ),
    other=Number(
        "the first coordinate of the equilibrium other than 0",
        _other,
        rel=1e-6,
        mistakes=[
            Mistake(-0.5, "Solve (1 − 1.5) z = −1."),
            Mistake(lambda: float(np.linalg.solve(np.eye(2) - _W, _Q)[0]), "Here both units are on. Is the second?"),
        ],
        hints=["Let the second unit be off. Which equation is left?", "z = 1.5 z − 1."],
        alternatives=["2.0", "2"],
    ),
    all=Choice(
        "what decides whether every input has exactly one equilibrium",
        ("ρ(W) < 1", "I − W has positive principal minors", "I − W is invertible"),
        "I − W has positive principal minors",
        mistakes=[
            Mistake("ρ(W) < 1", "You have just seen a W with ρ(W) < 1 and two equilibria."),
            Mistake("I − W is invertible", "That decides for linear units. Here I − W is invertible too."),
        ],
        hints=["Which matrices occur when some units are off?"],
    ),
    solution=(
        "The trace is 0 and det W = −1.5² + 1.3², so λ² = 1.5² − 1.3². With the second unit off, z = 1.5z − 1 has a "
        "positive solution, and there the second unit gets −1.3z − 1 < 0: it is indeed off. And 0 is an equilibrium "
        "because both units get −1."
    ),
)

# -- Where the singularities are -----------------------------------------------------------------------------------

singularities = Exercise(
    "singularities",
    jump=Formula(
        "the distance from t = 0 of the nearest singularity of tanh(Nt)",
        "pi/(2*N)",
        {"N": range(1, 60)},
        mistakes=[
            Mistake("pi/N", "tanh is sinh/cosh, and cosh has its first zero earlier."),
            Mistake("pi/2", "This is for N = 1."),
            Mistake("1/N", "Where exactly is cosh(Nt) = 0 for complex t?"),
        ],
        hints=["Where is cosh zero on the imaginary axis?", "cosh(iy) = cos y."],
        alternatives=["π/(2N)", "pi/2/N"],
    ),
    kink=Formula(
        "the same for sqrt(t² + 1/N²)",
        "1/N",
        {"N": range(1, 60)},
        mistakes=[
            Mistake("1/N**2", "This is the square of the distance."),
            Mistake("N", "The larger N, the nearer."),
        ],
        hints=["Where does the root vanish?", "Solve for t, and take the absolute value."],
        alternatives=["N^-1"],
    ),
    smooth=Number(
        "the same for tanh(t) + 1/N",
        lambda: np.pi / 2,
        rel=1e-3,
        mistakes=[
            Mistake(0.0, "Does adding 1/N move a singularity?"),
            Mistake(lambda: np.pi, "cosh has its first zero earlier."),
        ],
        hints=["Which part of the function has singularities?", "It does not depend on N."],
        alternatives=["1.5708", "1.571"],
    ),
    solution=(
        "cosh(iy) = cos y vanishes first at y = π/2; the root vanishes at t = ±i/N. In the first two the singularities "
        "close in on t = 0 as N grows, in the third they stay at ±iπ/2."
    ),
)

# -- Ways to infinity ----------------------------------------------------------------------------------------------

ways = Exercise(
    "ways",
    ray=Formula(
        "the limit of P/(N + P) along P = cN",
        "c/(1 + c)",
        {"c": (0.1, 9)},
        mistakes=[
            Mistake("1/(1 + c)", "This is the share of N."),
            Mistake("c", "Divide numerator and denominator by N."),
            Mistake("1", "This is the limit if P grows much faster than N."),
        ],
        hints=["Put P = cN in.", "N cancels."],
        alternatives=["1/(1 + 1/c)", "1 - 1/(1 + c)"],
    ),
    first=Number(
        "the limit if first N → ∞, then P → ∞",
        0,
        abs=1e-9,
        mistakes=[Mistake(1, "For fixed P, what does P/(N + P) do as N grows?"), Mistake(0.5, "This is along P = N.")],
        hints=["Keep P fixed. What does the fraction tend to?"],
        alternatives=["0.0"],
    ),
    gap=Formula(
        "the limit of the excess risk of least squares along p = n/3, with noise of variance s, as n → ∞",
        "s/2",
        {"s": (0.1, 3)},
        mistakes=[
            Mistake("s/3", "This is the variance times p/n. What does it have to be divided by?"),
            Mistake("s", "This is the limit along p = n/2."),
            Mistake("2*s", "Is the ratio γ = p/n or n/p?"),
            Mistake("4 + s", "This ray has p < n: the signal plays no part."),
        ],
        hints=["Which of the two formulas holds for p < n?", "Put γ = 1/3 in. The noise is a factor."],
        alternatives=["0.5*s", "s*(1/3)/(1 - 1/3)"],
    ),
    solution=(
        "P/(N + P) = c/(1 + c) on the whole ray, so every number between 0 and 1 is a limit. If N goes first it is 0, "
        "if P goes first it is 1. For least squares sγ/(1 − γ) at γ = 1/3 is half of s."
    ),
)
