"""The sandpile: order does not matter, the group and its identity, the burning test, and what a leak does."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emergence.physics import sandpile as sp

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 6))
PILES = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, 9)))


@settings(max_examples=100, deadline=None)
@given(PILES, st.integers(0, 2**32 - 1))
def test_the_order_of_the_topplings_changes_neither_the_end_nor_their_numbers(heights, seed):
    end, toppled = sp.stabilise(heights)
    other, counted = sp.topple_in_order(heights, np.random.default_rng(seed))
    assert np.array_equal(end, other) and np.array_equal(toppled, counted)
    assert end.max() <= 3 and end.min() >= 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_adding_piles_is_commutative_and_associative(data):
    shape = data.draw(SHAPES)
    a, b, c = (data.draw(arrays(np.int64, shape, elements=st.integers(0, 3))) for _ in range(3))
    assert np.array_equal(sp.add(a, b), sp.add(b, a))
    assert np.array_equal(sp.add(sp.add(a, b), c), sp.add(a, sp.add(b, c)))


@settings(max_examples=60, deadline=None)
@given(PILES)
def test_grains_leave_only_over_the_edge(heights):
    end, toppled = sp.stabilise(heights)
    rows, columns = heights.shape
    sides = sum(toppled[0]) + sum(toppled[-1]) + sum(toppled[:, 0]) + sum(toppled[:, -1])
    assert heights.sum() - end.sum() == sides


@pytest.mark.parametrize(("rows", "columns", "count"), [(1, 1, 4), (1, 2, 15), (2, 2, 192), (2, 3, 2415)])
def test_the_burning_test_finds_as_many_recurrent_piles_as_the_determinant_says(rows, columns, count):
    piles = product(range(4), repeat=rows * columns)
    assert sp.recurrent_count(rows, columns) == count
    assert sum(sp.is_recurrent(np.reshape(pile, (rows, columns))) for pile in piles) == count


def test_recurrent_piles_are_those_that_driving_comes_back_to():
    heights, rng, seen = np.zeros((2, 2), np.int64), np.random.default_rng(1), set()
    for k in range(8000):
        heights, _ = sp.drive(heights, 1, rng)
        if k > 100:
            seen.add(tuple(heights.ravel()))
    assert len(seen) == 192 and all(sp.is_recurrent(np.reshape(pile, (2, 2))) for pile in seen)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 2), (3, 5), (8, 8), (16, 16)])
def test_the_identity_is_recurrent_and_changes_no_recurrent_pile(rows, columns):
    e, rng = sp.identity(rows, columns), np.random.default_rng(2)
    assert sp.is_recurrent(e) and np.array_equal(sp.add(e, e), e)
    for _ in range(10):
        pile = sp.add(np.full((rows, columns), 3), rng.integers(0, 4, (rows, columns)))
        assert sp.is_recurrent(pile) and np.array_equal(sp.add(pile, e), pile)


def test_small_identities():
    assert sp.identity(2, 2).tolist() == [[2, 2], [2, 2]]
    assert sp.identity(3, 3).tolist() == [[2, 1, 2], [1, 0, 1], [2, 1, 2]]


def test_the_empty_pile_is_not_recurrent_and_the_full_one_is():
    assert not sp.is_recurrent(np.zeros((4, 4), int)) and sp.is_recurrent(np.full((4, 4), 3))
    assert not sp.is_recurrent([[0, 0], [3, 3]])  # two empty neighbours never come back


def test_in_the_long_run_the_mean_number_of_topplings_is_that_of_a_random_walk_to_the_edge():
    """Dhar: the mean of topplings per grain is the sum of Δ⁻¹ over its entries, divided by the sites."""
    side, rng = 6, np.random.default_rng(3)
    sites = side**2
    delta = np.array([sum_of_one(side, k) for k in range(sites)])
    exact = np.linalg.inv(delta).sum() / sites
    heights, _ = sp.drive(np.full((side, side), 3), 500, rng)
    _, sizes = sp.drive(heights, 8000, rng)
    blocks = sizes.reshape(50, -1).mean(axis=1)
    assert abs(sizes.mean() - exact) < 4 * blocks.std(ddof=1) / np.sqrt(len(blocks))


def sum_of_one(side: int, k: int) -> np.ndarray:
    row = np.zeros((side, side))
    i, j = divmod(k, side)
    row[i, j] = 4
    for a, b in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
        if 0 <= a < side and 0 <= b < side:
            row[a, b] = -1
    return row.ravel()


def test_a_leak_cuts_the_large_avalanches_off():
    rng = np.random.default_rng(4)
    heights, _ = sp.drive(np.full((25, 25), 2), 600, rng)
    _, closed = sp.drive(heights, 600, rng)
    leaking, _ = sp.drive(heights, 600, rng, leak=0.05)
    _, leaky = sp.drive(leaking, 600, rng, leak=0.05)
    assert leaky.max() < closed.max() / 2 and leaky.mean() < closed.mean() / 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sp.stabilise(np.zeros(3, int)), "heights"),
        (lambda: sp.stabilise(np.full((2, 2), 0.5)), "heights"),
        (lambda: sp.stabilise([[-1]]), "heights"),
        (lambda: sp.stabilise([[4]], leak=0.5), "rng"),
        (lambda: sp.is_recurrent([[4]]), "heights"),
        (lambda: sp.recurrent_count(5, 5), "sites|rows"),
        (lambda: sp.identity(0, 2), "rows"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
