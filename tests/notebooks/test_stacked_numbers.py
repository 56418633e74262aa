"""Numbers that the text and the solutions of the chapter on stacked blocks state, recomputed."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import nbformat
import numpy as np
import pytest

from emergence import operator_products as op
from emergence.figures import stacked

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/operators/stacked.ipynb"
TEXT = "\n".join(c.source for c in nbformat.read(CHAPTER, as_version=4).cells if c.cell_type == "markdown")

M_NORM = float(op.jordan_power_norm(0.5, 10, 1))
SLOW = op.contraction_orbit(0.5, op.moving_fixed_points(2000, 2.0, 1.0), 1.0)
BACKWARD = sum(Fraction(-1, 2) ** k for k in range(40)) + Fraction(1, 2**40)

# what the text says, the value behind it, and half a unit of the last digit it prints
STATED = [
    ("2^{-40}\\,|1 - \\tfrac23| = 3.0\\times10^{-13}", float(abs(BACKWARD - Fraction(2, 3))), 3.0e-13, 0.05e-13),
    ("still $0.0010$ away from its limit after 2,000 layers", SLOW[-1], 0.0010, 0.00005),
    ("at $k = 2000$ it is $0.0010005$", SLOW[-1], 0.0010005, 0.00000005),
    ("\\cos(\\tfrac12)^{200} = 4.5\\times10^{-12}", op.averaged_rotation_factor(1, 0.5) ** 200, 4.5e-12, 0.05e-12),
    ("$\\|M\\| = 10.02$", M_NORM, 10.02, 0.005),
    ("$\\|M^{20}\\| = 0.00038$", op.jordan_power_norm(0.5, 10, 20), 0.00038, 0.000005),
    ("w = 10/(1 - \\tfrac14) = 13.3", op.contracting_weight(0.5, 10), 13.3, 0.05),
    ("\\|M\\|^2 = 100.5", M_NORM**2, 100.5, 0.05),
]


@pytest.mark.parametrize(("phrase", "value", "printed", "half_unit"), STATED, ids=[row[0] for row in STATED])
def test_a_number_of_the_text_is_right(phrase, value, printed, half_unit):
    assert phrase in TEXT
    assert abs(value - printed) <= half_unit


def test_the_product_of_a_matrix_and_its_transpose_has_its_norm_as_spectral_radius():
    m = np.array([[0.5, 10], [0, 0.5]])
    assert "also the spectral radius of this product" in TEXT
    assert np.abs(np.linalg.eigvals(m.T @ m)).max() == pytest.approx(M_NORM**2)


def test_the_slow_law_has_the_next_term_of_the_solution():
    k = np.arange(500, 2001)
    assert "x_k = 2/k + 2/k^2 + O(k^{-3})" in TEXT
    assert np.all(np.abs(SLOW[500:] - 2 / k - 2 / k**2) < 10 / k**3)


def test_fixed_points_run_off_like_the_root_of_the_depth_while_the_network_converges():
    depth = 100_000
    factors, centre = op.remembering_factors(0.5, depth), op.drifting_centre(depth, 1.5)
    fixed = centre[1:] + (factors / (1 - factors))[:, None] * np.diff(centre, axis=0)
    assert "with $s = 1.5$ and product ½, the fixed points of the layers run off like $\\sqrt{k}$" in TEXT
    shares = np.linalg.norm(fixed, axis=1)[[10_000, 50_000, -1]] / np.sqrt([10_001, 50_001, depth])
    assert shares == pytest.approx(np.full(3, 1 / math.log(2)), rel=1e-3)
    assert np.linalg.norm(centre[-1] - centre[-2]) < 1e-7


def test_lipschitz_constants_one_minus_a_harmonic_term_multiply_to_a_power_law():
    assert "With $\\operatorname{Lip}(T_k) = 1 - 1/(k+1)$ it is $1/(K+1)$" in TEXT
    assert math.prod(1 - Fraction(1, k + 1) for k in range(1, 41)) == Fraction(1, 41)


def test_the_opening_figures_show_what_the_text_says():
    assert stacked.moving.show().sentence.startswith("These are the layers x/2 + 1/k.")
    swing = stacked.moving.show(pattern="alternating", exponent=0.0).sentence
    assert "x/2 ± 1" in swing and "cycle between 0.667 and -0.667" in swing
    assert "converges and remembers" in stacked.memory.show().sentence
    assert "10.02" in stacked.norms.show().sentence


@pytest.mark.parametrize("drift", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("product", [0.0, 0.5])
def test_the_four_corners_of_the_figure_are_those_of_the_table(drift, product):
    verdict = stacked.memory.show(drift=drift, product=product).sentence
    words = {
        (True, True): "converges and remembers", (True, False): "converges and forgets",
        (False, True): "remembers but wanders", (False, False): "wanders and forgets",
    }  # fmt: skip
    assert words[drift > 1, product > 0] in verdict
