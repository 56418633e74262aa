"""Exercises of the chapter *Random products*."""

from __future__ import annotations

import math

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import random_products as rp
from emergence.operators.products import lipschitz_constant, spectral_radius

# -- A layer and its transpose -------------------------------------------------------------------------------------

SHEAR = np.array([[1.0, 1.0], [0.0, 1.0]])


def _joint() -> float:
    """The joint spectral radius of the shear and its transpose: both bounds agree after two layers."""
    lower, upper = rp.radius_bounds(np.array([SHEAR, SHEAR.T]), 2)
    return float((lower[-1] + upper[-1]) / 2)


transpose = Exercise(
    "transpose",
    alone=Number(
        "ρ(A)",
        lambda: float(spectral_radius(SHEAR)),
        abs=1e-6,
        mistakes=[
            Mistake(
                lambda: float(lipschitz_constant(SHEAR)), "This is ‖A‖, a singular value. What are the eigenvalues?"
            ),
            Mistake(2, "This is a sum of entries. What stands on the diagonal of a triangular matrix?"),
        ],
        hints=["A is triangular: its eigenvalues stand on the diagonal."],
        alternatives=["1", 1],
    ),
    joint=Number(
        "the joint spectral radius of A and its transpose",
        _joint,
        rel=1e-3,
        mistakes=[
            Mistake(
                1,
                "This is the bound of single layers. What is the spectral radius of AAᵀ, and how long is this product?",
            ),
            Mistake(
                lambda: _joint() ** 2, "This is the spectral radius of AAᵀ, a product of two layers: growth per layer?"
            ),
        ],
        hints=[
            "Bound it from both sides: ρ(AAᵀ) from below, and from above the norm of each layer.",
            "ρ(AAᵀ) = ‖A‖², so both bounds are the largest singular value of A: `np.linalg.norm(A, 2)`.",
        ],
        alternatives=["1.618"],
    ),
    rulers=Choice(
        "whether some norm makes both layers contractions",
        ("yes, since ρ(A) = 1 is no obstacle", "no, in no norm", "only a norm that is no ellipse"),
        "no, in no norm",
        mistakes=[
            Mistake("yes, since ρ(A) = 1 is no obstacle", "A norm that contracts A alone may stretch what comes next."),
            Mistake("only a norm that is no ellipse", "The bound from above holds for every norm, round or not."),
        ],
        hints=["In any norm the largest of the two norms bounds the joint spectral radius. How large is that?"],
    ),
    solution=lambda: (
        "ρ(A) = 1. The product AAᵀ has the spectral radius ‖A‖², so per layer the growth is at least ‖A‖ = "
        f"{_joint():.4f}, the golden ratio, and at most that, since no layer stretches more. As the joint spectral "
        "radius "
        "is above 1, no norm makes both layers contractions."
    ),
)

# -- A fair coin ---------------------------------------------------------------------------------------------------

UP, DOWN, LAYERS = 1.5, 0.6, 100


def _longer() -> float:
    """Probability that the product of LAYERS factors exceeds 1."""
    heads = [h for h in range(LAYERS + 1) if h * math.log(UP) + (LAYERS - h) * math.log(DOWN) > 0]
    return sum(math.comb(LAYERS, h) for h in heads) / 2**LAYERS


coin = Exercise(
    "coin",
    mean=Number(
        "the factor by which a layer multiplies the mean length",
        (UP + DOWN) / 2,
        rel=1e-3,
        mistakes=[
            Mistake(math.sqrt(UP * DOWN), "This is the typical factor. The mean of independent factors multiplies.")
        ],
        hints=["The factors are independent, so the mean of the product is the product of the means."],
        alternatives=["21/20", 1.05],
    ),
    typical=Number(
        "the factor per layer by which almost every network changes the length in the long run",
        math.sqrt(UP * DOWN),
        rel=1e-3,
        mistakes=[
            Mistake((UP + DOWN) / 2, "This is the mean over networks. What does the law of large numbers say of ln?"),
            Mistake(UP * DOWN, "This is for two layers, one of each kind."),
            Mistake(math.log(UP * DOWN) / 2, "This is its logarithm, the growth rate."),
        ],
        hints=[
            "In the long run half of the layers do one, half of them the other.",
            "Take the mean of the logarithms, then the exponential.",
        ],
        alternatives=["0.9487"],
    ),
    longer=Number(
        "the probability that 100 layers make the length greater than it was",
        _longer,
        rel=0.01,
        mistakes=[
            Mistake(0.5, "Half of the layers stretch, but then the product is below 1. How many must stretch?"),
        ],
        hints=[
            "How many of the 100 coins must show the factor 1.5?",
            "Solve h ln 1.5 + (100 − h) ln 0.6 > 0 for h, then add binomial probabilities, for instance with "
            "`math.comb`.",
        ],
        alternatives=[],
    ),
    solution=lambda: (
        f"The mean grows by {(UP + DOWN) / 2:g} per layer; but ln of the length grows by (ln 1.5 + ln 0.6)/2, so "
        "almost "
        f"every network shrinks by {math.sqrt(UP * DOWN):.4f} per layer. After 100 layers at least 56 must have "
        "stretched: "
        f"that has the probability {_longer():.4f}. A few very long outputs carry the mean."
    ),
)

# -- The critical scale --------------------------------------------------------------------------------------------


def critical_scale(n: int) -> float:
    """The sigma for which linear Gaussian layers of width n have the growth rate 0."""
    return math.exp(-rp.gaussian_exponent(int(n)))


critical = Exercise(
    "critical",
    Function(
        "the σ at which λ₁ = 0, for an even width n",
        critical_scale,
        lambda rng: (2 * int(rng.integers(1, 60)),),
        cases=[(2,), (8,), (20,)],
        rel=1e-4,
        mistakes=[
            Mistake(lambda n: 1.0, "This is critical at infinite width. What is λ₁ at σ = 1?"),
            Mistake(lambda n: 1 / critical_scale(n), "The sign: for this σ the outputs shrink twice as fast."),
            Mistake(lambda n: math.exp(1 / (2 * n)), "This is the rule for wide layers. The exact value has ψ(n/2)."),
            Mistake(lambda n: rp.gaussian_exponent(int(n)), "This is λ₁ at σ = 1. Which σ makes up for it?"),
        ],
        hints=[
            "Set λ₁ to 0 and solve for σ.",
            "For even n, ψ(n/2) = −γ + 1 + 1/2 + … + 1/(n/2 − 1), with γ = `np.euler_gamma`.",
        ],
        alternatives=[
            lambda n: math.sqrt(n / 2 * math.exp(np.euler_gamma - sum(1 / j for j in range(1, n // 2)))),
        ],
    ),
    solution=lambda: (
        "ln σ = −½(ln(2/n) + ψ(n/2)), so σ = √(n/2) exp(−ψ(n/2)/2), about 1 + 1/(2n): "
        f"{critical_scale(2):.4f} for n = 2, {critical_scale(20):.4f} for n = 20. At this σ ln of the length has mean "
        "0 at each depth, and "
        "the mean of the squared length grows without bound."
    ),
)

# -- Wide enough ---------------------------------------------------------------------------------------------------

wide = Exercise(
    "wide",
    linear=Formula(
        "the width n of linear layers, as a formula in K and s",
        "K/(2*s**2)",
        {"K": range(1, 200), "s": (0.05, 2)},
        mistakes=[
            Mistake("K/(2*s)", "s is a standard deviation. What is the variance?"),
            Mistake("2*K/s**2", "The variance is half of depth over width. Solve for the width once more."),
            Mistake("s**2/(2*K)", "Deeper networks need wider layers, not narrower ones."),
        ],
        hints=["For wide layers the variance of ln|x| is about K/(2n).", "Set K/(2n) to s² and solve for n."],
        alternatives=["K/2/s^2", "0.5*K/s**2"],
    ),
    relu=Formula(
        "the width n of ReLU layers, as a formula in K and s",
        "5*K/(4*s**2)",
        {"K": range(1, 200), "s": (0.05, 2)},
        mistakes=[
            Mistake("K/(2*s**2)", "This is for linear layers. By which factor do ReLU layers vary more?"),
            Mistake("5*K/(2*s**2)", "Twice too wide: the variance per layer is 5/(4n)."),
        ],
        hints=["The same with the variance of a ReLU layer, 5/(4n)."],
        alternatives=["1.25*K/s^2"],
    ),
    solution=(
        "The variances K/(2n) and 5K/(4n) are s² for n = K/(2s²) and n = 5K/(4s²). To keep a factor e within one "
        "standard "
        "deviation (s = 1), 96 linear layers need width 48, and 96 ReLU layers need width 120."
    ),
)

# -- All units off -------------------------------------------------------------------------------------------------


def half_are_zero(n: int) -> int:
    """The first depth at which half of the ReLU stacks of width n, or more, have the output 0."""
    return math.ceil(math.log(0.5) / math.log1p(-(2.0 ** -int(n))) - 1e-12)


dying = Exercise(
    "dying",
    mean=Formula(
        "the mean number of layers until the output is 0",
        "2**n",
        {"n": range(1, 20)},
        mistakes=[
            Mistake("1/2**n", "This is the probability for one layer. How long does one wait for such an event?"),
            Mistake("2*n", "Each of the n units is off with probability ½, independently. Multiply."),
            Mistake("n", "One unit would have to fail in each layer. Here all fail in the same one."),
        ],
        hints=[
            "With which probability are all n units off?",
            "An event of probability p per layer comes for the first time after 1/p layers, on average.",
        ],
        alternatives=["2^n", "1/0.5**n"],
    ),
    half=Function(
        "the first depth at which the output is 0 with probability at least ½, for the width n",
        half_are_zero,
        lambda rng: (int(rng.integers(1, 16)),),
        cases=[(1,), (4,), (8,)],
        mistakes=[
            Mistake(lambda n: 2**n, "This is the mean, which is above the median."),
            Mistake(lambda n: half_are_zero(n) - 1, "One layer too few: the probability is not yet ½."),
            Mistake(lambda n: math.log(0.5) / math.log1p(-(2.0**-n)), "A depth is whole: which one is the first?"),
        ],
        hints=[
            "The output survives K layers with probability (1 − 2⁻ⁿ)ᴷ.",
            "Which is the first K for which this is at most ½? A loop finds it, or a logarithm.",
        ],
        alternatives=[lambda n: next(K for K in range(1, 10**6) if (1 - 0.5**n) ** K <= 0.5)],
    ),
    solution=lambda: (
        "Given that the output is not yet 0, all n units are off with probability 2⁻ⁿ, independently of what came "
        "before. "
        "The waiting time is geometric with mean 2ⁿ. Half of the stacks are 0 after "
        f"ln ½ / ln(1 − 2⁻ⁿ) layers, rounded up: {half_are_zero(4)} for n = 4, {half_are_zero(8)} for n = 8."
    ),
)

# -- How fast directions merge -------------------------------------------------------------------------------------


def _gap(width: int) -> float:
    return rp.gaussian_exponent(width) - rp.gaussian_exponent(width, index=2)


merging = Exercise(
    "merging",
    plane=Number(
        "λ₁ − λ₂ for width 2",
        lambda: _gap(2),
        rel=1e-3,
        mistakes=[
            Mistake(lambda: 2 * _gap(2), "Do not forget the ½ in front of ψ."),
            Mistake(lambda: rp.gaussian_exponent(2), "This is λ₁ alone."),
        ],
        hints=["ψ(1) = −γ and ψ(½) = −γ − 2 ln 2.", "ln σ and ln(2/n) cancel in the difference."],
        alternatives=["0.6931"],
    ),
    space=Number(
        "λ₁ − λ₂ for width 3",
        lambda: _gap(3),
        rel=1e-3,
        mistakes=[
            Mistake(lambda: 2 * _gap(3), "Do not forget the ½ in front of ψ."),
            Mistake(lambda: _gap(2), "This is for width 2."),
        ],
        hints=["ψ(3/2) = ψ(½) + 2.", "You need ψ(3/2) and ψ(1)."],
        alternatives=["0.3069"],
    ),
    solution=lambda: (
        f"For n = 2 it is ½(ψ(1) − ψ(½)) = ln 2 = {_gap(2):.4f}: the angle of two outputs typically halves with each "
        "layer. "
        f"For n = 3 it is ½(ψ(3/2) − ψ(1)) = 1 − ln 2 = {_gap(3):.4f}; for large n about 1/(2n)."
    ),
)

# -- Which hypothesis ----------------------------------------------------------------------------------------------

FAILS = (
    "the layers are not stationary",
    "the layers are stationary and not ergodic",
    "E log⁺‖A‖ is infinite",
    "none: the theorem applies",
)
ASK = "Does the law of (A₁, A₂, …) change when the first layer is taken away? Is there more than one kind of network?"

hypotheses = Exercise(
    "hypotheses",
    growing=Choice(
        "layers Aₖ = √k Gₖ with independent Gaussian Gₖ of one law",
        FAILS,
        FAILS[0],
        mistakes=[
            Mistake(FAILS[2], "For each layer the mean is finite. Do all layers have the same law?"),
            Mistake(FAILS[3], "Compare the laws of A₁ and A₁₀₀."),
        ],
        hints=[ASK],
    ),
    once=Choice(
        "one coin decides between layers that are all 2I and layers that are all ½I",
        FAILS,
        FAILS[1],
        mistakes=[
            Mistake(FAILS[0], "Given the coin, all layers are alike; taking one away changes nothing."),
            Mistake(FAILS[3], "Half of the networks grow and half shrink: is there one rate?"),
        ],
        hints=[ASK],
    ),
    zero=Choice(
        "independent layers that are 0 with probability 1/1000 and I otherwise",
        FAILS,
        FAILS[3],
        mistakes=[
            Mistake(FAILS[2], "log⁺ is 0 for a matrix of norm 0: only large norms count."),
            Mistake(FAILS[1], "Independent layers of one law are ergodic."),
        ],
        hints=["log⁺ is the greater of log and 0. May the rate be −∞?"],
    ),
    solution=(
        "√k Gₖ has a law that changes with k, and ln of the norm grows like (K/2) ln K. The single coin is "
        "stationary, not "
        "ergodic: the limit exists and is ln 2 or −ln 2. Layers that are sometimes 0 satisfy all hypotheses, since "
        "log⁺ "
        "ignores small norms: the rate is −∞, and almost every network is 0 in the end."
    ),
)
