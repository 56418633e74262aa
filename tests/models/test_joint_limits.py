"""Limits in two sizes, and limits of functions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.limits import joint_limits as jl


@pytest.mark.parametrize(("n", "p"), [(40, 20), (40, 80), (30, 120)])
def test_the_exact_risk_is_that_of_simulated_fits(n, p):
    mean, error = jl.simulated_ridgeless_risk(n, p, 400, np.random.default_rng(1))
    assert abs(mean - jl.ridgeless_risk(n, p)) < 4 * error and error < 0.05 * mean


@given(st.floats(0.05, 8).filter(lambda ratio: abs(ratio - 1) > 0.05))
def test_along_each_ray_the_risk_has_a_limit_of_its_own(ratio):
    n = 10**7
    assert jl.ridgeless_risk(n, round(ratio * n)) == pytest.approx(jl.ridgeless_limit(ratio), rel=1e-4)


def test_no_joint_limit_exists_and_the_infimum_lies_below_every_band():
    limits = [jl.ridgeless_limit(ratio) for ratio in (0.5, 2.0, 8.0)]
    assert limits == pytest.approx([1, 3, 3.5 + 1 / 7])
    assert jl.ridgeless_risk(10**6, 1) < 1e-5
    assert jl.ridgeless_limit(1.001) > 900


def test_the_iterated_limits_of_a_share_are_0_and_1():
    def share(n: float, p: float) -> float:
        return p / (n + p)

    assert share(1e12, 10) < 1e-10 and 1 - share(10, 1e12) < 1e-10


@pytest.mark.parametrize("kind", jl.KINDS)
@pytest.mark.parametrize("n", [1.0, 5.0, 40.0])
def test_every_term_is_smooth_and_its_curvature_is_the_stated_one(kind, n):
    t = np.linspace(-2, 2, 400_001)
    f = jl.finite_curve(t, n, kind)
    second = np.diff(f, 2) / (t[1] - t[0]) ** 2
    assert np.abs(second).max() == pytest.approx(jl.largest_curvature(n, kind), rel=5e-3)


@given(st.floats(-2, 2).filter(lambda t: abs(t) > 1e-3), st.sampled_from(jl.KINDS))
def test_the_terms_tend_to_the_limit_at_every_place(t, kind):
    assert jl.finite_curve(t, 1e6, kind) == pytest.approx(jl.limit_curve(t, kind), abs=1e-5)


def test_the_limit_of_the_jump_is_no_longer_smooth():
    assert jl.limit_curve([-1e-9, 0, 1e-9], "jump").tolist() == [-1, 0, 1]
    slopes = np.diff(jl.limit_curve([-1.0, 0.0, 1.0], "kink"))
    assert slopes.tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jl.ridgeless_risk(10, 11), r"\|data - parameters\| = 1 is outside the allowed range \[2, inf\)"),
        (lambda: jl.ridgeless_risk(0, 5), r"data = 0 is outside the allowed range \(0, inf\)"),
        (lambda: jl.ridgeless_limit(1), r"ratio = 1 is outside the allowed range"),
        (lambda: jl.finite_curve(0, 0, "jump"), r"size = 0 is outside the allowed range \(0, inf\)"),
        (lambda: jl.limit_curve(0, "step"), "kind = 'step' is not one of"),
        (lambda: jl.largest_curvature(math.nan, "jump"), "size = nan is outside the allowed range"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()
