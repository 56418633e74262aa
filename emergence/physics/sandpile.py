"""The Abelian sandpile: a site with four grains or more gives one to each neighbour; at the edge they fall off.

Toppling site i takes Δ_i from the heights, where Δ is 4 on the diagonal and −1 for neighbours. The stable heights that
come back for ever, when grains are added, form a group under adding and toppling (P. Bak, C. Tang, K. Wiesenfeld,
Phys. Rev. Lett. 59, 381, 1987; D. Dhar, Phys. Rev. Lett. 64, 1613, 1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import at_least, in_range

Heights = NDArray[np.int64]


def _heights(name: str, values: ArrayLike) -> Heights:
    heights = np.array(values)
    if heights.ndim != 2 or not heights.size or not np.issubdtype(heights.dtype, np.integer) or heights.min() < 0:
        raise ValueError(f"{name} must be a table of integers in [0, inf), but has shape {heights.shape}")
    return heights.astype(np.int64)


def _give(heights: Heights, grains: Heights) -> None:
    """Each site gives so many grains to each of its four neighbours, in place."""
    heights[1:] += grains[:-1]
    heights[:-1] += grains[1:]
    heights[:, 1:] += grains[:, :-1]
    heights[:, :-1] += grains[:, 1:]


def stabilise(
    heights: ArrayLike, *, leak: float = 0.0, rng: np.random.Generator | None = None
) -> tuple[Heights, Heights]:
    """Topple until no site has four grains: the stable heights, and how often each site toppled, both (rows, columns).

    heights: integers ≥ 0, shape (rows, columns). All sites topple at once, as often as they can; without a leak the
    result does not depend on the order. leak: the probability, in [0, 1), that grains given away vanish, drawn for
    each site and round with rng.
    """
    heights = _heights("heights", heights)
    leak = float(in_range("leak", leak, 0, 1, closed_low=True))
    if leak and rng is None:
        raise ValueError("rng = None, but a leak draws random numbers")
    toppled = np.zeros_like(heights)
    while (often := heights >> 2).any():
        toppled += often
        heights -= often << 2
        _give(heights, often if not leak else often * (rng.random(heights.shape) >= leak))
    return heights, toppled


def topple_in_order(heights: ArrayLike, rng: np.random.Generator) -> tuple[Heights, Heights]:
    """The same one toppling at a time, in random order: slow, for comparison."""
    heights = _heights("heights", heights)
    toppled, one = np.zeros_like(heights), np.zeros_like(heights)
    while len(unstable := np.argwhere(heights >= 4)):
        site = tuple(unstable[rng.integers(len(unstable))])
        heights[site] -= 4
        one[site] = 1
        _give(heights, one)
        one[site] = 0
        toppled[site] += 1
    return heights, toppled


def add(first: ArrayLike, second: ArrayLike) -> Heights:
    """The sum of two piles of equal shape, site by site, toppled until it is stable."""
    return stabilise(_heights("first", first) + _heights("second", second))[0]


def is_recurrent(heights: ArrayLike) -> bool:
    """Dhar's burning test: give each edge site one grain for each side without neighbour (a corner two).

    A stable pile is recurrent exactly if every site then topples once. Raises ValueError for an unstable one.
    """
    heights = _heights("heights", heights)
    if heights.max() > 3:
        raise ValueError(f"heights = {heights.max()} is outside the allowed range [0, 3] of a stable pile")
    fire = np.full_like(heights, 4)
    neighbours = np.zeros_like(heights)
    _give(neighbours, np.ones_like(heights))
    after, toppled = stabilise(heights + fire - neighbours)
    return bool((toppled == 1).all() and np.array_equal(after, heights))


def identity(rows: int, columns: int) -> Heights:
    """The recurrent pile that changes no recurrent pile when it is added and toppled, shape (rows, columns)."""
    six = np.full((at_least("rows", rows, 1), at_least("columns", columns, 1)), 6, np.int64)
    return stabilise(six - stabilise(six)[0])[0]


def recurrent_count(rows: int, columns: int) -> int:
    """The number of recurrent piles, det Δ, which is also that of the spanning trees of the grid with its edge.

    Raises ValueError for more than 16 sites, beyond which a determinant in floating point is no integer any more.
    """
    sites = at_least("rows", rows, 1) * at_least("columns", columns, 1)
    if sites > 16:
        raise ValueError(f"rows·columns = {sites} is outside the allowed range [1, 16]")
    matrix = np.empty((sites, sites))
    for k in range(sites):
        one = np.zeros((rows, columns), np.int64)
        one.flat[k] = 1
        row = 4 * one
        _give(row, -one)
        matrix[k] = row.ravel()
    return round(float(np.linalg.det(matrix)))


def drive(
    heights: Heights, grains: int, rng: np.random.Generator, *, leak: float = 0.0
) -> tuple[Heights, NDArray[np.int64]]:
    """Drop grains on random sites, one at a time, and topple after each: stable heights, and topplings per grain."""
    heights = _heights("heights", heights)
    sizes = np.zeros(at_least("grains", grains, 0), np.int64)
    for k in range(len(sizes)):
        site = tuple(rng.integers(heights.shape))
        heights[site] += 1
        if heights[site] > 3:
            heights, toppled = stabilise(heights, leak=leak, rng=rng)
            sizes[k] = toppled.sum()
    return heights, sizes
