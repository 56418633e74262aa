"""The toolbox: norms, curves on log axes, entropies, units of a loss, and the errors of averages."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import rel_entr

from emergence.limits.contractions import norm_in_basis, operator_norm
from emergence.toolbox import averages, curves, information, norms

pytestmark = pytest.mark.filterwarnings("error")

coordinates = st.floats(-3, 3).map(lambda x: round(x, 6))
vectors = arrays(float, 2, elements=coordinates)
matrices = arrays(float, (2, 2), elements=coordinates)
exponents = st.floats(1, 40)
weights = arrays(float, 4, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 0.1)
distributions = weights.map(lambda w: w / w.sum())


# --- norms --------------------------------------------------------------------------------------------------------


@given(x=vectors, y=vectors, p=st.one_of(exponents, st.just(math.inf)))
def test_a_p_norm_is_a_norm_between_the_greatest_coordinate_and_the_sum(x, y, p):
    length = norms.p_norm(x, p)
    assert norms.p_norm(x + y, p) <= length + norms.p_norm(y, p) + 1e-9
    assert norms.p_norm(-2 * x, p) == pytest.approx(2 * length)
    assert np.abs(x).max() - 1e-9 <= length <= np.abs(x).sum() + 1e-9


@given(x=vectors, p=st.sampled_from([1, 2, math.inf]))
def test_p_norms_are_those_of_numpy(x, p):
    assert norms.p_norm(x, p) == pytest.approx(np.linalg.norm(x, p), abs=1e-12)


@given(matrix=matrices, p=st.sampled_from([1, 2, math.inf]))
def test_the_norm_of_a_matrix_is_the_exact_one_where_that_is_known(matrix, p):
    exact = operator_norm(matrix, {1: "1", 2: "2", math.inf: "∞"}[p])
    assert norms.matrix_p_norm(matrix, p) == pytest.approx(exact, rel=1e-4, abs=1e-9)


@given(matrix=matrices, p=st.floats(1.05, 20))
def test_a_transposed_matrix_has_the_norm_of_the_dual_exponent(matrix, p):
    assert norms.matrix_p_norm(matrix, p) == pytest.approx(
        norms.matrix_p_norm(matrix.T, p / (p - 1)), rel=2e-3, abs=1e-9
    )


@given(first=matrices, second=matrices, p=exponents)
def test_norms_of_matrices_are_submultiplicative(first, second, p):
    product = norms.matrix_p_norm(first @ second, p)
    assert product <= norms.matrix_p_norm(first, p) * norms.matrix_p_norm(second, p) * 1.001 + 1e-9


@given(matrix=matrices, basis=matrices, x=vectors)
def test_no_vector_is_stretched_more_than_the_norm_of_the_ellipse_says(matrix, basis, x):
    assume(abs(np.linalg.det(basis)) > 0.1)
    length = norms.ellipse_norm(x, basis)
    assert norms.ellipse_norm(matrix @ x, basis) <= norm_in_basis(matrix, basis) * length * (1 + 1e-9) + 1e-9
    assert norms.ellipse_norm(basis[:, 0], basis) == pytest.approx(1)


@given(p=exponents, angle=st.floats(0, 6.28))
def test_points_of_a_unit_sphere_have_length_one(p, angle):
    assert norms.p_norm(norms.unit_sphere(p, angle), p) == pytest.approx(1)


# --- curves on log axes -------------------------------------------------------------------------------------------


@given(exponent=st.floats(0.05, 2), offset=st.floats(0, 2), low=st.floats(1, 100), factor=st.floats(1.5, 100))
def test_no_offset_bends_a_power_law_more_than_the_bound(exponent, offset, low, factor):
    def curve(x):
        return curves.shifted_power(x, exponent, offset)

    distance = curves.distance_from_power_law(curve, low, low * factor)
    assert distance <= curves.greatest_distance(exponent, factor) + 1e-9
    if offset == 0:
        assert distance < 1e-9


def test_the_bound_on_the_bend_is_nearly_reached_over_a_short_range():
    """Where half of y is offset the curvature is greatest, a²/4."""
    distance = curves.distance_from_power_law(lambda x: curves.shifted_power(x, 0.5, 1.0), 1 / 1.5, 1.5)
    assert distance == pytest.approx(curves.greatest_distance(0.5, 2.25), rel=0.01)


@given(x=st.floats(0.5, 100), exponent=st.floats(0.05, 2), offset=st.floats(0, 2), scale=st.floats(5, 100))
def test_slopes_are_derivatives_on_log_axes(x, exponent, offset, scale):
    for curve, slope in (
        (lambda t: curves.shifted_power(t, exponent, offset), curves.shifted_power_slope(x, exponent, offset)),
        (lambda t: curves.exponential(t, scale), curves.exponential_slope(x, scale)),
    ):
        assert curves.slope_between(curve, x * 0.9999, x * 1.0001) == pytest.approx(float(slope), rel=1e-4, abs=1e-6)


# --- information --------------------------------------------------------------------------------------------------


@given(p=distributions, q=distributions)
def test_relative_entropy_is_cross_entropy_less_entropy_and_not_negative(p, q):
    value = float(information.relative_entropy(p, q))
    assert value >= 0
    assert value == pytest.approx(float(rel_entr(p, q).sum()) * information.NAT, abs=1e-9)
    if np.isfinite(value):
        assert float(information.cross_entropy(p, q)) == pytest.approx(float(information.entropy(p)) + value, abs=1e-9)
    assert float(information.relative_entropy(p, p)) == pytest.approx(0, abs=1e-12)


def test_who_excludes_what_happens_is_surprised_without_bound():
    assert information.relative_entropy([0.5, 0.5], [1, 0]) == math.inf
    assert information.relative_entropy([1, 0], [0.5, 0.5]) == pytest.approx(1)


@given(loss=st.floats(0.1, 5), length=st.floats(1, 10))
def test_units_of_a_loss_go_there_and_back(loss, length):
    assert information.nats_per_token(information.bits_per_byte(loss, length), length) == pytest.approx(loss)


def test_a_bit_per_byte_is_ln_2_nats_per_token_of_one_byte():
    assert information.nats_per_token(1, 1) == pytest.approx(math.log(2))


def test_pairs_are_merged_from_the_left_and_by_frequency():
    cuts = information.merge_pairs("abababaaa", 3)
    assert cuts.starts[0].tolist() == list(range(9))
    assert cuts.starts[1].tolist() == [0, 2, 4, 6, 7, 8]  # ab three times
    assert cuts.starts[2].tolist() == [0, 2, 4, 6, 8] or cuts.starts[2].tolist() == [0, 4, 6, 7, 8]
    assert information.merge_pairs("aaa", 1).starts[1].tolist() == [0, 2]
    assert information.merge_pairs("abc", 5).bytes_per_token(5) == 1


@given(text=st.text("ab c", min_size=1, max_size=60), merges=st.integers(0, 12))
def test_each_merge_only_takes_cuts_away(text, merges):
    cuts = information.merge_pairs(text, merges)
    assert len(cuts.starts) == merges + 1
    for before, after in zip(cuts.starts[:-1], cuts.starts[1:], strict=True):
        assert set(after) <= set(before) and after[0] == 0


# --- averages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_autocorrelation_times_are_those_of_a_series_with_a_known_one(memory):
    series = averages.chains(memory, np.random.default_rng(1).normal(size=(20, 5000)))
    assert averages.autocorrelation_time(series) == pytest.approx(averages.chain_time(memory), rel=0.06)


@pytest.mark.parametrize("memory", [-0.5, 0.0, 0.8])
def test_the_exact_error_is_the_spread_of_the_means_of_many_chains(memory):
    means = averages.chains(memory, np.random.default_rng(2).normal(size=(20_000, 50))).mean(axis=1)
    assert means.std() == pytest.approx(averages.chain_error(memory, 50), rel=4 / math.sqrt(2 * 20_000))


@given(memory=st.floats(-0.9, 0.95))
def test_the_exact_error_approaches_the_root_of_two_tau_over_n(memory):
    n = 100_000
    assert averages.chain_error(memory, n) == pytest.approx(math.sqrt(2 * averages.chain_time(memory) / n), rel=2e-3)


def test_the_chains_are_stationary():
    x = averages.chains(0.9, np.random.default_rng(3).normal(size=(20_000, 30)))
    assert x.std(axis=0) == pytest.approx(np.ones(30), abs=4 / math.sqrt(2 * 20_000))


def test_long_blocks_give_the_true_error_and_single_values_the_naive_one():
    x = averages.chains(0.9, np.random.default_rng(4).normal(size=(2000, 4000)))
    true = averages.chain_error(0.9, 4000)
    naive, blocked = averages.naive_error(x).mean(), np.sqrt((averages.blocked_error(x, 200) ** 2).mean())
    assert naive == pytest.approx(1 / math.sqrt(4000), rel=0.01)
    assert blocked == pytest.approx(true, rel=0.06) and naive < 0.3 * true


def test_share_within_is_that_of_the_normal_law():
    assert averages.share_within(1.959964) == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: norms.p_norm([1, 2], 0.5), "p = 0.5"),
        (lambda: norms.p_norm([math.nan, 2], 1), "x has the entry nan"),
        (lambda: norms.matrix_p_norm(np.eye(3), 2), r"shape \(3, 3\)"),
        (lambda: curves.shifted_power(0, 1, 0), "x = 0"),
        (lambda: curves.shifted_power(1, 0, 0), "exponent = 0"),
        (lambda: curves.shifted_power(1, 1, -1), "offset = -1"),
        (lambda: curves.exponential(1, 0), "scale = 0"),
        (lambda: curves.slope_between(lambda x: x, 2, 1), "low = 2"),
        (lambda: curves.greatest_distance(1, 1), "factor = 1"),
        (lambda: information.cross_entropy([0.5, 0.5], [1]), "shape"),
        (lambda: information.cross_entropy([0.5, 0.6], [0.5, 0.5]), "sum"),
        (lambda: information.bits_per_byte(1, 0), "bytes_per_token = 0"),
        (lambda: information.merge_pairs("", 1), "text = ''"),
        (lambda: information.merge_pairs("a", -1), "merges = -1"),
        (lambda: averages.chains(1, [0, 0]), "memory = 1"),
        (lambda: averages.chain_error(0.5, 0), "length = 0"),
        (lambda: averages.blocked_error([1, 2, 3], 2), "block = 2"),
        (lambda: averages.naive_error([1.0]), "shape"),
        (lambda: averages.share_within(-1), "errors = -1"),
    ],
)
def test_arguments_out_of_range_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
