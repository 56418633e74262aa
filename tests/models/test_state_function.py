"""State functions: limits along every way, three errors that add up, and the band on tails."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.limits.joint_limits import ridgeless_risk
from emergence.synthesis import state_function as sf

ALPHAS = st.floats(0.3, 3)


# --- laws of two sizes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", sf.LAWS)
@pytest.mark.parametrize("exponent", [0.5, 1, 1.5, 2, 2.5])
@pytest.mark.parametrize("factor", [0.3, 2.0, 7.0])
def test_far_out_on_every_way_a_law_is_near_its_limit(law, exponent, factor):
    n = 1e60
    assert sf.law_value(law, n, factor * n**exponent) == pytest.approx(sf.limit_along(law, exponent, factor), abs=1e-7)


@pytest.mark.parametrize("law", sf.LAWS)
def test_iterated_limits_are_those_of_very_unequal_sizes(law):
    first_data, first_parameters = sf.iterated_limits(law)
    assert sf.law_value(law, 1e120, 1e40) == pytest.approx(first_data, abs=1e-6)
    assert sf.law_value(law, 1e40, 1e120) == pytest.approx(first_parameters, abs=1e-6)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_along_every_ray_the_parabola_tends_to_0_and_along_a_curve_to_a_half(factor, c):
    assert sf.limit_along("parabola", 1, factor) == 0
    n = np.array([1e3, 1e5, 1e7])
    along = sf.law_value("parabola", n, factor * n)
    assert along[-1] <= 2e-7 * max(factor, 1 / factor) and sf.law_value("parabola", n, n**2) == pytest.approx(0.5)
    assert sf.law_value("parabola", n, c * n**2) == pytest.approx(sf.limit_along("parabola", 2, c))


@given(st.floats(1, 1e9), st.floats(1, 1e9))
def test_the_sum_of_powers_is_close_to_its_floor_on_every_tail(n, p):
    least = min(n, p)
    bound = (sf.WEIGHT + 1) * least**-sf.EXPONENT
    assert 0 < sf.law_value("sum of powers", n, p) - sf.FLOOR <= bound * (1 + 1e-9)


def test_least_squares_is_the_exact_risk_and_infinite_near_the_diagonal():
    assert sf.law_value("least squares", [10, 20], [40, 5]) == pytest.approx(ridgeless_risk([10, 20], [40, 5]))
    assert np.isinf(sf.law_value("least squares", 10, [9, 10, 11])).all()
    assert sf.limit_along("least squares", 1, 1) == math.inf


# --- three errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "p", "k"), [(20, 10, 0), (20, 10, 7), (5, 30, 200), (100, 3, 1)])
def test_the_three_errors_add_up_to_the_error_of_simulated_training(n, p, k):
    mean, error = sf.simulated_error(n, p, k, 4000, np.random.default_rng(1))
    assert abs(mean - sf.errors(n, p, k).total) <= 4 * error + 1e-12


@given(ALPHAS, st.integers(1, 60))
def test_what_is_left_out_is_the_tail_of_the_spectrum(alpha, p):
    def tail(count):
        return sf.left_out(count, alpha)

    assert tail(p) - tail(p + 7) == pytest.approx(sf.spectrum(p + 7, alpha)[p:].sum(), rel=1e-8)
    assert (p + 1) ** -alpha / alpha <= tail(p) <= p**-alpha / alpha


def test_what_is_left_out_agrees_with_zeta():
    assert 1 + sf.left_out(1, 1.0) == pytest.approx(math.pi**2 / 6, rel=1e-11)
    assert 1 + sf.left_out(1, 3.0) == pytest.approx(math.pi**4 / 90, rel=1e-11)


@given(st.integers(1, 400), st.integers(1, 3000), st.integers(1, 10**7), ALPHAS, st.floats(0.1, 3))
def test_no_error_exceeds_the_bound(n, p, k, alpha, noise):
    found = sf.errors(n, p, k, alpha, noise)
    assert found.total <= sf.error_bound(n, p, k, alpha, noise)
    assert found.estimation <= 2 * noise * k ** (1 / (1 + alpha)) / n
    assert found.optimisation <= (2 + 1 / alpha) * k ** (-alpha / (1 + alpha))


def test_two_errors_go_down_and_one_goes_up():
    more_steps = sf.errors(100, 50, np.arange(0, 3000, 10))
    assert (np.diff(more_steps.optimisation) < 0).all() and (np.diff(more_steps.estimation) > 0).all()
    wide, narrow, richer = sf.errors(100, 51, 500), sf.errors(100, 50, 500), sf.errors(101, 50, 500)
    assert wide.approximation < narrow.approximation and wide.estimation > narrow.estimation
    assert richer.estimation < narrow.estimation and richer.optimisation == narrow.optimisation


def test_exact_training_leaves_the_ratio_of_parameters_to_data():
    for n, p in ((100, 50), (1000, 500), (50, 100)):
        assert sf.errors(n, p, 1e12).estimation == pytest.approx(p / n, rel=1e-6)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_with_a_moderate_pace_the_error_vanishes_however_many_parameters_there_are(alpha):
    n = 10.0 ** np.arange(2, 5)
    for p in (1000, 20_000):
        estimation = np.array([sf.errors(each, p, each, alpha).estimation for each in n])
        assert (estimation <= 2 * n ** (1 / (1 + alpha) - 1)).all()
    assert sf.errors(1e4, 10_000, 1e4, alpha).total < sf.errors(1e2, 10_000, 1e2, alpha).total / 4


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_the_limit_jumps_where_steps_grow_like_the_power_one_plus_alpha(alpha):
    n = 16_384
    for shift, goal in ((-0.6, 0.0), (0.6, 1.0)):
        pace = 1 + alpha + shift
        assert sf.limit_of_pace(pace, alpha) == goal
        assert sf.errors(n, n, n**pace, alpha).total == pytest.approx(goal, abs=0.13)
    between = sf.limit_of_pace(1 + alpha, alpha)
    assert 0 < between < 1
    assert sf.errors(n, n, n ** (1 + alpha), alpha).total == pytest.approx(between, abs=0.03)


@given(st.integers(2, 300), st.floats(0.2, 3), st.floats(0, 9), ALPHAS, st.floats(0.1, 3))
def test_the_error_lies_in_the_band_of_its_training_gap(n, ratio, log_steps, alpha, noise):
    p, k = max(round(ratio * n), 1), 10**log_steps
    gap = float(sf.training_gap(n, p, k, alpha, noise))
    low, high = sf.band(p / n, gap, sf.left_out(p, alpha), noise)
    assert low * (1 - 1e-9) <= sf.errors(n, p, k, alpha, noise).total <= high * (1 + 1e-9)


def test_over_all_sizes_the_infimum_is_zero_though_the_tail_has_the_noise():
    assert sf.errors(10**6, 10**4, 10**5).total < 0.01
    low, high = sf.band(1.0, 1e-6, sf.left_out(10**6, 1.0))
    assert low == pytest.approx(1, abs=0.003) and high == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sf.law_value("sum", 1, 1), "law = 'sum' is not one of"),
        (lambda: sf.law_value("share", 0, 1), r"data = 0 is outside the allowed range \(0, inf\)"),
        (lambda: sf.limit_along("share", 0, 1), r"exponent = 0 is outside the allowed range"),
        (lambda: sf.iterated_limits("sum"), "law = 'sum' is not one of"),
        (lambda: sf.spectrum(0, 1), r"parameters = 0 must be an integer in \[1, inf\)"),
        (lambda: sf.left_out(3, -1), r"alpha = -1 is outside the allowed range"),
        (lambda: sf.errors(10, 5, -1), r"steps = -1 is outside the allowed range \[0, inf\)"),
        (lambda: sf.training_gap(10, 5, 1, noise=-1), r"noise = -1 is outside the allowed range \[0, inf\)"),
        (lambda: sf.simulated_error(10, 5, 1, 1, np.random.default_rng(0)), "copies = 1 must be an integer"),
        (lambda: sf.error_bound(10, 5, 0), r"steps = 0 is outside the allowed range \[1, inf\)"),
        (lambda: sf.band(1, -1, 0), r"gap = -1 is outside the allowed range"),
        (lambda: sf.limit_of_pace(0), r"pace = 0 is outside the allowed range"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
