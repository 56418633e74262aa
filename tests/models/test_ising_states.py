"""The counted states of small Ising lattices."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import emergence
from emergence.ising_states import SIZES, count_states, states

CHECKSUM = "182c6d76afbf3e9058e2508cab97c04b4e3b60e0fab293f4c0772f44ab90f3db"
TABLE = Path(emergence.__file__).parent / "data" / "ising_states.csv"


def as_counter(table) -> Counter:
    pairs = zip(table.energy.tolist(), table.magnetisation.tolist(), strict=True)
    return Counter(dict(zip(pairs, map(int, table.count), strict=True)))


def enumerated(size: int) -> tuple[np.ndarray, np.ndarray]:
    spins = np.array(list(itertools.product((1, -1), repeat=size**2)), dtype=np.int8).reshape(-1, size, size)
    energy = -(spins * np.roll(spins, 1, 1) + spins * np.roll(spins, 1, 2)).sum(axis=(1, 2), dtype=int)
    return energy, spins.sum(axis=(1, 2), dtype=int)


@pytest.mark.parametrize("size", [2, 4])
def test_transfer_counts_what_enumeration_counts(size):
    energy, magnetisation = enumerated(size)
    assert as_counter(count_states(size)) == Counter(zip(energy.tolist(), magnetisation.tolist(), strict=True))


@pytest.mark.parametrize("size", [4, 6])
def test_the_stored_counts_are_counted_again(size):
    assert as_counter(states(size)) == as_counter(count_states(size))


def test_the_stored_file_is_the_one_that_was_counted():
    assert hashlib.sha256(TABLE.read_bytes()).hexdigest() == CHECKSUM


@pytest.mark.parametrize("size", SIZES)
def test_counts_have_the_symmetries_and_moments_of_the_model(size):
    counts, spins = as_counter(states(size)), size**2
    total = 2**spins
    assert sum(counts.values()) == total
    assert all(counts[energy, -m] == n for (energy, m), n in counts.items())
    flipped = [(-energy, n) for (energy, _), n in counts.items()]  # turn one colour: E changes sign
    assert Counter(dict(_sum_by_first(flipped))) == Counter(
        dict(_sum_by_first([(e, n) for (e, _), n in counts.items()]))
    )
    # at T = ∞ spins are independent: ⟨E²⟩ = 2N bonds, ⟨M²⟩ = N, ⟨E M²⟩ = −2·(2N)
    assert sum(e * e * n for (e, _), n in counts.items()) == 2 * spins * total
    assert sum(m * m * n for (_, m), n in counts.items()) == spins * total
    assert sum(e * m * m * n for (e, m), n in counts.items()) == -4 * spins * total


def _sum_by_first(pairs):
    sums: dict[int, int] = {}
    for key, n in pairs:
        sums[key] = sums.get(key, 0) + n
    return sums.items()


def test_partition_function_agrees_with_the_transfer_matrix():
    """Z of the 8 × 8 torus from the eigenvalues of the 256 × 256 transfer matrix, at three temperatures and fields."""
    rows = np.array(list(itertools.product((1, -1), repeat=8)))
    inside = (rows * np.roll(rows, 1, axis=1)).sum(axis=1)
    between = rows @ rows.T
    table = states(8)
    for temperature, field in ((1.5, 0.0), (2.3, 0.2), (4.0, -0.7)):
        own = np.exp((inside + field * rows.sum(axis=1)) / (2 * temperature))
        matrix = own[:, None] * np.exp(between / temperature) * own[None, :]
        expected = np.log((np.linalg.eigvalsh(matrix) ** 8).sum())
        logs = np.log(table.count) + (field * table.magnetisation - table.energy) / temperature
        assert np.logaddexp.reduce(logs) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("temperature", [0.8, 2.0, 2.5, 10.0])
def test_means_agree_with_direct_sums_over_all_configurations(temperature):
    energy, magnetisation = enumerated(4)
    for field in (0.0, 1e-3, 0.4, -2.0):
        weights = np.exp((field * magnetisation - energy - 40) / temperature)
        weights /= weights.sum()
        assert states(4).mean_magnetisation(temperature, field) == pytest.approx(
            (weights * magnetisation).sum() / 16, rel=1e-9, abs=1e-15
        )
        m, law = states(4).magnetisation_law(temperature, field)
        assert law.sum() == pytest.approx(1) and (law * m).sum() == pytest.approx((weights * magnetisation).sum() / 16)


@given(st.sampled_from(SIZES), st.floats(0.3, 20), st.floats(0, 50))
def test_magnetisation_is_odd_and_bounded_and_vanishes_without_field(size, temperature, field):
    m = states(size).mean_magnetisation(temperature, [field, 0.0, -field])
    assert m[1] == 0 and m[0] == -m[2] and 0 <= m[0] <= 1 + 1e-12


def test_sizes_that_are_not_kept_are_refused():
    with pytest.raises(ValueError, match="size = 5 is not one of 4, 6, 8"):
        states(5)
    with pytest.raises(ValueError, match="size = 3 is not one of 2, 4, 6, 8"):
        count_states(3)
