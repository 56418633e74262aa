"""Numbers that the text and the solutions of the chapter on nonexpansive blocks state, recomputed."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import nonexpansive as exercises
from emergence.figures.nonexpansive import averaging, norms, turning
from emergence.operators import products as op

CHAPTER = "chapters/operators/nonexpansive.ipynb"
TEXT = text_of(CHAPTER)

M_NORM = float(op.jordan_power_norm(0.5, 10, 1))
MIDPOINT = op.averaged_rotation_factor(1, 0.5)
NILPOTENT = np.array([[0, 2], [0, 0]])
FULL_TURNS = np.searchsorted(op.turning_projections(200_000, 1)[0], [2 * np.pi, 4 * np.pi])
CURVE = np.linspace(-1, 1, 1000) - np.tanh(1.5 * np.linspace(-1, 1, 1000) + 0.5 * 0.01)

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
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
    Stated("their product tends to {} and not to 0", op.turning_projections(100_000, 1)[1][-1]),
    Stated("The output's first full turn takes {} layers, and its second is complete after {}.", *FULL_TURNS),
    Stated("\\pi^2/6 = {}$", np.pi**2 / 6),
    Stated("the product of the $\\cos(1/k^2)$, {}.", op.turning_projections(10_000, 2)[1][-1]),
    Stated("at {} radian after {} steps", 1, exercises.averaged_steps(1)),
    Stated("the positive solution of $z = \\tanh(1.5z)$ is {}", op.injected_orbit(1, 1.5, 0, 400)[-1]),
    Stated("twice this height, {}.", exercises.slope.questions["jump"].reference),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("a matrix of norm {} can have powers that tend to zero", M_NORM),
)


def test_the_midpoints_of_the_question_are_one_move_away_in_the_figure():
    assert "{state}`with the weight 0.5 <nonexpansive.averaging?weight=0.5>`; it starts with the rotation alone" in TEXT
    assert "Rotation by 1.00 rad, averaged with weight λ = 1.00" in averaging.figure.show().sentence
    moved = averaging.figure.show(weight=0.5, depth=60).sentence
    assert "multiplies distances by 0.8776; after 60 steps the distance to the fixed points is 3.96×10⁻⁴" in moved


def test_the_squares_of_the_turns_bound_the_cosines():
    u = np.linspace(0, 1, 10_001)
    assert "For $0 \\le u \\le 1$ we have $e^{-u^2} \\le \\cos u \\le e^{-u^2/2}$" in TEXT
    assert np.all(np.exp(-(u**2)) <= np.cos(u)) and np.all(np.cos(u) <= np.exp(-(u**2) / 2) + 1e-15)


@pytest.mark.parametrize(
    ("exponent", "fate"), [(0.5, "goes to 0"), (0.55, "circles"), (1.0, "circles"), (1.05, "settles")]
)
def test_the_borders_of_the_proposition_are_those_of_the_figure(exponent, fate):
    assert "goes to 0 if $s \\le \\tfrac12$" in TEXT and "if $\\tfrac12 < s \\le 1$" in TEXT
    assert f"the output {fate}" in turning.figure.show(exponent=exponent).sentence


def test_projections_onto_two_parallel_lines_send_the_output_to_and_fro():
    assert "two projections onto parallel lines, in turn, send the output to and fro" in TEXT
    onto = [op.Affine(np.diag([1.0, 0.0]), np.array([0.0, height])) for height in (0, 1)]
    x, seen = np.array([0.3, 0.7]), []
    for k in range(40):
        x = onto[k % 2](x)
        seen.append(x[1])
    assert seen == [0, 1] * 20


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


def test_the_product_of_a_matrix_and_its_transpose_has_its_norm_as_spectral_radius():
    m = np.array([[0.5, 10], [0, 0.5]])
    assert "also the spectral radius of this product" in TEXT
    assert np.abs(np.linalg.eigvals(m.T @ m)).max() == pytest.approx(M_NORM**2)


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


def test_the_opening_figure_of_the_norms_shows_what_the_text_says():
    assert "10.02" in norms.figure.show().sentence


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def answer(exercise: str, part: str, **values: float) -> float:
    """The value of a formula that an exercise asks for."""
    formula = getattr(exercises, exercise).questions[part].answer
    return float(sympy.sympify(formula).subs(values))


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
