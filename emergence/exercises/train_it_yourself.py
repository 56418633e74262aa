"""Exercises of the chapter *Train it yourself*."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from emergence.exercises import Choice, Exercise, Formula, Mistake, Number
from emergence.scaling import collapse, laws
from emergence.scaling.induction import AttentionNetwork
from emergence.scaling.traces import load_traces

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

# -- From steps to a power law -------------------------------------------------------------------------------------


def _unknown(n: int, alpha: float) -> float:
    """The share of questions on skills beyond the n-th."""
    from sympy import zeta

    return 1 - math.fsum(k ** (-1 - alpha) for k in range(1, n + 1)) / float(zeta(1 + alpha))


def _leading(n: int, alpha: float) -> float:
    from sympy import zeta

    return n**-alpha / (alpha * float(zeta(1 + alpha)))


def _excess(n: int = 1000, alpha: float = 0.5) -> float:
    return _leading(n, alpha) / _unknown(n, alpha) - 1


power_law = Exercise(
    "power_law",
    leading=Formula(
        "the leading term of the loss after n skills, in nats",
        "log(2)*n**(-alpha)/(alpha*zeta(1 + alpha))",
        # Ends with few binary digits: SymPy multiplies out what a long exact fraction makes of an integer's power.
        {"n": range(2, 2000), "alpha": (0.25, 3)},
        mistakes=[
            Mistake("n**(-alpha)/(alpha*zeta(1 + alpha))", "This is the share of questions; each costs ln 2."),
            Mistake("log(2)*n**(-alpha)/zeta(1 + alpha)", "The integral of x^(−1−α) brings another factor."),
            Mistake("log(2)*n**(-alpha)/alpha", "The frequencies must add up to one."),
            Mistake("log(2)*n**(-1 - alpha)/zeta(1 + alpha)", "This is the next skill alone; sum over all beyond n."),
            Mistake("log(2)*n**(-alpha)/(alpha*zeta(alpha))", "What is the argument of the zeta function here?"),
        ],
        hints=[
            "A sum over k > n of a falling function lies between two integrals. From where to where?",
            "The integral of x^(−1−α) from n to infinity is an upper bound. From n + 1 it is a lower one.",
            "Divide by ζ(1 + α), and multiply by what a question on an unknown skill costs.",
        ],
        alternatives=[
            "ln(2)/(alpha zeta(alpha + 1) n^alpha)",
            "log(2)*exp(-alpha*log(n))/(alpha*zeta(1+alpha))",
            "log(4)/(2*alpha*zeta(1+alpha)*n**alpha)",
        ],
    ),
    excess=Number(
        "by how much the leading term is too large, as a share of the loss",
        _excess,
        rel=0.02,
        mistakes=[
            Mistake(lambda: 100 * _excess(), "This is in per cent."),
            Mistake(lambda: _leading(1000, 0.5) - _unknown(1000, 0.5), "This is a difference; divide by the share."),
            Mistake(
                lambda: math.log(2) * (_leading(1000, 0.5) - _unknown(1000, 0.5)),
                "This is a difference in nats; divide by the loss.",
            ),
            Mistake(lambda: -_excess(), "The sign: the integral from n is an upper bound."),
            Mistake(lambda: 1 + _excess(), "This is the ratio of the two."),
        ],
        hints=[
            "Compute what is left of ζ(1.5) after a thousand terms: SymPy has `zeta`.",
            "Leading term over loss, minus one. ln 2 and ζ(1.5) cancel.",
        ],
        alternatives=["2.5e-4", 0.5 / (2 * 1000), "0.000248"],
    ),
    solution=(
        "The sum of k^(−1−α) over k > n lies between the integrals of x^(−1−α) from n + 1 and from n, the second is "
        "n^(−α)/α, and the ratio of the two tends to one. With the cost ln 2 of a question, and over ζ(1 + α), this "
        "is a power law in n. Its leading term is too large by about α/(2n)."
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

# -- A law, one size ahead -----------------------------------------------------------------------------------------


@cache
def _law(most_seeds: int = 8, mixtures: str = "base", budget: int = 3000, ahead: bool = True) -> collapse.SizeLaw:
    """The law of the final losses, by default below the largest width."""
    traces = load_traces("abilities")
    traces = traces.of("base") if mixtures == "base" else traces
    n, loss = collapse.final_losses(traces.select(traces.seed <= most_seeds), budget)
    below = n < n.max() if ahead else n > 0
    return collapse.fit_size_law(n[below], loss[below])


def _predicted(law: collapse.SizeLaw) -> float:
    return float(law(load_traces("abilities").parameters.max()))


def _measured() -> float:
    n, loss = collapse.final_losses(load_traces("abilities").of("base"), 3000)
    return float(loss[n == n.max()].mean())


def _mistaken_laws(most_seeds: int) -> list[Mistake]:
    return [
        Mistake(lambda: _predicted(_law(most_seeds, ahead=False)), "Has width 96 been in the fit? Leave it out."),
        Mistake(lambda: _predicted(_law(most_seeds, mixtures="all")), "Take the base mixture alone."),
        Mistake(lambda: _predicted(_law(most_seeds, budget=1500)), "These are the ends of 1,500 steps."),
    ]


FITTED = [
    "`n, loss = collapse.final_losses(traces, 3000)`, then `collapse.fit_size_law` on those with `n < n.max()`.",
    "The law that comes back is a function of the number of parameters: call it with `n.max()`.",
]

size_law = Exercise(
    "size_law",
    first=Number(
        "the loss that the first law predicts for width 96, in nats",
        lambda: _predicted(_law()),
        abs=0.001,
        mistakes=[
            *_mistaken_laws(8),
            Mistake(_measured, "This is what was measured at width 96, on average."),
            Mistake(lambda: _law()(96), "The law is one of the number of parameters, not of the width."),
        ],
        hints=FITTED,
        alternatives=["1.575", 1.5750],
    ),
    second=Number(
        "the loss that the second law predicts for width 96, in nats",
        lambda: _predicted(_law(3)),
        abs=0.001,
        mistakes=[
            *_mistaken_laws(3),
            Mistake(lambda: _predicted(_law()), "This is the first law again: have other seeds been left out?"),
        ],
        hints=["`traces.select(traces.seed <= 3)` has seeds 1 to 3.", *FITTED],
        alternatives=["1.508", 1.5085],
    ),
    zero=Number(
        "the number of parameters at which the second law predicts a loss of zero",
        lambda: float(laws.critical_size(-_law(3).floor, 0, _law(3).scale, _law(3).exponent)),
        rel=0.05,
        mistakes=[
            Mistake(lambda: _law(3).scale, "This is N₀: there the excess over the floor is one nat."),
            Mistake(
                lambda: _law(3).scale * (-_law(3).floor) ** (1 / _law(3).exponent),
                "The sign of the exponent: where the excess over the floor is more than a nat, N is below N₀.",
            ),
        ],
        hints=[
            "The law has `floor`, `scale` (N₀) and `exponent` (α). Where is its excess as large as its floor is low?",
            "Solve (N₀/N)^α = −L_∞ for N.",
        ],
        alternatives=["1.27e12", 1.3e12],
    ),
    solution=lambda: (
        f"The measured loss was {_measured():.3f}, on average. The second law has an exponent of "
        f"{_law(3).exponent:.2f} and a floor of {_law(3).floor:.1f}: a cross-entropy cannot be negative. It fits "
        f"the points that it has seen to {_law(3).rms:.2f}, and the data do not determine it."
    ),
)
