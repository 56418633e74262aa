"""Numbers that the text and the solutions of the chapter on symmetry breaking state, recomputed."""

from __future__ import annotations

import math
from pathlib import Path

import nbformat
import numpy as np
import pytest

from emergence import ising, landau
from emergence.figures import symmetry_breaking as figures
from emergence.ising_states import states

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/physics/symmetry_breaking.ipynb"
CELLS = nbformat.read(CHAPTER, as_version=4).cells
TEXT = "\n".join(c.source for c in CELLS if c.cell_type == "markdown")

M_0 = float(ising.spontaneous_magnetisation(2.0))
EIGHT = states(8).magnetisation_law(2.0)


def two_state(field: float, spins: float) -> float:
    return float(ising.two_state_magnetisation(2.0, field, spins))


# what the text says, the value behind it, and half a unit of the last digit it prints
STATED = [
    ("2.269\\ldots", ising.CRITICAL_TEMPERATURE, 2.269, 0.0005),
    ("t \\le b^2/4 = 0.25$", max(t for t in np.linspace(0, 1, 1001) if len(landau.stationary_points(t, 0, -1)[0]) == 3),
     0.25, 0.0011),
    ("at $3/16 = 0.1875$", landau.transition(-1.0), 0.1875, 1e-12),
    ("$|m| < 0.3$ a probability of only 0.4 %", 100 * EIGHT[1][np.abs(EIGHT[0]) < 0.3].sum(), 0.4, 0.05),
    ("$\\langle|m|\\rangle = 0.911$", (np.abs(EIGHT[0]) * EIGHT[1]).sum(), 0.911, 0.0005),
    ("$m_0 = 0.911$", M_0, 0.911, 0.0005),
    ("$\\langle m\\rangle = 0.0007$, 0.39 and 0.91", float(states(4).mean_magnetisation(2.0, 1e-4)), 0.0007, 0.00005),
    ("$\\langle m\\rangle = 0.0007$, 0.39 and 0.91", two_state(1e-4, 1e4), 0.39, 0.005),
    ("$\\langle m\\rangle = 0.0007$, 0.39 and 0.91", two_state(1e-4, 1e8), 0.91, 0.005),
    ("\\tfrac12\\ln 3 = 0.549", math.log(3) / 2, 0.549, 0.0005),
    ("1.206/N", math.log(3) / M_0, 1.206, 0.0005),
    ("0.0188 for 64 spins", math.log(3) / M_0 / 64, 0.0188, 0.00005),
    ("$1.2\\times10^{-20}$ for $10^{20}$", 1e20 * math.log(3) / M_0 / 1e20, 1.2, 0.05),
    ("$N = 1.2\\times10^6$", math.log(3) / M_0 / 1e-6 / 1e6, 1.2, 0.05),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "value", "printed", "half_unit"), STATED)
def test_a_number_of_the_text_is_right(phrase, value, printed, half_unit):
    assert phrase in TEXT
    assert abs(value - printed) <= half_unit


def test_a_field_of_1e_minus_19_selects_the_side_of_1e20_spins():
    assert "for $N = 10^{20}$ spins at $T = 2$ a field of $10^{-19}$ already selects the side" in TEXT
    assert two_state(1e-19, 1e20) > 0.999 * M_0


def test_two_states_are_right_to_one_per_cent_for_64_spins_at_low_temperature():
    assert "for 64 spins at $T = 1.5$ it is right to one per cent up to $h = 0.1$" in TEXT
    fields = np.geomspace(1e-6, 0.1, 40)
    ratio = ising.two_state_magnetisation(1.5, fields, 64) / states(8).mean_magnetisation(1.5, fields)
    assert np.abs(ratio - 1).max() < 0.01
    assert states(8).mean_magnetisation(1.5, 1.0) > ising.two_state_magnetisation(1.5, 1.0, 64), "it bends up"


def test_after_a_quench_the_energy_is_near_its_final_value_and_the_magnetisation_is_not():
    assert "After 60 sweeps the energy is within a tenth of its final value" in TEXT
    rng = np.random.default_rng(1)
    lattice = ising.Lattice.random(512, rng)
    lattice.sweep(1.5, rng, sweeps=60)
    assert lattice.energy_per_spin() / ising.onsager_energy(1.5) > 0.9
    assert abs(lattice.magnetisation()) < 0.1


@pytest.mark.parametrize(
    ("temperature", "period", "phrase", "field"),
    [(1.7, 100, "near $|h| = 0.84$ with 100 sweeps", 0.84), (1.7, 300, "near 0.60 with 300", 0.60),
     (1.7, 1000, "near 0.42 with 1,000", 0.42)],
)  # fmt: skip
def test_the_loop_narrows_with_slower_sweeping(temperature, period, phrase, field):
    assert phrase in TEXT
    loop = figures._start_loop(temperature, 1.0, period, np.random.default_rng(1))
    for _ in range(160):
        figures._next_field(loop, temperature, 1.0, period)
    assert -loop.coercive["down"] == pytest.approx(field, abs=0.05)
    assert loop.coercive["up"] == pytest.approx(field, abs=0.05)


def test_about_a_third_of_the_quenches_end_in_stripes():
    """1/3 within four standard errors; the chapter's own run is another one."""
    assert "about a third of the time" in TEXT
    rng, striped, quenches = np.random.Generator(np.random.SFC64(4)), 0, 0
    for _ in range(8):
        many = ising.Replicas.random(16, rng)
        many.sweep(0.1, rng, sweeps=500)
        rows = (np.abs(many.spins().mean(axis=2)) == 1).all(axis=1)
        columns = (np.abs(many.spins().mean(axis=1)) == 1).all(axis=1)
        undecided = np.abs(many.magnetisation()) < 1
        assert (rows | columns).all(), "every lattice is of one colour or in straight stripes by then"
        striped, quenches = striped + undecided.sum(), quenches + 64
    assert abs(striped / quenches - 1 / 3) < 4 * math.sqrt(2 / 9 / quenches)


def test_the_naive_heat_bath_of_the_chapter_is_short():
    [cell] = [c for c in CELLS if c.id == "heat-bath"]
    assert len(cell.source.splitlines()) <= 12


def test_metropolis_on_one_colour_at_a_time_never_leaves_the_diagonal_stripes():
    """The trap of the exercise: every spin has zero local field, so every proposed flip is accepted."""
    assert "diagonal stripes two sites wide" in TEXT
    rows, columns = np.indices((8, 8))
    start = np.where((rows + columns) % 4 < 2, 1, -1)
    spins, visited = start.copy(), set()
    for step in range(40):
        near = sum(np.roll(spins, s, a) for s in (-1, 1) for a in (0, 1))
        assert not near.any()
        spins[(rows + columns) % 2 == step % 2] *= -1
        visited.add(spins.tobytes())
    assert len(visited) == 4
