"""Numbers that the text, the solutions and the claims of the chapter on scaling laws state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from stated import Stated, numbers_of, text_of

from emergence.exercises import power_laws as exercises
from emergence.figures._losses import FITS
from emergence.figures.power_laws import by_hand, compute, quanta, reach, valley, your_own
from emergence.scaling import exponents, fits, laws
from emergence.statistics import student_quantile

CHAPTER = "chapters/scaling/power_laws.ipynb"
TEXT = text_of(CHAPTER)
N, LOSS = fits.pythia()
BLOCKS, _ = fits.pythia(fits.WITHOUT)
BEST, FOUR, WITHOUT = fits.fit_law(N, LOSS), fits.fit_law(N[:4], LOSS[:4]), fits.fit_law(BLOCKS, LOSS)
CEREBRAS = laws.published_table().family_rows("Cerebras-GPT")
VALLEY = fits.valley(N, LOSS)


def rms(law: fits.Law, count: int = 8) -> float:
    return math.sqrt(float(law.squares) / count)


def r_squared(law: fits.Law, losses: np.ndarray) -> np.ndarray:
    return 1 - law.squares / ((losses - losses.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)


@cache
def trial(noise: float = 0.01, decades: float = 1.5) -> fits.Trial:
    return fits.hide_laws(2000, np.random.default_rng(1), noise, 6, decades)


def error(rule: str, ratio: float, **setting: float) -> float:
    return float(fits.score(trial(**setting), rule, [ratio]).rms[0])


@cache
def hidden() -> tuple[fits.Law, np.ndarray]:
    """The best fits of 2,000 laws and their R squared."""
    seen = trial()
    law = fits.fit_law(seen.sizes, seen.seen)
    return law, r_squared(law, seen.seen)


def excess(ratio: float) -> float:
    return float(np.mean(trial().laws(ratio * trial().sizes[-1]) - trial().laws.floor))


@cache
def hundred() -> dict[str, float]:
    """The scores of the figure with its hundred laws, as it starts."""
    state = your_own.figure.show(seed=1).state
    return {rule: float(score.rms[0]) for rule, score in state.scores.items()}


@cache
def best_single_exponent() -> tuple[float, float]:
    laws_of_the_figure = your_own.figure.show(seed=1).state.trial
    tried = [round(0.05 + 0.01 * i, 2) for i in range(96)]
    errors = [float(fits.score(laws_of_the_figure, "fixed exponent", [100], a).rms[0]) for a in tried]
    least = int(np.argmin(errors))
    return tried[least], errors[least]


@cache
def fifteen(least: float, highest: float = 1.0, points: int = 160) -> tuple[fits.TwoTerms, int, int]:
    table = laws.published_table()
    table = table.select(np.isin(table.family, ["Cerebras-GPT", "Pythia"]))
    grid = np.geomspace(least, highest, points)
    fit = fits.project_two(table.parameters, table.tokens, table.loss, grid, grid)
    return fit, *fit.best()


def runaway(least: float) -> float:
    fit, i, j = fifteen(least)
    return float(fit.E[i, j])


@cache
def alpha_inside() -> tuple[float, float]:
    """The least and the largest exponent of size that fit at 95 per cent, over the three bounds on both exponents."""
    inside: list[float] = []
    for least in (0.1, 0.02, 0.005):
        fit, *_ = fifteen(least)
        limit = fit.squares.min() * (1 + student_quantile(10) ** 2 / 10)
        inside.extend(fit.alpha[(fit.squares <= limit).any(axis=1)])
    return min(inside), max(inside)


def correlation(law: fits.Law) -> float:
    """Of R squared with the size of the error at a ratio of 100, over the 2,000 laws."""
    seen = trial()
    at = 100 * seen.sizes[-1]
    return float(np.corrcoef(r_squared(law, seen.seen), np.abs(law(at) - seen.laws(at)))[0, 1])


def interval_of_the_correlation(sign: int) -> float:
    """An end of its 95 per cent interval, by Fisher's transformation."""
    return math.tanh(math.atanh(correlation(hidden()[0])) + sign * 1.96 / math.sqrt(2000 - 3))


def optimum(name: str, c: float = exercises.GOPHER) -> float:
    return float(laws.compute_optimal_size(c, laws.chinchilla_constants(name)))


def price() -> float:
    """What the size of Hoffmann et al. costs by the law of Besiroglu et al., in nats."""
    c, fit = exercises.GOPHER, laws.chinchilla_constants("besiroglu")
    ours, theirs = optimum("besiroglu"), optimum("hoffmann_tex")
    return float(laws.chinchilla_loss(theirs, c / 6 / theirs, fit) - laws.chinchilla_loss(ours, c / 6 / ours, fit))


def where_they_agree() -> float:
    c = np.logspace(18, 21, 30001)
    ratios = [c / 6 / laws.compute_optimal_size(c, laws.chinchilla_constants(k)) ** 2 for k in FITS]
    return float(c[np.argmin(np.abs(np.log(ratios[0] / ratios[1])))])


def bound() -> float:
    t = math.log(N[-1] / N[0])
    return float(BEST(N[0]) - BEST.floor) * float(BEST.exponent) ** 2 * t**2 / 16


test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("with 70 million parameters, has the loss {}, and the largest, with 12 billion, {}.", LOSS[0], LOSS[-1]),
    Stated("falls by {} nats, from 1 billion to 12 billion by {}.", LOSS[0] - LOSS[3], LOSS[3] - LOSS[-1]),
    Stated("The best power law leads to {} at", BEST(1e12)),
    Stated(
        "misses the eight models by {} nats, root mean square, with $L_\\infty = {}$ and $\\alpha = {}$",
        rms(BEST),
        BEST.floor,
        BEST.exponent,
    ),
    Stated("taken at its word, misses them by {}.", fits.exponential_misfit(N, LOSS)),
    Stated("the law has $R^2 = {}$: it leaves", r_squared(FOUR, LOSS[:4])),
    Stated("it leaves {} per cent of the variance", 100 * (1 - r_squared(FOUR, LOSS[:4]))),
    Stated(
        "It misses by {} nats: it says {}, and {} was measured. Its floor, {}, lies",
        FOUR(N[-1]) - LOSS[-1],
        FOUR(N[-1]),
        LOSS[-1],
        FOUR.floor,
    ),
    Stated(
        "fits with every floor from {} to {}, at 95 per cent",
        *fits.valley(CEREBRAS.parameters, CEREBRAS.loss).floor_interval,
    ),
    Stated("the interval of the floor is {} to {} and that of", *VALLEY.floor_interval),
    Stated("that of the exponent {} to {}.", *VALLEY.exponent_interval),
    Stated(
        "the best line is {} nats away, for all eight {} (the bound says {})",
        fits.straight_line_gap(FOUR, N[:4]),
        fits.straight_line_gap(BEST, N),
        bound,
    ),
    Stated("in the largest {} per cent", 100 * (1 - BLOCKS[-1] / (BLOCKS[-1] + 2 * 50688 * 5120))),
    Stated("misses the models by {} nats instead of {}", rms(WITHOUT), rms(BEST)),
    Stated(
        "come within {:<} of the largest",
        abs(float(fits.fit_law(BLOCKS[:4], LOSS[:4])(BLOCKS[-1])) - LOSS[-1]),
    ),
    Stated("the floor is another one: {} instead of {}, with", WITHOUT.floor, BEST.floor),
    Stated("use, gives the floor {} on all parameters, and", lambda: fits.fit_huber_log(N, LOSS).floor),
    Stated("squares of $\\log L$ gives {}.", lambda: fits.fit_huber_log(N, LOSS, 10.0).floor),
    Stated("$E$ runs away with it, from {} to {}, while", lambda: runaway(0.1), lambda: runaway(0.005)),
    Stated("it lies between {} and {} for each of the", lambda: alpha_inside()[0], lambda: alpha_inside()[1]),
    Stated("About four times: {} nats.", lambda: hundred()["best fit"]),
    Stated("without a floor is off by {} nats, and", lambda: hundred()["no floor"]),
    Stated("straight line in $\\log N$ by {}.", lambda: hundred()["straight line"]),
    Stated(
        "the best single exponent, {}, errs by {} nats, about three times",
        lambda: best_single_exponent()[0],
        lambda: best_single_exponent()[1],
    ),
    Stated(
        "over 2,000 laws, {} against {} nats at a ratio of 100, and {} against {} at 1,000",
        *(
            lambda rule=rule, ratio=ratio: error(rule, ratio, noise=0.02, decades=1.0)
            for ratio in (100, 1000)
            for rule in ("fixed exponent", "best fit")
        ),
    ),
    Stated("best fit's $R^2$ is never below {:>}, and for", lambda: hidden()[1].min()),
    Stated("and for {} per cent of the laws it is above 0.999", lambda: 100 * np.mean(hidden()[1] > 0.999)),
    Stated(
        "more than 0.05 nats for {} per cent.",
        lambda: 100 * np.mean(np.abs(hidden()[0].floor - trial().laws.floor) > 0.05),
    ),
    Stated(
        "size of the error at a ratio of 100 is {} (95 per cent: {} to {})",
        lambda: correlation(hidden()[0]),
        lambda: interval_of_the_correlation(-1),
        lambda: interval_of_the_correlation(1),
    ),
    Stated("$r = 8^{1/0.35} = {}$", exercises.reach),
    Stated("{} and {}. Both come from the same", *(lambda k=k: exercises.ratio(k) for k in FITS)),
    Stated("The two fits agree near ${}$ operations", where_they_agree),
    Stated("sizes differ by a factor of {}.", lambda: optimum("besiroglu") / optimum("hoffmann_tex")),
    Stated("Hoffmann's size costs only {} nats", price),
    Stated(
        "found $A = {}$, $B = {}$, $\\alpha = {}$ and $\\beta = {}$. {cite:t}",
        *(getattr(laws.chinchilla_constants("hoffmann_tex"), name) for name in ("A", "B", "alpha", "beta")),
    ),
    Stated(
        "and found $A = {}$, $B = {}$, $\\alpha = {}$ and $\\beta = {}$.\n",
        *(getattr(laws.chinchilla_constants("besiroglu"), name) for name in ("A", "B", "alpha", "beta")),
    ),
    Stated(
        "the paper, which prints $\\alpha = {}$ and $\\beta = {}$",
        *(getattr(laws.chinchilla_constants("hoffmann_rounded"), name) for name in ("alpha", "beta")),
    ),
    Stated(
        "$N^* = {}$ billion and $D/N = C/(6N^2) = {}$, instead of {}.",
        lambda: optimum("hoffmann_rounded") / 1e9,
        *(lambda k=k: exercises.ratio(k) for k in ("hoffmann_rounded", "hoffmann_tex")),
    ),
    Stated(
        "After 1,000 skills it is {}; the power law of the proof below says {}.",
        exponents.missing(1000, 0.5),
        exponents.missing_bounds(1000, 0.5)[1],
    ),
    Stated(
        "the best fit errs by {} nats at a ratio of 100, where the excess is {}",
        lambda: error("best fit", 100),
        lambda: excess(100),
    ),
)


test_a_number_of_the_ledger_is_right = numbers_of(
    "book/claims.yml",
    Stated("A power law with a floor misses the eight Pythia models by {} nats", rms(BEST)),
    Stated("an exponential in $N$ with a floor, by {} nats", fits.exponential_misfit(N, LOSS)),
    Stated("to the loss itself, $L_\\infty = {}$ and $\\alpha_N = {}$", BEST.floor, BEST.exponent),
    Stated("the floor is {} (95 per cent: {} to {}) when all parameters", BEST.floor, *VALLEY.floor_interval),
    Stated("and {} ({} to {}) without embeddings", WITHOUT.floor, *fits.valley(BLOCKS, LOSS).floor_interval),
    Stated("from {} nats to {} (root mean square)", rms(BEST), rms(WITHOUT)),
    Stated("$E$ goes from {} to {} when", lambda: runaway(0.1), lambda: runaway(0.005)),
    Stated("errs by {} nats (root mean square) at 100 times", lambda: error("best fit", 100)),
    Stated("a power law without a floor by {}", lambda: error("no floor", 100)),
    Stated(
        "correlation of $R^2$ with the size of that error is {} (95 per cent: {} to {})",
        lambda: correlation(hidden()[0]),
        lambda: interval_of_the_correlation(-1),
        lambda: interval_of_the_correlation(1),
    ),
    Stated(
        "for the power law without a floor, which is always too low, it is {}.",
        lambda: correlation(fits.fit_pure(trial().sizes, trial().seen)),
    ),
    Stated(
        "exponent $\\alpha$ stays between {} and {} (95 per cent) for each",
        lambda: alpha_inside()[0],
        lambda: alpha_inside()[1],
    ),
)


def test_an_interval_of_the_fit_by_logarithms_is_that_of_the_claim():
    """The claim B4 quotes least squares of log L, as the chapter on the loss threshold does."""
    assert round(float(fits.fit_huber_log(N, LOSS, 10.0).floor), 3) == 1.427


def test_the_two_counts_have_intervals_that_do_not_meet():
    assert "with intervals that do not even meet" in TEXT
    assert fits.valley(BLOCKS, LOSS).floor_interval[1] < VALLEY.floor_interval[0]
    assert "almost three quarters of all parameters" in TEXT
    assert 0.7 < 1 - BLOCKS[0] / N[0] < 0.75


def test_the_fit_to_four_lies_above_all_larger_models():
    assert "The fit to the four smallest lies above all the larger models." in TEXT
    assert np.all(FOUR(N[4:]) > LOSS[4:])


def test_the_best_fit_comes_to_the_excess_near_a_thousand():
    assert "The best fit crosses 1 near a ratio of 1,000" in TEXT
    state = reach.figure.show(seed=1).state
    share = state.scores["best fit"].rms / state.excess
    assert np.all(share[:-3] < 1) and share[-1] > 1


def test_the_figures_show_what_the_text_says():
    four = by_hand.figure.show(models=4, best=True).sentence
    assert "the largest model lies 0.123 below it" in four
    assert "leads to 1.48" in by_hand.figure.show(best=True).sentence
    assert "L∞ 1.31 to 1.54" in valley.figure.show(seed=1).sentence
    assert "L∞ −2.06 to 1.06" in valley.figure.show(seed=1, data="Cerebras-GPT").sentence
    assert "59.1 tokens per parameter" in compute.figure.show(compute=5.76e23).sentence
    assert "the excess loss is 0.024204 units; the power law says 0.02421." in quanta.figure.show(learned=1000).sentence
