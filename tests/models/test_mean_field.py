"""Deep random networks: quadrature against dense rules, fixed points, power laws, and finite networks beside them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.operators import mean_field as mf
from emergence.operators.products import largest_cdf_difference

pytestmark = pytest.mark.filterwarnings("error")

lengths = st.floats(1e-3, 8.5)
gaps = st.floats(1e-6, 1.999)
weights = st.floats(0.2, 3.5)
biases = st.floats(0.005, 0.5)
RELU_SLOWING = 2 * math.sqrt(2) / (3 * math.pi)  # D(d) = d - this d^(3/2) + ... for ReLU layers


# --- means over normal variables ----------------------------------------------------------------------------


@settings(max_examples=40)
@given(q=st.floats(1e-6, 1900))
def test_means_over_one_unit_agree_with_a_dense_rule(q):
    z = np.linspace(-12, 12, 40_001)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    u = np.tanh(math.sqrt(q) * z)
    assert mf.mean_square(q) == pytest.approx(density @ u**2, abs=1e-8)
    assert mf.mean_square_slope(q) == pytest.approx(density @ (1 - u**2) ** 2, abs=1e-8)


@pytest.mark.parametrize(("q", "d"), [(0.01, 0.5), (1, 0.5), (4, 0.1), (4, 1.5), (0.1, 1e-3), (8.9, 1.0), (8.9, 0.05)])
def test_means_over_a_pair_agree_with_a_dense_rule(q, d):
    z = np.linspace(-9, 9, 1401)
    density = np.exp(-(z**2) / 2)
    density /= density.sum()
    along, across = math.sqrt(q * (1 - d / 2)) * z[:, None], math.sqrt(q * d / 2) * z
    first, second = np.tanh(along + across), np.tanh(along - across)
    difference = density @ ((first - second) ** 2 / 2) @ density
    assert mf.half_mean_square_difference(q, d) == pytest.approx(difference, rel=1e-5)
    assert mf.mean_slope_product(q, d) == pytest.approx(
        density @ ((1 - first**2) * (1 - second**2)) @ density, rel=1e-7
    )
    if 0.1 <= d <= 1.9 and q > 2:
        assert mf._far_half_difference(q, d) == pytest.approx(difference, rel=1e-5)


def test_gauss_hermite_converges_to_the_same_means_slowly():
    """With 64 nodes it is off by 9e-4 at q = 4, where the grid that knows where tanh bends has ten digits."""
    errors = []
    for nodes in (32, 64, 128):
        z, w = np.polynomial.hermite_e.hermegauss(nodes)
        errors.append(abs((w / w.sum()) @ (1 - np.tanh(2 * z) ** 2) ** 2 - mf.mean_square_slope(4.0)))
    assert errors[1] == pytest.approx(9.1e-4, rel=0.02) and errors[0] > errors[1] > errors[2] < 5e-5


@given(q=st.floats(1e-3, 100), d=gaps)
def test_relu_means_agree_with_sampling_in_the_plane(q, d):
    """The kernel of Cho and Saul, from an angle; here integrated over the angle of the plane."""
    theta = (np.arange(4000) + 0.5) * 2 * math.pi / 4000
    angle = math.acos(1 - d)
    first, second = np.maximum(np.cos(theta), 0), np.maximum(np.cos(theta - angle), 0)
    # a normal vector of the plane has the mean squared length 2
    assert mf.half_mean_square_difference(q, d, "ReLU") == pytest.approx(q * ((first - second) ** 2).mean(), rel=1e-3)
    assert mf.mean_square(q, "ReLU") == pytest.approx(2 * q * (first**2).mean())


@given(q=lengths, d=gaps)
def test_a_layer_brings_two_inputs_no_further_apart_than_its_slope_allows(q, d):
    """|tanh a - tanh b| <= |a - b|, so the half mean square difference is at most q d; for d = 2 it is 2 E tanh^2."""
    half = mf.half_mean_square_difference(q, d)
    assert 0 <= half <= q * d * (1 + 1e-5)
    assert mf.half_mean_square_difference(q, 2.0) == pytest.approx(2 * mf.mean_square(q), rel=1e-4)


# --- order and chaos ----------------------------------------------------------------------------------------


def test_critical_line_of_tanh():
    weight, q = mf.critical_weight([0, 0.01, 0.05, 0.1, 0.3])
    assert weight == pytest.approx([1, 1.42421, 1.76095, 1.98607, 2.50513], abs=6e-6)
    assert q[2] == pytest.approx(0.57005, abs=6e-6)


@settings(max_examples=30)
@given(bias=biases)
def test_chi_is_one_on_the_critical_line_and_grows_across_it(bias):
    weight, q = mf.critical_weight(bias)
    assert mf.chi(weight, bias) == pytest.approx(1, abs=1e-8)
    assert mf.fixed_length(weight, bias) == pytest.approx(q, abs=1e-8)
    assert mf.chi(0.95 * weight, bias) < 1 < mf.chi(1.05 * weight, bias)


@settings(max_examples=20)
@given(weight=weights, bias=biases)
def test_the_fixed_length_is_one_and_attracts(weight, bias):
    q = mf.fixed_length(weight, bias)
    assert mf.next_length(q, weight, bias) == pytest.approx(q, abs=1e-9)
    for start in (0.05, 4.0):
        end = mf.lengths(weight, bias, 200, q=start)
        assert np.all(np.diff(np.abs(end - q)) <= 1e-9) and abs(end[-1] - q) < 0.1 * abs(start - q) + 1e-9


@settings(max_examples=50)
@given(weight=weights, bias=biases)
def test_inputs_meet_in_order_and_keep_a_distance_in_chaos(weight, bias):
    d = float(mf.fixed_difference(weight, bias))
    assert (d > 0) == (mf.chi(weight, bias) > 1)
    if d > 1e-3:
        q = mf.fixed_length(weight, bias)
        assert mf.next_difference(q, d, weight, bias) == pytest.approx(d, rel=1e-3)


def test_correlation_depths_below_the_critical_point():
    depths = mf.correlation_depth([1.0, 1.3, 1.5, 1.7, 1.75], 0.05)
    assert depths == pytest.approx([3.627, 7.834, 15.791, 74.918, 426.198], abs=6e-4)


@pytest.mark.parametrize(("weight", "bias"), [(1.3, 0.05), (1.6, 0.05), (2.5, 0.05), (3.0, 0.1)])
def test_correlations_settle_as_the_slope_of_their_map_says(weight, bias):
    """In order d falls like the powers of chi_1, in chaos |d - d*| like those of the slope there."""
    slope, limit = float(mf.map_slope(weight, bias)), float(mf.fixed_difference(weight, bias))
    depth = 150 if limit == 0 else 25
    d = mf.plain(weight, bias, depth, q=float(mf.fixed_length(weight, bias)), d=0.5 if limit == 0 else limit + 0.05).d
    rate = ((d[-1] - limit) / (d[-11] - limit)) ** 0.1
    assert rate == pytest.approx(slope, rel=3e-3)


# --- power laws at the critical point -----------------------------------------------------------------------


def test_the_mean_square_of_critical_tanh_layers_falls_like_one_over_twice_the_depth():
    q = mf.lengths(1, 0, 20_000)
    assert 2 * 20_000 * q[-1] == pytest.approx(1.00018, abs=1e-5)
    small = 1e-3
    assert mf.next_length(small, 1, 0) == pytest.approx(small - 2 * small**2, abs=10 * small**3)


def test_the_angle_of_critical_relu_layers_falls_by_a_power_law():
    d = mf.plain(2, 0, 20_000, units="ReLU").d
    assert 20_000**2 * d[-1] == pytest.approx(44.319, abs=1e-3)
    assert 9 * math.pi**2 / 2 == pytest.approx(44.413, abs=1e-3) == pytest.approx(4 / RELU_SLOWING**2, abs=1e-3)
    small = 1e-6
    assert mf.next_difference(1.0, small, 2, 0, "ReLU") == pytest.approx(small - RELU_SLOWING * small**1.5, rel=1e-6)


@pytest.mark.parametrize("weight", [0.5, 3])
def test_the_angle_of_relu_layers_without_biases_does_not_depend_on_the_weight_variance(weight):
    critical = mf.plain(2, 0, 300, units="ReLU").d
    assert mf.plain(weight, 0, 300, units="ReLU").d == pytest.approx(critical, rel=1e-9)


def test_on_the_edge_with_biases_one_minus_the_correlation_falls_like_one_over_the_depth():
    """l (1 - c_l) tends to 2/C''(1), with C''(1) = s_w q* E phi''(u)^2."""
    weight, q = (float(value) for value in mf.critical_weight(0.3))
    z, w = np.polynomial.hermite_e.hermegauss(200)
    value = np.tanh(math.sqrt(q) * z)
    curvature = weight * q * (w / w.sum()) @ (2 * value * (1 - value**2)) ** 2
    d = mf.plain(weight, 0.3, 20_000, q=q).d
    assert 20_000 * d[-1] == pytest.approx(2 / curvature, rel=2e-3)


@pytest.mark.parametrize("weight", [1.5, 3.0])
@pytest.mark.parametrize("q", [0.1, 4.0])
def test_opposite_inputs_reach_the_same_limit_from_every_length(weight, q):
    limit = 1 - float(mf.fixed_difference(weight, 0.05))
    assert 1 - mf.plain(weight, 0.05, 400, q=q, d=1.999).d[-1] == pytest.approx(limit, abs=1e-5)


@pytest.mark.parametrize("weight", [0.9, 1.1])
def test_away_from_the_critical_point_the_law_is_exponential(weight):
    if weight < 1:
        q = mf.lengths(weight, 0, 400)
        assert q[-1] / q[-2] == pytest.approx(weight, abs=1e-6)
    else:
        q, limit = mf.lengths(weight, 0, 200), float(mf.fixed_length(weight, 0))
        ratios = (q[100:] - limit)[1:] / (q[100:] - limit)[:-1]
        assert limit > 0.05 and np.ptp(ratios) < 0.01 and ratios[-1] < 0.95


# --- residual blocks ----------------------------------------------------------------------------------------


def test_the_correlation_behind_tanh_residual_blocks_falls_slowly_towards_a_power_law():
    trajectory = mf.residual(1, 1, 500)
    exponent = mf.local_exponent(1 - trajectory.d)
    limit = -(1 - 2 / math.pi)
    assert exponent[[9, 49, 99, 199, 399]] == pytest.approx([-0.1604, -0.2972, -0.3238, -0.3390, -0.3479], abs=1e-4)
    known = exponent[~np.isnan(exponent)][2:]
    assert np.all(np.diff(known) < 1e-3) and limit < known.min()
    assert trajectory.q[-1] / 500 == pytest.approx(1, abs=0.1)


def test_relu_residual_blocks_grow_exponentially_and_merge_inputs_by_a_power_law():
    s, depth = 1.0, 1500
    trajectory = mf.residual(1, s, depth, units="ReLU")
    assert trajectory.q[1:] / trajectory.q[:-1] == pytest.approx(np.full(depth, 1 + s / 2))
    kappa = (s / 2) / (1 + s / 2) * RELU_SLOWING
    assert mf.local_exponent(trajectory.d)[1199] == pytest.approx(-2, abs=0.06)
    assert trajectory.d[-1] * depth**2 == pytest.approx(4 / kappa**2, rel=0.06)


@given(scale=st.floats(0.1, 3), d=st.floats(0.1, 1.9))
def test_a_residual_block_moves_a_correlation_less_than_its_branch(scale, d):
    after = mf.residual(scale, 1, 1, d=d)
    branch = mf.half_mean_square_difference(1.0, d) / mf.mean_square(1.0)
    assert min(d, branch) - 1e-6 <= after.d[1] <= max(d, branch) + 1e-6


# --- finite networks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", mf.UNITS)
def test_networks_drawn_unit_by_unit_have_the_law_of_networks_with_all_weights(units):
    """Kolmogorov-Smirnov on the correlation behind four layers, exceeded with probability 0.001 under one law."""
    rng, width, copies, depth, weight, bias = np.random.default_rng(1), 6, 3000, 4, 1.6, 0.1
    drawn = 1 - mf.finite_plain(width, weight, bias, depth, copies, rng, d=0.5, units=units).d[-1]
    u = rng.standard_normal((copies, width, 2)) @ np.array([[1, 0.5], [0, math.sqrt(0.75)]])
    for _ in range(depth):
        h = np.tanh(u) if units == "tanh" else np.maximum(u, 0)
        W = rng.normal(0, math.sqrt(weight / width), (copies, width, width))
        u = W @ h + rng.normal(0, math.sqrt(bias), (copies, width, 1))
    true = (u[..., 0] * u[..., 1]).sum(1) / np.linalg.norm(u[..., 0], axis=1) / np.linalg.norm(u[..., 1], axis=1)
    assert largest_cdf_difference(drawn, true) < 1.95 * math.sqrt(2 / copies)


def test_residual_networks_drawn_unit_by_unit_have_the_law_of_networks_with_all_weights():
    rng, width, copies, depth = np.random.default_rng(2), 5, 3000, 3
    drawn = mf.finite_residual(width, 0.8, 1.2, depth, copies, rng, d=0.5)
    x = rng.standard_normal((copies, width, 2)) @ np.array([[1, 0.5], [0, math.sqrt(0.75)]])
    for _ in range(depth):
        W = rng.normal(0, math.sqrt(1.2 / width), (copies, width, width))
        V = rng.normal(0, math.sqrt(0.8 / width), (copies, width, width))
        x = x + V @ np.tanh(W @ x)
    lengths = np.linalg.norm(x, axis=1)
    limit = 1.95 * math.sqrt(2 / copies)
    assert largest_cdf_difference(1 - drawn.d[-1], (x[..., 0] * x[..., 1]).sum(1) / lengths.prod(axis=1)) < limit
    assert largest_cdf_difference(drawn.q[-1], lengths[:, 0] ** 2 / width) < limit


@pytest.mark.parametrize(("weight", "bias"), [(1.2, 0.05), (3.0, 0.05)])
def test_wide_networks_follow_the_infinite_one(weight, bias):
    rng, depth, copies = np.random.default_rng(3), 12, 200
    infinite = mf.plain(weight, bias, depth, d=0.5)
    off = []
    for width in (32, 512):
        finite = mf.finite_plain(width, weight, bias, depth, copies, rng, d=0.5)
        off.append(np.abs(finite.d.mean(axis=1) - infinite.d).max())
        error = finite.d.std(axis=1, ddof=1) / math.sqrt(copies)
    assert off[1] < 5 * error.max() + 2 / 512 * 5
    assert finite.q[-1].mean() == pytest.approx(infinite.q[-1], rel=0.03)


def test_finite_relu_residual_networks_follow_the_infinite_one_while_depth_is_far_below_width():
    rng, copies = np.random.default_rng(4), 100
    finite = mf.finite_residual(256, 1, 1, 20, copies, rng, units="ReLU")
    infinite = mf.residual(1, 1, 20, units="ReLU")
    error = finite.d[-1].std(ddof=1) / math.sqrt(copies)
    assert abs(finite.d[-1].mean() - infinite.d[-1]) < 4 * error + 0.01


def test_a_typical_critical_network_has_half_of_the_infinite_mean_square_where_depth_equals_width():
    """Geometric means of 400 networks of each width; they depend on depth over width, and fall exponentially beyond."""
    rng, infinite, copies = np.random.default_rng(0), mf.lengths(1, 0, 384), 400
    for width in (32, 64, 128):
        q = mf.finite_lengths(width, 1, 0, 3 * width, copies, rng)
        for ratio, expected in ((1, 0.5), (3, 0.095)):
            log = np.log(q[ratio * width] / infinite[ratio * width])
            assert abs(log.mean() - math.log(expected)) < 4 * log.std(ddof=1) / math.sqrt(copies) + 0.1


def test_a_typical_critical_relu_network_merges_inputs_exponentially_beyond_its_width():
    rng, copies, width = np.random.default_rng(1), 300, 32
    d = mf.finite_plain(width, 2, 0, 4 * width, copies, rng, units="ReLU").d
    infinite = mf.plain(2, 0, 4 * width, units="ReLU").d
    ratios = [np.exp(np.log(d[k * width] / infinite[k * width]).mean()) for k in (1, 2, 3, 4)]
    assert ratios[0] < 0.3 and all(after < before / 3 for before, after in zip(ratios, ratios[1:], strict=False))


def test_a_tiny_difference_keeps_its_digits():
    """In order d falls like chi_1^l far below the rounding of a correlation."""
    finite = mf.finite_plain(200, 0.5, 0.05, 60, 20, np.random.default_rng(5), d=0.5)
    infinite = mf.plain(0.5, 0.05, 60, d=0.5)
    assert infinite.d[-1] < 1e-20
    assert np.log(finite.d[-1]).mean() == pytest.approx(math.log(infinite.d[-1]), rel=0.05)


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: mf.mean_square(-1), r"q = -1 .*\(0, 2000\)"),
        (lambda: mf.mean_square(1, "sine"), "units = 'sine'"),
        (lambda: mf.half_mean_square_difference(20, 0.5), r"q = 20 .*\(0, 9\)"),
        (lambda: mf.half_mean_square_difference(1, 3), r"d = 3 .*\[0, 2\]"),
        (lambda: mf.plain(0, 0.1, 3), "weight = 0"),
        (lambda: mf.plain(1, -0.1, 3), "bias = -0.1"),
        (lambda: mf.plain(9, 1, 3), r"weight \+ bias = 10"),
        (lambda: mf.lengths(1, 0, -1), "depth = -1"),
        (lambda: mf.critical_weight(3), r"bias = 3 .*\[0, 2\]"),
        (lambda: mf.fixed_difference(0.5, 0.0), r"q\* = 0"),
        (lambda: mf.residual(1, 1, 5, d=0.01), r"d = 0.01 .*\[0.1, 1.9\]"),
        (lambda: mf.residual(1, 4, 2000, units="ReLU"), "depth = 2000 is too deep"),
        (lambda: mf.finite_plain(0, 1, 0, 3, 2, np.random.default_rng(1)), "width = 0"),
        (lambda: mf.finite_residual(3, 1, 1, 3, 0, np.random.default_rng(1)), "copies = 0"),
        (lambda: mf.finite_lengths(3, -1, 0, 3, 2, np.random.default_rng(1)), "weight = -1"),
    ],
)
def test_bad_input_is_refused_by_name_and_range(call, says):
    with pytest.raises(ValueError, match=says):
        call()
