"""Swendsen–Wang updates and block spins, against enumeration and exact results."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from emergence.physics import block_spins, ising
from emergence.physics.cluster import Clusters, components
from emergence.physics.ising_states import states

T_C = ising.CRITICAL_TEMPERATURE


def quick(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


@given(st.integers(1, 60), st.integers(0, 120), st.integers(0, 2**32 - 1))
def test_components_are_those_of_scipy_named_by_their_least_node(count, edges, seed):
    first, second = np.random.default_rng(seed).integers(0, count, (2, edges))
    root = components(first, second, count)
    _, theirs = connected_components(coo_array((np.ones(edges), (first, second)), shape=(count, count)), directed=False)
    assert all(root[i] == np.flatnonzero(theirs == theirs[i]).min() for i in range(count))


@pytest.mark.parametrize(("size", "temperature"), [(4, 1.8), (4, T_C), (4, 3.5), (6, T_C), (8, 2.4)])
def test_updates_sample_what_counting_says(size, temperature):
    """200 independent lattices, so that the standard error needs no autocorrelation time; within 4 of them."""
    lattice, rng = Clusters(size, 200), quick(size)
    for _ in range(30):
        lattice.update(temperature, rng)
    means = np.mean([lattice.update(temperature, rng) for _ in range(60)], axis=0)  # (4, 200)
    counts = states(size)
    m, law = counts.magnetisation_law(temperature)
    energy = counts.probabilities(temperature) @ counts.energy / size**2
    exact = [energy, law @ np.abs(m), law @ m**2, law @ m**4]
    error = means.std(axis=1, ddof=1) / np.sqrt(200)
    assert np.abs((means.mean(axis=1) - exact) / error).max() < 4


def test_the_law_of_the_magnetisation_on_4x4_is_the_exact_one():
    lattice, rng = Clusters(4, 4000), quick(1)
    for _ in range(40):
        lattice.update(T_C, rng)
    m, law = states(4).magnetisation_law(T_C)
    seen = np.bincount(np.rint((lattice.spins.mean(axis=(1, 2)) + 1) * 8).astype(int), minlength=17)
    sigma = np.sqrt(4000 * law * (1 - law))
    assert np.abs((seen - 4000 * law) / np.maximum(sigma, 1)).max() < 4


def test_improved_estimators_agree_with_the_spins_they_average_over():
    lattice, rng = Clusters(16, 64), quick(2)
    pairs = np.array([[o.second, o.absolute**2, o.fourth, o.absolute**4] for o in
                      (lattice.update(2.4, rng) for _ in range(300))][20:])  # fmt: skip
    for improved, plain in ((0, 1), (2, 3)):
        gap = (pairs[:, improved] - pairs[:, plain]).mean(axis=0)  # (64,)
        assert abs(gap.mean()) < 4 * gap.std(ddof=1) / 8


def test_no_bond_is_kept_at_infinite_temperature_and_every_one_near_zero():
    lattice = Clusters(5, 3)
    observed = lattice.update(1e-3, quick(1))
    assert observed.absolute.tolist() == [1, 1, 1] and observed.second.tolist() == [1, 1, 1]
    assert observed.energy.tolist() == [-2, -2, -2]
    hot = lattice.update(1e9, quick(1))
    assert hot.second == pytest.approx([1 / 25] * 3, abs=1e-3)


def test_bad_sizes_and_temperatures_are_refused():
    with pytest.raises(ValueError, match=r"size = 2 must be an integer in \[3, inf\)"):
        Clusters(2)
    with pytest.raises(ValueError, match="temperature = 0 is outside"):
        Clusters(4).update(0, quick(1))


# -- block spins ----------------------------------------------------------------------------------------------------


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_a_block_spin_is_the_majority_and_turns_with_its_spins(side, seed):
    spins = np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), (3 * side, 3 * side))
    blocks = block_spins.blocked(spins)
    assert np.array_equal(block_spins.blocked(-spins), -blocks)
    for i, j in np.ndindex(side, side):
        nine = spins[3 * i : 3 * i + 3, 3 * j : 3 * j + 3]
        assert blocks[i, j] == (1 if (nine > 0).sum() >= 5 else -1)


def test_fewer_than_nine_spins_are_no_block():
    with pytest.raises(ValueError, match="size = 8 must be a multiple of 3"):
        block_spins.blocked(np.ones((8, 8), np.int8))


def test_coins_stay_coins_and_order_stays_order():
    """At T = ∞ block spins are independent fair coins again: the fixed point of disorder."""
    spins = np.random.default_rng(1).choice(np.array([-1, 1], np.int8), (729, 729))
    for level in block_spins.levels(spins, 3):
        assert abs(block_spins.alike(level)) < 4 / np.sqrt(2 * level.size)
    assert [block_spins.alike(level) for level in block_spins.levels(np.ones((27, 27), np.int8), 3)] == [1] * 4


def test_blocks_flow_to_order_below_and_to_disorder_above_the_critical_temperature():
    rng = quick(3)
    below, above = (block_spins.flow(162, t, 130, 3, rng)[30:].mean(axis=0) for t in (2.1, 2.6))
    assert (np.diff(below) > 0).all() and below[-1] > 0.98
    assert (np.diff(above) < 0).all() and above[-1] < 0.1
    for first, t in ((below[0], 2.1), (above[0], 2.6)):
        assert first == pytest.approx(-ising.onsager_energy(t) / 2, abs=0.01)


def test_at_the_critical_temperature_the_first_levels_hardly_flow():
    """Neighbours are alike by √2/2 at first; blocking changes the rule, but not towards 0 or 1."""
    at = block_spins.flow(243, T_C, 200, 2, quick(4))[40:].mean(axis=0)
    assert at[0] == pytest.approx(np.sqrt(0.5), abs=0.01)
    assert np.abs(np.diff(at)).max() < 0.06
