"""Exercises of the chapter *Order, chaos, and the edge*."""

from __future__ import annotations

import math

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import mean_field as mf

# -- Linear units --------------------------------------------------------------------------------------------------

linear = Exercise(
    "linear",
    length=Formula(
        "the mean square q* that linear units settle at, with w for σ_w² and b for σ_b²",
        "b/(1 - w)",
        {"w": (0.05, 0.9), "b": (0.05, 2)},
        mistakes=[
            Mistake("b/(1 + w)", "The sign: collect the terms with q on one side."),
            Mistake("b*w/(1 - w)", "This is what the weights add. The bias of the last layer is there, too."),
            Mistake("b", "This is the first layer's bias alone. The weights carry on what came before."),
        ],
        hints=["E u² = q for linear units. What is the fixed point of q ↦ wq + b?"],
        alternatives=["-b/(w - 1)", "b*(1-w)^-1"],
    ),
    map=Formula(
        "the correlation behind a layer, with c for the one before it, if the mean square has settled",
        "w*c + 1 - w",
        {"w": (0.05, 0.9), "c": (0.05, 0.95)},
        mistakes=[
            Mistake("w*c", "Both inputs receive the same biases. What do these add to the mean product?"),
            Mistake("c", "This would hold without biases."),
            Mistake("w*c + 1", "Divide by the mean square behind the layer, and put q* in for it."),
        ],
        hints=["The mean product behind the layer is w q c + b. Divide it by q*.", "What is b/q*?"],
        alternatives=["1 - w*(1 - c)"],
    ),
    meet=Choice(
        "what two inputs with correlation below 1 do for w < 1",
        ("they meet", "they keep their correlation", "they become independent"),
        "they meet",
        mistakes=[
            Mistake(
                "they keep their correlation",
                "They would without biases. What do biases, which both inputs share, add?",
            ),
            Mistake("they become independent", "The biases are the same for both inputs."),
        ],
        hints=["Where is the fixed point of your map of c?"],
    ),
    solution=(
        "q = wq + b gives q* = b/(1 − w) for w < 1. With q = q* the correlation obeys c′ = wc + 1 − w, so 1 − c "
        "shrinks by "
        "the factor w = χ₁ in each layer: order, for all w < 1. For w ≥ 1 the mean square grows without bound."
    ),
)

# -- How deep ------------------------------------------------------------------------------------------------------


def layers_until(chi: float, factor: float) -> int:
    """The first depth at which chi^l is at most 1/factor."""
    return math.ceil(math.log(factor) / -math.log(chi) - 1e-9)


deep = Exercise(
    "deep",
    depth=Function(
        "the correlation depth for χ₁",
        lambda chi: -1 / math.log(chi),
        lambda rng: (float(rng.uniform(0.05, 0.99)),),
        cases=[(0.5,), (0.98,)],
        mistakes=[
            Mistake(lambda chi: 1 / math.log(chi), "The sign: the logarithm of a number below 1 is negative."),
            Mistake(lambda chi: 1 / (1 - chi), "This is its limit near the critical line. Solve χ₁ˡ = 1/e exactly."),
            Mistake(lambda chi: -math.log(chi), "This is the rate. After how many layers has it added up to 1?"),
            Mistake(lambda chi: -1 / math.log10(chi), "The natural logarithm is meant: a factor of e, not of ten."),
        ],
        hints=["After how many layers is χ₁ˡ = 1/e? Take logarithms."],
        alternatives=[lambda chi: 1 / math.log(1 / chi)],
    ),
    layers=Function(
        "the first depth at which χ₁ᶩ is at most 1/f, for χ₁ and f",
        layers_until,
        lambda rng: (float(rng.uniform(0.3, 0.99)), float(rng.uniform(2, 1e6))),
        cases=[(0.5, 1000.0), (0.98, 1000.0)],
        mistakes=[
            Mistake(lambda chi, factor: layers_until(chi, factor) - 1, "One layer too few: it is not yet that small."),
            Mistake(lambda chi, factor: math.log(factor) / -math.log(chi), "A depth is whole: which one is the first?"),
            Mistake(lambda chi, factor: math.ceil(-1 / math.log(chi)), "This is for a factor of e."),
        ],
        hints=[
            "How many correlation depths does a factor of f take?",
            "Multiply the correlation depth by ln f and round up.",
        ],
        alternatives=[lambda chi, f: next(k for k in range(1, 10**5) if chi**k <= 1 / f)],
    ),
    solution=lambda: (
        "χ₁ˡ = e^(−l/ξ) with ξ = −1/ln χ₁, and a factor of f takes ξ ln f layers, rounded up: for χ₁ = 0.98 and a "
        "factor of "
        f"1,000 these are {layers_until(0.98, 1000)}."
    ),
)

# -- A cubic -------------------------------------------------------------------------------------------------------

cubic = Exercise(
    "cubic",
    limit=Formula(
        "the limit of l·q for units u − a u³ + …, as a formula in a",
        "1/(6*a)",
        {"a": (0.05, 3)},
        mistakes=[
            Mistake("1/(2*a)", "E u⁴ is not q². What is the fourth moment of a normal variable?"),
            Mistake("6*a", "q shrinks by 6a q² per layer. What does that make of 1/q?"),
            Mistake("1/(3*a)", "The cross term of the square counts twice."),
            Mistake("3/(2*a)", "Square u − a u³ and take means: which power of q comes with a?"),
        ],
        hints=[
            "E (u − a u³)² = q − 2a E u⁴ + …, with E u⁴ = 3q².",
            "From q′ ≈ q − k q² follows 1/q′ ≈ 1/q + k.",
        ],
        alternatives=["(6a)^-1", "1/6/a"],
    ),
    sine=Number(
        "the limit of l·q for sin",
        1.0,
        abs=1e-6,
        mistakes=[
            Mistake(0.5, "This is tanh, whose cubic term has the coefficient ⅓."),
            Mistake(1 / 36, "sin u = u − u³/6 + …: a is a sixth."),
        ],
        hints=["What is the cubic term of sin u?"],
        alternatives=["1"],
    ),
    solution=(
        "q′ = q − 6a q² + …, so 1/q grows by 6a per layer and l·q → 1/(6a). For tanh a = ⅓ and the limit is ½, for sin "
        "a = 1/6 and the limit is 1: every smooth bounded odd unit with slope 1 at 0 and a > 0 has the same power law."
    ),
)

# -- An angle ------------------------------------------------------------------------------------------------------

RELU = 2 * math.sqrt(2) / (3 * math.pi)

angle = Exercise(
    "angle",
    limit=Formula(
        "the limit of l² d, as a formula in k",
        "4/k**2",
        {"k": (0.05, 2)},
        mistakes=[
            Mistake("1/k**2", "d^(−1/2) grows by k/2 per layer, not by k."),
            Mistake("k**2/4", "This is its inverse."),
            Mistake("2/k", "This is the limit of l √d. Square it."),
        ],
        hints=[
            "Write the step for d^(−1/2): what does it become if d loses k d^(3/2)?",
            "d^(−1/2) grows by k/2 per layer.",
        ],
        alternatives=["(2/k)^2", "(k/2)**-2"],
    ),
    relu=Number(
        "the limit of l² d for critical ReLU layers, where k = 2√2/(3π)",
        4 / RELU**2,
        rel=1e-3,
        mistakes=[Mistake(RELU**2, "This is k². What is the limit?"), Mistake(2 / RELU, "Square it.")],
        hints=["Put k into your formula."],
        alternatives=[4.5 * math.pi**2],
    ),
    block=Formula(
        "k of ReLU residual blocks, with s for σ_v²σ_w² and k for that of a plain layer",
        "k*s/(2 + s)",
        {"k": (0.05, 2), "s": (0.05, 4)},
        mistakes=[
            Mistake("k*s/2", "Divide by the new mean square, which is 1 + s/2 times the old one."),
            Mistake("k*s/(1 + s)", "A ReLU layer halves the mean square: the branch adds s/2."),
            Mistake("k", "Only the branch merges the inputs, and it is only a part of the sum."),
        ],
        hints=[
            "q′d′ = q d + (s/2) q D(d), with D(d) = d − k d^(3/2), and q′ = (1 + s/2) q.",
            "The coefficient of d is 1. What is left of k?",
        ],
        alternatives=["k*(s/2)/(1+s/2)"],
    ),
    solution=lambda: (
        "d^(−1/2) grows by k/2 per layer, so l² d → 4/k²; for ReLU layers this is 9π²/2 = "
        f"{4 / RELU**2:.2f}. In a residual block the branch has the share (s/2)/(1 + s/2) of the mean square, and κ "
        "is k "
        "times that share: the law is the same, only slower."
    ),
)

# -- Scale the branch ----------------------------------------------------------------------------------------------

branch = Exercise(
    "branch",
    Formula(
        "s = σ_v²σ_w², as a formula in K",
        "2*(exp(1/K) - 1)",
        {"K": range(1, 200)},
        mistakes=[
            Mistake("2/K", "This is its limit for many blocks. Solve (1 + s/2)^K = e exactly."),
            Mistake("exp(1/K) - 1", "This is s/2."),
            Mistake("2*(exp(1) - 1)", "This is for one block."),
        ],
        hints=["By what does one block multiply the mean square? And K of them?", "Take the K-th root of e."],
        alternatives=["2*exp(1/K) - 2"],
    ),
    solution=(
        "(1 + s/2)^K = e gives s = 2(e^(1/K) − 1), about 2/K: the branch must shrink with the number of blocks, or the "
        "output grows exponentially with it."
    ),
)

# -- Deep enough, wide enough --------------------------------------------------------------------------------------

follow = Exercise(
    "follow",
    width=Number(
        "the width at which 96 critical tanh layers keep about half of the mean square of infinite width",
        96,
        rel=0.15,
        mistakes=[
            Mistake(96**2, "Compare 1/l with 1/n, not with 1/√n."),
            Mistake(48, "At this width the depth is twice the width: what share is left there?"),
            Mistake(192, "At this width more than half is left."),
        ],
        hints=["At which depth over width is the share a half?", "Look at the right panel of the figure."],
        alternatives=[100],
    ),
    law=Choice(
        "what a typical critical network does at depths far beyond its width",
        (
            "it follows the power law with another constant",
            "its mean square falls exponentially",
            "its mean square stays where it is",
        ),
        "its mean square falls exponentially",
        mistakes=[
            Mistake(
                "it follows the power law with another constant",
                "Which of the two pulls, 2q and 1/n, shrinks with depth?",
            ),
            Mistake(
                "its mean square stays where it is",
                "Near 0 the layers are nearly linear. What do random linear layers do?",
            ),
        ],
        hints=["For tiny q the layers are linear: which chapter says what those do at σ = 1?"],
    ),
    solution=(
        "At depth n about half is left, so the width is about 96. Far beyond, 2q is small against 1/n, the layers are "
        "nearly "
        "linear, and ln q falls by about 1/n per layer, as the chapter on random products computes."
    ),
)

# -- A slow exponent -----------------------------------------------------------------------------------------------


def exponent_at(depth: int) -> float:
    """Local exponent of the correlation at a depth of tanh blocks with unit variances, from c = 0.6."""
    return float(mf.local_exponent(1 - mf.residual(1, 1, math.ceil(1.25 * depth)).d)[depth - 1])


slow = Exercise(
    "slow",
    Number(
        "the exponent of l in the correlation for large l",
        -(1 - 2 / math.pi),
        abs=2e-3,
        mistakes=[
            Mistake(1 - 2 / math.pi, "The sign: the correlation falls."),
            Mistake(-2 / math.pi, "This is the part that the branch contributes. What does the other term subtract?"),
            Mistake(-1, "This would be without the branch's own correlation. What is arcsin c for small c?"),
        ],
        hints=["For small c, arcsin c ≈ c.", "l dc/dl = −a c has the solutions c = const · l^(−a)."],
        alternatives=["-0.3634"],
    ),
    solution=lambda: (
        f"l dc/dl ≈ (2/π − 1)c, so c ∝ l^−{1 - 2 / math.pi:.4f}. At l = 50 the local exponent is "
        f"{exponent_at(50):.3f}, "
        f"at l = 400 −{-exponent_at(400):.3f}: it drifts for a long time."
    ),
)
