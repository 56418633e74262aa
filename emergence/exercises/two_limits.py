"""Exercises of the chapter *Which limit first?*."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.physics import ising

# -- How large for how flat? ---------------------------------------------------------------------------------------


def _hump(side: int, temperature: float) -> float:
    """The bound of the proof."""
    return (4 * side + 16 + temperature * math.log(side**4 + side**2)) / side**2


def _least_side(bound: Callable[[int, float], float], step: int = 2) -> Callable[[float, float], int]:
    def least(flat: float, temperature: float) -> int:
        return next(side for side in count(4, step) if bound(side, temperature) < flat)

    return least


def _two_walls(side: int, temperature: float) -> float:
    return 2 * ising.wall_tension(temperature) / side


def _walls_only(side: int, temperature: float) -> float:
    """Walls at their energy, two of 2 per site."""
    return 4 / side


LEAST_SIDE = _least_side(_hump)
ENERGY = "the energy that it counts for a wall, in place of the free energy"
LOGARITHM = "its logarithm, which counts configurations"
SIXTEEN = "its 16, for the ends of the block and the single spin"

flat = Exercise(
    "flat",
    least=Function(
        "the least even L for which the bound is below `flat`",
        LEAST_SIDE,
        lambda rng: (int(rng.integers(10, 100)) / 1000, int(rng.integers(5, 50)) / 10),
        cases=[(0.01, 2.0)],
        mistakes=[
            Mistake(_least_side(_hump, step=1), "The torus of the proof has an even side; try even L only."),
            Mistake(
                _least_side(lambda side, t: (4 * side + 16 + t * math.log10(side**4 + side**2)) / side**2),
                "The logarithm is the natural one.",
            ),
            Mistake(
                _least_side(lambda side, t: (4 * side + 16 + math.log(side**4 + side**2)) / side**2),
                "Where is the temperature? It multiplies the logarithm.",
            ),
            Mistake(
                _least_side(lambda side, t: (4 * side + 16 + t * math.log(side**2 + side)) / side**2),
                "The N in N(N + 1) is the number of spins, N = L².",
            ),
            Mistake(_least_side(_walls_only), "This counts the two walls only. The bound has two more terms."),
        ],
        hints=[
            "No algebra gives this L. Let the program try L = 4, 6, 8 and so on.",
            "Compute (4L + 16 + T ln(L⁴ + L²))/L² for each, and stop when it is below `flat`.",
        ],
        alternatives=[
            lambda flat, temperature: np.int64(LEAST_SIDE(flat, temperature)),
            lambda flat, temperature: float(LEAST_SIDE(flat, temperature)),
        ],
    ),
    walls=Number(
        "the least even L if only two walls count, for 0.01 at T = 2",
        lambda: _least_side(_two_walls)(0.01, 2.0),
        abs=0,
        mistakes=[
            Mistake(91, "The side is even."),
            Mistake(lambda: _least_side(lambda side, t: _two_walls(side, t) / 2)(0.01, 2.0), "There are two walls."),
            Mistake(lambda: _least_side(_walls_only)(0.01, 2.0), "This is with their energy; take the free energy σ."),
            Mistake(400, "This is with their energy; take the free energy σ at T = 2."),
        ],
        hints=[
            "Two walls cost 2σL for the whole lattice. What is that per spin?",
            "σ = 2 + T ln tanh(1/T) is in `emergence.physics.ising` as `wall_tension`.",
            "Round up to the next even number.",
        ],
        alternatives=["92", 92.0],
    ),
    why=Choice(
        "what makes the L of the bound so much larger",
        (LOGARITHM, SIXTEEN, ENERGY),
        ENERGY,
        mistakes=[
            Mistake(LOGARITHM, "Leave the logarithm out, and compute L again: how much is gained?"),
            Mistake(SIXTEEN, "Leave the 16 out, and compute L again: how much is gained?"),
        ],
        hints=["Keep one term of the bound at a time. Which of them alone needs nearly as large an L?"],
    ),
    solution=lambda: (
        "Try all even sides. At T = 2 the bound is below 0.01 from "
        f"L = {LEAST_SIDE(0.01, 2.0)} on. Two walls with their energy alone, 4/L, need L = "
        f"{_least_side(_walls_only)(0.01, 2.0)}, and with their free energy, 2σ/L = "
        f"{2 * ising.wall_tension(2.0):.3f}/L, it is {_least_side(_two_walls)(0.01, 2.0)}. The bound holds at every "
        "temperature, also where there is no hump; it has to be generous somewhere."
    ),
)

# -- The smallest field that matters -------------------------------------------------------------------------------


def _field(x: float) -> Callable[[float, float], float]:
    """The field that makes N m₀ h/T equal to x."""

    def field(temperature: float, spins: float) -> float:
        return x * temperature / (spins * float(ising.spontaneous_magnetisation(temperature)))

    return field


HALF = math.atanh(0.5)
HALF_FIELD = _field(HALF)


def _corner(field: float) -> float:
    """The number of spins that are half decided in a field, at T = 2."""
    return HALF_FIELD(2.0, 1) / field


def _half_of_all(temperature: float, spins: float) -> float:
    """The field that makes ⟨m⟩ = 1/2."""
    return _field(math.atanh(0.5 / float(ising.spontaneous_magnetisation(temperature))))(temperature, spins)


smallest_field = Exercise(
    "smallest_field",
    field=Function(
        "the field at which ⟨m⟩ is m₀/2",
        HALF_FIELD,
        lambda rng: (int(rng.integers(15, 23)) / 10, 10.0 ** int(rng.integers(1, 21))),
        cases=[(2.0, 64)],
        rel=2e-3,
        abs=0,
        mistakes=[
            Mistake(_field(2 * HALF), "tanh x = (e^(2x) − 1)/(e^(2x) + 1): mind the 2 in the exponent."),
            Mistake(_field(0.5), "You have taken x for tanh x; at one half that is too rough."),
            Mistake(_half_of_all, "This makes ⟨m⟩ equal to ½. It should be half of m₀."),
            Mistake(lambda temperature, spins: HALF * temperature / spins, "m₀ is in the argument of tanh as well."),
            Mistake(
                lambda temperature, spins: HALF_FIELD(temperature, math.sqrt(spins)),
                "N is the number of spins, not the side.",
            ),
            Mistake(
                lambda temperature, spins: HALF_FIELD(2.0, spins) * temperature / 2.0,
                "m₀ depends on the temperature; 0.911 is its value at T = 2.",
            ),
        ],
        hints=[
            "In the two-state formula m₀ cancels on both sides, but not inside tanh.",
            "Solve tanh x = ½ for x, with `math.atanh` or by hand, and x = N m₀ h/T for h.",
            "m₀ is in `emergence.physics.ising` as `spontaneous_magnetisation`.",
        ],
        alternatives=[
            lambda temperature, spins: 0.5493 * temperature / spins / (1 - np.sinh(2 / temperature) ** -4) ** 0.125,
        ],
    ),
    spins=Number(
        "the number of spins for which ⟨m⟩ is m₀/2 in a field of 1e-6 at T = 2",
        lambda: _corner(1e-6),
        rel=0.02,
        mistakes=[
            Mistake(lambda: math.sqrt(_corner(1e-6)), "This is the side of the lattice. How many spins does it have?"),
            Mistake(lambda: 2 * _corner(1e-6), "Compute tanh of your x: it is not one half."),
            Mistake(lambda: _corner(1e-6) / 2, "What is compared with T is N m₀ h; T is 2 here."),
            Mistake(lambda: _corner(1.0), "This is N h. Divide by the field."),
        ],
        hints=["At T = 2 your field is a number over N.", "Solve it for N at h = 1e-6."],
        alternatives=["1.2×10⁶", "1,206,000", 1.2e6],
    ),
    solution=lambda: (
        f"tanh x = ½ at x = ½ ln 3 = {HALF:.3f}, so h = {HALF:.3f} T/(N m₀). At T = 2 that is "
        f"{HALF_FIELD(2.0, 1):.4g}/N: {HALF_FIELD(2.0, 64):.3g} for 64 spins, {HALF_FIELD(2.0, 1e20):.2g} for 10²⁰. "
        f"In a field of 1e-6 the corner is at {_corner(1e-6):.2g} spins: a lattice of "
        "fewer than about a million spins still visits both sides."
    ),
)

# -- How cold must a chain be? -------------------------------------------------------------------------------------

FAR = 1e8


def _cold(times: float = 2.0) -> float:
    """The temperature at which e^(2/T)/times, the range of a cold chain for times = 2, is FAR."""
    return 2 / math.log(times * FAR)


chain = Exercise(
    "chain",
    xi=Formula(
        "the range ξ",
        "-1/log(tanh(1/T))",
        {"T": (0.3, 5)},
        mistakes=[
            Mistake("1/log(tanh(1/T))", "The sign: tanh is below 1, so its logarithm is negative."),
            Mistake("-log(tanh(1/T))", "This is 1/ξ: it grows with the temperature."),
            Mistake("exp(2/T)/2", "This is close to ξ when it is cold. Give it for every T."),
            Mistake("-1/log(tanh(T))", "The weight of a bond is e^(±1/T): the hotter, the less it counts."),
            Mistake("tanh(1/T)", "This is the correlation of two neighbours. At which distance has it fallen to 1/e?"),
        ],
        hints=[
            "tanh(1/T)^n and e^(−n/ξ) are equal for every n. Take n = 1.",
            "Take the logarithm on both sides, and solve for ξ.",
        ],
        alternatives=["1/ln(1/tanh(1/T))", "1/log(cosh(1/T)/sinh(1/T))", "1/log((1 + exp(-2/T))/(1 - exp(-2/T)))"],
    ),
    temperature=Number(
        "the temperature at which ξ is 10⁸",
        _cold,
        rel=0.01,
        mistakes=[
            Mistake(lambda: _cold(1.0), "For a cold chain ξ is not e^(2/T); you have left out a factor."),
            Mistake(lambda: _cold() / 2, "The exponent is 2/T, since tanh(1/T) has e^(−2/T) in it."),
            Mistake(lambda: _cold() * math.log(10), "The logarithm is the natural one."),
            Mistake(lambda: 1 / _cold(), "This is 1/T."),
        ],
        hints=[
            "When it is cold, tanh(1/T) is close to 1 − 2 e^(−2/T).",
            "So what is ξ close to, and for which T is that 10⁸?",
            "Or let a program find T between 0.08 and 1, where ξ falls as T grows.",
        ],
        alternatives=["0.1046", "0.105", 2 / math.log(2e8)],
    ),
    solution=lambda: (
        "Each product s_i s_{i+1} is ±1 with weight e^(±1/T), independently, so its mean is tanh(1/T), and the product "
        "of n of them is s_0 s_n. Hence ξ = −1/ln tanh(1/T), "
        f"{-1 / math.log(math.tanh(2)):.3g} at T = 0.5 and close to e^(2/T)/2 when it is cold. It is 10⁸ at "
        f"T = 2/ln(2·10⁸) = {_cold():.3f}. A chain of any given length looks ordered when it is cold enough."
    ),
)
