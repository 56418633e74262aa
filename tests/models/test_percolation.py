"""Site percolation: labels against a flood, exact small lattices, the window, and the shipped counts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from emergence.physics import percolation as pc


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_clusters_are_those_of_scipy(rows, columns, p, seed):
    site = np.random.default_rng(seed).random((rows, columns)) < p
    ours, (theirs, many) = pc.clusters(site), label(site)
    assert np.array_equal(ours >= 0, site)
    assert (
        len(set(zip(ours[site].tolist(), theirs[site].tolist(), strict=True))) == many == len(set(ours[site].tolist()))
    )
    index = np.arange(site.size).reshape(site.shape)
    assert all(index[ours == name].min() == name for name in np.unique(ours[site]))


@pytest.mark.parametrize("p", [0.4, 0.593, 0.8])
def test_large_lattices_are_labelled_like_scipy_and_several_at_once_like_one(p):
    site = np.random.default_rng(1).random((3, 100, 128)) < p
    together = pc.clusters(site)
    for one, labels in zip(site, together, strict=True):
        theirs, many = label(one)
        assert len(np.unique(labels[one])) == many
        assert len(set(zip(labels[one].tolist(), theirs[one].tolist(), strict=True))) == many
    assert np.array_equal(pc.spans(site), [pc.spans(one) for one in site])


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_a_lattice_spans_from_its_threshold_on_and_not_below(size, seed):
    u = np.random.default_rng(seed).random((size, size))
    threshold = float(pc.spanning_thresholds(u))
    assert pc.spans(u <= threshold) and not pc.spans(u < threshold)


def test_spanning_of_two_by_two_and_three_by_three_agrees_with_enumeration():
    for size in (2, 3):
        n, p = size**2, 0.55
        exact = 0.0
        for bits in product((False, True), repeat=n):
            if pc.spans(np.array(bits).reshape(size, size)):
                exact += p ** sum(bits) * (1 - p) ** (n - sum(bits))
        if size == 2:
            assert exact == pytest.approx(2 * p**2 - p**4)
        thresholds = pc.draw_thresholds(size, 20_000, np.random.default_rng(size))
        share = (thresholds <= p).mean()
        assert abs(share - exact) < 4 * pc.binomial_error(20_000 * share, 20_000)


def test_the_small_ones_of_the_shipped_counts_are_counted_again():
    for size in (8, 16):
        assert np.array_equal(pc.count_spanning(size), pc.counted(size))
    for size in pc.SIZES:
        counts = pc.counted(size)
        assert len(counts) == len(pc.SHARES) and np.all(np.diff(counts) >= 0) and counts.max() <= pc.LATTICES


def test_shipped_counts_of_a_large_side_agree_with_fresh_lattices():
    fresh = (pc.draw_thresholds(64, 300, np.random.default_rng(0))[:, None] <= pc.SHARES).sum(axis=0) / 300
    shipped = pc.counted(64) / pc.LATTICES
    error = np.hypot(pc.binomial_error(300 * fresh, 300), pc.binomial_error(pc.counted(64), pc.LATTICES))
    assert np.all(np.abs(fresh - shipped) < 4 * error)


def test_the_window_shrinks_like_the_side_to_the_minus_three_quarters():
    widths = np.array([pc.window(size)[1] for size in pc.SIZES])
    relative = 1 / np.sqrt(2 * pc.LATTICES)  # of a standard deviation, for nearly normal thresholds
    slope, covariance = np.polyfit(
        np.log(pc.SIZES[1:]), np.log(widths[1:]), 1, w=np.full(4, 1 / relative), cov="unscaled"
    )[:2]
    error = float(np.sqrt(covariance[0, 0]))
    assert slope[0] == pytest.approx(-pc.WINDOW_EXPONENT, abs=0.03)
    assert error < 0.015
    scaled = (widths * np.array(pc.SIZES) ** pc.WINDOW_EXPONENT)[1:]
    assert scaled.max() / scaled.min() < 1.1


def test_the_curves_collapse_in_p_minus_pc_times_side_to_three_quarters_and_not_without_the_power():
    def spread(power: float) -> float:
        grid = np.linspace(-0.5, 0.5, 11)
        curves = [
            np.interp(grid, (pc.SHARES - pc.CRITICAL_SHARE) * (size / 32) ** power * 8, pc.counted(size) / pc.LATTICES)
            for size in pc.SIZES[1:]
        ]
        return float(np.ptp(curves, axis=0).max())

    assert spread(pc.WINDOW_EXPONENT) < 0.06 < 0.2 < spread(0)


def test_thresholds_of_large_lattices_are_near_the_critical_share():
    mean, deviation = pc.window(128)
    assert abs(mean - pc.CRITICAL_SHARE) < 0.002 + 4 * deviation / np.sqrt(pc.LATTICES)


def test_far_below_the_bound_on_paths_no_cluster_is_large_and_far_above_one_is():
    rng = np.random.default_rng(2)
    few, many = rng.random((128, 128)) < 0.3, rng.random((128, 128)) < 0.9
    assert pc.largest_share(pc.clusters(few)) < 0.005
    assert pc.largest_share(pc.clusters(many)) > 0.89
    assert pc.largest_share(pc.clusters(np.zeros((4, 4)))) == 0


def test_the_path_bound_holds_in_a_large_lattice():
    """The centre reaches the edge of a box of 2n + 1 at most as often as the bound says."""
    rng, n, p, tries = np.random.default_rng(3), 6, 0.3, 4000
    labels = pc.clusters(rng.random((tries, 2 * n + 1, 2 * n + 1)) < p)
    centre = labels[:, n, n]
    edge = np.concatenate([labels[:, 0], labels[:, -1], labels[:, :, 0], labels[:, :, -1]], axis=1)
    reached = ((edge == centre[:, None]) & (centre >= 0)[:, None]).any(axis=1).mean()
    assert 0 < reached < pc.path_bound(p, n)
    assert pc.path_bound(0.3, [1, 10, 100]).tolist() == sorted(pc.path_bound(0.3, [1, 10, 100]), reverse=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pc.clusters(np.ones(3)), "axes"),
        (lambda: pc.spanning_thresholds(np.full((2, 2), 1.5)), "numbers"),
        (lambda: pc.counted(9), "size"),
        (lambda: pc.draw_thresholds(1, 1, np.random.default_rng()), "size"),
        (lambda: pc.path_bound(1.2, 3), "p"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
