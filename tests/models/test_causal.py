"""Effective information: its theorems on random machines, the published examples, and the magnet at two scales."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import rel_entr

from emergence.physics import causal

pytestmark = pytest.mark.filterwarnings("error")

seeds = st.integers(0, 2**32)
sizes = st.integers(2, 6)


def machine(seed, n, concentration=0.5):
    """A random machine, with some entries that are exactly 0."""
    rng = np.random.default_rng(seed)
    matrix = rng.dirichlet(np.full(n, concentration), size=n)
    matrix[matrix < 0.02] = 0
    return matrix / matrix.sum(axis=1, keepdims=True)


def a_grouping(seed, n):
    rows = causal.groupings(n)
    return rows[seed % len(rows)]


def binary_entropy(p):
    return float(causal.entropy([p, 1 - p]))


# --- one scale ----------------------------------------------------------------------------------------------


@given(seed=seeds, n=sizes)
def test_three_formulas_of_effective_information_agree(seed, n):
    matrix = machine(seed, n)
    ei = causal.effective_information(matrix)
    mean_divergence = rel_entr(matrix, matrix.mean(axis=0)).sum(axis=1).mean() / math.log(2)
    coefficients = causal.determinism(matrix) - causal.degeneracy(matrix)
    assert ei == pytest.approx(mean_divergence, abs=1e-9)
    assert ei == pytest.approx(math.log2(n) * coefficients, abs=1e-9)
    assert ei == pytest.approx(causal.mutual_information(matrix, np.full(n, 1 / n)), abs=1e-9)
    assert -1e-12 <= ei <= math.log2(n) + 1e-12


@given(seed=seeds, n=sizes)
def test_only_permutations_have_the_greatest_and_only_equal_rows_the_least_information(seed, n):
    matrix, rng = machine(seed, n), np.random.default_rng(seed)
    assert causal.effective_information(np.eye(n)[rng.permutation(n)]) == pytest.approx(math.log2(n))
    assert causal.effective_information(np.tile(matrix[0], (n, 1))) == pytest.approx(0, abs=1e-12)
    if np.ptp(matrix, axis=0).max() > 0.05 and matrix.max(axis=1).min() < 1:
        assert 0 < causal.effective_information(matrix) < math.log2(n)


@given(seed=seeds, n=sizes)
def test_names_of_the_next_states_do_not_matter_at_one_scale(seed, n):
    matrix, order = machine(seed, n), np.random.default_rng(seed).permutation(n)
    assert causal.effective_information(matrix[:, order]) == pytest.approx(causal.effective_information(matrix))


@settings(max_examples=30, deadline=None)
@given(seed=seeds, n=sizes)
def test_no_inputs_beat_the_capacity(seed, n):
    matrix, rng = machine(seed, n), np.random.default_rng(seed)
    capacity = causal.capacity(matrix, gap=1e-5)
    assert capacity.high - capacity.low <= 1e-5
    assert causal.mutual_information(matrix, capacity.inputs) == pytest.approx(capacity.low, abs=1e-9)
    for inputs in rng.dirichlet(np.full(n, 0.5), size=20):
        assert causal.mutual_information(matrix, inputs) <= capacity.high + 1e-12


@pytest.mark.parametrize("p", [0.0, 0.1, 0.3, 0.5])
def test_the_capacity_of_a_binary_channel_is_the_known_one(p):
    flips = causal.capacity([[1 - p, p], [p, 1 - p]])
    assert flips.low == pytest.approx(1 - binary_entropy(p), abs=1e-6)
    one_sided = causal.capacity([[1, 0], [p, 1 - p]])  # the Z-channel
    known = math.log2(1 + (1 - p) * p ** (p / (1 - p)))
    assert one_sided.low == pytest.approx(known, abs=1e-6)


# --- two scales ---------------------------------------------------------------------------------------------


def test_groupings_are_all_partitions_once():
    for n, bell in enumerate([1, 2, 5, 15, 52, 203, 877, 4140], 1):
        assert causal.groupings(n).shape == (bell, n)
        assert len(np.unique(causal.groupings(n), axis=0)) == bell
    blocks = {frozenset(frozenset(np.flatnonzero(row == g)) for g in set(row)) for row in causal.groupings(4)}
    by_hand = {frozenset(frozenset(i for i in range(4) if labels[i] == g) for g in labels) for labels in
               product(range(4), repeat=4)}  # fmt: skip
    assert blocks == by_hand
    assert set(causal.groupings(5)[0]) == {0} and list(causal.groupings(5)[-1]) == [0, 1, 2, 3, 4]


@given(seed=seeds, n=sizes)
def test_the_machine_of_groups_is_the_average_within_groups(seed, n):
    matrix, labels = machine(seed, n), a_grouping(seed, n)
    macro = causal.macro_matrix(matrix, labels)
    for a, b in product(range(labels.max() + 1), repeat=2):
        rows = matrix[labels == a][:, labels == b].sum(axis=1)
        assert macro[a, b] == pytest.approx(rows.mean(), abs=1e-12)


@given(seed=seeds, n=sizes)
def test_all_groupings_at_once_are_what_each_is_alone(seed, n):
    matrix, rows = machine(seed, n), causal.groupings(n)[:: max(1, n - 2)]
    alone = [causal.effective_information(causal.macro_matrix(matrix, row)) for row in rows]
    assert causal.effective_information_of_groupings(matrix, rows) == pytest.approx(alone, abs=1e-9)


@given(seed=seeds, n=sizes)
def test_a_gain_comes_from_the_inputs_and_blur_is_never_negative(seed, n):
    gain = causal.gain(machine(seed, n), a_grouping(seed, n))
    assert gain.macro - gain.micro == pytest.approx(gain.inputs - gain.blur, abs=1e-9)
    assert gain.blur >= -1e-9


@given(seed=seeds, groups=st.integers(1, 4), size=st.integers(1, 3))
def test_groups_of_equal_size_never_win(seed, groups, size):
    n = groups * size
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(groups), size))
    gain = causal.gain(machine(seed, n), labels)
    assert gain.inputs == pytest.approx(0, abs=1e-9)
    assert gain.macro <= gain.micro + 1e-9


@settings(max_examples=30, deadline=None)
@given(seed=seeds, n=sizes)
def test_no_grouping_beats_the_capacity_of_the_states(seed, n):
    matrix = machine(seed, n)
    high = causal.capacity(matrix, gap=1e-5).high
    assert causal.effective_information_of_groupings(matrix, causal.groupings(n)).max() <= high + 1e-9
    assert causal.capacity(causal.macro_matrix(matrix, a_grouping(seed, n)), gap=1e-5).low <= high + 1e-9


@given(seed=seeds, n=st.integers(2, 4), copies=st.integers(1, 5))
def test_writing_a_state_several_times_changes_no_capacity_but_the_information(seed, n, copies):
    """A state is replaced by copies, each with its row; whatever led to it leads to one of them at random."""
    matrix = machine(seed, n)
    labels = np.concatenate([np.zeros(copies, dtype=int), np.arange(1, n)])
    sizes_of = np.bincount(labels)
    written = matrix[labels][:, labels] / sizes_of[labels]
    assert causal.macro_matrix(written, labels) == pytest.approx(matrix, abs=1e-12)
    lifted = causal.mutual_information(written, causal.lifted_uniform(labels))
    assert lifted == pytest.approx(causal.effective_information(matrix), abs=1e-9)


# --- published examples -------------------------------------------------------------------------------------

EXAMPLES = {
    "4 states": (binary_entropy(1 / 4), 1.0, 1.0),
    "8 states": (3 - 7 / 8 * math.log2(7), 1.0, 1.0),
    "4 noisy units": (1.148579, 1.551829, 1.560046),
    "6 AND units": (3 * binary_entropy(1 / 4), 3.0, 3.0),
}


@pytest.mark.parametrize("name", causal.PUBLISHED)
def test_published_examples_come_out(name):
    matrix, grouping = causal.published(name)
    micro, macro, capacity = EXAMPLES[name]
    gain = causal.gain(matrix, grouping)
    assert gain.micro == pytest.approx(micro, abs=1e-6) and gain.macro == pytest.approx(macro, abs=1e-6)
    assert gain.blur == pytest.approx(0, abs=1e-9)  # all of the gain is one of inputs
    for scale in (matrix, causal.macro_matrix(matrix, grouping)):
        assert causal.capacity(scale).low == pytest.approx(capacity, abs=1e-6)


def test_the_machine_of_groups_of_four_noisy_units_is_the_published_one():
    expected = [[0.8281, 0.0819, 0.0819, 0.0081], [0, 0, 0.91, 0.09], [0, 0.91, 0, 0.09], [0, 0, 0, 1]]
    assert causal.macro_matrix(*causal.published("4 noisy units")) == pytest.approx(np.array(expected), abs=1e-12)


def test_no_grouping_of_the_published_small_machines_is_better():
    for n in (4, 8):
        matrix = causal.absorbing(n)
        assert causal.effective_information_of_groupings(matrix, causal.groupings(n)).max() == pytest.approx(1)


@pytest.mark.parametrize("n", [2, 3, 4, 8, 50, 1000])
def test_the_absorbing_machine_has_the_binary_entropy_of_one_in_n(n):
    assert causal.effective_information(causal.absorbing(n)) == pytest.approx(binary_entropy(1 / n))


def test_units_and_their_bits_agree():
    state = causal.bits(3)
    assert causal.units(state.astype(float)) == pytest.approx(np.eye(8))
    assert list(causal.ands_of_pairs(4)[[0, 3, 12, 15, 7]]) == [0, 1, 2, 3, 1]


@given(difference=st.floats(0, 1), leak=st.floats(0, 1))
def test_the_pair_of_groups_does_not_see_how_three_states_differ(difference, leak):
    matrix = causal.three_and_one(difference, leak)
    macro = causal.macro_matrix(matrix, [0, 0, 0, 1])
    assert macro == pytest.approx(causal.macro_matrix(causal.three_and_one(0, leak), [0, 0, 0, 1]), abs=1e-12)


# --- chance -------------------------------------------------------------------------------------------------


def test_random_maps_gain_often_and_random_noise_seldom():
    rows, shares = causal.groupings(6), {}
    for make in (causal.random_map, causal.random_noisy):
        rng = np.random.default_rng(11)
        values = np.array([causal.effective_information_of_groupings(make(6, rng), rows) for _ in range(300)])
        shares[make] = (values[:, :-1].max(axis=1) > values[:, -1] + 1e-9).mean()
    assert abs(shares[causal.random_map] - 0.7) < 4 * math.sqrt(0.7 * 0.3 / 300)
    assert abs(shares[causal.random_noisy] - 0.1) < 4 * math.sqrt(0.1 * 0.9 / 300)


# --- spins --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_block_spins_of_equal_size_lose_at_every_temperature(temperature):
    matrix = causal.heat_bath_ring(6, temperature)
    micro = causal.effective_information(matrix)
    for rule in ("majority", "first spin"):
        labels = causal.blocks(6, 3, rule)
        assert len(set(np.bincount(labels))) == 1
        assert causal.effective_information(causal.macro_matrix(matrix, labels)) < micro
    assert list(np.bincount(causal.blocks(6, 3, "all up"))) == [49, 7, 7, 1]


@pytest.mark.parametrize("temperature", [0.7, 2.0])
def test_heat_bath_leads_to_the_boltzmann_law_when_spins_are_drawn_in_turn(temperature):
    """The chance of one spin is that of equilibrium given its neighbours."""
    state = 2 * causal.bits(4) - 1
    weights = np.exp((state * np.roll(state, 1, axis=1)).sum(axis=1) / temperature)
    for index in range(16):
        up, down = index | 1, index & ~1
        on = causal.heat_bath_ring(4, temperature)[index][causal.bits(4)[:, 0] == 1].sum()
        assert on == pytest.approx(weights[up] / (weights[up] + weights[down]))


@pytest.mark.parametrize("spins", [2, 3, 5, 8])
@pytest.mark.parametrize("temperature", [0.2, 1.0, 4.0])
def test_the_magnet_counted_is_the_magnet_with_all_its_states(spins, temperature):
    counted = causal.magnet_information(spins, temperature)
    gain = causal.gain(causal.magnet(spins, temperature), causal.magnetisations(spins))
    assert counted.micro == pytest.approx(gain.micro, abs=1e-9)
    assert counted.macro == pytest.approx(gain.macro, abs=1e-9)


def test_many_spins_tell_little_and_their_number_tells_ever_more():
    temperatures = np.array([0.5, 1.0, 2.0, 5.0])
    micro, macro = causal.magnet_information(400, temperatures)
    assert micro == pytest.approx(np.log2(1 + 1 / temperatures**2) / 2, rel=0.02)
    fewer = causal.magnet_information(100, temperatures)
    assert np.all(macro - fewer.macro > 0.5)  # towards 1 bit for four times as many spins
    difference = causal.magnet_information(400, 0.9).macro - causal.magnet_information(100, 0.9).macro
    assert difference == pytest.approx(1, abs=0.15)


def test_the_peak_of_the_gain_passes_the_transition_and_goes_on():
    temperatures = np.linspace(0.5, 1.6, 221)
    peaks = []
    for spins in (5, 8, 64):
        micro, macro = causal.magnet_information(spins, temperatures)
        peaks.append(temperatures[(macro - micro).argmax()])
    assert peaks == pytest.approx([1.165, 0.995, 0.83], abs=0.006)
    limit = brentq(lambda t: quad(lambda m: m * math.tanh(m / t), 0, 1)[0] - t**3 / (1 + t**2), 0.3, 2)
    assert limit == pytest.approx(0.812, abs=5e-4) and peaks[-1] > limit


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: causal.effective_information([[0.5, 0.4], [0, 1]]),
        lambda: causal.effective_information([[1.5, -0.5], [0, 1]]),
        lambda: causal.effective_information([[math.nan, 1], [0, 1]]),
        lambda: causal.effective_information(np.ones((2, 3)) / 3),
        lambda: causal.mutual_information(np.eye(2), [0.5, 0.6]),
        lambda: causal.macro_matrix(np.eye(3), [0, 1]),
        lambda: causal.effective_information_of_groupings(np.eye(3), [[0, 1, 3]]),
        lambda: causal.groupings(10),
        lambda: causal.capacity(np.eye(2)[None]),
        lambda: causal.determinism([[1.0]]),
        lambda: causal.absorbing(1),
        lambda: causal.three_and_one(1.1, 0),
        lambda: causal.units(np.ones((3, 2))),
        lambda: causal.published("5 states"),
        lambda: causal.heat_bath_ring(6, 0),
        lambda: causal.blocks(6, 2, "majority"),
        lambda: causal.blocks(6, 4, "all up"),
        lambda: causal.magnet(1, 1.0),
        lambda: causal.magnet_information(5, -1.0),
        lambda: causal.magnet_information(1001, 1.0),
    ],
)
def test_bad_arguments_are_refused(call):
    with pytest.raises(ValueError, match="allowed|must|not one of"):
        call()
