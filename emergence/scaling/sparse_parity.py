"""Multitask sparse parity: many small skills, each learnt all at once, whose sum is a smooth loss.

An input is a one-hot number of a skill beside random bits; the answer is the parity of the few bits that belong to
the skill. Skill k is asked with probability p_k ~ k^-(1+alpha). Source: Michaud et al. 2023.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats
from emergence.scaling.adam import Adam, Parameters


@dataclass(frozen=True)
class ParityTask:
    """subsets: the bits of each skill, shape (skills, bits in a subset); bits: number of random bits;
    probability: how often each skill is asked, shape (skills,), falling."""

    subsets: NDArray[np.int64]
    bits: int
    probability: Floats

    @property
    def skills(self) -> int:
        return len(self.probability)

    def examples(self, skill: NDArray[np.int64], rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Inputs, shape (n, skills + bits), and answers 0 or 1, shape (n,), for the skills asked, shape (n,)."""
        bits = rng.integers(0, 2, (len(skill), self.bits))
        asked = np.zeros((len(skill), self.skills))
        asked[np.arange(len(skill)), skill] = 1
        # Bits as -1 and 1: their mean is zero, which halves the number of steps until the first skill.
        inputs = np.concatenate([asked, 2.0 * bits - 1], axis=1)
        return inputs, np.take_along_axis(bits, self.subsets[skill], axis=1).sum(axis=1) % 2.0


def make_task(skills: int, bits: int, subset: int, exponent: float, rng: np.random.Generator) -> ParityTask:
    """A task whose skills have distinct random subsets of bits. exponent: 1 + alpha of the frequencies, [0, inf).

    With a shared subset two skills would be learnt as one, so more skills than subsets raise ValueError.
    """
    if not 1 <= subset <= bits:
        raise ValueError(f"subset = {subset} is outside the allowed range [1, {bits}]")
    possible = np.array(list(combinations(range(bits), subset)))
    if not 1 <= skills <= len(possible):
        raise ValueError(f"skills = {skills} is outside the allowed range [1, {len(possible)}]")
    if not exponent >= 0:
        raise ValueError(f"exponent = {exponent:g} is outside the allowed range [0, inf)")
    weight = np.arange(1, skills + 1) ** -float(exponent)
    return ParityTask(rng.permutation(possible)[:skills], bits, weight / weight.sum())


def sequential_thresholds(task: ParityTask) -> Floats:
    """Mean loss (nats) at which each skill would be half learnt if skills were learnt one after the other.

    All before it cost nothing and all after it ln 2, so the k-th stands at ln 2 (p_k / 2 + sum of p_j, j > k). Shape
    (skills,).
    """
    p = task.probability
    return np.log(2) * (p[::-1].cumsum()[::-1] - p / 2)


class Checkpoint(NamedTuple):
    """After `step` steps: loss of each skill (nats) and its accuracy, shape (skills,), and the mean loss as asked."""

    step: int
    skill_loss: Floats
    accuracy: Floats
    loss: float


class ParityNetwork:
    """One hidden layer of rectified units and one output, the log odds that the parity is odd."""

    def __init__(self, task: ParityTask, width: int, rng: np.random.Generator, rate: float = 0.01) -> None:
        """width: hidden units, [1, inf). The generator is kept: it also draws the training examples."""
        if width < 1:
            raise ValueError(f"width = {width} is outside the allowed range [1, inf)")
        inputs = task.skills + task.bits
        self.task, self.width, self.rng, self.steps = task, width, rng, 0
        self.parameters: Parameters = {
            "hidden": rng.normal(0, np.sqrt(2 / inputs), (inputs, width)),
            "hidden_bias": np.zeros(width),
            "output": rng.normal(0, np.sqrt(1 / width), width),
            "output_bias": np.zeros(1),
        }
        self._adam = Adam(self.parameters, rate)
        asked = np.repeat(np.arange(task.skills), 64)
        self._test = task.examples(asked, np.random.default_rng(0))  # the same questions at every checkpoint

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(array.size for array in self.parameters.values())

    def log_odds(self, inputs: Floats) -> Floats:
        p = self.parameters
        return np.maximum(inputs @ p["hidden"] + p["hidden_bias"], 0) @ p["output"] + p["output_bias"]

    def gradient(self, inputs: Floats, answers: Floats) -> tuple[float, Parameters]:
        """Mean cross-entropy (nats) of a batch, shapes (n, inputs) and (n,), and its gradient."""
        p = self.parameters
        hidden = np.maximum(inputs @ p["hidden"] + p["hidden_bias"], 0)  # (n, width)
        odds = hidden @ p["output"] + p["output_bias"]
        d_odds = (1 / (1 + np.exp(-odds)) - answers) / len(answers)
        d_hidden = np.outer(d_odds, p["output"]) * (hidden > 0)
        gradients = {
            "hidden": inputs.T @ d_hidden,
            "hidden_bias": d_hidden.sum(axis=0),
            "output": hidden.T @ d_odds,
            "output_bias": d_odds.sum(keepdims=True),
        }
        return float(np.mean(_cross_entropy(odds, answers))), gradients

    def train(self, steps: int, batch: int = 256) -> None:
        """Take steps of Adam, each on fresh examples asked as the task asks them."""
        for _ in range(steps):
            skill = self.rng.choice(self.task.skills, size=batch, p=self.task.probability)
            self._adam.step(self.parameters, self.gradient(*self.task.examples(skill, self.rng))[1])
            self.steps += 1

    def checkpoint(self) -> Checkpoint:
        """Loss and accuracy of every skill on 64 test questions each."""
        inputs, answers = self._test
        odds = self.log_odds(inputs)
        loss = _cross_entropy(odds, answers).reshape(self.task.skills, -1).mean(axis=1)
        right = ((odds > 0) == answers).reshape(self.task.skills, -1).mean(axis=1)
        return Checkpoint(self.steps, loss, right, float(self.task.probability @ loss))


def _cross_entropy(log_odds: Floats, answers: Floats) -> Floats:
    return np.logaddexp(0, log_odds) - answers * log_odds


def training(network: ParityNetwork, steps: int, every: int, batch: int = 256) -> Iterator[Checkpoint]:
    """Train for a number of steps; yield a checkpoint first and after every so many. Not asking on stops it."""
    yield network.checkpoint()
    for start in range(0, steps, every):
        network.train(min(every, steps - start), batch)
        yield network.checkpoint()
