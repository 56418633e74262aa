"""Exercises of the chapter *Which scale causes?*."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from emergence.exercises import Choice, Exercise, Function, Mistake, Number
from emergence.physics import causal

# -- Three states by hand ------------------------------------------------------------------------------------------

THREE = np.array([[0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]])
"""A leads to B, B to C, and C to A or B with equal probabilities."""


def _natural(value: float) -> float:
    return value * math.log(2)


hand = Exercise(
    "hand",
    determinism=Number(
        "the determinism",
        lambda: causal.determinism(THREE),
        abs=0.002,
        mistakes=[
            Mistake(2 / 3, "The entropy of a row counts in units of log2 3, the largest that three states allow."),
            Mistake(lambda: 1 - 1 / math.log2(3), "This is the row of C alone. Take the mean over all three rows."),
        ],
        hints=["What are the entropies of the three rows, in bits?", "Divide their mean by log2 3 and take it from 1."],
    ),
    degeneracy=Number(
        "the degeneracy",
        lambda: causal.degeneracy(THREE),
        abs=0.002,
        mistakes=[
            Mistake(
                lambda: 1 - causal.degeneracy(THREE), "This is H of the mean row in units of log2 3. Take it from 1."
            ),
            Mistake(0, "The mean row is not uniform: B is reached more often than A."),
        ],
        hints=["The mean row has the entries 1/6, 1/2 and 1/3. Why?", "Divide its entropy by log2 3."],
    ),
    ei=Number(
        "the effective information in bits",
        lambda: causal.effective_information(THREE),
        rel=0.003,
        mistakes=[
            Mistake(
                lambda: causal.determinism(THREE) - causal.degeneracy(THREE),
                "This is the difference of the two coefficients. In bits it is log2 3 times as large.",
            ),
            Mistake(lambda: _natural(causal.effective_information(THREE)), "These are nats: use logarithms to base 2."),
            Mistake(
                lambda: causal.entropy(THREE.mean(axis=0)), "This is H of the mean row. What do the rows take away?"
            ),
        ],
        hints=["It is H of the mean row minus the mean of the rows' entropies."],
    ),
    solution=lambda: (
        "The rows have the entropies 0, 0 and 1 bit, on average 1/3, so determinism is 1 − (1/3)/log2 3 = "
        f"{causal.determinism(THREE):.3f}. The mean row is (1/6, 1/2, 1/3) with the entropy "
        f"{causal.entropy(THREE.mean(axis=0)):.3f} bits, so degeneracy is {causal.degeneracy(THREE):.3f}. EI is the "
        f"difference times log2 3, or {causal.entropy(THREE.mean(axis=0)):.3f} − 0.333 = "
        f"{causal.effective_information(THREE):.3f} bits."
    ),
)

# -- Can it gain? --------------------------------------------------------------------------------------------------

NEVER, SOMETIMES = "never, whatever the machine", "yes, for some machines"

sizes = Exercise(
    "sizes",
    majority=Choice(
        "nine spins in three blocks of three, each block by its majority",
        (NEVER, SOMETIMES),
        NEVER,
        mistakes=[Mistake(SOMETIMES, "How many states has each group? Flip all spins of one block.")],
        hints=["Of the eight states of a block, how many have a majority up?"],
    ),
    decimation=Choice(
        "nine spins, of which only every third is kept",
        (NEVER, SOMETIMES),
        NEVER,
        mistakes=[Mistake(SOMETIMES, "How many states belong to each setting of the three spins that are kept?")],
        hints=["The six forgotten spins can have 2⁶ settings."],
    ),
    count=Choice(
        "nine spins, by how many of them are up",
        (NEVER, SOMETIMES),
        SOMETIMES,
        mistakes=[Mistake(NEVER, "How many states have no spin up, and how many have four?")],
        hints=["Compare the sizes of the groups."],
    ),
    solution=(
        "A block of three has four states with a majority up and four with a majority down, so all eight groups of "
        "nine spins have 64 states. Keeping every third spin gives eight groups of 64 as well. Groups of equal size "
        "never gain. By the number of spins up the sizes are 1, 9, 36, 84, 126 and so on: a gain is possible, and the "
        "magnet of the last section has one."
    ),
)

# -- The same state, written again ---------------------------------------------------------------------------------

SMALL = 0.1


def least_states() -> int:
    """The least number of states with which the absorbing machine has EI below SMALL bits."""
    n = 2
    while causal.entropy([1 / n, 1 - 1 / n]) >= SMALL:
        n += 1
    return n


copies = Exercise(
    "copies",
    sixteen=Number(
        "EI in bits of the sixteen states: fifteen lead to one of the fifteen, one stays",
        lambda: causal.effective_information(causal.absorbing(16)),
        rel=0.005,
        mistakes=[
            Mistake(1, "This is EI of the two groups. The sixteen states are set uniformly."),
            Mistake(
                lambda: causal.effective_information(causal.absorbing(8)), "This is the machine with eight states."
            ),
            Mistake(lambda: math.log2(15), "This is the entropy of each of the fifteen rows."),
        ],
        hints=["What is the mean row?", "4 bits, minus 15/16 of the entropy of a row."],
    ),
    least=Number(
        "the least number n of states, n − 1 of them alike, for which EI is below 0.1 bits",
        least_states,
        abs=0,
        mistakes=[
            Mistake(lambda: least_states() - 1, "With one state fewer EI is still at least 0.1 bits."),
            Mistake(10, "EI is h(1/n), not 1/n."),
        ],
        hints=[
            "Show first that EI = h(1/n), the entropy of a draw with the probabilities 1/n and 1 − 1/n.",
            "Try values.",
        ],
    ),
    solution=lambda: (
        "The mean row is uniform, so EI = log2 n − (n − 1)/n · log2(n − 1) = h(1/n). For n = 16 this is "
        f"{float(causal.effective_information(causal.absorbing(16))):.3f} bits, and it is below 0.1 bits from n = "
        f"{least_states()} on. The two groups have 1 bit for every n."
    ),
)

# -- Any inputs ----------------------------------------------------------------------------------------------------


def mutual_information(W: ArrayLike, p: ArrayLike) -> float:
    """I(X; Y) in bits for the machine W, shape (n, n), and inputs p, shape (n,)."""
    return float(causal.mutual_information(W, p))


def _machine_and_inputs(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = int(rng.integers(2, 6))
    return rng.dirichlet(np.ones(n), size=n), rng.dirichlet(np.ones(n))


def _by_divergence(W: ArrayLike, p: ArrayLike) -> float:
    W, p = np.asarray(W), np.asarray(p)
    q = p @ W
    used = (W > 0) & (q > 0)
    ratio = np.where(used, W, 1) / np.where(used, q, 1)
    return float(p @ np.sum(W * np.log2(ratio), axis=1))


_EXAMPLE = (causal.absorbing(4), np.array([1 / 6, 1 / 6, 1 / 6, 1 / 2]))

information = Exercise(
    "information",
    Function(
        "the mutual information in bits of state and next state",
        mutual_information,
        _machine_and_inputs,
        cases=[_EXAMPLE, (np.eye(3), np.array([0.5, 0.5, 0.0]))],
        rel=1e-6,
        abs=1e-9,
        mistakes=[
            Mistake(
                lambda W, p: float(causal.effective_information(W)), "This sets the states uniformly, whatever p is."
            ),
            Mistake(lambda W, p: float(causal.entropy(np.asarray(p) @ np.asarray(W))), "What do the rows take away?"),
            Mistake(
                lambda W, p: _natural(mutual_information(W, p)),
                "These are nats. A logarithm to base 2 gives bits.",
            ),
            Mistake(
                lambda W, p: float(causal.entropy(np.asarray(p) @ np.asarray(W)) - causal.entropy(W).mean()),
                "The entropies of the rows count as often as their states are set: weigh them with p.",
            ),
        ],
        hints=[
            "H of p @ W, minus the mean of the rows' entropies, weighed with p.",
            "0 log 0 counts as 0: take the logarithm of `np.where(W > 0, W, 1)`.",
        ],
        alternatives=[_by_divergence],
    ),
    solution=(
        "With `H = lambda q: -np.sum(q * np.log2(np.where(q > 0, q, 1)), axis=-1)` it is `H(p @ W) - p @ H(W)`. For "
        "the four states and the inputs (1/6, 1/6, 1/6, 1/2) it is 1 bit, as much as the two groups have, and the "
        "most that any inputs give."
    ),
)

# -- Too many groupings --------------------------------------------------------------------------------------------


def bell(n: int) -> int:
    """The number of ways to put n states into groups."""
    row = [1]
    for _ in range(n):
        row = [row[-1], *row]
        for i in range(1, len(row)):
            row[i] += row[i - 1]
    return row[0]


many = Exercise(
    "many",
    six=Number(
        "the number of groupings of six states",
        lambda: bell(6),
        abs=0,
        mistakes=[
            Mistake(64, "This counts subsets. A grouping has as many groups as it likes."),
            Mistake(720, "This counts orders."),
            Mistake(lambda: bell(6) - 1, "The states themselves count here, too: each in a group of its own."),
            Mistake(lambda: bell(5), "This is for five states."),
        ],
        hints=["The group of the last state has k of the five others, for some k. How many ways are there?"],
    ),
    years=Number(
        "the years that all groupings of 16 states take, at one a millisecond",
        lambda: bell(16) / 1000 / (365.25 * 86400),
        rel=0.01,
        mistakes=[
            Mistake(lambda: 2**16 / 1000 / (365.25 * 86400), "There are more groupings than subsets."),
            Mistake(lambda: bell(16) / (365.25 * 86400), "A millisecond is a thousandth of a second."),
        ],
        hints=["The 16th Bell number has eleven digits. Write a loop for the recursion."],
    ),
    solution=lambda: (
        f"If k of the five others share the group of the last state: 52 + 5·15 + 10·5 + 10·2 + 5·1 + 1 = {bell(6)}. "
        f"B(16) = {bell(16):,}, and a millisecond for each makes {bell(16) / 1000 / (365.25 * 86400):.3f} years, four "
        "months. B(64) has 66 digits."
    ),
)

# -- How little the states say -------------------------------------------------------------------------------------

SPINS, WARM = 64, 2.0


def states_bound() -> float:
    """The bound of the theorem on EI of the states of SPINS spins at temperature WARM, in bits."""
    return SPINS / ((SPINS - 1) * WARM**2)


def groups_bits() -> float:
    """EI of the number of SPINS spins that are up, at temperature WARM, in bits."""
    return float(causal.magnet_information(SPINS, WARM).macro)


little = Exercise(
    "little",
    bound=Number(
        "the bound on EI of the states, in bits",
        states_bound,
        rel=0.01,
        mistakes=[
            Mistake(lambda: SPINS / ((SPINS - 1) * WARM), "The temperature is squared."),
            Mistake(lambda: 1 / (SPINS - 1) / WARM**2, "This is the mean of f²/T² for one spin. There are 64."),
        ],
        hints=["Put N = 64 and T = 2 into the theorem."],
    ),
    groups=Number(
        "EI of the groups, in bits",
        groups_bits,
        rel=0.01,
        mistakes=[
            Mistake(lambda: groups_bits() - 2 * 0.163, "The gain is EI of the groups minus EI of the states."),
            Mistake(6, "This would be log2 of the number of groups, nearly: a magnet without noise."),
        ],
        hints=["The gain is EI of the groups minus EI of the states."],
    ),
    solution=lambda: (
        f"The bound is 64/(63 · 4) = {states_bound():.3f} bits. The groups have 0.163 + 1.10 bits, about "
        f"{groups_bits():.3f}: five times the bound."
    ),
)
