"""What is right in the assignment `limits`: by construction, in closed form, or with the book's models."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from decimal import localcontext
from fractions import Fraction

import numpy as np

from coursework.grading.assignment import Case, Parameters, Question
from emergence.limits import acceleration, rational, sequences

DIGITS = 60


def parameters(rng: np.random.Generator) -> Parameters:
    """Losses and an arithmetic of one's own: exponents, weights, and when a program stops."""
    fast, slow = round(float(rng.uniform(0.4, 0.7)), 2), round(float(rng.uniform(0.1, 0.25)), 3)
    weight = round(float(rng.uniform(0.2, 0.5)), 2)
    steps = int(rng.integers(8, 20)) + rng.uniform(0.3, 0.7)  # clearly between two doublings
    move = (2**slow - 1) * weight * 2 ** (-slow * steps) * (2 ** (fast - slow) - 1) / (2**fast - 1)
    return {
        "fast": fast,
        "slow": slow,
        "weight": weight,
        "small": float(f"{move:.3g}"),
        "order": round(float(rng.uniform(1.5, 3)), 2),
        "growth": round(float(rng.uniform(0.5, 1)), 2),
        "unit": float(f"{10 ** rng.uniform(-16, -10):.2g}"),
    }


def law(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Errors made from a law, on several counts of the same steps."""
    n = np.arange(1, 11)
    c, p = (float(rng.uniform(low, high)) for low, high in ((0.3, 3), (0.5, 3)))
    r = float(rng.uniform(0.3, 0.7))
    signs = (-1.0) ** n
    uneven = np.cumsum(rng.integers(1, 9, len(n)))
    doubled, squares = 2**n, n**2
    near_one = float(rng.uniform(0.9, 0.97))

    def case(counts: np.ndarray, errors: np.ndarray, kind: str, parameter: float, words: str) -> Case:
        return Case([counts.tolist(), errors.tolist()], [kind, parameter], words)

    return [
        case(n, c * n**-p, "power law", p, "a power law of the step"),
        case(n, c * r**n, "exponential", r, "an exponential of the step"),
        case(doubled, c * r**n, "power law", -math.log2(r), "the same errors, against a count that doubles"),
        case(doubled, c * near_one**doubled, "exponential", near_one, "an exponential of a count that doubles"),
        case(squares, c * squares**-p, "power law", p, "a power law of a count that is uneven"),
        case(squares, c * n**-p, "power law", p / 2, "the same errors, against a count that is squared"),
        case(uneven, c * r ** uneven.astype(float), "exponential", r, "an exponential of a count that is uneven"),
        case(n, signs * c * r**n, "exponential", r, "errors that change sign"),
        case(n, -c * n**-p, "power law", p, "errors below zero"),
        case(n, c * r ** squares.astype(float), "neither", 0.0, "errors that fall faster than both"),
        case(squares, c * r**n, "neither", 0.0, "the same exponential, against a count that is squared"),
        case(n, (n + 2) * r**n, "neither", 0.0, "an exponential with a factor"),
        case(n, 1e-6 * (n + 2) * r**n, "neither", 0.0, "small errors, with a factor"),
        case(n, c / np.log(n + 1), "neither", 0.0, "errors that fall more slowly than both"),
    ]


def fate(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Maps made from their fixed points and the factor by which they multiply the coordinate."""

    def case(rule: np.ndarray, expected: list[float] | None, words: str) -> Case:
        scale = int(rng.choice([-2, -1, 1, 3]))  # the same map
        return Case([int(x) for x in scale * rule.ravel()], expected, words)

    def through(s: int, t: int, u: int, v: int) -> np.ndarray:
        """(x - s)/(x - t) is multiplied by u/v."""
        return np.array([[-t, s], [-1, 1]]) @ np.diag([u, v]) @ np.array([[1, -s], [1, -t]])

    def moved(rule: np.ndarray, k: int) -> np.ndarray:
        return np.array([[1, k], [0, 1]]) @ rule @ np.array([[1, -k], [0, 1]])

    s, k = int(rng.integers(2, 9)), int(rng.integers(2, 6))
    t = s + int(rng.integers(2, 9))
    v = int(rng.integers(5, 12))
    u = int(rng.integers(1, v))
    a = k * k + int(rng.integers(1, 2 * k))  # no square
    root = math.sqrt(a)
    m = int(rng.integers(1, 9))
    return [
        case(through(s, t, u, v), [s, u / v], "two fixed points, approached from one side"),
        case(through(t, -s, -u, v), [t, -u / v], "two fixed points, approached from both sides in turn"),
        case(through(-s, t, v, -v), None, "a map that takes back its own step"),
        case(np.array([[m, a], [1, m]]), [root, (m - root) / (m + root)], "fixed points that are no fractions"),
        case(np.array([[-m, a], [1, -m]]), [-root, (m - root) / (m + root)], "a limit below zero"),
        case(moved(np.array([[m, a], [1, m]]), k), [k + root, (m - root) / (m + root)], "a map that is shifted"),
        case(np.array([[0, a], [1, 0]]), None, "a map that takes back its own step"),
        case(moved(np.array([[m, -a], [1, m]]), k), None, "a map without a fixed point"),
        case(np.array([[1 + s * k, -k * s * s], [k, 1 - k * s]]), [s, 1.0], "a single fixed point"),
        case(np.array([[1, 0], [-k, 1]]), [0.0, 1.0], "a single fixed point"),
        case(np.array([[2 * k, 0], [1, k]]), [k, 0.5], "a map through the origin"),
    ]


def remove(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Values made from a limit and its corrections."""

    def case(sizes: list[int], exponents: list[float], alternating: bool, words: str) -> Case:
        limit, weights = float(rng.uniform(1, 4)), rng.uniform(0.5, 2, len(exponents)) * rng.choice([-1, 1])
        n = np.array(sizes, dtype=float)
        rest = sum(c * n**-p for c, p in zip(weights, exponents, strict=True)) * (-1.0) ** (alternating * n)
        return Case([sizes, (limit + rest).tolist(), exponents, alternating], limit, words)

    p, q = round(float(rng.uniform(0.3, 0.9)), 3), round(float(rng.uniform(1.2, 2)), 3)
    odd = 2 * int(rng.integers(3, 8)) + 1
    leibniz = sequences.terms("leibniz", 50)
    sizes = [20, odd + 16, 50]
    return [
        case([8, 16], [1.0], False, "sizes that double, and one power"),
        case([5, 10, 20, 40], [1.0, 2.0, 3.0], False, "sizes that double, and several powers"),
        case([9, 27], [p], False, "sizes that triple"),
        case([6, 7, 25], [p, q], False, "sizes without a common ratio"),
        case([25, 6, 7], [p, q], False, "sizes in any order"),
        case([10, 13, 31, 80], [0.5, 1.0, 1.5], False, "sizes without a common ratio"),
        case([8, 16], [p], True, "a sign that is the same at all sizes"),
        case([odd, 2 * odd], [1.0], True, "a sign that differs"),
        case([odd, odd + 1, 2 * odd], [1.0, 3.0], True, "a sign that differs"),
        case([7], [], False, "a single value"),
        Case([sizes, [leibniz[n - 1] for n in sizes], [1.0, 3.0], True], math.pi, "sums of Leibniz"),
    ]


def stopped(_: np.random.Generator, given: Parameters) -> list[Case]:
    """From the chapter's formula for the error that is left."""
    p, s = given["fast"], given["slow"]
    first = given["weight"] * (2 ** (p - s) - 1) / (2**p - 1)
    k = math.ceil(math.log2((2**s - 1) * first / given["small"]) / s)
    return [Case([], [2 ** (k + 1), first * 2 ** (-s * k)], "your own losses")]


def span(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The book's fit at all corners: the limit rises with the first and the last value, and falls with the second."""

    def limits(values: list[float], delta: float) -> list[float] | None:
        corners = np.array(values) + delta * np.array(list(itertools.product((-1, 1), repeat=3)))
        try:
            found = [float(acceleration.extrapolate(corner).estimate[0]) for corner in corners]
        except ValueError:
            return None
        return [min(found), max(found)]

    def case(p: float, scale: float, share: float, words: str) -> Case:
        """delta: that share of the least at which some values fit no law."""
        limit = float(rng.uniform(1, 3))
        values = [limit + scale * 2 ** (-p * k) for k in range(3)]
        a, b = np.abs(np.diff(values)).tolist()
        delta = share * min((a - b) / 4, b / 2)
        return Case([values, delta], limits(values, delta), words)

    def scale() -> float:
        return float(rng.uniform(0.5, 2))

    return [
        case(float(rng.uniform(0.8, 1.4)), scale(), 0.1, "a fast power law"),
        case(0.34, scale(), 0.5, "a power law as slow as that of losses"),
        case(0.076, scale(), 0.9, "a very slow power law"),
        case(2.5, scale(), 0.3, "a very fast power law"),
        case(0.5, -scale(), 0.4, "values that rise"),
        case(0.3, scale(), 1.2, "errors so large that steps need not shrink"),
        case(3.0, scale(), 1.2, "errors so large that the last step need not have its sign"),
        case(0.4, -scale(), 3.0, "errors so large that rising values need not shrink their steps"),
        case(0.6, scale(), 0.0, "values without errors"),
    ]


def least(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Sequences for which q times the error has a closed form."""

    def pair(x: Fraction | tuple[int, int]) -> list[int]:
        return list(x if isinstance(x, tuple) else x.as_integer_ratio())

    def case(
        fractions: Sequence[Fraction | tuple[int, int]], low: Fraction, high: Fraction, bound: int, words: str
    ) -> Case:
        given = [pair(fractions[i]) for i in rng.permutation(len(fractions))]
        return Case([given, pair(low), pair(high)], bound, words, 0.0)

    def around(limit: str) -> tuple[Fraction, Fraction]:
        x, off = Fraction(sequences.limit_value(limit, DIGITS)), Fraction(1, 10 ** (DIGITS - 2))
        return x - off, x + off

    roots = rational.convergents("√2", int(rng.integers(8, 15)))
    last = roots[-1]
    p, q = last.as_integer_ratio()
    for_root = p + math.isqrt(2 * q * q) + 1  # 1/(q |√2 - p/q|) is p + q√2
    k = int(rng.integers(2, 7))
    n = int(rng.integers(7, 11))
    orders = n - 2, n - 1, n  # of which one or two have a sum that is not in lowest terms over n!
    sums = [sum(Fraction(1, math.factorial(j)) for j in range(m + 1)) for m in orders]
    whole = [(int(x * math.factorial(m)), math.factorial(m)) for m, x in zip(orders, sums, strict=True)]
    with localcontext() as context:
        context.prec = DIGITS
        for_e = max(math.ceil(1 / (sequences.limit_value("e", DIGITS) * x.denominator - x.numerator)) for x in sums)
    thin = [sum(Fraction(1, k ** (j * j)) for j in range(1, m + 1)) for m in range(1, 7)]
    leibniz = [sequences.terms("leibniz", m, Fraction(1))[-1] for m in (1, 10, 13)]
    third, below = [(10**m // 3, 10**m) for m in (1, 4, 9)], [(-(10**m // 3), 10**m) for m in (1, 4, 9)]
    third_itself = Fraction(1, 3)
    small, large = int(rng.integers(3, 99)), 10**19 + 2 * int(rng.integers(10**18)) + 1  # odd and large: no float is
    near, far, tiny = Fraction(1, 5 * q * small), Fraction(1, q * small), Fraction(1, q * large)
    wide = last - Fraction(1, q * q), last + Fraction(1, q * q)
    return [
        case(roots, *around("√2"), for_root, "iterates for √2"),
        case([(k * p, k * q)], *around("√2"), for_root, "a fraction that is not in lowest terms"),
        case(sums, *around("e"), for_e, "sums for e"),
        case(whole, *around("e"), for_e, "sums for e that are not in lowest terms"),
        case(thin[:4], thin[5], thin[5] + Fraction(2, k**49), k**9, "a series that thins out"),
        case(leibniz, *around("π"), 2, "sums of Leibniz, which show little"),
        case(third, third_itself, third_itself, 3, "a limit that is a fraction"),
        case(below, -third_itself, -third_itself, 3, "a limit below zero"),
        case([third_itself, third[0]], third_itself, third_itself, 3, "a fraction that is the limit itself"),
        case([last], *wide, 1, "a fraction that may be the limit itself"),
        case([last, Fraction(1)], *wide, 3, "of several the best that shows something"),
        case([last], last + near, last + far, small, "a wide interval above the fraction"),
        case([last], last - far, last - near, small, "a wide interval below the fraction"),
        case([last], last + tiny, last + tiny, large, "a bound with many digits"),
    ]


def floor(_: np.random.Generator, given: Parameters) -> list[Case]:
    """Where the derivative vanishes; numerical minima are allowed."""
    p, g, u = given["order"], given["growth"], given["unit"]
    n = (p / (g * u)) ** (1 / (p + g))
    return [Case([], [n, n**-p + u * n**g], "your own arithmetic", 1e-4)]


QUESTIONS = [
    Question("law", "law", 3, law),
    Question("fate", "fate", 3, fate),
    Question("remove", "remove", 2, remove),
    Question("stopped", "stopped", 2, stopped),
    Question("span", "span", 3, span),
    Question("least", "least", 3, least),
    Question("floor", "floor", 2, floor),
]
