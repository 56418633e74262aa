"""Effective information: how much the state of a machine decides about its next state, at a chosen scale.

EI = H(mean row) - mean of H(row), the mutual information of state and next state when the state is set uniformly.
Sources: Hoel, Albantakis and Tononi 2013; Hoel 2017; Blahut 1972 and Arimoto 1972 for the capacity.

A machine is a matrix W of transition probabilities, shape (..., n, n), whose rows sum to 1: W[i, j] is the probability
of the state j after the state i. A grouping is a row of labels, shape (n,): states with one label form a group. All
informations are in bits. A value outside its range raises ValueError with the parameter, the value and the range.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, at_least, in_range, one_of

Labels = NDArray[np.int_]

_ROUNDING = 1e-9
MOST_STATES = 9
"""Most states whose groupings `groupings` lists: 21,147 of them."""


def _distribution(name: str, value: ArrayLike) -> Floats:
    array = in_range(name, value, 0, 1, closed_low=True, closed_high=True)
    sums = array.sum(axis=-1)
    if not array.size or np.abs(sums - 1).max() > _ROUNDING:
        worst = sums.flat[np.abs(sums - 1).argmax()] if array.size else 0.0
        raise ValueError(f"{name} has the sum {worst:g}; allowed are probabilities that sum to 1")
    return array


def _machine(matrix: ArrayLike) -> Floats:
    array = np.asarray(matrix, dtype=float)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"matrix has the shape {array.shape}; allowed are square matrices")
    return _distribution("matrix", array)


def _labels(grouping: ArrayLike, states: int) -> Labels:
    """The grouping with its labels renumbered 0, 1, 2, ... in the order of their size."""
    array = np.asarray(grouping)
    if array.shape != (states,):
        raise ValueError(f"grouping has the shape {array.shape}; allowed is one label for each of the {states} states")
    return np.unique(array, return_inverse=True)[1].reshape(-1)


def entropy(probabilities: ArrayLike) -> Floats:
    """Shannon's entropy -sum p log2 p in bits, along the last axis. Shape (..., n) -> (...)."""
    p = np.asarray(probabilities, dtype=float)
    return -np.sum(p * np.log2(np.where(p > 0, p, 1.0)), axis=-1) + 0.0


# --- one scale ----------------------------------------------------------------------------------------------


def mutual_information(matrix: ArrayLike, inputs: ArrayLike) -> Floats:
    """I(state; next state) when the state has the distribution `inputs`. Shapes (..., n, n), (..., n) -> (...)."""
    matrix, inputs = _machine(matrix), _distribution("inputs", inputs)
    rows = np.sum(inputs * entropy(matrix), axis=-1)
    return entropy((inputs[..., None, :] @ matrix)[..., 0, :]) - rows


def effective_information(matrix: ArrayLike) -> Floats:
    """EI, the mutual information with uniform inputs: 0 if all rows agree, log2 n for a permutation. (..., n, n)."""
    matrix = _machine(matrix)
    return entropy(matrix.mean(axis=-2)) - entropy(matrix).mean(axis=-1)


def determinism(matrix: ArrayLike) -> Floats:
    """1 - (mean entropy of the rows)/log2 n: how surely a state leads to its next one. In [0, 1]; n at least 2."""
    matrix = _machine(matrix)
    return 1 - entropy(matrix).mean(axis=-1) / math.log2(at_least("states", matrix.shape[-1], 2))


def degeneracy(matrix: ArrayLike) -> Floats:
    """1 - (entropy of the mean row)/log2 n: how far states lead to the same next ones. In [0, 1]; n at least 2."""
    matrix = _machine(matrix)
    return 1 - entropy(matrix.mean(axis=-2)) / math.log2(at_least("states", matrix.shape[-1], 2))


class Capacity(NamedTuple):
    """The greatest mutual information over all inputs: bounds from below and above, and inputs that reach `low`."""

    low: float
    high: float
    inputs: Floats


def capacity(matrix: ArrayLike, gap: float = 1e-7, most_steps: int = 20_000) -> Capacity:
    """Capacity of the machine as a channel, by the algorithm of Blahut and Arimoto. Shape (n, n).

    With d_i = KL(row i || mean row) under the current inputs p, the capacity lies between sum p_i d_i and max d_i; each
    step multiplies p_i by 2^d_i. It stops when the bounds are within `gap` (bits), or after `most_steps`.
    """
    matrix = _machine(matrix)
    if matrix.ndim != 2:
        raise ValueError(f"matrix has the shape {matrix.shape}; allowed is one square matrix")
    inputs, rows = np.full(len(matrix), 1 / len(matrix)), entropy(matrix)
    for _ in range(at_least("most_steps", most_steps, 1)):
        mean = inputs @ matrix
        divergence = -rows - matrix @ np.log2(np.where(mean > 0, mean, 1.0))
        low, high = float(inputs @ divergence), float(divergence.max())
        if high - low <= gap:
            break
        weights = inputs * 2.0 ** (divergence - high)
        inputs = weights / weights.sum()
    return Capacity(max(low, 0.0), max(high, 0.0), inputs)


# --- two scales ---------------------------------------------------------------------------------------------


@cache
def groupings(states: int) -> Labels:
    """All ways to put the states into groups, one in a row, shape (B, states), B = 1, 2, 5, 15, 52 ...

    The first puts all states into one group, the last leaves each alone. states in [1, MOST_STATES].
    """
    in_range("states", at_least("states", states, 1), 1, MOST_STATES, closed_low=True, closed_high=True)
    rows = np.zeros((1, 1), dtype=int)
    for _ in range(states - 1):
        # the next state joins one of the groups so far, or begins a new one
        choices = rows.max(axis=1) + 2
        new = np.concatenate([np.arange(count) for count in choices])
        rows = np.column_stack([np.repeat(rows, choices, axis=0), new])
    rows.flags.writeable = False
    return rows


def lifted_uniform(grouping: ArrayLike) -> Floats:
    """The distribution of states that is uniform over groups, and uniform within each group. Shape (n,)."""
    labels = _labels(grouping, np.size(grouping))
    sizes = np.bincount(labels)
    return 1 / (len(sizes) * sizes[labels])


def macro_matrix(matrix: ArrayLike, grouping: ArrayLike) -> Floats:
    """The machine of groups: set a group by setting its states uniformly, and see only the group that comes next.

    Groups are in the order of their labels. Shapes (..., n, n) and (n,) -> (..., m, m).
    """
    matrix = _machine(matrix)
    labels = _labels(grouping, matrix.shape[-1])
    member = np.eye(labels.max() + 1)[labels]  # (state, group)
    return np.minimum((member / member.sum(axis=0)).T @ matrix @ member, 1.0)  # a sum can exceed 1 by rounding


def effective_information_of_groupings(matrix: ArrayLike, rows: ArrayLike) -> Floats:
    """EI of the machine of groups, for many groupings at once. Shapes (..., n, n) and (B, n) -> (..., B).

    The labels of each grouping must be 0, 1, 2, ..., as `groupings` gives them.
    """
    matrix, rows = _machine(matrix), np.asarray(rows)
    n = matrix.shape[-1]
    if rows.ndim != 2 or rows.shape[1] != n or rows.min(initial=0) < 0 or rows.max(initial=0) >= n:
        raise ValueError(f"rows have the shape {rows.shape} and labels to {rows.max(initial=0)}; allowed are (B, {n})")
    member = (rows[:, None, :] == np.arange(n)[:, None]).astype(float)  # (B, group, state)
    sizes = member.sum(axis=2)
    groups = (sizes > 0).sum(axis=1)
    macro = member @ matrix[..., None, :, :] @ member.transpose(0, 2, 1) / np.maximum(sizes, 1)[..., None]
    return entropy(macro.sum(axis=-2) / groups[:, None]) - entropy(macro).sum(axis=-1) / groups


class Gain(NamedTuple):
    """EI of the groups minus EI of the states, split: gain = inputs - blur, in bits. blur is never negative."""

    micro: float
    """EI of the states"""
    macro: float
    """EI of the groups"""
    inputs: float
    """what the states gain from other inputs alone: I under `lifted_uniform` minus I under the uniform distribution"""
    blur: float
    """what is lost under these inputs by seeing groups only"""


def gain(matrix: ArrayLike, grouping: ArrayLike) -> Gain:
    """The two parts of a gain of EI by grouping. Shapes (n, n) and (n,)."""
    micro, macro = float(effective_information(matrix)), float(effective_information(macro_matrix(matrix, grouping)))
    lifted = float(mutual_information(matrix, lifted_uniform(grouping)))
    return Gain(micro, macro, lifted - micro, lifted - macro)


# --- machines -----------------------------------------------------------------------------------------------


def absorbing(states: int) -> Floats:
    """All states but the last lead to one of themselves, uniformly; the last stays. Shape (n, n), n at least 2.

    EI = h(1/n) with the binary entropy h, and 1 bit in two groups. With 4 and 8 states these are published examples.
    """
    n = at_least("states", states, 2)
    matrix = np.zeros((n, n))
    matrix[:-1, :-1] = 1 / (n - 1)
    matrix[-1, -1] = 1
    return matrix


def three_and_one(difference: ArrayLike, leak: float) -> Floats:
    """Four states: A, B, C change places, D stays. Shape (..., 4, 4) for differences of shape (...).

    difference in [0, 1]: at 0 the three lead to A, B or C at random, at 1 A leads to B, B to C, C to A. leak in
    [0, 1]: with this probability the next state is any of the four, whatever the state.
    """
    difference = in_range("difference", difference, 0, 1, closed_low=True, closed_high=True)[..., None, None]
    in_range("leak", leak, 0, 1, closed_low=True, closed_high=True)
    ring = np.zeros((4, 4))
    ring[[0, 1, 2, 3], [1, 2, 0, 3]] = 1
    return (1 - leak) * ((1 - difference) * absorbing(4) + difference * ring) + leak / 4


def units(on: ArrayLike) -> Floats:
    """The machine of binary units that are set independently of each other: 2^k states from their chances to be on.

    on: shape (..., 2^k, k), the probability that each unit is on after each state. Bit u of a state is unit u.
    """
    on = in_range("on", on, 0, 1, closed_low=True, closed_high=True)
    k = on.shape[-1]
    if on.ndim < 2 or on.shape[-2] != 2**k:
        raise ValueError(f"on has the shape {on.shape}; allowed is one row for each of the 2^k states of k units")
    matrix = np.ones((*on.shape[:-1], 1))
    for u in range(k):
        chance = on[..., u, None]
        matrix = np.concatenate([matrix * (1 - chance), matrix * chance], axis=-1)
    return matrix


def bits(count: int) -> Labels:
    """The states of `count` binary units, shape (2^count, count): entry u of a row is unit u."""
    return np.arange(2 ** at_least("count", count, 1))[:, None] >> np.arange(count) & 1


def coupled_pairs(noise: float = 0.3) -> Floats:
    """Four units: A and B are on after C = D = 1, else with chance `noise` each; C and D likewise. Shape (16, 16)."""
    state = bits(4)
    both = np.column_stack([state[:, 2] & state[:, 3], state[:, 0] & state[:, 1]])
    return units(np.where(both[:, [0, 0, 1, 1]] == 1, 1.0, noise))


def ring_of_ands() -> Floats:
    """Six units in three pairs; both units of a pair become the AND of the pair before. Shape (64, 64)."""
    state = bits(6)
    pairs = state[:, 0::2] & state[:, 1::2]
    return units(np.repeat(np.roll(pairs, 1, axis=1), 2, axis=1).astype(float))


def ands_of_pairs(count: int) -> Labels:
    """The grouping of the states of `count` units by the AND of units 0 and 1, of 2 and 3, ... Shape (2^count,)."""
    state = bits(count)
    pairs = state[:, 0::2] & state[:, 1::2]
    return pairs @ (1 << np.arange(pairs.shape[1]))


PUBLISHED = ("4 states", "8 states", "4 noisy units", "6 AND units")
"""Examples of Hoel 2013 and 2017 and of public code, for `published`."""


def published(name: str) -> tuple[Floats, Labels]:
    """A published example: its machine, shape (n, n), and the grouping that is said to be better, shape (n,)."""
    one_of("name", name, PUBLISHED)
    if name.endswith("states"):
        n = int(name[0])
        return absorbing(n), (np.arange(n) == n - 1).astype(int)
    return (coupled_pairs(), ands_of_pairs(4)) if name == PUBLISHED[2] else (ring_of_ands(), ands_of_pairs(6))


def random_map(states: int, rng: np.random.Generator) -> Floats:
    """Each state leads surely to one state, drawn uniformly and independently. Shape (n, n)."""
    n = at_least("states", states, 1)
    return np.eye(n)[rng.integers(n, size=n)]


def random_noisy(states: int, rng: np.random.Generator) -> Floats:
    """Each row is drawn uniformly from all distributions, independently of the others. Shape (n, n)."""
    return rng.dirichlet(np.ones(at_least("states", states, 1)), size=states)


# --- spins --------------------------------------------------------------------------------------------------

BLOCK_RULES = ("majority", "first spin", "all up")
"""How a block of spins becomes one, for `blocks`."""


def heat_bath_ring(spins: int, temperature: ArrayLike) -> Floats:
    """A ring of Ising spins, all drawn anew at once: up with probability 1/(1 + exp(-2 (left + right)/T)).

    temperature: shape (...), in units of the coupling, positive. Bit u of a state says whether spin u is up. Shape
    (..., 2^spins, 2^spins), spins at least 3.
    """
    beta = 1 / in_range("temperature", temperature)
    signs = 2 * bits(at_least("spins", spins, 3)) - 1
    field = np.roll(signs, 1, axis=1) + np.roll(signs, -1, axis=1)
    return units((1 + np.tanh(beta[..., None, None] * field)) / 2)


def blocks(spins: int, size: int, rule: str) -> Labels:
    """The grouping of the states of a ring by its blocks of `size` neighbours, shape (2^spins,).

    'majority' (odd size), 'first spin' of each block (decimation), or 'all up'. spins is a multiple of size.
    """
    one_of("rule", rule, BLOCK_RULES)
    if spins % at_least("size", size, 1) or (rule == "majority" and size % 2 == 0):
        raise ValueError(f"size = {size} must divide spins = {spins}, and be odd for a majority")
    block = bits(spins).reshape(2**spins, -1, size)
    up = {"majority": 2 * block.sum(axis=2) > size, "first spin": block[..., 0] == 1, "all up": block.all(axis=2)}[rule]
    return up @ (1 << np.arange(up.shape[1]))


def magnet(spins: int, temperature: float) -> Floats:
    """A magnet in which each spin feels the mean m of all others, all drawn anew at once. Shape (2^spins, 2^spins).

    A spin is up with probability 1/(1 + exp(-2 m/T)), so that the infinite magnet has T_c = 1. temperature: positive.
    """
    signs = 2 * bits(at_least("spins", spins, 2)) - 1
    others = (signs.sum(axis=1, keepdims=True) - signs) / (spins - 1)
    return units((1 + np.tanh(others / in_range("temperature", temperature))) / 2)


def magnetisations(spins: int) -> Labels:
    """The grouping of the states of `spins` spins by how many are up, shape (2^spins,)."""
    return bits(spins).sum(axis=1)


class MagnetInformation(NamedTuple):
    """EI of the magnet at both scales, in bits, shape (...), for each temperature."""

    micro: Floats
    """of its 2^spins states"""
    macro: Floats
    """of the number of spins that are up"""


def magnet_information(spins: int, temperature: ArrayLike) -> MagnetInformation:
    """EI of `magnet` and of its groups by `magnetisations`, without its 2^spins states. spins in [2, 1000].

    With k spins up, each up spin next is up with one chance, each down spin with another; the next k is the sum of two
    binomial counts, whose distribution comes from its characteristic function. temperature: shape (...), positive.
    """
    n = int(in_range("spins", at_least("spins", spins, 2), 2, 1000, closed_low=True, closed_high=True))
    beta, k = 1 / in_range("temperature", temperature)[..., None], np.arange(n + 1)
    ways = np.array([float(math.comb(n, i)) for i in k])
    chances = [(1 + np.tanh(beta * (2 * k - n + own) / (n - 1))) / 2 for own in (-1, 1)]  # of an up and of a down spin
    up, down = chances
    half = np.arange((n + 1) // 2 + 1)  # of the frequencies; at the others the wave is conjugate
    wave = np.exp(-2j * np.pi * half / (n + 1))
    waves = (1 - up[..., None] * (1 - wave)) ** k[:, None] * (1 - down[..., None] * (1 - wave)) ** (n - k)[:, None]
    back = np.exp(2j * np.pi * (half[:, None] * k % (n + 1)) / (n + 1)) * np.where(half * 2 % (n + 1), 2, 1)[:, None]
    chain = np.maximum(waves.real @ back.real - waves.imag @ back.imag, 0)  # (..., k, next k)
    chain /= chain.sum(axis=-1, keepdims=True)
    binary = [entropy(np.stack([p, 1 - p], axis=-1)) for p in chances]
    weights = ways / 2.0**n
    after = weights @ chain
    micro = entropy(after) + after @ np.log2(ways) - (k * binary[0] + (n - k) * binary[1]) @ weights
    return MagnetInformation(micro, entropy(chain.mean(axis=-2)) - entropy(chain).mean(axis=-1))
