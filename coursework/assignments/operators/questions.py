"""What is right in the assignment `operators`: found with the book's models, by iteration, or by construction."""

from __future__ import annotations

import functools
import math

import numpy as np

from coursework.grading.assignment import Case, Parameters, Question
from emergence.operators import products as op


def parameters(rng: np.random.Generator) -> Parameters:
    """A contraction with a distance that takes some thousand layers, and a feedback above 1 with a gain."""
    contraction = round(float(rng.uniform(0.55, 0.85)), 2)  # so that the leading term of the output does not suffice
    return {
        "contraction": contraction,
        "near": float(f"{1 / ((1 - contraction) * rng.uniform(500, 5000)):.3g}"),
        "feedback": round(float(rng.uniform(1.2, 2.5)), 2),
        "gain": round(float(rng.choice([rng.uniform(0.5, 0.9), rng.uniform(1.1, 2)])), 2),
    }


def ends(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The book's products of so many rounds that the rest is below the precision of a double."""

    def case(slopes: list[float], words: str) -> Case:
        n, offsets = len(slopes), rng.uniform(-2, 2, len(slopes)).tolist()
        layers = op.Affine(np.tile(slopes, 32)[:, None, None], np.tile(offsets, 32)[:, None])
        forward, backward = op.forward_products(layers).offset, op.backward_products(layers).offset
        return Case([slopes, offsets], [float(backward[-1, 0]), forward[-n:, 0].tolist()], words)

    def uniform(low: float, high: float, n: int) -> list[float]:
        return rng.uniform(low, high, n).tolist()

    return [
        case(uniform(0.1, 0.3, 1), "a single layer"),
        case(uniform(0.2, 0.5, 2), "two layers in turn"),
        case(uniform(0.2, 0.6, 3), "three layers in turn"),
        case(uniform(0.2, 0.7, 5), "more layers in turn"),
        case([*uniform(1.5, 2, 1), *uniform(0.2, 0.4, 2)], "a layer that stretches"),
        case([*uniform(0.2, 0.3, 2), *uniform(1.5, 2, 1), *uniform(0.2, 0.3, 1)], "a layer that stretches"),
        case([*uniform(-0.7, -0.3, 1), *uniform(0.3, 0.7, 2)], "a layer that turns the sign"),
        case([*uniform(0.3, 0.6, 1), 0.0, *uniform(0.3, 0.6, 2)], "a layer that forgets everything"),
    ]


def depths(_: np.random.Generator, given: Parameters) -> list[Case]:
    """By counting in the orbits of both inputs."""
    c, near = given["contraction"], given["near"]
    k = np.arange(1, int(2 / ((1 - c) * near)))
    orbit = op.contraction_orbit(c, 1 / (k * (1 - c)), [0.0, 1.0])
    apart, off = np.ptp(orbit, axis=1), np.abs(orbit[:, 0])
    last = [int(np.flatnonzero(distance > near)[-1]) for distance in (apart, off)]
    return [Case([], [layers + 1 for layers in last], "your own stack", 0.0)]


@functools.cache
def measured(c: float, q: float, s: float, depth: int = 4096) -> list[float]:
    """Rate and exponent to two decimals, from the output after `depth` layers and twice and four times as many."""
    slower, x, logs = max(c, q), 1.0, {}
    for k in range(1, 4 * depth + 1):
        # x is the output divided by slower^k, which would be too small for a float.
        x = c / slower * x + (1 - c) * (q / slower) ** k * k**-s
        logs[k] = math.log(x) + k * math.log(slower)
    first, second = logs[2 * depth] - logs[depth], logs[4 * depth] - logs[2 * depth]
    return [round(math.exp((second - first) / depth), 2), round((second - 2 * first) / math.log(2), 2)]


def law(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Measured on deep stacks whose numbers have two decimals."""

    def case(c: float, q: float, s: float, words: str) -> Case:
        return Case([c, q, s], measured(c, q, s), words, 1e-3)

    def draw(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 2)

    same, slow, fast = draw(0.2, 0.6), draw(0.75, 0.95), draw(0.2, 0.5)
    return [
        case(fast, 1.0, draw(0.3, 0.9), "fixed points that move by a power law"),
        case(draw(0.5, 0.7), 1.0, draw(1.1, 2), "fixed points that move by a power law"),
        case(fast, slow, draw(0.3, 1.5), "fixed points that are slower than the contraction"),
        case(fast, slow, 0.0, "fixed points that are slower than the contraction"),
        case(slow, fast, draw(0.3, 1.5), "fixed points that are faster than the contraction"),
        case(slow, fast, 0.0, "fixed points that are faster than the contraction"),
        case(same, same, 0.0, "fixed points as fast as the contraction"),
        case(same, same, draw(0.1, 0.25), "fixed points as fast as the contraction"),
        case(same, same, draw(2, 3), "fixed points as fast as the contraction, with another power"),
    ]


def fate(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Stacks of each kind, of which Theorems 2 and 3 and their proofs tell the fate."""

    def draw(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 2)

    little, much, gap = draw(0.4, 0.8), draw(1.5, 2.5), draw(0.1, 0.2)
    keeps, turns = "layers that keep the sign", "layers that turn the sign"
    return [
        Case([1, much, draw(1.3, 2.5)], [True, True], keeps),
        Case([1, round(much + 1, 2), draw(1.3, 2)], [True, True], keeps),
        Case([1, much, draw(0.2, 0.9)], [False, True], keeps),
        Case([1, much, 1.0], [False, True], f"{keeps}, at a boundary"),
        Case([1, much, 0.0], [False, True], keeps),
        Case([1, 1.0, draw(1.3, 2.5)], [True, False], f"{keeps}, at a boundary"),
        Case([1, 1.0, 1.0], [True, False], f"{keeps}, at a boundary"),
        Case([1, 1.0, draw(0.2, 0.9)], [False, False], f"{keeps}, at a boundary"),
        Case([1, little, draw(1.3, 2.5)], [True, False], keeps),
        Case([1, little, little + gap], [True, False], keeps),
        Case([1, little, little], [True, False], f"{keeps}, at a boundary"),
        Case([1, little, little - gap], [False, False], keeps),
        Case([-1, much, draw(1.3, 2.5)], [False, True], turns),
        Case([-1, much, draw(0.2, 0.9)], [False, True], turns),
        Case([-1, 1.0, draw(0.2, 2.5)], [True, False], f"{turns}, at a boundary"),
        Case([-1, little, little + gap], [True, False], turns),
        Case([-1, little, little - gap], [True, False], turns),
        Case([-1, little, 0.0], [True, False], f"{turns}, at a boundary"),
    ]


def best(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Matrices made to have a given best weight and factor: the extreme eigenvalues then go to plus and minus it."""

    def rows(values: list[float]) -> list[list[float]]:
        turned, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
        return ((turned * values) @ turned.T).tolist()

    def made(others: int, words: str) -> Case:
        weight = float(rng.uniform(0.7, 0.95))
        factor = float(rng.uniform(0.2, 0.9) * (2 * weight - 1))
        low, high = 1 - (1 + factor) / weight, 1 - (1 - factor) / weight
        return Case([rows([low, *rng.uniform(low, high, 2), high, *[1.0] * others])], [weight, factor], words)

    top = float(rng.uniform(0.3, 0.9))
    weight = 1 / (1 + float(rng.uniform(0.1, 0.4)))
    return [
        made(0, "a matrix with one fixed point"),
        made(1, "a matrix with a line of fixed points"),
        made(2, "a matrix with a plane of fixed points"),
        Case([rows([-1.0, -1.0, 1.0])], [0.5, 0.0], "a reflection"),
        Case([rows([0.0, 0.0, 1.0])], [1.0, 0.0], "a projection"),
        Case([rows([1 - 1 / weight, 1.0, 1.0])], [weight, 0.0], "a single direction that moves"),
        Case([rows([0.1 * top, 0.5 * top, top])], [1.0, top], "a matrix that turns nothing round"),
        Case([rows([-0.5 * top, 0.2 * top, top, 1.0])], [1.0, top], "a matrix that turns little round"),
        Case([rows([-1.0, 2 * weight - 1, 1.0])], [1 / (2 - weight), weight / (2 - weight)], "a flip and a squeeze"),
    ]


def weight(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Matrices made nonexpansive in the maximum norm of the coordinates x and w y, some only just."""

    def made(w: float, upper: float, lower: float = 0.9) -> list[list[float]]:
        a, c = rng.uniform(0.2, 0.8, 2) * [upper, lower]
        signs = rng.choice([-1, 1], (2, 2))
        return (signs * [[a, (upper - a) * w], [c / w, lower - c]]).tolist()

    w, other = float(rng.uniform(2, 9)), float(rng.uniform(0.1, 0.6))
    q, b = float(rng.uniform(0.3, 0.6)), float(rng.uniform(1.5, 9))
    small = float(rng.uniform(0.2, 0.8) * (1 - q))
    triangle, hardly = np.array([[q, b], [0, q]]), np.array([[q, small], [0, q]])
    diagonal = np.diag(rng.uniform(-0.9, 0.9, 2)).tolist()
    return [
        Case([[made(w, 1.0)]], w, "a single matrix"),
        Case([[made(other, 1.0)]], other, "a single matrix"),
        Case([[made(w, 1.0), made(w, 0.8), made(w, 0.6)]], w, "several matrices, all with one norm"),
        Case([[made(w, 0.7), diagonal, made(w, 1.0)]], w, "several matrices, all with one norm"),
        Case([[triangle.tolist()]], b / (1 - q), "a triangle"),
        Case([[triangle.tolist(), (triangle / 2).tolist()]], b / (1 - q), "several triangles"),
        Case([[triangle.tolist(), triangle.T.tolist()]], None, "a matrix and its transpose"),
        Case([[hardly.tolist(), hardly.T.tolist()]], small / (1 - q), "a matrix and its transpose"),
        Case([[made(w, 1.0), made(w / 3, 1.0, 1.0)]], None, "matrices that need different norms"),
        Case([[[[1.2, 0.5], [0.1, 0.3]]]], None, "a matrix that stretches the first coordinate"),
        Case([[triangle.tolist(), [[0.3, 0.0], [0.1, -1.2]]]], None, "a matrix that stretches the second coordinate"),
    ]


def width(_: np.random.Generator, given: Parameters) -> list[Case]:
    """A limit z belongs to the input (artanh z − a z)/g; the greatest with z below 0 is the last that has two."""
    z = np.linspace(-1, 0, 100_001)[1:]
    inputs = (np.arctanh(z) - given["feedback"] * z) / given["gain"]
    return [Case([], float(inputs.max()), "your own layers", 5e-4)]


QUESTIONS = [
    Question("ends", "ends", 3, ends),
    Question("depths", "depths", 2, depths),
    Question("law", "law", 3, law),
    Question("fate", "fate", 3, fate),
    Question("best", "best", 3, best),
    Question("weight", "weight", 2, weight),
    Question("width", "width", 2, width),
]
