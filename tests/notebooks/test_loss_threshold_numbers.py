"""Numbers that the text and the solutions of the loss-threshold chapter state, recomputed."""

from __future__ import annotations

import math
from pathlib import Path

import nbformat
import pytest
from scipy.stats import t as student

from emergence import scaling_laws as laws

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/scaling/loss_threshold.ipynb"
TEXT = "\n".join(c.source for c in nbformat.read(CHAPTER, as_version=4).cells if c.cell_type == "markdown")


def size(eta: float) -> float:
    """N_c with the first figure's default constants."""
    return float(laws.critical_size(eta, 1.69, 5e7, 0.34))


# what the text says, the value behind it, and half a unit of the last digit it prints
STATED = [
    ("the size grows sevenfold", size(1.95) / size(2.2), 7, 0.5),
    ("At 1.70 it is four decades larger still", math.log10(size(1.70) / size(1.95)), 4, 0.5),
    ("about 7.7 for", 2 ** (1 / 0.34), 7.7, 0.05),
    ("about 9,100 for", 2 ** (1 / 0.076), 9100, 50),
    ("that is ×1.44", math.exp(0.05 / (0.34 * 0.4)), 1.44, 0.005),
    ("×1.48 upward", (0.4 / 0.35) ** (1 / 0.34), 1.48, 0.005),
    ("÷1.41 downward", (0.45 / 0.4) ** (1 / 0.34), 1.41, 0.005),
    ("0.4 \\times 0.0319 = 0.0128", 0.4 * (1 - 1.1**-0.34), 0.0128, 0.00005),
    ("0.4\\,(1.1^{0.34} - 1) = 0.0132", 0.4 * (1.1**0.34 - 1), 0.0132, 0.00005),
    ("\\alpha g \\ln 1.1 = 0.0130", 0.34 * 0.4 * math.log(1.1), 0.0130, 0.00005),
    ("the exponent is $-2.88$", -1 / 0.3478, -2.88, 0.005),
    ("costs a factor of 7.3", 2 ** (1 / 0.3478), 7.3, 0.05),
    ("|t| = 2.16", student.ppf(0.975, 13), 2.16, 0.005),
    ("the 5 % limit of 2.14 for 14", student.ppf(0.975, 14), 2.14, 0.005),
    ("has $t = 2.4$", laws.added_regressor(laws.published_table(), "log N", degree=1).t, 2.4, 0.05),
    ("falls to $-0.9$", laws.added_regressor(laws.published_table(), "log N").t, -0.9, 0.05),
    ("2.2 / (4.5 \\ln 2) = 0.705", 2.2 / (4.5 * math.log(2)), 0.705, 0.0005),
    ("2.2 \\times 3.6/4.5 = 1.76", 2.2 * 3.6 / 4.5, 1.76, 0.005),
]


@pytest.mark.parametrize(("phrase", "value", "printed", "half_unit"), STATED, ids=[row[0] for row in STATED])
def test_a_number_of_the_text_is_right(phrase, value, printed, half_unit):
    assert phrase in TEXT
    assert abs(value - printed) <= half_unit


def test_a_shift_of_units_mistaken_for_a_threshold_costs_a_factor_of_more_than_300():
    assert "more than a factor of 300" in TEXT
    assert size(1.76) / size(2.2) > 300


def test_rounding_the_constants_changes_the_size_by_more_than_a_quarter():
    exact, rounded = (
        laws.frontier_size(2.2, 3e11, laws.chinchilla_constants(f"hoffmann_{k}")) for k in ("tex", "rounded")
    )
    assert "changes $N_c$ by more than a quarter" in TEXT
    assert 1.25 < rounded / exact < 1.3


def test_an_exponent_does_not_matter_at_a_gap_of_one_nat():
    assert laws.critical_size(2.0, 1.0, 5e7, 0.2) == laws.critical_size(2.0, 1.0, 5e7, 0.9) == 5e7


def test_the_families_cross_in_the_plane_of_size_and_data():
    table = laws.published_table()
    cerebras, pythia = table.family_rows("Cerebras-GPT"), table.family_rows("Pythia")
    ratio = cerebras.tokens / cerebras.parameters
    assert ratio.min() > 19 and ratio.max() < 21, "about twenty tokens per parameter"
    assert set(pythia.tokens) == {3e11}
