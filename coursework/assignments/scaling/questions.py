"""What is right in the assignment `scaling`: found with the book's models, by linear programming, or by counting."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize_scalar

from coursework.grading.assignment import Case, Parameters, Question
from emergence.scaling import laws
from emergence.scaling.collapse import at_loss, schedule_shift
from emergence.scaling.sparse_parity import ParityTask, sequential_thresholds
from emergence.scaling.traces import Traces, load_traces

# Panel, ability, width, and losses between which annealed ends are not to be taken for checkpoints of the trunk.
OWN = [
    ("instructions", "ranks_17_32", 32, 2.2, 2.245),
    ("instructions", "ranks_17_32", 64, 2.178, 2.213),
    ("abilities", "heldout", 32, 2.112, 2.15),
    ("abilities", "heldout", 64, 2.002, 2.04),
    ("abilities", "trained_pairs", 32, 2.11, 2.15),
    ("abilities", "trained_pairs", 64, 2.002, 2.055),
]
FITS = [laws.chinchilla_constants(name) for name in laws.CHINCHILLA_FITS]


def parameters(rng: np.random.Generator) -> Parameters:
    """Runs of one's own, of a width at which other mixtures were run too, and a loss to which all of them come down."""
    panel, skill, width, low, high = OWN[rng.integers(len(OWN))]
    return {"panel": panel, "skill": skill, "width": width, "loss": round(float(rng.uniform(low, high)), 5)}


def own_runs(given: Parameters) -> tuple[Traces, NDArray[np.float64]]:
    """The runs of the base mixture and the student's width, and the ability of each checkpoint."""
    traces = load_traces(given["panel"]).of("base")
    traces = traces.select(traces.d_model == given["width"])
    return traces, traces.metric(given["skill"], "p")


def size(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The upper end of the book's interval, in units of the law's tokenizer."""

    def case(gap: float, error: float, read: float, law: float, words: str) -> Case:
        l_inf, n_0, alpha = rng.uniform(1.2, 1.8), 10 ** rng.uniform(7, 9), rng.uniform(0.2, 0.5)
        eta = (l_inf + gap) * read / law
        upper = laws.critical_size_interval(eta * law / read, l_inf, n_0, alpha, error * law / read).upper
        given = [eta, error, read, l_inf, n_0, alpha, law]
        return Case([float(x) for x in given], float(upper) if math.isfinite(upper) else None, words)

    longer, shorter = rng.uniform(3.8, 4.8, 8), rng.uniform(2.6, 3.4, 8)
    one, wide = rng.uniform(0.3, 0.6, 4), rng.uniform(1.2, 1.6)
    return [
        case(one[0], 0.0, 4.0, 4.0, "one tokenizer and no error"),
        case(one[1], 0.1, 4.0, 4.0, "one tokenizer"),
        case(one[2], 0.0, longer[0], shorter[0], "a law with shorter tokens than the threshold"),
        case(one[3], 0.0, shorter[1], longer[1], "a law with longer tokens than the threshold"),
        case(0.5, 0.12, longer[2], shorter[2], "two tokenizers and an error"),
        case(0.4, 0.1, shorter[3], longer[3], "two tokenizers and an error"),
        case(wide, 0.05, longer[4], shorter[4], "a gap of more than a nat"),
        case(0.1, 0.11 * longer[5] / shorter[5], longer[5], shorter[5], "the error is larger than the gap"),
        case(-0.1, 0.2, longer[6], shorter[6], "the floor is above the threshold but not above all of its error"),
        case(-0.3, 0.1, 4.0, 4.0, "the floor is above all that the threshold can be"),
    ]


def cheapest(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """A search along the book's frontier; without service, its closed form."""

    def best(eta: float, served: float, fit: laws.ChinchillaConstants) -> list[float]:
        def cost(log_d: float) -> float:
            d = math.exp(log_d)
            return math.log(laws.frontier_size(eta, d, fit)) + math.log(6 * d + 2 * served)

        wall = math.log(laws.minimal_data(eta, fit))
        found = minimize_scalar(cost, bounds=(wall + 1e-9, wall + 25), method="bounded", options={"xatol": 1e-10})
        return [float(laws.frontier_size(eta, math.exp(found.x), fit)), math.exp(found.x)]

    def case(served: float, words: str) -> Case:
        k = FITS[rng.integers(len(FITS))]
        fit = laws.ChinchillaConstants(
            "", "", k.E, k.A * rng.uniform(0.8, 1.25), k.B * rng.uniform(0.8, 1.25), k.alpha, k.beta, ""
        )
        eta = round(float(rng.uniform(2.05, 2.4)), 3)
        if served:
            served *= laws.cheapest_model(eta, fit).d
            expected = best(eta, served, fit)
        else:
            expected = [float(x) for x in laws.cheapest_model(eta, fit)[:2]]
        return Case([eta, float(served), fit.E, float(fit.A), float(fit.B), fit.alpha, fit.beta], expected, words, 0.01)

    return [
        case(0.0, "a model that is never used"),
        case(0.0, "a model that is never used"),
        case(rng.uniform(2, 4), "a model that is used as much as it was trained"),
        case(rng.uniform(2, 4), "a model that is used as much as it was trained"),
        case(rng.uniform(50, 100), "a model that is used much more than it was trained"),
        case(rng.uniform(30000, 90000), "a model that is used all the time"),
    ]


def miss(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The least distance to falling sequences by linear programming."""

    def least(losses: list[float], abilities: list[float]) -> float:
        places = sorted(set(losses))
        n = len(places)
        row = [places.index(loss) for loss in losses]
        rows, bounds = [], []
        for at, y in zip(row, abilities, strict=True):  # |f - y| <= e
            for sign in (1, -1):
                rows.append([sign * (i == at) for i in range(n)] + [-1])
                bounds.append(sign * y)
        for i in range(n - 1):  # f does not rise with the loss
            rows.append([(j == i + 1) - (j == i) for j in range(n)] + [0])
            bounds.append(0)
        return float(linprog([0] * n + [1], rows, bounds, bounds=[(None, None)] * (n + 1)).fun)

    def case(losses: np.ndarray, abilities: np.ndarray, words: str) -> Case:
        given = [losses.tolist(), abilities.tolist()]
        return Case(given, least(*given), words, 1e-5)

    def mixed(losses: np.ndarray, abilities: np.ndarray, words: str) -> Case:
        order = rng.permutation(len(losses))
        return case(losses[order], abilities[order], words)

    places = np.sort(rng.uniform(1.6, 2.6, 9))
    falling = np.sort(rng.uniform(0, 1, 9))[::-1]
    far = falling.copy()
    far[[1, 6]] = far[[6, 1]]
    step = np.where(places < places[4], 0.8, 0.1)
    noisy = falling + rng.normal(0, 0.15, 9)
    equal = np.repeat(places[::3], 3)
    return [
        mixed(places, falling, "abilities that fall with the loss"),
        mixed(places, step, "a jump at a threshold"),
        mixed(places, far, "two runs far apart that are out of order"),
        mixed(places, noisy, "abilities with noise"),
        mixed(places, falling[::-1], "abilities that rise with the loss"),
        mixed(equal, rng.uniform(0, 1, 9), "several runs of exactly the same loss"),
        case(np.full(4, 2.0), falling[:4], "nothing but runs of the same loss"),
        case(np.full(4, 2.0), falling[3::-1], "nothing but runs of the same loss"),
        mixed(places, 0.3 + 0.2 * rng.uniform(0, 1, 9), "abilities in a narrow range"),
        case(places[:1], falling[:1], "a single run"),
    ]


def schedule(_: np.random.Generator, given: Parameters) -> list[Case]:
    """The traces, once at equal loss as the book compares them, and once row by row at equal step."""
    traces, ability = own_runs(given)
    at_end = traces.step == 750
    ends, trunks = (dict(zip(traces.run[rows], ability[rows], strict=True))
                    for rows in (at_end & traces.annealed, at_end & ~traces.annealed))  # fmt: skip
    equal_step = np.mean([ends[run] - trunks[run] for run in ends])
    equal_loss = schedule_shift(traces, ability, 750).value.mean()
    return [Case([], [float(equal_loss), float(equal_step)], "your own runs", 1e-3)]


def spread(_: np.random.Generator, given: Parameters) -> list[Case]:
    """The book's reading of each trunk at a loss."""
    found = at_loss(*own_runs(given), given["loss"]).value
    return [Case([], float(np.ptp(found)), "your own runs", 1e-3)]


def thresholds(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """The book's thresholds, of a task in the order of training that is asked as it is measured."""

    def case(trained: np.ndarray, measured: np.ndarray, words: str) -> Case:
        order = np.argsort(-np.asarray(trained))
        share = np.asarray(measured)[order] / np.sum(measured)
        found = np.empty(len(order))
        found[order] = sequential_thresholds(ParityTask(np.zeros((len(order), 2), dtype=np.int64), 2, share))
        return Case([[float(x) for x in trained], [float(x) for x in measured]], found.tolist(), words)

    def drawn(n: int) -> np.ndarray:
        return rng.permutation(np.arange(1, n + 1) ** -rng.uniform(0.4, 1.6)) * rng.uniform(0.9, 1.1, n)

    falling = np.sort(rng.dirichlet(np.full(5, 3.0)))[::-1]
    one, other = drawn(6), drawn(6)
    return [
        case(falling, falling, "measured as it was trained, frequent skills first"),
        case(one, one, "measured as it was trained, in any order"),
        case(falling, np.full(5, 0.2), "every skill counts the same"),
        case(falling / falling.sum(), falling[::-1] / falling.sum(), "what was rare in training is asked most"),
        case(one / one.sum(), other / other.sum(), "two mixtures"),
        case(one * 7, other * 3, "frequencies that do not add up to one"),
        case([0.7, 0.3], [1.0, 0.0], "a skill that is never asked"),
        case([3.0], [2.0], "a single skill"),
    ]


def power(rng: np.random.Generator, _: Parameters) -> list[Case]:
    """Expected shares by going through all ways in which the tokens of an answer can be right or wrong."""

    def case(questions: np.ndarray, words: str) -> Case:
        right, whole = 0.0, 0.0
        for tokens in questions:
            for outcome in itertools.product((0, 1), repeat=len(tokens)):
                chance = math.prod(q if hit else 1 - q for q, hit in zip(tokens, outcome, strict=True))
                right += chance * sum(outcome) / len(tokens) / len(questions)
                whole += chance * all(outcome) / len(questions)
        return Case([questions.tolist()], math.log(whole) / math.log(right), words)

    alike = np.full((4, 3), rng.uniform(0.3, 0.9))
    own = np.repeat(rng.uniform(0.2, 0.95, (5, 1)), 3, axis=1)
    return [
        case(alike, "all tokens of all questions alike"),
        case(own, "questions that differ, with tokens alike"),
        case(np.tile(rng.uniform(0.2, 0.95, 3), (4, 1)), "tokens that differ, in questions alike"),
        case(rng.uniform(0.2, 0.95, (6, 2)), "questions and tokens that differ"),
        case(rng.uniform(0.2, 0.95, (3, 5)), "longer answers"),
        case(np.array([[1.0, 1, 1], [1, 1, 1], [0, 0, 0]]), "some questions known, others not at all"),
        case(rng.uniform(0.2, 0.95, (6, 1)), "answers of one token"),
        case(rng.uniform(0.3, 0.95, (1, 4)), "a single question"),
    ]


QUESTIONS = [
    Question("size", "size", 2, size),
    Question("cheapest", "cheapest", 3, cheapest),
    Question("miss", "miss", 3, miss),
    Question("spread", "spread", 2, spread),
    Question("schedule", "schedule", 3, schedule),
    Question("thresholds", "thresholds", 3, thresholds),
    Question("power", "power", 2, power),
]
