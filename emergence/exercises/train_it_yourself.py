"""Exercises of the chapter *Train it yourself*."""

from __future__ import annotations

from functools import cache

import numpy as np

from emergence.exercises import Choice, Exercise, Mistake, Number
from emergence.scaling import collapse, fits, laws
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

# -- A law, one size ahead -----------------------------------------------------------------------------------------


@cache
def _law(most_seeds: int = 8, mixtures: str = "base", budget: int = 3000, ahead: bool = True) -> fits.Law:
    """The law of the final losses, by default below the largest width."""
    traces = load_traces("abilities")
    traces = traces.of("base") if mixtures == "base" else traces
    n, loss = collapse.final_losses(traces.select(traces.seed <= most_seeds), budget)
    below = n < n.max() if ahead else n > 0
    return collapse.fit_size_law(n[below], loss[below])


def _predicted(law: fits.Law) -> float:
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
