"""The Ising model against the exact results of Onsager and Yang, and against complete enumeration."""

from __future__ import annotations

import functools
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergence.physics import ising
from emergence.physics.ising_states import states

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/physics/symmetry_breaking.ipynb"


def sfc(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def mean_and_error(samples: np.ndarray, batches: int = 20) -> tuple[float, float]:
    """Mean and its standard error from batch means, which carry the autocorrelation of the samples."""
    means = samples[: len(samples) // batches * batches].reshape(batches, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(batches))


@functools.cache
def run(temperature: float, size: int = 256, sweeps: int = 4000, warm_up: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Magnetisation and energy per spin after each sweep, from a lattice with all spins up."""
    rng, lattice = sfc(3), ising.Lattice.aligned(size)
    lattice.sweep(temperature, rng, sweeps=warm_up)
    m, u = np.empty(sweeps), np.empty(sweeps)
    for i in range(sweeps):
        lattice.sweep(temperature, rng)
        m[i], u[i] = lattice.magnetisation(), lattice.energy_per_spin()
    return m, u


# --- exact curves -------------------------------------------------------------------------------------------


def test_critical_temperature_solves_kramers_wannier_duality():
    assert np.sinh(2 / ising.CRITICAL_TEMPERATURE) == pytest.approx(1, abs=1e-14)


def test_closed_forms_take_their_published_values():
    assert float(ising.spontaneous_magnetisation(2.0)) == pytest.approx(0.9113193779, abs=5e-11)
    assert ising.onsager_energy(2.0) == pytest.approx(-1.745564575, abs=5e-10)
    assert ising.onsager_energy(ising.CRITICAL_TEMPERATURE) == pytest.approx(-np.sqrt(2), abs=1e-12)


def test_the_tension_of_a_wall_is_two_at_low_temperature_and_vanishes_at_tc():
    """Onsager's σ also solves duality: σ/T is the inverse range at the dual temperature, tanh(1/T) = e^(−2/T*)."""
    assert ising.wall_tension(0.05) == pytest.approx(2, abs=1e-12)
    assert ising.wall_tension(ising.CRITICAL_TEMPERATURE - 1e-9) == pytest.approx(0, abs=1e-8)
    dual = -2 / np.log(np.tanh(1 / 2.0))
    assert ising.wall_tension(2.0) / 2.0 == pytest.approx(-np.log(np.tanh(1 / dual)) - 2 / dual, abs=1e-12)


def _walls_round_the_origin(longest: int) -> dict[int, int]:
    """Closed paths on the dual lattice without a repeated bond that go round site 0, by length; a brute count."""
    found: dict[frozenset, int] = {}

    def walk(path: list[tuple[int, int]], used: frozenset) -> None:
        if len(used) > 0 and path[-1] == path[0]:
            found[used] = len(used)
            return
        x, y = path[-1]
        if len(used) + abs(x - path[0][0]) + abs(y - path[0][1]) > longest:
            return
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = (x + step[0], y + step[1])
            bond = frozenset([(x, y), there])
            if bond not in used and (there not in path or there == path[0]):
                walk([*path, there], used | {bond})

    for k in range(longest // 2):  # the bond of the wall that crosses the row of site 0 between sites k and k + 1
        walk([(k, -1), (k, 0)], frozenset([frozenset([(k, -1), (k, 0)])]))
    lengths: dict[int, int] = {}
    for bonds, length in found.items():
        crossings = sum((x, -1) in b and (x, 0) in b for b in bonds for x in range(longest))
        if crossings % 2:
            lengths[length] = lengths.get(length, 0) + 1
    return lengths


def test_peierls_sum_is_a_bound_and_a_chain_forgets_its_edges():
    terms = {n: n / 2 * 3.0 ** (n - 1) for n in range(4, 600, 2)}
    for t in (0.6, 1.0, 1.3):
        direct = sum(count * np.exp(-2 * n / t) for n, count in terms.items())
        assert ising.peierls_bound(t) == pytest.approx(direct, rel=1e-9)
        assert ising.peierls_bound(t) > (1 - ising.spontaneous_magnetisation(t)) / 2
    walls = _walls_round_the_origin(10)
    assert walls[4] == 1 and walls[6] == 4 and all(count <= terms[n] for n, count in walls.items())
    assert np.isinf(ising.peierls_bound([1.83, 5])).all()
    # a chain of nine spins between two plus spins, summed over all its configurations
    chain = np.array(np.meshgrid(*[[-1, 1]] * 9)).reshape(9, -1)
    closed = np.vstack([np.ones(chain.shape[1]), chain, np.ones(chain.shape[1])])
    weights = np.exp((closed[1:] * closed[:-1]).sum(axis=0) / 0.7)
    assert ising.chain_magnetisation(0.7, 5) == pytest.approx((chain[4] * weights).sum() / weights.sum(), abs=1e-12)
    far = ising.chain_magnetisation([0.3, 0.5, 1.0], 1e5)
    assert np.all(far < 1e-50) and np.all(ising.chain_magnetisation([0.3, 0.5, 1.0], 1) > 0)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5, 2.0, 2.2, 2.269, 2.27, 2.6, 3.0, 10.0])
def test_elliptic_integral_by_the_arithmetic_geometric_mean_agrees_with_scipy(temperature):
    from scipy.special import ellipkm1

    tanh = np.tanh(2 / temperature)
    factor = 2 * tanh**2 - 1
    expected = -(1 + 2 / np.pi * factor * ellipkm1(factor**2)) / tanh
    assert ising.onsager_energy(temperature) == pytest.approx(expected, rel=1e-13)


def test_onsager_energy_is_the_derivative_of_the_free_energy():
    """−∂(ln Z/N)/∂K from Onsager's double integral, by quadrature and a central difference."""

    def log_partition(coupling: float, points: int = 512) -> float:
        angles = (np.arange(points) + 0.5) * np.pi / points
        cosines = np.cos(angles)[:, None] + np.cos(angles)[None, :]
        return np.log(2) + np.log(np.cosh(2 * coupling) ** 2 - np.sinh(2 * coupling) * cosines).mean() / 2

    for temperature in (1.5, 2.0, 2.6, 3.0):
        k, step = 1 / temperature, 1e-4
        slope = (log_partition(k + step) - log_partition(k - step)) / (2 * step)
        assert -slope == pytest.approx(ising.onsager_energy(temperature), abs=1e-6)


@given(st.floats(1e-3, 1e3))
def test_exact_curves_stay_in_their_bounds(temperature):
    assert 0 <= float(ising.spontaneous_magnetisation(temperature)) <= 1
    assert -2 <= ising.onsager_energy(temperature) <= 0


def test_two_states_describe_a_small_lattice_deep_below_tc():
    exact = states(8).mean_magnetisation(1.5, np.geomspace(1e-6, 0.1, 20))
    formula = ising.two_state_magnetisation(1.5, np.geomspace(1e-6, 0.1, 20), 64)
    np.testing.assert_allclose(formula, exact, rtol=0.01)
    assert not ising.two_state_magnetisation(2.5, [0.1, 1.0], 64).any()


# --- simulation against exact curves ------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [1.5, 2.0, 2.2])
def test_magnetisation_agrees_with_onsager_yang_below_tc(temperature):
    mean, error = mean_and_error(np.abs(run(temperature)[0]))
    assert error < 0.003
    assert abs(mean - float(ising.spontaneous_magnetisation(temperature))) < 4 * error


@pytest.mark.parametrize("temperature", [1.5, 2.0, 2.2, 2.6, 3.0])
def test_energy_agrees_with_onsager(temperature):
    mean, error = mean_and_error(run(temperature)[1])
    assert error < 0.001
    assert abs(mean - ising.onsager_energy(temperature)) < 4 * error


@pytest.mark.parametrize("temperature", [2.6, 3.0])
def test_magnetisation_vanishes_above_tc(temperature):
    mean, error = mean_and_error(run(temperature)[0])
    assert abs(mean) < 4 * error


def test_mean_absolute_magnetisation_falls_like_one_over_the_side_above_tc():
    """Above T_c m is nearly Gaussian with variance χT/L², so ⟨|m|⟩ = √(2⟨m²⟩/π) is not 0 but of order 1/L."""
    rng, scaled = sfc(17), []
    for size in (32, 64):
        replicas, m = ising.Replicas.aligned(size), []
        replicas.sweep(3.0, rng, sweeps=60)
        for _ in range(120):
            replicas.sweep(3.0, rng, sweeps=5)
            m.append(replicas.magnetisation())
        mean, error = mean_and_error(np.abs(m).mean(axis=0), batches=32)
        assert mean == pytest.approx(np.sqrt(2 * np.mean(np.square(m)) / np.pi), rel=0.02)
        scaled.append((size * mean, size * error))
    assert abs(scaled[0][0] - scaled[1][0]) < 4 * np.hypot(scaled[0][1], scaled[1][1])
    m = np.abs(run(3.0)[0]).mean()
    assert 256 * m == pytest.approx(scaled[1][0], rel=0.15)


# --- the law of small lattices, complete --------------------------------------------------------------------


def naive_sweep():
    """The readable heat bath of the chapter."""
    [cell] = [c for c in nbformat.read(CHAPTER, as_version=4).cells if c.id == "heat-bath"]
    namespace: dict = {}
    exec(cell.source, namespace)
    return namespace["heat_bath"]


def sampled_by_the_engine(temperature, field):
    rng, replicas = sfc(1), ising.Replicas.random(4, sfc(2))
    replicas.sweep(temperature, rng, field=field, sweeps=100)
    for _ in range(150):
        replicas.sweep(temperature, rng, field=field, sweeps=12)
        yield replicas.magnetisation(), replicas.energy_per_spin()


def sampled_naively(temperature, field):
    rng, heat_bath = np.random.default_rng(1), naive_sweep()
    spins = np.ones((4, 4), dtype=int)
    for step in range(30_000):
        heat_bath(spins, temperature, rng, field)
        if step % 12 == 0:
            energy = -(spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))).mean()
            yield [spins.mean()], [energy]


@pytest.mark.parametrize("sample", [sampled_by_the_engine, sampled_naively])
@pytest.mark.parametrize(("temperature", "field"), [(2.5, 0.0), (3.5, 0.3), (2.5, -0.15)])
def test_engine_and_naive_heat_bath_sample_the_exact_law_of_m_and_u(sample, temperature, field):
    """Chi-square of the joint law on 4 × 4, the rare pairs together; samples 12 sweeps apart hardly know each other."""
    exact = states(4)
    law = exact.probabilities(temperature, field)
    place = {(int(m), int(e)): i for i, (m, e) in enumerate(zip(exact.magnetisation, exact.energy, strict=True))}
    seen = np.zeros(len(law))
    for m, u in sample(temperature, field):
        for pair in zip(np.rint(16 * np.asarray(m)).astype(int), np.rint(16 * np.asarray(u)).astype(int), strict=True):
            seen[place[tuple(map(int, pair))]] += 1
    expected = law * seen.sum()
    common = expected >= 8
    observed = np.append(seen[common], seen[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    assert common.sum() > 20
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_replicas_are_independent_of_each_other():
    """At T = 4 the correlation of m between any two of 64 replicas is noise of size 1/√samples."""
    rng, replicas, m = sfc(5), ising.Replicas.random(4, sfc(6)), []
    for _ in range(600):
        replicas.sweep(4.0, rng, sweeps=4)
        m.append(replicas.magnetisation())
    pairs = np.corrcoef(np.transpose(m))[np.triu_indices(64, 1)]
    assert np.abs(pairs).max() < 5.5 / np.sqrt(600)
    assert pairs.std() == pytest.approx(1 / np.sqrt(600), rel=0.15)


@pytest.mark.parametrize("field", [0.0, 0.7])
def test_each_spin_is_drawn_from_its_law_given_its_neighbours(field):
    """Frequencies of 'up' for each sum of neighbours, on the colour updated last, within 4 standard errors."""
    rng, temperature = sfc(11), 2.5
    lattice = ising.Lattice.random(128, rng)
    odd = np.indices((128, 128)).sum(axis=0) % 2 == 1
    ups, counts = np.zeros(9), np.zeros(9)
    for _ in range(200):
        lattice.sweep(temperature, rng, field=field)
        spins = lattice.spins()
        neighbours = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1)) + 4
        ups += np.bincount(neighbours[odd & (spins == 1)], minlength=9)
        counts += np.bincount(neighbours[odd], minlength=9)
    for total in (-4, -2, 0, 2, 4):
        p, n = 1 / (1 + np.exp(-2 * (total + field) / temperature)), counts[total + 4]
        assert n > 1000
        assert abs(ups[total + 4] / n - p) < 4 * np.sqrt(p * (1 - p) / n)


# --- random words -------------------------------------------------------------------------------------------


def one_class(probability: float, words: int, seed: int = 0) -> np.ndarray:
    everything = np.full(words, 2**64 - 1, dtype=np.uint64)
    return ising.bernoulli_words([everything], [probability], sfc(seed))


def test_certain_lanes_are_certain():
    assert not one_class(0.0, 4000).any()
    assert (one_class(1.0, 4000) == np.uint64(2**64 - 1)).all()


@pytest.mark.parametrize("probability", [0.5, 0.3, 1 - 2**-12, 1 / 1024, 2**-11 + 2**-20, 3e-5])
def test_a_lane_is_one_with_its_probability(probability):
    """Also where all ten leading digits are 0 and only the comparison of the rest decides."""
    words = 200_000
    ones = int(np.bitwise_count(one_class(probability, words)).sum())
    lanes = 64 * words
    assert abs(ones - probability * lanes) < 4 * np.sqrt(probability * (1 - probability) * lanes)


def test_a_tiny_probability_is_not_lost():
    """1e-9 on 6.4e8 lanes: 0.64 ones expected; a scheme cut off after ten digits would give none or 6e5."""
    ones = sum(int(np.bitwise_count(one_class(1e-9, 10**6, seed)).sum()) for seed in range(10))
    assert ones <= 6
    ones = sum(int(np.bitwise_count(one_class(1e-7, 10**6, seed)).sum()) for seed in range(5))
    assert stats.poisson.cdf(ones, 32) > 1e-4 and stats.poisson.sf(ones - 1, 32) > 1e-4


def test_lanes_of_different_classes_keep_their_probabilities_and_all_lanes_are_equal():
    rng = sfc(4)
    mask = rng.integers(0, 2**64 - 1, 60_000, dtype=np.uint64)
    drawn = ising.bernoulli_words([mask, ~mask], [0.15, 0.85], rng)
    for members, p in ((mask, 0.15), (~mask, 0.85)):
        lanes = np.unpackbits(members.view(np.uint8)).reshape(-1, 64).sum(axis=0, dtype=int)
        ones = np.unpackbits((drawn & members).view(np.uint8)).reshape(-1, 64).sum(axis=0, dtype=int)
        assert np.abs((ones - p * lanes) / np.sqrt(p * (1 - p) * lanes)).max() < 4.5


def test_large_and_small_arrays_draw_alike():
    """Words are drawn in blocks that fit the cache; the law must not depend on where a block ends."""
    for words in (1, 7, 2**14 + 1, 2**15, 2**16):
        repeats = min(1000, 2**16 // words)
        lanes = 64 * words * repeats
        ones = sum(int(np.bitwise_count(one_class(0.3, words, seed)).sum()) for seed in range(repeats))
        assert abs(ones - 0.3 * lanes) < 4.5 * np.sqrt(0.21 * lanes)


@given(st.floats(0.01, 1e6), st.floats(-100, 100))
def test_up_and_down_exchange_with_the_field(temperature, field):
    sums = np.array([-4, -2, 0, 2, 4])
    up, down = ising.up_probability(sums, temperature, field), ising.up_probability(-sums, temperature, -field)
    np.testing.assert_allclose(up + down, 1, atol=1e-15)
    assert (np.diff(up) >= 0).all()


# --- configurations -----------------------------------------------------------------------------------------


@given(st.integers(1, 2), st.integers(0, 2**32 - 1), st.floats(-1, 1))
def test_a_lattice_is_its_spins(blocks, seed, field):
    spins = np.random.default_rng(seed).choice(np.array([-1, 1], dtype=np.int8), size=(128 * blocks,) * 2)
    lattice = ising.Lattice.of(spins)
    np.testing.assert_array_equal(lattice.spins(), spins)
    assert lattice.magnetisation() == pytest.approx(spins.mean())
    bonds = spins * (np.roll(spins, 1, 0) + np.roll(spins, 1, 1))
    assert lattice.energy_per_spin(field) == pytest.approx(-bonds.mean() - field * spins.mean())


@given(st.integers(1, 8), st.integers(0, 2**32 - 1), st.floats(0.05, 50), st.floats(-2, 2))
def test_replicas_are_their_spins_after_a_sweep(half, seed, temperature, field):
    rng = np.random.default_rng(seed)
    replicas = ising.Replicas.random(2 * half, rng)
    replicas.sweep(temperature, rng, field=field)
    spins = replicas.spins()
    assert spins.shape == (64, 2 * half, 2 * half) and set(np.unique(spins)) <= {-1, 1}
    np.testing.assert_allclose(replicas.magnetisation(), spins.mean(axis=(1, 2)), atol=1e-12)
    bonds = spins * (np.roll(spins, 1, 1) + np.roll(spins, 1, 2))
    expected = -bonds.mean(axis=(1, 2)) - field * spins.mean(axis=(1, 2))
    np.testing.assert_allclose(replicas.energy_per_spin(field), expected, atol=1e-12)


@pytest.mark.parametrize(("make", "size"), [(ising.Lattice, 128), (ising.Replicas, 8)])
def test_all_spins_alike_have_energy_minus_two_and_stay_so_in_a_strong_field(make, size):
    for spin in (1, -1):
        lattice = make.aligned(size, spin)
        assert np.all(lattice.energy_per_spin() == -2) and np.all(lattice.magnetisation() == spin)
        lattice.sweep(0.5, sfc(0), field=50.0 * spin, sweeps=3)
        assert np.all(lattice.magnetisation() == spin)


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 3, -2])
def test_an_odd_or_empty_replica_is_refused(size):
    with pytest.raises(ValueError, match=f"size = {size} must be an even integer"):
        ising.Replicas.random(size, sfc(0))


@pytest.mark.parametrize("size", [0, 64, 192, -128])
def test_a_lattice_that_does_not_fill_its_words_is_refused(size):
    with pytest.raises(ValueError, match=f"size = {size} must be a positive multiple of 128"):
        ising.Lattice.aligned(size)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("inf"), float("nan")])
def test_a_temperature_out_of_range_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        ising.Replicas.aligned(4).sweep(temperature, sfc(0))
    with pytest.raises(ValueError, match="temperature"):
        ising.onsager_energy(temperature)
    with pytest.raises(ValueError, match="temperature"):
        states(4).probabilities(temperature)


def test_other_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"temperature = 2.3 is outside \(0, 2.269185\)"):
        ising.wall_tension(2.3)
    with pytest.raises(ValueError, match="temperature = 0.0 must be positive"):
        ising.peierls_bound(0.0)
    with pytest.raises(ValueError, match="distance = array.* must be positive"):
        ising.chain_magnetisation(1.0, 0.0)
    with pytest.raises(ValueError, match=r"field = inf is outside"):
        ising.Replicas.aligned(4).sweep(1.0, sfc(0), field=float("inf"))
    with pytest.raises(ValueError, match=r"sweeps = -1 is outside \[0, inf\)"):
        ising.Replicas.aligned(4).sweep(1.0, sfc(0), sweeps=-1)
    with pytest.raises(ValueError, match="spin = 0 is not one of -1, 1"):
        ising.Lattice.aligned(128, 0)
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
        one_class(1.5, 1)


def test_the_field_of_a_loop_falls_from_its_amplitude_and_comes_back():
    loop = ising.HysteresisLoop(ising.Lattice.aligned(128), np.random.default_rng(1))
    loop.advance(2.0, 1.5, 100, steps=loop.STEPS)
    fields = [h for h, _ in loop.trace]
    assert fields == pytest.approx([*np.linspace(1.44, -1.5, 50), *np.linspace(-1.44, 1.5, 50)])
    assert loop.coercive["down"] < 0 < loop.coercive["up"], "it remembers its field"
    loop.advance(2.0, 1.5, 100, steps=2 * loop.STEPS)
    assert len(loop.trace) == 2 * loop.STEPS and loop.trace[-1][0] == 1.5


def test_the_period_of_a_loop_is_a_multiple_of_its_steps():
    loop = ising.HysteresisLoop(ising.Lattice.aligned(128), np.random.default_rng(1))
    assert loop.advance(2.0, 1.5, 299).period == 200
    with pytest.raises(ValueError, match=r"period = 99 is outside \[100, inf\)"):
        loop.advance(2.0, 1.5, 99)
