"""The flock: neighbours against brute force, what is kept, and order at low and at full noise."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.physics import vicsek


@settings(max_examples=60, deadline=None)
@given(st.integers(9, 120), st.floats(3, 12), st.integers(0, 2**32 - 1))
def test_neighbour_pairs_are_those_of_a_comparison_of_all_with_all(birds, side, seed):
    positions = np.random.default_rng(seed).random((birds, 2)) * side
    apart = np.abs(positions[:, None] - positions[None])
    near = (np.minimum(apart, side - apart) ** 2).sum(axis=-1) < 1
    expected = {(i, j) for i, j in zip(*np.nonzero(near), strict=True) if i < j}
    i, j = vicsek.neighbour_pairs(positions, side)
    found = [(min(a, b), max(a, b)) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    assert len(found) == len(set(found)) and set(found) == expected


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_birds_stay_in_the_box_and_order_between_zero_and_one(noise, speed, seed):
    rng = np.random.default_rng(seed)
    flock = vicsek.Flock.random(60, 2.0, rng).advance(noise, rng, speed=speed, steps=4)
    assert np.all((flock.positions >= 0) & (flock.positions < flock.side))
    assert 0 <= flock.order() <= 1 and flock.steps == 4


def test_aligned_birds_stay_aligned_without_noise_whichever_way_they_fly():
    rng = np.random.default_rng(1)
    for way in (0.3, 2.0, -3.0):
        flock = vicsek.Flock.random(200, 2.0, rng)
        flock.headings[:] = way
        flock.advance(0.0, rng, steps=20)
        assert flock.order() == pytest.approx(1) and np.allclose(flock.headings, way)


def test_the_rule_is_the_same_for_a_turned_flock():
    """A quarter turn of places and headings commutes with a step: the law singles out no direction."""
    rng = np.random.default_rng(2)
    flock = vicsek.Flock.random(150, 2.0, rng)
    x, y = flock.positions.T
    turned = vicsek.Flock(np.column_stack([(-y) % flock.side, x]), flock.headings + math.pi / 2, flock.side)
    flock.advance(0.0, rng, steps=3)
    turned.advance(0.0, rng, steps=3)
    assert np.allclose(np.exp(1j * turned.headings), 1j * np.exp(1j * flock.headings))


def test_at_full_noise_the_mean_square_of_the_order_is_one_over_n():
    rng, birds = np.random.default_rng(3), 100
    flock = vicsek.Flock.random(birds, 2.0, rng)
    squares = np.array([flock.advance(1.0, rng).order() ** 2 for _ in range(1500)])
    assert abs(squares.mean() - 1 / birds) < 4 * squares.std() / math.sqrt(len(squares))
    assert np.sqrt(squares).mean() == pytest.approx(math.sqrt(math.pi / (4 * birds)), rel=0.06)


def mean_order(birds: int, noise: float, seed: int = 4, steps: int = 200) -> float:
    rng = np.random.default_rng(seed)
    flock = vicsek.Flock.random(birds, 2.0, rng).advance(noise, rng, steps=150)
    return float(np.mean([flock.advance(noise, rng, steps=5).order() for _ in range(steps // 5)]))


def test_the_flock_orders_at_low_noise_at_every_size_and_not_at_high_noise():
    low = [mean_order(birds, 0.2) for birds in (125, 500, 1000)]
    high = [mean_order(birds, 0.65) for birds in (125, 500, 2000)]
    assert min(low) > 0.8
    assert all(larger < 0.8 * smaller for smaller, larger in pairwise(high))


@settings(max_examples=40, deadline=None)
@given(st.integers(9, 60), st.integers(1, 8), st.floats(3, 12), st.integers(0, 2**32 - 1))
def test_the_nearest_birds_are_those_of_a_sorted_list(birds, count, side, seed):
    positions = np.random.default_rng(seed).random((birds, 2)) * side
    found = vicsek.nearest(positions, side, count)
    apart = np.abs(positions[:, None] - positions[None])
    square = (np.minimum(apart, side - apart) ** 2).sum(axis=-1)
    for bird, those in enumerate(found):
        assert set(those.tolist()) == set(np.argsort(square[bird])[: count + 1].tolist()) and bird in those


def test_birds_that_count_their_neighbours_fly_alike_at_every_scale():
    """Places and steps enlarged by one factor: the same flock, enlarged (Theorem 1 of What emerges?)."""
    rng = np.random.default_rng(8)
    flock = vicsek.Flock.random(80, 2.0, rng)
    large = vicsek.Flock(3 * flock.positions, flock.headings.copy(), 3 * flock.side)
    near = vicsek.Flock(3 * flock.positions, flock.headings.copy(), 3 * flock.side)
    for rest, factor, followed in ((large, 3, 7), (near, 3, None)):
        rest.advance(0.3, np.random.default_rng(9), speed=factor * vicsek.SPEED, steps=12, followed=followed)
    flock.advance(0.3, np.random.default_rng(9), steps=12, followed=7)
    np.testing.assert_allclose(np.exp(1j * large.headings), np.exp(1j * flock.headings), atol=1e-9)
    np.testing.assert_allclose(large.positions, 3 * flock.positions, atol=1e-9)
    assert abs(near.order() - flock.order()) > 0.05, "for birds that see as far as 1 it is another flock"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: vicsek.Flock.random(100, 20.0, rng), "density"),
        (lambda rng: vicsek.Flock.random(4, 1.0, rng), "birds"),
        (lambda rng: vicsek.Flock.random(20, 1.0, rng).advance(1.1, rng), "noise"),
        (lambda rng: vicsek.Flock.random(20, 1.0, rng).advance(0.5, rng, speed=-1), "speed"),
        (lambda rng: vicsek.neighbour_pairs(np.zeros((2, 2)), 2.0), "side"),
        (lambda rng: vicsek.nearest(np.zeros((9, 2)), 3.0, 9), "nearest"),
        (lambda rng: vicsek.Flock.random(20, 1.0, rng).advance(0.5, rng, followed=0), "nearest"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))
