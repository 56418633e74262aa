"""The counted states of small Ising lattices."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence.physics import ising, landau
from emergence.physics.ising_states import BINS, SIZES, count_states, in_bins, minima, states


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


@given(st.sampled_from(SIZES), st.floats(0.5, 20), st.floats(-0.5, 0.5))
def test_a_field_tilts_the_free_energy_by_exactly_minus_h_m(size, temperature, field):
    m, energy = states(size).free_energy(temperature)
    _, law = states(size).magnetisation_law(temperature, field)
    tilted = energy - field * m
    counted = temperature / size**2 * np.log(law.max() / law)
    np.testing.assert_allclose(tilted - tilted.min(), counted, atol=1e-10)
    np.testing.assert_allclose(states(size).free_energy(temperature, field)[1], counted, atol=1e-10)
    assert energy.min() == 0


@given(st.sampled_from(SIZES), st.floats(0.5, 50))
def test_the_hump_between_the_wells_obeys_the_bound_of_the_proof(size, temperature):
    m, law = states(size).magnetisation_law(temperature)
    even, preimages = law[m == 0].item(), size**4 + size**2
    assert 1 <= preimages * np.exp((4 * size + 16) / temperature) * even
    hump = temperature / size**2 * np.log(law.max() / even)
    assert hump <= (4 * size + 16 + temperature * np.log(preimages)) / size**2 + 1e-12


def test_turning_over_a_block_of_consecutive_sites_does_what_the_proof_says():
    rng, size = np.random.default_rng(1), 8
    for _ in range(200):
        spins = rng.choice([-1, 1], (size, size), p=[0.2, 0.8])
        sums, costs = [], []
        for j in range(size**2):
            turned = spins.copy()
            turned.flat[(j + np.arange(size**2 // 2)) % size**2] *= -1
            sums.append(turned.sum())
            costs.append(
                sum((spins * np.roll(spins, 1, a)).sum() - (turned * np.roll(turned, 1, a)).sum() for a in (0, 1))
            )
        assert max(costs) <= 4 * size + 8
        assert all(sums[j - size**2 // 2] == -sums[j] for j in range(size**2))
        assert set(np.diff(sums)) <= {-4, 0, 4} and np.abs(sums).min() <= 2


@pytest.mark.parametrize("size", SIZES)
def test_landaus_polynomial_follows_the_counts_and_turns_where_the_two_minima_meet(size):
    temperatures = np.arange(2.3, 4, 0.01)
    single = temperatures[[len(minima(*states(size).free_energy(t))[0]) == 1 for t in temperatures]][0]
    turns = temperatures[[landau.fit(*states(size).free_energy(t))[0] > 0 for t in temperatures]][0]
    assert turns == pytest.approx(single, abs=0.03) and single > ising.CRITICAL_TEMPERATURE + 0.5


def test_the_minima_of_a_curve_may_lie_at_its_ends_and_none_is_in_a_plateau():
    m, energy = minima(np.arange(7), np.array([1.0, 2, 0, 3, 3, 4, 2]))
    assert m.tolist() == [0, 2, 6] and energy.tolist() == [1, 0, 2]


@pytest.mark.parametrize("size", SIZES)
def test_the_most_probable_magnetisation_is_large_in_the_cold_and_zero_in_the_warm(size):
    lattice = states(size)
    assert lattice.most_probable(1.0) == 1 and lattice.most_probable(5.0) == 0
    m, energy = lattice.free_energy(2.0)
    assert energy[m == lattice.most_probable(2.0)] == 0


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_bins_share_out_all_values_each_to_the_nearest(values):
    shares = in_bins(values)
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    nearest = np.abs(np.subtract.outer(values, BINS)) <= 1 / 16 + 1e-8
    assert not shares[~nearest.any(axis=0)].any()


def test_a_value_between_two_bins_counts_half_in_each_and_the_values_of_16_spins_are_bins():
    assert in_bins([1 / 16]).tolist() == [0] * 8 + [0.5, 0.5] + [0] * 7
    assert in_bins([-1, 1], [1, 3])[[0, -1]].tolist() == [0.25, 0.75]
    m, law = states(4).magnetisation_law(2.0)
    np.testing.assert_allclose(m, BINS)
    np.testing.assert_allclose(in_bins(m, law), law, rtol=1e-12)


def test_the_limit_exists_with_and_without_a_transition():
    """The slope of ⟨m⟩ at h = 0: it settles at T = 4 as the lattice grows, and at T = 2 runs away like N m₀²/T."""
    slopes = {t: [float(states(n).mean_magnetisation(t, 1e-6)) / 1e-6 for n in SIZES] for t in (2.0, 4.0)}
    steps = np.diff(slopes[4.0])
    assert 0 < steps[1] < steps[0] / 4, "above T_c the response settles"
    m_0 = float(ising.spontaneous_magnetisation(2.0))
    np.testing.assert_allclose(np.array(slopes[2.0]) / np.array(SIZES) ** 2, m_0**2 / 2.0, rtol=0.12)
    assert float(ising.spontaneous_magnetisation(4.0)) == 0


def test_sizes_that_are_not_kept_are_refused():
    with pytest.raises(ValueError, match="size = 5 is not one of 4, 6, 8"):
        states(5)
    with pytest.raises(ValueError, match="size = 3 is not one of 2, 4, 6, 8"):
        count_states(3)


def test_a_magnetisation_beyond_one_fits_no_bin():
    with pytest.raises(ValueError, match=r"m = 1.1 is outside the allowed range \[-1, 1\]"):
        in_bins([0.0, 1.1])
