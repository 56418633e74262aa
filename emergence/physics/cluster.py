"""Swendsen–Wang dynamics of the two-dimensional Ising model on a torus, J = k_B = 1, no field.

Each bond between like spins is kept with probability 1 − e^(−2/T); every connected cluster of sites is then turned up
or down by a fair coin. Given the clusters the spins are independent coins, so that with c_i the clusters' sizes
E[M²] = Σ c_i² and E[M⁴] = 3 (Σ c_i²)² − 2 Σ c_i⁴ (improved estimators).
Source: Swendsen & Wang, Phys. Rev. Lett. 58, 86 (1987); Wolff, Nucl. Phys. B 300, 501 (1988).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats, at_least, in_range

Spins = NDArray[np.int8]
Integers = NDArray[np.int64]


class Observed(NamedTuple):
    """What one update of R lattices of N spins shows, each of shape (R,).

    energy: E/N of the spins before the update. absolute: |m| after it. second, fourth: of m² and m⁴ the means over the
    coins of this update.
    """

    energy: Floats
    absolute: Floats
    second: Floats
    fourth: Floats


def components(first: Integers, second: Integers, count: int) -> Integers:
    """The least node that each of the nodes 0 … count − 1 is connected with, by the edges first[i]–second[i].

    Roots hook onto smaller ones and paths are cut short until no edge joins two trees: some ten rounds. On the clusters
    of a lattice it is faster than SciPy's `connected_components`, which a page would have to load besides.
    """
    root = np.arange(count)
    while True:
        first, second = root[first], root[second]
        apart = first != second
        if not apart.any():
            return root
        first, second = first[apart], second[apart]
        root[np.maximum(first, second)] = np.minimum(first, second)
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter


class Clusters:
    """R independent tori of L × L spins ±1, `spins` of shape (R, L, L), that are updated together."""

    def __init__(self, size: int, lattices: int = 1) -> None:
        """All up. Raises ValueError for size < 3, where two neighbours would share two bonds, or lattices < 1."""
        self.size, self.lattices = at_least("size", size, 3), at_least("lattices", lattices, 1)
        self.spins: Spins = np.ones((self.lattices, self.size, self.size), np.int8)

    def update(self, temperature: float, rng: np.random.Generator) -> Observed:
        """Turn over the clusters of every lattice once. Raises ValueError for a temperature outside (0, ∞)."""
        keep = -math.expm1(-2 / float(in_range("temperature", temperature)))
        right, down = (self.spins == np.roll(self.spins, -1, axis) for axis in (2, 1))
        like = right.sum(axis=(1, 2)) + down.sum(axis=(1, 2))
        chance = rng.random((2, *self.spins.shape), dtype=np.float32) < keep
        right &= chance[0]
        down &= chance[1]
        # runs along the rows are numbered first: that leaves fewer nodes for the edges between rows
        begins = np.ones(self.spins.shape, bool)
        begins[:, :, 1:] = ~right[:, :, :-1]
        run = (np.cumsum(begins) - 1).reshape(self.spins.shape)
        last = right[:, :, -1]
        first = np.concatenate([run[down], run[:, :, -1][last]])
        second = np.concatenate([np.roll(run, -1, 1)[down], run[:, :, 0][last]])
        root = components(first, second, int(run[-1, -1, -1]) + 1)
        cluster = root[run]
        coins = (2 * rng.integers(0, 2, len(root), dtype=np.int8) - 1).astype(np.int8)
        self.spins = coins[cluster]

        sizes = np.bincount(cluster.ravel(), minlength=len(root)) / self.size**2
        # the clusters of a lattice are numbered between its first run and that of the next
        starts = run[:, 0, 0]
        second_moment = np.add.reduceat(sizes**2, starts)
        fourth = 3 * second_moment**2 - 2 * np.add.reduceat(sizes**4, starts)
        return Observed(
            2 - 2 * like / self.size**2, np.abs(self.spins.mean(axis=(1, 2))), second_moment, fourth
        )  # like bonds have the energy −1, the others +1
