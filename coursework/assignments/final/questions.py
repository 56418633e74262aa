"""What is right in the assignment `final`: known from how data were drawn, by linear programming, or in closed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import linprog

from coursework.grading.assignment import Case, Parameters, Question
from emergence.operators import products

LEVELS = {
    "size": [10_000_000, 40_000_000, 160_000_000, 640_000_000],
    "mixture": ["base", "other"],
    "schedule": ["constant", "annealed"],
}
RULES = [*LEVELS, "none"]


def draw_runs(rng: np.random.Generator, rule: str) -> list[list[Any]]:
    """Rows [size, mixture, schedule, loss, ability] of runs of every size, mixture and schedule.

    All three move the loss; at equal loss only `rule` moves the ability by much. What the others do there is small,
    and significant, so that a test of significance does not find the rule.
    """
    threshold, width = rng.uniform(1.9, 2.6), rng.uniform(0.06, 0.09)
    shifts = dict(zip(LEVELS, rng.choice([-1, 1], 3) * rng.uniform(0.008, 0.012, 3), strict=True))
    if rule != "none":
        shifts[rule] *= 20
    centre = rng.choice([-1, 1]) * rng.uniform(0.05, 0.08)  # so that a mean loss is no threshold
    of_mixture, of_schedule = rng.choice([-1, 1]) * rng.uniform(0.05, 0.1), -rng.uniform(0.05, 0.1)
    rows = []
    for i, size in enumerate(LEVELS["size"]):
        for j, mixture in enumerate(LEVELS["mixture"]):
            for k, schedule in enumerate(LEVELS["schedule"]):
                for stage in np.linspace(0.27, -0.27, 5):
                    moved = 0.05 * (1.5 - i) + of_mixture * (j - 0.5) + of_schedule * (k - 0.5)
                    loss = threshold + centre + stage + moved + rng.uniform(-0.05, 0.05)
                    own = (
                        shifts["size"] * (i / 3 - 0.5) + shifts["mixture"] * (j - 0.5) + shifts["schedule"] * (k - 0.5)
                    )
                    odds = (threshold + own - loss) / width + rng.normal(0, 0.05)
                    ability = 1 / (1 + math.exp(-odds))
                    rows.append([size, mixture, schedule, round(float(loss), 4), round(ability, 4)])
    return [rows[i] for i in rng.permutation(len(rows))]


def parameters(rng: np.random.Generator) -> Parameters:
    """A table of one's own, with a rule that it does not name."""
    return {"runs": draw_runs(rng, RULES[rng.integers(len(RULES))])}


def halfway(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Runs that cross half of their rise where they were made to."""

    def case(before: list[float], after: list[float], words: str, up: bool = False) -> Case:
        """Rises (0 to 1) before and after the crossing; up: whether the loss rises there."""
        chance, ceiling = rng.uniform(0.05, 0.3), rng.uniform(0.7, 1)
        losses = np.sort(rng.uniform(1.8, 2.8, len(before) + len(after)))[::-1]
        place, n = None, len(before)
        if before and after:
            if up:
                losses[[n - 1, n]] = losses[[n, n - 1]]
            share = rng.uniform(0.2, 0.5)
            before[-1] = 0.5 - share * (after[0] - 0.5) / (1 - share)
            place = float(losses[n - 1] + share * (losses[n] - losses[n - 1]))
        abilities = chance + (ceiling - chance) * np.array(before + after)
        return Case([losses.tolist(), abilities.tolist(), float(chance), float(ceiling)], place, words)

    return [
        case([0, 0.01, 0.1, 0], [0.6, 0.8, 1], "an ability that rises once"),
        case([0, 0], [0.9, 1.0], "a steep rise"),
        case([0.02, 0.05, 0], [0.7, 0.95, 1], "a loss that does not fall in every step", up=True),
        case([0, 0.1, 0], [0.62, 0.3, 0.2, 0.9], "an ability that falls again"),
        case([0, 0.1, 0.2, 0.44], [], "a run that ends before"),
        case([], [0.6, 0.8, 1.0], "a run that was there from its first checkpoint on"),
    ]


def limit(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Sequences of which the limit is known, because they were made from it."""

    def case(ratio: float, n: int, words: str) -> Case:
        end, start = rng.uniform(1.8, 2.4), rng.choice([-1, 1]) * rng.uniform(0.1, 0.4)
        places = [float(end + start * ratio**k) for k in range(n)]
        return Case([places], float(end) if abs(ratio) < 1 else None, words, 1e-5)

    still = float(rng.uniform(1.8, 2.4))
    step, first = rng.uniform(0.05, 0.1), rng.uniform(1.8, 2.4)
    return [
        case(rng.uniform(0.3, 0.5), 3, "places that come closer fast"),
        case(rng.uniform(0.85, 0.93), 4, "places that come closer slowly"),
        case(-rng.uniform(0.4, 0.7), 5, "places from both sides in turn"),
        case(rng.uniform(1.1, 1.4), 4, "steps that grow"),
        case(-rng.uniform(1.1, 1.3), 4, "steps that grow, from both sides in turn"),
        Case([[first, first + step, first + 2 * step]], None, "steps that stay as large as they are"),
        Case([[still] * 4], still, "places that are all the same"),
    ]


def two_limits(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """In the closed form of either order."""

    def case(power: float, side: str, words: str) -> Case:
        chance, ceiling = float(rng.uniform(0, 0.4)), float(rng.uniform(0.6, 1))
        middle = (chance + ceiling) / 2
        second = middle if power <= 0 else ceiling if side == "below" else chance
        return Case([chance, ceiling, power, side], [middle, second], words)

    return [
        case(float(rng.uniform(0.1, 0.9)), "below", "a transition that sharpens, from below"),
        case(float(rng.uniform(0.1, 0.9)), "above", "a transition that sharpens, from above"),
        case(0.0, "below", "a transition that is as wide at every size"),
        case(0.0, "above", "a transition that is as wide at every size"),
        case(-float(rng.uniform(0.1, 0.9)), "below", "a transition that widens, from below"),
        case(-float(rng.uniform(0.1, 0.9)), "above", "a transition that widens, from above"),
    ]


def orders(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """From the book's products of 600 layers in both orders."""

    def case(factors: list[float], points: list[float], words: str) -> Case:
        """Layers with these factors and fixed points."""
        a = np.array(factors)
        b = (1 - a) * np.array(points)
        layers = products.Affine(np.resize(a, 600)[:, None, None], np.resize(b, 600)[:, None])
        found = []
        for both in (products.forward_products(layers), products.backward_products(layers)):
            last = both.offset[-2 * len(a) :, 0]
            there = abs(both.matrix[-1, 0, 0]) < 1e-12 and np.ptp(last) < 1e-9
            found.append(float(last[-1]) if there else None)
        return Case([a.tolist(), b.tolist()], found, words)

    def numbers(low: float, high: float, n: int) -> list[float]:
        return rng.uniform(low, high, n).tolist()

    p = float(rng.uniform(1, 3))
    return [
        case(numbers(0.3, 0.7, 3), numbers(-2, 2, 3), "layers with points of their own that they leave in place"),
        case(numbers(-0.7, -0.3, 2), numbers(1, 3, 2), "layers that turn over"),
        case(numbers(0.3, 0.7, 4), [p] * 4, "layers that all leave one point in place"),
        case(numbers(-0.8, -0.4, 1), [p], "one layer again and again"),
        case(
            [1.4, *numbers(0.3, 0.5, 2)], numbers(-2, 2, 3), "one layer that expands, among others that contract more"
        ),
        case([1.4, *numbers(0.3, 0.5, 2)], [p] * 3, "one layer that expands, and a point that all leave in place"),
        case(
            [*numbers(1.5, 1.8, 1), *numbers(0.7, 0.9, 1)], numbers(-2, 2, 2), "layers that expand more than contract"
        ),
        case([*numbers(-1.8, -1.5, 1), *numbers(0.7, 0.9, 1)], [p] * 2, "layers that expand more than contract"),
    ]


def part(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The least and the largest loss of one part, by linear programming."""

    def case(total_at: float, n: int, words: str, wide: float = 1.0, k: int | None = None) -> Case:
        """total_at: where the total lies between the least (0) and the largest (1) that is possible."""
        shares = rng.dirichlet(np.full(n, 4.0))
        lows = rng.uniform(0.8, 2, n)
        highs = lows + wide * rng.uniform(0.3, 1.2, n)
        total = float(shares @ lows + total_at * (shares @ (highs - lows)))
        k = int(rng.integers(n)) if k is None else k
        sign = np.zeros(n)
        sign[k] = 1
        bounds = list(zip(lows, highs, strict=True))
        ends = [linprog(s * sign, A_eq=[shares], b_eq=[total], bounds=bounds) for s in (1, -1)]
        found = [float(s * end.fun) for s, end in zip((1, -1), ends, strict=True)] if ends[0].success else None
        return Case([total, shares.tolist(), lows.tolist(), highs.tolist(), k], found, words)

    return [
        case(0.5, 2, "two parts"),
        case(0.05, 3, "a total near the least"),
        case(0.95, 3, "a total near the largest"),
        case(0.5, 5, "five parts, which leave one of them free"),
        case(0.2, 4, "four parts", 0.5),
        case(0.4, 3, "the first part", k=0),
        case(0.4, 3, "the last part", k=2),
        case(1.1, 3, "a total that is too large"),
        case(-0.1, 3, "a total that is too small"),
    ]


def verdict(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Tables of every rule."""
    words = {
        "size": "tables in which the size matters, too",
        "mixture": "tables in which the mixture matters, too",
        "schedule": "tables in which the schedule matters, too",
        "none": "tables in which nothing but the loss matters much",
    }
    rules = [*RULES * 2, *rng.choice(RULES, 4).tolist()]  # as many of each as nobody can count on
    return [Case([draw_runs(rng, rule)], rule, words[rule]) for rule in rules]


def mine(_: np.random.Generator, given: Parameters) -> list[Case]:
    """As the table was drawn: log odds are a line in the loss, and one factor moves it."""
    rows = [row for row in given["runs"] if 0.02 < row[4] < 0.98]
    odds = np.array([math.log(row[4] / (1 - row[4])) for row in rows])
    loss = np.array([row[3] for row in rows])
    level = np.column_stack([[names.index(row[i]) for row in rows] for i, names in enumerate(LEVELS.values())])
    level = level / level.max(axis=0)
    (start, slope, *effects), *_ = np.linalg.lstsq(np.column_stack([np.ones(len(rows)), loss, level - 0.5]), odds)
    i = int(np.argmax(np.abs(effects)))
    rule, half = (list(LEVELS)[i], effects[i] / 2) if abs(effects[i] / slope) > 0.08 else ("none", 0.0)
    ends = [float((half - start) / slope), float((-half - start) / slope)]
    return [Case([], [rule, ends], "your own table", 0.012)]


QUESTIONS = [
    Question("halfway", "halfway", 2, halfway),
    Question("limit", "limit", 2, limit),
    Question("two_limits", "two_limits", 2, two_limits),
    Question("orders", "orders", 2, orders),
    Question("part", "part", 3, part),
    Question("verdict", "verdict", 4, verdict),
    Question("mine", "mine", 3, mine),
]
