"""Four families of curves: what narrows, what does not, and whose parts respond."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.physics import look_alikes as la
from emergence.physics.finite_size import SIZES


def slopes(family: str, axis: str) -> tuple[float, float]:
    curves = [la.curve(family, size, axis) for size in SIZES]
    return tuple(la.slope(SIZES, [getattr(c, name) for c in curves]) for name in ("width", "response"))


@given(st.integers(0, 40), st.floats(0, 1))
def test_majorities_are_binomial_tails(half, p):
    voters = 2 * half + 1
    exact = sum(math.comb(voters, k) * p**k * (1 - p) ** (voters - k) for k in range(half + 1, voters + 1))
    assert float(la.majority(voters, np.array(p))) == pytest.approx(exact, abs=2e-6)


@pytest.mark.parametrize("axis", la.AXES)
def test_voters_and_magnet_narrow_alike_on_both_axes(axis):
    assert slopes(la.VOTERS, axis)[0] == pytest.approx(-1, abs=0.01)
    assert slopes(la.ISING, axis)[0] == pytest.approx(-1, abs=0.08)


def test_answers_narrow_on_one_axis_and_not_on_the_other():
    assert slopes(la.ANSWERS, la.PLAIN)[0] == pytest.approx(-1, abs=0.02)
    assert abs(slopes(la.ANSWERS, la.LOG)[0]) < 0.01
    limit = math.log(math.log(la.LOW) / math.log(la.HIGH))
    # in log odds the width differs from that on −ln(1 − c) by ln of the ratio of the two c, which is of order 1/L
    assert la.curve(la.ANSWERS, 128, la.LOG).width == pytest.approx(limit, abs=0.01)


@pytest.mark.parametrize("axis", la.AXES)
def test_the_fixed_logistic_never_narrows(axis):
    assert abs(slopes(la.LOGISTIC, axis)[0]) < 1e-9


def test_only_the_magnets_parts_respond_more_and_more():
    assert slopes(la.ISING, la.PLAIN)[1] == pytest.approx(1.75, abs=0.06)
    assert slopes(la.VOTERS, la.PLAIN)[1] == pytest.approx(0, abs=0.01)
    assert slopes(la.ANSWERS, la.PLAIN)[1] < -0.9 and abs(slopes(la.LOGISTIC, la.PLAIN)[1]) < 0.01


@given(st.sampled_from(la.FAMILIES), st.sampled_from(SIZES), st.sampled_from(la.AXES))
def test_curves_rise_from_left_to_right_through_both_heights(family, size, axis):
    curve = la.curve(family, size, axis)
    assert (np.diff(curve.control) > 0).all() and curve.width > 0 and curve.response > 0
    assert float(np.interp(curve.place + curve.width, curve.control, curve.readout)) == pytest.approx(la.HIGH)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="voters = 4 must be a positive odd integer"):
        la.majority(4, np.array(0.5))
    with pytest.raises(ValueError, match="family = 'x' is not one of"):
        la.curve("x", 8)
    with pytest.raises(ValueError, match="size = '9' is not one of"):
        la.curve(la.VOTERS, 9)
