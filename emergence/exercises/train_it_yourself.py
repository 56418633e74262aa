"""Exercises of the chapter *Train it yourself*."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from emergence.exercises import Exercise, Function, Mistake, Number
from emergence.scaling import collapse, fits, interventions, laws
from emergence.scaling.traces import load_traces

# -- As small as it can be -----------------------------------------------------------------------------------------

_FOUND, _MANY, _FEW = 0.090, 8, 3


def _spread(runs: int = _MANY) -> float:
    """The standard deviation of single runs, from the error of predicting each by the mean of the others."""
    return _FOUND * math.sqrt((runs - 1) / runs)


floor = Exercise(
    "floor",
    s=Number(
        "the standard deviation s of the runs",
        _spread,
        rel=0.006,
        mistakes=[
            Mistake(lambda: _FOUND * (_MANY - 1) / _MANY, "That factor belongs to the variance. Take its root."),
            Mistake(lambda: _FOUND * math.sqrt(_MANY / (_MANY - 1)), "The error is larger than s, not smaller."),
            Mistake(lambda: _FOUND / math.sqrt(_MANY), "This is what the mean of eight would be off by."),
        ],
        hints=["The error has the variance s² n/(n − 1). What is n here?", "Solve 0.090² = s² · n/(n − 1) for s."],
        alternatives=["0.0842", 0.09 * math.sqrt(7 / 8)],
    ),
    three=Number(
        "the root mean square error with three runs",
        lambda: _spread() * math.sqrt(_FEW / (_FEW - 1)),
        rel=0.006,
        mistakes=[
            Mistake(lambda: _FOUND * math.sqrt(_FEW / (_FEW - 1)), "0.090 is the error with eight runs; start from s."),
            Mistake(lambda: _spread() * _FEW / (_FEW - 1), "That factor belongs to the variance. Take its root."),
            Mistake(_spread, "This is s. The mean of two others is off, too."),
        ],
        hints=["Each run is now predicted from the mean of two.", "Put n = 3 and your s into the formula."],
        alternatives=["0.103", 0.1031],
    ),
    solution=(
        "s = 0.090 √(7/8) = 0.084, and with three runs 0.084 √(3/2) = 0.103: the error grows, though the runs scatter "
        "as before."
    ),
)

# -- What is undone ------------------------------------------------------------------------------------------------


def share_undone(p: np.ndarray) -> float:
    """The sum of all falls over the sum of all rises."""
    change = np.diff(p)
    return float(-change[change < 0].sum() / change[change > 0].sum())


def _by_the_net_rise(p: list[float]) -> float:
    """The same by another way: what is not undone is what remains at the end."""
    rises = sum(max(after - before, 0) for before, after in zip(p[:-1], p[1:], strict=True))
    return 1 - (p[-1] - p[0]) / rises


def _first_run() -> np.ndarray:
    return interventions.questions()[0].ability


def _pooled() -> float:
    return interventions.rises_and_falls(_first_run()).lost


undone = Exercise(
    "undone",
    undone=Function(
        "the share of the sum of all rises that falls undo, of an array of probabilities with at least one rise",
        share_undone,
        lambda rng: (np.concatenate([[0.1], rng.random(int(rng.integers(4, 20))), [0.9]]),),
        cases=[(np.array([0.1, 0.9, 0.3, 0.9]),), (np.array([0.1, 0.2, 0.9]),)],
        mistakes=[
            Mistake(
                lambda p: float(-np.diff(p)[np.diff(p) < 0].sum() / abs(np.diff(p)).sum()),
                "This is the share of falls in all that moves. Divide by the rises alone.",
            ),
            Mistake(
                lambda p: float(np.mean(np.diff(p) < 0)),
                "This counts the falls. How far does each of them go?",
            ),
            Mistake(lambda p: -share_undone(p), "The sign: a share of rises is not negative."),
        ],
        hints=["`np.diff(p)` has the changes from one checkpoint to the next.", "Add the falls up, and the rises."],
        alternatives=[_by_the_net_rise],
    ),
    mean=Number(
        "the share for the mean of the 80 facts in the first run",
        lambda: share_undone(_first_run().mean(axis=1)),
        rel=0.02,
        mistakes=[
            Mistake(_pooled, "This is of the facts themselves. Take their mean first, then its rises and falls."),
            Mistake(
                lambda: float(np.mean([share_undone(fact) for fact in _first_run().T])),
                "This is the mean of the shares of the facts. Take the share of their mean.",
            ),
        ],
        hints=["The mean over the facts is `ability.mean(axis=1)`.", "Give it to your function."],
        alternatives=["0.20", 0.2],
    ),
    solution=lambda: (
        "Sum the falls and the rises of `np.diff(p)` and divide. "
        f"For the mean of the 80 facts the share is {share_undone(_first_run().mean(axis=1)):.2f}, for the facts "
        f"themselves, all rises and falls added up, {_pooled():.2f}."
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
