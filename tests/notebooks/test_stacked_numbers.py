"""Numbers that the text and the solutions of the chapter on stacked blocks state, recomputed."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import stacked as exercises
from emergence.figures.stacked import layer, memory, moving, orders
from emergence.operators import products as op

CHAPTER = "chapters/operators/stacked.ipynb"
TEXT = text_of(CHAPTER)

SLOW = op.contraction_orbit(0.5, op.moving_fixed_points(2000, 2.0, 1.0), 1.0)
WEIGHTS = np.array([[0.8, -0.4], [0.1, 0.5]])
NETWORKS = int(next(c for c in orders.figure.controls if c.name == "show").options[1].split()[0])
BACKWARD = sum(Fraction(-1, 2) ** k for k in range(40)) + Fraction(1, 2**40)

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("2^{-40}\\,|1 - \\tfrac23| = {}", abs(BACKWARD - Fraction(2, 3))),
    Stated("still ${}$ away from its limit after {} layers", SLOW[-1], len(SLOW) - 1),
    Stated("at $k = {}$ it is ${}$", len(SLOW) - 1, SLOW[-1]),
    Stated("here {} and {}.", op.lipschitz_constant(WEIGHTS), op.lower_lipschitz_constant(WEIGHTS)),
    Stated("Then show {} networks, {} in each order", NETWORKS, NETWORKS / 2),
    Stated("drawn at random from {} contractions of the plane", len(op.CORNERS)),
    Stated("the input $x_0 = {}$, against the depth $k$ from 1 to {}.", moving._INPUTS[-1], moving._DEPTH),
    Stated("As $W$ is invertible, all {} $D$ occur", len(exercises.SWITCHED_ON)),
    Stated("returns the limit of $F_K x$ within {}.", exercises.vote.questions["limit"].abs),
    Stated("2\\ln 2 = x/2 + {}$", exercises.alternating_limit(0)),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("the distance to the limit is about $2/k$, after {} blocks {}", len(SLOW) - 1, SLOW[-1]),
)


def test_the_layer_of_the_text_is_that_of_the_figure():
    factors = np.geomspace(*op.dense_layer_constants(WEIGHTS, "none"), 2)
    assert "factors from {:.3f} to {:.3f}".format(*factors) in layer.figure.show(activation="none").sentence
    assert "ℓ = 0 and Lip = 0.909" in layer.figure.show().sentence


def test_the_layers_of_the_question_about_orders_go_half_of_the_way_to_their_corners():
    defaults = {control.name: control.value for control in orders.figure.controls}
    assert "Each takes every point halfway towards a corner of a triangle" in TEXT
    maps, x = op.corner_maps(defaults["ratio"], defaults["angle"]), np.array([0.3, -0.7])
    assert maps(x) == pytest.approx((x + op.CORNERS) / 2)


def test_the_cloud_of_the_figure_shrinks_to_half_its_size():
    assert "The cloud keeps half its size for every $s$" in TEXT
    for drift in (0.0, 1.0, 2.0):
        assert memory.remember(drift, 0.5, "similarities").spread[-1] == pytest.approx(0.5, abs=0.001)


def test_the_output_is_twice_one_over_k_squared_from_the_fixed_point_of_the_moment():
    k = np.arange(500, 2001)
    assert "the output is about $2/k^2$ from the fixed point of the latest layer" in TEXT
    assert np.all(np.abs(SLOW[500:] - 2 / k - 2 / k**2) < 0.02 / k**2)


def test_the_slow_law_has_the_next_term_of_the_solution():
    k = np.arange(500, 2001)
    assert "x_k = 2/k + 2/k^2 + O(k^{-3})" in TEXT
    assert np.all(np.abs(SLOW[500:] - 2 / k - 2 / k**2) < 10 / k**3)


def test_fixed_points_run_off_like_the_root_of_the_depth_while_the_network_converges():
    depth = 100_000
    factors, centre = op.remembering_factors(0.5, depth), op.drifting_centre(depth, 1.5)
    fixed = centre[1:] + (factors / (1 - factors))[:, None] * np.diff(centre, axis=0)
    assert "with $s = 1.5$ and product ½, $1 - \\ell_k$ falls like $1/k^2$" in TEXT
    assert (1 - factors[-1]) * depth**2 == pytest.approx(math.log(2), rel=1e-4)
    assert "and the fixed points of the layers run off like $\\sqrt{k}$" in TEXT
    shares = np.linalg.norm(fixed, axis=1)[[10_000, 50_000, -1]] / np.sqrt([10_001, 50_001, depth])
    assert shares == pytest.approx(np.full(3, 1 / math.log(2)), rel=1e-3)
    assert np.linalg.norm(centre[-1] - centre[-2]) < 1e-7


def test_lipschitz_constants_one_minus_a_harmonic_term_multiply_to_a_power_law():
    assert "With $\\operatorname{Lip}(T_k) = 1 - 1/(k+1)$ the bound is $1/(K+1)\\, d(x, p)$" in TEXT
    assert math.prod(1 - Fraction(1, k + 1) for k in range(1, 41)) == Fraction(1, 41)


def test_the_opening_figures_show_what_the_text_says():
    assert moving.figure.show().sentence.startswith("These are the layers x/2 + 1/k.")
    swing = moving.figure.show(pattern="alternating", exponent=0.0).sentence
    assert "x/2 ± 1" in swing and "cycle between 0.667 and −0.667" in swing
    assert "converges and remembers" in memory.figure.show().sentence


@pytest.mark.parametrize("drift", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("product", [0.0, 0.5])
def test_the_four_corners_of_the_figure_are_those_of_the_table(drift, product):
    verdict = memory.figure.show(drift=drift, product=product).sentence
    words = {
        (True, True): "converges and remembers", (True, False): "converges and forgets",
        (False, True): "remembers but wanders", (False, False): "wanders and forgets",
    }  # fmt: skip
    assert words[drift > 1, product > 0] in verdict


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def answer(exercise: str, part: str, **values: float) -> float:
    """The value of a formula that an exercise asks for."""
    formula = getattr(exercises, exercise).questions[part].answer
    return float(sympy.sympify(formula).subs(values))


def test_no_pair_of_inputs_leaves_the_constants_of_the_residual_layer_and_some_attain_them():
    rng = np.random.default_rng(2)
    for _ in range(5):
        (W,) = exercises.residual.questions[""].inputs(rng)
        x = rng.normal(size=(100_000, 2)) * 10
        step = rng.normal(size=x.shape) * 10.0 ** rng.uniform(-3, 1, (len(x), 1))
        before, after = x + op.dense_layer(x, W, [1, -1], "ReLU"), x + step
        after = after + op.dense_layer(after, W, [1, -1], "ReLU") - before
        factors = np.linalg.norm(after, axis=1) / np.linalg.norm(step, axis=1)
        low, high = exercises.residual_constants(W)
        assert low - 1e-9 < factors.min() < low + 1e-3 and high - 1e-3 < factors.max() < high + 1e-9


@pytest.mark.parametrize("c", [0.2, 0.5, 0.8])
def test_the_term_after_the_first_has_the_coefficient_of_the_exercise(c):
    k = np.arange(1, 20_001)
    orbit = op.contraction_orbit(c, 1 / ((1 - c) * k), 1.0)[-1]
    assert k[-1] ** 2 * (orbit - 1 / ((1 - c) * k[-1])) == pytest.approx(
        answer("power_law", "coefficient", c=c), rel=0.01
    )
    assert answer("power_law", "next", k=10) == pytest.approx(answer("power_law", "coefficient", c=0.5) / 10**2)


def test_lower_constants_of_squeeze_and_undo_multiply_to_the_formula_of_the_exercise():
    layers = op.remembering_layers(2 * 30, 2.0, 1.0, "squeeze and undo").matrix
    lower = np.cumprod(op.lower_lipschitz_constant(layers))[1::2]
    assert lower == pytest.approx([answer("squeeze", "lower", n=n) for n in range(1, 31)])


def test_a_layer_moves_a_point_as_far_as_the_exercise_says_and_no_further():
    x, p = np.meshgrid(np.linspace(-3, 3, 61), np.linspace(-3, 3, 61))
    assert np.abs(p + 0.9 * (x - p) - x).max() == pytest.approx(answer("vote", "move", M=3, l=0.9))


def test_the_layers_of_the_exercise_converge_to_the_limit_of_its_solution():
    for x in (-2.0, 0.0, 1.5):
        assert exercises.alternating_limit(x) == pytest.approx(x / 2 + 1.5 - 2 * math.log(2), abs=2e-4)
