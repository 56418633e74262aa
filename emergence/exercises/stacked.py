"""Exercises of the chapter *Stacked blocks*."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.operators import products as op

# -- A layer that merges nothing -----------------------------------------------------------------------------------

SWITCHED_ON = ((0, 0), (0, 1), (1, 0), (1, 1))  # of two ReLU units; if W is invertible, inputs show all four


def _constants(W: ArrayLike, patterns: tuple[tuple[int, int], ...]) -> list[float]:
    """Least and greatest factor of the matrices that x + max(0, Wx + b) is, with these patterns of units."""
    pieces = np.eye(2) + np.array(patterns)[:, :, None] * W
    return [float(op.lower_lipschitz_constant(pieces).min()), float(op.lipschitz_constant(pieces).max())]


def residual_constants(W: ArrayLike) -> list[float]:
    """Lower Lipschitz constant and Lip of x + max(0, Wx + b). W: invertible, shape (2, 2), of norm below 1."""
    return _constants(W, SWITCHED_ON)


def _bounds(W: ArrayLike) -> list[float]:
    norm = float(op.lipschitz_constant(W))
    return [1 - norm, 1 + norm]


def _weights(rng: np.random.Generator) -> tuple[np.ndarray]:
    W = rng.normal(size=(2, 2))
    return (W * rng.uniform(0.2, 0.95) / op.lipschitz_constant(W),)


residual = Exercise(
    "residual",
    Function(
        "[ℓ(T), Lip(T)] for the matrix W",
        residual_constants,
        _weights,
        cases=[(np.diag([-0.5, -0.5]),), (np.diag([0.5, 0.25]),), (np.array([[0.5, -0.5], [0.25, 0.5]]),)],
        rel=1e-6,
        mistakes=[
            Mistake(_bounds, "These are the two bounds. Does any pair of inputs attain them? Try W = −I/2."),
            Mistake(
                lambda W: _constants(W, ((1, 1),)),
                "This holds where both units are on. T is another matrix where they are off.",
            ),
            Mistake(
                lambda W: _constants(W, ((0, 0), (1, 1))),
                "Both units can be on, and both off. Which two cases are missing?",
            ),
            Mistake(lambda W: residual_constants(W)[::-1], "The order: first the lower constant, then the upper."),
        ],
        hints=[
            "Near most inputs each unit is either on or off. How many cases are there, and which matrix is T in each?",
            "Where only the first unit is on, T acts like I plus the first row of W. List all four matrices.",
            "A matrix changes distances by factors between its singular values, `np.linalg.svd(A, compute_uv=False)`.",
        ],
        alternatives=[
            lambda W: np.array(residual_constants(W)),
            lambda W: (
                min(np.linalg.norm(np.linalg.inv(np.eye(2) + np.diag(d) @ W), 2) ** -1 for d in SWITCHED_ON),
                max(np.linalg.norm(np.eye(2) + np.diag(d) @ W, 2) for d in SWITCHED_ON),
            ),
        ],
    ),
    solution=lambda: (
        "The bounds are the triangle inequality. Where the units of a pattern D (a diagonal matrix of zeros and ones) "
        "are on, T acts like I + DW. ℓ(T) is the least and Lip(T) the greatest singular value of these four matrices. "
        "For W = −I/2 they are {:g} and {:g}, and the bounds {:g} and {:g}: only one of them is attained.".format(
            *residual_constants(-np.eye(2) / 2), *_bounds(-np.eye(2) / 2)
        )
    ),
)

# -- The backward limit --------------------------------------------------------------------------------------------


def _alternating_outputs(depth: int, x: float, *, backward: bool = True) -> float:
    """The output at x of `depth` layers x/2 + (-1)^(k+1)."""
    layers = op.Affine(np.full((depth, 1, 1), 0.5), op.moving_fixed_points(depth, 1, 0, "alternating")[:, None])
    products = (op.backward_products if backward else op.forward_products)(layers)
    return float(products.matrix[-1, 0, 0] * x + products.offset[-1, 0])


def _backward_limit() -> float:
    return _alternating_outputs(60, 0)  # the rest is below the precision of a double


def _left_after(depth: int, x: float) -> float:
    return abs(_alternating_outputs(depth, x) - _backward_limit())


two_thirds = Exercise(
    "two_thirds",
    limit=Number(
        "the backward limit",
        _backward_limit,
        abs=1e-6,
        mistakes=[
            Mistake(lambda: _alternating_outputs(60, 0, backward=False), "This is an output of the forward order."),
            Mistake(2, "The offsets alternate: 1, −1, 1, … Their signs stay in the sum."),
            Mistake(
                lambda: _backward_limit() / 2, "The first layer acts last, and nothing halves its offset any more."
            ),
            Mistake(0.6667, "Nearly. It is a fraction; give it exactly."),
        ],
        hints=[
            "Write out B₂x = T₁(T₂x) and B₃x. What does one more layer add?",
            "The constant part of B_K x is a geometric sum. What is its first term, and what the ratio?",
        ],
        alternatives=["2/3", 1 / (1 + 0.5)],
    ),
    distance=Number(
        "the distance of the backward output of x = 1 after 40 layers from the limit",
        lambda: _left_after(40, 1),
        rel=0.02,
        mistakes=[
            Mistake(2.0**-40, "This is the share of the input alone. The series is not complete either."),
            Mistake(lambda: _left_after(40, 0), "This is for x = 0. What does the input x = 1 add?"),
            Mistake(lambda: _left_after(39, 1), "This is for 39 layers; there the two parts add up."),
            Mistake(lambda: 2.0**-40 * 5 / 3, "After an even number of layers the two parts have opposite signs."),
            Mistake(lambda: _left_after(41, 1), "This is for 41 layers."),
        ],
        hints=[
            "Two things are left over: the rest of the series, and the share of the input.",
            "The rest of a geometric series is its next term times 1/(1 − ratio). What is the sign of that term?",
            "The share of the input is x/2^K. Add both with their signs.",
        ],
        alternatives=["3.03e-13", "3.03×10⁻¹³", 2.0**-40 / 3],
    ),
    solution=(
        "B_K x = 1 − 1/2 + 1/4 − … + (−1/2)^(K−1) + x/2^K. The series is 1/(1 + 1/2). Its rest after K terms is "
        "2/3 (−1/2)^K; with the share of x = 1 the error after 40 layers is 2^(−40) |1 − 2/3|."
    ),
)

# -- Two over k ----------------------------------------------------------------------------------------------------

power_law = Exercise(
    "power_law",
    next=Formula(
        "the next term of x_k after 2/k, a number times a power of k",
        "2/k**2",
        {"k": range(2, 60)},
        mistakes=[
            Mistake("1/k**2", "This is the offset of the layer that carries the rest. What is its fixed point?"),
            Mistake("-2/k**2", "The sign: the output lags behind fixed points that fall."),
            Mistake("2/(k*(k - 1))", "It has the right leading term; write only that."),
            Mistake(
                "4/k**2",
                "This is twice too much. What is the offset of the layer that carries the rest, and its fixed point?",
            ),
            Mistake("2/k", "This is the first term. Subtract it from x_k, and look at what is left."),
            Mistake("2", "This is its coefficient; give the whole term."),
        ],
        hints=[
            "Let r_k = x_k − 2/k. What does the layer do to r?",
            "r_k is a stack of halving layers too. Find its offset, and put it over a common denominator.",
            "Its fixed points move slowly, so r_k follows them. Where are they?",
        ],
        alternatives=["2k^-2", "(2/k)^2/2", "2/(k*k)\n"],
    ),
    coefficient=Formula(
        "the coefficient of 1/k² with c in the place of ½",
        "c/(1 - c)**2",
        {"c": (0.05, 0.95)},
        mistakes=[
            Mistake("1/(1 - c)", "This is the coefficient of 1/k."),
            Mistake("1/(1 - c)**2", "The part c x_{k−1} brings one more factor c. For c = 0, x_k is exactly 1/k."),
            Mistake("c/(1 - c)", "This is the offset of the rest; its fixed point is further away."),
            Mistake("-c/(1 - c)**2", "The sign: the output lags behind fixed points that fall."),
            Mistake("4*c", "It fits at c = ½. Do the steps again with c."),
            Mistake("2", "This is for c = ½."),
        ],
        hints=[
            "First find a so that k x_k → a: put x_k ≈ x_{k−1} ≈ a/k into the layer.",
            "Put r_k = x_k − a/k. The offset of its layer is a c times the step from 1/k to 1/(k − 1).",
            "The fixed point of c r + b is b/(1 − c).",
        ],
        alternatives=["c/(c - 1)^2", "c/(1 - 2c + c^2)", "1/(1-c)**2 - 1/(1-c)"],
    ),
    solution=(
        "With r_k = x_k − a/k and a = 1/(1 − c), r_k = c r_{k−1} + ac/(k(k − 1)). Its fixed points are "
        "ac/((1 − c) k(k − 1)), and by Theorem 2 r_k follows them up to O(1/k³)."
    ),
)

# -- Sufficient, not necessary -------------------------------------------------------------------------------------


@cache
def _undone() -> np.ndarray:
    """The matrix of 400 layers of 'squeeze and undo', which is that of their limit."""
    layers = op.remembering_layers(400, drift=2.0, product=1.0, linear="squeeze and undo")
    return op.forward_products(layers).matrix[-1]


squeeze = Exercise(
    "squeeze",
    lower=Formula(
        "the product of the lower constants of the first 2n layers",
        "1/(n + 1)**2",
        {"n": range(1, 40)},
        mistakes=[
            Mistake("1/(n + 1)", "Each pair has two layers, and both squeeze."),
            Mistake("1/n**2", "Off by one: try n = 1."),
            Mistake("(n/(n + 1))**2", "This is the last pair alone. Multiply over all pairs; what cancels?"),
            Mistake("1", "This is the product of the matrices' determinants. A lower constant is a least factor."),
            Mistake("1/(2*n + 1)", "There are 2n layers, but their constants come in equal pairs."),
        ],
        hints=[
            "What is the smallest singular value of diag(s, 1/s) with s > 1, and what that of its inverse?",
            "Write 1/(1 + 1/j) as one fraction, and multiply a few of them.",
        ],
        alternatives=["(n+1)^-2", "(1/(1 + n))**2", "1/(n^2 + 2n + 1)"],
    ),
    limit=Function(
        "the limit of F_K x, where x is an array of two numbers",
        lambda x: _undone() @ x,
        lambda rng: (rng.normal(size=2),),
        cases=[(np.array([1.0, 0.0]),), (np.array([0.0, 1.0]),)],
        mistakes=[
            Mistake(
                lambda x: 0 * x, "The product of the lower constants is a lower bound: it does not force outputs to 0."
            ),
            Mistake(
                lambda x: x * np.array([1, 0]),
                "What the first layer of a pair squeezes, what does the second do with it?",
            ),
        ],
        hints=[
            "Multiply the two matrices of one pair.",
            "After an odd number of layers one squeeze is not yet undone. How strong is it for large n?",
        ],
        alternatives=[lambda x: list(x), lambda x: (x[0], 1.0 * x[1]), lambda x: np.eye(2) @ x],
    ),
    why=Choice(
        "where the lower bound gives too much away",
        (
            "the layers stop squeezing, and the bound goes on",
            "the direction that one layer shrinks most is the one that the next stretches most",
            "the limit merges some inputs, and the bound sees them",
        ),
        "the direction that one layer shrinks most is the one that the next stretches most",
        mistakes=[
            Mistake(
                "the layers stop squeezing, and the bound goes on",
                "The constants j/(j + 1) tend to 1, but their product tends to 0: it counts what each layer does.",
            ),
            Mistake(
                "the limit merges some inputs, and the bound sees them",
                "Compute the limit. Which inputs does it merge?",
            ),
        ],
        hints=["For which pair of inputs does a layer attain its lower constant? Follow it through the next layer."],
    ),
    solution=(
        "Both layers of a pair have the lower constant j/(j + 1), so the product telescopes, squared. But every pair "
        "of layers is the identity, and the odd products diag(1 + 1/n, 1/(1 + 1/n)) tend to it. The bound multiplies "
        "worst cases, and the worst direction of a layer is the best one of the next."
    ),
)

# -- Fixed points lose their vote ----------------------------------------------------------------------------------


@cache
def _example(depth: int = 10_000) -> tuple[float, float]:
    """Slope and offset of F_K for l_k = 1 - 1/(k+1)^2 and fixed points that alternate between 1 and -1."""
    slope, offset = 1.0, 0.0
    for k, p in enumerate(op.moving_fixed_points(depth, 1, 0, "alternating"), start=1):
        factor = 1 - 1 / (k + 1) ** 2
        slope, offset = factor * slope, float(p + factor * (offset - p))
    return slope, offset


def alternating_limit(x: float) -> float:
    """The limit at x of the layers of the example, to 0.0002."""
    slope, offset = _example()
    return slope * x + offset


vote = Exercise(
    "vote",
    move=Formula(
        "how far a layer with ℓₖ = l can move x, at most, if |x| ≤ M and |pₖ| ≤ M",
        "2*M*(1 - l)",
        {"M": (0.1, 10), "l": (0.05, 0.99)},
        mistakes=[
            Mistake("M*(1 - l)", "x and pₖ can lie on opposite sides of 0."),
            Mistake("2*M", "This is how far x and pₖ are apart, at most. The layer goes only part of the way."),
            Mistake("2*M*l", "This is how far from pₖ the output can still be. How far has it come?"),
            Mistake("(1 - l)", "This is the part of the way. How long is the way?"),
        ],
        hints=[
            "T_k x − x is a multiple of pₖ − x. Of which?",
            "How far apart can two numbers between −M and M be?",
        ],
        alternatives=["2M(1 - l)", "2*M - 2*M*l", "(M + M)*(1 - l)"],
    ),
    limit=Function(
        "the limit of F_K x in the example, where x is a number",
        alternating_limit,
        lambda rng: (float(rng.uniform(-2, 2)),),
        cases=[(0.0,), (1.0,)],
        rel=0,
        abs=1e-3,
        mistakes=[
            Mistake(lambda x: x / 2, "This is what is left of the input. Where do the fixed points pull the rest?"),
            Mistake(
                lambda x: x / 2 - alternating_limit(0.0),
                "The sign: the first fixed point is +1, that of even layers −1.",
            ),
            Mistake(
                lambda x: alternating_limit(-1.0),
                "Every x has the same limit. Does your k begin with 0? That layer would have the factor 0.",
            ),
            Mistake(lambda x: alternating_limit(0.0), "This is for x = 0. The product of the factors is not 0."),
        ],
        hints=[
            "Let a loop apply the layers, with k from 1. When do three digits settle?",
            "What is left of x is the product of the factors, whose partial products a cell above computes.",
            "Five thousand layers are enough; then it makes no difference whether their number is even.",
        ],
        alternatives=[
            lambda x: x / 2 + 3 / 2 - 2 * np.log(2),
            lambda x: np.array(alternating_limit(float(x))),
        ],
    ),
    why=Choice(
        "why this is no contradiction to Theorem 2",
        (
            "Theorem 2 needs fixed points that converge",
            "Theorem 2 needs layers that all contract by one common factor",
            "these layers are no contractions",
        ),
        "Theorem 2 needs layers that all contract by one common factor",
        mistakes=[
            Mistake(
                "Theorem 2 needs fixed points that converge",
                "It does not: “if and only if” speaks of those that do not converge, too.",
            ),
            Mistake(
                "these layers are no contractions",
                "With ℓₖ < 1 each of them contracts. What does the theorem ask of all of them together?",
            ),
        ],
        hints=["Write down the hypotheses of Theorem 2. What does Σ(1 − ℓₖ) < ∞ say about ℓₖ for large k?"],
    ),
    solution=lambda: (
        "A layer goes the part 1 − ℓₖ of the way to pₖ, which is at most 2M long, so the moves have a finite sum. In "
        f"the example F_K x tends to x/2 + 3/2 − 2 ln 2 = x/2 + {1.5 - 2 * math.log(2):.4f}. Theorem 2 needs "
        "ℓₖ ≤ c < 1: a layer that hardly moves anything has a fixed point that hardly counts."
    ),
)
