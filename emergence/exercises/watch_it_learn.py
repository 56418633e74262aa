"""Exercises of the chapter *Watch it learn*."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Mistake, Number
from emergence.scaling import grokking
from emergence.scaling.induction import AttentionNetwork
from emergence.scaling.sparse_parity import make_task, sequential_thresholds

# -- Half of it by symmetry ----------------------------------------------------------------------------------------

PAIRS = grokking.MODULUS**2
TRAINED = int(grokking.SHARE * PAIRS)


def _mirrored() -> float:
    """The expected share of untrained pairs whose mirror image is trained: a random half of all pairs is."""
    off_diagonal = 1 - 1 / grokking.MODULUS
    return off_diagonal * TRAINED / (PAIRS - 1)


NO_RULE = (
    "no: a sum of numbers from two layers of weights that differ knows no symmetry",
    "yes: squares are symmetric",
    "yes: addition is commutative",
)

mirror = Exercise(
    "mirror",
    known=Number(
        "the expected share of the pairs not trained whose mirror image is trained",
        _mirrored,
        abs=0.001,
        mistakes=[
            Mistake(lambda: TRAINED / (PAIRS - 1), "A pair with a = b has no mirror image but itself."),
            Mistake(lambda: 1 - _mirrored(), "This is the share of those whose mirror image is not trained."),
        ],
        hints=[
            "Take one pair that is not trained. With which probability is a ≠ b?",
            "If a ≠ b, its mirror image is one of the other 528 pairs, of which 264 are trained.",
        ],
        alternatives=["0.4783", 22 / 23 * 264 / 528],
    ),
    built_in=Choice(
        "whether the network gives (a, b) and (b, a) the same answer from the start",
        NO_RULE,
        NO_RULE[0],
        mistakes=[
            Mistake(NO_RULE[1], "What is squared is U_a + W_b. What is it for the mirror image?"),
            Mistake(NO_RULE[2], "Addition is. Does the network know that it is to add?"),
        ],
        hints=["Write what is squared for the pair (a, b), and for the pair (b, a).", "U and W are drawn apart."],
    ),
    solution=lambda: (
        "A pair that is not trained has a ≠ b with probability 22/23, and its mirror image is then one of 528 pairs of "
        f"which 264 are trained: {_mirrored():.3f}. Nothing in the network says that U and W are to be alike; if it "
        "finds that they are, it has found a rule."
    ),
)

# -- Which waves will do -------------------------------------------------------------------------------------------

frequencies = Exercise(
    "frequencies",
    score=Formula(
        "by how much the right score exceeds the best wrong one, as a share of it, at a = b",
        "1 - cos(2*pi/p)",
        {"p": range(3, 60, 2)},
        mistakes=[
            Mistake("cos(2*pi/p)", "This is the best wrong score as a share of the right one."),
            Mistake(
                "1 - cos(pi/p)", "How far is the nearest other answer: which multiples of 2π/p does the cosine see?"
            ),
            Mistake("1 - cos(2*pi*3/p)", "Is the next answer, c + 1, the best of the wrong ones?"),
            Mistake("3 - 3*cos(2*pi/p)", "This is the difference of the scores; divide by the right one."),
        ],
        hints=[
            "At a = b the score is 3 cos(2πf(a + b − c)/p).",
            "As c runs through all answers, f(a + b − c) runs through all remainders, since f and p have no divisor "
            "in common.",
        ],
        alternatives=["2*sin(pi/p)**2", "1-cos(2 pi/p)"],
    ),
    of_21=Number(
        "how many of the frequencies 1 to 10 have every sum right for p = 21",
        lambda: sum(math.gcd(f, 21) == 1 for f in range(1, 11)),
        abs=0,
        mistakes=[
            Mistake(10, "Try 3 and 7: which answers have the same score?"),
            Mistake(4, "These are the ones that fail."),
            Mistake(12, "There are 12 up to 20; how many up to 10?"),
        ],
        hints=["Which frequencies share a divisor with 21?", "If f and p share d, then c and c + p/d have one score."],
        alternatives=["6", np.int64(6)],
    ),
    solution=(
        "At a = b the score is 3 cos(2πm/p) with m = f(a + b − c) mod p, which is 3 for the right answer and at most "
        "3 cos(2π/p) otherwise. For p = 21 the frequencies 3, 6, 7 and 9 share a divisor with p, and six are left."
    ),
)

# -- The price of patience -----------------------------------------------------------------------------------------


def _median(decay: float, share: float = grokking.SHARE) -> float:
    return float(np.median(grokking.delay_table().of(share, decay).delay))


def _slope(low: float = 0.3, high: float = 3.0) -> float:
    return math.log(_median(low) / _median(high)) / math.log(high / low)


patience = Exercise(
    "patience",
    slope=Number(
        "the exponent of the decay between 0.3 and 3, from the medians",
        _slope,
        abs=0.02,
        mistakes=[
            Mistake(lambda: -_slope(), "The sign: the delay is to fall like the decay to the power minus this."),
            Mistake(lambda: _median(0.3) / _median(3), "This is the factor; its logarithm over that of the decays."),
            Mistake(lambda: math.log(_median(0.3) / _median(3)), "Divide by the logarithm of the ratio of the decays."),
            Mistake(lambda: _slope(0.5, 2), "These are the decays 0.5 and 2."),
        ],
        hints=[
            "`grokking.delay_table().of(0.5, 3).delay` has the delays of the eight runs with decay 3.",
            "Logarithm of the ratio of the two medians over the logarithm of the ratio of the decays.",
        ],
        alternatives=["1.21", np.float64(1.21)],
    ),
    never=Number(
        "the number of runs without weight decay that get there within the limit",
        lambda: int(np.isfinite(grokking.delay_table().of(0.5, 0).delay).sum()),
        abs=0,
        mistakes=[
            Mistake(8, "Look at the column `generalised`: is a number there?"),
        ],
        hints=[
            "`np.isfinite(grokking.delay_table().of(0.5, 0).delay)`.",
            "What stands for a run that never got there?",
        ],
        alternatives=["0", 0.0],
    ),
    solution=lambda: (
        f"The medians are {_median(0.3):.0f} and {_median(3):.0f} steps, and the exponent is {_slope():.2f}. Without "
        "decay none of the eight runs gets there, which does not show that none ever would."
    ),
)

# -- Tosses in the mixture -----------------------------------------------------------------------------------------


@cache
def _threshold(exponent: float) -> float:
    """The mean loss at which the tenth of forty skills is half learnt, if they are learnt one after the other."""
    return float(sequential_thresholds(make_task(40, 16, 2, exponent, np.random.default_rng(0)))[9])


def _share_of_tosses(low: float, high: float) -> float:
    """The share of questions that cost ln 2 with which a mean loss rises from one value to another."""
    return (high - low) / (math.log(2) - low)


tosses = Exercise(
    "tosses",
    moved=Formula(
        "the mean loss, tosses included, at which the skill is half learnt, in nats",
        "(1 - q)*L + q*log(2)",
        {"q": (0, 1), "L": (0, 0.69)},
        mistakes=[
            Mistake("L + q*log(2)", "The other questions are fewer now: which share of all?"),
            Mistake("(1 - q)*L", "What does a toss cost?"),
            Mistake("(1 - q)*L + q/2", "A toss is right with probability ½. What does that cost in nats?"),
            Mistake("q*L + (1 - q)*log(2)", "Which of the two shares is that of the tosses?"),
        ],
        hints=["The mean over all questions is a mean of two means.", "The tosses never cost less than ln 2 each."],
        alternatives=["L + q*(log(2) - L)", "L - q*L + q*ln(2)"],
    ),
    share=Number(
        "the share of tosses that moves the threshold of the tenth skill with a = 1.6 to where it is with a = 0.4",
        lambda: _share_of_tosses(_threshold(1.6), _threshold(0.4)),
        abs=0.005,
        mistakes=[
            Mistake(lambda: 1 - _share_of_tosses(_threshold(1.6), _threshold(0.4)), "This is the share of the others."),
            Mistake(
                lambda: (_threshold(0.4) - _threshold(1.6)) / math.log(2),
                "The tosses take the place of questions that cost something as well.",
            ),
            Mistake(lambda: _threshold(1.6) / _threshold(0.4), "This is the ratio of the thresholds."),
        ],
        hints=[
            "`sequential_thresholds(task)[9]` is the threshold of the tenth skill.",
            "Set your formula equal to the threshold with a = 0.4, and L to that with a = 1.6.",
        ],
        alternatives=["0.564", np.float64(0.564)],
    ),
    solution=lambda: (
        "The tosses cost ln 2 and the others L, so the mean is (1 − q)L + q ln 2. From "
        f"{_threshold(1.6):.3f} to {_threshold(0.4):.3f} it takes q = "
        f"{_share_of_tosses(_threshold(1.6), _threshold(0.4)):.3f}, though nothing about the skill has changed."
    ),
)

# -- Break it ------------------------------------------------------------------------------------------------------

SEEDS = range(1, 6)


@cache
def _learnt() -> int:
    """How many networks of width 8 answer more than half of the lists after 600 steps."""
    networks = [AttentionNetwork(8, 2, np.random.default_rng(seed)) for seed in SEEDS]
    for network in networks:
        network.train(600)
    return sum(network.checkpoint().dictionary > 0.5 for network in networks)


def _runs_for(probability: float, missed: float) -> int:
    """The least number of runs that are all missed with less than a probability."""
    return math.ceil(math.log(probability) / math.log(missed))


break_it = Exercise(
    "break_it",
    learnt=Number(
        "how many of the five learn the lists",
        _learnt,
        abs=0,
        mistakes=[
            Mistake(5, "Not all of them end above a half: look at each seed."),
            Mistake(lambda: 5 - _learnt(), "This is how many do not learn."),
            Mistake(lambda: _learnt() / 5, "This is their share; count them."),
        ],
        hints=[
            "In the figure: width 8, seeds 1 to 5, played to the end. Its sentence gives the accuracy.",
            "In Python: `network = AttentionNetwork(8, 2, np.random.default_rng(seed))`, then `network.train(600)`.",
            "`network.checkpoint().dictionary` is the accuracy on the lists; those who copy any value have a quarter.",
        ],
        alternatives=[np.int64(4), "4"],
    ),
    none=Formula(
        "the probability that none of k runs learns",
        "(1-p)**k",
        {"p": (0.0625, 0.9375), "k": range(1, 12)},
        mistakes=[
            Mistake("1 - p**k", "This is the probability that not all of them learn."),
            Mistake("p**k", "This is the probability that all of them learn."),
            Mistake("1 - (1 - p)**k", "This is the probability that at least one learns."),
            Mistake("1 - k*p", "Probabilities of independent events multiply."),
            Mistake("k*p*(1 - p)**(k - 1)", "This is the probability that exactly one learns."),
        ],
        hints=["With which probability does one run not learn?", "The runs are independent of each other: multiply."],
        alternatives=["(1 - p)^k", "exp(k*log(1-p))", "(p - 1)**k*(-1)**k"],
    ),
    runs=Number(
        "the least number of runs for which this is below 1 %, with the share that you found",
        lambda: _runs_for(0.01, 1 - _learnt() / 5),
        abs=0,
        mistakes=[
            Mistake(lambda: _runs_for(0.01, _learnt() / 5), "This is for the share of runs that do not learn."),
            Mistake(lambda: _runs_for(0.05, 1 - _learnt() / 5), "Below 5 % it is then, but not below 1 %."),
            Mistake(
                lambda: math.log(0.01) / math.log(1 - _learnt() / 5),
                "A number of runs is a whole number: take the next one up.",
            ),
            Mistake(1, "With one run, it is the share of those that do not learn."),
        ],
        hints=["Put the share of the five that learn for p.", "Try k = 1, 2, … until your formula is below 1 %."],
        alternatives=["3", 3.0],
    ),
    solution=lambda: (
        f"Of the five, {_learnt()} learn. If that is the share p, one run fails to learn with probability "
        f"{1 - _learnt() / 5:.1g}, and a study with one run per size then puts the critical size too high. None of k "
        "runs learns with probability (1 − p)^k. A critical size belongs to a distribution of runs."
    ),
)
