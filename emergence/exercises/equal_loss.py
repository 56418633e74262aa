"""Exercises of the chapter *At equal loss*."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from emergence.exercises import Choice, Exercise, Function, Mistake, Number
from emergence.scaling import collapse, interventions
from emergence.scaling.traces import load_traces
from emergence.statistics import holm, student_quantile

# -- Who pays? -----------------------------------------------------------------------------------------------------

_TEXT, _QUOTATIONS, _PAIRS, _SAVED = 0.30, 0.25, 0.20, 0.20

parts = Exercise(
    "parts",
    pairs=Number(
        "how many nats a token of the pairs costs more",
        lambda: _QUOTATIONS * _SAVED / _PAIRS,
        rel=0.005,
        mistakes=[
            Mistake(lambda: _SAVED, "The two parts have different shares: what does each add to the loss?"),
            Mistake(lambda: _QUOTATIONS * _SAVED, "This is what they add to the loss. And per token of the pairs?"),
            Mistake(lambda: _PAIRS * _SAVED / _QUOTATIONS, "The smaller part must pay more per token, not less."),
            Mistake(lambda: -_QUOTATIONS * _SAVED / _PAIRS, "The sign: what costs more is positive."),
        ],
        hints=["How much less do the quotations add to the loss?", "The sum of shares times changes is zero."],
        alternatives=["0.25", "1/4"],
    ),
    both=Number(
        "how many nats a token of text or of the pairs costs more, if both pay",
        lambda: _QUOTATIONS * _SAVED / (_TEXT + _PAIRS),
        rel=0.005,
        mistakes=[
            Mistake(
                lambda: _QUOTATIONS * _SAVED / _PAIRS / 2,
                "Half of what the pairs paid alone would be right if text had the same share as they have.",
            ),
            Mistake(lambda: _QUOTATIONS * _SAVED / 2, "This is half of what is saved. And per token?"),
            Mistake(lambda: _QUOTATIONS * _SAVED / _TEXT, "Now text pays alone."),
        ],
        hints=["The same is paid as before. Whose share pays it?", "Add the shares of text and of pairs."],
        alternatives=["0.1", 0.1],
    ),
    solution=(
        "The quotations save 0.25 · 0.20 = 0.05 nats of the total. So a token of the pairs costs 0.05/0.20 = 0.25 "
        "more, and if text pays as well, each costs 0.05/0.50 = 0.10 more."
    ),
)

# -- Equal in what? ------------------------------------------------------------------------------------------------


@cache
def _shift(axis: str, width: int = 32, metric: str = "p", mixture: str = "half_quotations") -> float:
    """How far the runs of another mixture lie above the base curve of the held-out pairs, on average."""
    traces = load_traces("abilities")
    return float(collapse.mixture_shift(traces, "heldout", mixture, metric, axis)[width].runs.mean())


EQUAL, WITHOUT = "loss", "loss without the skill"


def _on(axis: str, other: str, what: str, rounded: str) -> Number:
    """The shift on one of two axes."""
    return Number(
        what,
        lambda: _shift(axis),
        rel=0.02,
        mistakes=[
            Mistake(lambda: _shift(other), "This is on the other axis."),
            Mistake(lambda: _shift(axis, width=64), "This is width 64."),
            Mistake(lambda: _shift(axis, metric="exact"), "This is the exact match; the question is about p."),
            Mistake(lambda: _shift(axis, mixture="double_quotations"), "This is for twice the quotations."),
            Mistake(lambda: -_shift(axis), "The sign: above the curve is positive."),
        ],
        hints=[
            "The figure's sentence gives the lowest and the highest of the three runs; their mean lies between.",
            '`mixture_shift(traces, "heldout", "half_quotations", "p", axis)[32].runs` has all three.',
        ],
        alternatives=[rounded, np.float32(rounded)],
    )


WHY_NOT = (
    "better: what the pairs cost is no longer counted against them",
    "worse: nothing ties the loss on pairs down, since the sum that is held equal is without it",
    "worse: a loss over fewer documents is noisier, so the runs scatter more",
)

equal_in_what = Exercise(
    "equal_in_what",
    loss=_on(EQUAL, WITHOUT, "the mean distance from the base curve at equal loss", "0.16"),
    without=_on(WITHOUT, EQUAL, "the mean distance from the base curve at equal loss without the pairs", "0.37"),
    agree=Choice(
        "whether the mixtures agree better or worse without the pairs",
        WHY_NOT,
        WHY_NOT[1],
        mistakes=[
            Mistake(WHY_NOT[0], "Mixtures that agree lie on one curve. Which of your two distances is smaller?"),
            Mistake(WHY_NOT[2], "Noise would put some runs above the base curve and some below. Where are the three?"),
        ],
        hints=[
            "Mixtures that agree lie on one curve: compare the two distances.",
            "Two models have an equal sum of losses. What if the pairs are not in the sum?",
        ],
    ),
    solution=(
        "Worse: the distance more than doubles. At equal loss, pairs that cost less must be paid for by other "
        "documents; at an equal loss without pairs nothing ties the loss on pairs down."
    ),
)

# -- How many seeds would decide it? -------------------------------------------------------------------------------

_SEEDS, _WANTED = 5, 0.04


@cache
def _half(intervention: str = "width 64 against 32", skill: str = "heldout") -> float:
    """Half of the length of the interval of a comparison."""
    found = (each for each in interventions.verdicts() if (each.intervention, each.skill) == (intervention, skill))
    difference = next(found).difference
    return (difference.high - difference.low) / 2


def _scatter() -> float:
    return _half() * math.sqrt(_SEEDS) / student_quantile(_SEEDS - 1)


def _least_seeds(factor: float | None = None) -> int:
    """The least number of seeds for an interval that is short enough; factor: in the place of Student's."""
    n = 2
    while (factor or student_quantile(n - 1)) * _scatter() / math.sqrt(n) >= _WANTED:
        n += 1
    return n


seeds = Exercise(
    "seeds",
    scatter=Number(
        "the standard deviation of the five differences",
        _scatter,
        rel=0.02,
        mistakes=[
            Mistake(_half, "This is half of the interval. What stands between it and the standard deviation?"),
            Mistake(
                lambda: _half() / student_quantile(_SEEDS - 1),
                "This is the standard error of the mean. How do single differences scatter?",
            ),
            Mistake(
                lambda: _half() * math.sqrt(_SEEDS) / 1.96,
                "1.96 belongs to a scatter that is known. With five seeds Student's factor is larger.",
            ),
            Mistake(lambda: 2 * _scatter(), "Has the whole interval been taken for its half?"),
        ],
        hints=[
            "Half of Student's interval is t·s/√n.",
            "With five seeds t is `student_quantile(4)` of `emergence.statistics`.",
        ],
        alternatives=["0.0583", 0.0584],
    ),
    seeds=Number(
        "the least number of seeds",
        _least_seeds,
        abs=0,
        mistakes=[
            Mistake(
                lambda: _least_seeds(student_quantile(_SEEDS - 1)),
                "Student's factor falls with the number of seeds: take that of n − 1.",
            ),
            Mistake(lambda: _least_seeds(1.96), "1.96 belongs to a scatter that is known: take Student's factor."),
            Mistake(lambda: _least_seeds() - 1, "Try the interval of that number: does it reach less than 0.04?"),
        ],
        hints=["Try one number after the other.", "Compare t·s/√n, with t of n − 1, with 0.04."],
        alternatives=["11", 11.0],
    ),
    solution=lambda: (
        f"Half of the interval is {_half():.4f}, so s = {_scatter():.3f}. With ten seeds half of it is 0.042, with "
        f"{_least_seeds()} it is 0.039. Even then a true difference of 0.04 would be detected in little more than half "
        "of such tests."
    ),
)

# -- How many survive? ---------------------------------------------------------------------------------------------


def rejected(p_values: np.ndarray, level: float) -> int:
    """How many hypotheses Holm's procedure rejects."""
    return int(holm(p_values, level).sum())


def _one_after_the_other(p_values: list[float], level: float) -> int:
    left = sorted(p_values)
    while left and left[0] <= level / len(left):
        left.pop(0)
    return len(p_values) - len(left)


def _family() -> list[float]:
    return sorted(each.p_value for each in interventions.verdicts())


def _level_of(place: int) -> float:
    """From which level on Holm's procedure rejects so many of the family."""
    p_values = _family()
    return max((len(p_values) - k) * p for k, p in enumerate(p_values[:place]))


survivors = Exercise(
    "survivors",
    survivors=Function(
        "how many of an array of p values Holm's procedure rejects at a level",
        rejected,
        lambda rng: (rng.permutation(0.2 * rng.random(int(rng.integers(3, 12))) ** 4), 0.05),
        cases=[
            (np.array([0.03, 0.001, 0.2, 0.014, 0.012]), 0.05),
            (np.array([0.02, 0.02, 0.04, 0.02]), 0.05),
            (np.array([0.004, 0.03]), 0.01),
        ],
        mistakes=[
            Mistake(lambda p_values, level: int(sum(p <= level for p in p_values)), "Each is compared with the level."),
            Mistake(
                lambda p_values, level: int(sum(p <= level / len(p_values) for p in p_values)),
                "All are compared with level/m. When one has been rejected, one fewer is left.",
            ),
            Mistake(
                lambda p_values, level: int(
                    sum(p <= level / (len(p_values) - k) for k, p in enumerate(sorted(p_values)))
                ),
                "The first that fails ends the list: nothing after it is rejected.",
            ),
        ],
        hints=["Sort the p values, and begin with the smallest.", "The first that fails ends the list."],
        alternatives=[_one_after_the_other],
    ),
    fourth=Number(
        "the level from which on four of the 34 survive",
        lambda: _level_of(4),
        rel=0.03,
        mistakes=[
            Mistake(lambda: _family()[3], "This is the fourth p value. With which line does Holm compare it?"),
            Mistake(lambda: 34 * _family()[3], "Three have been rejected before it. How many are left?"),
            Mistake(lambda: _level_of(3), "There three survive."),
            Mistake(lambda: _level_of(5), "There five survive."),
        ],
        hints=["Which line must the fourth smallest p value lie below?", "It is compared with level/31."],
        alternatives=["0.099", 0.1],
    ),
    solution=lambda: (
        "Sort the p values and stop at the first that exceeds level/(m − k), where k have been rejected. The fourth "
        f"smallest is {_family()[3]:.4f}, and 31 times that is {_level_of(4):.3f}."
    ),
)
