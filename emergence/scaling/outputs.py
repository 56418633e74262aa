"""What small transformers wrote at checkpoints of their training, and how likely they thought the right answer.

An answer is written by always taking the likeliest token; p(right answer) is the product over its tokens, each after
the right ones before it. Source: experiments/outputs.py, trained_outputs.csv (data/README.md).

Probabilities and shares are pure numbers. A value outside its range raises ValueError with the parameter, the value and
the range.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergence.checks import Floats, one_of
from emergence.tables import column_of, grouped, read_json, read_rows

WIDTHS, SEEDS = (16, 32, 64), (1, 2)
ABILITIES = ("icl", "scratchpad", "heldout")
"""Lists of keys and values; sums with written steps; pairs of instructions that were held out of training."""
CHANCE = {"icl": 1 / 8, "scratchpad": 1e-2, "heldout": 1e-3}
"""Share of right answers of a guess among the values shown, or among digits."""


class Question(NamedTuple):
    """A question and its answer, a sign for each token."""

    text: str
    answer: str


class Asked(NamedTuple):
    """One model and ability along training: checkpoints by rows, the shown questions by columns."""

    steps: NDArray[np.int64]
    """optimiser steps at constant learning rate, shape (c,)"""
    right: Floats
    """share of all questions that are answered right, shape (c,)"""
    p: Floats
    """mean over all questions of the probability of the right answer, shape (c,)"""
    answers: tuple[tuple[str, ...], ...]
    """what the model wrote, c rows of shown questions"""
    each: Floats
    """probability of the right answer to the shown questions, shape (c, shown)"""


@cache
def provenance() -> dict:
    """Versions, command, processor seconds, number of questions, and the questions that are shown."""
    return read_json("trained_outputs.json")


def _known(seed: int, ability: str) -> None:
    one_of("ability", ability, ABILITIES)
    one_of("seed", seed, SEEDS)


def questions(seed: int, ability: str) -> list[Question]:
    """The shown questions of an ability; only the held-out pairs depend on the seed of the run."""
    _known(seed, ability)
    return [Question(*both) for both in provenance()["questions"][str(seed)][ability]]


@cache
def _table() -> dict[tuple[int, int, str], Asked]:
    found = grouped(read_rows("trained_outputs.csv"), "d_model", "seed", "ability")
    return {
        (int(width), int(seed), ability): Asked(
            column_of(rows, "step", np.int64),
            column_of(rows, "right") / provenance()["asked"],
            column_of(rows, "p"),
            tuple(tuple(row["answers"].split(" ")) for row in rows),
            np.array([[float(p) for p in row["answer_p"].split(" ")] for row in rows]),
        )
        for (width, seed, ability), rows in found.items()
    }


def asked(width: int, seed: int, ability: str) -> Asked:
    """What the model of a width and a seed answered along its training."""
    _known(seed, ability)
    one_of("width", width, WIDTHS)
    return _table()[width, seed, ability]
