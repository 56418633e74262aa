"""Numbers that the text and the solutions of the chapter on scores and abilities state, recomputed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from stated import Stated, numbers_of

from emergence.exercises import mirage as exercises
from emergence.operators import real_model
from emergence.scaling import collapse, mirage, outputs
from emergence.scaling.traces import load_traces
from emergence.statistics import Interval, student_interval, wilson

CHAPTER = "chapters/scaling/mirage.ipynb"
TRACES = load_traces("abilities").of("base")
TRUNKS = collapse.judged(TRACES)
ENDS = TRACES.select(TRACES.annealed & (TRACES.budget_steps == 3000))


@cache
def each(skill: str, score: str, power: int = 1) -> np.ndarray:
    """The width of the rise of each run, inf where it misses a level."""
    bottom = {"p": 0.1, "nll": -math.log(10), "brier": -0.9, "exact": TRACES.guess(skill, "exact")}[score]
    curves = mirage.run_curves(collapse.make_sample(TRACES, skill, score))
    return mirage.each_rise(curves, bottom, 1 if score in ("p", "exact") else 0, power)


def widths(skill: str, score: str, power: int = 1) -> np.ndarray:
    found = each(skill, score, power)
    return found[np.isfinite(found)]


def mean(skill: str, score: str) -> Interval:
    return student_interval(widths(skill, score))


def more(skill: str, score: str, other: str, power: int = 1) -> np.ndarray:
    """By how much the width in p, of the runs that pass both levels in both, exceeds that in another score."""
    one, two = each(skill, score), each(skill, other, power)
    both = np.isfinite(one) & np.isfinite(two)
    return one[both] - two[both]


def common(power: int, least: int) -> float:
    """The mean width in p^power of the runs that pass both levels in p^least."""
    return float(each("trained_pairs", "p", power)[np.isfinite(each("trained_pairs", "p", least))].mean())


def moved() -> float:
    """By how much less loss the nine runs have where they are half-way up in p^5 than half-way up in p."""
    curves = mirage.run_curves(collapse.make_sample(TRACES, "trained_pairs", "p"))
    half = [(0.1**power + (1 - 0.1**power) / 2) ** (1 / power) for power in (1, 5)]
    nine = np.isfinite(each("trained_pairs", "p", 5))
    return float(np.mean([np.subtract(*map(c.crossing, half[::-1])) for c, ok in zip(curves, nine, strict=True) if ok]))


@cache
def gap(skill: str) -> Interval:
    p = TRUNKS.metric(skill, "p")
    above = TRUNKS.metric(skill, "exact") - p ** TRUNKS.answer_tokens[skill]
    middle = (p > 0.3) & (p < 0.8)
    runs = [above[middle & (TRUNKS.run == run)].mean() for run in np.unique(TRUNKS.run[middle])]
    return student_interval(runs)


def best_power(skill: str, width: int) -> float:
    """The power of p, in tenths, that comes nearest to the exact match of one width."""
    own = TRUNKS.d_model == width
    p, exact = TRUNKS.metric(skill, "p")[own], TRUNKS.metric(skill, "exact")[own]
    return min((k / 10 for k in range(5, 61)), key=lambda power: np.mean((p**power - exact) ** 2))


POWERS = [best_power("heldout", width) for width in TRACES.sizes]
HALF_KNOWN = np.abs(ENDS.metric("scratchpad", "p") - 0.55) < 0.02
PASSAGES = real_model.hits("passage")
RATIO = real_model.exact_match(PASSAGES, 4) / real_model.accuracy(PASSAGES) ** 4
RATIO_INTERVAL = real_model.exact_match_interval(PASSAGES, 4, 2000, np.random.default_rng(0))


def exact_near(p: float) -> float:
    return float(TRUNKS.metric("heldout", "exact")[np.abs(TRUNKS.metric("heldout", "p") - p) < 0.05].mean())


def trend(panel: str, skill: str, score: str, axis: str = "loss", above: float = 0) -> Interval:
    """What a tenfold size adds to a width, over the models of more than so many parameters."""
    traces = load_traces(panel).of("base")
    sample = collapse.make_sample(traces, skill, score)
    bottom = 0.1 if score == "p" else traces.guess(skill, "exact")
    found = mirage.each_rise(mirage.run_curves(sample, axis), bottom, 1)
    size = mirage.run_parameters(sample)
    return mirage.size_trend(size[size > above], found[size > above])


def passing(panel: str, skill: str) -> tuple[int, int]:
    """How many runs pass both levels in p, and how many there are."""
    sample = collapse.make_sample(load_traces(panel).of("base"), skill, "p")
    found = mirage.each_rise(mirage.run_curves(sample), 0.1, 1)
    return int(np.isfinite(found).sum()), len(found)


WRITTEN = dict(zip(outputs.asked(16, 1, "heldout").steps.tolist(), mirage.written_distances("heldout"), strict=True))
AT_400 = student_interval(WRITTEN[400].reshape(6, 6).mean(axis=1))
PAIRS_P, PAIRS_EXACT = (trend("abilities", "trained_pairs", score) for score in ("p", "exact"))
RANKS_P, RANKS_EXACT = (trend("instructions", "ranks_9_16", score) for score in ("p", "exact"))
IN_TOKENS = trend("instructions", "ranks_9_16", "p", "log D")
WITHOUT_SMALLEST = trend("instructions", "ranks_9_16", "p", "log D", above=10_000)
EIGHT = real_model.exact_match(PASSAGES, 8) / real_model.accuracy(PASSAGES) ** 8
EIGHT_INTERVAL = real_model.exact_match_interval(PASSAGES, 8, 2000, np.random.default_rng(0))

FIFTH = more("trained_pairs", "p", "p", 5)
P_OVER_EXACT = more("trained_pairs", "p", "exact")
SUMS_MORE = more("scratchpad", "p", "exact")
P, EXACT = mean("trained_pairs", "p"), mean("trained_pairs", "exact")
SUM_P, SUM_EXACT = mean("scratchpad", "p"), mean("scratchpad", "exact")
SUM_P_NOW = TRUNKS.metric("scratchpad", "p")
SUM_RUNS = len(np.unique(TRUNKS.run[(SUM_P_NOW > 0.3) & (SUM_P_NOW < 0.8)]))
PAIRS, HELD_OUT, SUMS = gap("trained_pairs"), gap("heldout"), gap("scratchpad")

test_a_number_of_the_text_is_right = numbers_of(
    CHAPTER,
    Stated("On the {} runs that pass a tenth", len(FIFTH)),
    Stated("$p$ takes {} nats between the two and $p^5$ takes {} (", common(1, 5), common(5, 5)),
    Stated("(difference {} [{}, {}])", *student_interval(FIFTH)),
    Stated("the middle of the rise moves by {}.", moved()),
    Stated("On the {} runs that pass both levels in both", len(P_OVER_EXACT)),
    Stated("$p$ takes {} nats more than the exact match [{}, {}]", *student_interval(P_OVER_EXACT)),
    Stated("the {} runs that still pass both levels at $K = 20$", len(widths("trained_pairs", "p", 20))),
    Stated("take {} nats in $p^6$, but {} in", common(6, 20), common(10, 20)),
    Stated("On the trained pairs $p$ takes {} nats [{}, {}]", *P),
    Stated("the log likelihood {}, the", mean("trained_pairs", "nll").estimate),
    Stated("{} and the measured exact match {} [{}, {}]", mean("trained_pairs", "brier").estimate, *EXACT),
    Stated("Their $p$ takes {} nats [{}, {}] and their exact match {} [{}, {}]", *SUM_P, *SUM_EXACT),
    Stated("in {} runs. In each of the {} the exact match", len(widths("scratchpad", "exact")), (SUMS_MORE > 0).sum()),
    Stated("over less loss, by {} on average", SUMS_MORE.mean()),
    Stated("runs the interval, {} to {}, holds 0", *student_interval(SUMS_MORE)[1:]),
    Stated("sharper one in all {} runs", (SUMS_MORE > 0).sum()),
    Stated("leaves room for {} edits", 3 * 0.9 - AT_400.low),
    Stated("wrote {} answers each", len(outputs.questions(1, "heldout"))),
    Stated("The same {} answers can", WRITTEN[400].size),
    Stated("they are {} edits [{}, {}] from the right ones", *AT_400),
    Stated("has {} of three tokens wrong", 3 * 0.9),
    Stated("none is right [{}, {}]", 0, wilson(0, 36)[1]),
    Stated("At step 600 they are {} edits away and {} are right", WRITTEN[600].mean(), (WRITTEN[600] == 0).mean()),
    Stated("at step 3,000 {} edits and {}.", WRITTEN[3000].mean(), (WRITTEN[3000] == 0).mean()),
    Stated("A tenfold size adds {} nats [{}, {}] to the width of $p$ on the trained", *PAIRS_P),
    Stated("pairs, and {} [{}, {}] to that of the exact match", *PAIRS_EXACT),
    Stated("where {} of {} runs pass both levels in $p$, it adds", *passing("instructions", "ranks_9_16")),
    Stated("it adds {} [{}, {}] to that of $p$", *RANKS_P),
    Stated("of the exact match {} [{}, {}], which may be nothing", *RANKS_EXACT),
    Stated("narrower, by {} decades [{}, {}] in $p$", -IN_TOKENS.estimate, -IN_TOKENS.high, -IN_TOKENS.low),
    Stated(
        "without it {} are left, with an interval from {} to {}.",
        -WITHOUT_SMALLEST.estimate,
        -WITHOUT_SMALLEST.high,
        -WITHOUT_SMALLEST.low,
    ),
    Stated("at eight tokens it is {} [{}, {}].", EIGHT, *EIGHT_INTERVAL),
    Stated("all runs at a constant rate together cover {} nats", np.ptp(TRUNKS.loss)),
    Stated("The limit is {}, and at $K = 1$ the width is {}", mirage.WIDEST, math.log(9)),
    Stated("{}$, just below the bound $\\ln 9/20 = {}$", mirage.window(20).in_p, math.log(9) / 20),
    Stated("\\frac{10}{9}) = {}$", mirage.WIDEST),
    Stated("would give $0.6^3 = {}$", 0.6**3),
    Stated("In about {} per cent, which is more often than", 100 * exact_near(0.6)),
    Stated("above $p^K$ by {} [{}, {}] on the trained pairs and by {} [{}, {}] on", *PAIRS, *HELD_OUT),
    Stated("lie below, by {} in the mean of {} runs [{}, {}]; that", -SUMS.estimate, SUM_RUNS, -SUMS.high, -SUMS.low),
    Stated("the best power is {} to {}, by width", min(POWERS), max(POWERS)),
    Stated("The {} runs that end with one", HALF_KNOWN.sum()),
    Stated("have $p = {}$ and", ENDS.metric("scratchpad", "p")[HALF_KNOWN].mean()),
    Stated("right in {} of the questions, not in {}", ENDS.metric("scratchpad", "exact")[HALF_KNOWN].mean(), 0.55**2),
    Stated("right {} times as often as $p^4$ says, with an interval from {} to {}:", RATIO, *RATIO_INTERVAL),
    Stated("/2 = {}$, above $0.55^2 = {}$", exercises.two_kinds(), 0.55**2),
    Stated("/2 - d^2 = {} - d^2$, which is", (0.75**2 + 0.35**2) / 2),
    Stated("which is 0.3025 at $d = {}$", exercises.cancelling()),
    Stated("quantum 10 takes {} per cent of what was unknown", 100 * exercises.step(10)),
    Stated("quantum 1,000 takes {} per cent.", 100 * exercises.step(1000)),
    Stated("within {} per cent from $n = 10$ on", 100 * (mirage.leading(0.5, 10) / mirage.unlearnt(0.5, 10)[10] - 1)),
    Stated("$1 - R_{10}/R_9 = {}$", exercises.step(10)),
    Stated("there the share is {}, and at $n = 49$ it is {}.", exercises.step(50), exercises.step(49)),
    Stated("From {} and from {}.", mirage.visible(100) ** 0.2, mirage.visible(10_000) ** 0.2),
    Stated("its interval reaches up to {} ", wilson(0, 100)[1]),
    Stated("so {} questions. The threshold falls by $10^{-1/5} = {}$", exercises.enough(), 10**-0.2),
    Stated(
        "with three runs, and a noise whose size is known, it reaches {} to either side, with twelve {}.",
        *(1.96 * mirage.NOISE / math.sqrt(runs) for runs in (3, 12)),
    ),
    Stated("\\ln 2) = {}$", exercises.LOSS / exercises.BYTES / math.log(2)),
)
