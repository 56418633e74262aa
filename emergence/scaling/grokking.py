"""A network that learns to add on a circle: it knows the sums it was shown at once, and the others much later.

The score of c for the pair (a, b) is the sum over units n of (U_an + W_bn)^2 V_nc; the wanted scores are 1 at
c = a + b mod p and 0 elsewhere. Sources: Power et al. 2022, Gromov 2023 (this network), Nanda et al. 2023.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats
from emergence.scaling.adam import Adam, Parameters
from emergence.tables import column_of, read_rows

MODULUS, UNITS, SHARE, RATE = 23, 64, 0.5, 0.005
"""Of the networks of the book: p, hidden units, share of the table that is trained, and learning rate of Adam."""
MEMORISED, GENERALISED = 0.99, 0.9
"""Accuracies on trained pairs and on the others from which on the text calls them known."""


def addition_table(modulus: int) -> NDArray[np.int64]:
    """a + b mod p for all pairs, shape (p, p). modulus: [3, inf)."""
    if modulus < 3:
        raise ValueError(f"modulus = {modulus} is outside the allowed range [3, inf)")
    return np.add.outer(np.arange(modulus), np.arange(modulus)) % modulus


def scores(first: Floats, second: Floats, output: Floats) -> Floats:
    """The score of every answer to every pair, shape (p, p, p), of U and W, shapes (p, units), and V, (units, p)."""
    return (first[:, None] + second[None]) ** 2 @ output


def accuracy(found: Floats, table: NDArray[np.int64]) -> float:
    """The share of pairs whose highest score is that of the answer in the table, shapes (p, p, p) and (p, p)."""
    return float((found.argmax(axis=2) == table).mean())


def waves(modulus: int) -> Floats:
    """Orthonormal cosines and sines on a circle of p places, shape (frequencies 0 to p // 2, 2, p).

    The sine of frequency 0 is zero, and so is that of p / 2 for an even p.
    """
    k, a = np.arange(modulus // 2 + 1), np.arange(modulus)
    angle = 2 * math.pi / modulus * (np.outer(k, a) % modulus)
    norm = np.where((k == 0) | (2 * k == modulus), 1, math.sqrt(2))[:, None, None] / math.sqrt(modulus)
    return norm * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def power(weights: Floats) -> Floats:
    """The power of each unit's weights at each frequency: shape (p, units) to (p // 2 + 1, units).

    Summed over frequencies it is the sum of the unit's squared weights (Parseval).
    """
    return ((waves(len(weights)) @ weights) ** 2).sum(axis=1)


class Spectrum(NamedTuple):
    """share: of all power of the first layer at each frequency, shape (p // 2 + 1,); purity: mean over the units of the
    share of a unit's power, without frequency 0, that its strongest frequency has, units weighted by their power."""

    share: Floats
    purity: float


def spectrum(first: Floats, second: Floats) -> Spectrum:
    """Of the weights of the first layer, both of shape (p, units) and not all zero."""
    of_units = power(first) + power(second)
    waving = of_units[1:]
    return Spectrum(of_units.sum(axis=1) / of_units.sum(), float(waving.max(axis=0).sum() / waving.sum()))


def wave_network(modulus: int, frequency: int, phases: int = 3) -> tuple[Floats, Floats, Floats]:
    """U, W and V of a network of waves of one frequency: shapes (p, phases), (p, phases), (phases, p).

    Unit j has the phase t = 2 pi j / phases and the weights cos(ka + t), cos(kb + t) and cos(kc + 2t), with
    k = 2 pi frequency / p. With three phases, or any number that does not divide 4, the score of c is phases times
    cos(k(a - b) / 2)^2 cos(k(a + b - c)). frequency, phases: [1, inf).
    """
    if modulus < 3:
        raise ValueError(f"modulus = {modulus} is outside the allowed range [3, inf)")
    for name, value in (("frequency", frequency), ("phases", phases)):
        if value < 1:
            raise ValueError(f"{name} = {value} is outside the allowed range [1, inf)")
    t = 2 * math.pi / phases * np.arange(phases)
    angle = 2 * math.pi / modulus * (frequency * np.arange(modulus) % modulus)[:, None]
    return np.cos(angle + t), np.cos(angle + t), np.cos(angle + 2 * t).T


def listing_network(table: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """U, W and V of a network of 2 p^2 units whose scores are exactly those that a table of answers, (p, p), wants.

    Two units for each pair (i, j): (d_ai + d_bj)^2 - (d_ai - d_bj)^2 is 4 at that pair and 0 at all others.
    """
    p = len(table)
    if table.shape != (p, p) or table.min() < 0 or table.max() >= p:
        raise ValueError(f"table of shape {table.shape} must be square, with answers in [0, {p - 1}]")
    i, j = np.divmod(np.arange(p * p), p)
    one = np.eye(p)
    answer = one[table[i, j]] / 4
    return np.hstack([one[:, i]] * 2), np.hstack([one[:, j], -one[:, j]]), np.vstack([answer, -answer])


class Checkpoint(NamedTuple):
    """After `step` steps: accuracy and loss on the trained pairs and on the others. The loss is the squared error of
    all p scores of a pair, averaged over pairs: scores of zero have a loss of 1."""

    step: int
    trained_accuracy: float
    other_accuracy: float
    trained_loss: float
    other_loss: float


class AddingNetwork:
    """One hidden layer of squares, trained on a part of the table, all of it at each step (AdamW)."""

    def __init__(
        self,
        decay: float,
        rng: np.random.Generator,
        share: float = SHARE,
        modulus: int = MODULUS,
        units: int = UNITS,
        rate: float = RATE,
    ) -> None:
        """decay: weight decay, [0, 1 / rate). share: of the p^2 pairs that are trained, rounded down to a number of
        pairs in [1, p^2 - 1]. units: [1, inf). The generator chooses pairs and first weights."""
        self.table = addition_table(modulus)
        pairs = int(share * modulus**2)
        if not 1 <= pairs < modulus**2:
            raise ValueError(f"share = {share:g} trains {pairs} pairs, outside the allowed range [1, {modulus**2 - 1}]")
        if units < 1:
            raise ValueError(f"units = {units} is outside the allowed range [1, inf)")
        if not 0 <= decay * rate < 1:
            raise ValueError(f"decay = {decay:g} is outside the allowed range [0, {1 / rate:g})")
        self.decay, self.rate, self.steps = decay, rate, 0
        self.trained = np.zeros(modulus**2, dtype=bool)
        self.trained[rng.permutation(modulus**2)[:pairs]] = True
        self.trained = self.trained.reshape(modulus, modulus)
        deviation = 1 / math.sqrt(2 * modulus)
        self.parameters: Parameters = {
            "first": rng.normal(0, deviation, (modulus, units)),
            "second": rng.normal(0, deviation, (modulus, units)),
            "output": rng.normal(0, 1 / math.sqrt(units), (units, modulus)),
        }
        self._adam = Adam(self.parameters, rate)
        self._a, self._b = np.nonzero(self.trained)
        self._wanted = np.eye(modulus)[self.table[self.trained]]
        # Room that is used again at each step: to be given new memory takes longer than to compute.
        self._room = np.zeros((3, pairs, units))
        self._in_table = np.zeros((modulus, modulus, units))

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(array.size for array in self.parameters.values())

    def gradient(self) -> tuple[float, Parameters]:
        """The loss on all trained pairs, and its gradient."""
        first, second, output = (self.parameters[name] for name in ("first", "second", "output"))
        before, hidden, backward = self._room
        np.take(first, self._a, axis=0, out=before, mode="clip")  # (pairs, units)
        np.take(second, self._b, axis=0, out=hidden, mode="clip")
        before += hidden
        np.multiply(before, before, out=hidden)
        miss = hidden @ output - self._wanted  # (pairs, p)
        d_scores = miss * (2 / len(miss))
        np.matmul(d_scores, 2 * output.T, out=backward)
        backward *= before
        self._in_table[self._a, self._b] = backward
        gradients = {
            "first": self._in_table.sum(axis=1),
            "second": self._in_table.sum(axis=0),
            "output": hidden.T @ d_scores,
        }
        return float((miss**2).sum() / len(miss)), gradients

    def train(self, steps: int) -> None:
        """Take steps of AdamW: each weight shrinks by the factor 1 - rate * decay, then Adam steps."""
        for _ in range(steps):
            gradients = self.gradient()[1]
            for array in self.parameters.values():
                array *= 1 - self.rate * self.decay
            self._adam.step(self.parameters, gradients)
            self.steps += 1

    def checkpoint(self) -> Checkpoint:
        """Accuracy and loss on both parts of the table."""
        found = scores(**self.parameters)
        right = found.argmax(axis=2) == self.table
        loss = ((found - np.eye(len(self.table))[self.table]) ** 2).sum(axis=2)
        parts = (self.trained, ~self.trained)
        return Checkpoint(
            self.steps, *(float(right[part].mean()) for part in parts), *(float(loss[part].mean()) for part in parts)
        )


class Delay(NamedTuple):
    """The first recorded steps at which the trained pairs and the others are known; inf where they never are."""

    memorised: float
    generalised: float
    best: float
    """Highest accuracy on the other pairs."""


def measure_delay(network: AddingNetwork, steps: int, every: int) -> Delay:
    """Train until both parts are known, at most so many steps, looking after every so many."""
    memorised = generalised = math.inf
    best = network.checkpoint().other_accuracy
    while network.steps < steps and math.isinf(max(memorised, generalised)):
        network.train(min(every, steps - network.steps))
        now = network.checkpoint()
        best = max(best, now.other_accuracy)
        if now.trained_accuracy >= MEMORISED:
            memorised = min(memorised, now.step)
        if now.other_accuracy >= GENERALISED:
            generalised = min(generalised, now.step)
    return Delay(memorised, generalised, best)


class DelayTable(NamedTuple):
    """The shipped runs, one entry each: what was set, and the steps as in Delay, inf for "not within the limit"."""

    share: Floats
    decay: Floats
    seed: NDArray[np.int64]
    memorised: Floats
    generalised: Floats
    best: Floats

    def of(self, share: float, decay: float) -> DelayTable:
        """The runs of one setting; ValueError if there are none."""
        chosen = np.isclose(self.share, share) & np.isclose(self.decay, decay)
        if not chosen.any():
            raise ValueError(f"share = {share:g} with decay = {decay:g} is not among the shipped runs")
        return DelayTable(*(column[chosen] for column in self))

    @property
    def delay(self) -> Floats:
        """Steps between knowing the trained pairs and knowing the others; inf where the others never are known."""
        return self.generalised - self.memorised


LIMIT = 10_000
"""Steps after which the shipped runs were stopped."""


@cache
def delay_table() -> DelayTable:
    """The shipped table emergence/data/grokking.csv (`make grokking-table`)."""
    rows = read_rows("grokking.csv")
    kinds = {"seed": np.int64}
    return DelayTable(*(column_of(rows, name, kinds.get(name, float), empty="inf") for name in DelayTable._fields))
