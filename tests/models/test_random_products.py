"""Products of random matrices: exact constants against simulation with true matrices, and bounds that must hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.limits.contractions import norm_in_basis
from emergence.operators import random_products as rp
from emergence.operators.products import lipschitz_constant, projection, spectral_radius

pytestmark = pytest.mark.filterwarnings("error")

entries = st.floats(-2, 2)
families = arrays(float, (2, 2, 2), elements=entries)
NILPOTENT = np.array([[0.0, 2.0], [0.0, 0.0]])
SHEAR = np.array([[1.0, 1.0], [0.0, 1.0]])


# --- one matrix, and a family -------------------------------------------------------------------------------


@given(matrix=arrays(float, (2, 2), elements=entries))
def test_powers_grow_as_gelfand_says(matrix):
    """|A^k|^(1/k) is never below the spectral radius, and near it for large k."""
    radius = float(spectral_radius(matrix))
    assume(radius > 0.1)  # smaller ones vanish in double precision
    root = float(lipschitz_constant(np.linalg.matrix_power(matrix, 256))) ** (1 / 256)
    assert root >= radius - 1e-6
    assert root <= radius * 1.06 + 1e-3


@given(family=families)
def test_closed_forms_of_two_by_two_matrices_agree_with_linear_algebra(family):
    assert rp._norm_2x2(family) == pytest.approx(lipschitz_constant(family), abs=1e-9)
    assert rp._radius_2x2(family) == pytest.approx(spectral_radius(family), abs=1e-6)


@given(family=families)
def test_bounds_from_below_never_pass_those_from_above_and_only_get_better(family):
    lower, upper = rp.radius_bounds(family, 6)
    ruler = rp.best_ruler(family)[0]
    assert np.all(np.diff(lower) >= 0) and np.all(np.diff(upper) <= 0)
    assert lower[-1] <= upper[-1] + 1e-9
    assert lower[-1] <= ruler * (1 + 1e-6) + 1e-6
    assert ruler <= upper[0] * (1 + 1e-9) + 1e-12, "the Euclidean norm is one of the rulers"


@given(family=families, weight=st.floats(0.1, 10), shear=st.floats(-3, 3))
def test_a_ruler_changes_norms_and_no_spectral_radius(family, weight, shear):
    measured = rp.in_ruler(family, weight, shear)
    assert spectral_radius(measured) == pytest.approx(spectral_radius(family), rel=1e-4, abs=1e-4)
    ruler = np.array([[1, shear], [0, weight]])
    x = np.array([0.3, -0.8])
    for layer, same in zip(family, measured, strict=True):
        assert same @ ruler @ x == pytest.approx(ruler @ layer @ x, abs=1e-9)
        assert np.linalg.norm(same, 2) == pytest.approx(norm_in_basis(layer, np.linalg.inv(ruler)), abs=1e-9)


def test_two_layers_of_spectral_radius_zero_double_lengths_together():
    family = np.array([NILPOTENT, NILPOTENT.T])
    assert spectral_radius(family) == pytest.approx([0, 0])
    assert spectral_radius(NILPOTENT @ NILPOTENT.T) == pytest.approx(4)
    lower, upper = rp.radius_bounds(family, 4)
    assert lower == pytest.approx([0, 2, 2, 2]) and upper == pytest.approx([2, 2, 2, 2])


@given(matrix=arrays(float, (2, 2), elements=entries))
def test_the_joint_spectral_radius_of_a_matrix_and_its_transpose_is_its_norm(matrix):
    lower, upper = rp.radius_bounds(np.array([matrix, matrix.T]), 2)
    assert lower[-1] == pytest.approx(float(lipschitz_constant(matrix)), abs=1e-7)
    assert upper[-1] == pytest.approx(float(lipschitz_constant(matrix)), abs=1e-7)


def test_a_shear_and_its_transpose_grow_like_the_golden_ratio():
    lower, upper = rp.radius_bounds(np.array([SHEAR, SHEAR.T]), 2)
    assert [lower[-1], upper[-1]] == pytest.approx([(1 + math.sqrt(5)) / 2] * 2)


@pytest.mark.parametrize("degrees", [10, 30, 45, 60, 90])
def test_a_ruler_closes_the_gap_for_the_turned_pair_of_rank_one(degrees):
    """Only A and B in turn do not vanish: they grow like 2 sin t per layer; a ruler shows that nothing is faster."""
    family = rp.turned_pair(math.radians(degrees), 0.0)
    exact = 2 * math.sin(math.radians(degrees))
    lower, upper = rp.radius_bounds(family, 6)
    assert lower[1:] == pytest.approx(np.full(5, exact))
    assert rp.best_ruler(family)[0] == pytest.approx(exact, rel=2e-4)
    assert upper[-1] > exact * 1.02 or degrees > 60


def test_a_quarter_turn_gives_minus_the_transpose():
    first, second = rp.turned_pair(math.pi / 2, 0.0)
    assert second == pytest.approx(-first.T, abs=1e-15)


# --- exact constants ----------------------------------------------------------------------------------------


def test_digamma_and_trigamma_at_half_integers_agree_with_scipy():
    from scipy.special import polygamma

    n = np.arange(1, 301)
    assert [rp.digamma_half(int(k)) for k in n] == pytest.approx(polygamma(0, n / 2), rel=1e-12, abs=1e-12)
    assert [rp.trigamma_half(int(k)) for k in n] == pytest.approx(polygamma(1, n / 2), rel=1e-10)


def test_the_growth_rate_is_one_half_over_the_width_below_that_of_infinite_width():
    for n in (50, 100, 400):
        assert rp.gaussian_exponent(n) == pytest.approx(-1 / (2 * n), rel=1 / n)
        assert rp.gaussian_variance(n) == pytest.approx(1 / (2 * n), rel=2 / n)
        mean, variance, dead = rp.relu_moments(n)
        assert mean == pytest.approx(-5 / (4 * n), rel=8 / n) and variance == pytest.approx(5 / (4 * n), rel=15 / n)
        assert dead == 2.0**-n


@pytest.mark.parametrize("width", [2, 20])
def test_products_of_true_gaussian_matrices_grow_at_the_exact_rate(width):
    """The log length of an output behind K matrices has mean K lambda and variance K v exactly; 4 standard errors."""
    rng, depth, copies = np.random.default_rng(20261126), 25, 3000
    x = np.zeros((copies, width, 1))
    x[:, 0] = 1
    for _ in range(depth):
        x = rp.gaussian_layers(1, width, rng, copies=copies)[0] @ x
    logs = np.log(np.linalg.norm(x[..., 0], axis=1))
    variance = depth * rp.gaussian_variance(width)
    assert abs(logs.mean() - depth * rp.gaussian_exponent(width)) < 4 * math.sqrt(variance / copies)
    assert logs.var(ddof=1) == pytest.approx(variance, rel=4 * math.sqrt(2 / copies) * 1.5)


@pytest.mark.parametrize("units", rp.UNITS)
def test_lengths_drawn_without_matrices_have_the_law_of_those_with_matrices(units):
    """Kolmogorov-Smirnov, exceeded with probability 0.001 when both have one law."""
    from emergence.operators.products import largest_cdf_difference

    rng, width, depth, copies = np.random.default_rng(5), 6, 5, 4000
    drawn = rp.log_lengths(width, depth, copies, rng, sigma=1.2, units=units)[-1]
    x = np.zeros((copies, width, 1))
    x[:, 0] = 1
    for _ in range(depth):
        layer = rp.gaussian_layers(1, width, rng, sigma=1.2, copies=copies)[0]
        x = np.maximum(math.sqrt(2) * layer @ x, 0) if units == "ReLU" else layer @ x
    with np.errstate(divide="ignore"):
        true = np.log(np.linalg.norm(x[..., 0], axis=1))
    limit = 1.95 * math.sqrt(2 / copies)
    assert largest_cdf_difference(np.maximum(drawn, -99), np.maximum(true, -99)) < limit


@given(width=st.integers(1, 60), log_sigma=st.floats(-1, 1))
def test_the_mean_square_length_follows_sigma_and_the_typical_length_lies_below(width, log_sigma):
    """Each layer multiplies E|x|^2 by sigma^2; by Jensen's inequality the mean of ln|x| grows by less than ln sigma."""
    sigma = math.exp(log_sigma)
    assert rp.gaussian_exponent(width, sigma) < log_sigma
    assert rp.gaussian_exponent(width, sigma) - rp.gaussian_exponent(width) == pytest.approx(log_sigma)


@pytest.mark.parametrize("units", rp.UNITS)
def test_simulated_moments_agree_with_the_exact_ones(units):
    rng, copies = np.random.default_rng(11), 40_000
    for width in (4, 9, 32):
        step = rp.log_lengths(width, 1, copies, rng, units=units)[-1]
        alive = step[np.isfinite(step)]
        mean, variance = rp.units_moments(width, units=units)
        assert abs(alive.mean() - mean) < 4 * math.sqrt(variance / len(alive))
        assert alive.var(ddof=1) == pytest.approx(variance, rel=0.06)


def test_an_infinitely_deep_relu_stack_of_finite_width_is_zero():
    """Each layer switches all its units off with probability 2^-n, whatever the weights of the others."""
    width, depth, copies = 4, 40, 20_000
    logs = rp.log_lengths(width, depth, copies, np.random.default_rng(2), units="ReLU")
    alive = np.isfinite(logs).mean(axis=1)
    expected = (1 - 2.0**-width) ** np.arange(depth + 1)
    assert np.all(np.abs(alive - expected) < 4.5 * np.sqrt(expected * (1 - expected) / copies) + 1e-12)


@pytest.mark.parametrize(("units", "slope"), [("none", 0.5), ("ReLU", 1.25)])
def test_the_variance_of_the_log_length_is_a_multiple_of_depth_over_width(units, slope):
    rng, copies = np.random.default_rng(8), 4000
    for width in (32, 64):
        logs = rp.log_lengths(width, 2 * width, copies, rng, units=units)
        for ratio in (1, 2):
            variance = logs[ratio * width].var(ddof=1)
            assert variance == pytest.approx(slope * ratio, rel=4 * math.sqrt(2 / copies) + 8 / width)


@pytest.mark.parametrize("width", [2, 5])
def test_all_exponents_agree_with_newmans_formula(width):
    layers = rp.gaussian_layers(150, width, np.random.default_rng(3), copies=60)
    found = rp.finite_exponents(layers)[-1]
    for i in range(width):
        error = found[:, i].std(ddof=1) / math.sqrt(60)
        assert abs(found[:, i].mean() - rp.gaussian_exponent(width, index=i + 1)) < 4 * error


@given(seed=st.integers(0, 2**32), width=st.integers(2, 5))
def test_growth_of_volumes_is_that_of_the_product(seed, width):
    layers = rp.gaussian_layers(6, width, np.random.default_rng(seed), copies=2)
    rates = rp.finite_exponents(layers)
    for copy in range(2):
        product = np.linalg.multi_dot(layers[::-1, copy])
        assert 6 * rates[-1, copy].sum() == pytest.approx(np.linalg.slogdet(product)[1], abs=1e-6)
        assert 6 * rates[-1, copy, 0] == pytest.approx(math.log(np.linalg.norm(product[:, 0])), abs=1e-9)


@given(seed=st.integers(0, 2**32), width=st.integers(2, 5))
def test_the_angle_of_two_outputs_is_that_of_two_columns(seed, width):
    layers = rp.gaussian_layers(5, width, np.random.default_rng(seed), copies=2)
    angles = rp.angles_of_two(layers)
    for copy in range(2):
        first, second = np.linalg.multi_dot(layers[::-1, copy])[:, :2].T
        cosine = abs(first @ second) / np.linalg.norm(first) / np.linalg.norm(second)
        assert math.cos(angles[-1, copy]) == pytest.approx(cosine, abs=1e-9)


def test_in_the_plane_the_angle_halves_with_each_layer():
    gap = rp.gaussian_exponent(2) - rp.gaussian_exponent(2, index=2)
    assert gap == pytest.approx(math.log(2), abs=1e-14)
    angles = rp.angles_of_two(rp.gaussian_layers(400, 2, np.random.default_rng(4), copies=100))
    rates = np.log(angles[-1]) / 400
    assert abs(rates.mean() + gap) < 4 * rates.std(ddof=1) / 10


# --- Furstenberg and Kesten ---------------------------------------------------------------------------------


def rates(source, angle, depth, copies, seed):
    layers, factors = rp.switched_layers(source, depth, angle, np.random.default_rng(seed), copies)
    return rp.log_norms(layers, factors)[-1] / depth


def test_log_norms_agree_with_the_product_itself():
    layers, factors = rp.switched_layers("heavy tails", 6, 0.7, np.random.default_rng(1), 3)
    for copy in range(3):
        product = np.linalg.multi_dot(layers[::-1, copy]) * math.exp(factors[:, copy].sum())
        assert rp.log_norms(layers, factors)[-1, copy] == pytest.approx(math.log(lipschitz_constant(product)))


@pytest.mark.parametrize("source", ["independent", "sticky"])
def test_networks_of_an_ergodic_source_share_one_growth_rate(source):
    short, long = rates(source, 0.5, 200, 100, 1), rates(source, 0.5, 3200, 100, 2)
    assert long.std() < short.std() / 2.5
    assert abs(long.mean() - short.mean()) < 5 * short.std() / 10 + 0.01


def test_a_source_that_is_not_ergodic_gives_a_random_rate():
    found = rates("chosen once", 0.5, 500, 60, 3)
    assert set(found.round(9)) == {0.0, round(math.log(2), 9)}


def test_without_the_moment_condition_the_growth_rate_does_not_settle():
    """Means of Cauchy variables have the law of one of them, at every depth."""
    for depth in (50, 800):
        quartiles = np.percentile(rates("heavy tails", 0.5, depth, 400, depth), [25, 75])
        assert quartiles[1] - quartiles[0] == pytest.approx(2, rel=0.3)


def test_quarter_turns_cancel_what_the_stretches_do():
    assert abs(rates("independent", math.pi / 2, 3200, 60, 4).mean()) < 0.02
    assert rates("independent", math.pi / 6, 3200, 60, 4).min() > 0.15


# --- projections --------------------------------------------------------------------------------------------


@given(angle=st.floats(0.1, 1.5))
def test_projections_in_turn_shrink_by_the_square_of_a_cosine(angle):
    turn = projection(angle) @ projection(0.0)
    assert spectral_radius(turn) == pytest.approx(math.cos(angle) ** 2, abs=1e-9)


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rp.gaussian_exponent(0), r"width = 0 .*\[1, inf\)"),
        (lambda: rp.gaussian_exponent(3, index=4), r"index = 4 .*\[1, 3\]"),
        (lambda: rp.gaussian_exponent(3, sigma=0), r"sigma = 0 .*\(0, inf\)"),
        (lambda: rp.log_lengths(3, 2, 2, np.random.default_rng(1), units="tanh"), "units = 'tanh'"),
        (lambda: rp.radius_bounds(np.eye(2), 3), "family has the shape"),
        (lambda: rp.radius_bounds(np.full((2, 2, 2), np.nan), 3), "finite"),
        (lambda: rp.radius_bounds(np.ones((3, 1, 1)), 9), r"length = 9 gives 3\^9 products"),
        (lambda: spectral_radius([1.0, 2.0]), "square"),
        (lambda: rp.switched_layers("fair", 3, 0.1, np.random.default_rng(1)), "source = 'fair'"),
        (lambda: rp.log_norms(np.zeros((2, 1, 2, 2))), "multiply to 0"),
        (lambda: rp.finite_exponents(np.zeros((2, 1, 2, 2))), "singular"),
        (lambda: rp.angles_of_two(np.zeros((2, 1, 2, 2))), "singular"),
        (lambda: rp.turned_pair(0.1, -1), "diagonal = -1"),
        (lambda: rp.digamma_half(0), "n = 0"),
    ],
)
def test_bad_input_is_refused_by_name_and_range(call, says):
    with pytest.raises(ValueError, match=says):
        call()
