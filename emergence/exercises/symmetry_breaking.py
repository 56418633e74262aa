"""Exercises of the chapter *More is different*."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Function, Mistake, Number
from emergence.physics import ising, landau
from emergence.physics.ising_states import states

# -- Between the two -----------------------------------------------------------------------------------------------

NEAR = 1e-6  # to the transition; at b = 0 the laws are exact at every distance

tricritical = Exercise(
    "tricritical",
    beta=Number(
        "β at b = 0",
        lambda: landau.exponent_below(NEAR, 0.0),
        rel=0.01,
        mistakes=[
            Mistake(
                0.5, "This is Landau's exponent for b > 0. At b = 0 another term keeps f from falling without end."
            ),
            Mistake(4, "This is 1/β. In m ∝ (−t)^β it is m that is a power of −t."),
            Mistake(1, "This would make m proportional to −t. Solve f′(m) = 0 for m."),
        ],
        hints=[
            "Put b = 0 and h = 0. Where is the slope f′(m) zero, apart from m = 0?",
            "Divide f′(m) = 0 by m: a power of m equals −t. Which one?",
        ],
        alternatives=["1/4", 0.25, np.float32(0.25)],
    ),
    delta=Number(
        "δ at b = 0",
        lambda: 1 / landau.exponent_in_field(NEAR, 0.0),
        rel=0.01,
        mistakes=[
            Mistake(0.2, "This is the slope that the figure shows for m against h. How is δ defined?"),
            Mistake(3, "This is δ for b > 0, where the term with b is the first to count."),
            Mistake(6, "The field is balanced by the slope of f, not by f itself."),
        ],
        hints=[
            "Put b = 0 and t = 0. At which h is f′(m) zero?",
            "If m ∝ h^(1/δ), then h ∝ m^δ. So δ is the power of m that equals h.",
        ],
        alternatives=["5", 5.0],
    ),
    general=Formula(
        "β, if the first term after t m²/2 is m^(2k)/2k",
        "1/(2*k - 2)",
        {"k": range(2, 12)},
        mistakes=[
            Mistake("1/(2*k)", "The minimum is where the slope of f is zero: differentiate first."),
            Mistake("1/(2*k - 1)", "At m ≠ 0 the slope of t m²/2 is t m, so one m can be divided out."),
            Mistake("1/(k - 1)", "This is the exponent of m². Take the root."),
            Mistake("2*k - 2", "This is 1/β. In m ∝ (−t)^β it is m that is a power of −t."),
        ],
        hints=[
            "Write down f′(m) = 0 with the two terms alone, and divide by m.",
            "The cases k = 2 and k = 3 must give the β that you know for b > 0 and for b = 0.",
        ],
        alternatives=["1/(2(k - 1))", "0.5/(k - 1)", "(2k - 2)^(-1)\n"],
    ),
    solution=(
        "With two terms t m + m^(2k−1) = 0, so m = (−t)^(1/(2k−2)). At t = 0, h = m^(2k−1), so δ = 2k − 1. At b = 0 "
        "the sixth power is the first after t m²/2, so k = 3, and both laws are exact; for b > 0 it is the fourth."
    ),
)

# -- How far can you undercool it? ---------------------------------------------------------------------------------


def _border(inside: float, outside: float, holds: Callable[[float], bool]) -> float:
    """Where a condition that holds at the first point and not at the second ceases to hold."""
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def _end_of_three_minima(b: float, outside: float) -> float:
    return _border(landau.transition(b), outside, lambda t: len(landau.stationary_points(t, 0.0, b)[0]) == 3)


def cools_to(b: float) -> float:
    """The t down to which m = 0 is a minimum, for b < 0 and h = 0."""
    return _end_of_three_minima(b, -1.0)


def heats_to(b: float) -> float:
    """The t up to which the ordered minima exist, for b < 0 and h = 0."""
    return _end_of_three_minima(b, b * b)


def _share_of_the_way() -> float:
    return (landau.transition(-1.0) - cools_to(-1.0)) / (heats_to(-1.0) - cools_to(-1.0))


spinodal = Exercise(
    "spinodal",
    cooled=Number(
        "the t down to which m = 0 is a minimum, for b = −1",
        lambda: round(cools_to(-1.0), 9),
        abs=1e-3,
        mistakes=[
            Mistake(lambda: landau.transition(-1.0), "Here it stops being the lowest minimum, but it still is one."),
            Mistake(
                lambda: heats_to(-1.0),
                "Here the ordered minima end. Down to which t does the disordered minimum last when you cool?",
            ),
        ],
        hints=[
            "What sign does the curvature of f have at a minimum?",
            "Compute f″ in the disordered state. Does it contain b?",
        ],
        alternatives=["0", 0, "0.0"],
    ),
    heated=Function(
        "the t up to which the ordered minima exist, for b < 0",
        heats_to,
        lambda rng: (float(rng.uniform(-3, -0.2)),),
        cases=[(-1.0,)],
        rel=1e-6,
        mistakes=[
            Mistake(landau.transition, "This is t*, where the ordered minima stop being the lowest. They still exist."),
            Mistake(
                lambda b: 9 * b * b / 20,
                "There the curvature loses its two zeros; the minima are where the slope is zero, and end before.",
            ),
            Mistake(lambda b: b * b / 2, "Check the discriminant of x² + b x + t: its last term has a factor 4."),
            Mistake(lambda b: -b * b / 4, "The sign: heated, the ordered minima survive beyond t*, which is positive."),
        ],
        hints=[
            "Divide f′(m) = 0 by m, and write x for m²: a quadratic equation.",
            "When does that equation have a real root? The discriminant decides.",
        ],
        alternatives=[lambda b: b**2 / 4, lambda b: np.square(b) * 0.25],
    ),
    share=Number(
        "the fraction of the way from the lower t to the upper one at which t* lies",
        _share_of_the_way,
        rel=0.01,
        mistakes=[
            Mistake(75, "A fraction of the way is at most 1; this is in per cent."),
            Mistake(lambda: 1 - _share_of_the_way(), "Count from the lower end."),
            Mistake(lambda: landau.transition(-1.0), "This is t* for b = −1. Divide by the length of the way."),
            Mistake(0.5, "It is not the middle. Take t* from the proof."),
        ],
        hints=[
            "You have the two ends, and the proof above has t*; all three for b = −1.",
            "(t* − lower)/(upper − lower). Try another b as well.",
        ],
        alternatives=["3/4", 0.75],
    ),
    solution=lambda: (
        "f″(0) = t, so m = 0 is a minimum down to t = 0, for every b. The ordered minima exist as long as "
        "t + b x + x² = 0 has a real root: up to t = b²/4. "
        f"For b = −1 these are 0 and {heats_to(-1.0):.3g}, and t* = {landau.transition(-1.0):.4g} is three quarters "
        "of the way up, as for every b < 0, since t* = 3b²/16. A system that stays in its minimum shows "
        "hysteresis."
    ),
)

# -- Why not Metropolis? -------------------------------------------------------------------------------------------


Rule = Callable[[np.ndarray, float], np.ndarray]  # the probability of a flip, from ΔE and T


def _sweep(rule: Rule, *turns: tuple[int, ...]) -> Callable[[np.ndarray, float, np.ndarray], np.ndarray]:
    """A sweep, in each turn of these colours (i + j modulo 2); `uniform` has a number in [0, 1) for each site."""

    def sweep(spins: np.ndarray, temperature: float, uniform: np.ndarray) -> np.ndarray:
        colour = np.indices(spins.shape).sum(axis=0) % 2
        for turn in turns:
            cost = 2 * spins * sum(np.roll(spins, s, a) for s in (-1, 1) for a in (0, 1))
            spins = np.where(np.isin(colour, turn) & (uniform < rule(cost, temperature)), -spins, spins)
        return spins

    return sweep


def _boltzmann(cost: np.ndarray, temperature: float) -> np.ndarray:
    return np.exp(-cost / temperature)


metropolis = _sweep(_boltzmann, (0,), (1,))


def _stripes(size: int) -> np.ndarray:
    return np.where(np.indices((size, size)).sum(axis=0) % 4 < 2, 1, -1)


def _some_spins(rng: np.random.Generator) -> tuple[np.ndarray, float, np.ndarray]:
    """Small, and with short numbers: a reader is shown them."""
    return rng.choice([-1, 1], size=(4, 4)), int(rng.integers(10, 50)) / 10, rng.integers(100, size=(4, 4)) / 100


def _march() -> list[bytes]:
    """The stripes after each colour, until they are back."""
    spins, seen, rng = _stripes(8), [], np.random.default_rng(0)
    while _stripes(8).tobytes() not in seen:
        spins = _sweep(_boltzmann, (len(seen) % 2,))(spins, 1.0, rng.random(spins.shape))
        seen.append(spins.tobytes())
    return seen


why_not_metropolis = Exercise(
    "why_not_metropolis",
    sweep=Function(
        "the spins after one sweep of Metropolis",
        metropolis,
        _some_spins,
        cases=[(_stripes(4), 1.0, np.full((4, 4), 0.5))],
        mistakes=[
            Mistake(
                _sweep(_boltzmann, (0, 1)),
                "You flip both colours at once. The second colour must see what the first has become.",
            ),
            Mistake(_sweep(_boltzmann, (1,), (0,)), "The colour with i + j even comes first; you begin with odd."),
            Mistake(
                _sweep(lambda cost, t: np.exp(-cost / (2 * t)), (0,), (1,)),
                "Flipping s changes every bond from −s s′ to +s s′: a factor 2 in ΔE.",
            ),
            Mistake(
                _sweep(lambda cost, t: 1 / (1 + np.exp(cost / t)), (0,), (1,)),
                "This is the heat bath: it flips with probability 1/(1 + e^(ΔE/T)).",
            ),
            Mistake(
                _sweep(lambda cost, t: np.exp(cost / t), (0,), (1,)),
                "The sign: what costs energy is flipped less often.",
            ),
            Mistake(_sweep(_boltzmann, (0,)), "You stop after one colour; a sweep draws both."),
        ],
        hints=[
            "Begin with the code of the heat bath above, and replace what follows `near`.",
            "A flip turns every bond −s s′ of the spin into +s s′. What is ΔE, from `spins` and `near`?",
            "A spin of the colour flips where `uniform` is below its probability. Compute `near` anew for each colour.",
        ],
        alternatives=[lambda spins, temperature, uniform: metropolis(spins, temperature, uniform).tolist()],
    ),
    period=Number(
        "the number of sweeps after which the stripes are first back",
        lambda: len(_march()) / 2,
        abs=0,
        mistakes=[
            Mistake(4, "This counts colours. A sweep draws both of them."),
            Mistake(1, "Compare again: every spin has been flipped."),
        ],
        hints=[
            "Let your function run from the stripes, or look at the four diagonals by hand.",
            "What is the sum of the four neighbours of any spin of the stripes, and so its ΔE?",
            "Every spin of the colour is flipped: by how many diagonals do the stripes move in one sweep?",
        ],
        alternatives=["2"],
    ),
    configurations=Number(
        "the number of configurations seen, counted after each colour",
        lambda: len(set(_march())),
        abs=0,
        mistakes=[
            Mistake(2, "This is how many are seen after whole sweeps. Count after each colour."),
            Mistake(3, "Is the start among them? It comes back."),
            Mistake(5, "The start comes back; count it once."),
        ],
        hints=[
            "Write the start as the signs of four diagonals, and flip every other one.",
            "Go on until the signs are those of the start; every pattern counts once.",
        ],
        alternatives=["4"],
    ),
    fails=Choice(
        "what Metropolis on colours lacks from this start",
        ("it does not keep P", "it does not forget the start", "both"),
        "it does not forget the start",
        mistakes=[
            Mistake("it does not keep P", "The exercise says that the rule keeps P. What else did the proof need?"),
            Mistake("both", "The exercise itself says that one of the two holds. Which one?"),
        ],
        hints=["The proof above needs two things. Can the stripes lead to the state all up?"],
    ),
    solution=(
        "The two neighbours of a spin on the diagonal before are opposite to the two on the diagonal after, so every "
        "ΔE is 0 and every spin of the colour flips with certainty, at any temperature. Each colour moves the stripes "
        "on by one diagonal: they pass through four places and are back after two sweeps. P is kept, but from this "
        "start it is never reached. With the heat bath a spin in zero field tosses a fair coin."
    ),
)

# -- The price of an absolute value --------------------------------------------------------------------------------


def _absolute_over_gaussian(size: int, temperature: float) -> float:
    """⟨|m|⟩ over √(2⟨m²⟩/π), exactly: 1 for a Gaussian."""
    m, law = states(size).magnetisation_law(temperature)
    return float((np.abs(m) * law).sum() / math.sqrt(2 * (m**2 * law).sum() / math.pi))


absolute = Exercise(
    "absolute",
    mean=Formula(
        "⟨|m|⟩ above T_c",
        "sqrt(2*chi*T/pi)/L",
        {"chi": (0.1, 20), "T": (2.3, 9), "L": (8, 900)},
        mistakes=[
            Mistake("sqrt(chi*T)/L", "This is the root of ⟨m²⟩; the mean of |m| is smaller."),
            Mistake("sqrt(2*chi*T/(pi*L))", "The variance is divided by N, which is the number of spins, L²."),
            Mistake("sqrt(chi*T/(2*pi))/L", "You have integrated over m > 0 only; the other half counts as much."),
            Mistake("2*chi*T/(pi*L**2)", "Take the root."),
            Mistake("sqrt(2*chi/(pi*T))/L", "The variance is χT/N: T is in the numerator."),
        ],
        hints=["Put the variance χT/N into √(2⟨m²⟩/π).", "N = L² comes out of the root as L."],
        alternatives=["(2*chi*T/(pi*L^2))^(1/2)", "0.7978845608028654*sqrt(chi T)/L", "sqrt(2/pi)*sqrt(chi*T/L**2)"],
    ),
    doubled=Number(
        "the factor by which ⟨|m|⟩ changes when L is doubled",
        0.5,
        rel=0.01,
        mistakes=[
            Mistake(math.sqrt(0.5), "This is what doubling N does; doubling L makes four times as many spins."),
            Mistake(0.25, "This is how the variance changes. Take the root."),
            Mistake(2, "Does it grow?"),
            Mistake(50, "Give it as a factor, not in per cent."),
        ],
        hints=["Which power of L does your formula contain?"],
        alternatives=["1/2", 0.5],
    ),
    ordered=Number(
        "⟨|m|⟩ over √(2⟨m²⟩/π), if m is m₀ or −m₀ with probability ½ each",
        lambda: _absolute_over_gaussian(8, 1.0),
        rel=0.005,
        mistakes=[
            Mistake(1, "This is the ratio of a Gaussian. Here |m| has one value only."),
            Mistake(math.sqrt(2 / math.pi), "This is one over the ratio."),
            Mistake(math.pi / 2, "Take the root."),
            Mistake(0, "⟨m⟩ is zero; |m| is not."),
        ],
        hints=["What is |m|, and what is m², if m is m₀ or −m₀?", "m₀ cancels in the ratio."],
        alternatives=["1.253", math.sqrt(math.pi / 2)],
    ),
    solution=(
        "For a Gaussian of variance σ², ⟨|m|⟩ is twice the integral of m over the density at m > 0, σ√(2/π). With "
        "σ² = χT/L² it is proportional to 1/L. In an ordered magnet |m| = m₀ and ⟨m²⟩ = m₀², so the ratio is √(π/2). "
        "What looks like order above T_c is noise: it shrinks with the size, and the ratio stays near 1."
    ),
)

# -- A wall and its price ------------------------------------------------------------------------------------------


def turns_over(temperature: float) -> float:
    """The probability that the heat bath draws a spin at a straight wall unlike its own side."""
    return float(ising.up_probability(-2, temperature))  # down, with three neighbours down and one up


wall = Exercise(
    "wall",
    energy=Formula(
        "the energy of the stripes minus that of all up",
        "4*L",
        {"L": range(4, 400, 2)},
        mistakes=[
            Mistake("2*L", "A bond goes from −1 to +1. By how much is that more? And how many walls are there?"),
            Mistake("-4*L", "The sign: unlike neighbours cost energy."),
            Mistake("8*L", "Count each bond once: it belongs to both of its spins."),
            Mistake("4/L", "This is per spin."),
        ],
        hints=[
            "Which bonds differ between the two states? Count them.",
            "A bond has energy −1 between like spins and +1 between unlike ones.",
            "The lattice closes to a torus: how many walls does a stripe have?",
        ],
        alternatives=["4L", "2*2*L", "L*4.0"],
    ),
    per_spin=Formula(
        "the same per spin",
        "4/L",
        {"L": range(4, 400, 2)},
        mistakes=[
            Mistake("2/L", "A bond goes from −1 to +1; and how many walls are there?"),
            Mistake("4*L", "This is the whole difference. How many spins share it?"),
            Mistake("8/L", "Divide by all L² spins, not by those of one stripe; and count each bond once."),
        ],
        hints=["The lattice has L² spins."],
        alternatives=["4*L/L^2", "4 L^-1"],
    ),
    turned=Function(
        "the probability that the heat bath flips a spin at a straight wall",
        turns_over,
        lambda rng: (float(rng.uniform(0.3, 5)),),
        cases=[(1.0,)],
        mistakes=[
            Mistake(
                lambda temperature: float(ising.up_probability(-1, temperature)),
                "The neighbours of a spin at the wall add up to more: three like ones and one unlike.",
            ),
            Mistake(
                lambda temperature: float(ising.up_probability(-4, temperature)),
                "This spin has four like neighbours: it stands inside a stripe.",
            ),
            Mistake(
                lambda temperature: float(ising.up_probability(2, temperature)),
                "This is the probability that it stays.",
            ),
            Mistake(
                lambda temperature: math.exp(-4 / temperature),
                "This is Metropolis. The heat bath draws the spin from its conditional distribution.",
            ),
            Mistake(
                lambda temperature: 0.5, "This holds at the corner of a diagonal wall; a straight wall has no corners."
            ),
        ],
        hints=[
            "How many like and how many unlike neighbours does a spin beside a straight wall have?",
            "Put the sum of its neighbours into the heat bath's probability of this section, with h = 0.",
            "1/(1 + e^(ΔE/T)), with the ΔE that flipping it costs.",
        ],
        alternatives=[lambda temperature: 1 / (1 + np.exp(4 / temperature))],
    ),
    solution=lambda: (
        "Two walls of L unlike bonds, each of which costs 2 more than a like one. A spin at a straight wall has three "
        "like neighbours and one unlike one, so flipping it costs 4 and has the probability 1/(1 + e^(4/T)): "
        f"{turns_over(1.0):.2g} at T = 1, {turns_over(0.2):.2g} at T = 0.2. Near T = 0 it hardly ever happens, and "
        "the stripes stay, though all up has lower energy."
    ),
)
