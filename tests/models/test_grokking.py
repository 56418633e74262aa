"""A network that adds on a circle: exact networks, waves, gradients, and late learning with fixed seeds."""

import math

import numpy as np
import pytest
from gradients import numerical_gradient
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence.scaling import grokking as gr

# --- waves --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("modulus", [3, 4, 8, 23])
def test_waves_are_orthonormal(modulus):
    rows = gr.waves(modulus).reshape(-1, modulus)
    norms = (rows**2).sum(axis=1)
    rows = rows[norms > 1e-12]
    assert rows @ rows.T == pytest.approx(np.eye(modulus), abs=1e-12)


@given(modulus=st.integers(3, 30), units=st.integers(1, 4), seed=st.integers(0, 99))
def test_power_over_all_frequencies_is_the_sum_of_squares(modulus, units, seed):
    weights = np.random.default_rng(seed).normal(size=(modulus, units))
    assert gr.power(weights).sum(axis=0) == pytest.approx((weights**2).sum(axis=0))


def test_power_is_that_of_the_discrete_fourier_transform():
    weights = np.random.default_rng(1).normal(size=(23, 5))
    transformed = np.abs(np.fft.rfft(weights, axis=0)) ** 2 / 23
    transformed[1:] *= 2
    assert gr.power(weights) == pytest.approx(transformed)


def test_a_network_of_waves_is_pure_and_random_weights_are_not():
    first, second, _ = gr.wave_network(23, 5)
    found = gr.spectrum(first, second)
    assert found.share[5] == pytest.approx(1) and found.purity == pytest.approx(1)
    rng = np.random.default_rng(1)
    assert gr.spectrum(rng.normal(size=(23, 64)), rng.normal(size=(23, 64))).purity < 0.3


# --- exact networks -----------------------------------------------------------------------------------------


@given(modulus=st.integers(3, 31), frequency=st.integers(1, 40), phases=st.sampled_from([3, 5, 6, 7]))
def test_the_scores_of_three_units_are_those_of_the_theorem(modulus, frequency, phases):
    found = gr.scores(*gr.wave_network(modulus, frequency, phases))
    k, n = 2 * math.pi * frequency / modulus, np.arange(modulus)
    a, b, c = n[:, None, None], n[None, :, None], n[None, None, :]
    assert found == pytest.approx(phases * np.cos(k * (a - b) / 2) ** 2 * np.cos(k * (a + b - c)), abs=1e-9)


@given(half=st.integers(1, 15), frequency=st.integers(1, 40))
def test_three_units_have_every_sum_right_for_an_odd_modulus_without_a_common_divisor(half, frequency):
    modulus = 2 * half + 1
    right = gr.accuracy(gr.scores(*gr.wave_network(modulus, frequency)), gr.addition_table(modulus))
    if math.gcd(modulus, frequency) == 1:
        assert right == 1
    else:
        assert right < 1


def test_for_an_even_modulus_the_pairs_that_lie_opposite_are_lost():
    found = gr.scores(*gr.wave_network(24, 5))
    n = np.arange(24)
    opposite = (n[:, None] - n) % 24 == 12
    assert np.abs(found[opposite]).max() < 1e-12
    right = found.argmax(axis=2) == gr.addition_table(24)
    assert right[~opposite].all()


@pytest.mark.parametrize("phases", [1, 2, 4])
def test_a_number_of_phases_that_divides_four_does_not_do(phases):
    assert gr.accuracy(gr.scores(*gr.wave_network(23, 3, phases)), gr.addition_table(23)) < 0.1


def unrelated_network(p, frequency):
    """Nine units of one frequency, with phases t of U and u of W in thirds of a circle, and t + u in V."""
    t, u = (2 * math.pi / 3 * phase for phase in np.divmod(np.arange(9), 3))
    angle = 2 * math.pi * frequency / p * np.arange(p)[:, None]
    return np.cos(angle + t), np.cos(angle + u), np.cos(angle + t + u).T


@given(half=st.integers(1, 15), frequency=st.integers(1, 40))
def test_nine_units_of_unrelated_phases_lose_the_factor_of_the_theorem(half, frequency):
    p = 2 * half + 1
    found = gr.scores(*unrelated_network(p, frequency))
    n = np.arange(p)
    difference = n[:, None, None] + n[None, :, None] - n
    assert found == pytest.approx(4.5 * np.cos(2 * math.pi * frequency / p * difference), abs=1e-9)


def test_all_frequencies_make_the_wanted_scores_up_to_a_constant_if_phases_are_unrelated():
    p, table = 23, gr.addition_table(23)
    wanted = np.eye(p)[table]
    found = sum(gr.scores(*unrelated_network(p, f)) for f in range(1, p // 2 + 1))
    assert (4 / 9 * found + 1) / p == pytest.approx(wanted, abs=1e-12)


def test_all_frequencies_with_the_phases_of_the_theorem_have_two_further_peaks():
    p = 23
    found = sum(gr.scores(*gr.wave_network(p, f)) for f in range(1, p // 2 + 1))
    for a, b in ((5, 9), (0, 11), (20, 3)):
        assert found[a, b].argmax() == (a + b) % p
        assert set(np.argsort(-found[a, b])[1:3]) == {2 * a % p, 2 * b % p}
        assert 0.4 < found[a, b, 2 * a % p] / found[a, b, (a + b) % p] < 0.5


@settings(max_examples=20)
@given(modulus=st.integers(3, 8), seed=st.integers(0, 99))
def test_a_network_that_lists_fits_any_table_exactly(modulus, seed):
    table = np.random.default_rng(seed).integers(0, modulus, (modulus, modulus))
    network = gr.listing_network(table)
    assert network[0].shape == (modulus, 2 * modulus**2)
    assert np.array_equal(gr.scores(*network), np.eye(modulus)[table])


def test_zero_loss_on_the_trained_pairs_goes_with_no_other_answer_right():
    """The table is right on the trained half and wrong everywhere else, and the listing network has all of it."""
    trained = gr.AddingNetwork(0, np.random.default_rng(1)).trained
    table = gr.addition_table(23)
    found = gr.scores(*gr.listing_network(np.where(trained, table, (table + 1) % 23)))
    assert np.array_equal(found[trained], np.eye(23)[table[trained]])
    assert not (found.argmax(axis=2) == table)[~trained].any()


# --- training -----------------------------------------------------------------------------------------------


def small(decay=0.5, seed=3):
    return gr.AddingNetwork(decay, np.random.default_rng(seed), share=0.6, modulus=5, units=4)


def test_gradient_is_that_of_finite_differences():
    network = small()
    network.train(3)  # the room that is used again holds an earlier step
    numerical = numerical_gradient(lambda: network.gradient()[0], network.parameters)
    found = network.gradient()[1]
    for name, expected in numerical.items():
        assert np.abs(expected).max() > 1e-3
        assert found[name] == pytest.approx(expected, abs=1e-8), name


def test_the_loss_that_is_trained_is_the_one_that_is_told():
    network = small()
    assert network.gradient()[0] == pytest.approx(network.checkpoint().trained_loss)


def test_weight_decay_shrinks_weights_before_the_step_of_adam():
    with_decay, without = small(decay=2.0), small(decay=0.0)
    before = {name: array.copy() for name, array in without.parameters.items()}
    with_decay.train(1)
    without.train(1)
    for name, array in with_decay.parameters.items():
        assert array == pytest.approx(without.parameters[name] - 0.005 * 2.0 * before[name])


def test_a_run_in_parts_is_the_run_in_one():
    whole, parts = small(), small()
    whole.train(20)
    parts.train(7)
    parts.train(13)
    assert all(np.array_equal(whole.parameters[name], parts.parameters[name]) for name in whole.parameters)


def test_the_trained_share_is_rounded_down_to_pairs():
    network = gr.AddingNetwork(0, np.random.default_rng(1))
    assert network.trained.sum() == 264 and network.size == 3 * 23 * 64


@pytest.fixture(scope="module")
def late():
    network, seen = gr.AddingNetwork(0.5, np.random.default_rng(1)), []
    for _ in range(30):
        network.train(100)
        first, second = network.parameters["first"], network.parameters["second"]
        seen.append((network.checkpoint(), gr.spectrum(first, second).purity))
    return seen


def test_the_trained_pairs_are_known_long_before_the_others(late):
    checkpoints = [checkpoint for checkpoint, _ in late]
    assert checkpoints[0].trained_accuracy == 1 and checkpoints[0].other_accuracy < 0.15
    assert checkpoints[4].other_accuracy < 0.6 and checkpoints[-1].other_accuracy > 0.95


def test_the_loss_on_the_other_pairs_rises_at_first_above_that_of_saying_nothing(late):
    losses = [checkpoint.other_loss for checkpoint, _ in late]
    assert max(losses) > 2 and max(losses) == max(losses[:8]) and losses[-1] < 0.2


def test_the_waves_get_pure_while_the_others_become_known(late):
    purity = [pure for _, pure in late]
    assert purity[0] < 0.5 and purity[-1] > 0.8


# --- the shipped table --------------------------------------------------------------------------------------


def test_the_table_holds_eight_seeds_of_every_setting():
    table = gr.delay_table()
    settings = {(share, decay) for share, decay in zip(table.share, table.decay, strict=True)}
    assert len({decay for share, decay in settings if share == 0.5}) >= 8
    for share, decay in settings:
        assert sorted(table.of(share, decay).seed) == list(range(1, 9))
    assert np.isfinite(table.memorised).all()
    known = np.isfinite(table.generalised)
    assert (table.generalised[known] <= gr.LIMIT).all() and (table.best[known] >= gr.GENERALISED).all()
    assert (table.best[~known] < gr.GENERALISED).all()


@pytest.mark.parametrize(("decay", "seed"), [(3, 1), (1, 2)])
def test_a_row_of_the_table_comes_out_again(decay, seed):
    """To a tenth, or a look: on another processor sums are rounded otherwise."""
    table = gr.delay_table().of(0.5, decay)
    found = gr.measure_delay(gr.AddingNetwork(decay, np.random.default_rng(seed)), gr.LIMIT, 25)
    row = int(np.flatnonzero(table.seed == seed)[0])
    assert found.memorised == pytest.approx(table.memorised[row], abs=25)
    assert found.generalised == pytest.approx(table.generalised[row], rel=0.1, abs=25)


def test_the_delay_grows_as_the_weight_decay_falls():
    table = gr.delay_table()
    decays = np.unique(table.decay[table.share == 0.5])
    medians = [np.median(table.of(0.5, decay).delay) for decay in decays]
    assert math.isinf(medians[0]) and all(a > b for a, b in zip(medians[1:], medians[2:], strict=False))
    slowest_of_much, fastest_of_little = table.of(0.5, 2).delay.max(), table.of(0.5, 0.5).delay.min()
    assert slowest_of_much < fastest_of_little


def test_without_weight_decay_no_run_of_the_table_gets_there():
    assert not np.isfinite(gr.delay_table().of(0.5, 0).generalised).any()


def test_the_delay_grows_as_the_trained_share_falls():
    table = gr.delay_table()
    assert table.of(0.55, 1).delay.max() < table.of(0.45, 1).delay.min()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: gr.addition_table(2), r"modulus = 2 .* \[3, inf\)"),
        (lambda: gr.wave_network(2, 1), r"modulus = 2 .* \[3, inf\)"),
        (lambda: gr.wave_network(5, 0), r"frequency = 0 .* \[1, inf\)"),
        (lambda: gr.wave_network(5, 1, 0), r"phases = 0 .* \[1, inf\)"),
        (lambda: gr.listing_network(np.full((3, 3), 3)), r"answers in \[0, 2\]"),
        (lambda: gr.AddingNetwork(0, np.random.default_rng(1), share=1.0), r"share = 1 trains 529 pairs"),
        (lambda: gr.AddingNetwork(200, np.random.default_rng(1)), r"decay = 200 .* \[0, 200\)"),
        (lambda: gr.AddingNetwork(1, np.random.default_rng(1), units=0), r"units = 0 .* \[1, inf\)"),
        (lambda: gr.delay_table().of(0.5, 0.123), r"decay = 0.123 is not among"),
    ],
)
def test_bad_input_is_refused_by_name_value_and_range(bad, message):
    with pytest.raises(ValueError, match=message):
        bad()
