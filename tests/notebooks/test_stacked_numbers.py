"""Numbers that the text and the solutions of the chapter on stacked blocks state, recomputed."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import stacked as exercises
from emergence.figures.stacked import averaging, layer, memory, moving, norms, orders
from emergence.operators import products as op

CHAPTER = "chapters/operators/stacked.ipynb"
TEXT = text_of(CHAPTER)

M_NORM = float(op.jordan_power_norm(0.5, 10, 1))
SLOW = op.contraction_orbit(0.5, op.moving_fixed_points(2000, 2.0, 1.0), 1.0)
MIDPOINT = op.averaged_rotation_factor(1, 0.5)
WEIGHTS = np.array([[0.8, -0.4], [0.1, 0.5]])
NILPOTENT = np.array([[0, 2], [0, 0]])
NETWORKS = int(next(c for c in orders.figure.controls if c.name == "show").options[1].split()[0])
CURVE = np.linspace(-1, 1, 1000) - np.tanh(1.5 * np.linspace(-1, 1, 1000) + 0.5 * 0.01)
BACKWARD = sum(Fraction(-1, 2) ** k for k in range(40)) + Fraction(1, 2**40)

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("2^{-40}\\,|1 - \\tfrac23| = {}", abs(BACKWARD - Fraction(2, 3))),
    Stated("still ${}$ away from its limit after {} layers", SLOW[-1], len(SLOW) - 1),
    Stated("at $k = {}$ it is ${}$", len(SLOW) - 1, SLOW[-1]),
    Stated("here {} and {}.", op.lipschitz_constant(WEIGHTS), op.lower_lipschitz_constant(WEIGHTS)),
    Stated("Then show {} networks, {} in each order", NETWORKS, NETWORKS / 2),
    Stated("after {} steps at {} radian", 200, 1),
    Stated("\\cos(\\tfrac12)^{{}} = {}$", 200, MIDPOINT**200),
    Stated("$\\|M\\| = {}$", M_NORM),
    Stated("$\\|M^{{}}\\| = {}$", 20, op.jordan_power_norm(0.5, 10, 20)),
    Stated("What have {} such layers done?", 20),
    Stated("one off-diagonal entry {}. Its norm is {}, and yet", 10, M_NORM),
    Stated("every step multiplies the distance by {}, and after {} steps {} is left", MIDPOINT, 60, MIDPOINT**60),
    Stated("By about {}: they make", op.jordan_power_norm(0.5, 10, 20)),
    Stated("multiply to about ${:1}$", M_NORM**20),
    Stated("w = {}/(1 - \\tfrac14) = {}", 10, op.contracting_weight(0.5, 10)),
    Stated("\\|M\\|^2 = {}", M_NORM**2),
    Stated("as the matrix with norm {} shows", M_NORM),
    Stated("diag}(0, {})$ has $\\rho = {}$", *[np.linalg.eigvalsh(NILPOTENT.T @ NILPOTENT).max()] * 2),
    Stated("For $a > 1$ there are {} solutions near", np.count_nonzero(np.diff(np.sign(CURVE)))),
    Stated("stretches the second coordinate {}fold with every pair", op.lipschitz_constant(NILPOTENT) ** 2),
    Stated("returns the limit of $F_K x$ within {}.", exercises.vote.questions["limit"].abs),
    Stated("2\\ln 2 = x/2 + {}$", exercises.alternating_limit(0)),
    Stated("at {} radian after {} steps", 1, exercises.averaged_steps(1)),
    Stated("the positive solution of $z = \\tanh(1.5z)$ is {}", op.injected_orbit(1, 1.5, 0, 400)[-1]),
    Stated("twice this height, {}.", exercises.slope.questions["jump"].reference),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("a matrix of norm {} can have powers that tend to zero", M_NORM),
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


def test_the_midpoints_of_the_question_are_one_move_away_in_the_figure():
    assert "{state}`with the weight 0.5 <stacked.averaging?weight=0.5>`; it starts with the rotation alone" in TEXT
    assert "Rotation by 1.00 rad, averaged with weight λ = 1.00" in averaging.figure.show().sentence
    moved = averaging.figure.show(weight=0.5, depth=60).sentence
    assert "multiplies distances by 0.8776; after 60 steps the distance to the fixed points is 3.96×10⁻⁴" in moved


def test_the_cloud_of_the_figure_shrinks_to_half_its_size():
    assert "The cloud keeps half its size for every $s$" in TEXT
    for drift in (0.0, 1.0, 2.0):
        assert memory.remember(drift, 0.5, "similarities").spread[-1] == pytest.approx(0.5, abs=0.001)


def test_one_entry_of_the_twenty_layers_makes_their_norm():
    assert "the off-diagonal entry is $20 \\cdot 10 \\cdot 2^{-19}$, and the other entries are far smaller" in TEXT
    twenty = np.linalg.matrix_power([[0.5, 10], [0, 0.5]], 20)
    assert twenty[0, 1] == 20 * 10 * 2**-19 and np.delete(twenty.ravel(), 1).max() < twenty[0, 1] / 100


@pytest.mark.parametrize("a", [0.0, 0.5, 0.8])
def test_the_input_can_be_computed_from_the_limit(a):
    assert "so that $gx = \\operatorname{artanh} z - az$, and $z$ determines $x$" in TEXT
    x, g = np.linspace(-3, 3, 31), 0.5
    z = op.injected_orbit(x, a, g, 400)[-1]
    assert (np.arctanh(z) - a * z) / g == pytest.approx(x) and np.all(np.diff(z) > 0)


def test_the_output_is_twice_one_over_k_squared_from_the_fixed_point_of_the_moment():
    k = np.arange(500, 2001)
    assert "the output is about $2/k^2$ from the fixed point of the latest layer" in TEXT
    assert np.all(np.abs(SLOW[500:] - 2 / k - 2 / k**2) < 0.02 / k**2)


def test_the_product_of_a_matrix_and_its_transpose_has_its_norm_as_spectral_radius():
    m = np.array([[0.5, 10], [0, 0.5]])
    assert "also the spectral radius of this product" in TEXT
    assert np.abs(np.linalg.eigvals(m.T @ m)).max() == pytest.approx(M_NORM**2)


def test_the_slow_law_has_the_next_term_of_the_solution():
    k = np.arange(500, 2001)
    assert "x_k = 2/k + 2/k^2 + O(k^{-3})" in TEXT
    assert np.all(np.abs(SLOW[500:] - 2 / k - 2 / k**2) < 10 / k**3)


def test_fixed_points_run_off_like_the_root_of_the_depth_while_the_network_converges():
    depth = 100_000
    factors, centre = op.remembering_factors(0.5, depth), op.drifting_centre(depth, 1.5)
    fixed = centre[1:] + (factors / (1 - factors))[:, None] * np.diff(centre, axis=0)
    assert "with $s = 1.5$ and product ½, the fixed points of the layers run off like $\\sqrt{k}$" in TEXT
    shares = np.linalg.norm(fixed, axis=1)[[10_000, 50_000, -1]] / np.sqrt([10_001, 50_001, depth])
    assert shares == pytest.approx(np.full(3, 1 / math.log(2)), rel=1e-3)
    assert np.linalg.norm(centre[-1] - centre[-2]) < 1e-7


def test_lipschitz_constants_one_minus_a_harmonic_term_multiply_to_a_power_law():
    assert "With $\\operatorname{Lip}(T_k) = 1 - 1/(k+1)$ the bound is $1/(K+1)\\, d(x, p)$" in TEXT
    assert math.prod(1 - Fraction(1, k + 1) for k in range(1, 41)) == Fraction(1, 41)


def test_a_layer_that_is_monotone_has_one_equilibrium_and_its_stack_cycles():
    """With ReLU, W = -2 and Ux + b = 1: A = 3, so m = 3."""
    assert (
        "we have $m = 3$ and the solution $z = \\tfrac13$, but from $z_0 = 0$ the layers give $0, 1, 0, 1, \\dots$"
        in TEXT
    )

    def layer(z: np.ndarray | float) -> np.ndarray | float:
        return np.maximum(-2 * z + 1, 0)

    z = np.linspace(-2, 2, 12_001)
    assert z[np.isclose(layer(z), z)] == pytest.approx([1 / 3])
    plain, averaged = [0.0], 0.0
    for _ in range(40):
        plain.append(float(layer(plain[-1])))
        averaged = 0.7 * averaged + 0.3 * layer(averaged)
    assert plain[1:] == [1, 0] * 20
    assert averaged == pytest.approx(1 / 3)


def test_the_opening_figures_show_what_the_text_says():
    assert moving.figure.show().sentence.startswith("These are the layers x/2 + 1/k.")
    swing = moving.figure.show(pattern="alternating", exponent=0.0).sentence
    assert "x/2 ± 1" in swing and "cycle between 0.667 and −0.667" in swing
    assert "converges and remembers" in memory.figure.show().sentence
    assert "10.02" in norms.figure.show().sentence


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


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.9])
def test_an_averaged_step_of_the_reflection_has_the_factor_of_the_exercise(weight):
    height = op.averaged(op.reflection(0.0), weight) @ [0, 1]
    assert abs(height[1]) == pytest.approx(answer("weight", "factor", w=weight), abs=1e-15)


def test_layers_in_turn_double_the_norm():
    k = np.arange(1, 12)
    assert op.alternating_power_norm(0, 2, k) == pytest.approx([answer("nilpotent", "stretch", k=n) for n in k])


def test_the_factors_of_the_two_scalings_telescope():
    minus = np.cumprod([1 - 1 / (k + 1) for k in range(1, 41)])
    plus = np.cumprod([1 + 1 / (k + 1) for k in range(1, 41)])
    assert minus == pytest.approx([answer("sums", "minus", K=n) for n in range(1, 41)])
    assert plus == pytest.approx([answer("sums", "plus", K=n) for n in range(1, 41)])


@pytest.mark.parametrize(("a", "g", "x"), [(0.8, 0.5, 0.0), (0.3, 1.2, 0.7), (0.9, 0.4, -0.5)])
def test_the_slope_of_the_limit_is_that_of_the_exercise(a, g, x):
    below, z, above = op.equilibrium([x - 1e-5, x, x + 1e-5], a, g)
    assert (above - below) / 2e-5 == pytest.approx(answer("slope", "slope", z=z, a=a, g=g), rel=1e-5)
