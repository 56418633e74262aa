"""Numbers that the text and the solutions of the chapter "What emerges?" state, recomputed."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest
from stated import Stated, numbers_of, text_of

from emergence import definitions
from emergence.exercises import what_emerges as exercises
from emergence.figures.what_emerges import answers, flock, table, verdicts
from emergence.physics import vicsek
from emergence.physics.look_alikes import majority
from emergence.scaling import outputs

CHAPTER = "chapters/what_emerges.ipynb"
TEXT = text_of(CHAPTER)
BIRDS = 200


def at(step: int, width: int = 64, ability: str = "icl", seed: int = 1) -> tuple[int, float]:
    """Of 200 questions those that a run answers right at a step, and the mean probability of the right answer."""
    found = outputs.asked(width, seed, ability)
    here = int(np.flatnonzero(found.steps == step)[0])
    return round(200 * found.right[here]), float(found.p[here])


def end(width: int, ability: str, seed: int) -> int:
    return at(3000, width, ability, seed)[0]


RUNS = outputs.SEEDS
counts = definitions.counts()

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("{} birds that ignore each other have {} on average", BIRDS, math.sqrt(math.pi / (4 * BIRDS))),
    Stated("$2\\pi = {}$ others, and seven at a density of $7/\\pi = {}$", 2 * math.pi, 7 / math.pi),
    Stated("almost nothing, {:<} at most.", max(at(step)[1] for step in (0, 10, 30, 100, 200, 300, 400, 600, 800))),
    Stated(
        "rises unevenly: {} at step 1,200, {} at 1,600, back to {} at 2,000, and {} at the end",
        *(at(step)[1] for step in (1200, 1600, 2000, 3000)),
    ),
    Stated("| look up in a list | {} | {} | {} |", *(end(width, "icl", 1) for width in outputs.WIDTHS)),
    Stated("goes from {} to {} while $p$ goes from 0.1 to 0.5", 0.1**3, 0.5**3),
    Stated("share is $0.9^3 = {}$, and $p^3 = \\frac12$ at $p = {}$", 0.9**3, 0.5 ** (1 / 3)),
    Stated("{} verdicts are yes, {} are no, and {} are", *(counts[verdict] for verdict in definitions.VERDICTS)),
    Stated("Each of its {} verdicts", len(definitions.EXAMPLES) * len(definitions.NAMES)),
    Stated("pairs of definitions {} are opposed", len(definitions.pairs_opposed())),
    Stated("takes the majority from a toss of a coin to {}.", float(majority(10_001, 0.51))),
    Stated("$1/(4n \\cdot 0.1^2) = 0.01$ at $n = {}$", exercises.voters_needed()),
    Stated("101 voters are wrong with probability {}", 1 - float(majority(101, 0.6))),
)

test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("and {} of the ten pairs of definitions are opposed, yes against no", len(definitions.pairs_opposed())),
    Stated("The book applies {} to {} examples", len(definitions.NAMES), len(definitions.EXAMPLES)),
)
