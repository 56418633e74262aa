"""Residual blocks: the bounds on random operators, the theorems on their examples, and each hypothesis dropped."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.operators import products
from emergence.operators import residual as op

pytestmark = pytest.mark.filterwarnings("error")

matrices = arrays(float, (3, 3), elements=st.floats(-3, 3))
steps = st.floats(0.01, 5)
points = st.floats(-4, 4)
J = np.array([[0.0, -1.0], [1.0, 0.0]])
LINE = [name for name in op.OPERATORS if name != "J"]


# --- the number m(A) ------------------------------------------------------------------------------------------


@given(matrix=matrices, x=arrays(float, 3, elements=points))
def test_no_quotient_lies_below_the_monotonicity_constant(matrix, x):
    assert x @ matrix @ x >= op.monotonicity_constant(matrix) * (x @ x) - 1e-9


@given(matrix=matrices)
def test_the_monotonicity_constant_is_attained(matrix):
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    assert vectors[:, 0] @ matrix @ vectors[:, 0] == pytest.approx(values[0], abs=1e-9)
    assert op.monotonicity_constant(matrix) == pytest.approx(values[0], abs=1e-9)


@given(matrix=matrices, step=steps)
def test_an_explicit_step_obeys_its_bound(matrix, step):
    size = max(float(products.lipschitz_constant(matrix)), 1e-3)
    bound = op.explicit_bound(float(op.monotonicity_constant(matrix)), size * (1 + 1e-9), step)
    assert products.lipschitz_constant(np.eye(3) - step * matrix) <= bound + 1e-6


@given(matrix=matrices, shift=st.floats(0, 3), step=steps)
def test_a_resolvent_obeys_its_bound_for_every_step(matrix, shift, step):
    monotone = matrix + (shift - op.monotonicity_constant(matrix)) * np.eye(3)
    inverse = np.linalg.inv(np.eye(3) + step * monotone)
    assert products.lipschitz_constant(inverse) <= op.implicit_bound(shift, step) + 1e-9


@given(size=st.floats(0.1, 10), angle=st.floats(-3.1, 3.1), step=st.floats(0, 5))
def test_operators_that_turn_attain_the_explicit_bound(size, angle, step):
    a = op.turning_operator(size, angle)
    assert abs(op.turning_factor(a, step, "explicit")) == pytest.approx(op.explicit_bound(a.real, size, step), abs=1e-7)
    matrix = np.array([[a.real, -a.imag], [a.imag, a.real]])
    assert op.monotonicity_constant(matrix) == pytest.approx(a.real, abs=1e-9)
    if a.real >= 0:
        factor = abs(op.turning_factor(a, step, "implicit"))
        inverse = np.linalg.inv(np.eye(2) + step * matrix)
        assert factor == pytest.approx(products.lipschitz_constant(inverse))
        assert factor <= op.implicit_bound(a.real, step) + 1e-12


@given(share=st.floats(0.01, 1), size=st.floats(0.1, 10))
def test_the_best_step_is_m_over_l_squared_and_twice_it_is_the_last(share, size):
    m = share * size
    best = op.best_explicit_step(m, size)
    bound = op.explicit_bound(m, size, np.array([0.99, 1, 1.01]) * best)
    assert bound[1] <= min(bound[0], bound[2])
    assert bound[1] == pytest.approx(math.sqrt(1 - share**2), abs=1e-7)
    assert op.explicit_bound(m, size, 2 * best) == pytest.approx(1)
    assert op.explicit_bound(m, size, 1.99 * best) < 1 < op.explicit_bound(m, size, 2.01 * best)


# --- in which sense weaker ------------------------------------------------------------------------------------


@given(matrix=matrices)
def test_what_a_map_contracts_is_strong_monotonicity_of_its_difference_from_the_identity(matrix):
    """Lip(T) <= c implies m(I - T) >= 1 - c."""
    assert op.monotonicity_constant(np.eye(3) - matrix) >= 1 - products.lipschitz_constant(matrix) - 1e-9


@given(matrix=matrices, step=steps)
def test_a_step_that_contracts_shows_that_its_operator_is_strongly_monotone_and_lipschitz(matrix, step):
    c = float(products.lipschitz_constant(np.eye(3) - step * matrix))
    assert op.monotonicity_constant(matrix) >= (1 - c) / step - 1e-9 * (1 + 1 / step)
    assert products.lipschitz_constant(matrix) <= (1 + c) / step + 1e-9 * (1 + 1 / step)


@given(c=st.floats(0.05, 0.95), share=st.floats(0.02, 0.98))
def test_implicit_blocks_are_slower_below_one_over_c_and_faster_beyond(c, share):
    """What is guaranteed for A = I - T with Lip(T) = c; T x = c x attains it."""
    assert op.implicit_bound(1 - c, 1 / c) == pytest.approx(c)
    assert op.implicit_bound(1 - c, share / c) > c > op.implicit_bound(1 - c, 1 / (share * c))
    assert op.turning_factor(1 - c + 0j, share, "implicit").real == pytest.approx(op.implicit_bound(1 - c, share))


def test_strong_monotonicity_does_not_make_the_full_step_a_contraction():
    assert op.monotonicity_constant(10 * np.eye(2)) == 10
    assert products.lipschitz_constant(np.eye(2) - 10 * np.eye(2)) == pytest.approx(9)
    assert op.monotonicity_constant(J) == 0
    for h in (0.1, 1.0):
        assert products.lipschitz_constant(np.eye(2) - h * J) == pytest.approx(math.sqrt(1 + h**2))


@pytest.mark.parametrize("seed", range(5))
def test_a_layer_of_tanh_units_gives_a_strongly_monotone_operator(seed):
    """A = I - tanh(Wx + b), |W| = 0.8: no pair of points has a quotient below 0.2."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(4, 4))
    weights *= 0.8 / products.lipschitz_constant(weights)
    x, y = rng.normal(size=(2, 20_000, 4))
    gap = x - y
    change = gap - (np.tanh(x @ weights.T) - np.tanh(y @ weights.T))
    quotient = np.sum(change * gap, axis=1) / np.sum(gap * gap, axis=1)
    assert quotient.min() >= 0.2


# --- schedules and the turn -----------------------------------------------------------------------------------


def test_a_constant_explicit_step_of_the_turn_diverges_and_an_implicit_one_converges():
    orbit = {kind: np.abs(op.turning_orbit(1j, op.step_sizes(100, 0.5, 0), kind)) for kind in op.STEPS}
    assert orbit["explicit"] == pytest.approx(1.25 ** (np.arange(101) / 2))
    assert orbit["implicit"] == pytest.approx(1.25 ** (-np.arange(101) / 2))


def test_steps_of_one_over_k_leave_half_of_the_radius_and_turn_for_ever():
    k = 10**6
    orbit = op.turning_orbit(1j, op.step_sizes(k, 1, 1), "implicit")
    assert op.turn_survives(1) == pytest.approx(math.sqrt(math.pi / math.sinh(math.pi)))
    assert abs(orbit[-1]) == pytest.approx(op.turn_survives(1), rel=1e-6)
    assert op.turn_survives(1) == pytest.approx(0.52156, abs=5e-6)
    turned = np.arctan(1 / np.arange(1, k + 1)).cumsum()
    assert turned[[99, 9999, -1]] - np.log([1e2, 1e4, 1e6]) == pytest.approx(
        np.full(3, turned[-1] - math.log(k)), abs=0.01
    )
    assert np.ptp(orbit[k // 100 :].real) > 1


@given(size=st.floats(0.01, 3))
def test_what_survives_of_the_radius_is_eulers_product(size):
    k = np.arange(1, 20_001)
    product = np.prod((1 + size**2 / k**2) ** -0.5) * math.exp(-(size**2) / 2 / 20_000.5)
    assert op.turn_survives(size) == pytest.approx(product, rel=1e-6)
    assert op.turn_survives(300) > 0


@pytest.mark.parametrize(("exponent", "settles", "keeps"), [(0.4, True, False), (0.8, False, True), (1.5, True, True)])
def test_the_turn_has_two_thresholds_in_its_schedule(exponent, settles, keeps):
    """|z_k| tends to 0 exactly if the sum of squares is infinite, the angle settles if the sum of steps is finite."""
    orbit = op.turning_orbit(1j, op.step_sizes(10**6, 1, exponent), "implicit")
    assert (np.abs(orbit[10**4 :] - orbit[-1]).max() < 0.03) == settles
    assert (abs(orbit[-1]) > 0.1) == keeps


@pytest.mark.parametrize("kind", op.STEPS)
@pytest.mark.parametrize("m", [0.0, 0.5])
@pytest.mark.parametrize("exponent", [0, 0.4, 0.5, 0.9, 1.5])
def test_fates_are_what_many_blocks_show(kind, m, exponent):
    """From the first depth to the last the size falls or grows further, or it stays; the angle goes on, or it stays."""
    first, last = (100, 2000) if exponent == 0 else (1000, 10**5)
    orbit = op.turning_orbit(complex(m, 1), op.step_sizes(last, 0.5, exponent), kind)
    early, late = np.log(np.maximum(np.abs(orbit[[first, last]]), 1e-300))
    turned = np.arctan(0.5 / np.arange(first + 1.0, last + 1) ** exponent).sum()
    if orbit[first] == 0 or late < early - 0.5:
        fate = "tends to 0"
    elif late > early + 0.5:
        fate = "grows"
    else:
        fate = "turns for ever" if turned > 1 else "settles"
    assert op.turning_fate(complex(m, 1), 0.5, exponent, kind) == fate


def test_constant_explicit_steps_beyond_the_last_grow():
    assert op.turning_fate(0.5 + 1j, 0.79, 0, "explicit") == "tends to 0"
    assert op.turning_fate(0.5 + 1j, 0.8, 0, "explicit") == "turns for ever"
    assert op.turning_fate(0.5 + 1j, 0.81, 0, "explicit") == "grows"


def test_summable_explicit_steps_give_an_injective_limit():
    a, start = op.turning_operator(1, 1.2), np.array([1, 1 + 0.1j, -2])
    orbit = [op.turning_orbit(a, op.step_sizes(10**5, 0.5, 2), "explicit", z) for z in start]
    shares = [abs(z[-1]) / abs(z[0]) for z in orbit]
    assert shares == pytest.approx([shares[0]] * 3) and shares[0] > 0.3
    assert max(abs(z[-1] - z[10**4]) for z in orbit) < 2e-4


# --- operators on the line ------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", [*op.OPERATORS])
@given(x=points, y=points, step=steps)
def test_resolvents_solve_their_equation_and_are_nonexpansive(operator, x, y, step):
    image, other = op.resolvent(operator, [x, y], step)
    assert abs(image - other) <= op.implicit_bound(op.OPERATORS[operator].monotonicity, step) * abs(x - y) + 1e-12
    rule = op.OPERATORS[operator].value
    if rule is None:
        value = (x - image) / step  # in ∂|x| at the image
        assert abs(value) <= 1 + 1e-9 and (image == 0 or value * np.sign(image) == pytest.approx(1))
    else:
        assert image + step * rule(image) == pytest.approx(x, abs=1e-9)


@given(x=points, step=steps)
def test_the_resolvent_of_an_operator_that_is_not_maximal_is_missing_exactly_near_its_hole(x, step):
    found = op.punctured_sign_resolvent(x, step)
    if 0 < abs(x) <= step:
        assert found is None and op.resolvent("∂|x|", x, step) == 0
    else:
        assert found == op.resolvent("∂|x|", x, step)


def test_an_operator_without_a_zero_runs_off():
    assert op.residual_orbit("1", 0.0, np.ones(50), "implicit")[-1] == -50


@pytest.mark.parametrize("operator", ["x", "x³", "x |x|", "∂|x|", "J"])
@pytest.mark.parametrize("exponent", [0, 0.25, 0.5])
def test_proximal_points_tend_to_the_zero_when_squares_of_steps_have_an_infinite_sum(operator, exponent):
    """Distances to the zero never grow, nor do the speeds |x_k - x_(k-1)|/h_k, as the proof says."""
    h = op.step_sizes(30_000, 1.0, exponent)
    orbit = op.residual_orbit(operator, 0.9, h, "implicit")
    sizes, speeds = np.abs(orbit), np.abs(np.diff(orbit)) / h
    assert np.all(np.diff(sizes) <= 1e-12) and np.all(np.diff(speeds) <= 1e-9)
    assert sizes[-1] < 0.06


def test_the_sharp_corner_is_reached_after_finitely_many_blocks():
    orbit = op.residual_orbit("∂|x|", 1.0, np.full(70, 1 / 64), "implicit")
    assert np.all(orbit[:64] > 0) and np.all(orbit[64:] == 0)


def test_an_explicit_cubic_step_can_overshoot_without_end():
    orbit = op.residual_orbit("x³", 2.5, np.full(4, 0.5), "explicit")
    assert np.all(np.diff(np.abs(orbit)) > 0)


# --- continuous depth -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", [*op.OPERATORS])
@given(x=st.floats(-1.5, 1.5), time=st.floats(0.05, 3))
def test_many_blocks_approach_the_flow_with_the_exact_constant(operator, x, time):
    n = 400
    error = n * np.abs(op.continuous_depth(operator, x, time, n) - op.flow(operator, x, time))
    assert error == pytest.approx(op.slowness(operator, x, time), abs=0.05)


def test_constants_of_the_text():
    assert op.slowness("x³", 1.0, 1.0) == pytest.approx(0.75 * math.log(3) / 3**1.5) == pytest.approx(0.1586, abs=5e-5)
    assert op.slowness("J", 1.0, 1.0) == 0.5
    for operator in ("x³", "J"):
        errors = [
            n * abs(op.continuous_depth(operator, 1.0, 1.0, n) - op.flow(operator, 1.0, 1.0)) for n in (500, 1000)
        ]
        assert 2 * errors[1] - errors[0] == pytest.approx(op.slowness(operator, 1.0, 1.0), rel=1e-4)


@pytest.mark.parametrize("operator", [*op.OPERATORS])
@given(x=points, y=points, time=st.floats(0, 3), more=st.floats(0, 2))
def test_the_flow_contracts_as_m_says_and_composes(operator, x, y, time, more):
    rule = op.OPERATORS[operator]
    gap = abs(op.flow(operator, x, time) - op.flow(operator, y, time))
    assert gap <= math.exp(-rule.monotonicity * time) * abs(x - y) + 1e-12
    if math.isfinite(rule.lipschitz):
        assert gap >= math.exp(-rule.lipschitz * time) * abs(x - y) - 1e-12
    twice = op.flow(operator, op.flow(operator, x, time), more)
    assert twice == pytest.approx(op.flow(operator, x, time + more), abs=1e-9)


# --- bad input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: op.turning_operator(0, 1), "size = 0 is outside"),
        (lambda: op.turning_factor(1j, -1, "explicit"), "step = -1 is outside"),
        (lambda: op.turning_factor(-1 + 0j, 1, "implicit"), r"Re\(operator\) = -1 is outside"),
        (lambda: op.turning_factor(1j, 1, "sideways"), "kind = 'sideways' is not one of"),
        (lambda: op.explicit_bound(2, 1, 1), "monotonicity = 2 is outside"),
        (lambda: op.implicit_bound(-1, 1), "monotonicity = -1 is outside"),
        (lambda: op.best_explicit_step(0, 1), "monotonicity = 0 is outside"),
        (lambda: op.step_sizes(0, 1, 1), "depth = 0 must be"),
        (lambda: op.step_sizes(5, 1, -1), "exponent = -1 is outside"),
        (lambda: op.turning_fate(1 + 0j, 1, 1, "implicit"), "does not turn"),
        (lambda: op.turn_survives(0), "size = 0 is outside"),
        (lambda: op.resolvent("x²", 1, 1), "operator = 'x²' is not one of"),
        (lambda: op.resolvent("x", math.nan, 1), "points has the entry nan"),
        (lambda: op.residual_orbit("∂|x|", 1, [1], "explicit"), "more than one value"),
        (lambda: op.residual_orbit("x", 1, [1, 0], "implicit"), "steps = 0 is outside"),
        (lambda: op.punctured_sign_resolvent(1, 0), "step = 0 is outside"),
        (lambda: op.continuous_depth("x", 1, 1, 0), "blocks = 0 must be"),
        (lambda: op.flow("x", 1, -1), "time = -1 is outside"),
        (lambda: op.slowness("x", 1, 0), "time = 0 is outside"),
    ],
)
def test_bad_input_is_refused_by_name_value_and_range(call, words):
    with pytest.raises(ValueError, match=words):
        call()
