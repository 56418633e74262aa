"""The 256 elementary cellular automata, and a criterion for whether one orders a random row.

Each cell of a ring is 0 or 1; its next value depends on its left neighbour, itself and its right neighbour, and digit
4l + 2c + r of the rule's number in binary is that value (S. Wolfram, Rev. Mod. Phys. 55, 601, 1983).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least
from emergence.tables import column_of, read_rows

RULES, RING, STARTS, PERIODS, THRESHOLD = 256, 240, 20, 8, 0.95
"""Rules; cells of the ring and starts by which they are judged; longest period that counts; agreement asked for."""

Cells = NDArray[np.uint8]


def _rule(number: int) -> int:
    if number != int(number) or not 0 <= number < RULES:
        raise ValueError(f"rule = {number!r} must be an integer in [0, {RULES - 1}]")
    return int(number)


def step(cells: Cells, rule: int) -> Cells:
    """The next values of rows of cells, shape (..., cells), zeros and ones; the last axis is a ring."""
    table = np.array([_rule(rule) >> i & 1 for i in range(8)], np.uint8)
    return table[(np.roll(cells, 1, -1) << 2) | (cells << 1) | np.roll(cells, -1, -1)]


def run(cells: Cells, rule: int, steps: int) -> Cells:
    """The rows after some steps, shape of cells."""
    for _ in range(at_least("steps", steps, 0)):
        cells = step(cells, rule)
    return cells


def history(cells: Cells, rule: int, steps: int) -> Cells:
    """One row and its next ones: shape (steps + 1, cells)."""
    rows = np.empty((at_least("steps", steps, 0) + 1, len(cells)), np.uint8)
    rows[0] = cells
    for t in range(steps):
        rows[t + 1] = step(rows[t], rule)
    return rows


def far_agreement(cells: ArrayLike, periods: int = PERIODS) -> Floats:
    """How well a cell tells those far away: shape of the leading axes, in [0, 1].

    For each period up to `periods`, the share of cells that equal the cell at the largest multiple of the period that
    is at most half of the ring; the best period counts. 1 for a row that repeats itself, about 1/2 for fair coins.
    """
    cells = np.asarray(cells)
    half = cells.shape[-1] // 2
    far = [half // p * p for p in range(1, at_least("periods", periods, 1) + 1)]
    return np.max([(cells == np.roll(cells, d, -1)).mean(axis=-1) for d in far], axis=0)


@cache
def judged() -> tuple[Floats, Floats]:
    """Of each rule, shape (256,): the mean far agreement over STARTS starts, and the share that end in equal cells.

    Kept in data/elementary_rules.csv; `judge_rule` computes one row of it.
    """
    rows = read_rows("elementary_rules.csv")
    return column_of(rows, "agreement"), column_of(rows, "uniform")


def judge_rule(rule: int) -> tuple[float, float]:
    """The mean far agreement of rows that began as fair coins, and the share of them whose cells are all equal.

    They are judged after 4 RING steps: each cell has had time to hear of every other. The seed is the rule's number.
    """
    cells = np.random.default_rng(rule).integers(0, 2, (STARTS, RING), dtype=np.uint8)
    end = run(cells, rule, 4 * RING)
    return float(far_agreement(end).mean()), float((end == end[:, :1]).all(axis=1).mean())


def mirrored(rule: int) -> int:
    """The rule that does the same with left and right exchanged."""
    return sum((_rule(rule) >> (4 * left + 2 * c + r) & 1) << (4 * r + 2 * c + left) for left, c, r in _ALL)


def negated(rule: int) -> int:
    """The rule that does the same with zeros and ones exchanged."""
    return sum((1 - (_rule(rule) >> i & 1)) << (7 - i) for i in range(8))


_ALL = [(i >> 2, i >> 1 & 1, i & 1) for i in range(8)]
