"""Intervals and tests, compared with SciPy's, and how often an interval holds the truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence import statistics


@given(st.floats(-60, 60), st.integers(1, 40))
def test_students_p_value_is_that_of_scipy(t, degrees):
    assert statistics.student_p(t, degrees) == pytest.approx(2 * stats.t.sf(abs(t), degrees), rel=1e-6, abs=1e-13)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 14, 30])
@pytest.mark.parametrize("level", [0.05, 0.1, 0.5])
def test_students_quantile_is_that_of_scipy(degrees, level):
    assert statistics.student_quantile(degrees, level) == pytest.approx(stats.t.ppf(1 - level / 2, degrees), rel=1e-9)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12).filter(lambda x: np.std(x) > 1e-3))
def test_an_interval_excludes_zero_exactly_when_p_is_below_five_per_cent(values):
    found = statistics.student_interval(values)
    expected = stats.ttest_1samp(values, 0.0)
    if abs(expected.pvalue - 0.05) > 1e-6:
        assert (found.low > 0 or found.high < 0) == (expected.pvalue < 0.05)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()), rel=1e-7, abs=1e-9)


def test_student_covers_the_mean_of_five_normal_values_in_95_per_cent():
    draws = np.random.default_rng(1).normal(size=(4000, 5))
    covered = np.mean([found.low <= 0 <= found.high for found in map(statistics.student_interval, draws)])
    assert covered == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


def test_holm_stops_at_the_first_that_fails():
    assert statistics.holm([0.04, 0.001, 0.012, 0.03]).tolist() == [False, True, True, False]
    assert statistics.holm([0.013, 0.013, 0.013, 0.013]).tolist() == [False] * 4
    assert statistics.holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_rejects_between_bonferroni_and_none_corrected(p_values):
    p = np.array(p_values)
    rejected = statistics.holm(p)
    assert (rejected >= (p <= 0.05 / len(p))).all() and (rejected <= (p <= 0.05)).all()


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_shares_interval_is_that_of_clopper_and_pearson(case):
    k, n = case
    found = statistics.share_interval(k, n)
    low, high = stats.binomtest(k, n).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(0, 15), st.integers(0, 15))
def test_the_sign_test_is_the_exact_binomial_one(more, less):
    expected = stats.binomtest(more, more + less).pvalue if more + less else 1.0
    assert statistics.sign_test(more, less) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
def test_wilson_covers(share):
    right = np.random.default_rng(1).binomial(200, share, 20_000)
    low, high = statistics.wilson(right, 200)
    assert np.mean((low <= share) & (share <= high)) == pytest.approx(0.95, abs=0.02)


def test_wilson_solves_its_equation():
    low, high = statistics.wilson(37, 100)
    for end in (low, high):
        assert abs(0.37 - end) == pytest.approx(1.96 * math.sqrt(end * (1 - end) / 100))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: statistics.student_p(1.0, 0), "degrees = 0"),
        (lambda: statistics.student_quantile(0), "degrees = 0"),
        (lambda: statistics.student_quantile(3, 1.0), "level = 1"),
        (lambda: statistics.student_interval([1.0]), "values"),
        (lambda: statistics.share_interval(3, 2), "k = 3 of n = 2"),
        (lambda: statistics.wilson(11, 10), "right = 11"),
        (lambda: statistics.wilson(0, 0), "items = 0"),
    ],
)
def test_bad_arguments_are_refused_with_name_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
