"""A flock: birds of one speed that turn into the mean direction of their neighbours, with noise.

θ_i(t+1) = arg Σ_j e^{iθ_j(t)} + noise·ξ_i,  x_i(t+1) = x_i(t) + v e^{iθ_i(t)}: the sum is over all birds within
distance 1, itself included, and ξ_i is uniform in [−π, π] (T. Vicsek et al., Phys. Rev. Lett. 75, 1226, 1995, whose
η is 2π times our noise). Periodic box; the order parameter is |mean e^{iθ}|. Instead of all birds within distance 1 a
bird can follow a fixed number of nearest ones, as starlings do (M. Ballerini et al., PNAS 105, 1232, 2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats, at_least, in_range

SPEED = 0.5
"""How far a bird flies in one step, in units of the range of its sight."""
_SMALLEST = 3.0  # sides of the box: rows of cells above and below must be different ones


def order(headings: Floats) -> float:
    """|mean of e^{iθ}|: 1 when all birds fly one way, about √(π/(4N)) for independent directions."""
    return float(abs(np.exp(1j * headings).mean()))


def neighbour_pairs(positions: Floats, side: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of birds within distance 1 in a periodic box, each pair once.

    positions: shape (N, 2), in [0, side). side: at least 3. Returns two index arrays of equal length.

    Birds are sorted by square cells of a side of at least 1, row by row. So the birds of three cells beside each
    other are one stretch of the sorted list; copies beyond the left and the right edge save the wrapping there.
    """
    side = float(in_range("side", side, _SMALLEST, closed_low=True))
    columns = int(side)
    width = side / columns
    x, y = positions.T
    who = np.arange(len(x))
    left, right = x < width, x >= side - width
    who = np.concatenate([who, who[left], who[right]])
    x = np.concatenate([x, x[left] + side, x[right] - side])
    y = y[who]
    column = np.clip((x / width).astype(int) + (x >= 0), 0, columns + 1)  # copies stand in the first and the last
    row = np.minimum((y / width).astype(int), columns - 1)
    cell = row * (columns + 2) + column
    by_cell = np.argsort(cell, kind="stable")
    x, y, who, cell, row, column = (values[by_cell] for values in (x, y, who, cell, row, column))
    begins = np.searchsorted(cell, np.arange(columns * (columns + 2) + 1))

    inner = np.flatnonzero((column > 0) & (column <= columns))  # the birds themselves, no copies
    above = (row[inner] + 1) % columns * (columns + 2) + column[inner]
    # the three cells above, and what follows the bird in its own cell and the cell to the right
    first = np.concatenate([begins[above - 1], inner + 1])
    last = np.concatenate([begins[above + 2], begins[cell[inner] + 2]])
    count = last - first
    i = np.repeat(np.concatenate([inner, inner]), count)
    j = np.arange(len(i)) + np.repeat(first - np.cumsum(count) + count, count)
    dx, dy = x[i] - x[j], np.abs(y[i] - y[j])
    dy = np.minimum(dy, side - dy)
    near = np.flatnonzero(dx * dx + dy * dy < 1)
    return who[i[near]], who[j[near]]


def nearest(positions: Floats, side: float, count: int) -> NDArray[np.int64]:
    """Each bird and the birds nearest to it in a periodic box: shape (N, count + 1), in no order.

    positions: shape (N, 2), in [0, side). Compares all with all, so it suits some hundred birds. Raises ValueError
    for a count outside [1, N − 1].
    """
    birds = len(positions)
    count = int(in_range("nearest", at_least("nearest", count, 1), 0, birds - 1, closed_high=True))
    apart = np.abs(positions[:, None] - positions[None])
    apart = np.minimum(apart, side - apart)
    square = apart[..., 0] ** 2 + apart[..., 1] ** 2
    np.fill_diagonal(square, -1.0)  # the bird itself comes first, also where another is at the same place
    return np.argpartition(square, count, axis=1)[:, : count + 1]


@dataclass
class Flock:
    """Birds in a periodic box. positions: shape (N, 2), in [0, side); headings: shape (N,), radians."""

    positions: Floats
    headings: Floats
    side: float
    steps: int = 0

    @classmethod
    def random(cls, birds: int, density: float, rng: np.random.Generator) -> Flock:
        """Independent places and directions. density: birds per unit area, at most birds/9 (a box of side 3)."""
        birds = at_least("birds", birds, 9)
        density = float(in_range("density", density, 0, birds / _SMALLEST**2, closed_high=True))
        side = math.sqrt(birds / density)
        return cls(rng.random((birds, 2)) * side, rng.random(birds) * math.tau, side)

    def advance(
        self,
        noise: float,
        rng: np.random.Generator,
        *,
        speed: float = SPEED,
        steps: int = 1,
        followed: int | None = None,
    ) -> Flock:
        """Go some steps on, in place. noise: in [0, 1], the share of the circle over which directions are spread.

        followed: how many nearest birds each bird follows; all within distance 1 by default. Raises ValueError for
        noise outside [0, 1], a speed outside [0, ∞), steps < 0, or followed outside [1, N − 1].
        """
        noise = float(in_range("noise", noise, 0, 1, closed_low=True, closed_high=True))
        speed = float(in_range("speed", speed, 0, closed_low=True))
        birds = len(self.headings)
        for _ in range(at_least("steps", steps, 0)):
            heading = np.exp(1j * self.headings)
            if followed is None:
                i, j = neighbour_pairs(self.positions, self.side)
                both, other = np.concatenate([i, j]), heading[np.concatenate([j, i])]
                total = heading + np.bincount(both, other.real, birds) + 1j * np.bincount(both, other.imag, birds)
            else:
                total = heading[nearest(self.positions, self.side, followed)].sum(axis=1)
            self.positions = (self.positions + speed * np.column_stack([heading.real, heading.imag])) % self.side
            self.positions[self.positions >= self.side] = 0.0  # the remainder of a tiny negative number is the side
            self.headings = np.angle(total) + noise * math.pi * (2 * rng.random(birds) - 1)
            self.steps += 1
        return self

    def order(self) -> float:
        """|mean of e^{iθ}|, in [0, 1]."""
        return order(self.headings)
