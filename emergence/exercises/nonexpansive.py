"""Exercises of the chapter *At most one is not enough*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import products as op

# -- The best weight -----------------------------------------------------------------------------------------------

BEST = 0.5  # of the weights, for every rotation


def _steps(angle: float, left: float) -> float:
    return math.log(left) / math.log(op.averaged_rotation_factor(angle, BEST))


def averaged_steps(angle: float) -> int:
    """After how many averaged steps a rotation by an angle in (0, pi) leaves a thousandth of the distance, or less."""
    return math.ceil(_steps(angle, 1e-3))


weight = Exercise(
    "weight",
    factor=Formula(
        "the factor of an averaged step of the reflection, with w for λ",
        "abs(1 - 2*w)",
        {"w": (0, 1)},
        mistakes=[
            Mistake("1 - 2*w", "This is the eigenvalue. A factor of distances has no sign."),
            Mistake(
                "abs(1 - w)",
                "This projects. Across the line T has the eigenvalue −1: what is the weighted mean of 1 and −1?",
            ),
            Mistake("1", "This is the factor along the line. How does the distance to the line change?"),
        ],
        hints=[
            "Take a point at height h above the line. At what height is its image, and what is their average?",
            "Take 1 − λ times the one and λ times the other height. A distance is never negative.",
        ],
        alternatives=["abs(2w - 1)", "sqrt((1 - 2*w)**2)", "sqrt(1 - 4*w*(1 - w))"],
    ),
    fastest=Number(
        "the λ that is fastest for the reflection",
        BEST,
        abs=1e-3,
        mistakes=[
            Mistake(1, "At weight 1 it is the reflection itself, which keeps the distance to its line."),
            Mistake(0, "At weight 0 nothing moves."),
        ],
        hints=["Where is your factor least?", "Where is the point halfway to the mirror image?"],
        alternatives=["1/2", 0.5],
    ),
    steps=Function(
        "after how many steps of the rotation with its fastest λ a thousandth of the distance is left, or less",
        averaged_steps,
        lambda rng: (float(rng.uniform(0.2, 3.0)),),
        cases=[(1.0,), (2.0,)],
        mistakes=[
            Mistake(lambda angle: averaged_steps(angle) - 1, "One step too few: a number of steps is rounded up."),
            Mistake(
                lambda angle: _steps(angle, 1e-3),
                "A number of steps is whole: which one is the first?",
            ),
            Mistake(
                lambda angle: math.ceil(math.log(1e-3) / math.log(abs(math.cos(angle)))),
                "The factor at the best weight holds half of the angle.",
            ),
            Mistake(
                lambda angle: math.ceil(_steps(angle, 1e-2)), "This is for a hundredth. Use 1e-3, and its logarithm."
            ),
        ],
        hints=[
            "The text above gives the factor of one step at the best weight. What is left after n steps?",
            "Which is the first n whose power of the factor is at most 1e-3? A loop finds it, or a logarithm.",
        ],
        alternatives=[
            lambda angle: next(n for n in range(1, 10**4) if abs(math.cos(angle / 2)) ** n <= 1e-3),
            lambda angle: np.ceil(-3 / np.log10(np.cos(angle / 2))),
        ],
    ),
    why=Choice(
        "why the reflection and the rotation by π are done in one step",
        (
            "they contract distances, as other rotations do not",
            "both have a whole line of fixed points",
            "the midpoint of each point and its image is a fixed point",
        ),
        "the midpoint of each point and its image is a fixed point",
        mistakes=[
            Mistake(
                "they contract distances, as other rotations do not",
                "No rotation and no reflection changes any distance.",
            ),
            Mistake("both have a whole line of fixed points", "Which points does the rotation by π leave in place?"),
        ],
        hints=["At the best weight a step goes to the midpoint. Draw a point, its image and the midpoint."],
    ),
    solution=lambda: (
        "A point at height h above the line goes to (1 − 2λ)h. The rotation at its best weight ½ has the factor "
        f"|cos(θ/2)|: at 1 radian {averaged_steps(1)} steps leave a thousandth. For θ = π the factor is 0, since "
        "T = −I. In both cases the midpoint of a point and its image is a fixed point."
    ),
)

# -- Where the line stops ------------------------------------------------------------------------------------------

FATES = ("the output goes to 0", "it circles for ever", "it settles on a point other than 0")


def _turned(depth: int, exponent: float) -> tuple[float, float]:
    """Angle and distance from 0 of the input (1, 0) after so many projections."""
    angle, distance = op.turning_projections(depth, exponent)
    return float(angle[-1]), float(distance[-1])


turning = Exercise(
    "turning",
    slow=Choice(
        "what happens for s = 0.5, at the border",
        FATES,
        FATES[0],
        mistakes=[
            Mistake(FATES[1], "It does go round without end. But how far from 0? The squares of the turns are 1/k."),
            Mistake(FATES[2], "Do the turns k^(−0.5) have a finite sum?"),
        ],
        hints=["Which of the two sums, of the turns and of their squares, is finite for s = 0.5?"],
    ),
    angle=Number(
        "the angle of the limit for s = 2, in radians",
        lambda: math.pi**2 / 6,
        abs=2e-3,
        mistakes=[
            Mistake(1, "This is the first line. All later ones turn further."),
            Mistake(lambda: _turned(10, 2)[0], "This is after ten layers; the sum goes on, by about 1/10."),
            Mistake(lambda: math.degrees(math.pi**2 / 6), "This is in degrees."),
            Mistake(lambda: math.pi**2 / 12, "The signs do not alternate: every turn has the same direction."),
        ],
        hints=["The output lies on the line of the last layer. Where is that line?", "Add up 1 + 1/4 + 1/9 + …"],
        alternatives=["1.645", math.pi**2 / 6],
    ),
    distance=Number(
        "its distance from 0",
        lambda: _turned(10_000, 2)[1],
        abs=1e-3,
        mistakes=[
            Mistake(lambda: math.cos(1), "This is after the first layer."),
            Mistake(lambda: _turned(10_000, 1)[1], "This is for s = 1."),
            Mistake(lambda: abs(math.cos(math.pi**2 / 6)), "A single projection onto the last line would leave this."),
            Mistake(lambda: math.exp(-(math.pi**4) / 180), "This is a bound: cos u is below exp(−u²/2)."),
        ],
        hints=[
            "By which factor does the projection onto line k multiply the distance from 0?",
            "Multiply the cosines of k^(−2), with a loop. When do three digits settle?",
        ],
        alternatives=["0.518", math.prod(math.cos(k**-2) for k in range(1, 200))],
    ),
    solution=lambda: (
        "For s = 0.5 the squares of the turns are 1/k; their sum is infinite, and the output goes to 0, going round "
        f"without end. For s = 2 the line stops at π²/6 = {math.pi**2 / 6:.4f} rad, and the cosines of 1/k² multiply "
        f"to {_turned(10_000, 2)[1]:.4f}."
    ),
)

# -- Nothing left of any layer -------------------------------------------------------------------------------------

CORNER = np.array([[0.0, 2.0], [0.0, 0.0]])


nilpotent = Exercise(
    "nilpotent",
    alone=Number(
        "ρ(A)",
        lambda: op.spectral_radius(CORNER),
        abs=1e-9,
        mistakes=[
            Mistake(lambda: float(op.lipschitz_constant(CORNER)), "This is ‖A‖, the largest singular value."),
            Mistake(1, "This is the greatest ⟨Ax, x⟩ of unit vectors. What are the eigenvalues?"),
        ],
        hints=["ρ is the largest absolute value of the eigenvalues.", "What are the entries of A²?"],
        alternatives=["0", 0, np.float64(0)],
    ),
    pair=Number(
        "ρ(AᵀA)",
        lambda: op.spectral_radius(CORNER.T @ CORNER),
        abs=1e-9,
        mistakes=[
            Mistake(
                lambda: float(op.lipschitz_constant(CORNER)),
                "This is ‖A‖, a singular value of A. Multiply the matrices, and take an eigenvalue.",
            ),
            Mistake(
                lambda: op.spectral_radius(CORNER.T) * op.spectral_radius(CORNER),
                "The spectral radius of a product is not the product of the two: multiply the matrices.",
            ),
        ],
        hints=["Multiply the two matrices.", "The product is diagonal: its eigenvalues stand on the diagonal."],
        alternatives=["4.0", 4],
    ),
    stretch=Formula(
        "the factor by which the first k layers A, Aᵀ, A, … stretch the vector that they stretch most",
        "2**k",
        {"k": range(1, 20)},
        mistakes=[
            Mistake("4**k", "This is for k pairs of layers."),
            Mistake("2*k", "The factors of layers multiply; they do not add up."),
            Mistake("0", "This would be a stack of A alone. What does Aᵀ do with the output of A?"),
            Mistake("2", "This is one layer. Follow its output through the next one."),
        ],
        hints=[
            "Follow (0, 1) through A, then through Aᵀ, then through A.",
            "Every layer sends the vector that it stretches most to that of the next. By how much is it stretched?",
        ],
        alternatives=["2^k", "4**(k/2)", "exp(k*ln(2))"],
    ),
    solution=(
        "A² = 0, so ρ(A) = ρ(Aᵀ) = 0: a stack of A alone is zero after two layers. But AᵀA = diag(0, 4), and in turn A "
        "and Aᵀ send (0, 1) to (2, 0), to (0, 4), to (8, 0). Constants of single layers say nothing about the product."
    ),
)

# -- Each sum counts -----------------------------------------------------------------------------------------------

HYPOTHESES = ("Lip(gₖ) < 1 for all k", "Σ Lip(gₖ) is finite", "Σ ‖gₖ(x₀)‖ is finite for one x₀")
FIND_G = "Write each block as x + gₖ(x). What is gₖ, what is its Lipschitz constant, and what is gₖ(0)?"
TELESCOPE = "Write each factor as one fraction, and multiply the first three. What cancels?"

sums = Exercise(
    "sums",
    translation=Choice(
        "the hypothesis that fails for x + 1",
        HYPOTHESES,
        HYPOTHESES[2],
        mistakes=[
            Mistake(HYPOTHESES[0], "Here gₖ(x) = 1 for all x. What is the Lipschitz constant of a constant?"),
            Mistake(HYPOTHESES[1], "Here gₖ(x) = 1 for all x. What is the Lipschitz constant of a constant?"),
        ],
        hints=[FIND_G],
    ),
    scaling=Choice(
        "the hypothesis that fails for x − x/(k + 1) and x + x/(k + 1)",
        HYPOTHESES,
        HYPOTHESES[1],
        mistakes=[
            Mistake(HYPOTHESES[0], "Lip(gₖ) is 1/(k + 1), at most ½."),
            Mistake(HYPOTHESES[2], "Take x₀ = 0: what is gₖ(0)?"),
        ],
        hints=[FIND_G],
    ),
    minus=Formula(
        "the factor of the first K blocks x − x/(k + 1)",
        "1/(K + 1)",
        {"K": range(1, 40)},
        mistakes=[
            Mistake("1/K", "Off by one: for K = 1 the factor is ½."),
            Mistake("K/(K + 1)", "This is the last block alone. Multiply over all blocks."),
            Mistake("1/(K + 2)", "Off by one: for K = 1 the factor is ½."),
            Mistake("(1 - 1/(K + 1))**K", "The blocks differ: the first halves, the later ones change less and less."),
        ],
        hints=[TELESCOPE, "1 − 1/(k + 1) = k/(k + 1)."],
        alternatives=["(K + 1)^-1", "factorial(K)/factorial(K + 1)"],
    ),
    plus=Formula(
        "the factor of the first K blocks x + x/(k + 1)",
        "(K + 2)/2",
        {"K": range(1, 40)},
        mistakes=[
            Mistake("K + 1", "It is not the inverse of the other factor: 1 − u and 1 + u do not multiply to 1."),
            Mistake("K + 2", "What is in the first denominator stays."),
            Mistake("(K + 1)/2", "Off by one: for K = 1 the factor is 3/2."),
            Mistake("(K + 2)/(K + 1)", "This is the last block alone. Multiply over all blocks."),
            Mistake("2/(K + 2)", "This is one over the factor."),
        ],
        hints=[TELESCOPE, "1 + 1/(k + 1) = (k + 2)/(k + 1)."],
        alternatives=["1 + K/2", "factorial(K + 2)/(2*factorial(K + 1))", "0.5*(K+2)\n"],
    ),
    solution=(
        "For x + 1 every Lip(gₖ) is 0, but gₖ(x₀) = 1 adds up: the stack remembers and diverges. In the other two "
        "gₖ(0) = 0, but Σ 1/(k + 1) is infinite. The products telescope: the second stack converges and forgets, the "
        "third diverges except at x = 0."
    ),
)

# -- A slope without bound -----------------------------------------------------------------------------------------


def _jump() -> float:
    """How far apart the limits for inputs just above and just below 0 are, for a = 1.5."""
    below, above = op.injected_orbit([-1e-9, 1e-9], 1.5, 0.5, 400)[-1]
    return float(above - below)


slope = Exercise(
    "slope",
    slope=Formula(
        "the slope of z*(x), in terms of its value z, and of a and g",
        "g*(1 - z**2)/(1 - a*(1 - z**2))",
        {"z": (-0.95, 0.95), "a": (0.05, 0.95), "g": (0.1, 2)},
        mistakes=[
            Mistake("g*(1 - z**2)", "z stands on both sides: when x changes, a z inside the tanh changes too."),
            Mistake("g/(1 - a)", "This is the greatest slope, at one x. What is it where z is not 0?"),
            Mistake("g*(1 - z**2)/(1 + a*(1 - z**2))", "The sign: bring the term with the slope to the left side."),
            Mistake("g/(1 - a*(1 - z**2))", "The outer derivative multiplies both terms, a z′ and g."),
            Mistake("g*(1 - z**2)/(1 - a)", "The derivative of tanh multiplies a z′ as well."),
        ],
        hints=[
            "Differentiate both sides of z = tanh(az + gx) by x; z depends on x.",
            "The derivative of tanh is 1 − tanh², and tanh(az + gx) is z itself.",
            "With u = 1 − z² you have z′ = u (a z′ + g). Solve it for z′.",
        ],
        alternatives=["g/(1/(1 - z^2) - a)", "g (1 - z)(1 + z)/(1 - a + a z^2)"],
    ),
    jump=Number(
        "the height of the jump at x = 0 for a = 1.5",
        _jump,
        rel=0.01,
        mistakes=[
            Mistake(lambda: _jump() / 2, "This is the limit just above 0. From where does it jump?"),
            Mistake(2, "The outputs are not yet ±1: solve z = tanh(1.5 z)."),
            Mistake(0, "The start is z₀ = x. For a small x > 0, does z grow or shrink under tanh(1.5 z)?"),
        ],
        hints=[
            "What do the layers do with a tiny x > 0, and with a tiny x < 0? The figure shows it with a = 1.5.",
            "Just above 0 the limit is the positive solution of z = tanh(1.5 z). Apply tanh(1.5 z) again and again.",
        ],
        alternatives=["1.717", 1.72],
    ),
    solution=(
        "z′ = u (a z′ + g) with u = 1 − z², so z′ = gu/(1 − au). It grows with u and is largest at x = 0, where u = 1. "
        "For a > 1 the layers pick the solution on the side on which they start: just above 0 the positive one of "
        "z = tanh(1.5 z), just below 0 its opposite."
    ),
)
