"""Repeated maps and their constants: Banach's theorem and its counterexamples, norms, attention, logarithmic norms."""

import math

import numpy as np
import pytest
import scipy.linalg
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.limits import contractions as con
from emergence.operators import products as op

pytestmark = pytest.mark.filterwarnings("error")

entries = st.floats(-2, 2)
matrices = arrays(float, (2, 2), elements=entries)
norms = st.sampled_from(con.NORMS)
offsets, starts = st.floats(-2, 2), st.floats(-5, 5)


# --- one unit -----------------------------------------------------------------------------------------------


@given(slope=st.floats(-0.98, 0.98), offset=offsets, start=starts)
def test_a_contraction_stays_within_banachs_bound(slope, offset, start):
    """d(x_k, x*) <= |a|^k d(x_0, x*), and d(x_k, x*) <= |a|^k/(1 - |a|) d(x_1, x_0)."""
    (fixed,) = con.unit_fixed_points(slope, offset)
    orbit = con.orbit(lambda x: float(con.unit(x, slope, offset)), start, 60)
    k = np.arange(61.0)
    error = np.abs(orbit - fixed)
    assert np.all(error <= abs(slope) ** k * error[0] + 1e-9)
    assert np.all(error <= abs(slope) ** k / (1 - abs(slope)) * abs(orbit[1] - orbit[0]) + 1e-9)


@given(slope=st.floats(-3, 3), offset=offsets)
def test_fixed_points_are_fixed_and_none_is_missing(slope, offset):
    fixed = con.unit_fixed_points(slope, offset)
    assert 1 <= len(fixed) <= 3 and np.all(np.diff(fixed) > 0)
    assert con.unit(fixed, slope, offset) == pytest.approx(fixed, abs=1e-9)
    x = np.linspace(-6, 6, 1201)
    residual = x - con.unit(x, slope, offset)
    for low, high in zip(
        x[:-1][residual[:-1] * residual[1:] < 0], x[1:][residual[:-1] * residual[1:] < 0], strict=True
    ):
        assert np.any((fixed > low - 1e-9) & (fixed < high + 1e-9))


@pytest.mark.parametrize("slope", [1.0, 1.0 + 2.0**-52, 1.0 + 1e-12, 1.0 + 1e-6])
def test_no_fixed_point_is_invented_where_the_line_just_touches_the_curve(slope):
    fixed = con.unit_fixed_points(slope, 0.0)
    assert con.unit(fixed, slope, 0.0) == pytest.approx(fixed, abs=1e-9)
    assert np.abs(fixed).max() < 0.01


def test_the_fixed_point_can_attract_although_the_map_is_no_contraction():
    """b = 2, a = -1.5: every start of the figure ends at the one fixed point, where the slope is -0.71."""
    (fixed,) = con.unit_fixed_points(-1.5, 2.0)
    assert con.unit_slope(fixed, -1.5) == pytest.approx(-0.71, abs=0.005)
    for start in np.linspace(-5, 5, 101):
        assert con.orbit(lambda x: 2 - 1.5 * math.tanh(x), start, 200)[-1] == pytest.approx(fixed, abs=1e-9)


def test_a_steep_unit_has_three_fixed_points_or_a_cycle():
    assert len(con.unit_fixed_points(2.5, 0.3)) == 3
    assert len(con.unit_fixed_points(2.5, 2.0)) == 1
    tail = con.orbit(lambda x: -2 * math.tanh(x), 1.0, 400)[-4:]
    assert tail[0] == pytest.approx(tail[2]) and tail[1] == pytest.approx(-tail[0]) and abs(tail[0]) > 1


def test_the_error_falls_by_the_slope_at_the_fixed_point_in_the_end():
    (fixed,) = con.unit_fixed_points(0.9, 0.5)
    error = np.abs(con.orbit(lambda x: 0.5 + 0.9 * math.tanh(x), -4, 18) - fixed)
    assert error[-1] / error[-2] == pytest.approx(con.unit_slope(fixed, 0.9), rel=1e-6)


@given(c=st.floats(0.05, 0.95), first=st.floats(0.01, 10), distance=st.floats(1e-9, 1))
def test_the_number_of_steps_is_the_least_that_the_bound_allows(c, first, distance):
    k = con.steps_until(c, first, distance)
    assert c**k / (1 - c) * first <= distance * (1 + 1e-9)
    assert k == 0 or c ** (k - 1) / (1 - c) * first > distance * (1 - 1e-9)


# --- one hypothesis taken away ------------------------------------------------------------------------------


@given(x=st.floats(0, 50), y=st.floats(0, 50))
def test_the_creeping_map_brings_any_two_points_closer_and_fixes_none(x, y):
    rule = con.EXAMPLES["one c for all pairs"].rule
    assume(abs(x - y) > 1e-6)
    assert abs(rule(x) - rule(y)) < abs(x - y)
    assert rule(x) > x


def test_no_factor_below_one_serves_all_pairs_of_the_creeping_map():
    rule = con.EXAMPLES["one c for all pairs"].rule
    factors = [(rule(x + 1) - rule(x)) for x in (1.0, 10.0, 100.0, 1000.0)]
    assert np.all(np.diff(factors) > 0) and factors[-1] > 1 - 1e-6


def test_the_creeping_orbit_grows_like_the_root_of_twice_the_steps():
    assert con.orbit_in_the_set("one c for all pairs", 0.0, 10**6)[-1] == pytest.approx(1413.2, abs=0.05)
    assert math.sqrt(2 * 10**6) == pytest.approx(1414.2, abs=0.05)


@given(start=st.floats(0.05, 1))
def test_each_example_fails_as_it_should(start):
    assert con.orbit_in_the_set("nothing", start, 60)[-1] == pytest.approx(2)
    assert np.all(con.orbit_in_the_set("completeness", start, 60) > 0)
    left = con.orbit_in_the_set("the self-map", start, 60)
    assert left[-1] > 1 and np.all(left[:-1] <= 1)
    assert len(left) <= 3


# --- samples, attention -------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", op.ACTIVATIONS)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 12), spread=st.floats(0.1, 10))
def test_no_sample_exceeds_the_lipschitz_constant_of_a_layer(units, seed, size, spread):
    rng = np.random.default_rng(seed)
    weights = con.weights_of_norm_one(size, rng)
    x, y = spread * rng.normal(size=(2, 50, size))
    factors = con.distance_factors(lambda u: op.dense_layer(u, weights, rng.normal(size=size) * 0, units), x, y)
    assert factors.max() <= 1 + 1e-9


def test_a_sample_sees_less_of_the_constant_the_more_units_the_layer_has():
    """Largest factor of 1,000 pairs, mean of 40 layers of ReLU units with Lip = 1: two units, eight, thirty-two."""
    rng = np.random.default_rng(7)
    means, errors = [], []
    for size in (2, 8, 32):
        best = []
        for _ in range(40):
            weights, bias = con.weights_of_norm_one(size, rng), 0.5 * rng.normal(size=size)
            x, y = rng.normal(size=(2, 1000, size))
            best.append(con.distance_factors(lambda u, w=weights, b=bias: op.dense_layer(u, w, b, "ReLU"), x, y).max())
        means.append(np.mean(best))
        errors.append(np.std(best, ddof=1) / math.sqrt(len(best)))
    falls, noise = -np.diff(means), np.hypot(errors[:-1], errors[1:])
    assert np.all(falls > 5 * noise), (means, errors)
    assert means == pytest.approx([0.973, 0.714, 0.502], abs=0.002)


@given(matrix=matrices, direction=arrays(float, 2, elements=entries))
def test_power_iteration_never_falls_and_never_exceeds_the_norm(matrix, direction):
    assume(np.linalg.norm(matrix @ direction) > 1e-3 and np.linalg.norm(direction) > 1e-3)
    factors = con.growing_factors(matrix, direction, 20)
    assert np.all(np.diff(factors) > -1e-9) and factors[-1] <= con.operator_norm(matrix) + 1e-9


@given(tokens=arrays(float, 4, elements=st.floats(-3, 3)))
def test_the_jacobian_of_attention_is_its_derivative(tokens):
    step = 1e-6
    columns = [(con.attention(tokens + d) - con.attention(tokens - d)) / (2 * step) for d in step * np.eye(4)]
    assert con.attention_jacobian(tokens) == pytest.approx(np.transpose(columns), abs=1e-5)


@pytest.mark.parametrize("radius", [0.0, 1.0, 10.0, 1e3])
@pytest.mark.parametrize("pairs", [1, 3])
def test_the_slope_of_attention_at_the_tokens_of_the_text(radius, pairs):
    tokens = np.concatenate([[0], np.full(pairs, radius), np.full(pairs, -radius)])
    row = con.attention_jacobian(tokens)[0]
    assert row[0] == pytest.approx(con.attention_slope(radius, pairs))
    assert row[1:] == pytest.approx(np.full(2 * pairs, 1 / (2 * pairs + 1)))
    assert con.attention_slope(radius) == pytest.approx(1 / 3 + 2 * radius**2 / 3)


@given(radius=st.floats(0, 30), shape=arrays(float, (2, 6), elements=st.floats(-1, 1)), count=st.integers(1, 6))
def test_attention_on_an_interval_never_exceeds_its_bound(radius, shape, count):
    x, y = radius * shape[:, :count]
    rows = np.abs(con.attention_jacobian(x)).sum(axis=1)
    assert rows.max() <= con.attention_bound(radius) * (1 + 1e-9)
    change = np.abs(con.attention(x) - con.attention(y)).max()
    assert change <= con.attention_bound(radius) * np.abs(x - y).max() + 1e-9
    assert np.linalg.norm(con.attention_jacobian(x), 2) <= math.sqrt(count) * con.attention_bound(radius) * (1 + 1e-9)


# --- norms --------------------------------------------------------------------------------------------------


@given(matrix=matrices, norm=norms, point=arrays(float, 2, elements=entries))
def test_a_norm_of_a_matrix_bounds_what_it_does_to_lengths(matrix, norm, point):
    order = {"1": 1, "2": 2, "∞": np.inf}[norm]
    assert (
        np.linalg.norm(matrix @ point, order) <= con.operator_norm(matrix, norm) * np.linalg.norm(point, order) + 1e-9
    )
    assert con.spectral_radius(matrix) <= con.operator_norm(matrix, norm) + 1e-6


@given(matrix=matrices, factor=st.floats(0.3, 4))
def test_lyapunovs_equation_gives_a_norm_in_which_the_matrix_contracts_by_less_than_the_factor(matrix, factor):
    assume(con.spectral_radius(matrix) < 0.95 * factor)
    form = con.discrete_lyapunov(matrix, factor)
    assert form - (matrix / factor).T @ form @ (matrix / factor) == pytest.approx(np.eye(2), abs=1e-6 * form.max())
    assert np.linalg.eigvalsh(form)[0] >= 1 - 1e-6
    constant = con.norm_in_basis(matrix, con.basis_of(form))
    exact = factor * math.sqrt(1 - 1 / np.linalg.eigvalsh(form)[-1])
    assert constant == pytest.approx(exact, rel=1e-5, abs=1e-6) and constant < factor


def test_the_form_agrees_with_scipy_and_with_its_series():
    matrix = np.array([[0.5, 10], [0, 0.5]])
    form = con.discrete_lyapunov(matrix)
    assert form == pytest.approx(scipy.linalg.solve_discrete_lyapunov(matrix.T, np.eye(2)))
    powers = [np.linalg.matrix_power(matrix, k) for k in range(200)]
    assert form == pytest.approx(sum(m.T @ m for m in powers))


@given(matrix=matrices, basis=matrices)
def test_no_norm_has_a_constant_below_the_spectral_radius(matrix, basis):
    assume(abs(np.linalg.det(basis)) > 0.1)
    assert con.norm_in_basis(matrix, basis) >= con.spectral_radius(matrix) - 1e-6


@given(power=st.floats(0.1, 9), x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_halving_has_any_constant_in_some_complete_metric(power, x, y):
    """d(x, y) = |φ(x) - φ(y)| with φ(x) = sign(x) |x|^s: x/2 multiplies each distance by 2^-s."""

    def warped(z):
        return math.copysign(abs(z) ** power, z)

    assert abs(warped(x / 2) - warped(y / 2)) == pytest.approx(2**-power * abs(warped(x) - warped(y)), abs=1e-9)


# --- logarithmic norms --------------------------------------------------------------------------------------


@given(matrix=matrices, norm=norms)
def test_the_logarithmic_norm_is_the_limit_of_the_quotient(matrix, norm):
    mu = con.logarithmic_norm(matrix, norm)
    quotients = con.growth_quotient(matrix, np.array([1e-5, 1e-3, 0.1, 1.0, 10.0]), norm)
    assert quotients[0] == pytest.approx(mu, abs=1e-3)
    assert np.all(np.diff(quotients) > -1e-6)
    assert quotients[-1] <= con.operator_norm(matrix, norm) + 1e-9
    assert con.spectral_abscissa(matrix) <= mu + 1e-6
    assert abs(mu) <= con.operator_norm(matrix, norm) + 1e-9


@given(matrix=matrices, norm=norms, time=st.floats(0, 3))
def test_the_flow_lies_between_its_two_logarithmic_norms(matrix, norm, time):
    (flow,) = con.plane_flow(matrix, time)
    assert flow == pytest.approx(scipy.linalg.expm(time * matrix), rel=1e-6, abs=1e-6)
    assert con.operator_norm(flow, norm) <= math.exp(time * con.logarithmic_norm(matrix, norm)) * (1 + 1e-6) + 1e-9
    back = con.operator_norm(np.linalg.inv(flow), norm)
    assert 1 / back >= math.exp(-time * con.logarithmic_norm(-matrix, norm)) * (1 - 1e-6) - 1e-9


@given(matrix=matrices, norm=norms)
def test_no_smaller_exponent_bounds_the_flow(matrix, norm):
    """(|e^(tA)| - 1)/t tends to μ as well."""
    (flow,) = con.plane_flow(matrix, 1e-5)
    assert (con.operator_norm(flow, norm) - 1) / 1e-5 == pytest.approx(con.logarithmic_norm(matrix, norm), abs=1e-3)


@given(matrix=matrices, point=arrays(float, 2, elements=entries))
def test_the_strong_monotonicity_constant_is_minus_the_logarithmic_norm_of_the_negative(matrix, point):
    m = -con.logarithmic_norm(-matrix)
    assert point @ matrix @ point >= m * (point @ point) - 1e-9
    direction = np.linalg.eigh((matrix + matrix.T) / 2)[1][:, 0]
    assert direction @ matrix @ direction == pytest.approx(m, abs=1e-9)


# --- arguments out of range ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: con.unit(math.nan, 1, 0), "x has the entry nan"),
        (lambda: con.orbit(lambda x: x, 0.0, -1), "steps = -1"),
        (lambda: con.steps_until(1.0, 1.0, 0.1), "contraction = 1"),
        (lambda: con.orbit_in_the_set("completeness", 0.0, 5), r"start = 0 is outside the allowed range \(0, 1\]"),
        (lambda: con.orbit_in_the_set("everything", 0.5, 5), "dropped = 'everything'"),
        (lambda: con.distance_factors(np.tanh, [[1.0]], [[1.0]]), "equal pair"),
        (lambda: con.distance_factors(np.tanh, [[1.0]], [[2.0]], "3"), "norm = '3'"),
        (lambda: con.growing_factors(np.zeros((2, 2)), [1.0, 0.0], 3), "direction is sent to 0"),
        (lambda: con.weights_of_norm_one(0, np.random.default_rng(1)), "size = 0"),
        (lambda: con.attention_slope(-1.0), "radius = -1"),
        (lambda: con.attention_slope(1.0, 0), "pairs = 0"),
        (lambda: con.attention_bound(math.inf), "radius = inf"),
        (lambda: con.operator_norm([1.0, 2.0]), r"matrix has the shape \(2,\)"),
        (lambda: con.norm_in_basis(np.eye(2), np.zeros((2, 2))), "basis is not invertible"),
        (lambda: con.discrete_lyapunov(np.eye(2)), "spectral radius 1"),
        (lambda: con.logarithmic_norm(np.eye(2), "fro"), "norm = 'fro'"),
        (lambda: con.growth_quotient(np.eye(2), 0.0), "step = 0"),
        (lambda: con.plane_flow(np.eye(3), 1.0), "3 rows"),
    ],
)
def test_an_argument_out_of_range_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
