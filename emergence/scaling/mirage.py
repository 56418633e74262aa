"""What a score makes of a smooth ability: windows of p^K, finite test sets, quanta, and a generator with a secret.

A token is right with probability p, an answer of K independent tokens with p^K; losses are in nats per token. Sources:
Schaeffer et al. 2023 (scores), Levenshtein 1966 (edit distance), MacKinnon and White 1985 (errors of slopes), Michaud
et al. 2023 (quanta).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emergence.checks import Floats, one_of
from emergence.scaling import outputs
from emergence.scaling.collapse import MonotoneCurve, Sample, isotonic_fit
from emergence.statistics import Interval, student_quantile

LOW, HIGH = 0.1, 0.9
WIDEST = math.log(math.log(1 / LOW) / math.log(1 / HIGH))
"""The limit, for long answers, of the window of p^K in ln(1 - p)."""


def _inside(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} = {value:g} is outside the allowed range [{low:g}, {high:g}]")


# --- one score from another --------------------------------------------------------------------------------


class Window(NamedTuple):
    """Where p^K passes 0.1 and 0.9, and how far these are apart in p and in -ln(1 - p)."""

    low: float
    high: float

    @property
    def in_p(self) -> float:
        return self.high - self.low

    @property
    def in_log_error(self) -> float:
        return math.log((1 - self.low) / (1 - self.high))


def window(tokens: float) -> Window:
    """The window of p^K for K = tokens >= 1."""
    _inside("tokens", tokens, 1, 1e12)
    return Window(LOW ** (1 / tokens), HIGH ** (1 / tokens))


def run_curves(sample: Sample, axis: str = "loss") -> list[MonotoneCurve]:
    """The rising curve of each run along one axis of the sample, of least squares."""
    runs = np.unique(sample.cluster)
    return [isotonic_fit(sample.axes[axis][own], sample.ability[own]) for own in (sample.cluster == r for r in runs)]


def each_rise(curves: list[MonotoneCurve], bottom: float, top: float, power: float = 1) -> Floats:
    """How far apart on its axis each run makes a tenth and nine tenths of the rise, shape (runs,); inf: misses one.

    The rise is that of the score to a power, between the powers of bottom and top.
    """
    if power < 1 or not bottom < top:
        raise ValueError(f"power = {power:g} must be in [1, inf), and bottom = {bottom:g} below top = {top:g}")
    if power > 1 and bottom < 0:
        raise ValueError(f"bottom = {bottom:g} is outside the allowed range [0, inf) for power = {power:g}")
    span = top**power - bottom**power
    levels = [bottom**power + share * span for share in (LOW, HIGH)]
    if power > 1:
        levels = [level ** (1 / power) for level in levels]
    low, high = (np.array([curve.crossing(level) for curve in curves]) for level in levels)
    passed = np.isfinite(low) & np.isfinite(high)
    return np.where(passed, np.where(passed, high, 0) - np.where(passed, low, 0), np.inf)


def rises(curves: list[MonotoneCurve], bottom: float, top: float, power: float = 1) -> Floats:
    """each_rise of the runs that pass both levels, in their order."""
    widths = each_rise(curves, bottom, top, power)
    return widths[np.isfinite(widths)]


def run_parameters(sample: Sample) -> Floats:
    """The number of parameters of each run, in the order of run_curves."""
    _, first = np.unique(sample.cluster, return_index=True)
    return sample.parameters[sample.size[first]]


def size_trend(parameters: ArrayLike, widths: ArrayLike) -> Interval:
    """What a factor of ten in parameters adds to the width of a rise, by least squares, with a 95 % interval.

    parameters, widths: shape (runs,); a width of inf is left out. The standard error is HC3, which lets the spread of
    the widths differ with size, in Student's distribution with n - 2 degrees of freedom.
    """
    size, widths = np.log10(np.asarray(parameters, dtype=float)), np.asarray(widths, dtype=float)
    if size.shape != widths.shape or size.ndim != 1:
        raise ValueError(f"widths has the shape {widths.shape}; allowed is that of parameters, {size.shape} = (n,)")
    size, widths = size[np.isfinite(widths)], widths[np.isfinite(widths)]
    x = size - size.mean() if len(size) else size
    spread = float(x @ x)
    leverage = 1 / max(len(x), 1) + x**2 / spread if spread > 1e-9 else np.ones(len(x))
    if (leverage > 1 - 1e-9).any() or len(x) < 3:
        raise ValueError("parameters must hold two sizes or more with a finite width, also without any single run")
    slope = float(x @ widths) / spread
    residuals = (widths - widths.mean() - slope * x) / (1 - leverage)
    half = student_quantile(len(x) - 2) * float(np.sqrt(np.sum((x * residuals) ** 2))) / spread
    return Interval(slope, slope - half, slope + half)


def wrong_tokens(p: ArrayLike, tokens: float) -> Floats:
    """K(1 - p): expected number of wrong tokens of K = tokens, each drawn from the model after the right ones.

    An expectation is additive, so no independence is needed, and p may be the mean of different probabilities. The
    edit distance of a drawn answer of this length is at most its number of wrong tokens.
    """
    _inside("tokens", tokens, 1, 1e12)
    p = np.asarray(p, dtype=float)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p = {p.min():g} to {p.max():g} must lie in [0, 1]")
    return tokens * (1 - p)


def edit_distance(written: str, right: str) -> int:
    """Levenshtein's distance: the least number of signs to insert, delete or replace to make one text the other."""
    row = list(range(len(right) + 1))
    for i, sign in enumerate(written, 1):
        previous, row = row, [i]
        for j, other in enumerate(right):
            row.append(min(previous[j + 1] + 1, row[j] + 1, previous[j] + (sign != other)))
    return row[-1]


def written_distances(ability: str) -> NDArray[np.int64]:
    """Edit distances of the answers that six small models wrote along training, shape (checkpoints, answers).

    ability: one of outputs.ABILITIES. The columns are the shown questions of all widths and seeds, model by model.
    """
    models = [(width, seed) for width in outputs.WIDTHS for seed in outputs.SEEDS]
    columns = []
    for width, seed in models:
        right = [question.answer for question in outputs.questions(seed, ability)]
        rows = outputs.asked(width, seed, ability).answers
        columns.append([[edit_distance(*both) for both in zip(row, right, strict=True)] for row in rows])
    return np.hstack(columns)


# --- a test set of m questions -----------------------------------------------------------------------------


def unseen(ability: ArrayLike, items: int) -> Floats:
    """Probability that none of m = items independent questions is answered: (1 - a)^m."""
    _inside("items", items, 1, 10**9)
    return (1 - np.asarray(ability, dtype=float)) ** items


def visible(items: int, sure: float = 0.95) -> float:
    """The ability from which on at least one of m questions is answered with probability `sure`."""
    _inside("items", items, 1, 10**9)
    _inside("sure", sure, 0, 1)
    return 1 - (1 - sure) ** (1 / items)


# --- quanta ------------------------------------------------------------------------------------------------


def zeta(s: float, terms: int = 1000) -> float:
    """Riemann's zeta at s > 1: a partial sum and three terms of the Euler-Maclaurin formula for the rest."""
    if not s > 1:
        raise ValueError(f"s = {s:g} is outside the allowed range (1, inf)")
    return float(np.sum(np.arange(1, terms, dtype=float) ** -s)) + _tail(s, terms)


def _tail(s: float, first: ArrayLike) -> Floats:
    """Sum of k^-s from k = first on, first >= 1000, to twelve digits."""
    n = np.asarray(first, dtype=float)
    return n ** (1 - s) / (s - 1) + n**-s / 2 + s * n ** (-s - 1) / 12


def unlearnt(alpha: float, most: int) -> Floats:
    """Share of questions still unknown when n = 0, ..., most quanta are learnt; p_k ~ k^-(1 + alpha). Exact sums."""
    if not alpha > 0:
        raise ValueError(f"alpha = {alpha:g} is outside the allowed range (0, inf)")
    _inside("most", most, 1, 10**6)
    last = max(most, 1000)
    p = np.arange(1, last + 1, dtype=float) ** -(1 + alpha)
    rest = np.append(p[::-1].cumsum()[::-1], 0) + _tail(1 + alpha, last + 1)
    return rest[: most + 1] / rest[0]


def leading(alpha: float, n: ArrayLike) -> Floats:
    """n^-alpha / (alpha zeta(1 + alpha)), the power law that the unlearnt share approaches."""
    return np.asarray(n, dtype=float) ** -alpha / (alpha * zeta(1 + alpha))


# --- a generator with a secret -----------------------------------------------------------------------------

INTERVENTIONS = ("mixture", "tokenizer", "schedule", "size", "tokens")
SHARES = np.array([0.8, 0.2])
"""Of text and of the skill's own documents in the loss."""
NOISE = 0.03


class World(NamedTuple):
    """Which interventions leave the curve: a tuple of bools in the order of INTERVENTIONS."""

    breaks: tuple[bool, ...]


def world(number: int) -> World:
    """The secret of one number: each intervention breaks the collapse with probability one half."""
    return World(tuple((np.random.default_rng([2023, number]).random(len(INTERVENTIONS)) < 0.5).tolist()))


def parts(training: ArrayLike) -> Floats:
    """Loss of text and of the skill after a training u in [0, 1], shape (2, ...): the one curve of the generator."""
    u = np.asarray(training, dtype=float)
    return np.array([2.6 - 0.6 * u, 2.3 / (1 + np.exp(10 * (u - 0.55)))])


def ability(own_loss: ArrayLike) -> Floats:
    """The probability p of the right token, of which the skill's own loss is the negative logarithm."""
    return np.exp(-np.asarray(own_loss, dtype=float))


class Runs(NamedTuple):
    """Total loss as measured (nats per token) and ability, each of shape (runs,)."""

    loss: Floats
    ability: Floats


def run(training: ArrayLike, what: str | None, breaks: bool) -> Runs:
    """Runs without noise. An intervention that breaks moves one part of the loss, one that does not moves along u.

    mixture: the share of the skill's documents in training is less, its loss falls later; kept, all falls later.
    tokenizer: tokens are longer by a tenth, and so is the loss of each; kept, the new tokenizer cuts this text alike.
    schedule: a falling rate lowers the loss on text alone; kept, it acts as more training.
    size: a larger model has room for more text, and its loss on text alone is lower; kept, it acts as more training.
    tokens: the text runs out and is repeated, only the skill's documents are new; kept, both go on as before.
    """
    if what is not None:
        one_of("what", what, INTERVENTIONS)
    u = np.asarray(training, dtype=float)
    shift = {"mixture": -0.12, "schedule": 0.08, "size": 0.15, "tokens": 0.12}.get(what, 0.0)
    text, own = parts(u + shift)
    if breaks and what in ("mixture", "tokens"):
        text = parts(u)[0]
    if breaks and what in ("schedule", "size"):
        own = parts(u)[1]
    if breaks and what == "schedule":
        text = text - 0.08
    total = SHARES @ np.array([text, own])
    return Runs(total * (1.1 if breaks and what == "tokenizer" else 1.0), ability(own))


def off_curve(runs: Runs) -> Floats:
    """How far each ability lies above that of the untouched generator at the same loss, shape (runs,)."""
    u = np.linspace(-0.5, 1.5, 2001)
    base = run(u, None, False)
    return runs.ability - np.interp(-runs.loss, -base.loss, base.ability)


def noisy(runs: Runs, rng: np.random.Generator) -> Runs:
    """The same runs with a deviation of the ability of each, with standard deviation NOISE, within [0, 1]."""
    return Runs(runs.loss, np.clip(runs.ability + rng.normal(0, NOISE, np.shape(runs.ability)), 0, 1))
