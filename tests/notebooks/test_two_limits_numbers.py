"""Numbers that the text and the solutions of the chapter on the order of limits state, recomputed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence.figures.two_limits import counted
from emergence.physics import ising, landau
from emergence.physics.ising_states import states

CHAPTER = "chapters/physics/two_limits.ipynb"
T_C = ising.CRITICAL_TEMPERATURE
M_0 = float(ising.spontaneous_magnetisation(2.0))


def hump(size: int) -> float:
    return counted.start(2.0, 0.0, str(size)).barrier


def one_minimum_from(size: int) -> float:
    """The temperature from which the counted curve has one minimum, to 0.01."""
    return next(t for t in np.arange(2.3, 4, 0.01) if len(counted.start(t, 0.0, str(size)).minima[0]) == 1)


def turned(size: int) -> float:
    """The temperature at which the fitted t is zero."""
    low, high = 2.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if counted.start(middle, 0.0, str(size)).t < 0 else (low, middle)
    return low


def even(size: int) -> float:
    m, law = states(size).magnetisation_law(2.0)
    return law[m == 0].item()


def polynomial_misses() -> float:
    m, energy = states(8).free_energy(2.0)
    return np.abs(landau.fit(m, energy)[2] - energy)[np.abs(m) <= 0.75].max()


def flat_from() -> int:
    """The least even side from which the bound of the proof stays below 0.01 at T = 2."""
    sides = np.arange(4.0, 2000, 2)
    return int(sides[(4 * sides + 16 + 2 * np.log(sides**4 + sides**2)) / sides**2 >= 0.01].max()) + 2


def fitted_b(size: int, temperature: float) -> float:
    return counted.start(temperature, 0.0, str(size)).b


def two_state(field: float, spins: float) -> float:
    return float(ising.two_state_magnetisation(2.0, field, spins))


def sixteen(field: float) -> float:
    return float(states(4).mean_magnetisation(2.0, field))


def range_of_chain(temperature: float) -> float:
    return -1 / math.log(math.tanh(1 / temperature))


def peierls_proves_up_to() -> float:
    return max(t for t in np.arange(1, 1.8, 1e-4) if ising.peierls_bound(t) < 0.5)


def minus_in_chain(temperature: float, distance: float) -> float:
    return (1 - float(ising.chain_magnetisation(temperature, distance))) / 2


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("the critical temperature $T_c = {}$ of the infinite lattice", T_C),
    # the two wells
    Stated("follows the counts to {:<}", polynomial_misses),
    Stated("become one at $T = {}$ for $L = 4$, at {} for $L = 6$ and at {} for $L = 8$",
           *(lambda n=n: one_minimum_from(n) for n in (4, 6, 8))),
    Stated("at $m = 0$ it is {} higher", lambda: hump(4)),
    Stated("has its minima at $m = \\pm{}$ and is a flat arch between them, only {} high",
           lambda: counted.start(2.0, 0.0, "8").minima[0].max(), lambda: hump(8)),
    Stated("it is {} per spin for $L = 4$, {} for $L = 6$ and {} for $L = 8$",
           *(lambda n=n: hump(n) for n in (4, 6, 8))),
    Stated("as a whole it grows: {}, {}, {}.", *(lambda n=n: n * n * hump(n) for n in (4, 6, 8))),
    Stated("which is {} at $T = 2$. If two walls", ising.wall_tension(2.0)),
    Stated("e^{4\\sigma/T} = {}$", math.exp(4 * ising.wall_tension(2.0) / 2)),
    Stated("e^{8/T} = {}$", math.exp(8 / 2)),
    Stated("from 4 to 6 to 8 sites this grows by factors of {} and {}",
           lambda: even(4) / even(6), lambda: even(6) / even(8)),
    Stated("the exponent is ${}$. Such a magnet", 2 * ising.wall_tension(2.0) * 1e10 / 2),
    Stated("(There $b$ is positive, {} for $L = 8$", lambda: fitted_b(8, turned(8))),
    Stated("negative only below $T = {}$, where the minimum",
           lambda: next(t for t in np.arange(2.3, 4, 0.01) if fitted_b(8, t) > 0)),
    # limits
    Stated("It is {} for 16 spins, {} for ten thousand and {} for a hundred million; the last two",
           lambda: sixteen(1e-4), two_state(1e-4, 1e4), two_state(1e-4, 1e8)),
    Stated("they have {}, {} and {} at $h = 0.1$, 0.3 and 1", *(lambda h=h: sixteen(h) for h in (0.1, 0.3, 1.0))),
    Stated("In the two-state formula at $T = 2$, $m_0 = {}$", M_0),
    Stated("\\tfrac12\\ln 3 = {}$", math.log(3) / 2),
    Stated("h = 0.549\\,T/(N m_0) = {}/N$", math.log(3) / M_0),
    Stated("/N$: {} for 64 spins", math.log(3) / M_0 / 64),
    Stated("${}$ for $10^{20}$. In a field", math.log(3) / M_0 / 1e20),
    Stated("the corner is at $N = {}$", math.log(3) / M_0 / 1e-6),
    # two dimensions
    Stated("is down with a probability of only {}, however far", (1 - float(ising.spontaneous_magnetisation(1.2))) / 2),
    Stated("it is down with probability {} at a distance of 100", minus_in_chain(0.5, 100)),
    Stated("still remembers at 100, with a probability of {}, and has", minus_in_chain(0.3, 100)),
    Stated("is below one half up to $T = {}$, while the plane remembers up to $T_c = {}$", peierls_proves_up_to, T_C),
    Stated("and for $T < {}$ this is below", peierls_proves_up_to),
    Stated("which is {} at $T = 0.5$ and close to", range_of_chain(0.5)),
    Stated("T = 2/\\ln(2\\times10^8) = {}$", 2 / math.log(2e8)),
    Stated("/L^2$ is below 0.01 from $L = {}$ on", flat_from),
    Stated("with $4/L$ alone it would be $L = {}$",
           lambda: next(side for side in range(4, 2000, 2) if 4 / side < 0.01)),
    Stated("With $2\\sigma/L = {}/L$ alone it would be $L = {}$",
           2 * ising.wall_tension(2.0), lambda: 2 * math.ceil(2 * ising.wall_tension(2.0) / 0.01 / 2)),
)  # fmt: skip


def says(phrase: str) -> None:
    """A statement without a number of its own, or with numbers that only a tolerance can recompute."""
    assert " ".join(phrase.split()) in text_of(CHAPTER), phrase


def test_the_minima_merge_where_the_fitted_t_changes_its_sign():
    says("at 2.85 for $L = 8$, where $t$ changes its sign")
    for size in (4, 6, 8):
        assert turned(size) == pytest.approx(one_minimum_from(size), abs=0.02)
        assert fitted_b(size, turned(size)) > 0


def test_at_temperature_two_the_curve_of_sixteen_spins_is_lowest_at_its_ends():
    says("the curve $f(m)$ for 4 × 4 spins is lowest at $m = \\pm1$")
    m, energy = counted.start(2.0, 0.0, "4").curves[4]
    assert set(m[energy == 0]) == {-1, 1}


def test_the_hump_of_the_larger_lattice_is_a_third():
    says("The hump shrinks to a third")
    assert hump(8) / hump(4) == pytest.approx(1 / 3, abs=0.02)


def test_at_low_temperature_the_counted_curve_has_a_minimum_at_zero():
    says("(At $T = 1$ more minima appear. One of them is at $m = 0$, where the lattice holds two stripes")
    assert 0 in counted.start(1.0, 0.0, "8").minima[0]


def test_a_field_of_1e_minus_19_selects_the_side_of_1e20_spins():
    says("for $N = 10^{20}$ spins at $T = 2$ a field of $10^{-19}$ already selects the side")
    assert two_state(1e-19, 1e20) > 0.999 * M_0


def test_two_states_are_right_to_one_per_cent_for_64_spins_at_low_temperature():
    says("for 64 spins at $T = 1.5$ it is right to one per cent up to $h = 0.1$")
    fields = np.geomspace(1e-6, 0.1, 40)
    ratio = ising.two_state_magnetisation(1.5, fields, 64) / states(8).mean_magnetisation(1.5, fields)
    assert np.abs(ratio - 1).max() < 0.01
    assert states(8).mean_magnetisation(1.5, 1.0) > ising.two_state_magnetisation(1.5, 1.0, 64), "it bends up"
