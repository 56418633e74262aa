"""What the landing page promises: press Play, and one colour has usually won within ten seconds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
from stated import Stated, numbers_of

from emergence.figures.landing.cooling import WON, Cooling, figure
from emergence.physics import ising

PAGE = Path(__file__).resolve().parents[2] / "index.ipynb"
FRAMES = 100  # of ten seconds at ten frames a second, which is slow


@cache
def cooled() -> Cooling:
    """The lattices of the page after ten seconds of play."""
    code = "\n".join(cell.source for cell in nbformat.read(PAGE, as_version=4).cells)
    state = figure.start(figure.defaults, int(re.search(r"figure\.show\(seed=(\d+)\)", code)[1]))
    assert state.order.max() < 0.5, "all start undecided"
    for _ in range(FRAMES):
        state = figure.advance(state, figure.defaults)
    return state


test_a_number_of_the_page_is_right = numbers_of(
    "index.ipynb",
    Stated("heat the lattices past {}, and cool", ising.CRITICAL_TEMPERATURE),
    Stated(
        "after {} sweeps one colour holds nine spins in ten in {} of them",
        lambda: cooled().sweeps,
        lambda: int(np.sum(cooled().order > WON)),
    ),
)


def test_nine_spins_in_ten_are_an_order_of_four_fifths():
    assert np.isclose(WON, 0.9 - 0.1)


def test_the_lattice_that_the_page_shows_is_won_within_half_of_the_ten_seconds():
    trace = [order[figure.defaults["shown"] - 1] for _, order in cooled().trace]
    assert trace[FRAMES // 2 - (FRAMES + 1)] > WON


def test_most_lattices_without_a_winner_have_two_stripes():
    """The mean of the spins changes along one direction of the lattice and hardly along the other."""
    undecided = cooled().lattices.spins()[cooled().order <= WON]
    along, across = np.sort([undecided.mean(axis=axis).std(axis=-1) for axis in (1, 2)], axis=0)
    striped = (across > 0.6) & (along < 0.3)
    assert len(undecided) > 1 and striped.mean() > 0.5
