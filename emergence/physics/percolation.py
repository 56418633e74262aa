"""Site percolation on the square lattice: clusters, paths across, and the share of open sites at which they appear.

Site i is open when its own number u_i, uniform in [0, 1], is below p; a cluster is a set of open sites joined by
steps to the four neighbours. With the same u a larger p only opens more (D. Stauffer and A. Aharony, Introduction to
Percolation Theory, 1994; G. Grimmett, Percolation, 1999).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range, one_of
from emergence.tables import column_of, read_rows

CRITICAL_SHARE = 0.59274605
"""p_c of sites on the square lattice, a measured number: no closed form is known."""
WINDOW_EXPONENT = 3 / 4
"""1/ν: the window of a lattice of side L is proportional to L^(−1/ν), with ν = 4/3."""

SIZES, LATTICES = (8, 16, 32, 64, 128), 2000
"""Sides of the lattices whose counts are kept in data/percolation.csv, and how many of each were drawn."""
SHARES = np.round(np.arange(0.40, 0.7801, 0.005), 3)
"""The p at which they are counted."""

Labels = NDArray[np.int64]


def clusters(open_sites: ArrayLike) -> Labels:
    """The cluster of each open site, as the least index that it holds; −1 for closed sites.

    open_sites: booleans, shape (..., rows, columns); leading axes hold separate lattices, and the index of a site
    counts through all of them. Edges are free. Returns the shape of open_sites. Raises ValueError for fewer than
    two axes.

    Open sites beside each other in a row are one run. Each round joins the roots of runs along all contacts of two
    rows at once, the higher under the lower (of several, any one), and then points every run at its root: the rounds
    are few, while a flood takes as many as the longest path has steps.
    """
    site = np.asarray(open_sites, dtype=bool)
    if site.ndim < 2:
        raise ValueError(f"open_sites has {site.ndim} axes, but must have at least 2")
    begins = site.copy()
    begins[..., 1:] &= ~site[..., :-1]
    run = begins.cumsum().reshape(site.shape) - 1
    contact = site[..., 1:, :] & site[..., :-1, :]
    contact[..., 1:] &= ~contact[..., :-1]  # one is enough where two runs touch side by side
    a, b = run[..., :-1, :][contact], run[..., 1:, :][contact]
    first = np.flatnonzero(begins)
    root = np.arange(len(first))
    while a.size:
        root[np.maximum(a, b)] = np.minimum(a, b)
        while not np.array_equal(above := root[root], root):
            root = above
        a, b = root[a], root[b]
        apart = a != b
        a, b = a[apart], b[apart]
    return np.where(site, first[root][run] if len(first) else -1, -1)


def spans(open_sites: ArrayLike) -> NDArray[np.bool_]:
    """Whether an open path leads from the first row to the last: shape of the leading axes of open_sites."""
    label = clusters(open_sites)
    first, last = label[..., 0, :], label[..., -1, :]
    below = np.zeros(label.size + 1, dtype=bool)  # one more place, for the −1 of closed sites
    below[last[last >= 0]] = True
    return np.any(below[first], axis=-1)


def spanning_thresholds(numbers: ArrayLike) -> Floats:
    """The least p at which each lattice has an open path from the first row to the last.

    numbers: the u of the sites, in [0, 1], shape (..., rows, columns). Returns the shape of the leading axes: the
    threshold is the number of one of the sites, found by bisection among them. Raises ValueError for numbers outside
    [0, 1].
    """
    u = in_range("numbers", numbers, 0, 1, closed_low=True, closed_high=True)
    flat = np.sort(u.reshape(*u.shape[:-2], -1), axis=-1)
    low, high = np.zeros(u.shape[:-2], int), np.full(u.shape[:-2], flat.shape[-1] - 1)
    for _ in range(math.ceil(math.log2(flat.shape[-1])) + 1):
        middle = (low + high) // 2
        level = np.take_along_axis(flat, middle[..., None], axis=-1)[..., None]
        reached = spans(u <= level)
        low, high = np.where(reached, low, np.minimum(middle + 1, high)), np.where(reached, middle, high)
    return np.take_along_axis(flat, high[..., None], axis=-1)[..., 0]


def draw_thresholds(size: int, lattices: int, rng: np.random.Generator) -> Floats:
    """Thresholds of random lattices of one side, shape (lattices,), drawn some at a time to spare memory."""
    size, lattices = at_least("size", size, 2), at_least("lattices", lattices, 1)
    some = max(1, 2**20 // size**2)
    parts = [min(some, lattices - begun) for begun in range(0, lattices, some)]
    return np.concatenate([spanning_thresholds(rng.random((n, size, size))) for n in parts])


def count_spanning(size: int) -> NDArray[np.int64]:
    """How many of LATTICES lattices of a side span at each p of SHARES; the seed is the side. Slow for large sides."""
    return (draw_thresholds(size, LATTICES, np.random.default_rng(size))[:, None] <= SHARES).sum(axis=0)


@cache
def counted(size: int) -> NDArray[np.int64]:
    """The same from data/percolation.csv. Raises ValueError for a side that is not among SIZES."""
    one_of("size", size, SIZES)
    return column_of(read_rows("percolation.csv", size=size), "spanning", np.int64)


def window(size: int) -> tuple[float, float]:
    """Mean and standard deviation of the thresholds of a side in SIZES, from the counts.

    Each step of SHARES in which some were reached stands for its middle; p outside SHARES is cut off.
    """
    share = np.diff(counted(size) / LATTICES, prepend=0, append=1)
    middle = np.concatenate([[SHARES[0]], (SHARES[1:] + SHARES[:-1]) / 2, [SHARES[-1]]])
    mean = float(share @ middle)
    return mean, math.sqrt(float(share @ (middle - mean) ** 2))


def largest_share(labels: Labels) -> float:
    """The share of all sites that lies in the largest cluster, of one labelled lattice."""
    used = labels[labels >= 0]
    return float(np.bincount(used).max() / labels.size) if used.size else 0.0


def binomial_error(successes: ArrayLike, trials: ArrayLike) -> Floats:
    """Standard error of a share of successes, with one success and one failure added so that 0 of n has one as well."""
    share = (np.asarray(successes, dtype=float) + 1) / (np.asarray(trials, dtype=float) + 2)
    return np.sqrt(share * (1 - share) / (np.asarray(trials, dtype=float) + 2))


def path_bound(p: ArrayLike, steps: ArrayLike) -> Floats:
    """Upper bound of the probability that site 0 of the infinite lattice is joined to a site `steps` steps away.

    4·3^(n−1) paths at most take n steps without going straight back, and each is open with probability p^(n+1).
    Broadcast shape of p, in [0, 1], and steps, at least 1.
    """
    p = in_range("p", p, 0, 1, closed_low=True, closed_high=True)
    n = in_range("steps", steps, 1, closed_low=True)
    return np.minimum(1, 4 / 3 * p * (3 * p) ** n)
