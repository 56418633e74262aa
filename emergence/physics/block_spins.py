"""Block spins: a lattice of Ising spins seen from further away, three by three spins becoming one by majority.

A block spin is the sign of the sum of its nine spins, which is odd and so never zero. In equilibrium at T the blocked
lattice has a correlation length of a third, in units of its own sites.
Source: Kadanoff, Physics 2, 263 (1966).
"""

from __future__ import annotations

import numpy as np

from emergence.checks import Floats, at_least
from emergence.physics.cluster import Clusters, Spins

BLOCK = 3


def blocked(spins: Spins) -> Spins:
    """The block spins, shape (L/3, L/3). Raises ValueError for a side that is no multiple of three."""
    size = len(spins)
    if size % BLOCK:
        raise ValueError(f"size = {size!r} must be a multiple of {BLOCK}")
    sums = spins.reshape(size // BLOCK, BLOCK, size // BLOCK, BLOCK).sum(axis=(1, 3))
    return np.sign(sums).astype(np.int8)


def levels(spins: Spins, count: int) -> list[Spins]:
    """The spins, their block spins, the block spins of these, and so on: count + 1 lattices."""
    found = [spins]
    for _ in range(at_least("count", count, 0)):
        found.append(blocked(found[-1]))
    return found


def alike(spins: Spins) -> float:
    """The mean of s_i s_j over neighbours on the torus, in [−1, 1]: 1 for all alike, 0 for coins."""
    wide = spins.astype(np.int64)
    return float((wide * np.roll(wide, 1, 0) + wide * np.roll(wide, 1, 1)).mean() / 2)


def flow(size: int, temperature: float, updates: int, count: int, rng: np.random.Generator) -> Floats:
    """`alike` of each of count + 1 levels after each update, shape (updates, count + 1), from all up."""
    lattice = Clusters(size)
    rows = []
    for _ in range(at_least("updates", updates, 1)):
        lattice.update(temperature, rng)
        rows.append([alike(level) for level in levels(lattice.spins[0], count)])
    return np.array(rows)
