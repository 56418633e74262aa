"""Infinite products: the theorems of the chapter on random instances, and its counterexamples exactly."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.operators import products as op

pytestmark = pytest.mark.filterwarnings("error")

entries = st.floats(-2, 2)
matrices = arrays(float, (2, 2), elements=entries)
contractions = st.floats(0, 0.95)
angles = st.floats(-3, 3)


def distance(points, others):
    return np.linalg.norm(np.asarray(points) - others, axis=-1)


# --- Lipschitz constants ------------------------------------------------------------------------------------


@given(matrix=matrices, x=arrays(float, 2, elements=entries), y=arrays(float, 2, elements=entries))
def test_distances_change_by_a_factor_between_the_two_lipschitz_constants(matrix, x, y):
    image = distance(matrix @ x, matrix @ y)
    assert op.lower_lipschitz_constant(matrix) * distance(x, y) <= image + 1e-9
    assert image <= op.lipschitz_constant(matrix) * distance(x, y) + 1e-9


@given(layers=arrays(float, (5, 2, 2), elements=entries))
def test_a_product_lies_between_the_products_of_the_constants(layers):
    composed = op.forward_products(op.Affine(layers, np.zeros((5, 2)))).matrix[-1]
    assert np.prod(op.lower_lipschitz_constant(layers)) <= op.lower_lipschitz_constant(composed) + 1e-9
    assert op.lipschitz_constant(composed) <= np.prod(op.lipschitz_constant(layers)) * (1 + 1e-9) + 1e-9


def test_two_projections_have_lipschitz_constant_one_and_forget_everything():
    first, second = op.projection(0.0), op.projection(math.pi / 2)
    assert op.lipschitz_constant([first, second]) == pytest.approx([1, 1])
    assert op.lower_lipschitz_constant([first, second]) == pytest.approx([0, 0])
    assert np.abs(second @ first).max() < 1e-15


# --- one layer of a network ---------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", op.ACTIVATIONS)
@given(matrix=matrices, bias=arrays(float, 2, elements=entries), points=arrays(float, (2, 2), elements=entries))
def test_a_layer_changes_distances_between_its_constants(activation, matrix, bias, points):
    assume(op.lower_lipschitz_constant(matrix) > 1e-3)
    lower, upper = op.dense_layer_constants(matrix, activation)
    change = distance(*op.dense_layer(points, matrix, bias, activation))
    assert lower * distance(*points) <= change + 1e-9
    assert change <= upper * distance(*points) + 1e-9


@pytest.mark.parametrize("activation", op.ACTIVATIONS)
def test_the_constants_of_a_layer_are_the_best(activation):
    """Inputs chosen by what the units receive: all on (or near 0), and all off (or far out)."""
    matrix, bias = np.array([[0.8, -0.4], [0.1, 0.5]]), np.array([0.3, -1.0])
    lower, upper = op.dense_layer_constants(matrix, activation)

    def factor(received, direction):
        points = np.linalg.solve(matrix, (np.asarray(received) - bias)) + np.outer([0, 1e-3], direction)
        return distance(*op.dense_layer(points, matrix, bias, activation)) / distance(*points)

    most, least = np.linalg.svd(matrix)[2]
    assert factor({"tanh": [0, 0]}.get(activation, [3, 3]), most) == pytest.approx(upper, rel=1e-5)
    assert factor([-20, -20], least) == pytest.approx(lower, abs=1e-9)


def test_a_relu_layer_merges_inputs_and_a_residual_one_does_not():
    rng = np.random.default_rng(5)
    points = rng.uniform(-2, 2, (200, 2))
    matrix, bias = np.array([[0.8, -0.4], [0.1, 0.5]]), np.zeros(2)
    image = op.dense_layer(points, matrix, bias, "ReLU")
    assert (image == 0).all(axis=1).sum() > 40
    first, second = np.triu_indices(len(points), 1)
    factors = distance((points + image)[first], (points + image)[second]) / distance(points[first], points[second])
    sigma = op.lipschitz_constant(matrix)
    assert 1 - sigma <= factors.min() and factors.max() <= 1 + sigma


# --- order of composition -----------------------------------------------------------------------------------


@given(layers=arrays(float, (4, 2, 2), elements=entries), offsets=arrays(float, (4, 2), elements=entries))
def test_products_agree_with_applying_the_layers_one_by_one(layers, offsets):
    x = np.array([0.3, -1.1])
    forward = backward = x
    for k in range(4):
        forward = layers[k] @ forward + offsets[k]
        backward = layers[3 - k] @ backward + offsets[3 - k]
    stack = op.Affine(layers, offsets)
    assert op.forward_products(stack)(x)[-1] == pytest.approx(forward, abs=1e-9)
    assert op.backward_products(stack)(x)[-1] == pytest.approx(backward, abs=1e-9)


@given(seed=st.integers(0, 2**32), ratio=st.floats(0.05, 0.9), angle=angles)
def test_backward_steps_shrink_like_a_geometric_series(seed, ratio, angle):
    """d(B_(k+1) x, B_k x) <= c^k R, whatever the layers."""
    x = np.array([0.9, 0.7])
    layers = op.random_layers(30, ratio, angle, np.random.default_rng(seed))
    orbit = np.vstack([x, op.backward_products(layers)(x)])
    largest = distance(op.corner_maps(ratio, angle)(x), x).max()
    steps = distance(orbit[1:], orbit[:-1])
    assert np.all(steps <= ratio ** np.arange(30) * largest + 1e-12)


def test_forward_steps_do_not_shrink():
    layers = op.random_layers(2000, 0.5, 0.0, np.random.default_rng(1))
    steps = distance(*(op.forward_products(layers)([0.9, 0.7])[i] for i in (slice(1, None), slice(None, -1))))
    assert steps[-500:].mean() > 0.2


def test_forward_and_backward_outputs_have_the_same_law():
    """Two samples of 4000 networks each; the exact mean and variance of the limit law as well."""
    x, n, depth = np.array([0.9, 0.7]), 4000, 40
    rng = np.random.default_rng(20261122)
    forward = op.forward_products(op.random_layers(depth, 0.5, 0.0, rng, n))(x)[-1]
    backward = op.backward_products(op.random_layers(depth, 0.5, 0.0, rng, n))(x)[-1]
    for axis in (0, 1):
        # exceeded with probability 0.001 when both have the same law
        assert op.largest_cdf_difference(forward[:, axis], backward[:, axis]) < 1.95 * math.sqrt(2 / n)
    variance = (1 - 0.5) / (1 + 0.5) * np.var(op.CORNERS[:, 0])
    for sample in (forward, backward):
        assert abs(sample[:, 0].mean() - 0.5) < 4 * math.sqrt(variance / n)
        assert sample[:, 0].var() == pytest.approx(variance, rel=0.1)


def test_largest_cdf_difference_agrees_with_scipy():
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(3)
    first, second = rng.normal(size=70), rng.normal(0.3, 1, size=50)
    assert op.largest_cdf_difference(first, second) == pytest.approx(ks_2samp(first, second).statistic)


def signs(depth):
    """The layers x/2 + (-1)^(k+1)."""
    return op.Affine(np.full((depth, 1, 1), 0.5), (-1.0) ** np.arange(depth)[:, None])


def test_backward_converges_to_two_thirds_where_forward_ends_in_a_two_cycle():
    backward = op.backward_products(signs(41))([1.0])[:, 0]
    forward = op.forward_products(signs(41))([1.0])[:, 0]
    assert abs(backward[39] - 2 / 3) == pytest.approx(3.0e-13, rel=0.02)
    assert forward[-2:] == pytest.approx([-2 / 3, 2 / 3], abs=1e-11)


def test_backward_needs_bounded_offsets():
    layers = op.Affine(np.full((20, 1, 1), 0.5), 4.0 ** np.arange(1, 21)[:, None])
    orbit = op.backward_products(layers)([0.0])[:, 0]
    assert np.all(np.diff(orbit) == pytest.approx(2.0 ** np.arange(3, 22), rel=1e-12))


def test_corner_maps_fix_their_corners():
    maps = op.corner_maps(0.6, 0.4)
    for i, corner in enumerate(op.CORNERS):
        assert maps(corner)[i] == pytest.approx(corner)
    assert op.lipschitz_constant(maps.matrix) == pytest.approx(0.6)


def test_the_invariant_set_of_the_halving_maps_is_sierpinskis_triangle():
    """A point of the triangle is in it when the binary digits of its two coordinates are never both 1."""
    points = op.invariant_set(op.corner_maps(0.5), [0.0, 0.0], 1 / 64)
    scaled = 2**30 * points @ np.linalg.inv(op.CORNERS[1:])
    i, j = np.rint(scaled).astype(int).T
    assert np.allclose(scaled.T, [i, j], rtol=0, atol=1e-3) and not (i & j).any()
    assert len(points) > 3**5


@pytest.mark.parametrize(("ratio", "angle"), [(0.2, 1.0), (0.6, 0.0), (0.8, 0.0), (0.8, 0.5)])
def test_no_output_leaves_the_invariant_set(ratio, angle):
    maps, spacing, x = op.corner_maps(ratio, angle), 1 / 32, op.CORNERS[1]
    points = op.invariant_set(maps, op.CORNERS[0], spacing)
    for layer in np.random.default_rng(4).integers(3, size=3000):
        x = maps(x)[layer]
        assert np.linalg.norm(points - x, axis=1).min() < 2 * spacing


# --- moving fixed points ------------------------------------------------------------------------------------


@given(
    contraction=contractions,
    exponent=st.floats(0.2, 3),
    amplitude=st.floats(-3, 3),
    pattern=st.sampled_from(op.PATTERNS),
    start=st.floats(-5, 5),
)
def test_distance_to_the_fixed_point_obeys_the_inequality_of_the_proof(
    contraction, exponent, amplitude, pattern, start
):
    fixed = op.moving_fixed_points(200, amplitude, exponent, pattern)
    error = np.abs(op.contraction_orbit(contraction, fixed, start)[1:] - fixed)
    steps = np.abs(np.diff(fixed))
    assert np.all(error[1:] <= contraction * (error[:-1] + steps) + 1e-12)


@pytest.mark.parametrize("pattern", op.PATTERNS)
@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_contractions_converge_exactly_when_their_fixed_points_do(pattern, exponent):
    depth = 20_000
    fixed = op.moving_fixed_points(depth, 2.0, exponent, pattern)
    orbit = op.contraction_orbit(0.5, fixed, 4.0)
    limit = op.limit_of_fixed_points(2.0, exponent, pattern)
    if limit is None:  # swings of the last nine tenths of the orbit are as large as ever
        assert np.ptp(orbit[depth // 10 :]) > 1
    else:
        assert abs(orbit[-1] - limit) <= 2.1 * depth**-exponent if exponent else abs(orbit[-1] - limit) < 1e-12


def test_a_stack_of_contractions_can_converge_like_a_power_law():
    """x/2 + 1/k: inputs are forgotten like 2^-k, and the error falls only like 2/k."""
    orbit = op.contraction_orbit(0.5, op.moving_fixed_points(2000, 2.0, 1.0), np.array([0.0, 1.0]))
    assert orbit[-1, 0] == pytest.approx(0.0010005, abs=5e-8)
    assert np.ptp(orbit[30]) == 0.5**30
    k = np.arange(200, 2001)
    assert k * orbit[200:, 0] == pytest.approx(2 + 2 / k, abs=20 / 200**2)


def test_alternating_fixed_points_give_a_two_cycle():
    assert op.two_cycle(2, 0.5) == pytest.approx(2 / 3)
    for c in (0.0, 0.3, 0.9):
        orbit = op.contraction_orbit(c, op.moving_fixed_points(801, 1.7, 0, "alternating"), 3.0)
        assert orbit[-2:] == pytest.approx([-op.two_cycle(1.7, c), op.two_cycle(1.7, c)])


@given(product=st.floats(0.05, 1), swing=st.floats(-50, 50))
def test_bounded_fixed_points_cannot_stop_a_product_that_remembers(product, swing):
    """T_k x = p_k + l_k (x - p_k), p_k = +-swing: increments are at most (1 - l_k)|x - p_k|, whose sum is finite."""
    factors, x, orbit = op.remembering_factors(product, 4000), 1.0, []
    for k, factor in enumerate(factors):
        p = swing * (-1) ** k
        x = p + factor * (x - p)
        orbit.append(x)
    tail = -math.log(product) * (2 * abs(swing) + 1) / 2000
    assert np.ptp(orbit[2000:]) <= tail + 1e-12


# --- converges, remembers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [0, 1, 7, 40])
def test_a_product_of_contractions_with_one_common_fixed_point_can_remember(depth):
    """x (1 - 1/(k+1)^2): every layer contracts towards 0, and the limit is x/2."""
    exact = math.prod((1 - Fraction(1, (k + 1) ** 2) for k in range(1, depth + 1)), start=Fraction(1))
    assert exact == Fraction(depth + 2, 2 * (depth + 1)) > Fraction(1, 2)


def test_contractions_with_one_common_fixed_point_need_not_converge():
    """-x (1 - 1/(k+1)^2): Lipschitz constants below one, all fixed points 0, and a two-cycle of +-x/2."""
    orbit = np.cumprod(-(1 - 1 / np.arange(2, 5002.0) ** 2))
    assert orbit[-2:] == pytest.approx([-0.5, 0.5], abs=2e-4)


@given(product=st.floats(0.01, 1), depth=st.integers(1, 500))
def test_remembering_factors_have_the_product_they_promise(product, depth):
    factors = op.remembering_factors(product, depth)
    assert np.all((factors > 0) & (factors <= 1))
    assert np.prod(factors) == pytest.approx(product ** (depth / (depth + 1)), rel=1e-9)


@pytest.mark.parametrize("linear", op.SWITCHES)
@pytest.mark.parametrize("drift", [0.5, 2.0])
@pytest.mark.parametrize("product", [0.0, 0.4, 1.0])
def test_four_corners(linear, drift, product):
    """The outputs converge exactly for a drift above one, and keep distances as the claim says."""
    depth = 3000
    composed = op.forward_products(op.remembering_layers(depth, drift, product, linear))
    x, y = composed([1.2, 0.1]), composed([0.6, -0.4])
    still = max(np.ptp(x[depth // 2 :], axis=0).max(), np.ptp(y[depth // 2 :], axis=0).max())
    assert (still < 0.01) == (drift > 1)
    kept = distance(x[-1], y[-1]) / distance([1.2, 0.1], [0.6, -0.4])
    remembers = product > 0 and linear != "projections in turn"
    assert kept == pytest.approx(product if remembers else 0, abs=2e-3)


def test_a_vanishing_lower_product_does_not_imply_forgetting():
    """diag(1 + 1/j, 1/(1 + 1/j)), its inverse, and so on: the lower constants multiply to 0, the layers to I."""
    layers = op.remembering_layers(4000, 3.0, 1.0, "squeeze and undo").matrix
    assert np.prod(op.lower_lipschitz_constant(layers)) == pytest.approx(1 / 2001**2, rel=1e-6)
    composed = op.forward_products(op.Affine(layers, np.zeros((4000, 2)))).matrix
    assert composed[-1] == pytest.approx(np.eye(2))
    assert composed[-2] == pytest.approx(np.eye(2), abs=1e-3)


def test_uniform_contractions_forget():
    layers = op.remembering_layers(60, 2.0, 0.0)
    composed = op.forward_products(layers)
    assert distance(composed([5.0, 5.0])[-1], composed([-3.0, 1.0])[-1]) < 1e-16 * 60
    assert op.lipschitz_constant(composed.matrix[-1]) == pytest.approx(0.5**60)


def test_the_centre_circles_for_ever_although_its_steps_vanish():
    centre = op.drifting_centre(200_000, 1.0)
    steps = distance(centre[1:], centre[:-1])
    assert steps[-1] < 1e-5
    assert np.ptp(centre[2000:], axis=0) == pytest.approx([2, 2], abs=0.3)


# --- averaging ----------------------------------------------------------------------------------------------


def test_a_rotation_is_nonexpansive_maps_the_disc_to_itself_and_does_not_converge():
    layers = op.Affine(np.broadcast_to(op.rotation(1.0), (1000, 2, 2)), np.zeros((1000, 2)))
    orbit = op.forward_products(layers)([1.0, 0.0])
    assert np.linalg.norm(orbit, axis=1) == pytest.approx(np.ones(1000))
    assert distance(orbit[1:], orbit[:-1]) == pytest.approx(np.full(999, 2 * math.sin(0.5)))


@given(exponent=st.floats(0, 3))
def test_projections_onto_a_line_that_turns_leave_the_product_of_cosines_on_the_last_line(exponent):
    angle, length = op.turning_projections(12, exponent)
    x = np.array([1.0, 0.0])
    for k in range(1, 13):
        half_of_both = op.averaged(op.reflection(2 * angle[k]), 0.5)  # each layer is an averaged reflection
        x = half_of_both @ x
        assert x == pytest.approx(length[k] * np.array([math.cos(angle[k]), math.sin(angle[k])]), abs=1e-12)


@pytest.mark.parametrize(("exponent", "share"), [(0.5, 0.05), (0.75, 0.9), (1.0, 0.99), (2.0, 0.999)])
def test_a_line_that_turns_leaves_nothing_exactly_if_the_squares_of_its_turns_have_no_finite_sum(exponent, share):
    """Between depth 100 and 100,000: for s = 1/2 the distance goes on falling like k^(-1/2)."""
    angle, length = op.turning_projections(100_000, exponent)
    k = np.arange(1, 100_001) ** -exponent
    low, high = np.exp(-(k[100:] ** 2).sum()), np.exp(-(k[100:] ** 2).sum() / 2)
    assert low <= length[-1] / length[100] <= high
    assert (length[-1] / length[100] > share) == (exponent > 0.5)
    assert (angle[-1] - angle[100] > 2 * math.pi) == (exponent <= 1)


def test_averaging_repairs_the_rotation():
    step = op.averaged(op.rotation(1.0), 0.5)
    x = np.linalg.matrix_power(step, 200) @ [1.0, 0.0]
    assert np.linalg.norm(x) == pytest.approx(math.cos(0.5) ** 200) == pytest.approx(4.546e-12, rel=1e-3)


@given(angle=angles, weight=st.floats(0, 1))
def test_averaged_rotation_factor_is_its_lipschitz_constant(angle, weight):
    factor = op.averaged_rotation_factor(angle, weight)
    assert op.lipschitz_constant(op.averaged(op.rotation(angle), weight)) == pytest.approx(factor, abs=1e-12)
    assert factor**2 == pytest.approx(1 - 4 * weight * (1 - weight) * math.sin(angle / 2) ** 2, abs=1e-12)


@given(angle=angles, weight=st.floats(0.05, 0.95), x=arrays(float, 2, elements=entries), p=st.floats(-3, 3))
def test_fejer_identity(angle, weight, x, p):
    """|x' - p|^2 = (1-w)|x - p|^2 + w |Tx - p|^2 - w(1-w)|x - Tx|^2 for the averaged step x'."""
    t = op.reflection(angle)
    fixed = p * np.array([math.cos(angle / 2), math.sin(angle / 2)])
    tx, new = t @ x, op.averaged(t, weight) @ x
    right = (1 - weight) * distance(x, fixed) ** 2 + weight * distance(tx, fixed) ** 2
    right -= weight * (1 - weight) * distance(x, tx) ** 2
    assert distance(new, fixed) ** 2 == pytest.approx(right, abs=1e-9)
    assert distance(new, fixed) <= distance(x, fixed) + 1e-9


@given(angle=angles, weight=st.floats(0.05, 0.95))
def test_averaging_a_reflection_ends_in_the_projection_onto_its_fixed_points(angle, weight):
    limit = np.linalg.matrix_power(op.averaged(op.reflection(angle), weight), 1000)
    assert limit == pytest.approx(op.projection(angle / 2), abs=1e-9)


# --- norms --------------------------------------------------------------------------------------------------


@given(q=st.floats(0, 1.2), b=st.floats(-20, 20), k=st.integers(0, 12), w=st.floats(0.1, 100))
def test_power_norm_agrees_with_the_matrix(q, b, k, w):
    power = np.linalg.matrix_power(np.array([[q, b], [0, q]]), k)
    weighted = np.diag([1, w]) @ power @ np.diag([1, 1 / w])
    assert op.jordan_power_norm(q, b, k, w) == pytest.approx(np.linalg.norm(weighted, 2), rel=1e-9, abs=1e-12)


def test_a_layer_may_stretch_tenfold_and_the_stack_still_vanish():
    one, two, twenty = op.jordan_power_norm(0.5, 10, [1, 2, 20])
    assert one == pytest.approx(10.02, abs=5e-3)
    assert two == pytest.approx(10.01, abs=5e-3)
    assert twenty == pytest.approx(0.00038, abs=5e-6)
    assert op.jordan_power_norm(0.5, 10, 1000) ** (1 / 1000) == pytest.approx(0.5, rel=0.02)


@given(q=st.floats(0, 0.99), b=st.floats(0.1, 20))
def test_the_least_weight_makes_the_layer_nonexpansive(q, b):
    weight = op.contracting_weight(q, b)
    assert op.jordan_power_norm(q, b, 1, weight) == pytest.approx(1)
    assert op.jordan_power_norm(q, b, 1, 1.01 * weight) < 1 < op.jordan_power_norm(q, b, 1, 0.99 * weight)


def test_a_small_spectral_radius_of_every_layer_proves_nothing_about_their_product():
    a = np.array([[0.0, 2.0], [0.0, 0.0]])
    assert np.abs(np.linalg.eigvals(a)).max() == 0
    assert np.abs(np.linalg.eigvals(a @ a.T)).max() == pytest.approx(4)


@given(q=st.floats(0, 1.1), b=st.floats(0, 10), depth=st.integers(0, 8), w=st.floats(0.1, 100))
def test_norm_of_a_layer_and_its_transpose_in_turn(q, b, depth, w):
    m, product = np.array([[q, b], [0, q]]), np.eye(2)
    for k in range(1, depth + 1):
        product = (m if k % 2 else m.T) @ product
    for weight in (1, w):
        weighted = np.diag([1, weight]) @ product @ np.diag([1, 1 / weight])
        norms = op.alternating_power_norm(q, b, [0, depth], weight)
        assert norms == pytest.approx([1, np.linalg.norm(weighted, 2)], rel=1e-9, abs=1e-300)


# --- input injection ----------------------------------------------------------------------------------------


@given(feedback=st.floats(-0.95, 0.95), gain=st.floats(0, 3), x=arrays(float, 7, elements=st.floats(-5, 5)))
def test_equilibrium_is_the_limit_of_the_layers_and_obeys_its_lipschitz_bound(feedback, gain, x):
    z = op.equilibrium(x, feedback, gain)
    assert z == pytest.approx(np.tanh(feedback * z + gain * x), abs=1e-11)
    assert z == pytest.approx(op.injected_orbit(x, feedback, gain, 800)[-1], abs=1e-10)
    bound = gain / (1 - abs(feedback))
    assert np.all(np.abs(z[:, None] - z) <= bound * np.abs(x[:, None] - x) + 1e-9)


def test_the_bound_on_the_equilibrium_is_attained_at_zero():
    slope = op.equilibrium([1e-6], 0.8, 0.5)[0] / 1e-6
    assert slope == pytest.approx(0.5 / (1 - 0.8), rel=1e-6)


def test_without_injection_the_stack_forgets_and_with_too_much_feedback_it_keeps_only_a_sign():
    x = np.array([-2.0, -0.1, 0.1, 2.0])
    assert np.ptp(op.injected_orbit(x, 0.8, 0.0, 60)[-1]) < 1e-5
    kept = op.injected_orbit(x, 1.5, 0.0, 400)[-1]
    assert kept == pytest.approx([-kept[3], -kept[3], kept[3], kept[3]])
    assert kept[3] > 0.8


# --- small residual blocks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_small_residual_blocks_converge_and_remember(seed):
    """x + a_k sin(R_k x) + c_k with finite sums of a_k and |c_k|: the bounds of the proof, and of Theorem 3."""
    rng, depth = np.random.default_rng(seed), 2000
    k = np.arange(1, depth + 1)
    small, offsets = rng.uniform(0, 0.9, depth) / k**1.5, rng.normal(size=(depth, 2)) / k[:, None] ** 2
    start = rng.uniform(-3, 3, (20, 2))
    moves, x = [], start
    for a, c, angle in zip(small, offsets, rng.uniform(-3, 3, depth), strict=True):
        step = a * np.sin(x @ op.rotation(angle).T) + c
        moves.append(np.linalg.norm(step, axis=1))
        x = x + step
        bound = np.prod(1 + small) * (small.sum() * math.sqrt(2) + np.linalg.norm(offsets, axis=1).sum())
        assert np.all(distance(x, start) <= bound)
    tail = np.cumsum(moves[::-1], axis=0)[::-1]
    assert tail[1000].max() < 0.1 * tail[10].max(), "what is still to come shrinks"
    first, second = np.triu_indices(len(start), 1)
    factors = distance(x[first], x[second]) / distance(start[first], start[second])
    assert np.prod(1 - small) <= factors.min() and factors.max() <= np.prod(1 + small)


def test_each_sum_of_the_theorem_on_residual_blocks_counts():
    depth = 1000
    k = np.arange(1, depth + 1)
    assert np.prod(1 - 1 / (k + 1)) == pytest.approx(1 / (depth + 1)), "converges and forgets"
    assert np.prod(1 + 1 / (k + 1)) == pytest.approx((depth + 2) / 2), "diverges"


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: op.contraction_orbit(1.0, [0.0], 0.0), r"contraction = 1 is outside the allowed range \[0, 1\)"),
        (lambda: op.contraction_orbit(math.nan, [0.0], 0.0), r"contraction = nan is outside"),
        (lambda: op.corner_maps(1.2), r"ratio = 1.2 is outside the allowed range \[0, 1\)"),
        (lambda: op.dense_layer([0.0], [[1.0]], [0.0], "step"), "activation = 'step' is not one of 'ReLU'"),
        (lambda: op.dense_layer_constants(np.diag([1.0, 0.0]), "ReLU"), "matrix has the singular value 0"),
        (lambda: op.averaged(np.eye(2), 1.5), r"weight = 1.5 is outside the allowed range \[0, 1\]"),
        (lambda: op.remembering_factors(-0.1, 3), r"product = -0.1 is outside the allowed range \[0, 1\]"),
        (lambda: op.remembering_layers(3, 1.0, 0.5, "twist"), "linear = 'twist' is not one of 'similarities'"),
        (lambda: op.moving_fixed_points(0, 1.0, 1.0), r"depth = 0 must be an integer in \[1, inf\)"),
        (lambda: op.moving_fixed_points(2.5, 1.0, 1.0), "depth = 2.5 must be an integer"),
        (lambda: op.moving_fixed_points(5, math.inf, 1.0), "amplitude has the entry inf"),
        (lambda: op.moving_fixed_points(5, 1.0, -1.0), r"exponent = -1 is outside the allowed range \[0, inf\)"),
        (lambda: op.moving_fixed_points(5, 1.0, 1.0, "spiral"), "pattern = 'spiral' is not one of"),
        (lambda: op.turning_projections(0, 1.0), r"depth = 0 must be an integer in \[1, inf\)"),
        (lambda: op.turning_projections(5, -1.0), r"exponent = -1 is outside the allowed range \[0, inf\)"),
        (lambda: op.lipschitz_constant([[math.nan, 0], [0, 1]]), "matrix has the entry nan"),
        (lambda: op.jordan_power_norm(0.5, 1.0, 2.5), "power = 2.5 has an entry that is not an integer"),
        (lambda: op.jordan_power_norm(0.5, 1.0, 2, weight=0), r"weight = 0 is outside the allowed range \(0, inf\)"),
        (lambda: op.alternating_power_norm(0.5, 1.0, -1), "power = -1 has an entry that is not an integer"),
        (lambda: op.alternating_power_norm(0.5, 1.0, 2, 0), r"weight = 0 is outside the allowed range \(0, inf\)"),
        (
            lambda: op.invariant_set(op.corner_maps(0.5), [0, 0], 0),
            r"spacing = 0 is outside the allowed range",
        ),
        (lambda: op.contracting_weight(1.0, 1.0), r"diagonal = 1 is outside the allowed range \[0, 1\)"),
        (lambda: op.equilibrium([0.0], 1.0, 1.0), r"\|feedback\| = 1 is outside the allowed range \[0, 1\)"),
        (lambda: op.injected_orbit([0.0], 3.0, 1.0, 5), r"feedback = 3 is outside the allowed range \[-2, 2\]"),
        (lambda: op.forward_products(op.Affine(np.eye(2), np.zeros(2))), r"layers have matrices of shape \(2, 2\)"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
