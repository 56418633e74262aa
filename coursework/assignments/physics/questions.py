"""What is right in the assignment `physics`: found with the book's models, by counting, or by construction."""

from __future__ import annotations

import itertools
import math

import numpy as np

from coursework.grading.assignment import Case, Parameters, Question
from emergence.physics import ising, landau


def parameters(rng: np.random.Generator) -> Parameters:
    """A magnet of one's own: its temperature, its spins, a share of m₀ to reach, and sweeps to remember."""
    temperature = round(float(rng.uniform(1.5, 2.1)), 3)
    rate = 2 * ising.wall_tension(temperature) / temperature
    side = 2 * rng.integers(10, 40) - rng.uniform(0.4, 1.6)  # clearly between two even sides
    return {
        "temperature": temperature,
        "spins": int(rng.integers(2, 99)) * 1000,
        "share": round(float(rng.uniform(0.3, 0.8)), 2),
        "sweeps": float(f"{math.exp(rate * side):.3g}"),
    }


def transition(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The substitution m → m/c^¼ makes the last coefficient 1, as the book has it."""
    cases = [
        Case([b, c], [0.0, 0.0], "the transition is continuous unless b is negative")
        for b, c in zip([*rng.uniform(0.2, 2, 3).tolist(), 0.0], rng.uniform(0.3, 3, 4).tolist(), strict=True)
    ]
    for c, property_ in ((1.0, "the jump for c = 1"), *[(x, "the jump for any c") for x in rng.uniform(0.3, 3, 4)]):
        b = float(rng.uniform(-2, -0.3))
        book = b / math.sqrt(c)
        jump = float(landau.order_parameter(1e-14, book)) / c**0.25
        cases.append(Case([b, float(c)], [landau.transition(book), jump], property_))
    return cases


def follow(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """A state goes on as long as the book's list of minima has it."""

    def path(temperatures: list[float], b: float) -> list[float]:
        ordered, found = False, []
        for t in temperatures:
            minima, _ = landau.stationary_points(t, 0.0, b)
            zero, highest = bool(np.any(np.abs(minima) < 1e-6)), float(minima.max())
            ordered = not zero or (ordered and highest > 1e-6)
            found.append(highest if ordered else 0.0)
        return found

    cases = []
    for low, high in ((-2, -1.1), (-0.9, -0.3)):  # on both sides of the book's example
        b = float(rng.uniform(low, high))
        end = b * b / 4
        warm, cold = rng.uniform(1.05, 1.3) * end, -rng.uniform(0.05, 0.5)
        inside = np.sort(rng.uniform(0.05, 0.95, 6) * end)
        down = [warm, *inside[::-1].tolist(), cold]
        runs = {
            "cooled, it stays disordered as long as it can": down,
            "heated again, it stays ordered as long as it can": [warm, cold, *inside.tolist(), warm, inside[2]],
            "it remembers the way it came": [warm, inside[4], inside[1], cold, inside[1], inside[4], warm, inside[1]],
        }
        cases += [Case([list(map(float, run)), b], path(run, b), words) for words, run in runs.items()]
    for b in (float(rng.uniform(0.3, 0.9)), float(rng.uniform(1.1, 2))):
        run = [1.0, 0.2, *rng.uniform(-1, 1, 6).tolist(), -0.5, -0.001, 0.001]
        cases.append(Case([run, b], path(run, b), "there is no hysteresis for a positive b"))
    return cases


def sampler(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Rules of which it is known by construction what they do."""

    def case(rule: np.ndarray, weights: np.ndarray, keeps: bool, forgets: bool, words: str) -> Case:
        order = rng.permutation(len(weights))
        rows = rule[np.ix_(order, order)]
        return Case([rows.tolist(), (weights[order] * rng.uniform(1, 5)).tolist()], [keeps, forgets], words)

    def metropolis(p: np.ndarray) -> np.ndarray:
        rule = np.minimum(1, p[None, :] / p[:, None]) / len(p)
        np.fill_diagonal(rule, 0)
        return rule + np.diag(1 - rule.sum(axis=1))

    n = int(rng.integers(4, 6))
    p = rng.dirichlet(np.full(n, 5.0))
    uniform = np.full(n, 1 / n)
    turn = np.roll(np.eye(n), 1, axis=1)
    lazy = 0.7 * turn + 0.3 * np.eye(n)
    two = np.zeros((2 * n, 2 * n))
    two[:n, :n] = two[n:, n:] = metropolis(p)
    swap = np.zeros((2 * n, 2 * n))
    swap[:n, n:] = swap[n:, :n] = metropolis(p)
    way_in = np.zeros((n + 1, n + 1))
    way_in[0] = 1 / (n + 1)
    way_in[1:, 1:] = metropolis(p)
    other = rng.dirichlet(np.full(n, 2.0))
    both = np.concatenate([p, p])
    return [
        case(metropolis(p), p, True, True, "a rule in detailed balance"),
        case(metropolis(p), other, False, True, "a rule for another distribution"),
        case(lazy, uniform, True, True, "a rule that goes round, without detailed balance"),
        case(lazy, p, False, True, "a rule that goes round, and weights that are not uniform"),
        case(turn, uniform, True, False, "a rule that never comes to rest"),
        case(swap, both, True, False, "a rule that changes sides at every step"),
        case(two, both, True, False, "a rule that never leaves its side"),
        case(two, np.concatenate([other, other]), False, False, "a rule that never leaves its side"),
        case(way_in, np.concatenate([[0], p]), True, True, "a state that is left for good"),
        case(np.eye(n), p, True, False, "a rule that does nothing"),
    ]


def unmix(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Mixtures of two phases, from what they are made of."""
    pairs = [*zip(rng.uniform(0.2, 0.95, 4).tolist(), rng.uniform(0.1, 0.9, 4).tolist(), strict=True)]
    made = [(pair, "any mixture") for pair in pairs]
    made += [((0.8, 1.0), "the plus phase alone"), ((0.7, 0.0), "the minus phase alone"), ((0.6, 0.5), "equal shares")]
    return [Case([(2 * p - 1) * m, m * m], [m, p], words, 1e-5) for (m, p), words in made]


def ring(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Sums over all configurations."""

    def correlation(couplings: list[float], i: int, j: int, temperature: float) -> float:
        spins = np.array(list(itertools.product((-1, 1), repeat=len(couplings))))
        weights = np.exp((spins * np.roll(spins, -1, axis=1)) @ np.array(couplings) / temperature)
        return float((spins[:, i] * spins[:, j] * weights).sum() / weights.sum())

    def case(couplings: np.ndarray, i: int, j: int, words: str) -> Case:
        temperature = float(rng.uniform(0.5, 1.5))
        given = [couplings.tolist(), i, j, temperature]
        return Case(given, correlation(*given), words)

    alike, cut = np.ones(8), np.array([*rng.uniform(0.5, 1.5, 6), 0.0])
    mixed = rng.uniform(0.5, 1.5, 7)
    odd, even = mixed * [1, -1, 1, 1, 1, 1, 1], mixed * [1, -1, 1, 1, -1, 1, 1]
    return [
        case(alike, 0, 3, "equal couplings"),
        case(alike, 2, 6, "two ways of the same length"),
        case(cut, 1, 5, "a ring that is cut open"),
        case(mixed, 1, 4, "different couplings"),
        case(mixed, 5, 2, "the two sites in either order"),
        case(mixed, 6, 0, "neighbours across the end of the list"),
        case(odd, 0, 3, "a coupling that wants unlike spins"),
        case(even, 0, 3, "two couplings that want unlike spins"),
        case(mixed, 3, 3, "a site and itself"),
        case(mixed[:3], 0, 2, "a small ring"),
    ]


def field(_: np.random.Generator, given: Parameters) -> list[Case]:
    """From the two-state formula."""
    m = float(ising.spontaneous_magnetisation(given["temperature"]))
    h = math.atanh(given["share"]) * given["temperature"] / (given["spins"] * m)
    return [Case([], h, "your own magnet", 1e-4)]


def side(_: np.random.Generator, given: Parameters) -> list[Case]:
    """From the price of two walls."""
    rate = 2 * ising.wall_tension(given["temperature"]) / given["temperature"]
    return [Case([], 2 * math.ceil(math.log(given["sweeps"]) / rate / 2), "your own magnet", 0.0)]


QUESTIONS = [
    Question("transition", "transition", 2, transition),
    Question("follow", "follow", 3, follow),
    Question("sampler", "sampler", 3, sampler),
    Question("unmix", "unmix", 2, unmix),
    Question("ring", "ring", 3, ring),
    Question("field", "field", 2, field),
    Question("side", "side", 2, side),
]
