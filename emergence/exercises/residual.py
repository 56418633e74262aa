"""Exercises of the chapter *Residual blocks*."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import products
from emergence.operators import residual as op

# -- Two slopes ----------------------------------------------------------------------------------------------------

SLOPES = (1.0, 4.0)  # of the two coordinates


def _factor(step: float) -> float:
    """Lip(I - hA) of A = diag(1, 4)."""
    return float(products.lipschitz_constant(np.eye(2) - step * np.diag(SLOPES)))


def _balanced() -> float:
    return 2 / sum(SLOPES)  # where |1 - h| and |1 - 4h| are equal


two_slopes = Exercise(
    "two_slopes",
    cautious=Number(
        "Lip(I − hA) at the step that the bound recommends",
        lambda: _factor(op.best_explicit_step(*SLOPES)),
        abs=1e-3,
        mistakes=[
            Mistake(
                lambda: float(op.explicit_bound(*SLOPES, op.best_explicit_step(*SLOPES))),
                "This is the bound. What does the step really do to the two coordinates?",
            ),
            Mistake(lambda: 1 - SLOPES[1] / 16, "This is the coordinate that shrinks more. Lip is the larger factor."),
        ],
        hints=["What are m(A) and Lip(A), and what is m/L²?", "A step multiplies the coordinates by 1 − h and 1 − 4h."],
        alternatives=["15/16", 0.9375],
    ),
    best=Number(
        "the step with the least Lip(I − hA)",
        _balanced,
        abs=1e-3,
        mistakes=[
            Mistake(lambda: op.best_explicit_step(*SLOPES), "This is m/L². Is the first coordinate in such a hurry?"),
            Mistake(0.25, "This finishes the second coordinate at once. What is left of the first?"),
            Mistake(1, "This finishes the first coordinate at once. What happens to the second?"),
        ],
        hints=[
            "Draw |1 − h| and |1 − 4h| against h, and follow the larger one.",
            "The larger one is least where the two are equal.",
        ],
        alternatives=["2/5", 0.4],
    ),
    least=Number(
        "Lip(I − hA) at that step",
        lambda: _factor(_balanced()),
        abs=1e-3,
        mistakes=[Mistake(0, "One of the coordinates can be finished in one step, but not both.")],
        hints=["Put your step into 1 − h and 1 − 4h."],
        alternatives=["3/5", 0.6],
    ),
    solution=lambda: (
        "m = 1 and L = 4, so m/L² = 1/16, where the coordinates are multiplied by 15/16 and 3/4. The larger of |1 − h| "
        f"and |1 − 4h| is least where they are equal, h = {_balanced():g}, with the factor {_factor(_balanced()):g}. "
        "The bound knows only m and L, and some operators with these two numbers attain it; this one does not."
    ),
)

# -- How far a step may go -----------------------------------------------------------------------------------------


def _sure_steps(T: ArrayLike) -> float:
    A = np.eye(len(np.asarray(T))) - np.asarray(T)
    m, size = float(op.monotonicity_constant(A)), float(products.lipschitz_constant(A))
    return 2 * m / size**2 if m > 0 else 0.0


def _by_eigenvalues(T: np.ndarray) -> float:
    A = np.eye(2) - T
    m = np.linalg.eigvals(A).real.min()
    return max(2 * m / np.linalg.norm(A, 2) ** 2, 0.0)


def _some_block(rng: np.random.Generator) -> tuple[np.ndarray]:
    return (rng.normal(size=(2, 2)) + rng.uniform(-2, 1) * np.eye(2),)


sure_steps = Exercise(
    "sure_steps",
    steps=Function(
        "the largest h₀ such that by the bound x − h (x − Tx) contracts for 0 < h < h₀, or 0 if there is none",
        _sure_steps,
        _some_block,
        cases=[(np.diag([-9.0, -9.0]),), (np.array([[0.0, -1.0], [1.0, 0.0]]),), (np.diag([2.0, 0.0]),)],
        rel=1e-6,
        abs=1e-9,
        mistakes=[
            Mistake(
                _by_eigenvalues,
                "m(A) is the least eigenvalue of the symmetric part (A + Aᵀ)/2, not the least real part for A.",
            ),
            Mistake(
                lambda T: _sure_steps(T) / 2,
                "This is the best step of the bound. At which step is the bound 1 again?",
            ),
            Mistake(
                lambda T: _sure_steps(np.eye(2) - T),
                "The step is x − hAx with A = I − T. Which matrix did you take for A?",
            ),
        ],
        hints=[
            "Write the block as x − hAx. What is A?",
            "m(A) is the least eigenvalue of (A + Aᵀ)/2, and L is the largest singular value of A.",
            "The bound 1 − 2hm + h²L² is below 1 for h below 2m/L². What if m is negative?",
        ],
        alternatives=[
            lambda T: np.array(_sure_steps(T)),
            lambda T: max(0, np.linalg.eigvalsh(2 * np.eye(2) - T - T.T)[0] / np.linalg.norm(np.eye(2) - T, 2) ** 2),
        ],
    ),
    one_block=Number(
        "the h with which T = −9 I is done in one block",
        0.1,
        abs=1e-6,
        mistakes=[
            Mistake(1, "At h = 1 the block is T itself."),
            Mistake(1 / 9, "Which number does A = I − T multiply by?"),
            Mistake(0.2, "Up to this h the steps contract."),
        ],
        hints=["For T = −9 I, what is I − T?", "For which h is 1 − 10h zero?"],
        alternatives=["1/10"],
    ),
    solution=(
        "With A = I − T take m, the least eigenvalue of (A + Aᵀ)/2, and L, the largest singular value of A: h₀ = 2m/L² "
        "if m > 0, and 0 otherwise. T = −9 I gives A = 10 I, and h = 1/10 makes x − hAx = 0."
    ),
)

# -- What is left of the radius ------------------------------------------------------------------------------------

CONVERGES = ("for s ≤ 1/2 and for s > 1", "for s ≤ 1", "for s > 1/2", "for s > 1 only")

radius = Exercise(
    "radius",
    left=Function(
        "the share of the distance from 0 that the steps h/k leave in the end, where h > 0",
        lambda h: op.turn_survives(h),
        lambda rng: (float(rng.uniform(0.1, 3)),),
        cases=[(1.0,), (2.0,)],
        rel=1e-3,
        mistakes=[
            Mistake(lambda h: 1 / op.turn_survives(h), "This is more than 1. An implicit block divides."),
            Mistake(lambda h: op.turn_survives(h) ** 2, "This is the product for the squares of the distances."),
            Mistake(lambda h: op.turn_survives(1), "This is for h = 1. Euler's product holds for every x."),
        ],
        hints=[
            "By which factor does the block with the step h/k multiply the distance?",
            "Euler: sinh(πx)/(πx) is the product of 1 + x²/k².",
        ],
        alternatives=[
            lambda h: (math.sinh(math.pi * h) / (math.pi * h)) ** -0.5,
            lambda h: np.prod((1 + h**2 / np.arange(1, 100_001) ** 2) ** -0.5),
        ],
    ),
    when=Choice(
        "for which s in the steps 1/kˢ the output of J converges",
        CONVERGES,
        CONVERGES[0],
        mistakes=[
            Mistake(CONVERGES[1], "Between ½ and 1 the distance tends to a positive number. What does the angle do?"),
            Mistake(CONVERGES[2], "For these the distance tends to a positive number. Does the angle settle?"),
            Mistake(CONVERGES[3], "Here the angle settles. But what if the distance goes to 0?"),
        ],
        hints=["Two sums decide: Σ hₖ² for the distance and Σ hₖ for the angle.", "At 0 an angle does not matter."],
    ),
    solution=lambda: (
        "The block k multiplies the distance by (1 + h²/k²)^(−1/2), and the product is √(πh/sinh πh), for h = 1 "
        f"{op.turn_survives(1):.5f}. The distance tends to 0 exactly if Σ k^(−2s) is infinite, s ≤ ½; the angle "
        "settles exactly if Σ k^(−s) is finite, s > 1."
    ),
)

# -- A corner ------------------------------------------------------------------------------------------------------


def _threshold(x: float, h: float) -> float:
    return float(op.resolvent("∂|x|", x, h))


corner = Exercise(
    "corner",
    Function(
        "the y with x − y in h ∂|y|, where x is a number and h > 0",
        _threshold,
        lambda rng: (float(rng.uniform(-3, 3)), float(rng.uniform(0.1, 2))),
        cases=[(0.0, 1.0), (0.5, 1.0), (-0.5, 1.0), (2.0, 0.5), (-2.0, 0.5)],
        abs=1e-9,
        mistakes=[
            Mistake(lambda x, h: float(x - h * np.sign(x)), "This is the explicit step: it jumps over 0 from |x| < h."),
            Mistake(lambda x, h: max(x - h, 0.0), "What about negative x?"),
            Mistake(lambda x, h: max(abs(x) - h, 0.0), "The output has the sign of x."),
            Mistake(lambda x, h: x / (1 + h), "This is the resolvent of A x = x."),
        ],
        hints=[
            "Use the ruler of the figure: from (x, 0) a line of slope −1/h. Where does it meet the graph?",
            "For x > h it meets the upper branch, where the value is 1. What if 0 < x ≤ h?",
            "If |x| ≤ h it meets the vertical piece, at 0.",
        ],
        alternatives=[
            lambda x, h: np.sign(x) * max(abs(x) - h, 0),
            lambda x, h: x - min(max(x, -h), h),
        ],
    ),
    solution=(
        "The line meets the upper branch if x > h, then y = x − h; the lower one if x < −h, then y = x + h; and "
        "otherwise the vertical piece, y = 0. After the first k blocks with k h ≥ |x₀| the output is exactly 0."
    ),
)

# -- The flow of the cube ------------------------------------------------------------------------------------------

cube = Exercise(
    "cube",
    flow=Formula(
        "S(t) x for A x = x³",
        "x/sqrt(1 + 2*t*x**2)",
        {"x": (-2, 2), "t": (0.1, 3)},
        mistakes=[
            Mistake("x*exp(-t)", "This is the flow of A x = x."),
            Mistake("1/sqrt(1 + 2*t)", "This is for the input 1."),
            Mistake("x/sqrt(1 + t*x**2)", "The derivative of x^(−2) along the flow is −2 x^(−3) dx/dt. What is it?"),
            Mistake("1/sqrt(2*t + x**(-2))", "Which sign does it have for a negative x?"),
        ],
        hints=[
            "Solve dx/dt = −x³ by separating: what is the derivative of x^(−2)?",
            "x^(−2) grows by 2 for each unit of time. Solve for x, and keep its sign.",
        ],
        alternatives=["x*(1 + 2*t*x^2)^(-1/2)"],
    ),
    constant=Number(
        "the limit of n times the error, for t = 1 and the input 1",
        lambda: float(op.slowness("x³", 1.0, 1.0)),
        abs=2e-3,
        mistakes=[
            Mistake(0.5, "This is the constant of J."),
            Mistake(
                lambda: float(op.slowness("x", 1.0, 1.0)), "This is the constant of A x = x, whose flow is e^(−t) x."
            ),
        ],
        hints=[
            'Run n implicit blocks, `op.continuous_depth("x³", 1, 1, n)` after '
            "`from emergence.operators import residual as op`, and compare with S(1) 1.",
            "Take n = 1000. The figure draws the law, too.",
        ],
        alternatives=["0.1586", 0.159],
    ),
    solution=lambda: (
        "x^(−2) grows at the rate 2, so S(t)x = x/√(1 + 2t x²). The error of n implicit blocks is e/n + O(1/n²), "
        "where de/dt = −3x²e + 3x⁵/2. This gives e = (3/4) ln(1 + 2t)/(1 + 2t)^(3/2) for the input 1, and at t = 1 "
        f"{float(op.slowness('x³', 1.0, 1.0)):.4f}."
    ),
)

# -- How deep is deep enough? --------------------------------------------------------------------------------------

SMALL = 1e-3
EXPONENTIAL_DEPTH = math.ceil(math.log(SMALL) / math.log(2 / 3))
CUBE_DEPTH = SMALL**-2
DIGITS = 1 / (2 * SMALL**2 * math.log(10))

deep_enough = Exercise(
    "deep_enough",
    exponential=Number(
        "the least depth with (3/2)⁻ᵏ ≤ 0.001",
        EXPONENTIAL_DEPTH,
        abs=0,
        mistakes=[
            Mistake(EXPONENTIAL_DEPTH - 1, "One block too few: round up."),
            Mistake(10, "This is for blocks that halve."),
        ],
        hints=["Take logarithms: k ln(3/2) ≥ ln 1000."],
        alternatives=[EXPONENTIAL_DEPTH, str(EXPONENTIAL_DEPTH)],
    ),
    cube=Number(
        "the depth at which k^(−1/2) is 0.001",
        CUBE_DEPTH,
        rel=0.01,
        mistakes=[
            Mistake(1000, "This is for the law 1/k."),
            Mistake(math.sqrt(1000), "The error is k to the power −½: square, do not take a root."),
        ],
        hints=["Solve k^(−1/2) = 0.001 for k."],
        alternatives=["1e6", 10**6],
    ),
    digits=Number(
        "log₁₀ of the depth at which (2 ln k)^(−1/2) is 0.001",
        DIGITS,
        rel=0.01,
        mistakes=[
            Mistake(1 / (2 * SMALL**2), "This is ln k. Divide by ln 10."),
            Mistake(2 * DIGITS, "There is a factor 2 before the logarithm."),
        ],
        hints=["Square: 2 ln k = 10⁶.", "log₁₀ k = ln k/ln 10."],
        alternatives=["217147", 2.17e5],
    ),
    solution=(
        f"(3/2)⁻ᵏ ≤ 0.001 from k = {EXPONENTIAL_DEPTH} on. k^(−1/2) = 0.001 at k = 10⁶. (2 ln k)^(−1/2) = 0.001 at "
        f"ln k = 500,000, a depth with about {DIGITS:,.0f} digits. All three networks are residual, with m ≥ 0."
    ),
)
