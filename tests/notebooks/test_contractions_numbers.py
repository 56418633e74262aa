"""Numbers that the text and the solutions of the chapter on contractions state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import sympy
from stated import Stated, numbers_of, text_of

from emergence.exercises import contractions as exercises
from emergence.figures.contractions import attention, cobweb, dropped, ellipse, flow, samples
from emergence.limits import contractions as con
from emergence.operators import products as op

CHAPTER = "chapters/limits/contractions.ipynb"
TEXT = text_of(CHAPTER)

COSINE = con.orbit(math.cos, 0.0, 200)
(FIXED,) = con.unit_fixed_points(0.9, 0.5)
ORBIT = con.orbit(lambda x: 0.5 + 0.9 * math.tanh(x), -4.0, 40)
CYCLE = con.orbit(lambda x: -1.5 * math.tanh(x), -4.0, 400)[-2:]
M = np.array([[0.5, 10], [0, 0.5]])
SPIRAL = 0.8 * ellipse.SHAPES["spiral"]
TURN = np.array([[-0.5, 2], [-2, -0.5]])
SHEAR = np.array([[-0.5, 4], [0, -0.5]])


def norm_of_lyapunov(matrix: np.ndarray, factor: float = 1.0) -> float:
    return con.norm_in_basis(matrix, con.basis_of(con.discrete_lyapunov(matrix, factor)))


@cache
def seen(size: int) -> float:
    """What the cell prints for layers of this size; the seed is that of the cell."""
    rng, means = np.random.default_rng(7), {}
    for units in (2, 8, 32):
        best = []
        for _ in range(40):
            W, b = con.weights_of_norm_one(units, rng), 0.5 * rng.normal(size=units)
            x, y = rng.normal(size=(2, 1000, units))
            best.append(con.distance_factors(lambda u, W=W, b=b: np.maximum(0, u @ W.T + b), x, y).max())
        means[units] = float(np.mean(best))
    return means[size]


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("After {} presses the display shows {}, and", 50, COSINE[-1]),
    Stated("Let $a = {}$ and $b = {}$. The fixed point is $x^* = {}$", 0.9, 0.5, FIXED),
    Stated("where the slope of $T$ is {},", con.unit_slope(FIXED, 0.9)),
    Stated("leaves {} of the distance. The orbit", (ORBIT[2] - FIXED) / (ORBIT[1] - FIXED)),
    Stated("After {} steps ${}$ is left", 12, abs(ORBIT[12] - FIXED)),
    Stated("the factor 0.9 alone guarantees only {}.", 0.9**12 * abs(ORBIT[0] - FIXED)),
    Stated("in a cycle between {} and {}.", CYCLE.max(), CYCLE.min()),
    Stated("slopes between {:>} and 0. So", con.unit_slope(0.7, -1.5)),
    Stated("every start lead to {} all the same", COSINE[-1]),
    Stated("\\sin 1 = {}$", exercises.COSINE_LIP),
    Stated("holds from $k = {}$ on. In fact {} steps", exercises.guaranteed_steps(), exercises.needed_steps()),
    Stated("the slope at the fixed point is only {}. Whatever", -math.sin(COSINE[-1])),
    Stated("can be {} times as long as the last step", 0.99 / 0.01),
    Stated("from 0 it comes to {}, and", lambda: con.orbit_in_the_set("one c for all pairs", 0.0, 10**6)[-1]),
    Stated("10^6} = {}$:", math.sqrt(2e6)),
    Stated("About {} for two units, and about {} for 32", lambda: seen(2), lambda: seen(32)),
    Stated("At $R = 10$ the slope is {}, and the", con.attention_slope(10)),
    Stated("these are {}, {} and {}. Yet", *(con.operator_norm(M, norm) for norm in con.NORMS)),
    Stated("multiplies its length by {}, which", con.norm_in_basis(SPIRAL, [[1, 0.7], [0, 0.6]])),
    Stated("Lyapunov's norm has {}; it is", norm_of_lyapunov(SPIRAL)),
    Stated("with the norm {} Lyapunov's norm has {}, hardly", con.operator_norm(M), norm_of_lyapunov(M)),
    Stated("has a constant below {} {claim}", 0.6),
    Stated("$s = \\ln 100/\\ln 2 = {}$", math.log2(100)),
    Stated("so that $\\|A\\| = {}$ in the 2-norm", con.operator_norm(TURN)),
    Stated("the turning matrix has $\\mu(A) = {}$", con.logarithmic_norm(TURN, "∞")),
    Stated("here for $h < {}$: small", 2 * 0.5 / (0.5**2 + 2**2)),
    Stated(
        "the norm of the flow first rises to {}.",
        con.operator_norm(con.plane_flow(SHEAR, np.linspace(0, 6, 601))).max(),
    ),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("is {} with two units, {} with eight and {} with 32", lambda: seen(2), lambda: seen(8), lambda: seen(32)),
    Stated("A matrix of norm {} has powers that tend to zero. In", con.operator_norm(M)),
)


def test_fifty_presses_are_enough_from_any_start():
    for start in np.linspace(-1000, 1000, 201):
        assert con.orbit(math.cos, start, 50)[-1] == pytest.approx(COSINE[-1], abs=1e-7)


def test_the_figures_show_what_the_text_says():
    shown = cobweb.figure.show().sentence
    assert "after 12 steps the point is 4.6×10⁻⁶ from the fixed point 1.268, where the slope is 0.24" in shown
    assert "Banach's theorem allows 1.5" in shown
    assert "the orbit is at 76.50" in dropped.figure.show().sentence
    assert "tip at (0.70, 0.60): a contraction" in ellipse.figure.show(tip_x=0.7, tip_y=0.6).sentence
    assert "‖A‖ = 2.06, μ(A) = −0.50" in flow.figure.show().sentence
    assert "peaks at 2.99" in flow.figure.show(shape="shear", coupling=4.0).sentence
    assert "the 3,000 random pairs of the figure find a factor of at most 5.0" in TEXT
    assert "of 3000 random pairs is 5.04" in attention.figure.show(radius=10.0, pairs=3000.0, seed=1).sentence
    assert "ReLU layer of 2 units" in samples.figure.show(seed=1).sentence
    assert "far pairs see 0.135 of the constant" in TEXT and "contractions.samples?units=tanh&size=32&spread=10" in TEXT
    saturated = samples.figure.show(seed=1, units="tanh", size=32, spread=10.0).sentence
    assert "pairs of random inputs the largest factor is 0.135" in saturated


def test_close_pairs_find_more_and_saturated_units_hide_the_constant():
    assert "Close pairs mostly find more" in TEXT and "Large inputs saturate tanh units" in TEXT
    for seed in range(1, 6):
        relu = samples.start("ReLU", 16, 1.0, np.random.default_rng(seed))
        small = samples.start("tanh", 16, 0.1, np.random.default_rng(seed))
        large = samples.start("tanh", 16, 10.0, np.random.default_rng(seed))
        assert relu.near.mean() > relu.far.mean() and relu.near.max() > relu.far.max()
        assert large.far.max() < 0.5 * small.far.max()


def test_a_map_with_the_constant_one_and_a_half_converges_from_every_start():
    assert "from every start: three steps lead into $[0.7, 1.31]$, which $T$ maps into itself" in TEXT

    def image(low: float, high: float) -> tuple[float, float]:  # of an interval, as T falls
        return 2 - 1.5 * math.tanh(high), 2 - 1.5 * math.tanh(low)

    low, high = image(*image(*image(-math.inf, math.inf)))
    assert 0.7 <= low <= high <= 1.31
    low, high = image(0.7, 1.31)
    assert 0.7 <= low <= high <= 1.31
    assert -1 < con.unit_slope(0.7, -1.5) < con.unit_slope(1.31, -1.5) < 0  # and rises in between


def test_the_same_unit_without_offset_converges_from_zero_only():
    assert "For $b = 0$ every orbit but that of 0 ends in a cycle" in TEXT
    assert "one converges from every start, the other only from 0" in TEXT
    for start in (-9.0, -1e-3, 0.5, 1.0, 40.0):
        ends = con.orbit(lambda x: -1.5 * math.tanh(x), start, 400)[-2:]
        assert np.sort(ends) == pytest.approx([CYCLE.min(), CYCLE.max()])


def test_flat_ellipses_bring_the_shear_as_close_to_its_spectral_radius_as_you_like():
    assert "For the shear no norm reaches $\\rho(M)$, since the powers" in TEXT
    assert "but flat ellipses come as close as you like" in TEXT
    shear = 0.8 * ellipse.SHAPES["shear"]
    constants = [con.norm_in_basis(shear, [[1, 0.3], [0, v]]) for v in (1, 0.1, 0.01, 0.001)]
    assert np.all(np.diff(constants) < 0) and 0.8 < constants[-1] < 0.802


def test_lyapunovs_equation_for_the_matrix_over_six_tenths_gives_a_constant_below():
    assert 0.59 < norm_of_lyapunov(M, 0.6) < 0.6


@pytest.mark.parametrize("h", [0.05, 0.2, 0.234, 0.236, 0.5, 3.0])
def test_the_turning_block_contracts_for_small_steps_only(h):
    assert (con.growth_quotient(TURN, h) < 0) == (h < 2 * 0.5 / (0.5**2 + 2**2))


def test_two_tokens_have_no_constant_either_and_many_stay_below_the_bound():
    for radius in (1.0, 10.0, 100.0):
        assert con.attention_jacobian([0.0, radius])[0, 0] == pytest.approx(0.5 + radius**2 / 4)
        assert con.attention_slope(radius, 50) < con.attention_bound(radius)


# -- the answers of the exercises, computed in another way --------------------------------------------------------


def answer(exercise: str, part: str, **values: float) -> float:
    """The value of a formula that an exercise asks for."""
    formula = getattr(exercises, exercise).questions[part].answer
    return float(sympy.sympify(formula).subs(values))


@pytest.mark.parametrize("c", [0.1, 0.5, 0.9])
def test_the_bound_of_the_last_step_is_attained(c):
    orbit = con.orbit(lambda x: c * x, 1.0, 5)
    assert answer("stop", "", c=c, s=orbit[4] - orbit[5]) == pytest.approx(orbit[5])


@pytest.mark.parametrize("m", [1, 2, 7])
def test_the_slope_of_more_tokens_is_that_of_the_model(m):
    assert answer("tokens", "slope", m=m, R=2.5) == pytest.approx(con.attention_slope(2.5, m))
    assert answer("tokens", "many", R=2.5) == pytest.approx(con.attention_slope(2.5, 10**6), rel=1e-5)


@pytest.mark.parametrize("b", [0.0, 1.0, 2.0, 10.0])
def test_the_logarithmic_norms_of_the_shear_are_those_of_the_model(b):
    matrix = np.array([[-1, b], [0, -1]])
    assert answer("sign", "two", b=b) == pytest.approx(con.logarithmic_norm(matrix, "2"))
    assert answer("sign", "sup", b=b) == pytest.approx(con.logarithmic_norm(matrix, "∞"))
    assert con.operator_norm(con.plane_flow(matrix, 40.0))[0] < 1e-12


def test_a_weight_above_five_makes_the_shear_decay_from_the_start():
    assert "and $\\mu_2 < 0$ for $w > 5$" in TEXT
    for weight in (4.9, 5.1):
        assert (con.logarithmic_norm([[-1, 10 / weight], [0, -1]]) < 0) == (weight > 5)


def test_the_maps_of_the_exercise_are_what_the_solution_says():
    x = np.linspace(1, 2, 1001)
    newton = x / 2 + 1 / x
    assert newton.min() >= 1 and newton.max() <= 2
    slopes = 0.5 - 1 / x**2
    assert slopes.min() == -0.5 and slopes.max() == 0.25
    assert op.lipschitz_constant([[1 / 3]]) < 1 < 1 / 3 + 1
