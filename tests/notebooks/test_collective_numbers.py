"""Numbers that the text and the solutions of the chapter on order from simple rules state, recomputed."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.exercises import collective as exercises
from emergence.figures.collective import flock, oscillators, percolation, rules, sandpile
from emergence.physics import automata as ca
from emergence.physics import kuramoto as ku
from emergence.physics import percolation as pc
from emergence.physics import sandpile as sp
from emergence.physics import vicsek

CHAPTER = "chapters/physics/collective.ipynb"
TEXT = text_of(CHAPTER)


def spanning(size: int, p: float) -> float:
    """The share of the shipped lattices of a side that span at a p of the table."""
    return pc.counted(size)[int(np.argmin(np.abs(pc.SHARES - p)))] / pc.LATTICES


def slope(least: int) -> tuple[float, float]:
    """Slope of ln window against ln side from a side on, and its standard error."""
    sizes = [size for size in pc.SIZES if size >= least]
    x, y = np.log(sizes), np.log([pc.window(size)[1] for size in sizes])
    return float(np.polyfit(x, y, 1)[0]), 1 / math.sqrt(2 * pc.LATTICES * np.sum((x - x.mean()) ** 2))


AGREEMENT, UNIFORM = ca.judged()
ORDERED = AGREEMENT >= ca.THRESHOLD


@cache
def returning_rules() -> int:
    """Rules under which 95 % of the random rows end on one that recurs within 8 steps, shifted by up to 8 cells."""
    count = 0
    for rule in range(ca.RULES):
        cells = np.random.default_rng(rule).integers(0, 2, (ca.STARTS, ca.RING), dtype=np.uint8)
        later = end = ca.run(cells, rule, 4 * ca.RING)
        back = np.zeros(ca.STARTS, bool)
        for _ in range(8):
            later = ca.step(later, rule)
            for shift in range(-8, 9):
                back |= (np.roll(later, shift, axis=1) == end).all(axis=1)
        count += back.mean() >= 0.95
    return count


def counted_at(threshold: float) -> int:
    return int((AGREEMENT >= threshold).sum())


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("one bias of the coin: near {}.", pc.CRITICAL_SHARE),
    Stated("only {} of the lattices of side 128 span", spanning(128, 0.55)),
    Stated("At $p = 0.65$ all {} do", spanning(128, 0.65) * pc.LATTICES),
    Stated("is gentle: {} of these lattices span at 0.55", spanning(16, 0.55)),
    Stated("has the slope {} with a standard error of {}.", *slope(16)),
    Stated("from side 32 on the slope is {} ± {}.", *slope(32)),
    Stated("close to $p_c = {}$, which", pc.CRITICAL_SHARE),
    Stated("0.3^{128} = {}$", exercises.bound_on_spanning()),
    Stated("for 2,000 independent directions it is about {}.", math.sqrt(math.pi / 8000)),
    Stated("for the Lorentz law, from $K_c = {}$ on", ku.critical_coupling("Lorentz")),
    Stated("it jumps at $4/\\pi = {}$ from 0 to $\\pi/4 = {}$", ku.critical_coupling("uniform"), math.pi / 4),
    Stated("$r = \\sqrt{1 - 2/4} = {}$, so the pull is $Kr = {}$", math.sqrt(0.5), exercises.fastest_locked),
    Stated("\\arctan(Kr) = {}$", exercises.share_locked),
    Stated("On $2 \\times 2$ sites {} of the {} stable piles", sp.recurrent_count(2, 2), 4**4),
    Stated("$\\det\\Delta = 4 \\cdot 4 - 1 = {}$", sp.recurrent_count(1, 2)),
    Stated("{} rules, and 0. All", ORDERED.sum()),
    Stated("over {} rows of {} cells that begin as coin tosses, after {} steps", ca.STARTS, ca.RING, 4 * ca.RING),
    Stated("flies {} units of length a step", vicsek.SPEED),
    Stated("in the place of 95 % it is {} again, with 75 % it is {}.", counted_at(0.9), counted_at(0.75)),
    Stated("then {} rules would count", returning_rules),
    Stated("After {} steps both can depend", exercises.DISTANCE // 2),
    Stated("of {} elementary rules {} order a random row", ca.RULES, ORDERED.sum()),
)


test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("Of the {} elementary rules, {} order a random row", ca.RULES, ORDERED.sum()),
    Stated("into random rows for ever, and {} other rules fail", (~ORDERED).sum() - 1),
    Stated("under {} rules a row comes back", returning_rules),
    Stated("The value {} is measured", pc.CRITICAL_SHARE),
    Stated("On {} lattices of each side from {} to {} the window", pc.LATTICES, pc.SIZES[1], pc.SIZES[-1]),
    Stated("shrinks like the side to the power {}, with a standard error of {} that", *slope(16)),
)


def test_the_count_of_rules_is_the_same_from_ninety_to_ninety_nine_per_cent():
    assert counted_at(0.9) == counted_at(0.99) == ORDERED.sum()


def test_none_of_the_rules_that_order_leaves_a_pattern():
    assert "24 rules, and 0. All the 24 make all cells equal" in TEXT
    assert np.all(UNIFORM[ORDERED] == 1)


@pytest.mark.parametrize(
    ("birds", "noise", "stated", "seeds"),
    [(125, 0.2, 0.91, 4), (500, 0.2, 0.90, 4), (125, 0.6, 0.31, 6), (500, 0.6, 0.23, 4), (2000, 0.6, 0.15, 3)],
)
def test_flocks_have_the_order_that_the_text_states(birds, noise, stated, seeds):
    assert "$\\varphi = 0.31$" in TEXT and "Clearly less: 0.15" in TEXT and "0.91, 0.90 and 0.89" in TEXT
    runs = []
    for seed in range(100, 100 + seeds):
        rng = np.random.default_rng(seed)
        flying = vicsek.Flock.random(birds, 2.0, rng).advance(noise, rng, steps=200)
        runs.append(np.mean([flying.advance(noise, rng, steps=5).order() for _ in range(60)]))
    error = max(np.std(runs, ddof=1), 0.01) / math.sqrt(seeds)
    assert abs(np.mean(runs) - stated) < 4 * error + 0.005


def test_a_large_flock_keeps_its_order_at_low_noise():
    rng = np.random.default_rng(5)
    flying = vicsek.Flock.random(2000, 2.0, rng).advance(0.2, rng, steps=600)
    assert np.mean([flying.advance(0.2, rng, steps=5).order() for _ in range(20)]) == pytest.approx(0.89, abs=0.04)


def test_the_order_of_ten_seeds_passes_four_fifths_when_the_text_says_and_in_directions_of_their_own():
    """The steps to a little: another processor rounds sums otherwise."""
    steps, ways = [], []
    for seed in range(1, 11):
        state = flock.start(0.2, 2.0, np.random.default_rng(seed))
        while state.trace[-1][1] <= 0.8:
            state = flock.advance(state, 0.2)
        steps.append(state.flock.steps)
        ways.append(np.angle(np.exp(1j * state.flock.headings).mean()))
    stated = [int(number) for number in re.search(r"order passed 0\.8 after (\d+) to (\d+) steps", TEXT).groups()]
    assert [min(steps), max(steps)] == pytest.approx(stated, abs=30)
    assert "the direction differed from seed to seed" in TEXT and np.ptp(ways) > math.pi


def test_avalanches_and_heights_of_the_large_pile_are_those_stated():
    assert "to about 3,000, and the mean height settles near 2.10 whatever the start" in TEXT
    assert "the largest of 3,000 avalanches has about 100 topplings" in TEXT
    rng, heights = np.random.default_rng(1), []
    for begin in (np.zeros((40, 40), int), np.full((40, 40), 3)):
        pile, _ = sp.drive(begin, 5000 if not begin.any() else 500, rng)
        largest = 0
        for _ in range(15):
            pile, sizes = sp.drive(pile, 100, rng)
            heights.append(pile.mean())
            largest = max(largest, sizes.max())
        assert 1500 < largest < 6000
    assert np.mean(heights) == pytest.approx(2.10, abs=0.015)
    leaking, _ = sp.drive(pile, 600, rng, leak=0.05)
    assert 60 < sp.drive(leaking, 3000, rng, leak=0.05)[1].max() < 220


def test_the_figures_show_what_the_text_says():
    assert "no path leads from top to bottom" in percolation.figure.show(seed=1).sentence
    assert "a path leads from top to bottom" in percolation.figure.show(seed=1, p=0.65).sentence
    counts = "0.247 of the lattices of side 16 have one, and 0.003 of those of side 128"
    assert counts in percolation.figure.show(seed=1).sentence
    assert "would have 0.020 on average" in flock.figure.show(seed=3).sentence
    assert "K_c = 2.000" in oscillators.figure.show(seed=2).sentence
    assert "slips" in oscillators.figure.show(seed=2, own=3.0).sentence
    assert "After 0 grains" in sandpile.figure.show(seed=4, begin="the identity").sentence
    for rule in (90, 184, 232):
        assert "no order by the criterion" in rules.figure.show(seed=5, rule=rule).sentence


def test_a_sparse_flock_loses_its_order_at_a_lower_noise():
    assert "A sparse flock loses its order at a lower noise" in TEXT
    ends = {}
    for density in (0.5, 4.0):
        rng = np.random.default_rng(6)
        flying = vicsek.Flock.random(500, density, rng).advance(0.5, rng, steps=200)
        ends[density] = np.mean([flying.advance(0.5, rng, steps=5).order() for _ in range(40)])
    assert ends[0.5] < 0.5 * ends[4.0]


def test_majority_freezes_and_traffic_keeps_its_ones():
    cells = np.random.default_rng(7).integers(0, 2, (10, ca.RING), dtype=np.uint8)
    frozen = ca.run(cells, 232, ca.RING)
    assert np.array_equal(ca.step(frozen, 232), frozen)
    assert np.array_equal(ca.run(cells, 184, 50).sum(axis=1), cells.sum(axis=1))
