"""Numbers that the text and the solutions of the chapter on residual blocks state, recomputed."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import residual as exercises
from emergence.figures.residual import continuous, proximal, schedules, step, weaker
from emergence.figures.residual import rates as rates_figure
from emergence.operators import products, rates
from emergence.operators import residual as op

CHAPTER = "chapters/operators/residual.ipynb"
TEXT = text_of(CHAPTER)

CUBE, CUBE_SHRINKING = "x³, step ½, implicit", "x³, step 1/k, implicit"
HALF_IMPLICIT, HALF_EXPLICIT = "x/2, step 1/k, implicit", "x/2, step 1/k, explicit"
T = op.turning_operator(1, math.radians(60))
CORNER = op.residual_orbit("∂|x|", 2.1, np.full(20, 0.6), "implicit")


def exercise(name: str, part: str) -> float:
    return getattr(exercises, name).questions[part].reference


def least_quotient() -> float:
    """As the cell of the chapter has it."""
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(4, 4))
    weights *= 0.8 / np.linalg.norm(weights, 2)
    x, y = rng.uniform(-2, 2, (2, 100_000, 4))
    gap, change = x - y, x - y - np.tanh(x @ weights.T) + np.tanh(y @ weights.T)
    return float(((change * gap).sum(axis=1) / (gap**2).sum(axis=1)).min())


def over_law(name: str, depth: int) -> float:
    return float(rates.errors(name, depth)[-1] / rates.leading(name, np.array([depth]))[0])


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("for $h = 0.5$ by {}. The implicit block", abs(op.turning_factor(1j, 0.5, "explicit"))),
    Stated("initial state $m = {}$ and $L = {}$", T.real, abs(T)),
    Stated(
        "the best step is $h = {}$, with the factor {}, and from $h = {}$ on",
        op.best_explicit_step(T.real, 1),
        abs(op.turning_factor(T, 0.5, "explicit")),
        2 * op.best_explicit_step(T.real, 1),
    ),
    Stated("the coordinates are multiplied by {} and {}.", lambda: exercise("two_slopes", "cautious"), 1 - 4 / 16),
    Stated(
        "both are equal, at $h = {}$, with the factor {}",
        lambda: exercise("two_slopes", "best"),
        lambda: exercise("two_slopes", "least"),
    ),
    Stated(
        "$m(I - T) = {}$ and $\\operatorname{Lip}(T) = {}$. In the figure",
        op.monotonicity_constant(10 * np.eye(2)),
        products.lipschitz_constant(-9 * np.eye(2)),
    ),
    Stated("a block with $h = {}$ is guaranteed the factor 1/{}", 10, 1 / op.implicit_bound(0.5, 10)),
    Stated("From block {} on. Each block moves", np.flatnonzero(CORNER == 0)[0]),
    Stated("$2.1 - 3 \\cdot 0.6 = {}$ is below", CORNER[3]),
    Stated("It stops falling at {}.", lambda: np.abs(op.turning_orbit(1j, op.step_sizes(400, 1, 1), "implicit")[-1])),
    Stated("\\sqrt{\\pi/\\sinh\\pi} = {}$", op.turn_survives(1)),
    Stated("/(1 + 2t)^{3/2}$, which is {} at $t = 1$.", op.slowness("x³", 1.0, 1.0)),
    Stated("after {} blocks below $10^{-48}$", 1000),
    Stated(
        "still at {} and {}.",
        lambda: rates.errors(HALF_IMPLICIT, 1000)[-1],
        lambda: rates.errors(CUBE, 1000)[-1],
    ),
    Stated("the constants are {} and {}.", 1 / math.gamma(0.5), math.gamma(1.5)),
    Stated(
        "at 1,000 blocks the measured distance is {} of it, at 20,000 blocks {}.",
        lambda: over_law(CUBE_SHRINKING, 1000),
        lambda: over_law(CUBE_SHRINKING, 20_000),
    ),
    Stated("So $m(A)$ is at most the least of them, {}.", least_quotient),
    Stated("{} blocks; $10^6$ blocks", lambda: exercise("deep_enough", "exponential")),
    Stated("\\log_{10} k = {}$", lambda: exercise("deep_enough", "digits")),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("$\\sqrt{\\pi/\\sinh\\pi} = {}$ of their distance from it", op.turn_survives(1)),
    Stated("step {} divide it by {}. A stack of", 10, 1 / op.implicit_bound(0.5, 10)),
    Stated("residual blocks of $Ax = x$ with step ½ divide the distance by {} each", 1 / op.implicit_bound(1, 0.5)),
)


def test_the_turn_is_below_the_power_of_ten_of_the_text():
    assert 1e-49 < 1.25**-500 < 1e-48 and "$(5/4)^{-k/2}$" in TEXT


def test_residual_blocks_of_minus_nine_are_done_at_once():
    assert "$x - 0.1 \\cdot 10x = 0$" in TEXT and exercise("sure_steps", "one_block") == pytest.approx(0.1)


def test_the_figures_start_where_the_text_says():
    assert "A has m = 0.50 and L = 1.00" in step.figure.show().sentence
    assert "no explicit block contracts" in step.figure.show(angle=90).sentence
    assert "at the zero from block 4 on" in proximal.figure.show(operator="∂|x|").sentence
    assert "no next point after 0 blocks" in proximal.figure.show(operator="sign x with a gap", point=0.3).sentence
    assert "turns for ever" in schedules.figure.show().sentence
    assert "x³" in continuous.figure.show().sentence
    assert (
        "(power law)" in rates_figure.figure.show().sentence and "(exponential)" in rates_figure.figure.show().sentence
    )


@pytest.mark.parametrize(
    ("exponent", "words"), [(0.5, "tends to 0"), (0.55, "turns for ever"), (1.0, "turns for ever"), (1.05, "settles")]
)
def test_the_two_thresholds_of_the_table_are_those_of_the_figure(exponent, words):
    assert "converges and forgets" in TEXT and "does neither" in TEXT and "converges and remembers" in TEXT
    assert words in schedules.figure.show(exponent=exponent).sentence


@pytest.mark.parametrize("across", [-2.0, 0.95])
def test_left_of_the_identity_some_step_contracts_and_right_of_it_none(across):
    assert "contract" in weaker.figure.show(across=across).sentence
    assert "no step contracts" in weaker.figure.show(across=1.0).sentence


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def answer(name: str, part: str, **values: float) -> float:
    return float(sympy.sympify(getattr(exercises, name).questions[part].answer).subs(values))


def test_no_step_beats_the_best_one_of_the_two_slopes():
    factors = [np.abs(1 - h * np.array([1, 4])).max() for h in np.linspace(0, 1, 1001)]
    assert np.linspace(0, 1, 1001)[np.argmin(factors)] == pytest.approx(exercise("two_slopes", "best"))
    assert min(factors) == pytest.approx(exercise("two_slopes", "least"))


@pytest.mark.parametrize("h", [0.3, 1.0, 2.0])
def test_the_share_of_the_radius_is_the_product_of_the_blocks(h):
    k = np.arange(1, 10**6)
    assert np.prod((1 + h**2 / k**2) ** -0.5) == pytest.approx(
        exercises.radius.questions["left"].reference(h), rel=1e-5
    )


@pytest.mark.parametrize("x", [-1.5, 0.4, 1.0])
def test_many_blocks_of_the_cube_come_close_to_the_formula_of_the_exercise(x):
    assert op.continuous_depth("x³", x, 0.7, 4000) == pytest.approx(answer("cube", "flow", x=x, t=0.7), abs=1e-4)
    n = 4000
    error = n * abs(op.continuous_depth("x³", 1.0, 1.0, n) - 3**-0.5)
    assert error == pytest.approx(exercise("cube", "constant"), abs=1e-3)


def test_depths_of_the_exercise_are_the_first_and_the_exact_ones():
    k = int(exercise("deep_enough", "exponential"))
    assert 1.5**-k <= 1e-3 < 1.5 ** -(k - 1)
    assert exercise("deep_enough", "cube") ** -0.5 == pytest.approx(1e-3)
    assert (2 * exercise("deep_enough", "digits") * math.log(10)) ** -0.5 == pytest.approx(1e-3)


def test_the_rows_of_the_table_of_laws_are_rows_of_the_model():
    for name, m, law in [
        ("x, step ½, implicit", 1, rates.EXPONENTIAL), (HALF_IMPLICIT, 0.5, rates.POWER),
        ("J, step ½, implicit", 0, rates.EXPONENTIAL), ("(x, 0), step ½, implicit", 0, rates.EXPONENTIAL),
        ("∂|x|, step 1/64, implicit", 0, rates.FINITE), (CUBE, 0, rates.POWER),
    ]:  # fmt: skip
        assert (rates.ROWS[name].monotonicity, rates.ROWS[name].law) == (m, law)
    assert rates.errors("(1 − 1/2k) x", 50) == pytest.approx(rates.errors(HALF_EXPLICIT, 50))
