"""Small Ising lattices exactly: how many configurations have a given energy and magnetisation.

Z(T, h) = Σ g(E, M) exp((−E + h M)/T) over the torus of L × L spins, J = k_B = 1; with g known, every mean at
every temperature and field is a finite sum. The counts are made here, by adding one spin at a time.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from emergence.checks import in_range, one_of
from emergence.tables import column_of, read_rows

SIZES = (4, 6, 8)
"""Sizes whose counts are kept in data/ising_states.csv."""
BINS = np.linspace(-1, 1, 17)
"""Centres of the bins of a histogram of m; on a lattice of 4 × 4 they are all its values."""


@dataclass(frozen=True)
class States:
    """Energies E, magnetisations M and counts g, each of shape (n,), of the torus of size × size spins."""

    size: int
    energy: np.ndarray
    magnetisation: np.ndarray
    count: np.ndarray

    def _log_weights(self, temperature: float, field: np.ndarray) -> np.ndarray:
        if not 0 < temperature < math.inf:
            raise ValueError(f"temperature = {temperature!r} is outside (0, inf)")
        exponent = (field[:, None] * self.magnetisation - self.energy) / temperature
        return np.log(self.count) + exponent

    def probabilities(self, temperature: float, field: float = 0.0) -> np.ndarray:
        """Probability of each pair (E, M), shape (n,). Raises ValueError for a temperature outside (0, ∞)."""
        logs = self._log_weights(temperature, np.array([field], dtype=float))[0]
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    def magnetisation_law(self, temperature: float, field: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """The values of m = M/N, shape (N + 1,), ascending, and their probabilities."""
        spins = self.size**2
        index = (self.magnetisation + spins) // 2
        # In the browser an index has 32 bits, and bincount takes no wider ones
        law = np.bincount(index.astype(np.intp), self.probabilities(temperature, field), minlength=spins + 1)
        return np.arange(-spins, spins + 1, 2) / spins, law

    def most_probable(self, temperature: float) -> float:
        """The |m| of the greatest probability without a field. Raises ValueError for a temperature outside (0, ∞)."""
        m, law = self.magnetisation_law(temperature)
        return float(abs(m[np.argmax(law)]))

    def free_energy(self, temperature: float, field: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """The values of m, shape (N + 1,), ascending, and −(T/N) ln P(m), its minimum 0.

        Raises ValueError for a temperature outside (0, ∞).
        """
        m, law = self.magnetisation_law(temperature)
        energy = temperature / self.size**2 * np.log(law.max() / law) - field * m  # all that a field adds
        return m, energy - energy.min()

    def mean_magnetisation(self, temperature: float, field: ArrayLike) -> np.ndarray:
        """⟨m⟩ at each field, shape of field. Raises ValueError for a temperature outside (0, ∞)."""
        h = np.asarray(field, dtype=float)
        m, law = self.magnetisation_law(temperature)
        # P(m) at field h is P(m) at zero field times exp(h M/T); the pairs ±m are summed so that ⟨m⟩ is odd in h
        m, law = m[m > 0], law[m > 0]
        argument = np.abs(h)[..., None] * m * self.size**2 / temperature
        zero = 1 - 2 * law.sum()
        scale = argument.max(axis=-1, keepdims=True)
        up, down = np.exp(argument - scale) * law, np.exp(-argument - scale) * law
        total = (up + down).sum(axis=-1) + zero * np.exp(-scale[..., 0])
        return np.sign(h) * ((up - down) * m).sum(axis=-1) / total


def minima(m: np.ndarray, energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points (m, energy) of a curve that are lower than their neighbours; those at its ends have one each."""
    around = np.concatenate([[np.inf], energy, [np.inf]])
    low = (energy < around[:-2]) & (energy < around[2:])
    return m[low], energy[low]


def in_bins(m: ArrayLike, weights: ArrayLike = 1.0) -> np.ndarray:
    """The share of each of BINS, shape (17,), in values of m with weights; on a border half counts on each side.

    Raises ValueError for a magnetisation outside [−1, 1].
    """
    place = (in_range("m", m, -1, 1, closed_low=True, closed_high=True) + 1) * 8
    weight = np.broadcast_to(np.asarray(weights, dtype=float), place.shape)
    shares = np.zeros(len(BINS))
    for rounding in (-1e-9, 1e-9):
        np.add.at(shares, np.floor(place + 0.5 + rounding).astype(int), weight / 2)
    return shares / weight.sum()


def count_states(size: int) -> States:
    """Count the 2^(L²) configurations, L even and from 2 to 8, by transfer: one spin after the other, row by row.

    Exact integers. Size 8 takes about a minute and 400 MB; `states` reads the stored result.
    Raises ValueError for another size.
    """
    one_of("size", size, (2, 4, 6, 8))
    spins = size**2
    total = np.zeros((spins + 1, 2 * spins + 1), np.uint64)  # [spins up, unlike bonds]
    for row, multiplicity in _first_rows(size).items():
        counts = np.zeros((2,) * size + total.shape, np.uint64)
        counts[row + (sum(row), _unlike(row))] = multiplicity
        for _ in range(size - 1):
            for column in range(size):
                counts = _replace_spin(counts, column, size)
        for last in itertools.product((0, 1), repeat=size):  # bonds that close the torus
            closing = sum(a != b for a, b in zip(row, last, strict=True))
            total[:, closing:] += counts[last][:, : total.shape[1] - closing]
    up, unlike = np.nonzero(total)
    return States(size, 2 * unlike - 2 * spins, 2 * up - spins, total[up, unlike])


def _first_rows(size: int) -> dict[tuple[int, ...], int]:
    """One row of each class under rotation and reflection, with the size of its class."""
    classes: dict[tuple[int, ...], int] = {}
    for row in itertools.product((0, 1), repeat=size):
        turned = [row[i:] + row[:i] for i in range(size)]
        smallest = min(turned + [t[::-1] for t in turned])
        classes[smallest] = classes.get(smallest, 0) + 1
    return classes


def _unlike(row: tuple[int, ...]) -> int:
    return sum(row[i] != row[i - 1] for i in range(len(row)))


def _replace_spin(counts: np.ndarray, column: int, size: int) -> np.ndarray:
    """Put the spin of the next row in place of the one above it, for every state of the frontier."""
    result = np.zeros_like(counts)
    others = [(slice(None),)] * size
    for old, new in itertools.product((0, 1), repeat=2):
        left = (0, 1) if column else (None,)
        right = (0, 1) if column == size - 1 else (None,)
        for before, after in itertools.product(left, right):
            place = [s[0] for s in others]
            if before is not None:
                place[column - 1] = before
            if after is not None and size > 2:
                place[0] = after
            elif after is not None and after != before:
                continue  # two columns: left and right neighbour are one spin
            unlike = (old != new) + (before is not None and before != new) + (after is not None and after != new)
            source, target = place.copy(), place.copy()
            source[column], target[column] = old, new
            shifted_from = (slice(None, -new or None), slice(None, -unlike or None))
            shifted_to = (slice(new, None), slice(unlike, None))
            result[(*target, *shifted_to)] += counts[(*source, *shifted_from)]
    return result


@functools.cache
def states(size: int) -> States:
    """The stored counts for a size of SIZES. Raises ValueError for another size."""
    one_of("size", size, SIZES)
    rows = read_rows("ising_states.csv", size=size)
    integers = (column_of(rows, name, np.int64) for name in ("energy", "magnetisation"))
    return States(size, *integers, column_of(rows, "count", np.uint64))
