"""Fits of noisy labels: exact risks against simulation, limits, interpolants on a circle, and steepness."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.scaling import interpolation as ip

counts = st.integers(1, 400)
sizes = st.floats(0.01, 5)


# --- least squares with independent normal features ----------------------------------------------------------


@pytest.mark.parametrize("features", [None, 90])
@pytest.mark.parametrize(("signal", "noise"), [(2.0, 1.0), (1.0, 0.0), (0.5, 1.5)])
def test_exact_risk_agrees_with_simulation_on_both_sides_of_the_peak(features, signal, noise):
    weights, draws = (3, 10, 20, 40, 60, 90), 1500
    runs = ip.simulate(30, weights, draws, np.random.default_rng(7), features).risk(signal, noise)
    error = runs.std(axis=0, ddof=1) / math.sqrt(draws)
    exact = ip.exact_risk(30, weights, signal, noise, features)
    assert np.all(np.abs(runs.mean(axis=0) - exact) < 4.5 * error + 1e-12)
    assert np.all(error[exact > 1e-9] < 0.05 * exact[exact > 1e-9]), "the test could not fail"


def test_the_mean_inverse_wishart_trace_is_p_over_n_minus_p_minus_one():
    rng, draws = np.random.default_rng(3), 4000
    for n, p in ((20, 5), (30, 12)):
        x = rng.standard_normal((draws, n, p))
        traces = np.trace(np.linalg.inv(np.swapaxes(x, 1, 2) @ x), axis1=1, axis2=2)
        assert abs(traces.mean() - p / (n - p - 1)) < 4.5 * traces.std() / math.sqrt(draws)


@given(n=counts, p=counts, signal=sizes, noise=sizes)
def test_the_noise_part_does_not_know_which_of_n_and_p_is_larger(n, p, signal, noise):
    assert ip.noise_factor(n, p) == ip.noise_factor(p, n)
    if p > n + 1:
        mirror = ip.exact_risk(p, n, signal, noise)
        assert ip.exact_risk(n, p, signal, noise) == pytest.approx(mirror + signal**2 * (1 - n / p))


@given(n=counts, off=st.integers(-1, 1), noise=sizes)
def test_with_noise_the_risk_is_infinite_at_the_peak_and_beside_it(n, off, noise):
    if n + off >= 1:
        assert np.isinf(ip.exact_risk(n, n + off, 1, noise))


def test_the_peak_has_no_mean_and_sample_means_grow_with_the_draws():
    """At p = n the largest of the noise terms grows with the number of draws; well below the peak it does not."""
    rng = np.random.default_rng(5)
    at_peak = ip.simulate(10, (10,), 20_000, rng).noise[:, 0]
    assert at_peak[:20_000].mean() > 30 * np.median(at_peak)
    assert at_peak.max() > 0.2 * at_peak.sum()


@given(signal=sizes, noise=sizes, ratio=st.floats(1.001, 1e3))
def test_beyond_one_the_limit_is_never_below_its_second_minimum(signal, noise, ratio):
    least = ip.second_minimum(signal, noise)
    floor = signal**2 if least is None else least[1]
    assert ip.limit_risk(ratio, signal, noise) >= floor * (1 - 1e-9)
    if least:
        assert ip.limit_risk(least[0], signal, noise) == pytest.approx(least[1], rel=1e-6)


def test_finite_risks_come_to_the_limit_on_each_ray_and_to_others_on_other_paths():
    n = 10**6
    for ratio in (0.3, 0.9, 1.5, 2.0, 8.0):
        exact = ip.exact_risk(n, round(ratio * n), 2, 1)
        assert exact == pytest.approx(ip.limit_risk(ratio, 2, 1), rel=1e-4)
    assert ip.exact_risk(n, 20, 2, 1) < 1e-4
    assert ip.exact_risk(20, n, 2, 1) == pytest.approx(4, rel=1e-4)
    assert ip.exact_risk(n, n + 2, 2, 1) > n / 2


def test_a_fixed_problem_can_be_best_beyond_the_peak_and_a_growing_one_never_is():
    p = np.arange(1, 241)
    fixed, growing = ip.exact_risk(40, p, 1, 0.3, 240), ip.exact_risk(40, p, 1, 0.3)
    assert fixed.argmin() == 239 and fixed[:41].min() > 1
    assert growing.argmin() == 0


def test_the_tuned_ridge_of_the_limit_agrees_with_ridge_fits_and_has_no_peak():
    rng, n = np.random.default_rng(2), 200
    for p in (100, 200, 400):
        risks = []
        for _ in range(30):
            x, e = rng.standard_normal((n, p)), rng.standard_normal(n)
            beta = rng.standard_normal(p)
            beta *= 2 / np.linalg.norm(beta)
            fit = np.linalg.solve(x.T @ x + p / 4 * np.eye(p), x.T @ (x @ beta + e))
            risks.append(((fit - beta) ** 2).sum())
        error = np.std(risks, ddof=1) / math.sqrt(30)
        assert abs(np.mean(risks) - ip.tuned_ridge_limit(p / n, 2, 1)) < 4 * error + 0.01
    ratios = np.geomspace(0.05, 20, 200)
    ridge = ip.tuned_ridge_limit(ratios, 2, 1)
    assert np.all(np.diff(ridge) > 0)
    assert np.all(ridge <= ip.limit_risk(ratios, 2, 1) + 1e-12)


def test_more_examples_never_hurt_the_tuned_ridge_and_hurt_least_squares():
    examples = np.arange(5, 200)
    ridge = ip.tuned_ridge_limit(60 / examples, 2, 1)
    assert np.all(np.diff(ridge) < 0)
    plain = ip.exact_risk(examples, 60, 2, 1)
    assert plain[50] > 3 * plain[25]


@given(n=counts, p=counts, noise=sizes)
def test_label_noise_costs_less_with_more_weights_beyond_the_peak_and_more_before(n, p, noise):
    here, more = ip.noise_factor(n, [p, p + 1])
    if p > n + 1:
        assert more < here
    elif p + 1 < n - 1:
        assert more > here


def test_noise_on_the_weights_costs_its_size_squared_times_the_square_of_the_fit():
    rng, n, noise, s = np.random.default_rng(4), 40, 0.5, 0.1
    for p in (20, 80):
        added, squares = [], []
        for _ in range(400):
            x, beta = rng.standard_normal((n, p)), rng.standard_normal(p)
            beta /= np.linalg.norm(beta)
            fit = ip.least_norm(x, (x @ beta + noise * rng.standard_normal(n))[:, None])[:, 0]
            shift = s * np.linalg.norm(fit) / math.sqrt(p) * rng.standard_normal(p)
            added.append(((fit + shift - beta) ** 2).sum() - ((fit - beta) ** 2).sum())
            squares.append((fit**2).sum())
        exact = ip.fitted_square(n, p, 1, noise)
        assert abs(np.mean(squares) - exact) < 4.5 * np.std(squares) / 20
        assert abs(np.mean(added) - s**2 * exact) < 4.5 * np.std(added) / 20


def test_equal_errors_in_the_weights_cost_in_proportion_to_their_number():
    rng, s, n = np.random.default_rng(6), 0.1, 40
    for p in (80, 160):
        squares = ((s / math.sqrt(n) * rng.standard_normal((4000, p))) ** 2).sum(axis=1)
        assert squares.mean() == pytest.approx(s**2 * p / n, rel=0.02)
    assert ip.noise_factor(n, 36) > 10 * ip.noise_factor(n, 20)


# --- interpolants on a circle -----------------------------------------------------------------------------------


@given(n=st.integers(7, 25), seed=st.integers(0, 10**6), sharpness=st.floats(1, 2.5))
def test_all_three_curves_hit_every_point(n, seed, sharpness):
    x, e = ip.draw_points(n, np.random.default_rng(seed))
    y = e[:, None]
    assert ip.spiked(x, y, sharpness).at(x) == pytest.approx(y, abs=1e-6)
    assert ip.straight(x, y, x) == pytest.approx(y, abs=1e-9)
    even = np.sort((np.arange(n) + 0.3 * np.random.default_rng(seed).random(n)) * math.tau / n)
    assert ip.waves(even, n // 2)[:, :n] @ ip.all_waves(even, y) == pytest.approx(y, abs=1e-6)


@given(n=st.integers(8, 25), seed=st.integers(0, 10**6))
def test_while_no_hat_reaches_a_neighbour_the_spiked_curve_has_the_least_sum_of_squares(n, seed):
    rng = np.random.default_rng(seed)
    x = np.sort((np.arange(n) + 0.3 * rng.random(n)) * math.tau / n)
    y = rng.standard_normal((n, 1))
    found = ip.spiked(x, y, 2.0)
    design = np.concatenate([ip.waves(x, ip.DEGREE), np.eye(n)], axis=1)
    weights = np.concatenate([found.smooth, found.heights])
    assert weights == pytest.approx(np.linalg.pinv(design) @ y, abs=1e-8)


def test_many_data_sets_at_once_give_the_errors_of_each():
    x, e = ip.draw_points(9, np.random.default_rng(3), 5)
    one_by_one = [ip.circle_errors(ip.METHODS[0], *pair) for pair in zip(x, e, strict=True)]
    assert ip.wave_errors(x, e) == pytest.approx(np.array(one_by_one), rel=1e-6)


def test_errors_on_the_circle_are_those_of_a_fine_grid():
    rng = np.random.default_rng(8)
    x, e = ip.draw_points(15, rng)
    labels = np.column_stack([ip.target(x), e])
    at = np.linspace(0, math.tau, 400_001)[:-1]
    off = ip.spiked(x, labels, 1.5).at(at) - np.column_stack([ip.target(at), 0 * at])
    grid = off.T @ off / len(at)
    assert ip.circle_errors(ip.METHODS[2], x, e, 1.5) == pytest.approx(grid, abs=0.02 * grid[1, 1])
    waves = ip.waves(at[::100], 7) @ ip.all_waves(x, labels) - np.column_stack([ip.target(at[::100]), 0 * at[::100]])
    found = ip.circle_errors(ip.METHODS[0], x, e)[1, 1]
    assert found == pytest.approx((waves[:, 1] ** 2).mean(), rel=1e-6)


def test_straight_lines_keep_two_thirds_of_the_noise_and_are_tempered():
    values = []
    for seed in range(60):
        x, e = ip.draw_points(400, np.random.default_rng(seed))
        values.append(ip.circle_errors(ip.METHODS[1], x, e)[1, 1])
    assert abs(np.mean(values) - 2 / 3) < 4.5 * np.std(values, ddof=1) / math.sqrt(60)


def test_narrow_spikes_are_benign_and_spikes_as_wide_as_the_gaps_are_tempered():
    def median(n, sharpness):
        rngs = map(np.random.default_rng, range(15))
        return np.median([ip.circle_errors(ip.METHODS[2], *ip.draw_points(n, r), sharpness)[1, 1] for r in rngs])

    narrow = [median(n, 2.0) for n in (41, 161, 641)]
    assert narrow[0] > 2.5 * narrow[1] > 6 * narrow[2]
    assert narrow[2] == pytest.approx((2 * ip.DEGREE + 1 + 2 / 3) / 641, rel=0.4)
    wide = [median(n, 1.0) for n in (161, 641)]
    assert wide[1] > 0.8 * wide[0] > 0.35


def test_as_many_waves_as_points_are_catastrophic():
    def median(n):
        rngs = map(np.random.default_rng, range(25))
        return np.median([ip.circle_errors(ip.METHODS[0], *ip.draw_points(n, r))[1, 1] for r in rngs])

    small, middle, large = (median(n) for n in (7, 11, 21))
    assert small > 3 and middle > 10 * small and large > 100 * middle


def test_effective_ranks_of_flat_and_steep_tails():
    flat = np.concatenate([np.ones(5), np.full(1000, 1e-3)])
    assert ip.effective_ranks(flat, 5) == pytest.approx((1000, 1000))
    assert ip.effective_ranks(flat, 0)[0] == pytest.approx(6)
    small, large = ip.effective_ranks(np.arange(1, 10**5) ** -2.0, 99)
    assert small < 110 and large < 310  # proportional to k: tempered


# --- the price of smoothness --------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6))
def test_the_steepest_pair_is_reached_by_mcshanes_function(seed):
    rng = np.random.default_rng(seed)
    x, y = ip.on_sphere(12, 3, rng), rng.standard_normal(12)
    slope = ip.steepest_pair(x, y)

    def f(z):
        return (y + slope * np.linalg.norm(z[:, None] - x, axis=2)).min(axis=1)

    assert f(x) == pytest.approx(y, abs=1e-7)
    other = ip.on_sphere(40, 3, rng)
    assert ip.steepest_pair(other, f(other)) <= slope * (1 + 1e-9)


def test_interpolants_with_few_features_are_steep_and_more_features_help_until_about_n_times_d():
    means = []
    for p in (80, 600, 2400):
        found = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            x, y = ip.on_sphere(60, 10, rng), rng.choice([-1.0, 1.0], 60)
            slope, misfit = ip.relu_slope(x, y, rng.standard_normal((p, 10)), ip.on_sphere(200, 10, rng))
            assert misfit < 1e-6
            assert slope > ip.steepest_pair(x, y)
            found.append(slope)
        means.append(np.mean(found))
    assert means[0] > 2 * means[1]
    assert means[1] < 1.3 * means[2]


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ip.noise_factor(0, 3), "examples"),
        (lambda: ip.exact_risk(5, -2.5), "weights"),
        (lambda: ip.exact_risk(5, 30, features=20), "weights"),
        (lambda: ip.exact_risk(5, 3, -1), "signal"),
        (lambda: ip.limit_risk(0.0), "ratio"),
        (lambda: ip.second_minimum(0, 1), "signal"),
        (lambda: ip.tuned_ridge_limit(1, 1, -1), "noise"),
        (lambda: ip.spike_width(20, 0.5), "sharpness"),
        (lambda: ip.circle_errors("splines", np.arange(7.0), np.arange(7.0)), "method"),
        (lambda: ip.draw_points(3, np.random.default_rng(0)), "points"),
        (lambda: ip.effective_ranks([1, 2], 0), "variances"),
        (lambda: ip.effective_ranks([1, 0], 1), "first"),
        (lambda: ip.steepest_pair(np.ones((2, 2)), np.ones(2)), "points"),
        (lambda: ip.on_sphere(3, 1, np.random.default_rng(0)), "dimension"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
