"""The assignment `operators`: the hidden cases agree with orbits, and with laws derived."""

import numpy as np
import pytest

from coursework.grading.assignment import ASSIGNMENTS, Assignment
from coursework.grading.mark import cases_of

SEEDS = 2


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return Assignment.read(ASSIGNMENTS / "operators")


def test_stacks_have_the_fate_that_theorems_tell(assignment):
    """Orbits settle or not, and stay apart or not, between a thousand layers and 64 times as many."""
    (fate,) = (question for question in assignment.questions if question.name == "fate")
    k = np.arange(1, 2**17 + 1)
    for case in [case for seed in range(SEEDS) for case in cases_of(fate, f"course {seed}", {})]:
        sign, u, v = case.arguments
        orbits, x, y = [], 0.0, 1.0
        for slope, offset in zip((sign * (1 - (k + 1) ** -u)).tolist(), (k**-v).tolist(), strict=True):
            x, y = slope * x + offset, slope * y + offset
            orbits.append((x, y))
        orbits = np.array(orbits)
        early, late = (np.ptp(orbits[depth : 2 * depth], axis=0).max() for depth in (2**10, 2**16))
        before, after = np.abs(np.diff(orbits[[2**11, -1]])).ravel()
        assert [late < 0.8 * early, after > 0.8 * before] == case.expected, case


def test_measured_laws_are_those_that_were_derived(assignment):
    (law,) = (question for question in assignment.questions if question.name == "law")
    for case in [case for seed in range(50) for case in cases_of(law, f"course {seed}", {})]:
        c, q, s = case.arguments
        exponent = s if q > c else min(s - 1, 0) if q == c else 0
        assert np.allclose(case.expected, [max(c, q), exponent], rtol=0, atol=1e-9), case
