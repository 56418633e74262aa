"""Exercises of the chapter *The loss threshold*."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.scaling import laws

# -- Half the gap --------------------------------------------------------------------------------------------------

HOFFMANN, KAPLAN = 0.34, 0.076  # exponents


def _growth(shrinks: float, alpha: float) -> float:
    """By which factor N_c grows when the gap shrinks to a share of itself."""
    size, before = (laws.critical_size(gap, 0, 1, alpha) for gap in (shrinks, 1))
    return float(size / before)


def _at(alpha: float) -> Number:
    """The growth for one exponent."""
    return Number(
        f"the factor for α = {alpha}",
        lambda: _growth(1 / 2, alpha),
        rel=0.01,
        mistakes=[
            Mistake(
                2**alpha, "You have taken the power α. Solve the equation for N_c: with which power does the gap enter?"
            ),
            Mistake(lambda: 1 / _growth(1 / 2, alpha), "A smaller gap needs a larger model: this is below one."),
            Mistake(math.exp(1 / alpha), "The gap is halved, not divided by e."),
        ],
        hints=["Put this α into your formula.", "Do the part `factor` first; then put in this α."],
        alternatives=[2 ** (1 / alpha), np.exp2(1 / alpha)],
    )


half_gap = Exercise(
    "half_gap",
    factor=Formula(
        "the factor by which N_c grows",
        "2**(1/alpha)",
        # Ends with few binary digits: SymPy multiplies out what a long exact fraction makes of an integer's power.
        {"alpha": (0.0625, 1)},
        mistakes=[
            Mistake(
                "2**alpha", "This is how the gap changes when N is divided by 2. The gap is given, and N is wanted."
            ),
            Mistake("2**(-1/alpha)", "The sign: a smaller gap needs a larger model."),
            Mistake("2/alpha", "α is in the exponent: the gap enters N_c by a power."),
            Mistake("exp(1/alpha)", "The gap is halved, not divided by e."),
        ],
        hints=[
            "Which power of the gap is N_c proportional to?",
            "Put g/2 in the place of g, and divide by the formula with g. N₀ cancels.",
        ],
        alternatives=["(1/2)^(-1/alpha)", "exp(log(2)/alpha)", "4**(0.5/alpha)"],
    ),
    first=_at(HOFFMANN),
    second=_at(KAPLAN),
    solution="N_c is proportional to g^(−1/α), so halving g multiplies it by 2^(1/α). Much depends on 1/α.",
)

# -- How exact is exact enough? ------------------------------------------------------------------------------------


def largest_error(factor: float, gap: float, alpha: float) -> float:
    """The error of η (nats) that makes N_c larger by a factor; downward the same error moves N_c by less."""
    largest = factor * laws.critical_size(gap, 0, 1, alpha)
    return float(gap - laws.power_law_loss(largest, 0, 1, alpha))


def _linear(factor: float, gap: float, alpha: float) -> float:
    return alpha * gap * math.log(factor)


def _downward(factor: float, gap: float, alpha: float) -> float:
    """The error of η that makes N_c smaller by a factor."""
    return float(laws.power_law_loss(laws.critical_size(gap, 0, 1, alpha) / factor, 0, 1, alpha) - gap)


CASE = (1.1, 0.4, 0.34)

exact_enough = Exercise(
    "exact_enough",
    error=Number(
        "the largest error of η for a factor of 1.1, in nats",
        lambda: largest_error(*CASE),
        rel=0.005,
        mistakes=[
            Mistake(lambda: _linear(*CASE), "This is the linear approximation; the exact one is a little smaller."),
            Mistake(
                lambda: _downward(*CASE),
                "This is for a gap that is larger than reported. What if it is smaller?",
            ),
            Mistake(lambda: largest_error(*CASE) / 0.4, "This is a share of the gap; the answer is in nats."),
        ],
        hints=[
            "If η is too high by δ, the gap is in truth g − δ. Then N_c is larger, by which factor?",
            "(g/(g − δ))^(1/α) ≤ 1.1 in one direction, ((g + δ)/g)^(1/α) ≤ 1.1 in the other. Take the smaller δ.",
        ],
        alternatives=["0.0128", 0.01276],
    ),
    linear=Number(
        "the same by the linear approximation, in nats",
        lambda: _linear(*CASE),
        rel=0.005,
        mistakes=[
            Mistake(lambda: 0.34 * 0.4 * math.log10(1.1), "The logarithm is the natural one."),
            Mistake(lambda: 0.34 * 0.4 * 0.1, "This takes ln 1.1 to be 0.1: one more approximation."),
            Mistake(lambda: largest_error(*CASE), "This is the exact one."),
        ],
        hints=["An error δ multiplies N_c by about e^(δ/(αg)).", "Set that equal to 1.1, and solve for δ."],
        alternatives=["0.013", "1.3e-2"],
    ),
    largest=Function(
        "the largest error of η in nats, exactly, for any factor above 1",
        largest_error,
        lambda rng: (float(rng.uniform(1.05, 5)), float(rng.uniform(0.05, 2)), float(rng.uniform(0.1, 1))),
        rel=1e-6,
        mistakes=[
            Mistake(_linear, "This is the linear approximation; near the wall it allows far too much."),
            Mistake(_downward, "This is one direction. In the other, N_c leaves the factor earlier: the gap shrinks."),
            Mistake(lambda factor, gap, alpha: gap * (1 - factor ** (-1 / alpha)), "Look at the power of `factor`."),
        ],
        hints=[
            "Solve (gap/(gap − δ))^(1/alpha) = factor for δ.",
            "Raise both sides to the power alpha first. For a large factor δ must stay below the gap.",
        ],
        alternatives=[
            lambda factor, gap, alpha: gap * (1 - factor**-alpha),
            lambda factor, gap, alpha: np.float64(min(gap - gap / factor**alpha, gap * (factor**alpha - 1))),
        ],
    ),
    solution=lambda: (
        f"Upward (g/(g − δ))^(1/α) ≤ f gives δ ≤ g (1 − f^(−α)); downward δ ≤ g (f^α − 1), which is more, "
        f"{_downward(*CASE):.4f} here. The upward side decides. The linear approximation is δ = α g ln f, between them."
    ),
)

# -- Close to the wall ---------------------------------------------------------------------------------------------

BESIROGLU = laws.chinchilla_constants("besiroglu")


def _nearer(share: float) -> float:
    """By which factor N_c grows when the distance to the wall, small already, shrinks to a share of itself."""
    wall = laws.minimal_data(2.2, BESIROGLU)
    before, size = (laws.frontier_size(2.2, wall * (1 + 1e-6 * near), BESIROGLU) for near in (1, share))
    return float(size / before)


def _exponent() -> float:
    return math.log(_nearer(1 / 2)) / math.log(1 / 2)


near_wall = Exercise(
    "near_wall",
    exponent=Formula(
        "the power of D − D_min",
        "-1/alpha",
        {"alpha": (0.125, 1), "beta": (0.125, 1)},
        mistakes=[
            Mistake("1/alpha", "The sign: towards the wall N_c grows without end."),
            Mistake("-beta/alpha", "β is in the coefficient only: near the wall B/D^β changes linearly with D."),
            Mistake("-alpha", "This is the power of N in the loss; solve for N_c."),
            Mistake("-1/beta", "The loss falls with D by the power β, but how does N_c depend on the gap?"),
            Mistake("-1/(alpha*beta)", "Expand the gap about D_min: which power of D − D_min does it begin with?"),
        ],
        hints=[
            "What becomes of the gap η − L_∞(D) as D falls to D_min? Expand it there.",
            "The gap vanishes linearly. With which power does N_c depend on the gap?",
        ],
        alternatives=["-1/alpha + 0*beta", "-alpha^-1", "-2/(2 alpha)"],
    ),
    value=Number(
        "this exponent, with the constants of Besiroglu et al.",
        _exponent,
        rel=0.005,
        mistakes=[
            Mistake(lambda: -_exponent(), "The sign: it is the power of D − D_min, not of its inverse."),
            Mistake(lambda: -BESIROGLU.alpha, "This is −α. The inverse is needed."),
            Mistake(lambda: -1 / BESIROGLU.beta, "You have taken β."),
            Mistake(lambda: -1 / laws.chinchilla_constants("hoffmann_tex").alpha, "This is the α of Hoffmann et al."),
        ],
        hints=['`laws.chinchilla_constants("besiroglu").alpha` has the constant.', "Put it into your formula."],
        alternatives=["-2.88", "−2.875"],
    ),
    factor=Number(
        "the factor by which N_c grows when the distance to the wall is halved, close to it",
        lambda: _nearer(1 / 2),
        rel=0.01,
        mistakes=[
            Mistake(lambda: 1 / _nearer(1 / 2), "Nearer to the wall the model must be larger, not smaller."),
            Mistake(lambda: -2 * _exponent(), "An exponent is a power, not a factor: half the distance to this power."),
            Mistake(lambda: 2**BESIROGLU.alpha, "You have taken the power α."),
        ],
        hints=["N_c goes with the power of D − D_min that you have found.", "Raise ½ to your exponent."],
        alternatives=["7.3", 7.34],
    ),
    solution=(
        "The gap at D is B D_min^(−β) − B D^(−β) ≈ β B D_min^(−β−1) (D − D_min): it vanishes linearly, so N_c grows "
        "like (D − D_min)^(−1/α)."
    ),
)

# -- One recipe, no evidence ---------------------------------------------------------------------------------------


def _along(compute: float, ratio: float, constants: laws.ChinchillaConstants) -> float:
    size = math.sqrt(compute / (6 * ratio))
    return float(laws.chinchilla_loss(size, ratio * size, constants))


def recipe_loss(compute: float, ratio: float) -> float:
    """Loss of a model trained with so much compute (operations) and so many tokens for each parameter."""
    return _along(compute, ratio, BESIROGLU)


def _recipes_of_the_table() -> tuple[float, float]:
    """Of the two models of nearly equal loss whose training data differ most, the ratios of data and of sizes."""
    table = laws.published_table()
    near = [[i, j] for i, j in combinations(range(len(table)), 2) if abs(table.loss[i] - table.loss[j]) <= 0.02]
    pair = max(near, key=lambda pair: np.ptp(np.log(table.tokens[pair])))
    data, size = (math.exp(np.ptp(np.log(column[pair]))) for column in (table.tokens, table.parameters))
    return data, size


RECIPES = (
    "that it has seventeen models, more than a curve has coefficients",
    "that its families follow different recipes, one of them with the same data for all sizes",
    "that its losses were measured, and not computed from size and data",
    "that it holds two models which are the only ones of their family",
)

one_recipe = Exercise(
    "one_recipe",
    loss=Function(
        "the loss along a recipe, in nats per token",
        recipe_loss,
        lambda rng: (float(10 ** rng.uniform(17, 26)), float(rng.uniform(2, 200))),
        cases=[(1e21, 20)],
        rel=1e-6,
        mistakes=[
            Mistake(
                lambda compute, ratio: _along(compute, ratio, laws.chinchilla_constants("hoffmann_tex")),
                "These are the constants of Hoffmann et al.; take those of Besiroglu et al.",
            ),
            Mistake(lambda compute, ratio: recipe_loss(6 * compute, ratio), "C is 6ND: where is your factor 6?"),
            Mistake(
                lambda compute, ratio: float(laws.chinchilla_loss(compute / (6 * ratio), compute / 6, BESIROGLU)),
                "C = 6 · ratio · N²: take the square root.",
            ),
            Mistake(
                lambda compute, ratio: recipe_loss(compute, 1 / ratio),
                "Is D = ratio · N in your function, or the other way round?",
            ),
            Mistake(
                lambda compute, ratio: recipe_loss(compute, 20),
                "Does your function look at `ratio`, or is it 20 for all?",
            ),
        ],
        hints=[
            "Find N from `compute` and `ratio`: C = 6ND, and D = ratio · N.",
            "Then `laws.chinchilla_loss(N, D, c)` with `c = laws.chinchilla_constants('besiroglu')`.",
        ],
        alternatives=[
            lambda compute, ratio: laws.chinchilla_loss(
                (compute / 6 / ratio) ** 0.5, (compute * ratio / 6) ** 0.5, BESIROGLU
            ),
            lambda compute, ratio: (
                BESIROGLU.E
                + BESIROGLU.A * (6 * ratio / compute) ** (BESIROGLU.alpha / 2)
                + BESIROGLU.B * (6 / (ratio * compute)) ** (BESIROGLU.beta / 2)
            ),
        ],
    ),
    feature=Choice(
        "what rescues the test in the published table",
        RECIPES,
        RECIPES[1],
        mistakes=[
            Mistake(RECIPES[0], "Seventeen models of one recipe would still lie on one curve, along every axis."),
            Mistake(
                RECIPES[2], "Measured losses of one recipe would still be a function of compute, but for their noise."
            ),
            Mistake(RECIPES[3], "One model more is one point more. What must differ between models of equal loss?"),
        ],
        hints=["Which two models would you compare to tell loss from size and data? Look for such a pair."],
    ),
    data=Number(
        "the ratio of the training data in the pair of nearly equal loss that differs most, larger over smaller",
        lambda: _recipes_of_the_table()[0],
        rel=0.02,
        mistakes=[
            Mistake(lambda: 1 / _recipes_of_the_table()[0], "Divide the larger by the smaller."),
            Mistake(lambda: _recipes_of_the_table()[1], "This is the ratio of their sizes."),
            Mistake(300 / 53, "Another pair of nearly equal loss differs more: compare smaller models too."),
        ],
        hints=[
            "`laws.published_table()` has `loss`, `tokens` and `parameters`: go through all pairs.",
            "Its losses lie near 2.2. One of the two is a Pythia model, which saw 300 billion tokens.",
        ],
        alternatives=["25", 300 / 11.8],
    ),
    solution=lambda: (
        "With D = rN, C = 6rN², so N = √(C/(6r)) and L is a function of C alone; performance is then one too. Pythia "
        "models all saw the same data, and Cerebras-GPT models twenty tokens per parameter, so that the table has "
        f"models of nearly equal loss whose data differ by up to a factor of {_recipes_of_the_table()[0]:.3g} and "
        "whose sizes differ as well."
    ),
)

# -- Straight through the curve ------------------------------------------------------------------------------------


def _t(degree: int, decided_by_loss: bool = False) -> float:
    """What log N adds to a polynomial in the loss, in the table or in one where the loss decides alone."""
    table = laws.published_table()
    if decided_by_loss:
        table = replace(table, accuracy=laws.fit_accuracy(table, "loss").fitted)
    return laws.added_regressor(table, "log N", degree).t


REASONS = (
    "size matters beyond the loss, and the parabola hides it",
    "log N stands in for the square of the loss, which a straight line lacks",
    "with seventeen models a t of this size is likely by chance",
)

straight_line = Exercise(
    "straight_line",
    t=Number(
        "t of log N beside a straight line in the loss",
        lambda: _t(1),
        rel=0.01,
        mistakes=[
            Mistake(lambda: _t(2), "This is beside the parabola: set `degree=1`."),
            Mistake(
                lambda: laws.added_regressor(laws.published_table(), "log N", 1).coefficient,
                "This is the coefficient; t is this over its standard error.",
            ),
            Mistake(
                lambda: laws.added_regressor(laws.published_table(), "log 6ND", 1).t, "This is log 6ND, not log N."
            ),
        ],
        hints=["`from emergence.scaling import laws`, and `table = laws.published_table()`.", "Its field is `t`."],
        alternatives=["2.41", np.float64(2.412)],
    ),
    made=Number(
        "the same t in the table that you made",
        lambda: _t(1, decided_by_loss=True),
        rel=0.02,
        mistakes=[
            Mistake(lambda: _t(1), "This is t in the published table: has the new one gone into the function?"),
            Mistake(
                lambda: (
                    laws.added_regressor(
                        replace(
                            laws.published_table(), accuracy=laws.fit_accuracy(laws.published_table(), "log N").fitted
                        ),
                        "log N",
                        1,
                    ).t
                ),
                "You have fitted a parabola in log N; the loss was to decide.",
            ),
        ],
        hints=[
            "The new table has all columns of the old one but for `accuracy`.",
            "`laws.added_regressor(made, 'log N', degree=1).t`, with the new table in the place of the old.",
        ],
        alternatives=["2.8", 2.835],
    ),
    why=Choice(
        "why log N seems to matter beside a straight line",
        REASONS,
        REASONS[1],
        mistakes=[
            Mistake(REASONS[0], "In the table that you made size does not matter, by construction. What is its t?"),
            Mistake(REASONS[2], "It is beyond the 5 % limit, and the table that you made has no chance in it at all."),
        ],
        hints=["In the table that you made you know what accuracy depends on. Which of these terms does a line lack?"],
    ),
    solution=lambda: (
        "The relation is curved. log N correlates with the square of the loss and stands in for it, even in a table "
        f"where the loss decides alone. With the square in the fit its t falls to {_t(2):.1f}. When a rival is "
        "significant, check the form of the fit first."
    ),
)

# -- The same threshold in other units -----------------------------------------------------------------------------

THRESHOLD, FIRST, SECOND = 2.2, 4.5, 3.6  # nats per token; bytes per token


def _mistaken(eta: float) -> float:
    """By which factor N_c would grow if the threshold came down to eta."""
    after, before = (laws.critical_size(threshold, 1.69, 1, 0.34) for threshold in (eta, THRESHOLD))
    return float(after / before)


other_units = Exercise(
    "other_units",
    bits=Number(
        "the threshold in bits per byte",
        THRESHOLD / (FIRST * math.log(2)),
        rel=0.005,
        mistakes=[
            Mistake(THRESHOLD / FIRST, "This is in nats per byte. How many bits are there in a nat?"),
            Mistake(THRESHOLD * math.log(2) / FIRST, "A nat is more than a bit: 1/ln 2 bits."),
            Mistake(THRESHOLD / math.log(2), "This is in bits per token."),
            Mistake(THRESHOLD / (SECOND * math.log(2)), "The threshold was found with the first tokenizer."),
        ],
        hints=["First per byte: a token of the first tokenizer has 4.5 bytes.", "A nat is 1/ln 2 bits."],
        alternatives=["0.705", "7.05e-1"],
    ),
    nats=Number(
        "the threshold in nats per token of the second tokenizer",
        THRESHOLD * SECOND / FIRST,
        rel=0.005,
        mistakes=[
            Mistake(THRESHOLD * FIRST / SECOND, "A shorter token holds fewer nats, not more."),
            Mistake(THRESHOLD, "The text has the same number of nats in all, but more tokens."),
            Mistake(THRESHOLD * SECOND / (FIRST * math.log(2)), "This is in bits per token."),
        ],
        hints=[
            "Equally good predictions: each byte of the text has the same number of nats.",
            "Nats per byte, times the bytes of a token of the second tokenizer.",
        ],
        alternatives=["1.76", 2.2 * 0.8],
    ),
    factor=Number(
        "the factor by which N_c seems to grow",
        lambda: _mistaken(THRESHOLD * SECOND / FIRST),
        rel=0.02,
        mistakes=[
            Mistake(lambda: 1 / _mistaken(THRESHOLD * SECOND / FIRST), "A lower threshold needs a larger model."),
            Mistake((FIRST / SECOND) ** (1 / 0.34), "You have left out the floor: what counts is the gap above 1.69."),
            Mistake(
                lambda: _mistaken(THRESHOLD * SECOND / FIRST) ** 0.34,
                "This is the ratio of the two gaps. Which power of the gap is N_c proportional to?",
            ),
        ],
        hints=["Find both gaps, η − L_∞.", "N_c is proportional to the gap to the power −1/α: divide the two."],
        alternatives=["340", 343],
    ),
    solution=(
        "2.2/4.5 nats per byte, over ln 2 for bits, times 3.6 for nats per token of the second. The quality of the "
        "predictions is the same and the number is lower; with a floor it would look like another threshold, far away."
    ),
)
