"""Numbers that the text and the solutions of the chapter on symmetry breaking state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import nbformat
import numpy as np
import pytest
from stated import ROOT, Stated, numbers_of, text_of

from emergence.figures.symmetry_breaking import free_energy, which_way
from emergence.physics import ising, landau
from emergence.physics.ising_states import BINS, in_bins, states

CHAPTER = "chapters/physics/symmetry_breaking.ipynb"
T_C = ising.CRITICAL_TEMPERATURE


def sfc(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


# --- Landau ---------------------------------------------------------------------------------------------------


def slope(law: str, b: float) -> float:
    return free_energy.start(-0.5, 0.0, b, law, 1e-6).slope


def last_t_with_three_minima() -> float:
    return max(t for t in np.arange(0.2, 0.3, 0.001) if len(landau.stationary_points(t, 0, -1)[0]) == 3)


# --- the small lattices -----------------------------------------------------------------------------------------


def most_frequent() -> float:
    return states(8).most_probable(2.0)


def one_peak_from() -> float:
    """The temperature from which the histogram of the figure is highest in the middle, to 0.01."""

    def middle_is_highest(temperature: float) -> bool:
        shares = in_bins(*states(8).magnetisation_law(temperature))
        return np.argmax(shares) == len(shares) // 2

    return next(t for t in np.arange(2.3, 4, 0.01) if middle_is_highest(t))


def share_below(bound: float) -> float:
    m, law = states(8).magnetisation_law(2.0)
    return law[np.abs(m) < bound].sum()


def mean_absolute(size: int, temperature: float) -> float:
    m, law = states(size).magnetisation_law(temperature)
    return (np.abs(m) * law).sum()


def absolute_over_gaussian(temperature: float) -> float:
    m, law = states(8).magnetisation_law(temperature)
    return (np.abs(m) * law).sum() / math.sqrt(2 * (m**2 * law).sum() / math.pi)


def even(size: int) -> float:
    m, law = states(size).magnetisation_law(2.0)
    return law[m == 0].item()


# --- running lattices -------------------------------------------------------------------------------------------


@cache
def quench(seed: int) -> dict[int, tuple[float, float]]:
    """|m| and u of 512 × 512 spins after so many sweeps at T = 1.5."""
    rng, done = sfc(seed), {}
    lattice = ising.Lattice.random(512, rng)
    for start, sweeps in ((0, 50), (50, 60), (60, 1000)):
        lattice.sweep(1.5, rng, sweeps=sweeps - start)
        done[sweeps] = abs(lattice.magnetisation()), lattice.energy_per_spin()
    return done


@cache
def from_all_up_at_tc() -> np.ndarray:
    """m after 1,000 and after 4,000 sweeps of each of six lattices, shape (2, 6), each row ascending."""
    m = np.empty((2, 6))
    for seed in range(6):
        rng, lattice = sfc(seed + 1), ising.Lattice.aligned(512)
        for row, sweeps in enumerate((1000, 3000)):
            lattice.sweep(T_C, rng, sweeps=sweeps)
            m[row, seed] = lattice.magnetisation()
    return np.sort(m)


@cache
def restarts() -> np.ndarray:
    """The final m of the ten frames of the figure that the reader is asked to play, 640 restarts."""
    figure = which_way.figure
    state = figure.start(figure.defaults, 5)
    for _ in range(9):
        state = figure.advance(state, figure.defaults)
    return state.ends


@cache
def turns_at(temperature: float, period: int, amplitude: float = 1.0) -> tuple[float, ...]:
    """|h| where a magnet of 128 × 128 spins changed sign in the last of three loops, on its way down and up."""
    loop = ising.HysteresisLoop(ising.Lattice.aligned(128), sfc(1))
    loop.advance(temperature, amplitude, period, steps=3 * loop.STEPS)
    return tuple(abs(field) for field in loop.coercive.values())


def bar(m: float) -> float:
    """The per cent of these 640 restarts in the bar of the histogram at m."""
    return 100 * in_bins(restarts())[np.flatnonzero(m == BINS)].item()


def undecided(sweeps: int) -> float:
    """The share of 64 × 32 quenches of 16 × 16 spins to T = 2 that still have |m| < 0.5."""
    found = 0
    for seed in range(32):
        many, rng = ising.Replicas.random(16, sfc(seed)), sfc(1000 + seed)
        many.sweep(2.0, rng, sweeps=sweeps)
        found += np.sum(np.abs(many.magnetisation()) < 0.5)
    return found / 2048


@cache
def stripes() -> tuple[int, int]:
    """As in the chapter: how many of 512 quenches are undecided after 500 sweeps, and how many in straight stripes."""
    rng, open_, straight = np.random.default_rng(1), 0, 0
    for _ in range(8):
        many = ising.Replicas.random(16, rng)
        many.sweep(0.1, rng, sweeps=500)
        spins, mixed = many.spins(), np.abs(many.magnetisation()) < 1
        rows, columns = ((np.abs(spins.mean(axis=a)) == 1).all(axis=1) for a in (2, 1))
        open_, straight = open_ + mixed.sum(), straight + (mixed & (rows | columns)).sum()
    return open_, straight


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    # Landau
    Stated("settles on {} for $b = 1$, and for $b = -1$ it goes to 0", lambda: slope(free_energy.BELOW, 1.0)),
    Stated("starts from $\\sqrt{0.75} = {}$", lambda: float(landau.order_parameter(1e-12, -1.0))),
    Stated("The figure shows {} and {} at every distance",
           lambda: slope(free_energy.BELOW, 0.0), lambda: slope(free_energy.ISOTHERM, 0.0)),
    Stated("slope of $m$ against $h$ is {}. The figure", lambda: slope(free_energy.ISOTHERM, 0.0)),
    Stated("t \\le b^2/4 = {}$", last_t_with_three_minima),
    Stated("at $3/16 = {}$", landau.transition(-1.0)),
    Stated("jumps at 0 when cooled and at {} when heated", last_t_with_three_minima),
    # the lattice
    Stated("three runs had $|m| = {}$, {} and {} after 50 sweeps, and {}, {} and {} after 1,000",
           *(lambda n=n, seed=seed: quench(seed)[n][0] for n in (50, 1000) for seed in (1, 2, 3))),
    Stated("A small majority: three runs had {}, {} and {} per cent",
           *(lambda seed=seed: 50 * (1 + quench(seed)[1000][0]) for seed in (1, 2, 3))),
    Stated("ordered state instead, in which {} per cent", 50 * (1 + float(ising.spontaneous_magnetisation(1.5)))),
    Stated("T_c = 2/\\ln(1 + \\sqrt2) = {}\\ldots", T_C),
    Stated("loses its magnetisation near {}. This is the critical temperature $T_c$", T_C),
    Stated("Set $T = {}$ in the figure of the lattice", T_C),
    Stated("All {} are straight stripes", lambda: stripes()[1]),
    Stated("a share below {:<} % (95 % confidence)", 100 * (1 - 0.05 ** (1 / 512))),
    Stated("between {} and {} after 1,000 sweeps in six runs, and after 4,000 it was still between {} and {}.",
           *(lambda row=row, i=i: from_all_up_at_tc()[row, i] for row in (0, 1) for i in (0, -1))),
    Stated("still has $\\langle|m|\\rangle = {}$ at $T_c$", mean_absolute(8, T_C) * (8 / 1e10) ** 0.125),
    # which way
    Stated("{} restarts had a mean of {} ± {}. This", lambda: len(restarts()), lambda: restarts().mean(),
           lambda: restarts().std() / math.sqrt(len(restarts()))),
    Stated("Of {} restarts the bars at $m = -1$ and $m = 1$ held {} and {} per cent, their neighbours {} and {} per",
           lambda: len(restarts()), *(lambda m=m: bar(m) for m in (-1, 1, -0.875, 0.875))),
    Stated("held more than {:<} per cent", lambda: max(bar(m) for m in BINS[np.abs(BINS) < 0.7])),
    Stated("the most frequent values are $m = \\pm{}$", most_frequent),
    Stated("$|m| < 0.3$ has a probability of only {} %", lambda: 100 * share_below(0.3)),
    Stated("%, and $\\langle|m|\\rangle = {}$", lambda: mean_absolute(8, 2.0)),
    Stated("The two become one near $T = {}$, far above $T_c = {}$", one_peak_from, T_C),
    Stated("with $|m| = m_0$, it is $\\sqrt{\\pi/2} = {}$ for order", lambda: absolute_over_gaussian(1.0)),
    Stated("A median of 64 waiting times is good to {} %", 100 / (math.log(2) * math.sqrt(64))),
)  # fmt: skip


def says(phrase: str) -> None:
    """A statement without a number of its own, or with numbers that only a tolerance can recompute."""
    assert " ".join(phrase.split()) in text_of(CHAPTER), phrase


def test_without_a_field_the_two_minima_are_equally_low_and_both_marked():
    figure = free_energy.figure
    state = figure.start(figure.defaults)
    assert len(state.lowest) == 2 and "equally low" in figure.sentence(state, figure.defaults)
    tilted = free_energy.start(-0.6, 0.01, 1.0, free_energy.BELOW, 1e-3)
    assert len(tilted.minima) == 2 and tilted.lowest == tilted.minima.max()


def test_the_lattice_agrees_with_the_exact_solution_as_closely_as_the_text_says():
    says("Below $T_c$ all six means are within one standard error of the exact value; above, $u$ is within three")
    cells = nbformat.read(ROOT / CHAPTER, as_version=4).cells
    printed = next(cell for cell in cells if cell.id == "against-exact").outputs[0].text
    for row in printed.splitlines()[1:]:
        t, m, dm, m_0, u, du, u_0 = map(float, row.replace("±", " ").split())
        assert abs(u - u_0) < (1 if t < T_C else 3) * du
        assert abs(m - m_0) < dm or t > T_C


def test_at_four_there_is_one_peak_at_zero():
    says("At $T = 4$ there is one peak, at zero")
    assert np.argmax(states(8).magnetisation_law(4.0)[1]) == 32


def test_after_a_quench_the_energy_is_near_its_final_value_and_the_magnetisation_is_not():
    says("after 60 sweeps it is within a tenth of its final value")
    says("A small majority")
    for seed in (1, 2, 3):
        assert quench(seed)[60][1] / ising.onsager_energy(1.5) > 0.9
        assert (1 + quench(seed)[1000][0]) / 2 < 2 / 3


def test_a_field_chooses_a_side_that_stays_in_the_cold_and_not_in_the_warm():
    says("the magnetisation stays at $T = 1.5$ and is gone after some fifty sweeps at $T = 3$")
    for temperature, low, high in ((1.5, 0.98, 1.0), (3.0, -0.05, 0.05)):
        rng, lattice = sfc(1), ising.Lattice.random(512, sfc(2))
        lattice.sweep(temperature, rng, field=0.5, sweeps=100)
        assert lattice.magnetisation() > 0.3
        lattice.sweep(temperature, rng, sweeps=50)
        assert low < lattice.magnetisation() < high


def test_from_random_spins_the_critical_lattice_orders_slowly():
    says("and $m$ takes thousands of sweeps to leave zero")
    rng, lattice = sfc(1), ising.Lattice.random(512, sfc(2))
    lattice.sweep(T_C, rng, sweeps=1000)
    assert abs(lattice.magnetisation()) < 0.2


@pytest.mark.parametrize(
    ("temperature", "period", "phrase", "field", "step"),
    [(1.7, 100, "near $|h| = 0.84$ with 100 sweeps per loop", 0.84, 0.05),
     (1.7, 300, "near 0.60 with 300", 0.60, 0.05),
     (1.7, 1000, "near 0.42 with 1,000", 0.42, 0.05),
     (1.7, 1000, "it changes sign near $h = -0.42$", 0.42, 0.05),
     (3.5, 100, "it reverses at 0.16 with 100 sweeps", 0.16, 0.041),
     (3.5, 300, "at 0.08 with 300", 0.08, 0.041),
     (3.5, 1000, "with 1,000 the loop can hardly be seen", 0.02, 0.041)],
)  # fmt: skip
def test_the_loop_narrows_with_slower_sweeping(temperature, period, phrase, field, step):
    """The field moves in steps of 0.04, so no closer."""
    says(phrase)
    assert len(turns_at(temperature, period)) == 2
    assert turns_at(temperature, period) == pytest.approx((field, field), abs=step)


def test_on_the_way_down_the_magnetisation_stays_high_past_zero_and_then_falls_steeply():
    says("at $h = -0.2$ it is still above 0.9")
    says("and at $h = -0.6$ nearly all spins are down")
    for seed in (1, 2, 3):
        loop = ising.HysteresisLoop(ising.Lattice.aligned(128), sfc(seed)).advance(1.7, 1.0, 1000, steps=50)
        down = {round(field, 2): m for field, m in loop.trace}
        assert down[-0.2] > 0.9 and down[-0.6] < -0.95


def test_a_weak_loop_does_not_turn_the_magnet():
    says("with 300 sweeps a loop of amplitude 0.5 still reverses the magnet, one of 0.35 no longer does")
    assert len(turns_at(1.5, 300, 0.5)) == 2 and not turns_at(1.5, 300, 0.35)


def test_more_sweeps_decide_the_larger_lattices():
    """Shares within four standard errors of 2,048 quenches."""
    says("after them 35 % of the lattices still have $|m| < 0.5$")
    says("after 60 it is 14 %, after 300, beyond the slider, hardly any")
    for sweeps, share in ((30, 0.35), (60, 0.14)):
        assert undecided(sweeps) == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 2048) + 0.005)
    assert undecided(300) < 0.005


def test_the_waiting_time_is_about_half_of_one_over_the_probability_of_zero():
    says("over four times as many lattices the medians are about half of $1/P(0)$ for all three sizes")
    for size, cap in ((4, 1000), (6, 4000), (8, 9000)):
        waited = np.full((4, 64), cap)
        for batch in range(4):
            rng, many = sfc(size * 100 + batch), ising.Replicas.aligned(size)
            for sweep in range(1, cap):
                many.sweep(2.0, rng)
                waited[batch] = np.where((many.magnetisation() < 0) & (waited[batch] == cap), sweep, waited[batch])
                if np.sum(waited[batch] < cap) > 40:
                    break
        assert 0.35 < np.median(waited) * even(size) < 0.65


def test_about_a_third_of_the_quenches_end_in_stripes():
    """1/3 within four standard errors; all of them straight."""
    says("about a third of the time")
    says("are straight stripes. None is diagonal")
    open_, straight = stripes()
    assert abs(open_ / 512 - 1 / 3) < 4 * math.sqrt(2 / 9 / 512) and straight == open_


def test_metropolis_on_one_colour_at_a_time_never_leaves_the_diagonal_stripes():
    """The trap of the exercise: every spin has zero local field, and the stripes move on by one diagonal."""
    says("spin $(i, j)$ is up if $(i + j) \\bmod 4$ is 0 or 1, and down if it is 2 or 3")
    says("with a period of two sweeps, and visit four configurations only")
    rows, columns = np.indices((8, 8))
    diagonal = (rows + columns) % 4
    spins, visited = np.where(diagonal < 2, 1, -1), set()
    for step in range(40):
        assert np.array_equal(spins, np.where((diagonal - step) % 4 < 2, 1, -1))
        near = sum(np.roll(spins, s, a) for s in (-1, 1) for a in (0, 1))
        assert not near.any()
        spins[diagonal % 2 == step % 2] *= -1
        visited.add(spins.tobytes())
    assert len(visited) == 4
