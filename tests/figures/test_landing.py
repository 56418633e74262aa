"""What the landing page promises: press play, and one colour has won within ten seconds."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from stated import Stated, numbers_of

from emergence.figures.landing.cooling import figure
from emergence.physics import ising

test_a_number_of_the_page_is_right = numbers_of(
    "index.ipynb", Stated("heat the lattice past {}, and cool", ising.CRITICAL_TEMPERATURE)
)

PAGE = Path(__file__).resolve().parents[2] / "index.ipynb"


def test_one_colour_has_won_after_ten_seconds_of_play():
    """At ten frames a second, which is slow: a browser made sixteen."""
    cells = nbformat.read(PAGE, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "usually one colour wins within ten seconds" in text
    seed = int(re.search(r"figure\.show\(seed=(\d+)\)", "\n".join(c.source for c in cells))[1])
    state = figure.start(figure.defaults, seed)
    assert state.order < 0.2, "it starts undecided"
    for _ in range(100):
        state = figure.advance(state, figure.defaults)
    assert state.order > 0.95 * float(ising.spontaneous_magnetisation(figure.defaults["temperature"]))
